"""The reference engine: one plain loop over days and assets, against which vectorbt is checked."""

import numpy as np

from altrotation.aliases import FloatArray
from altrotation.backtest.market import Market
from altrotation.backtest.orders import Fills
from altrotation.backtest.plan import Plan

__all__ = ["DUST", "simulate_one"]

# Least order as a share of the capital at the start: a smaller one is the rounding of a weight that
# is restored. That is one cent of a million dollars.
DUST = 1e-8


def simulate_one(plan: Plan, market: Market, *, capital: float) -> tuple[Fills, FloatArray]:
    """Return the filled orders of a plan and the equity at every close, one day after the other.

    On each row with orders the portfolio is valued at the marks; the target weight of that value
    is what an asset should be worth after its order. Orders are filled from the largest sale to
    the largest purchase, at the close made worse by the slippage; a purchase that the cash does
    not cover, fee included, is filled with the cash there is.

    Parameters
    ----------
    plan : Plan
    market : Market
    capital : float
        Cash at the start, in units of the cash account.

    Returns
    -------
    fills : Fills
    equity : array of shape (n,)
        In units of the cash account.
    """
    n, k = market.price.shape
    cash, units = float(capital), [0.0] * k
    fee, price, mark = market.fee.tolist(), market.price, market.mark
    filled: list[tuple[int, int, float, float, float]] = []
    equity = np.full(n, capital)
    at = {int(row): number for number, row in enumerate(plan.rows)}
    for row in range(n):
        if row in at:
            value = cash + sum(units[j] * mark[row, j] for j in range(k) if units[j])
            wanted = plan.targets[at[row]]
            slip = plan.slippage[at[row]]
            todo = []
            for j in range(k):
                if np.isfinite(wanted[j]) and np.isfinite(price[row, j]):
                    worth = wanted[j] * value - units[j] * mark[row, j]
                    todo.append((worth, j))
            for worth, j in sorted(todo):
                if not (units[j] if wanted[j] == 0 else abs(worth) > DUST * capital):
                    continue  # a full sale is given whatever is left of the price
                size = wanted[j] * value / mark[row, j] - units[j]
                if size < 0:
                    size = max(size, -units[j])
                    paid = price[row, j] * (1.0 - slip[j])
                else:
                    paid = price[row, j] * (1.0 + slip[j])
                    size = min(size, cash / (paid * (1.0 + fee[j])))
                    if size * paid <= DUST * capital:
                        continue
                charge = abs(size) * paid * fee[j]
                cash -= size * paid + charge
                units[j] += size
                filled.append((row, j, size, paid, charge))
        equity[row] = cash + sum(units[j] * mark[row, j] for j in range(k) if units[j])
    table = np.array(filled, dtype=np.float64).reshape(-1, 5)
    return (
        Fills(
            row=table[:, 0].astype(np.int64),
            column=table[:, 1].astype(np.int64),
            size=table[:, 2],
            price=table[:, 3],
            fee=table[:, 4],
        ),
        equity,
    )
