"""Trailing correlations of two series, and of many resamples of them."""

import math

import numba
import numpy as np

from altrotation.aliases import FloatArray, IntArray

__all__ = ["rolling_correlation", "rolling_correlation_of_resamples"]


@numba.njit(cache=True, nogil=True)
def rolling_correlation(x: FloatArray, y: FloatArray, window: int) -> FloatArray:
    """Return the correlation of the last `window` rows at each row; NaN before the first window.

    Sums are updated row by row on centred series and formed anew every `window` rows, so rounding
    does not accumulate.

    Parameters
    ----------
    x, y : arrays of shape (n,)
        No NaN.
    window : int
        At least 2.

    Returns
    -------
    array of shape (n,)
        NaN also where one series does not move within the window.
    """
    n = x.size
    out = np.full(n, np.nan)
    a = x - x.mean()
    b = y - y.mean()
    # Running sums keep the rounding of what has left them: a window is at rest when its variance
    # is rounding beside its own squares and beside an average window's.
    floor_x, floor_y = 1e-14 * window * (a @ a) / n, 1e-14 * window * (b @ b) / n
    sx = sy = sxx = syy = sxy = 0.0
    for t in range(n):
        if t % window == window - 1:
            sx = sy = sxx = syy = sxy = 0.0
            for s in range(t - window + 1, t + 1):
                sx += a[s]
                sy += b[s]
                sxx += a[s] * a[s]
                syy += b[s] * b[s]
                sxy += a[s] * b[s]
        elif t >= window:
            o = t - window
            sx += a[t] - a[o]
            sy += b[t] - b[o]
            sxx += a[t] * a[t] - a[o] * a[o]
            syy += b[t] * b[t] - b[o] * b[o]
            sxy += a[t] * b[t] - a[o] * b[o]
        else:
            continue
        vx = sxx - sx * sx / window
        vy = syy - sy * sy / window
        if vx > max(1e-14 * sxx, floor_x) and vy > max(1e-14 * syy, floor_y):
            ratio = (sxy - sx * sy / window) / math.sqrt(vx * vy)
            out[t] = min(1.0, max(-1.0, ratio))
    return out


@numba.njit(cache=True, nogil=True)
def rolling_correlation_of_resamples(
    x: FloatArray, y: FloatArray, rows_x: IntArray, rows_y: IntArray, window: int
) -> FloatArray:
    """Return the trailing correlations of resamples of both series.

    Parameters
    ----------
    x, y : arrays of shape (n,)
    rows_x, rows_y : int arrays of shape (draws, n)
        Rows of each resample; the same array twice keeps the pairs together.
    window : int

    Returns
    -------
    array of shape (draws, n - window + 1)
    """
    draws, n = rows_x.shape
    out = np.empty((draws, n - window + 1))
    for draw in range(draws):
        out[draw] = rolling_correlation(x[rows_x[draw]], y[rows_y[draw]], window)[window - 1 :]
    return out
