"""Reading a raw table, and refusing one that breaks its schema."""

from pathlib import Path

import numpy as np
import pandas as pd

from altrotation.data.csv import latest_day, parse_days, parse_numbers, read_text
from altrotation.data.raw.schema import Column, Table
from altrotation.errors import DataError
from altrotation.validate import require_path

__all__ = ["read_table"]


def read_table(path: str | Path, table: Table) -> pd.DataFrame:
    """Return a raw table as its schema declares it.

    Parameters
    ----------
    path : str or Path
        A parquet file if its name ends so, else CSV text.
    table : Table
        The columns, their types, units and ranges, and the order of the rows.

    Returns
    -------
    DataFrame
        Text as categories or str, days and instants as naive UTC ``datetime64[us]``, numbers as
        float64 with NaN where missing; rows in the order of the file.

    Raises
    ------
    InputError
        If `path` is no path.
    DataError
        If the file is unreadable: the message, as in all that follow, names the file, the place in
        it and the remedy.
    DataError
        If a column is absent, unknown to the table or of another type.
    DataError
        If a value is missing, infinite or out of range.
    DataError
        If a date of a table that holds no schedule lies in the future.
    DataError
        If rows are unsorted or doubled.
    """
    require_path(path, "path")
    path = Path(path)
    raw = _read_parquet(path) if path.suffix == ".parquet" else read_text(path)
    declared = dict(table.columns)
    absent = [name for name in declared if name not in raw.columns]
    if absent:
        raise DataError(
            f"{path.name} has no column {absent[0]!r}, it holds "
            f"{', '.join(map(str, raw.columns))}; restore the file or rename the column."
        )
    for name in raw.columns.difference(list(declared), sort=False):
        if table.others is None:
            raise DataError(
                f"{path.name} has a column {name!r} that table {table.name} does not know; drop it."
            )
        declared[name] = table.others
    if not len(raw):
        raise DataError(f"{path.name} has no rows; restore the file.")
    frame = pd.DataFrame(
        {name: _conform(raw[name], column, path.name) for name, column in declared.items()},
        copy=False,
    ).reset_index(drop=True)
    for name, column in declared.items():
        _require_range(frame, name, column, table, path.name)
    _require_order(frame, table, path.name)
    return frame


def _read_parquet(path: Path) -> pd.DataFrame:
    import pyarrow  # slow to import, and only files need it
    import pyarrow.parquet

    try:
        content = pyarrow.parquet.read_table(path).replace_schema_metadata(None)
        frame: pd.DataFrame = content.to_pandas()
    except FileNotFoundError as error:
        raise DataError(f"There is no file {path}; correct the path.") from error
    except (pyarrow.ArrowException, OSError, ValueError, TypeError, OverflowError) as error:
        reason = " ".join(str(error).split())[:200].rstrip(". ")
        raise DataError(
            f"{path.name} is no complete parquet file ({reason}); copy it again."
        ) from error
    return frame


def _conform(values: pd.Series, column: Column, where: str) -> pd.Series:
    """Return `values` in the dtype of `column`."""
    empty = values.isna()
    if empty.any() and not column.missing:
        row = int(np.argmax(empty.to_numpy()))
        raise DataError(f"{where} row {row}: {values.name} is empty; fill in the value.")
    as_text = values.dtype == "str"
    if column.kind == "text":
        if not (as_text or isinstance(values.dtype, pd.CategoricalDtype)):
            raise DataError(
                f"{where}: {values.name} must hold text, got dtype {values.dtype}; "
                "write the column as text."
            )
        return values
    if column.kind == "day":
        return _as_days(values, column, where, as_text=as_text)
    if column.kind == "instant":
        return _as_instants(values, where)
    if as_text:
        values = parse_numbers(values, where)
    if column.kind == "flag" and values.dtype == "bool":
        return values
    if not pd.api.types.is_numeric_dtype(values.dtype):
        raise DataError(
            f"{where}: {values.name} must hold numbers, got dtype {values.dtype}; "
            "write the column as floating-point numbers."
        )
    if column.kind == "whole":
        return values.astype("int64")
    numbers = values.astype("float64")
    infinite = np.isinf(numbers.to_numpy())
    if infinite.any():
        row = int(np.argmax(infinite))
        raise DataError(f"{where} row {row}: {values.name} is infinite; leave the cell empty.")
    return numbers


def _as_days(values: pd.Series, column: Column, where: str, *, as_text: bool) -> pd.Series:
    if as_text:
        days = parse_days(values, where, ahead=column.ahead)
        return pd.Series(days, index=values.index, name=values.name)
    if not pd.api.types.is_datetime64_dtype(values.dtype):
        raise DataError(
            f"{where}: {values.name} must hold naive UTC days, got dtype {values.dtype}; "
            "write the column as timestamps without a time zone."
        )
    days = pd.DatetimeIndex(values).as_unit("us")
    odd = (days.asi8 % 86_400_000_000) != 0
    if odd.any():
        row = int(np.argmax(odd))
        raise DataError(
            f"{where} row {row}: {values.name} must be a whole UTC day, got {days[row]}; "
            "label rows by midnight."
        )
    late = days > latest_day()
    if late.any() and not column.ahead:
        row = int(np.argmax(late))
        raise DataError(
            f"{where} row {row}: {values.name} {days[row]:%Y-%m-%d} lies in the future, the latest "
            f"day possible is {latest_day():%Y-%m-%d}; correct the date (or this machine's clock)."
        )
    return pd.Series(days, index=values.index, name=values.name)


def _as_instants(values: pd.Series, where: str) -> pd.Series:
    if not pd.api.types.is_datetime64_any_dtype(values.dtype):
        raise DataError(
            f"{where}: {values.name} must hold UTC times, got dtype {values.dtype}; "
            "write the column as timestamps."
        )
    times = pd.DatetimeIndex(values)
    naive = times.tz_convert("UTC").tz_localize(None) if times.tz is not None else times
    late = naive > latest_day()
    if late.any():
        row = int(np.argmax(late))
        raise DataError(
            f"{where} row {row}: {values.name} {naive[row]} lies in the future, the latest day "
            f"possible is {latest_day():%Y-%m-%d}; correct the time (or this machine's clock)."
        )
    return pd.Series(naive.as_unit("us"), index=values.index, name=values.name)


def _require_range(
    frame: pd.DataFrame, name: str, column: Column, table: Table, where: str
) -> None:
    if column.kind not in ("number", "whole") or not column.range:
        return
    values = frame[name].to_numpy()
    bad = (values <= column.low) if column.open_low else (values < column.low)
    bad = bad | (values > column.high)
    if bad.any():
        row = int(np.argmax(bad))
        raise DataError(
            f"{where} row {row}{_at(frame, row, table)}: {name} must be {column.range}, "
            f"got {values[row]:g}; correct the value or restore the file."
        )


def _require_order(frame: pd.DataFrame, table: Table, where: str) -> None:
    """Refuse rows that are unsorted or share their keys, in one pass over the blocks."""
    order = (table.order or table.keys) if table.sorted else ()
    if order:
        *blocks, last = order
        codes = [_codes(frame[name]) for name in blocks]
        changes = np.zeros(max(len(frame) - 1, 0), dtype=bool)
        for code in codes:
            changes |= np.diff(code) != 0
        step = np.diff(_codes(frame[last]))
        wrong = ~changes & (step <= 0 if order == table.keys else step < 0)
        if blocks and table.columns[blocks[0]].kind in ("day", "instant"):
            wrong |= np.diff(codes[0]) < 0
        if wrong.any():
            row = int(np.argmax(wrong)) + 1
            same = not changes[row - 1] and step[row - 1] == 0
            raise DataError(
                f"{where} row {row}{_at(frame, row, table)}: "
                + ("stands twice; keep one row." if same else "is out of order; sort the rows by ")
                + ("" if same else f"{', '.join(order)}.")
            )
        starts = np.flatnonzero(np.concatenate([[True], changes]))
        heads = frame[blocks].iloc[starts].duplicated().to_numpy() if blocks else np.zeros(1, bool)
        if heads.any():
            row = int(starts[np.argmax(heads)])
            raise DataError(
                f"{where} row {row}{_at(frame, row, table)}: its series began further up; "
                f"sort the rows by {', '.join(order)}."
            )
    if table.keys and order != table.keys:
        twice = frame.duplicated(list(table.keys)).to_numpy()
        if twice.any():
            row = int(np.argmax(twice))
            raise DataError(
                f"{where} row {row}{_at(frame, row, table)}: stands twice; keep one row."
            )


def _codes(values: pd.Series) -> np.ndarray:
    """Return integers that order as `values` do (for categories: that tell them apart)."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        return values.cat.codes.to_numpy().astype("int64")
    if values.dtype.kind in "iuM":
        return values.to_numpy().astype("int64")
    return np.asarray(pd.factorize(values, sort=True)[0], dtype="int64")


def _at(frame: pd.DataFrame, row: int, table: Table) -> str:
    """Return the keys of a row in words."""
    cells = [frame[key].iloc[row] for key in table.keys]
    words = [f"{cell:%Y-%m-%d}" if isinstance(cell, pd.Timestamp) else str(cell) for cell in cells]
    return f" ({' '.join(words)})" if words else ""
