"""Did the mechanics change at a date fixed in advance? Chow's test, robust to autocorrelation."""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from altrotation._guarded import guarded
from altrotation.aliases import DateLike, FloatArray
from altrotation.errors import InputError
from altrotation.inference.ewc import ewc_ols
from altrotation.inference.hac import hac_ols
from altrotation.inference.results import RunInfo
from altrotation.regimes.sample import Sample, collinear, regression_sample
from altrotation.validate import require_between, require_choice, require_count, to_day

__all__ = ["KnownBreak", "known_break"]

_KERNELS = ("cosine", "bartlett", "uniform")


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class KnownBreak:
    """Coefficients before and after a known date.

    Parameters
    ----------
    date : Timestamp
        First day of the second segment.
    table : DataFrame
        One row a coefficient: before, after, change, standard error, low, high (interval of the
        change), p_value (two-sided, unadjusted).
    level : float
    statistic : float
        Wald statistic of all changes being zero.
    p_value : float
        Of the joint test, in (0, 1].
    responses_p : float
        Of the joint test of the regressors alone, the constant free to change; NaN without any.
    n_before, n_after, dropped : int
    null, alternative, method : str
    run : RunInfo
    """

    date: pd.Timestamp
    table: pd.DataFrame
    level: float
    statistic: float
    p_value: float
    responses_p: float
    n_before: int
    n_after: int
    dropped: int
    null: str
    alternative: str
    method: str
    run: RunInfo

    def summary(self) -> pd.DataFrame:
        """Return the table of coefficients."""
        return self.table

    def _repr_html_(self) -> str:
        return f"<p>{self!r}<br>{self.method}</p>{self.table.to_html(float_format='{:.4g}'.format)}"

    def __repr__(self) -> str:
        return (
            f"KnownBreak({self.date:%Y-%m-%d}: Wald {self.statistic:.2f}, joint p "
            f"{self.p_value:.3g}, {self.n_before} rows before, {self.n_after} after)"
        )


@guarded
def known_break(
    outcome: pd.Series,
    regressors: pd.DataFrame | pd.Series | None = None,
    *,
    date: DateLike,
    kernel: str = "cosine",
    bandwidth: int | None = None,
    overlap: int = 1,
    level: float = 0.95,
) -> KnownBreak:
    """Test whether coefficients changed at a date that was fixed before looking (Chow 1960).

    Parameters
    ----------
    outcome : Series of shape (n_days,)
    regressors : DataFrame or Series of shape (n_days, k - 1), optional
        A constant is added; None compares the means.
    date : date
        First day of the new regime, for example 2024-01-11.
    kernel : {"cosine", "bartlett", "uniform"}, default "cosine"
        "cosine": each segment is fitted apart with the equal-weighted cosine covariance (Lazarus,
        Lewis, Stock & Watson 2018) and the changes are referred to t and F with the smaller of the
        two degrees of freedom, which holds its size under autocorrelation. "bartlett"
        (Newey-West) and "uniform" (Hansen-Hodrick): one regression with interactions through
        statsmodels and normal critical values.
    bandwidth : int, optional
        Lags for "bartlett" and "uniform" (overlapping outcomes: horizon - 1 for "uniform", more
        for "bartlett"); required for them, not used by "cosine".
    overlap : int, default 1
        Rows that neighbouring outcomes share, for "cosine": the horizon of an overlapping return.
        No cosine is then faster than four of them, for within one the scores are smooth and their
        variance is too small, and degrees of freedom are those of the design (`ewc_ols`).
    level : float, default .95

    Returns
    -------
    KnownBreak

    Raises
    ------
    InputError
        If `kernel` is unknown.
    InputError
        If `level` does not lie between 0 and 1.
    InputError
        If `bandwidth` is missing, or given with "cosine".
    InputError
        If `overlap` < 1, or above 1 with another kernel.
    InputError
        If `date` is unreadable.
    InputError
        If dates differ.
    InputError
        If the outcome is constant, or the regressors are collinear.
    InputError
        If `date` leaves a segment with too few complete rows.
    InputError
        If a regressor does not vary in a segment.
    InputError
        If `bandwidth` is negative or not below the number of rows.
    """
    require_choice(kernel, _KERNELS, "kernel")
    require_between(level, 0.0, 1.0, "level")
    if (bandwidth is None) != (kernel == "cosine"):
        raise InputError(
            f"`bandwidth` belongs to the kernels 'bartlett' and 'uniform', got {bandwidth} with "
            f"{kernel!r}; give it there and only there."
        )
    require_count(overlap, 1, "overlap")
    if overlap > 1 and kernel != "cosine":
        raise InputError(
            f"`overlap` belongs to 'cosine', got {kernel!r}; give a `bandwidth` instead."
        )
    day = to_day(date, "date")
    sample = regression_sample(outcome, regressors, least=20)
    k = sample.x.shape[1]
    split = int(sample.dates.searchsorted(day))
    for rows, side in ((split, "before"), (len(sample.y) - split, "from")):
        if rows < 5 * (k + 1):
            raise InputError(
                f"Only {rows} complete rows lie {side} {day:%Y-%m-%d}, {5 * (k + 1)} are needed; "
                "move `date` or lengthen the sample."
            )
    _require_variation(sample, split)
    if kernel == "cosine":
        before, change, covariance, df, words = _two_fits(sample, split, overlap)
    else:
        before, change, covariance, df, words = _interacted(sample, split, kernel, bandwidth or 0)
    errors = np.sqrt(np.diag(covariance))
    law = stats.norm if math.isinf(df) else stats.t(df)
    reach = float(law.isf((1 - level) / 2)) * errors
    wald, joint = _wald(change, covariance, df)
    _, responses = _wald(change[1:], covariance[1:, 1:], df)
    table = pd.DataFrame(
        {
            "before": before,
            "after": before + change,
            "change": change,
            "standard error": errors,
            "low": change - reach,
            "high": change + reach,
            "p_value": 2 * law.sf(np.abs(change) / errors),
        },
        index=pd.Index(sample.names, name="coefficient"),
    )
    return KnownBreak(
        date=day,
        table=table,
        level=level,
        statistic=wald,
        p_value=joint,
        responses_p=responses,
        n_before=split,
        n_after=len(sample.y) - split,
        dropped=sample.dropped,
        null=f"the coefficients of {' and '.join(sample.names)} are the same before and after",
        alternative=f"at least one of them changed on {day:%Y-%m-%d}",
        method=words,
        run=RunInfo.capture(None, sample.y, sample.x),
    )


_Fit = tuple[FloatArray, FloatArray, FloatArray, float, str]


def _wald(change: FloatArray, covariance: FloatArray, df: float) -> tuple[float, float]:
    """Return the Wald statistic of all changes being zero, and its p."""
    k = len(change)
    if not k:
        return math.nan, math.nan
    wald = float(change @ np.linalg.solve(covariance, change))
    if math.isinf(df):
        return wald, max(float(stats.chi2.sf(wald, k)), 1e-300)
    if df - k + 1 <= 0:
        raise InputError(
            f"A segment leaves {df:.1f} degrees of freedom for {k} changes; lengthen it, shorten "
            "`overlap` or drop a regressor."
        )
    # F(k, df - k + 1) after the scaling of Hotelling's T^2
    ratio = wald * (df - k + 1) / (df * k)
    return wald, max(float(stats.f.sf(ratio, k, df - k + 1)), 1e-300)


def _two_fits(sample: Sample, split: int, overlap: int) -> _Fit:
    parts = slice(None, split), slice(split, None)
    if overlap == 1:
        first, second = (ewc_ols(sample.y[part], sample.x[part]) for part in parts)
        df = float(min(first.bandwidth, second.bandwidth))
    else:
        k = sample.x.shape[1]
        sizes = [len(sample.y[part]) for part in parts]
        first, second = (
            ewc_ols(
                sample.y[part],
                sample.x[part],
                cosines=max(k, min(round(0.4 * n ** (2 / 3)), n // (2 * overlap))),
                reference="design",
            )
            for part, n in zip(parts, sizes, strict=True)
        )
        df = float(min(first.df.min(), second.df.min()))
    change = second.coefficients - first.coefficients
    words = f"separate fits, cosine covariances, {df:.1f} degrees of freedom"
    return first.coefficients, change, first.covariance + second.covariance, df, words


def _interacted(sample: Sample, split: int, kernel: str, bandwidth: int) -> _Fit:
    k = sample.x.shape[1]
    late = np.zeros((len(sample.y), 1))
    late[split:] = 1.0
    fit = hac_ols(
        sample.y,
        np.column_stack([sample.x, late * sample.x]),
        bandwidth=bandwidth,
        kernel="uniform" if kernel == "uniform" else "bartlett",
    )
    words = f"interacted regression, {fit.method}, normal critical values"
    return fit.coefficients[:k], fit.coefficients[k:], fit.covariance[k:, k:], math.inf, words


def _require_variation(sample: Sample, split: int) -> None:
    for part, side in ((sample.x[:split], "before"), (sample.x[split:], "after")):
        which = collinear(part, sample.names)
        if which:
            raise InputError(
                f"The regressors are collinear {side} the break ({which}); drop one that does not "
                "vary by itself."
            )
