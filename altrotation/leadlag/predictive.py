"""Out-of-sample predictive content: does a leader improve forecasts made without it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from statsmodels.tsa.stattools import diebold_mariano_test

from altrotation._guarded import guarded
from altrotation.aliases import FloatArray
from altrotation.errors import InputError
from altrotation.inference.ewc import ewc_mean
from altrotation.inference.results import Evidence, Interval, RunInfo
from altrotation.kernels.expanding import expanding_forecasts
from altrotation.leadlag.inputs import (
    aligned,
    before,
    control_names,
    named,
    require_stationary,
)
from altrotation.leadlag.results import LeadLagResult, detectable
from altrotation.leadlag.whiten import bic_order, lag_columns
from altrotation.printing import counted, p_text
from altrotation.validate import require_between, require_count, require_independent
from altrotation.variation import resolved, size_of

__all__ = ["PredictiveContent", "clark_west", "predictive_content"]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True, repr=False)
class PredictiveContent(LeadLagResult):
    """Forecasts with and without a leader, compared out of sample.

    Parameters
    ----------
    leader, follower : str
    path : DataFrame, one row a forecast origin
        outcome, benchmark, forecast, and gain: the cumulative difference of squared errors,
        benchmark less forecast; it rises where the leader helps.
    r_squared : float
        1 - squared errors with the leader / without it; negative where the leader hurts.
    clark_west : Evidence
        Adjusted gain as a share of the benchmark's mean squared error; one-sided.
    dm_statistic, dm_p : float
        Diebold-Mariano with the correction of Harvey, Leybourne & Newbold (1997), two-sided;
        positive favours the leader. For nested models it is conservative: beside, not instead.
    """

    leader: str
    follower: str
    path: pd.DataFrame
    r_squared: float
    clark_west: Evidence
    dm_statistic: float
    dm_p: float

    def summary(self) -> pd.DataFrame:
        """Return one column of numbers."""
        rows = {
            "out-of-sample R squared": self.r_squared,
            "Clark-West adjusted gain": self.clark_west.estimate,
            "Clark-West p (one-sided)": self.clark_west.p_value,
            "Diebold-Mariano": self.dm_statistic,
            "Diebold-Mariano p": self.dm_p,
            "forecasts": float(len(self.path)),
        }
        return pd.Series(rows, name=self.label).to_frame()

    def findings(self) -> dict[str, str]:
        """Return the comparison in words."""
        return {
            "out-of-sample R squared": f"{self.r_squared:+.4f} over {len(self.path)} forecasts",
            "Clark-West": f"adjusted gain {self.clark_west.estimate:+.4f} "
            f"{self.clark_west.interval}, one-sided p {p_text(self.clark_west.p_value)}",
            "Diebold-Mariano": f"{self.dm_statistic:+.2f}, p {p_text(self.dm_p)}",
        }

    def evidence(self) -> Evidence:
        """Return the Clark-West comparison."""
        return self.clark_west


@guarded
def clark_west(outcome: FloatArray, benchmark: FloatArray, forecast: FloatArray) -> FloatArray:
    """Return the adjusted differences of squared errors of two nested forecasts.

    (y - f0)^2 - [(y - f1)^2 - (f0 - f1)^2] (Clark & West 2007): the last term takes off
    what the larger model loses by estimating coefficients that are zero under the null.

    Parameters
    ----------
    outcome, benchmark, forecast : arrays of shape (n,)
        In one unit; `forecast` is that of the larger model.

    Returns
    -------
    array of shape (n,)
        In that unit squared; positive where the larger model does better.

    Raises
    ------
    InputError
        If the shapes differ.
    """
    if not outcome.shape == benchmark.shape == forecast.shape:
        raise InputError(
            f"`outcome`, `benchmark` and `forecast` must have one shape, got {outcome.shape}, "
            f"{benchmark.shape} and {forecast.shape}."
        )
    gain: FloatArray = (
        (outcome - benchmark) ** 2 - (outcome - forecast) ** 2 + (benchmark - forecast) ** 2
    )
    return gain


@guarded
def predictive_content(
    x: pd.Series,
    y: pd.Series,
    *,
    horizon: int = 1,
    delay: int = 0,
    lags: int = 1,
    own_lags: int | None = None,
    max_lags: int = 10,
    controls: pd.DataFrame | None = None,
    first_share: float = 0.3,
    level: float = 0.95,
) -> PredictiveContent:
    """Compare expanding-window forecasts of y with and without x.

    At every row both models are fitted on the outcomes known there and forecast the sum of y over
    rows t + delay + 1 .. t + delay + horizon. The benchmark has a constant, y at lags 0 to
    `own_lags` - 1 and the controls at lag 0; the other adds x at lags 0 to `lags` - 1.

    Parameters
    ----------
    x, y : Series of shape (n,)
        Changes (log returns) on the same days, without holes between the ends.
    horizon : int, default 1
        Rows in the outcome.
    delay : int, default 0
        Rows between the forecast and the start of the outcome.
    lags : int, default 1
        Rows of x, the newest included.
    own_lags : int, optional
        Rows of y; the order BIC chooses on the first window only when left out.
    max_lags : int, default 10
    controls : DataFrame of shape (n, m), optional
        In both models: the partial version.
    first_share : float, default .3
        Share of the rows in the first window (Clark & West 2007 have .25 to .5).
    level : float, default .95

    Returns
    -------
    PredictiveContent

    Raises
    ------
    InputError
        If the days of the series differ.
    InputError
        If a value is missing between the first and the last shared day.
    InputError
        If a series is constant.
    InputError
        If the series move as one, a control as one of them or as a sum of others.
    InputError
        If the past of y and the controls determine it.
    InputError
        If a series looks like a level.
    InputError
        If there are fewer than 100 + 4 `horizon` rows.
    InputError
        If the first window is too short to identify the coefficients, or does not vary enough.
    InputError
        If `horizon` or `lags` < 1.
    InputError
        If `delay`, `own_lags` or `max_lags` < 0.
    InputError
        If `first_share` does not lie between 0 and 1.
    InputError
        If `level` does not lie between 0 and 1.
    """
    require_count(horizon, 1, "horizon")
    require_count(delay, 0, "delay")
    require_count(lags, 1, "lags")
    require_count(max_lags, 0, "max_lags")
    require_between(first_share, 0.0, 1.0, "first_share")
    require_between(level, 0.0, 1.0, "level")
    frame, extra = aligned({"x": x, "y": y}, controls=controls, least=100 + 4 * horizon)
    impulse, moves = frame["x"].to_numpy(), frame["y"].to_numpy()
    start = int(first_share * len(moves))
    if own_lags is None:
        own = bic_order(moves[:start], None, max_order=min(max_lags, start // 10), name="y")
    else:
        require_count(own_lags, 0, "own_lags")
        own = own_lags
    require_stationary(impulse, "x", order=own)
    require_stationary(moves, "y", order=own)
    cut = max(own, lags) - 1
    base = [np.ones((len(moves) - cut, 1)), lag_columns(moves, range(own), cut)]
    if extra is not None:
        base.append(extra.to_numpy()[cut:])
    small = np.concatenate(base, axis=1)
    large = np.concatenate([small, lag_columns(impulse, range(lags), cut)], axis=1)
    total = np.concatenate([[0.0], np.cumsum(moves)])
    ends = np.arange(cut + 1 + delay + horizon, len(total))
    outcome = total[ends] - total[ends - horizon]
    first = start - cut
    if first - delay - horizon < 3 * large.shape[1]:
        raise InputError(
            f"The first window of {start} rows is too short for {large.shape[1]} coefficients; "
            "raise `first_share` or shorten the lags."
        )
    _require_identified(large[: first - delay - horizon], own, lags, extra)
    forecasts = [
        expanding_forecasts(
            outcome, design[: len(outcome)], first=first, known_after=delay + horizon
        )[first:]
        for design in (small, large)
    ]
    seen = outcome[first:]
    return _compared(
        seen,
        forecasts[0],
        forecasts[1],
        frame=frame,
        dates=pd.DatetimeIndex(frame.index[start : start + len(seen)]),
        names=(named(x, "x"), named(y, "y")),
        words=(own, lags, horizon, [] if extra is None else [str(c) for c in extra.columns]),
        level=level,
    )


def _require_identified(
    window: FloatArray, own: int, lags: int, controls: pd.DataFrame | None
) -> None:
    names = [before("y", lag) for lag in range(own)] + control_names(controls)
    names += [before("x", lag) for lag in range(lags)]
    require_independent(dict(zip(names, window[:, 1:].T, strict=True)))


def _compared(
    outcome: FloatArray,
    benchmark: FloatArray,
    forecast: FloatArray,
    *,
    frame: pd.DataFrame,
    dates: pd.DatetimeIndex,
    names: tuple[str, str],
    words: tuple[int, int, int, list[str]],
    level: float,
) -> PredictiveContent:
    own, lags, horizon, held = words
    leader, follower = names
    plain, better = (outcome - benchmark) ** 2, (outcome - forecast) ** 2
    if not resolved(np.sqrt(plain.max()), size_of(outcome)):
        raise InputError(
            "`y` is foretold exactly without `x`, so there is nothing to improve; check the inputs."
        )
    fit = ewc_mean(clark_west(outcome, benchmark, forecast))
    scale = float(plain.mean())
    held_interval = fit.interval(level=level)
    p = max(float(fit.p_values(alternative="greater")[0]), float(np.finfo(np.float64).tiny))
    dm = diebold_mariano_test(outcome, benchmark, forecast, horizon=horizon, harvey_adj=True)
    run = RunInfo.capture(None, frame)
    given = f", given {', '.join(held)}" if held else ""
    label = f"{leader} for {follower}, {counted(horizon, 'row')} ahead{given}"
    null = f"{leader} does not improve forecasts of {follower} made from its own past{given}"
    method = (
        f"expanding least squares, {counted(own, 'own lag')}, {lags} of the leader; Clark-West "
        f"adjusted errors, {fit.method}"
    )
    error = float(fit.standard_errors[0]) / scale
    evidence = Evidence(
        label=label,
        null=null,
        alternative="it does",
        estimate=float(fit.coefficients[0]) / scale,
        unit="share of the benchmark's mean squared error",
        interval=Interval(
            held_interval.low / scale, held_interval.high / scale, level, held_interval.method
        ),
        p_value=p,
        p_adjusted=p,
        family="one comparison, one-sided",
        p_attainable=float(np.finfo(np.float64).tiny),
        n_events=len(outcome),
        n_effective=len(outcome) / horizon,
        minimum_detectable_effect=detectable(error, one_sided=True),
        run=run,
    )
    return PredictiveContent(
        label=label,
        null=null,
        alternative="it does",
        method=method,
        n=len(outcome),
        first=dates[0],
        last=dates[-1],
        level=level,
        run=run,
        leader=leader,
        follower=follower,
        path=pd.DataFrame(
            {
                "outcome": outcome,
                "benchmark": benchmark,
                "forecast": forecast,
                "gain": np.cumsum(plain - better),
            },
            index=dates,
        ),
        r_squared=1.0 - float(better.sum() / plain.sum()),
        clark_west=evidence,
        dm_statistic=float(dm.statistic),
        dm_p=float(dm.pvalue),
    )
