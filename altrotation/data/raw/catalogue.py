"""The cards of the raw market and macro series: unit, calendar, and the day each becomes known."""

from types import MappingProxyType

from altrotation.data.cards import SeriesCard

__all__ = ["COIN_SOURCES", "FLOWS", "MACRO", "MARKET", "field_card"]

_VENDOR = "vendor's terms; raw values are not for redistribution"
_PUBLIC = "public domain, through FRED"
_LATE_SPLICE = (
    "Adjusted for dividends to 2026-07-01, spliced with plain closes after it: a dividend paid "
    "later shows as a loss."
)
_SECTORS = ("XLB", "XLC", "XLE", "XLF", "XLI", "XLK", "XLP", "XLRE", "XLU", "XLV", "XLY")


# the sources of the coin tables that the recipe reads
COIN_SOURCES = (
    "binance_perp_2026mar",
    "binance_perp_2026may",
    "binance_spot_2026jun",
    "cmc_2013_2018jan",
    "cmc_2018h1",
    "coinbase_2025oct",
    "coinbase_close_2026aug",
    "coingecko_2022",
    "coingecko_2025",
    "coingecko_top5_2026",
    "cryptocompare_2024jul",
    "yahoo_2022feb",
)


def _by_name(*cards: SeriesCard) -> MappingProxyType[str, SeriesCard]:
    return MappingProxyType({card.name: card for card in cards})


def _session(name: str, kind: str, unit: str, note: str = "") -> SeriesCard:
    # A New York close (20:00 or 21:00 UTC) is known within its UTC day: release "0d".
    return SeriesCard(name=name, kind=kind, unit=unit, calendar="XNYS", licence=_VENDOR, note=note)


MARKET: MappingProxyType[str, SeriesCard] = _by_name(
    _session("RUT", "index", "points", "Close only before 2011-03-17."),
    _session("SPX", "index", "points", "Close only before 2010-01-04."),
    _session("NDX", "index", "points", "Ends on 2026-03-13."),
    SeriesCard(
        name="VIX",
        kind="index",
        unit="percent a year",
        calendar="XNYS",
        source="CBOE, through FRED",
        licence="copyright CBOE, through FRED",
        note="Since 2022 some values fall on New York holidays.",
    ),
    _session(
        "DXY",
        "index",
        "points",
        "Trades on some New York holidays; lacks 2016-10-10 and 2016-11-11; ends on 2026-09-17.",
    ),
    *(
        _session(name, "price", "USD", "Adjusted for splits, not for dividends.")
        for name in ("IWM", "SPY", "QQQ")
    ),
    *(
        _session(f"{name}_TR", "price", "USD, dividend-adjusted", _LATE_SPLICE)
        for name in ("IWM", "SPY", "QQQ", "RSP", "HYG", "MAGS", "VUG", *_SECTORS)
    ),
)


def _next_day(name: str, licence: str = _PUBLIC, note: str = "") -> SeriesCard:
    # Federal Reserve release H.15, and the spread beside it: day t on the next business day.
    return SeriesCard(
        name=name,
        kind="yield" if name.startswith("DGS") else "rate",
        unit="percent",
        calendar="XNYS",
        release="1b",
        source="FRED",
        licence=licence,
        note=f"Published on the next business day{note}.",
    )


def _balance(name: str) -> SeriesCard:
    return SeriesCard(
        name=name,
        kind="amount",
        unit="USD million",
        calendar="weekly",
        # Federal Reserve release H.4.1: dated Wednesday, published on Thursday at 16:30 New York.
        release="1b",
        source="Federal Reserve H.4.1, through FRED",
        licence=_PUBLIC,
        note="Dated Wednesday, published on the next business day in the evening.",
    )


MACRO: MappingProxyType[str, SeriesCard] = _by_name(
    *(_next_day(name) for name in ("DGS1MO", "DGS3MO", "DGS2", "DGS10")),
    _next_day(
        "HY_OAS",
        "copyright ICE Data Indices, through FRED",
        "; month ends may be stamped on a weekend",
    ),
    *(_balance(name) for name in ("WALCL", "WTREGEN", "WRESBAL")),
    SeriesCard(
        name="RRPONTSYD",
        kind="flow",  # an amount accepted a day, zero when nobody bids
        unit="USD billion",
        calendar="XNYS",
        # The New York Fed publishes the result soon after the operation closes at 13:15 New York.
        release="0d",
        source="Federal Reserve Bank of New York, through FRED",
        licence=_PUBLIC,
        note="Overnight operation: the result is published the same afternoon.",
    ),
    SeriesCard(
        name="M2SL",
        kind="amount",
        unit="USD billion",
        calendar="monthly",
        # Release H.6 comes on the fourth Tuesday of the next month: the 28th of it at the latest,
        # 58 days after a stamp on the first of a month of 31 days.
        release="58d",
        revised=True,
        source="Federal Reserve H.6, through FRED",
        licence=_PUBLIC,
        note="Vintage of about 2026-05; stamped on the first of the month; ends with 2026-04.",
    ),
    SeriesCard(
        name="NFCI",
        kind="rate",
        unit="standard deviations",
        calendar="weekly",
        # Chicago Fed: covers the week to Friday, published on Wednesday at 8:30 New York, on
        # Thursday after a holiday: three business days.
        release="3b",
        revised=True,
        source="Federal Reserve Bank of Chicago, through FRED",
        licence=_PUBLIC,
        note="The whole history is estimated again every week.",
    ),
    SeriesCard(
        name="DTWEXBGS",
        kind="index",
        unit="points, January 2006 = 100",
        calendar="XNYS",
        # Release H.10 gives Monday to Friday on the next Monday, on Tuesday after a holiday: five
        # business days after a Monday. Later than true for the other days, never earlier.
        release="5b",
        revised=True,
        source="Federal Reserve H.10, through FRED",
        licence=_PUBLIC,
        note="Published on the Monday after the week of its date.",
    ),
    *(
        SeriesCard(
            name=f"SPX_ABOVE_{window}D",
            kind="share",
            unit="percent of members",
            calendar="XNYS",
            licence=_VENDOR,
            note=f"Share of S&P 500 members above their {window}-day mean; ends on 2026-07-17.",
        )
        for window in (20, 50, 200)
    ),
)

FLOWS: MappingProxyType[str, SeriesCard] = _by_name(
    *(
        SeriesCard(
            name=f"etf.{asset}",
            kind="flow",
            unit="USD million",
            calendar="XNYS",
            release="1d",  # issuers report during the night and the next morning
            revised=True,
            licence=_VENDOR,
            note=f"Net flow into United States spot {asset.upper()} funds.",
        )
        for asset in ("btc", "eth", "sol")
    )
)


def field_card(card: SeriesCard, field: str) -> SeriesCard:
    """Return the card of another field of the same asset: "RUT.low" of "RUT"."""
    if field == "close":
        return card
    facts = card.to_dict() | {"name": f"{card.name}.{field}"}
    if field == "volume":
        facts |= {"kind": "count", "unit": "shares"}
    return SeriesCard(**facts)
