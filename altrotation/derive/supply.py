"""Supply columns: stablecoins outstanding, and tokens about to unlock."""

import pandas as pd

from altrotation.data.calendar import days
from altrotation.data.cards import SeriesCard
from altrotation.data.raw.archive import Archive
from altrotation.derive.column import DERIVED, FIGURE, LEVEL_DIGITS, Column
from altrotation.indicators.supply import unlock_load

__all__ = ["supply_columns"]

# The source counts more coins from this day: a false step of +37 %, after smaller ones in 2018-20.
_COMPLETE = pd.Timestamp("2020-04-03")
_KNOWN = pd.Timestamp("2026-04-30")  # month of the version of the schedules
_BEGIN = pd.Timestamp("2020-01-01")
_LEAST = 20  # protocols in release
_NEVER = ("noncirculating", "burned")


def supply_columns(archive: Archive) -> list[Column]:
    """Return the supply of stablecoins, and the share of scheduled supply unlocking in 30 days.

    Parameters
    ----------
    archive : Archive

    Returns
    -------
    list of Column
        Supply in USD, unlocks in percent of the scheduled supply.
    """
    return [_stablecoins(archive), _unlocks(archive)]


def _stablecoins(archive: Archive) -> Column:
    values = archive.table("stablecoin_supply").set_index("date")["stablecoin_supply_usd"]
    card = SeriesCard(
        name="stablecoin.supply",
        kind="amount",
        unit="USD",
        calendar="24/7",
        release="1d",
        source="stablecoin_supply",
        licence=FIGURE,
        sha256=archive.sha256.get("stablecoin_supply.csv", ""),
        note=(
            "All stablecoins, at one dollar a coin. Begins on 2020-04-03: earlier values lack "
            "coins the source added later, with false steps up to +37 %."
        ),
    )
    return Column(card, values[_COMPLETE:], digits=LEVEL_DIGITS)


def _unlocks(archive: Archive) -> Column:
    dates = days(_BEGIN, _KNOWN)
    load = unlock_load(_statements(archive), dates, least=_LEAST)["load"]
    card = SeriesCard(
        name="unlock.load",
        kind="share",
        unit="percent of scheduled supply in the next 30 days",
        calendar="24/7",
        source="token_unlock_schedules",
        licence=DERIVED,
        sha256=archive.sha256.get("token_unlock_schedules.parquet", ""),
        note=(
            "Mean over protocols in release (first tokens out, last not; at least 20), cliffs, "
            "steps and linear releases alike; non-circulating and burned tokens left out. Known in "
            "advance by design; but the schedules are the version of April 2026, so a date moved "
            "later or a protocol written down afterwards gives a mild look-ahead, and failed "
            "protocols are too few. Ends with that version."
        ),
    )
    return Column(card, load)


def _statements(archive: Archive) -> pd.DataFrame:
    """Return the statements that can be read: an amount, and an end that follows the start."""
    table = archive.table("token_unlock_schedules")
    rows = pd.DataFrame(
        {
            "protocol": table["protocol"].astype(str),
            "type": table["type"].astype(str),
            "start": pd.to_datetime(table["start_utc"].astype(str)),
            "end": pd.to_datetime(table["end_utc"].astype("object")),
            "steps": table["steps"].astype("float64"),
            "total_tokens": table["total_tokens"].astype("float64"),
        }
    )
    readable = (rows["total_tokens"] > 0) & (rows["end"] >= rows["start"])
    circulates = ~table["category"].isin(_NEVER)
    return rows[(readable & circulates).to_numpy()].reset_index(drop=True)
