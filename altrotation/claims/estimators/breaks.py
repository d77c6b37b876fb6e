"""Break claims: whether the response of an outcome to several features changed on a date."""

from dataclasses import replace

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.aliases import FloatArray
from altrotation.claims.card import ClaimCard
from altrotation.claims.estimators.effects import outcome_levels
from altrotation.claims.estimators.features import feature
from altrotation.claims.estimators.finding import Finding
from altrotation.claims.specs import BreakSpec
from altrotation.data.panel import Panel
from altrotation.errors import CardError
from altrotation.inference.multiple import holm
from altrotation.inference.results import Evidence, Interval, RunInfo
from altrotation.leadlag.results import detectable, row_of
from altrotation.regimes.known_break import KnownBreak, known_break
from altrotation.regimes.rotated_break import rotated_sup_wald

__all__ = ["estimate_break"]


@guarded
def estimate_break(card: ClaimCard, panel: Panel, *, brief: bool = False) -> Finding:
    """Return the largest change of a response, with the joint p of all of them.

    The estimate is the change with the largest t statistic, its sign taken off, so that the
    interval can be held against zero and the smallest effect; the p is that of the joint test.

    Parameters
    ----------
    card : ClaimCard
    panel : Panel
    brief : bool, default False
        Leave out what stands beside the judged cell: for variants.

    Raises
    ------
    CardError
        If the card is no break card.
    InputError
        If the panel lacks a series or a segment is too short.
    """
    spec = card.design
    if not isinstance(spec, BreakSpec):
        raise CardError(f"{card.id} is a {card.kind} card, not one of a break.")
    outcome, regressors = _sample(panel, spec)
    found, narrow = (
        known_break(outcome, regressors, date=spec.date, overlap=spec.horizon, level=level)
        for level in (0.95, 0.90)
    )
    table = found.table.drop(index=found.table.index[0])  # the intercept is no response
    adjusted = holm(table["p_value"].to_numpy(np.float64))
    size = (table["change"] / table["standard error"]).abs()
    worst = str(size.idxmax())
    run = RunInfo.capture(card.seed, outcome, regressors)
    changes = _changes(card, spec, found, adjusted, run)
    rows = [
        {
            "outcome": each.label,
            "horizon": spec.horizon,
            "estimate": each.estimate,
            "low": row_of(table, name)["low"],
            "high": row_of(table, name)["high"],
            "p_value": each.p_value,
            "p_adjusted": each.p_adjusted,
            "n_events": each.n_events,
            "claimed": 0.0,
        }
        for name, each in zip(table.index, changes, strict=True)
    ]
    rows.append({"outcome": "all responses jointly", "horizon": spec.horizon,
                 "estimate": np.nan, "p_value": found.responses_p, "p_adjusted": found.responses_p,
                 "n_events": len(outcome), "claimed": 0.0})  # fmt: skip
    if not brief:
        rows.append(_unknown_date(outcome, regressors, spec))
    place = list(table.index).index(worst)
    evidence = replace(
        changes[place],
        label=f"largest change of a response, to {worst}, sign taken off",
        null=card.null,
        alternative=card.alternative,
        estimate=abs(changes[place].estimate),
        interval=_unsigned(found, worst),
        p_value=found.responses_p,
        p_adjusted=found.responses_p,
        family=card.family,
    )
    return Finding(
        evidence=evidence,
        interval90=_unsigned(narrow, worst),
        table=pd.DataFrame(rows),
        place=place,
        others=() if brief else changes,
    )


def _unknown_date(
    outcome: pd.Series, regressors: pd.DataFrame, spec: BreakSpec
) -> dict[str, object]:
    found = rotated_sup_wald(outcome, regressors, trim=spec.trim, overlap=spec.horizon)
    return {
        "outcome": f"unknown date, most likely after {found.date:%Y-%m-%d} (sup-Wald, rotated)",
        "horizon": spec.horizon,
        "estimate": np.nan,
        "p_value": found.p_value,
        "p_adjusted": found.p_value,
        "n_events": len(outcome),
        "claimed": 0.0,
    }


def _sample(panel: Panel, spec: BreakSpec) -> tuple[pd.Series, pd.DataFrame]:
    inside = panel.between(spec.start, spec.end)
    logs = np.log(outcome_levels(inside, (spec.outcome,))[spec.outcome])
    ahead = logs.shift(-spec.delay - spec.horizon) - logs.shift(-spec.delay)
    columns = {
        each.name: feature(panel, each.feature).reindex(inside.dates) for each in spec.regressors
    }
    whole = pd.DataFrame({"outcome": ahead, **columns}).dropna()
    scaled = whole.drop(columns="outcome")
    return whole["outcome"], scaled / scaled.std()


def _changes(
    card: ClaimCard, spec: BreakSpec, found: KnownBreak, adjusted: FloatArray, run: RunInfo
) -> tuple[Evidence, ...]:
    """Return the change of every response on its own, adjusted among themselves."""
    n = found.n_before + found.n_after
    changes = []
    for name, p_adjusted in zip(found.table.index[1:], adjusted, strict=True):
        row = row_of(found.table, name)
        changes.append(
            Evidence(
                label=f"change of the response to {name}",
                null=f"The response to {name} is the same before and after {spec.date}.",
                alternative="It changed.",
                estimate=row["change"],
                unit=card.unit,
                interval=Interval(row["low"], row["high"], found.level, found.method),
                p_value=row["p_value"],
                p_adjusted=float(p_adjusted),
                family=f"{len(adjusted)} responses, Holm",
                p_attainable=float(np.finfo(np.float64).tiny),
                n_events=n,
                n_effective=n / spec.horizon,
                minimum_detectable_effect=detectable(row["standard error"]),
                run=run,
            )
        )
    return tuple(changes)


def _unsigned(found: KnownBreak, name: str) -> Interval:
    row = row_of(found.table, name)
    low, high = row["low"], row["high"]
    if row["change"] < 0:
        low, high = -high, -low
    return Interval(low, high, found.level, found.method)
