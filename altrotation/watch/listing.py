"""Read the seven things to watch at a date, from what was known then."""

import pandas as pd

from altrotation._guarded import guarded
from altrotation.aliases import DateLike, FloatArray
from altrotation.data.panel import Panel
from altrotation.errors import InputError
from altrotation.inference.results import RunInfo
from altrotation.validate import require_between, require_count, to_day
from altrotation.watch.results import Reading, Watchlist
from altrotation.watch.rotation import Tally, rotation_outcomes, tally
from altrotation.watch.tracks import TRACKS, Track

__all__ = ["watchlist"]

_NONE = Tally(followed=0, occasions=0, interval=None)


@guarded
def watchlist(
    panel: Panel,
    date: DateLike | None = None,
    *,
    outcome: str = "mid/BTC",
    horizon: int = 60,
    level: float = 0.95,
) -> Watchlist:
    """Return the readings the commentaries tell traders to watch, as known at the end of `date`.

    ETH/BTC (hold 0.025, break 0.028-0.030), the streak of inflows into ether funds (five
    sessions), mid-cap volume (30 over 180 days), funding (under 0.01 % per 8 h), failed breakouts
    (fewer than usual), volume while bitcoin moves sideways, and the Russell 2000 (3,000).

    Each comes with the label at which it became known, its percentile in its own history up to
    then, and how often its state was followed by rotation: a positive log return of `outcome` over
    `horizon` days from the next label, over occasions that do not overlap and whose outcome was
    known at `date`.

    Parameters
    ----------
    panel : Panel
        On the clock "24/7"; a reading whose series it lacks says so.
    date : str or Timestamp, optional
        UTC day; by default the last of the panel. Nothing published later is used: thresholds that
        move, percentiles and counts are those of the date.
    outcome : str, default "mid/BTC"
        Basket relative to bitcoin whose gain is called rotation.
    horizon : int, default 60
        Days of the gain.
    level : float, default 0.95
        Of the intervals of the counts.

    Returns
    -------
    Watchlist
        Fixed levels (0.025, 3,000) have few occasions or none before 2026; that a state was seen
        all the time makes its record equal to that of any day.

    Raises
    ------
    InputError
        If the panel is on another clock or lacks `outcome`, `date` lies outside of it, or an option
        is out of range.
    """
    if panel.clock != "24/7":
        raise InputError(
            f"`panel` must be on the clock '24/7', got {panel.clock}; use .on('24/7')."
        )
    require_count(horizon, 1, "horizon")
    require_between(level, 0.0, 1.0, "level")
    day = panel.dates[-1] if date is None else to_day(date)
    if day not in panel.dates:
        raise InputError(
            f"`date` must lie between {panel.dates[0]:%Y-%m-%d} and {panel.dates[-1]:%Y-%m-%d}, "
            f"got {day:%Y-%m-%d}."
        )
    known = panel.known_at(day)
    future = rotation_outcomes(known.known(outcome), horizon=horizon).to_numpy()
    readings = tuple(
        _absent(name, missing)
        if (missing := [one for one in series if one not in known])
        else _read(track(known), known, future, horizon, level)
        for name, series, track in TRACKS
    )
    return Watchlist(
        date=day,
        readings=readings,
        outcome=outcome,
        horizon=horizon,
        level=level,
        run=RunInfo.capture(None, known.frame),
    )


def _read(track: Track, known: Panel, future: FloatArray, horizon: int, level: float) -> Reading:
    seen = track.states.dropna()
    if not len(seen):
        begun = track.values.notna().any() or known.value(track.series[0]).notna().any()
        reason = "its record is too short" if begun else "its record has not begun"
        return _empty(track.name, track.claim, track.series, track.unit, track.threshold, reason)
    day, last = known.dates[-1], seen.index[-1]
    age = int((day - last).days)
    value = float(track.values[last])
    current = track.states.ffill(limit=track.stands)
    state = seen.iloc[-1]
    return Reading(
        name=track.name,
        claim=track.claim,
        series=", ".join(track.series),
        value=value,
        unit=track.unit,
        threshold=track.threshold,
        state=track.names[int(state)],
        date=last,
        age=age,
        stale=age > track.stands,
        percentile=_percentile(track.values, value),
        record=tally((current == state).to_numpy(), future, horizon=horizon, level=level),
        base=tally(current.notna().to_numpy(), future, horizon=horizon, level=level),
    )


def _percentile(values: pd.Series, value: float) -> float:
    held = values.dropna()
    if not len(held):
        return float("nan")
    return float(100.0 * ((held < value).sum() + (held == value).sum() / 2) / len(held))


def _absent(name: str, missing: list[str]) -> Reading:
    return _empty(name, "", tuple(missing), "", "", f"the panel has no {missing[0]}")


def _empty(
    name: str, claim: str, series: tuple[str, ...], unit: str, threshold: str, reason: str
) -> Reading:
    return Reading(
        name=name,
        claim=claim,
        series=", ".join(series),
        value=float("nan"),
        unit=unit,
        threshold=threshold,
        state="no data",
        date=None,
        age=None,
        stale=False,
        percentile=float("nan"),
        record=_NONE,
        base=_NONE,
        invalid=reason,
    )
