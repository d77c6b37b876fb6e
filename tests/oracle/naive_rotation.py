"""The rotated regression again: statsmodels at every shift, one after the other."""

import numpy as np
import statsmodels.api as sm


def rotated(outcome, regressors):
    """Coefficients and t statistics (n, k) of the outcome moved ahead by 0 .. n - 1 rows.

    At shift s row t of the regressors meets row t + s of the outcome, on the circle. NaN where
    fewer than half of the rows of shift 0 are complete, or where the design is singular.
    """
    n, k = regressors.shape
    coefficients, statistics, counts = (np.full((n, k), np.nan) for _ in range(3))
    least = None
    for shift in range(n):
        moved = np.roll(outcome, -shift)
        rows = np.isfinite(moved) & np.isfinite(regressors).all(axis=1)
        least = rows.sum() / 2 if least is None else least
        if rows.sum() < max(least, 3 * (k + 2)):
            continue
        design = np.column_stack([np.ones(rows.sum()), regressors[rows]])
        if np.linalg.matrix_rank(design) < k + 1:
            continue
        fit = sm.OLS(moved[rows], design).fit()
        coefficients[shift], statistics[shift] = fit.params[1:], fit.tvalues[1:]
        counts[shift] = rows.sum()
    return coefficients, statistics, counts[:, 0]
