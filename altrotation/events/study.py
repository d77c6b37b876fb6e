"""Event study: mean abnormal outcome after dated events, tested against placebo dates."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.aliases import Alternative, BoolArray, FloatArray, IntArray, Seed
from altrotation.errors import InputError
from altrotation.events.eventset import EventSet
from altrotation.events.noise import METHOD, mean_outcome_noise
from altrotation.events.placebo import matched_rows, rotated_rows, tercile_cells
from altrotation.events.results import Cells, EventStudy, window_kind, window_label
from altrotation.events.returns import AbnormalReturns, Model, abnormal_returns
from altrotation.events.sample import Estimation, Sample, study_sample
from altrotation.events.table import study_table
from altrotation.inference.permutation import ALTERNATIVES, randomisation_test
from altrotation.inference.results import RunInfo
from altrotation.kernels.events import gathered_means
from altrotation.printing import row_word
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
    horizons: Sequence[int] | int = (20, 60, 90, 120),
    windows: Sequence[tuple[int, int]] = (),
    model: Model = "difference",
    benchmark: pd.Series | pd.DataFrame | None = None,
    estimation: Estimation = 250,
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
    horizons : sequence of int, or one, default (20, 60, 90, 120)
        Window lengths in labels of the index (calendar days on the 24/7 clock), increasing.
    windows : sequence of (first, last), default ()
        Days around the event, as event studies count them: day 0 is the return of the event's own
        label, and (first, last) adds up the returns of days first .. last, so (-20, -1) is what
        came before, (0, 0) the event's own day and (delay + 1, delay + H) the horizon H. A window
        that opens before entry describes (anticipation, the jump itself): nobody could have earned
        it, and it is no signal.
    model : "difference", "constant-mean" or "market"
        Normal return: that of the benchmark (or none, if the outcome is relative already); the mean
        of the estimation window; or the fit on one or more benchmarks in the estimation window.
    benchmark : Series or DataFrame, optional
        Positive prices on the dates of the outcome.
    estimation : int or mapping of outcome to int, default 250
        Rows of the estimation window, about a year of sessions, strictly before the event row, and
        before the first day of a window that opens earlier. A mapping gives every outcome its own:
        one with a short history enters with a shorter window, or is named in `remarks`.
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
        step-down max-T over all outcomes and horizons under the same placebos, and over all
        outcomes and windows: what is described changes no number of what is judged. The interval
        covers `estimate`, the mean outcome itself, drift included; `excess` is what the test
        judges. `remarks` names the events that an outcome lacks.

    Raises
    ------
    InputError
        If an input is unusable (see the message).
    InputError
        If an event lies outside the sample.
    InputError
        If a horizon or window is longer than the data.
    InputError
        If the interval has fewer than 9 returns of an outcome to resample.
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
        windows=windows,
    )
    source = _match_source(match_on, null)
    base = int(seed.integers(2**31)) if isinstance(seed, np.random.Generator) else int(seed)
    returns = abnormal_returns(
        sample.levels,
        sample.factors,
        model=model,
        estimation=int(sample.estimation.max()),
        lengths=sample.estimation,
    )
    options = _Options(delay, source, draws, replicates, alternative, level, base)
    ahead = _Family(
        spans=((delay, sample.horizons),),
        labels=tuple(int(horizon) for horizon in sample.horizons),
        reach=int(sample.horizons[-1]),
    )
    judged, table = _judged(sample, events, returns, ahead, options)
    complete, around = np.isfinite(judged.outcome_windows), None
    if len(sample.windows):
        around, beside = _judged(sample, events, returns, _around(sample.windows), options)
        kinds = [window_kind(first, last, delay) for first, last in sample.windows.tolist()]
        table = table.assign(kind="outcome")
        beside = beside.assign(kind=kinds * len(sample.outcomes))
        both = [each.loc[[name]] for name in sample.outcomes for each in (table, beside)]
        table = pd.concat(both)
        complete = np.concatenate([complete, np.isfinite(around.outcome_windows)], axis=2)
    unit = row_word(sample.dates)
    table.attrs["unit"] = unit
    names = [str(label) for label in table.index.get_level_values(1)[: complete.shape[2]]]
    hashed = [outcome, events.dates.to_numpy().astype(np.int64)]
    hashed += [data for data in (benchmark, match_on) if data is not None]
    return EventStudy(
        outcomes=sample.outcomes,
        horizons=tuple(int(horizon) for horizon in sample.horizons),
        windows=tuple((int(first), int(last)) for first, last in sample.windows),
        events=events,
        model=model,
        null=null,
        alternative=alternative,
        delay=delay,
        sample=(sample.dates[0], sample.dates[-1]),
        table=table,
        rows=sample.rows,
        placebo_rows=judged.placebo_rows,
        null_means=judged.null_means,
        outcome_windows=judged.outcome_windows,
        errors=judged.errors,
        around=around,
        returns=returns,
        interval_method=METHOD,
        unit=unit,
        remarks=sample.remarks(complete, names, unit),
        run=RunInfo.capture(seed, *hashed),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Options:
    """What the cells of a study share."""

    delay: int
    source: pd.Series | None
    draws: int
    replicates: int
    alternative: Alternative
    level: float
    base: int


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Family:
    """Cells judged together: spans of rows, each from `delay` rows after the event over lengths."""

    spans: tuple[tuple[int, IntArray], ...]
    labels: tuple[object, ...]
    reach: int

    @property
    def lengths(self) -> IntArray:
        """Rows of every cell."""
        return np.concatenate([lengths for _, lengths in self.spans])


def _around(windows: IntArray) -> _Family:
    return _Family(
        spans=tuple((int(first) - 1, np.array([last - first + 1])) for first, last in windows),
        labels=tuple(window_label(int(first), int(last)) for first, last in windows),
        reach=int(windows[:, 1].max() - windows[:, 0].min() + 1),
    )


def _judged(
    sample: Sample,
    events: EventSet,
    returns: AbnormalReturns,
    family: _Family,
    options: _Options,
) -> tuple[Cells, pd.DataFrame]:
    """Return the cells of one family and their rows of the table."""
    windows = np.concatenate(
        [returns.windows(delay, lengths) for delay, lengths in family.spans], axis=2
    )
    cells = windows.reshape(len(windows), -1)
    complete = np.isfinite(cells)
    used = complete[sample.rows]
    if not used.any():
        raise InputError(
            f"None of the {len(events)} events has a complete window (estimation rows included); "
            "use shorter `horizons` or `windows`, or an outcome without gaps around the events."
        )
    live = used.any(axis=0)
    if options.source is None:
        placebo = rotated_rows(sample.rows, complete[:, live])
        member = np.ones_like(used)
    else:
        placebo = _matched(sample, events, complete, used, family.reach, options)
        member = used
    centre = np.array([column[np.isfinite(column)].mean() for column in cells.T[live]])
    every = np.zeros(cells.shape[1])
    every[live] = centre
    observed, count, _ = gathered_means(cells, every, sample.rows[None, :], used)
    null_means, kept, single = gathered_means(cells, every, placebo, member)
    null_means = every + (null_means - every) * np.sqrt(kept / np.maximum(count, 1.0))
    test = randomisation_test(
        observed[0, live], null_means[:, live], alternative=options.alternative
    )
    errors = _errors(returns, sample, used, family, options)
    table = study_table(
        sample,
        used,
        observed[0],
        single,
        test,
        errors,
        options.level,
        lengths=family.lengths,
        labels=family.labels,
    )
    made = Cells(
        placebo_rows=placebo,
        null_means=null_means.reshape(-1, *windows.shape[1:]),
        outcome_windows=windows[sample.rows],
        errors=errors.reshape(-1, *windows.shape[1:]),
    )
    return made, table


def _matched(
    sample: Sample,
    events: EventSet,
    complete: BoolArray,
    used: BoolArray,
    reach: int,
    options: _Options,
) -> IntArray:
    """Return matched placebo rows; an event without any window stays where it is, unread."""
    assert options.source is not None
    inside = np.flatnonzero(used.any(axis=1))
    placebo = np.tile(sample.rows, (options.draws, 1))
    placebo[:, inside] = matched_rows(
        sample.rows[inside],
        np.stack([complete[:, use].all(axis=1) for use in used[inside]]),
        tercile_cells(options.source, sample.dates),
        dates=events.dates[inside],
        reach=reach,
        draws=options.draws,
        seed=generator(options.base, 1),
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
    family: _Family,
    options: _Options,
) -> FloatArray:
    """Return draws of the error of every cell: shape (replicates, cells), NaN without events."""
    errors = np.full((options.replicates, used.shape[1]), np.nan)
    size = len(family.labels)
    for place in range(len(sample.outcomes)):
        first = place * size
        for delay, lengths in family.spans:
            mine = slice(first, first + len(lengths))
            first += len(lengths)
            live = used[:, mine].any(axis=0)
            if not live.any():
                continue
            # every outcome and window restarts the same stream: its interval ignores which others
            # stand beside it
            errors[:, mine.start + np.flatnonzero(live)] = mean_outcome_noise(
                returns.daily(place),
                sample.rows,
                used[:, mine][:, live],
                lengths[live],
                delay=delay,
                estimation=int(returns.lengths[place]),
                replicates=options.replicates,
                seed=generator(options.base, 2),
            )
    return errors
