"""Trailing windows over the first axis of an array, missing values left out and counted.

A window of w rows at row t holds rows t-w+1 .. t. Sums are formed from partial sums inside blocks
of w rows (van Herk's scheme), so the cost does not depend on w and rounding errors of older rows
never reach a window.
"""

import numba
import numpy as np

from altrotation.aliases import FloatArray
from altrotation.kernels.breakout import rolling_max
from altrotation.variation import resolved

__all__ = ["beta", "count", "mean", "std", "total", "zscore"]


def total(values: FloatArray, window: int) -> FloatArray:
    """Return the sum of the values present in each trailing window.

    Parameters
    ----------
    values : array of shape (n,) or (n, k)
        NaN is left out.
    window : int
        Rows in the window, at least 1.

    Returns
    -------
    array of the shape of `values`
        0.0 where the window holds no value; NaN for the first window - 1 rows.
    """
    flat = np.asarray(values, dtype=np.float64)
    table = flat[:, None] if flat.ndim == 1 else flat
    return np.asarray(_total(table, window).reshape(flat.shape), dtype=np.float64)


@numba.njit(cache=True, nogil=True)
def _total(values: FloatArray, window: int) -> FloatArray:
    """Add, for each window, the end of the block it starts in to the head of the next."""
    n, k = values.shape
    out = np.full((n, k), np.nan)
    present = np.empty(n)
    tail = np.empty(n)
    for j in range(k):
        for t in range(n):
            present[t] = 0.0 if np.isnan(values[t, j]) else values[t, j]
        after = 0.0  # the sum from a row to the end of its block
        for t in range(n - 1, -1, -1):
            after = present[t] if t % window == window - 1 else after + present[t]
            tail[t] = after
        head = 0.0  # the sum from the start of a block to a row
        for t in range(n):
            head = present[t] if t % window == 0 else head + present[t]
            start = t - window + 1
            if start >= 0:  # a window that starts with a block is that block alone
                out[t, j] = head if start % window == 0 else head + tail[start]
    return out


def count(values: FloatArray, window: int) -> FloatArray:
    """Return the number of values present in each trailing window; NaN while it is not full."""
    return total((~np.isnan(values)).astype(np.float64), window)


def mean(values: FloatArray, window: int, *, least: int | None = None) -> FloatArray:
    """Return the mean of each trailing window that holds at least `least` values (default all)."""
    held = count(values, window)
    with np.errstate(invalid="ignore", divide="ignore"):
        out = total(values, window) / held
    out[~(held >= _least(least, window))] = np.nan
    return out


def std(values: FloatArray, window: int, *, least: int | None = None) -> FloatArray:
    """Return the sample standard deviation (ddof=1) of each trailing window.

    Computed about the mean of each window in a second pass, at a cost proportional to `window`.
    NaN where the window holds fewer than `least` values (default all) or fewer than two.
    """
    flat = np.asarray(values, dtype=np.float64)
    n = flat.shape[0]
    out = np.full(flat.shape, np.nan)
    if n < window:
        return out
    centre = mean(flat, window, least=least)[window - 1 :]
    squares = np.zeros_like(centre)
    for lag in range(window):
        part = flat[lag : n - window + 1 + lag] - centre
        squares += np.where(np.isnan(part), 0.0, part * part)
    held = count(flat, window)[window - 1 :]
    with np.errstate(invalid="ignore", divide="ignore"):
        spread = np.sqrt(squares / (held - 1))
    spread[np.isnan(centre) | (held < 2)] = np.nan
    out[window - 1 :] = spread
    return out


def zscore(values: FloatArray, window: int, *, size: float | None = None) -> FloatArray:
    """Return (value - trailing mean) / trailing standard deviation; NaN where nothing moves.

    Parameters
    ----------
    values : array of shape (n,) or (n, k)
    window : int
    size : float, optional
        Of the numbers `values` were computed from, beside which their deviation must be more than
        rounding: 1.0 for logarithms. By default the largest absolute value of the window.

    Returns
    -------
    array of the shape of `values`
    """
    spread = std(values, window)
    centre = mean(values, window)
    with np.errstate(invalid="ignore", divide="ignore"):
        out = (values - centre) / spread
    out[~resolved(spread, rolling_max(np.abs(values), window) if size is None else size)] = np.nan
    return out


def beta(y: FloatArray, x: FloatArray, window: int, *, least: int) -> FloatArray:
    """Return the trailing least-squares slope of each column of `y` on `x`.

    Parameters
    ----------
    y : array of shape (n, k)
        Responses; NaN leaves a row out of that column.
    x : array of shape (n,)
        Regressor; NaN leaves a row out of every column.
    window, least : int
        Rows in the window, and the pairs it must hold.

    Returns
    -------
    array of shape (n, k)
        cov(x, y) / var(x) over the pairs present; NaN below `least` pairs, or where the squares
        about the mean are rounding beside the squares.
    """
    both = ~np.isnan(y) & ~np.isnan(x)[:, None]
    xs = np.where(both, x[:, None], 0.0)
    ys = np.where(both, y, 0.0)
    pairs = total(both.astype(np.float64), window)
    sum_x, sum_y = total(xs, window), total(ys, window)
    with np.errstate(invalid="ignore", divide="ignore"):
        squares = total(xs * xs, window)
        variance = squares - sum_x**2 / pairs
        slope = (total(xs * ys, window) - sum_x * sum_y / pairs) / variance
    slope[~(pairs >= max(least, 2)) | ~resolved(variance, squares)] = np.nan
    return slope


def _least(least: int | None, window: int) -> int:
    return window if least is None else least
