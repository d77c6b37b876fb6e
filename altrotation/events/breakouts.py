"""Breakouts of a close: records, trailing highs and fixed levels, after a quiet spell."""

import warnings
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.aliases import FloatArray, IntArray
from altrotation.errors import InputError, SampleStartWarning
from altrotation.events.eventset import EventSet
from altrotation.kernels import breakout
from altrotation.printing import row_word
from altrotation.validate import (
    daily_series,
    positive,
    require_at_least,
    require_choice,
    require_count,
)

__all__ = ["BreakoutKind", "breakouts", "label_failures"]

BreakoutKind: TypeAlias = Literal["record", "high", "level"]
_KINDS: tuple[BreakoutKind, ...] = ("record", "high", "level")

# A high of the first quarter that stands for a year tells of the time before the sample: a record
# set so early and beaten so late was, as a rule, the rest of an older and higher one.
_START = np.timedelta64(91, "D")
_STOOD = np.timedelta64(365, "D")


@guarded
def breakouts(
    close: pd.Series,
    *,
    kind: BreakoutKind = "record",
    window: int = 252,
    level: float | None = None,
    buffer: float = 0.0,
    quiet: int = 60,
) -> EventSet:
    """Return the first breakout days after a quiet spell.

    A breakout day is a close above the level to beat, which uses closes strictly before that day:

    - "record": the highest of all earlier closes, which are those since the first row of `close`;
    - "high": the highest of the `window` preceding closes, all of which must be there;
    - "level": `level`, where the preceding close was not above it.

    An event is a breakout day with no other in the `quiet` sessions strictly before it (whether or
    not that other was an event): in rows, the distance to the breakout day before exceeds `quiet`.
    Those sessions must be on file: the first close is no breakout of any kind, since nothing
    precedes it, and days whose level is not yet known do not count as quiet. So the earliest
    possible event is row ``quiet + 1`` for "record" and "level", ``window + quiet`` for "high";
    a series too short for that has no events.

    Parameters
    ----------
    close : Series of shape (n_days,)
        Closing prices or index levels on UTC days. NaN rows, such as days without a session on the
        24/7 clock, are dropped first: windows and quiet spells count rows that have a close.
        History before the period of interest matters, so pass all of it and then narrow the events
        with ``.between(start, end)``.
    kind : {"record", "high", "level"}, default "record"
    window : int, default 252
        Preceding closes in the trailing high: 252 sessions are a year of New York trading.
    level : float, optional
        The level to cross, in the unit of `close`; for "level" only. The card of a rebased index
        tells where a level such as 3,000 lies: ``100 * 3000 / card.base_level``.
    buffer : float, default 0
        How far above the level to beat a close must lie, as a fraction of that level.
    quiet : int, default 60
        Sessions without a breakout day; 60 is about a quarter. 0 keeps every breakout day.

    Returns
    -------
    EventSet
        Its dates are the breakout days themselves, known at their close. The rule of "record" says
        since when.

    Warns
    -----
    SampleStartWarning
        If a record was set in the first 91 days of `close` and an event beats it a year or more
        later: closes before the first may have been higher.

    Raises
    ------
    InputError
        If `close` is not a daily series of positive numbers or NaN.
    InputError
        If `kind` is unknown.
    InputError
        If `window` < 1, `quiet` < 0 or `buffer` < 0.
    InputError
        If `level` is missing or not positive with kind "level", or given with another kind.
    """
    require_choice(kind, _KINDS, "kind")
    require_count(window, 1, "window")
    require_count(quiet, 0, "quiet")
    require_at_least(buffer, 0.0, "buffer")
    _require_level(level, kind)
    prices = positive(daily_series(close, "close"), "close").dropna()
    values = prices.to_numpy()
    to_beat = breakout.levels_to_beat(values, kind, window=window, level=level)
    flags = breakout.days_above(values, to_beat, kind, buffer)
    rows = np.flatnonzero(breakout.quiet_filter(flags, ~np.isnan(to_beat), quiet))
    if kind == "record":
        _warn_of_start(prices, to_beat[rows], rows)
    own: dict[BreakoutKind, tuple[tuple[str, object], ...]] = {
        "record": (),
        "high": (("window", window),),
        "level": (("level", level),),
    }
    return EventSet(
        prices.index[rows],
        rule=_words(kind, window, level, buffer, quiet, pd.DatetimeIndex(prices.index)),
        source="close" if prices.name is None else str(prices.name),
        parameters=(("kind", kind), *own[kind], ("buffer", buffer), ("quiet", quiet)),
    )


@guarded
def label_failures(events: EventSet, close: pd.Series, *, within: int = 60) -> pd.DataFrame:
    """Tell which breakouts failed: a later close fell back below the level that was broken.

    The broken level is the previous record, the highest of the preceding `window` closes, or the
    fixed level, according to the kind of the breakout; a buffer does not raise it. A close equal to
    the level holds it.

    Parameters
    ----------
    events : EventSet
        Made by `breakouts`, perhaps narrowed or thinned since.
    close : Series of shape (n_days,)
        The closes the events were found in; NaN rows are dropped. It may go on for longer.
    within : int, default 60
        Sessions strictly after the event in which a close below the level makes a failure.

    Returns
    -------
    DataFrame of shape (n_events, 4), indexed by event
        `level`: the broken level, in the unit of `close`.
        `failed`: True, False, or missing where `close` ends before that can be told.
        `known`: the day on which `failed` became known: that of the first close below the level,
        or of session `within` after the event. Acting on `failed` before it is look-ahead.
        `sessions`: how many sessions after the event that day is.

    Raises
    ------
    InputError
        If `events` were not made by `breakouts`.
    InputError
        If an event is no breakout day of `close`.
    InputError
        If `close` is not a daily series of positive numbers or NaN.
    InputError
        If `within` < 1.
    """
    require_count(within, 1, "within")
    made = dict(events.parameters)
    if made.get("kind") not in _KINDS or "buffer" not in made:
        raise InputError(
            f"`events` must come from `breakouts`, which records the broken level, got the rule "
            f"{events.rule!r}; find them with breakouts(close, ...)."
        )
    prices = positive(daily_series(close, "close"), "close").dropna()
    values = prices.to_numpy()
    kind: BreakoutKind = made["kind"]  # type: ignore[assignment]
    to_beat = breakout.levels_to_beat(
        values,
        kind,
        window=made.get("window", 1),  # type: ignore[arg-type]
        level=made.get("level"),  # type: ignore[arg-type]
    )
    flags = breakout.days_above(values, to_beat, kind, made["buffer"])  # type: ignore[arg-type]
    rows = prices.index.get_indexer(events.dates)
    alien = (rows < 0) | ~flags[rows] if len(values) else np.ones(len(events), dtype=bool)
    if alien.any():
        raise InputError(
            f"{events.dates[int(np.argmax(alien))]:%Y-%m-%d} is no breakout day of `close`; pass "
            "the closes the events were found in."
        )
    levels = to_beat[rows]
    sessions = breakout.first_below(values, rows, levels, within)
    decided = sessions >= 0
    waited = np.where(sessions > 0, sessions, within)
    known = prices.index.to_numpy()[np.where(decided, rows + waited, rows)]
    return pd.DataFrame(
        {
            "level": levels,
            "failed": pd.array(sessions > 0, dtype="boolean"),
            "known": known,
            "sessions": pd.array(waited, dtype="Int64"),
        },
        index=events.dates,
    ).where(np.column_stack([np.ones_like(decided), decided, decided, decided]))


def _require_level(level: float | None, kind: BreakoutKind) -> None:
    if kind == "level":
        if level is None:
            raise InputError("`level` is needed with kind='level', got None; pass the level.")
        if not level > 0:
            raise InputError(f"`level` must be positive, got {level}.")
    elif level is not None:
        raise InputError(f"`level` goes with kind='level', got {level} with kind={kind!r}.")


def _warn_of_start(prices: pd.Series, records: FloatArray, rows: IntArray) -> None:
    dates = prices.index.to_numpy()
    places = np.searchsorted(np.maximum.accumulate(prices.to_numpy()), records)
    early = dates[places] - dates[:1] <= _START
    doubtful = np.flatnonzero(early & (dates[rows] - dates[places] >= _STOOD))
    if len(doubtful):
        event, record = dates[rows[doubtful[0]]], dates[places[doubtful[0]]]
        warnings.warn(
            f"The breakout of {pd.Timestamp(event):%Y-%m-%d} beats a record of "
            f"{pd.Timestamp(record):%Y-%m-%d}, when `close` had just begun: earlier closes may "
            "have been higher; pass a longer history and narrow the events with .between(...).",
            SampleStartWarning,
            stacklevel=3,
        )


def _words(
    kind: BreakoutKind,
    window: int,
    level: float | None,
    buffer: float,
    quiet: int,
    index: pd.DatetimeIndex,
) -> str:
    since = f" since {index[0]:%Y-%m-%d}" if len(index) else ""
    what = {
        "record": f"record close{since}",
        "high": f"close above the {window} preceding closes",
        "level": f"close above {level}",
    }[kind]
    margin = f" by {buffer:.2%}" if buffer else ""
    word = row_word(index)
    return f"{what}{margin} after {quiet} quiet {'session' if word == 'day' else word}s"
