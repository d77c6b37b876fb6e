"""Projection claims: what follows, or goes with, a feature that was known on the day."""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import pandas as pd
from scipy import stats

from altrotation._guarded import guarded
from altrotation.aliases import FloatArray
from altrotation.claims.card import ClaimCard
from altrotation.claims.estimators.effects import outcome_levels
from altrotation.claims.estimators.features import feature
from altrotation.claims.estimators.finding import Finding
from altrotation.claims.specs import ProjectionSpec, Regressor
from altrotation.data.calendar import labels
from altrotation.data.panel import Panel
from altrotation.errors import CardError, InputError
from altrotation.inference.ewc import ewc_ols
from altrotation.inference.multiple import holm, step_down
from altrotation.inference.results import Evidence, Interval, RunInfo
from altrotation.inference.rotation import rotated_regression
from altrotation.leadlag.results import detectable

__all__ = ["estimate_projection"]


@guarded
def estimate_projection(card: ClaimCard, panel: Panel, *, brief: bool = False) -> Finding:
    """Return the response a projection card judges, with all cells of its family.

    Parameters
    ----------
    card : ClaimCard
    panel : Panel
    brief : bool, default False
        Leave out what stands beside the judged cell: for variants.

    Raises
    ------
    CardError
        If the card names a feature or an option that does not exist.
    InputError
        If the panel lacks a series or the sample is too short.
    """
    spec = card.design
    if not isinstance(spec, ProjectionSpec):
        raise CardError(f"{card.id} is a {card.kind} card, not a projection.")
    # Variants that judge another cell of the same family share its numbers.
    cells = _family(panel, replace(spec, regressor="", primary="", horizon=0))
    place = next(
        i
        for i, cell in enumerate(cells)
        if (cell.regressor.name, cell.outcome, cell.horizon)
        == (spec.regressor, spec.primary, spec.horizon)
    )
    run = RunInfo.capture(card.seed, *(panel.value(name) for name in card.needs if name in panel))
    evidence = [_evidence(card, cell, run) for cell in cells]
    primary = cells[place]
    return Finding(
        evidence=evidence[place],
        interval90=primary.interval(0.90),
        table=pd.DataFrame([_row(cell) for cell in cells]),
        place=place,
        others=() if brief else (*evidence[:place], *evidence[place + 1 :]),
    )


@dataclass(frozen=True, slots=True)
class _Cell:
    """One coefficient: a regressor, an outcome, a horizon."""

    regressor: Regressor
    outcome: str
    horizon: int
    estimate: float
    error: float
    df: float
    rows: int
    overlap: int
    p: float
    p_adjusted: float
    floor: float
    method: str

    def interval(self, level: float) -> Interval:
        reach = float(stats.t.isf((1 - level) / 2, self.df)) * self.error
        return Interval(self.estimate - reach, self.estimate + reach, level, self.method)


@dataclass(frozen=True, slots=True)
class _Data:
    """Outcome columns and regressor columns on the rows of the clock inside the sample."""

    spec: ProjectionSpec
    outcomes: tuple[tuple[str, int], ...]
    y: FloatArray
    x: FloatArray
    logs: FloatArray


@lru_cache(maxsize=64)
def _family(panel: Panel, spec: ProjectionSpec) -> list[_Cell]:
    data = _sample(panel, spec)
    if spec.method == "rotation":
        return _rotations(data)
    return _local_projections(data)


def _sample(panel: Panel, spec: ProjectionSpec) -> _Data:
    inside = panel.between(spec.start, spec.end)
    dates = labels(spec.clock, inside.dates[0], inside.dates[-1])
    columns = [feature(panel, each.feature).reindex(dates) for each in spec.regressors]
    if spec.response is not None:
        y = feature(panel, spec.response).reindex(dates).to_numpy(np.float64)[:, None]
        logs = np.empty((len(dates), 0))
        cells: list[tuple[str, int]] = [("response", 0)]
    else:
        logs = np.log(outcome_levels(inside, spec.outcomes).reindex(dates).to_numpy(np.float64))
        cells = [(name, days) for name in spec.outcomes for days in spec.horizons]
        y = np.column_stack(
            [_ahead(logs[:, j], days, spec.delay) for j in range(logs.shape[1])
             for days in spec.horizons]
        )  # fmt: skip
    x = np.column_stack([column.to_numpy(np.float64) for column in columns])
    return _Data(spec, tuple(cells), y, x, logs)


def _ahead(logs: FloatArray, days: int, delay: int) -> FloatArray:
    later = np.full(len(logs), np.nan)
    last = len(logs) - delay - days
    if last > 0:
        later[:last] = logs[delay + days :] - logs[delay : delay + last]
    return later


def _rotations(data: _Data) -> list[_Cell]:
    """Return every cell, its p from joint rotations and step-down over the family."""
    spec, k = data.spec, len(data.spec.regressors)
    tested = [i for i, each in enumerate(spec.regressors) if each.sign != 0]
    held = [i for i in range(k) if i not in tested]
    groups = [[*tested, *held]] if spec.together else [[i, *held] for i in tested]
    found: list[tuple[int, int, float, float, float, int]] = []
    observed, null, raw, floors = [], [], [], []
    for columns in groups:
        used = data.x[:, columns]
        rotated = rotated_regression(data.y, used)
        p = rotated.p_values()
        for j in range(data.y.shape[1]):
            fit = _cosine_fit(data.y[:, j], used, max(spec.overlap, data.outcomes[j][1]))
            for position, column in enumerate(columns):
                if column not in tested:
                    continue
                scale = float(np.nanstd(_complete(used)[:, position])) if spec.scaled else 1.0
                found.append(
                    (column, j, fit[0][position] * scale, fit[1][position] * scale,
                     fit[2][position], fit[3])
                )  # fmt: skip
                observed.append(abs(rotated.statistics[position, j]))
                null.append(rotated.null[:, position, j])
                raw.append(p[position, j])
                floors.append(1.0 / (1.0 + np.isfinite(null[-1]).sum()))
    adjusted = _joint(np.array(observed), null)
    return [
        _Cell(
            regressor=spec.regressors[column],
            outcome=data.outcomes[j][0],
            horizon=data.outcomes[j][1],
            estimate=estimate,
            error=error,
            df=df,
            rows=rows,
            overlap=max(spec.overlap, data.outcomes[j][1], 1),
            p=float(raw[i]),
            p_adjusted=float(max(adjusted[i], raw[i])),
            floor=float(floors[i]),
            method="cosine covariance",
        )
        for i, (column, j, estimate, error, df, rows) in enumerate(found)
    ]


def _joint(observed: FloatArray, null: list[FloatArray]) -> FloatArray:
    """Return step-down p-values over the shifts that all cells admit.

    The t statistics have classical errors, whose scale the shifts calibrate, and that scale differs
    from cell to cell with the memory of regressor and outcome. Each is divided by its own spread
    over the shifts: a maximum of unlike scales is that of the widest cell alone.
    """
    table = np.column_stack(null)
    shared = table[np.isfinite(table).all(axis=1)]
    if not len(shared):
        raise InputError("No shift is admissible in all cells of the family; narrow it.")
    spread = np.sqrt((np.square(shared).sum(axis=0) + np.square(observed)) / (len(shared) + 1))
    return step_down(observed / spread, np.abs(shared) / spread)


def _complete(x: FloatArray) -> FloatArray:
    rows: FloatArray = x[np.isfinite(x).all(axis=1)]
    return rows


def _cosine_fit(
    y: FloatArray, x: FloatArray, overlap: int
) -> tuple[FloatArray, FloatArray, FloatArray, int]:
    """Return coefficients, errors, degrees of freedom (the intercept left out), rows."""
    keep = np.isfinite(y) & np.isfinite(x).all(axis=1)
    design = np.column_stack([x[keep], np.ones(int(keep.sum()))])
    n, k = design.shape
    # No cosine faster than four overlaps: within one the scores are smooth and their variance low.
    nu = max(k, min(round(0.4 * n ** (2 / 3)), n // (2 * max(overlap, 1))))
    fit = ewc_ols(y[keep], design, cosines=nu, reference="design")
    return fit.coefficients[:-1], fit.standard_errors[:-1], fit.df[:-1], n


def _local_projections(data: _Data) -> list[_Cell]:
    """Return every cell with one lag of outcome and regressor held fixed; Holm over the family.

    The regression of `altrotation.leadlag.local_projection` with one lag and cosine errors, at the
    horizons of the card alone.
    """
    spec, cells = data.spec, []
    for column, each in enumerate(spec.regressors):
        x = data.x[:, column]
        for j, (outcome, horizon) in enumerate(data.outcomes):
            moves = np.diff(data.logs[:, spec.outcomes.index(outcome)], prepend=np.nan)
            held = np.column_stack([x, _lagged(x), moves, _lagged(moves)])
            estimate, error, df, rows = _cosine_fit(data.y[:, j], held, horizon)
            used = np.isfinite(x) & np.isfinite(moves)
            scale = float(x[used].std()) if spec.scaled else 1.0
            p = float(2.0 * stats.t.sf(abs(estimate[0] / error[0]), df[0]))
            floor = float(np.finfo(np.float64).tiny)
            cells.append(
                _Cell(
                    regressor=each,
                    outcome=outcome,
                    horizon=horizon,
                    estimate=float(estimate[0]) * scale,
                    error=float(error[0]) * scale,
                    df=float(df[0]),
                    rows=rows,
                    overlap=horizon,
                    p=max(p, floor),
                    p_adjusted=max(p, floor),
                    floor=floor,
                    method="local projection, cosine covariance",
                )
            )
    adjusted = holm(np.array([cell.p for cell in cells]))
    return [replace(cell, p_adjusted=float(p)) for cell, p in zip(cells, adjusted, strict=True)]


def _lagged(values: FloatArray) -> FloatArray:
    return np.concatenate([[np.nan], values[:-1]])


def _row(cell: _Cell) -> dict[str, object]:
    interval = cell.interval(0.95)
    return {
        "outcome": f"{cell.outcome} on {cell.regressor.name}",
        "horizon": cell.horizon,
        "estimate": cell.estimate,
        "low": interval.low,
        "high": interval.high,
        "p_value": cell.p,
        "p_adjusted": cell.p_adjusted,
        "n_events": cell.rows,
        "claimed": float(cell.regressor.sign),
    }


def _evidence(card: ClaimCard, cell: _Cell, run: RunInfo) -> Evidence:
    words = "on the same day" if cell.horizon == 0 else f"over {cell.horizon} rows"
    return Evidence(
        label=f"{cell.outcome} {words} on {cell.regressor.name}",
        null=card.null,
        alternative=card.alternative,
        estimate=cell.estimate,
        unit=card.unit,
        interval=cell.interval(0.95),
        p_value=cell.p,
        p_adjusted=cell.p_adjusted,
        family=card.family,
        p_attainable=cell.floor,
        n_events=cell.rows,
        n_effective=cell.rows / cell.overlap,
        minimum_detectable_effect=detectable(cell.error),
        run=run,
    )
