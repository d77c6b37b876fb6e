"""Breakouts on arrays: the level to beat, the days that beat it, and the quiet spells before."""

import numba
import numpy as np
from scipy.ndimage import maximum_filter1d

from altrotation.aliases import BoolArray, FloatArray, IntArray
from altrotation.variation import TOLERANCE, above

__all__ = [
    "days_above",
    "first_below",
    "follow_breakouts",
    "levels_to_beat",
    "prior_max",
    "quiet_filter",
    "rolling_max",
    "rolling_prior_max",
    "trailing_count",
]


def levels_to_beat(
    values: FloatArray, kind: str, *, window: int = 252, level: float | None = None
) -> FloatArray:
    """Return the level each row must beat, from rows strictly before it.

    Parameters
    ----------
    values : array of shape (n,)
        Without NaN.
    kind : {"record", "high", "level"}
        The highest of all earlier values, that of the `window` before, or `level`.
    window : int
        For "high".
    level : float
        For "level".

    Returns
    -------
    array of shape (n,)
        NaN where it cannot be known, for "level" in row 0: whether that crossed cannot be told.
    """
    if kind == "record":
        return prior_max(values)
    if kind == "high":
        return rolling_prior_max(values, window)
    fixed = np.full_like(values, np.nan if level is None else level)
    fixed[:1] = np.nan
    return fixed


def days_above(values: FloatArray, levels: FloatArray, kind: str, buffer: float) -> BoolArray:
    """Return the rows more than `buffer`, a fraction, above their level.

    For the kind "level" only those that crossed it: the row before was not above. False where the
    level is NaN.
    """
    line = levels * (1.0 + buffer)
    broken = above(values, line)
    if kind == "level":
        broken[1:] &= ~above(values[:-1], line[1:])
    return broken


def prior_max(values: FloatArray) -> FloatArray:
    """Return the largest value strictly before each row, along axis 0.

    `values` of shape (n,) or (n, k); NaN is skipped. The result is NaN where nothing precedes.
    """
    highest = np.full_like(values, np.nan)
    highest[1:] = np.fmax.accumulate(values, axis=0)[:-1]
    return highest


def rolling_prior_max(values: FloatArray, window: int) -> FloatArray:
    """Return the largest of the `window` values strictly before each row, along axis 0.

    `values` of shape (n,) or (n, k). The result is NaN in the first `window` rows and wherever one
    of the `window` values is NaN. Cost does not grow with `window`.
    """
    highest = np.full_like(values, np.nan)
    if len(values) <= window:
        return highest
    missing = np.isnan(values)
    # The filter's window for output row i starts at i - window // 2 - origin; this origin makes it
    # end at i, so that row i - 1 of its output covers rows i - window .. i - 1.
    trailing = maximum_filter1d(
        np.where(missing, -np.inf, values), window, axis=0, origin=(window - 1) // 2, mode="nearest"
    )
    full = trailing_count(missing, window)[window:] == 0
    highest[window:] = np.where(full, trailing[window - 1 : -1], np.nan)
    return highest


def rolling_max(values: FloatArray, window: int, *, least: int | None = None) -> FloatArray:
    """Return the largest of the `window` values up to and including each row, along axis 0.

    `values` of shape (n,) or (n, k); NaN is skipped. The result is NaN in the first `window` - 1
    rows and where fewer than `least` values (default all) are present. Cost does not grow with
    `window`.
    """
    table = values[:, None] if values.ndim == 1 else values
    need = max(window if least is None else least, 1)
    return np.asarray(_rolling_max(table, window, need).reshape(values.shape), dtype=np.float64)


@numba.njit(cache=True, nogil=True)
def _rolling_max(values: FloatArray, window: int, least: int) -> FloatArray:
    """Keep, for each column, the rows that may still become the largest (a monotone queue)."""
    n, k = values.shape
    out = np.full((n, k), np.nan)
    queue = np.empty(n, dtype=np.int64)
    column = np.empty(n)
    for j in range(k):
        first = last = held = 0  # the queue is queue[first:last]
        column[:] = values[:, j]
        for t in range(n):
            if t >= window and not np.isnan(column[t - window]):
                held -= 1
            if first < last and queue[first] <= t - window:
                first += 1
            if not np.isnan(column[t]):
                held += 1
                while first < last and column[queue[last - 1]] <= column[t]:
                    last -= 1
                queue[last] = t
                last += 1
            if t >= window - 1 and held >= least:
                out[t, j] = column[queue[first]]
    return out


def trailing_count(flags: BoolArray, window: int) -> IntArray:
    """Return how many of the `window` rows strictly before each row are true, along axis 0.

    Rows before the first count as false.
    """
    total = np.zeros((len(flags) + 1, *flags.shape[1:]), dtype=np.int64)
    np.cumsum(flags, axis=0, out=total[1:])
    starts = np.maximum(np.arange(len(flags)) - window, 0)
    return total[:-1] - total[starts]


def quiet_filter(flags: BoolArray, decided: BoolArray, quiet: int) -> BoolArray:
    """Keep the flags that follow at least `quiet` rows known to hold none, along axis 0.

    Parameters
    ----------
    flags, decided : bool arrays of shape (n,) or (n, k)
        Whether each row is a breakout, and whether that could be told at all: a row that could not
        be decided is not quiet.
    quiet : int
        Rows strictly before a flag that must be decided and free of flags.

    Returns
    -------
    bool array of the same shape
    """
    silent = trailing_count(decided & ~flags, quiet) == quiet
    kept: BoolArray = flags & decided & silent
    return kept


def first_below(values: FloatArray, rows: IntArray, levels: FloatArray, within: int) -> IntArray:
    """Return how many rows after each of `rows` a value first lies below its level.

    Parameters
    ----------
    values : float array of shape (n,)
        Without NaN.
    rows : int array of shape (k,)
        Where the levels were broken.
    levels : float array of shape (k,)
        The levels.
    within : int
        Rows strictly after that count.

    Returns
    -------
    int array of shape (k,)
        1 .. `within`; 0 where all `within` rows stayed at or above the level; -1 where the values
        end before that could be told.
    """
    found = np.full(len(rows), -1, dtype=np.int64)
    for event, (row, level) in enumerate(zip(rows, levels, strict=True)):
        after = values[row + 1 : row + 1 + within]
        below = above(level, after)
        if below.any():
            found[event] = int(np.argmax(below)) + 1
        elif len(after) == within:
            found[event] = 0
    return found


@numba.njit(cache=True, nogil=True)
def follow_breakouts(
    values: FloatArray, flags: BoolArray, levels: FloatArray, within: int, tolerance: float
) -> FloatArray:
    """Follow one breakout at a time from the row it begins to the row it is decided.

    A break begins on a flagged row while no other is open and none was decided on that row. It
    fails on the first of the next `within` rows below its level and holds on the last of them.

    Parameters
    ----------
    values : array of shape (n,)
        Without NaN.
    flags : bool array of shape (n,)
        Breakout rows.
    levels : array of shape (n,)
        The level to beat at each row.
    within : int
        Rows in which a break may fail.
    tolerance : float
        How far above its level, as a fraction of it, a value tests it again.

    Returns
    -------
    array of shape (n, 6)
        Columns: began, open, retest (the first of a break), failed, held, each 1 or 0; and the
        level of the break that is open or decided on the row, NaN where there is none.
    """
    n = values.size
    out = np.zeros((n, 6))
    out[:, 5] = np.nan
    start = -1
    level = np.nan
    tested = False
    for t in range(n):
        if start >= 0:
            out[t, 5] = level
            if values[t] < level * (1.0 - TOLERANCE):
                out[t, 3] = 1.0
                start = -1
                continue
            if not tested and values[t] <= level * (1.0 + tolerance) * (1.0 + TOLERANCE):
                out[t, 2] = 1.0
                tested = True
            if t - start == within:
                out[t, 4] = 1.0
                start = -1
                continue
            out[t, 1] = 1.0
        elif flags[t]:
            start, level, tested = t, levels[t], False
            out[t, 0] = 1.0
            out[t, 1] = 1.0
            out[t, 5] = level
    return out
