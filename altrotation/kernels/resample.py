"""The stationary bootstrap of Politis and Romano (1994), whole resamples at once.

A resample continues to the next row with probability 1 - 1/mean block and otherwise jumps to a row
drawn uniformly; the sample is wrapped into a circle. So blocks have geometric lengths, drawn here
as one plus the whole part of an exponential.
"""

import math

import numba
import numpy as np
from numpy.typing import NDArray

from altrotation.aliases import FloatArray

__all__ = ["stationary_counts", "stationary_rows", "unit_resamples"]

_STEP = 32  # values copied at once; most blocks are shorter, and the next one overwrites the rest


@numba.njit(cache=True, nogil=True)
def _scale(mean_block: float) -> float:
    # An exponential of mean 1 times this, rounded down, exceeds k with probability (1 - 1/mean)^k.
    return -1.0 / math.log1p(-1.0 / mean_block) if mean_block > 1.0 else 0.0


@numba.njit(cache=True, nogil=True)
def stationary_rows(
    n: int, mean_block: float, draws: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Return the row numbers of stationary-bootstrap resamples.

    Parameters
    ----------
    n : int
        Rows of the sample.
    mean_block : float
        Mean block length in rows, at least 1.
    draws : int
    rng : Generator

    Returns
    -------
    int array of shape (draws, n)
    """
    rows = np.empty((draws, n), dtype=np.int64)
    scale = _scale(mean_block)
    for draw in range(draws):
        filled = 0
        while filled < n:
            length = min(1 + int(min(rng.standard_exponential() * scale, float(n))), n - filled)
            place = int(rng.random() * n)
            for step in range(length):
                rows[draw, filled + step] = (place + step) % n
            filled += length
    return rows


@numba.njit(cache=True, nogil=True)
def stationary_counts(
    n: int, mean_block: float, draws: int, rng: np.random.Generator
) -> NDArray[np.float32]:
    """Return how often each row occurs in stationary-bootstrap resamples: shape (draws, n).

    Sums over a resample are then one matrix product of counts and values.
    """
    counts = np.zeros((draws, n), dtype=np.float32)
    scale = _scale(mean_block)
    for draw in range(draws):
        filled = 0
        while filled < n:
            length = min(1 + int(min(rng.standard_exponential() * scale, float(n))), n - filled)
            place = int(rng.random() * n)
            for step in range(length):
                counts[draw, (place + step) % n] += np.float32(1.0)
            filled += length
    return counts


def unit_resamples(
    values: FloatArray, mean_block: float, draws: int, rng: np.random.Generator, *, width: int
) -> NDArray[np.float32]:
    """Return stationary-bootstrap resamples, each with mean zero and sum of squares one.

    Single precision: the rounding, about 1e-7 a value, is far below any sampling error.

    Parameters
    ----------
    values : array of shape (n,)
        No NaN. Centred by the caller, so that no digits are lost.
    mean_block : float
        Mean block length in rows, at least 1.
    draws : int
    rng : Generator
    width : int
        Columns of the result, at least n; those after n are zero.

    Returns
    -------
    float32 array of shape (draws, width)
        A resample without variance is all zero.
    """
    n = values.size
    source = np.concatenate([values, values, np.zeros(_STEP)]).astype(np.float32)
    out = np.zeros((draws, max(width, n + _STEP)), dtype=np.float32)
    _fill(source, n, mean_block, rng, out)
    return out[:, :width]


@numba.njit(cache=True, nogil=True, fastmath={"reassoc", "contract", "nsz"})
def _fill(
    source: NDArray[np.float32],
    n: int,
    mean_block: float,
    rng: np.random.Generator,
    out: NDArray[np.float32],
) -> None:
    scale = _scale(mean_block)
    step = np.uint64(_STEP)  # unsigned, so that no index can be negative and loops become vectors
    for draw in range(out.shape[0]):
        row = out[draw]
        filled = 0
        while filled < n:
            length = min(1 + int(min(rng.standard_exponential() * scale, float(n))), n - filled)
            start = np.uint64(int(rng.random() * n))
            place = np.uint64(filled)
            for i in range(step):
                row[place + i] = source[start + i]
            if length > _STEP:
                for i in range(step, np.uint64(length)):
                    row[place + i] = source[start + i]
            filled += length
        kept = row[:n]
        mean = np.float32(0.0)
        for i in range(n):
            mean += kept[i]
        mean /= np.float32(n)
        power = np.float32(0.0)
        for i in range(n):
            kept[i] -= mean
            power += kept[i] * kept[i]
        unit = np.float32(1.0 / math.sqrt(power)) if power > 0.0 else np.float32(0.0)
        for i in range(n):
            kept[i] *= unit
        row[n : n + _STEP] = np.float32(0.0)
