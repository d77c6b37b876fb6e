"""The trading rules a card can name."""

from altrotation._guarded import guarded
from altrotation.backtest.ready import (
    confirmation,
    confluence_strategy,
    russell_only,
    vetoed_confluence,
)
from altrotation.backtest.strategy import Strategy
from altrotation.claims.specs import RULES
from altrotation.data.panel import Panel
from altrotation.signals.breakouts import ether_breakout, russell_breakout
from altrotation.signals.signal import Signal
from altrotation.signals.trends import above_mean
from altrotation.validate import require_choice

__all__ = ["rule_named"]


@guarded
def rule_named(name: str, *, on: str = "mid", need: int = 3) -> Strategy:
    """Return a strategy by the name cards use.

    Parameters
    ----------
    name : str
        One of `RULES`; "both" is on while the rules "russell" and "eth-btc" are.
    on : str, default "mid"
        What is held while it is on, else BTC.
    need : int, default 3
        How many of four signals make a confluence.

    Raises
    ------
    InputError
        If no rule has the name.
    """
    require_choice(name, RULES, "strategy")
    held = {on: 1.0}
    if name == "russell":
        return russell_only(on=held)
    if name == "eth-btc":
        return confirmation(on=held)
    if name == "both":
        return Strategy(name="Russell and ETH/BTC", rule=_both, on=held)
    if name == "confluence":
        return confluence_strategy(on=held, need=need)
    return vetoed_confluence(on=held, need=need)


def _both(panel: Panel) -> Signal:
    ether = ether_breakout(panel) | above_mean(panel, "ETH/BTC", window=200)
    joined = russell_breakout(panel) & ether
    return Signal(joined.values, name="Russell and ETH/BTC", recipe=joined.recipe)
