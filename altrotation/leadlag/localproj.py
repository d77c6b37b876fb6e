"""Local projections: the response of one series to another, horizon by horizon."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from scipy import stats

from altrotation._guarded import guarded
from altrotation.aliases import FloatArray, Seed
from altrotation.errors import InputError
from altrotation.inference.ewc import ewc_ols
from altrotation.inference.hac import hac_ols
from altrotation.inference.multiple import step_down
from altrotation.inference.results import RunInfo
from altrotation.leadlag.inputs import aligned, before, control_names, named
from altrotation.leadlag.projection import projected, projection_correlations
from altrotation.leadlag.responses import LocalProjection
from altrotation.leadlag.streams import in_chunks
from altrotation.leadlag.whiten import bic_order
from altrotation.printing import counted
from altrotation.validate import (
    daily_frame,
    require_between,
    require_choice,
    require_count,
    require_independent,
)

__all__ = ["ERRORS", "local_projection"]

ERRORS = ("lag-augmented", "newey-west", "hansen-hodrick", "ewc")


@guarded
def local_projection(
    x: pd.Series,
    y: pd.Series,
    *,
    horizons: int = 20,
    cumulative: bool = True,
    delay: int = 0,
    lags: int | None = None,
    max_lags: int = 10,
    controls: pd.DataFrame | None = None,
    held: Iterable[str] | None = None,
    errors: str = "lag-augmented",
    bandwidth: int | None = None,
    level: float = 0.95,
    replicates: int = 9999,
    seed: Seed = 0,
) -> LocalProjection:
    """Regress what y does after row t on x at row t, for each horizon (Jorda 2005).

    Held fixed are x at `lags` lags, and y and the controls at lags 0 to `lags`: the response is to
    what x adds to the knowledge of row t. `held` takes y or controls out of row t itself, so that
    they may respond to x within the row. "lag-augmented" adds one lag more than the dynamics need
    and takes heteroskedasticity-robust errors, which are then valid at every horizon without any
    correction for overlap (Montiel Olea & Plagborg-Moller 2021). Joint bands are sup-t bands from
    the correlation of the scores (Montiel Olea & Plagborg-Moller 2019).

    Parameters
    ----------
    x, y : Series of shape (n,)
        x: the impulse, any stationary series (a return, a change in relative strength); y: changes
        (log returns). On the same days, without holes between the ends.
    horizons : int, default 20
        Longest horizon, in rows.
    cumulative : bool, default True
        Outcome is the sum of y over rows t + delay + 1 .. t + delay + h; otherwise y at the last
        of them.
    delay : int, default 0
        Rows between knowing x and the start of the outcome.
    lags : int, optional
        Chosen by BIC when left out: the larger order of the two series' autoregressions.
    max_lags : int, default 10
    controls : DataFrame of shape (n, m), optional
        The partial version.
    held : iterable of str, optional
        Which of "y" and the controls are held fixed at row t itself; all when left out. Their lags
        are always held. In a recursive vector autoregression, the series ordered before x: all of
        them for a policy rate, none, ``()``, for an x that nothing answers within a row. Without
        "y", y may be x itself: the response of a series to its own impulse.
    errors : {"lag-augmented", "newey-west", "hansen-hodrick", "ewc"}
        "newey-west": Bartlett weights; "hansen-hodrick": equal weights over the overlap, or
        Bartlett with a warning where that is not positive definite; "ewc": cosines (Lazarus, Lewis,
        Stock & Watson 2018), none faster than four horizons, with degrees of freedom of the
        design; the choice for long horizons when x is itself a long overlapping change. All are
        referred to t with the degrees of freedom of the variance estimate.
    bandwidth : int, optional
        Lags of the kernel. Default: twice the overlap, at least .75 n**(1/3), for "newey-west"; the
        overlap for "hansen-hodrick". The number of cosines for "ewc".
    level : float, default .95
    replicates : int, default 9999
        Normal draws behind the joint band.
    seed : int or Generator, default 0

    Returns
    -------
    LocalProjection

    Raises
    ------
    InputError
        If the days of the series differ.
    InputError
        If a value is missing between the first and the last shared day.
    InputError
        If a series is constant.
    InputError
        If the series move as one, a control as one of them or as a sum of others, or any of them as
        a lag of another; the message names them.
    InputError
        If what is held fixed determines x, or with x the outcome, over some horizon.
    InputError
        If `held` names neither "y" nor a control.
    InputError
        If there are fewer than 40 rows more than coefficients and rows the horizons cost.
    InputError
        If `horizons` < 1.
    InputError
        If `delay` < 0.
    InputError
        If `lags` or `max_lags` < 0.
    InputError
        If `errors` is unknown.
    InputError
        If `bandwidth` is given with "lag-augmented", which has none.
    InputError
        If `bandwidth` is out of the range of the covariance.
    InputError
        If `replicates` < 1.
    InputError
        If `level` does not lie between 0 and 1.
    """
    require_count(horizons, 1, "horizons")
    require_count(delay, 0, "delay")
    require_between(level, 0.0, 1.0, "level")
    require_choice(errors, ERRORS, "errors")
    if bandwidth is not None and errors == "lag-augmented":
        raise InputError("`bandwidth` has no place in 'lag-augmented' errors; leave it out.")
    require_count(max_lags, 0, "max_lags")
    width = 2 + (0 if controls is None else daily_frame(controls, "controls").shape[1])
    deepest = (max_lags if lags is None else lags) + 1
    fixed = _fixed(held, controls)
    own = "y" not in fixed and isinstance(x, pd.Series) and x.equals(y)
    frame, extra = aligned(
        {"x": x} if own else {"x": x, "y": y},
        controls=controls,
        least=40 + width * deepest + 2 * (horizons + delay),
    )
    moves = frame["x" if own else "y"].to_numpy()
    if lags is None:
        order = max(
            bic_order(frame[name].to_numpy(), None, max_order=max_lags, name=str(name))
            for name in frame.columns
        )
    else:
        require_count(lags, 0, "lags")
        order = lags
    order += errors == "lag-augmented"
    design = _design(frame, extra, fixed, order)
    fits, scores = [], []
    for horizon in range(1, horizons + 1):
        outcome = _outcome(moves, order, horizon, delay, cumulative)
        rows = design[: len(outcome)]
        fits.append(_fit(outcome, rows, errors, horizon if cumulative else 1, bandwidth))
        scores.append(projected(outcome, rows).score)
    estimate, error, df = (np.array([fit[place] for fit in fits]) for place in range(3))
    overlap = 0 if errors == "lag-augmented" else horizons - 1
    correlation = projection_correlations(scores, overlap)
    draws = _sup_draws(correlation, df, replicates, seed)
    table = _table(estimate, error, df, draws, level)
    table["n"] = [len(score) for score in scores]
    leader, follower = named(x, "x"), named(y, "y")
    return LocalProjection(
        label=f"{leader} to {follower}: local projection"
        + ("" if extra is None else f", given {', '.join(map(str, extra.columns))}"),
        null=f"{leader} on a day tells nothing about {follower} over the horizon beyond what is "
        "held fixed",
        alternative=f"{follower} over the horizon responds to {leader}",
        method=f"least squares with {counted(order, 'lag')}, {_row_words(held, fixed)}"
        f"{fits[-1][3]} errors; sup-t band over {counted(horizons, 'horizon')}",
        n=len(design),
        first=frame.index[order],
        last=frame.index[-1],
        level=level,
        run=RunInfo.capture(seed, frame, *(() if extra is None else (extra,))),
        leader=leader,
        follower=follower,
        table=table,
        errors=errors,
        df=float(df[-1]),
    )


def _fixed(held: Iterable[str] | None, controls: pd.DataFrame | None) -> frozenset[str]:
    names = ["y", *control_names(controls)]
    if held is None:
        return frozenset(names)
    if isinstance(held, str):
        raise InputError(f"`held` must list names, got {held!r}; write it as ({held!r},).")
    chosen = list(held)
    for name in chosen:
        require_choice(name, names, "held")
    return frozenset(chosen)


def _row_words(held: Iterable[str] | None, fixed: frozenset[str]) -> str:
    if held is None:
        return ""
    return f"{', '.join(sorted(fixed)) or 'nothing'} held fixed on the row itself, "


def _design(
    frame: pd.DataFrame, extra: pd.DataFrame | None, fixed: frozenset[str], order: int
) -> FloatArray:
    series = {str(name): frame[name].to_numpy() for name in frame.columns}
    if extra is not None:
        series |= dict(zip(control_names(extra), extra.to_numpy().T, strict=True))
    n = len(frame)
    columns = {"x": series["x"][order:]} | {
        before(name, lag): values[order - lag : n - lag]
        for name, values in series.items()
        for lag in range(0 if name in fixed else 1, order + 1)
    }
    require_independent(columns)
    design = np.column_stack(list(columns.values()))
    return np.insert(design, 1, 1.0, axis=1)


def _outcome(y: FloatArray, order: int, horizon: int, delay: int, cumulative: bool) -> FloatArray:
    total = np.concatenate([[0.0], np.cumsum(y)])
    last = np.arange(order + 1 + delay + horizon, len(y) + 1)
    outcome: FloatArray = total[last] - total[last - (horizon if cumulative else 1)]
    return outcome


def _fit(
    outcome: FloatArray, rows: FloatArray, errors: str, overlap: int, bandwidth: int | None
) -> tuple[float, float, float, str]:
    if errors == "lag-augmented":
        done = projected(outcome, rows)
        df = float(rows.shape[0] - rows.shape[1])
        return done.coefficient, done.standard_error, df, "heteroskedasticity-robust (HC3)"
    n, k = rows.shape
    if errors == "ewc":
        # No cosine faster than four horizons: within one the overlap makes the scores smooth, and
        # their variance there is too small.
        rule = max(k, min(round(0.4 * n ** (2 / 3)), n // (2 * overlap)))
        fit = ewc_ols(
            outcome, rows, cosines=rule if bandwidth is None else bandwidth, reference="design"
        )
        return (
            float(fit.coefficients[0]),
            float(fit.standard_errors[0]),
            float(fit.df[0]),
            fit.method,
        )
    if errors == "newey-west":
        rule = max(2 * (overlap - 1), round(0.75 * n ** (1 / 3)))
        fit = hac_ols(outcome, rows, bandwidth=rule if bandwidth is None else bandwidth)
    else:
        rule = overlap - 1 if bandwidth is None else bandwidth
        fit = hac_ols(outcome, rows, bandwidth=rule, kernel="uniform")
    # Degrees of freedom of a kernel estimate: Lazarus, Lewis, Stock & Watson (2018).
    wide = fit.kernel == "uniform"
    df = n / (2.0 * fit.bandwidth + 1) if wide else 1.5 * n / (fit.bandwidth + 1)
    error = float(fit.standard_errors[0]) * np.sqrt(n / (n - k))
    return float(fit.coefficients[0]), float(error), df, fit.method


def _sup_draws(correlation: FloatArray, df: FloatArray, replicates: int, seed: Seed) -> FloatArray:
    values, vectors = np.linalg.eigh(correlation)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    nu = float(df.min())

    def draw(count: int, rng: np.random.Generator) -> FloatArray:
        normal = rng.standard_normal((count, len(root))) @ root.T
        return np.asarray(normal / np.sqrt(rng.chisquare(nu, size=(count, 1)) / nu))

    return in_chunks(draw, replicates, seed=seed, path=(1,))


def _table(
    estimate: FloatArray, error: FloatArray, df: FloatArray, draws: FloatArray, level: float
) -> pd.DataFrame:
    size = np.abs(draws)
    t = np.abs(estimate / error)
    point = stats.t.isf((1 - level) / 2, df) * error
    joint = float(np.quantile(size.max(axis=1), level)) * error
    p = 2.0 * stats.t.sf(t, df)
    return pd.DataFrame(
        {
            "estimate": estimate,
            "standard_error": error,
            "low": estimate - point,
            "high": estimate + point,
            "joint_low": estimate - joint,
            "joint_high": estimate + joint,
            "p": p,
            "p_adjusted": np.maximum(step_down(t, size), p),
        },
        index=pd.RangeIndex(1, len(estimate) + 1, name="horizon"),
    )
