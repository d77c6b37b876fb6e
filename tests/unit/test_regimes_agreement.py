from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score

from altrotation.errors import InputError
from altrotation.inference.results import RunInfo
from altrotation.regimes.agreement import adjusted_rand, agreement, lead, rand_index, sensitivity
from altrotation.regimes.detection import detection
from altrotation.regimes.paths import FilteredRegime, SmoothedRegime


def path(codes, kind=FilteredRegime, start="2020-01-01", detector="toy"):
    days = pd.date_range(start, periods=len(codes), freq="D", unit="us")
    return kind(
        detector=detector,
        rule="by hand",
        states=("low", "high", "top"),
        dates=days,
        codes=np.array(codes),
        run=RunInfo(0, "none"),
    )


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3)), min_size=2, max_size=40))
def test_rand_index_equals_scikit_learn(pairs):
    a, b = np.array(pairs).T
    value = rand_index(a, b)
    if np.isnan(value):  # nothing is divided by either
        assert len(set(a)) == len(set(b)) == 1 or len(set(a)) == len(set(b)) == len(a)
    else:
        assert value == pytest.approx(adjusted_rand_score(a, b), abs=1e-12)


def test_rand_index_by_counting_pairs():
    a, b = np.array([0, 0, 1, 1, 1, 2]), np.array([0, 1, 1, 1, 2, 2])
    pairs = list(combinations(range(6), 2))
    same_a = np.array([a[i] == a[j] for i, j in pairs])
    same_b = np.array([b[i] == b[j] for i, j in pairs])
    expected = same_a.sum() * same_b.sum() / len(pairs)
    value = ((same_a & same_b).sum() - expected) / ((same_a.sum() + same_b.sum()) / 2 - expected)
    assert rand_index(a, b) == pytest.approx(value)


def test_agreement_is_about_common_known_days_and_not_about_names():
    a = path([0, 0, 1, 1, -1, 0, 0, 1])
    b = path([1, 1, 0, 0, 0, 1, 1, 0])
    late = path([1, 1, 2, 2], start="2020-01-05", kind=SmoothedRegime)
    table = agreement({"a": a, "b": b, "late": late})
    assert table.loc["a", "b"] == 1.0
    assert table.loc["b", "a"] == 1.0
    assert table.loc["a", "late"] == pytest.approx(adjusted_rand_score([0, 0, 1], [1, 2, 2]))
    assert np.isnan(adjusted_rand(a, path([0, 1], start="2030-01-01")))
    with pytest.raises(InputError, match="number of paths"):
        agreement({"a": a})


def test_lead_of_a_copy_that_comes_later():
    early = path([0] * 5 + [1] * 10 + [0] * 10 + [1] * 10 + [0] * 5, detector="early")
    late = path([0] * 8 + [1] * 10 + [0] * 10 + [1] * 10 + [0] * 2, detector="late")
    row = lead(early, late, state="high").iloc[0]
    assert (row["matched"], row["median"], row["share_first"]) == (2, 3.0, 1.0)
    assert (row["unmatched_first"], row["unmatched_second"]) == (0, 0)
    assert np.isnan(row["low"])  # two matches bound no median at 95 %
    back = lead(late, early, state="high").iloc[0]
    assert back["median"] == -3.0
    assert lead(early, late, state="high", within=2).iloc[0]["matched"] == 0


def test_an_entry_is_used_once_and_the_nearest_wins():
    first = path([0, 1, 0, 0, 0, 0, 0, 0])
    second = path([0, 0, 0, 1, 0, 1, 0, 0])
    row = lead(first, second, state="high").iloc[0]
    assert (row["matched"], row["median"], row["unmatched_second"]) == (1, 2.0, 1)


def test_median_interval_from_order_statistics():
    # n = 10: ranks 2 and 9 cover 1 - 2 P(Bin(10, .5) <= 1) = .9785; ranks 3 and 8 only .891
    codes = np.zeros(10 * 40, dtype=int)
    other = codes.copy()
    for k in range(10):
        codes[40 * k + 10 : 40 * k + 30] = 1
        other[40 * k + 11 + k : 40 * k + 30] = 1
    row = lead(path(codes), path(other), state="high").iloc[0]
    assert (row["matched"], row["median"]) == (10, 5.5)
    assert (row["low"], row["high"]) == (2.0, 9.0)


def test_sensitivity_compares_with_the_reference():
    values = np.random.default_rng(0).normal(size=200)

    def detect(threshold):
        return path((values > threshold).astype(int))

    table = sensitivity(detect, [-0.5, 0.0, 0.5], reference=0.0)
    assert table.loc[0.0, "agreement"] == 1.0
    assert table["agreement"].drop(0.0).max() < 1.0
    assert (table["known"] == 200).all()


def test_unknown_states_are_refused():
    one = path([0, 1, 0])
    with pytest.raises(InputError, match="`state` must be one of"):
        lead(one, one, state="mad")
    with pytest.raises(InputError, match="`second_state` must be one of"):
        lead(one, one, state="low", second_state="mad")


def test_detection_score_by_hand():
    truth = np.array([0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 1, 1])
    codes = np.array([-1, 0, 1, 0, 0, 1, 1, 1, 1, 1, 1, 1])
    score = detection(truth, codes)
    assert (score.rows, score.switches) == (11, 3)
    assert score.delays == (2, 0)  # rows 3 -> 5; row 7 is missed; row 10 at once
    assert score.missed == 1
    assert score.false_alarms == 2  # rows 2 and 3
    assert score.median_delay == 1.0
    assert score.false_alarm_rate == pytest.approx(2000 / 11)
    assert score.accuracy == pytest.approx(5 / 11)
    assert score.adjusted_rand == pytest.approx(adjusted_rand_score(truth[1:], codes[1:]))


def test_a_perfect_path_scores_perfectly():
    truth = (np.arange(100) // 20) % 2
    score = detection(truth, truth)
    assert (score.missed, score.false_alarms, score.median_delay) == (0, 0, 0.0)
    assert (score.adjusted_rand, score.accuracy) == (1.0, 1.0)


def test_labellings_of_different_length_are_refused():
    with pytest.raises(InputError, match="one shape"):
        rand_index(np.zeros(3, dtype=int), np.zeros(4, dtype=int))


def test_a_world_without_a_switch_has_false_alarms_only():
    score = detection(np.zeros(6, dtype=int), np.array([0, 0, 1, 1, 0, 0]))
    assert (score.switches, score.missed, score.delays, score.false_alarms) == (0, 0, (), 1)
    assert np.isnan(score.median_delay)


@pytest.mark.parametrize(
    ("truth", "codes", "message"),
    [
        ([0, 1], [0], "one shape"),
        ([0, -1], [0, 0], "negative code"),
        ([0, 1], [-1, -1], "knows no state"),
    ],
)
def test_scores_of_nonsense_are_refused(truth, codes, message):
    with pytest.raises(InputError, match=message):
        detection(np.array(truth), np.array(codes))
