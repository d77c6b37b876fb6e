"""Trailing correlations of two series, and of many resamples of them."""

import math

import numba
import numpy as np

from altrotation.aliases import FloatArray, IntArray
from altrotation.variation import TOLERANCE

__all__ = ["rolling_correlation", "rolling_correlation_of_resamples"]


@numba.njit(cache=True, nogil=True)
def rolling_correlation(x: FloatArray, y: FloatArray, window: int) -> FloatArray:
    """Return the correlation of the last `window` rows at each row; NaN before the first window.

    A window is the end of one block of `window` rows and the head of the next, so their moments are
    grown row by row about their own means (Welford 1962, Technometrics 4) and joined (Chan, Golub &
    LeVeque 1983, American Statistician 37). Nothing is taken away again, so that a huge
    value leaves no trace once it has left the window.

    Parameters
    ----------
    x, y : arrays of shape (n,)
        No NaN.
    window : int
        At least 2.

    Returns
    -------
    array of shape (n,)
        NaN also where one series does not move within the window but for rounding.
    """
    n = x.size
    out = np.full(n, np.nan)
    tails = np.empty((n, 5))
    moments = np.zeros(5)
    for t in range(n - n % window - 1, -1, -1):  # whole blocks, backwards
        held = window - 1 - t % window
        if held == 0:
            moments[:] = 0.0
        _grow(moments, held, x[t], y[t])
        tails[t] = moments
    for t in range(n):
        held = t % window
        if held == 0:
            moments[:] = 0.0
        _grow(moments, held, x[t], y[t])
        if t < window - 1:
            continue
        first, second = held + 1, window - held - 1  # rows of the head, and of the end before it
        mx, my, vx, vy, xy = moments
        if second > 0:
            ends = tails[t - window + 1]
            gap_x, gap_y = ends[0] - mx, ends[1] - my
            weight = first * second / window
            mx += gap_x * second / window
            my += gap_y * second / window
            vx += ends[2] + gap_x * gap_x * weight
            vy += ends[3] + gap_y * gap_y * weight
            xy += ends[4] + gap_x * gap_y * weight
        # standard deviations beside root mean squares
        slack = TOLERANCE * TOLERANCE
        if vx > slack * (vx + window * mx * mx) and vy > slack * (vy + window * my * my):
            out[t] = xy / (math.sqrt(vx) * math.sqrt(vy))
    return out


@numba.njit(cache=True, nogil=True)
def _grow(moments: FloatArray, held: int, x: float, y: float) -> None:
    """Add a pair to two means and the sums of squares and products about them."""
    gap_x, gap_y = x - moments[0], y - moments[1]
    moments[0] += gap_x / (held + 1)
    moments[1] += gap_y / (held + 1)
    moments[2] += gap_x * (x - moments[0])
    moments[3] += gap_y * (y - moments[1])
    moments[4] += gap_x * (y - moments[1])


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
