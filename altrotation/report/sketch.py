"""The interval of every claim on one scale, small enough for a table cell."""

from collections.abc import Sequence
from dataclasses import dataclass

from altrotation.claims.results import ClaimResult

__all__ = ["Sketch", "sketches"]

_WIDTH = 120.0


@dataclass(frozen=True, slots=True)
class Sketch:
    """Positions in a box 120 wide: interval, estimate, zero, smallest effect of interest."""

    low: float
    high: float
    estimate: float
    zero: float
    interest: float
    words: str


def sketches(results: Sequence[ClaimResult]) -> dict[str, Sketch]:
    """Return the sketch of each claim measured in log points, all on the same scale."""
    held = {
        item.card.id: (item, item.evidence[0], item.evidence[0].interval)
        for item in results
        if item.evidence and item.evidence[0].unit == "log points"
    }
    known = {name: row for name, row in held.items() if row[2] is not None}
    reach = max(
        (max(abs(box.low), abs(box.high)) for _, _, box in known.values() if box), default=1.0
    )
    scale = 0.48 * _WIDTH / (reach or 1.0)

    def place(value: float) -> float:
        return round(_WIDTH / 2 + scale * value, 1)

    drawn: dict[str, Sketch] = {}
    for name, (item, evidence, box) in known.items():
        assert box is not None
        side = 1.0 if item.card.direction == "greater" else -1.0
        drawn[name] = Sketch(
            low=place(box.low),
            high=place(box.high),
            estimate=place(evidence.estimate),
            zero=place(0.0),
            interest=place(side * item.card.smallest_effect),
            words=f"interval {box}, scale from {-reach:+.2f} to {reach:+.2f}",
        )
    return drawn
