"""The result of a test for a break at a date that is not given."""

from dataclasses import dataclass
from html import escape

import numpy as np
import pandas as pd

from altrotation.aliases import FloatArray
from altrotation.errors import InputError
from altrotation.inference.results import RunInfo
from altrotation.printing import Printed
from altrotation.regimes.sample import CONSTANT, Sample, collinear
from altrotation.validate import require_count
from altrotation.variation import above, resolved

__all__ = [
    "BreakTest",
    "break_test",
    "refuse_exact_fit",
    "require_bandwidth",
    "require_full_rank",
    "variance_in_words",
]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True, repr=False)
class BreakTest(Printed):
    """A test of stable coefficients against a break at a date that is not given.

    Parameters
    ----------
    name : str
        "sup-F", "exp-F", "ave-F", "OLS-CUSUM" or "sup-Wald, rotated".
    statistic : float
    p_value : float
        Asymptotic, in (0, 1]; from shifts where rotated.
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

    def _line(self) -> str:
        return f"{self.name}: {self.statistic:.2f}, p {self.p_value:.3g}, {self.n} rows"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th>{escape(key)}</th><td>{escape(value)}</td></tr>"
            for key, value in self._rows().items()
        )
        return f"<table class='break-test'><caption>{escape(self.name)}</caption>{rows}</table>"

    def __str__(self) -> str:
        return self.summary().to_string()


def break_test(
    name: str,
    sample: Sample,
    statistic: float,
    p_value: float,
    p_attainable: float,
    path: pd.Series,
    trim: float,
    method: str,
    *,
    tested: tuple[str, ...] = (),
) -> BreakTest:
    """Return the result of a test on `sample`; its date is where |path| is largest.

    Parameters
    ----------
    name : str
        "sup-F", "exp-F", "ave-F" or "OLS-CUSUM".
    sample : Sample
    statistic, p_value, p_attainable : float
        As in `BreakTest`.
    path : Series
        Indexed by day, no NaN.
    trim : float
    method : str
        In words.
    tested : tuple of str
        The coefficients that may break, if not all of them.

    Returns
    -------
    BreakTest
    """
    names = " and ".join(tested or sample.names)
    size = path.abs().to_numpy()
    what, change = (
        ("the mean is", "it changes")
        if names == CONSTANT
        else (f"the coefficients of {names} are", "they change")
    )
    return BreakTest(
        name=name,
        statistic=statistic,
        p_value=p_value,
        p_attainable=p_attainable,
        null=f"{what} the same on all days",
        alternative=f"{change} at a date that is not given",
        path=path,
        date=pd.DatetimeIndex(path.index)[int((~above(size.max(), size)).argmax())],  # the first
        n=len(sample.y),
        dropped=sample.dropped,
        coefficients=len(tested) or sample.x.shape[1],
        trim=trim,
        method=method,
        run=RunInfo.capture(None, sample.y, sample.x),
    )


def variance_in_words(bandwidth: int | None) -> str:
    """Return what the errors are taken to be."""
    if bandwidth is None:
        return "uncorrelated errors of equal variance"
    return f"Newey-West variance, {bandwidth} lags"


def require_bandwidth(bandwidth: int, limit: int) -> None:
    """Raise InputError unless 0 <= `bandwidth` < `limit`.

    Parameters
    ----------
    bandwidth : int
        Lags of a long-run variance.
    limit : int
        Rows of the shortest segment it is computed on.

    Raises
    ------
    InputError
        If `bandwidth` < 0.
    InputError
        If `bandwidth` is not below `limit`.
    """
    require_count(bandwidth, 0, "bandwidth")
    if bandwidth >= limit:
        raise InputError(
            f"`bandwidth` must be below {limit}, the rows of the shortest segment, got {bandwidth}."
        )


def refuse_exact_fit(residual: FloatArray, sample: Sample) -> None:
    """Raise InputError if the regressors leave no residual.

    Parameters
    ----------
    residual : array of shape (n,)
        Of the fit on the whole sample.
    sample : Sample

    Raises
    ------
    InputError
        If the largest residual is rounding beside the largest outcome.
    """
    if not resolved(np.abs(residual).max(), np.abs(sample.y).max()):
        raise InputError("`regressors` fit `outcome` exactly: there is no noise to test against.")


def require_full_rank(sample: Sample, first: int, last: int) -> None:
    """Raise InputError if a segment of some split cannot tell the regressors apart.

    Parameters
    ----------
    sample : Sample
    first, last : int
        Rows of the first segment at the first and at the last split.

    Raises
    ------
    InputError
        If the regressors are collinear in the rows before the first or after the last split.
    """
    for part, words in ((sample.x[:first], "first"), (sample.x[last:], "last")):
        which = collinear(part, sample.names)
        if which:
            raise InputError(
                f"The regressors are collinear in the {words} {len(part)} rows ({which}), where "
                "one of them does not vary by itself; drop it or raise `trim`."
            )
