"""Falls of a leader: how often others fall with it, and where its dips begin."""

import numba
import numpy as np

from altrotation.aliases import FloatArray, IntArray
from altrotation.variation import TOLERANCE

__all__ = ["dips", "joint_lower_tail"]


@numba.njit(cache=True, nogil=True)
def joint_lower_tail(
    y: FloatArray, x: FloatArray, window: int, share: float, least: int
) -> FloatArray:
    """Return how often each column of `y` lies in its lower tail when `x` lies in its own.

    Both windows are kept sorted while they move, so a row costs O(window) however many ranks.

    Parameters
    ----------
    y : array of shape (n, k)
        Log returns; NaN leaves a row out of that column.
    x : array of shape (n,)
        Log returns; NaN leaves a row out of every column.
    window : int
        Trailing rows, up to and including the row.
    share : float
        Of m pairs the ``floor(share * m)`` lowest of each are its tail.
    least : int
        Pairs a window must hold; ``share * least`` is at least 1.

    Returns
    -------
    array of shape (n, k)
        Between 0 and 1; NaN for the first `window` - 1 rows, below `least` pairs, and where a
        return beyond the tail equals, but for rounding, the last one in it.
    """
    n, k = y.shape
    out = np.full((n, k), np.nan)
    column = np.empty(n)
    leader = np.empty(n)
    xs = np.empty(window + 1)
    ys = np.empty(window + 1)
    for j in range(k):
        for t in range(n):
            both_known = not (np.isnan(x[t]) or np.isnan(y[t, j]))
            column[t] = y[t, j] if both_known else np.nan
            leader[t] = x[t] if both_known else np.nan
        held = 0
        for t in range(n):
            old = t - window
            if old >= 0 and not np.isnan(column[old]):
                _remove(xs, held, leader[old])
                _remove(ys, held, column[old])
                held -= 1
            if not np.isnan(column[t]):
                _insert(xs, held, leader[t])
                _insert(ys, held, column[t])
                held += 1
            if t < window - 1 or held < least:
                continue
            rank = int(np.floor(share * held + TOLERANCE))
            x_edge, y_edge = xs[rank - 1], ys[rank - 1]
            tied = xs[rank] - x_edge <= TOLERANCE or ys[rank] - y_edge <= TOLERANCE
            if rank < held and tied:
                continue
            both = 0
            for s in range(t - window + 1, t + 1):  # no branch: a NaN is below nothing
                both += (leader[s] <= x_edge) & (column[s] <= y_edge)
            out[t, j] = both / rank
    return out


@numba.njit(cache=True, nogil=True)
def _insert(ordered: FloatArray, held: int, value: float) -> None:
    place = np.searchsorted(ordered[:held], value)
    for i in range(held, place, -1):
        ordered[i] = ordered[i - 1]
    ordered[place] = value


@numba.njit(cache=True, nogil=True)
def _remove(ordered: FloatArray, held: int, value: float) -> None:
    place = np.searchsorted(ordered[:held], value)
    for i in range(place, held - 1):
        ordered[i] = ordered[i + 1]


@numba.njit(cache=True, nogil=True)
def dips(values: FloatArray, depth: float, window: int) -> tuple[IntArray, IntArray]:
    """Return the rows at which dips begin, and the rows of the highs they began from.

    A dip begins on a row at least `depth` (a fraction) under the highest of the last `window` rows;
    each high begins one dip at most, and none before the row of the last beginning does.

    Parameters
    ----------
    values : array of shape (n,)
        Positive; NaN rows are passed over.
    depth : float
        Between 0 and 1.
    window : int
        Trailing rows, up to and including the row; none of them before the first.

    Returns
    -------
    starts, highs : int arrays of shape (n_dips,)
        Increasing.
    """
    n = values.size
    starts = np.empty(n, dtype=np.int64)
    highs = np.empty(n, dtype=np.int64)
    found = 0
    last = -1
    for t in range(window - 1, n):
        if np.isnan(values[t]):
            continue
        high = -1
        for s in range(t - window + 1, t + 1):
            if not np.isnan(values[s]) and (
                high < 0 or values[s] > values[high] * (1.0 + TOLERANCE)
            ):
                high = s
        if high > last and values[t] <= (1.0 - depth) * values[high] * (1.0 + TOLERANCE):
            starts[found], highs[found] = t, high
            found += 1
            last = t
    return starts[:found], highs[:found]
