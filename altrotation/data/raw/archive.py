"""The raw archive: a verified folder of tables, read when asked for, corrected by a ledger."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from dataclasses import replace as changed
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.aliases import DateLike
from altrotation.data.calendar import days
from altrotation.data.cards import SeriesCard
from altrotation.data.panel import Panel
from altrotation.data.raw import catalogue
from altrotation.data.raw.checksums import SUMS_FILE, listed_sums, verify_sums
from altrotation.data.raw.ledger import QualityLedger
from altrotation.data.raw.reading import read_table
from altrotation.data.raw.remarks import known_remarks, unread_remarks
from altrotation.data.raw.repairs import repairable_tables, repairs_of
from altrotation.data.raw.tables import TABLES
from altrotation.data.store import CARD_FILE, PANEL_FILE
from altrotation.errors import DataError, InputError
from altrotation.validate import require_choice, require_path, require_text, to_day

__all__ = ["ARCHIVE_VARIABLE", "Archive", "open_archive"]

ARCHIVE_VARIABLE = "ALTROTATION_ARCHIVE"
_FIELDS = ("open", "high", "low", "close", "volume", "dividend")
_RANGED = {"RUT": ("open", "high", "low", "volume"), "SPX": ("open", "high", "low", "volume")}


@dataclass(frozen=True, slots=True, eq=False)
class Archive:
    """A folder of raw tables; made by `open_archive`.

    Tables are read, checked against their schema, and kept, when first asked for. Nothing is
    filled: a day a source lacks is absent.

    Parameters
    ----------
    path : Path
        The folder.
    corrections : bool
        Whether the ledger of repairs is applied to what is read.
    sha256 : mapping of str to str
        File name -> hash, as verified; empty if the archive was opened without verification.
    """

    path: Path
    corrections: bool
    sha256: Mapping[str, str]
    _tables: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False)
    _ledgers: dict[str, QualityLedger] = field(default_factory=dict, repr=False)

    @property
    def tables(self) -> tuple[str, ...]:
        """The names of the tables in the folder."""
        return tuple(name for name, table in TABLES.items() if (self.path / table.file).is_file())

    @guarded
    def table(self, name: str) -> pd.DataFrame:
        """Return a table as its schema declares it; a fresh frame the caller may change.

        With `corrections` its repairs are made (see `ledger`); without, values are the sources'.

        Raises
        ------
        InputError
            If no table of that name is known.
        DataError
            If the folder lacks the file, the file breaks its schema, or a value to be repaired is
            not the one the ledger expects.
        """
        return self._checked(name).copy(deep=False)

    @guarded
    def ledger(self, table: str) -> QualityLedger:
        """Return the repairs made to a table; empty when opened with ``corrections=False``."""
        self._checked(table)
        return self._ledgers[table]

    @property
    def repairs(self) -> pd.DataFrame:
        """Every repair made to the tables of the folder, one row each (reads those tables)."""
        ledger = QualityLedger()
        for name in repairable_tables():
            if name in self.tables:
                ledger = ledger.join(self.ledger(name))
        return ledger.frame

    @property
    def remarks(self) -> pd.DataFrame:
        """What a reader must know: table, series, first, last, remark (see also `unread`)."""
        found = [rows for rows in (known_remarks(), self.unread) if len(rows)]
        return pd.concat(found, ignore_index=True)

    @property
    def unread(self) -> pd.DataFrame:
        """The vendors and series that are not known, so that nothing reads them; as `remarks`."""
        return unread_remarks(self._checked, self.tables)

    @guarded
    def market(self, series: str, field: str = "close") -> pd.Series:
        """Return one field of an index or fund on the sessions the archive holds.

        Parameters
        ----------
        series : str
            "RUT", "SPX", "VIX", "IWM", "RSP_TR", ...; an unknown name lists them all.
        field : {"open", "high", "low", "close", "volume", "dividend"}, default "close"

        Returns
        -------
        Series of shape (n_sessions,)
            In the unit of the card; NaN where the source gives a close only.
        """
        require_choice(series, catalogue.MARKET, "series")
        require_choice(field, _FIELDS, "field")
        name = series if field == "close" else f"{series}.{field}"
        return self._one("market_daily", series, field).rename(name)

    @guarded
    def macro(self, series: str) -> pd.Series:
        """Return a macroeconomic series on the days its values are stamped (see its card)."""
        require_choice(series, catalogue.MACRO, "series")
        return self._one("macro", series, "value").rename(series)

    @guarded
    def flow(self, asset: str) -> pd.Series:
        """Return the daily net flow into the spot funds of "btc", "eth" or "sol", USD million."""
        require_choice(asset, ("btc", "eth", "sol"), "asset")
        return self._one("etf_flows", asset.upper(), "total_usd_m").rename(f"etf.{asset}")

    @guarded
    def card(self, name: str) -> SeriesCard:
        """Return the card of a market, macro or flow series, such as "RUT", "RUT.low", "DGS3MO"."""
        require_text(name, "name")
        asset, _, part = name.partition(".")
        if asset in catalogue.MARKET and (not part or part in _FIELDS):
            base = catalogue.field_card(catalogue.MARKET[asset], part or "close")
            table = "market_daily"
        else:
            require_choice(name, (*catalogue.MARKET, *catalogue.MACRO, *catalogue.FLOWS), "name")
            base = (catalogue.MACRO | catalogue.FLOWS)[name]
            table = "macro" if name in catalogue.MACRO else "etf_flows"
        digest = self.sha256.get(TABLES[table].file, "")
        return changed(base, sha256=digest, source=base.source or TABLES[table].file)

    @guarded
    def panel(self, start: DateLike = "1999-01-04", end: DateLike | None = None) -> Panel:
        """Return the raw market, macro and flow series on the 24/7 clock.

        Levels in their own units; closes, and for RUT and SPX also open, high, low and volume.
        Days without a value are NaN.
        """
        columns = {name: self.market(name) for name in catalogue.MARKET}
        for name, parts in _RANGED.items():
            columns |= {f"{name}.{part}": self.market(name, part) for part in parts}
        columns |= {name: self.macro(name) for name in catalogue.MACRO}
        columns |= {f"etf.{asset}": self.flow(asset) for asset in ("btc", "eth", "sol")}
        last = max(series.index.max() for series in columns.values())
        rows = days(to_day(start, "start"), last if end is None else to_day(end, "end"))
        frame = pd.DataFrame({name: series.reindex(rows) for name, series in columns.items()})
        made = self.ledger("market_daily").frame
        made = made[made["date"].between(rows[0], rows[-1])].reset_index(drop=True)
        return Panel(frame, [self.card(name) for name in columns], repairs=made)

    def describe(self) -> pd.DataFrame:
        """Return one row a table of the folder: file, rows, columns, keys and hash."""
        rows = []
        for name in self.tables:
            frame, table = self._checked(name), TABLES[name]
            rows.append(
                {
                    "table": name,
                    "file": table.file,
                    "rows": len(frame),
                    "columns": len(frame.columns),
                    "keys": ", ".join(table.keys),
                    "sha256": self.sha256.get(table.file, "")[:12],
                }
            )
        return pd.DataFrame(rows).set_index("table")

    def _checked(self, name: str) -> pd.DataFrame:
        require_choice(name, TABLES, "name")
        if name not in self._tables:
            table = TABLES[name]
            file = self.path / table.file
            if not file.is_file():
                raise DataError(
                    f"The archive {self.path} has no {table.file}; it is needed for table {name}: "
                    "add it, or work from load_reference()."
                )
            raw = read_table(file, table)
            ledger = repairs_of(name, raw) if self.corrections else QualityLedger()
            self._tables[name] = ledger.apply(raw, name) if len(ledger) else raw
            self._ledgers[name] = ledger
        return self._tables[name]

    def _one(self, table: str, series: str, column: str) -> pd.Series:
        frame = self._checked(table)
        names, date = TABLES[table].names[0], TABLES[table].date
        chosen = frame[(frame[names] == series).to_numpy()]
        if not len(chosen):
            raise DataError(f"{TABLES[table].file} holds no series {series!r}; restore the file.")
        index = pd.DatetimeIndex(chosen[date], name="date")
        return pd.Series(np.array(chosen[column], dtype="float64"), index=index)


@guarded
def open_archive(
    path: str | Path | None = None, *, verify: bool = True, corrections: bool = True
) -> Archive:
    """Return the raw archive in a folder.

    Parameters
    ----------
    path : str or Path, optional
        The folder; without it the environment variable ALTROTATION_ARCHIVE names it.
    verify : bool, default True
        Check that every file listed in SHA256SUMS is there with its hash (60 MB take about
        0.05 s, once a process).
    corrections : bool, default True
        Apply the ledger of repairs to what is read; see `Archive.repairs`.

    Raises
    ------
    InputError
        If neither `path` nor ALTROTATION_ARCHIVE is given.
    DataError
        If the folder or its SHA256SUMS is absent.
    DataError
        If the folder holds a panel.
    DataError
        If a listed file is absent or has another hash.
    DataError
        If the file of a table is not listed.
    """
    named = path if path is not None else os.environ.get(ARCHIVE_VARIABLE)
    if not named:
        raise InputError(
            "The raw archive is needed and no folder is named; pass `path` to open_archive or set "
            f"the environment variable {ARCHIVE_VARIABLE}."
        )
    require_path(named, "path")
    folder = Path(named).expanduser()
    if not folder.is_dir():
        raise DataError(
            f"There is no archive folder {folder}; correct `path` or {ARCHIVE_VARIABLE}."
        )
    sums: Mapping[str, str] = MappingProxyType({})
    if (folder / CARD_FILE).is_file() and (folder / PANEL_FILE).is_file():
        raise DataError(
            f"{folder} is the folder of a panel, not a raw archive; read it with "
            "`--panel FOLDER` on the command line, with read_panel(folder) in Python."
        )
    if verify:
        sums = listed_sums(folder)
        verify_sums(folder, sums)
        for table in TABLES.values():
            if table.file not in sums and (folder / table.file).exists():
                raise DataError(
                    f"{folder / table.file} is not listed in {SUMS_FILE}; list its hash with "
                    "sha256sum, or remove the file."
                )
    return Archive(folder.resolve(), corrections, sums)
