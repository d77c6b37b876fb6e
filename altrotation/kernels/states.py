"""States with memory: a level crossed with hysteresis, and turning points known when they are."""

import numba
import numpy as np

from altrotation.aliases import FloatArray, IntArray
from altrotation.variation import TOLERANCE

__all__ = ["below_with_hysteresis", "turning_points"]


@numba.njit(cache=True, nogil=True)
def below_with_hysteresis(values: FloatArray, low: float, high: float) -> FloatArray:
    """Return 1 from a value under `low` until one above `high`, and 0 from there on.

    Parameters
    ----------
    values : array of shape (n,)
        NaN leaves the state as it was.
    low, high : float
        Between them (both included) the state stays what it was.

    Returns
    -------
    array of shape (n,)
        NaN at a NaN, and until a value first lay outside the two lines.
    """
    out = np.full(values.size, np.nan)
    state = np.nan
    for t in range(values.size):
        if np.isnan(values[t]):
            continue
        if values[t] < low - TOLERANCE * abs(low):
            state = 1.0
        elif values[t] > high + TOLERANCE * abs(high):
            state = 0.0
        out[t] = state
    return out


@numba.njit(cache=True, nogil=True)
def turning_points(
    values: FloatArray, fall: float, rise: float
) -> tuple[FloatArray, IntArray, IntArray, FloatArray]:
    """Date peaks and troughs at the row at which they become known.

    A peak is confirmed by a value at least `fall` below the highest since the last trough, a trough
    by one at least `rise` above the lowest since the last peak.

    Parameters
    ----------
    values : array of shape (n,)
        NaN rows are passed over.
    fall, rise : float
        In the unit of `values`, positive.

    Returns
    -------
    state : array of shape (n,)
        -1 after a confirmed peak, 1 after a confirmed trough; NaN before the first and at a NaN.
    peak, trough : int arrays of shape (n,)
        Row of the last confirmed one; -1 before the first.
    below : array of shape (n,)
        Distance under the highest value since the last confirmed trough; NaN at a NaN.
    """
    n = values.size
    state = np.full(n, np.nan)
    peaks = np.full(n, -1, dtype=np.int64)
    troughs = np.full(n, -1, dtype=np.int64)
    below = np.full(n, np.nan)
    now = 0.0
    peak = trough = top = bottom = -1
    for t in range(n):
        value = values[t]
        if not np.isnan(value):
            slack = TOLERANCE * abs(value)
            if top < 0 or value > values[top] + slack:
                top = t
            if bottom < 0 or value < values[bottom] - slack:
                bottom = t
            if now >= 0 and value <= values[top] - fall + slack:
                now, peak, bottom = -1.0, top, t
            elif now <= 0 and value >= values[bottom] + rise - slack:
                now, trough, top = 1.0, bottom, t
            below[t] = values[top] - value
            if now != 0:
                state[t] = now
        peaks[t] = peak
        troughs[t] = trough
    return state, peaks, troughs, below
