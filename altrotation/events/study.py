"""Event study: mean abnormal outcome after dated events, tested against placebo dates."""

from collections.abc import Sequence
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.aliases import Alternative, BoolArray, FloatArray, IntArray, Seed
from altrotation.errors import InputError
from altrotation.events.eventset import EventSet
from altrotation.events.noise import METHOD, mean_outcome_noise
from altrotation.events.placebo import matched_rows, rotated_rows, tercile_cells
from altrotation.events.results import EventStudy
from altrotation.events.returns import AbnormalReturns, Model, abnormal_returns
from altrotation.events.sample import Sample, study_sample
from altrotation.events.table import study_table
from altrotation.inference.permutation import ALTERNATIVES, randomisation_test
from altrotation.inference.results import RunInfo
from altrotation.kernels.events import gathered_means
from altrotation.rng import generator
from altrotation.validate import (
    daily_series,
    positive,
    require_between,
    require_choice,
    require_count,
)

__all__ = ["NULLS", "Null", "event_study"]

Null: TypeAlias = Literal["rotation", "matched"]
NULLS: tuple[Null, ...] = ("rotation", "matched")


@guarded
def event_study(
    outcome: pd.Series | pd.DataFrame,
    events: EventSet,
    *,
    horizons: Sequence[int] = (20, 60, 90, 120),
    model: Model = "difference",
    benchmark: pd.Series | pd.DataFrame | None = None,
    estimation: int = 250,
    null: Null = "rotation",
    match_on: pd.Series | None = None,
    draws: int = 9_999,
    replicates: int = 4_999,
    alternative: Alternative = "two-sided",
    delay: int = 1,
    level: float = 0.95,
    seed: Seed = 0,
) -> EventStudy:
    """Estimate what followed the events and compare it with the same events at other dates.

    The outcome of an event at row i over horizon H is the abnormal part of
    ``log P[i + delay + H] - log P[i + delay]``; the statistic is its mean over the events.

    Parameters
    ----------
    outcome : Series or DataFrame of shape (n_days,) or (n_days, m)
        Positive prices or ratio indexes, one column an outcome. A window that begins or ends at a
        missing value (NaN) is incomplete.
    events : EventSet
        Dates known within their day. An event whose window is incomplete is dropped from that
        outcome and horizon, and counted.
    horizons : sequence of int, default (20, 60, 90, 120)
        Window lengths in labels of the index (calendar days on the 24/7 clock), increasing.
    model : "difference", "constant-mean" or "market"
        Normal return: that of the benchmark (or none, if the outcome is relative already); the mean
        of the estimation window; or the fit on one or more benchmarks in the estimation window.
    benchmark : Series or DataFrame, optional
        Positive prices on the dates of the outcome.
    estimation : int, default 250
        Rows of the estimation window, about a year of sessions, strictly before the event row.
    null : "rotation" or "matched"
        "rotation" shifts all events together by every offset modulo the sample: gaps and clusters
        stay, and all shifts are enumerated. Under a shift, as in the data, an event whose window
        is incomplete is dropped; a shift is admissible when every cell keeps one. It is exact when
        the observed position is one of the admissible ones with equal chance. "matched" draws
        dates whose trailing 60-price run-up and volatility fall into the same terciles of
        `match_on`, all windows complete.
    match_on : Series, optional
        Prices of the series the events were found in; for "matched" only. Its tercile cut points
        come from the whole sample: they shape the placebo and are never a signal.
    draws : int, default 9_999
        Placebo draws of "matched"; the rotation null needs none.
    replicates : int, default 4_999
        Bootstrap replicates of the interval.
    alternative : "two-sided", "greater" or "less"
        Two-sided extremeness is the distance from the mean under the null.
    delay : int, default 1
        Labels between the event and the price at which its window starts, at least 1.
    level : float, default 0.95
        Of the intervals.
    seed : int or Generator, default 0

    Returns
    -------
    EventStudy
        p-values count placebos at least as extreme: (1 + count) / (B + 1); the adjusted ones are
        step-down max-T over all outcomes and horizons under the same placebos. The interval covers
        `estimate`, the mean outcome itself, drift included; `excess` is what the test judges.

    Raises
    ------
    InputError
        If an input is unusable (see the message).
    InputError
        If an event lies outside the sample.
    InputError
        If a horizon is longer than the data.
    InputError
        If no window is complete.
    InputError
        If no placebo can be placed.

    Notes
    -----
    Where shifts keep different numbers of events, the distance of the mean from that of all
    windows is multiplied by sqrt(events kept / events observed), in the statistic and in
    `null_means` alike: means of few events do not count as extreme because they are few.
    n_effective is the variance of one placebo window over that of the placebo mean, between 1 and
    the number of events. The minimum detectable effect is (1.960 + 0.842) standard deviations of
    the placebo means, which counts overlap.
    """
    require_choice(null, NULLS, "null")
    require_choice(alternative, ALTERNATIVES, "alternative")
    require_count(draws, 1, "draws")
    require_count(replicates, 1, "replicates")
    require_between(level, 0.0, 1.0, "level")
    sample = study_sample(
        outcome,
        events,
        horizons=horizons,
        model=model,
        benchmark=benchmark,
        estimation=estimation,
        delay=delay,
    )
    source = _match_source(match_on, null)
    base = int(seed.integers(2**31)) if isinstance(seed, np.random.Generator) else int(seed)
    returns = abnormal_returns(sample.levels, sample.factors, model=model, estimation=estimation)
    windows = returns.windows(delay, sample.horizons)
    cells = windows.reshape(len(windows), -1)
    complete = np.isfinite(cells)
    used = complete[sample.rows]
    if not used.any():
        raise InputError(
            f"None of the {len(events)} events has a complete window (estimation rows included); "
            "use shorter `horizons` or an outcome without gaps around the events."
        )
    live = used.any(axis=0)
    if source is None:
        placebo = rotated_rows(sample.rows, complete[:, live])
        member = np.ones_like(used)
    else:
        placebo = _matched(sample, events, complete, used, source, draws, generator(base, 1))
        member = used
    centre = np.array([column[np.isfinite(column)].mean() for column in cells.T[live]])
    every = np.zeros(cells.shape[1])
    every[live] = centre
    observed, count, _ = gathered_means(cells, every, sample.rows[None, :], used)
    null_means, kept, single = gathered_means(cells, every, placebo, member)
    null_means = every + (null_means - every) * np.sqrt(kept / np.maximum(count, 1.0))
    test = randomisation_test(observed[0, live], null_means[:, live], alternative=alternative)
    errors = _errors(returns, sample, used, delay, replicates, base)
    table = study_table(sample, used, observed[0], single, test, errors, level)
    hashed = [outcome, events.dates.to_numpy().astype(np.int64)]
    hashed += [data for data in (benchmark, match_on) if data is not None]
    return EventStudy(
        outcomes=sample.outcomes,
        horizons=tuple(int(horizon) for horizon in sample.horizons),
        events=events,
        model=model,
        null=null,
        alternative=alternative,
        delay=delay,
        sample=(sample.dates[0], sample.dates[-1]),
        table=table,
        rows=sample.rows,
        placebo_rows=placebo,
        null_means=null_means.reshape(-1, *windows.shape[1:]),
        outcome_windows=windows[sample.rows],
        errors=errors.reshape(-1, *windows.shape[1:]),
        returns=returns,
        interval_method=METHOD,
        run=RunInfo.capture(seed, *hashed),
    )


def _matched(
    sample: Sample,
    events: EventSet,
    complete: BoolArray,
    used: BoolArray,
    source: pd.Series,
    draws: int,
    seed: np.random.Generator,
) -> IntArray:
    """Return matched placebo rows; an event without any window stays where it is, unread."""
    inside = np.flatnonzero(used.any(axis=1))
    placebo = np.tile(sample.rows, (draws, 1))
    placebo[:, inside] = matched_rows(
        sample.rows[inside],
        np.stack([complete[:, use].all(axis=1) for use in used[inside]]),
        tercile_cells(source, sample.dates),
        dates=events.dates[inside],
        reach=int(sample.horizons[-1]),
        draws=draws,
        seed=seed,
    )
    return placebo


def _match_source(match_on: pd.Series | None, null: Null) -> pd.Series | None:
    if null == "rotation":
        if match_on is not None:
            raise InputError("null='rotation' takes no `match_on`; leave it out or use 'matched'.")
        return None
    if match_on is None:
        raise InputError(
            "null='matched' needs `match_on`, got None; pass the series the events were found in."
        )
    return positive(daily_series(match_on, "match_on"), "match_on")


def _errors(
    returns: AbnormalReturns,
    sample: Sample,
    used: BoolArray,
    delay: int,
    replicates: int,
    base: int,
) -> FloatArray:
    """Return draws of the error of every cell: shape (replicates, cells), NaN without events."""
    errors = np.full((replicates, used.shape[1]), np.nan)
    size = len(sample.horizons)
    for place in range(len(sample.outcomes)):
        mine = slice(place * size, (place + 1) * size)
        live = used[:, mine].any(axis=0)
        if not live.any():
            continue
        # every outcome restarts the same stream: its interval ignores which others stand beside it
        errors[:, mine.start + np.flatnonzero(live)] = mean_outcome_noise(
            returns.daily(place),
            sample.rows,
            used[:, mine][:, live],
            sample.horizons[live],
            delay=delay,
            estimation=returns.estimation,
            replicates=replicates,
            seed=generator(base, 2),
        )
    return errors
