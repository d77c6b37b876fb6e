"""The repairs of the raw archive: facts, checked when applied, and rules that find their rows."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.data.raw.ledger import QualityLedger, blank_rows

__all__ = ["repairable_tables", "repairs_of"]

# Index closes of the main vendor that a second vendor and the return of the fund that holds the
# index contradict: series, day, first vendor, second vendor, how the fund decides. The first
# figure is the archive's own to the last binary digit.
_CLOSES = (
    ("RUT", "2019-06-06", 1499.2900390625, 1503.54, "both days"),
    ("RUT", "2019-06-26", 1521.8900146484375, 1517.78, "both days"),
    ("RUT", "2019-07-01", 1566.5699462890625, 1569.66, "both days"),
    ("RUT", "2019-08-12", 1495.9000244140625, 1494.46, "both days"),
    ("RUT", "2019-09-10", 1541.6099853515625, 1542.99, "both days"),
    ("RUT", "2019-10-21", 1552.4100341796875, 1550.14, "both days"),
    ("RUT", "2019-10-24", 1548.489990234375, 1550.18, "both days"),
    ("RUT", "2020-11-06", 1648.260009765625, 1644.16, "the next day only: probable"),
    ("RUT", "2021-08-16", 2209.47998046875, 2203.41, "both days"),
    ("RUT", "2024-02-16", 2045.1400146484375, 2032.75, "both days"),
    ("SPX", "2021-08-11", 4442.41015625, 4447.70, "both days"),
)
# Days on which the second vendor's close lies under the first vendor's low.
_LOWS = (
    ("RUT", "2019-06-26", 1520.0400390625),
    ("RUT", "2019-08-12", 1495.6300048828125),
    ("RUT", "2020-11-06", 1648.260009765625),
)
_CONFLICTS = "index_close_conflicts.csv"


def repairable_tables() -> tuple[str, ...]:
    """Return the names of the tables that have repairs."""
    return tuple(_RULES)


@guarded
def repairs_of(table: str, frame: pd.DataFrame) -> QualityLedger:
    """Return the ledger of repairs of a raw table, empty if it has none.

    Parameters
    ----------
    table : str
        Its name.
    frame : DataFrame
        The table as read. Facts are listed here and checked when applied; rules (a price of zero,
        a flagged spike) find their rows in it.
    """
    if table not in _RULES:
        return QualityLedger()
    parts = [part for part in _RULES[table](frame) if len(part)]
    return QualityLedger(pd.concat(parts, ignore_index=True) if parts else None)


def _market_daily(_frame: pd.DataFrame) -> list[pd.DataFrame]:
    closes = [
        {
            "table": "market_daily",
            "series": series,
            "date": date,
            "field": "close",
            "old": old,
            "new": new,
            "reason": "the main vendor's close is wrong; the second vendor's is used",
            "evidence": f"{_CONFLICTS}: the fund's return agrees with the second vendor on {when}",
        }
        for series, date, old, new, when in _CLOSES
    ]
    lows = [
        {
            "table": "market_daily",
            "series": series,
            "date": date,
            "field": "low",
            "old": old,
            "new": np.nan,
            "reason": "the vendor's low lies above the corrected close, so the true low is unknown",
            "evidence": f"{_CONFLICTS}: the second vendor's close is lower",
        }
        for series, date, old in _LOWS
    ]
    return [pd.DataFrame([*closes, *lows])]


def _coin_close(frame: pd.DataFrame) -> list[pd.DataFrame]:
    zero = blank_rows(
        frame,
        "coin_close",
        "value",
        (frame["value"] <= 0).to_numpy(),
        reason="a price of zero: the vendor rounded a micro-price down",
        evidence="the value itself",
    )
    return [zero, *_coingecko(frame, "coin_close")]


def _coingecko(frame: pd.DataFrame, table: str) -> list[pd.DataFrame]:
    vendor = (frame["source"] == "coingecko_2025").to_numpy()
    date = frame["date"]
    shifted = blank_rows(
        frame,
        table,
        "value",
        vendor & (date == "2018-02-21").to_numpy(),
        reason="the value stamped 2018-02-21 is that of the next day",
        evidence="median 7 percent under the other vendor's closes that day; equal the day after",
    )
    early = (date >= "2017-09-16").to_numpy() & (date <= "2017-10-29").to_numpy()
    coin = blank_rows(
        frame,
        table,
        "value",
        vendor & (frame["coin_id"] == "binancecoin").to_numpy() & early,
        reason="BNB to 2017-10-29 comes from a market with next to no trade",
        evidence="a fifth to a thirtieth of the other vendor's closes, at volumes of a few dollars",
    )
    return [shifted, coin]


def _snapshots(frame: pd.DataFrame) -> list[pd.DataFrame]:
    zero = blank_rows(
        frame,
        "coin_top200_snapshots",
        "price",
        (frame["price"] <= 0).to_numpy(),
        reason="a price of zero: the vendor rounded a micro-price down",
        evidence="market cap and supply are positive",
    )
    return [zero]


def _dominance(frame: pd.DataFrame) -> list[pd.DataFrame]:
    spike = (frame["spike_flag"] == 1).to_numpy()
    beyond = (frame["btc_d"] > 100).to_numpy() & ~spike
    return [
        blank_rows(
            frame,
            "btc_dominance",
            "btc_d",
            spike,
            reason="a spike",
            evidence="flagged by spike_flag in the table",
        ),
        blank_rows(
            frame,
            "btc_dominance",
            "btc_d",
            beyond,
            reason="a share above 100 percent",
            evidence="the value itself",
        ),
    ]


_RULES: Mapping[str, Callable[[pd.DataFrame], list[pd.DataFrame]]] = MappingProxyType(
    {
        "market_daily": _market_daily,
        "coin_close": _coin_close,
        "coin_market_cap": lambda frame: _coingecko(frame, "coin_market_cap"),
        "coin_volume": lambda frame: _coingecko(frame, "coin_volume")[1:],
        "coin_top200_snapshots": _snapshots,
        "btc_dominance": _dominance,
    }
)
