"""The conditions under which strategies are replayed side by side: one cycle, one set of costs."""

from collections.abc import Sequence
from dataclasses import dataclass

from altrotation.backtest.costs import Costs
from altrotation.backtest.cycles import CycleLike
from altrotation.backtest.grid import Grid, replay_many
from altrotation.backtest.placebo import RandomEntry, random_entries
from altrotation.backtest.ready import benchmark
from altrotation.backtest.replay import replay
from altrotation.backtest.results import Replay
from altrotation.backtest.strategy import Strategy
from altrotation.backtest.trials import TrialLedger
from altrotation.data.coins.table import CoinTable
from altrotation.data.coins.universe import Universe
from altrotation.data.panel import Panel

__all__ = ["Conditions"]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Conditions:
    """What the replays of a study have in common, so that all are made alike.

    Parameters
    ----------
    panel, cycle, costs, delay, capital, coins, universe : as `replay`
    """

    panel: Panel
    cycle: CycleLike
    costs: Costs | None
    delay: int
    capital: float
    coins: CoinTable | None
    universe: Universe | None

    def replay(
        self, strategy: Strategy | str, *, check: bool = True, trials: TrialLedger | None = None
    ) -> Replay:
        """Return the replay of one strategy: see `replay`."""
        return replay(
            strategy,
            self.panel,
            cycle=self.cycle,
            costs=self.costs,
            delay=self.delay,
            capital=self.capital,
            coins=self.coins,
            universe=self.universe,
            check=check,
            trials=trials,
        )

    def benchmark(self, name: str) -> Replay:
        """Return the replay of a benchmark; its signal is always on, so nothing is to check."""
        return self.replay(benchmark(name), check=False)

    def replay_many(self, strategies: Sequence[Strategy | str]) -> Grid:
        """Return the replays of many strategies: see `replay_many`."""
        return replay_many(
            strategies,
            self.panel,
            cycle=self.cycle,
            costs=self.costs,
            delay=self.delay,
            capital=self.capital,
            coins=self.coins,
            universe=self.universe,
        )

    def random_entries(
        self, strategies: Sequence[Strategy | str], *, most: int
    ) -> tuple[RandomEntry, ...]:
        """Return each strategy among its own timings at other dates: see `random_entries`."""
        return random_entries(
            strategies,
            self.panel,
            cycle=self.cycle,
            costs=self.costs,
            delay=self.delay,
            capital=self.capital,
            coins=self.coins,
            universe=self.universe,
            most=most,
        )
