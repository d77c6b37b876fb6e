"""Worlds of events and outcomes in which the effect is known."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.aliases import FloatArray, IntArray, Seed
from altrotation.errors import InputError
from altrotation.rng import generator
from altrotation.validate import require_between, require_count, to_day

__all__ = ["EventWorld", "clustered_rows", "event_world"]

_LARGE = 100.0  # log points: a price beyond it is no number


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class EventWorld:
    """Outcome prices, event dates and the truth behind them.

    Parameters
    ----------
    prices : DataFrame of shape (n, m)
        Outcomes "outcome 0", ..., index 100 before the first row.
    dates : DatetimeIndex of shape (k,)
        Event dates.
    rows : array of shape (k,)
    effect : float
        Log points planted after every event.
    horizon : int
        Rows over which the effect accrues evenly, from the row after entry.
    """

    prices: pd.DataFrame
    dates: pd.DatetimeIndex
    rows: IntArray
    effect: float
    horizon: int


@guarded
def event_world(
    returns: FloatArray,
    rows: IntArray,
    *,
    effect: float = 0.0,
    horizon: int = 60,
    delay: int = 1,
    drift: float = 0.0,
    start: str = "2013-01-01",
) -> EventWorld:
    """Return the world in which `returns` receive an effect after each of the event `rows`.

    Parameters
    ----------
    returns : array of shape (n,) or (n, m)
        Daily log returns without an effect.
    rows : array of shape (k,)
        Event rows, increasing.
    effect : float, default 0
        Log points in sum over the `horizon` rows that follow entry, for every outcome; where
        windows of two events overlap, both are added.
    horizon : int, default 60
    delay : int, default 1
        Rows between the event and entry.
    drift : float, default 0
        Log points added to every day.
    start : str
        First label; labels are UTC days without a gap.

    Raises
    ------
    InputError
        If `horizon` is below 1, a move is beyond 100 log points, or `start` is no day.
    InputError
        If rows do not increase or lie outside the returns.
    """
    require_count(horizon, 1, "horizon")
    require_between(effect, -_LARGE, _LARGE, "effect")
    require_between(drift, -_LARGE, _LARGE, "drift")
    daily = np.array(returns, dtype=np.float64, ndmin=1)
    daily = daily[:, None].copy() if daily.ndim == 1 else daily.copy()
    n = len(daily)
    if len(rows) and (rows[0] < 0 or rows[-1] >= n or (np.diff(rows) <= 0).any()):
        raise InputError(
            f"`rows` must increase within 0..{n - 1}, got {[int(row) for row in rows]}."
        )
    for row in rows:
        first = int(row) + delay + 1
        daily[first : first + horizon] += effect / horizon
    daily += drift
    index = pd.date_range(to_day(start, "start"), periods=n, freq="D", unit="us", name="date")
    names = [f"outcome {place}" for place in range(daily.shape[1])]
    prices = pd.DataFrame(100 * np.exp(daily.cumsum(axis=0)), index=index, columns=names)
    return EventWorld(prices=prices, dates=index[rows], rows=rows, effect=effect, horizon=horizon)


@guarded
def clustered_rows(
    n: int, *, sizes: tuple[int, ...], gap: int, margin: int, seed: Seed = 0
) -> IntArray:
    """Return event rows in clusters placed uniformly at random, `margin` rows apart.

    Parameters
    ----------
    n : int
        Rows of the sample.
    sizes : tuple of int
        Events of each cluster; (1, 1, 1) are three single events.
    gap : int
        Rows between neighbours of a cluster.
    margin : int
        Least distance from the last event of a cluster to the next cluster and to the end.
    seed : int or Generator, default 0

    Returns
    -------
    array of int64 of shape (sum(sizes),)
        Rows in 0 .. n - 1, increasing.

    Raises
    ------
    InputError
        If there is no cluster, or the clusters do not fit.
    """
    if not len(sizes):
        raise InputError("`sizes` is empty; name the events of at least one cluster.")
    spans = np.array([(size - 1) * gap + margin for size in sizes])
    free = n - int(spans.sum())
    if free < 1:
        raise InputError(f"{len(sizes)} clusters need more than {n} rows; lower `margin`.")
    rng = generator(seed)
    order = rng.permutation(len(sizes))
    # uniform spacings: sort offsets in the free room, then add what the earlier clusters take
    offsets = np.sort(rng.integers(0, free, len(sizes)))
    taken = np.concatenate([[0], np.cumsum(spans[order])[:-1]])
    rows = [
        offset + before + gap * np.arange(sizes[place])
        for offset, before, place in zip(offsets, taken, order, strict=True)
    ]
    return np.concatenate(rows).astype(np.int64)
