"""Many variants in one call, and the strategy against its own signal at other times."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.aliases import FloatArray
from altrotation.backtest import _vectorbt
from altrotation.backtest.build import build_market
from altrotation.backtest.causality import require_causal
from altrotation.backtest.costs import Costs
from altrotation.backtest.cycles import Cycle, CycleLike, as_cycle
from altrotation.backtest.market import Market
from altrotation.backtest.orders import equity_path
from altrotation.backtest.plan import Plan
from altrotation.backtest.planner import make_plan
from altrotation.backtest.ready import as_strategy
from altrotation.backtest.replay import CAPITAL, require_trade
from altrotation.backtest.strategy import Strategy
from altrotation.data.coins.table import CoinTable
from altrotation.data.coins.universe import Universe
from altrotation.data.panel import Panel
from altrotation.errors import InputError
from altrotation.printing import Printed
from altrotation.signals.signal import Signal
from altrotation.validate import require_count

__all__ = ["Grid", "equities", "replay_many"]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True, repr=False)
class Grid(Printed):
    """Many strategies over one cycle: their equities and little else.

    Parameters
    ----------
    cycle : Cycle
    capital : float
    equity : DataFrame of shape (n_days, n_strategies)
        USD at each close, columns named by strategy.
    orders, fees : Series of length n_strategies
        Orders filled, and USD paid in fees.
    exposure : Series of length n_strategies
        Mean degree acted on.
    """

    cycle: Cycle
    capital: float
    equity: pd.DataFrame
    orders: pd.Series
    fees: pd.Series
    exposure: pd.Series

    @property
    def log_returns(self) -> pd.DataFrame:
        """Natural-log daily returns; the first day's are the costs of the first orders."""
        before = self.equity.shift(1)
        before.iloc[0] = self.capital
        return pd.DataFrame(np.log(self.equity / before))

    def _line(self) -> str:
        return f"{len(self)} variants, {self.cycle}"

    def summary(self) -> pd.DataFrame:
        """Return one row a strategy: growth, orders, fees, exposure."""
        return pd.DataFrame(
            {
                "growth": self.equity.iloc[-1] / self.capital,
                "orders": self.orders,
                "fees": self.fees,
                "exposure": self.exposure,
            }
        )

    def __len__(self) -> int:
        return self.equity.shape[1]


@guarded
def replay_many(
    strategies: Sequence[Strategy | str],
    panel: Panel,
    *,
    cycle: CycleLike = "full",
    costs: Costs | None = None,
    delay: int = 1,
    capital: float = CAPITAL,
    coins: CoinTable | None = None,
    universe: Universe | None = None,
    chunk: int = 250,
    check: bool = True,
) -> Grid:
    """Replay many strategies over one cycle, each as `replay` would, in one call of the engine.

    Parameters
    ----------
    strategies : sequence of Strategy or of names of ready ones
        With different names, and different but for their names.
    panel, cycle, costs, delay, capital, coins, universe : as `replay`
    chunk : int, default 250
        Strategies simulated at a time: bounds memory, changes no result.
    check : bool, default True
        Refuse rules that use the future. Signals made beforehand cannot be checked.

    Returns
    -------
    Grid

    Raises
    ------
    InputError
        If `chunk` < 1.
    InputError
        If there is no strategy.
    InputError
        If two strategies have one name.
    InputError
        If two strategies are the same but for their name.
    InputError
        On the conditions of `replay`.
    LookaheadError
        If the rule of a strategy uses the future.
    """
    require_trade(delay, capital)
    require_count(chunk, 1, "chunk")
    every = [as_strategy(strategy) for strategy in strategies]
    names = [strategy.name for strategy in every]
    if not every:
        raise InputError("`strategies` must hold at least one Strategy, got none.")
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise InputError(f"Two strategies are called {twice!r}; give each its own name.")
    window, charged = as_cycle(cycle), Costs() if costs is None else costs
    market = build_market(
        every, panel, window, costs=charged, delay=delay, coins=coins, universe=universe
    )
    signals = [strategy.signal(panel) for strategy in every]
    _require_different(every, signals)
    plans = []
    for strategy, signal in zip(every, signals, strict=True):
        if check:
            require_causal(strategy, signal, panel, window)
        plans.append(
            make_plan(strategy, signal, market, delay=delay, costs=charged, capital=capital)
        )
    equity, orders, fees = equities(plans, market, capital=capital, chunk=chunk)
    rows = slice(market.first, None)
    return Grid(
        cycle=window,
        capital=capital,
        equity=pd.DataFrame(equity, index=market.dates[rows], columns=names),
        orders=pd.Series(orders, index=names, name="orders"),
        fees=pd.Series(fees, index=names, name="fees"),
        exposure=pd.Series(
            [float(plan.degrees[rows].mean()) for plan in plans], index=names, name="exposure"
        ),
    )


def _require_different(strategies: Sequence[Strategy], signals: Sequence[Signal]) -> None:
    """Raise InputError if two strategies hold the same on the same signal, by recipe and value."""
    seen: dict[tuple[object, ...], str] = {}
    for strategy, signal in zip(strategies, signals, strict=True):
        held = signal.at_known()
        key = (
            strategy.describe(),
            strategy.volatility_window,
            held.recipe,
            held.dates[0],
            held.values.to_numpy().tobytes(),
        )
        first = seen.setdefault(key, strategy.name)
        if first != strategy.name:
            raise InputError(
                f"{first!r} and {strategy.name!r} are one strategy: they hold the same on the same "
                "signal. A lambda made in a loop reads the loop's variable when it is called, so "
                "that all get its last value; write rule=lambda panel, quiet=quiet: ..., or leave "
                "one out."
            )


def equities(
    plans: Sequence[Plan], market: Market, *, capital: float, chunk: int = 250
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return equity in USD by day and plan, and the number of orders and fees of each.

    Parameters
    ----------
    plans : sequence of Plan
    market : Market
    capital : float
    chunk : int, default 250

    Returns
    -------
    equity : array of shape (n_days, n_plans)
        From the first row of the replay on.
    orders, fees : arrays of shape (n_plans,)
    """
    rows = slice(market.first, None)
    equity = np.empty((len(market.dates) - market.first, len(plans)))
    orders, fees = np.empty(len(plans)), np.empty(len(plans))
    for start in range(0, len(plans), chunk):
        part = plans[start : start + chunk]
        for number, fills in enumerate(_vectorbt.simulate(part, market, capital=capital), start):
            path = equity_path(fills, market, capital=capital)
            equity[:, number] = (path * market.cash)[rows]
            orders[number] = len(fills.row)
            fees[number] = float((fills.fee * market.cash[fills.row]).sum())
    return equity, orders, fees
