"""The lead-lag contrast of Hoffmann, Rosenbaum and Yoshida (2013), linear in ticks."""

import numba
import numpy as np

from altrotation.aliases import FloatArray, IntArray

__all__ = ["contrast"]


@numba.njit(cache=True, nogil=True)
def contrast(
    times_x: IntArray,
    x: FloatArray,
    times_y: IntArray,
    y: FloatArray,
    activity_x: IntArray,
    activity_y: IntArray,
    lags: IntArray,
    edges: IntArray,
) -> tuple[FloatArray, FloatArray]:
    """Return the contrast at every lag, by block of intervals of x, and the overlap it rests on.

    U(lag) = sum over i, j of dX_i dY_j 1{I_i meets J_j - lag} (Hoffmann, Rosenbaum & Yoshida
    2013; Hayashi & Yoshida 2005 at lag 0). The intervals of y that meet I_i are neighbours, so
    their changes telescope into one difference, and two pointers find it: the cost of a lag is
    linear in the number of ticks.

    If x and y moved together at every instant and nobody led, the expectation of U(lag) would be
    proportional to the true time that the intervals paired at that lag share. That overlap is
    returned too, in the unit of the activity.

    Parameters
    ----------
    times_x : int array of shape (n,)
        Instants of the ticks of x, increasing; any unit that `times_y` and `lags` share.
    x : array of shape (n,)
        Log prices.
    times_y, y : arrays of shape (m,)
    activity_x, activity_y : int arrays of shape (n,) and (m,)
        Cumulative activity at the instants; the instants themselves for calendar time.
    lags : int array of shape (k,)
        Positive: x leads.
    edges : int array of shape (b + 1,)
        Block c holds the intervals edges[c] .. edges[c + 1] - 1 of x; from 0 to n - 1.

    Returns
    -------
    sums : array of shape (b, k)
        Contrast by block; its sum over blocks is U.
    overlap : array of shape (k,)
    """
    n = x.size
    m = y.size
    sums = np.zeros((edges.size - 1, lags.size))
    overlap = np.zeros(lags.size)
    for k in range(lags.size):
        lag = lags[k]
        block = 0
        stop = edges[1]
        partial = 0.0
        shared = 0.0
        after = 0  # first tick of y not before the end of the interval
        while after < m - 1 and times_y[after] - lag < times_x[0]:
            after += 1
        for i in range(n - 1):
            if i == stop:
                sums[block, k] = partial
                partial = 0.0
                block += 1
                stop = edges[block + 1]
            # last tick of y not after the start: `after` itself if it is there, or the one before
            before = after if times_y[after] - lag <= times_x[i] or after == 0 else after - 1
            end = times_x[i + 1]
            while after < m - 1 and times_y[after] - lag < end:
                after += 1
            partial += (x[i + 1] - x[i]) * (y[after] - y[before])
            common = min(activity_x[i + 1], activity_y[after]) - max(
                activity_x[i], activity_y[before]
            )
            if common > 0 and after > before:
                shared += common
        sums[block, k] = partial
        overlap[k] = shared
    return sums, overlap
