"""Bringing series onto common labels without filling anything silently."""

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.aliases import Clock
from altrotation.data.calendar import labels as clock_labels
from altrotation.data.cards import SeriesCard
from altrotation.errors import InputError
from altrotation.validate import daily_index, daily_series, require_count

__all__ = ["align", "last_known", "sample_on"]


@guarded
def align(*series: pd.Series, clock: Clock) -> pd.DataFrame:
    """Return several series on the labels of one clock, over the days that all of them span.

    Parameters
    ----------
    series : Series
        Named differently, on UTC days.
    clock : {"24/7", "XNYS"}
        The labels of the rows.

    Returns
    -------
    DataFrame of shape (n_labels, n_series)
        From the latest first value to the earliest last one; NaN where a series has no value at a
        label. Nothing is filled.

    Raises
    ------
    InputError
        If no series is given.
    InputError
        If a series is unnamed, empty or without a value.
    InputError
        If two series share a name.
    InputError
        If the series have no days in common.
    """
    if not series:
        raise InputError("`align` needs at least one series, got none.")
    checked = [daily_series(item, str(getattr(item, "name", "series"))).dropna() for item in series]
    names = [item.name for item in series]
    for name, values in zip(names, checked, strict=True):
        if name is None or names.count(name) > 1:
            raise InputError(
                f"`align` needs series of different names, got {name!r}; use .rename(...)."
            )
        if not len(values):
            raise InputError(f"`align` needs values, {name!r} has none; drop it.")
    start = max(values.index[0] for values in checked)
    end = min(values.index[-1] for values in checked)
    if start > end:
        raise InputError(
            f"The series have no days in common: one begins on {start:%Y-%m-%d}, another ends on "
            f"{end:%Y-%m-%d}."
        )
    target = clock_labels(clock, start, end)
    return pd.DataFrame({values.name: values.reindex(target) for values in checked})


@guarded
def sample_on(series: pd.Series, labels: pd.DatetimeIndex) -> pd.Series:
    """Return the values a series has at `labels`, NaN where it has none: a sample, not a fill.

    Parameters
    ----------
    series : Series of shape (n_days,)
        Numbers on UTC days.
    labels : DatetimeIndex of shape (m,)
        UTC days, ascending.

    Returns
    -------
    Series of shape (m,)
        In the unit of `series`.

    Raises
    ------
    InputError
        If `series` does not hold finite numbers on sorted UTC days.
    InputError
        If `labels` are no sorted UTC days.
    """
    values = daily_series(series, "series")
    return values.reindex(daily_index(labels, "labels"))


@guarded
def last_known(
    series: pd.Series,
    card: SeriesCard,
    labels: pd.DatetimeIndex,
    *,
    max_age: int | None = None,
) -> pd.Series:
    """Return, at each label, the latest value published up to and including that label.

    Parameters
    ----------
    series : Series of shape (n_stamps,)
        Values on the days they are stamped; NaN is no value.
    card : SeriesCard
        Its release rule tells when a stamped value became known.
    labels : DatetimeIndex of shape (n_labels,)
        UTC days to report on.
    max_age : int, optional
        Greatest number of calendar days from a value's release to the label; older values are
        NaN. Without it a value holds until the next one.

    Returns
    -------
    Series of shape (n_labels,)
        NaN before the first release.

    Raises
    ------
    InputError
        If an index is unsorted or doubled, or `card` is no card.
    InputError
        If `max_age` is negative.
    """
    if not isinstance(card, SeriesCard):
        raise InputError(f"`card` must be a SeriesCard, got {type(card).__name__}.")
    values = daily_series(series, "series").dropna()
    target = daily_index(labels, "labels")
    released = card.known(pd.DatetimeIndex(values.index))
    rows = released.searchsorted(target, side="right") - 1
    found = np.where(rows >= 0, values.to_numpy()[rows] if len(values) else np.nan, np.nan)
    if max_age is not None:
        require_count(max_age, 0, "max_age")
        if len(values):
            age = (target - released[np.maximum(rows, 0)]).days.to_numpy()
            found[age > max_age] = np.nan
    return pd.Series(found, index=target, name=series.name)
