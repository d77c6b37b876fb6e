"""Prices of a market whose tiers are held coin by coin, point in time."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from altrotation.aliases import FloatArray
from altrotation.backtest.costs import Costs
from altrotation.backtest.market import Roster
from altrotation.backtest.sources import GROUPS, Leg, Source, panel_source
from altrotation.data.coins.table import CoinTable
from altrotation.data.coins.universe import BITCOIN, ETHEREUM, Universe
from altrotation.data.panel import Panel
from altrotation.errors import InputError

__all__ = ["coin_source"]

_DAYS = 30  # of volume and volatility behind the impact of an order


def coin_source(
    panel: Panel,
    legs: Iterable[Leg],
    dates: pd.DatetimeIndex,
    *,
    coins: CoinTable,
    universe: Universe,
    delay: int,
    costs: Costs,
) -> Source:
    """Return tiers as the coins in them at each date, BTC and ETH as coins, the rest by panel.

    Membership decided at label D is in force at row D + `delay`. A coin bears the costs of the
    tier it was first held in.

    Parameters
    ----------
    panel : Panel
        On the clock "24/7".
    legs : iterable of Leg
    dates : DatetimeIndex of shape (n_days,)
        Consecutive UTC days.
    coins : CoinTable
    universe : Universe
        Its memberships name the coins of each tier.
    delay : int
        Days between a decision's label and its trade.
    costs : Costs

    Returns
    -------
    Source
        Volumes and volatilities are those known at the decision.

    Raises
    ------
    InputError
        If a tier is to be levered.
    InputError
        On the conditions of `panel_source`, for legs that are no coins.
    """
    every = tuple(legs)
    for leg in every:
        if leg.leverage > 1 and leg.name in GROUPS:
            raise InputError(f"{leg.name} cannot be levered coin by coin; replay its basket.")
    simple = [leg for leg in every if leg.leverage == 1 and leg.name in (*GROUPS, "BTC", "ETH")]
    wanted = tuple(dict.fromkeys(leg.name for leg in simple))
    base = panel_source(panel, [leg for leg in every if leg not in simple], dates, costs=costs)
    tiers, names = dict(base.tiers), list(base.price.columns)
    rosters = dict(base.legs)
    prices = [base.price]
    covered = [base.covered]
    majors = [name for name in wanted if name in ("BTC", "ETH")]
    ids = {"BTC": BITCOIN, "ETH": ETHEREUM}
    held: list[str] = []
    lines = {group: _lines(universe, group, dates, delay) for group in wanted if group in GROUPS}
    for group, table in lines.items():
        for _, coin_ids, _, _ in table:
            for coin in coin_ids:
                if coin in coins.close.columns and coin not in tiers:
                    tiers[coin] = group
                    held.append(coin)
    for major in majors:
        tiers[major] = major
    members = [*(ids[major] for major in majors), *held]
    closes = coins.close.reindex(index=dates, columns=members)
    names += [*majors, *held]
    prices.append(closes.set_axis([*majors, *held], axis=1))
    until = coins.coins["covered_to"].reindex(members)
    ends = (pd.DatetimeIndex(until) - dates[0]).days.to_numpy(dtype=float)
    covered.append(np.where(np.isnan(ends), -np.inf, ends))
    place = {name: position for position, name in enumerate(names)}
    for major in majors:
        rosters[major] = Roster.single(place[major])
    for group, table in lines.items():
        rosters[group] = rosters[f"{group}-capw"] = _roster(table, place)
    decided = dates - pd.Timedelta(delay, "D")

    def as_known(values: pd.DataFrame) -> pd.DataFrame:
        table = values.reindex(decided).set_axis(dates).set_axis([*majors, *held], axis=1)
        return table.reindex(columns=names)

    logs = pd.DataFrame(np.log(coins.close.reindex(columns=members)))
    steps = logs.diff().rolling(_DAYS, min_periods=10)
    volumes = coins.volume.reindex(columns=members).rolling(_DAYS, min_periods=10)
    return Source(
        price=pd.concat(prices, axis=1),
        tiers=tiers,
        legs={leg.key: rosters[leg.key] for leg in every},
        covered=np.concatenate(covered),
        volume=as_known(volumes.median()),
        volatility=as_known(steps.std()),
        remarks=(*base.remarks, *_coin_remarks(lines)),
    )


def _lines(
    universe: Universe, leg: str, dates: pd.DatetimeIndex, delay: int
) -> list[tuple[int, list[str], FloatArray, int]]:
    membership = universe.tier(leg)
    groups = dict(tuple(membership.members.groupby("decided")))
    empty = membership.members.iloc[:0]
    lines = []
    for decided in membership.decided:
        row = int((decided - dates[0]).days) + delay
        if row >= len(dates):
            break
        rows = groups.get(decided, empty)
        priced = rows["id"].notna()
        ids = [str(coin) for coin in rows.loc[priced, "id"]]
        lines.append((row, ids, rows.loc[priced, "cap"].to_numpy(dtype=float), len(rows)))
    current = max((i for i, line in enumerate(lines) if line[0] <= 0), default=0)
    return lines[current:]


def _roster(lines: list[tuple[int, list[str], FloatArray, int]], place: dict[str, int]) -> Roster:
    columns, caps = [], []
    for _, ids, cap, _ in lines:
        inside = np.array([coin in place for coin in ids], dtype=bool)
        columns.append(np.array([place[coin] for coin in ids if coin in place], dtype=np.int64))
        caps.append(cap[inside] if len(cap) else cap)
    return Roster(
        np.array([line[0] for line in lines], dtype=np.int64),
        tuple(columns),
        tuple(caps),
        np.array([line[3] for line in lines], dtype=np.int64),
    )


def _coin_remarks(lines: dict[str, list[tuple[int, list[str], FloatArray, int]]]) -> list[str]:
    remarks = []
    for leg in lines:
        how = (
            "one list at every date, chosen because they survived"
            if leg == "survivors"
            else "point in time by ranks known at month starts; coins that died stay in until then"
        )
        remarks.append(f"{leg}: {how}.")
    return remarks
