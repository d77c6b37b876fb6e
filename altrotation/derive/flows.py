"""Flow columns: net flows into the United States spot funds."""

from dataclasses import replace

from altrotation.data.raw.archive import Archive
from altrotation.derive.column import FIGURE, LEVEL_DIGITS, Column

__all__ = ["flow_columns"]


def flow_columns(archive: Archive) -> list[Column]:
    """Return the net flow into spot funds of BTC, ETH and SOL, on the sessions they are dated.

    Parameters
    ----------
    archive : Archive

    Returns
    -------
    list of Column
        In millions of USD a session.
    """
    columns = []
    for asset in ("btc", "eth", "sol"):
        card = archive.card(f"etf.{asset}")
        flow = archive.flow(asset)
        columns.append(Column(replace(card, licence=FIGURE), flow, digits=LEVEL_DIGITS))
    return columns
