"""Performance with intervals, and the gain over a benchmark as evidence."""

from dataclasses import dataclass
from html import escape

import numpy as np
import pandas as pd
from scipy.stats import t as student

from altrotation._guarded import guarded
from altrotation.aliases import BoolArray, FloatArray, IntArray, Seed
from altrotation.backtest.attribution import spell_numbers
from altrotation.backtest.metrics import METRICS, YEAR, differs
from altrotation.backtest.results import Replay
from altrotation.errors import InputError
from altrotation.inference.bootstrap import basic_interval, block_length, stationary_functionals
from altrotation.inference.power import detectable_from_null
from altrotation.inference.results import Evidence, Interval, RunInfo
from altrotation.kernels.resample import stationary_rows
from altrotation.printing import Printed
from altrotation.rng import generator
from altrotation.validate import require_at_least, require_between, require_count
from altrotation.variation import resolved

__all__ = ["Performance", "gain_over", "performance"]

_CHUNK = 200  # resamples held at a time
_LEAST_BLOCK = 60.0  # days: gains of a rotation move together for a season, longer than they show
_GAIN = "log gain over BTC"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True, repr=False)
class Performance(Printed):
    """Measures of a replay, each with its interval.

    Parameters
    ----------
    label : str
    table : DataFrame
        Index the measure; estimate, low, high, unit. Low and high are quantiles of the measure
        over stationary-bootstrap resamples of the days. For drawdowns that is how much another
        history of the same kind would vary: a resample breaks the longest falls, so that its
        quantiles tend to lie on the mild side. The log gain over BTC has the interval of
        `gain_over`; NaN where that is not computed.
    level : float
        Of the intervals.
    mean_block, replicates : float, int
        Of the bootstrap.
    gain : Evidence
        The mean yearly log gain over BTC: what `gain_over` returns.
    run : RunInfo
    """

    label: str
    table: pd.DataFrame
    level: float
    mean_block: float
    replicates: int
    gain: Evidence
    run: RunInfo

    def _line(self) -> str:
        return self.label

    def summary(self) -> pd.DataFrame:
        """Return the table."""
        return self.table.copy()

    @property
    def note(self) -> str:
        """What the intervals are, and why the gain has none where it has none."""
        words = (
            f"{self.level:.0%} intervals: quantiles of {self.replicates:,} stationary-bootstrap "
            f"resamples, mean block {self.mean_block:.1f} days"
        )
        if self.gain.interval is None:
            return f"{words}. {_GAIN}: not computed, {self.gain.invalid}."
        return f"{words}; of the {_GAIN} by {self.gain.interval.method}."

    def _repr_html_(self) -> str:
        return f"<p><b>{escape(self.label)}</b></p>{self.table.to_html()}<p>{self.note}</p>"

    def __str__(self) -> str:
        return f"{Printed.__str__(self)}\n{self.note}"


@guarded
def performance(
    replay: Replay, *, level: float = 0.9, replicates: int = 1000, seed: Seed = 0
) -> Performance:
    """Return growth, risk and their ratios with intervals.

    Parameters
    ----------
    replay : Replay
        At least 30 days.
    level : float, default .9
    replicates : int, default 1000
        Resamples of the measures; each keeps the days of strategy and cash together.
    seed : int or Generator, default 0

    Returns
    -------
    Performance

    Raises
    ------
    InputError
        If `level` does not lie between 0 and 1.
    InputError
        If `replicates` < 100.
    InputError
        If the replay is shorter than 30 days.
    """
    require_between(level, 0.0, 1.0, "level")
    require_count(replicates, 100, "replicates")
    log = replay.log_returns.to_numpy()
    require_at_least(len(log), 30, "days of the replay")
    excess = replay.returns.to_numpy() - replay.cash_returns.to_numpy()
    block = block_length(log)
    draws: dict[str, list[FloatArray]] = {name: [] for name in METRICS}
    chance = generator(seed)
    left = replicates
    while left > 0:
        rows = stationary_rows(len(log), block, min(left, _CHUNK), chance)
        left -= len(rows)
        for name, (measure, basis, _) in METRICS.items():
            draws[name].append(measure((log if basis == "log" else excess)[rows]))
    table = []
    for name, (measure, basis, unit) in METRICS.items():
        estimate = float(measure(log if basis == "log" else excess))
        table.append((name, estimate, *_quantiles(np.concatenate(draws[name]), level), unit))
    gain = gain_over(replay, level=level, seed=seed)
    ends = (np.nan, np.nan) if gain.interval is None else (gain.interval.low, gain.interval.high)
    table.append((_GAIN, gain.estimate, *ends, gain.unit))
    return Performance(
        label=repr(replay),
        table=pd.DataFrame(table, columns=["measure", "estimate", "low", "high", "unit"]).set_index(
            "measure"
        ),
        level=level,
        mean_block=block,
        replicates=replicates,
        gain=gain,
        run=RunInfo.capture(seed, log, excess),
    )


@guarded
def gain_over(
    replay: Replay,
    other: Replay | None = None,
    *,
    level: float = 0.9,
    replicates: int = 2000,
    seed: Seed = 0,
) -> Evidence:
    """Return the mean yearly log gain of a replay over another, or over BTC, as evidence.

    Two laws of its error stand side by side, and the one that is wider at an end gives that end:

    - the stationary bootstrap of the daily differences. The automatic block sees the dependence
      from day to day and misses the slow one of a season, so that blocks last at least 60 days
      and at least the mean spell of holding on average, and at most a quarter of the cycle;
    - Student's t over the occasions: each stretch from one entry to the next is one draw of what a
      holding brings, where entries within 60 days of the first of a draw belong to it. Not with
      fewer than two.

    Parameters
    ----------
    replay : Replay
    other : Replay, optional
        Of the same days; default the replay's benchmark, BTC.
    level : float, default .9
    replicates : int, default 2000
        Stationary-bootstrap resamples of the daily difference.
    seed : int or Generator, default 0

    Returns
    -------
    Evidence
        The p-value, two-sided, is the larger of the two laws', so that it is at most 1 - `level`
        exactly where the interval excludes zero. It is that of one strategy looked at alone:
        selection among several is for `superior_ability` and the deflated Sharpe ratio. `invalid`
        where the two never differ, the benchmark has no close on a day, or could not be bought.

    Raises
    ------
    InputError
        If `level` does not lie between 0 and 1.
    InputError
        If `replicates` < 100.
    InputError
        If the days differ.
    """
    require_between(level, 0.0, 1.0, "level")
    require_count(replicates, 100, "replicates")
    mine = replay.log_returns
    theirs = np.log1p(replay.benchmark_returns) if other is None else other.log_returns
    if not mine.index.equals(theirs.index):
        raise InputError("The replays must cover the same days; replay both over one cycle.")
    name = "BTC" if other is None else other.strategy.name
    label = f"{replay.strategy.name} over {name}, {replay.cycle}"
    difference = (mine - theirs).to_numpy()
    run = RunInfo.capture(seed, difference)
    unit = "log points a year"
    reason = _incomparable(mine, theirs, name, other)
    if reason is not None:
        return Evidence.not_computed(label, reason, unit=unit, run=run)
    n = len(difference)
    estimate = float(difference.mean() * YEAR)
    number, on = spell_numbers(replay.degrees)
    held = np.bincount(number)[on]
    longest = max(_LEAST_BLOCK, float(held.mean()) if len(held) else 0.0)
    block = block_length(difference, least=longest)
    noise = stationary_functionals(
        difference - difference.mean(),
        np.array([n]),
        np.array([[YEAR / n]]),
        mean_block=block,
        replicates=replicates,
        seed=seed,
    )[:, 0]
    words = f"stationary bootstrap of daily differences, mean block {block:.1f} d"
    interval = basic_interval(estimate, noise, level=level, method=words)
    p = float(1 + (np.abs(noise) >= abs(estimate)).sum()) / (replicates + 1)
    detectable = detectable_from_null(noise)
    occasions, error = _occasions(difference, number, on)
    if occasions > 1:
        law = student(occasions - 1)
        reach = error * float(law.isf((1.0 - level) / 2.0))
        interval = Interval(
            min(interval.low, estimate - reach),
            max(interval.high, estimate + reach),
            level,
            f"{words}, or t over {occasions} occasions, the wider",
        )
        p = max(p, 2.0 * float(law.sf(abs(estimate) / error)))
        detectable = max(detectable, error * float(law.isf(0.025) + law.isf(0.2)))
    return Evidence(
        label=label,
        null=f"the strategy grows no faster or slower than {name}",
        alternative="the growth rates differ",
        estimate=estimate,
        unit=unit,
        interval=interval,
        p_value=p,
        p_adjusted=p,
        family="this comparison alone",
        p_attainable=1 / (replicates + 1),
        n_events=n,
        n_effective=n / block if occasions < 2 else min(n / block, float(occasions)),
        minimum_detectable_effect=detectable,
        run=run,
    )


def _incomparable(
    mine: pd.Series, theirs: pd.Series, name: str, other: Replay | None
) -> str | None:
    """Return why there is no gain of one over the other, or None if there is."""
    if not np.isfinite(theirs.to_numpy()).all():
        return f"{name} lacks a close in it"
    if other is not None and other.missed and dict(other.strategy.on) == dict(other.strategy.off):
        return f"{name} could not be held: {other.missed[0].removesuffix('.')}"
    if differs(mine.to_numpy(), theirs.to_numpy()):
        return None
    apart = bool(resolved(abs(float((mine - theirs).iloc[1:].mean())), 1.0))
    return "their difference never varies" if apart else "the two never differ"


def _occasions(difference: FloatArray, number: IntArray, on: BoolArray) -> tuple[int, float]:
    """Return the occasions, and the standard error of the yearly gain if each is one draw.

    The days before the first belong to it.
    """
    starts = np.flatnonzero(np.diff(number, prepend=-1))[on]
    first: list[int] = []
    for start in starts:
        if not first or start - first[-1] >= _LEAST_BLOCK:
            first.append(int(start))
    count = len(first)
    if count < 2:
        return count, float("nan")
    place = np.maximum(np.searchsorted(first, np.arange(len(difference)), side="right") - 1, 0)
    gains = np.bincount(place, weights=difference, minlength=count)
    return count, float(np.sqrt(count) * gains.std(ddof=1) * YEAR / len(difference))


def _quantiles(draws: FloatArray, level: float) -> tuple[float, float]:
    known = draws[np.isfinite(draws)]
    if not len(known):
        return float("nan"), float("nan")
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
