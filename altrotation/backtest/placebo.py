"""Random entry with equal exposure: the strategy's own degrees, moved around the cycle."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from altrotation._guarded import guarded
from altrotation.aliases import FloatArray, IntArray
from altrotation.backtest.build import build_market
from altrotation.backtest.costs import Costs
from altrotation.backtest.cycles import CycleLike, as_cycle
from altrotation.backtest.grid import equities
from altrotation.backtest.market import Market
from altrotation.backtest.metrics import share_beaten
from altrotation.backtest.planner import make_plan
from altrotation.backtest.ready import as_strategy
from altrotation.backtest.replay import CAPITAL, require_trade
from altrotation.backtest.schedule import acting_degrees
from altrotation.backtest.strategy import Strategy
from altrotation.data.coins.table import CoinTable
from altrotation.data.coins.universe import Universe
from altrotation.data.panel import Panel
from altrotation.inference.bootstrap import basic_interval
from altrotation.inference.permutation import RandomisationTest, randomisation_test
from altrotation.inference.power import detectable_from_null
from altrotation.inference.results import Evidence, RunInfo
from altrotation.printing import p_text
from altrotation.validate import require_at_least, require_between, require_count
from altrotation.variation import varies

__all__ = ["RandomEntry", "random_entries", "random_entry"]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class RandomEntry:
    """A strategy among its own timings at other dates.

    Parameters
    ----------
    observed : float
        Log growth of the strategy over the cycle, net.
    draws : array of shape (n_shifts,)
        The same with its degrees moved by each of `shifts` days around the cycle.
    shifts : int array of shape (n_shifts,)
    evidence : Evidence
        One-sided: that the timing is better than chance.
    """

    observed: float
    draws: FloatArray
    shifts: IntArray
    evidence: Evidence

    @property
    def percentile(self) -> float:
        """Share of the timings, in percent, that did worse; those that did the same count half."""
        return float(100.0 * share_beaten(self.draws, np.asarray(self.observed)))

    def __repr__(self) -> str:
        return (
            f"RandomEntry({self.observed:+.3f} among {len(self.draws):,} timings, "
            f"p {p_text(self.evidence.p_value)})"
        )


@guarded
def random_entry(
    strategy: Strategy | str,
    panel: Panel,
    *,
    cycle: CycleLike = "full",
    costs: Costs | None = None,
    delay: int = 1,
    capital: float = CAPITAL,
    coins: CoinTable | None = None,
    universe: Universe | None = None,
    most: int = 1000,
    level: float = 0.9,
) -> RandomEntry:
    """Compare a strategy with itself entered at other times, the same number and lengths of spells.

    The degrees acted on are moved around the cycle, what leaves at its end coming in at its start:
    exposure, spells and their spacing stay, only when they come is chance. Every variant pays its
    own costs. Under the null that timing does not matter and days are exchangeable by rotation, all
    positions are equally likely.

    Parameters
    ----------
    strategy : Strategy
    panel, cycle, costs, delay, capital, coins, universe : as `replay`
    most : int, default 1000
        If the cycle has more days, that many shifts spread evenly are used instead of all.
    level : float, default .9
        Of the interval of the gain over the mean timing.

    Returns
    -------
    RandomEntry
        Its evidence is `invalid` where the signal was always on or always off, or changes nothing.

    Raises
    ------
    InputError
        If `most` < 20.
    InputError
        If the cycle is shorter than 30 days.
    InputError
        If `level` does not lie between 0 and 1.
    InputError
        On the conditions of `replay`.
    """
    return random_entries(
        [strategy],
        panel,
        cycle=cycle,
        costs=costs,
        delay=delay,
        capital=capital,
        coins=coins,
        universe=universe,
        most=most,
        level=level,
    )[0]


@guarded
def random_entries(
    strategies: Sequence[Strategy | str],
    panel: Panel,
    *,
    cycle: CycleLike = "full",
    costs: Costs | None = None,
    delay: int = 1,
    capital: float = CAPITAL,
    coins: CoinTable | None = None,
    universe: Universe | None = None,
    most: int = 1000,
    level: float = 0.9,
) -> tuple[RandomEntry, ...]:
    """Compare each of a family of strategies with itself at other times, all moved together.

    One draw moves every strategy by the same number of days, so that adjusted p-values (step-down
    max-T over the family) allow for what the strategies have in common.

    Parameters
    ----------
    strategies : sequence of Strategy
    panel, cycle, costs, delay, capital, coins, universe, most, level : as `random_entry`

    Returns
    -------
    tuple of RandomEntry
        In the order given; a signal that was always on or off, or that changes nothing of what is
        held, is `invalid` and left out of the family.

    Raises
    ------
    InputError
        If there is no strategy.
    InputError
        On the conditions of `random_entry`.
    """
    require_trade(delay, capital)
    require_count(most, 20, "most")
    require_between(level, 0.0, 1.0, "level")
    require_at_least(len(strategies), 1, "number of strategies")
    every = [as_strategy(strategy) for strategy in strategies]
    window, charged = as_cycle(cycle), Costs() if costs is None else costs
    require_at_least(window.days, 30, "days of the cycle")
    market = build_market(
        every, panel, window, costs=charged, delay=delay, coins=coins, universe=universe
    )
    n = len(market.dates) - market.first
    shifts = np.unique(np.linspace(1, n - 1, min(most, n - 1)).round().astype(np.int64))
    acted, growth = [], []
    for strategy in every:
        degrees, grown = _moved(strategy, panel, market, shifts, charged, delay, capital)
        acted.append(degrees)
        growth.append(grown)
    idle = [_idle(degrees, grown) for degrees, grown in zip(acted, growth, strict=True)]
    moving = [place for place, reason in enumerate(idle) if reason is None]
    test = None
    if moving:
        table = np.column_stack([growth[place] for place in moving])
        test = randomisation_test(table[0], table[1:], alternative="greater")
    results = []
    for place, strategy in enumerate(every):
        label = f"{strategy.name} against its own timing at other dates, {window}"
        run = RunInfo.capture(None, acted[place], growth[place])
        reason = idle[place]
        if test is None or reason is not None:
            evidence = Evidence.not_computed(
                label, str(reason), unit="log points over the cycle", run=run
            )
        else:
            evidence = _evidence(
                label, growth[place], acted[place], test, moving.index(place), level, run
            )
        results.append(
            RandomEntry(
                observed=float(growth[place][0]),
                draws=growth[place][1:],
                shifts=shifts,
                evidence=evidence,
            )
        )
    return tuple(results)


def _idle(degrees: FloatArray, growth: FloatArray) -> str | None:
    """Return why there is no timing to judge, or None if there is."""
    if not varies(degrees):
        state = "on" if degrees[0] > 0 else "off"
        return f"the signal was always {state}: no timing to judge"
    if not varies(growth, 1.0):  # logs of ratios near one
        return "it grows alike whenever the signal comes: no timing to judge"
    return None


def _moved(
    strategy: Strategy,
    panel: Panel,
    market: Market,
    shifts: IntArray,
    costs: Costs,
    delay: int,
    capital: float,
) -> tuple[FloatArray, FloatArray]:
    """Return the degrees acted on, and the log growth with them and with every shift of them."""
    signal = strategy.signal(panel)
    own = make_plan(strategy, signal, market, delay=delay, costs=costs, capital=capital)
    unstopped, _ = acting_degrees(
        signal, market.dates, first=market.first, delay=delay, unknown=strategy.unknown
    )
    first = market.first
    plans = [own]
    for shift in shifts:
        moved = unstopped.copy()
        moved[first:] = np.roll(unstopped[first:], int(shift))
        plans.append(
            make_plan(
                strategy,
                signal,
                market,
                delay=delay,
                costs=costs,
                capital=capital,
                degrees=moved,
            )
        )
    equity, _, _ = equities(plans, market, capital=capital)
    return own.degrees[first:], np.log(equity[-1] / capital)


def _evidence(
    label: str,
    growth: FloatArray,
    acted: FloatArray,
    test: RandomisationTest,
    place: int,
    level: float,
    run: RunInfo,
) -> Evidence:
    noise = growth[1:] - growth[1:].mean()
    estimate = float(growth[0] - growth[1:].mean())
    entries = int(((acted[1:] > 0) & (acted[:-1] == 0)).sum() + (acted[0] > 0))
    family = len(test.p_value)
    return Evidence(
        label=label,
        null="when the signal comes does not matter",
        alternative="the strategy's own timing does better",
        estimate=estimate,
        unit="log points over the cycle",
        interval=basic_interval(
            estimate, noise, level=level, method="rotations of the signal around their mean"
        ),
        p_value=float(test.p_value[place]),
        p_adjusted=float(test.p_adjusted[place]),
        family="this strategy alone" if family == 1 else f"{family} strategies, moved together",
        p_attainable=test.p_attainable,
        n_events=entries,
        n_effective=float(entries),
        minimum_detectable_effect=detectable_from_null(noise),
        run=run,
    )
