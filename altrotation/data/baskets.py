"""Basket returns of a changing membership: rebalanced monthly, drifting between, nothing filled."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from altrotation.aliases import FloatArray
from altrotation.data.universe import Membership
from altrotation.errors import InputError
from altrotation.validate import (
    daily_series,
    positive,
    require_at_least,
    require_choice,
)

__all__ = ["DELISTING", "BasketResult", "Weighting", "basket"]

Weighting = Literal["equal", "cap"]
# Shumway & Warther (1999): performance delistings on Nasdaq lost 55 % beyond the last price.
DELISTING = -0.55
_STALE = 3  # days of an unchanged close before it is called stale


@dataclass(frozen=True, slots=True, eq=False)
class BasketResult:
    """A basket's daily returns and what they rest on.

    Parameters
    ----------
    name, weighting : str
        Which membership, and "equal" or "cap".
    returns : Series of shape (n_days,)
        Simple daily returns in USD; NaN before the first trade and where too few members had a price.
    rebalances : DataFrame
        Index the trade label; `decided`, `members`, `held` (members with a price), `coverage`
        (held / members), `cap_coverage` (the same by capitalisation), `turnover` (one-way, fraction
        of the basket), `thin` (coverage under 80 %).
    daily : DataFrame
        `held` (positions open), `priced` (share of the basket's value with a close that day),
        `stale` (share of value whose close has not moved for more than three days).
    delistings : DataFrame
        `date`, `id`, `weight`, `kind` ("death": the vendor still published other coins; "data end":
        it did not), `loss` (simple return applied on that date).
    """

    name: str
    weighting: str
    returns: pd.Series
    rebalances: pd.DataFrame
    daily: pd.DataFrame
    delistings: pd.DataFrame

    @property
    def log_returns(self) -> pd.Series:
        """Natural-log daily returns."""
        return np.log1p(self.returns).rename(self.name)

    @property
    def index(self) -> pd.Series:
        """Level, 100 at the first trade; NaN from the first hole on: a hole cannot be chained."""
        traded = self.rebalances.index[self.rebalances["traded"]]
        if not len(traded):
            return self.returns.rename(self.name)
        level = self.returns.loc[traded[0] :].copy()
        level.iloc[0] = 0.0
        growth = (1.0 + level).cumprod().where(level.notna().cummin())
        return (100.0 * growth).reindex(self.returns.index).rename(self.name)

    @property
    def coverage(self) -> pd.Series:
        """Daily share of members held, in percent: known at the trade, constant until the next."""
        share = 100.0 * self.rebalances["coverage"]
        return share.reindex(self.returns.index, method="ffill").rename(f"{self.name}.coverage")

    def relative_to(self, base: pd.Series) -> pd.Series:
        """Return the index of the ratio of the basket to `base` (prices), 100 at the first trade.

        Raises
        ------
        InputError
            If `base` is not positive, or has no price at the first trade.
        """
        index = self.index
        prices = positive(daily_series(base, "base"), "base").reindex(index.index)
        first = index.first_valid_index()
        if first is None or not np.isfinite(prices[first]):
            raise InputError(f"`base` needs a price at the first trade of {self.name}, {first}.")
        return (index / (prices / prices[first])).rename(f"{self.name}/{base.name}")


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
) -> BasketResult:
    """Return the daily returns of holding `membership`, rebalanced at each decision.

    A decision labelled D trades at the close of D + `delay`; its first return is that of the day after.
    Members without a close at the trade are not held (coverage says so) and the others share the
    weight. Between trades weights drift (buy and hold): daily rebalancing would earn the bounce of
    noisy prices (Blume & Stambaugh 1983). A position without a close is carried at its last close for
    up to `patience` days and then leaves: at `delisting` where its vendor still published
    (a death), at its last close where the vendor's data end; what is left is spread over the rest.

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

    Returns
    -------
    BasketResult

    Raises
    ------
    InputError
        If an option is out of range, or weights by capitalisation are asked of a membership that
        knows none.
    """
    require_choice(weighting, ("equal", "cap"), "weighting")
    require_at_least(delay, 1, "delay")
    require_at_least(patience, 1, "patience")
    if not -1.0 <= delisting <= 0.0:
        raise InputError(f"`delisting` must lie between -1 and 0, got {delisting}.")
    if weighting == "cap" and not membership.members["cap"].notna().any():
        raise InputError(
            f"{membership.name} knows no capitalisations; use weighting='equal' for it."
        )
    dates = pd.DatetimeIndex(close.index)
    columns = {coin: k for k, coin in enumerate(close.columns)}
    prices = close.to_numpy(dtype=float)
    frozen = _unchanged(prices) > _STALE
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
        thin = row["coverage"] < min_coverage or len(held) < min_held
        if thin:
            held, weights = held[:0], weights[:0]
        new = dict(zip(held.tolist(), weights.tolist(), strict=True))
        row |= {
            "trade": dates[start],
            "decided": decided,
            "turnover": _turnover(old, new),
            "traded": bool(len(held)),
            "thin": bool(row["coverage"] < 0.8),
        }
        rows.append(row)
        old = {}
        if len(held):
            window = slice(start, stop + 1)
            path = _hold(prices[window, held], weights, ends[held] - start, patience, delisting)
            returns[start + 1 : stop + 1] = path.returns
            daily[start + 1 : stop + 1] = _describe(path, frozen[window, held])
            old = dict(zip(held.tolist(), path.final.tolist(), strict=True))
            losses += [
                {"date": dates[start + t], "id": close.columns[held[i]], **fact}
                for t, i, fact in path.departures
            ]
    return BasketResult(
        name=membership.name,
        weighting=weighting,
        returns=pd.Series(returns, index=dates, name=membership.name),
        rebalances=pd.DataFrame(rows).set_index("trade"),
        daily=pd.DataFrame(daily, index=dates, columns=["held", "priced", "stale"]),
        delistings=pd.DataFrame(losses, columns=["date", "id", "weight", "kind", "loss"]),
    )


# -- internals -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class _Path:
    returns: FloatArray  # (days,)
    values: FloatArray  # (days + 1, coins): value of each position at each close
    seen: FloatArray  # (days + 1, coins): whether the position has a close that day
    final: FloatArray  # (coins,): weights at the last close
    departures: list[tuple[int, int, dict[str, object]]]


def _weights(
    listed: pd.DataFrame, columns: dict[str, int], at_trade: FloatArray, weighting: str
) -> tuple[np.ndarray, FloatArray, dict[str, float]]:
    where = np.array([columns.get(coin, -1) for coin in listed["id"]], dtype=np.int64)
    caps = listed["cap"].to_numpy(dtype=float)
    priced = (where >= 0) & np.isfinite(at_trade[where]) if len(where) else where >= 0
    usable = priced & (caps > 0) if weighting == "cap" else priced
    held = where[usable]
    raw = caps[usable] if weighting == "cap" else np.ones(len(held))
    total = np.nansum(caps)
    facts = {
        "members": len(where),
        "held": len(held),
        "coverage": len(held) / len(where) if len(where) else np.nan,
        "cap_coverage": np.nansum(caps[usable]) / total if total > 0 else np.nan,
    }
    return held, raw / raw.sum() if len(held) else raw, facts


def _hold(
    prices: FloatArray, weights: FloatArray, ends: FloatArray, patience: int, delisting: float
) -> _Path:
    """Follow the positions from the trade (row 0) to the next trade (last row)."""
    days, coins = prices.shape[0] - 1, prices.shape[1]
    seen = np.isfinite(prices)
    values = np.zeros((days + 1, coins))
    values[0] = weights
    last, missing = prices[0].copy(), np.zeros(coins, dtype=np.int64)
    returns, open_ = np.zeros(days), np.ones(coins, dtype=bool)
    departures: list[tuple[int, int, dict[str, object]]] = []
    for t in range(1, days + 1):
        now = seen[t] & open_
        value = values[t - 1].copy()
        value[now] *= prices[t, now] / last[now]
        last[now] = prices[t, now]
        missing = np.where(now, 0, missing + 1)
        leaving = open_ & (missing > patience)
        before = values[t - 1].sum()
        for i in np.flatnonzero(leaving):
            death = bool(t <= ends[i])
            loss = delisting if death else 0.0
            departures.append(
                (
                    t,
                    int(i),
                    {
                        "weight": value[i] / before,
                        "kind": "death" if death else "data end",
                        "loss": loss,
                    },
                )
            )
            value[i] *= 1.0 + loss
        total = value.sum()
        returns[t - 1] = total / before - 1.0
        if leaving.any() and (open_ & ~leaving).any():
            open_ = open_ & ~leaving
            value = np.where(open_, value, 0.0)
            value *= total / value.sum()  # proceeds are spread over the rest
        values[t] = value
    return _Path(returns, values, seen, values[-1] / values[-1].sum(), departures)


def _describe(path: _Path, frozen: np.ndarray) -> FloatArray:
    values = path.values[1:]
    total = values.sum(axis=1)
    return np.column_stack(
        [
            (values > 0).sum(axis=1),
            (values * path.seen[1:]).sum(axis=1) / total,
            (values * frozen[1:]).sum(axis=1) / total,
        ]
    )


def _turnover(old: dict[int, float], new: dict[int, float]) -> float:
    if not old:
        return np.nan
    return 0.5 * sum(abs(new.get(k, 0.0) - old.get(k, 0.0)) for k in {*old, *new})


def _unchanged(prices: FloatArray) -> np.ndarray:
    """Return for how many days up to and including each row the close has been the same."""
    run = np.zeros(prices.shape, dtype=np.int16)
    for t in range(1, len(prices)):
        run[t] = np.where(prices[t] == prices[t - 1], run[t - 1] + 1, 0)
    return run


def _ends(covered_to: pd.Series | None, columns: pd.Index, dates: pd.DatetimeIndex) -> FloatArray:
    """Return the row of the last day on which a vendor of each coin published anything."""
    if covered_to is None:
        return np.full(len(columns), np.inf)
    last = pd.DatetimeIndex(covered_to.reindex(columns))
    return np.where(last.isna(), -np.inf, (last - dates[0]).days.to_numpy(dtype=float))
