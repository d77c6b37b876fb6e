"""Parametric and rank tests of event studies, with the correction for correlated outcomes."""

from dataclasses import dataclass
from html import escape
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd
from scipy import stats

from altrotation._guarded import guarded
from altrotation.aliases import Alternative, FloatArray
from altrotation.errors import InputError
from altrotation.events.eventset import EventSet
from altrotation.events.returns import Model
from altrotation.events.sample import Sample, study_sample
from altrotation.events.standardised import Windows, event_windows
from altrotation.inference.results import RunInfo
from altrotation.printing import Printed
from altrotation.validate import require_choice, require_count

__all__ = ["ParametricTests", "Unit", "kolari_pynnonen_factor", "parametric_tests"]

Unit: TypeAlias = Literal["asset", "event"]
_UNITS: tuple[Unit, ...] = ("asset", "event")
_ALTERNATIVES: tuple[Alternative, ...] = ("two-sided", "greater", "less")


@dataclass(frozen=True, slots=True, eq=False, kw_only=True, repr=False)
class ParametricTests(Printed):
    """Textbook tests that the mean abnormal return over the event windows is zero.

    Parameters
    ----------
    table : DataFrame of shape (6, 6), indexed by test
        statistic, p_value, n (units: assets or clusters of events), factor (multiplies the t of
        Boehmer, Musumeci & Poulsen in Kolari & Pynnonen's; 1 elsewhere), reference (distribution),
        holds_under_correlation (whether the size survives outcomes correlated across units).
    car, scar : DataFrame of shape (n_events, n_assets)
        Cumulative abnormal log return of each window, and the same over its forecast standard
        deviation (Patell 1976); NaN where a window lacks a price.
    correlation : float
        Mean correlation between units, from abnormal returns of the estimation windows.
    unit, horizon, model, alternative
        As given to `parametric_tests`.
    run : RunInfo
    """

    table: pd.DataFrame
    car: pd.DataFrame
    scar: pd.DataFrame
    correlation: float
    unit: Unit
    horizon: int
    model: Model
    alternative: Alternative
    run: RunInfo

    def _line(self) -> str:
        return (
            f"{self.horizon}-day {self.model} returns, units: {self.unit}s, "
            f"mean correlation {self.correlation:.2f}"
        )

    def summary(self) -> pd.DataFrame:
        """Return a copy of the table."""
        return self.table.copy()

    def _repr_html_(self) -> str:
        caption = (
            f"{self.horizon}-day {self.model} returns, units: {self.unit}s, "
            f"mean correlation {self.correlation:.2f}"
        )
        return f"<div class='parametric'><p>{escape(caption)}</p>{self.table.to_html()}</div>"


@guarded
def parametric_tests(
    outcome: pd.Series | pd.DataFrame,
    events: EventSet,
    *,
    horizon: int,
    model: Model = "difference",
    benchmark: pd.Series | pd.DataFrame | None = None,
    estimation: int = 250,
    unit: Unit = "asset",
    delay: int = 1,
    alternative: Alternative = "two-sided",
) -> ParametricTests:
    """Test the mean abnormal return after the events by Patell, BMP, Kolari-Pynnonen and ranks.

    Many assets that follow the same few events are neither as many observations as windows, nor
    independent. `unit` says what is counted, so that no asset or event enters twice:

    - "asset": the windows of one asset are added up, over the square root of their number, and n is
      the number of assets. Assets share their events, so only Kolari-Pynnonen and (with windows
      that do not overlap) the rank test keep their size; the others are there to show what
      ignoring the correlation would claim.
    - "event": the assets are averaged into one equal-weighted abnormal return, windows that overlap
      are averaged into one cluster, and n is the number of clusters, which do not overlap in time.
      This is the honest n of a handful of market-wide events.

    Parameters
    ----------
    outcome : Series of shape (n_days,) or DataFrame of shape (n_days, n_assets)
        Prices, on UTC days.
    events : EventSet
        Dates that are labels of `outcome`.
    horizon : int
        Rows in the event window, which covers rows i + delay + 1 .. i + delay + horizon for an
        event at row i.
    model : {"difference", "constant-mean", "market"}, default "difference"
        Normal return: that of the benchmark, the asset's mean, or its market-model forecast.
    benchmark : Series or DataFrame, optional
        Prices on the dates of `outcome`, as for `event_study`.
    estimation : int, default 250
        Returns of rows i - estimation .. i - 1: about a year of sessions, and strictly before the
        event.
    unit : {"asset", "event"}, default "asset"
    delay : int, default 1
        Rows between the event and the start of its window.
    alternative : {"two-sided", "greater", "less"}, default "two-sided"

    Returns
    -------
    ParametricTests

    Raises
    ------
    InputError
        If prices, events, model and benchmark do not fit together, as in `event_study`.
    InputError
        If `unit` or `alternative` is unknown, or `horizon` < 1.
    InputError
        If fewer than two units have a complete window.
    """
    require_choice(unit, _UNITS, "unit")
    require_choice(alternative, _ALTERNATIVES, "alternative")
    require_count(horizon, 1, "horizon")
    sample = study_sample(
        outcome,
        events,
        horizons=(horizon,),
        model=model,
        benchmark=benchmark,
        estimation=estimation,
        delay=delay,
    )
    windows = event_windows(sample, model=model, estimation=estimation, delay=delay)
    if unit == "asset":
        scar, sign_base, correlation = _by_asset(windows)
    else:
        windows = windows.portfolio()
        scar, sign_base, correlation = _by_event(windows, sample, horizon)
    n = len(scar)
    if n < 2:
        raise InputError(
            f"At least two {unit}s with complete windows of {estimation} and {horizon} rows are "
            f"needed, got {n}; use the other `unit` or a shorter `horizon`."
        )
    return ParametricTests(
        table=_table(scar, sign_base, correlation, windows, alternative),
        car=_labelled(windows.car, sample, events, unit),
        scar=_labelled(windows.scar, sample, events, unit),
        correlation=correlation,
        unit=unit,
        horizon=horizon,
        model=model,
        alternative=alternative,
        run=RunInfo.capture(None, sample.levels, sample.factors, sample.rows),
    )


@guarded
def kolari_pynnonen_factor(n: int, correlation: float) -> float:
    """Return the factor that corrects a cross-sectional t statistic for correlated units.

    sqrt((1 - r) / (1 + (n - 1) r)): Kolari & Pynnonen (2010). Correlation makes the mean of n units
    more volatile than independence has it, and their spread smaller.

    Parameters
    ----------
    n : int
        Units, at least 2.
    correlation : float
        Mean pairwise correlation of the units, above -1 / (n - 1) and below 1.

    Returns
    -------
    float

    Raises
    ------
    InputError
        If `n` < 2.
    InputError
        If no `n` units can have that mean correlation.
    """
    require_count(n, 2, "n")
    inflation = 1.0 + (n - 1.0) * correlation
    if not (inflation > 0 and correlation < 1.0):
        raise InputError(
            f"`correlation` of {n} units must lie between -1 / (n - 1) and 1, got {correlation}."
        )
    return float(np.sqrt((1.0 - correlation) / inflation))


def _by_asset(windows: Windows) -> tuple[FloatArray, FloatArray, float]:
    """Return, by asset, the combined SCAR, the summed CAR and the mean correlation of units."""
    there = np.isfinite(windows.scar)  # (events, assets)
    used = there.any(axis=0)
    count = there.sum(axis=0)[used]
    combined = np.nansum(windows.scar, axis=0)[used] / np.sqrt(count)
    # Units share events: corr(i, j) = sum over shared events of rho_ij / sqrt(k_i k_j).
    assets = int(used.sum())
    shared = np.zeros((assets, assets))
    for residual, present in zip(windows.residuals, there[:, used], strict=True):
        place = np.flatnonzero(present)
        if len(place) > 1:
            rho = np.corrcoef(residual[:, used][:, present], rowvar=False)
            shared[np.ix_(place, place)] += rho
    pairs = ~np.eye(assets, dtype=bool)
    scaled = shared / np.sqrt(np.outer(count, count))
    mean = float(scaled[pairs].mean()) if assets > 1 else 0.0
    return combined, np.nansum(windows.car, axis=0)[used], mean


def _by_event(
    windows: Windows, sample: Sample, horizon: int
) -> tuple[FloatArray, FloatArray, float]:
    """Return, by cluster of overlapping windows, mean SCAR and CAR; clusters are uncorrelated."""
    there = np.isfinite(windows.scar[:, 0])
    rows = sample.rows[there]
    cluster = np.concatenate([[0], np.cumsum(np.diff(rows) >= horizon)])[: len(rows)]
    scar, car = (
        np.array([values[there, 0][cluster == group].mean() for group in np.unique(cluster)])
        for values in (windows.scar, windows.car)
    )
    return scar, car, 0.0


def _table(
    scar: FloatArray,
    car: FloatArray,
    correlation: float,
    windows: Windows,
    alternative: Alternative,
) -> pd.DataFrame:
    n, dof = len(scar), windows.dof
    # Patell (1976): each SCAR has the variance of a t variable with `dof` degrees of freedom.
    patell = float(scar.sum() / np.sqrt(n * dof / (dof - 2)))
    # Boehmer, Musumeci & Poulsen (1991): the spread across units at the event replaces it.
    bmp = float(np.sqrt(n) * scar.mean() / scar.std(ddof=1))
    factor = kolari_pynnonen_factor(n, correlation)
    up = int((car > 0).sum())
    base = windows.share_positive
    # Cowan (1992): the share of positive abnormal days of the estimation windows replaces 1/2.
    generalised = float((up - n * base) / np.sqrt(n * base * (1.0 - base)))
    law = stats.t(n - 1)
    sign = stats.binomtest(up, n, 0.5, alternative=alternative).pvalue
    rows = {
        "Patell": (patell, _tail(patell, stats.norm, alternative), 1.0, "normal", False),
        "BMP": (bmp, _tail(bmp, law, alternative), 1.0, f"t({n - 1})", False),
        "Kolari-Pynnonen": (
            bmp * factor,
            _tail(bmp * factor, law, alternative),
            factor,
            f"t({n - 1})",
            True,
        ),
        "Corrado rank": (
            windows.rank_statistic,
            _tail(windows.rank_statistic, stats.norm, alternative),
            1.0,
            "normal",
            True,
        ),
        "sign": (float(up), float(sign), 1.0, f"binomial({n}, 1/2)", False),
        "generalised sign": (
            generalised,
            _tail(generalised, stats.norm, alternative),
            1.0,
            "normal",
            False,
        ),
    }
    columns = ["statistic", "p_value", "factor", "reference", "holds_under_correlation"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
    table.insert(2, "n", n)
    return table.rename_axis("test")


def _tail(value: float, law: object, alternative: Alternative) -> float:
    sf = law.sf  # type: ignore[attr-defined]
    if alternative == "two-sided":
        return float(2.0 * sf(abs(value)))
    return float(sf(value if alternative == "greater" else -value))


def _labelled(values: FloatArray, sample: Sample, events: EventSet, unit: Unit) -> pd.DataFrame:
    columns = list(sample.outcomes) if unit == "asset" else ["equal-weighted"]
    return pd.DataFrame(values, index=events.dates, columns=columns)
