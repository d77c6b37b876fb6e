"""Granger causality of changes, and its version for levels by Toda and Yamamoto."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.regression.linear_model import OLS
from statsmodels.tsa.vector_ar.var_model import VAR

from altrotation._guarded import guarded
from altrotation.aliases import FloatArray
from altrotation.inference.hac import unit_columns
from altrotation.inference.results import Evidence, Interval, RunInfo
from altrotation.leadlag.inputs import aligned, named, require_design, require_stationary
from altrotation.leadlag.results import LeadLagResult, detectable
from altrotation.leadlag.whiten import lag_columns
from altrotation.printing import counted, p_text
from altrotation.validate import daily_frame, require_between, require_choice, require_count

__all__ = ["COVARIANCES", "GrangerTest", "granger", "toda_yamamoto"]

COVARIANCES = {"robust": "HC3", "classical": "nonrobust"}
_LEAST_P = float(np.finfo(np.float64).tiny)  # an asymptotic test has no floor


@dataclass(frozen=True, slots=True, eq=False, kw_only=True, repr=False)
class GrangerTest(LeadLagResult):
    """Whether the past of one series helps to predict another beyond that one's own past.

    Parameters
    ----------
    leader, follower : str
    lags : int
        Lags tested.
    coefficients : DataFrame, one row a lag
        estimate and standard_error of the lags of the leader.
    total : float
        Sum of the coefficients: the follower's response to a lasting unit change of the leader.
    interval : Interval
        Of the total.
    statistic, df : float, tuple of float
        Wald statistic as F, and its degrees of freedom.
    p_value : float
    instantaneous : float
        Partial correlation of both on the same day, given the past of both.
    instantaneous_p : float
    """

    leader: str
    follower: str
    lags: int
    coefficients: pd.DataFrame
    total: float
    interval: Interval
    statistic: float
    df: tuple[float, float]
    p_value: float
    instantaneous: float
    instantaneous_p: float

    def summary(self) -> pd.DataFrame:
        """Return one column of numbers."""
        rows = {
            "lags": float(self.lags),
            "total effect": self.total,
            "low": self.interval.low,
            "high": self.interval.high,
            "F": self.statistic,
            "p": self.p_value,
            "same-day partial correlation": self.instantaneous,
            "p of the same day": self.instantaneous_p,
        }
        return pd.Series(rows, name=self.label).to_frame()

    def findings(self) -> dict[str, str]:
        """Return the test in words."""
        return {
            f"{self.leader} helps to predict {self.follower}": f"p {p_text(self.p_value)} "
            f"({counted(self.lags, 'lag')}, F {self.statistic:.2f})",
            "total effect": f"{self.total:+.3f} {self.interval}",
            "same day": f"partial correlation {self.instantaneous:+.3f}, "
            f"p {p_text(self.instantaneous_p)}",
        }

    def evidence(self) -> Evidence:
        """Return the total effect as Evidence; the p-value is that of all lags jointly."""
        reach = (self.interval.high - self.interval.low) / 2
        spread = reach / float(stats.t.isf((1 - self.level) / 2, self.df[1]))
        p = max(self.p_value, _LEAST_P)
        return Evidence(
            label=self.label,
            null=self.null,
            alternative=self.alternative,
            estimate=self.total,
            unit=f"units of {self.follower} per unit of {self.leader}",
            interval=self.interval,
            p_value=p,
            p_adjusted=p,
            family=f"one joint test of {counted(self.lags, 'lag')}",
            p_attainable=_LEAST_P,
            n_events=self.n,
            n_effective=float(self.n),
            minimum_detectable_effect=detectable(spread),
            run=self.run,
        )


@guarded
def granger(
    x: pd.Series,
    y: pd.Series,
    *,
    lags: int | None = None,
    max_lags: int = 10,
    controls: pd.DataFrame | None = None,
    covariance: str = "robust",
    level: float = 0.95,
) -> GrangerTest:
    """Test whether the past of x helps to predict y beyond the past of y (Granger 1969).

    y on a constant and `lags` lags of y, x and the controls; a Wald test of all lags of x, referred
    to F. The number of lags is chosen once, by the BIC of the vector autoregression, and is at
    least 1.

    Parameters
    ----------
    x, y : Series of shape (n,)
        Changes (log returns) on the same days, without holes between the ends.
    lags : int, optional
        Chosen by BIC when left out.
    max_lags : int, default 10
        Most lags BIC may choose.
    controls : DataFrame of shape (n, m), optional
        Further series whose past is held fixed: the partial version.
    covariance : {"robust", "classical"}, default "robust"
        "robust": HC3 (MacKinnon & White 1985); "classical" assumes constant variance, and rejects
        too often when the two share volatility clusters.
    level : float, default .95

    Returns
    -------
    GrangerTest

    Raises
    ------
    InputError
        If the days of the series differ.
    InputError
        If a value is missing between the first and the last shared day.
    InputError
        If a series is constant.
    InputError
        If the series, the controls and their lags are not linearly independent.
    InputError
        If a series looks like a level.
    InputError
        If there are fewer than 40 rows more than coefficients.
    InputError
        If `lags` or `max_lags` < 1.
    InputError
        If `covariance` is unknown.
    InputError
        If `level` does not lie between 0 and 1.
    """
    frame, extra = _inputs(x, y, controls, lags, max_lags, 0, level, covariance)
    order = _order(frame, extra, lags, max_lags)
    for name in frame.columns:
        require_stationary(frame[name].to_numpy(), str(name), order=order)
    return _test(frame, extra, (named(x, "x"), named(y, "y")), order, 0, covariance, level)


@guarded
def toda_yamamoto(
    x: pd.Series,
    y: pd.Series,
    *,
    integration: int = 1,
    lags: int | None = None,
    max_lags: int = 10,
    controls: pd.DataFrame | None = None,
    covariance: str = "robust",
    level: float = 0.95,
) -> GrangerTest:
    """Test Granger causality between levels, integrated or cointegrated or neither.

    Toda & Yamamoto (1995): fit lags + `integration` lags and test the first `lags` of x only; the
    Wald statistic then keeps its usual law whatever the roots.

    Parameters
    ----------
    x, y : Series of shape (n,)
        Levels (log prices) on the same days, without holes between the ends.
    integration : int, default 1
        Highest order of integration thought possible.
    lags, max_lags, controls, covariance, level
        As in `granger`.

    Returns
    -------
    GrangerTest

    Raises
    ------
    InputError
        If `integration` < 1.
    InputError
        On the conditions of `granger`, except that levels are welcome.
    """
    require_count(integration, 1, "integration")
    frame, extra = _inputs(x, y, controls, lags, max_lags, integration, level, covariance)
    order = _order(frame, extra, lags, max_lags)
    names = (named(x, "x"), named(y, "y"))
    return _test(frame, extra, names, order, integration, covariance, level)


def _inputs(
    x: pd.Series,
    y: pd.Series,
    controls: pd.DataFrame | None,
    lags: int | None,
    max_lags: int,
    integration: int,
    level: float,
    covariance: str,
) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    require_between(level, 0.0, 1.0, "level")
    require_choice(covariance, COVARIANCES, "covariance")
    require_count(max_lags, 1, "max_lags")
    if lags is not None:
        require_count(lags, 1, "lags")
    series = 2 + (0 if controls is None else daily_frame(controls, "controls").shape[1])
    deepest = (max_lags if lags is None else lags) + integration
    frame, extra = aligned({"x": x, "y": y}, controls=controls, least=40 + (series + 1) * deepest)
    require_design(frame, extra, range(deepest + 1))
    return frame, extra


def _order(frame: pd.DataFrame, extra: pd.DataFrame | None, lags: int | None, max_lags: int) -> int:
    if lags is not None:
        return lags
    parts = [frame.to_numpy()] + ([] if extra is None else [extra.to_numpy()])
    table = np.concatenate(parts, axis=1)
    # In standard deviations: the units of a series are no part of the choice.
    return max(1, int(VAR(table / table.std(axis=0)).select_order(max_lags).bic))


def _test(
    frame: pd.DataFrame,
    extra: pd.DataFrame | None,
    names: tuple[str, str],
    order: int,
    integration: int,
    covariance: str,
    level: float,
) -> GrangerTest:
    x, y = frame["x"].to_numpy(), frame["y"].to_numpy()
    first = order + integration
    past = range(1, first + 1)
    parts = [lag_columns(x, past, first), np.ones((len(x) - first, 1)), lag_columns(y, past, first)]
    same: list[FloatArray] = [x[first:, None]]
    if extra is not None:
        held = extra.to_numpy()
        parts.append(lag_columns(held, past, first))
        same.append(held[first:])
    design, size = unit_columns(np.concatenate(parts, axis=1))
    robust = COVARIANCES[covariance]
    fit = OLS(y[first:], design).fit(cov_type=robust, use_t=True)
    wald = fit.wald_test(np.eye(order, design.shape[1]), use_f=True, scalar=True)
    own = size[:order]
    cov = np.asarray(fit.cov_params())[:order, :order] / np.outer(own, own)
    coefficients = fit.params[:order] / own
    total, spread = float(coefficients.sum()), float(np.sqrt(cov.sum()))
    df = float(len(y) - first - design.shape[1])
    reach = float(stats.t.isf((1 - level) / 2, df)) * spread
    now, _ = unit_columns(np.concatenate([*same, design], axis=1))
    today = OLS(y[first:], now).fit(cov_type=robust, use_t=True)
    t = float(today.params[0] / np.sqrt(np.asarray(today.cov_params())[0, 0]))
    plain = float(OLS(y[first:], now).fit().tvalues[0])
    leader, follower = names
    held_words = "" if extra is None else f", given {', '.join(map(str, extra.columns))}"
    kind = "Granger" if integration == 0 else "Toda-Yamamoto"
    return GrangerTest(
        label=f"{leader} to {follower}: {kind} causality{held_words}",
        null=f"no lag of {leader} helps to predict {follower}",
        alternative="at least one of them does",
        method=f"least squares with {counted(first, 'lag')}, Wald test of the first {order} with "
        f"{'HC3' if covariance == 'robust' else 'classical'} covariance, referred to F",
        n=len(y) - first,
        first=frame.index[first],
        last=frame.index[-1],
        level=level,
        run=RunInfo.capture(None, frame, *(() if extra is None else (extra,))),
        leader=leader,
        follower=follower,
        lags=order,
        coefficients=pd.DataFrame(
            {"estimate": coefficients, "standard_error": np.sqrt(np.diag(cov))},
            index=pd.RangeIndex(1, order + 1, name="lag"),
        ),
        total=total,
        interval=Interval(total - reach, total + reach, level, f"t, {robust} covariance"),
        statistic=float(wald.statistic),
        df=(float(order), df),
        p_value=max(float(wald.pvalue), _LEAST_P),
        instantaneous=plain / float(np.sqrt(plain**2 + df)),
        instantaneous_p=max(2 * float(stats.t.sf(abs(t), df)), _LEAST_P),
    )
