"""Least squares with standard errors that allow for serial correlation."""

import warnings
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.regression.linear_model import OLS

from altrotation._guarded import guarded
from altrotation.aliases import Alternative, FloatArray
from altrotation.errors import AltrotationWarning, InputError
from altrotation.inference.results import Interval
from altrotation.printing import Printed
from altrotation.validate import require_between, require_choice, require_count
from altrotation.variation import TOLERANCE, dependence, resolved, size_of, varies

__all__ = [
    "Kernel",
    "KernelFallbackWarning",
    "RobustFit",
    "hac_mean",
    "hac_ols",
]

Kernel: TypeAlias = Literal["bartlett", "uniform"]
_KERNELS: tuple[Kernel, ...] = ("bartlett", "uniform")
_ALTERNATIVES: tuple[Alternative, ...] = ("two-sided", "greater", "less")


class KernelFallbackWarning(AltrotationWarning):
    """The uniform kernel gave no valid covariance; Bartlett weights were used instead."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True, repr=False)
class RobustFit(Printed):
    """Coefficients with a covariance robust to serial correlation and heteroskedasticity.

    Parameters
    ----------
    coefficients : float array of shape (k,)
    covariance : float array of shape (k, k)
    kernel : str
        "bartlett", "uniform" or "cosine": the one that was used, after a fallback if there was one.
    bandwidth : int
        Lags of a kernel, or number of cosines.
    df : float array of shape (k,)
        Degrees of freedom of each coefficient's t reference distribution; infinite means normal.
    n : int
        Observations.
    """

    coefficients: FloatArray
    covariance: FloatArray
    kernel: str
    bandwidth: int
    df: FloatArray
    n: int

    @property
    def standard_errors(self) -> FloatArray:
        """Standard errors of the coefficients, shape (k,)."""
        errors: FloatArray = np.sqrt(np.diag(self.covariance))
        return errors

    @property
    def method(self) -> str:
        """The covariance in words."""
        names = {"bartlett": "Newey-West", "uniform": "Hansen-Hodrick", "cosine": "EWC"}
        unit = "cosines" if self.kernel == "cosine" else "lags"
        return f"{names[self.kernel]}, {self.bandwidth} {unit}"

    @guarded
    def p_values(self, *, alternative: Alternative = "two-sided") -> FloatArray:
        """Return the p-values of zero coefficients, shape (k,).

        Parameters
        ----------
        alternative : {"two-sided", "greater", "less"}, default "two-sided"

        Returns
        -------
        float array of shape (k,)

        Raises
        ------
        InputError
            If `alternative` is unknown.
        """
        require_choice(alternative, _ALTERNATIVES, "alternative")
        t = self.coefficients / self.standard_errors
        if alternative == "two-sided":
            tail = 2.0 * stats.t.sf(np.abs(t), self.df)
        else:
            tail = stats.t.sf(t if alternative == "greater" else -t, self.df)
        return np.asarray(tail, dtype=np.float64)

    @guarded
    def interval(self, position: int = 0, *, level: float = 0.95) -> Interval:
        """Return the confidence interval of the coefficient at `position`.

        Parameters
        ----------
        position : int, default 0
        level : float, default .95

        Returns
        -------
        Interval

        Raises
        ------
        InputError
            If `level` lies outside (0, 1).
        """
        require_between(level, 0.0, 1.0, "level")
        critical = float(stats.t.isf((1.0 - level) / 2.0, self.df[position]))
        reach = critical * float(self.standard_errors[position])
        centre = float(self.coefficients[position])
        return Interval(centre - reach, centre + reach, level, self.method)

    def _line(self) -> str:
        return f"{len(self.coefficients)} coefficients, {self.n} rows; {self.method}"

    def summary(self) -> pd.DataFrame:
        """Return one row a coefficient: estimate, standard error, t and two-sided p."""
        return pd.DataFrame(
            {
                "estimate": self.coefficients,
                "standard error": self.standard_errors,
                "t": self.coefficients / self.standard_errors,
                "p": self.p_values(),
            }
        )


@guarded
def hac_ols(
    y: FloatArray, x: FloatArray, *, bandwidth: int, kernel: Kernel = "bartlett"
) -> RobustFit:
    """Return least squares of `y` on `x` with a kernel covariance, through statsmodels.

    "bartlett" is Newey & West (1987): weights 1 - j / (bandwidth + 1). "uniform" is Hansen &
    Hodrick (1980): weights one up to lag `bandwidth`, which is exact for outcomes over overlapping
    horizons (bandwidth = horizon - 1) but need not be positive definite; then Bartlett weights with
    the same lags are used, which take in less of the correlation, and a warning says so. No
    small-sample correction: with few windows use `ewc.ewc_ols`.

    Parameters
    ----------
    y : float array of shape (n,)
        In time order, without NaN.
    x : float array of shape (n, k)
        Regressors, with a column of ones where an intercept is wanted.
    bandwidth : int
        Lags, from 0 (White's covariance) to n - 1.
    kernel : {"bartlett", "uniform"}, default "bartlett"

    Returns
    -------
    RobustFit
        With the normal as reference distribution.

    Raises
    ------
    InputError
        If shapes do not match or a value is not finite.
    InputError
        If there are not more rows than regressors.
    InputError
        If the regressors are collinear, or fit `y` exactly.
    InputError
        If `bandwidth` lies outside 0 .. n - 1, or `kernel` is unknown.

    Warns
    -----
    KernelFallbackWarning
        If the uniform kernel gave a covariance that is not positive definite.
    """
    require_choice(kernel, _KERNELS, "kernel")
    outcome, design = checked(y, x)
    require_count(bandwidth, 0, "bandwidth")
    if bandwidth >= len(outcome):
        raise InputError(
            f"`bandwidth` must be below the number of observations {len(outcome)}, got {bandwidth}."
        )
    unit, size = unit_columns(design)
    model, used = OLS(outcome, unit), kernel
    fitted = model.fit(cov_type="HAC", cov_kwds={"maxlags": bandwidth, "kernel": kernel})
    covariance = np.asarray(fitted.cov_params(), dtype=np.float64)
    if kernel == "uniform" and not _positive_definite(covariance):
        warnings.warn(
            f"The uniform kernel with {bandwidth} lags on {len(outcome)} observations gave a "
            "covariance that is not positive definite; Bartlett weights were used instead.",
            KernelFallbackWarning,
            stacklevel=2,
        )
        used = "bartlett"
        fitted = model.fit(cov_type="HAC", cov_kwds={"maxlags": bandwidth, "kernel": used})
        covariance = np.asarray(fitted.cov_params(), dtype=np.float64)
    return RobustFit(
        coefficients=np.asarray(fitted.params, dtype=np.float64) / size,
        covariance=covariance / np.outer(size, size),
        kernel=used,
        bandwidth=bandwidth,
        df=np.full(design.shape[1], np.inf),
        n=len(outcome),
    )


@guarded
def hac_mean(y: FloatArray, *, bandwidth: int, kernel: Kernel = "bartlett") -> RobustFit:
    """Return the mean of `y` with a kernel standard error: `hac_ols` on a constant.

    Parameters
    ----------
    y : float array of shape (n,)
        In time order, without NaN.
    bandwidth : int
        Lags, from 0 to n - 1.
    kernel : {"bartlett", "uniform"}, default "bartlett"

    Returns
    -------
    RobustFit
        With one coefficient.

    Raises
    ------
    InputError
        As `hac_ols`.
    """
    return hac_ols(y, constant(y), bandwidth=bandwidth, kernel=kernel)


def constant(y: FloatArray) -> FloatArray:
    """Return a column of ones as long as `y`."""
    return np.ones((np.asarray(y).size, 1))


def unit_columns(design: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the columns of a design brought to one size, and the sizes taken out.

    Least squares tells rank, and solves, by the largest column: the units of a column must not
    decide. The sizes are powers of two, which cost no digit.

    Parameters
    ----------
    design : array of shape (n, k)

    Returns
    -------
    unit : array of shape (n, k)
    size : array of shape (k,)
    """
    largest = size_of(design, axis=0)
    size = np.exp2(np.round(np.log2(np.where(largest > 0, largest, 1.0))))
    return design / size, size


def refuse_dependence(design: FloatArray, name: str, *, intercept: bool = True) -> None:
    """Raise InputError if a column of `design` is determined by the others.

    Parameters
    ----------
    design : array of shape (n, k)
    name : str
        What the columns are, to begin the message with.
    intercept : bool, default True
        Whether the fit has an intercept besides; False: a column of ones may be among them.

    Raises
    ------
    InputError
        If a column is, but for rounding and whatever its unit, a combination of others.
    """
    count = design.shape[1]
    places = np.arange(count)
    if not intercept:
        moving = varies(design, axis=0)
        still = np.flatnonzero(~moving)
        if not len(still):  # no intercept anywhere: mirrored rows have a mean of zero by themselves
            design = np.concatenate([design, -design])
        elif len(still) == 1 and np.abs(design[:, still[0]]).max() > 0:
            places, design = places[moving], design[:, moving]
    found = dependence(design)
    if found is None:
        return
    column, parts = found
    numbers = " and ".join(str(int(places[part]) + 1) for part in sorted({*parts, column}))
    raise InputError(f"{name} are collinear ({numbers} of {count}); drop one.")


def _positive_definite(covariance: FloatArray) -> bool:
    variances = np.diag(covariance)
    if not (variances > 0).all():
        return False
    scale = np.sqrt(variances)
    return bool(np.linalg.eigvalsh(covariance / np.outer(scale, scale))[0] > TOLERANCE)


def checked(y: FloatArray, x: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return `y` and `x` as float arrays fit for least squares; raise InputError if not."""
    outcome = np.asarray(y, dtype=np.float64)
    design = np.asarray(x, dtype=np.float64)
    if outcome.ndim != 1 or design.ndim != 2 or len(outcome) != len(design):
        raise InputError(
            f"`y` must have shape (n,) and `x` (n, k), got {outcome.shape} and {design.shape}."
        )
    n, k = design.shape
    if n <= k:
        raise InputError(f"There must be more observations than regressors, got {n} and {k}.")
    if not (np.isfinite(outcome).all() and np.isfinite(design).all()):
        raise InputError("`y` and `x` must be finite; drop rows with NaN first.")
    refuse_dependence(design, "The columns of `x`", intercept=False)
    unit, _ = unit_columns(design)
    residual = outcome - unit @ np.linalg.lstsq(unit, outcome)[0]
    if not resolved(np.abs(residual).max(), np.abs(outcome).max()):
        raise InputError("`x` fits `y` exactly, so no standard error exists; check the inputs.")
    return outcome, design
