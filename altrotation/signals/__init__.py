"""Signals: dated instructions that know when they are known, their algebra and ready rules."""

from typing import TYPE_CHECKING

from altrotation._lazy import open_doors

if TYPE_CHECKING:
    from altrotation.signals.breakouts import after_breakout as after_breakout
    from altrotation.signals.breakouts import ether_breakout as ether_breakout
    from altrotation.signals.breakouts import failed_breakout as failed_breakout
    from altrotation.signals.breakouts import russell_breakout as russell_breakout
    from altrotation.signals.combine import confluence as confluence
    from altrotation.signals.combine import veto as veto
    from altrotation.signals.market import breadth_momentum as breadth_momentum
    from altrotation.signals.market import dominance_below as dominance_below
    from altrotation.signals.market import dominance_falling as dominance_falling
    from altrotation.signals.market import liquidity_easing as liquidity_easing
    from altrotation.signals.signal import Signal as Signal
    from altrotation.signals.trends import above_level as above_level
    from altrotation.signals.trends import above_mean as above_mean
    from altrotation.signals.trends import carried as carried
    from altrotation.signals.trends import falling as falling
    from altrotation.signals.trends import rising as rising
    from altrotation.signals.vetoes import crowded_funding as crowded_funding
    from altrotation.signals.vetoes import failing_breakouts as failing_breakouts
    from altrotation.signals.vetoes import heavy_unlocks as heavy_unlocks

open_doors(
    __name__,
    {
        "breakouts": "after_breakout ether_breakout failed_breakout russell_breakout",
        "combine": "confluence veto",
        "market": "breadth_momentum dominance_below dominance_falling liquidity_easing",
        "signal": "Signal",
        "trends": "above_level above_mean carried falling rising",
        "vetoes": "crowded_funding failing_breakouts heavy_unlocks",
    },
)
