"""Basket returns of a changing membership: rebalanced monthly, drifting between, nothing filled."""

from typing import Literal

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.aliases import BoolArray, FloatArray, IntArray
from altrotation.data.coins.basket_result import BasketResult
from altrotation.data.coins.holding import Holding, days_unchanged, hold
from altrotation.data.coins.universe import Membership
from altrotation.errors import InputError
from altrotation.validate import daily_index, require_choice, require_count

__all__ = ["DELISTING", "Weighting", "basket"]

Weighting = Literal["equal", "cap"]
# Shumway & Warther (1999): performance delistings on Nasdaq lost 55 % beyond the last price.
DELISTING = -0.55
_REBALANCE = [
    "trade",
    "decided",
    "members",
    "held",
    "coverage",
    "cap_coverage",
    "turnover",
    "traded",
    "thin",
]
_STALE = 3  # days of an unchanged close before it is called stale


@guarded
def basket(
    close: pd.DataFrame,
    membership: Membership,
    *,
    covered_to: pd.Series | None = None,
    weighting: Weighting = "equal",
    delay: int = 1,
    delisting: float = DELISTING,
    patience: int = 7,
    min_coverage: float = 0.5,
    min_held: int = 3,
    min_priced: float = 0.5,
) -> BasketResult:
    """Return the daily returns of holding `membership`, rebalanced at each decision.

    A decision labelled D trades at the close of D + `delay`; its first return is that of the day
    after. Members without a close at the trade are not held (coverage says so) and the others
    share the weight. Between trades weights drift (buy and hold): daily rebalancing would earn the
    bounce of noisy prices (Blume & Stambaugh 1983). A position without a close is carried at its
    last close for up to `patience` days and then leaves: at `delisting` where its vendor still
    published (a death), at its last close where the vendor's data end; what is left is spread over
    the rest.

    Parameters
    ----------
    close : DataFrame of shape (n_days, n_coins)
        USD closes by coin id on the 24/7 clock.
    membership : Membership
        Who is in from when on.
    covered_to : Series, optional
        By coin id, the last day on which a vendor that lists the coin published anything (missing:
        none does); without it every lasting gap is a death.
    weighting : {"equal", "cap"}, default "equal"
        Weights at each trade; capitalisations are those of the decision.
    delay : int, default 1
        Days between a decision's label and the close at which it trades.
    delisting : float, default -0.55
        Simple return beyond the last close of a coin that died: 0 is "sold at the last price", -1
        is "total loss".
    patience : int, default 7
        Days a position may lack a close before it leaves.
    min_coverage : float, default 0.5
        Least share of members with a price; under it returns are NaN until the next trade.
    min_held : int, default 3
        Least number of positions; under it returns are NaN until the next trade.
    min_priced : float, default 0.5
        Least share of the basket's value with a close on a day; under it the day is NaN.

    Returns
    -------
    BasketResult

    Raises
    ------
    InputError
        If an option is out of range.
    InputError
        If weights by capitalisation are asked of a membership that knows none.
    """
    require_choice(weighting, ("equal", "cap"), "weighting")
    require_count(delay, 1, "delay")
    require_count(patience, 1, "patience")
    if not -1.0 <= delisting <= 0.0:
        raise InputError(f"`delisting` must lie between -1 and 0, got {delisting}.")
    if weighting == "cap" and not membership.members["cap"].notna().any():
        raise InputError(
            f"{membership.name} knows no capitalisations; use weighting='equal' for it."
        )
    dates = daily_index(close.index, "close")
    close = close.loc[:, close.columns.isin(membership.members["id"].dropna())]
    columns = {coin: k for k, coin in enumerate(close.columns)}
    prices = close.to_numpy(dtype=float)
    if (prices <= 0).any():
        raise InputError("`close` must be positive; use NaN for a missing price.")
    frozen = days_unchanged(prices) > _STALE
    ends = _ends(covered_to, close.columns, dates)
    trades = dates.get_indexer(membership.decided + pd.Timedelta(delay, "D"))
    inside = trades >= 0
    groups = dict(tuple(membership.members.groupby("decided")))
    returns = np.full(len(dates), np.nan)
    daily = np.full((len(dates), 3), np.nan)
    rows: list[dict[str, object]] = []
    losses: list[dict[str, object]] = []
    old: dict[int, float] = {}
    schedule = list(zip(membership.decided[inside], trades[inside], strict=True))
    for k, (decided, start) in enumerate(schedule):
        stop = schedule[k + 1][1] if k + 1 < len(schedule) else len(dates) - 1
        listed = groups.get(decided, membership.members.iloc[:0])
        held, weights, row = _weights(listed, columns, prices[start], weighting)
        share = len(held) / len(listed) if len(listed) else np.nan
        if not share >= min_coverage or len(held) < min_held:
            held, weights = held[:0], weights[:0]
        new = dict(zip(held.tolist(), weights.tolist(), strict=True))
        row = {
            **row,
            "trade": dates[start],
            "decided": decided,
            "turnover": _turnover(old, new),
            "traded": bool(len(held)),
            "thin": bool(share < 0.8),
        }
        rows.append(row)
        old = {}
        if len(held):
            window = slice(start, stop + 1)
            path = hold(
                prices[window, held],
                weights,
                ends[held] - start,
                patience=patience,
                delisting=delisting,
            )
            after = slice(start + 1, stop + 1)
            returns[after] = path.returns
            daily[after] = _describe(path, frozen[after, held])
            final = path.weights[-1] if len(path.weights) else weights
            old = dict(zip(held.tolist(), final.tolist(), strict=True))
            losses += [
                {
                    "date": dates[start + gone.day],
                    "id": close.columns[held[gone.coin]],
                    "weight": gone.weight,
                    "kind": "death" if gone.death else "data end",
                    "loss": gone.loss,
                }
                for gone in path.departures
            ]
    table = pd.DataFrame(rows, columns=_REBALANCE).set_index("trade")
    shown = daily[:, 1] >= min_priced
    starts = dates.get_indexer(table.index[table["traded"]])
    before = shown.copy()
    before[starts] = True
    daily_returns = np.where(shown & np.append(False, before[:-1]), returns, np.nan)
    return BasketResult(
        name=membership.name,
        weighting=weighting,
        returns=pd.Series(daily_returns, index=dates, name=membership.name),
        index=pd.Series(_chained(returns, shown, table, dates), dates, name=membership.name),
        rebalances=table,
        daily=pd.DataFrame(daily, index=dates, columns=["held", "priced", "stale"]),
        delistings=pd.DataFrame(losses, columns=["date", "id", "weight", "kind", "loss"]),
    )


# -- internals -----------------------------------------------------------------------------------


def _chained(
    returns: FloatArray, shown: BoolArray, table: pd.DataFrame, dates: pd.DatetimeIndex
) -> FloatArray:
    """Return the level, 100 at the first trade after the last hole between two traded months."""
    level = np.full(len(returns), np.nan)
    traded = table["traded"].to_numpy(dtype=bool)
    if not traded.any():
        return level
    last = int(np.flatnonzero(traded)[-1])
    holes = np.flatnonzero(~traded[:last])
    first = int(holes[-1]) + 1 if len(holes) else 0
    start = int(dates.get_indexer(table.index[[first]])[0])
    stop = (
        len(returns)
        if last + 1 == len(table)
        else int(dates.get_indexer(table.index[[last + 1]])[0]) + 1
    )
    level[start] = 100.0
    level[start + 1 : stop] = 100.0 * np.cumprod(1.0 + returns[start + 1 : stop])
    keep = shown.copy()
    keep[start] = True
    return np.where(keep, level, np.nan)


def _weights(
    listed: pd.DataFrame, columns: dict[str, int], at_trade: FloatArray, weighting: str
) -> tuple[IntArray, FloatArray, dict[str, object]]:
    where = np.array([columns.get(coin, -1) for coin in listed["id"]], dtype=np.int64)
    caps = listed["cap"].to_numpy(dtype=float)
    priced = (where >= 0) & np.isfinite(at_trade[where]) if len(where) else where >= 0
    usable = priced & (caps > 0) if weighting == "cap" else priced
    held = where[usable]
    raw = caps[usable] if weighting == "cap" else np.ones(len(held))
    total = np.nansum(caps)
    facts: dict[str, object] = {
        "members": len(where),
        "held": len(held),
        "coverage": len(held) / len(where) if len(where) else np.nan,
        "cap_coverage": np.nansum(caps[usable]) / total if total > 0 else np.nan,
    }
    return held, raw / raw.sum() if len(held) else raw, facts


def _describe(path: Holding, frozen: BoolArray) -> FloatArray:
    """Count, share seen, share stale; what left where data ended is unseen until the next trade."""
    known = np.ones(len(path.returns))
    for gone in path.departures:
        if not gone.death:
            known[gone.day - 1 :] -= gone.weight
    return np.column_stack(
        [
            (path.weights > 0).sum(axis=1),
            (path.weights * path.seen).sum(axis=1) * np.maximum(known, 0.0),
            (path.weights * frozen).sum(axis=1),
        ]
    )


def _turnover(old: dict[int, float], new: dict[int, float]) -> float:
    if not old:
        return np.nan
    return 0.5 * sum(abs(new.get(k, 0.0) - old.get(k, 0.0)) for k in {*old, *new})


def _ends(covered_to: pd.Series | None, columns: pd.Index, dates: pd.DatetimeIndex) -> FloatArray:
    """Return the row of the last day on which a vendor of each coin published anything."""
    if covered_to is None:
        return np.full(len(columns), np.inf)
    last = pd.DatetimeIndex(covered_to.reindex(columns))
    return np.where(last.isna(), -np.inf, (last - dates[0]).days.to_numpy(dtype=float))
