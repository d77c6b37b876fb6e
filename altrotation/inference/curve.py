"""Joint tests of a specification curve: many estimates of one claim under the same null draws."""

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np
import pandas as pd
from scipy.special import ndtri

from altrotation._guarded import guarded
from altrotation.aliases import Alternative, BoolArray, FloatArray
from altrotation.errors import InputError
from altrotation.inference.multiple import step_down
from altrotation.inference.permutation import randomisation_test
from altrotation.kernels.ranks import upper_tail_shares
from altrotation.validate import require_at_least, require_between, require_choice
from altrotation.variation import TOLERANCE, resolved, size_of

__all__ = ["STATISTICS", "CurveTest", "Direction", "curve_test"]

Direction: TypeAlias = Literal["greater", "less"]

STATISTICS = ("median effect", "share significant", "Stouffer's Z")
_ALTERNATIVES: tuple[Alternative, ...] = ("two-sided", "greater", "two-sided")
_CHUNK = 512  # specifications whose ranks are held at once


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class CurveTest:
    """The place of an observed curve among curves under the null.

    Parameters
    ----------
    joint : DataFrame of shape (3, 7)
        One row a statistic of `STATISTICS`: observed, null_mean, null_low, null_high (the middle
        95 % of the draws), p_value, p_adjusted (step-down max-T over the three) and p_attainable.
    statistics : array of shape (B + 1, 3)
        The three statistics of the data (row 0) and of every draw.
    p_value : array of shape (S,)
        Own two-sided p of every specification.
    significant : array of shape (S,)
        Whether it is at most `size`, on the claimed side of the centre.
    centre, spread : arrays of shape (S,)
        Mean and standard deviation of every specification over the draws and the data together.
    size : float
    """

    joint: pd.DataFrame
    statistics: FloatArray
    p_value: FloatArray
    significant: BoolArray
    centre: FloatArray
    spread: FloatArray
    size: float


@guarded
def curve_test(
    observed: FloatArray,
    null: FloatArray,
    *,
    direction: Direction = "greater",
    size: float = 0.05,
) -> CurveTest:
    """Return the joint tests of Simonsohn, Simmons & Nelson (2020) from joint null draws.

    The data and the B draws form an orbit of B + 1 curves. In every one of them each specification
    gets its own two-sided p: the share of the orbit at least as far from the mean of the orbit.
    Three statistics sum a curve up, for the data and for every draw in the same way:

    - the median effect;
    - the share of specifications significant at `size` on the claimed side of their null mean;
    - Stouffer's Z, the sum of ``sign(T - centre) * z(1 - p / 2)`` over the root of their number.

    Their joint p-values are the places of the data in that orbit; "median effect" and "Stouffer's
    Z" are judged by their distance from the mean of the orbit on either side, "share significant"
    from above. They are exact when the members of the orbit are equally likely under the null,
    however dependent the specifications are, because the same function is applied to each
    (Lehmann & Romano 2005, theorem 15.2.1).

    Parameters
    ----------
    observed : array of shape (S,)
        The estimate of every specification.
    null : array of shape (B, S)
        Row b holds all specifications under the same draw b; no NaN.
    direction : {"greater", "less"}, default "greater"
        The claimed side.
    size : float, default .05
        Of each specification's own test.

    Raises
    ------
    InputError
        If there is no specification or no draw, or the shapes disagree.
    InputError
        If a value is not finite.
    InputError
        If `direction` is unknown.
    InputError
        If `size` does not lie between 0 and 1.
    """
    require_choice(direction, get_args(Direction), "direction")
    require_between(size, 0.0, 1.0, "size")
    orbit = _orbit(observed, null)
    side = 1.0 if direction == "greater" else -1.0
    own, significant, share, z = _own_tests(orbit, side, size)
    centre, spread = orbit.mean(axis=0), orbit.std(axis=0)
    statistics = np.column_stack([np.median(orbit, axis=1), share, z])
    return CurveTest(
        joint=_joint(statistics),
        statistics=statistics,
        p_value=own,
        significant=significant,
        centre=centre,
        spread=spread,
        size=size,
    )


def _orbit(observed: FloatArray, null: FloatArray) -> FloatArray:
    if observed.ndim != 1 or null.ndim != 2 or null.shape[1] != len(observed):
        raise InputError(
            "`null` must have one column a specification of `observed`, got shapes "
            f"{null.shape} and {observed.shape}."
        )
    require_at_least(len(observed), 1, "the number of specifications")
    require_at_least(len(null), 1, "the number of draws")
    orbit = np.concatenate([observed[None, :], null])
    if not np.isfinite(orbit).all():
        raise InputError(
            "`observed` and `null` must be finite; leave out specifications without a value."
        )
    return orbit


def _own_tests(
    orbit: FloatArray, side: float, size: float
) -> tuple[FloatArray, BoolArray, FloatArray, FloatArray]:
    """Return own p and significance in the data, and the last two statistics of every member."""
    members, specifications = orbit.shape
    own = np.empty(specifications)
    significant = np.empty(specifications, dtype=np.bool_)
    count, total = np.zeros(members), np.zeros(members)
    for start in range(0, specifications, _CHUNK):
        here = slice(start, start + _CHUNK)
        part = orbit[:, here]
        deviation = part - part.mean(axis=0)
        spread = part.std(axis=0)
        flat = ~resolved(spread, size_of(part, axis=0))  # constant: every member ties
        p = upper_tail_shares(np.abs(deviation), np.where(flat, np.inf, TOLERANCE * spread))
        claimed = (p <= size) & (side * deviation > 0)
        own[here], significant[here] = p[0], claimed[0]
        count += claimed.sum(axis=1)
        total -= (np.sign(deviation) * ndtri(p / 2)).sum(axis=1)  # Simonsohn et al. (2020)
    return own, significant, count / specifications, total / np.sqrt(specifications)


def _joint(statistics: FloatArray) -> pd.DataFrame:
    draws = statistics[1:]
    scores = statistics - statistics.mean(axis=0)
    spread = scores.std(axis=0)
    scores /= np.where(resolved(spread, size_of(statistics, axis=0)), spread, np.inf)
    scores[:, [0, 2]] = np.abs(scores[:, [0, 2]])
    raw = [
        randomisation_test(statistics[:1, place], draws[:, [place]], alternative=alternative)
        for place, alternative in enumerate(_ALTERNATIVES)
    ]
    low, high = np.quantile(draws, [0.025, 0.975], axis=0)
    return pd.DataFrame(
        {
            "observed": statistics[0],
            "null_mean": draws.mean(axis=0),
            "null_low": low,
            "null_high": high,
            "p_value": [float(test.p_value[0]) for test in raw],
            "p_adjusted": step_down(scores[0], scores[1:]),
            "p_attainable": 1 / len(statistics),
        },
        index=pd.Index(STATISTICS, name="statistic"),
    )
