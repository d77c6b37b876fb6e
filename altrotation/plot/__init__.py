"""Pictures: free functions that take a result and return matplotlib Axes, without pyplot."""

from altrotation.plot.calendar import event_calendar
from altrotation.plot.effects import forest
from altrotation.plot.falls import drawdowns
from altrotation.plot.fan import event_study
from altrotation.plot.null import null_histogram
from altrotation.plot.ratio import eth_btc
from altrotation.plot.shares import coverage

__all__ = [
    "coverage",
    "drawdowns",
    "eth_btc",
    "event_calendar",
    "event_study",
    "forest",
    "null_histogram",
]
