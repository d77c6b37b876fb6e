"""Daily log returns with known memory: autocorrelation, volatility clusters, tails, slow drift."""

import math

import numba
import numpy as np

from altrotation._guarded import guarded
from altrotation.aliases import FloatArray, Seed
from altrotation.errors import InputError
from altrotation.rng import generator
from altrotation.validate import require_at_least, require_between, require_count

__all__ = ["daily_noise", "slow_drift"]

_BURN = 500  # rows thrown away, so that a stationary start is forgotten


@guarded
def daily_noise(
    n: int,
    *,
    sigma: float = 0.03,
    autocorrelation: float = 0.0,
    arch: float = 0.0,
    garch: float = 0.0,
    tail: float = math.inf,
    seed: Seed = 0,
) -> FloatArray:
    """Return AR(1) log returns with GARCH(1, 1) innovations of Student's t.

    r_t = phi r_{t-1} + e_t, e_t = s_t z_t, s_t^2 = w + a e_{t-1}^2 + b s_{t-1}^2 (Bollerslev
    1986), with w such that r has standard deviation `sigma`; z has unit variance.

    Parameters
    ----------
    n : int
        Rows.
    sigma : float, default 0.03
        Unconditional standard deviation a day, in log points.
    autocorrelation : float, default 0
        phi, inside (-1, 1).
    arch, garch : float, default 0
        a and b, not negative, with a + b < 1.
    tail : float, default infinity
        Degrees of freedom of z, above 2; infinity is the normal distribution.
    seed : int or Generator, default 0

    Returns
    -------
    array of shape (n,)
        Log returns; no NaN.

    Raises
    ------
    InputError
        If `n` is below 1.
    InputError
        If `sigma`, `arch` or `garch` is negative.
    InputError
        If `autocorrelation` does not lie between -1 and 1.
    InputError
        If `arch` + `garch` is 1 or more.
    InputError
        If `tail` is 2 or less.
    """
    require_count(n, 1, "n")
    require_at_least(sigma, 0.0, "sigma")
    require_between(autocorrelation, -1.0, 1.0, "autocorrelation")
    require_at_least(arch, 0.0, "arch")
    require_at_least(garch, 0.0, "garch")
    if not arch + garch < 1:
        raise InputError(f"`arch` + `garch` must be below 1, got {arch + garch:g}.")
    if not tail > 2:
        raise InputError(f"`tail` must be above 2 for a variance to exist, got {tail:g}.")
    rng = generator(seed)
    rows = n + _BURN
    if math.isinf(tail):
        shocks = rng.standard_normal(rows)
    else:
        shocks = rng.standard_t(tail, rows) * math.sqrt((tail - 2) / tail)
    variance = sigma**2 * (1 - autocorrelation**2)
    drawn: FloatArray = _ar_garch(shocks, autocorrelation, arch, garch, variance)
    return drawn[_BURN:]


@guarded
def slow_drift(n: int, *, sigma: float, half_life: float, seed: Seed = 0) -> FloatArray:
    """Return a drifting mean of daily returns: an AR(1) whose shocks halve in `half_life` rows.

    Parameters
    ----------
    n : int
        Rows.
    sigma : float
        Standard deviation of the mean itself, in log points a day.
    half_life : float
        Rows, above 0.
    seed : int or Generator, default 0

    Returns
    -------
    array of shape (n,)
        Log points a day.

    Raises
    ------
    InputError
        If `half_life` is below 1e-6.
    InputError
        If `n` is below 1 or `sigma` below 0.
    """
    require_at_least(half_life, 1e-6, "half_life")
    return daily_noise(n, sigma=sigma, autocorrelation=0.5 ** (1 / half_life), seed=seed)


@numba.njit(cache=True)
def _ar_garch(
    shocks: FloatArray, phi: float, arch: float, garch: float, variance: float
) -> FloatArray:
    level = variance * (1.0 - arch - garch)
    now = variance
    returns = np.zeros(shocks.size)
    before = 0.0
    for t in range(shocks.size):
        innovation = math.sqrt(now) * shocks[t]
        before = phi * before + innovation
        returns[t] = before
        now = level + arch * innovation * innovation + garch * now
    return returns
