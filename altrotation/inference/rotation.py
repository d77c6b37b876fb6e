"""Regressions whose null law comes from every circular shift of the outcome."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from altrotation._guarded import guarded
from altrotation.aliases import BoolArray, FloatArray
from altrotation.errors import InputError
from altrotation.inference.hac import refuse_dependence
from altrotation.inference.ties import tail_share
from altrotation.variation import TOLERANCE, varies

__all__ = ["RotatedRegression", "rotated_regression"]

ComplexArray: TypeAlias = npt.NDArray[np.complex128]
_LEAST = 0.5  # of the observed rows: a shift that keeps fewer is no like sample


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class RotatedRegression:
    """Least squares with the t statistics of all shifts.

    Parameters
    ----------
    coefficients, statistics : arrays of shape (k, m)
        Of k regressors for m outcomes, the intercept left out; the statistic is the coefficient
        over its classical standard error, whose scale the shifts calibrate.
    null : array of shape (n - 1, k, m)
        The statistic at every shift by 1 .. n - 1 rows; NaN where the shift is not admissible.
    rows : array of shape (m,)
        Complete rows.
    """

    coefficients: FloatArray
    statistics: FloatArray
    null: FloatArray
    rows: FloatArray

    def p_values(self) -> FloatArray:
        """Return the two-sided p of every coefficient, (1 + count) / (B + 1): shape (k, m)."""
        return tail_share(np.abs(self.statistics), np.abs(self.null))


@guarded
def rotated_regression(outcomes: FloatArray, regressors: FloatArray) -> RotatedRegression:
    """Regress outcomes on regressors, and again with the outcomes at every circular shift.

    Shifting the outcomes against the regressors keeps the serial dependence of both and all
    dependence among regressors and among outcomes, and breaks what ties one side to the other:
    the rotation test of an event study with any regressor in place of event days. All shifts are
    enumerated through the fast Fourier transform, as sums of products at every lag.

    Parameters
    ----------
    outcomes : array of shape (n, m)
        In time order. NaN where missing: a row counts where outcome and regressors are there.
    regressors : array of shape (n, k)
        All in one regression, with an intercept. NaN where missing.

    Returns
    -------
    RotatedRegression

    Raises
    ------
    InputError
        If shapes do not match or a value is infinite.
    InputError
        If complete rows are fewer than 3 (k + 2).
    InputError
        If the regressors are collinear or one is constant.

    Notes
    -----
    Exact where both sides are stationary and the seam of the circle is harmless; a trending
    regressor is neither. Admissible shifts keep at least half of the observed rows. Shifts by fewer
    rows than a smooth regressor remembers carry what ties the sides as well: they cost power, the
    more the shorter the sample, never size.
    """
    y, x = np.asarray(outcomes, dtype=np.float64), np.asarray(regressors, dtype=np.float64)
    if y.ndim != 2 or x.ndim != 2 or len(y) != len(x):
        raise InputError(f"`outcomes` and `regressors` must share rows, got {y.shape}, {x.shape}.")
    if np.isinf(y).any() or np.isinf(x).any():
        raise InputError("`outcomes` and `regressors` must not hold infinities; mark them as NaN.")
    usable: BoolArray = np.asarray(np.isfinite(x).all(axis=1))
    design = _scaled(x, usable)
    refuse_dependence(x[usable], "The regressors")
    fits = [_all_shifts(y[:, j], design, usable) for j in range(y.shape[1])]
    scale = np.nanstd(np.where(usable[:, None], x, np.nan), axis=0)
    null = np.stack([statistics[1:] for _, statistics, _ in fits], axis=2)
    return RotatedRegression(
        coefficients=np.stack([b / scale for b, _, _ in fits], axis=1),
        statistics=np.stack([statistics[0] for _, statistics, _ in fits], axis=1),
        null=null,
        rows=np.array([rows for _, _, rows in fits], dtype=np.float64),
    )


def _all_shifts(
    y: FloatArray, design: FloatArray, usable: BoolArray
) -> tuple[FloatArray, FloatArray, int]:
    """Return coefficients at shift 0 (k,), t statistics at every shift (n, k), rows at shift 0."""
    there = np.isfinite(y)
    observed = usable & there
    n, k = len(y), design.shape[1]
    rows = int(observed.sum())
    if rows < 3 * (k + 1):
        raise InputError(f"Only {rows} complete rows for {k - 1} regressors; lengthen the sample.")
    centre, spread = y[observed].mean(), y[observed].std()
    if not varies(y[observed]):
        raise InputError("An outcome is constant on the complete rows; leave it out.")
    values = np.where(there, (y - centre) / spread, 0.0)
    targets = np.fft.rfft(np.stack([there.astype(np.float64), values, values**2]), axis=1)
    spectra = np.fft.rfft(design.T, axis=1)  # masked: zero where a regressor is missing

    def sums(a: ComplexArray, b: ComplexArray) -> FloatArray:
        return np.asarray(np.fft.irfft(np.conj(a) * b, n=n))  # sum_t a[t] b[t + s]

    gram = np.empty((n, k, k))
    for i in range(k):
        for j in range(i, k):
            pair = np.fft.rfft(design[:, i] * design[:, j])
            gram[:, i, j] = gram[:, j, i] = sums(pair, targets[0])
    cross = np.stack([sums(spectra[i], targets[1]) for i in range(k)], axis=1)
    power = sums(np.fft.rfft(usable.astype(np.float64)), targets[2])
    count = np.rint(gram[:, 0, 0])
    fine = count >= max(_LEAST * rows, 3 * (k + 1))
    # A shift may leave a regressor no variation: such a shift is not admissible.
    fine &= np.linalg.eigvalsh(gram / np.maximum(count, 1.0)[:, None, None])[:, 0] > TOLERANCE
    statistics = np.full((n, k - 1), np.nan)
    inverse = np.linalg.inv(gram[fine])
    b = np.einsum("sij,sj->si", inverse, cross[fine])
    residual = power[fine] - np.einsum("si,si->s", b, cross[fine])
    # Outcomes explained but for rounding count alike, whatever the rounding was.
    variance = np.maximum(residual, TOLERANCE * power[fine]) / (count[fine] - k)
    errors = np.sqrt(variance[:, None] * np.diagonal(inverse, axis1=1, axis2=2))
    statistics[fine] = (b / errors)[:, 1:]
    if not fine[0]:
        raise InputError("The regressors are collinear where the outcome is there; drop one.")
    return b[0, 1:] * spread, statistics, rows


def _scaled(x: FloatArray, usable: BoolArray) -> FloatArray:
    if usable.sum() < 3 * (x.shape[1] + 2):
        raise InputError(
            f"Only {int(usable.sum())} rows have all {x.shape[1]} regressors; lengthen the sample."
        )
    if not varies(x[usable], axis=0).all():
        raise InputError("A regressor is constant; leave it out.")
    scaled = (x - x[usable].mean(axis=0)) / x[usable].std(axis=0)
    return np.where(usable[:, None], np.column_stack([np.ones(len(x)), scaled]), 0.0)
