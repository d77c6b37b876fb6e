"""The quality ledger: every value that was changed, from what to what, why, and how to undo it."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.data.raw.schema import Table
from altrotation.data.raw.tables import TABLES
from altrotation.errors import DataError, InputError
from altrotation.validate import require_choice

__all__ = ["QualityLedger", "blank_rows"]

COLUMNS = ("table", "series", "date", "field", "old", "new", "reason", "evidence")
_KEYS = ["table", "series", "date", "field"]


@dataclass(frozen=True, slots=True, eq=False)
class QualityLedger:
    """Repairs of single values, each with its reason and evidence; applied and reverted exactly.

    Parameters
    ----------
    rows : DataFrame, optional
        One row a repair: `table`, `series` (the keys of the table without the date, joined by
        "/"), `date`, `field`, `old` and `new` (NaN: unknown), `reason`, `evidence`.

    Raises
    ------
    InputError
        If a column is missing.
    InputError
        If a table is unknown.
    InputError
        If a value is repaired twice.
    InputError
        If a repair changes nothing.
    """

    _rows: pd.DataFrame

    def __init__(self, rows: pd.DataFrame | None = None) -> None:
        if not isinstance(rows, pd.DataFrame | None):
            raise InputError(f"`rows` must be a DataFrame, got {type(rows).__name__}.")
        held = pd.DataFrame(columns=list(COLUMNS)) if rows is None else rows
        absent = [name for name in COLUMNS if name not in held.columns]
        if absent:
            raise InputError(f"A ledger needs the column {absent[0]!r}; add it.")
        held = held[list(COLUMNS)].astype({"old": "float64", "new": "float64"})
        held = held.assign(date=pd.to_datetime(held["date"]).astype("datetime64[us]"))
        for name in held["table"].unique():
            require_choice(name, TABLES, "table of a repair")
        held = held.sort_values(_KEYS, kind="stable", ignore_index=True)
        _require_changes(held)
        object.__setattr__(self, "_rows", held)

    @property
    def frame(self) -> pd.DataFrame:
        """The repairs, one row each, sorted by table, series, date and field."""
        return self._rows.copy()

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables that are repaired."""
        return tuple(self._rows["table"].unique())

    @guarded
    def of(self, table: str, series: str | None = None) -> Self:
        """Return the repairs of one table, or of one series of it."""
        chosen = self._rows["table"] == table
        if series is not None:
            chosen &= self._rows["series"] == series
        return type(self)(self._rows[chosen])

    @guarded
    def join(self, other: "QualityLedger") -> Self:
        """Return a ledger with the repairs of both."""
        parts = [rows for rows in (self._rows, other._rows) if len(rows)]
        return type(self)(pd.concat(parts, ignore_index=True) if parts else None)

    @guarded
    def apply(self, frame: pd.DataFrame, table: str) -> pd.DataFrame:
        """Return `frame`, a raw table, with the repairs of that table made.

        Raises
        ------
        DataError
            If the table lacks a repaired value, or holds another one than the ledger's `old`.
        """
        return self._exchange(frame, table, before="old", after="new")

    @guarded
    def revert(self, frame: pd.DataFrame, table: str) -> pd.DataFrame:
        """Return `frame` with the repairs undone: the exact inverse of `apply`."""
        return self._exchange(frame, table, before="new", after="old")

    def summary(self) -> pd.DataFrame:
        """Return the number of repairs by table, field and reason, with first and last date."""
        groups = self._rows.groupby(["table", "field", "reason"], observed=True)["date"]
        return groups.agg(["size", "min", "max"]).rename(
            columns={"size": "values", "min": "first", "max": "last"}
        )

    def _exchange(
        self, frame: pd.DataFrame, table: str, *, before: str, after: str
    ) -> pd.DataFrame:
        require_choice(table, TABLES, "table")
        rows = self._rows[self._rows["table"] == table]
        repaired = frame.copy(deep=False)
        for field, repairs in rows.groupby("field", sort=False):
            name = str(field)
            if name not in frame.columns:
                raise DataError(f"The table {table} has no column {name!r} to repair; restore it.")
            places = _places(frame, repairs, TABLES[table])
            values = frame[name].to_numpy(dtype="float64", copy=True)
            expected = repairs[before].to_numpy()
            other = ~_same(values[places], expected)
            if other.any():
                first = int(np.argmax(other))
                repair = repairs.iloc[first]
                raise DataError(
                    f"{table} {repair['series']} {repair['date']:%Y-%m-%d}: {name} is "
                    f"{values[places[first]]:g} and the ledger of repairs expects "
                    f"{expected[first]:g}; the archive changed: revise the ledger, or open it "
                    "with corrections=False."
                )
            values[places] = repairs[after].to_numpy()
            repaired[name] = values
        return repaired

    def __len__(self) -> int:
        return len(self._rows)

    def __repr__(self) -> str:
        return f"QualityLedger({len(self)} repairs in {', '.join(self.tables) or 'no table'})"


def blank_rows(
    frame: pd.DataFrame, table: str, field: str, chosen: np.ndarray, *, reason: str, evidence: str
) -> pd.DataFrame:
    """Return the ledger rows that turn the chosen values of a column into NaN.

    Parameters
    ----------
    frame : DataFrame of shape (n_rows, n_columns)
        The raw table.
    table, field : str
        Its name, and the column.
    chosen : array of bool of shape (n_rows,)
        The rows to repair; rows that are NaN already are left out.
    reason, evidence : str
        What is wrong, and how it is known.

    Returns
    -------
    DataFrame
        One row a repair: `table`, `series`, `date`, `field`, `old`, `new` (NaN), `reason`,
        `evidence`.
    """
    schema = TABLES[table]
    bad = frame.loc[chosen & frame[field].notna().to_numpy()]
    return pd.DataFrame(
        {
            "table": table,
            "series": _series_labels(bad, schema),
            "date": bad[schema.date].to_numpy(),
            "field": field,
            "old": bad[field].to_numpy(dtype="float64"),
            "new": np.nan,
            "reason": reason,
            "evidence": evidence,
        }
    )


def _series_labels(frame: pd.DataFrame, table: Table) -> list[str]:
    if not table.names:
        return [table.name] * len(frame)
    cells = [frame[name].astype("str").to_list() for name in table.names]
    return ["/".join(row) for row in zip(*cells, strict=True)]


def _places(frame: pd.DataFrame, repairs: pd.DataFrame, table: Table) -> np.ndarray:
    """Return the row numbers of `frame` that the repairs name."""
    near = frame[table.date].isin(repairs["date"]).to_numpy()
    parts = repairs["series"].str.split("/", n=max(len(table.names) - 1, 1), expand=True)
    for number, name in enumerate(table.names):
        cells = frame[name] if table.columns[name].kind == "text" else frame[name].astype("str")
        near = near & cells.isin(parts[number].unique()).to_numpy()
    rows = np.flatnonzero(near)
    held = frame.iloc[rows]
    labels = pd.MultiIndex.from_arrays([_series_labels(held, table), held[table.date]])
    wanted = pd.MultiIndex.from_arrays([repairs["series"], repairs["date"]])
    found = labels.get_indexer(wanted)
    if (found < 0).any():
        repair = repairs.iloc[int(np.argmax(found < 0))]
        raise DataError(
            f"{table.file} has no row {repair['series']} on {repair['date']:%Y-%m-%d}, which the "
            "ledger of repairs names; the archive changed: revise the ledger, or open it with "
            "corrections=False."
        )
    return rows[found]


def _same(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    same: np.ndarray = (a == b) | (np.isnan(a) & np.isnan(b))
    return same


def _require_changes(rows: pd.DataFrame) -> None:
    twice = rows.duplicated(_KEYS).to_numpy()
    idle = _same(rows["old"].to_numpy(), rows["new"].to_numpy())
    for bad, what in ((twice, "is repaired twice; keep one repair"), (idle, "changes nothing")):
        if bad.any():
            repair = rows.iloc[int(np.argmax(bad))]
            raise InputError(
                f"The repair of {repair['table']} {repair['series']} {repair['field']} on "
                f"{repair['date']:%Y-%m-%d} {what}."
            )
