"""The Levy area of two paths: positive where the first moves first."""

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.aliases import FloatArray
from altrotation.inference.ewc import ewc_mean
from altrotation.inference.results import Evidence, RunInfo
from altrotation.leadlag.inputs import aligned, named, require_stationary
from altrotation.leadlag.results import detectable
from altrotation.leadlag.whiten import bic_order, whitened
from altrotation.validate import require_between, require_count

__all__ = ["area_terms", "levy_area", "unit_residuals"]


def unit_residuals(frame: pd.DataFrame, *, max_order: int) -> tuple[FloatArray, int]:
    """Return each column's autoregressive residuals in standard deviations, and the rows lost.

    Parameters
    ----------
    frame : DataFrame of shape (n, m)
        Changes, no NaN.
    max_order : int
        Largest order BIC may choose.

    Returns
    -------
    residuals : array of shape (n - cut, m)
        Mean zero, variance one (ddof=0).
    cut : int
        The largest order chosen.

    Raises
    ------
    InputError
        If `max_order` < 0, or leaves no more rows than coefficients.
    InputError
        If a column looks like a level, or is determined by its own past.
    """
    columns = [frame[name].to_numpy() for name in frame.columns]
    orders = [
        bic_order(values, None, max_order=max_order, name=str(name))
        for name, values in zip(frame.columns, columns, strict=True)
    ]
    for values, order, name in zip(columns, orders, frame.columns, strict=True):
        require_stationary(values, str(name), order=order)
    cut = max(orders)
    kept = [
        whitened(values, None, order=order, first=cut, name=str(name))
        for values, order, name in zip(columns, orders, frame.columns, strict=True)
    ]
    table = np.column_stack(kept)
    table -= table.mean(axis=0)
    return table / table.std(axis=0), cut


def area_terms(x: FloatArray, y: FloatArray, window: int) -> FloatArray:
    """Return the terms whose mean is the Levy area of a window, per row.

    The area swept by the path (sum x, sum y) over `window` rows is half the sum over s < t of
    x[s] y[t] - y[s] x[t] (Bennett, Cucuringu & Reinert 2022); averaged over all
    windows a pair at distance k enters with weight 1 - k / window. The term of row s collects its
    pairs with later rows.

    Parameters
    ----------
    x, y : arrays of shape (n,)
        Centred changes in standard deviations.
    window : int

    Returns
    -------
    array of shape (n,)
    """
    n = x.size
    ahead_x, ahead_y = np.zeros(n), np.zeros(n)
    for lag in range(1, min(window, n)):
        weight = 1.0 - lag / window
        ahead_x[: n - lag] += weight * x[lag:]
        ahead_y[: n - lag] += weight * y[lag:]
    terms: FloatArray = 0.5 * (x * ahead_y - y * ahead_x)
    return terms


@guarded
def levy_area(
    x: pd.Series,
    y: pd.Series,
    *,
    window: int = 20,
    max_order: int = 10,
    level: float = 0.95,
) -> Evidence:
    """Estimate the mean Levy area of windows of two prewhitened series.

    Half the sum over lags k of (1 - k / window) (corr at lead k less corr at lag k): co-movement on
    the same day drops out, and so does whatever is the same forwards and backwards in time.

    Parameters
    ----------
    x, y : Series of shape (n,)
        Changes (log returns) on the same days, without holes between the ends.
    window : int, default 20
        Rows; leads up to window - 1 rows count, the longer the less.
    max_order : int, default 10
        Largest order BIC may choose for prewhitening.
    level : float, default .95

    Returns
    -------
    Evidence
        In correlation units per row; positive where x leads. Interval and p from the
        equal-weighted cosine variance (Lazarus, Lewis, Stock & Watson 2018).

    Raises
    ------
    InputError
        If the days of the series differ.
    InputError
        If a value is missing between the first and the last shared day.
    InputError
        If a series is constant, or determined by its own past.
    InputError
        If the series move as one.
    InputError
        If a series looks like a level.
    InputError
        If there are fewer than 40 + 2 `window` rows.
    InputError
        If `window` < 2.
    InputError
        If `max_order` < 0, or leaves no more rows than coefficients.
    InputError
        If `level` does not lie between 0 and 1.
    """
    require_count(window, 2, "window")
    require_between(level, 0.0, 1.0, "level")
    frame, _ = aligned({"x": x, "y": y}, least=40 + 2 * window)
    unit, _ = unit_residuals(frame, max_order=max_order)
    terms = area_terms(unit[:, 0], unit[:, 1], window)
    fit = ewc_mean(terms)
    p = max(float(fit.p_values()[0]), float(np.finfo(np.float64).tiny))
    error = float(fit.standard_errors[0])
    leader, follower = named(x, "x"), named(y, "y")
    return Evidence(
        label=f"Levy area of {leader} and {follower}, windows of {window} rows",
        null=f"neither {leader} nor {follower} moves first: correlations at lead and lag balance",
        alternative=f"{leader} moves first (positive) or {follower} does (negative)",
        estimate=float(fit.coefficients[0]),
        unit="correlation per row",
        interval=fit.interval(level=level),
        p_value=p,
        p_adjusted=p,
        family="one test",
        p_attainable=float(np.finfo(np.float64).tiny),
        n_events=len(terms),
        n_effective=float(len(terms)),
        minimum_detectable_effect=detectable(error),
        run=RunInfo.capture(None, frame),
    )
