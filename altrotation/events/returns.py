"""Abnormal returns: a difference, a constant mean or a market model, known before each event."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd

from altrotation.aliases import BoolArray, FloatArray, IntArray
from altrotation.kernels.events import window_changes
from altrotation.variation import TOLERANCE, resolved

__all__ = ["MODELS", "AbnormalReturns", "Model", "abnormal_returns"]

Model: TypeAlias = Literal["difference", "constant-mean", "market"]
MODELS: tuple[Model, ...] = ("difference", "constant-mean", "market")

_LEAST_INDEPENDENCE = (
    1e-8  # 1 - R squared of one benchmark on the others: a correlation of 1 - 5e-9
)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class AbnormalReturns:
    """Log levels and the normal return that each decision row expects of the days after it.

    Parameters
    ----------
    levels : array of shape (n, m)
        Log levels of m outcomes; NaN where the outcome or a factor is missing.
    factors : array of shape (n, q)
        Log levels of q benchmarks of the market model; q is 0 for the other models.
    intercept : array of shape (n, m)
        Expected daily log return of a decision at row i, from returns of rows before i only.
    slopes : array of shape (n, m, q)
        Loadings on the factors, from returns of rows before i only.
    estimation : int
        Rows in the longest estimation window; 0 for "difference".
    lengths : array of shape (m,)
        Rows in the estimation window of every outcome; 0 for "difference".
    """

    levels: FloatArray
    factors: FloatArray
    intercept: FloatArray
    slopes: FloatArray
    estimation: int
    lengths: IntArray

    def windows(self, delay: int, horizons: IntArray) -> FloatArray:
        """Return the cumulative abnormal return after every row: shape (n, m, h), NaN if cut.

        A negative `delay` makes windows that begin before the row; their normal return is then
        that of the row before which nothing of the window has happened.
        """
        ahead = max(0, -delay - 1)  # rows from the first day of the window to the event
        intercept, slopes = _later(self.intercept, ahead), _later(self.slopes, ahead)
        changes = window_changes(self.levels, delay, horizons)
        changes -= intercept[:, :, None] * horizons
        if self.factors.shape[1]:
            moved = window_changes(self.factors, delay, horizons)
            changes -= np.einsum("nmq,nqh->nmh", slopes, moved)
        # log points: what a perfect fit leaves behind is zero, not noise
        changes[np.abs(changes) <= TOLERANCE] = 0.0
        return changes

    def path(self, outcome: int, rows: IntArray, day: int, delay: int) -> FloatArray:
        """Return the abnormal log level `day` rows after `rows`, relative to `delay` rows after.

        NaN where either row lies outside the sample or is missing.
        """
        n = len(self.levels)
        first, last = rows + delay, rows + day
        inside = (first < n) & (last >= 0) & (last < n)
        start, stop = np.where(inside, first, 0), np.where(inside, last, 0)
        level = self.levels[stop, outcome] - self.levels[start, outcome]
        level = level - (day - delay) * self.intercept[rows, outcome]
        if self.factors.shape[1]:
            moved = self.factors[stop] - self.factors[start]
            level = level - np.einsum("...q,...q->...", self.slopes[rows, outcome], moved)
        return np.where(inside, level, np.nan)

    def daily(self, outcome: int) -> FloatArray:
        """Return the daily abnormal return of one outcome with parameters of the whole sample.

        Shape (n,), NaN on the first row and where a level is missing. It serves as the noise of
        the bootstrap only: the whole sample enters, so it is never an event's outcome.
        """
        returns = _returns(self.levels[:, [outcome]])[:, 0]
        if self.estimation == 0:
            return returns
        design = np.column_stack([np.ones(len(returns)), _returns(self.factors)])
        kept = np.isfinite(returns + design.sum(axis=1))
        coefficients = np.linalg.lstsq(design[kept], returns[kept], rcond=None)[0]
        residual: FloatArray = returns - design @ coefficients
        return residual


def abnormal_returns(
    levels: FloatArray,
    factors: FloatArray,
    *,
    model: Model,
    estimation: int,
    lengths: IntArray | None = None,
) -> AbnormalReturns:
    """Return abnormal returns of log `levels` under a model of normal returns.

    Parameters
    ----------
    levels : array of shape (n, m)
        Log levels; NaN where missing.
    factors : array of shape (n, q)
        Log levels of the benchmarks; q is 1 or more for "market", 0 or 1 for "difference", 0 for
        "constant-mean".
    model : "difference", "constant-mean" or "market"
        MacKinlay (1997, section 4). "difference" subtracts the benchmark return, if there is one.
        The others estimate on the `estimation` returns of rows i - estimation .. i - 1: strictly
        before the event row i.
    estimation : int
        Rows in the estimation window.
    lengths : array of shape (m,), optional
        The same for every outcome, `estimation` the longest of them; by default all alike.
    """
    n, m = levels.shape
    if model == "difference":
        relative = levels - factors if factors.shape[1] else levels
        none = np.empty((n, 0))
        return AbnormalReturns(
            levels=relative,
            factors=none,
            intercept=np.zeros((n, m)),
            slopes=np.empty((n, m, 0)),
            estimation=0,
            lengths=np.zeros(m, dtype=np.int64),
        )
    complete = levels + 0.0 * factors.sum(axis=1, keepdims=True)  # NaN where a factor is missing
    own = np.full(m, estimation, dtype=np.int64) if lengths is None else lengths
    intercept, slopes = np.full((n, m), np.nan), np.full((n, m, factors.shape[1]), np.nan)
    for length in np.unique(own):
        alike = own == length
        intercept[:, alike], slopes[:, alike] = _rolling_regression(
            _returns(complete[:, alike]), _returns(factors), int(length)
        )
    return AbnormalReturns(
        levels=complete,
        factors=factors,
        intercept=intercept,
        slopes=slopes,
        estimation=estimation,
        lengths=own,
    )


def _later(values: FloatArray, rows: int) -> FloatArray:
    """Return the values moved `rows` rows down, NaN above: what was known that much earlier."""
    if not rows:
        return values
    moved = np.full_like(values, np.nan)
    moved[rows:] = values[:-rows]
    return moved


def _returns(levels: FloatArray) -> FloatArray:
    return np.diff(levels, axis=0, prepend=np.full((1, levels.shape[1]), np.nan))


def _rolling_regression(
    returns: FloatArray, factors: FloatArray, window: int
) -> tuple[FloatArray, FloatArray]:
    """Return intercepts (n, m) and slopes (n, m, q) fitted on the `window` rows before each row.

    NaN where fewer than `window` complete rows precede, or a factor does not move there or moves as
    one with the others.
    """
    m = returns.shape[1]
    q = factors.shape[1]
    missing = np.isnan(np.concatenate([returns, factors], axis=1))
    gaps = _before(missing.astype(np.float64), window)
    usable = (gaps[:, :m] == 0) & (gaps[:, m:] == 0).all(axis=1, keepdims=True)
    y, x = np.where(missing[:, :m], 0.0, returns), np.where(missing[:, m:], 0.0, factors)
    mean_y, mean_x = _before(y, window) / window, _before(x, window) / window
    cross = _before(np.einsum("nq,nm->nqm", x, y), window) / window
    square = _before(np.einsum("nq,nr->nqr", x, x), window) / window
    cross -= mean_x[:, :, None] * mean_y[:, None, :]
    square -= mean_x[:, :, None] * mean_x[:, None, :]
    variance = np.einsum("nqq->nq", square)
    solvable = np.all(_moves_before(x, window), axis=1)[:, None, None]
    square = np.where(solvable, square, np.eye(q))
    scale = np.where(solvable[:, :, 0], variance, 1.0).prod(axis=1)
    distinct = np.linalg.det(square) > _LEAST_INDEPENDENCE * scale
    square = np.where(distinct[:, None, None], square, np.eye(q))
    fitted = np.linalg.solve(square, np.where(solvable, cross, np.nan)).transpose(0, 2, 1)
    slopes = np.where(distinct[:, None, None] & usable[:, :, None], fitted, np.nan)
    intercept = mean_y - np.einsum("nmq,nq->nm", slopes, mean_x)
    return np.where(usable, intercept, np.nan), slopes


def _moves_before(values: FloatArray, window: int) -> BoolArray:
    """Return where each column varied in the `window` rows strictly before: shape of `values`.

    By the range and not by a variance out of sums, in which what came long before cancels badly.
    """
    rolled = pd.DataFrame(values).rolling(window)
    return np.asarray(resolved((rolled.max() - rolled.min()).shift(1).to_numpy(), 1.0))


def _before(values: FloatArray, window: int) -> FloatArray:
    """Return sums over the `window` rows strictly before each row; NaN for the first rows."""
    n = len(values)
    sums = np.full(values.shape, np.nan)
    if n > window:
        prefix = np.concatenate([np.zeros((1, *values.shape[1:])), np.cumsum(values, axis=0)])
        sums[window:] = prefix[window:n] - prefix[: n - window]
    return sums
