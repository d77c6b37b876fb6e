"""The OLS-CUSUM test: residuals of one fit, cumulated."""

import math

import numpy as np
import pandas as pd
from scipy import stats

from altrotation._guarded import guarded
from altrotation.kernels.segments import bartlett_variance
from altrotation.regimes.break_test import (
    BreakTest,
    break_test,
    refuse_exact_fit,
    require_bandwidth,
    variance_in_words,
)
from altrotation.regimes.sample import regression_sample

__all__ = ["ols_cusum"]

_SMALLEST = 1e-300


@guarded
def ols_cusum(
    outcome: pd.Series,
    regressors: pd.DataFrame | pd.Series | None = None,
    *,
    bandwidth: int | None = None,
) -> BreakTest:
    """Test for a drift of the conditional mean by the cumulated residuals of one fit.

    Ploberger & Kramer (1992): max |sum of residuals| / (sigma sqrt(n)) is, under no break, the
    largest absolute value of a Brownian bridge (Kolmogorov's law).

    Parameters
    ----------
    outcome, regressors
        As in `sup_f`.
    bandwidth : int, optional
        None: sigma^2 = RSS / (n - k). A number: the long-run variance of the residuals with
        Bartlett weights up to that lag.

    Returns
    -------
    BreakTest

    Raises
    ------
    InputError
        If dates differ.
    InputError
        If fewer than ten rows are complete.
    InputError
        If the outcome is constant.
    InputError
        If the regressors are collinear.
    InputError
        If the regressors fit the outcome exactly.
    InputError
        If `bandwidth` is negative or not below the number of rows.
    """
    sample = regression_sample(outcome, regressors, least=10)
    n, k = sample.x.shape
    coefficients = np.linalg.lstsq(sample.x, sample.y)[0]
    residual = sample.y - sample.x @ coefficients
    refuse_exact_fit(residual, sample)
    if bandwidth is None:
        variance = float(residual @ residual) / (n - k)
    else:
        require_bandwidth(bandwidth, n)
        variance = float(bartlett_variance(residual[:, None], bandwidth)[0, 0])
    process = np.cumsum(residual) / math.sqrt(variance * n)
    statistic = float(np.abs(process).max())
    return break_test(
        "OLS-CUSUM",
        sample,
        statistic,
        max(float(stats.kstwobign.sf(statistic)), _SMALLEST),
        _SMALLEST,
        pd.Series(process, index=sample.dates, name="OLS-CUSUM"),
        0.0,
        f"OLS residuals, {variance_in_words(bandwidth)}",
    )
