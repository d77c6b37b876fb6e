"""How well a break can be dated: the law of the largest of a drifting two-sided Brownian motion."""

import math
from functools import lru_cache

from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.special import erfcx

from altrotation._guarded import guarded
from altrotation.validate import require_at_least, require_between

__all__ = ["argmax_quantile", "argmax_tail"]


@guarded
def argmax_tail(x: float, *, scale: float = 1.0, drift: float = 1.0) -> float:
    """Return P(argmax V <= -x) for x > 0, the left tail of the error of an estimated break date.

    Bai (1997), Bai & Perron (1998): V(s) = W1(-s) - |s| / 2 for s <= 0 and
    `scale` W2(s) - `drift` |s| / 2 for s > 0, with W1 and W2 independent Brownian motions.

    The maximum of the left branch and its place t have the joint density
    f_m(t) dm, f_m the first-passage density of level m under drift 1/2, and the right branch stays
    below m with probability 1 - exp(-r m), r = drift / scale^2; integrating m out leaves one
    integral over t.

    Parameters
    ----------
    x : float
        Above 0, in units of V's time.
    scale, drift : float
        Of the right branch relative to the left one; 1 and 1 are the symmetric case.

    Raises
    ------
    InputError
        If `x` is negative.
    InputError
        If `scale` or `drift` is not above 0.
    """
    require_at_least(x, 0.0, "x")
    require_between(scale, 0.0, math.inf, "scale")
    require_between(drift, 0.0, math.inf, "drift")
    rate = drift / scale**2
    tail, _ = quad(_density, x, math.inf, args=(0.5 + rate,), epsabs=1e-11, limit=400)
    return min(1.0, float(tail))


@lru_cache(maxsize=64)
def argmax_quantile(probability: float, *, scale: float = 1.0, drift: float = 1.0) -> float:
    """Return x such that P(argmax V <= x) = `probability`, with V as in `argmax_tail`.

    Parameters
    ----------
    probability : float
        Inside (0, 1).
    scale, drift : float

    Raises
    ------
    InputError
        If `probability` lies outside (0, 1).
    """
    require_between(probability, 0.0, 1.0, "probability")
    left_mass = argmax_tail(0.0, scale=scale, drift=drift)
    if probability < left_mass:
        return -_solve(probability, scale, drift)
    # Swap the branches, s = c s' with c = (scale / drift)^2, and V' = V drift / scale^2: the right
    # branch becomes W(s') - s'/2, the left one W(s') / scale - s' / (2 drift).
    unit = (scale / drift) ** 2
    return unit * _solve(1.0 - probability, 1.0 / scale, 1.0 / drift)


def _solve(tail: float, scale: float, drift: float) -> float:
    high = 1.0
    while argmax_tail(high, scale=scale, drift=drift) > tail:
        high *= 2.0
    return float(brentq(lambda x: argmax_tail(x, scale=scale, drift=drift) - tail, 0.0, high))


def _density(t: float, beta: float) -> float:
    # Integral over m of f_m(t) (1 - exp(-r m)), beta = 1/2 + r; terms in 1 / sqrt(t) cancel, and
    # Phi(-z) = exp(-z^2 / 2) erfcx(z / sqrt 2) / 2 keeps the rest from overflowing.
    root = math.sqrt(t / 2)
    far, near = beta * float(erfcx(beta * root)), 0.5 * float(erfcx(0.5 * root))
    return math.exp(-t / 8) * (far - near) / 2
