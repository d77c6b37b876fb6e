"""Limit laws of the largest, the average and the exponential F over all break dates."""

import math
from functools import lru_cache
from itertools import pairwise
from typing import Literal, TypeAlias

import numpy as np
from scipy.special import gammaln

from altrotation._guarded import guarded
from altrotation.aliases import FloatArray
from altrotation.rng import generator
from altrotation.validate import require_between, require_count

__all__ = ["ATTAINABLE", "Functional", "limit_p_value", "limit_quantile"]

Functional: TypeAlias = Literal["sup", "exp", "ave"]

_DRAWS, _STEPS, _SEED = 20_000, 1_000, 1993
_SMALL = 1e-3  # eigenvalues below it together vary by less than 1e-4
_FEW = 50  # exceedances below which a simulated tail is too rough
ATTAINABLE: dict[Functional, float] = {"sup": 1e-300, "ave": 1e-9, "exp": 1e-300}
"""Smallest p-value each law can return."""


@guarded
def limit_p_value(statistic: float, k: int, trim: float, functional: Functional) -> float:
    """Return the asymptotic p-value of a functional of the F (Wald) statistics.

    Under no break the statistics converge to Q(r) = |W(r) - r W(1)|^2 / (r (1 - r)), W a k-vector
    of Brownian motions (Andrews 1993; Andrews & Ploberger 1994), r from `trim` to 1 - `trim`. The
    law of sup Q and log mean exp(Q / 2) is simulated (20,000 paths of 1,000 steps, fixed seed).
    The far tail of sup Q is the expansion of DeLong (1981) as given by Estrella (2003), and that
    of the exponential mean is bounded by it, for log mean exp(Q / 2) <= sup Q / 2. The mean of Q
    is a weighted sum of chi-squares whose law is computed by inversion (Imhof 1961).

    Parameters
    ----------
    statistic : float
        In the scale of a Wald statistic, not divided by `k`.
    k : int
        Coefficients that may break.
    trim : float
        Share of the sample left out at either end, inside (0, .5).
    functional : {"sup", "exp", "ave"}

    Returns
    -------
    float
        At least ``ATTAINABLE[functional]``.

    Raises
    ------
    InputError
        If `k` < 1.
    InputError
        If `trim` does not lie between 0 and .5.
    """
    require_count(k, 1, "k")
    require_between(trim, 0.0, 0.5, "trim")
    if functional == "ave":
        if statistic > k and _sup_tail(statistic, k, trim) < ATTAINABLE["ave"]:
            return ATTAINABLE["ave"]  # the average exceeds no more often than the largest
        p = _weighted_chi_square_tail(statistic, k, trim)
        return min(1.0, max(p, ATTAINABLE["ave"]))
    draws = _simulated(k, trim)[functional]
    above = len(draws) - int(np.searchsorted(draws, statistic, side="left"))
    p = (1 + above) / (len(draws) + 1)
    if above < _FEW:
        p = min(p, _sup_tail(statistic if functional == "sup" else 2 * statistic, k, trim))
    return max(p, ATTAINABLE[functional])


@guarded
def limit_quantile(level: float, k: int, trim: float, functional: Literal["sup", "exp"]) -> float:
    """Return the simulated critical value that a share `level` of the null draws stays below.

    Parameters
    ----------
    level : float
        Between 0 and 1.
    k : int
        Coefficients that may break.
    trim : float
        Share of the sample without candidate dates at either end.
    functional : {"sup", "exp"}

    Returns
    -------
    float
        In the scale of a Wald statistic.

    Raises
    ------
    InputError
        If `k` < 1.
    InputError
        If `trim` does not lie between 0 and .5.
    InputError
        If `level` does not lie between 0 and 1.
    """
    require_count(k, 1, "k")
    require_between(trim, 0.0, 0.5, "trim")
    require_between(level, 0.0, 1.0, "level")
    return float(np.quantile(_simulated(k, trim)[functional], level))


@lru_cache(maxsize=16)
def _simulated(k: int, trim: float) -> dict[str, FloatArray]:
    share = np.arange(1, _STEPS) / _STEPS
    inside = (share >= trim) & (share <= 1 - trim)
    scale = share[inside] * (1 - share[inside])
    sups, exps = [], []
    for block in range(_DRAWS // 1_000):
        rng = generator(_SEED, k, block)
        q = np.zeros((1_000, int(inside.sum())))
        for _ in range(k):
            walk = np.cumsum(rng.standard_normal((1_000, _STEPS)), axis=1) / math.sqrt(_STEPS)
            bridge = walk[:, :-1] - share * walk[:, -1:]
            q += bridge[:, inside] ** 2
        q /= scale
        sups.append(q.max(axis=1))
        exps.append(np.log(np.exp(q / 2).mean(axis=1)))
    return {"sup": np.sort(np.concatenate(sups)), "exp": np.sort(np.concatenate(exps))}


def _sup_tail(statistic: float, k: int, trim: float) -> float:
    # Estrella (2003), from DeLong (1981): the first terms for large x.
    x = statistic
    log_front = k / 2 * math.log(x) - x / 2 - k / 2 * math.log(2) - float(gammaln(k / 2))
    span = 2 * math.log((1 - trim) / trim)
    return math.exp(log_front) * ((1 - k / x) * span + 2 / x)


@lru_cache(maxsize=16)
def _weights(trim: float) -> FloatArray:
    cells = 400
    r = trim + (1 - 2 * trim) * (np.arange(cells) + 0.5) / cells
    low, high = np.minimum.outer(r, r), np.maximum.outer(r, r)
    # Correlation of the standardised Brownian bridge at r and r'.
    kernel = np.sqrt(low * (1 - high) / (high * (1 - low)))
    values: FloatArray = np.linalg.eigvalsh(kernel / cells)[::-1]
    return values[values > _SMALL]


def _weighted_chi_square_tail(x: float, k: int, trim: float) -> float:
    weights = _weights(trim)
    x -= k * (1.0 - float(weights.sum()))  # the many tiny terms add up to a constant

    def log_modulus(u: FloatArray) -> FloatArray:
        total: FloatArray = 0.25 * k * np.log1p(np.outer(u, weights) ** 2).sum(axis=1)
        return total

    end = 1.0
    while log_modulus(np.array([end]))[0] < 28.0:  # beyond it the integrand is below 1e-12
        end *= 2.0
    # Gauss-Legendre on pieces of at most four turns of the integrand.
    edges = np.linspace(0.0, end, int(end * max(x, 1.0) / (8 * np.pi)) + 9)
    nodes, gauss = np.polynomial.legendre.leggauss(32)
    total = 0.0
    for low, high in pairwise(edges):
        u = low + (high - low) * (nodes + 1) / 2
        # Imhof (1961) eq. 3.2 for sum_j w_j chi2_k
        angle = 0.5 * (k * np.arctan(np.outer(u, weights)).sum(axis=1) - x * u)
        values = np.sin(angle) * np.exp(-log_modulus(u)) / u
        total += float(gauss @ values) * (high - low) / 2
    return float(0.5 + total / math.pi)
