"""Streams of random numbers: stream i is the same whatever the number of replicates or workers."""

import numbers

import numpy as np

from altrotation.aliases import Seed
from altrotation.errors import InputError

__all__ = ["generator", "stream_seed"]


def generator(seed: Seed, *path: int) -> np.random.Generator:
    """Return the generator at `path` below `seed`.

    Parameters
    ----------
    seed : int or Generator
        A non-negative integer names a tree of independent streams; a Generator is returned as it
        is and takes no path.
    path : int
        Position in the tree, for example replicate 7 of cell 3: ``generator(0, 3, 7)``.

    Raises
    ------
    InputError
        If `seed` is negative, or a Generator is combined with a path.
    """
    if isinstance(seed, np.random.Generator):
        if path:
            raise InputError(
                "A Generator has no streams below it; pass an integer `seed` to work in parallel."
            )
        return seed
    return np.random.Generator(
        np.random.PCG64(np.random.SeedSequence(_checked(seed), spawn_key=path))
    )


def stream_seed(seed: int, *path: int) -> int:
    """Return a 32-bit integer seed at `path` below `seed`, for libraries that want one."""
    return int(np.random.SeedSequence(_checked(seed), spawn_key=path).generate_state(1)[0])


def _checked(seed: object) -> int:
    if isinstance(seed, bool) or not isinstance(seed, numbers.Integral) or seed < 0:
        raise InputError(f"`seed` must be a non-negative integer, got {seed!r}.")
    return int(seed)
