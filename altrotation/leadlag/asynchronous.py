"""Lead and lag of series on different clocks, without bringing them to a common one."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from scipy import stats

from altrotation._guarded import guarded
from altrotation.aliases import BoolArray, FloatArray, IntArray, Seed
from altrotation.errors import InputError
from altrotation.inference.multiple import step_down
from altrotation.inference.results import Interval, RunInfo
from altrotation.inference.ties import tail_share
from altrotation.kernels.hayashi_yoshida import contrast
from altrotation.leadlag.clocks import HOUR, cumulative_activity, to_nanoseconds
from altrotation.leadlag.contrast import LeadLagContrast
from altrotation.leadlag.inputs import named
from altrotation.leadlag.streams import sign_draws
from altrotation.validate import (
    require_at_least,
    require_between,
    require_count,
    require_independent,
)
from altrotation.variation import dependence, resolved, size_of, varies

__all__ = ["hayashi_yoshida"]

_LEAST = 40  # ticks of each series
_BLOCKS = 1000  # most blocks that share a sign: enough for the law, few enough for any sample


@guarded
def hayashi_yoshida(
    x: pd.Series,
    y: pd.Series,
    *,
    lags: Iterable[float] = tuple(range(-120, 121, 24)),
    activity: str = "calendar",
    block: int = 5,
    level: float = 0.95,
    replicates: int = 999,
    seed: Seed = 0,
    workers: int = 1,
) -> LeadLagContrast:
    """Estimate the lead-lag contrast of two series from their own ticks, with a wild bootstrap.

    The contrast of Hoffmann, Rosenbaum & Yoshida (2013) needs no common clock, but daily closes
    set at different hours still give unequal values at +24 and -24 hours although nobody leads:
    the intervals it pairs share more true time on one side. That share is known from the instants
    alone; scaled to the value at lag 0 it is the mechanical part, and the test is about the excess
    over it. Without co-movement at lag 0 the mechanical part vanishes and the test is the wild
    bootstrap of Koike (2019), here with random signs for blocks of changes of x.

    Parameters
    ----------
    x, y : Series of shape (n,) and (m,)
        Log prices at timezone-naive UTC instants (see `close_instants`), to the nanosecond; NaN is
        no tick. Only the intervals that meet the span of the other series count.
    lags : iterable of float, default -120, -96, .., 120
        Hours by which x leads, with 0 among them, rounded to nanoseconds: .3 / 3600 for 300
        milliseconds.
    activity : {"calendar", "sessions"}, default "calendar"
        When the two are thought to move together: at every hour, or in New York sessions only.
    block : int, default 5
        Changes of x that share a sign; in long samples more, so that there are 1,000 blocks. Pairs
        overlap in neighbouring intervals, so 1 is too few.
    level : float, default .95
    replicates : int, default 999
    seed : int or Generator, default 0
    workers : int, default 1

    Returns
    -------
    LeadLagContrast

    Raises
    ------
    InputError
        If a series is not at timezone-naive UTC instants.
    InputError
        If instants are unsorted or doubled.
    InputError
        If a price is infinite.
    InputError
        If fewer than 40 ticks of a series lie in the span of the other.
    InputError
        If a series does not move, or only at one rate, or both move as one at shared instants.
    InputError
        If `lags` lack 0, a positive or a negative number.
    InputError
        If two lags are the same nanosecond, or one is not shorter than the shared span.
    InputError
        If `activity` is unknown.
    InputError
        If `activity` is "sessions" and no interval of the series meets one.
    InputError
        If `block` < 1.
    InputError
        If `replicates` or `workers` < 1.
    InputError
        If `level` does not lie between 0 and 1.
    """
    require_between(level, 0.0, 1.0, "level")
    require_count(block, 1, "block")
    a, b = _shared(_ticks(x, "x"), _ticks(y, "y"))
    hours = _hours(lags)
    cumulative = cumulative_activity(activity)
    instants_a, instants_b = pd.DatetimeIndex(a.index), pd.DatetimeIndex(b.index)
    times_a, times_b = to_nanoseconds(instants_a), to_nanoseconds(instants_b)
    _require_movement(a, b, times_a, times_b)
    lag_times = _lag_times(hours, min(times_a[-1] - times_a[0], times_b[-1] - times_b[0]))
    edges = _edges(len(a) - 1, block)
    sums, overlap = contrast(
        times_a,
        a.to_numpy(),
        times_b,
        b.to_numpy(),
        cumulative(instants_a),
        cumulative(instants_b),
        lag_times,
        edges,
    )
    zero = int(np.flatnonzero(lag_times == 0)[0])
    if not overlap[zero] > 0:
        raise InputError(
            "No interval of `x` and `y` meets a New York session; use activity='calendar'."
        )
    sums /= np.sqrt(np.square(np.diff(a)).sum() * np.square(np.diff(b)).sum())
    share = overlap / overlap[zero]
    terms = sums - share * sums[:, [zero]]
    size = size_of(sums, sums[:, [zero]], axis=0)
    terms[:, ~resolved(np.abs(terms).max(axis=0), size)] = 0.0  # the same pairs as at lag 0
    draws = sign_draws(terms, replicates, seed=seed, path=(1,), workers=workers)
    estimate = sums.sum(axis=0)
    mechanical = share * estimate[zero]
    table, sides = _tests(terms, draws, hours, level)
    table.insert(0, "mechanical", mechanical)
    table.insert(0, "estimate", estimate)
    ratio, interval, p = _ratio(estimate, mechanical, draws, hours, level)
    leader, follower = named(x, "x"), named(y, "y")
    return LeadLagContrast(
        label=f"{leader} and {follower}: Hayashi-Yoshida lead-lag contrast",
        null=f"{leader} and {follower} move together at the same instants only: the contrast has "
        "the shape that their two clocks give it",
        alternative=f"{leader} leads at a positive lag, {follower} at a negative one",
        method=f"Hoffmann-Rosenbaum-Yoshida contrast in excess of the clocks' own ({activity} "
        f"time); {replicates} draws of random signs for {len(edges) - 1} blocks of changes",
        n=len(a) - 1,
        first=max(instants_a[0], instants_b[0]),
        last=min(instants_a[-1], instants_b[-1]),
        level=level,
        run=RunInfo.capture(seed, a, b),
        leader=leader,
        follower=follower,
        table=table,
        sides=sides,
        log_llr=ratio,
        log_llr_interval=interval,
        log_llr_p=p,
        replicates=replicates,
    )


def _ticks(series: pd.Series, name: str) -> pd.Series:
    if not isinstance(series, pd.Series) or not isinstance(series.index, pd.DatetimeIndex):
        raise InputError(f"`{name}` must be a Series at UTC instants; set a DatetimeIndex.")
    if series.index.tz is not None:
        raise InputError(
            f"`{name}` must have timezone-naive UTC instants, got {series.index.tz}; "
            "use .tz_convert('UTC').tz_localize(None)."
        )
    kept = series.astype("float64").dropna()
    if not (kept.index.is_monotonic_increasing and kept.index.is_unique):
        raise InputError(f"`{name}` has unsorted or doubled instants; sort them, keep one each.")
    if not np.isfinite(kept.to_numpy()).all():
        raise InputError(f"`{name}` is infinite somewhere; use NaN for a missing price.")
    return kept


def _shared(a: pd.Series, b: pd.Series) -> tuple[pd.Series, pd.Series]:
    if len(a) and len(b):
        start, end = max(a.index[0], b.index[0]), min(a.index[-1], b.index[-1])
        a, b = _straddling(a, start, end), _straddling(b, start, end)
    for name, series in (("x", a), ("y", b)):
        require_at_least(len(series), _LEAST, f"the number of ticks of `{name}` in the shared span")
    return a, b


def _straddling(series: pd.Series, start: pd.Timestamp, end: pd.Timestamp) -> pd.Series:
    first = max(0, int(series.index.searchsorted(start, side="right")) - 1)
    last = int(series.index.searchsorted(end, side="left")) + 1
    return series.iloc[first:last] if start <= end else series.iloc[:0]


def _require_movement(a: pd.Series, b: pd.Series, times_a: IntArray, times_b: IntArray) -> None:
    for name, series, times in (("x", a, times_a), ("y", b, times_b)):
        elapsed = (times - times[0]).astype(np.float64)
        if dependence(np.column_stack([elapsed, series.to_numpy()])) is not None:
            raise InputError(
                f"`{name}` is constant over the shared days but for a steady drift; pass a series "
                "that moves."
            )
    shared = a.index.intersection(b.index)
    if len(shared) >= _LEAST:
        moves = {"x": np.diff(a[shared]), "y": np.diff(b[shared])}
        if all(bool(varies(each)) for each in moves.values()):
            require_independent(moves)


def _lag_times(hours: FloatArray, span: int) -> IntArray:
    if not np.abs(hours).max() * HOUR < span:
        raise InputError(
            f"`lags` must be shorter than the shared span of {span / HOUR:.6g} hours, got "
            f"{hours[np.argmax(np.abs(hours))]:g}; leave out the longer ones."
        )
    times = np.round(hours * HOUR).astype(np.int64)
    same = np.flatnonzero(np.diff(times) == 0)
    if len(same):
        raise InputError(
            f"`lags` holds {hours[same[0]]:g} and {hours[same[0] + 1]:g}, which are the same "
            "nanosecond; drop one."
        )
    return times


def _hours(lags: Iterable[float]) -> FloatArray:
    hours = np.unique(np.asarray(list(lags), dtype=np.float64))
    if not (
        np.isfinite(hours).all() and np.any(hours == 0) and np.any(hours > 0) and np.any(hours < 0)
    ):
        raise InputError(
            "`lags` must hold 0, a positive and a negative number of hours, "
            f"got {hours.tolist()[:6]}."
        )
    return hours


def _edges(intervals: int, block: int) -> IntArray:
    size = max(block, -(-intervals // _BLOCKS))
    starts = np.arange(0, intervals, size, dtype=np.int64)
    return np.append(starts, np.int64(intervals))


def _tests(
    terms: FloatArray, draws: FloatArray, hours: FloatArray, level: float
) -> tuple[pd.DataFrame, dict[str, float]]:
    excess = terms.sum(axis=0)
    spread = np.sqrt(np.square(terms).sum(axis=0))
    told = spread > 0
    size = np.divide(np.abs(excess), spread, out=np.zeros_like(spread), where=told)
    null = np.abs(np.divide(draws, spread, out=np.zeros_like(draws), where=told))
    reach = stats.norm.isf((1 - level) / 2) * np.sqrt(
        np.square(terms - terms.mean(axis=0)).sum(axis=0)
    )
    table = pd.DataFrame(
        {
            "excess": excess,
            "low": excess - reach,
            "high": excess + reach,
            "p": tail_share(size, null),
            "p_adjusted": step_down(size, null),
        },
        index=pd.Index(hours, name="hours"),
    )
    masks: dict[str, BoolArray] = {
        "positive": hours > 0,
        "negative": hours < 0,
        "any": hours != 0,
    }
    sides = {
        side: float(tail_share(size[mask].max(), null[:, mask].max(axis=1)))
        for side, mask in masks.items()
    }
    return table, sides


def _ratio(
    estimate: FloatArray, mechanical: FloatArray, draws: FloatArray, hours: FloatArray, level: float
) -> tuple[float, Interval, float]:
    def log_ratio(curve: FloatArray) -> FloatArray:
        squares = np.square(curve)
        ahead, behind = squares[..., hours > 0].sum(axis=-1), squares[..., hours < 0].sum(axis=-1)
        return np.asarray(np.log(ahead / behind), dtype=np.float64)

    # Both curves carry the noise of their estimation, so the null draws do as well.
    null = log_ratio(mechanical + draws)
    observed = float(log_ratio(estimate) - np.median(null))
    away = np.abs(null - np.median(null))
    reach = float(np.quantile(away, level))
    p = float(tail_share(np.abs(observed), away))
    words = "null draws of the wild block bootstrap, moved to the estimate"
    return observed, Interval(observed - reach, observed + reach, level, words), p
