"""Breakouts on arrays: the level to beat, the days that beat it, and the quiet spells before."""

import numpy as np
from scipy.ndimage import maximum_filter1d

from altrotation.aliases import BoolArray, FloatArray, IntArray

__all__ = ["first_below", "prior_max", "quiet_filter", "rolling_prior_max", "trailing_count"]


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
        below = after < level
        if below.any():
            found[event] = int(np.argmax(below)) + 1
        elif len(after) == within:
            found[event] = 0
    return found
