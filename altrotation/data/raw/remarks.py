"""What a reader of the raw archive must know: defects no repair removes, rows no recipe reads."""

from collections.abc import Callable

import pandas as pd

from altrotation.data.raw.catalogue import COIN_SOURCES, MACRO, MARKET
from altrotation.errors import DataError

__all__ = ["known_remarks", "require_read", "unread_remarks"]

# table, series, first day, last day (empty: open), what is wrong and what follows from it
_REMARKS = (
    (
        "market_daily",
        "SPX, RUT with IWM, SPY",
        "2026-06-26",
        "2026-06-29",
        "index and fund closes diverge around the index reconstitution (SPX -0.05 percent, SPY "
        "-0.72): do not form a ratio of an index and a fund on these days",
    ),
    (
        "market_daily",
        "HYG_TR",
        "2026-07-02",
        "",
        "plain closes, so that monthly dividends show as losses: prefer HY_OAS",
    ),
    (
        "market_daily",
        "every *_TR",
        "2026-07-02",
        "",
        "plain closes after the adjusted part: the dividends of September 2026 (see the column "
        "dividend) show as losses of about 0.1 to 0.4 percent",
    ),
    (
        "market_daily",
        "RUT",
        "2020-03-16",
        "2020-03-16",
        "the second vendor is the wrong one here (-0.06 against -14.3 percent): not repaired",
    ),
    (
        "market_daily",
        "SPX",
        "2026-06-26",
        "2026-06-26",
        "two vendors disagree by 0.22 percent and the fund agrees with neither: not repaired",
    ),
    (
        "market_daily",
        "RUT",
        "1999-01-04",
        "2016-06-27",
        "one vendor only: no close before 2016-06-28 could be compared",
    ),
    (
        "btc_dominance",
        "long_close_stamped",
        "2013-04-29",
        "",
        "spikes were flagged with the days on both sides of them, so their removal looks ahead a "
        "few days; levels differ from the clean kind by about 2 points: never splice",
    ),
    (
        "btc_dominance",
        "clean_midnight_stamped",
        "",
        "",
        "stamped at 00:00 UTC of the day: the value of the close of the day before",
    ),
    (
        "stablecoin_supply",
        "stablecoin_supply",
        "2020-04-03",
        "2020-04-03",
        "a false step of +37 percent: the levels before and after it do not compare",
    ),
    (
        "coin_market_cap",
        "coingecko_2025/okb",
        "",
        "",
        "OKB's market cap is 3.6 times the other vendor's: its rank is too high",
    ),
    (
        "coin_market_cap",
        "cmc_2013_2018jan, cmc_2018h1",
        "2013-04-28",
        "2018-07-02",
        "market cap taken at the day's open: rank with it, do not divide it by the day's close",
    ),
    (
        "coin_market_cap",
        "coingecko_2025",
        "",
        "",
        "74 revisions of supply by more than 1.5 times at caps over 1 billion USD",
    ),
    (
        "coin_close",
        "yahoo_2022feb/SOL1-USD",
        "",
        "",
        "not Solana",
    ),
    (
        "coin_close",
        "yahoo_2022feb",
        "",
        "",
        "prices of micro-price coins keep six decimals: beside the zeros, small prices are coarse",
    ),
    (
        "coin_close_2026",
        "all",
        "2026-01-01",
        "2026-10-06",
        "30 large coins that survived, without ranks or volume",
    ),
    (
        "funding_settlements",
        "all",
        "2019-09-10",
        "",
        "intervals of 8, 4 and 2 hours: scale to 8 hours before comparing; XRP lacks 15 "
        "settlements in March 2026",
    ),
    (
        "open_interest_btc_aggregate",
        "all",
        "2020-08-01",
        "",
        "reported one to three days late",
    ),
    (
        "token_unlock_events",
        "all",
        "2015-07-31",
        "",
        "schedules of April 2026: where a date was moved later, the archive looks ahead",
    ),
    (
        "published_altseason_breadth_2019_2026",
        "dominance__Bitcoin",
        "",
        "",
        "about 1.9 points under the other vendor in level: compare changes",
    ),
)


def known_remarks() -> pd.DataFrame:
    """Return the known defects that are not repaired: table, series, first, last, remark."""
    frame = pd.DataFrame(_REMARKS, columns=["table", "series", "first", "last", "remark"])
    for name in ("first", "last"):
        frame[name] = pd.to_datetime(frame[name].replace("", None))
    return frame


# table, the column that says whose the rows are, the names that are read
_READ = (
    ("coin_close", "source", COIN_SOURCES),
    ("coin_market_cap", "source", COIN_SOURCES),
    ("coin_volume", "source", COIN_SOURCES),
    ("macro", "series", tuple(MACRO)),
    ("market_daily", "series", tuple(MARKET)),
)


def unread_remarks(table: Callable[[str], pd.DataFrame], names: tuple[str, ...]) -> pd.DataFrame:
    """Return a remark on each vendor and series whose rows nothing reads.

    Parameters
    ----------
    table : callable
        Returns a table of the archive by name.
    names : tuple of str
        The tables the archive has.

    Returns
    -------
    DataFrame
        `table`, `series` (the vendor, or the series), `first`, `last`, `remark`.
    """
    rows = []
    for name, column, read in _READ:
        if name not in names:
            continue
        held = table(name)
        for strange in sorted(set(held[column].unique()) - set(read)):
            dates = held.loc[(held[column] == strange).to_numpy(), "date"]
            what = "vendor" if column == "source" else "series"
            remark = f"a {what} that is not known here: its {len(dates):,} rows are not read"
            rows.append((name, strange, dates.min(), dates.max(), remark))
    return pd.DataFrame(rows, columns=["table", "series", "first", "last", "remark"])


def require_read(unread: pd.DataFrame) -> None:
    """Check that every vendor of the coin tables is read.

    Parameters
    ----------
    unread : DataFrame
        From `unread_remarks`.

    Raises
    ------
    DataError
        If one is not; the message names it.
    """
    coins = unread[unread["table"].str.startswith("coin_")]
    if len(coins):
        table, vendor = coins.iloc[0]["table"], coins.iloc[0]["series"]
        raise DataError(
            f"The table {table} holds the vendor {vendor!r}, which is not read; take its rows out, "
            "or give it a place in altrotation.data.coins.vendors.PRECEDENCE and in "
            "altrotation.data.raw.catalogue.COIN_SOURCES."
        )
