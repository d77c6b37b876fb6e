"""A family of strategies judged together: timing, selection, overfitting, deflation."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.aliases import BoolArray
from altrotation.backtest.conditions import Conditions
from altrotation.backtest.costs import Costs
from altrotation.backtest.cycles import CycleLike
from altrotation.backtest.grid import Grid
from altrotation.backtest.metrics import YEAR, differs
from altrotation.backtest.overfitting import OverfittingProbability, overfitting_probability
from altrotation.backtest.placebo import RandomEntry
from altrotation.backtest.ready import shown
from altrotation.backtest.replay import CAPITAL
from altrotation.backtest.strategy import Strategy
from altrotation.backtest.superior import SuperiorAbility, superior_ability
from altrotation.data.coins.table import CoinTable
from altrotation.data.coins.universe import Universe
from altrotation.data.panel import Panel
from altrotation.errors import InputError
from altrotation.inference.sharpe import deflated_sharpe, sharpe_moments
from altrotation.printing import Printed, p_text
from altrotation.validate import require_at_least, require_count
from altrotation.variation import resolved

__all__ = ["FamilyJudgement", "judge_family"]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True, repr=False)
class FamilyJudgement(Printed):
    """Strategies that were tried together over one cycle, and what the best of them is worth.

    Parameters
    ----------
    grid : Grid
    benchmark : str
        What they are held against.
    table : DataFrame
        One row a strategy: `growth`, `log gain` over the benchmark, `exposure`, "Sharpe over" the
        benchmark (of the gain, yearly), `deflated` (confidence that the true ratio is above zero,
        had it been chosen as the best of the trials), `timing p` and `timing p adjusted` (over the
        family), and `note`: why a number is NaN.
    timing : tuple of RandomEntry
    superior : SuperiorAbility
    overfitting : OverfittingProbability
    trials : int
        Variants the deflation allows for.
    """

    grid: Grid
    benchmark: str
    table: pd.DataFrame
    timing: tuple[RandomEntry, ...]
    superior: SuperiorAbility
    overfitting: OverfittingProbability
    trials: int

    def _line(self) -> str:
        return (
            f"{len(self.table)} strategies against {shown(self.benchmark)}, {self.grid.cycle}, "
            f"{self.trials} trials; superior ability p {p_text(self.superior.p_consistent)}, "
            f"probability of overfitting {self.overfitting.probability:.2f}"
        )

    def summary(self) -> pd.DataFrame:
        """Return the table."""
        return self.table.copy()

    def _repr_html_(self) -> str:
        return (
            self.table.to_html()
            + self.superior.summary().to_html()
            + self.overfitting.summary().to_html()
        )


@guarded
def judge_family(
    strategies: Sequence[Strategy | str],
    panel: Panel,
    *,
    cycle: CycleLike = "full",
    against: str = "btc",
    costs: Costs | None = None,
    delay: int = 1,
    capital: float = CAPITAL,
    coins: CoinTable | None = None,
    universe: Universe | None = None,
    trials: int | None = None,
    most: int = 500,
    seed: int = 0,
) -> FamilyJudgement:
    """Replay a family of strategies and judge the best of them as one that was chosen.

    Parameters
    ----------
    strategies : sequence of Strategy or of names of ready ones
        At least two, every one that was tried.
    panel, cycle, costs, delay, capital, coins, universe : as `replay`
    against : str, default "btc"
        A name of `BENCHMARKS`.
    trials : int, optional
        Variants ever tried, from a trial ledger; default the number of strategies. Their Sharpe
        ratios are taken to vary as those given do.
    most : int, default 500
        Random timings at most.
    seed : int, default 0

    Returns
    -------
    FamilyJudgement

    Raises
    ------
    InputError
        If there are fewer than two strategies.
    InputError
        If `trials` is below their number.
    InputError
        If no benchmark is called `against`.
    InputError
        If the benchmark could not be held.
    InputError
        If no strategy ever differs from the benchmark.
    InputError
        If `most` < 20.
    InputError
        If the cycle is shorter than 32 days.
    InputError
        If two strategies have one name.
    InputError
        On the conditions of `replay`.
    LookaheadError
        If the rule of a strategy uses the future.
    """
    require_at_least(len(strategies), 2, "number of strategies")
    count = len(strategies) if trials is None else trials
    require_count(count, 1, "trials")
    if count < len(strategies):
        raise InputError(
            f"`trials` must be at least the {len(strategies)} strategies given, got {trials}."
        )
    alike = Conditions(
        panel=panel,
        cycle=cycle,
        costs=costs,
        delay=delay,
        capital=capital,
        coins=coins,
        universe=universe,
    )
    grid = alike.replay_many(strategies)
    timing = alike.random_entries(strategies, most=most)
    held = alike.benchmark(against)
    if held.missed:
        raise InputError(
            f"The benchmark {shown(against)} could not be held: {held.missed[0]} Choose a cycle in "
            "which it has a price, or another benchmark."
        )
    base = held.log_returns
    own = grid.log_returns
    moving = differs(own.to_numpy(), base.to_numpy())
    gains = own.sub(base, axis=0)
    for name in own.columns[~moving]:  # what rounding left of nothing, or the same every day
        mean = float(gains[name].mean())
        gains[name] = mean if resolved(abs(mean), 1.0) else 0.0
    return FamilyJudgement(
        grid=grid,
        benchmark=against,
        table=_table(grid, gains, moving, timing, against, count),
        timing=timing,
        superior=superior_ability(own, base, seed=seed),
        overfitting=overfitting_probability(gains),
        trials=count,
    )


def _table(
    grid: Grid,
    gains: pd.DataFrame,
    moving: BoolArray,
    timing: tuple[RandomEntry, ...],
    against: str,
    trials: int,
) -> pd.DataFrame:
    found = {name: sharpe_moments(gains[name].to_numpy()) for name in gains.columns[moving]}
    ratios = np.array([own.sharpe for own in found.values()])
    variance = float(ratios.var(ddof=1)) if len(ratios) > 1 else 0.0
    rows = []
    for name, entry in zip(gains.columns, timing, strict=True):
        ratio = deflated = float("nan")
        notes = [] if name in found else [f"its gain over {shown(against)} never varies"]
        if name in found:
            own = found[name]
            ratio = own.sharpe
            deflated = deflated_sharpe(
                own.sharpe,
                n=own.n,
                trials=trials,
                trial_variance=variance,
                skew=own.skew,
                kurtosis=own.kurtosis,
            )
        if entry.evidence.invalid is not None:
            notes.append(entry.evidence.invalid)
        rows.append(
            {
                "strategy": name,
                "growth": float(grid.equity[name].iloc[-1]) / grid.capital,
                "log gain": float(gains[name].sum()),
                "exposure": float(grid.exposure[name]),
                f"Sharpe over {shown(against)}": float(ratio * np.sqrt(YEAR)),
                "deflated": deflated,
                "timing p": entry.evidence.p_value,
                "timing p adjusted": entry.evidence.p_adjusted,
                "note": "; ".join(notes),
            }
        )
    return pd.DataFrame(rows).set_index("strategy")
