"""Block-bootstrap noise of linear statistics of one stationary series, and intervals from it."""

import warnings

import numpy as np
from arch.bootstrap import optimal_block_length

from altrotation._guarded import guarded
from altrotation.aliases import FloatArray, IntArray, Seed
from altrotation.errors import InputError
from altrotation.inference.results import Interval
from altrotation.kernels.blocks import prefix_sums, stationary_sums
from altrotation.rng import generator
from altrotation.validate import require_at_least, require_between, require_count
from altrotation.variation import varies

__all__ = ["basic_interval", "block_length", "stationary_functionals"]

_LEAST = 8  # rows from which `optimal_block_length` has enough autocorrelations


@guarded
def block_length(values: FloatArray, *, least: float = 1.0) -> float:
    """Return the mean block length of the stationary bootstrap for `values`.

    The estimate of Politis & White (2004), corrected by Patton, Politis & White (2009), computed
    by `arch.bootstrap.optimal_block_length`; no less than `least`, no more than a quarter of the
    rows, so that a resample joins at least four blocks on average.

    Parameters
    ----------
    values : array of shape (n,)
        No NaN; at least 8 rows.
    least : float, default 1
        A shorter estimate is raised to this.

    Returns
    -------
    float
        1 for values that do not vary: they have no dependence to keep.

    Raises
    ------
    InputError
        If there are fewer than 8 rows.
    """
    if len(values) < _LEAST:
        raise InputError(
            f"A block length needs at least {_LEAST} rows, got {len(values)}; take a longer sample."
        )
    chosen = 1.0
    if varies(values):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # near-constant series divide by zero
            estimate = float(optimal_block_length(values)["stationary"].iloc[0])
        chosen = estimate if np.isfinite(estimate) else 1.0
    return float(max(1.0, min(max(chosen, least), len(values) / 4)))


@guarded
def stationary_functionals(
    values: FloatArray,
    lengths: IntArray,
    weights: FloatArray,
    *,
    mean_block: float,
    replicates: int,
    seed: Seed = 0,
) -> FloatArray:
    """Return bootstrap draws of weighted sums of a stationary series over stretches of rows.

    Functional f is the sum over stretches e of ``weights[e, f]`` times the sum of the resampled
    series over stretch e. Resamples follow the stationary bootstrap of Politis & Romano (1994).

    Parameters
    ----------
    values : array of shape (n,)
        The series resampled; no NaN. Centre it first if the functionals are to have mean zero.
    lengths : array of shape (e,)
        Rows in each of the consecutive stretches.
    weights : array of shape (e, f)
        A stretch whose weights are all zero is skipped without changing the law of the others.
    mean_block : float
        Mean block length in rows.
    replicates : int
        Draws; draw i is the same however many are asked for.
    seed : int or Generator, default 0

    Returns
    -------
    array of shape (replicates, f)

    Raises
    ------
    InputError
        If `values` is empty or holds NaN, or `weights` do not have a row for each of `lengths`.
    InputError
        If `replicates` or `mean_block` is below 1.
    """
    require_count(replicates, 1, "replicates")
    require_at_least(mean_block, 1, "mean_block")
    if len(values) == 0 or not np.isfinite(values).all():
        raise InputError("`values` must be finite and not empty; drop missing rows first.")
    if weights.ndim != 2 or len(weights) != len(lengths):
        raise InputError(
            f"`weights` must have a row for each of the {len(lengths)} lengths, got shape "
            f"{weights.shape}."
        )
    sums = stationary_sums(
        prefix_sums(values),
        lengths.astype(np.int64),
        (weights != 0).any(axis=1),
        float(mean_block),
        int(replicates),
        generator(seed),
    )
    drawn: FloatArray = sums @ weights
    return drawn


@guarded
def basic_interval(estimate: float, noise: FloatArray, *, level: float, method: str) -> Interval:
    """Return the interval of an estimate from draws of its sampling error.

    The error is estimate minus truth, so the limits are the estimate minus the upper and the lower
    quantile of `noise`: the basic bootstrap (Davison & Hinkley 1997, eq. 5.6).

    Parameters
    ----------
    estimate : float
    noise : array of shape (replicates,)
        Draws of estimate minus truth, in the unit of `estimate`; no NaN.
    level : float
        Coverage, such as .95.
    method : str
        Words for the interval's `method`.

    Raises
    ------
    InputError
        If `level` does not lie between 0 and 1.
    InputError
        If there is no draw.
    """
    require_between(level, 0.0, 1.0, "level")
    if len(noise) == 0:
        raise InputError("`noise` holds no draw; pass at least one.")
    low, high = np.quantile(noise, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(estimate - high), float(estimate - low), level, method)
