"""Where a market's prices come from: the panel's series, or the coins themselves."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from altrotation.aliases import FloatArray
from altrotation.backtest.costs import Costs
from altrotation.backtest.leverage import levered_price
from altrotation.backtest.market import Roster
from altrotation.data.coins.table import CoinTable
from altrotation.data.coins.universe import BITCOIN, ETHEREUM, Universe
from altrotation.data.panel import Panel
from altrotation.errors import InputError

__all__ = ["CASH_YIELD", "GROUPS", "Leg", "Source", "cash_account", "coin_source", "panel_source"]

GROUPS = ("large", "mid", "small", "mid-band", "survivors")
CASH_YIELD = "DGS3MO"
_DAYS = 30  # of volume and volatility behind the impact of an order


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
        Last row on which a vendor of the asset published anything, -inf where unknown.
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
        If funding is unknown on a day a levered leg would pay it.
    """
    columns: dict[str, pd.Series] = {}
    tiers: dict[str, str] = {}
    remarks = []
    for leg in legs:
        price, tiers[leg.key] = _panel_leg(panel, leg, costs)
        price = price.reindex(dates)
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
        legs={key: _single(position) for position, key in enumerate(columns)},
        covered=np.full(len(columns), -np.inf),
        volume=None,
        volatility=None,
        remarks=tuple(remarks),
    )


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
        rosters[major] = _single(place[major])
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


def cash_account(
    panel: Panel, dates: pd.DatetimeIndex, first: int
) -> tuple[FloatArray, str | None]:
    """Return what one USD put into Treasury bills at row `first` is worth, and a remark if any.

    A day t earns the yield known at label t - 1, over 365: money-market convention rounded to
    simple interest a day. Where no yield was known for ten days it earns nothing.

    Parameters
    ----------
    panel : Panel
    dates : DatetimeIndex of shape (n,)
        Consecutive UTC days.
    first : int
        Row at which the account holds one USD.

    Returns
    -------
    account : array of shape (n,)
        USD.
    remark : str or None
    """
    if CASH_YIELD not in panel.names:
        return np.ones(len(dates)), f"The panel has no {CASH_YIELD}: cash earns nothing."
    known = panel.known(CASH_YIELD).ffill(limit=10).reindex(dates)
    rate = known.to_numpy() / 100.0 / 365.0
    missing = int(np.isnan(rate[first:]).sum())
    growth = np.concatenate([[1.0], 1.0 + np.where(np.isnan(rate), 0.0, rate)[:-1]])
    level = np.cumprod(growth)
    remark = f"No Treasury yield known on {missing} days: cash earns nothing." if missing else None
    return level / level[first], remark


def _panel_leg(panel: Panel, leg: Leg, costs: Costs) -> tuple[pd.Series, str]:
    if leg.name not in GROUPS:
        if leg.name not in panel.names:
            raise InputError(
                f"Nothing to hold is called {leg.name!r} in this panel; legs are BTC, ETH, "
                f"{', '.join(GROUPS)}, cash, or a price or index of the panel."
            )
        return panel.close(leg.name), leg.name if leg.name in ("BTC", "ETH") else "equity"
    name = f"{leg.name}{'-capw' if leg.weighting == 'cap' else ''}/BTC"
    if name not in panel.names:
        raise InputError(f"The panel has no basket {name!r}; pass one that has, or the coins.")
    gross = panel.value(name) * panel.close("BTC")
    days = np.arange(len(gross), dtype=float)
    return gross * (1.0 - costs.daily_churn(leg.name)) ** days, leg.name


def _single(position: int) -> Roster:
    return Roster(
        np.zeros(1, dtype=np.int64),
        (np.array([position], dtype=np.int64),),
        (np.array([np.nan]),),
        np.ones(1, dtype=np.int64),
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
