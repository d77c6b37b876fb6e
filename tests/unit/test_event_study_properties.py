"""What must not change an event study, and what must change it in step."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from altrotation.events.eventset import EventSet
from altrotation.events.study import event_study
from altrotation.synthetic.noise import daily_noise
from altrotation.synthetic.worlds import event_world

HORIZONS = (4, 9)
RUNS = settings(max_examples=20, deadline=None)

seeds = st.integers(0, 10_000)
row_sets = st.lists(st.integers(25, 180), min_size=1, max_size=5, unique=True).map(
    lambda rows: np.array(sorted(rows), dtype=np.int64)
)
models = st.sampled_from(["difference", "constant-mean", "market"])


def world(seed, rows, *, n=200, m=2, **kwargs):
    returns = np.column_stack([daily_noise(n, seed=3 * seed + j) for j in range(m)])
    return event_world(returns, rows, **kwargs)


def study(prices, dates, *, model="difference", **kwargs):
    bench = None
    if model == "market":
        moves = daily_noise(400, seed=5)[: len(prices)]
        bench = pd.Series(np.exp(moves.cumsum()), index=prices.index)
    return event_study(
        prices,
        EventSet(dates, rule="planted"),
        horizons=HORIZONS,
        model=model,
        benchmark=bench,
        estimation=20,
        replicates=30,
        **kwargs,
    )


@RUNS
@given(seeds, row_sets, models, st.floats(1e-3, 1e3))
def test_the_scale_of_prices_does_not_matter(seed, rows, model, factor):
    made = world(seed, rows)
    one = study(made.prices, made.dates, model=model)
    two = study(made.prices * [factor, 1.0], made.dates, model=model)
    np.testing.assert_allclose(one.table, two.table, rtol=1e-7, atol=1e-10)
    pd.testing.assert_series_equal(one.table["p_value"], two.table["p_value"])


@RUNS
@given(seeds, row_sets, models)
def test_the_order_of_outcomes_does_not_matter(seed, rows, model):
    made = world(seed, rows, m=3)
    names = list(made.prices.columns)
    one = study(made.prices, made.dates, model=model).table
    two = study(made.prices[names[::-1]], made.dates, model=model).table
    pd.testing.assert_frame_equal(one, two.loc[one.index])


@RUNS
@given(seeds, row_sets)
def test_an_outcome_keeps_all_but_its_adjusted_p_in_other_company(seed, rows):
    made = world(seed, rows)
    together = study(made.prices, made.dates).table.loc[["outcome 0"]]
    alone = study(made.prices[["outcome 0"]], made.dates).table
    pd.testing.assert_frame_equal(
        together.drop(columns="p_adjusted"), alone.drop(columns="p_adjusted")
    )
    assert (together["p_adjusted"] >= alone["p_adjusted"] - 1e-12).all()


@RUNS
@given(seeds, row_sets, models, st.integers(1, 60))
def test_later_rows_leave_outcomes_and_paths_alone(seed, rows, model, more):
    made = world(seed, rows, n=200 + more)
    cut = made.prices.iloc[:200]
    short, long = (study(prices, made.dates, model=model, delay=2) for prices in (cut, made.prices))
    for name in short.outcomes:
        pd.testing.assert_frame_equal(short.paths(name), long.paths(name), check_exact=True)
        for horizon in HORIZONS:
            pd.testing.assert_series_equal(
                short.car(name, horizon), long.car(name, horizon), check_exact=True
            )


@RUNS
@given(seeds, row_sets, st.floats(-0.01, 0.01))
def test_a_constant_drift_moves_the_estimate_and_not_the_p(seed, rows, drift):
    plain, moved = world(seed, rows), world(seed, rows, drift=drift)
    one, two = (study(made.prices, made.dates) for made in (plain, moved))
    pd.testing.assert_series_equal(one.table["p_value"], two.table["p_value"])
    pd.testing.assert_series_equal(one.table["p_adjusted"], two.table["p_adjusted"])
    np.testing.assert_allclose(one.table["excess"], two.table["excess"], atol=1e-9)
    days = one.table.index.get_level_values("horizon").to_numpy()
    np.testing.assert_allclose(
        two.table["estimate"] - one.table["estimate"], drift * days, atol=1e-9
    )
    flat = (study(made.prices, made.dates, model="constant-mean") for made in (plain, moved))
    a, b = (result.table for result in flat)
    np.testing.assert_allclose(a["estimate"], b["estimate"], atol=1e-9)


@RUNS
@given(seeds, row_sets)
def test_turning_prices_upside_down_turns_the_result(seed, rows):
    made = world(seed, rows)
    one = study(made.prices, made.dates, alternative="greater").table
    two = study(1 / made.prices, made.dates, alternative="less").table
    np.testing.assert_allclose(one["estimate"], -two["estimate"], atol=1e-12)
    pd.testing.assert_series_equal(one["p_value"], two["p_value"])


@RUNS
@given(seeds, row_sets)
def test_bounds_of_the_table(seed, rows):
    made = world(seed, rows)
    result = study(made.prices, made.dates)
    table = result.table
    assert (table["p_value"] >= table["p_attainable"]).all()
    assert (table["p_adjusted"] >= table["p_value"]).all()
    assert (table["p_adjusted"] <= 1).all()
    assert table["n_effective"].between(1, table["n_events"]).all()
    assert (table["n_clusters"] <= table["n_events"]).all()
    assert (table["low"] <= table["high"]).all()
    assert (table["n_events"] + table["n_dropped"] == len(made.rows)).all()
    assert result.n_placebos < len(made.prices)
