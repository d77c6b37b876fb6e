"""The recipe of the derived panel: every column from the raw archive, on the 24/7 clock."""

from collections.abc import Iterable

import pandas as pd

from altrotation._guarded import guarded
from altrotation.aliases import DateLike
from altrotation.data.calendar import days
from altrotation.data.coins.table import load_coins
from altrotation.data.coins.universe import load_universe
from altrotation.data.panel import Panel
from altrotation.data.raw.archive import Archive
from altrotation.data.raw.remarks import require_read
from altrotation.data.rounding import round_significant
from altrotation.derive.breadth import breadth_columns
from altrotation.derive.column import LEVEL_DIGITS, Column
from altrotation.derive.crypto import crypto_columns
from altrotation.derive.dominance import dominance_columns
from altrotation.derive.equities import equity_columns
from altrotation.derive.flows import flow_columns
from altrotation.derive.leverage import leverage_columns
from altrotation.derive.macro import macro_columns
from altrotation.derive.supply import supply_columns
from altrotation.derive.tiers import tier_columns
from altrotation.errors import InputError
from altrotation.validate import to_day

__all__ = ["SOURCE_TABLES", "derive_panel"]

SOURCE_TABLES = (
    "btc_dominance",
    "coin_close",
    "coin_close_2026",
    "coin_market_cap",
    "coin_metadata",
    "coin_ohlcv_2025_2026",
    "coin_slug_renames_2018",
    "coin_snapshot_series_map",
    "coin_top100_ranks_2025_2026",
    "coin_top200_snapshots",
    "coin_top300_snapshots_2026",
    "coin_universe_monthly",
    "coin_volume",
    "dominance_total_cap_2025_2026",
    "etf_flows",
    "funding_settlements",
    "macro",
    "market_daily",
    "stablecoin_supply",
    "token_unlock_schedules",
    "total_market_cap_split_2013_2025",
)

_EQUITIES, _MACRO = "1999-01-04", "2010-01-01"


@guarded
def derive_panel(archive: Archive, *, end: DateLike | None = None) -> Panel:
    """Return the derived panel of a raw archive: what the reference data set holds.

    Rows are every UTC day from 1999-01-04, when equities begin so that a record since 2013 is
    measured against the record before it; macroeconomic series begin in 2010, coins with their
    own history from 2013-04-28. Nothing is filled. A late vintage of the archive is assumed
    throughout: each card says what is revised and when a value became known.

    Parameters
    ----------
    archive : Archive
        An opened archive; with its corrections, unless it was opened without.
    end : str or Timestamp, optional
        The last row; by default the last day on which a series has a value.

    Returns
    -------
    Panel
        About 70 series on the clock "24/7", each with its card. Vendors' levels and figures are
        kept to five significant digits, what is computed here to eight; `repairs` lists the index
        closes that were corrected, in units of the rebased columns.

    Raises
    ------
    DataError
        If the archive lacks a table.
    DataError
        If a table breaks its schema, or a coin table holds a vendor that is not read.
    InputError
        If `end` is unreadable.
    InputError
        If `end` lies before 1999-01-04.
    """
    asked = None if end is None else to_day(end, "end")
    if asked is not None and asked < to_day(_EQUITIES):
        raise InputError(f"`end` must not lie before {_EQUITIES}, got {asked:%Y-%m-%d}.")
    columns = [*_market_columns(archive), *_coin_columns(archive)]
    rows = days(_EQUITIES, asked or max(column.values.index[-1] for column in columns))
    rounded = [
        round_significant(column.values.reindex(rows).to_frame(), digits=column.digits)
        for column in columns
    ]
    cards = [column.card for column in columns]
    return Panel(pd.concat(rounded, axis=1), cards, repairs=_repairs(archive, columns))


def _market_columns(archive: Archive) -> list[Column]:
    return [
        *equity_columns(archive, start=to_day(_EQUITIES)),
        *macro_columns(archive, start=to_day(_MACRO)),
        *dominance_columns(archive),
        *leverage_columns(archive),
        *flow_columns(archive),
        *supply_columns(archive),
    ]


def _coin_columns(archive: Archive) -> list[Column]:
    require_read(archive.unread)
    coins = load_coins(archive)
    universe = load_universe(archive, coins)
    return [
        *crypto_columns(coins),
        *tier_columns(coins, universe),
        *breadth_columns(coins, universe),
    ]


def _repairs(archive: Archive, columns: Iterable[Column]) -> pd.DataFrame:
    """Return the ledger of corrected closes of the rebased columns, in their units."""
    base = {c.card.name: c.card.base_level for c in columns if c.card.base_level is not None}
    ledger = archive.ledger("market_daily").frame
    made = ledger[(ledger["field"] == "close") & ledger["series"].isin(list(base))]
    scale = 100.0 / made["series"].map(base).astype("float64")
    levels = pd.DataFrame({"old": made["old"] * scale, "new": made["new"] * scale})
    return pd.concat(
        [
            made[["series", "date"]],
            round_significant(levels, digits=LEVEL_DIGITS),
            made[["reason", "evidence"]],
        ],
        axis=1,
    ).reset_index(drop=True)
