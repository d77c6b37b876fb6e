"""Macroeconomic columns: yields, spreads, the liquidity of the Federal Reserve, and money."""

from dataclasses import replace

import pandas as pd

from altrotation.data.cards import SeriesCard
from altrotation.data.raw.archive import Archive
from altrotation.derive.column import DERIVED, Column
from altrotation.indicators.liquidity import net_liquidity, term_spread, yield_impulse

__all__ = ["macro_columns"]

_BOND_DAYS = "Stamped on days the bond market is open, some of which are no New York session."
_CHANGE, _HISTORY = 20, 250  # values: a month and a year
_IMPULSE_DIGITS = 3  # enough for a score, and too few to solve for what it was computed from
_FACILITY = pd.Timestamp("2013-09-25")  # first Wednesday of overnight reverse repurchases


def macro_columns(archive: Archive, *, start: pd.Timestamp) -> list[Column]:
    """Return yields, the credit impulse, net liquidity and M2 from `start`, on days stamped.

    Parameters
    ----------
    archive : Archive
    start : Timestamp
        First day; net liquidity begins later, with the reverse repo facility.

    Returns
    -------
    list of Column
        Yields in percent, the impulse in standard deviations, net liquidity and M2 in USD.
    """
    return [
        *(_rate(archive, name, start) for name in ("DGS1MO", "DGS3MO", "DGS2", "DGS10")),
        _credit_impulse(archive, start),
        _term_spread(archive, start),
        _net_liquidity(archive, max(start, _FACILITY)),
        _money(archive, start),
    ]


def _rate(archive: Archive, name: str, start: pd.Timestamp) -> Column:
    values = archive.macro(name)[start:]
    card = archive.card(name)
    note = f"{card.note} {_BOND_DAYS}"
    return Column(replace(card, source=f"{card.source}: {name}", note=note.strip()), values)


def _credit_impulse(archive: Archive, start: pd.Timestamp) -> Column:
    """Return the change of the credit spread on its own scale: ICE lets no level pass."""
    spread = archive.macro("HY_OAS")
    spread = spread[pd.DatetimeIndex(spread.index).day_of_week < 5]
    card = replace(
        archive.card("HY_OAS"),
        name="HY_OAS.impulse",
        kind="rate",
        unit="standard deviations",
        source="computed from ICE Data Indices, through FRED: HY_OAS",
        licence=DERIVED,
        note=(
            f"Option-adjusted spread of high-yield bonds: its change over {_CHANGE} values, in "
            f"standard deviations of such a change, from the last {_HISTORY} daily changes; above "
            "zero credit tightens. To three digits: the spread itself is ICE's and cannot be led "
            "back to. Published on the next business day; month-end values stamped on a weekend "
            f"left out. {_BOND_DAYS}"
        ),
    )
    impulse = yield_impulse(spread, window=_CHANGE, history=_HISTORY)
    return Column(card, impulse[start:], digits=_IMPULSE_DIGITS)


def _term_spread(archive: Archive, start: pd.Timestamp) -> Column:
    long, short = archive.macro("DGS10")[start:], archive.macro("DGS2")[start:]
    both = long.index.intersection(short.index)
    card = replace(
        archive.card("DGS10"),
        name="term_spread",
        kind="rate",
        unit="percentage points",
        source="FRED: DGS10 - DGS2",
        note="Ten-year less two-year Treasury yield; published on the next business day.",
    )
    return Column(card, term_spread(long.reindex(both), short.reindex(both)))


def _net_liquidity(archive: Archive, start: pd.Timestamp) -> Column:
    raw = archive.card("WALCL")
    card = SeriesCard(
        name="net_liquidity",
        kind="amount",
        unit="USD",
        calendar="weekly",
        release="1b",
        source="FRED: WALCL - WTREGEN - RRPONTSYD",
        licence=raw.licence,
        sha256=raw.sha256,
        note=(
            "Federal Reserve assets less the Treasury's account and overnight reverse repurchases, "
            "stamped with its Wednesday and published the next business day (a Friday when "
            "Thursday is a holiday). WTREGEN is the average of the week to that Wednesday. On a "
            "Wednesday without an operation the last one within four days is still outstanding. "
            "Begins with the facility in September 2013."
        ),
    )
    assets, account = archive.macro("WALCL")[start:], archive.macro("WTREGEN")[start:]
    million, billion = 1e6, 1e9  # FRED's units differ
    values = net_liquidity(
        assets * million, account * million, archive.macro("RRPONTSYD")[start:] * billion
    )
    return Column(card, values)


def _money(archive: Archive, start: pd.Timestamp) -> Column:
    raw = archive.card("M2SL")
    card = replace(raw, name="M2", unit="USD", source=f"{raw.source}: M2SL")
    return Column(card, archive.macro("M2SL")[start:] * 1e9)
