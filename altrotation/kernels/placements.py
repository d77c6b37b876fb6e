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
    observed: IntArray,
    draws: int,
    sweeps: int,
    rng: np.random.Generator,
) -> IntArray:
    """Return draws of block positions that are exchangeable with the observed ones.

    The target is uniform over all sets of positions, each from its pool, that keep the spacing. A
    walk proposes a new position for one block after the other and moves there if the spacing is
    kept, which leaves the target unchanged. It first runs backwards in time, through the blocks in
    reverse order, from the observed positions to a hub, then forwards from the hub afresh for
    every draw; given the hub the observed set and the draws are exchangeable, however long the
    walks (Besag & Clifford 1989, parallel method). No draw is ever thrown away, so crowded events
    cost no more than sparse ones.

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
    observed : array of shape (c,)
        First row of each observed block; they keep the spacing.
    draws : int
        Sets wanted; draw i is the same however many are asked for.
    sweeps : int
        Length of every walk: proposals for each block.
    rng : Generator

    Returns
    -------
    array of shape (draws, c)
        First row of each block.
    """
    c = spans.size
    hub = observed.copy()
    placed = np.empty((draws, c), dtype=np.int64)
    for draw in range(-1, draws):  # -1: the walk to the hub
        if draw < 0:
            now = hub
        else:
            now = placed[draw]
            now[:] = hub
        for step in range(sweeps * c):
            block = step % c if draw >= 0 else c - 1 - step % c
            size = starts[block + 1] - starts[block]
            row = pool[starts[block] + int(rng.random() * size)]
            kept = True
            for other in range(c):
                held = now[other]
                if (
                    other != block
                    and row < held + spans[other] + spacing
                    and held < row + spans[block] + spacing
                ):
                    kept = False
                    break
            if kept:
                now[block] = row
    return placed
