"""Filled orders and what follows from them: positions, cash, equity and costs."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from altrotation.aliases import FloatArray, IntArray
from altrotation.backtest.market import Market
from altrotation.kernels.holdings import positions

__all__ = ["Fills", "Ledger", "equity_path", "order_table", "settle"]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Fills:
    """Filled orders of one strategy, in the order in which they were filled, day by day.

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
    place = (fills.row, fills.column)
    fees, slippage = np.zeros(market.price.shape), np.zeros(market.price.shape)
    np.add.at(fees, place, fills.fee)
    concession = np.abs(fills.size) * np.abs(fills.price - market.price[place])
    np.add.at(slippage, place, concession)
    units, cash, equity = _positions(fills, market, capital)
    return Ledger(units=units, cash=cash, equity=equity, fees=fees, slippage=slippage)


def equity_path(fills: Fills, market: Market, *, capital: float) -> FloatArray:
    """Return the equity of `settle` alone.

    Parameters
    ----------
    fills : Fills
    market : Market
    capital : float
        Cash at the start.

    Returns
    -------
    array of shape (n,)
        In units of the cash account.
    """
    return _positions(fills, market, capital)[2]


def _positions(
    fills: Fills, market: Market, capital: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    n, k = market.price.shape
    units = positions(fills.row, fills.column, fills.size, n, k)
    flow = np.zeros(n)
    np.add.at(flow, fills.row, -fills.size * fills.price - fills.fee)
    cash = capital + flow.cumsum()
    equity = cash.copy()
    for column in np.unique(fills.column):
        held = units[:, column]
        equity += np.where(held != 0, held * market.mark[:, column], 0.0)
    return units, cash, equity


def order_table(fills: Fills, market: Market) -> pd.DataFrame:
    """Return orders in USD.

    Parameters
    ----------
    fills : Fills
    market : Market

    Returns
    -------
    DataFrame
        One row an order, as filled: date, asset, side ("buy" or "sell"), units, price (slippage
        included), value, fee and slippage.
    """
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
