"""Contrast claims: what followed the events must exceed what followed those of every rival."""

from collections.abc import Sequence

import pandas as pd

from altrotation._guarded import guarded
from altrotation.claims.card import ClaimCard
from altrotation.claims.estimators.effects import against, rival_contrast, run_study, specs_of
from altrotation.claims.estimators.finding import Finding
from altrotation.data.panel import Panel
from altrotation.inference.results import Evidence, Interval, RunInfo

__all__ = ["estimate_contrast"]


@guarded
def estimate_contrast(card: ClaimCard, panel: Panel, *, brief: bool = False) -> Finding:
    """Return the contrast with the rival that comes closest.

    To beat every rival is an intersection of alternatives, so the largest of the p-values is a
    valid p for it without further adjustment (Berger 1982, Technometrics 24). A rival that cannot
    be compared halts the claim.

    Parameters
    ----------
    card : ClaimCard
    panel : Panel
    brief : bool, default False
        Leave out what stands beside the judged cell: for variants.

    Raises
    ------
    CardError
        If the card has no events or an option of it does not exist.
    InputError
        If the panel lacks a series, or a set of events has no complete window.
    """
    events, spec = specs_of(card)
    own = run_study(panel, events, spec, seed=card.seed)
    pairs = [rival_contrast(panel, card, place) for place in range(len(card.rivals))]
    found = [against(card, place, pair) for place, pair in enumerate(pairs)]
    closest = min(
        (i for i, item in enumerate(found) if item.invalid is None),
        key=lambda i: card.side * found[i].estimate,
        default=0,
    )
    rows = [
        _named(pair.table.reset_index(), rival.name).assign(claimed=card.side)
        for pair, rival in zip(pairs, card.rivals, strict=True)
    ]
    item = found[closest]
    if item.invalid is not None:
        return Finding(evidence=item, interval90=None, table=pd.concat(rows, ignore_index=True))
    narrow = rival_contrast(panel, card, closest, level=0.90)
    worst = max(each.p_value for each in found if each.invalid is None)
    judged = Evidence(
        label=f"{item.label} ({events.series} ranks {_rank(card, found)})",
        null=card.null,
        alternative=card.alternative,
        estimate=item.estimate,
        unit=card.unit,
        interval=item.interval,
        p_value=item.p_value,
        p_adjusted=worst,
        family=card.family,
        p_attainable=item.p_attainable,
        n_events=item.n_events,
        n_effective=item.n_effective,
        minimum_detectable_effect=item.minimum_detectable_effect,
        run=RunInfo.capture(
            card.seed, *(panel.value(name) for name in card.needs if name in panel)
        ),
    )
    unheld = [
        f"{rival.name} could not be compared: {each.invalid}"
        for rival, each in zip(card.rivals, found, strict=True)
        if each.invalid is not None
    ]
    held = narrow.evidence(spec.primary, spec.horizon).interval
    others = [each for i, each in enumerate(found) if i != closest]
    return Finding(
        evidence=judged,
        interval90=held if isinstance(held, Interval) else None,
        table=pd.concat(rows, ignore_index=True),
        place=len(pairs[0].table) * closest
        + list(pairs[closest].table.index).index((spec.primary, spec.horizon)),
        others=() if brief else (*others, own.evidence(spec.primary, spec.horizon)),
        study=own,
        halts="; ".join(unheld) or None,
    )


def _rank(card: ClaimCard, found: Sequence[Evidence]) -> str:
    """Return the place of the claimed events among the rivals, 1 for the strongest effect."""
    compared = [card.side * each.estimate for each in found if each.invalid is None]
    return f"{1 + sum(gain < 0 for gain in compared)} of {1 + len(compared)}"


def _named(table: pd.DataFrame, rival: str) -> pd.DataFrame:
    return table.assign(outcome=table["outcome"] + f", less {rival}")
