"""Raw tables of the crypto market as a whole: dominance, capitalisation, breadth, supply."""

from altrotation.data.raw.schema import Table
from altrotation.data.raw.tables.columns import (
    DAY,
    FRACTION_OR_NONE,
    PERCENT,
    PERCENT_OR_NONE,
    TEXT,
    USD,
    USD_OR_NONE,
    number,
    price,
    whole,
)

__all__ = ["AGGREGATES"]

AGGREGATES = (
    Table(  # the long kind exceeds 100 percent on some days of 2013: the ledger removes them
        name="btc_dominance",
        file="btc_dominance.parquet",
        keys=("kind", "date"),
        columns={
            "kind": TEXT,
            "date": DAY,
            "btc_d": number("percent", 0.0, 120.0, missing=True),
            "usdt_d": PERCENT_OR_NONE,
            "spike_flag": FRACTION_OR_NONE,
        },
    ),
    Table(
        name="dominance_total_cap_2025_2026",
        file="dominance_total_cap_2025_2026.csv",
        keys=("date",),
        columns={
            "date": DAY,
            "btc_dominance_pct_cmc": PERCENT,
            "usdt_dominance_pct_cmc": PERCENT_OR_NONE,
            "btc_close": price(),
            "eth_close": price(),
            "derived_total_cap": price(),
            "derived_TOTAL2": price(),
            "derived_TOTAL3": price(),
        },
    ),
    Table(
        name="published_altseason_breadth_2019_2026",
        file="published_altseason_breadth_2019_2026.csv",
        keys=("date",),
        columns={
            "date": DAY,
            "advance-decline__Cumulative_A/D_line": number("fraction, summed", missing=True),
            "advance-decline__Net_advancing": number("fraction", -1.0, 1.0, missing=True),
            "altseason__Alt_season_index": FRACTION_OR_NONE,
            "breadth__Share_of_basket": FRACTION_OR_NONE,
            "dominance__Bitcoin": FRACTION_OR_NONE,
            "dominance__Ethereum": FRACTION_OR_NONE,
            "dominance__Stablecoins": FRACTION_OR_NONE,
            "logreg-total__Basket_total": USD_OR_NONE,
            "others-dominance__Outside_the_top_10": FRACTION_OR_NONE,
            "total-stablecoin-supply__Total_Stablecoin_Supply": USD,
        },
    ),
    Table(
        name="perp_breadth_210d_2026",
        file="perp_breadth_210d_2026.csv",
        keys=("date",),
        columns={
            "date": DAY,
            "above_count": whole(),
            "eligible_count": whole(1),
            "above_pct": PERCENT,
        },
    ),
    Table(
        name="total_market_cap",
        file="total_market_cap.parquet",
        keys=("date",),
        columns={
            "date": DAY,
            "total_mcap_usd": price(),
            "total_volume_24h_usd": USD_OR_NONE,
            "source": TEXT,
        },
    ),
    Table(
        name="total_market_cap_split_2013_2025",
        file="total_market_cap_split_2013_2025.parquet",
        keys=("date",),
        columns={
            "date": DAY,
            "stamp": DAY,
            "market_cap": price(),
            "total_volume": USD,
            "btc_cap": price(missing=True),
            "eth_cap": USD_OR_NONE,
            "derived_btc_dominance": FRACTION_OR_NONE,
            "derived_total2": price(missing=True),
            "derived_total3": price(missing=True),
        },
    ),
    Table(
        name="total_market_cap_2026jul_aug",
        file="total_market_cap_2026jul_aug.csv",
        keys=("as_of",),
        columns={
            "as_of": DAY,
            "total_market_cap": price(),
            "total_volume": USD,
            "btc_dominance_pct": PERCENT,
        },
    ),
    Table(
        name="stablecoin_supply",
        file="stablecoin_supply.csv",
        keys=("date",),
        columns={"date": DAY, "stablecoin_supply_usd": USD},
    ),
    Table(
        name="defi_tvl",
        file="defi_tvl.csv",
        keys=("date",),
        columns={"date": DAY, "defi_tvl_usd": USD},
    ),
)
