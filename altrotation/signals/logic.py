"""Three-valued logic on arrays of degrees in [0, 1], where NaN is "unknown".

An unknown value may turn out to be anything from 0 to 1. A result is known exactly where that does
not matter: where putting 0 and putting 1 for every unknown value give the same (Kleene 1952, §64).
So 0 and unknown is 0, 1 and unknown is unknown; unknown is never taken for 0 in silence.
"""

import numpy as np
from scipy.ndimage import maximum_filter1d

from altrotation.aliases import FloatArray

__all__ = ["at_least", "cooled", "negate", "trailing_max"]


def at_least(degrees: FloatArray, need: int) -> FloatArray:
    """Return the degree to which at least `need` of the columns are on: the need-th largest value.

    `degrees` has shape (n, k); `need` = 1 is "or" (the maximum), `need` = k is "and" (the minimum).
    """
    low = np.sort(np.where(np.isnan(degrees), 0.0, degrees), axis=1)[:, -need]
    high = np.sort(np.where(np.isnan(degrees), 1.0, degrees), axis=1)[:, -need]
    return _where_equal(low, high)


def negate(degrees: FloatArray) -> FloatArray:
    """Return 1 - degree; unknown stays unknown."""
    return 1.0 - degrees


def trailing_max(degrees: FloatArray, window: int) -> FloatArray:
    """Return the largest degree of each row and the `window` - 1 rows before it, shape (n,).

    Rows before the first are unknown: an early window is known only where it holds a 1.
    """
    before = np.full(window - 1, np.nan)
    padded = np.concatenate([before, degrees])
    # this origin makes the window of row i end at i
    low = _trailing(np.where(np.isnan(padded), 0.0, padded), window)
    high = _trailing(np.where(np.isnan(padded), 1.0, padded), window)
    return _where_equal(low, high)[window - 1 :]


def cooled(degrees: FloatArray, days: int) -> FloatArray:
    """Return `degrees` with the start of a spell refused within `days` rows of the end of one.

    A refused row is 0 and the next row asks again, so that a spell refused at first comes on as
    soon as `days` rows have passed since the last row that was on. An unknown row stays unknown and
    neither ends a spell nor starts one. `degrees` has shape (n,).
    """
    out = degrees.copy()
    running, last = False, -days - 1
    for row, degree in enumerate(degrees):
        if np.isnan(degree):
            continue
        if degree > 0 and not running and row - last <= days:
            out[row] = 0.0
            continue
        running = degree > 0
        if running:
            last = row
    return out


def _trailing(values: FloatArray, window: int) -> FloatArray:
    if window == 1:
        return values
    highest: FloatArray = maximum_filter1d(
        values, window, origin=(window - 1) // 2, mode="constant", cval=0.0
    )
    return highest


def _where_equal(low: FloatArray, high: FloatArray) -> FloatArray:
    return np.where(low == high, low, np.nan)
