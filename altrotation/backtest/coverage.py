"""What the prices of a replay rest on: coverage, stale marks, departures, survivorship."""

import numpy as np
import pandas as pd

from altrotation.aliases import FloatArray
from altrotation.backtest.market import Market
from altrotation.backtest.orders import Fills, Ledger
from altrotation.backtest.plan import Plan
from altrotation.data.panel import Panel
from altrotation.variation import resolved

__all__ = ["basket_coverage", "coverage_table", "departures_table"]


def departures_table(ledger: Ledger, market: Market) -> pd.DataFrame:
    """Return the positions that had to be left because their closes ended.

    Parameters
    ----------
    ledger : Ledger
        Of all rows of `market`.
    market : Market

    Returns
    -------
    DataFrame
        One row a departure since the first day of the replay: date, asset, kind ("death" or "data
        end"), loss (return beyond the last close), value (USD after the loss).
    """
    before = np.vstack([np.zeros((1, len(market.assets))), ledger.units[:-1]])
    gone = np.isfinite(market.leaves) & (before > 0)
    rows, columns = np.nonzero(gone)
    keep = rows >= market.first
    rows, columns = rows[keep], columns[keep]
    died = market.died[rows, columns]
    value = before[rows, columns] * market.mark[rows, columns] * market.cash[rows]
    return pd.DataFrame(
        {
            "date": market.dates[rows],
            "asset": np.array(market.assets, dtype=object)[columns],
            "kind": np.where(died, "death", "data end"),
            "loss": np.where(died, market.leaves[rows, columns] - 1.0, 0.0),
            "value": value,
        }
    )


def basket_coverage(panel: Panel, weights: pd.DataFrame) -> FloatArray:
    """Return the share of members priced in each basket on the days it was held.

    Parameters
    ----------
    panel : Panel
        With the series "<tier>.coverage", in percent, of the baskets whose coverage is known.
    weights : DataFrame of shape (n_days, n_legs)
        Shares of the equity.

    Returns
    -------
    array of shape (n_known,)
        Fractions, basket by basket; days without a known coverage are left out.
    """
    shares = []
    for leg in weights.columns:
        tier = str(leg).removesuffix("-capw").split(" x")[0]
        name = f"{tier}.coverage"
        if name in panel.names:
            held = weights.index[resolved(weights[leg], 1.0)]
            shares.append(panel.value(name).reindex(held).dropna().to_numpy() / 100.0)
    return np.concatenate(shares) if shares else np.empty(0)


def coverage_table(
    plan: Plan,
    fills: Fills,
    ledger: Ledger,
    market: Market,
    departures: pd.DataFrame,
    *,
    baskets: FloatArray,
) -> pd.DataFrame:
    """Return the shares of value, members and trades that rest on sound prices.

    Parameters
    ----------
    plan : Plan
    fills : Fills
    ledger : Ledger
    market : Market
    departures : DataFrame
        Of `departures_table`.
    baskets : array of shape (m,)
        Of `basket_coverage`; used where the market holds baskets.

    Returns
    -------
    DataFrame with one column, "coverage"
        Shares are fractions; NaN where nothing was held or traded.
    """
    first = market.first
    value = np.where(ledger.units > 0, ledger.units * np.nan_to_num(market.mark), 0.0)[first:]
    total = ledger.equity[first:]
    stale = (value * market.stale[first:]).sum(axis=1) / np.where(total > 0, total, 1.0)
    shares = baskets if market.level == "baskets" else _member_coverage(plan, market)
    lost = departures["value"] / (1.0 + departures["loss"]) * departures["loss"]
    traded = np.abs(fills.size) * fills.price
    rows: dict[str, object] = {
        "value at stale or missing closes, mean": float(stale.mean()),
        "value at stale or missing closes, most": float(stale.max()),
        "members with a price, mean": float(np.mean(shares)) if len(shares) else np.nan,
        "members with a price, least": float(np.min(shares)) if len(shares) else np.nan,
        "positions left by death": int((departures["kind"] == "death").sum()),
        "positions left as data ended": int((departures["kind"] == "data end").sum()),
        "USD lost beyond last closes": float(-lost.sum()) + 0.0,  # no minus zero
        "orders that could not be given": len(plan.notes),
        "traded value without known volume": _blind(fills, traded, market),
    }
    return pd.Series(rows, name="coverage").to_frame()


def _member_coverage(plan: Plan, market: Market) -> FloatArray:
    shares = []
    for row, targets in zip(plan.rows, plan.targets, strict=True):
        for leg, roster in market.legs.items():
            line = roster.line(int(row))
            if not market.is_group(leg) or line < 0 or not roster.listed[line]:
                continue
            columns = roster.columns[line]
            if (np.nan_to_num(targets[columns]) > 0).any():
                priced = np.isfinite(market.price[row, columns]).sum()
                shares.append(float(priced) / float(roster.listed[line]))
    return np.array(shares)


def _blind(fills: Fills, traded: FloatArray, market: Market) -> float:
    if not len(traded):
        return float("nan")
    if market.volume is None:
        return 1.0
    known = np.isfinite(market.volume[fills.row, fills.column])
    return float(traded[~known].sum() / traded.sum())
