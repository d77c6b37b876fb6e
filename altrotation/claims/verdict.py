"""The verdict rules: fixed, the same for every claim, applied to evidence and nothing else."""

from collections.abc import Sequence
from math import ceil

from altrotation.claims.card import ClaimCard
from altrotation.claims.results import Fact, Verdict
from altrotation.inference.results import Evidence, Interval

__all__ = ["judge_effect", "judge_facts"]

_SIZE = 0.05
_SHARE = 0.70


def judge_effect(
    card: ClaimCard, evidence: Evidence, interval90: Interval | None, share_with_sign: float
) -> Verdict:
    """Return the verdict on a claimed effect.

    Supported: the interval of the primary specification lies on the claimed side of zero, the
    family-adjusted p is at most .05, and at least 70 % of the specifications have the claimed
    sign. Contradicted: the 90 % interval lies wholly below the smallest effect of interest, or the
    effect is significant the other way. Undecided: neither. Untestable: no estimate, with the
    reason.
    """
    if evidence.invalid is not None or evidence.interval is None or interval90 is None:
        return Verdict("untestable", evidence.invalid or "No interval could be computed.")
    side = 1.0 if card.direction == "greater" else -1.0
    low, high = sorted((side * evidence.interval.low, side * evidence.interval.high))
    significant = evidence.p_adjusted <= _SIZE
    numbers = (
        f"{evidence.estimate:+.3f} {evidence.unit} {evidence.interval}, "
        f"adjusted p {evidence.p_adjusted:.3f}, {evidence.n_events} events"
    )
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
        text += f": {ceil(needed - evidence.n_effective)} more independent events are needed"
    return text + "."
