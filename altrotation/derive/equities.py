"""Equity columns: indexes, funds and sectors rebased to 100, and the breadth of the S&P 500."""

from dataclasses import replace

import pandas as pd

from altrotation.data.archive import Archive
from altrotation.derive.column import DERIVED, Column, on_sessions, rebased

__all__ = ["SECTORS", "equity_columns"]

SECTORS = ("XLB", "XLC", "XLE", "XLF", "XLI", "XLK", "XLP", "XLRE", "XLU", "XLV", "XLY")
# column -> series of the archive; funds without a plain close are dividend-adjusted
_SERIES = {name: name for name in ("RUT", "SPX", "QQQ", "IWM", "VIX", "DXY")} | {
    name: f"{name}_TR" for name in ("RSP", *SECTORS)
}
_BREADTH = {"SPX.above50": "SPX_ABOVE_50D", "SPX.above200": "SPX_ABOVE_200D"}
_SESSIONS_ONLY = "Values stamped on New York holidays are left out. "


def equity_columns(archive: Archive, *, start: pd.Timestamp) -> list[Column]:
    """Return the closes of New York sessions from `start`, each rebased to 100 on its first day.

    Record highs since 2013 need the earlier record: that of the S&P 500 in 2013 was made in 2007
    and that of the Nasdaq 100 fund in 2000, so these columns begin years before the others.
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
    for name, series in _BREADTH.items():
        raw = archive.card(series)
        card = replace(raw, name=name, source=f"{raw.source}: {series}", licence=DERIVED)
        columns.append(Column(card, archive.macro(series)[start:]))
    return columns
