"""The common sample of an event study: log levels, benchmarks and event rows, all checked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import numpy as np
import pandas as pd

from altrotation.aliases import BoolArray, FloatArray, IntArray
from altrotation.errors import InputError
from altrotation.events.eventset import EventSet
from altrotation.events.returns import MODELS, Model
from altrotation.printing import counted
from altrotation.validate import (
    daily_frame,
    daily_series,
    positive,
    require_choice,
    require_count,
    require_independent,
    require_same_dates,
)

__all__ = ["Estimation", "Sample", "study_sample"]

Estimation: TypeAlias = int | Mapping[str, int]
_LEAST_ESTIMATION = 20


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Sample:
    """Checked arrays on the rows from the first to the last day on which any outcome has a value.

    Parameters
    ----------
    dates : DatetimeIndex of shape (n,)
    outcomes : tuple of m str
    levels : array of shape (n, m)
        Log outcomes; NaN where missing.
    factors : array of shape (n, q)
        Log benchmarks; q is 0 without a benchmark.
    rows : array of shape (k,)
        Rows of the events.
    horizons : array of shape (h,)
    windows : array of shape (w, 2)
        First and last day of each window around the event, day 0 being the event's own.
    estimation : array of shape (m,)
        Rows of the estimation window of every outcome.
    """

    dates: pd.DatetimeIndex
    outcomes: tuple[str, ...]
    levels: FloatArray
    factors: FloatArray
    rows: IntArray
    horizons: IntArray
    windows: IntArray
    estimation: IntArray

    def remarks(self, complete: BoolArray, names: Sequence[str], word: str) -> tuple[str, ...]:
        """Return a sentence for every outcome that some events do not enter, naming them.

        Parameters
        ----------
        complete : array of shape (k, m, c)
            Whether the window of an event is complete, for every outcome and cell.
        names : sequence of c str
            The cells in words.
        word : str
            What a row is.
        """
        found = []
        for place, outcome in enumerate(self.outcomes):
            lacking = ~complete[:, place, :]
            if not lacking.any():
                continue
            held = self.dates[np.isfinite(self.levels[:, place])]
            span = f"it has values from {held[0]:%Y-%m-%d} to {held[-1]:%Y-%m-%d}"
            if lacking.all():
                events = counted(len(lacking), "event")
                found.append(f"{outcome!r} enters nowhere: no complete window at {events}; {span}.")
                continue
            lost = [
                f"{self.dates[row]:%Y-%m-%d} over "
                + ("any window" if gone.all() else ", ".join(np.array(names)[gone]) + f" {word}s")
                for row, gone in zip(self.rows, lacking, strict=True)
                if gone.any()
            ]
            found.append(f"{outcome!r} lacks {'; '.join(lost)}; {span}.")
        return tuple(found)


def study_sample(
    outcome: pd.Series | pd.DataFrame,
    events: EventSet,
    *,
    horizons: Sequence[int] | int,
    model: Model,
    benchmark: pd.Series | pd.DataFrame | None,
    estimation: Estimation,
    delay: int,
    windows: Sequence[tuple[int, int]] = (),
) -> Sample:
    """Check the inputs of an event study and bring them onto one sample.

    Parameters
    ----------
    outcome : Series or DataFrame of shape (n_days,) or (n_days, m)
        Prices above zero, NaN where missing.
    events : EventSet
    horizons : sequence of int, or one
        Rows from entry to exit.
    model : {"difference", "constant-mean", "market"}
    benchmark : Series or DataFrame, or None
        Prices of the factors on the dates of `outcome`.
    estimation : int or mapping of outcome to int
        Rows of the estimation window, of all outcomes or of each.
    delay : int
        Rows from event to entry.
    windows : sequence of (first, last), default ()
        Days around the event.

    Returns
    -------
    Sample
        From the first to the last row on which an outcome has a price.

    Raises
    ------
    InputError
        If an option leaves its range or choices.
    InputError
        If a series is unusable, or the dates of outcome and benchmark differ.
    InputError
        If model and benchmark do not fit each other.
    InputError
        If there is no event, or one lies outside the sample or off its labels.
    InputError
        If a horizon or window does not fit into the sample.
    """
    require_choice(model, MODELS, "model")
    require_count(delay, 1, "delay")
    lengths, around = _checked_horizons(horizons), _checked_windows(windows)
    prices = _prices(outcome, "outcome")
    rows = _checked_estimation(estimation, [str(name) for name in prices.columns])
    factors = _factors(benchmark, model, prices)
    if not isinstance(events, EventSet):
        raise InputError(
            f"`events` must be an EventSet, got {type(events).__name__}; "
            "use EventSet(dates, rule='...')."
        )
    if not len(events):
        raise InputError(f"`events` is empty ({events.rule}); use a rule that finds events.")
    held = np.flatnonzero(prices.notna().any(axis=1).to_numpy())
    span = slice(held[0], held[-1] + 1)
    prices, factors = prices.iloc[span], factors.iloc[span]
    dates = pd.DatetimeIndex(prices.index)
    if len(dates) < delay + lengths[-1] + 1:
        raise InputError(
            f"`horizons` reach {lengths[-1]} rows beyond a delay of {delay}, but the sample has "
            f"only {len(dates)} rows; use shorter horizons or more data."
        )
    if len(around) and len(dates) < around[:, 1].max(initial=0) - around[:, 0].min(initial=1) + 2:
        raise InputError(
            f"`windows` reach from day {around[:, 0].min()} to day {around[:, 1].max()}, but the "
            f"sample has only {len(dates)} rows; use shorter windows or more data."
        )
    return Sample(
        dates=dates,
        outcomes=tuple(str(name) for name in prices.columns),
        levels=np.log(prices.to_numpy()),
        factors=np.log(factors.to_numpy()),
        rows=_event_rows(events, dates),
        horizons=lengths,
        windows=around,
        estimation=rows,
    )


def _checked_horizons(horizons: Sequence[int] | int) -> IntArray:
    listed = [horizons] if isinstance(horizons, int) else list(horizons)
    if not listed:
        raise InputError("`horizons` is empty; give at least one, for example (60,).")
    for horizon in listed:
        if isinstance(horizon, bool) or not isinstance(horizon, (int, np.integer)):
            raise InputError(f"`horizons` must be whole numbers of rows, got {horizon!r}.")
        require_count(horizon, 1, "horizons")
    if any(later <= earlier for earlier, later in pairwise(listed)):
        raise InputError(f"`horizons` must increase, got {tuple(listed)}; sort them, none twice.")
    return np.array(listed, dtype=np.int64)


def _checked_windows(windows: Sequence[tuple[int, int]]) -> IntArray:
    listed = [tuple(window) if isinstance(window, list | tuple) else window for window in windows]
    for window in listed:
        whole = isinstance(window, tuple) and all(
            isinstance(day, int | np.integer) and not isinstance(day, bool) for day in window
        )
        if not whole or len(window) != 2 or window[0] > window[1]:
            raise InputError(
                "`windows` must be pairs (first day, last day) of whole numbers, the event's own "
                f"day being 0, such as (-20, -1), got {window!r}."
            )
    if len(set(listed)) < len(listed):
        raise InputError(f"`windows` must differ, got {tuple(listed)}; give none twice.")
    return np.array(listed, dtype=np.int64).reshape(-1, 2)


def _checked_estimation(estimation: Estimation, outcomes: list[str]) -> IntArray:
    if not isinstance(estimation, Mapping):
        require_count(estimation, _LEAST_ESTIMATION, "estimation")
        return np.full(len(outcomes), estimation, dtype=np.int64)
    if set(estimation) != set(outcomes):
        raise InputError(
            f"`estimation` must name every outcome ({', '.join(outcomes)}) and no other, got "
            f"{', '.join(map(str, estimation))}; or give one number for all."
        )
    for name in outcomes:
        require_count(estimation[name], _LEAST_ESTIMATION, f"estimation of {name}")
    return np.array([estimation[name] for name in outcomes], dtype=np.int64)


def _prices(prices: pd.Series | pd.DataFrame, name: str) -> pd.DataFrame:
    if isinstance(prices, pd.Series):
        label = name if prices.name is None else str(prices.name)
        frame = daily_series(prices, name).to_frame(label)
    else:
        frame = daily_frame(prices, name)
    if frame.shape[1] == 0:
        raise InputError(f"`{name}` has no column; give at least one.")
    for column in frame.columns:
        positive(frame[column], f"{name} {column!r}" if frame.shape[1] > 1 else name)
        if frame[column].isna().all():
            raise InputError(f"`{name}` column {column!r} holds no value; leave it out.")
    return frame


def _factors(
    benchmark: pd.Series | pd.DataFrame | None, model: Model, prices: pd.DataFrame
) -> pd.DataFrame:
    if benchmark is None:
        if model == "market":
            raise InputError(
                "model='market' needs a `benchmark` of prices, got None; pass BTC, for example."
            )
        return pd.DataFrame(index=prices.index)
    if model == "constant-mean":
        raise InputError("model='constant-mean' takes no `benchmark`; leave it out.")
    factors = _prices(benchmark, "benchmark")
    require_same_dates(prices, factors, "`outcome` and `benchmark`")
    if model == "market":
        require_independent(pd.DataFrame(np.log(factors)).diff().dropna())
    if model == "difference" and factors.shape[1] > 1:
        raise InputError(
            f"model='difference' takes one `benchmark`, got {factors.shape[1]} columns; "
            "choose one or use model='market'."
        )
    return factors


def _event_rows(events: EventSet, dates: pd.DatetimeIndex) -> IntArray:
    first, last = dates[0], dates[-1]
    outside = (events.dates < first) | (events.dates > last)
    if outside.any():
        raise InputError(
            f"The event {events.dates[outside][0]:%Y-%m-%d} lies outside the sample "
            f"{first:%Y-%m-%d} to {last:%Y-%m-%d}; "
            f"use events.between('{first:%Y-%m-%d}', '{last:%Y-%m-%d}')."
        )
    rows: IntArray = dates.get_indexer(events.dates).astype(np.int64)
    if (rows < 0).any():
        raise InputError(
            f"The event {events.dates[rows < 0][0]:%Y-%m-%d} is no label of `outcome`; put both "
            "on one clock, or use events.on(outcome.index), which moves each event to the next "
            "label."
        )
    return rows
