"""Prewhitening: autoregressive residuals, with the order chosen once by BIC."""

import numpy as np

from altrotation.aliases import FloatArray
from altrotation.errors import InputError
from altrotation.inference.hac import unit_columns
from altrotation.validate import require_count
from altrotation.variation import above, resolved

__all__ = ["bic_order", "lag_columns", "whitened"]


def lag_columns(values: FloatArray, lags: range, first: int) -> FloatArray:
    """Return the columns values[t - lag] for rows t = first .. n - 1.

    Parameters
    ----------
    values : array of shape (n,) or (n, m)
    lags : range
        Each at most `first`; lag 0 is the row itself.
    first : int

    Returns
    -------
    array of shape (n - first, len(lags) * m)
        Lag by lag, and within a lag in the order of the columns.
    """
    table = values[:, None] if values.ndim == 1 else values
    n = len(table)
    if not len(lags):
        return np.empty((n - first, 0))
    return np.concatenate([table[first - lag : n - lag] for lag in lags], axis=1)


def bic_order(
    values: FloatArray, controls: FloatArray | None, *, max_order: int, name: str = "values"
) -> int:
    """Return the autoregressive order with the smallest BIC among 0 .. `max_order`.

    All orders are fitted on the same rows, max_order .. n - 1 (Ng & Perron 2005). Controls enter
    at lags 0 to the order.

    Parameters
    ----------
    values : array of shape (n,)
    controls : array of shape (n, m), optional
    max_order : int
        At least 0.
    name : str, default "values"
        Of the values in errors.

    Returns
    -------
    int

    Raises
    ------
    InputError
        If `max_order` < 0.
    InputError
        If the largest order leaves no more rows than coefficients.
    InputError
        If their own past and the controls determine the values.
    """
    require_count(max_order, 0, "max_order")
    rows = values.size - max_order
    largest = 1 + max_order + (0 if controls is None else controls.shape[1] * (max_order + 1))
    if rows <= largest:
        raise InputError(
            f"`max_order` {max_order} leaves {max(rows, 0)} rows for {largest} coefficients; "
            "lower it, or take a longer sample."
        )
    scores = []
    for order in range(max_order + 1):
        design = _design(values, controls, order, max_order)
        residual = _residual(values[max_order:], design, name)
        scores.append(rows * np.log(residual @ residual / rows) + design.shape[1] * np.log(rows))
    return int((~above(scores, min(scores))).argmax())  # of equal ones, the lowest order


def whitened(
    values: FloatArray,
    controls: FloatArray | None,
    *,
    order: int,
    first: int,
    name: str = "values",
) -> FloatArray:
    """Return the residuals of an autoregression of order `order` from row `first` on.

    Parameters
    ----------
    values : array of shape (n,)
    controls : array of shape (n, m), optional
        Entered at lags 0 .. `order`, so that what they explain is taken out.
    order, first : int
        `first` is at least `order`.
    name : str, default "values"
        Of the values in errors.

    Returns
    -------
    array of shape (n - first,)
        Mean zero.

    Raises
    ------
    InputError
        If their own past and the controls determine the values.
    """
    return _residual(values[first:], _design(values, controls, order, first), name)


def _design(values: FloatArray, controls: FloatArray | None, order: int, first: int) -> FloatArray:
    parts = [np.ones((values.size - first, 1)), lag_columns(values, range(1, order + 1), first)]
    if controls is not None:
        parts.append(lag_columns(controls, range(order + 1), first))
    return np.concatenate(parts, axis=1)


def _residual(outcome: FloatArray, design: FloatArray, name: str) -> FloatArray:
    unit, _ = unit_columns(design)
    residual: FloatArray = outcome - unit @ np.linalg.lstsq(unit, outcome)[0]
    if not resolved(np.abs(residual).max(), np.abs(outcome).max()):
        raise InputError(
            f"`{name}` is determined by what is taken out of it (its own past, the controls), so "
            "nothing is left to lead or lag; take out less, or pass a series that is not foretold."
        )
    return residual
