"""Features of a panel that a card can name: each a causal daily series, known on its label."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from altrotation.claims.parsing import check_arguments, nearest
from altrotation.data.panel import Panel
from altrotation.errors import CardError
from altrotation.indicators.liquidity_composite import liquidity_components, liquidity_composite
from altrotation.indicators.volume import volume_expansion, volume_stability
from altrotation.signals.breakouts import after_breakout
from altrotation.signals.trends import above_mean, carried
from altrotation.validate import positive, shown

__all__ = ["FEATURES", "check_feature", "feature"]

# Least values of arguments: what looks back by less than a day would look ahead.
_LEAST = {"days": 1, "sessions": 1, "window": 2, "carry": 0, "history": 2, "short": 1, "long": 2}


def feature(panel: Panel, spec: Mapping[str, Any]) -> pd.Series:
    """Return a feature such as ``{name = "log-change", series = "RUT", over = "SPX", days = 60}``.

    Parameters
    ----------
    panel : Panel
        On the clock "24/7"; release lags are respected.
    spec : mapping
        `name`, one of `FEATURES`, and the arguments of that feature.

    Returns
    -------
    Series of shape (n_days,)
        Its value at row t uses what was known at t; NaN where that is not enough.

    Raises
    ------
    CardError
        On the conditions of `check_feature`.
    InputError
        If the panel lacks a series or is on another clock, or the log of a value is asked for that
        is not positive.
    """
    check_feature(spec, "the feature")
    options = dict(spec)
    name = options.pop("name")
    return FEATURES[name](panel, **options).rename(name)


def check_feature(spec: object, where: str) -> None:
    """Raise unless `spec` is a feature with arguments that can be used.

    Parameters
    ----------
    spec : object
        See `feature`.
    where : str
        What to call it in messages, the field of the card that holds it.

    Raises
    ------
    CardError
        If it is no table, or its name is not one of `FEATURES`.
    CardError
        If one of its fields is unknown or missing.
    CardError
        If one is of the wrong type, or a number of days or sessions is too small to look back.
    CardError
        If a feature inside it is unusable.
    """
    if not isinstance(spec, Mapping):
        raise CardError(f"{where} must be a table with a `name`, got {shown(spec)}.")
    name = spec.get("name")
    if not isinstance(name, str) or name not in FEATURES:
        raise CardError(
            f"{where}: {name!r} is unknown; known are {', '.join(FEATURES)}"
            f"{nearest(name, FEATURES)}."
        )
    function, options = FEATURES[name], {k: v for k, v in spec.items() if k != "name"}
    check_arguments(function, options, where)
    for field, value in options.items():
        if field in _LEAST and value < _LEAST[field]:
            raise CardError(f"{where}.{field} must be at least {_LEAST[field]}, got {value}.")
    if name == "log-change" and ("days" in options) == ("sessions" in options):
        raise CardError(f"{where} {name!r} needs either `days` or `sessions`.")
    inside = options.get("of", [])
    for i, part in enumerate(inside if isinstance(inside, list | tuple) else [inside], start=1):
        check_feature(part, f"{where}.of" + f"[{i}]" * isinstance(inside, list | tuple))
    if inside == [] and "of" in options:
        raise CardError(f"{where}.of must not be empty.")


def _level(panel: Panel, *, series: str, carry: int = 7) -> pd.Series:
    return carried(panel, series, carry=carry)


def _change(panel: Panel, *, series: str, days: int, carry: int = 7) -> pd.Series:
    known = carried(panel, series, carry=carry)
    return known - known.shift(days)


def _log_change(
    panel: Panel,
    *,
    series: str,
    over: str | None = None,
    days: int | None = None,
    sessions: int | None = None,
    carry: int = 7,
) -> pd.Series:
    """Log change of a series, or of its ratio to another, over `days` or over `sessions`."""
    if days is not None:
        logs = _logs(carried(panel, series, carry=carry))
        if over is not None:
            logs = logs - _logs(carried(panel, over, carry=carry))
        return logs - logs.shift(days)
    logs = _logs(panel.known(series))
    if over is not None:
        logs = logs - _logs(panel.known(over))
    return logs.dropna().diff(sessions or 1).reindex(panel.dates).ffill(limit=carry)


def _above_mean(panel: Panel, *, series: str, window: int) -> pd.Series:
    return above_mean(panel, series, window=window).values


def _breakout_within(
    panel: Panel, *, series: str, days: int, window: int = 252, quiet: int = 60
) -> pd.Series:
    return after_breakout(panel, series, kind="high", window=window, quiet=quiet, days=days).values


def _gap_to_low(panel: Panel, *, series: str, window: int) -> pd.Series:
    """Log distance above the lowest of the last `window` days, the day itself included.

    NaN while one of them has no value.
    """
    logs = _logs(carried(panel, series, carry=0))
    return logs - logs.rolling(window).min()


def _days_above_mean(panel: Panel, *, series: str, window: int) -> pd.Series:
    """Days in a row above the trailing mean, the day itself included; 0 below it."""
    on = above_mean(panel, series, window=window).values
    spell = (on != 1).cumsum()
    return on.groupby(spell).cumsum().where(on.notna())


def _volume_expansion(panel: Panel, *, series: str, short: int, long: int) -> pd.Series:
    return _logs(volume_expansion(carried(panel, series, carry=0), short=short, long=long))


def _volume_stability(panel: Panel, *, series: str, over: str, carry: int = 0) -> pd.Series:
    volume, price = carried(panel, series, carry=0), carried(panel, over, carry=0)
    kept = volume_stability(volume, price)
    return kept.ffill(limit=carry) if carry else kept


def _liquidity_composite(panel: Panel) -> pd.Series:
    return liquidity_composite(liquidity_components(panel))["composite"]


def _product(panel: Panel, *, of: list[Mapping[str, Any]]) -> pd.Series:
    total = pd.Series(1.0, index=panel.dates)
    for part in of:
        total = total * feature(panel, part)
    return total


def _negative(panel: Panel, *, of: Mapping[str, Any]) -> pd.Series:
    return -feature(panel, of)


def _not(panel: Panel, *, of: Mapping[str, Any]) -> pd.Series:
    return 1.0 - feature(panel, of)


def _above(panel: Panel, *, of: Mapping[str, Any], level: float = 0.0) -> pd.Series:
    """1 where another feature is above `level`, 0 where not; unknown where that is."""
    values = feature(panel, of)
    return (values > level).astype(np.float64).where(values.notna())


def _mean_score(panel: Panel, *, of: list[Mapping[str, Any]], history: int = 365) -> pd.Series:
    """Mean of z-scores over all days up to and including each, once `history` values are there."""
    scores = []
    for part in of:
        values = feature(panel, part)
        past = values.expanding(min_periods=history)
        scores.append((values - past.mean()) / past.std())
    return pd.concat(scores, axis=1).mean(axis=1, skipna=False)


def _logs(values: pd.Series) -> pd.Series:
    known = positive(values, str(values.name))
    return pd.Series(np.log(known.to_numpy()), index=values.index)


FEATURES: dict[str, Callable[..., pd.Series]] = {
    "level": _level,
    "change": _change,
    "log-change": _log_change,
    "above-mean": _above_mean,
    "breakout-within": _breakout_within,
    "gap-to-low": _gap_to_low,
    "days-above-mean": _days_above_mean,
    "volume-expansion": _volume_expansion,
    "volume-stability": _volume_stability,
    "liquidity-composite": _liquidity_composite,
    "product": _product,
    "negative": _negative,
    "not": _not,
    "above": _above,
    "mean-score": _mean_score,
}
