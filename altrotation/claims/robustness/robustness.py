"""How far an event claim depends on choices, shows where nothing is, and moves with the method."""

from dataclasses import dataclass

from altrotation._guarded import guarded
from altrotation.claims.card import ClaimCard
from altrotation.claims.robustness.control_results import NegativeControls
from altrotation.claims.robustness.controls import negative_controls
from altrotation.claims.robustness.curve import SpecificationCurve
from altrotation.claims.robustness.ladder import InferenceLadder, inference_ladder
from altrotation.claims.robustness.multiverse import specification_curve
from altrotation.data.panel import Panel
from altrotation.errors import InputError

__all__ = ["Robustness", "robustness"]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Robustness:
    """The company of an event claim's verdict.

    Parameters
    ----------
    controls : NegativeControls or None
    ladder : InferenceLadder or None
    curve : SpecificationCurve or None
        Only for cards with a `[curve]` table.
    missing : tuple of str
        Why a part could not be computed.
    """

    controls: NegativeControls | None
    ladder: InferenceLadder | None
    curve: SpecificationCurve | None
    missing: tuple[str, ...] = ()


@guarded
def robustness(card: ClaimCard, panel: Panel) -> Robustness | None:
    """Return controls, ladder and (where the card asks for it) curve of an event card, else None.

    Parameters
    ----------
    card : ClaimCard
    panel : Panel
    """
    if card.kind != "event" or card.events is None or card.study is None:
        return None
    missing: list[str] = []
    controls = ladder = curve = None
    try:
        controls = negative_controls(
            panel,
            card.events,
            card.study,
            direction=card.direction,
            effect=card.smallest_effect,
            seed=card.seed,
        )
    except InputError as error:
        missing.append(f"Negative controls: {error}")
    try:
        ladder = inference_ladder(panel, card.events, card.study, seed=card.seed)
    except InputError as error:
        missing.append(f"Inference ladder: {error}")
    if card.curve is not None:
        try:
            curve = specification_curve(
                panel, card.events, card.study, card.curve, direction=card.direction
            )
        except InputError as error:
            missing.append(f"Specification curve: {error}")
    return Robustness(controls=controls, ladder=ladder, curve=curve, missing=tuple(missing))
