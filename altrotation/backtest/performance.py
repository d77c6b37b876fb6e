"""Performance with intervals, and the gain over a benchmark as evidence."""

from dataclasses import dataclass
from html import escape

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.aliases import FloatArray, Seed
from altrotation.backtest.metrics import METRICS, YEAR
from altrotation.backtest.results import Replay
from altrotation.errors import InputError
from altrotation.inference.bootstrap import basic_interval, block_length
from altrotation.inference.power import detectable_from_null
from altrotation.inference.results import Evidence, RunInfo
from altrotation.kernels.resample import stationary_rows
from altrotation.printing import Printed
from altrotation.rng import generator
from altrotation.validate import require_at_least, require_between, require_count

__all__ = ["Performance", "gain_over", "performance"]

_CHUNK = 200  # resamples held at a time
_NOISE = 1e-12  # differences of daily returns that are rounding


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
        quantiles tend to lie on the mild side.
    level : float
        Of the intervals.
    mean_block, replicates : float, int
        Of the bootstrap.
    run : RunInfo
    """

    label: str
    table: pd.DataFrame
    level: float
    mean_block: float
    replicates: int
    run: RunInfo

    def _line(self) -> str:
        return self.label

    def summary(self) -> pd.DataFrame:
        """Return the table."""
        return self.table.copy()

    @property
    def note(self) -> str:
        """What the intervals are."""
        return (
            f"{self.level:.0%} intervals: quantiles of {self.replicates:,} stationary-bootstrap "
            f"resamples, mean block {self.mean_block:.1f} days."
        )

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
        Resamples; each keeps the days of strategy, benchmark and cash together.
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
    bitcoin = np.log1p(replay.benchmark_returns.to_numpy())
    against = log - np.where(np.isnan(bitcoin), 0.0, bitcoin)
    block = block_length(log)
    draws: dict[str, list[FloatArray]] = {name: [] for name in METRICS}
    draws["log gain over BTC"] = []
    chance = generator(seed)
    left = replicates
    while left > 0:
        rows = stationary_rows(len(log), block, min(left, _CHUNK), chance)
        left -= len(rows)
        for name, (measure, basis, _) in METRICS.items():
            draws[name].append(measure((log if basis == "log" else excess)[rows]))
        draws["log gain over BTC"].append(against[rows].mean(axis=1) * YEAR)
    table = []
    for name, (measure, basis, unit) in METRICS.items():
        estimate = float(measure(log if basis == "log" else excess))
        table.append((name, estimate, *_quantiles(np.concatenate(draws[name]), level), unit))
    gain = float(against.mean() * YEAR)
    drawn = np.concatenate(draws["log gain over BTC"])
    table.append(("log gain over BTC", gain, *_quantiles(drawn, level), "log points a year"))
    return Performance(
        label=repr(replay),
        table=pd.DataFrame(table, columns=["measure", "estimate", "low", "high", "unit"]).set_index(
            "measure"
        ),
        level=level,
        mean_block=block,
        replicates=replicates,
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
        The p-value, two-sided, compares the estimate with resamples about zero. It is that of one
        strategy looked at alone: selection among several is for `superior_ability` and the
        deflated Sharpe ratio. `invalid` where the two never differ or the benchmark has no close.

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
    if not np.isfinite(difference).all():
        return Evidence.not_computed(label, f"{name} lacks a close in it", unit=unit, run=run)
    if not np.ptp(difference[1:]) > _NOISE:
        return Evidence.not_computed(label, "the two never differ", unit=unit, run=run)
    block = block_length(difference)
    chance, parts = generator(seed), []
    for start in range(0, replicates, _CHUNK):
        count = min(_CHUNK, replicates - start)
        parts.append(
            difference[stationary_rows(len(difference), block, count, chance)].mean(axis=1)
        )
    estimate = float(difference.mean() * YEAR)
    noise = np.concatenate(parts) * YEAR - estimate
    beyond = int((np.abs(noise) >= abs(estimate)).sum())
    return Evidence(
        label=label,
        null=f"the strategy grows no faster or slower than {name}",
        alternative="the growth rates differ",
        estimate=estimate,
        unit=unit,
        interval=basic_interval(
            estimate,
            noise,
            level=level,
            method=f"stationary bootstrap of daily differences, mean block {block:.1f} d",
        ),
        p_value=(1 + beyond) / (replicates + 1),
        p_adjusted=(1 + beyond) / (replicates + 1),
        family="this comparison alone",
        p_attainable=1 / (replicates + 1),
        n_events=len(difference),
        n_effective=len(difference) / block,
        minimum_detectable_effect=detectable_from_null(noise),
        run=run,
    )


def _quantiles(draws: FloatArray, level: float) -> tuple[float, float]:
    known = draws[np.isfinite(draws)]
    if not len(known):
        return float("nan"), float("nan")
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
