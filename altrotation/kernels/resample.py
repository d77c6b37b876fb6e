"""The stationary bootstrap of Politis and Romano (1994), whole resamples at once."""

import math

import numba
import numpy as np
from numpy.typing import NDArray

from altrotation.aliases import FloatArray, IntArray
from altrotation.kernels.blocks import prefix_sums

__all__ = ["stationary_counts", "stationary_rows", "unit_resamples"]

_SHORT = 4.0  # below this mean block a coin a row is cheaper than a logarithm a block


@numba.njit(cache=True, nogil=True)
def _blocks(
    n: int, mean_block: float, rng: np.random.Generator, places: IntArray, steps: IntArray
) -> int:
    # Places and lengths of the blocks of one resample; returns how many there are.
    stop = 1.0 / mean_block
    found = 0
    filled = 0
    if mean_block < _SHORT:
        while filled < n:
            coin = rng.random()
            if filled == 0:
                places[0], steps[0], found = int(coin * n), 1, 1
            elif coin < stop:  # given that it stops, coin / stop is uniform again
                places[found], steps[found] = int(coin / stop * n), 1
                found += 1
            else:
                steps[found - 1] += 1
            filled += 1
        return found
    log_go = math.log1p(-stop)
    while filled < n:
        length = min(1 + int(math.log(1.0 - rng.random()) / log_go), n - filled)
        places[found], steps[found] = int(rng.random() * n), length
        found += 1
        filled += length
    return found


@numba.njit(cache=True, nogil=True)
def stationary_rows(
    n: int, mean_block: float, draws: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Return the row numbers of stationary-bootstrap resamples.

    A resample continues to the next row with probability 1 - 1/`mean_block` and otherwise jumps to
    a row drawn uniformly; the sample is wrapped into a circle.

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
    places = np.empty(n, dtype=np.int64)
    steps = np.empty(n, dtype=np.int64)
    for draw in range(draws):
        found = _blocks(n, mean_block, rng, places, steps)
        filled = 0
        for block in range(found):
            for step in range(steps[block]):
                rows[draw, filled] = (places[block] + step) % n
                filled += 1
    return rows


@numba.njit(cache=True, nogil=True)
def stationary_counts(
    n: int, mean_block: float, draws: int, rng: np.random.Generator
) -> NDArray[np.float32]:
    """Return how often each row occurs in stationary-bootstrap resamples: shape (draws, n).

    Sums over a resample are then one matrix product of counts and values.
    """
    counts = np.zeros((draws, n), dtype=np.float32)
    places = np.empty(n, dtype=np.int64)
    steps = np.empty(n, dtype=np.int64)
    for draw in range(draws):
        found = _blocks(n, mean_block, rng, places, steps)
        for block in range(found):
            for step in range(steps[block]):
                counts[draw, (places[block] + step) % n] += np.float32(1.0)
    return counts


@numba.njit(cache=True, nogil=True)
def _fill(
    twice: FloatArray,
    sums: FloatArray,
    squares: FloatArray,
    mean_block: float,
    rng: np.random.Generator,
    out: NDArray[np.float32],
) -> None:
    n = twice.size // 2
    places = np.empty(n, dtype=np.int64)
    steps = np.empty(n, dtype=np.int64)
    for draw in range(out.shape[0]):
        found = _blocks(n, mean_block, rng, places, steps)
        total = 0.0
        square = 0.0
        for block in range(found):
            first, last = places[block], places[block] + steps[block]
            total += sums[last] - sums[first]
            square += squares[last] - squares[first]
        mean = total / n
        spread = square - n * mean * mean
        scale = 1.0 / math.sqrt(spread) if spread > 0.0 else 0.0
        filled = 0
        for block in range(found):
            length = steps[block]
            source = twice[places[block] : places[block] + length]
            target = out[draw, filled : filled + length]
            for step in range(length):
                target[step] = (source[step] - mean) * scale
            filled += length


def unit_resamples(
    values: FloatArray, mean_block: float, draws: int, rng: np.random.Generator, *, width: int
) -> NDArray[np.float32]:
    """Return stationary-bootstrap resamples, each with mean zero and sum of squares one.

    Single precision: the rounding, about 1e-7 a value, is far below any sampling error.

    Parameters
    ----------
    values : array of shape (n,)
        No NaN. Centred by the caller, so that squares lose no digits.
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
    twice = np.concatenate([values, values])
    out = np.zeros((draws, width), dtype=np.float32)
    _fill(twice, prefix_sums(twice), prefix_sums(twice * twice), mean_block, rng, out)
    return out
