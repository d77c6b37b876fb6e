"""Raw tables of flows and positions: funds, funding, open interest, token unlocks."""

from altrotation.data.raw.schema import Table
from altrotation.data.raw.tables.columns import (
    DAY,
    FLOW_OR_NONE,
    FRACTION_OR_NONE,
    INSTANT,
    PERCENT_OR_NONE,
    RANK,
    TEXT,
    TEXT_OR_NONE,
    amount,
    day,
    number,
    price,
    whole,
)

__all__ = ["FLOWS"]


def _funds(asset: str) -> Table:
    return Table(
        name=f"etf_flows_{asset}_by_fund",
        file=f"etf_flows_{asset}_by_fund.csv",
        keys=("date",),
        columns={"date": DAY, "total_usd_m": FLOW_OR_NONE},
        others=FLOW_OR_NONE,
    )


def _funding(name: str) -> Table:
    return Table(
        name=name,
        file=f"{name}.parquet",
        keys=("symbol", "funding_time_utc"),
        columns={
            "symbol": TEXT,
            "funding_time_utc": INSTANT,
            "funding_rate": number("fraction per settlement", -0.1, 0.1),
            "source": TEXT,
        },
    )


FLOWS = (
    Table(
        name="etf_flows",
        file="etf_flows.csv",
        keys=("asset", "date"),
        columns={
            "asset": TEXT,
            "date": DAY,
            "total_usd_m": FLOW_OR_NONE,
            "preliminary": FRACTION_OR_NONE,
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
            "rank": RANK,
            "coin_name": TEXT,
            "coin_symbol": TEXT,
            "symbol": TEXT,
            "date": DAY,
            "timestamp": whole(),
            **{f"oi_{name}": amount("contracts") for name in ("open", "high", "low", "close")},
        },
    ),
    Table(
        name="open_interest_btc_aggregate",
        file="open_interest_btc_aggregate.parquet",
        keys=("date",),
        columns={"date": DAY, "futures_open_interest": price()},
    ),
    Table(
        name="open_interest_bybit_coins",
        file="open_interest_bybit_coins.parquet",
        keys=("symbol", "date"),
        columns={
            "date": DAY,
            "symbol": TEXT,
            "open_interest_last": amount("coins"),
            "last_obs_utc": TEXT,
            "n_hours": whole(1),
        },
    ),
    Table(  # repeated rows are several unlocks of one section on one day
        name="token_unlock_events",
        file="token_unlock_events.parquet",
        order=("date",),
        columns={
            "date": day(ahead=True),
            "protocol": TEXT,
            "token_id": TEXT,
            "section": TEXT_OR_NONE,
            "category": TEXT_OR_NONE,
            "type": TEXT,
            "amount_tokens": number("tokens; negative where tokens are taken back"),
            "max_supply": price("tokens", missing=True),
            "pct_of_max_supply": PERCENT_OR_NONE,
            "scheduled_total_tokens": price("tokens"),
            "pct_of_scheduled_total": number("percent", -100.0, 100.0),
            "unparsed_statements": whole(),
        },
    ),
    Table(
        name="token_unlock_schedules",
        file="token_unlock_schedules.parquet",
        columns={
            "protocol": TEXT,
            "token_id": TEXT,
            "section": TEXT_OR_NONE,
            "category": TEXT_OR_NONE,
            "type": TEXT,
            "start_utc": TEXT,
            "end_utc": TEXT_OR_NONE,
            "step_seconds": price("seconds", missing=True),
            "steps": price("steps", missing=True),
            "amount_tokens": number("tokens"),
            "total_tokens": number("tokens"),
            "max_supply": price("tokens", missing=True),
            "pct_of_max_supply": PERCENT_OR_NONE,
            "sum_parsed_tokens": price("tokens"),
            "unparsed_statements": whole(),
        },
    ),
)
