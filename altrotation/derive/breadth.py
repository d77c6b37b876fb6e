"""Breadth of the coin market: who beats bitcoin, who is above its mean, who fails at new highs."""

import numpy as np
import pandas as pd

from altrotation.data.cards import SeriesCard
from altrotation.data.coins.table import CoinTable
from altrotation.data.coins.universe import BITCOIN, Universe
from altrotation.derive.column import DERIVED, Column
from altrotation.derive.members import coin_ids, daily_members
from altrotation.indicators.breadth import share_above_mean, share_beating
from altrotation.indicators.failed_breakouts import failed_breakout_rate

__all__ = ["breadth_columns"]

_LEAST = 12  # a quarter of the ranks, as for the tiers
_BREAKS = 10
_PRICED = 0.6  # of the members: under it those left are not the group
_SURVIVORS_FROM = pd.Timestamp("2026-01-01")
_GAPS = 2  # missing closes allowed in a mean
_RANKED = (
    "Ranks among eligible coins (worth a million USD and traded for 1,000 USD a day; no "
    "stablecoins, no wrapped or bridged tokens) known at the start of the month, fewer than 50 "
    "before 2016; a coin without a price does not count. Weakest 2018-07 to 2019-12, when ranks "
    "come from lists with omissions. Ends in April 2026, with the ranks and most prices."
)


def breadth_columns(coins: CoinTable, universe: Universe) -> list[Column]:
    """Return the breadth of the top 50 and the survivors, and the top 150's failed breakouts.

    Parameters
    ----------
    coins : CoinTable
    universe : Universe

    Returns
    -------
    list of Column
        In percent; NaN where too few members have a value.
    """
    return [*_top50(coins, universe), _survivors(coins, universe), _failed(coins, universe)]


def _top50(coins: CoinTable, universe: Universe) -> list[Column]:
    rivals, everyone = universe.top(50), universe.top(50, bitcoin=True)
    ids = coin_ids(everyone)
    closes = coins.close[ids]
    rival = daily_members(rivals, coins.dates, ids)
    member = daily_members(everyone, coins.dates, ids)
    beating = share_beating(closes, coins.close[BITCOIN], members=rival, window=90, least=_LEAST)
    columns = [
        Column(
            _share(
                "top50.breadth",
                "Share of the top 50 without bitcoin whose return over 90 days exceeds bitcoin's: "
                "the common altcoin season index, 75 and more being an alt season. Members of the "
                "day with their past return, so risers count with their rise. " + _RANKED,
            ),
            beating.where(_priced(closes, rival) >= _PRICED),
        )
    ]
    seen = _priced(closes, member) >= _PRICED
    for window in (50, 90):
        above = share_above_mean(closes, members=member, window=window, least=_LEAST, gaps=_GAPS)
        card = _share(
            f"top50.above{window}",
            f"Share of the top 50, bitcoin included, above their own {window}-day mean (at most "
            f"{_GAPS} closes missing). " + _RANKED,
        )
        columns.append(Column(card, above.where(seen)))
    return columns


def _survivors(coins: CoinTable, universe: Universe) -> Column:
    ids = sorted(universe.survivors)
    beating = share_beating(coins.close[ids], coins.close[BITCOIN], window=60, least=20)
    card = _share(
        "survivors.breadth60",
        f"Share of the {len(ids)} coins besides BTC and ETH with closes to the end of the archive "
        "whose return over 60 days exceeds bitcoin's, in 2026: large caps chosen because they "
        "survived.",
    )
    return Column(card, beating[_SURVIVORS_FROM:])


def _failed(coins: CoinTable, universe: Universe) -> Column:
    membership = universe.top(150)
    ids = coin_ids(membership)
    closes, members = coins.close[ids], daily_members(membership, coins.dates, ids)
    rate = failed_breakout_rate(
        closes,
        members=members,
        high=20,
        within=10,
        cohort=30,
        least=_BREAKS,
    )
    card = _share(
        "failed_breakouts.rate",
        "Of the top 150 without bitcoin in USD: share of the breaks of a 20-day high of closes, "
        "begun 10 to 39 days before, that closed below the broken high within 10 days. Dated by "
        "the day their outcome is known, whatever it was; missing where under 60 % of the group "
        "had prices on the ten days that decide. " + _RANKED,
    )
    return Column(card, rate.where(_priced(closes, members).rolling(10).mean() >= _PRICED))


def _priced(closes: pd.DataFrame, members: pd.DataFrame) -> pd.Series:
    """Return the share of the members of each day that have a close on it."""
    return (closes.notna() & members).sum(axis=1) / members.sum(axis=1).replace(0, np.nan)


def _share(name: str, note: str) -> SeriesCard:
    return SeriesCard(
        name=name,
        kind="share",
        unit="percent",
        calendar="24/7",
        source="coin_close; coin_market_cap; ranked snapshots",
        licence=DERIVED,
        note=note,
    )
