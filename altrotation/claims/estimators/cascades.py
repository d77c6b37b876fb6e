"""Cascade claims: whether leads run down one claimed order of assets."""

from dataclasses import replace

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.claims.card import ClaimCard
from altrotation.claims.estimators.effects import outcome_levels, run_study
from altrotation.claims.estimators.finding import Finding
from altrotation.claims.specs import CascadeSpec
from altrotation.data.panel import Panel
from altrotation.errors import CardError
from altrotation.inference.results import Evidence
from altrotation.leadlag.cascade import Cascade, cascade

__all__ = ["estimate_cascade"]


@guarded
def estimate_cascade(card: ClaimCard, panel: Panel, *, brief: bool = False) -> Finding:
    """Return the mean lead along the order of a cascade card; its events are a description.

    Parameters
    ----------
    card : ClaimCard
    panel : Panel
    brief : bool, default False
        Leave out what stands beside the judged cell: for variants.

    Raises
    ------
    CardError
        If the card is no cascade.
    InputError
        If the panel lacks a series, or a day inside the sample lacks a value.
    """
    spec = card.design
    if not isinstance(spec, CascadeSpec):
        raise CardError(f"{card.id} is a {card.kind} card, not a cascade.")
    found, narrow = (_cascade(panel, spec, card.seed, level) for level in (0.95, 0.90))
    words = {name: getattr(card, name) for name in ("null", "alternative", "unit", "family")}
    score = replace(found.score, **words)
    study = None
    if not brief and card.events is not None and card.study is not None:
        study = run_study(panel, card.events, card.study, seed=card.seed)
    rows = [
        {
            "outcome": "mean lead along the order",
            "horizon": spec.window,
            "estimate": score.estimate,
            "low": score.interval.low if score.interval else np.nan,
            "high": score.interval.high if score.interval else np.nan,
            "p_value": score.p_value,
            "p_adjusted": score.p_adjusted,
            "n_events": score.n_events,
            "claimed": card.side,
        }
    ]
    for leader, follower in found.links.index:
        link = found.links.loc[(leader, follower)]
        rows.append(
            {
                "outcome": f"{leader} before {follower}",
                "horizon": spec.window,
                "estimate": float(link["estimate"]),
                "low": float(link["low"]),
                "high": float(link["high"]),
                "p_value": float(link["p"]),
                "p_adjusted": float(link["p_adjusted"]),
                "n_events": score.n_events,
                "claimed": card.side,
            }
        )
    others: tuple[Evidence, ...] = ()
    if study is not None and card.study is not None:
        others = (study.evidence(card.study.primary, card.study.horizon),)
    return Finding(
        evidence=score,
        interval90=narrow.score.interval,
        table=pd.DataFrame(rows),
        others=others,
        study=study,
    )


def _cascade(panel: Panel, spec: CascadeSpec, seed: int, level: float) -> Cascade:
    inside = panel.between(spec.start, spec.end)
    moves = pd.DataFrame(np.log(outcome_levels(inside, spec.order))).diff().iloc[1:]
    return cascade(
        moves,
        list(spec.order),
        window=spec.window,
        level=level,
        replicates=spec.replicates,
        seed=seed,
    )
