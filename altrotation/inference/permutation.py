"""Randomisation p-values, one cell at a time and jointly over a family of cells."""

from dataclasses import dataclass

import numpy as np

from altrotation._guarded import guarded
from altrotation.aliases import Alternative, FloatArray
from altrotation.errors import InputError
from altrotation.validate import require_choice
from altrotation.variation import TOLERANCE, resolved

__all__ = ["ALTERNATIVES", "RandomisationTest", "randomisation_test"]

ALTERNATIVES: tuple[Alternative, ...] = ("two-sided", "greater", "less")


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class RandomisationTest:
    """The place of observed statistics in their joint randomisation distribution.

    Parameters
    ----------
    p_value : array of shape (c,)
        (1 + number of draws at least as extreme) / (draws + 1).
    p_adjusted : array of shape (c,)
        Step-down max-T over the c cells; never below `p_value`.
    p_attainable : float
        The smallest p-value the test can return: 1 / (draws + 1).
    centre, spread : arrays of shape (c,)
        Mean and population standard deviation over the draws and the observed value together.
    """

    p_value: FloatArray
    p_adjusted: FloatArray
    p_attainable: float
    centre: FloatArray
    spread: FloatArray


@guarded
def randomisation_test(
    observed: FloatArray, null: FloatArray, *, alternative: Alternative = "two-sided"
) -> RandomisationTest:
    """Compare observed statistics with joint draws from their null distribution.

    Each cell is studentised by the mean and the standard deviation of its draws *and* its observed
    value: a centre that treats all members of the randomisation orbit alike keeps the p-value
    exact when they are equally likely under the null (Lehmann & Romano 2005, theorem 15.2.1).
    "two-sided" measures the distance from that centre. Draws within 1e-9 standard deviations of
    the observed value count as equal to it, hence as at least as extreme. The adjustment is the
    step-down max-T of Westfall & Young (1993, algorithm 4.1) with monotony enforced, which allows
    for any dependence between the cells.

    Parameters
    ----------
    observed : array of shape (c,)
    null : array of shape (B, c)
        Row b holds all cells under the same draw b; B at least 1; no NaN.
    alternative : "two-sided", "greater" or "less"

    Raises
    ------
    InputError
        If there is no draw.
    InputError
        If the shapes disagree.
    InputError
        If a value is not finite.
    InputError
        If `alternative` is unknown.
    """
    require_choice(alternative, ALTERNATIVES, "alternative")
    if null.ndim != 2 or observed.shape != (null.shape[1],):
        raise InputError(
            f"`null` must have one column a cell of `observed`, got shapes {null.shape} "
            f"and {observed.shape}."
        )
    draws, cells = null.shape
    if draws == 0:
        raise InputError("`null` must hold at least one draw, got none.")
    if not (np.isfinite(observed).all() and np.isfinite(null).all()):
        raise InputError("`observed` and `null` must be finite; leave out cells without a value.")
    centre = (null.sum(axis=0) + observed) / (draws + 1)
    deviation = null - centre
    shift = observed - centre
    spread = np.sqrt((np.square(deviation).sum(axis=0) + np.square(shift)) / (draws + 1))
    scale = np.maximum(np.abs(observed), np.abs(centre))
    flat = ~resolved(spread, scale)  # a constant statistic carries no evidence: every draw ties
    unit = np.where(flat, np.inf, spread)
    scores = _extremeness(deviation / unit, alternative)
    seen = _extremeness(shift / unit, alternative)
    raw = (1 + (scores >= seen - TOLERANCE).sum(axis=0)) / (draws + 1)
    adjusted = np.empty(cells)
    order = np.argsort(-seen, kind="stable")
    highest = np.full(draws, -np.inf)
    for cell in order[::-1]:  # from the least to the most extreme: successive maxima
        np.maximum(highest, scores[:, cell], out=highest)
        adjusted[cell] = (1 + (highest >= seen[cell] - TOLERANCE).sum()) / (draws + 1)
    adjusted[order] = np.maximum.accumulate(adjusted[order])
    return RandomisationTest(
        p_value=raw,
        p_adjusted=adjusted,
        p_attainable=1 / (draws + 1),
        centre=centre,
        spread=np.where(flat, 0.0, spread),
    )


def _extremeness(scores: FloatArray, alternative: Alternative) -> FloatArray:
    if alternative == "two-sided":
        return np.abs(scores)
    return scores if alternative == "greater" else -scores
