"""Raw tables of indexes, funds and macroeconomic series."""

from altrotation.data.raw.schema import Table
from altrotation.data.raw.tables.columns import (
    DAY,
    TEXT,
    amount,
    number,
    price,
)

__all__ = ["MARKET"]

_OHLC_OR_NONE = {name: price("USD or points", missing=True) for name in ("open", "high", "low")}

MARKET = (
    Table(
        name="market_daily",
        file="market_daily.parquet",
        keys=("series", "date"),
        columns={
            "series": TEXT,
            "date": DAY,
            **_OHLC_OR_NONE,
            "close": price("USD or points"),
            "volume": amount("shares", missing=True),
            "dividend": amount("USD per share", missing=True),
            "source": TEXT,
        },
    ),
    Table(
        name="macro",
        file="macro.parquet",
        keys=("series", "date"),
        columns={
            "series": TEXT,
            "date": DAY,
            "value": number("see the column unit"),
            "unit": TEXT,
            "source": TEXT,
        },
    ),
    Table(
        name="index_close_conflicts",
        file="index_close_conflicts.csv",
        keys=("symbol", "date"),
        columns={
            "symbol": TEXT,
            "date": DAY,
            "close_yahoo": price("points"),
            "close_ibkr": price("points"),
            "ret_yahoo_pct": number("percent"),
            "ret_ibkr_pct": number("percent"),
            "ret_etf_adj_pct": number("percent"),
            "next_ret_yahoo_pct": number("percent"),
            "next_ret_if_ibkr_pct": number("percent"),
            "next_ret_etf_pct": number("percent"),
            "etf_favours": TEXT,
        },
    ),
)
