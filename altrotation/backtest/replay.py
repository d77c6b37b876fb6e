"""Replay a strategy over a cycle: from a signal and a panel to equity, net of costs."""

from typing import Literal, TypeAlias

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.backtest import _vectorbt
from altrotation.backtest.build import build_market
from altrotation.backtest.causality import require_causal
from altrotation.backtest.costs import Costs
from altrotation.backtest.coverage import basket_coverage, coverage_table, departures_table
from altrotation.backtest.cycles import Cycle, CycleLike, as_cycle
from altrotation.backtest.loop import simulate_one
from altrotation.backtest.market import Market
from altrotation.backtest.orders import Fills, Ledger, order_table, settle
from altrotation.backtest.plan import Plan
from altrotation.backtest.planner import make_plan
from altrotation.backtest.ready import as_strategy
from altrotation.backtest.results import Replay
from altrotation.backtest.strategy import Strategy
from altrotation.backtest.trials import TrialLedger
from altrotation.data.coins.baskets import DELISTING
from altrotation.data.coins.table import CoinTable
from altrotation.data.coins.universe import Universe
from altrotation.data.jumps import jump_remarks
from altrotation.data.panel import Panel
from altrotation.inference.results import RunInfo
from altrotation.signals.signal import Signal
from altrotation.validate import require_at_least, require_choice, require_count

__all__ = ["CAPITAL", "Engine", "replay", "require_trade"]

Engine: TypeAlias = Literal["vectorbt", "reference"]
_ENGINES: tuple[Engine, ...] = ("vectorbt", "reference")
_MOST = 5  # departures named in the remarks
CAPITAL = 1e6  # USD: a private fund's size; it matters only where orders move prices


@guarded
def replay(
    strategy: Strategy | str,
    panel: Panel,
    *,
    cycle: CycleLike = "full",
    costs: Costs | None = None,
    delay: int = 1,
    engine: Engine = "vectorbt",
    capital: float = CAPITAL,
    coins: CoinTable | None = None,
    universe: Universe | None = None,
    patience: int = 7,
    delisting: float = DELISTING,
    check: bool = True,
    trials: TrialLedger | None = None,
) -> Replay:
    """Replay one strategy over one cycle.

    A decision at label D uses what is known at its end and trades at the close of D + `delay`. The
    first trade is on the first day of the cycle, by the decision `delay` days before. Positions
    still open on the last day are valued, not sold.

    Parameters
    ----------
    strategy : Strategy or str
        Or the name of a ready one, such as "confluence".
    panel : Panel
        On the clock "24/7"; pass all of its history, for rules need it.
    cycle : Cycle, str or (start, end), default "full"
    costs : Costs, optional
        Default: `Costs()`, those of a small fund on a large exchange.
    delay : int, default 1
    engine : {"vectorbt", "reference"}, default "vectorbt"
        The reference engine is a plain loop, for checking.
    capital : float, default 1,000,000
        USD; larger orders move prices more where volumes are known.
    coins, universe : CoinTable and Universe, optional
        Hold tiers coin by coin, point in time, instead of as indexes of the panel.
    patience : int, default 7
        Days a position may lack a close before it leaves.
    delisting : float, default -0.55
        Return beyond the last close of what died (Shumway & Warther 1999): a coin of the table, or
        a price of the panel that falls silent for longer than `patience` while the panel goes on.
        An index or a basket does not die; it is left at its last close.
    check : bool, default True
        Run the rule first on what was known at earlier days, and refuse one that used more.
    trials : TrialLedger, optional
        Count this replay as a variant tried.

    Returns
    -------
    Replay

    Raises
    ------
    InputError
        If `strategy` is neither a Strategy nor the name of a ready one.
    InputError
        If `engine` is unknown.
    InputError
        If `delay` < 1.
    InputError
        If `capital` < 1.
    InputError
        If `patience` < 1.
    InputError
        If `delisting` does not lie between -1 and 0.
    InputError
        If the cycle is unknown or not inside the data.
    InputError
        If the panel is not on the clock "24/7".
    InputError
        If only one of `coins` and `universe` is given.
    InputError
        If a leg is unknown, or a levered one cannot be priced.
    InputError
        If a leg has no price during the cycle.
    InputError
        If nothing says what trading a leg costs.
    InputError
        If the rule returns no Signal, or cannot be applied to the panel.
    InputError
        If the signal is unknown and the strategy says "raise".
    LookaheadError
        If the rule of the strategy changes its past when the future is taken away.
    """
    strategy = as_strategy(strategy)
    require_choice(engine, _ENGINES, "engine")
    require_trade(delay, capital)
    window, charged = as_cycle(cycle), Costs() if costs is None else costs
    market = build_market(
        [strategy],
        panel,
        window,
        costs=charged,
        delay=delay,
        coins=coins,
        universe=universe,
        patience=patience,
        delisting=delisting,
    )
    signal = strategy.signal(panel)
    if check:
        require_causal(strategy, signal, panel, window)
    plan = make_plan(strategy, signal, market, delay=delay, costs=charged, capital=capital)
    if engine == "vectorbt":
        fills = _vectorbt.simulate([plan], market, capital=capital)[0]
    else:
        fills, _ = simulate_one(plan, market, capital=capital)
    made = _describe(
        strategy,
        signal,
        window,
        charged,
        plan,
        fills,
        market,
        panel,
        capital=capital,
        delay=delay,
        engine=engine,
    )
    if trials is not None:
        trials.add(made)
    return made


def require_trade(delay: int, capital: float) -> None:
    """Raise InputError unless trades come after decisions and there is something to trade with.

    Parameters
    ----------
    delay : int
        Days between a decision's label and its trade.
    capital : float
        USD.

    Raises
    ------
    InputError
        If `delay` < 1.
    InputError
        If `capital` < 1.
    """
    require_count(delay, 1, "delay")
    require_at_least(capital, 1.0, "capital")


def _describe(
    strategy: Strategy,
    signal: Signal,
    cycle: Cycle,
    costs: Costs,
    plan: Plan,
    fills: Fills,
    market: Market,
    panel: Panel,
    *,
    capital: float,
    delay: int,
    engine: str,
) -> Replay:
    ledger = settle(fills, market, capital=capital)
    rows = slice(market.first, None)
    dates = market.dates[rows]
    departures = departures_table(ledger, market)
    weights = _weights(ledger, market)
    equity = pd.Series((ledger.equity * market.cash)[rows], index=dates, name=strategy.name)
    return Replay(
        strategy=strategy,
        signal=signal,
        cycle=cycle,
        costs=costs,
        level=market.level,
        engine=engine,
        delay=delay,
        equity=equity,
        benchmark=_bitcoin(panel, dates, costs, capital),
        cash=pd.Series(market.cash[rows], index=dates, name="cash"),
        degrees=pd.Series(plan.degrees[rows], index=dates, name="degree"),
        unknown=pd.Series(plan.unknown[rows], index=dates, name="unknown"),
        weights=weights,
        profit=_profit(ledger, market),
        orders=order_table(fills, market),
        departures=departures,
        coverage=coverage_table(
            plan, fills, ledger, market, departures, baskets=basket_coverage(panel, weights)
        ),
        remarks=(
            *market.remarks,
            *_benchmark_remarks(panel, dates, market),
            *_departed(departures),
            *_notes(plan, market),
        ),
        run=RunInfo.capture(None, np.nan_to_num(market.price), plan.degrees),
    )


def _bitcoin(panel: Panel, dates: pd.DatetimeIndex, costs: Costs, capital: float) -> pd.Series:
    if "BTC" not in panel.names:
        return pd.Series(np.nan, index=dates, name="BTC")
    close = panel.close("BTC").reindex(dates)
    paid = (1.0 + costs.spread("BTC")) * (1.0 + costs.fee("BTC"))
    return pd.Series(capital / paid * close / close.iloc[0], name="BTC")


def _holding(market: Market) -> list[str]:
    """Return the name under which each asset is shown: its leg, or its tier."""
    return [
        asset if asset in market.legs else tier
        for asset, tier in zip(market.assets, market.tiers, strict=True)
    ]


def _summed(values: np.ndarray, market: Market) -> pd.DataFrame:
    names = _holding(market)
    every = list(dict.fromkeys(names))
    member = np.array([[name == each for each in every] for name in names], dtype=np.float64)
    rows = slice(market.first, None)
    return pd.DataFrame(
        values[rows] @ member.reshape(len(names), len(every)),
        index=market.dates[rows],
        columns=every,
    )


def _weights(ledger: Ledger, market: Market) -> pd.DataFrame:
    value = np.where(ledger.units > 0, ledger.units * np.nan_to_num(market.mark), 0.0)
    table = _summed(value / ledger.equity[:, None], market)
    return table.assign(cash=(ledger.cash / ledger.equity)[market.first :])


def _profit(ledger: Ledger, market: Market) -> pd.DataFrame:
    usd = np.nan_to_num(market.mark) * market.cash[:, None]
    units = np.vstack([np.zeros((1, usd.shape[1])), ledger.units[:-1]])
    steps = np.vstack([np.zeros((1, usd.shape[1])), np.diff(usd, axis=0)])
    table = _summed(np.where(units > 0, units * steps, 0.0), market)
    idle = np.concatenate([[0.0], ledger.cash[:-1]])
    interest = idle * np.concatenate([[0.0], np.diff(market.cash)])
    scale, first = market.cash[:, None], market.first
    interest[first] = 0.0  # the capital comes in at the close of the first day
    return table.assign(
        interest=interest[first:],
        fees=-(ledger.fees * scale).sum(axis=1)[first:],
        slippage=-(ledger.slippage * scale).sum(axis=1)[first:],
    )


def _benchmark_remarks(panel: Panel, dates: pd.DatetimeIndex, market: Market) -> tuple[str, ...]:
    if "BTC" in market.assets or "BTC" not in panel.names:
        return ()
    return jump_remarks(panel.close("BTC").reindex(dates), "BTC")


def _departed(departures: pd.DataFrame) -> list[str]:
    """Return how each departure was valued, the first few in words."""
    head = departures.head(_MOST)
    said = [
        f"{asset} was left on {day:%Y-%m-%d}, its closes having ended: "
        + (
            f"taken for dead and valued at {1.0 + loss:.0%} of the last one (`delisting`)."
            if kind == "death"
            else "valued at the last one."
        )
        for day, asset, kind, loss in zip(
            head["date"], head["asset"], head["kind"], head["loss"], strict=True
        )
    ]
    if len(departures) > _MOST:
        said.append(f"{len(departures) - _MOST} more were left; see `departures`.")
    return said


def _notes(plan: Plan, market: Market) -> list[str]:
    return [f"{market.dates[row]:%Y-%m-%d}: {what}." for row, what in plan.notes]
