"""Claims: cards written before their result, judged by fixed rules, locked."""

from typing import TYPE_CHECKING

from altrotation._lazy import open_doors

if TYPE_CHECKING:
    from altrotation.claims.card import ClaimCard as ClaimCard
    from altrotation.claims.card import load_card as load_card
    from altrotation.claims.card import load_cards as load_cards
    from altrotation.claims.lock import Difference as Difference
    from altrotation.claims.lock import compare as compare
    from altrotation.claims.lock import lock_path as lock_path
    from altrotation.claims.lock import write_lock as write_lock
    from altrotation.claims.results import CatalogueRun as CatalogueRun
    from altrotation.claims.results import ClaimResult as ClaimResult
    from altrotation.claims.results import Fact as Fact
    from altrotation.claims.results import Trial as Trial
    from altrotation.claims.results import Verdict as Verdict
    from altrotation.claims.rules import rule_named as rule_named
    from altrotation.claims.runner import check_claim as check_claim
    from altrotation.claims.runner import verify as verify
    from altrotation.claims.specs import BreakSpec as BreakSpec
    from altrotation.claims.specs import CascadeSpec as CascadeSpec
    from altrotation.claims.specs import ClocksSpec as ClocksSpec
    from altrotation.claims.specs import EventsSpec as EventsSpec
    from altrotation.claims.specs import FactSpec as FactSpec
    from altrotation.claims.specs import ProjectionSpec as ProjectionSpec
    from altrotation.claims.specs import Regressor as Regressor
    from altrotation.claims.specs import Rival as Rival
    from altrotation.claims.specs import StrategySpec as StrategySpec
    from altrotation.claims.specs import StudySpec as StudySpec
    from altrotation.claims.specs import UnlocksSpec as UnlocksSpec
    from altrotation.claims.specs import Variant as Variant
    from altrotation.claims.trials import read_trials as read_trials
    from altrotation.claims.trials import record_trials as record_trials
    from altrotation.claims.trials import trials_path as trials_path

open_doors(
    __name__,
    {
        "card": "ClaimCard load_card load_cards",
        "lock": "Difference compare lock_path write_lock",
        "results": "CatalogueRun ClaimResult Fact Trial Verdict",
        "rules": "rule_named",
        "runner": "check_claim verify",
        "specs": (
            "BreakSpec CascadeSpec ClocksSpec EventsSpec FactSpec ProjectionSpec Regressor "
            "Rival StrategySpec StudySpec UnlocksSpec Variant"
        ),
        "trials": "read_trials record_trials trials_path",
    },
)
