"""Point-in-time universe: who was ranked where, known on the day, and who belongs to which tier."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.aliases import DateLike
from altrotation.data.coins.exclusions import exclusion
from altrotation.data.coins.ranks import ranked_month_starts
from altrotation.data.coins.table import CoinTable, TableSource
from altrotation.errors import InputError
from altrotation.validate import require_choice, require_count, to_day

__all__ = ["BITCOIN", "ETHEREUM", "TIERS", "Membership", "Universe", "load_universe"]

BITCOIN, ETHEREUM = "bitcoin", "ethereum"
# Ranks among eligible coins, Bitcoin being 1 (CLAIMS.md); Ethereum is left out of every tier.
TIERS: dict[str, tuple[int, int]] = {"large": (2, 10), "mid": (11, 50), "small": (51, 150)}
MID_BAND = (0.5e9, 5e9)
# Liu, Tsyvinski & Wu (2022) leave out coins under one million USD; a coin that nobody trades has a
# capitalisation only on paper (a single print made coins of ten thousand USD rank 13th in 2015).
LEAST_CAP = 1e6
LEAST_VOLUME = 1e3  # USD a day, median of the last thirty days, where volumes are known
# A tier is defined once a quarter of its ranks is filled: 10 of 40 for mid, 25 of 100 for small.
LEAST_FILLED = 0.25
_LAST_RANKED = pd.Timestamp("2026-04-01")


@dataclass(frozen=True, slots=True, eq=False)
class Membership:
    """Who is in a basket from when on.

    Parameters
    ----------
    name : str
        Such as "mid".
    members : DataFrame
        `decided` (label whose information was used), `key` (one a coin, also where no price series
        is known), `id` (column of the coin table, or missing), `cap` (USD at `decided`). One row
        for each member and month.
    decided : DatetimeIndex
        Every decision, in order; a decision without members ends the basket until the next one.
    """

    name: str
    members: pd.DataFrame
    decided: pd.DatetimeIndex

    @guarded
    def at(self, date: DateLike) -> pd.DataFrame:
        """Return the members of the last decision labelled at or before `date`."""
        day = to_day(date)
        position = int(self.decided.searchsorted(day, side="right")) - 1
        if position < 0:
            raise InputError(
                f"The first membership of {self.name} is {self.decided[0]:%Y-%m-%d}, "
                f"got {day:%Y-%m-%d}."
            )
        return self.members[self.members["decided"] == self.decided[position]]


@dataclass(frozen=True, slots=True, eq=False)
class Universe:
    """Monthly ranks among eligible coins, each from records labelled at or before the month start.

    Parameters
    ----------
    ranks : DataFrame
        `date` (first UTC day of a month), `rank` (among eligible coins, Bitcoin 1), `key`, `id`
        (missing where no price series is known to be the coin), `symbol`, `name`, `cap`, `basis`,
        `evidence`.
    excluded : DataFrame
        The rows left out, with `excluded`: the group of the rule, "too small" or "not traded".
    months : DataFrame
        Index every month start; `ranked`, `basis`, `eligible` (coins ranked), `excluded`, and
        `priced_50`, `priced_150`: share of the first 50 and 150 ranks with a close that day.
    survivors : tuple of str
        Coins with closes to the end of the archive; not a point-in-time choice.
    """

    ranks: pd.DataFrame
    excluded: pd.DataFrame
    months: pd.DataFrame
    survivors: tuple[str, ...]

    @guarded
    def top(self, n: int, *, bitcoin: bool = False, ethereum: bool = True) -> Membership:
        """Return the first `n` ranks (Bitcoin is rank 1), without Bitcoin unless asked for.

        Raises
        ------
        InputError
            If `n` < 2.
        """
        require_count(n, 2, "n")
        return self._select(f"top {n}", (1 if bitcoin else 2, n), ethereum=ethereum)

    @guarded
    def tier(self, name: str) -> Membership:
        """Return the membership of "large", "mid", "small", "mid-band" or "survivors".

        Large is ranks 2-10 without Ethereum, mid 11-50, small 51-150, ranked among eligible coins.
        "mid-band" is every eligible coin between 500 million and 5 billion USD. "survivors" is the
        same list at every date: what it earned before 2026 nobody could have chosen.

        Raises
        ------
        InputError
            If the tier is unknown.
        """
        require_choice(name, (*TIERS, "mid-band", "survivors"), "name")
        if name == "survivors":
            return self._survivors()
        if name == "mid-band":
            inside = self.ranks["cap"].between(*MID_BAND, inclusive="left")
            return self._membership(name, self.ranks[inside & ~self._majors(ethereum=False)])
        return self._select(name, TIERS[name], ethereum=False)

    @guarded
    def tiers(self, date: DateLike) -> pd.Series:
        """Return the tier of each ranked coin at `date`: index key, "BTC", "ETH", "large", ...

        Raises
        ------
        InputError
            If no ranks are known at the month of `date`.
        """
        day = to_day(date)
        month = day.replace(day=1)
        if month not in self.months.index or not bool(self.months.loc[month, "ranked"]):
            raise InputError(f"No ranks are known for {month:%Y-%m}; see `universe.months`.")
        rows = self.ranks[self.ranks["date"] == month]
        tier = pd.Series("beyond", index=rows["key"].to_numpy(), name="tier", dtype=object)
        for name, (first, last) in TIERS.items():
            tier[rows["rank"].between(first, last).to_numpy()] = name
        tier[(rows["id"] == BITCOIN).to_numpy()] = "BTC"
        tier[(rows["id"] == ETHEREUM).to_numpy()] = "ETH"
        return tier

    def _majors(self, *, bitcoin: bool = False, ethereum: bool = True) -> pd.Series:
        out = pd.Series(False, index=self.ranks.index)
        if not bitcoin:
            out |= self.ranks["id"] == BITCOIN
        if not ethereum:
            out |= self.ranks["id"] == ETHEREUM
        return out

    def _select(self, name: str, ranks: tuple[int, int], *, ethereum: bool) -> Membership:
        inside = self.ranks["rank"].between(*ranks)
        filled = inside.groupby(self.ranks["date"]).transform("sum")
        inside &= filled >= LEAST_FILLED * (ranks[1] - ranks[0] + 1)
        keep = inside & ~self._majors(bitcoin=ranks[0] == 1, ethereum=ethereum)
        return self._membership(name, self.ranks[keep])

    def _membership(self, name: str, rows: pd.DataFrame) -> Membership:
        members = rows.rename(columns={"date": "decided"})[["decided", "key", "id", "cap"]]
        return Membership(name, members.reset_index(drop=True), pd.DatetimeIndex(self.months.index))

    def _survivors(self) -> Membership:
        months = pd.DatetimeIndex(self.months.index)
        members = pd.DataFrame(
            {
                "decided": np.repeat(months.to_numpy(), len(self.survivors)),
                "key": list(self.survivors) * len(months),
                "id": list(self.survivors) * len(months),
                "cap": np.nan,
            }
        )
        return Membership("survivors", members, months)

    def __repr__(self) -> str:
        months = self.months.index
        return f"Universe({len(months)} months, {months[0]:%Y-%m} to {months[-1]:%Y-%m})"


@guarded
def load_universe(archive: TableSource, coins: CoinTable) -> Universe:
    """Return the point-in-time universe of the raw archive.

    Records by period: capitalisations of the day, relabelled to the close at which they stood
    (to 2018-07); an ordered monthly list merged with the capitalisations known (2018-08 to
    2019-12); the top 200 as ranked on the day (2020-01 to 2025-10); the top 100 of the day,
    continued below by supply last known times price (2025-11 to 2026-01); the top 300 of the day
    (2026-02 to 2026-04). After that prices exist for survivors only and months are not ranked.

    Eligible is what is not excluded (see `exclusion`), has at least one million USD of
    capitalisation and, where volumes are known, a median turnover of at least 1,000 USD a day over
    the last thirty days.

    Parameters
    ----------
    archive : Archive
        The raw archive.
    coins : CoinTable
        The table made from it.

    Returns
    -------
    Universe
    """
    first = coins.dates[0] + pd.offsets.MonthBegin(0)
    months = pd.date_range(first, coins.dates[-1], freq="MS", unit="us", name="date")
    ranked_months = months[months <= _LAST_RANKED]
    table = ranked_month_starts(archive, coins, ranked_months)
    metadata = archive.table("coin_metadata").set_index("id")["categories"]
    table["categories"] = metadata.reindex(table["id"]).to_numpy()
    table["excluded"] = exclusion(table)
    label = table["symbol"].fillna("") + ":" + table["name"].fillna("")
    table["key"] = table["id"].where(table["id"].notna(), label)
    twice = table.duplicated(["date", "key"])
    table = table[~twice]
    tiny = (table["cap"] < LEAST_CAP) & table["excluded"].isna()
    idle = (table["volume"] < LEAST_VOLUME) & table["excluded"].isna() & ~tiny
    table.loc[tiny, "excluded"], table.loc[idle, "excluded"] = "too small", "not traded"
    out = table["excluded"].notna()
    ranks = table[~out].drop(columns=["excluded", "categories"]).copy()
    ranks["rank"] = ranks.groupby("date").cumcount() + 1
    return Universe(
        ranks=ranks.reset_index(drop=True),
        excluded=table[out].drop(columns="categories").reset_index(drop=True),
        months=_months(months, ranks, table[out], coins),
        survivors=_survivors(coins),
    )


def _months(
    months: pd.DatetimeIndex, ranks: pd.DataFrame, out: pd.DataFrame, coins: CoinTable
) -> pd.DataFrame:
    rows = coins.dates.get_indexer(pd.DatetimeIndex(ranks["date"]))
    columns = coins.close.columns.get_indexer(pd.Index(ranks["id"]))
    closes = coins.close.to_numpy()
    priced = pd.Series((columns >= 0) & np.isfinite(closes[rows, columns]), index=ranks.index)
    table = pd.DataFrame(index=months)
    table["basis"] = ranks.groupby("date")["basis"].first().reindex(months)
    table["ranked"] = table["basis"].notna()
    table["eligible"] = ranks.groupby("date").size().reindex(months).fillna(0).astype(int)
    table["excluded"] = out.groupby("date").size().reindex(months).fillna(0).astype(int)
    for n in (50, 150):
        share = priced[ranks["rank"] <= n].groupby(ranks["date"]).mean()
        table[f"priced_{n}"] = share.reindex(months)
    return table


def _survivors(coins: CoinTable) -> tuple[str, ...]:
    spans = coins.spans
    listed = spans.loc[spans["source"] == "close_2026", "id"]
    return tuple(sorted(set(listed) - {BITCOIN, ETHEREUM}))
