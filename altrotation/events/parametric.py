"""Parametric and rank tests of event studies, with the correction for correlated outcomes."""

import math
from dataclasses import dataclass
from html import escape
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd
from scipy import stats

from altrotation._guarded import guarded
from altrotation.aliases import Alternative, FloatArray, IntArray
from altrotation.errors import InputError
from altrotation.events.eventset import EventSet
from altrotation.events.returns import Model
from altrotation.events.sample import Estimation, Sample, study_sample
from altrotation.events.standardised import Windows, event_windows
from altrotation.inference.results import RunInfo
from altrotation.printing import Printed, row_word
from altrotation.validate import require_choice, require_count
from altrotation.variation import TOLERANCE, above, dependence, varies

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
        statistic and p_value (NaN where not computed), n (units: assets or clusters of events),
        factor (multiplies the t of Boehmer, Musumeci & Poulsen in Kolari & Pynnonen's; 1
        elsewhere), reference (distribution), holds_under_correlation (whether the size survives
        outcomes correlated across units).
    car, scar : DataFrame of shape (n_events, n_assets)
        Cumulative abnormal log return of each window, and the same over its forecast standard
        deviation (Patell 1976); NaN where a window lacks a price, scar also where the asset did
        not vary before the event.
    correlation : float
        Mean correlation between units, from abnormal returns of the estimation windows.
    unit, horizon, model, alternative
        As given to `parametric_tests`.
    unit_of_time : str
        What one label of the outcome is, as in `EventStudy`.
    remarks : tuple of str
        Which assets lack which events, which did not vary, which tests were not computed, and why.
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
    unit_of_time: str
    remarks: tuple[str, ...]
    run: RunInfo

    def _line(self) -> str:
        words = (
            f"{self.horizon}-{self.unit_of_time} {self.model} returns, units: {self.unit}s, "
            f"mean correlation {self.correlation:.2f}"
        )
        return " ".join([f"{words}.", *self.remarks]) if self.remarks else words

    def summary(self) -> pd.DataFrame:
        """Return a copy of the table."""
        return self.table.copy()

    def _repr_html_(self) -> str:
        return f"<div class='parametric'><p>{escape(self._line())}</p>{self.table.to_html()}</div>"


@guarded
def parametric_tests(
    outcome: pd.Series | pd.DataFrame,
    events: EventSet,
    *,
    horizon: int,
    model: Model = "difference",
    benchmark: pd.Series | pd.DataFrame | None = None,
    estimation: Estimation = 250,
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
    estimation : int or mapping of outcome to int, default 250
        Returns of rows i - estimation .. i - 1: about a year of sessions, and strictly before the
        event. A mapping gives every asset its own, with its own degrees of freedom; the
        equal-weighted mean of "event" uses the shortest.
    unit : {"asset", "event"}, default "asset"
    delay : int, default 1
        Rows between the event and the start of its window.
    alternative : {"two-sided", "greater", "less"}, default "two-sided"

    Returns
    -------
    ParametricTests
        An asset that did not vary before an event has no deviation to be measured by: it is left
        out there and named in `remarks`, as is one without a complete window. A test that would
        divide by nothing is NaN, with the reason in `remarks`.

    Raises
    ------
    InputError
        If prices, events, model and benchmark do not fit together, as in `event_study`.
    InputError
        If `unit` or `alternative` is unknown, or `horizon` < 1.
    InputError
        If fewer than two units have a complete window, or two assets move as one.
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
    every = event_windows(sample, model=model, delay=delay)
    word = row_word(sample.dates)
    remarks = sample.remarks(np.isfinite(every.car)[:, :, None], [str(horizon)], word)
    if unit == "event":
        every = every.portfolio()
    remarks += _unmoved(every, sample, unit)
    windows = every.moving()
    if unit == "asset":
        scar, sign_base, dof, correlation = _by_asset(windows, sample)
    else:
        scar, sign_base, dof, correlation = _by_event(windows, sample, horizon)
    n = len(scar)
    if n < 2:
        raise InputError(
            f"At least two {unit}s with complete windows of {sample.estimation.max()} and "
            f"{horizon} rows, in which they vary, are needed, got {n}; use the other `unit` or a "
            "shorter `horizon`."
        )
    table, reasons = _table(scar, sign_base, dof, correlation, windows, alternative)
    return ParametricTests(
        table=table,
        car=_labelled(every.car, sample, events, unit),
        scar=_labelled(windows.scar, sample, events, unit),
        correlation=correlation,
        unit=unit,
        horizon=horizon,
        model=model,
        alternative=alternative,
        unit_of_time=word,
        remarks=remarks + reasons,
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


def _unmoved(windows: Windows, sample: Sample, unit: Unit) -> tuple[str, ...]:
    """Return a sentence for every asset that did not vary before some events."""
    still = np.isfinite(windows.car) & ~windows.moved
    names = sample.outcomes if unit == "asset" else ("the equal-weighted mean",)
    return tuple(
        f"{names[place]!r} did not vary in the {windows.lengths[place]} rows before "
        f"{', '.join(f'{sample.dates[row]:%Y-%m-%d}' for row in sample.rows[still[:, place]])}: it "
        "has no deviation to be measured by and is left out there."
        for place in np.flatnonzero(still.any(axis=0)).tolist()
    )


def _by_asset(windows: Windows, sample: Sample) -> tuple[FloatArray, FloatArray, IntArray, float]:
    """Return, by asset, combined SCAR, summed CAR and dof, and the mean correlation of units."""
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
            together = residual[:, used][:, present]
            together = together[np.isfinite(together).all(axis=1)]
            rho = np.corrcoef(together, rowvar=False)
            _require_distinct(rho, together, np.array(sample.outcomes)[used][present])
            shared[np.ix_(place, place)] += rho
    pairs = ~np.eye(assets, dtype=bool)
    scaled = shared / np.sqrt(np.outer(count, count))
    mean = float(scaled[pairs].mean()) if assets > 1 else 0.0
    return combined, np.nansum(windows.car, axis=0)[used], windows.dof[used], mean


def _require_distinct(rho: FloatArray, residuals: FloatArray, names: np.ndarray) -> None:
    """Raise InputError where two assets are one: they would count twice."""
    for i, j in np.argwhere(np.triu(np.abs(rho) > 1.0 - TOLERANCE, 1)):
        if dependence(residuals[:, [i, j]]) is not None:
            raise InputError(
                f"`{names[i]}` and `{names[j]}` move as one and would count twice; keep one."
            )


def _by_event(
    windows: Windows, sample: Sample, horizon: int
) -> tuple[FloatArray, FloatArray, IntArray, float]:
    """Return, by cluster of overlapping windows, mean SCAR, CAR and dof; they are uncorrelated."""
    there = np.isfinite(windows.scar[:, 0])
    rows = sample.rows[there]
    cluster = np.concatenate([[0], np.cumsum(np.diff(rows) >= horizon)])[: len(rows)]
    scar, car = (
        np.array([values[there, 0][cluster == group].mean() for group in np.unique(cluster)])
        for values in (windows.scar, windows.car)
    )
    return scar, car, np.repeat(windows.dof, len(scar)), 0.0


def _table(
    scar: FloatArray,
    car: FloatArray,
    dof: IntArray,
    correlation: float,
    windows: Windows,
    alternative: Alternative,
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return the table, and a sentence for every test that would divide by nothing."""
    n = len(scar)
    law, reasons = stats.t(n - 1), []
    # Patell (1976): a SCAR has the variance of t with dof degrees of freedom.
    freedoms, counts = np.unique(dof, return_counts=True)
    variance = (counts * freedoms / (freedoms - 2)).sum()
    patell = float(scar.sum() / np.sqrt(variance))
    bmp = math.nan
    if varies(scar):
        # Boehmer, Musumeci & Poulsen (1991): the spread across units at the event replaces it.
        bmp = float(np.sqrt(n) * scar.mean() / scar.std(ddof=1))
    else:
        reasons.append("BMP and Kolari-Pynnonen are not computed: all units moved alike.")
    factor = kolari_pynnonen_factor(n, correlation)
    rank = windows.rank_statistic
    if math.isnan(rank):
        reasons.append("The rank test is not computed: no day ranks above another.")
    up = int(above(car, 0.0, size=1.0).sum())
    moved = up + int(above(0.0, car, size=1.0).sum())  # a tie with zero is no sign
    sign = float(stats.binomtest(up, moved, 0.5, alternative=alternative).pvalue) if moved else 1.0
    base, generalised = windows.share_positive, math.nan
    if 0.0 < base < 1.0:
        # Cowan (1992): the share of positive abnormal days of the estimation windows replaces 1/2.
        generalised = float((up - n * base) / np.sqrt(n * base * (1.0 - base)))
    else:
        reasons.append(
            f"The generalised sign test is not computed: {base:.0%} of the days before rose."
        )
    rows = {
        "Patell": (patell, stats.norm, 1.0, "normal", False),
        "BMP": (bmp, law, 1.0, f"t({n - 1})", False),
        "Kolari-Pynnonen": (bmp * factor, law, factor, f"t({n - 1})", True),
        "Corrado rank": (rank, stats.norm, 1.0, "normal", True),
        "generalised sign": (generalised, stats.norm, 1.0, "normal", False),
    }
    judged = {
        test: (value, _tail(value, reference, alternative), times, words, holds)
        for test, (value, reference, times, words, holds) in rows.items()
    }
    judged["sign"] = (float(up), sign, 1.0, f"binomial({moved}, 1/2)", False)
    order = ["Patell", "BMP", "Kolari-Pynnonen", "Corrado rank", "sign", "generalised sign"]
    columns = ["statistic", "p_value", "factor", "reference", "holds_under_correlation"]
    table = pd.DataFrame.from_dict(
        {test: judged[test] for test in order}, orient="index", columns=columns
    )
    table.insert(2, "n", n)
    return table.rename_axis("test"), tuple(reasons)


def _tail(value: float, law: object, alternative: Alternative) -> float:
    sf = law.sf  # type: ignore[attr-defined]
    if alternative == "two-sided":
        return float(2.0 * sf(abs(value)))
    return float(sf(value if alternative == "greater" else -value))


def _labelled(values: FloatArray, sample: Sample, events: EventSet, unit: Unit) -> pd.DataFrame:
    columns = list(sample.outcomes) if unit == "asset" else ["equal-weighted"]
    return pd.DataFrame(values, index=events.dates, columns=columns)
