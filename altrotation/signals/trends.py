"""Signals from any series: above its mean, above a level, rising, falling.

Above and below by more than rounding: a price that stands still is neither.
"""

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.aliases import BoolArray
from altrotation.data.panel import Panel
from altrotation.errors import InputError
from altrotation.kernels import rolling
from altrotation.signals.signal import Signal
from altrotation.validate import require_count, require_number
from altrotation.variation import above

__all__ = [
    "above_level",
    "above_mean",
    "carried",
    "falling",
    "rising",
]

# A New York exchange has been closed for six days in a row at most since 1999 (September 2001).
_CARRY = 7


@guarded
def carried(panel: Panel, name: str, *, carry: int = _CARRY) -> pd.Series:
    """Return a series as it was known at each label, the last value kept for up to `carry` days.

    Parameters
    ----------
    panel : Panel
        On the clock "24/7".
    name : str
        Any series; its release lag is respected.
    carry : int, default 7
        Days for which a value stays the latest known when nothing newer is released: closed
        days, weeks between weekly figures. NaN afterwards.

    Returns
    -------
    Series of shape (n_days,)
        In the unit of the series.

    Raises
    ------
    InputError
        If `carry` < 0.
    InputError
        If the panel is on another clock.
    InputError
        If the panel lacks the series.
    """
    require_count(carry, 0, "carry")
    if panel.clock != "24/7":
        raise InputError(
            f"A signal has every UTC day, the panel is on {panel.clock}; use panel.on('24/7')."
        )
    known = panel.known(name)
    return known.ffill(limit=carry) if carry else known


@guarded
def above_mean(panel: Panel, name: str, *, window: int = 200, carry: int = _CARRY) -> Signal:
    """Return on where a series is above the mean of its last `window` values.

    Parameters
    ----------
    panel : Panel
    name : str
    window : int, default 200
        Values of the series itself (sessions for an equity index), the latest included.
    carry : int, default 7
        See `carried`.

    Returns
    -------
    Signal
        Unknown before `window` values are known, and where the last one is older than `carry` days.

    Raises
    ------
    InputError
        If `window` < 2.
    InputError
        On the conditions of `carried`.
    """
    require_count(window, 2, "window")
    days = carried(panel, name, carry=carry).index
    own = panel.known(name).dropna()
    mean = rolling.mean(own.to_numpy(), window) if len(own) else own.to_numpy()
    over = np.where(np.isnan(mean), np.nan, above(own.to_numpy(), mean))
    values = pd.Series(over, index=own.index).reindex(days)
    return Signal(
        values.ffill(limit=carry) if carry else values,
        name=f"{name} above its {window} mean",
        recipe=f"{name} above the mean of its last {window} values",
    )


@guarded
def rising(panel: Panel, name: str, *, days: int = 60, carry: int = _CARRY) -> Signal:
    """Return on where the latest known value is above that known `days` calendar days before.

    Parameters
    ----------
    panel : Panel
    name : str
    days : int, default 60
        Calendar days of the change.
    carry : int, default 7
        See `carried`.

    Returns
    -------
    Signal
        Off where the value is equal or lower; unknown where either value is.

    Raises
    ------
    InputError
        If `days` < 1.
    InputError
        On the conditions of `carried`.
    """
    return _moved(panel, name, days, carry, up=True)


@guarded
def falling(panel: Panel, name: str, *, days: int = 60, carry: int = _CARRY) -> Signal:
    """Return on where the latest known value is below that known `days` calendar days before.

    Parameters
    ----------
    panel, name, days, carry
        As in `rising`.

    Returns
    -------
    Signal
        Off where the value is equal or higher; unknown where either value is.

    Raises
    ------
    InputError
        On the conditions of `rising`.
    """
    return _moved(panel, name, days, carry, up=False)


@guarded
def above_level(panel: Panel, name: str, level: float, *, carry: int = _CARRY) -> Signal:
    """Return on where the latest known value of a series is above `level`, in its unit.

    Parameters
    ----------
    panel : Panel
    name : str
    level : float
        In the unit of the series' card.
    carry : int, default 7
        See `carried`.

    Returns
    -------
    Signal
        Unknown where nothing has been known for `carry` days.

    Raises
    ------
    InputError
        If `level` is no finite number.
    InputError
        On the conditions of `carried`.
    """
    values = carried(panel, name, carry=carry)
    require_number(level, "level")
    return _flag(values, above(values, level), f"{name} > {level:g}", f"{name} above {level:g}")


def _moved(panel: Panel, name: str, days: int, carry: int, *, up: bool) -> Signal:
    require_count(days, 1, "days")
    values = carried(panel, name, carry=carry)
    before = values.shift(days)
    on = above(values, before) if up else above(before, values)
    word, side = ("rising", "above") if up else ("falling", "below")
    recipe = f"{name} {side} its value of {days} days before"
    return _flag(values + before, on, f"{name} {word}", recipe)


def _flag(values: pd.Series, on: BoolArray, name: str, recipe: str) -> Signal:
    known = values.notna().to_numpy()
    return Signal(
        pd.Series(np.where(known, on, np.nan), index=values.index), name=name, recipe=recipe
    )
