import dataclasses

import numpy as np
import pandas as pd
import pytest

from altrotation.errors import InputError, LookaheadError
from altrotation.inference.results import RunInfo
from altrotation.regimes.conditional import days_in, split_dates
from altrotation.regimes.paths import FilteredRegime, SmoothedRegime, StatePath, require_filtered

RUN = RunInfo(0, "none")
DAYS = pd.date_range("2020-01-01", periods=8, freq="D", unit="us")


def path(codes=(-1, 0, 0, 1, 1, -1, 1, 0), kind=FilteredRegime, **changes):
    fields = {
        "detector": "toy",
        "rule": "by hand",
        "states": ("calm", "wild"),
        "dates": DAYS,
        "codes": np.array(codes),
        "run": RUN,
    }
    return kind(**{**fields, **changes})


def test_only_a_filtered_path_may_act():
    filtered, smoothed = path(), path(kind=SmoothedRegime)
    assert require_filtered(filtered) is filtered
    assert not isinstance(smoothed, FilteredRegime)
    assert not isinstance(filtered, SmoothedRegime)
    with pytest.raises(LookaheadError, match="SmoothedRegime cannot decide"):
        require_filtered(smoothed)
    with pytest.raises(LookaheadError, match="SmoothedRegime cannot decide"):
        split_dates(DAYS, smoothed)
    with pytest.raises(LookaheadError, match="SmoothedRegime cannot decide"):
        days_in("calm", smoothed, DAYS)


def test_a_bare_path_is_neither_and_may_not_act():
    bare = path(kind=StatePath)
    with pytest.raises(LookaheadError, match="StatePath cannot decide"):
        require_filtered(bare)
    with pytest.raises(InputError, match="different names"):
        StatePath(
            detector="toy",
            rule="by hand",
            states=(),
            dates=DAYS,
            codes=np.zeros(8, dtype=int),
            run=RUN,
        )


def test_labels_indicator_and_shares():
    regime = path()
    labels = regime.labels
    assert labels.iloc[[1, 3]].tolist() == ["calm", "wild"]
    assert labels.isna().tolist() == [True, False, False, False, False, True, False, False]
    np.testing.assert_array_equal(regime.indicator("wild"), [np.nan, 0, 0, 1, 1, np.nan, 1, 0])
    assert regime.shares().to_dict() == {"calm": 0.5, "wild": 0.5}


def test_spells_end_at_unknown_days_and_say_when_they_are_cut():
    spells = path().spells()
    assert spells[["state", "rows", "cut"]].to_numpy().tolist() == [
        ["calm", 2, True],
        ["wild", 2, True],
        ["wild", 1, True],
        ["calm", 1, True],
    ]
    whole = path(codes=[0, 0, 1, 1, 1, 0, 0, 0]).spells()
    assert whole["cut"].tolist() == [True, False, True]
    assert whole["start"].tolist() == [DAYS[0], DAYS[2], DAYS[5]]
    assert whole["end"].tolist() == [DAYS[1], DAYS[4], DAYS[7]]


def test_switches_bridge_unknown_days():
    assert path().switches().tolist() == [DAYS[3], DAYS[7]]


def test_summary_counts_a_state_that_never_occurs():
    table = path(codes=[0] * 8).summary()
    assert table.loc["wild", "spells"] == 0
    assert table.loc["wild", "share of days"] == 0
    assert table.loc["calm", "longest"] == 8


def test_known_before_and_at():
    regime = path()
    dates = ["2019-12-31", "2020-01-01", "2020-01-02", "2020-01-04", "2020-01-07", "2020-02-01"]
    before, at = regime.known(dates), regime.known(dates, when="at")
    # rows: 0 unknown, 1-2 calm, 3-4 wild, 5 unknown, 6 wild, 7 calm
    assert before.tolist()[3] == "calm"  # row 2, although row 3 has switched
    assert before.isna().tolist() == [True, True, True, False, True, True]
    assert at.tolist()[2:5] == ["calm", "wild", "wild"]
    assert at.isna().tolist() == [True, True, False, False, False, True]


def test_a_state_grows_too_old():
    regime = path()  # the last row is 2020-01-08, calm
    assert regime.known(["2020-01-15", "2020-01-16"]).isna().tolist() == [False, True]
    assert not regime.known(["2020-01-16"], max_age=8).isna().any()


def test_split_dates_loses_none():
    parts = split_dates(DAYS, path())
    assert list(parts) == ["calm", "wild", "unknown"]
    assert sorted(date for part in parts.values() for date in part) == DAYS.tolist()
    assert parts["wild"].tolist() == [DAYS[4], DAYS[5], DAYS[7]]


def test_split_dates_ignores_the_day_itself_and_later_ones():
    codes = np.array([0, 0, 1, 1, 0, 1, 0, 1])
    for row in range(8):
        changed = codes.copy()
        changed[row:] = 1 - changed[row:]
        for state in ("calm", "wild"):
            held = days_in(state, path(codes=codes), DAYS)
            other = days_in(state, path(codes=changed), DAYS)
            assert held.iloc[: row + 1].equals(other.iloc[: row + 1])


def test_days_in_on_another_clock():
    weeks = pd.date_range("2020-01-03", periods=3, freq="3D", unit="us")
    assert days_in("wild", path(codes=[0, 0, 1, 1, 1, 1, 0, 0]), weeks).tolist() == [
        False,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"codes": np.array([0, 1])}, "one entry a date"),
        ({"codes": np.full(8, 2)}, "must lie in -1..1"),
        ({"codes": np.full(8, -1)}, "say why in `invalid`"),
        ({"states": ("a", "a")}, "different names"),
        ({"probabilities": pd.DataFrame(np.ones((8, 3)))}, "must have shape"),
        ({"dates": DAYS[::-1]}, "unsorted"),
    ],
)
def test_a_bad_path_is_refused(changes, message):
    with pytest.raises(InputError, match=message):
        path(kind=StatePath, **changes)
    with pytest.raises(InputError, match=message):
        path(kind=SmoothedRegime, **changes)


def test_an_invalid_path_says_why():
    empty = path(codes=[-1] * 8, invalid="too short")
    assert "too short" in repr(empty)
    assert "too short" in empty._repr_html_()
    assert empty.shares().isna().all()
    assert len(empty.spells()) == 0


def test_paths_are_frozen():
    regime = path()
    with pytest.raises(dataclasses.FrozenInstanceError):
        regime.detector = "other"
    with pytest.raises(ValueError, match="read-only"):
        regime.codes[0] = 1


def test_unknown_options_raise():
    with pytest.raises(InputError, match="`when` must be one of"):
        path().known(DAYS, when="after")
    with pytest.raises(InputError, match="`state` must be one of"):
        path().indicator("mad")
