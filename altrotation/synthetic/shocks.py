"""Shocks with memory: one pair correlated, one variance that clusters, one value that persists."""

import numba
import numpy as np

from altrotation._guarded import guarded
from altrotation.aliases import FloatArray
from altrotation.errors import InputError

__all__ = ["autoregression", "correlated", "garch", "garch_scale"]


@guarded
def correlated(shocks: FloatArray, correlation: float) -> FloatArray:
    """Return two columns of unit variance with a correlation, from two that are independent.

    Parameters
    ----------
    shocks : array of shape (n, 2)
        Independent, of unit variance.
    correlation : float
        Between -1 and 1.

    Returns
    -------
    array of shape (n, 2)
        The first column as it was.

    Raises
    ------
    InputError
        If there are not two columns.
    InputError
        If `correlation` does not lie between -1 and 1.
    """
    if shocks.ndim != 2 or shocks.shape[1] != 2:
        raise InputError(f"`shocks` must have two columns, got shape {shocks.shape}.")
    if not -1 <= correlation <= 1:
        raise InputError(f"`correlation` must lie between -1 and 1, got {correlation}.")
    x = shocks[:, 0]
    y = correlation * x + np.sqrt(1.0 - correlation**2) * shocks[:, 1]
    return np.column_stack([x, y])


@guarded
def garch(shocks: FloatArray) -> FloatArray:
    """Return shocks scaled by the variance they make (Bollerslev 1986).

    Parameters
    ----------
    shocks : array of shape (n,)
        Independent, of unit variance.

    Returns
    -------
    array of shape (n,)
        GARCH(1,1) with unit variance: see `garch_scale`.
    """
    scaled: FloatArray = shocks * garch_scale(shocks)
    return scaled


@guarded
@numba.njit(cache=True)
def garch_scale(shocks: FloatArray) -> FloatArray:
    """Return standard deviations of a GARCH(1,1) with unit variance: .05 + .1 r**2 + .85 s**2.

    Parameters
    ----------
    shocks : array of shape (n,)
        Independent, of unit variance.

    Returns
    -------
    array of shape (n,)
        Row t uses shocks strictly before t; 1 in the first row.
    """
    scale = np.empty_like(shocks)
    variance = 1.0
    for t in range(shocks.size):
        scale[t] = np.sqrt(variance)
        variance = 0.05 + (0.1 * shocks[t] ** 2 + 0.85) * variance
    return scale


@guarded
@numba.njit(cache=True)
def autoregression(shocks: FloatArray, coefficient: float) -> FloatArray:
    """Return each column as an AR(1) driven by its shocks.

    Parameters
    ----------
    shocks : array of shape (n,) or (n, k)
    coefficient : float

    Returns
    -------
    array of the shape of `shocks`
        The first row as it was.
    """
    values = shocks.copy()
    for t in range(1, shocks.shape[0]):
        values[t] += coefficient * values[t - 1]
    return values
