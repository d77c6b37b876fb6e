"""Monthly ranked lists of coins as they were known on the day, from five kinds of record."""

import numpy as np
import pandas as pd

from altrotation.aliases import FloatArray
from altrotation.data.coins.identity import identify_ranked
from altrotation.data.coins.records import ranked_records
from altrotation.data.coins.table import CoinTable, TableSource
from altrotation.errors import InputError

__all__ = ["BASES", "ranked_month_starts"]

BASES = {
    "daily caps": "capitalisations of the day, all listed coins",
    "list and caps": "an ordered symbol list merged with the capitalisations known that day",
    "snapshot": "top 200 as ranked on the day",
    "top 100 and supply": "top 100 as ranked on the day; below it last known supply times price",
    "top 300": "top 300 as ranked on the day",
}
_CAPS_END = pd.Timestamp("2018-07-01")
_SNAPSHOT_END = pd.Timestamp("2025-10-01")
_FRESH = 7  # days a capitalisation may be old
# Coins of the ordered lists whose price series end in July 2018, under slugs without symbols.
_LISTED_AS = {
    "AURORA": "aurora-dao",
    "BREAD": "bread",
    "DRGN": "dragonchain",
    "EMC": "emercoin",
    "KNC": "kyber-network",
    "MITH": "mithril",
    "POLY": "polymath-network",
    "PUNDIX": "pundi-x",
    "STORM": "storm",
    "XIN": "mixin",
    "ZCL": "zclassic",
}
_COLUMNS = ["date", "id", "symbol", "name", "cap", "volume", "basis", "evidence"]


def ranked_month_starts(
    archive: TableSource, coins: CoinTable, dates: pd.DatetimeIndex
) -> pd.DataFrame:
    """Return the coins in descending order of capitalisation at each of `dates`.

    Parameters
    ----------
    archive : Archive
        The raw archive.
    coins : CoinTable
        The table made from it.
    dates : DatetimeIndex
        First days of months; everything used is labelled at or before the date.

    Returns
    -------
    DataFrame
        `date`, `id` (missing where no series is known to be the coin), `symbol`, `name`, `cap`
        (USD, an estimate where the basis says so), `volume` (USD a day: the median of the thirty
        days to the date where daily volumes are known, else that of the record, else NaN), `basis`
        (a key of `BASES`), `evidence`; nothing is excluded yet. Dates without any record are
        absent.

    Raises
    ------
    InputError
        If a date is not the first of a month.
    """
    if (dates.day != 1).any():
        raise InputError(
            f"`dates` must be first days of months, got {dates[dates.day != 1][0]:%Y-%m-%d}."
        )
    snapshots = _snapshots(archive, coins)
    parts = [_daily_caps(coins, day) for day in dates if day <= _CAPS_END]
    middle = [day for day in dates if _CAPS_END < day < pd.Timestamp("2020-01-01")]
    parts += _lists_and_caps(archive.table("coin_universe_monthly"), coins, middle)
    parts += [
        snapshots[(snapshots["date"] == day)] for day in dates if day >= pd.Timestamp("2020-01-01")
    ]
    parts += [
        _below_top_100(snapshots, coins, day)
        for day in dates
        if ((snapshots["date"] == day) & (snapshots["basis"] == "top 100 and supply")).any()
    ]
    table = pd.concat(parts, ignore_index=True).reindex(columns=_COLUMNS)
    table["volume"] = _usual_volume(table, coins).fillna(table["volume"])
    return table.sort_values(["date", "cap"], ascending=[True, False], kind="stable").reset_index(
        drop=True
    )


# -- internals -----------------------------------------------------------------------------------


def _usual_volume(table: pd.DataFrame, coins: CoinTable) -> pd.Series:
    usual = {}
    for day in pd.DatetimeIndex(table["date"].unique()):
        window = coins.volume.loc[day - pd.Timedelta(29, "D") : day]
        usual[day] = window.median().where(window.notna().sum() >= 10)
    flat = pd.concat(usual, names=["date", "id"])
    keys = pd.MultiIndex.from_arrays([table["date"], table["id"]])
    return pd.Series(flat.reindex(keys).to_numpy(dtype=float), index=table.index)


def _daily_caps(coins: CoinTable, day: pd.Timestamp) -> pd.DataFrame:
    """Rank by the freshest capitalisation of the last week."""
    recent = coins.cap.loc[day - pd.Timedelta(_FRESH - 1, "D") : day].ffill().iloc[-1].dropna()
    return pd.DataFrame(
        {
            "date": day,
            "id": recent.index.to_numpy(),
            "symbol": coins.coins["symbol"].reindex(recent.index).to_numpy(),
            "name": coins.coins["name"].reindex(recent.index).to_numpy(),
            "cap": recent.to_numpy(),
            "basis": "daily caps",
            "evidence": "capitalisation of the series",
        }
    )


def _lists_and_caps(
    lists: pd.DataFrame, coins: CoinTable, days: list[pd.Timestamp]
) -> list[pd.DataFrame]:
    """Merge an ordered list, which omits coins, with the capitalisations, which lack dead coins.

    A listed coin without capitalisation is placed by the list: its log capitalisation is
    interpolated between its neighbours whose capitalisation is known. A coin that is on neither
    is placed by the supply of its last capitalisation times the price of the day.
    """
    last = coins.cap.loc[: _CAPS_END + pd.Timedelta(1, "D")].ffill(limit=30)
    supply = last.iloc[-1] / coins.close.loc[: last.index[-1]].ffill(limit=30).iloc[-1]
    by_symbol: dict[str, list[str]] = {}
    for coin, symbol in coins.symbols.items():
        by_symbol.setdefault(str(symbol), []).append(str(coin))
    parts = []
    for day in days:
        known = coins.cap.loc[day - pd.Timedelta(_FRESH - 1, "D") : day].ffill().iloc[-1]
        price = coins.close.loc[day]
        estimate = (supply * price).where(known.isna())
        growth = float((known / last.iloc[-1]).median())
        size = known.fillna(estimate).fillna(last.iloc[-1] * growth)
        listed = lists[lists["month"] == day].sort_values("order")
        ids, caps = [], []
        for symbol in listed["symbol"].astype(str):
            candidates = [c for c in by_symbol.get(symbol, ()) if np.isfinite(price[c])]
            best = max(candidates, key=lambda c: np.nan_to_num(size[c], nan=0.0), default=None)
            ids.append(best)
            if best is None and _LISTED_AS.get(symbol) in size.index:
                best = _LISTED_AS[symbol]
            caps.append(known[best] if best is not None else np.nan)
        listed = pd.DataFrame(
            {
                "id": ids,
                "symbol": listed["symbol"].astype(str).to_numpy(),
                "cap": _interpolated(np.array(caps, dtype=float)),
                "evidence": np.where(np.isfinite(caps), "capitalisation of the series", "list"),
            }
        )
        rest = size[~size.index.isin(listed["id"].dropna())].dropna()
        table = pd.concat(
            [
                listed,
                pd.DataFrame(
                    {
                        "id": rest.index.to_numpy(),
                        "symbol": coins.coins["symbol"].reindex(rest.index).to_numpy(),
                        "cap": rest.to_numpy(),
                        "evidence": np.select(
                            [known[rest.index].notna(), estimate[rest.index].notna()],
                            ["capitalisation of the series", "supply of July 2018 times price"],
                            "capitalisation of July 2018 times median growth",
                        ),
                    }
                ),
            ],
            ignore_index=True,
        )
        table["name"] = coins.coins["name"].reindex(table["id"]).to_numpy()
        parts.append(table.assign(date=day, basis="list and caps"))
    return parts


def _interpolated(caps: FloatArray) -> FloatArray:
    """Fill missing capitalisations log-linearly in list order, from a running maximum of the known.

    The list is in descending order but its vendor is another one, so the known values are first
    made monotone (running minimum from the top).
    """
    known = np.flatnonzero(np.isfinite(caps))
    if not len(known):
        return caps
    order = np.arange(len(caps))
    monotone = np.minimum.accumulate(np.log(caps[known]))
    filled = np.exp(np.interp(order, known, monotone))
    return np.where(np.isfinite(caps), caps, filled)


def _snapshots(archive: TableSource, coins: CoinTable) -> pd.DataFrame:
    """Return the month-start rows of the three ranked tables with the coin behind each row."""
    table = ranked_records(archive.table)
    table = table[(table["date"].dt.day == 1) | (table["basis"] == "top 300")]
    table = table.reset_index(drop=True)
    table["basis"] = table["basis"].replace("top 100", "top 100 and supply")
    table = table.join(identify_ranked(table, coins.close, coins.symbols)[["id", "evidence"]])
    table["supply"] = table["supply"].fillna(_last_supply(table))
    month_start: pd.DataFrame = table[table["date"].dt.day == 1]
    best = month_start["basis"].map({"snapshot": 0, "top 300": 1, "top 100 and supply": 2})
    month_start = month_start[best == best.groupby(month_start["date"]).transform("min")].copy()
    top = month_start["basis"] == "top 100 and supply"
    month_start.loc[top, "cap"] = _caps_of_top_100(month_start[top])
    return month_start


def _last_supply(table: pd.DataFrame) -> pd.Series:
    """Return the supply last known of the same name and symbol, strictly from earlier rows."""
    keys = table["symbol"].str.upper() + "|" + table["id"].fillna(table["name"]).astype(str)
    return table.groupby(keys)["supply"].ffill()


def _caps_of_top_100(part: pd.DataFrame) -> pd.Series:
    """Estimate capitalisations from last known supply, kept in the order of the ranks."""
    caps = (part["supply"] * part["price"]).astype(float)
    result = []
    for _, month in part.groupby("date"):
        ordered = month.sort_values("rank")
        known = caps[ordered.index].to_numpy(copy=True)
        result.append(pd.Series(_monotone(np.asarray(known)), index=ordered.index))
    return pd.concat(result) if result else caps


def _monotone(caps: FloatArray) -> FloatArray:
    """Return values in strictly descending order that follow the known ones where they can."""
    filled = _interpolated(caps)
    running = np.minimum.accumulate(np.where(np.isfinite(filled), filled, np.inf))
    return np.asarray(running * (1.0 - 1e-9 * np.arange(len(caps))))


def _below_top_100(snapshots: pd.DataFrame, coins: CoinTable, day: pd.Timestamp) -> pd.DataFrame:
    """Continue a top 100 with the coins of the last full snapshot: its supply times the price."""
    listed = snapshots[snapshots["date"] == day]
    full: pd.DataFrame = snapshots[
        (snapshots["date"] < day) & (snapshots["basis"] != "top 100 and supply")
    ]
    full = full[full["date"] == full["date"].max()]
    seen = set(listed["id"].dropna()) | set(listed["symbol"].str.upper())
    fresh = ~full["id"].isin(seen) & ~full["symbol"].str.upper().isin(seen)
    price = coins.close.loc[day].reindex(full["id"]).to_numpy()
    caps = np.minimum(full["supply"].to_numpy() * price, listed["cap"].min())
    full = full.assign(cap=caps, date=day, basis="top 100 and supply")
    rest: pd.DataFrame = full[fresh & (caps > 0)]
    return rest.assign(evidence="last supply times price")
