"""The specification curve against loops over dates, and the shift that all event sets share."""

import tomllib

import numpy as np
import pandas as pd
import pytest

from altrotation.claims.estimators.effects import find_events
from altrotation.claims.parsing import build
from altrotation.claims.robustness.axes import CurveSpec, parse_definition
from altrotation.claims.robustness.cells import outcome_cells
from altrotation.claims.robustness.feasible import feasible_specifications
from altrotation.claims.robustness.grid import events_of, series_name, specifications
from altrotation.claims.robustness.multiverse import specification_curve
from altrotation.claims.robustness.spans import parse_sample
from altrotation.data.calendar import sessions
from altrotation.errors import CardError, InputError
from altrotation.events.study import event_study
from tests.claims.curves import events_spec, study_spec, walk_panel
from tests.oracle import naive_multiverse as naive

SMALL = CurveSpec(
    definitions=("record", "high-60"),
    quiets=(10, 20),
    weightings=("equal", "capitalisation"),
    samples=("full", "from 2016-07", "without 2017-03..2017"),
    crossed=("definition", "outcome", "weighting"),
    least=2,
)
HELD = {
    "full": lambda day: True,
    "from 2016-07": lambda day: day >= pd.Timestamp("2016-07-01"),
    "without 2017-03..2017": lambda day: (
        day < pd.Timestamp("2017-03-01") or day > pd.Timestamp("2017-12-31")
    ),
}


@pytest.fixture(scope="module")
def panel():
    return walk_panel()


@pytest.fixture(scope="module")
def small(panel):
    return specification_curve(panel, events_spec(), study_spec(), SMALL, draws=19)


def specs_in(curve):
    every = specifications(events_spec(), study_spec(), SMALL)
    listed = {tuple(spec.choices.values()): spec for spec in every}
    axes = list(every[0].choices)
    return [listed[tuple(row)] for row in curve.table[axes].itertuples(index=False)]


def test_equals_loops_over_dates(panel, small):
    specs = specs_in(small)
    assert {spec.clock for spec in specs} == {"24/7", "XNYS"}
    assert {spec.model for spec in specs} == {"difference", "constant-mean", "market"}
    assert {spec.sample for spec in specs} == set(HELD)
    prices = panel.frame[sorted({spec.series for spec in specs})].loc["2015-01-01":"2018-12-31"]
    circle = naive.circle_of(prices)
    traded = list(sessions(circle[0], circle[-1]))
    frame = panel.frame.to_dict()
    read = {}
    btc = {
        len(rows): naive.log_levels(rows, frame["BTC"], HELD["full"]) for rows in (circle, traded)
    }

    def after(spec, day):
        rows = circle if spec.clock == "24/7" else traded
        key = (spec.clock, spec.sample, spec.series)
        if key not in read:
            read[key] = naive.log_levels(rows, frame[spec.series], HELD[spec.sample])
        return naive.window_after(
            day,
            rows=rows,
            levels=read[key],
            factor=btc[len(rows)],
            holds=HELD[spec.sample],
            model=spec.model,
            delay=spec.delay,
            horizon=spec.horizon,
            estimation=250,
        )

    few = specs[:: max(1, len(specs) // 17)]  # every kind, in seconds
    assert {spec.model for spec in few} == {"difference", "constant-mean", "market"}
    places = [specs.index(spec) for spec in few]
    events = {
        (spec.definition, spec.quiet): find_events(panel, events_of(spec, events_spec())).dates
        for spec in few
    }
    shifts = [0, *(int(shift) for shift in small.shifts[:6])]
    curves = np.array(naive.curve(few, events, circle, after, shifts))
    np.testing.assert_allclose(small.table["estimate"].to_numpy()[places], curves[0], atol=1e-12)
    np.testing.assert_allclose(small.null[:6, places], curves[1:], atol=1e-12)


@pytest.mark.parametrize("direction", ["greater", "less"])
def test_statistics_and_p_values_equal_counting(panel, direction):
    curve = specification_curve(
        panel, events_spec(), study_spec(), SMALL, draws=59, direction=direction, size=0.1
    )
    curves = [list(curve.table["estimate"]), *(list(row) for row in curve.null)]
    side = 1 if direction == "greater" else -1
    statistics, own, p_joint = naive.joint(curves, side, 0.1)
    np.testing.assert_allclose(curve.test.statistics, statistics, atol=1e-10)
    assert curve.table["p_value"].tolist() == pytest.approx(own[0], abs=1e-15)
    assert curve.joint["p_value"].tolist() == pytest.approx(p_joint, abs=1e-15)
    claimed = [
        p <= 0.1 and side * x > 0 for p, x in zip(own[0], curve.table["excess"], strict=True)
    ]
    assert curve.table["significant"].tolist() == claimed


def test_a_draw_shifts_all_event_sets_by_the_same_days(panel):
    curve = specification_curve(panel, events_spec(), study_spec(), SMALL, draws=10**6)
    days = len(pd.date_range(*curve.sample))
    assert curve.shifts.tolist() == sorted(curve.shifts)
    axes = ["definition", "quiet", "outcome", "horizon", "model", "delay", "clock", "sample"]
    table = curve.table[curve.table["weighting"] == "equal"].reset_index().set_index(axes)
    values = panel.frame["mid/BTC"].loc[curve.sample[0] : curve.sample[1]]
    logs = np.log(values.to_numpy())
    ahead = np.full(days, np.nan)
    ahead[: days - 21] = logs[21:] - logs[1:-20]
    for definition in ("record", "high-60"):
        where = table.loc[(definition, 10, "mid/BTC", 20, "difference", 1, "24/7", "full"), "index"]
        rule = events_spec() if definition == "record" else events_spec(kind="high", window=60)
        rows = values.index.get_indexer(find_events(panel, rule).dates)
        for place in (0, 7, 400):
            moved = ahead[(rows + curve.shifts[place]) % days]
            count = np.isfinite(ahead[rows]).sum()
            mean, middle = np.nanmean(moved), np.nanmean(ahead)
            scale = np.sqrt(np.isfinite(moved).sum() / count)
            expected = middle + (mean - middle) * scale
            assert curve.null[place, where] == pytest.approx(expected, abs=1e-12)


def test_equals_the_event_study_on_the_same_circle(panel):
    alone = CurveSpec(
        definitions=("record",),
        quiets=(10,),
        weightings=("equal",),
        models=("difference",),
        delays=(1,),
        clocks=("24/7",),
        samples=("full",),
        least=1,
    )
    study = study_spec()
    curve = specification_curve(panel, events_spec(), study, alone, draws=10**6)
    beside = event_study(
        panel.frame[list(study.outcomes)].loc["2015-01-01":"2018-12-31"],
        find_events(panel, events_spec()),
        horizons=study.horizons,
        replicates=9,
    )
    ours = curve.table.set_index(["outcome", "horizon"])
    assert len(curve.null) == beside.n_placebos
    for name in ("n_events", "estimate", "null_mean", "p_value"):
        pd.testing.assert_series_equal(
            ours[name], beside.table[name].reindex(ours.index), check_dtype=False, rtol=1e-10
        )


def test_session_windows_equal_the_event_study_on_sessions(panel):
    axes = CurveSpec(quiets=(10,), models=("difference",), samples=("full",), delays=(1,), least=1)
    curve = specification_curve(panel, events_spec(), study_spec(), axes)
    mine = curve.table.query("clock == 'XNYS' and definition == 'record' and weighting == 'equal'")
    beside = event_study(
        panel.on("XNYS").frame[list(study_spec().outcomes)],
        find_events(panel, events_spec()),
        horizons=(20, 40),
        replicates=9,
    )
    ours = mine.set_index(["outcome", "horizon"])["estimate"]
    expected = beside.table["estimate"].reindex(ours.index)
    pd.testing.assert_series_equal(ours, expected, rtol=1e-10)


def test_spaced_shifts_give_nearly_the_p_values_of_all(panel):
    every = specification_curve(panel, events_spec(), study_spec(), SMALL, draws=10**6)
    some = specification_curve(panel, events_spec(), study_spec(), SMALL, draws=349)
    assert len(some.shifts) == 349 < len(every.shifts)
    gaps = np.diff([0, *some.shifts])
    assert gaps.max() - gaps.min() <= 1
    apart = (some.joint["p_value"] - every.joint["p_value"]).abs()
    assert apart.max() < 0.06  # one draw in 350 is .003; the curve of neighbouring days is alike


def test_what_the_data_do_not_allow_is_left_out_with_its_reason(panel):
    axes = CurveSpec(definitions=("record", "high-252"), quiets=(10, 200), least=3)
    curve = specification_curve(panel, events_spec(), study_spec(), axes)
    grid = specifications(events_spec(), study_spec(), axes)
    assert len(curve.table) + len(curve.dropped) == len(grid) == len(set(grid))
    reasons = curve.dropped.set_index(["outcome", "weighting"])["reason"]
    assert set(reasons.loc[("ETH/BTC", "band")]) == {"the panel has no series ETH-band/BTC"}
    assert (curve.dropped["reason"] == "fewer than 3 events").any()
    assert (curve.table["n_events"] >= 3).all()
    twice = CurveSpec(definitions=("level-110", "level-110.0"), samples=("full",), least=1)
    reasons = specification_curve(panel, events_spec(), study_spec(), twice).dropped["reason"]
    assert "level-110.0 after 10 finds the days of level-110 after 10" in set(reasons)
    never = CurveSpec(samples=("full", "until 2018"), least=1)
    reasons = specification_curve(panel, events_spec(), study_spec(), never).dropped["reason"]
    assert "mid/BTC has no window outside the sample until 2018" in set(reasons)


def test_the_cards_own_choice_is_always_among_them(panel):
    study = study_spec(primary="mid-capw/BTC", outcomes=("mid-capw/BTC",), horizon=40, delay=3)
    events = events_spec(kind="high", window=77, quiet=11)
    axes = CurveSpec(delays=(1,), weightings=("equal",), samples=("full",), least=1)
    table = specification_curve(panel, events, study, axes).table
    own = table[table["primary"]].iloc[0]
    assert table["primary"].sum() == 1
    assert own["definition"] == "high-77"
    assert (own["quiet"], own["delay"], own["horizon"]) == (11, 3, 40)
    assert (own["outcome"], own["weighting"]) == ("mid/BTC", "capitalisation")


def test_a_tier_in_dollars_and_a_state_are_claims_too(panel):
    study = study_spec(outcomes=("mid",), primary="mid", horizons=(20,))
    axes = CurveSpec(models=("difference",), samples=("full",), clocks=("24/7",), least=1)
    table = specification_curve(panel, events_spec(), study, axes).table
    dollars = panel.value("mid/BTC") * panel.value("BTC")
    beside = event_study(
        dollars.loc["2015-01-01":"2018-10-30"].rename("mid"),
        find_events(panel, events_spec()),
        horizons=(20,),
        replicates=9,
    )
    ours = table.loc[table["primary"], "estimate"].iloc[0]
    assert ours == pytest.approx(beside.table["estimate"].iloc[0], abs=1e-12)


def test_all_axes_can_be_crossed(panel):
    few = CurveSpec(
        definitions=("record",),
        quiets=(10,),
        outcomes=("mid/BTC",),
        horizons=(20,),
        weightings=("equal",),
        samples=("full", "from 2016"),
        crossed=("model", "delay", "clock", "sample"),
    )
    curve = specification_curve(panel, events_spec(), study_spec(horizons=(20,)), few)
    assert len(curve.table) + len(curve.dropped) == 3 * 2 * 2 * 2


def test_by_axis_pairs_specifications_that_differ_in_nothing_else(small):
    table = small.by_axis()
    others = [axis for axis in small.table.columns[:9] if axis != "delay"]
    estimates = {}
    for row in small.table.to_dict("records"):
        estimates[tuple(row[axis] for axis in others), row["delay"]] = row["estimate"]
    changes = [
        value - estimates[key, 1]
        for (key, delay), value in estimates.items()
        if delay == 2 and (key, 1) in estimates
    ]
    assert table.loc[("delay", 2), "pairs"] == len(changes) > 3
    assert table.loc[("delay", 2), "change"] == pytest.approx(np.median(changes), abs=1e-15)
    assert table.loc[("delay", 1), "change"] == 0
    sizes = table["n"].groupby(level="axis").sum()
    assert (sizes == len(small.table)).all()
    moved = table["change"].groupby(level="axis").agg(lambda x: x.max() - x.min())
    assert small.drivers().to_dict() == pytest.approx(moved.to_dict())
    assert small.drivers().is_monotonic_decreasing


def test_share_with_the_claimed_sign(panel, small):
    above = float((small.table["estimate"] > 0).mean())
    assert small.share_with_sign == above
    less = specification_curve(
        panel, events_spec(), study_spec(), SMALL, draws=19, direction="less"
    )
    assert less.share_with_sign == pytest.approx(1 - above)


def test_band_is_that_of_sorted_curves(small):
    band = small.band(0.9)
    ranked = np.array([sorted(row) for row in small.null])
    assert band["estimate"].tolist() == sorted(small.table["estimate"])
    np.testing.assert_allclose(band["high"], np.quantile(ranked, 0.95, axis=0), atol=1e-15)
    np.testing.assert_allclose(band["low"], np.quantile(ranked, 0.05, axis=0), atol=1e-15)
    with pytest.raises(InputError, match="level"):
        small.band(1.0)


def test_evidence_is_that_of_the_median(small):
    evidence = small.evidence()
    medians = np.median(small.null, axis=1)
    observed = np.median(small.table["estimate"])
    centre = (medians.sum() + observed) / (len(medians) + 1)
    low, high = observed - np.quantile(medians - centre, [0.975, 0.025])
    assert evidence.estimate == pytest.approx(observed, abs=1e-15)
    assert evidence.interval.low == pytest.approx(low, abs=1e-12)
    assert evidence.interval.high == pytest.approx(high, abs=1e-12)
    assert evidence.p_value == small.joint["p_value"].iloc[0]
    assert evidence.n_events == len(small.events)
    spread = np.std([observed, *medians])
    assert evidence.minimum_detectable_effect == pytest.approx(2.8016 * spread, rel=1e-3)
    assert "step-down" in evidence.family


def test_it_reads_as_text_and_as_html(small):
    assert "specifications" in str(small)
    assert "Left out: the panel has no series ETH-capw/BTC" in small.describe()
    assert small._repr_html_().count("<table") == 2
    assert list(small.summary().index) == ["median effect", "share significant", "Stouffer's Z"]


def test_axes_come_from_a_table_of_a_card():
    table = tomllib.loads("""
        definitions = ["record", "high-60"]
        quiets = [10]
        weightings = ["equal"]
        samples = ["full", "without 2020..2021"]
        crossed = ["definition", "outcome"]
    """)
    axes = build(CurveSpec, table, "curve")
    assert axes == CurveSpec(
        definitions=("record", "high-60"),
        quiets=(10,),
        weightings=("equal",),
        samples=("full", "without 2020..2021"),
        crossed=("definition", "outcome"),
    )
    with pytest.raises(CardError, match=r"curve.models\[1\]"):
        build(CurveSpec, {"models": ["capm"]}, "curve")


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"definitions": ("breakout",)}, "definitions"),
        ({"definitions": ("high-x",)}, "definitions"),
        ({"definitions": ("level-0",)}, "definitions"),
        ({"weightings": ("value",)}, "weightings"),
        ({"models": ("capm",)}, "models"),
        ({"clocks": ("sessions",)}, "clocks"),
        ({"crossed": ("tier",)}, "crossed"),
        ({"samples": ("after 2017",)}, "samples"),
        ({"samples": ("from 2017..2018",)}, "samples"),
        ({"samples": ("without 2018..2017",)}, "samples"),
        ({"samples": ("from 2017-13",)}, "samples"),
        ({"quiets": (-1,)}, "quiets"),
        ({"horizons": (0,)}, "horizons"),
        ({"delays": (0,)}, "delays"),
        ({"least": 0}, "least"),
    ],
)
def test_unusable_axes_are_refused(options, word):
    with pytest.raises(InputError, match=word):
        CurveSpec(**options)


def test_definition_sample_and_weighting_in_words():
    assert parse_definition("below-55") == {"kind": "below", "level": 55.0}
    with pytest.raises(InputError, match="definitions"):
        parse_definition("record-5")
    days = pd.DatetimeIndex(["2017-12-31", "2018-01-01", "2018-12-31", "2019-01-01"])
    assert parse_sample("without 2018").holds(days).tolist() == [True, False, False, True]
    assert parse_sample("until 2017").holds(days).tolist() == [True, False, False, False]
    assert parse_sample("from 2018-12-31").holds(days).tolist() == [False, False, True, True]
    with pytest.raises(InputError, match="samples"):
        parse_sample("full history")
    assert series_name("mid/BTC", "band") == "mid-band/BTC"
    assert series_name("mid", "capitalisation") == "mid-capw"
    with pytest.raises(InputError, match="weighting"):
        series_name("mid/BTC", "value")


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda p: {"panel": p.on("XNYS")}, "24/7"),
        (lambda p: {"study": study_spec(start="2019-01-01", end="2019-12-31")}, "No outcome"),
        (lambda p: {"study": study_spec(start="2016-01-01")}, "outside the days"),
        (lambda p: {"axes": CurveSpec(least=500)}, "No specification"),
        (
            lambda p: {
                "axes": CurveSpec(outcomes=("none/BTC",)),
                "study": study_spec(outcomes=("none/BTC",), primary="none/BTC"),
            },
            "No specification",
        ),
        (lambda p: {"draws": 0}, "draws"),
        (lambda p: {"size": 1.0}, "size"),
        (lambda p: {"direction": "up"}, "direction"),
    ],
)
def test_bad_calls(panel, change, word):
    given = {"panel": panel, "events": events_spec(), "study": study_spec(), "axes": SMALL}
    given |= change(panel)
    with pytest.raises(InputError, match=word):
        specification_curve(**given)


def test_a_circle_that_leaves_no_shift_is_refused(panel):
    day = find_events(panel, events_spec()).dates[3]
    only = events_spec(start=f"{day:%Y-%m-%d}", end=f"{day:%Y-%m-%d}")
    end = day + pd.Timedelta(21, "D")  # one complete window of 20 days after a delay of one
    study = study_spec(start=only.start, end=f"{end:%Y-%m-%d}", horizons=(20,))
    axes = CurveSpec(
        definitions=("record",),
        quiets=(10,),
        outcomes=("mid/BTC",),
        weightings=("equal",),
        models=("difference",),
        delays=(1,),
        clocks=("24/7",),
        samples=("full",),
        least=1,
    )
    with pytest.raises(InputError, match="No circular shift"):
        specification_curve(panel, only, study, axes)


KEY = ("24/7", "full", "difference", 1, "mid/BTC", 20)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"key": ("24/7", "full", "difference", 1, "none/BTC", 20)}, "no series"),
        ({"start": "2019-01-01", "end": "2019-12-31"}, "No outcome"),
        ({"clock": "XNYS"}, "24/7"),
    ],
)
def test_cells_that_cannot_be_computed_are_refused(panel, change, word):
    given = {"key": KEY, "start": "2015-01-01", "end": "2018-12-31", "clock": "24/7"} | change
    with pytest.raises(InputError, match=word):
        outcome_cells(
            panel.on(given["clock"]),
            [given["key"]],
            start=given["start"],
            end=given["end"],
            benchmarks={"difference": ()},
        )


def test_grids_without_a_feasible_specification_are_refused(panel):
    with pytest.raises(InputError, match="fewer than 500 events"):
        feasible_specifications(panel, events_spec(), study_spec(), CurveSpec(least=500))
    with pytest.raises(InputError, match="outside the days"):
        feasible_specifications(panel, events_spec(), study_spec(start="2016-01-01"), SMALL)
    with pytest.raises(InputError, match="24/7"):
        feasible_specifications(panel.on("XNYS"), events_spec(), study_spec(), SMALL)
