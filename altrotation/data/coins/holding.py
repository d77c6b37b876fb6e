"""Buy and hold between two rebalances: what each position is worth, and what leaves how."""

from dataclasses import dataclass

import numpy as np

from altrotation.aliases import BoolArray, FloatArray, IntArray
from altrotation.variation import above

__all__ = ["Departure", "Holding", "days_unchanged", "hold"]


@dataclass(frozen=True, slots=True)
class Departure:
    """A position that left: row `day` and column `coin` of the window, its `weight` and its end.

    `death` is true where a vendor still listed other coins; `loss` is the simple return applied.
    """

    day: int
    coin: int
    weight: float
    death: bool
    loss: float


@dataclass(frozen=True, slots=True, eq=False)
class Holding:
    """The path of a basket from one trade (row 0) to the next (last row).

    Parameters
    ----------
    returns : array of shape (n_days,)
        Simple returns of the whole, first the day after the trade.
    weights : array of shape (n_days, n_coins)
        Share of each position at each close after the trade; less than one in sum where all left.
    seen : array of shape (n_days, n_coins)
        Whether a position has a close that day.
    departures : tuple of Departure
    """

    returns: FloatArray
    weights: FloatArray
    seen: BoolArray
    departures: tuple[Departure, ...]


def hold(
    prices: FloatArray,
    weights: FloatArray,
    ends: FloatArray,
    *,
    published: BoolArray,
    patience: int,
    delisting: float,
) -> Holding:
    """Follow positions bought at the first row of `prices` to its last row.

    Parameters
    ----------
    prices : array of shape (n_days + 1, n_coins)
        Closes; the first row without NaN.
    weights : array of shape (n_coins,)
        Shares at the first row, one in sum.
    ends : array of shape (n_coins,)
        Row up to which a listing vendor of the coin published anything; -inf if none lists it.
    published : array of bool of shape (n_days,)
        Whether any coin at all has a close that day.
    patience : int
        Published days in a row without a close after which a position leaves.
    delisting : float
        Simple return beyond the last close where a position leaves at or before its row in `ends`.

    Returns
    -------
    Holding
        A position without a close stands at its last close. What one leaves is spread over the rest
        by value; when all have left the whole is cash.
    """
    days, coins = prices.shape[0] - 1, prices.shape[1]
    seen = np.isfinite(prices[1:])
    value, cash = weights.astype(float), 0.0
    last, missing = prices[0].copy(), np.zeros(coins, dtype=np.int64)
    held = np.ones(coins, dtype=bool)
    returns, shares = np.full(days, np.nan), np.zeros((days, coins))
    departures: list[Departure] = []
    for t in range(days):
        before = value.sum() + cash
        now = seen[t] & held
        value[now] *= prices[t + 1, now] / last[now]
        last[now] = prices[t + 1, now]
        missing = np.where(now, 0, missing + published[t])
        for i in np.flatnonzero(held & (missing > patience)):
            death = bool(t + 1 <= ends[i])
            loss = delisting if death else 0.0
            departures.append(Departure(t + 1, int(i), float(value[i] / before), death, loss))
            cash += value[i] * (1.0 + loss)
            value[i], held[i] = 0.0, False
        total = value.sum() + cash
        if before > 0:
            returns[t] = total / before - 1.0
        if cash > 0 and value.sum() > 0:
            value *= total / value.sum()
            cash = 0.0
        if total > 0:
            shares[t] = value / total
    return Holding(returns, shares, seen, tuple(departures))


def days_unchanged(prices: FloatArray) -> IntArray:
    """Return for how many days up to and including each row the close has been the same."""
    run = np.zeros(prices.shape, dtype=np.int64)
    for t in range(1, len(prices)):
        moved = above(prices[t], prices[t - 1]) | above(prices[t - 1], prices[t])
        known = np.isfinite(prices[t]) & np.isfinite(prices[t - 1])
        run[t] = np.where(known & ~moved, run[t - 1] + 1, 0)
    return run
