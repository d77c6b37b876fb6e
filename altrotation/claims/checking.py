"""Effect claims: the primary specification, its variants, how many agree, and the verdict."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Protocol

import numpy as np
import pandas as pd

from altrotation.claims.card import ClaimCard
from altrotation.claims.estimators.breaks import estimate_break
from altrotation.claims.estimators.cascades import estimate_cascade
from altrotation.claims.estimators.clocks import estimate_clocks
from altrotation.claims.estimators.contrasts import estimate_contrast
from altrotation.claims.estimators.effects import estimate_events
from altrotation.claims.estimators.finding import Finding
from altrotation.claims.estimators.joint import adjusted_jointly
from altrotation.claims.estimators.projections import estimate_projection
from altrotation.claims.estimators.strategies import estimate_strategy
from altrotation.claims.estimators.unlocks import estimate_unlocks
from altrotation.claims.facts import check_fact
from altrotation.claims.results import ClaimResult
from altrotation.claims.robustness.robustness import robustness
from altrotation.claims.specs import Variant
from altrotation.claims.verdict import judge_break, judge_effect
from altrotation.data.panel import Panel
from altrotation.errors import InputError
from altrotation.events.results import EventStudy
from altrotation.inference.results import Evidence

__all__ = ["check_effect"]


class _Estimator(Protocol):
    def __call__(self, card: ClaimCard, panel: Panel, *, brief: bool) -> Finding: ...


_ESTIMATORS: dict[str, _Estimator] = {
    "event": estimate_events,
    "contrast": estimate_contrast,
    "projection": estimate_projection,
    "clocks": estimate_clocks,
    "cascade": estimate_cascade,
    "break": estimate_break,
    "strategy": estimate_strategy,
}

_COUNTED = ("primary", "specification")


def check_effect(card: ClaimCard, panel: Panel, archive: Path | None = None) -> ClaimResult:
    """Return the verdict on a card that claims an effect, with every variant in the table.

    The share with the claimed sign is over the cells of the primary specification and of the
    variants in the role of a specification, each different estimate once.

    Parameters
    ----------
    card : ClaimCard
        Of any kind but "fact".
    panel : Panel
    archive : Path, optional
        Folder of the raw archive, for claims about single coins.

    Raises
    ------
    CardError
        If the card asks for something that does not exist.
    InputError
        If the panel lacks what the primary specification needs.
    """
    estimate = _estimator(card, archive)
    found = estimate(card, panel, brief=False)
    tables, studies = [_labelled(found, "primary", "primary")], [found.study]
    for variant in card.variants:
        try:
            other = estimate(card.under(variant), panel, brief=True)
        except InputError as error:
            tables.append(_without_numbers(variant, str(error)))
            continue
        tables.append(_labelled(other, variant.name, variant.role))
        if variant.role == "specification":
            studies.append(other.study)
    table = pd.concat(tables, ignore_index=True)
    evidence = found.evidence
    if card.study is not None and card.study.jointly and evidence.invalid is None:
        evidence = _jointly(evidence, [each for each in studies if each], found.place)
    facts = tuple(check_fact(panel, spec) for spec in card.facts)
    tried = table[table["role"].isin(_COUNTED) & table["estimate"].notna()].drop_duplicates(
        ["outcome", "horizon", "estimate"]
    )
    counted = tried[tried["claimed"] != 0.0]
    agree = counted["claimed"] * counted["estimate"] > 0
    share = float(agree.mean()) if len(counted) else None
    number = len(counted) or len(tried)  # where no sign is claimed, all of them
    company = robustness(card, panel)
    if company is not None and company.curve is not None:
        share, number = company.curve.share_with_sign, len(company.curve.table)
    failing = [
        f"{fact.text} Measured {fact.shown}" for fact in facts if fact.primary and not fact.holds
    ]
    halts = "; ".join(filter(None, [found.halts, *failing])) or None
    if card.kind == "break":
        verdict = judge_break(card, evidence, table[table["role"] == "primary"], halts=halts)
    else:
        verdict = judge_effect(
            card, evidence, found.interval90, share if share is not None else 0.0, halts=halts
        )
    return ClaimResult(
        card=card,
        verdict=verdict,
        run=evidence.run,
        evidence=(evidence, *found.others),
        facts=facts,
        table=table,
        study=found.study,
        share_with_sign=share,
        specifications=number,
        robustness=company,
    )


def _jointly(evidence: Evidence, studies: list[EventStudy], place: int) -> Evidence:
    adjusted = float(adjusted_jointly(studies)[0].ravel()[place])
    return replace(evidence, p_adjusted=max(adjusted, evidence.p_value))


def _labelled(found: Finding, name: str, role: str) -> pd.DataFrame:
    judged = np.arange(len(found.table)) == found.place
    return found.table.assign(variant=name, role=role, judged=judged)


def _without_numbers(variant: Variant, reason: str) -> pd.DataFrame:
    row = {"outcome": "", "estimate": np.nan, "claimed": 0.0, "judged": True, "invalid": reason}
    return pd.DataFrame([row | {"variant": variant.name, "role": variant.role}])


def _estimator(card: ClaimCard, archive: Path | None) -> _Estimator:
    if card.kind == "unlocks":
        return partial(estimate_unlocks, archive=archive)
    return _ESTIMATORS[card.kind]
