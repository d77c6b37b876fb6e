"""Ready-made strategies of the claims, and the benchmarks they are held against."""

from collections.abc import Callable, Mapping

import pandas as pd

from altrotation.backtest.strategy import Strategy
from altrotation.data.panel import Panel
from altrotation.signals.breakouts import ether_breakout, failed_breakout, russell_breakout
from altrotation.signals.combine import confluence, veto
from altrotation.signals.signal import Signal
from altrotation.signals.trends import (
    above_mean,
    breadth_momentum,
    dominance_below,
    dominance_falling,
    liquidity_easing,
)
from altrotation.signals.vetoes import crowded_funding, heavy_unlocks
from altrotation.validate import require_choice

__all__ = [
    "BENCHMARKS",
    "STRATEGIES",
    "always",
    "benchmark",
    "breadth",
    "confirmation",
    "confluence_strategy",
    "dominance",
    "ready_strategy",
    "russell_only",
    "vetoed_confluence",
]

MID = {"mid": 1.0}


def russell_only(*, on: Mapping[str, float] = MID) -> Strategy:
    """Return F1: hold `on` for 90 days after a 52-week-high breakout of the Russell, else BTC."""
    return Strategy(name="Russell only", rule=russell_breakout, on=on)


def confirmation(*, on: Mapping[str, float] = MID) -> Strategy:
    """Return F2: hold `on` while ETH/BTC has broken out or is above its 200-day mean, else BTC."""
    return Strategy(name="ETH/BTC only", rule=_ether, on=on)


def confluence_strategy(*, on: Mapping[str, float] = MID, need: int = 3, hold: int = 1) -> Strategy:
    """Return F3: `need` of Russell breakout, ETH/BTC, dominance falling, liquidity easing.

    The statement names all four; three of four is the reading of "confluence" that leaves events
    to judge. `hold` keeps it on for that many days from each day it is on. Both are axes to vary.
    """

    def rule(panel: Panel) -> Signal:
        return _four(panel, need, hold)

    return Strategy(name="confluence", rule=rule, on=on)


def vetoed_confluence(*, on: Mapping[str, float] = MID, need: int = 3, hold: int = 1) -> Strategy:
    """Return F4: the confluence unless funding is crowded, unlocks heavy or the breakout failed.

    A veto that is unknown (funding before 2020, unlocks before September 2020) lets pass, which
    the recipe says.
    """

    def rule(panel: Panel) -> Signal:
        vetoes = [crowded_funding(panel), heavy_unlocks(panel), failed_breakout(panel)]
        return veto(_four(panel, need, hold), by=vetoes, unknown="pass")

    return Strategy(name="confluence with vetoes", rule=rule, on=on)


def dominance(*, on: Mapping[str, float] = MID, level: float = 60.0) -> Strategy:
    """Return the dominance threshold: hold `on` while bitcoin's dominance is below `level`."""

    def rule(panel: Panel) -> Signal:
        return dominance_below(panel, level=level)

    return Strategy(name="dominance threshold", rule=rule, on=on)


def breadth(*, on: Mapping[str, float] = MID) -> Strategy:
    """Return breadth momentum: hold `on` while most of the top 50 beat BTC, more than before."""
    return Strategy(name="breadth momentum", rule=breadth_momentum, on=on)


def always(on: Mapping[str, float], *, name: str, rebalance: str = "switch") -> Strategy:
    """Return a strategy that holds the same at all times."""
    require_choice(rebalance, ("switch", "daily", "weekly", "monthly"), "rebalance")
    return Strategy(name=name, rule=_on, on=on, off=on, rebalance=rebalance)  # type: ignore[arg-type]


STRATEGIES: Mapping[str, Callable[[], Strategy]] = {
    "russell": russell_only,
    "eth-btc": confirmation,
    "confluence": confluence_strategy,
    "confluence-vetoes": vetoed_confluence,
    "dominance": dominance,
    "breadth": breadth,
}
"""Strategies by the names the command line uses."""

BENCHMARKS: Mapping[str, tuple[Mapping[str, float], str]] = {
    "btc": ({"BTC": 1.0}, "switch"),
    "eth": ({"ETH": 1.0}, "switch"),
    "large": ({"large": 1.0}, "monthly"),
    "mid": ({"mid": 1.0}, "monthly"),
    "small": ({"small": 1.0}, "monthly"),
    "60-40": ({"BTC": 0.6, "SPX": 0.4}, "monthly"),
    "cash": ({"cash": 1.0}, "switch"),
}
"""Benchmarks: what is held at all times, and when its weights are restored."""


def ready_strategy(name: str) -> Strategy:
    """Return a ready-made strategy by name.

    Raises
    ------
    InputError
        If no strategy has the name; the message lists them.
    """
    require_choice(name, tuple(STRATEGIES), "strategy")
    return STRATEGIES[name]()


def benchmark(name: str) -> Strategy:
    """Return a benchmark by name.

    Raises
    ------
    InputError
        If no benchmark has the name; the message lists them.
    """
    require_choice(name, tuple(BENCHMARKS), "benchmark")
    held, rebalance = BENCHMARKS[name]
    return always(held, name=f"always {name}", rebalance=rebalance)


def _on(panel: Panel) -> Signal:
    return Signal(pd.Series(1.0, index=panel.dates), name="always on")


def _ether(panel: Panel) -> Signal:
    joined = ether_breakout(panel) | above_mean(panel, "ETH/BTC", window=200)
    return Signal(joined.values, name="ETH/BTC strong", recipe=joined.recipe)


def _four(panel: Panel, need: int, hold: int) -> Signal:
    parts = [
        russell_breakout(panel),
        _ether(panel),
        dominance_falling(panel),
        liquidity_easing(panel),
    ]
    joined = confluence(parts, need=need)
    return joined if hold == 1 else joined.hold(hold)
