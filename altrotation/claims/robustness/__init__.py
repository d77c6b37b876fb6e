"""Robustness of an event claim: specification curve, negative controls, inference ladder."""

from typing import TYPE_CHECKING

from altrotation._lazy import open_doors

if TYPE_CHECKING:
    from altrotation.claims.robustness.axes import CurveSpec as CurveSpec
    from altrotation.claims.robustness.control_results import NegativeControls as NegativeControls
    from altrotation.claims.robustness.controls import negative_controls as negative_controls
    from altrotation.claims.robustness.curve import SpecificationCurve as SpecificationCurve
    from altrotation.claims.robustness.grid import Specification as Specification
    from altrotation.claims.robustness.grid import specifications as specifications
    from altrotation.claims.robustness.ladder import InferenceLadder as InferenceLadder
    from altrotation.claims.robustness.ladder import inference_ladder as inference_ladder
    from altrotation.claims.robustness.multiverse import specification_curve as specification_curve
    from altrotation.claims.robustness.robustness import Robustness as Robustness
    from altrotation.claims.robustness.robustness import robustness as robustness

open_doors(
    __name__,
    {
        "axes": "CurveSpec",
        "control_results": "NegativeControls",
        "controls": "negative_controls",
        "curve": "SpecificationCurve",
        "grid": "Specification specifications",
        "ladder": "InferenceLadder inference_ladder",
        "multiverse": "specification_curve",
        "robustness": "Robustness robustness",
    },
)
