"""Raw tables of coins: daily values, ranked snapshots, names and exclusions."""

from altrotation.data.raw.schema import Table
from altrotation.data.raw.tables.columns import (
    DAY,
    FLAG,
    INSTANT,
    RANK,
    TEXT,
    TEXT_OR_NONE,
    USD,
    USD_OR_NONE,
    amount,
    number,
    price,
    whole,
)

__all__ = ["COINS"]

_OHLC = {name: price() for name in ("open", "high", "low", "close")}
_COIN_LONG = {"source": TEXT, "coin_id": TEXT, "symbol": TEXT_OR_NONE, "date": DAY}

COINS = (
    Table(  # zeros are micro-prices a vendor rounded down: the ledger turns them into NaN
        name="coin_close",
        file="coin_close.parquet",
        keys=("source", "coin_id", "date"),
        columns={**_COIN_LONG, "value": USD_OR_NONE},
    ),
    Table(
        name="coin_volume",
        file="coin_volume.parquet",
        keys=("source", "coin_id", "date"),
        columns={**_COIN_LONG, "value": amount("see the column vol_unit"), "vol_unit": TEXT},
    ),
    Table(
        name="coin_market_cap",
        file="coin_market_cap.parquet",
        keys=("source", "coin_id", "date"),
        columns={**_COIN_LONG, "value": price(), "cap_time": TEXT},
    ),
    Table(
        name="coin_close_2026",
        file="coin_close_2026.parquet",
        keys=("symbol", "date"),
        columns={"symbol": TEXT, "date": DAY, "close": price(), "source": TEXT},
    ),
    Table(
        name="coin_ohlcv_2025_2026",
        file="coin_ohlcv_2025_2026.parquet",
        keys=("symbol", "date"),
        columns={
            "source": TEXT,
            "symbol": TEXT,
            "date": DAY,
            **_OHLC,
            "volume": amount("coins"),
            "quote_volume": USD,
        },
    ),
    Table(  # 2023-01-01 is in both series, the monthly and the yearly
        name="coin_top200_snapshots",
        file="coin_top200_snapshots.parquet",
        keys=("series", "date", "rank"),
        columns={
            "series": TEXT,
            "date": DAY,
            "rank": RANK,
            "name": TEXT,
            "symbol": TEXT,
            "market_cap": price(),
            "price": USD_OR_NONE,
            "circulating_supply": price("coins"),
            "volume_24h": USD,
            "pct_24h": number("percent"),
            "pct_7d": number("percent"),
        },
    ),
    Table(
        name="coin_top100_ranks_2025_2026",
        file="coin_top100_ranks_2025_2026.parquet",
        keys=("date", "rank"),
        columns={"rank": RANK, "name": TEXT, "symbol": TEXT, "price": price(), "date": DAY},
    ),
    Table(
        name="coin_top300_snapshots_2026",
        file="coin_top300_snapshots_2026.parquet",
        keys=("snapshot_utc", "slug"),
        order=("snapshot_utc", "cmc_rank"),  # two coins may tie
        columns={
            "cmc_rank": RANK,
            "symbol": TEXT,
            "slug": TEXT,
            "name": TEXT,
            "price": price(),
            "market_cap": price(),
            "volume_24h": USD,
            "circulating_supply": price("coins"),
            "stable": FLAG,
            "wrapped": FLAG,
            "snapshot_utc": INSTANT,
        },
    ),
    Table(
        name="coin_universe_monthly",
        file="coin_universe_monthly.parquet",
        keys=("month", "order"),
        columns={"month": DAY, "order": RANK, "symbol": TEXT},
    ),
    Table(
        name="coin_snapshot_series_map",
        file="coin_snapshot_series_map.parquet",
        keys=("date", "rank"),
        columns={
            "date": DAY,
            "rank": RANK,
            "name": TEXT,
            "symbol": TEXT,
            "market_cap": price(),
            "cg_id": TEXT_OR_NONE,
            "sources": TEXT_OR_NONE,
            "fwd_days": whole(),
        },
    ),
    Table(
        name="coin_metadata",
        file="coin_metadata.csv",
        keys=("id",),
        sorted=False,
        columns={
            "id": TEXT,
            "symbol": TEXT,
            "name": TEXT,
            "genesis": TEXT_OR_NONE,
            "categories": TEXT_OR_NONE,
        },
    ),
    Table(
        name="coin_stablecoins",
        file="coin_stablecoins.csv",
        keys=("name",),
        columns={"coin_id": TEXT_OR_NONE, "symbol": TEXT, "name": TEXT},
    ),
    Table(
        name="coin_wrapped",
        file="coin_wrapped.csv",
        keys=("name",),
        columns={"coin_id": TEXT_OR_NONE, "symbol": TEXT, "name": TEXT},
    ),
    Table(
        name="coin_slug_renames_2018",
        file="coin_slug_renames_2018.csv",
        keys=("slug_jan2018",),
        columns={"slug_jan2018": TEXT, "slug_jul2018": TEXT, "matching_days": whole(1)},
    ),
)
