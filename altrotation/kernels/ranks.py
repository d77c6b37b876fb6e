"""Ranks of every member of an orbit among all of them."""

import numba
import numpy as np

from altrotation.aliases import FloatArray

__all__ = ["upper_tail_shares"]


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
