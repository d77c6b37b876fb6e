"""Events of a card that are no breakouts: the first day on which a state of a series was known."""

import numpy as np
import pandas as pd

from altrotation.claims.measures.levels import levels
from altrotation.claims.specs import EventsSpec
from altrotation.data.panel import Panel
from altrotation.errors import CardError
from altrotation.events.eventset import EventSet
from altrotation.indicators.dominance import dated_peaks
from altrotation.indicators.ranges import trailing_range

__all__ = ["STATES", "state_events"]

STATES = ("above", "below", "streak", "peak", "range")


def state_events(panel: Panel, spec: EventsSpec) -> EventSet:
    """Return the days on which the state of a card began, dated when that was known.

    The state must have been off on the `quiet` values before. A missing value leaves it as it was.

    Parameters
    ----------
    panel : Panel
    spec : EventsSpec
        Of a kind in `STATES`.

    Raises
    ------
    CardError
        If the kind needs a field that the card lacks.
    InputError
        If the panel lacks the series.
    """
    known = levels(panel, spec.series, known=True)
    words, on, may = _state(known, spec)
    flags = on.to_numpy()
    begins = flags & ~np.concatenate([[True], flags[:-1]])  # the first value begins nothing
    rows = np.flatnonzero(begins & may.to_numpy())
    if spec.quiet:
        was_on = np.flatnonzero(flags)
        before = was_on[np.maximum(np.searchsorted(was_on, rows) - 1, 0)] if len(was_on) else rows
        far = (before >= rows) | (rows - before > spec.quiet)
        rows = rows[far & (rows >= spec.quiet)]
    return EventSet(on.index[rows], rule=words, source=spec.series)


def _state(known: pd.Series, spec: EventsSpec) -> tuple[str, pd.Series, pd.Series]:
    """Return words, the state at every value, and where it may begin."""
    anywhere = pd.Series(True, index=known.index)
    if spec.kind == "peak":
        known_peaks = dated_peaks(known, fall=spec.fall)["state"] == -1.0
        return f"peak known by a fall of {spec.fall:g}", known_peaks, anywhere
    level = _needed(spec.level, "level", spec.kind)
    if spec.kind == "streak":
        above = known > level
        run = above.groupby((~above).cumsum()).cumsum()
        return f"{spec.length} values in a row above {level:g}", run >= spec.length, anywhere
    if spec.kind == "range":
        floor = _needed(spec.floor, "floor", spec.kind)
        place = trailing_range(known, window=spec.window)["position"]
        held = place.rolling(spec.within).min().shift(1) > floor
        words = f"above {level:g} of the {spec.window}-day range, {spec.within} days over {floor:g}"
        # It begins where the level is passed, not where the days above the floor are complete.
        return words, (place > level) & held, place.shift(1) <= level
    side = 1.0 if spec.kind == "above" else -1.0
    return f"{spec.kind} {level:g}", _switched(side * known, side * level, spec.back), anywhere


def _switched(values: pd.Series, level: float, back: float) -> pd.Series:
    """Return True from a value at `level` or more until one under `level` less `back`."""
    marks = pd.Series(np.nan, index=values.index)
    marks[values < level - back] = 0.0
    marks[values >= level] = 1.0
    return marks.ffill() == 1.0


def _needed(value: float | None, name: str, kind: str) -> float:
    if value is None:
        raise CardError(f"events of the kind {kind!r} need the field `{name}`.")
    return value
