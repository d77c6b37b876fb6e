"""Runs of one sign."""

import numpy as np

from altrotation.aliases import FloatArray, IntArray

__all__ = ["signed_runs"]


def signed_runs(values: FloatArray, broken: IntArray | None = None) -> IntArray:
    """Return the length of the run of one sign that ends at each row, negative for minus.

    Parameters
    ----------
    values : array of shape (n,)
        Without NaN. A zero ends a run and is a run of length 0.
    broken : array of shape (n,), optional
        Where not zero a run begins anew at that row, whatever the sign before.

    Returns
    -------
    array of int of shape (n,)
    """
    n = len(values)
    sign = np.sign(values).astype(np.int64)
    starts = np.ones(n, dtype=np.bool_)
    starts[1:] = sign[1:] != sign[:-1]
    if broken is not None:
        starts |= broken != 0
    first = np.maximum.accumulate(np.where(starts, np.arange(n), 0))
    runs: IntArray = sign * (np.arange(n) - first + 1)
    return runs
