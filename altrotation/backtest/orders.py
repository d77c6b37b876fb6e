"""Filled orders and what follows from them: positions, cash, equity and costs."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from altrotation.aliases import FloatArray, IntArray
from altrotation.backtest.market import Market

__all__ = ["Fills", "Ledger", "order_table", "settle"]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Fills:
    """Filled orders of one strategy, in the order in which they were filled.

    Parameters
    ----------
    row, column : int arrays of shape (m,)
        Day and asset.
    size : array of shape (m,)
        Units bought, negative where sold.
    price : array of shape (m,)
        Paid or received, slippage included.
    fee : array of shape (m,)
        In units of the cash account, as prices are.
    """

    row: IntArray
    column: IntArray
    size: FloatArray
    price: FloatArray
    fee: FloatArray


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Ledger:
    """What the orders of one strategy amount to on each day, in units of the cash account.

    Parameters
    ----------
    units : array of shape (n, k)
        Positions at the close.
    cash : array of shape (n,)
        Idle cash at the close.
    equity : array of shape (n,)
        Cash and positions at their marks.
    fees, slippage : arrays of shape (n, k)
        Costs of the day by asset: commission, and what was conceded against the close.
    """

    units: FloatArray
    cash: FloatArray
    equity: FloatArray
    fees: FloatArray
    slippage: FloatArray


def settle(fills: Fills, market: Market, *, capital: float) -> Ledger:
    """Return positions, cash and equity from orders that were filled.

    Parameters
    ----------
    fills : Fills
    market : Market
    capital : float
        Cash at the start.

    Returns
    -------
    Ledger
        Over all rows of the market, history included (capital idle in cash there).
    """
    n, k = market.price.shape
    place = (fills.row, fills.column)
    units, fees, slippage = np.zeros((n, k)), np.zeros((n, k)), np.zeros((n, k))
    np.add.at(units, place, fills.size)
    np.add.at(fees, place, fills.fee)
    close = market.price[place]
    np.add.at(slippage, place, np.abs(fills.size) * np.abs(fills.price - close))
    flow = np.zeros(n)
    np.add.at(flow, fills.row, -fills.size * fills.price - fills.fee)
    units = units.cumsum(axis=0)
    largest = np.zeros(k)
    np.maximum.at(largest, fills.column, np.abs(fills.size))
    units[np.abs(units) <= 1e-9 * largest] = 0.0  # rounding left of a position sold in full
    cash = capital + flow.cumsum()
    value = np.where(units != 0, units * np.nan_to_num(market.mark), 0.0)
    return Ledger(
        units=units,
        cash=cash,
        equity=cash + value.sum(axis=1),
        fees=fees,
        slippage=slippage,
    )


def order_table(fills: Fills, market: Market) -> pd.DataFrame:
    """Return orders in USD: date, asset, side, units, price, value, fee and slippage."""
    scale = market.cash[fills.row]
    close = market.price[fills.row, fills.column]
    return pd.DataFrame(
        {
            "date": market.dates[fills.row],
            "asset": np.array(market.assets, dtype=object)[fills.column],
            "side": np.where(fills.size > 0, "buy", "sell"),
            "units": np.abs(fills.size),
            "price": fills.price * scale,
            "value": np.abs(fills.size) * fills.price * scale,
            "fee": fills.fee * scale,
            "slippage": np.abs(fills.size) * np.abs(fills.price - close) * scale,
        }
    )
