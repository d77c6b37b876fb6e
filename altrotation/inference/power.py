"""What a sample can say: attainable p, effective size, and the smallest effect it could show."""

import math

import numpy as np
from scipy.special import ndtr, ndtri

from altrotation._guarded import guarded
from altrotation.aliases import FloatArray
from altrotation.errors import InputError
from altrotation.validate import require_at_least, require_between, require_count

__all__ = [
    "detectable_from_null",
    "effective_sample",
    "events_needed",
    "minimum_detectable_effect",
    "power_curve",
    "power_of_mean",
    "sign_flip_floor",
]


@guarded
def sign_flip_floor(k: int) -> float:
    """Return the smallest two-sided p a sign-flip test of `k` independent events can reach.

    Of the 2**k equally likely assignments of signs two are as extreme as the most extreme one, so
    the floor is 2**(1 - k): .5 for 2 events, .0625 for 5, .031 for 6.

    Parameters
    ----------
    k : int
        Independent events, at least 1.

    Returns
    -------
    float

    Raises
    ------
    InputError
        If `k` < 1.
    """
    require_count(k, 1, "k")
    return math.ldexp(1.0, 1 - k)


@guarded
def effective_sample(n: float, correlation: float) -> float:
    """Return how many independent observations `n` equally correlated ones are worth.

    n / (1 + (n - 1) r): the variance of a mean of `n` observations with pairwise correlation r is
    that of so many independent ones. Six at .5 are worth 1.71. A negative correlation gives more
    than `n`.

    Parameters
    ----------
    n : float
        Observations, at least 1.
    correlation : float
        Mean pairwise correlation, above -1 / (n - 1) and at most 1.

    Returns
    -------
    float

    Raises
    ------
    InputError
        If `n` < 1.
    InputError
        If no `n` observations can have that mean correlation.
    """
    require_at_least(n, 1, "n")
    inflation = 1.0 + (n - 1.0) * correlation
    if not (inflation > 0 and correlation <= 1.0):
        raise InputError(
            f"`correlation` of {n} observations must lie between -1 / (n - 1) and 1, "
            f"got {correlation}."
        )
    return n / inflation


@guarded
def minimum_detectable_effect(
    sigma_daily: float,
    horizon: int,
    n_effective: float,
    *,
    power: float = 0.8,
    size: float = 0.05,
) -> float:
    """Return the mean effect that a two-sided test would find with probability `power`.

    (z[1 - size/2] + z[power]) * sigma * sqrt(horizon) / sqrt(n): normal theory with known variance
    and daily returns without serial correlation, hence a lower bound on what is needed in practice.
    3 % a day over 60 days with 3 effective events gives .376. Where windows overlap use
    `detectable_from_null`.

    Parameters
    ----------
    sigma_daily : float
        Standard deviation of one day's abnormal log return.
    horizon : int
        Days in the outcome.
    n_effective : float
        Effective number of events.
    power, size : float, default .8 and .05
        Cohen's convention, and a two-sided test at 5 %.

    Returns
    -------
    float
        In the unit of `sigma_daily`: log points for log returns.

    Raises
    ------
    InputError
        If `sigma_daily` or `n_effective` is not positive.
    InputError
        If `horizon` < 1.
    InputError
        If `power` or `size` lies outside (0, 1).
    """
    spread = _deviation(sigma_daily, horizon)
    if not n_effective > 0:
        raise InputError(f"`n_effective` must be positive, got {n_effective}.")
    return _standard_effect(power, size) * spread / math.sqrt(n_effective)


@guarded
def events_needed(
    effect: float,
    sigma_daily: float,
    horizon: int,
    *,
    power: float = 0.8,
    size: float = 0.05,
) -> int:
    """Return how many effective events a two-sided test needs to find `effect`.

    The inverse of `minimum_detectable_effect`, rounded up.

    Parameters
    ----------
    effect : float
        Mean effect over the horizon, of either sign.
    sigma_daily : float
        Standard deviation of one day's abnormal log return, in the unit of `effect`.
    horizon : int
        Days in the outcome.
    power, size : float, default .8 and .05

    Returns
    -------
    int

    Raises
    ------
    InputError
        If `effect` is 0 or not a number.
    InputError
        If `sigma_daily` is not positive.
    InputError
        If `horizon` < 1.
    InputError
        If `power` or `size` lies outside (0, 1).
    """
    spread = _deviation(sigma_daily, horizon)
    if not abs(effect) > 0:
        raise InputError(f"`effect` must differ from 0, got {effect}: no sample shows that.")
    ratio = _standard_effect(power, size) * spread / abs(effect)
    return max(1, math.ceil(ratio**2))


@guarded
def power_of_mean(
    effect: float, sigma_daily: float, horizon: int, n_effective: float, *, size: float = 0.05
) -> float:
    """Return the probability that a two-sided test of the mean finds `effect`.

    Normal theory with known variance; both tails count, so an effect of 0 gives `size`.

    Parameters
    ----------
    effect : float
        Mean effect over the horizon, of either sign.
    sigma_daily : float
        Standard deviation of one day's abnormal log return, in the unit of `effect`.
    horizon : int
        Days in the outcome.
    n_effective : float
        Effective number of events.
    size : float, default .05

    Returns
    -------
    float

    Raises
    ------
    InputError
        If `sigma_daily` or `n_effective` is not positive.
    InputError
        If `horizon` < 1.
    InputError
        If `size` lies outside (0, 1).
    """
    spread = _deviation(sigma_daily, horizon)
    if not n_effective > 0:
        raise InputError(f"`n_effective` must be positive, got {n_effective}.")
    require_between(size, 0.0, 1.0, "size")
    shift = abs(effect) * math.sqrt(n_effective) / spread
    critical = -float(ndtri(size / 2))
    return float(ndtr(shift - critical) + ndtr(-shift - critical))


@guarded
def power_curve(null_draws: FloatArray, effects: FloatArray, *, size: float = 0.05) -> FloatArray:
    """Return the simulated power of a two-sided test against each of `effects`.

    Parameters
    ----------
    null_draws : float array of shape (n_draws,)
        The estimate in worlds without an effect (rotations, placebo dates): overlap, clustering and
        heavy tails are in it. Its mean is taken off. An effect is taken to move the estimate
        without changing its spread.
    effects : float array of shape (n_effects,)
        True effects, in the unit of the draws.
    size : float, default .05

    Returns
    -------
    float array of shape (n_effects,)
        Share of draws that, moved by the effect, lie further from 0 than the critical value, the
        1 - `size` quantile of the absolute draws.

    Raises
    ------
    InputError
        If there are fewer than 1 / `size` draws.
    InputError
        If a draw is not finite.
    InputError
        If `size` lies outside (0, 1).
    """
    draws = _centred(null_draws, size)
    critical = np.quantile(np.abs(draws), 1.0 - size, method="higher")
    moved = np.abs(draws[None, :] + np.asarray(effects, dtype=np.float64)[:, None])
    return np.asarray((moved > critical).mean(axis=1), dtype=np.float64)


@guarded
def detectable_from_null(
    null_draws: FloatArray, *, power: float = 0.8, size: float = 0.05
) -> float:
    """Return the minimum detectable effect of a two-sided test, by simulation.

    The smallest positive effect that moves a share `power` of the draws above the critical value.

    Parameters
    ----------
    null_draws : float array of shape (n_draws,)
        The estimate in worlds without an effect, as in `power_curve`.
    power, size : float, default .8 and .05

    Returns
    -------
    float
        In the unit of the draws.

    Raises
    ------
    InputError
        If there are fewer than 1 / `size` draws.
    InputError
        If a draw is not finite.
    InputError
        If `power` or `size` lies outside (0, 1).
    """
    require_between(power, 0.0, 1.0, "power")
    draws = _centred(null_draws, size)
    critical = np.quantile(np.abs(draws), 1.0 - size, method="higher")
    return float(critical - np.quantile(draws, 1.0 - power, method="lower"))


def _standard_effect(power: float, size: float) -> float:
    require_between(power, 0.0, 1.0, "power")
    require_between(size, 0.0, 1.0, "size")
    return float(ndtri(power) - ndtri(size / 2))


def _deviation(sigma_daily: float, horizon: int) -> float:
    if not sigma_daily > 0:
        raise InputError(f"`sigma_daily` must be positive, got {sigma_daily}.")
    require_count(horizon, 1, "horizon")
    return sigma_daily * math.sqrt(horizon)


def _centred(null_draws: FloatArray, size: float) -> FloatArray:
    require_between(size, 0.0, 1.0, "size")
    draws = np.asarray(null_draws, dtype=np.float64)
    if draws.ndim != 1 or len(draws) * size < 1:
        raise InputError(
            f"`null_draws` must be one-dimensional with at least {math.ceil(1 / size)} draws for "
            f"size {size}, got shape {draws.shape}."
        )
    if not np.isfinite(draws).all():
        raise InputError("`null_draws` must be finite; leave out draws that were not computed.")
    centred: FloatArray = draws - draws.mean()
    return centred
