"""Coins on ranked lists: which series stands behind a symbol, by its price on the day."""

import numpy as np
import pandas as pd

from altrotation.aliases import IntArray
from altrotation.data.coins.matching import log_prices

__all__ = ["identify_ranked", "link_across_gaps"]


def identify_ranked(
    ranked: pd.DataFrame, close: pd.DataFrame, symbols: pd.Series, *, tolerance: float = 0.1
) -> pd.DataFrame:
    """Return the coin behind each row of a ranked list, by symbol or hint and price on the day.

    Parameters
    ----------
    ranked : DataFrame
        Columns `date`, `symbol`, `name`, `price` (USD), and optionally `hint` (a coin id somebody
        proposed).
    close : DataFrame of shape (n_days, n_coins)
        Daily closes by coin id.
    symbols : Series
        Every upper-case symbol known for a coin: index coin id (repeated), value symbol.
    tolerance : float, default 0.1
        Largest absolute difference between the log of the ranked price and of that day's close.

    Returns
    -------
    DataFrame
        `id` (missing where nothing agrees), `gap` (log ranked price minus log close of the chosen
        coin on the day, NaN where it has no close that day) and `evidence`: "price on the day",
        "price on an earlier day" (same name and symbol; the coin has no close on the day, and its
        price agreed when it last had one) or "none". On the index of `ranked`.
    """
    coins_of = symbols.groupby(symbols.to_numpy()).groups
    columns = {coin: k for k, coin in enumerate(close.columns)}
    values = log_prices(close)
    at = close.index.get_indexer(pd.DatetimeIndex(ranked["date"]))
    prices = np.log(ranked["price"].to_numpy(dtype=float))
    hints = (
        ranked["hint"].to_numpy(dtype=object) if "hint" in ranked else np.full(len(ranked), None)
    )
    ids, gaps = np.full(len(ranked), None, dtype=object), np.full(len(ranked), np.nan)
    groups = ranked["symbol"].astype(str) + "|" + ranked["name"].astype(str)
    for rows in ranked.groupby(groups.to_numpy()).indices.values():
        symbol = ranked["symbol"].iloc[rows[0]]
        named = {coin for coin in coins_of.get(symbol, ()) if coin in columns}
        hinted = {hint for hint in hints[rows] if isinstance(hint, str) and hint in columns}
        known = np.array(sorted(named | hinted), dtype=object)
        if not len(known):
            continue
        where = np.array([columns[coin] for coin in known])
        gap = prices[rows, None] - values[np.ix_(at[rows], where)]
        gap[at[rows] < 0] = np.nan
        agrees = np.abs(gap) <= tolerance
        count, seen = agrees.sum(axis=0), np.isfinite(gap).sum(axis=0)
        # Two prices cross now and then: a coin must agree more than once on a long list, and one
        # whose symbol differs nearly always.
        least = np.where([coin in named for coin in known], min(2, (len(rows) + 1) // 2), 3)
        certain = (count >= least) & (np.isin(known, list(named)) | (count >= 0.8 * seen))
        agrees &= certain
        best = np.where(agrees, count, -1).argmax(axis=1)
        found = agrees[np.arange(len(rows)), best]
        ids[rows[found]] = known[best[found]]
        gaps[rows[found]] = gap[np.arange(len(rows)), best][found]
    result = pd.DataFrame({"id": ids, "gap": gaps}, index=ranked.index)
    result["evidence"] = np.where(result["id"].notna(), "price on the day", "none")
    return _from_earlier_days(result, ranked, close, at)


def link_across_gaps(
    ranked: pd.DataFrame, close: pd.DataFrame, symbols: pd.Series, *, loose: set[str]
) -> pd.DataFrame:
    """Return which series continue which coin though the two never overlap.

    The bridge is the ranked record: on earlier lists the symbol had the price of one coin, on later
    lists that of the loose series, and no list held the symbol twice.

    Parameters
    ----------
    ranked, close, symbols
        As for `identify_ranked`.
    loose : set of str
        Ids of series that no overlap has identified.

    Returns
    -------
    DataFrame
        `foreign_id` (of `loose`), `id` (the coin it continues), `days` (lists on which each agreed,
        the smaller), `distance` (median absolute log gap of the loose series to the lists),
        `between` (largest log step between successive listed prices from the one to the other).
    """
    lists = ranked.assign(**identify_ranked(ranked, close, symbols)[["id", "gap", "evidence"]])
    lists = lists[~lists.duplicated(["date", "symbol"], keep=False)]
    seen = lists[lists["evidence"] == "price on the day"]
    rows = []
    for symbol, part in seen[seen["id"].isin(loose)].groupby("symbol"):
        for foreign, later in part.groupby("id"):
            first = close[foreign].first_valid_index()
            earlier = seen[(seen["symbol"] == symbol) & (seen["date"] < first)]
            if len(later) < 2 or not len(earlier):
                continue
            coin = earlier["id"].iloc[-1]
            count = int((earlier["id"] == coin).sum())
            span = lists[(lists["symbol"] == symbol)].set_index("date")["price"]
            span = span.loc[earlier["date"].iloc[-1] : later["date"].iloc[0]]
            step = float(np.abs(np.diff(np.log(span.to_numpy()))).max())
            if coin in loose or count < 2 or step > np.log(3.0):
                continue
            rows.append(
                {
                    "foreign_id": foreign,
                    "id": coin,
                    "days": min(count, len(later)),
                    "distance": float(later["gap"].abs().median()),
                    "between": step,
                }
            )
    return pd.DataFrame(rows, columns=["foreign_id", "id", "days", "distance", "between"])


def _from_earlier_days(
    result: pd.DataFrame, ranked: pd.DataFrame, close: pd.DataFrame, at: IntArray
) -> pd.DataFrame:
    """Where a row has no close on its day, take the coin of its name when it last had one.

    Only earlier days: what a later list shows was not known.
    """
    keys = ranked["symbol"].astype(str) + "|" + ranked["name"].astype(str)
    order = pd.DataFrame({"key": keys, "date": ranked["date"], "id": result["id"]})
    order = order.sort_values("date", kind="stable")
    earlier = order.groupby("key")["id"].ffill().reindex(result.index)
    columns = close.columns.get_indexer(pd.Index(earlier.to_numpy(dtype=object)))
    open_ = (result["id"].isna() & earlier.notna()).to_numpy()
    # A coin that has a price that day, and not this one, is another coin.
    priced = np.isfinite(close.to_numpy()[at, columns]) & (columns >= 0) & (at >= 0)
    take = open_ & ~priced
    return result.assign(
        id=result["id"].where(~take, earlier),
        evidence=result["evidence"].where(~take, "price on an earlier day"),
    )
