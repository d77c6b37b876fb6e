"""Sampling error of a mean event outcome: residual block bootstrap at fixed event rows."""

import math

import numpy as np

from altrotation.aliases import BoolArray, FloatArray, IntArray, Seed
from altrotation.errors import InputError
from altrotation.inference.bootstrap import block_length, stationary_functionals

__all__ = ["LEAST_RETURNS", "METHOD", "mean_outcome_noise", "weighted_outcome_noise"]

METHOD = "residual stationary bootstrap at the event rows, basic"
LEAST_RETURNS = 9  # what the choice of a block length takes


def mean_outcome_noise(
    daily: FloatArray,
    rows: IntArray,
    used: BoolArray,
    horizons: IntArray,
    *,
    delay: int,
    estimation: int,
    replicates: int,
    seed: Seed,
) -> FloatArray:
    """Return draws of the error of the mean cumulative abnormal return at every horizon.

    The daily abnormal returns, with the estimated effect taken out of the event windows, are
    resampled by the stationary bootstrap over the whole sample, and the window sums are read at
    the *fixed* event rows: windows that overlap in the data overlap in every resample. Carrying
    events along with the blocks instead redraws their number and lets windows run past the end of
    their block, into days that follow no event; with a handful of events that interval covers far
    too seldom (tests/validity keeps the demonstration).

    Blocks are at least as long as the longest window on average. The length of Politis & White is
    right for the variance of the mean of the whole series; days that drift together slowly show
    in sums over a window long before they show in the autocorrelations that length is chosen by
    (simulated coverage .91 instead of .94 at 95 % with a drift whose half-life is 30 days).

    The draws are stretched by sqrt(m / (m - 2)), m being the number of mean blocks in the sample:
    the mean and the event effect that were taken out each cost about one block.

    Parameters
    ----------
    daily : array of shape (n,)
        Daily abnormal log returns of one outcome; NaN where missing (left out).
    rows : array of shape (k,)
        Event rows.
    used : array of shape (k, h)
        Which event enters which horizon.
    horizons : array of shape (h,)
        Window lengths in rows, increasing.
    delay : int
        Rows between the event and the start of its window; negative for one that starts before it.
    estimation : int
        Rows of the estimation window that ends before event and window; the error of the estimated
        mean return enters with weight horizon / estimation. (The error of the slopes is smaller by
        an order and left out.)
    replicates : int
    seed : int or Generator

    Returns
    -------
    array of shape (replicates, h)

    Raises
    ------
    InputError
        If fewer than 9 returns are there to resample.
    """
    count = np.count_nonzero(used, axis=0)
    return weighted_outcome_noise(
        daily,
        rows,
        np.where(used, 1.0 / np.maximum(count, 1), 0.0),
        np.zeros(len(rows), dtype=np.int64),
        horizons,
        delay=delay,
        estimation=estimation,
        replicates=replicates,
        seed=seed,
    )


def weighted_outcome_noise(
    daily: FloatArray,
    rows: IntArray,
    weights: FloatArray,
    sets: IntArray,
    horizons: IntArray,
    *,
    delay: int,
    estimation: int,
    replicates: int,
    seed: Seed,
) -> FloatArray:
    """Return draws of the error of a weighted sum of cumulative abnormal returns.

    As `mean_outcome_noise`, whose weights are one over the number of events; with weights of both
    signs it is the error of a contrast between sets of events. Every set has an effect of its own,
    which is taken out of its windows: s sets and the mean cost about a block each, so the draws
    are stretched by sqrt(m / (m - 1 - s)).

    Parameters
    ----------
    daily : array of shape (n,)
        Daily abnormal log returns of one outcome; NaN where missing (left out).
    rows : array of shape (k,)
        Event rows, in any order.
    weights : array of shape (k, h)
        Weight of every event at every horizon; 0 where it does not enter.
    sets : array of shape (k,)
        The set of every event: 0, or 0 and 1. With two sets the sample needs four mean blocks,
        which the cap on the block length grants.
    horizons : array of shape (h,)
        Window lengths in rows, increasing.
    delay, estimation, replicates, seed
        As in `mean_outcome_noise`.

    Returns
    -------
    array of shape (replicates, h)
        In the unit of `daily`.

    Raises
    ------
    InputError
        If fewer than 9 returns are there to resample.
    """
    known = int(np.isfinite(daily).sum())
    if known < LEAST_RETURNS:
        raise InputError(
            f"The interval of an event study needs at least {LEAST_RETURNS} returns of every "
            f"outcome, {LEAST_RETURNS + 1} rows without a gap, got {known}; use more data."
        )
    noise = _without_effect(daily, rows, weights != 0, sets, horizons, delay)
    lengths, along = _stretches(rows, weights, horizons, delay, estimation)
    mean_block = block_length(noise, least=float(horizons[-1]))
    blocks = len(noise) / mean_block  # at least 4: block_length sees to it
    drawn = stationary_functionals(
        noise, lengths, along, mean_block=mean_block, replicates=replicates, seed=seed
    )
    return drawn * math.sqrt(blocks / (blocks - 2 - int(sets.max())))


def _without_effect(
    daily: FloatArray,
    rows: IntArray,
    used: BoolArray,
    sets: IntArray,
    horizons: IntArray,
    delay: int,
) -> FloatArray:
    """Return the finite daily returns, each stretch of a set's windows less its own mean."""
    group = np.zeros(len(daily), dtype=np.int64)  # 0: outside every window
    edges = np.concatenate([[0], horizons])
    for stretch in range(len(horizons), 0, -1):  # where windows overlap the earlier stretch wins
        entered = used[:, stretch - 1]
        for row, one in zip(rows[entered], sets[entered], strict=True):
            start = row + delay + 1
            own = stretch + one * len(horizons)
            group[start + edges[stretch - 1] : start + edges[stretch]] = own
    kept = np.isfinite(daily)
    values, group = daily[kept], group[kept]
    count = np.bincount(group)
    mean = np.bincount(group, weights=values) / np.maximum(count, 1)
    residual: FloatArray = values - mean[group]
    return residual


def _stretches(
    rows: IntArray, weights: FloatArray, horizons: IntArray, delay: int, estimation: int
) -> tuple[IntArray, FloatArray]:
    """Cut time at every window edge; return the lengths and the weight of each piece by horizon."""
    spans = [  # (first row, row after the last, horizon place, weight)
        (row + delay + 1, row + delay + 1 + horizon, place, weight)
        for place, horizon in enumerate(horizons)
        for row, weight in zip(rows, weights[:, place], strict=True)
        if weight
    ]
    if estimation:
        ahead = min(
            0, delay + 1
        )  # a window that starts before the event is estimated before itself
        spans += [
            (row + ahead - estimation, row + ahead, place, -horizon / estimation * weight)
            for place, horizon in enumerate(horizons)
            for row, weight in zip(rows, weights[:, place], strict=True)
            if weight
        ]
    cuts = np.unique([edge for span in spans for edge in span[:2]])
    along = np.zeros((len(cuts) - 1, len(horizons)))
    for first, after, place, weight in spans:
        along[np.searchsorted(cuts, first) : np.searchsorted(cuts, after), place] += weight
    return np.diff(cuts).astype(np.int64), along
