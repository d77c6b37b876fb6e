"""Windows after dated rows: their completeness, their sums and the means over sets of rows."""

import numba
import numpy as np

from altrotation.aliases import BoolArray, FloatArray, IntArray

__all__ = ["admissible_shifts", "gathered_means", "shifted_rows", "window_changes"]


def window_changes(levels: FloatArray, delay: int, horizons: IntArray) -> FloatArray:
    """Return the change of each level over the windows that follow every row.

    Parameters
    ----------
    levels : array of shape (n, m)
        Cumulative log levels; NaN where missing.
    delay : int
        Rows between the decision row i and the first row of its window.
    horizons : array of shape (h,)
        Window lengths in rows.

    Returns
    -------
    array of shape (n, m, h)
        ``levels[i + delay + H] - levels[i + delay]``; NaN where the window leaves the sample or
        meets a missing level anywhere, its two ends included.
    """
    n, m = levels.shape
    gaps = np.zeros((n + 1, m), dtype=np.int64)
    np.cumsum(np.isnan(levels), axis=0, out=gaps[1:])
    changes = np.full((n, m, len(horizons)), np.nan)
    for place, horizon in enumerate(horizons):
        count = n - delay - int(horizon)
        if count <= 0:
            continue
        first, last = delay, delay + int(horizon)
        change = levels[last : last + count] - levels[first : first + count]
        change[gaps[last + 1 : last + 1 + count] > gaps[first : first + count]] = np.nan
        changes[:count, :, place] = change
    return changes


def admissible_shifts(rows: IntArray, allowed: BoolArray) -> IntArray:
    """Return the offsets s = 1..n-1 that bring every row to an allowed place on the circle.

    Parameters
    ----------
    rows : array of shape (k,)
        Observed rows.
    allowed : array of shape (k, n)
        Places at which row k may stand.

    Returns
    -------
    array of shape (B,)
        Admissible offsets in increasing order, each with ``allowed[k, (rows[k] + s) % n]``.
    """
    n = allowed.shape[1]
    good = np.ones(n, dtype=np.bool_)
    for row, places in zip(rows, allowed, strict=True):
        good &= np.roll(places, -int(row))
    good[0] = False
    return np.flatnonzero(good).astype(np.int64)


def shifted_rows(rows: IntArray, shifts: IntArray, n: int) -> IntArray:
    """Return the rows moved jointly by every shift modulo `n`: shape (len(shifts), len(rows))."""
    return (rows[None, :] + shifts[:, None]) % n


@numba.njit(cache=True)
def gathered_means(
    values: FloatArray, rows: IntArray, used: BoolArray
) -> tuple[FloatArray, FloatArray]:
    """Return the mean of each column of `values` over every set of rows.

    Parameters
    ----------
    values : array of shape (n, c)
        One row a place, one column a cell (an outcome at a horizon).
    rows : array of shape (b, k)
        Sets of k rows.
    used : array of shape (k, c)
        Which members of a set enter which column; `values` must be finite there.

    Returns
    -------
    means : array of shape (b, c)
        NaN for a column that uses no member.
    single : array of shape (c,)
        Variance over the sets of one member's value, averaged over the members used (population
        variance); NaN for a column that uses no member.
    """
    b, k = rows.shape
    c = values.shape[1]
    means = np.zeros((b, c))
    total = np.zeros((k, c))
    square = np.zeros((k, c))
    anchor = np.zeros((k, c))
    count = np.zeros(c)
    for i in range(k):
        for j in range(c):
            if used[i, j]:
                count[j] += 1.0
                anchor[i, j] = values[rows[0, i], j] if b > 0 else 0.0
    for draw in range(b):
        for i in range(k):
            row = rows[draw, i]
            for j in range(c):
                if used[i, j]:
                    value = values[row, j]
                    means[draw, j] += value
                    moved = value - anchor[i, j]
                    total[i, j] += moved
                    square[i, j] += moved * moved
        for j in range(c):
            means[draw, j] = means[draw, j] / count[j] if count[j] > 0 else np.nan
    single = np.full(c, np.nan)
    for j in range(c):
        if count[j] > 0 and b > 0:
            variance = 0.0
            for i in range(k):
                if used[i, j]:
                    mean = total[i, j] / b
                    variance += max(square[i, j] / b - mean * mean, 0.0)
            single[j] = variance / count[j]
    return means, single
