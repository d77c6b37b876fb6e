"""Tests for one break at an unknown date: largest, average and exponential F, and OLS-CUSUM."""

import math
from dataclasses import dataclass
from html import escape

import numpy as np
import pandas as pd
from scipy import stats

from altrotation.aliases import FloatArray
from altrotation.errors import InputError
from altrotation.inference.results import RunInfo
from altrotation.kernels.segments import bartlett_variance, split_squares, split_wald
from altrotation.regimes.break_laws import ATTAINABLE, Functional, limit_p_value
from altrotation.regimes.sample import Sample, regression_sample
from altrotation.validate import require_at_least, require_between

__all__ = ["BreakTest", "ave_f", "exp_f", "ols_cusum", "sup_f"]

_NULL = "the coefficients of {names} are the same on all days"
_SMALLEST = 1e-300


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class BreakTest:
    """A test of stable coefficients against a break at a date that is not given.

    Parameters
    ----------
    name : str
        "sup-F", "exp-F", "ave-F" or "OLS-CUSUM".
    statistic : float
    p_value : float
        Asymptotic, in (0, 1].
    p_attainable : float
        The smallest p this implementation can return.
    null, alternative : str
        In words.
    path : Series
        The statistic of each admissible split, labelled by the last day of the first segment (for
        OLS-CUSUM: the process on every day).
    date : Timestamp
        Where the path is largest: the last day before the break.
    n, dropped : int
        Complete rows used; rows left out for a missing value.
    coefficients : int
        How many may break.
    trim : float
        Share of the sample without candidate dates at either end; 0 for OLS-CUSUM.
    method : str
        Trimming and variance in words.
    run : RunInfo
    """

    name: str
    statistic: float
    p_value: float
    p_attainable: float
    null: str
    alternative: str
    path: pd.Series
    date: pd.Timestamp
    n: int
    dropped: int
    coefficients: int
    trim: float
    method: str
    run: RunInfo

    def summary(self) -> pd.DataFrame:
        """Return one column of values, one row a property."""
        return pd.Series(self._rows(), name=self.name).to_frame()

    def _rows(self) -> dict[str, str]:
        return {
            "statistic": f"{self.statistic:.4f}",
            "p": f"{self.p_value:.3g}",
            "smallest p attainable": f"{self.p_attainable:.2g}",
            "largest after": f"{self.date:%Y-%m-%d}",
            "rows": f"{self.n} ({self.dropped} dropped)",
            "method": self.method,
            "null": self.null,
            "alternative": self.alternative,
            "data": self.run.data_hash,
        }

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th>{escape(key)}</th><td>{escape(value)}</td></tr>"
            for key, value in self._rows().items()
        )
        return f"<table class='break-test'><caption>{escape(self.name)}</caption>{rows}</table>"

    def __str__(self) -> str:
        return self.summary().to_string()


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
        needed for overlapping outcomes (at least the horizon - 1) and any autocorrelation.

    Returns
    -------
    BreakTest
        Statistic in the scale of a Wald statistic (k times an F ratio). Rows with a missing value
        are left out and counted.

    Raises
    ------
    InputError
        If dates differ, too few rows are complete, the outcome is constant, the regressors are
        collinear, `trim` lies outside (0, .5) or `bandwidth` is negative or too long.
    """
    return _over_dates("sup", outcome, regressors, trim, bandwidth)


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
        As `sup_f`.
    """
    return _over_dates("exp", outcome, regressors, trim, bandwidth)


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
        As `sup_f`.
    """
    return _over_dates("ave", outcome, regressors, trim, bandwidth)


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
        As `sup_f`.
    """
    sample = regression_sample(outcome, regressors, least=10)
    n, k = sample.x.shape
    coefficients = np.linalg.lstsq(sample.x, sample.y)[0]
    residual = sample.y - sample.x @ coefficients
    _refuse_exact_fit(residual, sample)
    if bandwidth is None:
        variance = float(residual @ residual) / (n - k)
    else:
        _require_bandwidth(bandwidth, n)
        variance = float(bartlett_variance(residual[:, None], bandwidth)[0, 0])
    process = np.cumsum(residual) / math.sqrt(variance * n)
    statistic = float(np.abs(process).max())
    return _result(
        "OLS-CUSUM",
        sample,
        statistic,
        max(float(stats.kstwobign.sf(statistic)), _SMALLEST),
        _SMALLEST,
        pd.Series(process, index=sample.dates, name="OLS-CUSUM"),
        0.0,
        f"OLS residuals, {_variance_in_words(bandwidth)}",
    )


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
    _refuse_exact_fit(sample.y - sample.x @ np.linalg.lstsq(sample.x, sample.y)[0], sample)
    _require_full_rank(sample, first, last)
    if bandwidth is None:
        values = _classical_f(sample, first, last)
    else:
        _require_bandwidth(bandwidth, first)
        values = split_wald(sample.y, sample.x, first, last, bandwidth)
    if functional == "sup":
        statistic = float(values.max())
    elif functional == "ave":
        statistic = float(values.mean())
    else:
        peak = values.max() / 2  # taken out against overflow
        statistic = float(peak + np.log(np.exp(values / 2 - peak).mean()))
    return _result(
        f"{functional}-F",
        sample,
        statistic,
        limit_p_value(statistic, k, trim, functional),
        ATTAINABLE[functional],
        pd.Series(values, index=sample.dates[first - 1 : last], name="F"),
        trim,
        f"{trim:.0%} trimming, {_variance_in_words(bandwidth)}",
    )


def _classical_f(sample: Sample, first: int, last: int) -> FloatArray:
    n, k = sample.x.shape
    restricted = sample.y - sample.x @ np.linalg.lstsq(sample.x, sample.y)[0]
    squares = split_squares(sample.y, sample.x, first, last)
    # Andrews (1993): (RSS_0 - RSS_split) / (RSS_split / (n - 2k)).
    values: FloatArray = (restricted @ restricted - squares) / (squares / (n - 2 * k))
    return values


def _result(
    name: str,
    sample: Sample,
    statistic: float,
    p_value: float,
    p_attainable: float,
    path: pd.Series,
    trim: float,
    method: str,
) -> BreakTest:
    names = " and ".join(sample.names)
    return BreakTest(
        name=name,
        statistic=statistic,
        p_value=p_value,
        p_attainable=p_attainable,
        null=_NULL.format(names=names),
        alternative="they change at a date that is not given",
        path=path,
        date=pd.DatetimeIndex(path.index)[int(path.abs().to_numpy().argmax())],
        n=len(sample.y),
        dropped=sample.dropped,
        coefficients=sample.x.shape[1],
        trim=trim,
        method=method,
        run=RunInfo.capture(None, sample.y, sample.x),
    )


def _variance_in_words(bandwidth: int | None) -> str:
    if bandwidth is None:
        return "uncorrelated errors of equal variance"
    return f"Newey-West variance, {bandwidth} lags"


def _require_bandwidth(bandwidth: int, limit: int) -> None:
    require_at_least(bandwidth, 0, "bandwidth")
    if bandwidth >= limit:
        raise InputError(
            f"`bandwidth` must be below {limit}, the rows of the shortest segment, got {bandwidth}."
        )


def _refuse_exact_fit(residual: FloatArray, sample: Sample) -> None:
    if np.abs(residual).max() <= 1e-12 * np.abs(sample.y).max():
        raise InputError("`regressors` fit `outcome` exactly: there is no noise to test against.")


def _require_full_rank(sample: Sample, first: int, last: int) -> None:
    k = sample.x.shape[1]
    for part, words in ((sample.x[:first], "first"), (sample.x[last:], "last")):
        if np.linalg.matrix_rank(part) < k:
            raise InputError(
                f"The regressors are collinear in the {words} {len(part)} rows, where one of them "
                "does not vary; drop it or raise `trim`."
            )
