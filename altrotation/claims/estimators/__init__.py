"""Estimators: one for every kind of claim, each from a card and a panel to a finding."""

from typing import TYPE_CHECKING

from altrotation._lazy import open_doors

if TYPE_CHECKING:
    from altrotation.claims.estimators.breaks import estimate_break as estimate_break
    from altrotation.claims.estimators.cascades import estimate_cascade as estimate_cascade
    from altrotation.claims.estimators.clocks import estimate_clocks as estimate_clocks
    from altrotation.claims.estimators.contrasts import estimate_contrast as estimate_contrast
    from altrotation.claims.estimators.effects import estimate_events as estimate_events
    from altrotation.claims.estimators.features import feature as feature
    from altrotation.claims.estimators.finding import Finding as Finding
    from altrotation.claims.estimators.projections import estimate_projection as estimate_projection
    from altrotation.claims.estimators.strategies import estimate_strategy as estimate_strategy
    from altrotation.claims.estimators.unlocks import estimate_unlocks as estimate_unlocks

open_doors(
    __name__,
    {
        "breaks": "estimate_break",
        "cascades": "estimate_cascade",
        "clocks": "estimate_clocks",
        "contrasts": "estimate_contrast",
        "effects": "estimate_events",
        "features": "feature",
        "finding": "Finding",
        "projections": "estimate_projection",
        "strategies": "estimate_strategy",
        "unlocks": "estimate_unlocks",
    },
)
