"""Ranked records: the lists of coins as published on the day, from three tables of the archive."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from altrotation.data.coins.vendors import perpetual_unit

__all__ = ["ranked_records"]

_COLUMNS = ["date", "rank", "symbol", "name", "price", "cap", "supply", "volume", "hint", "basis"]


def ranked_records(table: Callable[[str], pd.DataFrame]) -> pd.DataFrame:
    """Return the rows of every ranked list, in order of date and rank.

    Parameters
    ----------
    table : callable
        Returns an archive table by name.

    Returns
    -------
    DataFrame
        `date` (the UTC day on which the list was taken: known within it), `rank`, `symbol` (upper
        case, without a prefix such as 1000), `name`, `price` (USD a coin), `cap` and `volume` (USD,
        NaN where not recorded), `supply`, `hint` (a proposed CoinGecko id, or missing), `basis`
        ("snapshot": top 200, month starts 2020-01 to 2025-10; "top 300": days in 2026-01 to
        2026-04; "top 100": days in 2025-08 to 2026-05, prices at noon).
    """
    top200 = table("coin_top200_snapshots")
    top200 = top200[top200["series"] == "monthly"]
    same = ["date", "rank", "name", "symbol"]
    hints = table("coin_snapshot_series_map").drop_duplicates(same)
    hints = hints[[*same, "cg_id"]].rename(columns={"cg_id": "hint"})
    top200 = top200.astype({"name": str, "symbol": str}).merge(
        hints.astype({"name": str, "symbol": str}), on=same, how="left", validate="m:1"
    )
    names = {"market_cap": "cap", "circulating_supply": "supply", "volume_24h": "volume"}
    top300 = table("coin_top300_snapshots_2026").rename(columns={**names, "cmc_rank": "rank"})
    top300["date"] = top300["snapshot_utc"].dt.normalize()
    parts = (
        top200.rename(columns=names).assign(basis="snapshot"),
        top300.assign(basis="top 300"),
        table("coin_top100_ranks_2025_2026").assign(basis="top 100"),
    )
    rows = pd.concat(
        [part.reindex(columns=_COLUMNS).astype({"hint": object}) for part in parts],
        ignore_index=True,
    )
    rows["symbol"] = rows["symbol"].astype(str).str.strip().str.upper()
    rows["name"] = rows["name"].astype(str).str.strip()
    units = {symbol: perpetual_unit(symbol) for symbol in rows["symbol"].unique()}
    count = np.array([units[symbol][1] for symbol in rows["symbol"]])  # 1000SATS: per thousand
    rows["price"], rows["supply"] = rows["price"] / count, rows["supply"] * count
    rows["symbol"] = [units[symbol][0] for symbol in rows["symbol"]]
    rows = rows[rows["price"] > 0].sort_values(["date", "basis", "rank"], kind="stable")
    return rows.reset_index(drop=True)
