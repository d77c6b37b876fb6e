"""Two clocks, New York sessions and the 24/7 UTC day; and the days of release of figures."""

import warnings
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from pandas.tseries.holiday import USFederalHolidayCalendar

from altrotation._guarded import guarded
from altrotation.aliases import Clock, DateLike
from altrotation.errors import InputError
from altrotation.validate import require_choice, to_day

__all__ = ["CLOCKS", "days", "labels", "release_dates", "session_times", "sessions"]

CLOCKS: tuple[Clock, ...] = ("24/7", "XNYS")
_FIRST, _LAST = pd.Timestamp("1990-01-02"), pd.Timestamp("2030-12-31")


@guarded
def sessions(start: DateLike, end: DateLike) -> pd.DatetimeIndex:
    """Return the New York Stock Exchange sessions from `start` to `end`, both included.

    Parameters
    ----------
    start, end : str or Timestamp
        UTC days between 1990-01-02 and 2030-12-31.

    Returns
    -------
    DatetimeIndex
        One label a session, timezone-naive. Source: the exchange-calendars package (XNYS), which
        lists unscheduled closures such as 2012-10-29 and 2025-01-09.

    Raises
    ------
    InputError
        If a date is unreadable.
    InputError
        If a date lies outside the calendar.
    InputError
        If `start` is after `end`.
    """
    first, last = _span(start, end)
    every = session_times()[0]
    return every[every.searchsorted(first) : every.searchsorted(last, side="right")]


@guarded
def days(start: DateLike, end: DateLike) -> pd.DatetimeIndex:
    """Return every UTC day from `start` to `end`, both included: the clock of crypto markets.

    Parameters
    ----------
    start, end : str or Timestamp
        UTC days between 1990-01-02 and 2030-12-31.

    Returns
    -------
    DatetimeIndex
        Naive UTC midnights.

    Raises
    ------
    InputError
        If a date is unreadable.
    InputError
        If `start` is after `end`, or a date lies outside the calendar.
    """
    first, last = _span(start, end)
    return pd.date_range(first, last, freq="D", unit="us", name="date")


@guarded
def labels(clock: Clock, start: DateLike, end: DateLike) -> pd.DatetimeIndex:
    """Return the labels of `clock` ("24/7" or "XNYS") from `start` to `end`, both included.

    Parameters
    ----------
    clock : {"24/7", "XNYS"}
    start, end : str or Timestamp
        UTC days between 1990-01-02 and 2030-12-31.

    Returns
    -------
    DatetimeIndex
        Naive UTC midnights.

    Raises
    ------
    InputError
        If `clock` is unknown.
    InputError
        If a date is unreadable.
    InputError
        If `start` is after `end`, or a date lies outside the calendar.
    """
    require_choice(clock, CLOCKS, "clock")
    return sessions(start, end) if clock == "XNYS" else days(start, end)


@guarded
def release_dates(stamps: pd.DatetimeIndex, release: str) -> pd.DatetimeIndex:
    """Return the UTC day on which values stamped `stamps` became known.

    Parameters
    ----------
    stamps : DatetimeIndex
        The days the values are dated.
    release : str
        "3d": three calendar days after the stamp; "1b": one United States federal business day
        after it (a holiday delays the release); "0d": within the stamped day itself.

    Returns
    -------
    DatetimeIndex of the same length
        Naive UTC midnights, in the order of `stamps`.

    Raises
    ------
    InputError
        If `release` is not a whole number followed by "d" or "b".
    """
    if not isinstance(release, str):
        raise InputError(
            f"`release` must be like '0d', '1d' or '1b', got {type(release).__name__}."
        )
    if not isinstance(stamps, pd.DatetimeIndex):
        raise InputError(f"`stamps` must be a DatetimeIndex, got {type(stamps).__name__}.")
    number, kind = release[:-1], release[-1:]
    if not number.isdecimal() or kind not in ("d", "b"):
        raise InputError(f"`release` must be like '0d', '1d' or '1b', got {release!r}.")
    if kind == "d":
        return pd.DatetimeIndex(stamps + pd.Timedelta(int(number), "D"))
    moved = np.busday_offset(
        stamps.to_numpy().astype("datetime64[D]"),
        int(number),
        roll="backward",
        holidays=_federal_holidays(),
    )
    return pd.DatetimeIndex(moved).as_unit("us")


def _span(start: DateLike, end: DateLike) -> tuple[pd.Timestamp, pd.Timestamp]:
    first, last = to_day(start, "start"), to_day(end, "end")
    if first > last:
        raise InputError(f"`start` {first:%Y-%m-%d} is after `end` {last:%Y-%m-%d}; swap them.")
    if first < _FIRST or last > _LAST:
        raise InputError(
            f"The calendar covers {_FIRST:%Y-%m-%d} to {_LAST:%Y-%m-%d}, "
            f"got {first:%Y-%m-%d} to {last:%Y-%m-%d}."
        )
    return first, last


@lru_cache(maxsize=1)
def session_times() -> tuple[pd.DatetimeIndex, pd.DatetimeIndex, pd.DatetimeIndex]:
    """Return labels, opens and closes (naive UTC instants) of every New York session on file."""
    import exchange_calendars  # slow to import, and only clocks need it

    with warnings.catch_warnings():  # it still uses what pandas 3.1 deprecates
        warnings.simplefilter("ignore", DeprecationWarning)
        calendar: Any = exchange_calendars.get_calendar("XNYS", start=_FIRST, end=_LAST)
    schedule = calendar.schedule
    opens, closes = (
        pd.DatetimeIndex(schedule[column].dt.tz_convert(None)).as_unit("us")
        for column in ("open", "close")
    )
    return pd.DatetimeIndex(schedule.index).as_unit("us").rename("date"), opens, closes


@lru_cache(maxsize=1)
def _federal_holidays() -> np.ndarray:
    holidays = USFederalHolidayCalendar().holidays(_FIRST, _LAST)
    return holidays.to_numpy().astype("datetime64[D]")
