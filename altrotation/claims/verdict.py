"""The verdict rules: fixed, the same for every claim, applied to evidence and nothing else."""

from collections.abc import Sequence
from math import ceil

import pandas as pd

from altrotation.claims.card import ClaimCard
from altrotation.claims.results import Fact, Verdict
from altrotation.inference.results import Evidence, Interval
from altrotation.printing import p_text

__all__ = ["judge_break", "judge_effect", "judge_facts"]

_SIZE = 0.05
_SHARE = 0.70
_COUNTED = {"event": "events", "contrast": "events", "unlocks": "events", "strategy": "entries"}
_NARROWER = 1.6449 / 1.9600  # half-width of a 90 % interval over that of a 95 % one


def judge_effect(
    card: ClaimCard,
    evidence: Evidence,
    interval90: Interval | None,
    share_with_sign: float,
    *,
    halts: str | None = None,
) -> Verdict:
    """Return the verdict on a claimed effect.

    Supported: the interval of the primary specification lies on the claimed side of zero, the
    family-adjusted p is at most .05, at least 70 % of the specifications have the claimed sign,
    and nothing `halts` it. Contradicted: the 90 % interval lies wholly below the smallest effect
    of interest, or the effect is significant the other way. Undecided: neither. Untestable: no
    estimate, with the reason.

    Parameters
    ----------
    card : ClaimCard
    evidence : Evidence
        The primary specification.
    interval90 : Interval or None
        Of the same estimate, at 90 %.
    share_with_sign : float
        Of the specifications, in [0, 1].
    halts : str, optional
        Why the claim cannot be called supported even so: a primary fact that fails, a lead.

    Returns
    -------
    Verdict
    """
    if evidence.invalid is not None or evidence.interval is None or interval90 is None:
        return Verdict("untestable", evidence.invalid or "No interval could be computed.")
    side = 1.0 if card.direction == "greater" else -1.0
    low, high = sorted((side * evidence.interval.low, side * evidence.interval.high))
    significant = evidence.p_adjusted <= _SIZE
    counted = _COUNTED.get(card.kind, "rows")
    numbers = (
        f"{evidence.estimate:+.3f} {evidence.unit} {evidence.interval}, "
        f"adjusted p {p_text(evidence.p_adjusted)}, {evidence.n_events} {counted}"
    )
    if low > 0 and significant and share_with_sign >= _SHARE and halts:
        return Verdict("undecided", f"{numbers}; but {halts}.")
    if low > 0 and significant and share_with_sign >= _SHARE:
        return Verdict("supported", f"{numbers}; {share_with_sign:.0%} of specifications agree.")
    if high < 0 and significant:
        return Verdict("contradicted", f"{numbers}: significant the other way.")
    best90 = max(side * interval90.low, side * interval90.high)
    if best90 < card.smallest_effect:
        return Verdict(
            "contradicted",
            f"{numbers}; the 90 % interval {interval90} excludes an effect of "
            f"{side * card.smallest_effect:+.2f}.",
        )
    return Verdict("undecided", f"{numbers}; {_power(card, evidence)}")


def judge_break(
    card: ClaimCard, evidence: Evidence, changes: pd.DataFrame, *, halts: str | None = None
) -> Verdict:
    """Return the verdict on a claimed break of several responses, which has no sign.

    Supported: the joint p is at most .05 and nothing `halts` it. Contradicted: every change has a
    90 % interval inside the smallest effect of interest on either side. Undecided: neither.

    Parameters
    ----------
    card : ClaimCard
    evidence : Evidence
        The largest change, with the joint p.
    changes : DataFrame
        One row a response: `estimate` (NaN rows are tests, not responses), `low` and `high` at
        95 %.
    halts : str, optional
        Why the claim cannot be called supported.
    """
    if evidence.invalid is not None:
        return Verdict("untestable", evidence.invalid)
    numbers = f"largest change {evidence.estimate:.3f} {evidence.unit} {evidence.interval}"
    joint = f"joint p {p_text(evidence.p_value)}"
    if evidence.p_value <= _SIZE and halts:
        return Verdict("undecided", f"{numbers}, {joint}; but {halts}.")
    if evidence.p_value <= _SIZE:
        return Verdict("supported", f"{numbers}, {joint}.")
    responses = changes[changes["estimate"].notna()]
    reach = _NARROWER * (responses["high"] - responses["low"]) / 2.0
    outer = (responses["estimate"].abs() + reach).max()
    if outer < card.smallest_effect:
        return Verdict("contradicted", f"{numbers}, {joint}; every change is below {outer:.3f}.")
    return Verdict("undecided", f"{numbers}, {joint}; {_power(card, evidence)}")


def judge_facts(facts: Sequence[Fact]) -> Verdict:
    """Return confirmed if every primary fact holds, refuted (naming those that fail) if not."""
    failed = [fact for fact in facts if fact.primary and not fact.holds]
    if not failed:
        held = "; ".join(f"{fact.shown} ({fact.expected})" for fact in facts if fact.primary)
        return Verdict("confirmed", f"Measured {held}.")
    listed = " ".join(
        f"{fact.text} Measured {fact.shown}, expected {fact.expected}." for fact in failed
    )
    return Verdict("refuted", f"Does not hold: {listed}")


def _power(card: ClaimCard, evidence: Evidence) -> str:
    detectable = evidence.minimum_detectable_effect
    text = (
        f"the sample detects {detectable:.2f} at 80 % power, "
        f"of interest is {card.smallest_effect:.2f}"
    )
    if detectable > card.smallest_effect and evidence.n_effective > 0:
        # the detectable effect shrinks with the root of the number of effective events
        needed = evidence.n_effective * (detectable / card.smallest_effect) ** 2
        more = ceil(needed - evidence.n_effective)
        text += f": {more} more independent {_COUNTED.get(card.kind, 'windows')} are needed"
    return text + "."
