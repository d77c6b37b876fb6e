"""Wald statistics of changed slopes at every split of a sample, for many outcomes at once."""

import numpy as np

from altrotation.aliases import FloatArray

__all__ = ["split_slopes_wald"]


def split_slopes_wald(y: FloatArray, x: FloatArray, first: int, last: int) -> FloatArray:
    """Return the Wald statistic of equal slopes before and after each split.

    The intercepts of the two segments are free. The variance of a segment's slopes is the sandwich
    (Z'Z)^-1 (sum z z' e^2) (Z'Z)^-1, z the regressors less their means in the segment and e the
    residuals of one fit to all rows (White 1980, under the null).

    Parameters
    ----------
    y : array of shape (n, m)
        Outcomes side by side, no NaN.
    x : array of shape (n, p)
        Without a constant; of full rank, constant included, in both segments of every split.
    first, last : int
        Splits: the first segment holds the first `first`, ..., `last` rows.

    Returns
    -------
    array of shape (last - first + 1, m)
    """
    n = len(x)
    x = x - x.mean(axis=0)
    design = np.column_stack([np.ones(n), x])
    e = y - design @ np.linalg.lstsq(design, y)[0]
    xx = x[:, :, None] * x[:, None, :]
    ee = e**2
    xe, xee = x[..., None] * e[:, None], x[..., None] * ee[:, None]
    xxee = xx[..., None] * ee[:, None, None]
    sums = [np.cumsum(each, axis=0) for each in (x, xx, e, ee, xe, xee, xxee)]
    rows = np.arange(first, last + 1, dtype=np.float64)
    before = [each[first - 1 : last] for each in sums]
    after = [each[-1:] - part for each, part in zip(sums, before, strict=True)]
    one, two = _slopes(rows, *before), _slopes(n - rows, *after)
    change = np.moveaxis(two[0] - one[0], 2, 1)[..., None]  # (splits, m, p, 1)
    variance = np.moveaxis(one[1] + two[1], 3, 1)  # (splits, m, p, p)
    statistics: FloatArray = (change * np.linalg.solve(variance, change)).sum(axis=(2, 3))
    return statistics


def _slopes(
    rows: FloatArray,
    x: FloatArray,
    xx: FloatArray,
    e: FloatArray,
    ee: FloatArray,
    xe: FloatArray,
    xee: FloatArray,
    xxee: FloatArray,
) -> tuple[FloatArray, FloatArray]:
    """Return slopes (splits, p, m) and their variance (splits, p, p, m) from sums over segments."""
    mean = x / rows[:, None]
    bread = np.linalg.inv(xx - mean[:, :, None] * x[:, None, :])
    slopes = bread @ (xe - mean[:, :, None] * e[:, None])
    crossed = mean[:, :, None, None] * xee[:, None]  # sum m z' e^2 before z loses its mean
    outer = (mean[:, :, None] * mean[:, None, :])[..., None] * ee[:, None, None]
    meat = xxee - crossed - np.swapaxes(crossed, 1, 2) + outer
    return slopes, np.einsum("sab,sbcm,scd->sadm", bread, meat, bread, optimize=True)
