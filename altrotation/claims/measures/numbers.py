"""Plain measures of one series: means, extremes, their dates, changes and falls."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from altrotation.claims.measures.levels import Value, levels, window
from altrotation.data.panel import Panel
from altrotation.errors import InputError
from altrotation.validate import to_day

__all__ = ["NUMBERS"]


def _mean(panel: Panel, *, series: str, start: str | None = None, end: str | None = None) -> Value:
    return float(window(panel, series, start, end).mean())


def _min(panel: Panel, *, series: str, start: str | None = None, end: str | None = None) -> Value:
    return float(window(panel, series, start, end).min())


def _max(panel: Panel, *, series: str, start: str | None = None, end: str | None = None) -> Value:
    return float(window(panel, series, start, end).max())


def _quantile(
    panel: Panel, *, series: str, q: float, start: str | None = None, end: str | None = None
) -> Value:
    return float(window(panel, series, start, end).quantile(q))


def _date_of_max(
    panel: Panel, *, series: str, start: str | None = None, end: str | None = None
) -> Value:
    values = window(panel, series, start, end)
    return pd.DatetimeIndex(values.index)[int(values.to_numpy().argmax())]


def _days_at_least(
    panel: Panel, *, series: str, level: float, start: str | None = None, end: str | None = None
) -> Value:
    return float((window(panel, series, start, end) >= level).sum())


def _value(panel: Panel, *, series: str, date: str) -> Value:
    return _on(panel, series, date)


def _last_level(panel: Panel, *, series: str) -> Value:
    return float(levels(panel, series).iloc[-1])


def _first_above(
    panel: Panel, *, series: str, level: float, start: str | None = None, end: str | None = None
) -> Value:
    above = window(panel, series, start, end) > level
    if not above.any():
        raise InputError(f"{series} never closed above {level:,g}.")
    return pd.DatetimeIndex(above.index)[int(above.to_numpy().argmax())]


def _log_return(panel: Panel, *, series: str, start: str, days: int) -> Value:
    first = to_day(start, "start")
    return float(
        np.log(_on(panel, series, first + pd.Timedelta(days, "D")) / _on(panel, series, first))
    )


def _change(panel: Panel, *, series: str, start: str, days: int) -> Value:
    first = to_day(start, "start")
    return _on(panel, series, first + pd.Timedelta(days, "D")) - _on(panel, series, first)


def _worst_fall(
    panel: Panel,
    *,
    series: str,
    start: str,
    end: str,
    within: int | None = None,
    low: str | None = None,
) -> Value:
    """Largest fall from a close to a later one, or to a later `low`.

    At most `within` days apart.
    """
    values = window(panel, series, start, end)
    span = (values.index[-1] - values.index[0]).days if within is None else within
    if low is None:
        high = values.rolling(f"{span + 1}D").max()
        return float((values / high - 1.0).min())
    lows = window(panel, low, start, end)
    before = values.reindex(values.index.union(lows.index)).rolling(f"{span + 1}D", closed="left")
    return float((lows / before.max() - 1.0).min())  # highs strictly before the low


def _on(panel: Panel, series: str, date: str | pd.Timestamp) -> float:
    values, day = levels(panel, series), to_day(date)
    if day not in values.index:
        raise InputError(f"{series} has no value on {day:%Y-%m-%d}.")
    return float(values.loc[day])


NUMBERS: dict[str, Callable[..., Value]] = {
    "mean": _mean,
    "min": _min,
    "max": _max,
    "quantile": _quantile,
    "date-of-max": _date_of_max,
    "days-at-least": _days_at_least,
    "value": _value,
    "last-level": _last_level,
    "first-above": _first_above,
    "log-return": _log_return,
    "change": _change,
    "worst-fall": _worst_fall,
}
"""Measures of one series."""
