"""Calendar time: one series of daily abnormal returns, on days with and without an open window."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy import stats

from altrotation._guarded import guarded
from altrotation.aliases import Alternative, BoolArray, FloatArray, IntArray
from altrotation.errors import InputError
from altrotation.events.eventset import EventSet
from altrotation.events.sample import study_sample
from altrotation.inference.ewc import ewc_ols
from altrotation.inference.hac import RobustFit, hac_ols
from altrotation.inference.power import sign_flip_floor
from altrotation.inference.results import Evidence, RunInfo
from altrotation.printing import Printed, row_word
from altrotation.validate import require_between, require_choice, require_count
from altrotation.variation import varies

__all__ = ["CalendarTime", "calendar_time"]

_COVARIANCES = ("ewc", "newey-west")
_ALTERNATIVES: tuple[Alternative, ...] = ("two-sided", "greater", "less")
_SIDES = {"two-sided": "differs from", "greater": "exceeds", "less": "falls short of"}


@dataclass(frozen=True, slots=True, eq=False, kw_only=True, repr=False)
class CalendarTime(Printed):
    """Regression of daily abnormal returns on a dummy for days inside an event window.

    Parameters
    ----------
    daily : DataFrame of shape (n_days, 2), indexed by date
        abnormal (log return less the benchmark's) and open (True on days inside a window), for the
        days on which the return is known.
    fit : RobustFit or None
        Coefficients: mean abnormal log return of closed days, and what an open day adds to it; None
        where the returns do not vary.
    evidence : Evidence
        The second coefficient times the horizon.
    """

    daily: pd.DataFrame
    fit: RobustFit | None
    evidence: Evidence

    def _line(self) -> str:
        return self.evidence.label

    def summary(self) -> pd.DataFrame:
        """Return the evidence as one column of values."""
        return self.evidence.summary()

    def _repr_html_(self) -> str:
        return self.evidence._repr_html_()


@guarded
def calendar_time(
    outcome: pd.Series,
    events: EventSet,
    *,
    horizon: int,
    benchmark: pd.Series | None = None,
    delay: int = 1,
    covariance: Literal["ewc", "newey-west"] = "ewc",
    bandwidth: int | None = None,
    alternative: Alternative = "two-sided",
    level: float = 0.95,
) -> CalendarTime:
    """Estimate the daily abnormal return inside event windows against that outside them.

    Jaffe (1974), Mandelker (1974): hold the outcome, financed by the benchmark, on every day with
    an open window. Windows that overlap collapse to one day of one series, so no day counts twice.
    The null is that open days are like closed ones, which allows a drift of the outcome; it is not
    that their mean is zero.

    Parameters
    ----------
    outcome : Series of shape (n_days,)
        Prices, on UTC days. A day without a return (NaN on it or the day before) is left out; put
        equities on the session clock first.
    events : EventSet
        Dates that are labels of `outcome`.
    horizon : int
        Rows a window is open: i + delay + 1 .. i + delay + horizon for an event at row i. A window
        cut by the end of the sample counts for the days it has.
    benchmark : Series, optional
        Prices on the dates of `outcome`, whose log return is subtracted.
    delay : int, default 1
        Rows between the event and the start of its window.
    covariance : {"ewc", "newey-west"}, default "ewc"
        Standard error. The equal-weighted cosine one takes its degrees of freedom from the windows
        (`ewc_ols` with reference "design"), since a dummy of few windows leaves few.
    bandwidth : int, optional
        Cosines or lags. By default round(0.4 n**(2/3)) cosines (Lazarus et al. 2018), or
        floor(4 (n / 100)**(2/9)) lags (Newey & West 1994, without prewhitening).
    alternative : {"two-sided", "greater", "less"}, default "two-sided"
    level : float, default .95
        Of the two-sided interval.

    Returns
    -------
    CalendarTime
        Its evidence is scaled to the horizon. `n_events` counts events with an open day and
        `n_effective` the open days over the horizon; the attainable p is that of a sign test of as
        many clusters of windows without overlap: a smaller p-value leans on the normal
        approximation. Returns that are the same every day but for rounding are not judged; the
        evidence says so.

    Raises
    ------
    InputError
        If prices, events and benchmark do not fit together, as in `event_study`.
    InputError
        If `horizon` < 1, or `covariance`, `alternative`, `bandwidth` or `level` is unusable.
    InputError
        If no day, or every day, lies in a window.
    """
    require_choice(covariance, _COVARIANCES, "covariance")
    require_choice(alternative, _ALTERNATIVES, "alternative")
    require_between(level, 0.0, 1.0, "level")
    require_count(horizon, 1, "horizon")
    sample = study_sample(
        _single(outcome, "outcome"),
        events,
        horizons=(horizon,),
        model="difference",
        benchmark=benchmark if benchmark is None else _single(benchmark, "benchmark"),
        estimation=20,
        delay=delay,
    )
    relative = sample.levels[:, 0]
    if sample.factors.shape[1]:
        relative = relative - sample.factors[:, 0]
    returns = np.diff(relative, prepend=np.nan)
    is_open = _open_days(sample.rows, len(returns), horizon, delay)
    kept = np.isfinite(returns)
    y, inside = returns[kept], is_open[kept]
    if inside.all() or not inside.any():
        raise InputError(
            f"{'Every' if inside.any() else 'No'} day with a return lies in a window of {horizon} "
            "days; both open and closed days are needed, so choose another horizon or sample."
        )
    daily = pd.DataFrame({"abnormal": y, "open": inside}, index=sample.dates[kept])
    unit = row_word(sample.dates)
    label = f"{sample.outcomes[0]}, {horizon} {unit}s after {events.rule}, calendar time"
    if not varies(y, 1.0):  # log points
        reason = f"{sample.outcomes[0]} has the same return every {unit}: nothing varies"
        evidence = Evidence.not_computed(
            label, reason, unit="log points", run=RunInfo.capture(None, daily)
        )
        return CalendarTime(daily=daily, fit=None, evidence=evidence)
    fit = _fit(y, np.column_stack([np.ones(len(y)), inside]), covariance, bandwidth)
    evidence = _evidence(
        fit,
        label=label,
        unit=unit,
        rows=sample.rows[sample.rows + delay + 1 < len(returns)],
        open_days=int(inside.sum()),
        horizon=horizon,
        alternative=alternative,
        level=level,
        run=RunInfo.capture(None, daily),
    )
    return CalendarTime(daily=daily, fit=fit, evidence=evidence)


def _open_days(rows: IntArray, n: int, horizon: int, delay: int) -> BoolArray:
    is_open = np.zeros(n, dtype=np.bool_)
    for row in rows:
        is_open[row + delay + 1 : row + delay + 1 + horizon] = True
    return is_open


def _fit(y: FloatArray, x: FloatArray, covariance: str, bandwidth: int | None) -> RobustFit:
    if covariance == "ewc":
        return ewc_ols(y, x, cosines=bandwidth, reference="design")
    rule = math.floor(4.0 * (len(y) / 100.0) ** (2.0 / 9.0))
    return hac_ols(y, x, bandwidth=rule if bandwidth is None else bandwidth)


def _evidence(
    fit: RobustFit,
    *,
    label: str,
    unit: str,
    rows: IntArray,
    open_days: int,
    horizon: int,
    alternative: Alternative,
    level: float,
    run: RunInfo,
) -> Evidence:
    scaled = RobustFit(
        coefficients=fit.coefficients[1:] * horizon,
        covariance=fit.covariance[1:, 1:] * horizon**2,
        kernel=fit.kernel,
        bandwidth=fit.bandwidth,
        df=fit.df[1:],
        n=fit.n,
    )
    p_value = float(scaled.p_values(alternative=alternative)[0])
    mean = f"The mean abnormal return of {unit}s inside a window"
    clusters = 1 + int((np.diff(rows) >= horizon).sum())
    return Evidence(
        label=label,
        null=f"{mean} equals that of {unit}s outside.",
        alternative=f"{mean} {_SIDES[alternative]} that of {unit}s outside.",
        estimate=float(scaled.coefficients[0]),
        unit="log points",
        interval=scaled.interval(level=level),
        p_value=p_value,
        p_adjusted=p_value,
        family="this test alone",
        p_attainable=sign_flip_floor(clusters),
        n_events=len(rows),
        n_effective=open_days / horizon,
        # As in `minimum_detectable_effect`, with quantiles of t for those of the normal.
        minimum_detectable_effect=float(
            stats.t.isf([0.025, 0.2], scaled.df[0]).sum() * scaled.standard_errors[0]
        ),
        run=run,
    )


def _single(prices: pd.Series, name: str) -> pd.Series:
    if not isinstance(prices, pd.Series):
        raise InputError(
            f"`{name}` must be one Series, got {type(prices).__name__}; average several first."
        )
    return prices
