"""Least squares on both sides of every possible split of a sample."""

import numba
import numpy as np

from altrotation.aliases import FloatArray

__all__ = ["bartlett_variance", "split_coefficients", "split_squares", "split_wald"]


@numba.njit(cache=True)
def split_squares(y: FloatArray, x: FloatArray, first: int, last: int) -> FloatArray:
    """Return the residual sum of squares of separate fits before and after each split.

    Parameters
    ----------
    y : array of shape (n,)
    x : array of shape (n, k)
        Of full rank in both segments of every split.
    first, last : int
        Splits: the first segment holds the first `first`, ..., `last` rows.

    Returns
    -------
    array of shape (last - first + 1,)
    """
    squares = np.empty(last - first + 1)
    for position in range(squares.size):
        residual = _split_residual(y, x, first + position)
        squares[position] = residual @ residual
    return squares


@numba.njit(cache=True)
def split_wald(y: FloatArray, x: FloatArray, first: int, last: int, bandwidth: int) -> FloatArray:
    """Return the Wald statistic of equal coefficients for each split, robust to autocorrelation.

    The variance of a segment's coefficients is (X'X)^-1 n_i S (X'X)^-1 with S the Bartlett
    long-run variance of the scores of the whole sample, residuals taken under the split
    (Andrews 1993, with the variance estimated under the alternative).

    Parameters
    ----------
    y, x, first, last
        As in `split_squares`.
    bandwidth : int
        Lags with Bartlett weights 1 - j / (bandwidth + 1).

    Returns
    -------
    array of shape (last - first + 1,)
    """
    n = x.shape[0]
    statistics = np.empty(last - first + 1)
    for position in range(statistics.size):
        split = first + position
        before, after = split_coefficients(y, x, split)
        residual = _split_residual(y, x, split)
        scores = x * residual.reshape(n, 1)
        long_run = bartlett_variance(scores, bandwidth)
        bread_before = np.linalg.inv(x[:split].T @ x[:split])
        bread_after = np.linalg.inv(x[split:].T @ x[split:])
        covariance = split * (bread_before @ long_run @ bread_before) + (n - split) * (
            bread_after @ long_run @ bread_after
        )
        change = after - before
        statistics[position] = change @ np.linalg.solve(covariance, change)
    return statistics


@numba.njit(cache=True)
def bartlett_variance(scores: FloatArray, bandwidth: int) -> FloatArray:
    """Return the long-run variance of the columns of `scores` (Newey & West 1987), shape (k, k).

    The scores are taken to have mean zero; lags 0 .. `bandwidth` with Bartlett weights, over n.
    """
    n = scores.shape[0]
    variance = scores.T @ scores
    for lag in range(1, bandwidth + 1):
        product = scores[lag:].T @ scores[: n - lag]
        variance += (1.0 - lag / (bandwidth + 1.0)) * (product + product.T)
    scaled: FloatArray = variance / n
    return scaled


@numba.njit(cache=True)
def split_coefficients(y: FloatArray, x: FloatArray, split: int) -> tuple[FloatArray, FloatArray]:
    """Return the coefficients before and after row `split`, each of shape (k,)."""
    before = np.linalg.solve(x[:split].T @ x[:split], x[:split].T @ y[:split])
    after = np.linalg.solve(x[split:].T @ x[split:], x[split:].T @ y[split:])
    return before, after  # type: ignore[return-value]


@numba.njit(cache=True)
def _split_residual(y: FloatArray, x: FloatArray, split: int) -> FloatArray:
    before, after = split_coefficients(y, x, split)
    residual = np.empty(y.size)
    residual[:split] = y[:split] - x[:split] @ before
    residual[split:] = y[split:] - x[split:] @ after
    return residual
