"""Tier columns: baskets by capitalisation relative to bitcoin, their coverage, volume and beta."""

from typing import Literal

import pandas as pd

from altrotation.data.cards import SeriesCard
from altrotation.data.coins.basket_result import BasketResult
from altrotation.data.coins.baskets import basket
from altrotation.data.coins.table import CoinTable
from altrotation.data.coins.universe import BITCOIN, Membership, Universe
from altrotation.derive.column import DERIVED, Column
from altrotation.derive.members import coin_ids, daily_members
from altrotation.indicators.fragility import downside_beta, members_median
from altrotation.indicators.volume import group_volume

__all__ = ["tier_columns"]

_RANKS = {"large": "ranks 2 to 10", "mid": "ranks 11 to 50", "small": "ranks 51 to 150"}
_LEAST = {"large": 3, "mid": 10, "small": 25}  # a quarter of the ranks, as for the baskets
# The first month from which on every month has a tier, given the ranks of the archive: written down
# so that a hole in later ranks cannot move the beginning of a basket.
_BEGINS = {
    "large": "2013-05-01",
    "mid": "2013-12-01",
    "small": "2017-02-01",
    "mid-band": "2017-05-01",
}
_BAND = "coins of 500 million to 5 billion USD"
_SURVIVORS_FROM = pd.Timestamp("2025-12-31")
_SEEN = 0.8  # of a basket's value must have a close on the day
_SOURCE = "coin_close; coin_market_cap; ranked snapshots"
_RULE = (
    "Ranked at month starts among eligible coins (worth a million USD and traded for 1,000 USD a "
    "day; no stablecoins, no wrapped or bridged tokens, no ETH), traded at the close of the next "
    "day, held with drifting weights for the month; a coin that dies leaves at -55 %, one whose "
    "vendor's data end at its last close. Costs are not taken. Level over bitcoin's, 100 at the "
    "first trade. Missing on days on which under 80 % of the month's basket has a price. Begins "
    "where a quarter of the ranks is filled for good in the archive, a month written down. "
)


def tier_columns(coins: CoinTable, universe: Universe) -> list[Column]:
    """Return the tiers relative to BTC, their coverage, mid-cap volume and downside betas.

    Parameters
    ----------
    coins : CoinTable
    universe : Universe

    Returns
    -------
    list of Column
        Baskets relative to BTC as indexes in points, coverage in percent, volume in USD a day;
        betas have no unit. All but coverage are NaN where too few members have a value.
    """
    columns: list[Column] = []
    for name in (*_RANKS, "mid-band"):
        membership = universe.tier(name)
        columns += _baskets(coins, membership)
    columns.append(_survivors(coins, universe))
    columns += [_volume(coins, universe.tier("mid"), _LEAST["mid"])]
    columns += [_volume(coins, universe.tier("mid-band"), 5)]
    columns += [_beta(coins, universe.tier(name)) for name in _RANKS]
    return columns


def _baskets(coins: CoinTable, membership: Membership) -> list[Column]:
    name = membership.name
    ids, bitcoin = coin_ids(membership), coins.close[BITCOIN].rename("BTC")
    equal = _held(coins, ids, membership, "equal")
    what = _RANKS.get(name, _BAND)
    thin = _thin_months(equal)
    columns = [
        _relative(bitcoin, equal, f"{name}/BTC", f"Equal weights, {what}. {_RULE}{thin}"),
        Column(
            SeriesCard(
                name=f"{name}.coverage",
                kind="share",
                unit="percent of members",
                calendar="24/7",
                source=_SOURCE,
                licence=DERIVED,
                note=f"Members of {name} with a price at the trade, held until the next. {thin}",
            ),
            equal.coverage.where(equal.returns.notna()),
        ),
    ]
    if name in _RANKS:
        capped = _held(coins, ids, membership, "cap")
        note = f"Weights by capitalisation at the decision, {what}. {_RULE}{thin}"
        columns.insert(1, _relative(bitcoin, capped, f"{name}-capw/BTC", note))
    return columns


def _held(
    coins: CoinTable,
    ids: list[str],
    membership: Membership,
    weighting: Literal["equal", "cap"],
) -> BasketResult:
    return basket(
        coins.close[ids],
        membership,
        start=_BEGINS[membership.name],
        covered_to=coins.coins["covered_to"].reindex(ids),
        weighting=weighting,
    )


def _relative(bitcoin: pd.Series, held: BasketResult, name: str, note: str) -> Column:
    level = held.relative_to(bitcoin)
    first = pd.DatetimeIndex(level.dropna().index)[0]
    seen = (held.daily["priced"] >= _SEEN) | (level.index == first)
    card = SeriesCard(
        name=name,
        kind="index",
        unit="index, 100 at the base",
        calendar="24/7",
        source=_SOURCE,
        licence=DERIVED,
        note=note.strip(),
        base_date=f"{first:%Y-%m-%d}",
        base_level=100.0,
    )
    return Column(card, level.where(seen))


def _survivors(coins: CoinTable, universe: Universe) -> Column:
    membership = universe.tier("survivors")
    ids, bitcoin = coin_ids(membership), coins.close[BITCOIN].rename("BTC")
    closes = coins.close.loc[_SURVIVORS_FROM:, ids]
    held = basket(closes, membership, covered_to=coins.coins["covered_to"].reindex(ids))
    note = (
        f"Equal weights, the {len(ids)} coins besides BTC and ETH with closes to the end of the "
        "archive, rebalanced at month starts: large caps chosen because they survived, without "
        "ranks or volume. A description of 2026, not a point-in-time basket."
    )
    return _relative(bitcoin[_SURVIVORS_FROM:], held, "survivors/BTC", note)


def _volume(coins: CoinTable, membership: Membership, least: int) -> Column:
    name = membership.name
    ids = coin_ids(membership)
    members = daily_members(membership, coins.dates, ids)
    card = SeriesCard(
        name=f"{name}.volume",
        kind="amount",
        unit="USD a day",
        calendar="24/7",
        source="coin_volume; coin_market_cap; ranked snapshots",
        licence=DERIVED,
        note=(
            f"Reported spot turnover of {_RANKS.get(name, _BAND)}, summed over the members of the "
            f"month with a volume (at least {least}); it moves when members or coverage do, and "
            "reported volumes hold wash trading. Ends with the vendor, on 2025-07-13."
        ),
    )
    return Column(card, group_volume(coins.volume[ids], members=members, least=least))


def _beta(coins: CoinTable, membership: Membership) -> Column:
    name = membership.name
    ids = coin_ids(membership)
    betas = downside_beta(coins.close[ids], coins.close[BITCOIN], window=90, least=20)
    median = members_median(
        betas, members=daily_members(membership, coins.dates, ids), least=_LEAST[name]
    )
    card = SeriesCard(
        name=f"{name}.downside_beta",
        kind="rate",
        unit="beta to BTC on its falling days",
        calendar="24/7",
        source=_SOURCE,
        licence=DERIVED,
        note=(
            f"Median over {_RANKS[name]} of each coin's slope on bitcoin's daily log return over "
            "the falling days among the last 90 (at least 20). Ends with the ranks, on 2026-04-30."
        ),
    )
    return Column(card, median)


def _thin_months(held: BasketResult) -> str:
    """Name the months in which fewer than 80 % of the members had a price."""
    trades = held.rebalances
    thin = pd.DatetimeIndex(trades.index[trades["thin"] & trades["traded"]])
    if not len(thin):
        return "Coverage is at least 80 % in every month."
    months = thin.to_period("M")
    runs = (months.astype("int64").to_series().diff() != 1).cumsum().to_numpy()
    spans = pd.Series(months, index=runs).groupby(level=0).agg(["min", "max"])
    listed = ", ".join(
        f"{a}" if a == b else f"{a} to {b}" for a, b in zip(spans["min"], spans["max"], strict=True)
    )
    return f"Coverage is under 80 % in {listed}."
