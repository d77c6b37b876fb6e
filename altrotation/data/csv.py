"""CSV files: read as text first, so that a refusal can name the line, column and text."""

import csv
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.aliases import Clock
from altrotation.data.calendar import labels
from altrotation.data.cards import SeriesCard, cards_by_name
from altrotation.data.panel import Panel
from altrotation.errors import DataError, InputError
from altrotation.validate import require_path, require_text, to_day

__all__ = ["latest_day", "parse_days", "parse_numbers", "read_csv_panel", "read_text"]


@guarded
def read_csv_panel(
    path: str | Path,
    cards: Iterable[SeriesCard],
    *,
    date_column: str = "date",
    clock: Clock = "24/7",
) -> Panel:
    """Return the panel held in a CSV file of one row a day and one column a series.

    Parameters
    ----------
    path : str or Path
        UTF-8 text with a header line; dates written 2025-09-18; an empty cell is a missing value.
    cards : iterable of SeriesCard
        One for each series to read; columns without a card are refused by name.
    date_column : str, default "date"
        The column of UTC days, ascending, none twice. Days may be left out: they become NaN.
    clock : {"24/7", "XNYS"}, default "24/7"
        The labels of the panel's rows.

    Returns
    -------
    Panel
        From the first to the last day in the file; nothing is filled.

    Raises
    ------
    InputError
        If a column has no card, or `path` is no path.
    InputError
        If a date is no label of the clock.
    DataError
        If the file is absent, empty, not UTF-8 or ragged.
    DataError
        If a column is missing.
    DataError
        If a date is unreadable, unsorted, doubled or in the future.
    DataError
        If a value is no number or infinite.
    DataError
        If a value is out of the range of its kind.
    """
    require_path(path, "path")
    file = Path(path)
    held = cards_by_name(cards)
    require_text(date_column, "date_column")
    text = read_text(file)
    for name in (date_column, *held):
        if name not in text.columns:
            raise DataError(
                f"{file.name} has no column {name!r}, it holds {', '.join(text.columns)}; "
                "add it or correct the header line."
            )
    bare = [name for name in text.columns if name not in held and name != date_column]
    if bare:
        raise InputError(
            f"The column {bare[0]!r} of {file.name} has no card; add a SeriesCard or drop it."
        )
    dates = parse_days(text[date_column], file.name)
    _require_ascending(dates, file.name, text.index)
    frame = pd.DataFrame(
        {name: parse_numbers(text[name], file.name).to_numpy() for name in held}, index=dates
    )
    for name, card in held.items():
        _require_range(frame[name], card, file.name, text.index)
    target = labels(clock, dates[0], dates[-1])
    strange = dates.difference(target)
    if len(strange):
        raise InputError(
            f"{file.name} has {strange[0]:%Y-%m-%d}, which is no label of the clock {clock}; "
            "drop the row or use clock='24/7'."
        )
    return Panel(frame.reindex(target), held.values(), clock=clock)


def read_text(path: str | Path) -> pd.DataFrame:
    """Return a CSV file with every cell as text; an empty cell is NaN, "NA" stays "NA".

    Parameters
    ----------
    path : str or Path
        UTF-8 text with a header line.

    Returns
    -------
    DataFrame of str
        One row a line, in the order of the file; blank lines are left out, and labels are the
        numbers of the lines less 2.

    Raises
    ------
    InputError
        If `path` is no path.
    DataError
        If the file is absent, unreadable, not UTF-8 or no regular table.
    DataError
        If it has no rows.
    DataError
        If the header names a column twice.
    """
    require_path(path, "path")
    path = Path(path)
    try:
        frame = pd.read_csv(
            path, dtype="str", keep_default_na=False, na_values=[""], index_col=False
        )
    except FileNotFoundError as error:
        raise DataError(f"There is no file {path}; correct the path.") from error
    except pd.errors.EmptyDataError as error:
        raise DataError(
            f"{path.name} is empty; write a header line and at least one row."
        ) from error
    except UnicodeDecodeError as error:
        strange = error.object[error.start]
        raise DataError(
            f"{path.name} is not UTF-8 text (byte {strange:#x}); save it as UTF-8."
        ) from error
    except pd.errors.ParserError as error:
        reason = " ".join(str(error).removeprefix("Error tokenizing data. C error: ").split())
        raise DataError(f"{path.name} is no regular table ({reason}); mend that line.") from error
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}); correct the path.") from error
    if not len(frame):
        raise DataError(f"{path.name} has a header line and no rows; add the data.")
    doubled = _doubled_header(path)
    if doubled:
        raise DataError(f"{path.name} names the column {doubled!r} twice; keep one.")
    return frame.set_axis(_lines(path, len(frame)))


def parse_numbers(text: pd.Series, where: str) -> pd.Series:
    """Return the cells as float64, NaN where empty.

    Python's own conversion is used, so that every value is read to its last binary digit.

    Parameters
    ----------
    text : Series of str
        One cell a row; its name is that of the column.
    where : str
        Name of the file, for messages.

    Returns
    -------
    Series of float64, on the index of `text`

    Raises
    ------
    DataError
        If a cell is no number; the message names its line.
    DataError
        If a number is infinite, or the cell says "nan".
    """
    values = np.full(len(text), np.nan)
    for row, cell in enumerate(text.to_list()):
        if not isinstance(cell, str):
            continue
        try:
            values[row] = float(cell)
        except ValueError:
            raise DataError(
                f"{_line(where, text.index, row)}: {text.name} must be a number, got "
                f"{cell!r}; write a decimal number without signs of thousands, or leave the cell "
                "empty."
            ) from None
        if not np.isfinite(values[row]):
            raise DataError(
                f"{_line(where, text.index, row)}: {text.name} must be finite, got {cell!r}; "
                "leave the cell empty where nothing is known."
            )
    return pd.Series(values, index=text.index, name=text.name)


def parse_days(text: pd.Series, where: str, *, ahead: bool = False) -> pd.DatetimeIndex:
    """Return the cells as UTC days.

    Parameters
    ----------
    text : Series of str
        One cell a row; its name is that of the column.
    where : str
        Name of the file, for messages.
    ahead : bool, default False
        Days after tomorrow are allowed: the column is a schedule.

    Returns
    -------
    DatetimeIndex of the same length

    Raises
    ------
    DataError
        If a cell is empty or no day; the message names its line.
    DataError
        If a day lies in the future and may not.
    """
    parsed = pd.to_datetime(text, format="%Y-%m-%d", errors="coerce")
    bad = parsed.isna().to_numpy()
    if bad.any():
        row = int(np.argmax(bad))
        raise DataError(
            f"{_line(where, text.index, row)}: {text.name} must be a day such as 2025-09-18, "
            f"got {text.iloc[row]!r}; write dates as year-month-day."
        )
    dates = pd.DatetimeIndex(parsed, name="date").as_unit("us")
    late = dates > latest_day()
    if late.any() and not ahead:
        row = int(np.argmax(late))
        raise DataError(
            f"{_line(where, text.index, row)}: {dates[row]:%Y-%m-%d} lies in the future, the "
            f"latest day possible is {latest_day():%Y-%m-%d}; correct the date (or this machine's "
            "clock)."
        )
    return dates


def latest_day() -> pd.Timestamp:
    """Return tomorrow's UTC day: no history is dated later, in whatever time zone it was saved."""
    return to_day(pd.Timestamp.now("UTC").tz_localize(None).normalize()) + pd.Timedelta(1, "D")


def _doubled_header(path: Path) -> str | None:
    header = pd.read_csv(path, dtype="str", header=None, nrows=1, keep_default_na=False)
    names = header.iloc[0]
    twice = names[names.duplicated()]
    return str(twice.iloc[0]) if len(twice) else None


def _lines(path: Path, rows: int) -> pd.Index:
    """Return the number of the line on which each row begins, less 2."""
    usual = pd.RangeIndex(rows)
    content = path.read_bytes()
    if content.count(b"\n") + (not content.endswith(b"\n")) == rows + 1:
        return usual
    starts, last = [], 0
    with path.open(encoding="utf-8-sig", newline="") as file:
        records = csv.reader(file)
        try:
            for record in records:
                if len(record) > 1 or (record and record[0].strip()):
                    starts.append(last + 1)
                last = records.line_num
        except csv.Error:
            return usual
    return pd.Index(starts[1:]) - 2 if len(starts) == rows + 1 else usual


def _line(where: str, labels: pd.Index, row: int) -> str:
    return f"{where} line {labels[row] + 2}"


def _require_ascending(dates: pd.DatetimeIndex, where: str, labels: pd.Index) -> None:
    steps = np.diff(dates.asi8)
    if (steps < 0).any():
        row = int(np.argmax(steps < 0)) + 1
        raise DataError(
            f"{_line(where, labels, row)}: {dates[row]:%Y-%m-%d} follows "
            f"{dates[row - 1]:%Y-%m-%d}; sort the rows by date."
        )
    if (steps == 0).any():
        row = int(np.argmax(steps == 0)) + 1
        raise DataError(
            f"{_line(where, labels, row)}: {dates[row]:%Y-%m-%d} stands twice; keep one row a day."
        )


def _require_range(values: pd.Series, card: SeriesCard, where: str, labels: pd.Index) -> None:
    bad = card.refuses(values.to_numpy())
    if bad.any():
        row = int(np.argmax(bad))
        raise DataError(
            f"{_line(where, labels, row)}: {card.name} must "
            f"{'be positive' if card.positive else 'not be negative'} (its kind is {card.kind}), "
            f"got {values.iloc[row]:g} on {values.index[row]:%Y-%m-%d}; correct it or leave it "
            "empty."
        )
