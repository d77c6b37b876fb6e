"""1,000 strategy variants over 13 years in one call, beside the same engine one variant at a time.

Times and memory are printed and stored with the benchmark, never asserted; equality is. The loops
are timed on a few variants in the same run and scaled to 1,000, which is fair to them: their cost
is linear. Two loops: `replay`, as a user would write it, and the leanest there is, one
`vectorbt.Portfolio` a variant from orders already planned, and its value.
"""

import resource
import tracemalloc
from time import perf_counter

import numpy as np
import pandas as pd

from altrotation.backtest import _vectorbt
from altrotation.backtest.build import build_market
from altrotation.backtest.costs import Costs
from altrotation.backtest.cycles import as_cycle
from altrotation.backtest.grid import replay_many
from altrotation.backtest.planner import make_plan
from altrotation.backtest.replay import replay
from altrotation.backtest.strategy import Strategy
from altrotation.signals.signal import Signal
from tests.unit.backtest_worlds import toy_panel

YEARS, VARIANTS, SAMPLE = 13, 1_000, 20
LEGS = ("ETH", "large", "mid", "small")


def variants(panel):
    """Signals of every speed from weekly to yearly, on four legs, rebalanced monthly or not."""
    rng = np.random.default_rng(0)
    made = []
    for number in range(VARIANTS):
        days = int(rng.integers(7, 365))
        states = np.repeat(rng.integers(0, 2, len(panel) // days + 1), days)[: len(panel)]
        made.append(
            Strategy(
                name=f"variant {number}",
                rule=Signal(pd.Series(states.astype(float), index=panel.dates)),
                on={LEGS[number % 4]: 1.0},
                rebalance="monthly" if number % 2 else "switch",
            )
        )
    return made


def test_a_thousand_variants(benchmark):
    panel = toy_panel(YEARS * 365 + 3, start="2013-05-03")
    every = variants(panel)
    cycle = as_cycle((panel.dates[1], panel.dates[-1]))
    replay_many(every[:2], panel, cycle=cycle)  # imports and first calls

    held = benchmark.pedantic(
        lambda: replay_many(every, panel, cycle=cycle), rounds=3, iterations=1
    )
    together = benchmark.stats.stats.min
    tracemalloc.start()
    replay_many(every, panel, cycle=cycle)
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()

    sample = every[:: VARIANTS // SAMPLE]
    start = perf_counter()
    alone = [replay(each, panel, cycle=cycle) for each in sample]
    by_replay = (perf_counter() - start) / SAMPLE * VARIANTS
    for each, one in zip(sample, alone, strict=True):
        np.testing.assert_allclose(held.equity[each.name], one.equity, rtol=1e-9)

    costs = Costs()
    market = build_market(every, panel, cycle, costs=costs, delay=1)
    plans = [
        make_plan(each, each.rule, market, delay=1, costs=costs, capital=1e6) for each in sample
    ]
    start = perf_counter()
    values = [_vectorbt.portfolio(plan, market, capital=1e6).value() for plan in plans]
    leanest = (perf_counter() - start) / SAMPLE * VARIANTS
    for each, value in zip(sample, values, strict=True):
        found = value.to_numpy().ravel() * market.cash
        np.testing.assert_allclose(held.equity[each.name], found, rtol=1e-9)

    resident = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    benchmark.extra_info.update(
        seconds=together,
        replay_loop_seconds=by_replay,
        portfolio_loop_seconds=leanest,
        peak_megabytes=peak,
        resident_megabytes=resident,
    )
    print(
        f"\n{VARIANTS} variants x {len(held.equity)} days in one call: {together:.2f} s, "
        f"{peak:.0f} MB at the peak ({resident:.0f} MB resident); one replay each "
        f"{by_replay:.0f} s ({by_replay / together:.0f} x); one vectorbt.Portfolio each, without "
        f"planning, {leanest:.0f} s ({leanest / together:.0f} x)"
    )
