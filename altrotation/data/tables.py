"""The raw tables of the archive: one declaration each."""

from collections.abc import Mapping
from types import MappingProxyType

from altrotation.data.schema import Column, Table

__all__ = ["TABLES"]


def _text(*, missing: bool = False) -> Column:
    return Column(kind="text", missing=missing)


def _day(*, ahead: bool = False) -> Column:
    return Column(kind="day", ahead=ahead)


def _price(unit: str = "USD", *, missing: bool = False) -> Column:
    return Column(kind="number", unit=unit, low=0.0, open_low=True, missing=missing)


def _amount(unit: str, *, missing: bool = False) -> Column:
    return Column(kind="number", unit=unit, low=0.0, missing=missing)


def _number(
    unit: str, low: float = -float("inf"), high: float = float("inf"), *, missing: bool = False
) -> Column:
    return Column(kind="number", unit=unit, low=low, high=high, missing=missing)


def _whole(low: float = 0.0) -> Column:
    return Column(kind="whole", low=low)


_TEXT, _TEXT_OR_NONE, _DAY, _INSTANT = _text(), _text(missing=True), _day(), Column(kind="instant")
_RANK, _FLAG = _whole(1), Column(kind="flag")
_USD, _USD_OR_NONE = _amount("USD"), _amount("USD", missing=True)
_PERCENT = _number("percent", 0.0, 100.0)
_PERCENT_OR_NONE = _number("percent", 0.0, 100.0, missing=True)
_FRACTION_OR_NONE = _number("fraction", 0.0, 1.0, missing=True)
_FLOW, _FLOW_OR_NONE = _number("USD million"), _number("USD million", missing=True)
_OHLC_OR_NONE = {name: _price("USD or points", missing=True) for name in ("open", "high", "low")}
_OHLC = {name: _price() for name in ("open", "high", "low", "close")}

_MARKET = (
    Table(
        name="market_daily",
        file="market_daily.parquet",
        keys=("series", "date"),
        columns={
            "series": _TEXT,
            "date": _DAY,
            **_OHLC_OR_NONE,
            "close": _price("USD or points"),
            "volume": _amount("shares", missing=True),
            "dividend": _amount("USD per share", missing=True),
            "source": _TEXT,
        },
    ),
    Table(
        name="macro",
        file="macro.parquet",
        keys=("series", "date"),
        columns={
            "series": _TEXT,
            "date": _DAY,
            "value": _number("see the column unit"),
            "unit": _TEXT,
            "source": _TEXT,
        },
    ),
    Table(
        name="index_close_conflicts",
        file="index_close_conflicts.csv",
        keys=("symbol", "date"),
        columns={
            "symbol": _TEXT,
            "date": _DAY,
            "close_yahoo": _price("points"),
            "close_ibkr": _price("points"),
            "ret_yahoo_pct": _number("percent"),
            "ret_ibkr_pct": _number("percent"),
            "ret_etf_adj_pct": _number("percent"),
            "next_ret_yahoo_pct": _number("percent"),
            "next_ret_if_ibkr_pct": _number("percent"),
            "next_ret_etf_pct": _number("percent"),
            "etf_favours": _TEXT,
        },
    ),
)

_COIN_LONG = {"source": _TEXT, "coin_id": _TEXT, "symbol": _TEXT_OR_NONE, "date": _DAY}

_COINS = (
    Table(  # zeros are micro-prices a vendor rounded down: the ledger turns them into NaN
        name="coin_close",
        file="coin_close.parquet",
        keys=("source", "coin_id", "date"),
        columns={**_COIN_LONG, "value": _USD_OR_NONE},
    ),
    Table(
        name="coin_volume",
        file="coin_volume.parquet",
        keys=("source", "coin_id", "date"),
        columns={**_COIN_LONG, "value": _amount("see the column vol_unit"), "vol_unit": _TEXT},
    ),
    Table(
        name="coin_market_cap",
        file="coin_market_cap.parquet",
        keys=("source", "coin_id", "date"),
        columns={**_COIN_LONG, "value": _price(), "cap_time": _TEXT},
    ),
    Table(
        name="coin_close_2026",
        file="coin_close_2026.parquet",
        keys=("symbol", "date"),
        columns={"symbol": _TEXT, "date": _DAY, "close": _price(), "source": _TEXT},
    ),
    Table(
        name="coin_ohlcv_2025_2026",
        file="coin_ohlcv_2025_2026.parquet",
        keys=("symbol", "date"),
        columns={
            "source": _TEXT,
            "symbol": _TEXT,
            "date": _DAY,
            **_OHLC,
            "volume": _amount("coins"),
            "quote_volume": _USD,
        },
    ),
    Table(  # 2023-01-01 is in both series, the monthly and the yearly
        name="coin_top200_snapshots",
        file="coin_top200_snapshots.parquet",
        keys=("series", "date", "rank"),
        columns={
            "series": _TEXT,
            "date": _DAY,
            "rank": _RANK,
            "name": _TEXT,
            "symbol": _TEXT,
            "market_cap": _price(),
            "price": _USD_OR_NONE,
            "circulating_supply": _price("coins"),
            "volume_24h": _USD,
            "pct_24h": _number("percent"),
            "pct_7d": _number("percent"),
        },
    ),
    Table(
        name="coin_top100_ranks_2025_2026",
        file="coin_top100_ranks_2025_2026.parquet",
        keys=("date", "rank"),
        columns={"rank": _RANK, "name": _TEXT, "symbol": _TEXT, "price": _price(), "date": _DAY},
    ),
    Table(
        name="coin_top300_snapshots_2026",
        file="coin_top300_snapshots_2026.parquet",
        keys=("snapshot_utc", "slug"),
        order=("snapshot_utc", "cmc_rank"),  # two coins may tie
        columns={
            "cmc_rank": _RANK,
            "symbol": _TEXT,
            "slug": _TEXT,
            "name": _TEXT,
            "price": _price(),
            "market_cap": _price(),
            "volume_24h": _USD,
            "circulating_supply": _price("coins"),
            "stable": _FLAG,
            "wrapped": _FLAG,
            "snapshot_utc": _INSTANT,
        },
    ),
    Table(
        name="coin_universe_monthly",
        file="coin_universe_monthly.parquet",
        keys=("month", "order"),
        columns={"month": _DAY, "order": _RANK, "symbol": _TEXT},
    ),
    Table(
        name="coin_snapshot_series_map",
        file="coin_snapshot_series_map.parquet",
        keys=("date", "rank"),
        columns={
            "date": _DAY,
            "rank": _RANK,
            "name": _TEXT,
            "symbol": _TEXT,
            "market_cap": _price(),
            "cg_id": _TEXT_OR_NONE,
            "sources": _TEXT_OR_NONE,
            "fwd_days": _whole(),
        },
    ),
    Table(
        name="coin_metadata",
        file="coin_metadata.csv",
        keys=("id",),
        sorted=False,
        columns={
            "id": _TEXT,
            "symbol": _TEXT,
            "name": _TEXT,
            "genesis": _TEXT_OR_NONE,
            "categories": _TEXT_OR_NONE,
        },
    ),
    Table(
        name="coin_stablecoins",
        file="coin_stablecoins.csv",
        keys=("name",),
        columns={"coin_id": _TEXT_OR_NONE, "symbol": _TEXT, "name": _TEXT},
    ),
    Table(
        name="coin_wrapped",
        file="coin_wrapped.csv",
        keys=("name",),
        columns={"coin_id": _TEXT_OR_NONE, "symbol": _TEXT, "name": _TEXT},
    ),
    Table(
        name="coin_slug_renames_2018",
        file="coin_slug_renames_2018.csv",
        keys=("slug_jan2018",),
        columns={"slug_jan2018": _TEXT, "slug_jul2018": _TEXT, "matching_days": _whole(1)},
    ),
)

_AGGREGATES = (
    Table(  # the long kind exceeds 100 percent on some days of 2013: the ledger removes them
        name="btc_dominance",
        file="btc_dominance.parquet",
        keys=("kind", "date"),
        columns={
            "kind": _TEXT,
            "date": _DAY,
            "btc_d": _number("percent", 0.0, 120.0, missing=True),
            "usdt_d": _PERCENT_OR_NONE,
            "spike_flag": _FRACTION_OR_NONE,
        },
    ),
    Table(
        name="dominance_total_cap_2025_2026",
        file="dominance_total_cap_2025_2026.csv",
        keys=("date",),
        columns={
            "date": _DAY,
            "btc_dominance_pct_cmc": _PERCENT,
            "usdt_dominance_pct_cmc": _PERCENT_OR_NONE,
            "btc_close": _price(),
            "eth_close": _price(),
            "derived_total_cap": _price(),
            "derived_TOTAL2": _price(),
            "derived_TOTAL3": _price(),
        },
    ),
    Table(
        name="published_altseason_breadth_2019_2026",
        file="published_altseason_breadth_2019_2026.csv",
        keys=("date",),
        columns={
            "date": _DAY,
            "advance-decline__Cumulative_A/D_line": _number("fraction, summed", missing=True),
            "advance-decline__Net_advancing": _number("fraction", -1.0, 1.0, missing=True),
            "altseason__Alt_season_index": _FRACTION_OR_NONE,
            "breadth__Share_of_basket": _FRACTION_OR_NONE,
            "dominance__Bitcoin": _FRACTION_OR_NONE,
            "dominance__Ethereum": _FRACTION_OR_NONE,
            "dominance__Stablecoins": _FRACTION_OR_NONE,
            "logreg-total__Basket_total": _USD_OR_NONE,
            "others-dominance__Outside_the_top_10": _FRACTION_OR_NONE,
            "total-stablecoin-supply__Total_Stablecoin_Supply": _USD,
        },
    ),
    Table(
        name="perp_breadth_210d_2026",
        file="perp_breadth_210d_2026.csv",
        keys=("date",),
        columns={
            "date": _DAY,
            "above_count": _whole(),
            "eligible_count": _whole(1),
            "above_pct": _PERCENT,
        },
    ),
    Table(
        name="total_market_cap",
        file="total_market_cap.parquet",
        keys=("date",),
        columns={
            "date": _DAY,
            "total_mcap_usd": _price(),
            "total_volume_24h_usd": _USD_OR_NONE,
            "source": _TEXT,
        },
    ),
    Table(
        name="total_market_cap_split_2013_2025",
        file="total_market_cap_split_2013_2025.parquet",
        keys=("date",),
        columns={
            "date": _DAY,
            "stamp": _DAY,
            "market_cap": _price(),
            "total_volume": _USD,
            "btc_cap": _price(missing=True),
            "eth_cap": _USD_OR_NONE,
            "derived_btc_dominance": _FRACTION_OR_NONE,
            "derived_total2": _price(missing=True),
            "derived_total3": _price(missing=True),
        },
    ),
    Table(
        name="total_market_cap_2026jul_aug",
        file="total_market_cap_2026jul_aug.csv",
        keys=("as_of",),
        columns={
            "as_of": _DAY,
            "total_market_cap": _price(),
            "total_volume": _USD,
            "btc_dominance_pct": _PERCENT,
        },
    ),
    Table(
        name="stablecoin_supply",
        file="stablecoin_supply.csv",
        keys=("date",),
        columns={"date": _DAY, "stablecoin_supply_usd": _USD},
    ),
    Table(
        name="defi_tvl",
        file="defi_tvl.csv",
        keys=("date",),
        columns={"date": _DAY, "defi_tvl_usd": _USD},
    ),
)


def _funds(asset: str) -> Table:
    return Table(
        name=f"etf_flows_{asset}_by_fund",
        file=f"etf_flows_{asset}_by_fund.csv",
        keys=("date",),
        columns={"date": _DAY, "total_usd_m": _FLOW_OR_NONE},
        others=_FLOW_OR_NONE,
    )


def _funding(name: str) -> Table:
    return Table(
        name=name,
        file=f"{name}.parquet",
        keys=("symbol", "funding_time_utc"),
        columns={
            "symbol": _TEXT,
            "funding_time_utc": _INSTANT,
            "funding_rate": _number("fraction per settlement", -0.1, 0.1),
            "source": _TEXT,
        },
    )


_FLOWS = (
    Table(
        name="etf_flows",
        file="etf_flows.csv",
        keys=("asset", "date"),
        columns={
            "asset": _TEXT,
            "date": _DAY,
            "total_usd_m": _FLOW_OR_NONE,
            "preliminary": _FRACTION_OR_NONE,
        },
    ),
    *(_funds(asset) for asset in ("btc", "eth", "sol")),
    _funding("funding_settlements"),
    _funding("funding_wide_2025_2026"),
    Table(
        name="open_interest_binance",
        file="open_interest_binance.parquet",
        keys=("symbol", "date"),
        columns={
            "rank": _RANK,
            "coin_name": _TEXT,
            "coin_symbol": _TEXT,
            "symbol": _TEXT,
            "date": _DAY,
            "timestamp": _whole(),
            **{f"oi_{name}": _amount("contracts") for name in ("open", "high", "low", "close")},
        },
    ),
    Table(
        name="open_interest_btc_aggregate",
        file="open_interest_btc_aggregate.parquet",
        keys=("date",),
        columns={"date": _DAY, "futures_open_interest": _price()},
    ),
    Table(
        name="open_interest_bybit_coins",
        file="open_interest_bybit_coins.parquet",
        keys=("symbol", "date"),
        columns={
            "date": _DAY,
            "symbol": _TEXT,
            "open_interest_last": _amount("coins"),
            "last_obs_utc": _TEXT,
            "n_hours": _whole(1),
        },
    ),
    Table(  # repeated rows are several unlocks of one section on one day
        name="token_unlock_events",
        file="token_unlock_events.parquet",
        order=("date",),
        columns={
            "date": _day(ahead=True),
            "protocol": _TEXT,
            "token_id": _TEXT,
            "section": _TEXT_OR_NONE,
            "category": _TEXT_OR_NONE,
            "type": _TEXT,
            "amount_tokens": _number("tokens; negative where tokens are taken back"),
            "max_supply": _price("tokens", missing=True),
            "pct_of_max_supply": _PERCENT_OR_NONE,
            "scheduled_total_tokens": _price("tokens"),
            "pct_of_scheduled_total": _number("percent", -100.0, 100.0),
            "unparsed_statements": _whole(),
        },
    ),
    Table(
        name="token_unlock_schedules",
        file="token_unlock_schedules.parquet",
        columns={
            "protocol": _TEXT,
            "token_id": _TEXT,
            "section": _TEXT_OR_NONE,
            "category": _TEXT_OR_NONE,
            "type": _TEXT,
            "start_utc": _TEXT,
            "end_utc": _TEXT_OR_NONE,
            "step_seconds": _price("seconds", missing=True),
            "steps": _price("steps", missing=True),
            "amount_tokens": _number("tokens"),
            "total_tokens": _number("tokens"),
            "max_supply": _price("tokens", missing=True),
            "pct_of_max_supply": _PERCENT_OR_NONE,
            "sum_parsed_tokens": _price("tokens"),
            "unparsed_statements": _whole(),
        },
    ),
)

TABLES: Mapping[str, Table] = MappingProxyType(
    {table.name: table for table in (*_MARKET, *_COINS, *_AGGREGATES, *_FLOWS)}
)
