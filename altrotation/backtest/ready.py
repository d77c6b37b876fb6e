"""Ready-made strategies of the claims, and the benchmarks they are held against."""

from collections.abc import Callable, Mapping

import pandas as pd

from altrotation._guarded import guarded
from altrotation.backtest.strategy import Strategy
from altrotation.data.panel import Panel
from altrotation.errors import InputError
from altrotation.signals.breakouts import ether_breakout, failed_breakout, russell_breakout
from altrotation.signals.combine import confluence, veto
from altrotation.signals.market import (
    breadth_momentum,
    dominance_below,
    dominance_falling,
    liquidity_easing,
)
from altrotation.signals.signal import Signal
from altrotation.signals.trends import above_mean
from altrotation.signals.vetoes import crowded_funding, heavy_unlocks
from altrotation.validate import require_between, require_choice, require_count, require_number

__all__ = [
    "BENCHMARKS",
    "STRATEGIES",
    "always",
    "as_strategy",
    "benchmark",
    "breadth",
    "confirmation",
    "confluence_strategy",
    "dominance",
    "ready_strategy",
    "russell_only",
    "shown",
    "vetoed_confluence",
]

MID = {"mid": 1.0}


@guarded
def russell_only(*, on: Mapping[str, float] = MID) -> Strategy:
    """Return F1: hold `on` for 90 days after a 52-week-high breakout of the Russell, else BTC.

    Parameters
    ----------
    on : mapping from leg to weight, default {"mid": 1.0}
        Held while the signal is on.

    Returns
    -------
    Strategy

    Raises
    ------
    InputError
        If `on` is no mapping of weights that are at least 0 and sum to at most 1.
    """
    return Strategy(name="Russell only", rule=russell_breakout, on=on)


@guarded
def confirmation(*, on: Mapping[str, float] = MID) -> Strategy:
    """Return F2: hold `on` while ETH/BTC has broken out or is above its 200-day mean, else BTC.

    Parameters
    ----------
    on : mapping from leg to weight, default {"mid": 1.0}

    Returns
    -------
    Strategy

    Raises
    ------
    InputError
        If `on` is no mapping of weights that are at least 0 and sum to at most 1.
    """
    return Strategy(name="ETH/BTC only", rule=_ether, on=on)


@guarded
def confluence_strategy(*, on: Mapping[str, float] = MID, need: int = 3, hold: int = 1) -> Strategy:
    """Return F3: `need` of Russell breakout, ETH/BTC, dominance falling, liquidity easing.

    The statement names all four; three of four is the reading of "confluence" that leaves events
    to judge. `need` and `hold` are axes to vary.

    Parameters
    ----------
    on : mapping from leg to weight, default {"mid": 1.0}
    need : int, default 3
        Parts that must be on, 1 to 4.
    hold : int, default 1
        Days it stays on from each day it is on.

    Returns
    -------
    Strategy

    Raises
    ------
    InputError
        If `on` is no mapping of weights that are at least 0 and sum to at most 1.
    InputError
        If `need` does not lie in 1 .. 4.
    InputError
        If `hold` < 1.
    """
    _require_four(need, hold)

    def rule(panel: Panel) -> Signal:
        return _four(panel, need, hold)

    return Strategy(name="confluence", rule=rule, on=on)


@guarded
def vetoed_confluence(*, on: Mapping[str, float] = MID, need: int = 3, hold: int = 1) -> Strategy:
    """Return F4: the confluence unless funding is crowded, unlocks heavy or the breakout failed.

    A veto that is unknown (funding before 2020, unlocks before September 2020) lets pass, which
    the recipe says.

    Parameters
    ----------
    on : mapping from leg to weight, default {"mid": 1.0}
    need, hold : int, default 3 and 1
        As in `confluence_strategy`.

    Returns
    -------
    Strategy

    Raises
    ------
    InputError
        On the conditions of `confluence_strategy`.
    """
    _require_four(need, hold)

    def rule(panel: Panel) -> Signal:
        vetoes = [crowded_funding(panel), heavy_unlocks(panel), failed_breakout(panel)]
        return veto(_four(panel, need, hold), by=vetoes, unknown="pass")

    return Strategy(name="confluence with vetoes", rule=rule, on=on)


@guarded
def dominance(*, on: Mapping[str, float] = MID, level: float = 60.0) -> Strategy:
    """Return the dominance threshold: hold `on` while bitcoin's dominance is below `level`.

    Parameters
    ----------
    on : mapping from leg to weight, default {"mid": 1.0}
    level : float, default 60
        Percent of the total capitalisation.

    Returns
    -------
    Strategy

    Raises
    ------
    InputError
        If `on` is no mapping of weights that are at least 0 and sum to at most 1.
    InputError
        If `level` does not lie between 0 and 100.
    """
    require_between(level, 0.0, 100.0, "level")

    def rule(panel: Panel) -> Signal:
        return dominance_below(panel, level=level)

    return Strategy(name="dominance threshold", rule=rule, on=on)


@guarded
def breadth(*, on: Mapping[str, float] = MID) -> Strategy:
    """Return breadth momentum: hold `on` while most of the top 50 beat BTC, more than before.

    Parameters
    ----------
    on : mapping from leg to weight, default {"mid": 1.0}

    Returns
    -------
    Strategy

    Raises
    ------
    InputError
        If `on` is no mapping of weights that are at least 0 and sum to at most 1.
    """
    return Strategy(name="breadth momentum", rule=breadth_momentum, on=on)


@guarded
def always(on: Mapping[str, float], *, name: str, rebalance: str = "switch") -> Strategy:
    """Return a strategy that holds the same at all times.

    Parameters
    ----------
    on : mapping from leg to weight
    name : str
    rebalance : {"switch", "daily", "weekly", "monthly"}, default "switch"
        When the weights are restored; "switch": never.

    Returns
    -------
    Strategy

    Raises
    ------
    InputError
        If `on` is no mapping of weights that are at least 0 and sum to at most 1.
    InputError
        If `rebalance` is unknown.
    """
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


@guarded
def ready_strategy(name: str) -> Strategy:
    """Return a ready-made strategy by name.

    Parameters
    ----------
    name : str
        One of `STRATEGIES`.

    Returns
    -------
    Strategy

    Raises
    ------
    InputError
        If no strategy has the name; the message lists them.
    """
    require_choice(name, tuple(STRATEGIES), "strategy")
    return STRATEGIES[name]()


@guarded
def benchmark(name: str) -> Strategy:
    """Return a benchmark by name.

    Parameters
    ----------
    name : str
        One of `BENCHMARKS`.

    Returns
    -------
    Strategy

    Raises
    ------
    InputError
        If no benchmark has the name; the message lists them.
    """
    require_choice(name, tuple(BENCHMARKS), "benchmark")
    held, rebalance = BENCHMARKS[name]
    return always(held, name=f"always {name}", rebalance=rebalance)


def shown(name: str) -> str:
    """Return the name of a benchmark as tables show it: "BTC", "ETH", "mid", "60-40", "cash"."""
    return name.upper() if name in ("btc", "eth") else name


@guarded
def as_strategy(given: Strategy | str) -> Strategy:
    """Return a strategy from itself or from the name of a ready-made one.

    Parameters
    ----------
    given : Strategy or str
        A name of `STRATEGIES`.

    Returns
    -------
    Strategy

    Raises
    ------
    InputError
        If no ready-made strategy has the name.
    InputError
        If `given` is neither.
    """
    return ready_strategy(given) if isinstance(given, str) else given


def _require_four(need: int, hold: int) -> None:
    require_number(need, "need")
    if not 1 <= need <= 4:
        raise InputError(f"`need` counts the four parts, so it must lie in 1..4, got {need}.")
    require_count(need, 1, "need")
    require_count(hold, 1, "hold")


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
