"""From a signal to orders: when a strategy acts, and what it then wants to hold."""

import numpy as np

from altrotation.aliases import FloatArray
from altrotation.backtest.at_once import orders_at_once
from altrotation.backtest.build import legs_of
from altrotation.backtest.costs import Costs
from altrotation.backtest.day_by_day import orders_day_by_day
from altrotation.backtest.market import Market
from altrotation.backtest.plan import Plan
from altrotation.backtest.schedule import (
    acting_degrees,
    holding_returns,
    stopped,
    trading_rows,
    volatility_scale,
)
from altrotation.backtest.strategy import Strategy
from altrotation.signals.signal import Signal

__all__ = ["make_plan"]


def make_plan(
    strategy: Strategy,
    signal: Signal,
    market: Market,
    *,
    delay: int,
    costs: Costs,
    capital: float,
    degrees: FloatArray | None = None,
) -> Plan:
    """Return the orders of a strategy.

    An order into a leg without a price waits for up to `market.patience` days; then its weight
    goes to the legs held while off, and to cash if those cannot be bought either. A tier held coin
    by coin does not wait: members without a close are left out. Where turnover is capped, or impact
    depends on the size of an order, weights and capital are those that drift without costs.

    Parameters
    ----------
    strategy : Strategy
    signal : Signal
        Of its rule.
    market : Market
    delay : int
    costs : Costs
    capital : float
        USD at the start: sets the size of orders for impact.
    degrees : array of shape (n,), optional
        Degrees in force at each row instead of the signal's, for placebo timings.

    Returns
    -------
    Plan
    """
    given, unknown = acting_degrees(
        signal, market.dates, first=market.first, delay=delay, unknown=strategy.unknown
    )
    acting = given if degrees is None else degrees
    on = {leg.key: weight for leg, weight in legs_of(strategy)[0].items()}
    scale = np.ones(len(acting))
    if strategy.stop is not None or strategy.target_volatility is not None:
        returns = holding_returns(market, strategy, on)
        if strategy.target_volatility is not None:
            scale = volatility_scale(
                returns,
                target=strategy.target_volatility,
                window=strategy.volatility_window,
                delay=delay,
            )
        if strategy.stop is not None:
            acting = stopped(
                acting, returns, fraction=strategy.stop, delay=delay, first=market.first
            )
    flags = trading_rows(
        acting, market.dates, first=market.first, delay=delay, rebalance=strategy.rebalance
    )
    state = (strategy, market, acting, scale, flags, unknown)
    found = orders_at_once(*state)
    return orders_day_by_day(*state, costs=costs, capital=capital) if found is None else found
