"""Ranks: of every member of an orbit among all of them, of a value among the last ones."""

import numba
import numpy as np

from altrotation.aliases import FloatArray
from altrotation.variation import TOLERANCE

__all__ = ["trailing_shares", "upper_tail_shares"]


@numba.njit(cache=True, nogil=True)
def upper_tail_shares(scores: FloatArray, slack: FloatArray) -> FloatArray:
    """Return which share of its column is at least as large as each score.

    Parameters
    ----------
    scores : array of shape (b, c)
        One row a member of the orbit, one column a statistic; no NaN.
    slack : array of shape (c,)
        Members less than this below a score count as equal to it: rounding of equal sums.

    Returns
    -------
    array of shape (b, c)
        In [1 / b, 1]: a member is at least as large as itself. Costs O(b log b) a column.
    """
    b, c = scores.shape
    shares = np.empty((b, c))
    for column in range(c):
        ordered = np.sort(scores[:, column])
        for member in range(b):
            least = scores[member, column] - slack[column]
            shares[member, column] = (b - np.searchsorted(ordered, least)) / b
    return shares


@numba.njit(cache=True, nogil=True)
def trailing_shares(values: FloatArray, window: int, least: int) -> FloatArray:
    """Return the share of the last `window` rows that lie below each value, half of its equals.

    Parameters
    ----------
    values : array of shape (n, k)
        NaN is left out. Values that differ by rounding only are equal.
    window : int
        Trailing rows, up to and including the row; fewer at the start.
    least : int
        Values these rows must hold.

    Returns
    -------
    array of shape (n, k)
        (r - 1/2) / m for the mid-rank r of m values, between 0 and 1; NaN without a value or below
        `least` of them. Costs O(n k window).
    """
    n, k = values.shape
    out = np.full((n, k), np.nan)
    for j in range(k):
        for t in range(n):
            value = values[t, j]
            held = below = equal = 0
            for s in range(max(t - window + 1, 0), t + 1):
                other = values[s, j]
                slack = TOLERANCE * max(abs(value), abs(other))
                held += not np.isnan(other)
                below += other < value - slack
                equal += abs(other - value) <= slack
            if equal and held >= least:
                out[t, j] = (below + 0.5 * equal) / held
    return out
