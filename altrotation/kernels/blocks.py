"""The stationary bootstrap of Politis and Romano (1994), reduced to sums over stretches of rows."""

import math

import numba
import numpy as np

from altrotation.aliases import BoolArray, FloatArray, IntArray

__all__ = ["prefix_sums", "stationary_sums"]


def prefix_sums(values: FloatArray) -> FloatArray:
    """Return the sums of the first 0, 1, ..., n values: shape (n + 1,)."""
    return np.concatenate([[0.0], np.cumsum(values)])


@numba.njit(cache=True)
def stationary_sums(
    prefix: FloatArray,
    lengths: IntArray,
    wanted: BoolArray,
    mean_block: float,
    draws: int,
    rng: np.random.Generator,
) -> FloatArray:
    """Return sums over consecutive stretches of stationary-bootstrap resamples.

    A resample continues to the next row with probability 1 - 1/`mean_block` and otherwise jumps to
    a row drawn uniformly (Politis & Romano 1994); the sample is wrapped into a circle. Only the
    stretches that are wanted are walked, block by block on prefix sums: across an unwanted stretch
    the block either survives or, its length being geometric and so without memory, is replaced by
    a fresh one. The law is that of resampling every row.

    Parameters
    ----------
    prefix : array of shape (n + 1,)
        Prefix sums of the series resampled; no NaN.
    lengths : array of shape (e,)
        Rows in each stretch, in the order of time.
    wanted : array of shape (e,)
        Stretches whose sum is needed; the others return zero.
    mean_block : float
        Mean block length in rows, at least 1.
    draws : int
    rng : Generator

    Returns
    -------
    array of shape (draws, e)
    """
    n = prefix.size - 1
    stop = 1.0 / mean_block
    log_go = math.log1p(-stop) if stop < 1.0 else -math.inf
    sums = np.zeros((draws, lengths.size))
    for draw in range(draws):
        place = 0
        left = 0
        for stretch in range(lengths.size):
            need = lengths[stretch]
            if not wanted[stretch]:
                if left > need:
                    left -= need
                    place = (place + need) % n
                else:
                    left = 0
                continue
            total = 0.0
            while need > 0:
                if left == 0:
                    place = int(rng.random() * n)
                    left = 1 + int(math.log(1.0 - rng.random()) / log_go)
                step = min(left, need)
                end = place + step
                total += prefix[end % n] + (end // n) * prefix[n] - prefix[place]
                place = end % n
                left -= step
                need -= step
            sums[draw, stretch] = total
    return sums
