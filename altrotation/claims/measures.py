"""Measures of a panel that a fact card can name: each a number or a date, none a judgement."""

import inspect
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, TypeAlias, get_type_hints

import numpy as np
import pandas as pd

from altrotation.backtest.performance import gain_over
from altrotation.backtest.replay import replay
from altrotation.backtest.results import Replay
from altrotation.claims.estimators.moves import session_moves
from altrotation.claims.parsing import typed
from altrotation.claims.rules import rule_named
from altrotation.data.panel import Panel
from altrotation.errors import CardError, InputError
from altrotation.indicators.dominance import dated_peaks
from altrotation.inference.multiple import holm
from altrotation.leadlag.crosscorr import cross_correlation
from altrotation.validate import to_day

__all__ = ["MEASURES", "levels", "measure", "place_in_history"]

Value: TypeAlias = float | pd.Timestamp


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
        If the measure is unknown.
    CardError
        If one of its fields is unknown or missing.
    CardError
        If one of them is of the wrong type.
    InputError
        If the panel lacks the series or has no value in the window.
    """
    options = dict(spec)
    name = options.pop("name", None)
    if not isinstance(name, str) or name not in MEASURES:
        raise CardError(f"the measure {name!r} is unknown; known are {', '.join(MEASURES)}.")
    function = MEASURES[name]
    if "from" in options:  # a keyword of Python
        options["origin"] = options.pop("from")
    try:
        inspect.signature(function).bind(panel, **options)
    except TypeError as error:
        raise CardError(f"the measure {name!r}: {error}.") from error
    hints = get_type_hints(function)
    for field, value in options.items():
        typed(value, hints[field], f"the measure {name!r}: {field}")
    return function(panel, **options)


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


def _window(panel: Panel, series: str, start: str | None, end: str | None) -> pd.Series:
    values = levels(panel, series)
    first = to_day(start, "start") if start else values.index[0]
    last = to_day(end, "end") if end else values.index[-1]
    inside = values.loc[first:last]
    if inside.empty:
        raise InputError(f"{series} has no values from {first:%Y-%m-%d} to {last:%Y-%m-%d}.")
    return inside


def _on(panel: Panel, series: str, date: str | pd.Timestamp) -> float:
    values, day = levels(panel, series), to_day(date)
    if day not in values.index:
        raise InputError(f"{series} has no value on {day:%Y-%m-%d}.")
    return float(values.loc[day])


def _mean(panel: Panel, *, series: str, start: str | None = None, end: str | None = None) -> Value:
    return float(_window(panel, series, start, end).mean())


def _min(panel: Panel, *, series: str, start: str | None = None, end: str | None = None) -> Value:
    return float(_window(panel, series, start, end).min())


def _max(panel: Panel, *, series: str, start: str | None = None, end: str | None = None) -> Value:
    return float(_window(panel, series, start, end).max())


def _quantile(
    panel: Panel, *, series: str, q: float, start: str | None = None, end: str | None = None
) -> Value:
    return float(_window(panel, series, start, end).quantile(q))


def _date_of_max(
    panel: Panel, *, series: str, start: str | None = None, end: str | None = None
) -> Value:
    values = _window(panel, series, start, end)
    return pd.DatetimeIndex(values.index)[int(values.to_numpy().argmax())]


def _days_at_least(
    panel: Panel, *, series: str, level: float, start: str | None = None, end: str | None = None
) -> Value:
    return float((_window(panel, series, start, end) >= level).sum())


def _value(panel: Panel, *, series: str, date: str) -> Value:
    return _on(panel, series, date)


def _last_level(panel: Panel, *, series: str) -> Value:
    return float(levels(panel, series).iloc[-1])


def _first_above(
    panel: Panel, *, series: str, level: float, start: str | None = None, end: str | None = None
) -> Value:
    above = _window(panel, series, start, end) > level
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


def _gain(panel: Panel, *, origin: Mapping[str, Any], to: Mapping[str, Any]) -> Value:
    low, high = measure(panel, origin), measure(panel, to)
    if not isinstance(low, float) or not isinstance(high, float):
        raise CardError("the measure 'gain' needs two numbers, got a date.")
    return high / low - 1.0


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
    values = _window(panel, series, start, end)
    span = (values.index[-1] - values.index[0]).days if within is None else within
    if low is None:
        high = values.rolling(f"{span + 1}D").max()
        return float((values / high - 1.0).min())
    lows = _window(panel, low, start, end)
    before = values.reindex(values.index.union(lows.index)).rolling(f"{span + 1}D", closed="left")
    return float((lows / before.max() - 1.0).min())  # highs strictly before the low


def _gap_to_mean(panel: Panel, *, series: str, window: int, at: str | Mapping[str, Any]) -> Value:
    history = levels(panel, series).loc[: _date(panel, at)]
    return float(history.iloc[-1] / history.iloc[-window:].mean() - 1.0)


def _gap_to_high(panel: Panel, *, series: str, window: int, at: str | Mapping[str, Any]) -> Value:
    history = levels(panel, series).loc[: _date(panel, at)]
    return float(history.iloc[-1] / history.iloc[-window:].max() - 1.0)


def _partial_lead_p(
    panel: Panel,
    *,
    leader: str,
    followers: list[str],
    controls: list[str],
    lags: int,
    replicates: int = 1999,
) -> Value:
    """Smallest p, after Holm over the followers, that the leader leads with the controls held."""
    found = []
    for follower in followers:
        moves = session_moves(panel, (leader, follower, *controls))
        result = cross_correlation(
            moves[leader], moves[follower], lags=lags, controls=moves[controls],
            replicates=replicates,
        )  # fmt: skip
        found.append(result.sides["positive"])
    return float(holm(np.array(found)).min())


def _strategy_gain(panel: Panel, *, strategy: str, over: str, cycle: str = "full") -> Value:
    """Mean yearly log gain, net of costs, of one trading rule over another."""
    made, other = (_replayed(panel, name, cycle) for name in (strategy, over))
    gain = gain_over(made, other)
    if gain.invalid is not None:
        raise InputError(f"{gain.label}: {gain.invalid}.")
    return gain.estimate


@lru_cache(maxsize=8)
def _replayed(panel: Panel, strategy: str, cycle: str) -> Replay:
    return replay(rule_named(strategy), panel, cycle=cycle)


def _peak_known(
    panel: Panel, *, series: str, fall: float, start: str, end: str | None = None
) -> Value:
    """First day in the window on which a peak became known by a fall of `fall`."""
    state = dated_peaks(levels(panel, series, known=True), fall=fall)["state"]
    turned = state.eq(-1.0) & state.shift(1).ne(-1.0)
    inside = turned.loc[to_day(start, "start") : to_day(end, "end") if end else None]
    if not inside.any():
        raise InputError(f"No peak of {series} became known by a fall of {fall:g} after {start}.")
    return pd.DatetimeIndex(inside.index)[int(inside.to_numpy().argmax())]


def _days_between(panel: Panel, *, origin: Mapping[str, Any], to: Mapping[str, Any]) -> Value:
    first, last = measure(panel, origin), measure(panel, to)
    if not isinstance(first, pd.Timestamp) or not isinstance(last, pd.Timestamp):
        raise CardError("the measure 'days-between' needs two dates, got a number.")
    return float((last - first).days)


def _share_of_starts_below(
    panel: Panel,
    *,
    season: str,
    at: float,
    gap: int,
    series: str,
    level: float,
    start: str,
    end: str,
) -> Value:
    """Percent of the spells of `season` at or above `at` that began with `series` below `level`.

    Spells at most `gap` days apart are one; one that was on before `start` did not begin there. The
    series is read as it was known that day, at most a week old; spells without it do not count.
    """
    on = _window(panel, season, None, end) >= at
    days = pd.DatetimeIndex(on.index[on])
    apart = np.diff(days.to_numpy()).astype("timedelta64[D]").astype(np.int64)
    begins = days[np.concatenate([[True], apart > gap])[: len(days)]]
    begins = begins[(begins >= to_day(start, "start")) & (begins > on.index[0])]
    if not len(begins):
        raise InputError(f"No spell of {season} at {at:g} began from {start} to {end}.")
    carried = levels(panel, series, known=True).reindex(panel.dates).ffill(limit=7)
    then = carried.reindex(begins).dropna()
    if then.empty:
        raise InputError(f"{series} was not known at the start of any spell.")
    return float(100.0 * (then < level).mean())


def _date(panel: Panel, at: str | Mapping[str, Any]) -> pd.Timestamp:
    found = measure(panel, at) if isinstance(at, Mapping) else to_day(at, "at")
    if not isinstance(found, pd.Timestamp):
        raise CardError(f"`at` must be a date, got {found!r}.")
    return found


MEASURES: dict[str, Callable[..., Value]] = {
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
    "gain": _gain,
    "worst-fall": _worst_fall,
    "gap-to-mean": _gap_to_mean,
    "gap-to-high": _gap_to_high,
    "partial-lead-p": _partial_lead_p,
    "strategy-gain": _strategy_gain,
    "peak-known": _peak_known,
    "days-between": _days_between,
    "share-of-starts-below": _share_of_starts_below,
}
