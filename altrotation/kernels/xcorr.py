"""Cross-correlations at many lags: of a sample, and of independent block resamples.

Lag k pairs row t of the first series with row t + k of the second, so at a positive lag the first
series leads.
"""

import numpy as np
from scipy import fft

from altrotation.aliases import FloatArray, IntArray
from altrotation.kernels.resample import unit_resamples

_PARTNERS = 4

__all__ = ["cross_correlations", "independent_cross_correlations", "lagged_products"]


def lagged_products(x: FloatArray, y: FloatArray, lags: IntArray) -> FloatArray:
    """Return the products x[t] * y[t + k], zero where t + k lies outside the sample.

    Parameters
    ----------
    x, y : arrays of shape (n,)
        No NaN; centre them first.
    lags : int array of shape (k,)
        Each between -(n - 1) and n - 1.

    Returns
    -------
    array of shape (n, k)
    """
    n = x.size
    products = np.zeros((n, lags.size))
    for column, lag in enumerate(lags):
        first, last = max(0, -lag), min(n, n - lag)
        products[first:last, column] = x[first:last] * y[first + lag : last + lag]
    return products


def cross_correlations(x: FloatArray, y: FloatArray, lags: IntArray) -> FloatArray:
    """Return the correlations of x[t] with y[t + k].

    sum (x[t] - mean) (y[t+k] - mean) / (n sd(x) sd(y)), moments over the whole sample (Box,
    Jenkins, Reinsel & Ljung 2015, chapter 12): shrunk by 1 - |k|/n, and so never above 1.

    Parameters
    ----------
    x, y : arrays of shape (n,)
        No NaN, not constant.
    lags : int array of shape (k,)
        Each between -(n - 1) and n - 1.

    Returns
    -------
    array of shape (k,)
    """
    a, b = x - x.mean(), y - y.mean()
    scale = np.sqrt((a @ a) * (b @ b))
    n = a.size
    sums = [a[max(0, -k) : min(n, n - k)] @ b[max(0, k) : min(n, n + k)] for k in lags]
    ratio: FloatArray = np.asarray(sums, dtype=np.float64) / scale
    return ratio


def independent_cross_correlations(
    x: FloatArray,
    y: FloatArray,
    lags: IntArray,
    *,
    mean_block: tuple[float, float],
    draws: int,
    rng: np.random.Generator,
) -> FloatArray:
    """Return the correlations of resamples of `x` and `y` drawn independently of each other.

    Both series keep their own serial dependence, the dependence between them is broken. All lags
    come from one batch of Fourier transforms, and each resample meets four partners: two pairs that
    share one resample have uncorrelated correlations, as the other two are independent with mean
    zero, so the draws are as good as those of fresh pairs at a quarter of the resampling.

    Parameters
    ----------
    x, y : arrays of shape (n,)
        No NaN, not constant.
    lags : int array of shape (k,)
        Each between -(n - 1) and n - 1.
    mean_block : tuple of two floats
        Mean block length of each series, in rows.
    draws : int
        Held in memory at once: about 12 n bytes each.
    rng : Generator

    Returns
    -------
    array of shape (draws, k)
        Draws 16 g .. 16 g + 15 pair four resamples of each series.
    """
    reach = int(np.abs(lags).max(initial=0))
    width = fft.next_fast_len(x.size + reach, real=True)
    groups = -(-draws // _PARTNERS**2)
    streams = rng.spawn(2)  # one a series, so that fewer draws are the first of more
    first, second = (
        fft.rfft(
            unit_resamples(v - v.mean(), block, groups * _PARTNERS, stream, width=width), axis=1
        ).reshape(groups, _PARTNERS, -1)
        for v, block, stream in zip((x, y), mean_block, streams, strict=True)
    )
    np.conjugate(first, out=first)
    cross = (first[:, :, None, :] * second[:, None, :, :]).reshape(-1, first.shape[2])
    circular = fft.irfft(cross, n=width, axis=1)  # sum of x[t] y[t + k] at column k
    return np.asarray(circular[:draws][:, np.mod(lags, width)], dtype=np.float64)
