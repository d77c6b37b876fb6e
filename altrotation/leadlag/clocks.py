"""The instants behind daily labels: when New York closed, when the crypto day ended."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.aliases import Clock, FloatArray, IntArray
from altrotation.data.calendar import CLOCKS, session_times
from altrotation.errors import InputError
from altrotation.validate import daily_index, require_choice

__all__ = ["ACTIVITIES", "close_instants", "cumulative_activity", "to_seconds"]

ACTIVITIES = ("calendar", "sessions")


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


def cumulative_activity(kind: str) -> Callable[[pd.DatetimeIndex], FloatArray]:
    """Return the function that gives cumulative activity, in hours, at UTC instants.

    Parameters
    ----------
    kind : {"calendar", "sessions"}
        "calendar": every hour counts. "sessions": only hours in which New York is open, for series
        that are thought to move together only then.

    Returns
    -------
    callable
        From a DatetimeIndex of n naive UTC instants to an array of shape (n,), hours, never
        falling.

    Raises
    ------
    InputError
        If `kind` is unknown.
    """
    require_choice(kind, ACTIVITIES, "activity")
    if kind == "calendar":
        return lambda instants: to_seconds(instants) / 3600.0
    return _session_hours


def to_seconds(instants: pd.DatetimeIndex) -> IntArray:
    """Return UTC instants as whole seconds since 1970.

    Parameters
    ----------
    instants : DatetimeIndex of shape (n,)
        Timezone-naive, none missing.

    Returns
    -------
    int array of shape (n,)
        Fractions of a second are cut off.
    """
    return instants.to_numpy().astype("datetime64[s]").astype(np.int64)


def _session_hours(instants: pd.DatetimeIndex) -> FloatArray:
    _, opens, closes = session_times()
    start, end = to_seconds(opens), to_seconds(closes)
    done = np.concatenate([[0], np.cumsum(end - start)])
    knots = np.column_stack([start, end]).ravel()
    hours = np.column_stack([done[:-1], done[1:]]).ravel() / 3600.0
    return np.interp(to_seconds(instants).astype(np.float64), knots.astype(np.float64), hours)
