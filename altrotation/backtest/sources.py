"""Where a market's prices come from: the series of the panel."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from altrotation.aliases import FloatArray
from altrotation.backtest.costs import Costs
from altrotation.backtest.leverage import levered_price
from altrotation.backtest.market import Roster
from altrotation.data.jumps import jump_remarks
from altrotation.data.panel import Panel
from altrotation.errors import InputError

__all__ = ["GROUPS", "Leg", "Source", "panel_source"]

GROUPS = ("large", "mid", "small", "mid-band", "survivors")


@dataclass(frozen=True, slots=True)
class Leg:
    """One way to hold something: which, how its coins are weighted, at what leverage."""

    name: str
    weighting: str = "equal"
    leverage: float = 1.0

    @property
    def key(self) -> str:
        """The name it goes by in a market: "mid", "mid-capw", "ETH x2"."""
        weighted = "-capw" if self.weighting == "cap" and self.name in GROUPS else ""
        levered = f" x{self.leverage:g}" if self.leverage > 1 else ""
        return f"{self.name}{weighted}{levered}"


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """Prices in USD by asset on given days, and which assets make up each leg.

    Parameters
    ----------
    price : DataFrame of shape (n_days, n_assets)
        Closes, NaN where there is none.
    tiers : dict from asset to the tier whose costs it bears
    legs : dict from leg to Roster
    covered : array of shape (n_assets,)
        Last row on which a vendor of the asset published anything, -inf where unknown. An asset
        that falls silent by then has died.
    volume, volatility : DataFrame of shape (n_days, n_assets) or None
        Median USD a day, and standard deviation of daily log returns, over the thirty days up to
        the decision behind each row; NaN where unknown.
    remarks : tuple of str
    """

    price: pd.DataFrame
    tiers: dict[str, str]
    legs: dict[str, Roster]
    covered: FloatArray
    volume: pd.DataFrame | None
    volatility: pd.DataFrame | None
    remarks: tuple[str, ...] = ()


def panel_source(
    panel: Panel, legs: Iterable[Leg], dates: pd.DatetimeIndex, *, costs: Costs
) -> Source:
    """Return the legs as single assets: a tier is its basket relative to BTC, times BTC.

    The tier's index bears no costs of its own monthly rebalancing; `costs.churn` charges them.

    Parameters
    ----------
    panel : Panel
        On the clock "24/7".
    legs : iterable of Leg
    dates : DatetimeIndex of shape (n_days,)
        Consecutive UTC days.
    costs : Costs
        Its `churn` and `funding_periods` enter prices.

    Returns
    -------
    Source

    Raises
    ------
    InputError
        If a leg is neither a tier nor a price or index of the panel.
    InputError
        If the panel has no basket of a tier.
    InputError
        If nothing says what trading a leg costs.
    InputError
        If funding is unknown on a day a levered leg would pay it.
    """
    columns: dict[str, pd.Series] = {}
    tiers: dict[str, str] = {}
    covered: list[float] = []
    remarks: list[str] = []
    for leg in legs:
        price, tiers[leg.key] = _panel_leg(panel, leg, costs)
        price = price.reindex(dates)
        covered.append(_covered(panel, leg, dates))
        remarks += jump_remarks(price, leg.name)
        if leg.leverage > 1:
            price = levered_price(price, panel, leverage=leg.leverage, costs=costs)
            remarks.append(
                f"{leg.key} is a perpetual at constant leverage {leg.leverage:g}, rebalanced daily "
                "at no cost, which pays the mean funding and whose collateral earns nothing."
            )
        columns[leg.key] = price
        if leg.name in GROUPS:
            remarks.append(
                f"{leg.key} is one index with monthly rebalancing inside, charged "
                f"{1e4 * costs.daily_churn(leg.name):.2f} bp a day."
            )
        if leg.name == "survivors":
            remarks.append("survivors: chosen because they survived, no point-in-time basket.")
    return Source(
        price=pd.DataFrame(columns, index=dates, dtype="float64"),
        tiers=tiers,
        legs={key: Roster.single(position) for position, key in enumerate(columns)},
        covered=np.array(covered, dtype=np.float64),
        volume=None,
        volatility=None,
        remarks=tuple(remarks),
    )


def _covered(panel: Panel, leg: Leg, dates: pd.DatetimeIndex) -> float:
    """Return the last row to which silence of a leg is a death and not the end of its data.

    A price of the panel that falls silent while anything else is still published has stopped
    trading. An index or a basket has not: its vendor stopped.
    """
    if leg.name in GROUPS or panel.card(leg.name).kind != "price":
        return -np.inf
    seen = panel.frame.drop(columns=leg.name).dropna(how="all").index
    return float((seen[-1] - dates[0]).days) if len(seen) else -np.inf


def _panel_leg(panel: Panel, leg: Leg, costs: Costs) -> tuple[pd.Series, str]:
    if leg.name not in GROUPS:
        if leg.name not in panel.names:
            raise InputError(
                f"Nothing to hold is called {leg.name!r} in this panel; legs are BTC, ETH, "
                f"{', '.join(GROUPS)}, cash, or a price or index of the panel."
            )
        return panel.close(leg.name), costs.tier_of(leg.name, panel.card(leg.name).calendar)
    name = f"{leg.name}{'-capw' if leg.weighting == 'cap' else ''}/BTC"
    if name not in panel.names:
        raise InputError(f"The panel has no basket {name!r}; pass one that has, or the coins.")
    gross = panel.value(name) * panel.close("BTC")
    days = np.arange(len(gross), dtype=float)
    return gross * (1.0 - costs.daily_churn(leg.name)) ** days, leg.name
