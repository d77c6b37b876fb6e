"""The windows of a specification curve: what followed every day, one column a way to measure it."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import TypeAlias

import numpy as np
import pandas as pd

from altrotation.aliases import Clock, FloatArray
from altrotation.claims.robustness.grid import Specification
from altrotation.claims.robustness.spans import parse_sample
from altrotation.data.calendar import labels
from altrotation.data.panel import Panel
from altrotation.errors import InputError
from altrotation.events.returns import Model, abnormal_returns

__all__ = ["CellKey", "Cells", "cell_key", "has_outcome", "outcome_cells"]

CellKey: TypeAlias = tuple[Clock, str, Model, int, str, int]
"""Clock, sample, model, delay, series and horizon: all of a specification but its events."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Cells:
    """Abnormal log returns over the windows that follow every day of one circle of days.

    Parameters
    ----------
    days : DatetimeIndex of shape (n,)
        Every UTC day from the first to the last on which any outcome has a value.
    values : array of shape (n, c)
        NaN where a window is incomplete or the day lies outside the sample.
    columns : dict
        The column of every `CellKey`.
    """

    days: pd.DatetimeIndex
    values: FloatArray
    columns: dict[CellKey, int]


def cell_key(spec: Specification) -> CellKey:
    """Return what decides which column a specification reads."""
    return (spec.clock, spec.sample, spec.model, spec.delay, spec.series, spec.horizon)


def outcome_cells(
    panel: Panel,
    keys: Iterable[CellKey],
    *,
    start: str,
    end: str,
    benchmarks: dict[Model, tuple[str, ...]],
    estimation: int = 250,
) -> Cells:
    """Return the windows of every key after every day of the study.

    One circle of calendar days serves all keys, so that one offset shifts all events alike. On the
    session clock a decision on day D is taken at the last session up to and including D, and its
    window counts sessions from there. Days outside a sample are missing values: no event on them
    counts, no window begins or ends on them, no estimation window reads them.

    Parameters
    ----------
    panel : Panel
        On the 24/7 clock, with all series the keys and the benchmarks name.
    keys : iterable of CellKey
    start, end : str
        First and last day of the study.
    benchmarks : dict
        The benchmark series of every model; an empty tuple for none.
    estimation : int, default 250
        Rows of the estimation window, strictly before the decision.

    Raises
    ------
    InputError
        If the panel is not on the 24/7 clock.
    InputError
        If it lacks a series.
    InputError
        If no outcome has a value between `start` and `end`.
    """
    if panel.clock != "24/7":
        raise InputError(
            f"A specification curve needs a panel on the clock 24/7, got {panel.clock}; "
            "the session clock is one of its axes."
        )
    ordered = sorted(set(keys))
    prices = _frame(panel, sorted({key[4] for key in ordered})).loc[start:end]
    held = np.flatnonzero(prices.notna().any(axis=1).to_numpy())
    if not len(held):
        raise InputError(f"No outcome has a value from {start} to {end}; widen the study.")
    days = pd.DatetimeIndex(prices.index[held[0] : held[-1] + 1])
    values = np.empty((len(days), len(ordered)))
    done = 0
    for (clock, sample, model), group in groupby(ordered, key=lambda key: key[:3]):
        mine = list(group)
        rows = labels(clock, days[0], days[-1])
        inside = parse_sample(sample).holds(rows)
        series = sorted({key[4] for key in mine})
        levels = np.log(prices[series].reindex(rows).to_numpy())
        levels[~inside] = np.nan
        factors = np.log(_frame(panel, benchmarks[model]).reindex(rows).to_numpy())
        returns = abnormal_returns(levels, factors, model=model, estimation=estimation)
        decided = rows.searchsorted(days, side="right") - 1
        usable = (decided >= 0) & inside[decided] & parse_sample(sample).holds(days)
        for delay, part in groupby(mine, key=lambda key: key[3]):
            cells = list(part)
            lengths = sorted({key[5] for key in cells})
            windows = returns.windows(delay, np.array(lengths, dtype=np.int64))
            for key in cells:
                window = windows[:, series.index(key[4]), lengths.index(key[5])]
                values[:, done] = np.where(usable, window[decided], np.nan)
                done += 1
    columns = {key: place for place, key in enumerate(ordered)}
    return Cells(days=days, values=values, columns=columns)


def has_outcome(panel: Panel, name: str) -> bool:
    """Return whether the panel holds an outcome: a series, or a tier whose dollars it can tell.

    Parameters
    ----------
    panel : Panel
    name : str
        "mid" is "mid/BTC" times "BTC" where it is no series itself.
    """
    return name in panel or (f"{name}/BTC" in panel and "BTC" in panel)


def _frame(panel: Panel, names: Iterable[str]) -> pd.DataFrame:
    columns = {
        name: panel.value(name)
        if name in panel or not has_outcome(panel, name)
        else panel.value(f"{name}/BTC") * panel.value("BTC")
        for name in names
    }
    return pd.DataFrame(columns, index=panel.dates)
