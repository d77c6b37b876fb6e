"""Tests for one break at an unknown date: largest, average and exponential F statistic."""

import math

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.aliases import FloatArray
from altrotation.kernels.segments import split_squares, split_wald
from altrotation.regimes.break_laws import ATTAINABLE, Functional, limit_p_value
from altrotation.regimes.break_test import (
    BreakTest,
    break_test,
    refuse_exact_fit,
    require_bandwidth,
    require_full_rank,
    variance_in_words,
)
from altrotation.regimes.sample import Sample, regression_sample
from altrotation.validate import require_between

__all__ = ["ave_f", "exp_f", "sup_f"]


@guarded
def sup_f(
    outcome: pd.Series,
    regressors: pd.DataFrame | pd.Series | None = None,
    *,
    trim: float = 0.15,
    bandwidth: int | None = None,
) -> BreakTest:
    """Test for one break at an unknown date by the largest F statistic.

    Andrews (1993): powerful against one sharp break anywhere inside the trimmed sample.

    Parameters
    ----------
    outcome : Series of shape (n_days,)
        Stationary under the null: returns or changes, never levels.
    regressors : DataFrame or Series of shape (n_days, k - 1), optional
        A constant is added; all k coefficients may break. None tests the mean.
    trim : float, default 0.15
        Share of the sample without candidate dates at either end (Andrews 1993).
    bandwidth : int, optional
        None: the classical F, exact only for errors that are uncorrelated with equal variance. A
        number: the Wald statistic with Bartlett weights up to that lag (Newey & West 1987);
        needed for any autocorrelation. Under overlap it still rejects too often: .17 to .40 of true
        nulls at 5 % in worlds of 20 and 60 shared rows; use `rotated_sup_wald`.

    Returns
    -------
    BreakTest
        Statistic in the scale of a Wald statistic (k times an F ratio). Rows with a missing value
        are left out and counted.

    Raises
    ------
    InputError
        If `trim` does not lie between 0 and 0.5.
    InputError
        If dates differ.
    InputError
        If too few rows are complete for the trimming.
    InputError
        If the outcome is constant.
    InputError
        If the regressors are collinear, in the whole sample or in the rows before the first or
        after the last candidate.
    InputError
        If the regressors fit the outcome exactly.
    InputError
        If `bandwidth` is negative or not below the rows of the shortest segment.
    """
    return _over_dates("sup", outcome, regressors, trim, bandwidth)


@guarded
def exp_f(
    outcome: pd.Series,
    regressors: pd.DataFrame | pd.Series | None = None,
    *,
    trim: float = 0.15,
    bandwidth: int | None = None,
) -> BreakTest:
    """Test for one break at an unknown date by the exponential average of F statistics.

    log mean exp(F / 2), Andrews & Ploberger (1994): optimal against large breaks on average over
    dates.

    Parameters
    ----------
    outcome, regressors
        As in `sup_f`.
    trim : float, default 0.15
    bandwidth : int, optional
        As in `sup_f`.

    Returns
    -------
    BreakTest

    Raises
    ------
    InputError
        On the conditions of `sup_f`.
    """
    return _over_dates("exp", outcome, regressors, trim, bandwidth)


@guarded
def ave_f(
    outcome: pd.Series,
    regressors: pd.DataFrame | pd.Series | None = None,
    *,
    trim: float = 0.15,
    bandwidth: int | None = None,
) -> BreakTest:
    """Test for one break at an unknown date by the average F statistic.

    Andrews & Ploberger (1994): optimal against small breaks on average over dates.

    Parameters
    ----------
    outcome, regressors
        As in `sup_f`.
    trim : float, default 0.15
    bandwidth : int, optional
        As in `sup_f`.

    Returns
    -------
    BreakTest

    Raises
    ------
    InputError
        On the conditions of `sup_f`.
    """
    return _over_dates("ave", outcome, regressors, trim, bandwidth)


def _over_dates(
    functional: Functional,
    outcome: pd.Series,
    regressors: pd.DataFrame | pd.Series | None,
    trim: float,
    bandwidth: int | None,
) -> BreakTest:
    require_between(trim, 0.0, 0.5, "trim")
    width = 1 if regressors is None or isinstance(regressors, pd.Series) else regressors.shape[1]
    # Both segments need more rows than coefficients (at most width + 1 with the constant).
    sample = regression_sample(outcome, regressors, least=math.ceil((width + 3) / trim))
    n, k = sample.x.shape
    first, last = math.floor(trim * n), math.floor((1 - trim) * n)
    refuse_exact_fit(sample.y - sample.x @ np.linalg.lstsq(sample.x, sample.y)[0], sample)
    require_full_rank(sample, first, last)
    if bandwidth is None:
        values = _classical_f(sample, first, last)
    else:
        require_bandwidth(bandwidth, first)
        values = split_wald(sample.y, sample.x, first, last, bandwidth)
    if functional == "sup":
        statistic = float(values.max())
    elif functional == "ave":
        statistic = float(values.mean())
    else:
        peak = values.max() / 2  # taken out against overflow
        statistic = float(peak + np.log(np.exp(values / 2 - peak).mean()))
    return break_test(
        f"{functional}-F",
        sample,
        statistic,
        limit_p_value(statistic, k, trim, functional),
        ATTAINABLE[functional],
        pd.Series(values, index=sample.dates[first - 1 : last], name="F"),
        trim,
        f"{trim:.0%} trimming, {variance_in_words(bandwidth)}",
    )


def _classical_f(sample: Sample, first: int, last: int) -> FloatArray:
    n, k = sample.x.shape
    restricted = sample.y - sample.x @ np.linalg.lstsq(sample.x, sample.y)[0]
    squares = split_squares(sample.y, sample.x, first, last)
    # Andrews (1993): (RSS_0 - RSS_split) / (RSS_split / (n - 2k)).
    values: FloatArray = (restricted @ restricted - squares) / (squares / (n - 2 * k))
    return values
