"""Build the market that a set of strategies is replayed in."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from altrotation.aliases import BoolArray, FloatArray
from altrotation.backtest.cash import cash_account
from altrotation.backtest.coin_sources import coin_source
from altrotation.backtest.costs import Costs
from altrotation.backtest.cycles import Cycle
from altrotation.backtest.market import Market, carry_marks
from altrotation.backtest.sources import Leg, Source, panel_source
from altrotation.backtest.strategy import Strategy
from altrotation.data.coins.table import CoinTable
from altrotation.data.coins.universe import Universe
from altrotation.data.panel import Panel
from altrotation.errors import InputError
from altrotation.validate import require_count

__all__ = ["build_market", "legs_of"]

_STALE = 3  # days of an unchanged close before it is called stale, as in the baskets


def legs_of(strategy: Strategy) -> tuple[dict[Leg, float], dict[Leg, float]]:
    """Return what a strategy holds on and off, without cash.

    Parameters
    ----------
    strategy : Strategy

    Returns
    -------
    on, off : dict of Leg to weight
        Only the legs held while on are levered.
    """
    on = {
        Leg(name, strategy.weighting, strategy.leverage): weight
        for name, weight in strategy.on.items()
        if name != "cash"
    }
    off = {
        Leg(name, strategy.weighting): weight
        for name, weight in strategy.off.items()
        if name != "cash"
    }
    return on, off


def build_market(
    strategies: Iterable[Strategy],
    panel: Panel,
    cycle: Cycle,
    *,
    costs: Costs,
    delay: int,
    coins: CoinTable | None = None,
    universe: Universe | None = None,
    patience: int = 7,
    delisting: float = -0.55,
) -> Market:
    """Return prices, marks and costs of everything `strategies` may hold during `cycle`.

    Parameters
    ----------
    strategies : iterable of Strategy
    panel : Panel
        On the clock "24/7".
    cycle : Cycle
    costs : Costs
    delay : int
        Days between a decision's label and its trade.
    coins, universe : CoinTable and Universe, optional
        Both or none: hold the coins in a tier at each date instead of the panel's basket.
    patience : int, default 7
        Days a position may lack a close before it leaves.
    delisting : float, default -0.55
        Return beyond the last close of a coin, or of a price of the panel, that died.

    Returns
    -------
    Market

    Raises
    ------
    InputError
        If `patience` < 1.
    InputError
        If `panel` is no Panel or `costs` no Costs.
    InputError
        If the panel is not on the clock "24/7".
    InputError
        If only one of `coins` and `universe` is given.
    InputError
        If the cycle is not inside the data.
    InputError
        If a leg is unknown, or the panel has no basket for it.
    InputError
        If a leg has no price during the cycle.
    InputError
        If nothing says what trading a leg costs.
    InputError
        If a leg is levered and funding is unknown on a day it would be paid.
    InputError
        If `delisting` does not lie between -1 and 0.
    """
    require_count(patience, 1, "patience")
    for given, kind, name in ((panel, Panel, "panel"), (costs, Costs, "costs")):
        if not isinstance(given, kind):
            raise InputError(
                f"`{name}` must be a {kind.__name__}, got {type(given).__name__}; make one with "
                f"altrotation.{kind.__module__.removeprefix('altrotation.')}.{kind.__name__}(...)."
            )
    if panel.clock != "24/7":
        raise InputError(f"A replay needs every UTC day, got {panel.clock}; use panel.on('24/7').")
    if (coins is None) != (universe is None):
        raise InputError("`coins` and `universe` go together; pass both, or none for the baskets.")
    every = tuple(strategies)
    legs = tuple(dict.fromkeys(leg for each in every for side in legs_of(each) for leg in side))
    dates, first = _rows(every, panel, cycle)
    if coins is None or universe is None:
        source = panel_source(panel, legs, dates, costs=costs)
    else:
        source = coin_source(
            panel, legs, dates, coins=coins, universe=universe, delay=delay, costs=costs
        )
    _require_prices(source, cycle)
    return _market(
        source,
        panel,
        dates,
        first,
        patience=patience,
        delisting=delisting,
        by_coin=coins is not None,
        costs=costs,
    )


def _rows(
    strategies: tuple[Strategy, ...], panel: Panel, cycle: Cycle
) -> tuple[pd.DatetimeIndex, int]:
    start, end = panel.dates[0], panel.dates[-1]
    if cycle.start < start or cycle.end > end:
        raise InputError(
            f"The cycle {cycle} is not inside the data, {start:%Y-%m-%d} to {end:%Y-%m-%d}; pass "
            "cycle=(start, end) within them."
        )
    windows = [s.volatility_window for s in strategies if s.target_volatility is not None]
    history = min(max(windows, default=0) + 1 if windows else 0, (cycle.start - start).days)
    rows = pd.date_range(
        cycle.start - pd.Timedelta(history, "D"), cycle.end, freq="D", unit="us", name="date"
    )
    return rows, history


def _require_prices(source: Source, cycle: Cycle) -> None:
    inside = source.price.loc[cycle.start : cycle.end].notna()
    for leg, roster in source.legs.items():
        columns = sorted({int(column) for line in roster.columns for column in line})
        if not inside.to_numpy()[:, columns].any():
            raise InputError(f"{leg} has no price during {cycle}; choose another leg or cycle.")


def _market(
    source: Source,
    panel: Panel,
    dates: pd.DatetimeIndex,
    first: int,
    *,
    costs: Costs,
    patience: int,
    delisting: float,
    by_coin: bool,
) -> Market:
    raw = source.price.to_numpy(dtype=np.float64)
    price, mark, leaves, died = carry_marks(
        raw, patience, covered=source.covered, delisting=delisting
    )
    cash, remark = cash_account(panel, dates, first)
    assets = tuple(str(name) for name in source.price.columns)
    tiers = tuple(source.tiers[name] for name in assets)
    return Market(
        dates=dates,
        first=first,
        assets=assets,
        tiers=tiers,
        price=price / cash[:, None],
        mark=mark / cash[:, None],
        leaves=leaves,
        died=died,
        stale=_stale(raw),
        cash=cash,
        fee=np.array([costs.fee(tier) for tier in tiers]),
        spread=np.array([costs.spread(tier) for tier in tiers]),
        volume=_array(source.volume),
        volatility=_array(source.volatility),
        legs=source.legs,
        level="coins" if by_coin else "baskets",
        patience=patience,
        remarks=(*source.remarks, *((remark,) if remark else ())),
    )


def _stale(price: FloatArray) -> BoolArray:
    """Return where there is no close, or one unchanged for more than three days."""
    run = np.zeros(price.shape, dtype=np.int64)
    for row in range(1, len(price)):
        run[row] = np.where(price[row] == price[row - 1], run[row - 1] + 1, 0)
    stale: BoolArray = np.isnan(price) | (run > _STALE)
    return stale


def _array(table: pd.DataFrame | None) -> FloatArray | None:
    return None if table is None else table.to_numpy(dtype=np.float64)
