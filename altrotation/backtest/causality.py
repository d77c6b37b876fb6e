"""Refuse a rule that uses what was not yet known: take that away and see if the past changes."""

import numpy as np
import pandas as pd

from altrotation.backtest.cycles import Cycle
from altrotation.backtest.strategy import Strategy
from altrotation.data.panel import Panel
from altrotation.errors import AltrotationError, LookaheadError
from altrotation.signals.signal import Signal

__all__ = ["require_causal"]

_CUTS = 12  # days at which the rule is run again


def require_causal(strategy: Strategy, signal: Signal, panel: Panel, cycle: Cycle) -> None:
    """Raise LookaheadError if the rule says something else when it sees only what was known.

    The rule is run on what was known at a few days of the cycle (`Panel.known_at`: neither later
    rows nor figures published later): those on which the signal came on, where a leak shows first,
    and others spread evenly. A Signal that was made before cannot be
    checked: pass a callable.

    Parameters
    ----------
    strategy : Strategy
    signal : Signal
        Its rule on the whole panel.
    panel : Panel
    cycle : Cycle

    Raises
    ------
    LookaheadError
        With the first label that changed and the last day the rule was allowed to see.
    """
    if isinstance(strategy.rule, Signal):
        return
    whole = signal.at_known().values
    for cut in _cuts(signal, panel, cycle):
        try:
            short = strategy.signal(panel.known_at(cut)).at_known().values
        except AltrotationError as error:
            raise LookaheadError(
                f"The rule of {strategy.name} cannot be run on what was known on {cut:%Y-%m-%d} "
                f"({error}); it must work without later rows and later figures."
            ) from error
        before, after = whole.loc[:cut], short.reindex(whole.loc[:cut].index)
        same = (before == after) | (before.isna() & after.isna())
        if not bool(same.all()):
            day = pd.Timestamp(before.index[int(np.argmin(same.to_numpy()))])
            raise LookaheadError(
                f"The rule of {strategy.name} uses the future: its value on {day:%Y-%m-%d} is "
                f"{before[day]:g} with the whole panel and {after[day]:g} with what was known on "
                f"{cut:%Y-%m-%d}; use rows up to and including the label, and of figures that are "
                "published later panel.known(...) instead of panel.value(...)."
            )


def _cuts(signal: Signal, panel: Panel, cycle: Cycle) -> list[pd.Timestamp]:
    days = panel.dates[(panel.dates >= cycle.start) & (panel.dates <= cycle.end)]
    entries = signal.entries[(signal.entries >= cycle.start) & (signal.entries <= cycle.end)]
    at_entry = [pd.Timestamp(entry) for entry in entries[:: max(1, len(entries) // 3)][:3]]
    even = [days[position] for position in np.linspace(0, len(days) - 1, _CUTS - 2).astype(int)]
    return sorted({*at_entry, *even})
