"""Splicing of one coin's vendors: in returns only, in a fixed order of precedence."""

import numpy as np

from altrotation.aliases import FloatArray, IntArray
from altrotation.errors import InputError

__all__ = ["splice"]


def splice(prices: FloatArray) -> tuple[FloatArray, IntArray, FloatArray]:
    """Chain the prices of several vendors of the same coins into one series a coin.

    The return of day t is taken from the first vendor, in the order given, that has a price on both
    t - 1 and t; the level is chained with it, so a difference of level between two vendors never
    becomes a return. A coin's first price, and the first after a gap in all vendors, is the
    vendor's own price times the factor by which the chain last stood above that vendor (or, if the
    two never met, above the last vendor used), so a gap is one return over several days.

    Parameters
    ----------
    prices : array of shape (n_vendors, n_days, n_coins)
        Positive prices in USD, NaN where missing, vendors in order of precedence.

    Returns
    -------
    level : array of shape (n_days, n_coins)
        The chained price; NaN where no vendor has one.
    vendor : array of shape (n_days, n_coins)
        Row of the vendor whose return (or first price) was used, -1 where none.
    factor : array of shape (n_vendors, n_coins)
        Last ratio of the chained level to each vendor's price; NaN if they never met.

    Raises
    ------
    InputError
        If `prices` has not three dimensions.
    InputError
        If a price is zero, negative or infinite.
    """
    if prices.ndim != 3:
        raise InputError(
            f"`prices` must have shape (n_vendors, n_days, n_coins), got {prices.shape}; stack it."
        )
    if (prices <= 0).any() or np.isinf(prices).any():
        raise InputError("`prices` must be positive and finite; use NaN for a missing price.")
    vendors, days, coins = prices.shape
    if vendors == 1:  # nothing to chain
        known = np.isfinite(prices[0])
        factor = np.where(known.any(axis=0), 1.0, np.nan)[None, :]
        return prices[0].copy(), np.where(known, 0, -1), factor
    level = np.full((days, coins), np.nan)
    source = np.full((days, coins), -1, dtype=np.int64)
    factor = np.full((vendors, coins), np.nan)
    current = np.ones(coins)
    for t in range(days):
        value, chosen = np.full(coins, np.nan), np.full(coins, -1, dtype=np.int64)
        if t:
            for v in range(vendors):
                chained = level[t - 1] * (prices[v, t] / prices[v, t - 1])
                take = (chosen < 0) & np.isfinite(chained)
                value[take], chosen[take] = chained[take], v
        for v in range(vendors):
            restart = prices[v, t] * np.where(np.isfinite(factor[v]), factor[v], current)
            take = (chosen < 0) & np.isfinite(restart)
            value[take], chosen[take] = restart[take], v
        level[t], source[t] = value, chosen
        ratio = value / prices[:, t]
        factor = np.where(np.isfinite(ratio), ratio, factor)
        used = np.flatnonzero(chosen >= 0)
        current[used] = factor[chosen[used], used]
    return level, source, factor
