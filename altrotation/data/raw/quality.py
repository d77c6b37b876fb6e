"""The quality report of an archive: what each table holds, lacks and needed repaired."""

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.data.raw.archive import Archive
from altrotation.data.raw.ledger import QualityLedger
from altrotation.data.raw.schema import Table
from altrotation.data.raw.tables import TABLES

__all__ = ["QualityLedger", "quality_report"]


@guarded
def quality_report(archive: Archive) -> pd.DataFrame:
    """Return one row a table of the archive, in the order of the schema.

    Reads every table, and so checks all of them against their schema.

    Returns
    -------
    DataFrame
        `rows`; `first` and `last` day; `series` (distinct keys without the date); `missing` (empty
        numbers, after repairs); `repeated` (rows that equal an earlier row in full; rows that
        share their keys are refused on reading); `zero` (in columns of amounts, after repairs);
        `conflicts` (days on which two vendors' index closes disagree); `repaired` (values the
        ledger changed); `remarks` (known defects that are left).
    """
    rows = []
    remarks = archive.remarks["table"].value_counts()
    for name in archive.tables:
        frame, table = archive.table(name), TABLES[name]
        first, last = _span(frame, table)
        rows.append(
            {
                "table": name,
                "rows": len(frame),
                "first": first,
                "last": last,
                "series": _count_series(frame, table),
                "missing": sum(int(frame[column].isna().sum()) for column in _numbers(frame)),
                "repeated": 0 if table.keys else int(frame.duplicated().sum()),
                "zero": _zeros(frame, table),
                "conflicts": _conflicts(archive) if name == "market_daily" else 0,
                "repaired": len(archive.ledger(name)),
                "remarks": int(remarks.get(name, 0)),
            }
        )
    return pd.DataFrame(rows).set_index("table")


def _span(frame: pd.DataFrame, table: Table) -> tuple[pd.Timestamp | None, pd.Timestamp | None]:
    if table.date is None:
        return None, None
    dates = frame[table.date]
    return dates.min().normalize(), dates.max().normalize()


def _count_series(frame: pd.DataFrame, table: Table) -> int:
    names = [name for name in table.names if table.columns[name].kind == "text"]
    code = np.zeros(len(frame), dtype="int64")
    for name in names:
        part, values = pd.factorize(frame[name])
        code = code * len(values) + part
    return len(np.unique(code))


def _numbers(frame: pd.DataFrame) -> list[str]:
    return [str(name) for name in frame.select_dtypes("number").columns]


def _zeros(frame: pd.DataFrame, table: Table) -> int:
    amounts = [
        name
        for name, column in table.columns.items()
        if column.kind == "number" and column.low == 0 and np.isinf(column.high)
    ]
    return sum(int((frame[name] == 0).sum()) for name in amounts)


def _conflicts(archive: Archive) -> int:
    known = "index_close_conflicts"
    return len(archive.table(known)) if known in archive.tables else 0
