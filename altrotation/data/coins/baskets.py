"""Basket returns of a changing membership: rebalanced monthly, drifting between, nothing filled."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.aliases import BoolArray, DateLike, FloatArray, IntArray
from altrotation.data.coins.basket_result import BasketResult
from altrotation.data.coins.holding import Holding, days_unchanged, hold
from altrotation.data.coins.universe import Membership
from altrotation.errors import InputError
from altrotation.validate import daily_index, require_choice, require_count, to_day
from altrotation.variation import above

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
    start: DateLike | None = None,
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
    share the weight. Where too few have one, as while a vendor is down, the trade is put off and
    what is held is held on; a decision without members ends the basket. Between trades weights
    drift (buy and hold): daily rebalancing would earn the bounce of noisy prices (Blume & Stambaugh
    1983). A position without a close is carried at its last close for up to `patience` days and
    then leaves: at `delisting` where its vendor still published (a death), at its last close where
    the vendor's data end; what is left is spread over the rest. Days on which no column of `close`
    has a price count for nobody's patience.

    Parameters
    ----------
    close : DataFrame of shape (n_days, n_coins)
        USD closes by coin id on the 24/7 clock.
    membership : Membership
        Who is in from when on.
    start : date, optional
        Decisions before it are left out; by default none is.
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
        Least share of members with a price; under it nothing is traded.
    min_held : int, default 3
        Least number of positions; under it nothing is traded.
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
        If `start` is unreadable.
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
    published = close.notna().any(axis=1).to_numpy()
    close = close.loc[:, close.columns.isin(membership.members["id"].dropna())]
    columns = {coin: k for k, coin in enumerate(close.columns)}
    prices = close.to_numpy(dtype=float)
    if (prices <= 0).any():
        raise InputError("`close` must be positive; use NaN for a missing price.")
    frozen = days_unchanged(prices) > _STALE
    ends = _ends(covered_to, close.columns, dates)
    decisions = membership.decided
    if start is not None:
        decisions = decisions[decisions >= to_day(start, "start")]
    at = dates.get_indexer(decisions + pd.Timedelta(delay, "D"))
    groups = dict(tuple(membership.members.groupby("decided")))
    nobody = membership.members.iloc[:0]
    trades = [
        _trade(groups.get(day, nobody), columns, prices[row], weighting, min_coverage, min_held)
        for day, row in zip(decisions[at >= 0], at[at >= 0], strict=True)
    ]
    spans = _spans([trade.kind for trade in trades], at[at >= 0].tolist(), len(dates) - 1)
    returns = np.full(len(dates), np.nan)
    daily = np.full((len(dates), 3), np.nan)
    losses: list[dict[str, object]] = []
    old: dict[int, float] = {}
    for k, (trade, span) in enumerate(zip(trades, spans, strict=True)):
        held = trade.held
        new = dict(zip(held.tolist(), trade.weights.tolist(), strict=True))
        trade.facts |= {
            "trade": dates[at[at >= 0][k]],
            "decided": decisions[at >= 0][k],
            "turnover": np.nan if trade.kind == "put off" else _turnover(old, new),
        }
        if trade.kind == "put off":
            continue
        old = {}
        if span is not None:
            first, last = span
            window, after = slice(first, last + 1), slice(first + 1, last + 1)
            path = hold(
                prices[window, held],
                trade.weights,
                ends[held] - first,
                published=published[after],
                patience=patience,
                delisting=delisting,
            )
            returns[after] = path.returns
            daily[after] = _describe(path, frozen[after, held])
            final = path.weights[-1] if len(path.weights) else trade.weights
            old = dict(zip(held.tolist(), final.tolist(), strict=True))
            losses += [
                {
                    "date": dates[first + gone.day],
                    "id": close.columns[held[gone.coin]],
                    "weight": gone.weight,
                    "kind": "death" if gone.death else "data end",
                    "loss": gone.loss,
                }
                for gone in path.departures
            ]
    table = pd.DataFrame([trade.facts for trade in trades], columns=_REBALANCE).set_index("trade")
    shown = np.isfinite(daily[:, 1]) & ~above(min_priced, daily[:, 1])
    starts = dates.get_indexer(table.index[table["traded"]])
    before = shown.copy()
    before[starts] = True
    daily_returns = np.where(shown & np.append(False, before[:-1]), returns, np.nan)
    return BasketResult(
        name=membership.name,
        weighting=weighting,
        returns=pd.Series(daily_returns, index=dates, name=membership.name),
        index=pd.Series(_chained(returns, shown, spans), dates, name=membership.name),
        rebalances=table,
        daily=pd.DataFrame(daily, index=dates, columns=["held", "priced", "stale"]),
        delistings=pd.DataFrame(losses, columns=["date", "id", "weight", "kind", "loss"]),
    )


# -- internals -----------------------------------------------------------------------------------


@dataclass(slots=True, eq=False)
class _Trade:
    """What a decision leads to: "made", "put off" for want of prices, or "none": no members."""

    kind: str
    held: IntArray
    weights: FloatArray
    facts: dict[str, object]


def _trade(
    listed: pd.DataFrame,
    columns: dict[str, int],
    at_trade: FloatArray,
    weighting: str,
    min_coverage: float,
    min_held: int,
) -> _Trade:
    where = np.array([columns.get(coin, -1) for coin in listed["id"]], dtype=np.int64)
    caps = listed["cap"].to_numpy(dtype=float)
    priced = (where >= 0) & np.isfinite(at_trade[where]) if len(where) else where >= 0
    usable = priced & (caps > 0) if weighting == "cap" else priced
    held = where[usable]
    raw = caps[usable] if weighting == "cap" else np.ones(len(held))
    total = np.nansum(caps)
    share = len(held) / len(where) if len(where) else np.nan
    made = share >= min_coverage and len(held) >= min_held
    facts: dict[str, object] = {
        "members": len(where),
        "held": len(held),
        "coverage": share,
        "cap_coverage": np.nansum(caps[usable]) / total if total > 0 else np.nan,
        "traded": made,
        "thin": bool(share < 0.8),
    }
    if made:
        return _Trade("made", held, raw / raw.sum(), facts)
    kind = "put off" if len(where) >= min_held else "none"
    return _Trade(kind, held[:0], raw[:0], facts)


def _spans(kinds: list[str], rows: list[int], end: int) -> list[tuple[int, int] | None]:
    """Return, for each trade that is made, its row and that of the next one not put off."""
    spans: list[tuple[int, int] | None] = [None] * len(kinds)
    stop = end
    for k in range(len(kinds) - 1, -1, -1):
        if kinds[k] == "made":
            spans[k] = rows[k], stop
        if kinds[k] != "put off":
            stop = rows[k]
    return spans


def _chained(
    returns: FloatArray, shown: BoolArray, spans: list[tuple[int, int] | None]
) -> FloatArray:
    """Return the level, 100 at the first trade, to the first day on which nothing is held."""
    level = np.full(len(returns), np.nan)
    made = [span for span in spans if span is not None]
    if not made:
        return level
    start, stop = made[0]
    for first, last in made[1:]:
        stop = last if first == stop else stop
    level[start] = 100.0
    level[start + 1 : stop + 1] = 100.0 * np.cumprod(1.0 + returns[start + 1 : stop + 1])
    keep = shown.copy()
    keep[start] = True
    return np.where(keep, level, np.nan)


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
