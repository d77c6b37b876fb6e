"""Event claims: the primary study, its variants, and how many of them agree."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pandas as pd

from altrotation.claims.card import ClaimCard
from altrotation.claims.measures import levels
from altrotation.claims.results import ClaimResult
from altrotation.claims.specs import EventsSpec, StudySpec
from altrotation.claims.verdict import judge_effect
from altrotation.data.panel import Panel
from altrotation.errors import CardError, InputError
from altrotation.events.breakouts import breakouts, label_failures
from altrotation.events.eventset import EventSet
from altrotation.events.results import EventStudy
from altrotation.events.study import event_study
from altrotation.inference.results import Evidence, Interval

__all__ = ["check_effect", "find_events", "run_study"]


def check_effect(card: ClaimCard, panel: Panel) -> ClaimResult:
    """Return the verdict on an event card, with every variant in the table."""
    events, spec = _specs(card)
    study = run_study(panel, events, spec, seed=card.seed)
    tables = [_labelled(study.table, "primary", "primary")]
    for variant in card.variants:
        try:
            other = run_study(panel, variant.events, variant.study, seed=card.seed)
            tables.append(_labelled(other.table, variant.name, variant.role))
        except InputError as error:
            tables.append(_without_numbers(variant.name, variant.role, variant.study, str(error)))
    table = pd.concat(tables)
    counted = table[table["role"].isin(("primary", "specification")) & table["estimate"].notna()]
    side = 1.0 if card.direction == "greater" else -1.0
    share = float((side * counted["estimate"] > 0).mean())
    primary, horizon = spec.primary, spec.horizon
    evidence = study.evidence(primary, horizon)
    interval90 = None if evidence.invalid else _interval90(card, panel)
    return ClaimResult(
        card=card,
        verdict=judge_effect(card, evidence, interval90, share),
        run=study.run,
        evidence=(evidence, *_others(study, primary, horizon)),
        table=table,
        study=study,
        share_with_sign=share,
        specifications=len(counted),
    )


def find_events(panel: Panel, spec: EventsSpec) -> EventSet:
    """Return the events of a card, each dated when it was known.

    "failed" breakouts are dated at the first close back below the broken level; those that
    "held" at the last session of the time in which they could have failed.
    """
    closes = levels(panel, spec.series)
    found = breakouts(
        closes, kind=spec.kind, window=spec.window, level=spec.level, quiet=spec.quiet
    )
    if spec.select != "all":
        labels = label_failures(found, closes, within=spec.within)
        wanted = labels["failed"] == (spec.select == "failed")
        known = labels.loc[wanted.fillna(False).astype(bool), "known"]
        found = EventSet(
            sorted(set(known)),
            rule=f"{found.rule}; {spec.select} within {spec.within} sessions",
            source=found.source,
            parameters=found.parameters,
        )
    return found.between(spec.start, spec.end)


def run_study(
    panel: Panel, events: EventsSpec, study: StudySpec, *, seed: int, level: float = 0.95
) -> EventStudy:
    """Return the event study that a card, or one of its variants, describes.

    Parameters
    ----------
    panel : Panel
    events, study : EventsSpec, StudySpec
        The two halves of an event card.
    seed : int
        Of placebo dates and bootstrap.
    level : float, default .95
        Of the intervals.
    """
    inside = panel.between(study.start, study.end)
    outcome = inside.frame[_held(panel, study.outcomes)]
    benchmark = inside.frame[_held(panel, study.benchmark)] if study.benchmark else None
    return event_study(
        outcome,
        find_events(panel, events),
        horizons=study.horizons,
        model=study.model,
        benchmark=benchmark,
        null=study.null,
        match_on=panel.close(events.series) if study.null == "matched" else None,
        delay=study.delay,
        level=level,
        seed=seed,
    )


def _interval90(card: ClaimCard, panel: Panel) -> Interval | None:
    """Return the 90 % interval of the primary cell, from the same replicates as the 95 % one."""
    events, spec = _specs(card)
    cell = replace(spec, outcomes=(spec.primary,), horizons=(spec.horizon,))
    study = run_study(panel, events, cell, seed=card.seed, level=0.90)
    return study.evidence(cell.primary, cell.horizon).interval


def _specs(card: ClaimCard) -> tuple[EventsSpec, StudySpec]:
    if card.events is None or card.study is None:
        raise CardError(f"{card.id} is a {card.kind} card; only event cards have an effect.")
    return card.events, card.study


def _held(panel: Panel, names: Iterable[str]) -> list[str]:
    for name in names:
        panel.card(name)  # raises, naming the series the panel lacks
    return list(names)


def _others(study: EventStudy, primary: str, horizon: int) -> tuple[Evidence, ...]:
    cells = [cell for cell in study.table.index if cell != (primary, horizon)]
    return tuple(study.evidence(outcome, days) for outcome, days in cells)


def _labelled(table: pd.DataFrame, name: str, role: str) -> pd.DataFrame:
    return table.reset_index().assign(variant=name, role=role)


def _without_numbers(name: str, role: str, study: StudySpec, reason: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "outcome": [study.primary],
            "horizon": [study.horizon],
            "estimate": [np.nan],
            "variant": [name],
            "role": [role],
            "invalid": [reason],
        }
    )
