"""The instants behind daily labels: when New York closed, when the crypto day ended."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.aliases import Clock, IntArray
from altrotation.data.calendar import CLOCKS, session_times
from altrotation.errors import InputError
from altrotation.validate import daily_index, require_choice

__all__ = ["ACTIVITIES", "HOUR", "close_instants", "cumulative_activity", "to_nanoseconds"]

ACTIVITIES = ("calendar", "sessions")
HOUR = 3_600_000_000_000  # nanoseconds


@guarded
def close_instants(index: pd.DatetimeIndex, clock: Clock) -> pd.DatetimeIndex:
    """Return the UTC instants at which the values labelled by `index` were set.

    Parameters
    ----------
    index : DatetimeIndex
        UTC days.
    clock : {"24/7", "XNYS"}
        "24/7": the end of the day, 24:00 UTC. "XNYS": the close of that New York session, 20:00 or
        21:00 UTC, earlier on half days (exchange-calendars).

    Returns
    -------
    DatetimeIndex
        Timezone-naive UTC instants.

    Raises
    ------
    InputError
        If `clock` is unknown.
    InputError
        If `index` is not sorted, unique UTC days.
    InputError
        If a day is no session.
    """
    require_choice(clock, CLOCKS, "clock")
    days = daily_index(index, "index")
    if clock == "24/7":
        return pd.DatetimeIndex(days + pd.Timedelta(1, "D")).as_unit("us")
    labels, _, closes = session_times()
    places = labels.searchsorted(days)
    missing = labels[np.minimum(places, len(labels) - 1)] != days
    if missing.any():
        raise InputError(
            f"{days[missing][0]:%Y-%m-%d} is no session of the clock XNYS; drop days without a "
            "close first."
        )
    return closes[places]


def cumulative_activity(kind: str) -> Callable[[pd.DatetimeIndex], IntArray]:
    """Return the function that gives cumulative activity, in nanoseconds, at UTC instants.

    Parameters
    ----------
    kind : {"calendar", "sessions"}
        "calendar": every hour counts. "sessions": only hours in which New York is open, for series
        that are thought to move together only then.

    Returns
    -------
    callable
        From a DatetimeIndex of n naive UTC instants to an int array of shape (n,), nanoseconds,
        never falling.

    Raises
    ------
    InputError
        If `kind` is unknown.
    """
    require_choice(kind, ACTIVITIES, "activity")
    if kind == "calendar":
        return to_nanoseconds
    return _open_nanoseconds


def to_nanoseconds(instants: pd.DatetimeIndex) -> IntArray:
    """Return UTC instants as nanoseconds since 1970, whatever the unit of the index.

    Parameters
    ----------
    instants : DatetimeIndex of shape (n,)
        Timezone-naive, none missing.

    Returns
    -------
    int array of shape (n,)

    Raises
    ------
    InputError
        If an instant lies before 1678 or after 2261, where nanoseconds cannot be counted.
    """
    try:
        return np.asarray(instants.as_unit("ns").asi8)
    except pd.errors.OutOfBoundsDatetime as error:
        raise InputError(f"Instants must lie between 1678 and 2261: {error}.") from error


def _open_nanoseconds(instants: pd.DatetimeIndex) -> IntArray:
    _, opens, closes = session_times()
    start, end = to_nanoseconds(opens), to_nanoseconds(closes)
    done = np.concatenate([[0], np.cumsum(end - start)])
    now = to_nanoseconds(instants)
    begun = start.searchsorted(now, side="right")  # sessions that have opened
    last = np.maximum(begun - 1, 0)
    inside = np.clip(now - start[last], 0, end[last] - start[last])
    return np.asarray(done[last] + inside)
