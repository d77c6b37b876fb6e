"""Values of a series in its own unit, where it has any: what every measure reads."""

from typing import TypeAlias

import pandas as pd

from altrotation.data.panel import Panel
from altrotation.errors import InputError
from altrotation.validate import to_day

__all__ = ["Value", "levels", "window"]

Value: TypeAlias = float | pd.Timestamp
"""What a measure returns: a number or a day."""


def levels(panel: Panel, series: str, *, known: bool = False) -> pd.Series:
    """Return the values of a series where it has any; a rebased index in its original level.

    Parameters
    ----------
    panel : Panel
    series : str
        Name of a series of the panel.
    known : bool, default False
        Labelled by the day on which a value became known, not by the day it is dated.

    Returns
    -------
    Series
        Without NaN, in the unit of the series; a rebased index in the unit of its original.

    Raises
    ------
    InputError
        If the panel lacks the series.
    InputError
        If the series has no value.
    """
    values = (panel.known(series) if known else panel.value(series)).dropna()
    card = panel.card(series)
    if card.base_level is not None:
        values = values * (card.base_level / 100.0)
    if values.empty:
        raise InputError(f"{series} has no values in the panel.")
    return values


def window(
    panel: Panel, series: str, start: str | None = None, end: str | None = None
) -> pd.Series:
    """Return the values of a series from `start` to `end`, as `levels` has them.

    Parameters
    ----------
    panel : Panel
    series : str
        Name of a series of the panel.
    start, end : str, optional
        First and last day; None for those of the series.

    Returns
    -------
    Series
        Not empty, without NaN.

    Raises
    ------
    InputError
        If the panel lacks the series or it has no value in the window.
    InputError
        If `start` or `end` is no day.
    """
    values = levels(panel, series)
    first = to_day(start, "start") if start else values.index[0]
    last = to_day(end, "end") if end else values.index[-1]
    inside = values.loc[first:last]
    if inside.empty:
        raise InputError(f"{series} has no values from {first:%Y-%m-%d} to {last:%Y-%m-%d}.")
    return inside
