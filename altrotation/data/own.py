"""One's own series: a frame and a few words become daily columns with their cards."""

import json
from collections.abc import Mapping
from typing import TypeAlias

import pandas as pd

from altrotation.data.cards import KINDS, STAMPS, SeriesCard
from altrotation.errors import InputError
from altrotation.validate import daily_frame, require_choice

__all__ = ["OneOrEach", "own_series", "require_names"]

OneOrEach: TypeAlias = str | Mapping[str, str]
_WEEKEND = 5  # Saturday, and Sunday after it
_MONTH = 28  # days after which a series without a weekend is no series of every day


def own_series(
    data: pd.DataFrame | pd.Series,
    *,
    kinds: OneOrEach | None,
    stamp: OneOrEach | None,
    calendar: OneOrEach,
    unit: OneOrEach,
    release: OneOrEach,
) -> tuple[pd.DataFrame, list[SeriesCard]]:
    """Return daily columns and their cards; see `Panel.from_frame`.

    Parameters
    ----------
    data : DataFrame of shape (n_times, n_series) or Series of shape (n_times,)
    kinds, stamp, calendar, unit, release : str or mapping of str to str

    Returns
    -------
    frame : DataFrame of shape (n_days, n_series)
        On the days that have a value, ascending; stamped "session" or "day-end".
    cards : list of SeriesCard

    Raises
    ------
    InputError
        If `kinds` or `stamp` is not said, or a column is left out of a mapping.
    InputError
        If the values fall on other days than the calendar's.
    InputError
        If `data` is no frame or series of numbers on days.
    """
    if isinstance(data, pd.Series) and data.name is None:
        raise InputError('The series has no name; use data.rename("SOL"), for example.')
    given = data.to_frame() if isinstance(data, pd.Series) else data
    if stamp == "instant":
        given = _of_days(given)
    frame = daily_frame(given, "data")
    require_names(frame, "data")
    if kinds is None:
        listed = ", ".join(KINDS)
        raise InputError(
            'Say what the columns are: kinds="price" for all of them, or '
            f"kinds={json.dumps(dict.fromkeys(frame.columns[:3], 'price'))}; one of {listed}."
        )
    columns, cards = {}, []
    for name in frame.columns:
        daily = _one(calendar, name, "calendar")
        stamped = _stamp(stamp, name, daily)
        card = SeriesCard(
            name=name,
            kind=_one(kinds, name, "kinds"),
            unit=_one(unit, name, "unit"),
            calendar=daily,
            release=_one(release, name, "release"),
            stamp="day-end" if stamped in ("day-start", "instant") else stamped,
        )
        values = frame[name].dropna()
        if stamped == "day-start":
            values = values.set_axis(pd.DatetimeIndex(values.index) - pd.Timedelta(1, "D"))
        _require_days(values, card)
        columns[name] = values
        cards.append(card)
    return pd.DataFrame(columns).sort_index(), cards


def require_names(frame: pd.DataFrame, it: str = "frame") -> None:
    """Check that the columns have one level and are named in text.

    Parameters
    ----------
    frame : DataFrame
    it : str, default "frame"
        The argument as code calls it.

    Raises
    ------
    InputError
        If they have several levels.
    InputError
        If a name is no text.
    """
    if frame.columns.nlevels > 1:
        raise InputError(
            f"`{it}` has columns of {frame.columns.nlevels} levels, such as "
            f"{frame.columns[0]!r}; take one, for example with {_flat(frame.columns, it)}."
        )
    odd = [name for name in frame.columns if not isinstance(name, str)]
    if odd:
        raise InputError(
            f"A column must be named in text, got {odd[0]!r}; use {it}.rename(columns=str)."
        )


def _flat(columns: pd.Index, it: str) -> str:
    """Return the call that keeps one level: of closes alone, or of the other level's names."""
    for level in range(columns.nlevels):
        names = list(columns.get_level_values(level))
        close = next((name for name in names if str(name).lower() == "close"), None)
        if close is not None and level == 0:
            return f"{it}[{json.dumps(close)}]"
        if close is not None:
            return f"{it}.xs({json.dumps(close)}, axis=1, level={level})"
    return f"{it}.droplevel(0, axis=1)"


def _of_days(times: pd.DataFrame) -> pd.DataFrame:
    """Return the last value of each UTC day; midnight belongs to the day that it ends."""
    if not isinstance(times, pd.DataFrame) or not isinstance(times.index, pd.DatetimeIndex):
        return times  # refused with the call that mends it
    utc = times.index if times.index.tz is None else times.index.tz_convert("UTC").tz_localize(None)
    if utc.hasnans or not utc.is_monotonic_increasing:
        return times.set_axis(utc)
    days = (utc - pd.Timedelta(1, "us")).normalize()
    return times.groupby(days).last()


def _one(of: OneOrEach, name: str, what: str) -> str:
    if isinstance(of, str):
        return of
    given: object = of
    if not isinstance(given, Mapping):
        kind = type(given).__name__
        raise InputError(f"`{what}` must be text or a mapping of column to text, got {kind}.")
    if name not in of:
        raise InputError(f"`{what}` says nothing of the column {name!r}; add it, or leave it out.")
    return of[name]


def _stamp(stamp: OneOrEach | None, name: str, calendar: str) -> str:
    if stamp is None:
        if calendar == "XNYS":
            return "session"
        raise InputError(
            f'Say what instant a label of {name!r} means: stamp="day-end" if D is the value at '
            '24:00 UTC of D, stamp="day-start" if it is that of 00:00 UTC of D, stamp="instant" if '
            'labels are times; or calendar="XNYS" for New York sessions.'
        )
    chosen = _one(stamp, name, "stamp")
    require_choice(chosen, STAMPS, f"stamp of {name}")
    if chosen == "instant" and stamp != "instant":
        raise InputError(
            'Times and days cannot share a frame; use stamp="instant" for all columns.'
        )
    return chosen


def _require_days(values: pd.Series, card: SeriesCard) -> None:
    """Raise InputError where weekends tell that the series is on another calendar."""
    days = pd.DatetimeIndex(values.index)
    rest = days[days.day_of_week >= _WEEKEND]
    if card.calendar == "XNYS" and len(rest):
        raise InputError(
            f'{card.name} has a value on {rest[0]:%A} {rest[0]:%Y-%m-%d}; use calendar="24/7".'
        )
    gaps = len(days) and (days[-1] - days[0]).days >= _MONTH and len(days) > _MONTH // 2
    if card.calendar == "24/7" and gaps and not len(rest):
        raise InputError(f'{card.name} has no value on a weekend; use calendar="XNYS".')
