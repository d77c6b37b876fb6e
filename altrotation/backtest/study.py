"""One strategy over one cycle, judged: what the command line prints and a notebook shows."""

from dataclasses import dataclass
from html import escape

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.backtest.conditions import Conditions
from altrotation.backtest.costs import Costs
from altrotation.backtest.cycles import CycleLike
from altrotation.backtest.performance import Performance, gain_over, performance
from altrotation.backtest.placebo import RandomEntry
from altrotation.backtest.replay import CAPITAL
from altrotation.backtest.results import Replay
from altrotation.backtest.rotation import RotationCapture, hit_rate, rotation_capture
from altrotation.backtest.strategy import Strategy
from altrotation.backtest.trials import TrialLedger
from altrotation.data.coins.table import CoinTable
from altrotation.data.coins.universe import Universe
from altrotation.data.panel import Panel
from altrotation.errors import InputError
from altrotation.inference.results import Evidence

__all__ = ["ReplayStudy", "replay_study"]

_BENCHMARKS = ("btc", "eth", "large", "mid", "small", "60-40", "cash")


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ReplayStudy:
    """A replay with everything needed to weigh it.

    Parameters
    ----------
    replay : Replay
    performance : Performance
    over_bitcoin : Evidence
        Mean yearly log gain over BTC.
    timing : RandomEntry
        Its place among the same spells at other dates.
    capture : RotationCapture or str
        Lead and share of the cycle's rotation leg, or why there is none.
    hits : Series
        Share of entries that beat BTC.
    benchmarks : DataFrame
        One row a benchmark: growth, deepest drawdown, yearly log gain of the strategy over it with
        the `low` and `high` ends of its 90 % interval (`gain_over`); a note where it could not be
        held, or where there is no gain and why.
    """

    replay: Replay
    performance: Performance
    over_bitcoin: Evidence
    timing: RandomEntry
    capture: RotationCapture | str
    hits: pd.Series
    benchmarks: pd.DataFrame

    def summary(self) -> pd.DataFrame:
        """Return the measures with their intervals."""
        return self.performance.summary()

    def text(self) -> str:
        """Return the study as plain text, for a terminal."""
        capture = (
            self.capture if isinstance(self.capture, str) else self.capture.summary().to_string()
        )
        parts = [
            self.replay.summary().to_string(),
            f"signal: {self.replay.signal.recipe}",
            self.performance.table.to_string(float_format="{:.3f}".format)
            + f"\n{self.performance.note}",
            str(self.over_bitcoin),
            str(self.timing.evidence),
            capture,
            _beaten(self.hits),
            self.benchmarks.to_string(float_format="{:.3f}".format)
            + f"\nLog gain over it in log points a year, {self.performance.level:.0%} intervals.",
            self.replay.coverage.to_string(float_format="{:.3f}".format),
            "\n".join(f"- {remark}" for remark in self.replay.remarks),
        ]
        return "\n\n".join(parts)

    def _repr_html_(self) -> str:
        capture = (
            f"<p>{escape(self.capture)}</p>"
            if isinstance(self.capture, str)
            else self.capture.summary().to_html()
        )
        return (
            self.replay._repr_html_()
            + self.performance._repr_html_()
            + self.over_bitcoin._repr_html_()
            + self.timing.evidence._repr_html_()
            + capture
            + self.benchmarks.to_html()
        )

    def __repr__(self) -> str:
        return f"ReplayStudy({self.replay!r})"


@guarded
def replay_study(
    strategy: Strategy | str,
    panel: Panel,
    *,
    cycle: CycleLike,
    costs: Costs | None = None,
    delay: int = 1,
    capital: float = CAPITAL,
    coins: CoinTable | None = None,
    universe: Universe | None = None,
    most: int = 1000,
    seed: int = 0,
    trials: TrialLedger | None = None,
) -> ReplayStudy:
    """Replay a strategy over a cycle and judge it against BTC, benchmarks and chance.

    Parameters
    ----------
    strategy : Strategy or str
        Or the name of a ready one.
    panel, cycle, costs, delay, capital, coins, universe, trials : as `replay`
    most : int, default 1000
        Random timings at most; coin by coin each takes as long as a replay.
    seed : int, default 0

    Returns
    -------
    ReplayStudy

    Raises
    ------
    InputError
        If the cycle is shorter than 30 days.
    InputError
        If `most` < 20.
    InputError
        On the conditions of `replay`.
    LookaheadError
        If the rule of the strategy uses the future.
    """
    alike = Conditions(
        panel=panel,
        cycle=cycle,
        costs=costs,
        delay=delay,
        capital=capital,
        coins=coins,
        universe=universe,
    )
    made = alike.replay(strategy, trials=trials)
    timing = alike.random_entries([strategy], most=most)[0]
    try:
        capture: RotationCapture | str = rotation_capture(made, panel)
    except InputError as error:
        capture = str(error)
    measured = performance(made, seed=seed)
    rows = [_against(name, made, alike, seed) for name in _BENCHMARKS]
    rows[_BENCHMARKS.index("btc")] |= _gain(measured.gain)  # one number, one interval
    return ReplayStudy(
        replay=made,
        performance=measured,
        over_bitcoin=measured.gain,
        timing=timing,
        capture=capture,
        hits=hit_rate(made),
        benchmarks=pd.DataFrame(rows).set_index("benchmark"),
    )


def _against(name: str, made: Replay, alike: Conditions, seed: int) -> dict[str, object]:
    row: dict[str, object] = {"benchmark": name, "growth": np.nan, "deepest drawdown": np.nan}
    try:
        other = alike.benchmark(name)
    except InputError as error:
        nothing = dict.fromkeys(("log gain over it", "low", "high"), np.nan)
        return {**row, **nothing, "note": str(error)}
    gain = gain_over(made, other, seed=seed)
    if not other.missed:  # else what was held is not what its name says
        row["growth"] = float(other.equity.iloc[-1]) / alike.capital
        row["deepest drawdown"] = float(other.drawdown.min())
    return {**row, **_gain(gain)}


def _gain(gain: Evidence) -> dict[str, object]:
    held = gain.interval
    return {
        "log gain over it": gain.estimate,
        "low": np.nan if held is None else held.low,
        "high": np.nan if held is None else held.high,
        "note": gain.invalid or "",
    }


def _beaten(hits: pd.Series) -> str:
    if np.isnan(hits["hits"]):
        return (
            "entries that beat BTC: not computed, BTC lacks a close in one of "
            f"{hits['entries']:.0f}"
        )
    if not hits["entries"]:
        return "entries that beat BTC: there is none"
    return (
        f"entries that beat BTC: {hits['hits']:.0f} of {hits['entries']:.0f} "
        f"(90 % interval {hits['low']:.0%} to {hits['high']:.0%})"
    )
