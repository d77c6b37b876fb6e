"""What a claim comes back with: facts, evidence, a verdict; and a whole run of a catalogue."""

import math
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import pandas as pd

from altrotation._guarded import guarded
from altrotation.claims.card import ClaimCard
from altrotation.claims.robustness.robustness import Robustness
from altrotation.claims.study import RUSSELL, Study
from altrotation.events.results import EventStudy
from altrotation.inference.results import Evidence, RunInfo
from altrotation.printing import Printed
from altrotation.validate import require_choice

__all__ = ["STATUSES", "CatalogueRun", "ClaimResult", "Fact", "Status", "Trial", "Verdict"]

Status: TypeAlias = Literal[
    "supported", "contradicted", "undecided", "untestable", "confirmed", "refuted"
]
STATUSES: tuple[Status, ...] = (
    "supported",
    "contradicted",
    "undecided",
    "untestable",
    "confirmed",
    "refuted",
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """One of the six statuses, and the reason in a sentence."""

    status: Status
    reason: str

    def __post_init__(self) -> None:
        require_choice(self.status, STATUSES, "status")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A measured statement: what was expected, what was found, whether it holds.

    `place` is the share of all windows of equal length in the sample with a lower value, where
    the measure is a change over a window.
    """

    text: str
    primary: bool
    measured: float | pd.Timestamp
    expected: str
    holds: bool
    place: float | None = None

    @property
    def shown(self) -> str:
        """The measured value as text."""
        return show(self.measured)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ClaimResult:
    """A card with its verdict and everything the verdict rests on.

    `table` has one row a cell and variant (all but facts), `judged` marks the judged cells; `study`
    is the primary event study. `share_with_sign` is over `specifications` different estimates, or
    over the specification curve where there is one. `remarks` say what was judged otherwise than
    the card asks.
    """

    card: ClaimCard
    verdict: Verdict
    run: RunInfo
    evidence: tuple[Evidence, ...] = ()
    facts: tuple[Fact, ...] = ()
    table: pd.DataFrame | None = None
    study: EventStudy | None = None
    share_with_sign: float | None = None
    specifications: int = 0
    robustness: Robustness | None = None
    remarks: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"ClaimResult({self.card.id}: {self.verdict.status})"


@dataclass(frozen=True, slots=True)
class Trial:
    """One look: a card, as it stood, put to a state of the data under so many specifications.

    `day` is the UTC day of the first time; the same look on another day is the same look.
    """

    claim: str
    card: str
    data: str
    specifications: int
    verdict: str
    day: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class CatalogueRun(Printed):
    """The results of the cards of a study on one panel; `trials` are the looks recorded before."""

    results: tuple[ClaimResult, ...]
    level: str
    data_hash: str
    versions: tuple[tuple[str, str], ...] = field(default=())
    seconds: float = 0.0
    trials: tuple[Trial, ...] = ()
    study: Study = RUSSELL

    def looks(self) -> tuple[Trial, ...]:
        """Return this run as looks at the data, one a claim."""
        return tuple(
            Trial(
                claim=result.card.id,
                card=result.card.digest,
                data=self.data_hash,
                specifications=max(result.specifications, 1),
                verdict=result.verdict.status,
            )
            for result in self.results
        )

    @guarded
    def trials_of(self, claim: str) -> int:
        """Return how many specifications of a claim were put to data, recorded ones and these."""
        every = dict.fromkeys((*self.trials, *self.looks()))
        return sum(look.specifications for look in every if look.claim == claim)

    def _line(self) -> str:
        return f"{len(self.results)} claims, {self.level}, data {self.data_hash}"

    def summary(self) -> pd.DataFrame:
        """Return one row a claim, as far as it has them.

        verdict; estimate, interval, p, p adjusted, p attainable; events, effective, detectable
        (80 % power); agree (share of `specifications` with the claimed sign); controls (share of
        negative controls passed); facts; trials (specifications ever put to data).
        """
        rows = [
            _row(result, self.study.theme(result.card)) | {"trials": self.trials_of(result.card.id)}
            for result in self.results
        ]
        return pd.DataFrame(rows).set_index("claim")

    def to_dict(self) -> dict[str, Any]:
        """Return verdicts and numbers, ready for JSON: what is not a finite number is None."""
        record = {
            "level": self.level,
            "data": self.data_hash,
            "versions": dict(self.versions),
            "claims": {
                result.card.id: _record(result) | {"trials": self.trials_of(result.card.id)}
                for result in self.results
            },
        }
        return {key: _finite(value) for key, value in record.items()}

    def _repr_html_(self) -> str:
        return str(self.summary().to_html(na_rep=""))


def show(value: float | pd.Timestamp) -> str:
    """Return a measured number or date as text: four significant digits, or thousands to cents."""
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    return f"{value:,.2f}" if abs(value) >= 100 else f"{value:.4g}"


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(inner) for key, inner in value.items()}
    return [_finite(inner) for inner in value] if isinstance(value, list) else value


def _row(result: ClaimResult, theme: str) -> dict[str, Any]:
    row: dict[str, Any] = {
        "claim": result.card.id,
        "theme": theme,
        "title": result.card.title,
        "verdict": result.verdict.status,
    }
    if result.evidence and result.evidence[0].invalid is None:
        first = result.evidence[0]
        row |= {
            "estimate": first.estimate,
            "interval": str(first.interval),
            "p": first.p_value,
            "p adjusted": first.p_adjusted,
            "p attainable": first.p_attainable,
            "events": first.n_events,
            "effective": first.n_effective,
            "detectable": first.minimum_detectable_effect,
        }
        if result.share_with_sign is not None:
            row |= {"agree": result.share_with_sign, "specifications": result.specifications}
        if result.robustness is not None and result.robustness.controls is not None:
            row["controls"] = result.robustness.controls.score
    elif result.facts:
        held = sum(fact.holds for fact in result.facts if fact.primary)
        row["facts"] = f"{held} of {sum(fact.primary for fact in result.facts)} hold"
    return row


def _record(result: ClaimResult) -> dict[str, Any]:
    record: dict[str, Any] = {
        "title": result.card.title,
        "card": result.card.digest,
        "verdict": result.verdict.status,
        "reason": result.verdict.reason,
        "remarks": list(result.remarks),
        "seed": result.run.seed,
        "evidence": [_numbers(item) for item in result.evidence],
        "facts": [
            {
                "text": fact.text,
                "primary": fact.primary,
                "measured": fact.measured if isinstance(fact.measured, float) else fact.shown,
                "expected": fact.expected,
                "holds": fact.holds,
                "place": fact.place,
            }
            for fact in result.facts
        ],
    }
    if result.share_with_sign is not None:
        record["specifications"] = result.specifications
        record["share_with_claimed_sign"] = result.share_with_sign
    if result.robustness is not None:
        record["robustness"] = _company(result.robustness)
    return record


def _company(held: Robustness) -> dict[str, Any]:
    record: dict[str, Any] = {"missing": list(held.missing)}
    if held.controls is not None:
        record["controls_passed"] = held.controls.score
    if held.ladder is not None:
        record["ladder"] = {
            str(rung): float(p)
            for rung, p in held.ladder.table["p_value"].items()
            if not math.isnan(p)
        }
    if held.curve is not None:
        record["curve"] = {
            "specifications": len(held.curve.table),
            "share_with_claimed_sign": held.curve.share_with_sign,
            **{str(name): float(p) for name, p in held.curve.joint["p_value"].items()},
        }
    return record


def _numbers(item: Evidence) -> dict[str, Any]:
    if item.invalid is not None or item.interval is None:
        return {"label": item.label, "invalid": item.invalid}
    return {
        "label": item.label,
        "estimate": item.estimate,
        "unit": item.unit,
        "interval": [item.interval.low, item.interval.high],
        "level": item.interval.level,
        "method": item.interval.method,
        "p": item.p_value,
        "p_adjusted": item.p_adjusted,
        "family": item.family,
        "p_attainable": item.p_attainable,
        "events": item.n_events,
        "effective": item.n_effective,
        "minimum_detectable_effect": item.minimum_detectable_effect,
    }
