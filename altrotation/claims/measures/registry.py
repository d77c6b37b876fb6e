"""Every measure a fact card can name, those made of other measures among them."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.claims.measures.levels import Value, levels
from altrotation.claims.measures.numbers import NUMBERS
from altrotation.claims.measures.spells import SPELLS
from altrotation.claims.measures.studies import STUDIES
from altrotation.claims.parsing import check_arguments, nearest, read_day
from altrotation.data.panel import Panel
from altrotation.errors import CardError
from altrotation.validate import to_day

__all__ = ["MEASURES", "check_measure", "measure", "place_in_history"]

_DAYS = ("start", "end", "date", "at")
# Least values of arguments: below them a measure is of nothing.
_LEAST = {
    "days": 1, "window": 1, "within": 0, "gap": 0, "mean": 2, "overlap": 1, "lags": 1,
    "replicates": 99,
}  # fmt: skip


@guarded
def measure(panel: Panel, spec: Mapping[str, Any]) -> Value:
    """Return the value of a measure such as ``{name = "mean", series = "ETH/BTC", start = ...}``.

    Parameters
    ----------
    panel : Panel
    spec : mapping
        `name`, one of `MEASURES`, and the arguments of that measure.

    Raises
    ------
    CardError
        On the conditions of `check_measure`.
    InputError
        If the panel lacks the series or has no value in the window.
    """
    check_measure(spec)
    options = dict(spec)
    function = MEASURES[options.pop("name")]
    if "from" in options:  # a keyword of Python
        options["origin"] = options.pop("from")
    return function(panel, **options)


def check_measure(spec: Mapping[str, Any]) -> None:
    """Raise unless `spec` is a measure with arguments that can be used, whatever the data.

    Parameters
    ----------
    spec : mapping
        See `measure`.

    Raises
    ------
    CardError
        If the measure is unknown.
    CardError
        If one of its fields is unknown or missing.
    CardError
        If one of them is of the wrong type, or a number out of its range.
    CardError
        If a day is none, or the end lies before the start.
    CardError
        If a measure inside it is unusable.
    """
    options = dict(spec)
    name = options.pop("name", None)
    if not isinstance(name, str) or name not in MEASURES:
        raise CardError(
            f"the measure {name!r} is unknown; known are {', '.join(MEASURES)}"
            f"{nearest(name, MEASURES)}."
        )
    where = f"the measure {name!r}"
    check_arguments(MEASURES[name], options, where)
    for field, value in options.items():
        if isinstance(value, Mapping):
            check_measure(value)
        elif field in _LEAST and value < _LEAST[field]:
            raise CardError(f"{where}.{field} must be at least {_LEAST[field]}, got {value}.")
        elif field in _DAYS and isinstance(value, str):
            read_day(value, f"{where}.{field}")
    if not 0.0 <= options.get("q", 0.0) <= 1.0:
        raise CardError(f"{where}.q must lie between 0 and 1, got {options['q']}.")
    if "start" in options and "end" in options and options["end"] < options["start"]:
        raise CardError(f"{where}.end {options['end']} lies before its start {options['start']}.")


@guarded
def place_in_history(panel: Panel, spec: Mapping[str, Any]) -> float | None:
    """Return the share of all windows of the same length whose value lies below this one's.

    Only the measures "log-return" and "change" have windows; others return None.

    Parameters
    ----------
    panel : Panel
    spec : mapping
        As for `measure`, which has a value for it.

    Returns
    -------
    float or None
        A fraction in [0, 1). Windows overlap: one begins on every day with a value at both ends.

    Raises
    ------
    InputError
        If the panel lacks the series.
    InputError
        If `start` is no day.
    """
    if spec.get("name") not in ("log-return", "change"):
        return None
    values = panel.value(spec["series"])
    moved = np.log(values) if spec["name"] == "log-return" else values
    windows = (moved.shift(-int(spec["days"])) - moved).dropna()
    return float((windows < windows.loc[to_day(spec["start"])]).mean())


def _gain(panel: Panel, *, origin: Mapping[str, Any], to: Mapping[str, Any]) -> Value:
    low, high = measure(panel, origin), measure(panel, to)
    if not isinstance(low, float) or not isinstance(high, float):
        raise CardError("the measure 'gain' needs two numbers, got a date.")
    return high / low - 1.0


def _gap_to_mean(panel: Panel, *, series: str, window: int, at: str | Mapping[str, Any]) -> Value:
    history = levels(panel, series).loc[: _date(panel, at)]
    return float(history.iloc[-1] / history.iloc[-window:].mean() - 1.0)


def _gap_to_high(panel: Panel, *, series: str, window: int, at: str | Mapping[str, Any]) -> Value:
    history = levels(panel, series).loc[: _date(panel, at)]
    return float(history.iloc[-1] / history.iloc[-window:].max() - 1.0)


def _days_between(panel: Panel, *, origin: Mapping[str, Any], to: Mapping[str, Any]) -> Value:
    first, last = measure(panel, origin), measure(panel, to)
    if not isinstance(first, pd.Timestamp) or not isinstance(last, pd.Timestamp):
        raise CardError("the measure 'days-between' needs two dates, got a number.")
    return float((last - first).days)


def _date(panel: Panel, at: str | Mapping[str, Any]) -> pd.Timestamp:
    found = measure(panel, at) if isinstance(at, Mapping) else to_day(at, "at")
    if not isinstance(found, pd.Timestamp):
        raise CardError(f"`at` must be a date, got {found!r}.")
    return found


MEASURES: dict[str, Callable[..., Value]] = {
    **NUMBERS,
    "gain": _gain,
    "gap-to-mean": _gap_to_mean,
    "gap-to-high": _gap_to_high,
    "days-between": _days_between,
    **SPELLS,
    **STUDIES,
}
"""Measures by the name a card gives them."""
