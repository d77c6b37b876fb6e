"""Checks at the door of every public function: one clear sentence, nothing repaired."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from altrotation.errors import InputError

__all__ = [
    "daily_frame",
    "daily_index",
    "daily_series",
    "positive",
    "require_at_least",
    "require_between",
    "require_choice",
    "require_same_dates",
    "to_day",
]


def to_day(date: str | pd.Timestamp, name: str = "date") -> pd.Timestamp:
    """Return `date` as a UTC day label (timezone-naive midnight)."""
    try:
        day = pd.Timestamp(date)
    except (ValueError, TypeError) as error:
        raise InputError(f"`{name}` must be a date such as 2025-09-18, got {date!r}.") from error
    if pd.isna(day):
        raise InputError(f"`{name}` must be a date such as 2025-09-18, got {date!r}.")
    if day.tzinfo is not None:
        raise InputError(
            f"`{name}` must be a timezone-naive UTC day, got {day}; "
            "use .tz_convert('UTC').tz_localize(None).normalize()."
        )
    if day != day.normalize():
        raise InputError(f"`{name}` must be a whole UTC day, got {day}; use .normalize().")
    return day


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


def require_at_least(value: float, least: float, name: str) -> None:
    """Raise InputError unless `value` is at least `least`."""
    if not value >= least:
        raise InputError(f"`{name}` must be at least {least}, got {value}.")


def require_between(value: float, low: float, high: float, name: str) -> None:
    """Raise InputError unless `low` < `value` < `high`."""
    if not low < value < high:
        raise InputError(f"`{name}` must lie between {low} and {high}, got {value}.")


def require_choice(value: object, choices: Iterable[str], name: str) -> None:
    """Raise InputError unless `value` is one of `choices`; the message lists them."""
    options = tuple(choices)
    if value not in options:
        listed = ", ".join(repr(option) for option in options)
        raise InputError(f"`{name}` must be one of {listed}, got {value!r}.")


def _refuse_infinite(values: np.ndarray, index: pd.Index, name: str) -> None:
    infinite = np.isinf(values)
    if infinite.any():
        first = int(np.argmax(infinite))
        raise InputError(
            f"`{name}` is infinite on {index[first]:%Y-%m-%d}; use NaN for a missing value."
        )
