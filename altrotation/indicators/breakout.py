"""Breakouts of one series day by day: when they happen, with what volume, what becomes of them."""

from typing import Literal, TypeAlias

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.errors import InputError
from altrotation.kernels import breakout, rolling
from altrotation.validate import (
    daily_series,
    positive,
    require_at_least,
    require_choice,
    require_count,
    require_same_dates,
)
from altrotation.variation import above

__all__ = [
    "BreakoutKind",
    "breakout_course",
    "breakout_days",
    "confirmed_breakouts",
]

BreakoutKind: TypeAlias = Literal["record", "high", "level"]
_KINDS: tuple[BreakoutKind, ...] = ("record", "high", "level")
_COURSE = ["began", "open", "retest", "failed", "held", "level"]


@guarded
def breakout_days(
    close: pd.Series,
    *,
    kind: BreakoutKind = "record",
    window: int = 252,
    level: float | None = None,
    buffer: float = 0.0,
) -> pd.Series:
    """Return 1 on every day that closes above the level to beat, and 0 on the others.

    Day t breaks out when P(t) > (1 + buffer) L(t), where L(t) uses closes strictly before t: the
    highest of all of them ("record"), the highest of the `window` before ("high": Donchian's
    channel; 252 sessions make the 52-week high of George & Hwang 2004, Journal of Finance 59), or
    a fixed level that the close before was not above ("level"). These are the breakout days of
    `altrotation.events.breakouts` before it asks for a quiet spell.

    Parameters
    ----------
    close : Series of shape (n_days,)
        Closing prices or index levels. Days without a close (NaN) are passed over: windows count
        closes, so an index on the 24/7 clock is read by its sessions.
    kind : {"record", "high", "level"}, default "record"
    window : int, default 252
        Closes of the high, for "high" only.
    level : float, optional
        For "level" only, in the unit of `close`.
    buffer : float, default 0
        How far above, as a fraction of the level: guards against a break by a hair.

    Returns
    -------
    Series of shape (n_days,)
        1 or 0; NaN on days without a close and during the warm-up: the first close ("record",
        "level") or the first `window` closes ("high").

    Raises
    ------
    InputError
        If `close` is no daily series of positive numbers, `kind` is unknown, `window` < 1,
        `buffer` < 0, or `level` is missing, not positive, or given with another kind.

    Notes
    -----
    Fails on a short history (every rise is a record), where a vendor changed its level, and in a
    trend, where breakouts come daily: count spells, not days.
    """
    prices = _present(close, kind, window, level, buffer)
    values = prices.to_numpy()
    levels = breakout.levels_to_beat(values, kind, window=window, level=level)
    broken = breakout.days_above(values, levels, kind, buffer).astype(np.float64)
    broken[np.isnan(levels)] = np.nan
    return pd.Series(broken, index=prices.index, name="breakout_days").reindex(close.index)


@guarded
def confirmed_breakouts(
    close: pd.Series,
    volume: pd.Series,
    *,
    kind: BreakoutKind = "record",
    window: int = 252,
    level: float | None = None,
    buffer: float = 0.0,
    baseline: int = 20,
    multiple: float = 1.5,
) -> pd.Series:
    """Return 1 on breakout days whose volume exceeds its recent mean by a factor, else 0.

    A breakout day is confirmed when V(t) >= multiple * mean(V over the `baseline` closes strictly
    before t). The rule is a convention of chart reading (Edwards & Magee 1948), not an estimate:
    1.5 times the mean of 20 sessions is its common form.

    Parameters
    ----------
    close : Series of shape (n_days,)
        Days without a close (NaN) are passed over, in the volume as well.
    volume : Series of shape (n_days,)
        Turnover of the day, in any unit, not negative, on the same dates.
    kind : {"record", "high", "level"}, default "record"
    window : int, default 252
    level : float, optional
    buffer : float, default 0
        As in `breakout_days`.
    baseline : int, default 20
        Closes in the mean volume, all of which must be known.
    multiple : float, default 1.5

    Returns
    -------
    Series of shape (n_days,)
        1 or 0; NaN where `breakout_days` is, and on a breakout day whose volume, or one of the
        `baseline` before it, is missing: whether it was confirmed is then unknown.

    Raises
    ------
    InputError
        As `breakout_days`; or if dates differ, a volume is negative, `baseline` < 1 or `multiple`
        is not positive.

    Notes
    -----
    Fails where volume trends (a growing market confirms everything), where it has a weekly rhythm
    (crypto weekends), and across a change of vendor.
    """
    days = breakout_days(close, kind=kind, window=window, level=level, buffer=buffer)
    traded = daily_series(volume, "volume")
    require_same_dates(days, traded, "`close` and `volume`")
    require_count(baseline, 1, "baseline")
    if not multiple > 0:
        raise InputError(f"`multiple` must be positive, got {multiple}.")
    if bool((traded < 0).any()):
        raise InputError("`volume` must not be negative; use NaN for a missing one.")
    amounts = traded[close.notna()].to_numpy()
    usual = np.full(amounts.shape, np.nan)
    usual[1:] = rolling.mean(amounts, baseline)[:-1]
    flags = days[close.notna()]
    unknown = np.isnan(amounts) | np.isnan(usual)
    heavy = (amounts > 0) & ~above(multiple * usual, amounts)  # a day without trades is not
    confirmed = np.where(unknown, np.nan, heavy.astype(np.float64))
    out = flags.where(flags != 1.0, pd.Series(confirmed, index=flags.index))
    return out.reindex(close.index).rename("confirmed_breakouts")


@guarded
def breakout_course(
    close: pd.Series,
    *,
    kind: BreakoutKind = "record",
    window: int = 252,
    level: float | None = None,
    buffer: float = 0.0,
    within: int = 20,
    tolerance: float = 0.02,
) -> pd.DataFrame:
    """Return what becomes of each breakout, on the day it becomes known.

    A break begins on a breakout day while no other is open. On each of the next `within` closes a
    close below the broken level is its failure (a fake-out), and ends it; the first close at or
    above the level but at most `tolerance` above it is its retest; a break that has not failed on
    the last of them held. A close at the level holds it. Nothing begins on the day a break ends.

    Parameters
    ----------
    close : Series of shape (n_days,)
        Days without a close (NaN) are passed over.
    kind : {"record", "high", "level"}, default "record"
    window : int, default 252
    level : float, optional
    buffer : float, default 0
        As in `breakout_days`; the buffer does not raise the broken level.
    within : int, default 20
        Closes after the break in which it may fail or be tested again: a month of sessions.
    tolerance : float, default 0.02
        How near a retest must come, as a fraction of the level.

    Returns
    -------
    DataFrame of shape (n_days, 6)
        `began`, `open` (begun and not yet decided), `retest`, `failed`, `held`: 1 or 0, each dated
        when known; `level`: that of the break open or decided on the day, in the unit of `close`,
        NaN where there is none. All NaN on days without a close and during the warm-up of
        `breakout_days`.

    Raises
    ------
    InputError
        As `breakout_days`; or if `within` < 1 or `tolerance` < 0.

    Notes
    -----
    A failure is known sooner (1 to `within` closes) than a success (`within` closes): never compare
    counts of `failed` and `held` day by day; `failed_breakouts` shows the remedy. A gap in the
    closes lengthens the span in days.
    """
    prices = _present(close, kind, window, level, buffer)
    require_count(within, 1, "within")
    require_at_least(tolerance, 0.0, "tolerance")
    values = prices.to_numpy()
    levels = breakout.levels_to_beat(values, kind, window=window, level=level)
    flags = breakout.days_above(values, levels, kind, buffer)
    course = breakout.follow_breakouts(values, flags, levels, within, tolerance)
    course[np.isnan(levels)] = np.nan
    return pd.DataFrame(course, index=prices.index, columns=_COURSE).reindex(close.index)


def _present(
    close: pd.Series, kind: BreakoutKind, window: int, level: float | None, buffer: float
) -> pd.Series:
    """Check a breakout rule and return the closes there are."""
    require_choice(kind, _KINDS, "kind")
    require_count(window, 1, "window")
    require_at_least(buffer, 0.0, "buffer")
    if kind == "level" and level is None:
        raise InputError("`level` is needed with kind='level', got None; pass the level.")
    if kind != "level" and level is not None:
        raise InputError(f"`level` goes with kind='level', got {level} with kind={kind!r}.")
    if level is not None and not level > 0:
        raise InputError(f"`level` must be positive, got {level}.")
    return positive(daily_series(close, "close"), "close").dropna()
