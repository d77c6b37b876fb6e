"""Event claims: the primary study, its variants, and how many of them agree."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from altrotation.claims.card import ClaimCard, EventsSpec, StudySpec
from altrotation.claims.results import ClaimResult
from altrotation.claims.verdict import judge_effect
from altrotation.data.panel import Panel
from altrotation.errors import InputError
from altrotation.events.breakouts import breakouts, label_failures
from altrotation.events.eventset import EventSet
from altrotation.events.results import EventStudy
from altrotation.events.study import event_study

__all__ = ["check_effect", "find_events", "run_study"]


def check_effect(card: ClaimCard, panel: Panel) -> ClaimResult:
    """Return the verdict on an event card, with every variant in the table."""
    assert card.events is not None
    assert card.study is not None
    study = run_study(panel, card.events, card.study, seed=card.seed)
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
    primary, horizon = card.study.primary, card.study.horizon
    evidence = study.evidence(primary, horizon)
    interval90 = None if evidence.invalid else study.interval(primary, horizon, level=0.90)
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
    closes = panel.close(spec.series).dropna()
    found = breakouts(
        closes, kind=spec.kind, window=spec.window, level=spec.level, quiet=spec.quiet
    )
    if spec.select != "all":
        labels = label_failures(found, closes, within=spec.within)
        if spec.select not in ("failed", "held"):
            raise InputError(f"`select` must be all, failed or held, got {spec.select!r}.")
        wanted = labels["failed"] == (spec.select == "failed")
        known = labels.loc[wanted.fillna(False).astype(bool), "known"]
        found = EventSet(
            sorted(set(known)),
            rule=f"{found.rule}; {spec.select} within {spec.within} sessions",
            source=found.source,
            parameters=found.parameters,
        )
    return found.between(spec.start, spec.end)


def run_study(panel: Panel, events: EventsSpec, study: StudySpec, *, seed: int) -> EventStudy:
    """Return the event study that a card, or one of its variants, describes."""
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
        seed=seed,
    )


def _held(panel: Panel, names: Iterable[str]) -> list[str]:
    for name in names:
        panel.card(name)  # raises, naming the series the panel lacks
    return list(names)


def _others(study: EventStudy, primary: str, horizon: int) -> tuple:
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
