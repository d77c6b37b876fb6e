"""The calls that mend a table whose days or numbers were refused: each works as it is printed."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

__all__ = ["mended_days", "mended_numbers", "mended_ticks", "mended_zone", "named"]

_UNITS = ((1e8, "s"), (1e11, "ms"), (1e14, "us"), (1e17, "ns"))  # of times after about 1973
_FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "ISO8601")
_EARLY = pd.Timestamp("1970-03-01")
_THOUSANDS = r"[+-]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?|[+-]?\d*\.?\d+"
_CONTINENTAL = r"[+-]?(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,\d+)?"


def named(name: str) -> str:
    """Return the argument as code may call it: its own name, or `data` where that is no name."""
    return name if all(part.isidentifier() for part in name.split(".")) else "data"


def mended_zone(index: pd.DatetimeIndex, it: str, *, data: bool, made: str = "{}") -> str:
    """Return what to do with an index in a time zone: labels keep their day, instants move.

    Midnights of the zone label days; midnights of UTC, and several times a day, are instants. Of
    anything else nobody but the user knows what it is: where it matters both calls are named.

    Parameters
    ----------
    index : DatetimeIndex
        The index as it was passed, or as it was read.
    it : str
        The argument as code calls it.
    data : bool
        Whether `it` is the series or frame that has the index, not the index itself.
    made : str
        The code that made `index` of the one that was passed.

    Returns
    -------
    str
        Words and calls that end a sentence.
    """
    wall, utc = index.tz_localize(None), index.tz_convert("UTC").tz_localize(None)
    local = _call(wall, f"{made}.tz_localize(None)", it, data=data)
    moved = _call(utc, f'{made}.tz_convert("UTC").tz_localize(None)', it, data=data)
    if _starts_of_days(index, wall):
        return f"its midnights label days: use {local}"
    if _whole(utc):
        return f"its times are midnights of UTC: use {moved}"
    if not utc.normalize().is_unique:
        return f"it holds several times a day: use {moved}"
    if wall.normalize().equals(utc.normalize()):
        return f"use {local}"
    return f"use {local} if its times label local days, {moved} if they are instants"


def mended_days(index: pd.Index, it: str, *, data: bool) -> str:
    """Return the call that makes naive UTC days of an index that holds none.

    Parameters
    ----------
    index : Index
        The index as it was passed, or as it was read.
    it : str
        The argument as code calls it.
    data : bool
        Whether `it` is the series or frame that has the index, not the index itself.

    Returns
    -------
    str
        Words and calls that end a sentence.
    """
    if isinstance(index, pd.DatetimeIndex):
        ticks = index.as_unit("ns").asi8
        unit = _unit(ticks)
        if index.max() < _EARLY and unit is not None:
            times = pd.DatetimeIndex(ticks.view(f"M8[{unit}]"))
            again = f'pd.to_datetime({{}}.as_unit("ns").astype("int64"), unit="{unit}")'
            call = _call(times, again, it, data=data)
            return f"numbers were read as nanoseconds since 1970: use {call}"
        several = "" if index.normalize().is_unique else "it holds several times a day: "
        return f"{several}use {_call(index, '{}', it, data=data)}"
    if isinstance(index, pd.PeriodIndex):
        day = index.freqstr == "D"
        times = index.to_timestamp(how="start" if day else "end")
        code = "{}.to_timestamp()" if day else '{}.to_timestamp(how="end")'
        return f"use {_call(times, code, it, data=data)}"
    if isinstance(index, pd.MultiIndex):
        return f"keep the level of days alone, with {it}.droplevel(...)"
    ways = [] if isinstance(index, pd.RangeIndex) else list(_readings(index))
    if len(ways) == 1 and ways[0][1].tz is not None:
        return mended_zone(ways[0][1], it, data=data, made=ways[0][0])
    if ways:
        return "use " + " or ".join(_call(times, code, it, data=data) for code, times in ways)
    if data:
        return f"set its days, for example with {it}.set_axis(days)"
    return "pass a pandas DatetimeIndex of days"


def mended_ticks(number: Any, it: str) -> str | None:
    """Return the call that makes days of one or several numbers, if such numbers can be days."""
    if not abs(number) < 2**63:
        return None
    unit = _unit(np.array([float(number)]))
    return None if unit is None else f'pd.to_datetime({it}, unit="{unit}").normalize()'


def mended_numbers(columns: Sequence[pd.Series], it: str, *, frame: bool) -> str:
    """Return the call that makes numbers of columns that are none.

    Parameters
    ----------
    columns : sequence of Series
        The columns that hold no numbers.
    it : str
        The argument as code calls it.
    frame : bool
        Whether `it` is a frame, or the one column itself.

    Returns
    -------
    str
        Words and calls that end a sentence.
    """
    names = json.dumps([str(column.name) for column in columns])
    for pattern, of_series, of_frame in (
        (None, "pd.to_numeric({0})", "{0}.apply(pd.to_numeric)"),
        (
            _THOUSANDS,
            'pd.to_numeric({0}.str.replace(",", ""))',
            '{0}.replace(",", "", regex=True).apply(pd.to_numeric)',
        ),
        (
            _CONTINENTAL,
            'pd.to_numeric({0}.str.replace(".", "").str.replace(",", "."))',
            '{0}.replace("[.]", "", regex=True).replace(",", ".", regex=True).apply(pd.to_numeric)',
        ),
    ):
        if all(_numeric(column, pattern) for column in columns):
            return f"use {(of_frame if frame else of_series).format(it)}"
    bad = next(column for column in columns if not _numeric(column, None))
    numbers = _coerced(bad)
    lost = bad[(numbers.isna() & bad.notna()).to_numpy()]
    if frame and numbers.isna().all():
        return f"leave it out, for example with {it}.drop(columns={names})"
    if not len(lost):
        return f'use {it}.astype("float64")'
    call = (
        f'{it}.apply(pd.to_numeric, errors="coerce")'
        if frame
        else (f'pd.to_numeric({it}, errors="coerce")')
    )
    return f"{lost.iloc[0]!r} is no number: correct it, or use {call} if it means a missing value"


def _readings(index: pd.Index) -> Iterator[tuple[str, pd.DatetimeIndex]]:
    """Yield the code and the times of each way to read all labels; one where the year leads."""
    text = [label for label in index if isinstance(label, str)]
    ways: list[dict[str, Any]]
    if pd.api.types.is_numeric_dtype(index.dtype):
        unit = _unit(np.asarray(index, dtype="float64"))
        ways = [{"format": "%Y%m%d"} if unit is None else {"unit": unit}]
    elif len(text) == len(index):
        ways = [{"format": form} for form in _FORMATS]
        ways.append({"format": "ISO8601", "utc": True})  # of several zones
    else:
        ways = [{}, {"utc": True}]
    for how in ways:
        digits = ".astype(str)" * ("format" in how and not text)
        try:
            times = pd.to_datetime(index.astype(str) if digits else index, **how)
        except (ValueError, TypeError, OverflowError):
            continue
        if not isinstance(times, pd.DatetimeIndex) or times.hasnans:
            continue
        options = "".join(f", {key}={json.dumps(value)}" for key, value in how.items())
        yield f"pd.to_datetime({{}}{digits}{options})".replace("true", "True"), times
        if not how.get("format", "").startswith(("%d", "%m")):
            return


def _call(times: pd.DatetimeIndex, code: str, it: str, *, data: bool) -> str:
    """Return the code that puts days in the place of the index; `code` makes `times` of it.

    One row a day keeps its row; of several the last value of the day stays.
    """
    index = f"{it}.index" if data else it
    tabular = code.startswith(("{}.tz_", "{}.to_timestamp("))  # tables have these as well
    whole, one_a_day = _whole(times), times.normalize().is_unique
    if not data:
        return code.format(it) + ".normalize()" * (not whole) + ".unique()" * (not one_a_day)
    if one_a_day:
        if whole and tabular:
            return code.format(it)
        return f"{it}.set_axis({code.format(index)}{'.normalize()' * (not whole)})"
    moved = code.format(it) if tabular or code == "{}" else f"{it}.set_axis({code.format(index)})"
    days = times.normalize().unique()
    skips = len(days) != (days.max() - days.min()).days + 1
    return f'{moved}.resample("D").last()' + ('.dropna(how="all")' if skips else "")


def _whole(times: pd.DatetimeIndex) -> bool:
    return bool(times.equals(times.normalize()))


def _starts_of_days(index: pd.DatetimeIndex, wall: pd.DatetimeIndex) -> bool:
    """Whether all are the first times of their local days: 1:00 where the clock skips midnight."""
    first = np.ones(len(wall), dtype=bool)
    starts = wall.normalize().tz_localize(index.tz, ambiguous=first, nonexistent="shift_forward")
    return _whole(wall) or bool((starts == index).all())


def _unit(ticks: np.ndarray) -> str | None:
    """Return the unit in which numbers since 1970 are times of the last fifty years."""
    found = None
    for least, unit in _UNITS:
        if len(ticks) and ticks.min() >= least:
            found = unit
    return found


def _numeric(column: pd.Series, pattern: str | None) -> bool:
    if pattern is not None:
        cells: Iterable[object] = column.dropna()
        return all(isinstance(cell, str) and re.fullmatch(pattern, cell) for cell in cells)
    if column.dtype.kind in "mMc":
        return False
    try:
        pd.to_numeric(column)
    except (ValueError, TypeError):
        return False
    return True


def _coerced(column: pd.Series) -> pd.Series:
    if column.dtype.kind in "mMc":
        return pd.Series(np.nan, index=column.index)
    numbers: pd.Series = pd.to_numeric(column.astype(object), errors="coerce")
    return numbers
