"""One coefficient of a regression by partialling out the others, with its score."""

from dataclasses import dataclass

import numpy as np

from altrotation.aliases import FloatArray
from altrotation.errors import InputError
from altrotation.inference.hac import unit_columns
from altrotation.variation import TOLERANCE, resolved, size_of

__all__ = ["Projected", "projected", "projection_correlations"]


@dataclass(frozen=True, slots=True, eq=False)
class Projected:
    """The first coefficient of a regression.

    Parameters
    ----------
    coefficient, standard_error : float
        The error is robust to heteroskedasticity (HC3).
    score : array of shape (n,)
        Regressor, the others partialled out, times residual over one less its leverage.
    """

    coefficient: float
    standard_error: float
    score: FloatArray


def projected(outcome: FloatArray, design: FloatArray) -> Projected:
    """Return the coefficient on the first column of `design` (Frisch & Waugh 1933).

    Parameters
    ----------
    outcome : array of shape (n,)
    design : array of shape (n, k)
        The column of interest first.

    Raises
    ------
    InputError
        If the others determine the column of interest.
    InputError
        If the columns determine the outcome.
    """
    both = np.column_stack([outcome, design[:, 0]])
    unit, _ = unit_columns(design)
    rest = both - unit[:, 1:] @ np.linalg.lstsq(unit[:, 1:], both)[0]
    y, x = rest[:, 0], rest[:, 1]
    if not resolved(np.abs(x).max(), size_of(design[:, 0])):
        raise InputError("What is held fixed determines `x`; hold less, or lengthen the sample.")
    power = float(x @ x)
    coefficient = float(x @ y) / power
    residual = y - coefficient * x
    if not resolved(np.abs(residual).max(), size_of(outcome)):
        raise InputError(
            "`x` and what is held fixed determine the outcome exactly, so no standard error "
            "exists; check the inputs."
        )
    basis = np.linalg.qr(unit)[0]
    leverage = np.minimum(np.square(basis).sum(axis=1), 1.0 - TOLERANCE)
    score = x * residual / (1.0 - leverage)  # HC3: MacKinnon & White (1985)
    return Projected(coefficient, float(np.sqrt(score @ score)) / power, score)


def projection_correlations(scores: list[FloatArray], lags: int) -> FloatArray:
    """Return the long-run correlations of the scores of several regressions.

    Bartlett weights up to `lags` (Newey & West 1987), on the rows that all share; positive
    semi-definite by construction.

    Parameters
    ----------
    scores : list of arrays
        Each starts at the same row; they may end at different rows.
    lags : int
        0 for scores without serial correlation.

    Returns
    -------
    array of shape (len(scores), len(scores))
    """
    n = min(len(score) for score in scores)
    table = np.column_stack([score[:n] for score in scores])
    total = table.T @ table
    for lag in range(1, lags + 1):
        cross = table[lag:].T @ table[:-lag]
        total += (1.0 - lag / (lags + 1.0)) * (cross + cross.T)
    scale = np.sqrt(np.diag(total))
    correlation: FloatArray = total / np.outer(scale, scale)
    return correlation
