"""The event study beside a pandas loop: every circular shift and 100,000 matched placebo draws.

Times are printed and stored with the benchmark, never asserted. The loop is timed on a few draws in
the same run and scaled in proportion to their number, which is fair to it: its cost is linear.
"""

from time import perf_counter

import numpy as np
import pandas as pd

from altrotation.events.eventset import EventSet
from altrotation.events.study import event_study
from altrotation.synthetic.noise import daily_noise
from altrotation.synthetic.worlds import event_world
from tests.oracle.naive_events import pandas_rotation_draw

N, OUTCOMES, HORIZONS, DRAWS = 4_500, 5, (20, 60, 90, 120), 100_000
ROWS = np.array([400, 1_050, 1_700, 2_250, 3_000, 3_360, 4_300], dtype=np.int64)
LOOP_DRAWS = 5


def inputs():
    returns = np.column_stack([daily_noise(N, seed=j) for j in range(OUTCOMES)])
    made = event_world(returns, ROWS)
    walk = daily_noise(N, sigma=0.012, seed=99).cumsum()
    return made, pd.Series(np.exp(walk), index=made.prices.index)


def both_nulls(made, source):
    events = EventSet(made.dates, rule="planted")
    shifts = event_study(made.prices, events, horizons=HORIZONS)
    matched = event_study(
        made.prices, events, horizons=HORIZONS, null="matched", match_on=source, draws=DRAWS
    )
    return shifts, matched


def test_every_shift_and_100_000_matched_draws(benchmark):
    made, source = inputs()
    shifts, matched = both_nulls(made, source)  # compiles
    benchmark.pedantic(both_nulls, args=(made, source), rounds=5)
    placebos = shifts.n_placebos + matched.n_placebos

    start = perf_counter()
    for draw in range(LOOP_DRAWS):
        rows = [int(row) for row in shifts.placebo_rows[draw]]
        loop = pandas_rotation_draw(made.prices, rows, HORIZONS, 1)
    seconds = (perf_counter() - start) / LOOP_DRAWS * placebos
    for (outcome, horizon), mean in loop.items():  # the same numbers
        ours = shifts.null_distribution(outcome, horizon)[LOOP_DRAWS - 1]
        np.testing.assert_allclose(ours, mean, atol=1e-12)

    library = benchmark.stats.stats.median
    benchmark.extra_info["placebos"] = placebos
    benchmark.extra_info["library seconds"] = library
    benchmark.extra_info["pandas loop seconds, scaled"] = seconds
    benchmark.extra_info["ratio"] = seconds / library
    print(
        f"\n{placebos:,} placebos x {OUTCOMES} outcomes x {len(HORIZONS)} horizons, intervals "
        f"included: {library:.3f} s; pandas loop {seconds:,.0f} s (scaled from {LOOP_DRAWS} "
        f"draws); ratio {seconds / library:,.0f}"
    )
