"""Random entry with equal exposure: the strategy's own degrees, moved around the cycle."""

from dataclasses import dataclass

import numpy as np

from altrotation.aliases import FloatArray, IntArray
from altrotation.backtest.build import build_market
from altrotation.backtest.costs import Costs
from altrotation.backtest.cycles import CycleLike, as_cycle
from altrotation.backtest.grid import equities
from altrotation.backtest.plan import make_plan
from altrotation.backtest.replay import CAPITAL, require_trade
from altrotation.backtest.strategy import Strategy
from altrotation.data.coins import CoinTable
from altrotation.data.panel import Panel
from altrotation.data.universe import Universe
from altrotation.inference.bootstrap import basic_interval
from altrotation.inference.permutation import randomisation_test
from altrotation.inference.power import detectable_from_null
from altrotation.inference.results import Evidence, RunInfo
from altrotation.validate import require_at_least

__all__ = ["RandomEntry", "random_entry"]


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
        below, equal = self.draws < self.observed, self.draws == self.observed
        return float(100.0 * (below.mean() + 0.5 * equal.mean()))


def random_entry(
    strategy: Strategy,
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
        Its evidence is `invalid` where the signal was always on or always off.

    Raises
    ------
    InputError
        If `most` < 20, the cycle is shorter than 30 days, or as `replay`.
    """
    require_trade(delay, capital)
    require_at_least(most, 20, "most")
    window, charged = as_cycle(cycle), Costs() if costs is None else costs
    market = build_market(
        [strategy], panel, window, costs=charged, delay=delay, coins=coins, universe=universe
    )
    signal = strategy.signal(panel)
    own = make_plan(strategy, signal, market, delay=delay, costs=charged, capital=capital)
    first, n = market.first, len(market.dates) - market.first
    require_at_least(n, 30, "days of the cycle")
    acted = own.degrees[first:]
    shifts = np.unique(np.linspace(1, n - 1, min(most, n - 1)).round().astype(np.int64))
    plans = [own]
    for shift in shifts:
        moved = own.degrees.copy()
        moved[first:] = np.roll(acted, int(shift))
        plans.append(
            make_plan(
                strategy,
                signal,
                market,
                delay=delay,
                costs=charged,
                capital=capital,
                degrees=moved,
            )
        )
    equity, _, _ = equities(plans, market, capital=capital)
    growth = np.log(equity[-1] / capital)
    label = f"{strategy.name} against its own timing at other dates, {window}"
    run = RunInfo.capture(None, acted, growth)
    if np.ptp(acted) == 0:
        state = "on" if acted[0] > 0 else "off"
        evidence = Evidence.not_computed(
            label, f"the signal was always {state}: no timing to judge", unit="log points", run=run
        )
    else:
        evidence = _evidence(label, growth, acted, level, run)
    return RandomEntry(
        observed=float(growth[0]), draws=growth[1:], shifts=shifts, evidence=evidence
    )


def _evidence(
    label: str, growth: FloatArray, acted: FloatArray, level: float, run: RunInfo
) -> Evidence:
    observed, null = growth[:1], growth[1:, None]
    test = randomisation_test(observed, null, alternative="greater")
    noise = growth[1:] - growth[1:].mean()
    estimate = float(growth[0] - growth[1:].mean())
    entries = int(((acted[1:] > 0) & (acted[:-1] == 0)).sum() + (acted[0] > 0))
    return Evidence(
        label=label,
        null="when the signal comes does not matter",
        alternative="the strategy's own timing does better",
        estimate=estimate,
        unit="log points over the cycle",
        interval=basic_interval(
            estimate, noise, level=level, method="rotations of the signal around their mean"
        ),
        p_value=float(test.p_value[0]),
        p_adjusted=float(test.p_value[0]),
        family="this strategy alone",
        p_attainable=test.p_attainable,
        n_events=entries,
        n_effective=float(entries),
        minimum_detectable_effect=detectable_from_null(noise),
        run=run,
    )
