"""Random placements of blocks of rows, each from its own pool, none too close to another."""

import numba
import numpy as np

from altrotation.aliases import IntArray

__all__ = ["spaced_placements"]


@numba.njit(cache=True)
def spaced_placements(
    pool: IntArray,
    starts: IntArray,
    spans: IntArray,
    spacing: int,
    draws: int,
    attempts: int,
    rng: np.random.Generator,
) -> tuple[IntArray, int]:
    """Return draws of block positions, uniform among those that keep the spacing.

    Every block takes a row of its pool, independently and uniformly; a set in which two blocks
    come closer than `spacing` is thrown away whole and drawn again, so the accepted sets are
    uniform over all sets that keep it.

    Parameters
    ----------
    pool : array of shape (p,)
        The pools one after the other.
    starts : array of shape (c + 1,)
        Where the pool of each block begins in `pool`.
    spans : array of shape (c,)
        Rows from the first to the last member of each block (0 for a single row).
    spacing : int
        Least distance in rows from the last member of a block to the first member of the next.
    draws : int
        Sets wanted.
    attempts : int
        Sets tried in all before giving up.
    rng : Generator

    Returns
    -------
    placed : array of shape (draws, c)
        First row of each block.
    done : int
        Sets found; smaller than `draws` when `attempts` ran out.
    """
    c = spans.size
    placed = np.zeros((draws, c), dtype=np.int64)
    done = 0
    for _ in range(attempts):
        if done == draws:
            break
        kept = True
        for block in range(c):
            size = starts[block + 1] - starts[block]
            row = pool[starts[block] + int(rng.random() * size)]
            for other in range(block):
                held = placed[done, other]
                if row < held + spans[other] + spacing and held < row + spans[block] + spacing:
                    kept = False
                    break
            if not kept:
                break
            placed[done, block] = row
        if kept:
            done += 1
    return placed, done
