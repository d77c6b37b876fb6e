"""The contrast of two event sets against slow loops, by hand, and at its edges."""

import numpy as np
import pandas as pd
import pytest

from altrotation.errors import InputError
from altrotation.events.contrast import contrast
from altrotation.events.eventset import EventSet
from altrotation.events.noise import mean_outcome_noise, weighted_outcome_noise
from altrotation.events.study import event_study
from altrotation.synthetic.noise import daily_noise
from tests.oracle.naive_contrast import contrast_counts
from tests.oracle.naive_events import log_levels

HORIZONS = (5, 12, 20)


def prices(n=320, m=2, seed=0):
    steps = np.column_stack(
        [daily_noise(n, autocorrelation=0.2, seed=10 * seed + j) for j in range(m)]
    )
    days = pd.date_range("2020-01-01", periods=n, freq="D", unit="us", name="date")
    return pd.DataFrame(np.exp(steps.cumsum(axis=0)), index=days, columns=list("ab")[:m])


def events(frame, *rows):
    return EventSet(frame.index[list(rows)], rule=f"rows {rows}")


def with_gap(frame, column, first, after):
    holed = frame.copy()
    holed.iloc[first:after, column] = np.nan
    return holed


SETS = {
    "apart": ((40, 170), (100, 240)),
    "overlapping": ((40, 52, 170), (45, 171)),
    "one against many, cut at the end": ((60,), (90, 200, 305)),
}
GAPS = {"complete": None, "hole in a window": (0, 103, 106), "late start": (1, 0, 80)}


@pytest.mark.parametrize("alternative", ["two-sided", "greater", "less"])
@pytest.mark.parametrize("gap", GAPS.values(), ids=GAPS.keys())
@pytest.mark.parametrize("sets", SETS.values(), ids=SETS.keys())
def test_counts_equal_the_loop_over_all_joint_shifts(sets, gap, alternative):
    frame = prices(seed=len(sets[1]))
    frame = frame if gap is None else with_gap(frame, *gap)
    result = contrast(
        frame, events(frame, *sets[0]), events(frame, *sets[1]),
        horizons=HORIZONS, replicates=50, alternative=alternative,
    )  # fmt: skip
    observed, counts, step, shifts = contrast_counts(
        log_levels(frame), *sets, HORIZONS, alternative=alternative
    )
    assert len(result.null_contrasts) == shifts
    for place, (cell, difference) in enumerate(observed):
        row = result.table.iloc[place]
        if difference is None:
            assert row[["estimate", "low", "p_value", "relabel_floor"]].isna().all()
            continue
        assert row["estimate"] == pytest.approx(difference, abs=1e-13)
        assert row["p_value"] * (shifts + 1) - 1 == pytest.approx(counts[cell], abs=1e-6)
        assert row["p_adjusted"] * (shifts + 1) - 1 == pytest.approx(step[cell], abs=1e-6)


def test_means_are_those_of_two_event_studies():
    frame = prices()
    first, second = events(frame, 40, 90), events(frame, 150, 210, 250)
    result = contrast(frame, first, second, horizons=HORIZONS, replicates=50)
    for name, one in (("mean_first", first), ("mean_second", second)):
        study = event_study(frame, one, horizons=HORIZONS, replicates=50)
        np.testing.assert_allclose(result.table[name], study.table["estimate"], atol=1e-13)
    difference = result.table["mean_first"] - result.table["mean_second"]
    np.testing.assert_allclose(result.table["estimate"], difference, atol=1e-15)


def test_exchanging_the_sets_turns_the_sign():
    frame = prices()
    first, second = events(frame, 40, 90), events(frame, 150, 210, 250)
    there = contrast(frame, first, second, horizons=(20,), replicates=99, alternative="greater")
    back = contrast(frame, second, first, horizons=(20,), replicates=99, alternative="less")
    np.testing.assert_allclose(there.table["estimate"], -back.table["estimate"])
    np.testing.assert_allclose(there.table["p_value"], back.table["p_value"])
    np.testing.assert_allclose(there.table["low"], -back.table["high"], rtol=0.6)


def test_a_drift_of_the_outcome_cancels():
    frame = prices(m=1)
    drift = frame.mul(np.exp(0.01 * np.arange(len(frame))), axis=0)
    first, second = events(frame, 40, 90), events(frame, 150, 210)
    plain, moved = (
        contrast(each, first, second, horizons=(20,), replicates=99).table.iloc[0]
        for each in (frame, drift)
    )
    for name in ("estimate", "p_value", "low", "high"):
        assert plain[name] == pytest.approx(moved[name], abs=1e-9)
    assert moved["mean_first"] == pytest.approx(plain["mean_first"] + 0.2)


def test_the_smallest_p_of_exchanged_labels():
    frame = prices()
    uneven = contrast(frame, events(frame, 30, 60), events(frame, 90, 120, 150), horizons=(5,))
    even = contrast(frame, events(frame, 30, 60), events(frame, 90, 120), horizons=(5,))
    assert (uneven.table["relabel_floor"] == 1 / 10).all()  # 5 choose 2
    assert (even.table["relabel_floor"] == 2 / 6).all()  # 4 choose 2, and the mirror image


def test_evidence_and_result():
    frame = with_gap(prices(), 1, 0, 200)
    first, second = events(frame, 30, 60), events(frame, 90, 210, 240)
    result = contrast(frame, first, second, horizons=HORIZONS, replicates=99, seed=7)
    row = result.table.loc[("a", 12)]
    evidence = result.evidence("a", 12)
    assert (evidence.estimate, evidence.interval.low) == (row["estimate"], row["low"])
    assert evidence.n_events == 5
    assert 2 <= evidence.n_effective <= 5
    assert evidence.run.seed == 7
    assert "1 2" not in evidence.family
    assert result.evidence("b", 12).invalid == "one of the sets has no complete window of 12 days"
    assert len(result.null_distribution("a", 5)) == len(result.null_contrasts)
    assert "rows (30, 60)" in result._repr_html_()
    pd.testing.assert_frame_equal(result.summary(), result.table)
    again = contrast(frame, first, second, horizons=HORIZONS, replicates=99, seed=7)
    pd.testing.assert_frame_equal(result.table, again.table)


def test_a_benchmark_and_models_enter_as_in_the_study():
    frame = prices(n=420, m=1)
    bench = prices(n=420, m=1, seed=5)["a"].rename("benchmark")
    first, second = events(frame, 280, 300), events(frame, 330, 370)
    options = {"model": "market", "benchmark": bench, "horizons": (10,), "replicates": 50}
    result = contrast(frame, first, second, **options)
    means = [
        event_study(frame, one, **options).table["estimate"].iloc[0] for one in (first, second)
    ]
    assert result.table["estimate"].iloc[0] == pytest.approx(means[0] - means[1])


BAD_CONTRASTS = [
    ({"alternative": "both"}, "`alternative` must be one of"),
    ({"replicates": 0}, "`replicates` must be at least 1"),
    ({"level": 95}, "`level` must lie between"),
    ({"horizons": ()}, "`horizons` is empty"),
    ({"second": (40, 90)}, "hold the same 2 dates"),
    ({"second": (319,)}, "do both sets have a complete window"),
    ({"horizons": (318,), "first": (0,), "second": (0, 300)}, "No joint shift"),
]


@pytest.mark.parametrize(("changed", "message"), BAD_CONTRASTS)
def test_bad_calls_are_refused(changed, message):
    frame = prices()
    options = {"first": (40, 90), "second": (150, 210), **changed}
    first, second = (events(frame, *options.pop(name)) for name in ("first", "second"))
    with pytest.raises(InputError, match=message):
        contrast(frame, first, second, **options)


@pytest.mark.parametrize(("outcome", "horizon"), [("c", 20), ("a", 7)])
def test_unknown_cells_are_refused(outcome, horizon):
    frame = prices()
    result = contrast(frame, events(frame, 40), events(frame, 90), horizons=(20,), replicates=9)
    with pytest.raises(InputError, match="must be one of"):
        result.evidence(outcome, horizon)


# --- the noise behind the interval ---------------------------------------------------------------


def test_weights_of_a_mean_give_the_noise_of_a_mean():
    daily = daily_noise(3_000, seed=4)
    rows, horizons = np.array([300, 320, 2_000]), np.array([20, 60])
    options = {"delay": 1, "estimation": 50, "replicates": 60, "seed": 2}
    used = np.array([[True, True], [True, True], [True, False]])
    weights = np.array([[1 / 3, 1 / 2], [1 / 3, 1 / 2], [1 / 3, 0.0]])
    mean = mean_outcome_noise(daily, rows, used, horizons, **options)
    same = weighted_outcome_noise(daily, rows, weights, np.zeros(3, int), horizons, **options)
    np.testing.assert_allclose(mean, same, atol=1e-14)


def test_noise_variance_is_that_of_the_windows_of_both_signs():
    """White noise: windows of 60, two against one; shared days of opposite sign cancel.

    Relative standard error of the deviation .032 as in the test of the mean; three of them.
    """
    daily = daily_noise(20_000, seed=9)
    weights = np.array([[0.5], [0.5], [-1.0]])
    options = {"delay": 1, "estimation": 0, "replicates": 8_000, "seed": 1}
    for rows, variance in (
        ((2_000, 5_000, 9_000), 60 * (0.25 + 0.25 + 1)),
        # 30 days are shared by the second window and the third: +.5 - 1 instead of .25 + 1
        ((2_000, 5_000, 5_030), 60 * 0.25 + 30 * (0.25 + 0.25 + 1)),
    ):
        errors = weighted_outcome_noise(
            daily, np.array(rows), weights, np.array([0, 0, 1]), np.array([60]), **options
        )
        assert errors.std() == pytest.approx(0.03 * np.sqrt(variance), rel=0.095)
