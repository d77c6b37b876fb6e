"""The rungs of the inference ladder: one test of the same cell each, from an event study."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from altrotation.claims.robustness.cell import Cell
from altrotation.errors import InputError
from altrotation.events.calendar_time import calendar_time
from altrotation.events.parametric import parametric_tests
from altrotation.events.study import Null
from altrotation.inference.ewc import ewc_ols
from altrotation.inference.hac import hac_ols

__all__ = ["RUNGS", "Rung", "climb"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One test of the cell; `invalid` says why it could not be made.

    Parameters
    ----------
    name : str
    respects : str
        What dependence the test allows for.
    against : str
        What the estimate is compared with.
    estimate : float
        Log points over the horizon.
    p_value : float
        Two-sided.
    sample : float
        What the test takes for its sample size, in `unit`.
    unit : str
    p_attainable : float
        The smallest p a test by resampling can return; NaN for the others.
    invalid : str
    """

    name: str
    respects: str
    against: str = ""
    estimate: float = float("nan")
    p_value: float = float("nan")
    sample: float = float("nan")
    unit: str = ""
    p_attainable: float = float("nan")
    invalid: str = ""


def climb(cell: Cell) -> list[Rung]:
    """Return every rung, in the order of `RUNGS`.

    Parameters
    ----------
    cell : Cell
    """
    rungs = []
    for name, (respects, test) in RUNGS.items():
        try:
            found = test(cell)
        except InputError as error:
            found = {"invalid": str(error)}
        rungs.append(Rung(name=name, respects=respects, **found))  # type: ignore[arg-type]
    return rungs


def _naive_days(cell: Cell) -> dict[str, object]:
    y, x = cell.regression()
    inside = x[:, 1] == 1.0
    test = stats.ttest_ind(y[inside], y[~inside])  # = least squares on the dummy
    return {
        "against": "other days",
        "estimate": float(y[inside].mean() - y[~inside].mean()),
        "p_value": float(test.pvalue),
        "sample": float(inside.sum()),
        "unit": "days",
    }


def _naive_events(cell: Cell) -> dict[str, object]:
    windows = cell.study.car(cell.outcome, cell.horizon).dropna().to_numpy()
    if len(windows) < 2:
        raise InputError(f"a t-test needs two events, got {len(windows)}")
    return {
        "against": "zero",
        "estimate": float(windows.mean()),
        "p_value": float(stats.ttest_1samp(windows, 0.0).pvalue),
        "sample": float(len(windows)),
        "unit": "events",
    }


def _by_event(test: str) -> Callable[[Cell], dict[str, object]]:
    def run(cell: Cell) -> dict[str, object]:
        found = parametric_tests(
            cell.prices,
            cell.study.events,
            horizon=cell.horizon,
            model=cell.study.model,
            benchmark=cell.inputs.benchmark,
            estimation=cell.study.returns.estimation or 250,
            unit="event",
            delay=cell.study.delay,
        )
        row = found.table.loc[[test]].iloc[0]
        return {
            "against": "zero",
            "estimate": float(np.nanmean(found.car.to_numpy())),
            "p_value": float(row["p_value"]),
            "sample": float(row["n"]),
            "unit": "clusters",
        }

    return run


def _by_outcome(cell: Cell) -> dict[str, object]:
    if len(cell.study.outcomes) < 2:
        raise InputError("the card has one outcome: no units that share the events")
    found = parametric_tests(
        cell.inputs.outcomes,
        cell.study.events,
        horizon=cell.horizon,
        model=cell.study.model,
        benchmark=cell.inputs.benchmark,
        estimation=cell.study.returns.estimation or 250,
        unit="asset",
        delay=cell.study.delay,
    )
    row = found.table.loc[["Kolari-Pynnonen"]].iloc[0]
    n, r = float(row["n"]), found.correlation
    return {
        "against": "zero",
        "estimate": float(np.nanmean(found.car.to_numpy())),
        "p_value": float(row["p_value"]),
        "sample": n / (1.0 + (n - 1.0) * r),
        "unit": f"effective outcomes of {n:.0f}",
    }


def _newey_west(cell: Cell) -> dict[str, object]:
    y, x = cell.regression()
    fit = hac_ols(y, x, bandwidth=cell.horizon - 1)
    return {
        "against": "other days",
        "estimate": float(fit.coefficients[1]),
        "p_value": float(fit.p_values()[1]),
        "sample": len(y) / cell.horizon,
        "unit": "stretches of the horizon",
    }


def _cosines(cell: Cell) -> dict[str, object]:
    y, x = cell.regression()
    n = len(y)
    # Cosines of periods above two horizons, where the spectrum of overlapping sums is flat.
    nu = max(2, min(round(0.4 * n ** (2 / 3)), n // cell.horizon))
    fit = ewc_ols(y, x, cosines=nu, reference="design")
    return {
        "against": "other days",
        "estimate": float(fit.coefficients[1]),
        "p_value": float(fit.p_values()[1]),
        "sample": float(fit.df[1]),
        "unit": "degrees of freedom",
    }


def _calendar(cell: Cell) -> dict[str, object]:
    place = cell.study.outcomes.index(cell.outcome)
    daily = cell.study.returns.daily(place)
    known = np.isfinite(cell.study.returns.levels[:, place])
    level = np.where(known, np.exp(np.nancumsum(daily)), np.nan)
    found = calendar_time(
        pd.Series(level, index=cell.inputs.dates, name=cell.outcome),
        cell.study.events,
        horizon=cell.horizon,
        delay=cell.study.delay,
    )
    return {
        "against": "closed days",
        "estimate": found.evidence.estimate,
        "p_value": found.evidence.p_value,
        "sample": found.evidence.n_effective,
        "unit": "windows of open days",
    }


def _bootstrap(cell: Cell) -> dict[str, object]:
    place = cell.study.outcomes.index(cell.outcome)
    errors = cell.study.errors[:, place, cell.study.horizons.index(cell.horizon)]
    row = cell.study.table.loc[[(cell.outcome, cell.horizon)]].iloc[0]
    estimate, draws = float(row["estimate"]), len(errors)
    # The level at which the basic interval first reaches zero.
    tail = min((errors >= estimate).sum(), (errors <= estimate).sum())
    return {
        "against": "zero",
        "estimate": estimate,
        "p_value": min(1.0, 2.0 * (1.0 + float(tail)) / (draws + 1.0)),
        "sample": float(row["n_events"]),
        "unit": "events",
        "p_attainable": 2.0 / (draws + 1.0),
    }


def _placebo(null: Null, column: str) -> Callable[[Cell], dict[str, object]]:
    def run(cell: Cell) -> dict[str, object]:
        study = cell.study
        if study.null != null:
            study = cell.inputs.again(study.events, null=null, match_on=cell.source, seed=cell.seed)
        row = study.table.loc[[(cell.outcome, cell.horizon)]].iloc[0]
        return {
            "against": "other dates",
            "estimate": float(row["excess"]),
            "p_value": float(row[column]),
            "sample": float(row["n_effective"]),
            "unit": "effective events",
            "p_attainable": float(row["p_attainable"]),
        }

    return run


RUNGS: dict[str, tuple[str, Callable[[Cell], dict[str, object]]]] = {
    "naive t, every day of a window": (
        "nothing: overlapping outcomes count as independent days (wrong)",
        _naive_days,
    ),
    "Patell": ("unequal variances of events; not that variance changes", _by_event("Patell")),
    "naive t, one outcome an event": ("that an event is one observation", _naive_events),
    "BMP": ("that events change the variance", _by_event("BMP")),
    "Kolari-Pynnonen": (
        "the correlation of the card's outcomes, which share events (their mean)",
        _by_outcome,
    ),
    "Corrado rank": ("tails; days taken as independent", _by_event("Corrado rank")),
    "Newey-West": ("the overlap of outcomes, with normal quantiles", _newey_west),
    "EWC": ("the overlap, with the few degrees of freedom of few windows", _cosines),
    "calendar-time portfolio": (
        "overlapping windows: no day counts twice; few windows",
        _calendar,
    ),
    "stationary block bootstrap": ("serial dependence within blocks", _bootstrap),
    "matched placebo dates": (
        "clusters of events, and the run-up and risk before them",
        _placebo("matched", "p_value"),
    ),
    "exact rotation": (
        "all dependence of the outcome and all gaps between events",
        _placebo("rotation", "p_value"),
    ),
    "exact rotation, adjusted": (
        "the same, and the other outcomes and horizons of the card",
        _placebo("rotation", "p_adjusted"),
    ),
}
"""Every rung in order: what dependence it respects, and the test."""
