"""Transfer entropy of symbol sequences, plug-in estimate."""

import math

import numba
import numpy as np
from numpy.typing import NDArray

from altrotation.aliases import FloatArray, IntArray

__all__ = ["entropy_of_resamples", "local_transfer_entropy"]


@numba.njit(cache=True, nogil=True)
def local_transfer_entropy(
    source: NDArray[np.int64], past: NDArray[np.int64], future: NDArray[np.int64], symbols: int
) -> FloatArray:
    """Return log(p(future | past, source) / p(future | past)) of each row, in nats.

    Their mean is the plug-in transfer entropy (Schreiber 2000, eq. 4; Lizier, Prokopenko & Zomaya
    2008 for the local values).

    Parameters
    ----------
    source, past, future : int arrays of shape (n,)
        Symbols 0 .. symbols - 1: of the leader some rows before, of the follower one row before,
        and of the follower.
    symbols : int

    Returns
    -------
    array of shape (n,)
    """
    n = future.size
    triples = np.zeros((symbols, symbols, symbols))
    for t in range(n):
        triples[future[t], past[t], source[t]] += 1.0
    ratio = _log_ratio(triples)
    local = np.empty(n)
    for t in range(n):
        local[t] = ratio[future[t], past[t], source[t]]
    return local


@numba.njit(cache=True, nogil=True)
def entropy_of_resamples(
    source: NDArray[np.int64],
    past: NDArray[np.int64],
    future: NDArray[np.int64],
    symbols: int,
    rows: IntArray,
) -> FloatArray:
    """Return the transfer entropy with the source replaced by each of its resamples.

    Parameters
    ----------
    source, past, future, symbols
        As in `local_transfer_entropy`.
    rows : int array of shape (draws, n)
        Rows of the source in each resample.

    Returns
    -------
    array of shape (draws,)
    """
    n = future.size
    out = np.empty(rows.shape[0])
    for draw in range(rows.shape[0]):
        triples = np.zeros((symbols, symbols, symbols))
        for t in range(n):
            triples[future[t], past[t], source[rows[draw, t]]] += 1.0
        out[draw] = (triples * _log_ratio(triples)).sum() / n
    return out


@numba.njit(cache=True, nogil=True)
def _log_ratio(triples: FloatArray) -> FloatArray:
    symbols = triples.shape[0]
    ratio = np.zeros_like(triples)
    for old in range(symbols):
        single = triples[:, old, :].sum()
        for other in range(symbols):
            pair = triples[:, old, other].sum()
            for new in range(symbols):
                count = triples[new, old, other]
                if count > 0.0:
                    both = triples[new, old, :].sum()
                    ratio[new, old, other] = math.log(count * single / (pair * both))
    return ratio
