"""Positions from orders, one after the other."""

import numba
import numpy as np

from altrotation.aliases import FloatArray, IntArray
from altrotation.variation import TOLERANCE

__all__ = ["positions"]


@numba.njit(cache=True, nogil=True)
def positions(row: IntArray, column: IntArray, size: FloatArray, n: int, k: int) -> FloatArray:
    """Return the units held at each close.

    What an order leaves of a position is nothing where it is no more than the rounding of that
    order: a full sale. Only the orders up to a row decide what is held there.

    Parameters
    ----------
    row, column : int arrays of shape (m,)
        Day and asset of each order, in the order in which they were filled; days never fall.
    size : array of shape (m,)
        Units bought, negative where sold.
    n, k : int
        Days and assets.

    Returns
    -------
    array of shape (n, k)
    """
    held = np.zeros((n, k))
    now = np.zeros(k)
    done = 0
    for place in range(len(row)):
        for day in range(done, row[place]):
            held[day] = now
        done = row[place]
        asset = column[place]
        left = now[asset] + size[place]
        now[asset] = 0.0 if abs(left) <= TOLERANCE * abs(size[place]) else left
    for day in range(done, n):
        held[day] = now
    return held
