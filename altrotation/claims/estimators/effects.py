"""Event claims: which events, which outcomes, and what followed; alone or against rivals."""

import warnings
from collections.abc import Iterable
from dataclasses import replace

import pandas as pd

from altrotation._guarded import guarded
from altrotation.claims.card import ClaimCard
from altrotation.claims.estimators.features import feature
from altrotation.claims.estimators.finding import Finding
from altrotation.claims.estimators.states import STATES, state_events
from altrotation.claims.measures.levels import levels
from altrotation.claims.specs import EventsSpec, StudySpec
from altrotation.data.panel import Panel
from altrotation.errors import CardError, SampleStartWarning
from altrotation.events.breakouts import BreakoutKind, breakouts, label_failures
from altrotation.events.contrast import contrast
from altrotation.events.contrast_results import EventContrast
from altrotation.events.eventset import EventSet
from altrotation.events.excess import event_excess
from altrotation.events.results import EventStudy
from altrotation.events.study import event_study
from altrotation.inference.results import Evidence

__all__ = [
    "against",
    "estimate_events",
    "find_events",
    "outcome_levels",
    "rival_contrast",
    "run_study",
    "specs_of",
]

_TIERS = ("large", "mid", "small")
_BREAKOUTS: dict[str, BreakoutKind] = {"record": "record", "high": "high", "level": "level"}


@guarded
def estimate_events(card: ClaimCard, panel: Panel, *, brief: bool = False) -> Finding:
    """Return the study of an event card, judged by the excess over other dates.

    The mean outcome itself, and what followed less what followed rivals, stand beside.

    Parameters
    ----------
    card : ClaimCard
    panel : Panel
    brief : bool, default False
        Leave out what stands beside: for variants.

    Raises
    ------
    CardError
        If the card is no event card or an option of it does not exist.
    InputError
        If the panel lacks a series, or no event has a complete window.
    """
    events, spec = specs_of(card)
    study = run_study(panel, events, spec, seed=card.seed)
    evidence = mean = study.evidence(spec.primary, spec.horizon)
    held, others = None, list[Evidence]()
    if mean.invalid is None:
        excess = event_excess(study, spec.primary, spec.horizon)
        evidence, held = excess.judged, excess.interval(0.90)
    if not brief:
        others = [
            against(card, place, rival_contrast(panel, card, place))
            for place in range(len(card.rivals))
        ]
        if mean.invalid is None:  # drift included: a description of what is judged
            others.append(mean)
        cells = [cell for cell in study.table.index if cell != (spec.primary, spec.horizon)]
        others += [study.evidence(outcome, days) for outcome, days in cells]
    return Finding(
        evidence=evidence,
        interval90=held,
        table=study.table.reset_index().assign(claimed=card.side),
        place=list(study.table.index).index((spec.primary, spec.horizon)),
        others=tuple(others),
        study=study,
    )


def specs_of(card: ClaimCard) -> tuple[EventsSpec, StudySpec]:
    """Return the events and the study of a card.

    Parameters
    ----------
    card : ClaimCard

    Returns
    -------
    EventsSpec, StudySpec

    Raises
    ------
    CardError
        If it has none.
    """
    if card.events is None or card.study is None:
        raise CardError(f"{card.id} is a {card.kind} card; it has no events to study.")
    return card.events, card.study


def rival_contrast(
    panel: Panel, card: ClaimCard, place: int, *, level: float = 0.95
) -> EventContrast:
    """Return what followed the events of a card less what followed those of one of its rivals.

    Parameters
    ----------
    panel : Panel
    card : ClaimCard
        Of kind "event" or "contrast".
    place : int
        Which rival.
    level : float, default .95
    """
    events, study = specs_of(card)
    rival = card.rivals[place]
    inside = panel.between(study.start, study.end)
    first, second = find_events(panel, events), find_events(panel, rival.events)
    return contrast(
        outcome_levels(inside, study.outcomes),
        first,
        EventSet(second.dates, rule=f"{second.rule} ({rival.name})", source=second.source),
        horizons=study.horizons,
        model=study.model,
        benchmark=inside.frame[list(study.benchmark)] if study.benchmark else None,
        delay=study.delay,
        level=level,
        seed=card.seed,
    )


def against(card: ClaimCard, place: int, found: EventContrast) -> Evidence:
    """Return the judged cell of a contrast with one of the card's rivals, called by their names.

    Parameters
    ----------
    card : ClaimCard
        Of kind "event" or "contrast".
    place : int
        Which rival.
    found : EventContrast
        Of `rival_contrast`.
    """
    _, study = specs_of(card)
    label = f"{study.primary} over {study.horizon} days, less {card.rivals[place].name}"
    return replace(found.evidence(study.primary, study.horizon), label=label)


def outcome_levels(panel: Panel, names: Iterable[str]) -> pd.DataFrame:
    """Return the levels an outcome is the return of: a series, or a tier in dollars.

    Parameters
    ----------
    panel : Panel
    names : iterable of str
        Series of the panel, or "large", "mid", "small": the tier's index against Bitcoin times
        Bitcoin.

    Returns
    -------
    DataFrame of shape (n_days, n_names)
        In the units of the series; NaN where one is missing.

    Raises
    ------
    InputError
        If the panel lacks a series.
    """
    columns = {}
    for name in names:
        if name in _TIERS and name not in panel:
            columns[name] = panel.value(f"{name}/BTC") * panel.value("BTC")
        else:
            columns[name] = panel.value(name)
    return pd.DataFrame(columns)


def find_events(panel: Panel, spec: EventsSpec) -> EventSet:
    """Return the events of a card, each dated when it was known.

    "failed" breakouts are dated at the first close back below the broken level; those that
    "held" at the last session of the time in which they could have failed.

    Parameters
    ----------
    panel : Panel
    spec : EventsSpec

    Raises
    ------
    CardError
        If a field that the kind needs is missing.
    InputError
        If the panel lacks a series.
    """
    found = state_events(panel, spec) if spec.kind in STATES else _breakouts(panel, spec)
    if spec.given is not None:
        on = feature(panel, spec.given).reindex(found.dates) >= 0.5
        words = str(spec.given.get("name"))
        found = EventSet(
            found.dates[on.to_numpy()], rule=f"{found.rule}, given {words}", source=found.source
        )
    return found.between(spec.start, spec.end)


def _breakouts(panel: Panel, spec: EventsSpec) -> EventSet:
    closes = levels(panel, spec.series)
    with warnings.catch_warnings():
        # of all history, of which the span of the card is still to be cut; the rule says since when
        warnings.simplefilter("ignore", SampleStartWarning)
        found = breakouts(
            closes,
            kind=_BREAKOUTS[spec.kind],
            window=spec.window,
            level=spec.level,
            quiet=spec.quiet,
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
    return found


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
    for name in study.benchmark:
        panel.card(name)  # raises, naming the series the panel lacks
    return event_study(
        outcome_levels(inside, study.outcomes),
        find_events(panel, events),
        horizons=study.horizons,
        model=study.model,
        benchmark=inside.frame[list(study.benchmark)] if study.benchmark else None,
        null=study.null,
        match_on=panel.close(events.series) if study.null == "matched" else None,
        delay=study.delay,
        level=level,
        seed=seed,
    )
