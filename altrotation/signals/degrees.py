"""Degrees on consecutive UTC days: checked, cut into runs, moved to the day they are known."""

import numpy as np
import pandas as pd

from altrotation.errors import InputError
from altrotation.validate import daily_series

__all__ = ["daily_degrees", "moved_to", "runs"]

_LASTS = 7  # days for which a degree stays the latest known, as the values of a panel


def daily_degrees(values: pd.Series, name: str) -> pd.Series:
    """Return numbers or booleans as degrees, if they can be the values of a signal.

    Parameters
    ----------
    values : Series of shape (n_days,)
        In [0, 1]; NaN is unknown.
    name : str
        Of the signal.

    Returns
    -------
    Series of shape (n_days,)
        float64, named `name`, on an index in microseconds named "date".

    Raises
    ------
    InputError
        If `values` is no Series of numbers or booleans on sorted, unique UTC days.
    InputError
        If there is no row.
    InputError
        If a day is missing between the first and the last.
    InputError
        If a value lies outside [0, 1].
    """
    numbers = values
    if isinstance(values, pd.Series) and values.dtype in (np.dtype(bool), "boolean"):
        numbers = values.astype("float64")
    held = daily_series(numbers, name).rename(name)
    index = pd.DatetimeIndex(held.index, name="date").as_unit("us")
    if not len(index):
        raise InputError(f"The signal {name!r} has no row; pass at least one day.")
    gaps = np.flatnonzero(np.diff(index.to_numpy()) != np.timedelta64(1, "D"))
    if len(gaps):
        raise InputError(
            f"The signal {name!r} must have every UTC day, nothing lies between "
            f"{index[gaps[0]]:%Y-%m-%d} and {index[gaps[0] + 1]:%Y-%m-%d}; reindex to the "
            "clock 24/7, with NaN where it is unknown."
        )
    outside = (held.to_numpy() < 0) | (held.to_numpy() > 1)
    if outside.any():
        row = int(np.argmax(outside))
        raise InputError(
            f"The signal {name!r} must lie in [0, 1], got {held.iloc[row]:g} on "
            f"{index[row]:%Y-%m-%d}."
        )
    return held.set_axis(index)


def runs(degrees: pd.Series) -> pd.DataFrame:
    """Return the runs of days above 0.

    Parameters
    ----------
    degrees : Series of shape (n_days,)
        As `daily_degrees` returns; an unknown day ends a run.

    Returns
    -------
    DataFrame
        One row a run: start, end, days and mean degree.
    """
    values, dates = degrees.to_numpy(), degrees.index
    on = np.concatenate([[False], values > 0, [False]])
    edges = np.flatnonzero(on[1:] != on[:-1])
    rows = [
        {
            "start": dates[first],
            "end": dates[stop - 1],
            "days": int(stop - first),
            "degree": float(values[first:stop].mean()),
        }
        for first, stop in zip(edges[::2], edges[1::2], strict=True)
    ]
    return pd.DataFrame(rows, columns=["start", "end", "days", "degree"])


def moved_to(degrees: pd.Series, known: pd.DatetimeIndex) -> pd.Series:
    """Return degrees on the labels at whose end they are known.

    Parameters
    ----------
    degrees : Series of shape (n_days,)
        As `daily_degrees` returns.
    known : DatetimeIndex of shape (n_days,)
        The day each becomes known, never falling.

    Returns
    -------
    Series
        On every day from the first of `known` to the last. Of two degrees that become known on one
        day the later stamped is kept; a day on which nothing new becomes known keeps the degree
        before it for up to seven days, and is unknown afterwards.
    """
    kept = ~known.duplicated(keep="last")
    days = pd.date_range(known[0], known[-1], freq="D", unit="us", name="date")
    rows = known[kept].searchsorted(days, side="right") - 1
    fresh = np.asarray(days - known[kept][rows] <= pd.Timedelta(_LASTS, "D"))
    return pd.Series(np.where(fresh, degrees.to_numpy()[kept][rows], np.nan), index=days)
