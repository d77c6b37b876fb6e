"""The cross-correlation test of Dalla, Giraitis and Phillips (2022), one lag at a time and jointly.

It needs neither independence nor constant variance: common volatility clustering, which makes the
textbook 1.96 / sqrt(n) band reject far too often, is allowed for.
"""

import numpy as np
from scipy import stats

from altrotation.aliases import FloatArray, IntArray, Seed
from altrotation.inference.multiple import step_down
from altrotation.inference.ties import tail_share
from altrotation.leadlag.streams import sign_draws

__all__ = ["cumulative_test", "robust_statistics", "sign_test"]

_THRESHOLD = 2.576  # lambda of Dalla, Giraitis & Phillips (2022): two-sided 1 %


def robust_statistics(products: FloatArray) -> FloatArray:
    """Return t_k = sum(e) / sqrt(sum(e**2)), standard normal where there is no correlation.

    Dalla, Giraitis & Phillips (2022) with e[t] = (x[t] - mean x) (y[t+k] - mean y).

    Parameters
    ----------
    products : array of shape (n, k)
        One column of products e a lag, as `lagged_products` returns.

    Returns
    -------
    array of shape (k,)
    """
    ratio: FloatArray = products.sum(axis=0) / np.sqrt(np.square(products).sum(axis=0))
    return ratio


def cumulative_test(products: FloatArray) -> tuple[float, float]:
    """Return the statistic and the p-value of no correlation at any of the lags.

    t' R*^-1 t, chi-squared with k degrees of freedom, where R* keeps only those correlations of the
    products between lags that are themselves significant (Dalla, Giraitis & Phillips 2022,
    lambda = 2.576). Where thresholding leaves no positive definite matrix the
    correlations are all kept.

    Parameters
    ----------
    products : array of shape (n, k)
        As in `robust_statistics`.

    Returns
    -------
    statistic : float
    p_value : float
        Asymptotic.
    """
    t = robust_statistics(products)
    squares = products * products
    cross = products.T @ products
    full = cross / np.sqrt(np.outer(np.diag(cross), np.diag(cross)))
    significance = np.abs(cross) / np.sqrt(squares.T @ squares)
    kept = np.where(significance > _THRESHOLD, full, 0.0)
    np.fill_diagonal(kept, 1.0)
    if np.linalg.eigvalsh(kept)[0] < 1e-6:
        kept = full
    statistic = float(t @ np.linalg.solve(kept, t))
    return statistic, float(stats.chi2.sf(statistic, t.size))


def sign_test(
    products: FloatArray,
    lags: IntArray,
    replicates: int,
    *,
    seed: Seed,
    path: tuple[int, ...] = (),
    workers: int = 1,
) -> tuple[FloatArray, FloatArray, dict[str, float]]:
    """Return p-values of the robust statistics from random signs, alone and over lags jointly.

    Every product is given a random sign, the same at all lags of a day: under the null of no
    correlation this keeps each day's size, hence heteroskedasticity, and the dependence between
    lags (wild bootstrap; Liu 1988, with Rademacher signs).

    Parameters
    ----------
    products : array of shape (n, k)
    lags : int array of shape (k,)
    replicates, seed, path, workers
        As in `sign_draws`.

    Returns
    -------
    p : array of shape (k,)
    p_adjusted : array of shape (k,)
        Step-down maximum over all lags.
    sides : dict
        p-value of the largest statistic among the lags of one sign: "positive", "negative", and
        "any" over all lags. A side without lags is left out.
    """
    scale = np.sqrt(np.square(products).sum(axis=0))
    observed = np.abs(products.sum(axis=0)) / scale
    draws = sign_draws(products / scale, replicates, seed=seed, path=path, workers=workers)
    np.abs(draws, out=draws)
    sides = {}
    chosen = {"positive": lags > 0, "negative": lags < 0, "any": np.ones(lags.size, dtype=bool)}
    for side, columns in chosen.items():
        if columns.any():
            highest = draws[:, columns].max(axis=1)
            sides[side] = float(tail_share(observed[columns].max(), highest))
    return tail_share(observed, draws), step_down(observed, draws), sides
