"""The event study against slow loops, by hand, and at its edges."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from altrotation.errors import InputError
from altrotation.events.eventset import EventSet
from altrotation.events.placebo import matched_rows, tercile_cells
from altrotation.events.study import event_study
from altrotation.synthetic.noise import daily_noise
from altrotation.synthetic.worlds import event_world
from tests.oracle import naive_events as naive

HORIZONS = (5, 12, 20)


def world(seed, *, n=400, m=2, rows=(40, 52, 170, 300), **kwargs):
    returns = np.column_stack(
        [daily_noise(n, autocorrelation=0.2, seed=100 * seed + j) for j in range(m)]
    )
    return event_world(returns, np.array(rows, dtype=np.int64), **kwargs)


def study(made, *, prices=None, **kwargs):
    prices = made.prices if prices is None else prices
    options = {"horizons": HORIZONS, "replicates": 99, **kwargs}
    return event_study(prices, EventSet(made.dates, rule="planted"), **options)


def with_gaps(prices, *gaps):
    holed = prices.copy()
    for column, first, after in gaps:
        holed.iloc[first:after, column] = np.nan
    return holed


# --- the rotation test equals a loop over every shift --------------------------------------------

GAPS = {
    "complete": (),
    "a hole between events": ((0, 100, 103),),
    "a hole in one event's window": ((1, 184, 185),),
    "outcomes that start at different days": ((1, 0, 150),),
}


@pytest.mark.parametrize("alternative", ["two-sided", "greater", "less"])
@pytest.mark.parametrize("gaps", GAPS.values(), ids=GAPS.keys())
@pytest.mark.parametrize("rows", [(40, 52, 170, 300), (60, 200, 385), (7,)])
def test_rotation_counts_equal_the_loop_over_all_shifts(rows, gaps, alternative):
    made = world(len(rows), rows=rows, effect=0.1, horizon=10)
    prices = with_gaps(made.prices, *gaps)
    result = study(made, prices=prices, alternative=alternative)
    observed, counts, step, shifts = naive.rotation(
        naive.log_levels(prices), list(rows), HORIZONS, alternative=alternative
    )
    assert result.n_placebos == shifts
    p = result.table["p_value"].to_numpy() * (shifts + 1) - 1
    adjusted = result.table["p_adjusted"].to_numpy() * (shifts + 1) - 1
    np.testing.assert_allclose(result.table["estimate"], observed, atol=1e-13, equal_nan=True)
    for cell in range(len(observed)):
        if cell in counts:
            assert round(p[cell]) == counts[cell]
            assert round(adjusted[cell]) == step[cell]
            assert p[cell] == pytest.approx(counts[cell], abs=1e-6)
        else:
            assert np.isnan(p[cell])
            assert result.table["n_events"].iloc[cell] == 0


@pytest.mark.parametrize("factors", [1, 2])
def test_market_model_refits_at_every_shift(factors):
    made = world(3, rows=(80, 130, 320), m=2)
    moves = np.column_stack([daily_noise(400, seed=900 + q) for q in range(factors)])
    bench = event_world(moves, made.rows).prices
    bench.columns = [f"benchmark {q}" for q in range(factors)]
    prices = made.prices * bench.to_numpy()[:, [0]] ** 0.7
    prices = with_gaps(prices, (0, 250, 251))
    result = study(made, prices=prices, model="market", benchmark=bench, estimation=30)
    levels, loads = naive.log_levels(prices), naive.log_levels(bench)
    observed, counts, step, shifts = naive.rotation(
        levels,
        list(made.rows),
        HORIZONS,
        one_window=lambda j, row, horizon: naive.market_window(
            levels[j], loads, row, 1, horizon, 30
        ),
    )
    assert result.n_placebos == shifts > 20
    np.testing.assert_allclose(result.table["estimate"], observed, atol=1e-12)
    p = result.table["p_value"].to_numpy() * (shifts + 1) - 1
    adjusted = result.table["p_adjusted"].to_numpy() * (shifts + 1) - 1
    assert [round(x) for x in p] == [counts[c] for c in range(len(p))]
    assert [round(x) for x in adjusted] == [step[c] for c in range(len(p))]


def test_constant_mean_uses_only_rows_before_the_event():
    made = world(4, rows=(90, 200))
    result = study(made, model="constant-mean", estimation=50)
    levels = naive.log_levels(made.prices)
    expected = [
        np.mean([naive.constant_mean_window(levels[j], row, 1, h, 50) for row in (90, 200)])
        for j in range(2)
        for h in HORIZONS
    ]
    np.testing.assert_allclose(result.table["estimate"], expected, atol=1e-13)


def test_difference_subtracts_the_benchmark():
    made, other = world(5), world(6, m=1)
    result = study(made, benchmark=other.prices["outcome 0"])
    ratio = made.prices.div(other.prices["outcome 0"], axis=0)
    np.testing.assert_allclose(
        result.table["estimate"], study(made, prices=ratio).table["estimate"], atol=1e-13
    )


# --- by hand ------------------------------------------------------------------------------------


def test_a_single_jump_is_found_where_it_was_put():
    index = pd.date_range("2020-01-01", periods=60, freq="D", unit="us")
    prices = pd.Series(100.0, index=index, name="jump")
    prices.iloc[32:] = 110.0
    result = event_study(
        prices, EventSet([index[30]], rule="one"), horizons=(1, 3), replicates=9, delay=1
    )
    # entry at row 31, the jump falls on row 32: inside both windows
    np.testing.assert_allclose(result.table["estimate"], np.log(1.1))
    # 60 rows, windows of 3 from row s + 1: starts 0..55 are complete, less the observed one
    assert result.n_placebos == 55
    # the jump lies in the 3-row window of starts 28, 29, 30: two shifts tie with the observed one
    assert result.table["p_value"].iloc[1] == pytest.approx(3 / 56)
    assert result.table["p_value"].iloc[0] == pytest.approx(1 / 56)
    assert result.table["p_attainable"].iloc[0] == pytest.approx(1 / 56)


def test_an_event_whose_window_is_cut_is_dropped_and_counted():
    made = world(7, rows=(40, 170, 389))  # row 389 + 1 + 5 = 395 < 400, + 12 leaves the sample
    table = study(made).table.loc["outcome 0"]
    assert table["n_events"].tolist() == [3, 2, 2]
    assert table["n_dropped"].tolist() == [0, 1, 1]
    assert study(made).car("outcome 0", 12).isna().tolist() == [False, False, True]


def test_clusters_are_events_closer_than_the_horizon():
    made = world(8, rows=(40, 52, 170, 300))  # gap 12: apart at 5 and 12, together at 20
    table = study(made).table.loc["outcome 0"]
    assert table["n_clusters"].tolist() == [4, 4, 3]
    assert table["sign_flip_floor"].tolist() == [0.125, 0.125, 0.25]


def test_paths_meet_the_outcomes_and_are_zero_at_entry():
    made = world(9, rows=(100, 200, 389))
    result = study(made, delay=2)
    paths = result.paths("outcome 1")
    assert paths.index[0] == -60
    assert paths.index[-1] == 22
    assert (paths.loc[2] == 0).all()
    for horizon in HORIZONS:
        pd.testing.assert_series_equal(
            paths.loc[2 + horizon], result.car("outcome 1", horizon), check_names=False
        )
    level = np.log(made.prices["outcome 1"])
    assert paths.loc[-60].iloc[0] == pytest.approx(level.iloc[40] - level.iloc[102])


@pytest.mark.parametrize("model", ["difference", "constant-mean", "market"])
def test_placebo_band_ends_on_the_null_distribution(model):
    made = world(10, rows=(100, 200, 300))
    bench = world(11, m=1).prices if model == "market" else None
    result = study(made, model=model, benchmark=bench, estimation=60)
    band = result.placebo_band("outcome 0", level=0.9)
    for horizon in HORIZONS:
        null = result.null_distribution("outcome 0", horizon)
        expected = [*np.quantile(null, [0.05, 0.95]), null.mean()]
        np.testing.assert_allclose(band.loc[1 + horizon], expected, atol=1e-12)
    assert (band.loc[1] == 0).all()
    assert band["low"].le(band["high"]).all()


def test_evidence_repeats_the_table_and_another_level_nests():
    made = world(12, effect=0.3, horizon=12)
    result = study(made, alternative="greater")
    cell = result.table.loc[[("outcome 0", 12)]].iloc[0]
    evidence = result.evidence("outcome 0", 12)
    assert evidence.estimate == cell["estimate"]
    assert (evidence.interval.low, evidence.interval.high) == (cell["low"], cell["high"])
    assert evidence.p_adjusted == cell["p_adjusted"]
    assert "shifted" in evidence.null
    assert "exceeds" in evidence.alternative
    narrow = result.interval("outcome 0", 12, level=0.5)
    assert cell["low"] < narrow.low < narrow.high < cell["high"]


def test_a_cell_without_events_says_why():
    made = world(13, rows=(40, 52))
    prices = with_gaps(made.prices, (1, 30, 80))
    result = study(made, prices=prices)
    assert "complete window" in result.evidence("outcome 1", 5).invalid
    assert result.evidence("outcome 0", 5).invalid is None
    assert result.table.loc["outcome 1", "p_value"].isna().all()
    with pytest.raises(InputError, match="No event has a complete window"):
        result.interval("outcome 1", 5)


def test_a_constant_outcome_is_no_evidence():
    made = world(14)
    flat = pd.DataFrame(100.0, index=made.prices.index, columns=["flat"])
    table = study(made, prices=flat).table
    assert (table["p_value"] == 1).all()
    assert (table["estimate"] == 0).all()
    perfect = study(
        made,
        prices=flat * made.prices[["outcome 0"]].to_numpy(),
        model="market",
        benchmark=made.prices["outcome 0"],
        estimation=60,
    ).table
    assert (perfect["p_value"] == 1).all()


def test_summary_and_html_name_the_limits():
    result = study(world(15))
    assert list(result.summary().index) == list(result.table.index)
    assert "cannot fall below" in result._repr_html_()
    assert "admissible circular shifts" in str(result)


def test_an_effect_without_noise_leaves_no_uncertainty():
    quiet = event_world(np.zeros(300), np.array([60, 150]), effect=0.2, horizon=20)
    result = study(quiet, horizons=(10, 20))
    np.testing.assert_allclose(result.table["estimate"], [0.1, 0.2])
    np.testing.assert_allclose(result.errors, 0, atol=1e-12)  # the effect itself is no noise


# --- effective events and the detectable effect ---------------------------------------------------


def test_effective_events_and_detectable_effect_follow_from_the_null():
    made = world(16, n=3000, m=1, rows=(500, 503, 506, 1500, 2500))
    result = study(made, horizons=(30,))
    row = result.table.iloc[0]
    null = result.null_distribution("outcome 0", 30)
    orbit = np.append(null, row["estimate"])
    # the two normal quantiles of Bloom (1995): 1.959964 and 0.841621
    assert row["minimum_detectable_effect"] == pytest.approx(2.801585 * orbit.std(), rel=1e-6)
    # three windows of 30 shifted by 3 and 6 rows share 27, 27 and 24 of 30 days:
    # variance of the mean x 25 = 5 + 2 (.9 + .9 + .8) = 10.2, so 25 / 10.2 = 2.45 effective events
    assert row["n_effective"] == pytest.approx(25 / 10.2, rel=0.15)
    assert row["n_clusters"] == 3


# --- matched placebo ------------------------------------------------------------------------------


def source(made, seed=77):
    return pd.Series(
        50 * np.exp(daily_noise(len(made.prices), sigma=0.01, seed=seed).cumsum()),
        index=made.prices.index,
    )


def test_tercile_cells_equal_the_loop_and_skip_days_without_a_price():
    made = world(17)
    prices = source(made)
    prices[prices.index.day_of_week >= 5] = np.nan
    dates = prices.index
    cells = tercile_cells(prices, dates)
    assert cells.tolist() == naive.tercile_cell(prices, list(dates))
    assert (cells[dates.day_of_week >= 5] == -1).all()


def test_matched_draws_keep_cells_clusters_windows_and_spacing():
    made = world(18, n=2000, rows=(300, 310, 900, 1400))
    prices = source(made)
    result = study(made, null="matched", match_on=prices, draws=500)
    cells = tercile_cells(prices, made.prices.index)
    placebo = result.placebo_rows
    assert placebo.shape == (500, 4)
    assert (placebo[:, 1] - placebo[:, 0] == 10).all()  # the cluster stays together
    for event in (0, 2, 3):
        assert (cells[placebo[:, event]] == cells[made.rows[event]]).all()
        assert len(np.unique(placebo[:, event])) > 50
    assert placebo.max() + 1 + max(HORIZONS) < 2000
    heads = np.sort(placebo[:, [0, 2, 3]], axis=1)
    assert np.diff(heads, axis=1).min() >= max(HORIZONS)
    null = result.null_distribution("outcome 0", 12)
    level = np.log(made.prices["outcome 0"].to_numpy())
    by_hand = (level[placebo + 13] - level[placebo + 1]).mean(axis=1)
    np.testing.assert_allclose(null, by_hand, atol=1e-13)


def test_matched_placements_are_uniform_over_those_that_keep_the_spacing():
    rows, n = np.array([5, 20]), 30
    allowed = np.zeros((2, n), dtype=bool)
    allowed[0, 0:12] = True
    allowed[1, 6:22] = True
    dates = pd.date_range("2020-01-01", periods=2)
    placed = matched_rows(
        rows, allowed, np.zeros(n, dtype=np.int64), dates=dates, reach=4, draws=20_000, seed=1
    )
    # three proposals in four are kept, so 5 sweeps leave a block unmoved once in 1,000 draws; a
    # pair of 20,000 / 150 draws has standard error 12, the hub's pair at most 20 too many
    pairs = [(a, b) for a in range(12) for b in range(6, 22) if abs(a - b) >= 4]
    seen = pd.Series(list(map(tuple, placed.tolist()))).value_counts()
    assert set(seen.index) == set(pairs)
    assert stats.chisquare(seen.reindex(pairs).to_numpy()).pvalue > 1e-4


# --- chance ---------------------------------------------------------------------------------------


def test_results_repeat_and_seeds_matter_only_where_chance_enters():
    made = world(19)
    first, again, other = study(made), study(made), study(made, seed=1)
    pd.testing.assert_frame_equal(first.table, again.table)
    exact = ["estimate", "p_value", "p_adjusted", "null_mean"]
    pd.testing.assert_frame_equal(first.table[exact], other.table[exact])
    assert not np.allclose(first.table["low"], other.table["low"], rtol=1e-6)
    assert first.run.seed == 0
    assert first.run.data_hash == other.run.data_hash


def test_replicates_are_a_prefix_of_more_replicates():
    made = world(20)
    few, many = study(made, replicates=50), study(made, replicates=80)
    # the same draws; a product of 50 rows and one of 80 may round another way on some processors
    np.testing.assert_allclose(few.errors, many.errors[:50], rtol=1e-12, atol=1e-15)


def test_a_generator_is_a_seed_too():
    made = world(21)
    one = study(made, seed=np.random.default_rng(3))
    two = study(made, seed=np.random.default_rng(3))
    pd.testing.assert_frame_equal(one.table, two.table)
    assert one.run.seed is None


def test_inputs_are_left_as_they_were():
    made = world(22)
    before = made.prices.copy()
    study(made)
    pd.testing.assert_frame_equal(made.prices, before)


# --- errors: one row a cause ---


def bad_inputs():
    made = world(23)
    prices, events = made.prices, EventSet(made.dates, rule="planted")
    late = EventSet(["2031-01-01"], rule="late")
    weekdays = prices[prices.index.day_of_week < 5]
    weekend = EventSet(prices.index[prices.index.day_of_week == 6][:1], rule="weekend")
    negative, infinite = prices.copy(), prices.copy()
    negative.iloc[3, 0] = -1.0
    infinite.iloc[3, 0] = np.inf
    empty_column = prices.assign(none=np.nan)
    bench = prices["outcome 0"]
    return {
        "unsorted": (prices[::-1], events, {}, "unsorted dates"),
        "doubled": (prices.iloc[[0, 1, 1, 2]], events, {}, "twice"),
        "negative": (negative, events, {}, "must be positive, got -1 on 2013-01-04"),
        "infinite": (infinite, events, {}, "infinite"),
        "no value": (empty_column, events, {}, "'none' holds no value"),
        "no column": (prices[[]], events, {}, "no column"),
        "list": (prices, list(made.dates), {}, "must be an EventSet"),
        "no events": (prices, events.between("2001-01-01", "2001-02-01"), {}, "`events` is empty"),
        "outside": (prices, late, {}, r"2031-01-01 lies outside .* events.between\("),
        "off label": (weekdays, weekend, {}, "is no label of `outcome`"),
        "long horizon": (prices, events, {"horizons": (500,)}, "reach 500 rows"),
        "no horizon": (prices, events, {"horizons": ()}, "`horizons` is empty"),
        "odd horizon": (prices, events, {"horizons": (2.5,)}, "whole numbers"),
        "zero horizon": (prices, events, {"horizons": (0,)}, "at least 1, got 0"),
        "falling horizons": (prices, events, {"horizons": (20, 5)}, "must increase"),
        "model": (prices, events, {"model": "capm"}, "`model` must be one of"),
        "null": (prices, events, {"null": "shuffle"}, "`null` must be one of"),
        "side": (prices, events, {"alternative": "both"}, "`alternative` must be one of"),
        "delay": (prices, events, {"delay": 0}, "`delay` must be at least 1"),
        "draws": (prices, events, {"draws": 0}, "`draws` must be at least 1"),
        "replicates": (prices, events, {"replicates": 0}, "`replicates` must be at least 1"),
        "level": (prices, events, {"level": 1.0}, "`level` must lie between"),
        "seed": (prices, events, {"seed": -1}, "`seed` must be a non-negative"),
        "estimation": (prices, events, {"estimation": 5}, "`estimation` must be at least 20"),
        "no benchmark": (prices, events, {"model": "market"}, "needs a `benchmark`"),
        "needless": (
            prices, events, {"model": "constant-mean", "benchmark": bench}, "takes no `benchmark`",
        ),
        "two benchmarks": (prices, events, {"benchmark": prices}, "takes one `benchmark`"),
        "other dates": (prices, events, {"benchmark": bench.iloc[1:]}, "must share their dates"),
        "short past": (
            prices, events, {"model": "constant-mean", "estimation": 390}, "estimation rows",
        ),
        "no match": (prices, events, {"null": "matched"}, "needs `match_on`"),
        "needless match": (prices, events, {"match_on": bench}, "takes no `match_on`"),
        "match too short": (
            prices, events, {"null": "matched", "match_on": bench}, "the event 2013-02-10",
        ),
    }  # fmt: skip


@pytest.mark.parametrize("case", bad_inputs().keys())
def test_bad_input_is_refused_in_one_sentence(case):
    outcome, events, options, message = bad_inputs()[case]
    with pytest.raises(InputError, match=message) as caught:
        event_study(outcome, events, **{"horizons": (5,), "replicates": 9, **options})
    assert "\n" not in str(caught.value)


def test_no_admissible_shift_is_said():
    index = pd.date_range("2020-01-01", periods=50, freq="D", unit="us")
    prices = pd.Series(np.exp(daily_noise(50).cumsum()), index=index)
    events = EventSet(index[[0]], rule="the only row whose window of 48 is complete")
    with pytest.raises(InputError, match="No circular shift"):
        event_study(prices, events, horizons=(48,), replicates=9)


def test_a_late_starter_costs_the_others_no_shift():
    """Shifts drop what the data would drop, rather than being dropped themselves."""
    returns = np.column_stack([daily_noise(900, seed=1), daily_noise(900, seed=2)])
    made = event_world(returns, np.array([150, 500, 700]), effect=0.0)
    late = with_gaps(made.prices, (1, 0, 400))
    events = EventSet(made.dates, rule="planted")
    both = event_study(late, events, horizons=(20,), replicates=9)
    assert list(both.table["n_events"]) == [3, 2]
    alone = event_study(late.iloc[:, 0], events, horizons=(20,), replicates=9)
    assert both.n_placebos > 0.95 * alone.n_placebos


def test_crowded_events_find_their_placebos():
    """Nineteen events whose windows fill three quarters of the sample."""
    rows = 70 * np.arange(19, dtype=np.int64) + 50
    n = 1_500
    allowed = np.zeros((19, n), dtype=bool)
    allowed[:, : n - 61] = True
    placed = matched_rows(
        rows,
        allowed,
        np.zeros(n, dtype=np.int64),
        dates=pd.date_range("2020-01-01", periods=19),
        reach=60,
        draws=500,
        seed=0,
    )
    assert np.diff(np.sort(placed, axis=1), axis=1).min() >= 60
    assert (placed == rows).mean() < 0.05


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        (0, "Only 9 rows resemble the event 2020-01-01"),
        (-1, "no price or fewer than .* returns up to the event 2020-01-01"),
    ],
)
def test_too_few_like_dates_is_said(cell, message):
    allowed = np.zeros((1, 100), dtype=bool)
    allowed[0, :9] = True
    with pytest.raises(InputError, match=message):
        matched_rows(
            np.array([4]),
            allowed,
            np.full(100, cell, dtype=np.int64),
            dates=pd.date_range("2020-01-01", periods=1),
            reach=30,
            draws=5,
            seed=0,
        )
