import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from altrotation.errors import InputError
from altrotation.events.eventset import EventSet

DATES = ["2016-11-14", "2018-05-16", "2020-11-13", "2021-11-02", "2025-09-18"]
EVENTS = EventSet(DATES, rule="record", source="RUT", parameters=[("quiet", 60)])

offsets = st.lists(st.integers(0, 400), unique=True, max_size=25).map(sorted)


def at(days):
    return EventSet([pd.Timestamp("2020-01-01") + pd.Timedelta(d, "D") for d in days], rule="r")


def test_a_set_keeps_dates_rule_source_and_parameters():
    assert len(EVENTS) == 5
    assert list(EVENTS) == [pd.Timestamp(date) for date in DATES]
    assert EVENTS.dates.unit == "us"
    assert EVENTS.dates.name == "event"
    assert (EVENTS.rule, EVENTS.source) == ("record", "RUT")
    assert EVENTS.parameters == (("quiet", 60),)
    assert repr(EVENTS).startswith("EventSet(5 events: record; RUT: 2016-11-14, 2018-05-16")
    assert repr(at(range(15))).endswith("2020-01-12, ...)")


def test_between_includes_both_ends_and_says_so():
    found = EVENTS.between("2018-05-16", "2021-11-02")
    assert list(found) == [pd.Timestamp(date) for date in DATES[1:4]]
    assert found.rule == "record; 2018-05-16 to 2021-11-02"
    assert found.parameters == EVENTS.parameters
    assert len(EVENTS.between("2000-01-01", "2001-01-01")) == 0
    assert len(EVENTS) == 5


@given(days=offsets, gap=st.integers(1, 60))
def test_thin_equals_the_loop(days, gap):
    kept = []
    for day in days:
        if all(day - other >= gap for other in kept):
            kept.append(day)
    assert at(days).thin(gap).dates.equals(at(kept).dates)


@given(days=offsets, horizon=st.integers(1, 60))
def test_clusters_are_the_components_of_overlap(days, horizon):
    found = at(days).clusters(horizon)
    assert len(found) == len(days)
    for i, j in zip(range(len(days)), range(1, len(days)), strict=False):
        assert (found[j] == found[i]) == (days[j] - days[i] < horizon)
    assert found.tolist() == sorted(found)
    if days:
        assert set(found) == set(range(found[-1] + 1))


def test_shift_moves_calendar_days():
    assert EVENTS.shift(-7).dates[0] == pd.Timestamp("2016-11-07")
    assert EVENTS.shift(30).rule == "record; moved by +30 days"


def test_a_set_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        EVENTS.rule = "other"
    with pytest.raises(TypeError):
        EVENTS.dates[0] = pd.Timestamp("2020-01-01")


def test_an_empty_set():
    empty = EventSet([], rule="none")
    assert len(empty) == 0
    assert len(empty.thin(3)) == len(empty.shift(3)) == 0
    assert empty.clusters(5).shape == (0,)
    assert np.issubdtype(empty.clusters(5).dtype, np.integer)
    assert len(empty.between("2020-01-01", "2021-01-01")) == 0
    assert empty.dates.unit == "us"


BAD = [
    (lambda: EventSet(["2020-01-02", "2020-01-01"], rule="r"), "sorted without doubles"),
    (lambda: EventSet(["2020-01-01", "2020-01-01"], rule="r"), "sorted without doubles"),
    (lambda: EventSet(["someday"], rule="r"), "`dates` must be a date"),
    (lambda: EventSet(["2020-01-01 12:00"], rule="r"), "write the day alone"),
    (lambda: EVENTS.thin(0), "`min_gap` must be at least 1, got 0"),
    (lambda: EVENTS.clusters(0), "`horizon` must be at least 1, got 0"),
    (lambda: EVENTS.between("then", "2020-01-01"), "`start` must be a date"),
]


@pytest.mark.parametrize(("call", "message"), BAD)
def test_bad_calls(call, message):
    with pytest.raises(InputError, match=message):
        call()
