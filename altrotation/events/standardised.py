"""Abnormal returns of event windows over their forecast standard deviation, and their ranks."""

import math
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from scipy.stats import rankdata

from altrotation.aliases import BoolArray, FloatArray, IntArray
from altrotation.events.returns import Model
from altrotation.events.sample import Sample
from altrotation.variation import above, resolved, varies

__all__ = ["Windows", "event_windows"]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Windows:
    """Estimation and event windows of every event and asset.

    Parameters
    ----------
    residuals : array of shape (k, estimation, m)
        Abnormal returns of the estimation windows; NaN throughout a window that is incomplete, and
        on the first rows of one that is shorter than the longest.
    abnormal : array of shape (k, horizon, m)
        Abnormal returns of the event windows; NaN likewise.
    forecast : array of shape (k, m)
        Variance of a cumulative abnormal return in units of the daily residual variance: the
        horizon plus the error of the estimated normal return.
    dof : array of shape (m,)
        Degrees of freedom of the residual variance.
    lengths : array of shape (m,)
        Rows of the estimation window.
    """

    residuals: FloatArray
    abnormal: FloatArray
    forecast: FloatArray
    dof: IntArray
    lengths: IntArray

    @property
    def car(self) -> FloatArray:
        """Cumulative abnormal log returns, shape (k, m)."""
        return np.asarray(self.abnormal.sum(axis=1))

    @property
    def scar(self) -> FloatArray:
        """Cumulative abnormal returns over their forecast standard deviation, shape (k, m)."""
        # Residuals of a model with a constant have mean zero; those of "difference" need not.
        there = np.isfinite(self.residuals)
        held = np.where(there, self.residuals, 0.0)
        mean = held.sum(axis=1, keepdims=True) / np.maximum(there.sum(axis=1, keepdims=True), 1)
        variance = (np.where(there, held - mean, 0.0) ** 2).sum(axis=1) / self.dof
        with np.errstate(divide="ignore", invalid="ignore"):
            scar = self.car / np.sqrt(variance * self.forecast)
        return np.where(self.moved, scar, np.nan)

    @property
    def moved(self) -> BoolArray:
        """Whether an asset varied before an event, shape (k, m); False for incomplete windows."""
        return np.asarray(varies(self.residuals, np.ones((1, 1, 1)), axis=1))  # log points

    def moving(self) -> Self:
        """Return the windows of what moved before the event: the rest has no deviation."""
        kept = self.moved[:, None, :]
        return replace(
            self,
            residuals=np.where(kept, self.residuals, np.nan),
            abnormal=np.where(kept, self.abnormal, np.nan),
        )

    @property
    def share_positive(self) -> float:
        """Share of positive abnormal returns in the estimation windows."""
        days = self.residuals[np.isfinite(self.residuals)]
        return float(above(days, 0.0, size=1.0).mean())

    @property
    def rank_statistic(self) -> float:
        """The rank test of Corrado (1989), cumulated over the window as Cowan (1992) does.

        Ranks run over estimation and event window together and are averaged over all events and
        assets day by day: the variance is that of these daily means, so correlation across assets
        is in it and no window counts as an observation of its own. Days are taken as independent
        and equally volatile: it rejects too often where windows of different events overlap or
        returns grow more volatile in the windows.
        """
        both = np.concatenate([self.residuals, self.abnormal], axis=1)
        days, horizon = both.shape[1], self.abnormal.shape[1]
        columns = both.transpose(1, 0, 2).reshape(days, -1)
        columns = columns[:, np.isfinite(columns[-horizon - 1 :]).all(axis=0)]
        there = np.isfinite(columns)
        present = np.flatnonzero(there.any(axis=1))
        if not len(present):
            return math.nan
        absent = days - there.sum(axis=0)  # first rows of a shorter estimation window
        # Corrado & Zivney (1992): ranks over days + 1 are uniform scores.
        ranks = rankdata(np.where(there, columns, -np.inf), axis=0) - absent
        scores = np.where(there, ranks / (days - absent + 1.0), 0.0)
        excess = scores.sum(axis=1)[present] / there.sum(axis=1)[present] - 0.5
        deviation = np.sqrt((excess**2).mean())
        if not resolved(deviation, 1.0):
            return math.nan
        return float(np.sqrt(horizon) * excess[-horizon:].mean() / deviation)

    def portfolio(self) -> Self:
        """Return the windows of the equal-weighted mean of the assets complete at each event."""
        there: BoolArray = np.isfinite(self.car)
        briefest = int(self.lengths.argmin())
        rows = slice(-int(self.lengths[briefest]), None)
        count = np.where(there.any(axis=1), there.sum(axis=1), np.nan)[:, None, None]
        shown = there[:, None, :]
        return type(self)(
            residuals=np.where(shown, self.residuals[:, rows], 0.0).sum(axis=2, keepdims=True)
            / count,
            abnormal=np.where(shown, self.abnormal, 0.0).sum(axis=2, keepdims=True) / count,
            forecast=self.forecast[:, [briefest]],
            dof=self.dof[[briefest]],
            lengths=self.lengths[[briefest]],
        )


def event_windows(sample: Sample, *, model: Model, delay: int) -> Windows:
    """Return estimation and event windows of abnormal returns for every event of `sample`.

    The normal return is fitted on the returns of the asset's own estimation window, rows
    i - estimation .. i - 1 of an event at row i, and applied to rows i + delay + 1 ..
    i + delay + horizon, the single horizon of `sample`.

    Parameters
    ----------
    sample : Sample
        With a single horizon.
    model : {"difference", "constant-mean", "market"}
    delay : int
        Rows from event to entry.

    Returns
    -------
    Windows
        Daily log returns; all NaN where either window of an event leaves the sample or a return
        that is used in it, of the outcome or of a factor, is missing.
    """
    horizon, m = int(sample.horizons[0]), len(sample.outcomes)
    k = len(sample.rows)
    levels = sample.levels
    if model == "difference" and sample.factors.shape[1]:
        levels = levels - sample.factors
    returns = np.diff(levels, axis=0, prepend=np.full((1, m), np.nan))
    factors = np.diff(sample.factors, axis=0, prepend=np.full((1, sample.factors.shape[1]), np.nan))
    longest = int(sample.estimation.max())
    residuals = np.full((k, longest, m), np.nan)
    abnormal = np.full((k, horizon, m), np.nan)
    forecast = np.full((k, m), float(horizon))
    width = {"difference": 0, "constant-mean": 1, "market": 1 + factors.shape[1]}[model]
    for length in np.unique(sample.estimation).tolist():
        alike = np.flatnonzero(sample.estimation == length)
        for event, row in enumerate(sample.rows.tolist()):
            before = slice(row - length, row)
            after = slice(row + delay + 1, row + delay + 1 + horizon)
            if row < length or after.stop > len(returns):
                continue
            y, y_after = returns[before][:, alike], returns[after][:, alike]
            if model == "difference":
                residual, unexpected = y, y_after
            else:
                x = np.column_stack([np.ones(length), factors[before]])[:, :width]
                x_after = np.column_stack([np.ones(horizon), factors[after]])[:, :width]
                if not (np.isfinite(x).all() and np.isfinite(x_after).all()):
                    continue
                inverse = np.linalg.pinv(x.T @ x)
                beta = inverse @ x.T @ y
                residual, unexpected = y - x @ beta, y_after - x_after @ beta
                # Patell (1976): the forecast error of the normal return over the whole window.
                total = x_after.sum(axis=0)
                forecast[event, alike] += total @ inverse @ total
            whole = np.isfinite(residual).all(axis=0) & np.isfinite(unexpected).all(axis=0)
            residuals[event][longest - length :, alike[whole]] = residual[:, whole]
            abnormal[event][:, alike[whole]] = unexpected[:, whole]
    return Windows(
        residuals=residuals,
        abnormal=abnormal,
        forecast=forecast,
        dof=sample.estimation - max(width, 1),
        lengths=sample.estimation,
    )
