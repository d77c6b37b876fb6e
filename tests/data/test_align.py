import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from altrotation.data.align import align, last_known, sample_on
from altrotation.data.calendar import days, sessions
from altrotation.data.cards import SeriesCard
from altrotation.data.panel import Panel
from altrotation.errors import InputError


def card(release, calendar="weekly"):
    return SeriesCard(name="x", kind="rate", unit="percent", calendar=calendar, release=release)


def series(name, start, values):
    return pd.Series(values, index=days(start, "2024-12-31")[: len(values)], name=name, dtype=float)


def test_align_spans_the_common_days_and_fills_nothing():
    a = series("a", "2024-01-01", [1, 2, np.nan, 4, 5, 6])
    b = series("b", "2024-01-03", [30, 40, 50, 60, 70, 80])
    both = align(a, b, clock="24/7")
    assert list(both.index) == list(days("2024-01-03", "2024-01-06"))
    assert both["b"].to_list() == [30, 40, 50, 60]
    assert np.isnan(both["a"].iloc[0])
    assert both["a"].iloc[1:].to_list() == [4, 5, 6]
    assert list(align(a, b, clock="XNYS").index) == list(sessions("2024-01-03", "2024-01-06"))


def test_align_refuses_what_it_cannot_place():
    a = series("a", "2024-01-01", [1, 2])
    with pytest.raises(InputError, match="at least one series"):
        align(clock="24/7")
    with pytest.raises(InputError, match="different names, got 'a'"):
        align(a, a, clock="24/7")
    with pytest.raises(InputError, match="'b' has none"):
        align(a, series("b", "2024-01-01", [np.nan]), clock="24/7")
    with pytest.raises(InputError, match="no days in common"):
        align(a, series("b", "2024-02-01", [1.0]), clock="24/7")
    with pytest.raises(InputError, match="`clock` must be one of"):
        align(a, clock="12/5")


def test_sample_on_gives_values_or_nothing():
    a = series("a", "2024-01-01", [1, 2, 3])
    sample = sample_on(a, pd.DatetimeIndex(["2024-01-02", "2024-01-09"]))
    assert sample.iloc[0] == 2
    assert np.isnan(sample.iloc[1])
    with pytest.raises(InputError, match="unsorted"):
        sample_on(a, pd.DatetimeIndex(["2024-01-02", "2024-01-01"]))
    with pytest.raises(InputError, match="`series` is infinite on 2024-01-02"):
        sample_on(series("b", "2024-01-01", [1.0, np.inf]), a.index)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(
    data=st.lists(st.booleans(), min_size=2, max_size=40),
    release=st.sampled_from(["0d", "1d", "5d", "58d", "1b", "3b"]),
    age=st.none() | st.integers(0, 20),
)
def test_last_known_equals_a_search_over_all_stamps(data, release, age):
    stamps = days("2024-01-01", "2024-03-31")[: len(data)]
    values = pd.Series(np.where(data, np.arange(len(data), dtype=float), np.nan), index=stamps)
    labels = days("2024-01-01", "2024-05-31")
    found = last_known(values, card(release), labels, max_age=age)
    releases = [
        (card(release).known(pd.DatetimeIndex([stamp]))[0], held)
        for stamp, held in values.dropna().items()
    ]
    for label, value in zip(labels, found.to_list(), strict=True):
        expected = np.nan
        for known, held in releases:
            if known <= label:
                expected = held if age is None or (label - known).days <= age else np.nan
        assert value == expected or (np.isnan(value) and np.isnan(expected)), label


def test_last_known_is_what_the_panel_carries_forward():
    index = days("2024-01-01", "2024-02-29")
    values = pd.Series(np.nan, index=index)
    values[index.day_of_week == 2] = np.arange(9.0)[: int((index.day_of_week == 2).sum())]
    panel = Panel(values.to_frame("x"), [card("1b")])
    filled = panel.on("XNYS", fill="last-known").value("x")
    found = last_known(values, card("1b"), sessions("2024-01-01", "2024-02-29"))
    assert filled.to_list() == pytest.approx(found.to_list(), nan_ok=True)


def test_last_known_ignores_the_future():
    values = series("x", "2024-01-01", np.arange(20.0))
    labels = days("2024-01-01", "2024-01-20")
    changed = values.copy()
    changed["2024-01-11":] = -1.0
    before, after = (last_known(item, card("1d"), labels) for item in (values, changed))
    assert before[:"2024-01-11"].equals(after[:"2024-01-11"])
    assert before["2024-01-12"] != after["2024-01-12"]


def test_last_known_of_nothing_is_nothing():
    empty = series("x", "2024-01-01", [np.nan])
    assert last_known(empty, card("0d"), days("2024-01-01", "2024-01-03"), max_age=3).isna().all()
    with pytest.raises(InputError, match="`max_age` must be at least 0"):
        last_known(empty, card("0d"), days("2024-01-01", "2024-01-03"), max_age=-1)
    with pytest.raises(InputError, match="`series` has unsorted dates"):
        last_known(
            series("x", "2024-01-01", [1, 2])[::-1], card("0d"), days("2024-01-01", "2024-01-03")
        )
    with pytest.raises(InputError, match="`labels` has 2024-01-01 twice"):
        last_known(empty, card("0d"), pd.DatetimeIndex(["2024-01-01", "2024-01-01"]))
