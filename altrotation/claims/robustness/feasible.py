"""Which specifications of a grid the data allow, and why the others are left out."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pandas as pd

from altrotation.aliases import IntArray
from altrotation.claims.estimators.effects import find_events
from altrotation.claims.robustness.axes import CurveSpec
from altrotation.claims.robustness.cells import Cells, cell_key, has_outcome, outcome_cells
from altrotation.claims.robustness.grid import Specification, events_of, specifications
from altrotation.claims.specs import EventsSpec, StudySpec
from altrotation.data.panel import Panel
from altrotation.errors import InputError
from altrotation.events.returns import Model

__all__ = ["Feasible", "Rule", "feasible_specifications"]

Rule: TypeAlias = tuple[str, int]
"""A definition and a quiet spell: what decides which days are events."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Feasible:
    """The specifications that can be computed, with what they are computed from.

    Parameters
    ----------
    specifications : tuple of Specification
    dropped : dict
        The reason for every other specification of the grid.
    cells : Cells
    columns : array of shape (S,)
        The column of `cells` each specification reads.
    rows : dict
        Rows of the events of every rule on the circle of days.
    """

    specifications: tuple[Specification, ...]
    dropped: dict[Specification, str]
    cells: Cells
    columns: IntArray
    rows: dict[Rule, IntArray]


def feasible_specifications(
    panel: Panel, events: EventsSpec, study: StudySpec, axes: CurveSpec
) -> Feasible:
    """Return the specifications of the grid that exist in the data.

    Left out, each with its reason: series and benchmarks the panel lacks; a rule that finds the
    same days as an earlier one; a sample that takes no window away; fewer than `axes.least` events.

    Parameters
    ----------
    panel : Panel
    events, study : EventsSpec, StudySpec
    axes : CurveSpec

    Raises
    ------
    InputError
        If the panel is not on the 24/7 clock, or no outcome has a value in the study.
    InputError
        If an event lies outside the days of the study.
    InputError
        If no specification is left.
    """
    grid = specifications(events, study, axes)
    benchmarks = _benchmarks(study, axes)
    found = {_rule(spec): events_of(spec, events) for spec in grid}
    dates = {rule: find_events(panel, wanted).dates for rule, wanted in found.items()}
    reasons = {spec: _absence(panel, spec, benchmarks, dates) for spec in grid}
    present = [spec for spec, reason in reasons.items() if not reason]
    if not present:
        raise InputError(_nothing_left(reasons))
    keys = {cell_key(spec) for spec in present}
    cells = outcome_cells(panel, keys, start=study.start, end=study.end, benchmarks=benchmarks)
    rows = {rule: _rows(days, cells.days) for rule, days in dates.items()}
    reasons |= {spec: _thinness(spec, cells, rows, axes.least) for spec in present}
    kept = tuple(spec for spec in present if not reasons[spec])
    if not kept:
        raise InputError(_nothing_left(reasons))
    return Feasible(
        specifications=kept,
        dropped={spec: reason for spec, reason in reasons.items() if reason},
        cells=cells,
        columns=np.array([cells.columns[cell_key(spec)] for spec in kept], dtype=np.int64),
        rows={rule: rows[rule] for rule in dict.fromkeys(_rule(spec) for spec in kept)},
    )


def _rule(spec: Specification) -> Rule:
    return spec.definition, spec.quiet


def _benchmarks(study: StudySpec, axes: CurveSpec) -> dict[Model, tuple[str, ...]]:
    """Return what each model subtracts: the card's own benchmark under the card's own model."""
    usual: dict[Model, tuple[str, ...]] = {
        "difference": (),
        "constant-mean": (),
        "market": axes.market,
    }
    return usual | {study.model: study.benchmark or usual[study.model]}


def _absence(
    panel: Panel,
    spec: Specification,
    benchmarks: dict[Model, tuple[str, ...]],
    dates: dict[Rule, pd.DatetimeIndex],
) -> str:
    """Return why the panel does not allow `spec`, or nothing."""
    if not has_outcome(panel, spec.series):
        return f"the panel has no series {spec.series}"
    for name in benchmarks[spec.model]:
        if name not in panel:
            return f"the panel has no benchmark {name}"
    if spec.series in benchmarks[spec.model]:
        return f"{spec.series} would be its own benchmark"
    mine = dates[_rule(spec)]
    for rule, days in dates.items():
        if rule == _rule(spec):
            break
        if days.equals(mine):
            return (
                f"{spec.definition} after {spec.quiet} finds the days of {rule[0]} after {rule[1]}"
            )
    return ""


def _thinness(spec: Specification, cells: Cells, rows: dict[Rule, IntArray], least: int) -> str:
    """Return why `spec` adds nothing or has too few events, or nothing."""
    values = cells.values[:, cells.columns[cell_key(spec)]]
    whole = cells.columns.get((spec.clock, "full", *cell_key(spec)[2:]))
    if spec.sample != "full" and whole is not None:
        same = np.array_equal(values, cells.values[:, whole], equal_nan=True)
        if same:
            return f"{spec.series} has no window outside the sample {spec.sample}"
    count = int(np.isfinite(values[rows[_rule(spec)]]).sum())
    return f"fewer than {least} events" if count < least else ""


def _rows(dates: pd.DatetimeIndex, days: pd.DatetimeIndex) -> IntArray:
    outside = (dates < days[0]) | (dates > days[-1])
    if outside.any():
        raise InputError(
            f"The event {dates[outside][0]:%Y-%m-%d} lies outside the days of the study, "
            f"{days[0]:%Y-%m-%d} to {days[-1]:%Y-%m-%d}; narrow `start` and `end` of the events."
        )
    rows: IntArray = days.get_indexer(dates).astype(np.int64)
    return rows


def _nothing_left(reasons: dict[Specification, str]) -> str:
    listed = "; ".join(dict.fromkeys(reasons.values()))
    return f"No specification is left ({listed}); widen the axes or lower `least`."
