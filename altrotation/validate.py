"""Checks at the door of every public function: one clear sentence, nothing repaired."""

import datetime
import json
import math
import numbers
import os
import re
from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from altrotation._arrow import arrow_to_pandas
from altrotation._remedies import mended_days, mended_numbers, mended_ticks, mended_zone, named
from altrotation.aliases import DateLike, FloatArray
from altrotation.errors import InputError
from altrotation.variation import dependence, varies

__all__ = [
    "daily_frame",
    "daily_index",
    "daily_series",
    "positive",
    "require_at_least",
    "require_between",
    "require_choice",
    "require_count",
    "require_flag",
    "require_independent",
    "require_number",
    "require_path",
    "require_same_dates",
    "require_text",
    "require_varies",
    "shown",
    "to_day",
]


_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOST = 2**31 - 1  # no count in this library comes near it
_COARSE = ("Y", "M", "W")


def to_day(date: DateLike, name: str = "date") -> pd.Timestamp:
    """Return `date` as a UTC day label (timezone-naive midnight).

    Text is read as year-month-day and in no other way: "2021" is a year and not its first day,
    "01.02.2020" is one day in Europe and another in America, "today" changes overnight.

    Raises
    ------
    InputError
        If `date` is neither ISO text nor a date object, or not a whole timezone-naive day.
    """
    wrong = InputError(
        f"`{name}` must be a date such as 2025-09-18, got {shown(date)}{_hint(date, name)}."
    )
    if isinstance(date, str):
        if not _ISO.fullmatch(date):
            raise wrong
    elif isinstance(date, np.datetime64):
        if np.datetime_data(date)[0] in _COARSE:
            raise wrong
    elif not isinstance(date, datetime.date):  # Timestamp and datetime are kinds of date
        raise wrong
    try:
        day = pd.Timestamp(date)
    except (ValueError, TypeError, OverflowError) as error:
        raise wrong from error
    if pd.isna(day):
        raise wrong
    if day.tzinfo is not None:
        raise InputError(
            f"`{name}` must be a timezone-naive UTC day, got {day}; use .tz_localize(None) if its "
            "midnight labels a day, .tz_convert('UTC').tz_localize(None).normalize() if it is an "
            "instant."
        )
    if day != day.normalize():
        raise InputError(f"`{name}` must be a whole UTC day, got {day}; use .normalize().")
    return day


def _hint(date: object, name: str) -> str:
    if isinstance(date, str) and re.fullmatch(r"\d{4}(-\d{2})?", date):
        return ", which is a span of days; write its first or its last day"
    if isinstance(date, str) and _ISO.match(date):
        return "; write the day alone, without a time"
    if isinstance(date, str):
        return "; write it as year-month-day"
    if isinstance(date, pd.Period):
        return f"; use {named(name)}.to_timestamp()"
    if isinstance(date, numbers.Real):
        mended = mended_ticks(date, named(name))
        other = f"use {mended}" if mended else "convert it with pd.Timestamp(..., unit='ms')"
        return f"; write it as text, or {other}"
    return ""


def daily_index(index: pd.Index, name: str, *, data: bool = False) -> pd.DatetimeIndex:
    """Return `index` if it holds sorted, unique, naive UTC days; raise InputError if not.

    Dates of Arrow come back as a DatetimeIndex. With `data` the argument `name` is the series or
    frame that has the index, and the message says the call that mends it, not its index.
    """
    it = named(name)
    if not isinstance(index, pd.Index):
        raise InputError(
            f"`{name}` must be a pandas DatetimeIndex of UTC days, got {shown(index)}."
        )
    if not isinstance(index, pd.DatetimeIndex):
        if isinstance(index.dtype, pd.ArrowDtype) and index.dtype.kind == "M":
            return daily_index(pd.DatetimeIndex(index), name, data=data)
        raise InputError(
            f"`{name}` must be indexed by UTC days, got {_kind(index)}; "
            f"{mended_days(index, it, data=data)}."
        )
    if index.hasnans:
        rest = f"{it}[{it}.index.notna()]" if data else f"{it}.dropna()"
        raise InputError(
            f"`{name}` has an empty date at row {int(np.argmax(index.isna()))}; drop it, "
            f"for example with {rest}."
        )
    if index.tz is not None:
        raise InputError(
            f"`{name}` must be indexed by timezone-naive UTC days, got timezone {index.tz}; "
            f"{mended_zone(index, it, data=data)}."
        )
    if len(index) and not bool((index == index.normalize()).all()):
        odd = index[index != index.normalize()][0]
        raise InputError(
            f"`{name}` must be labelled by whole UTC days, got {odd}; "
            f"{mended_days(index, it, data=data)}."
        )
    if not index.is_monotonic_increasing:
        late = int(np.argmax(index[1:] < index[:-1])) + 1
        raise InputError(
            f"`{name}` has unsorted dates: {index[late]:%Y-%m-%d} follows "
            f"{index[late - 1]:%Y-%m-%d}; use {it}.{'sort_index' if data else 'sort_values'}()."
        )
    if not index.is_unique:
        twice = index[index.duplicated()][0]
        if index[0] == index[-1] == pd.Timestamp(0):
            raise InputError(
                f"`{name}` has 1970-01-01 in every row: numbers were read as nanoseconds; read "
                'them again, for example with pd.to_datetime(..., unit="ms").'
            )
        one = f'{it}[~{it}.index.duplicated(keep="last")]' if data else f"{it}.unique()"
        raise InputError(
            f"`{name}` has {twice:%Y-%m-%d} twice; keep one row a day, for example with {one}."
        )
    return index


def daily_series(series: pd.Series, name: str) -> pd.Series:
    """Return `series` as float64 if it is a numeric Series on UTC days; raise InputError if not.

    A Polars or Arrow frame of two columns, days and values, is taken for a Series.
    """
    given: object = series
    held = _pandas(given, name)
    if isinstance(held, pd.DataFrame):
        if held is given or held.shape[1] != 1:
            raise InputError(
                f"`{name}` must be a pandas Series, got {type(series).__name__}"
                f"{_one_column(held, named(name))}."
            )
        held = held.iloc[:, 0]
    if not isinstance(held, pd.Series):
        raise InputError(
            f"`{name}` must be a pandas Series, got {type(series).__name__}; "
            "use pd.Series(values, index=days)."
        )
    index = daily_index(held.index, name, data=True)
    if not _holds_numbers(held):
        raise InputError(
            f"`{name}` must hold numbers, got dtype {held.dtype}; "
            f"{mended_numbers([held], named(name), frame=False)}."
        )
    values = held.astype("float64")
    if index is not held.index:
        values = values.set_axis(index)
    _refuse_infinite(values.to_numpy(), values.index, name)
    return values


def daily_frame(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return `frame` as float64 if all columns are numeric on UTC days; raise InputError if not.

    A Polars or Arrow frame with one column of days is taken as well.
    """
    held = _pandas(frame, name)
    if not isinstance(held, pd.DataFrame):
        mend = (
            f"{named(name)}.to_frame()"
            if isinstance(held, pd.Series)
            else ("pd.DataFrame(columns, index=days)")
        )
        raise InputError(
            f"`{name}` must be a pandas DataFrame, got {type(frame).__name__}; use {mend}."
        )
    dated = [column for column in held if _says_date(held[[column]])]
    if isinstance(held.index, pd.RangeIndex) and dated:
        raise InputError(
            f"`{name}` must be indexed by UTC days, which its column {dated[0]!r} holds; "
            f"use {named(name)}.set_index({_quoted(dated[0])})."
        )
    index = daily_index(held.index, name, data=True)
    if not held.columns.is_unique:
        twice = held.columns[held.columns.duplicated()][0]
        it = named(name)
        raise InputError(
            f"`{name}` has the column {twice!r} twice; keep one, for example with "
            f"{it}.loc[:, ~{it}.columns.duplicated()]."
        )
    odd = [column for _, column in held.items() if not _holds_numbers(column)]
    if odd:
        raise InputError(
            f"`{name}` column {odd[0].name!r} must hold numbers, got dtype {odd[0].dtype}; "
            f"{mended_numbers(odd, named(name), frame=True)}."
        )
    values = held.astype("float64")
    if index is not held.index:
        values = values.set_axis(index)
    infinite = np.isinf(values.to_numpy())
    if infinite.any():
        row, column = np.argwhere(infinite)[0]
        raise InputError(
            f"`{name}` is infinite in {values.columns[column]!r} on {values.index[row]:%Y-%m-%d}; "
            "use NaN for a missing value."
        )
    return values


def _pandas(data: object, name: str) -> object:
    """Return a frame of another library (Polars, Arrow, ...) in pandas; all else as it is."""
    if isinstance(data, pd.Series | pd.DataFrame) or not hasattr(data, "__arrow_c_stream__"):
        return data
    return arrow_to_pandas(data, name)


def _holds_numbers(values: pd.Series) -> bool:
    kind = values.dtype
    return pd.api.types.is_numeric_dtype(kind) and not pd.api.types.is_complex_dtype(kind)


def _says_date(column: pd.DataFrame) -> bool:
    """Return whether a column holds dates, or is named so."""
    name = str(column.columns[0]).lower()
    return column.dtypes.iloc[0].kind == "M" or name in ("date", "day", "time", "timestamp")


def _quoted(name: object) -> str:
    return json.dumps(name) if isinstance(name, str) else repr(name)


def _one_column(frame: pd.DataFrame, it: str) -> str:
    """Return how a Series is had of a frame that stands where one belongs."""
    if frame.shape[1] == 1:
        return f'; use {it}.squeeze("columns")'
    if not frame.shape[1]:
        return " without columns"
    return (
        f" of {frame.shape[1]} columns; choose one, for example {it}[{_quoted(frame.columns[0])}]"
    )


def _kind(index: pd.Index) -> str:
    named_so = type(index).__name__
    return named_so if named_so != "Index" else f"an Index of dtype {index.dtype}"


def positive(series: pd.Series, name: str) -> pd.Series:
    """Return `series` if every value that is not NaN is above zero; raise InputError if not."""
    bad = series.to_numpy() <= 0
    if bad.any():
        first = int(np.argmax(bad))
        raise InputError(
            f"`{name}` must be positive, got {series.iloc[first]:g} on "
            f"{series.index[first]:%Y-%m-%d}; use NaN for a missing price."
        )
    return series


def require_same_dates(
    a: pd.Series | pd.DataFrame, b: pd.Series | pd.DataFrame, names: str = "The inputs"
) -> None:
    """Raise InputError unless both are on the same dates."""
    if not a.index.equals(b.index):
        raise InputError(
            f"{names} must share their dates, got {len(a)} and {len(b)} rows that differ; "
            "align them first, for example with .reindex(...)."
        )


def require_number(value: object, name: str) -> None:
    """Raise InputError unless `value` is one finite number; True and "5" are not."""
    if (
        isinstance(value, bool | np.bool_)
        or not isinstance(value, numbers.Real)
        or not math.isfinite(value)
    ):
        raise InputError(f"`{name}` must be a finite number, got {shown(value)}.")


def require_count(value: object, least: int, name: str) -> None:
    """Raise InputError unless `value` is a whole number of at least `least`; 5.0 is not one."""
    if isinstance(value, bool | np.bool_) or not isinstance(value, numbers.Integral):
        raise InputError(
            f"`{name}` must be a whole number such as {max(least, 5)}, got {shown(value)}."
        )
    if not int(value) >= least:
        raise InputError(f"`{name}` must be at least {least}, got {value}.")
    if int(value) > _MOST:
        raise InputError(f"`{name}` must be at most {_MOST:,}, got {shown(value)}.")


def require_flag(value: object, name: str) -> None:
    """Raise InputError unless `value` is True or False."""
    if not isinstance(value, bool | np.bool_):
        raise InputError(f"`{name}` must be True or False, got {shown(value)}.")


def require_text(value: object, name: str) -> None:
    """Raise InputError unless `value` is text that says something."""
    if not isinstance(value, str) or not value.strip():
        raise InputError(f"`{name}` must be text, got {shown(value)}.")


def require_at_least(value: object, least: float, name: str) -> None:
    """Raise InputError unless `value` is a finite number of at least `least`."""
    require_number(value, name)
    if not float(value) >= least:  # type: ignore[arg-type]  # a number, as checked
        raise InputError(f"`{name}` must be at least {least}, got {value}.")


def require_between(value: object, low: float, high: float, name: str) -> None:
    """Raise InputError unless `value` is a number with `low` < `value` < `high`."""
    require_number(value, name)
    if not low < float(value) < high:  # type: ignore[arg-type]  # a number, as checked
        raise InputError(f"`{name}` must lie between {low} and {high}, got {value}.")


def require_varies(values: FloatArray, name: str, *, over: str = "the days used") -> None:
    """Raise InputError if `values` are constant but for rounding."""
    if not bool(varies(values)):
        raise InputError(
            f"`{name}` is constant over {over}; leave it out or pass a series that moves."
        )


def require_independent(columns: Mapping[str, FloatArray] | pd.DataFrame) -> None:
    """Raise InputError if a column is constant, or is determined by the ones before it.

    `columns` have no NaN. The message names the columns that move as one.
    """
    frame = pd.DataFrame(columns)
    found = dependence(frame.to_numpy(dtype=np.float64))
    if found is None:
        return
    column, parts = found
    name = frame.columns[column]
    if not parts:
        raise InputError(f"`{name}` is constant over the days used; leave it out.")
    if len(parts) == 1:
        raise InputError(f"`{frame.columns[parts[0]]}` and `{name}` move as one; keep one of them.")
    others = ", ".join(f"`{frame.columns[part]}`" for part in parts)
    raise InputError(f"`{name}` is a combination of {others}; leave one of them out.")


def require_path(value: object, name: str) -> None:
    """Raise InputError unless `value` names a file or folder."""
    if not isinstance(value, str | os.PathLike) or not str(value) or "\0" in str(value):
        raise InputError(f"`{name}` must be a path, got {shown(value)}.")


def require_choice(value: object, choices: Iterable[str], name: str) -> None:
    """Raise InputError unless `value` is one of `choices`; the message lists them."""
    options = tuple(choices)
    if not isinstance(value, str) or value not in options:
        listed = ", ".join(repr(option) for option in options)
        raise InputError(f"`{name}` must be one of {listed}, got {shown(value)}.")


def _refuse_infinite(values: np.ndarray, index: pd.Index, name: str) -> None:
    infinite = np.isinf(values)
    if infinite.any():
        first = int(np.argmax(infinite))
        raise InputError(
            f"`{name}` is infinite on {index[first]:%Y-%m-%d}; use NaN for a missing value."
        )


def shown(value: object) -> str:
    """Return a value as an error shows it: one line, and what it is when its text would be long."""
    if isinstance(value, pd.Series | pd.DataFrame | pd.Index | np.ndarray):
        return f"{type(value).__name__} of shape {value.shape}"
    try:
        text = repr(value)
    except ValueError:  # an integer beyond the digits that Python prints
        return f"a {type(value).__name__} beyond printing"
    text = " ".join(text.split())
    return text if len(text) <= 60 else f"{type(value).__name__} {text[:57]}..."
