"""Windows after dated rows: their completeness, their sums and the means over sets of rows."""

import numba
import numpy as np

from altrotation.aliases import BoolArray, FloatArray, IntArray

__all__ = ["admissible_shifts", "gathered_means", "shifted_rows", "window_changes"]


def window_changes(levels: FloatArray, delay: int, horizons: IntArray) -> FloatArray:
    """Return the change of each level over the windows after, or around, every row.

    Parameters
    ----------
    levels : array of shape (n, m)
        Cumulative log levels; NaN where missing.
    delay : int
        Rows between the row i and the level its window starts from; negative for a window that
        starts before it.
    horizons : array of shape (h,)
        Window lengths in rows.

    Returns
    -------
    array of shape (n, m, h)
        ``levels[i + delay + H] - levels[i + delay]``; NaN where the window leaves the sample or
        has no level at one of its two ends. A level missing in between changes nothing: the
        return from end to end was earned all the same.
    """
    n, m = levels.shape
    changes = np.full((n, m, len(horizons)), np.nan)
    for place, horizon in enumerate(horizons):
        last = delay + int(horizon)
        start, stop = max(0, -delay), min(n, n - last)  # rows with both ends inside the sample
        if stop > start:
            ends = levels[start + last : stop + last]
            changes[start:stop, :, place] = ends - levels[start + delay : stop + delay]
    return changes


def admissible_shifts(rows: IntArray, complete: BoolArray) -> IntArray:
    """Return the offsets s = 1..n-1 that leave every cell at least one complete window.

    Parameters
    ----------
    rows : array of shape (k,)
        Observed rows.
    complete : array of shape (n, c)
        Places at which a window of the cell is complete.

    Returns
    -------
    array of shape (B,)
        Admissible offsets in increasing order: for every column some ``complete[(row + s) % n]``.
    """
    held = np.zeros(complete.shape, dtype=np.bool_)
    for row in rows:
        held |= np.roll(complete, -int(row), axis=0)
    good: BoolArray = np.asarray(held.all(axis=1))
    good[0] = False
    return np.flatnonzero(good).astype(np.int64)


def shifted_rows(rows: IntArray, shifts: IntArray, n: int) -> IntArray:
    """Return the rows moved jointly by every shift modulo `n`: shape (len(shifts), len(rows))."""
    return (rows[None, :] + shifts[:, None]) % n


@numba.njit(cache=True)
def gathered_means(
    values: FloatArray, centre: FloatArray, rows: IntArray, used: BoolArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the mean of each column of `values` over every set of rows.

    Parameters
    ----------
    values : array of shape (n, c)
        One row a place, one column a cell (an outcome at a horizon); NaN where incomplete.
    centre : array of shape (c,)
        A value near the mean of each column, to sum squares around.
    rows : array of shape (b, k)
        Sets of k rows.
    used : array of shape (k, c)
        Which members of a set may enter which column.

    Returns
    -------
    means : array of shape (b, c)
        Over the members that may enter and are complete; NaN where there is none.
    counts : array of shape (b, c)
        Their number.
    single : array of shape (c,)
        Population variance of the values that entered; NaN where none did.
    """
    b, k = rows.shape
    c = values.shape[1]
    means = np.zeros((b, c))
    counts = np.zeros((b, c))
    total = np.zeros(c)
    square = np.zeros(c)
    entered = np.zeros(c)
    for draw in range(b):
        for i in range(k):
            row = rows[draw, i]
            for j in range(c):
                value = values[row, j]
                if used[i, j] and not np.isnan(value):
                    means[draw, j] += value
                    counts[draw, j] += 1.0
                    moved = value - centre[j]
                    total[j] += moved
                    square[j] += moved * moved
        for j in range(c):
            entered[j] += counts[draw, j]
            means[draw, j] = means[draw, j] / counts[draw, j] if counts[draw, j] > 0 else np.nan
    single = np.full(c, np.nan)
    for j in range(c):
        if entered[j] > 0:
            mean = total[j] / entered[j]
            single[j] = max(square[j] / entered[j] - mean * mean, 0.0)
    return means, counts, single
