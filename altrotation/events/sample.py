"""The common sample of an event study: log levels, benchmarks and event rows, all checked."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from altrotation.aliases import FloatArray, IntArray
from altrotation.errors import InputError
from altrotation.events.eventset import EventSet
from altrotation.events.returns import MODELS, Model
from altrotation.validate import (
    daily_frame,
    daily_series,
    positive,
    require_choice,
    require_count,
    require_same_dates,
)

__all__ = ["Sample", "study_sample"]


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
    """

    dates: pd.DatetimeIndex
    outcomes: tuple[str, ...]
    levels: FloatArray
    factors: FloatArray
    rows: IntArray
    horizons: IntArray


def study_sample(
    outcome: pd.Series | pd.DataFrame,
    events: EventSet,
    *,
    horizons: Sequence[int],
    model: Model,
    benchmark: pd.Series | pd.DataFrame | None,
    estimation: int,
    delay: int,
) -> Sample:
    """Check the inputs of an event study and bring them onto one sample.

    Parameters
    ----------
    outcome : Series or DataFrame of shape (n_days,) or (n_days, m)
        Prices above zero, NaN where missing.
    events : EventSet
    horizons : sequence of int
        Rows from entry to exit.
    model : {"difference", "constant-mean", "market"}
    benchmark : Series or DataFrame, or None
        Prices of the factors on the dates of `outcome`.
    estimation, delay : int
        Rows of the estimation window, and from event to entry.

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
        If a horizon does not fit into the sample.
    """
    require_choice(model, MODELS, "model")
    require_count(delay, 1, "delay")
    require_count(estimation, 20, "estimation")
    lengths = _checked_horizons(horizons)
    prices = _prices(outcome, "outcome")
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
    return Sample(
        dates=dates,
        outcomes=tuple(str(name) for name in prices.columns),
        levels=np.log(prices.to_numpy()),
        factors=np.log(factors.to_numpy()),
        rows=_event_rows(events, dates),
        horizons=lengths,
    )


def _checked_horizons(horizons: Sequence[int]) -> IntArray:
    listed = list(horizons)
    if not listed:
        raise InputError("`horizons` is empty; give at least one, for example (60,).")
    for horizon in listed:
        if isinstance(horizon, bool) or not isinstance(horizon, (int, np.integer)):
            raise InputError(f"`horizons` must be whole numbers of rows, got {horizon!r}.")
        require_count(horizon, 1, "horizons")
    if any(later <= earlier for earlier, later in pairwise(listed)):
        raise InputError(f"`horizons` must increase, got {tuple(listed)}; sort them, none twice.")
    return np.array(listed, dtype=np.int64)


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
            f"The event {events.dates[rows < 0][0]:%Y-%m-%d} is no label of `outcome`; "
            "put both on one clock."
        )
    return rows
