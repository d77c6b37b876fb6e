"""The specification curve beside a pandas loop over specifications and draws, on the same numbers.

Times are printed and stored with the benchmark, never asserted. The loop is timed on a few
specifications and draws in the same run and scaled in proportion to their number, which is fair to
it: its cost is linear, and it is given the windows of every day and the event dates for nothing.
"""

from time import perf_counter

import numpy as np
import pandas as pd

from altrotation import load_reference
from altrotation.claims.robustness.axes import CurveSpec
from altrotation.claims.robustness.feasible import feasible_specifications
from altrotation.claims.robustness.multiverse import specification_curve
from altrotation.claims.specs import EventsSpec, StudySpec

EVENTS = EventsSpec(series="RUT", start="2014-01-01", end="2026-04-21")
STUDY = StudySpec(
    outcomes=("ETH/BTC", "large/BTC", "mid/BTC", "small/BTC"),
    primary="mid/BTC",
    horizon=60,
    horizons=(20, 60, 90, 120),
    start="2014-01-01",
    end="2026-04-21",
)
LOOP_SPECIFICATIONS, LOOP_DRAWS = 40, 10


def pandas_estimate(windows: pd.Series, dates: pd.DatetimeIndex, shift: int) -> float:
    """One specification under one shift: what a careful researcher writes first."""
    days = windows.index
    moved = [days[(days.get_loc(date) + shift) % len(days)] for date in dates]
    here, there = windows.loc[moved].dropna(), windows.loc[dates].dropna()
    middle = windows.mean()
    return middle + (here.mean() - middle) * np.sqrt(len(here) / len(there))


def test_the_default_curve_of_a_claim_on_four_tiers(benchmark):
    panel = load_reference()
    specification_curve(panel, EVENTS, STUDY, draws=9)  # compiles
    curve = benchmark.pedantic(specification_curve, args=(panel, EVENTS, STUDY), rounds=3)
    count, draws = len(curve.table), len(curve.null)

    made = feasible_specifications(panel, EVENTS, STUDY, CurveSpec())
    days = made.cells.days
    places = np.linspace(0, count - 1, LOOP_SPECIFICATIONS).astype(int)
    loop = np.empty((LOOP_DRAWS, LOOP_SPECIFICATIONS))
    begun = perf_counter()
    for column, place in enumerate(places):
        spec = made.specifications[place]
        windows = pd.Series(made.cells.values[:, made.columns[place]], index=days)
        dates = days[made.rows[(spec.definition, spec.quiet)]]
        for draw in range(LOOP_DRAWS):
            loop[draw, column] = pandas_estimate(windows, dates, int(curve.shifts[draw]))
    seconds = (perf_counter() - begun) / loop.size * count * draws
    np.testing.assert_allclose(curve.null[:LOOP_DRAWS, places], loop, atol=1e-12)

    library = benchmark.stats.stats.median
    benchmark.extra_info["specifications"] = count
    benchmark.extra_info["draws"] = draws
    benchmark.extra_info["library seconds"] = library
    benchmark.extra_info["pandas loop seconds, scaled"] = seconds
    benchmark.extra_info["ratio"] = seconds / library
    print(
        f"\n{count:,} specifications x {draws} joint shifts, three joint p-values: {library:.2f} s;"
        f" pandas loop {seconds:,.0f} s (scaled from {loop.size}); ratio {seconds / library:,.0f}"
    )
