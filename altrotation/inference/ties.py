"""When a draw counts as large as what was observed: within rounding of it, at any scale."""

import numpy as np
from numpy.typing import ArrayLike

from altrotation.aliases import FloatArray
from altrotation.variation import TOLERANCE, resolved, size_of

__all__ = ["tail_share", "tie_slack"]


def tie_slack(observed: ArrayLike, null: FloatArray) -> FloatArray:
    """Return how far below the observed statistic a draw may lie and still tie with it.

    Equal sums formed in another order differ in their last bits, and which way depends on the
    processor: without a slack a permutation that repeats the data is counted or not by accident.

    Parameters
    ----------
    observed : array of shape (c,) or a number
    null : array of shape (B, c) or (B,)
        NaN where a draw is not admissible.

    Returns
    -------
    array of shape (c,) or a number
        1e-9 standard deviations of the draws and the observed value together; infinite for a
        statistic that does not vary, which carries no evidence: every draw ties.
    """
    orbit = np.concatenate([np.asarray(observed, dtype=np.float64)[None], null])
    there = np.isfinite(orbit)
    centre = np.mean(orbit, axis=0, where=there)
    deviation = np.where(there, orbit - centre, 0.0)
    spread = np.sqrt(np.square(deviation).sum(axis=0) / there.sum(axis=0))
    moves = resolved(spread, size_of(orbit, axis=0))
    return np.asarray(np.where(moves, TOLERANCE * spread, np.inf))


def tail_share(observed: ArrayLike, null: FloatArray) -> FloatArray:
    """Return the p-value (1 + draws at least as large) / (1 + draws) of each statistic.

    Parameters
    ----------
    observed : array of shape (c,) or a number
        Larger is more extreme: take absolute values for two-sided tests.
    null : array of shape (B, c) or (B,)
        Draws under the null, NaN where a draw is not admissible.

    Returns
    -------
    array of shape (c,) or a number
        In (0, 1]. Draws within 1e-9 standard deviations of the observed value count as equal.
    """
    least = np.asarray(observed) - tie_slack(observed, null)
    with np.errstate(invalid="ignore"):
        beyond = (null >= least).sum(axis=0)
    return np.asarray((1.0 + beyond) / (1.0 + np.isfinite(null).sum(axis=0)))
