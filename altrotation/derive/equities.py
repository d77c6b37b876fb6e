"""Equity columns: indexes, funds and sectors rebased to 100, lows, and the sectors' breadth."""

from dataclasses import replace

import pandas as pd

from altrotation.data.cards import SeriesCard
from altrotation.data.raw.archive import Archive
from altrotation.derive.column import DERIVED, LEVEL_DIGITS, Column, on_sessions, rebased
from altrotation.errors import DataError
from altrotation.indicators.breadth import share_above_mean

__all__ = ["SECTORS", "equity_columns"]

SECTORS = ("XLB", "XLC", "XLE", "XLF", "XLI", "XLK", "XLP", "XLRE", "XLU", "XLV", "XLY")
# column -> series of the archive; funds without a plain close are dividend-adjusted
_SERIES = {name: name for name in ("RUT", "SPX", "QQQ", "IWM", "VIX", "DXY")} | {
    name: f"{name}_TR" for name in ("RSP", *SECTORS)
}
_LOWS = ("RUT", "SPX")
_MEANS = (50, 200)  # sessions, the two usual lengths
_LEAST_SECTORS = 8  # two of the eleven began in 2015 and 2018
_SESSIONS_ONLY = "Values stamped on New York holidays are left out. "


def equity_columns(archive: Archive, *, start: pd.Timestamp) -> list[Column]:
    """Return the closes of New York sessions from `start`, each rebased to 100 on its first day.

    Record highs since 2013 need the earlier record: that of the S&P 500 in 2013 was made in 2007
    and that of the Nasdaq 100 fund in 2000, so these columns begin years before the others.

    Parameters
    ----------
    archive : Archive
    start : Timestamp
        First day.

    Returns
    -------
    list of Column
        Indexes in points, participation in percent of the sectors.
    """
    columns = []
    for name, series in _SERIES.items():
        raw = archive.card(series)
        values = on_sessions(archive.market(series)[start:])
        columns.append(
            rebased(
                values,
                name=name,
                calendar="XNYS",
                source=f"{raw.source}: {series}",
                note=_SESSIONS_ONLY * (name in ("VIX", "DXY")) + raw.note,
                sha256=raw.sha256,
                unit=raw.unit,
            )
        )
    closes = {column.card.name: column for column in columns}
    columns += [_low(archive, closes[name]) for name in _LOWS]
    sectors = pd.DataFrame({name: closes[name].values for name in SECTORS})
    columns += [_participation(sectors, window) for window in _MEANS]
    return columns


def _low(archive: Archive, close: Column) -> Column:
    """Return the lows of an index on the scale of its rebased closes."""
    base, name = close.card.base_level, close.card.name
    if base is None:
        raise DataError(f"{name} has no base level to put its lows on; rebase it first.")
    lows = on_sessions(archive.market(name, field="low")[close.values.index[0] :])
    note = "Lowest level of the session, on the scale of the rebased closes."
    card = replace(close.card, name=f"{name}.low", note=note)
    return Column(card, 100.0 * lows / base, digits=LEVEL_DIGITS)


def _participation(sectors: pd.DataFrame, window: int) -> Column:
    card = SeriesCard(
        name=f"sectors.above{window}",
        kind="share",
        unit="percent of sectors",
        calendar="XNYS",
        source="market_daily: XLB_TR to XLY_TR",
        licence=DERIVED,
        note=f"Sector funds above their {window}-session mean; at least {_LEAST_SECTORS} known.",
    )
    share = share_above_mean(sectors, window=window, least=_LEAST_SECTORS)
    return Column(card, share)
