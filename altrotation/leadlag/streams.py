"""Random draws in chunks: chunk i has its own stream, so workers never change a result."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from altrotation.aliases import FloatArray, Seed
from altrotation.rng import generator
from altrotation.validate import require_count

__all__ = ["in_chunks", "sign_draws"]

_CHUNK = 128


def in_chunks(
    draw: Callable[[int, np.random.Generator], FloatArray],
    replicates: int,
    *,
    seed: Seed,
    path: tuple[int, ...] = (),
    workers: int = 1,
) -> FloatArray:
    """Return `replicates` rows made by `draw`, 128 at a time.

    Parameters
    ----------
    draw : callable
        ``draw(count, rng)`` returns an array of shape (count, k) and releases the lock of the
        interpreter in its heavy part.
    replicates : int
        At least 1. Fewer replicates are the first rows of more, if `draw` fills rows in order.
    seed : int or Generator
        From a Generator one integer is taken, which then names the streams.
    path : tuple of int
        Where below `seed` the streams of this use lie.
    workers : int, default 1
        Threads. The result does not depend on it.

    Returns
    -------
    array of shape (replicates, k)

    Raises
    ------
    InputError
        If `replicates` < 1.
    InputError
        If `workers` < 1.
    """
    require_count(replicates, 1, "replicates")
    require_count(workers, 1, "workers")
    root = int(seed.integers(2**62)) if isinstance(seed, np.random.Generator) else seed
    counts = [min(_CHUNK, replicates - first) for first in range(0, replicates, _CHUNK)]

    def one(number: int) -> FloatArray:
        return draw(counts[number], generator(root, *path, number))

    if workers == 1:
        return np.concatenate([one(number) for number in range(len(counts))])
    with ThreadPoolExecutor(workers) as pool:
        return np.concatenate(list(pool.map(one, range(len(counts)))))


def sign_draws(
    terms: FloatArray,
    replicates: int,
    *,
    seed: Seed,
    path: tuple[int, ...] = (),
    workers: int = 1,
) -> FloatArray:
    """Return sums of `terms` under random signs: the wild bootstrap of a sum with mean zero.

    Parameters
    ----------
    terms : array of shape (n, k)
        Row t holds the terms of all k sums that share the sign of row t.
    replicates, seed, path, workers
        As in `in_chunks`.

    Returns
    -------
    array of shape (replicates, k)
        Rademacher multipliers: the sum of squares of the terms is the same in every draw, so a
        self-normalised statistic needs no new denominator.

    Raises
    ------
    InputError
        If `replicates` < 1.
    InputError
        If `workers` < 1.
    """
    values = np.ascontiguousarray(terms, dtype=np.float64)

    def draw(count: int, rng: np.random.Generator) -> FloatArray:
        signs = 2.0 * rng.integers(0, 2, size=(count, len(values)), dtype=np.int8) - 1.0
        return np.asarray(signs @ values, dtype=np.float64)

    return in_chunks(draw, replicates, seed=seed, path=path, workers=workers)
