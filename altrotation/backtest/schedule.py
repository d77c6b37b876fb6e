"""When a strategy acts: the degree it acts on at each row, and the rows at which it trades."""

from functools import lru_cache

import numpy as np
import pandas as pd

from altrotation.aliases import BoolArray, FloatArray
from altrotation.backtest.market import Market
from altrotation.backtest.strategy import Strategy
from altrotation.errors import InputError
from altrotation.signals.signal import Signal
from altrotation.variation import above, resolved

__all__ = ["acting_degrees", "holding_returns", "stopped", "trading_rows", "volatility_scale"]


def acting_degrees(
    signal: Signal, dates: pd.DatetimeIndex, *, first: int, delay: int, unknown: str
) -> tuple[FloatArray, BoolArray]:
    """Return the degree in force at each row: that known at the end of the label `delay` before.

    Parameters
    ----------
    signal : Signal
    dates : DatetimeIndex of shape (n,)
    first : int
        Row at which the replay starts.
    delay : int
        Days from a decision's label to its trade.
    unknown : "off", "keep" or "raise"
        What an unknown degree becomes: 0, the last known one (0 before any), or an error.

    Returns
    -------
    degrees : array of shape (n,)
    unknown : bool array of shape (n,)
        Where the signal was unknown.

    Raises
    ------
    InputError
        If the signal is unknown during the replay and `unknown` is "raise".
    """
    known = signal.at_known().values
    found = _shifted(known, dates, delay)
    holes = np.isnan(found)
    if unknown == "raise" and holes[first:].any():
        day = dates[first + int(np.argmax(holes[first:]))] - pd.Timedelta(delay, "D")
        raise InputError(
            f"The signal {signal.name!r} is unknown on {day:%Y-%m-%d}; replay a cycle in "
            "which it is known, or set unknown='off' or 'keep'."
        )
    if unknown == "keep":
        days = pd.date_range(known.index[0], max(known.index[-1], dates[-1]), freq="D", unit="us")
        kept = _shifted(known.reindex(days).ffill(), dates, delay)
        return np.nan_to_num(kept, nan=0.0), holes
    return np.where(holes, 0.0, found), holes


def trading_rows(
    degrees: FloatArray, dates: pd.DatetimeIndex, *, first: int, delay: int, rebalance: str
) -> BoolArray:
    """Return the rows at which weights are set: the first, every change, and the calendar's.

    Parameters
    ----------
    degrees : array of shape (n,)
        In force at each row, no NaN.
    dates : DatetimeIndex of shape (n,)
        Consecutive UTC days.
    first : int
        Row at which the replay starts; none before it trades.
    delay : int
        Days from a decision's label to its trade.
    rebalance : {"monthly", "weekly", "daily", "switch"}
        "monthly" decides at labels that are the first of a month, "weekly" on Mondays; each trades
        `delay` days later. "daily" trades every row, "switch" at changes only.

    Returns
    -------
    bool array of shape (n,)
    """
    flags = _calendar(dates[0], len(dates), delay, rebalance).copy()
    flags[1:] |= resolved(np.abs(np.diff(degrees)), 1.0)  # degrees lie in [0, 1]
    flags[:first] = False
    flags[first] = True
    return flags


def holding_returns(market: Market, strategy: Strategy, on: dict[str, float]) -> FloatArray:
    """Return the daily return of what is held while on, in units of the cash account.

    Weights are restored daily and costs left out: a measure for stops and volatility targets, not
    a performance.

    Parameters
    ----------
    market : Market
    strategy : Strategy
        Its weighting of the coins within a tier.
    on : dict of leg to weight
        Keys of ``market.legs``. One that cannot be bought counts as cash.

    Returns
    -------
    array of shape (n,)
        0 in the first row.
    """
    steps = np.zeros_like(market.mark)
    with np.errstate(invalid="ignore"):
        steps[1:] = market.mark[1:] / market.mark[:-1] - 1.0
    steps = np.nan_to_num(steps, nan=0.0)
    out = np.zeros(len(market.dates))
    for leg, weight in on.items():
        for row in range(1, len(out)):
            columns, shares = market.weights(leg, row - 1, weighting=strategy.weighting)
            if len(columns):
                out[row] += weight * float(shares @ steps[row, columns])
            elif not market.is_group(leg):
                out[row] += weight * float(steps[row, market.legs[leg].columns[0][0]])
    return out


def volatility_scale(returns: FloatArray, *, target: float, window: int, delay: int) -> FloatArray:
    """Return the factor, at most 1, that brings trailing volatility down to `target` a year.

    The factor at a row uses returns up to and including `delay` rows before, annualised by 365
    days. It is 0 while fewer than `window` returns are known: no position without a measure.

    Parameters
    ----------
    returns : array of shape (n,)
        Daily; the first is no return and is left out.
    target : float
        Volatility a year.
    window : int
        Returns in the trailing standard deviation (ddof=1).
    delay : int
        Days from a decision's label to its trade.

    Returns
    -------
    array of shape (n,)
        In [0, 1].
    """
    steps = pd.Series(returns)
    steps.iloc[0] = np.nan  # the first row has no return
    yearly = steps.rolling(window).std() * np.sqrt(365.0)
    known = yearly.shift(delay).to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.where(known > 0, np.minimum(target / known, 1.0), np.where(known == 0, 1.0, 0.0))
    return np.asarray(scale, dtype=np.float64)


def stopped(
    degrees: FloatArray, returns: FloatArray, *, fraction: float, delay: int, first: int
) -> FloatArray:
    """Return the degrees with spells cut where the holding fell by `fraction` from its high.

    The high is the highest close since the trade that began the spell. A fall seen at row t is
    acted on at row t + `delay`; the spell stays out until the degree has been 0.

    Parameters
    ----------
    degrees : array of shape (n,)
        In force at each row, no NaN.
    returns : array of shape (n,)
        Daily, of what is held while on.
    fraction : float
        In (0, 1].
    delay : int
        Days from a decision's label to its trade.
    first : int
        Row at which the replay starts.

    Returns
    -------
    array of shape (n,)
        `degrees`, and 0 where a spell has been left.
    """
    out = degrees.copy()
    level = np.cumprod(1.0 + returns)
    high, leave, out_until_off = 0.0, -1, False
    for row in range(first, len(out)):
        if degrees[row] == 0:
            high, leave, out_until_off = 0.0, -1, False
            continue
        if out_until_off or (leave >= 0 and row >= leave):
            out_until_off, out[row] = True, 0.0
            continue
        high = max(high, level[row])
        if leave < 0 and not above(level[row], (1.0 - fraction) * high):
            leave = row + delay
    return out


def _shifted(values: pd.Series, dates: pd.DatetimeIndex, delay: int) -> FloatArray:
    """Return the value of the day `delay` days before each of `dates`, all days consecutive."""
    start = (dates[0] - values.index[0]).days - delay
    out = np.full(len(dates), np.nan)
    low, high = max(0, -start), min(len(dates), len(values) - start)
    if low < high:
        out[low:high] = values.to_numpy()[start + low : start + high]
    return out


@lru_cache(maxsize=64)
def _calendar(start: pd.Timestamp, n: int, delay: int, rebalance: str) -> BoolArray:
    """Return the rows at which the calendar restores weights."""
    labels = pd.date_range(start - pd.Timedelta(delay, "D"), periods=n, freq="D")
    chosen = {
        "monthly": np.asarray(labels.day == 1),
        "weekly": np.asarray(labels.day_of_week == 0),
        "daily": np.ones(n, dtype=np.bool_),
        "switch": np.zeros(n, dtype=np.bool_),
    }
    return chosen[rebalance]
