"""Measures of spells: when peaks became known, how seasons began, what grew with a rise."""

from collections.abc import Callable
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd
from scipy import stats

from altrotation.aliases import FloatArray
from altrotation.claims.measures.levels import Value, levels, window
from altrotation.data.panel import Panel
from altrotation.errors import InputError
from altrotation.indicators.dominance import dated_peaks
from altrotation.regimes.legs import dated_legs
from altrotation.signals.trends import above_mean
from altrotation.validate import to_day

__all__ = ["SPELLS"]

_By: TypeAlias = Literal["size", "days"]
_Asked: TypeAlias = Literal["correlation", "p", "count"]
_FEW = 4  # spells whose ranks say anything
_SHIFTS = 19  # places with which a p of .05 can be reached


def _peak_known(
    panel: Panel, *, series: str, fall: float, start: str, end: str | None = None
) -> Value:
    """First day in the window on which a peak became known by a fall of `fall`."""
    state = dated_peaks(levels(panel, series, known=True), fall=fall)["state"]
    turned = state.eq(-1.0) & state.shift(1).ne(-1.0)
    inside = turned.loc[to_day(start, "start") : to_day(end, "end") if end else None]
    if not inside.any():
        raise InputError(f"No peak of {series} became known by a fall of {fall:g} after {start}.")
    return pd.DatetimeIndex(inside.index)[int(inside.to_numpy().argmax())]


def _share_of_starts_below(
    panel: Panel,
    *,
    season: str,
    at: float,
    gap: int,
    series: str,
    level: float,
    start: str,
    end: str,
) -> Value:
    """Percent of the spells of `season` at or above `at` that began with `series` below `level`.

    Spells at most `gap` days apart are one; one that was on before `start` did not begin there. The
    series is read as it was known that day, at most a week old; spells without it do not count.
    """
    on = window(panel, season, None, end) >= at
    days = pd.DatetimeIndex(on.index[on])
    apart = np.diff(days.to_numpy()).astype("timedelta64[D]").astype(np.int64)
    begins = days[np.concatenate([[True], apart > gap])[: len(days)]]
    begins = begins[(begins >= to_day(start, "start")) & (begins > on.index[0])]
    if not len(begins):
        raise InputError(f"No spell of {season} at {at:g} began from {start} to {end}.")
    carried = levels(panel, series, known=True).reindex(panel.dates).ffill(limit=7)
    then = carried.reindex(begins).dropna()
    if then.empty:
        raise InputError(f"{series} was not known at the start of any spell.")
    return float(100.0 * (then < level).mean())


def _spells(
    panel: Panel,
    *,
    ask: _Asked,
    by: _By,
    series: str,
    mean: int,
    breadth: str,
    overlap: int,
    start: str,
    end: str,
) -> Value:
    """Whether the highest `breadth` of a spell grows with the spell's size, or its days.

    A spell: `series` above the mean of its last `mean` values, for 14 days or more, interruptions
    of up to 14 days bridged; its size is the log gain from the first day to the highest. Asked is
    the rank correlation over spells, its one-sided p, or the count of spells. For the p, `breadth`
    is moved round the circle to every place at least `overlap` days away, the spells stay.
    """
    inside = above_mean(panel, series, window=mean).values.loc[start:end]
    share = panel.value(breadth).reindex(inside.index)
    prices = levels(panel, series).reindex(inside.index)
    spells = dated_legs(inside, measure=prices, breadth=share)
    if len(spells) < _FEW:
        raise InputError(
            f"{series} has {len(spells)} spells above its mean from {start} to {end}; ranks need "
            f"at least {_FEW}."
        )
    if ask == "count":
        return float(len(spells))
    ranks = stats.rankdata(spells["depth" if by == "size" else "days"])
    edges = inside.index.get_indexer(pd.DatetimeIndex([*spells["start"], *spells["end"]]))
    rows = [(int(first), int(last)) for first, last in edges.reshape(2, -1).T]
    values = share.to_numpy(np.float64)
    shifts = range(overlap, len(values) - overlap + 1) if ask == "p" else ()
    if ask == "p" and len(shifts) < _SHIFTS:
        raise InputError(
            f"`overlap` of {overlap} leaves {len(shifts)} places to move {breadth} to; a p of .05 "
            f"needs {_SHIFTS}: lower it or lengthen the sample."
        )
    widest = np.array(
        [_widest(np.roll(values, shift), rows) for shift in (0, *shifts)]
    )  # (1 + shifts, spells)
    if np.isnan(widest[0]).any():
        raise InputError(f"{breadth} has no value in a spell of {series}; start later.")
    widest = widest[~np.isnan(widest).any(axis=1)]
    found = _rank_correlation(ranks, widest)
    if ask == "p":
        return float((found >= found[0] - 1e-12).mean())  # the place itself is one of them
    return float(found[0])


def _widest(values: FloatArray, rows: list[tuple[int, int]]) -> list[float]:
    held = [values[first : last + 1] for first, last in rows]
    return [float(np.nanmax(part)) if np.isfinite(part).any() else np.nan for part in held]


def _rank_correlation(ranks: FloatArray, rows: FloatArray) -> FloatArray:
    """Return Spearman's correlation of `ranks` with each row; 0 where a row does not vary."""
    other = stats.rankdata(rows, axis=1)
    a, b = ranks - ranks.mean(), other - other.mean(axis=1, keepdims=True)
    scale = np.sqrt((a @ a) * (b * b).sum(axis=1))
    correlation: FloatArray = np.divide(b @ a, scale, out=np.zeros(len(b)), where=scale > 0)
    return correlation


SPELLS: dict[str, Callable[..., Value]] = {
    "peak-known": _peak_known,
    "share-of-starts-below": _share_of_starts_below,
    "spells": _spells,
}
"""Measures of peaks, seasons and spells."""
