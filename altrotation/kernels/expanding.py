"""Least-squares forecasts refitted at every row on what was known there."""

import numpy as np

from altrotation.aliases import FloatArray

__all__ = ["expanding_forecasts"]


def expanding_forecasts(
    outcome: FloatArray, design: FloatArray, *, first: int, known_after: int
) -> FloatArray:
    """Return the forecast of each row from a fit on the rows whose outcome was known there.

    Row t is forecast by the coefficients of rows 0 .. t - `known_after`. Cross products are
    accumulated once and all systems are solved in one call: cost linear in rows.

    Parameters
    ----------
    outcome : array of shape (n,)
        No NaN; the outcome of row t becomes known at row t + `known_after`.
    design : array of shape (n, k)
        Known at the row itself.
    first : int
        First row forecast; first - known_after + 1 rows must identify k coefficients.
    known_after : int
        At least 1.

    Returns
    -------
    array of shape (n,)
        NaN before `first`.
    """
    n = len(outcome)
    learned = design[: max(first - known_after + 1, 1)]  # the rows of the first fit
    scale = np.sqrt(np.square(learned).mean(axis=0))
    unit = design / np.where(scale > 0, scale, 1.0)
    products = np.cumsum(unit[:, :, None] * unit[:, None, :], axis=0)
    targets = np.cumsum(unit * outcome[:, None], axis=0)
    last = np.arange(first, n) - known_after
    coefficients = np.linalg.solve(products[last], targets[last][:, :, None])[:, :, 0]
    forecasts = np.full(n, np.nan)
    forecasts[first:] = np.einsum("tk,tk->t", unit[first:], coefficients)
    return forecasts
