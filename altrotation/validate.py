"""Checks at the door of every public function: one clear sentence, nothing repaired."""

import datetime
import math
import numbers
import re
from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

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
    wrong = InputError(f"`{name}` must be a date such as 2025-09-18, got {date!r}{_hint(date)}.")
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


def _hint(date: object) -> str:
    if isinstance(date, str) and re.fullmatch(r"\d{4}(-\d{2})?", date):
        return ", which is a span of days; write its first or its last day"
    if isinstance(date, str) and _ISO.match(date):
        return "; write the day alone, without a time"
    if isinstance(date, str):
        return "; write it as year-month-day"
    if isinstance(date, int | float) and not isinstance(date, bool):
        return "; write it as text, or convert it with pd.Timestamp(..., unit='ms')"
    return ""


def daily_index(index: pd.Index, name: str) -> pd.DatetimeIndex:
    """Return `index` if it holds sorted, unique, naive UTC days; raise InputError if not."""
    if not isinstance(index, pd.DatetimeIndex):
        raise InputError(
            f"`{name}` must be indexed by UTC days, got {type(index).__name__}; "
            "set a DatetimeIndex with pd.to_datetime."
        )
    if index.tz is not None:
        raise InputError(
            f"`{name}` must be indexed by timezone-naive UTC days, got timezone {index.tz}; "
            "use .tz_convert('UTC').tz_localize(None).normalize()."
        )
    if index.hasnans:
        raise InputError(
            f"`{name}` has an empty date at row {int(np.argmax(index.isna()))}; drop it."
        )
    if not index.is_monotonic_increasing:
        late = int(np.argmax(index[1:] < index[:-1])) + 1
        raise InputError(
            f"`{name}` has unsorted dates: {index[late]:%Y-%m-%d} follows "
            f"{index[late - 1]:%Y-%m-%d}; use .sort_index()."
        )
    if not index.is_unique:
        twice = index[index.duplicated()][0]
        raise InputError(f"`{name}` has {twice:%Y-%m-%d} twice; keep one row a day.")
    if len(index) and not bool((index == index.normalize()).all()):
        odd = index[index != index.normalize()][0]
        raise InputError(
            f"`{name}` must be labelled by whole UTC days, got {odd}; use .normalize()."
        )
    return index


def daily_series(series: pd.Series, name: str) -> pd.Series:
    """Return `series` as float64 if it is a numeric Series on UTC days; raise InputError if not."""
    if not isinstance(series, pd.Series):
        raise InputError(f"`{name}` must be a pandas Series, got {type(series).__name__}.")
    daily_index(series.index, name)
    if series.dtype == object or not pd.api.types.is_numeric_dtype(series.dtype):
        raise InputError(
            f"`{name}` must hold numbers, got dtype {series.dtype}; use pd.to_numeric."
        )
    values = series.astype("float64")
    _refuse_infinite(values.to_numpy(), values.index, name)
    return values


def daily_frame(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return `frame` as float64 if all columns are numeric on UTC days; raise InputError if not."""
    if not isinstance(frame, pd.DataFrame):
        raise InputError(f"`{name}` must be a pandas DataFrame, got {type(frame).__name__}.")
    daily_index(frame.index, name)
    if not frame.columns.is_unique:
        twice = frame.columns[frame.columns.duplicated()][0]
        raise InputError(f"`{name}` has the column {twice!r} twice; keep one.")
    for column, dtype in frame.dtypes.items():
        if not pd.api.types.is_numeric_dtype(dtype):
            raise InputError(f"`{name}` column {column!r} must hold numbers, got dtype {dtype}.")
    values = frame.astype("float64")
    infinite = np.isinf(values.to_numpy())
    if infinite.any():
        row, column = np.argwhere(infinite)[0]
        raise InputError(
            f"`{name}` is infinite in {frame.columns[column]!r} on {frame.index[row]:%Y-%m-%d}; "
            "use NaN for a missing value."
        )
    return values


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
