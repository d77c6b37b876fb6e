"""Size, power and coverage of the contrast in worlds of known truth, and a t test that fails.

Every gate is a binomial band of four standard deviations around the nominal rate.
"""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from altrotation.events.contrast import contrast
from altrotation.events.eventset import EventSet
from altrotation.synthetic.noise import daily_noise
from altrotation.synthetic.worlds import clustered_rows

pytestmark = pytest.mark.validity

N, HORIZON, RUNS = 3_000, 60, 400
MIXED, APART = (3, 3, 2, 1, 1), (5, 5)
# The band of Binomial(400, .05): sd .0109, four of them [.006, .094].
LOW, HIGH = 0.05 - 4 * np.sqrt(0.05 * 0.95 / RUNS), 0.05 + 4 * np.sqrt(0.05 * 0.95 / RUNS)


@cache
def simulate(sizes, effect=0.0):
    """Ten events in clusters, 25 rows apart.

    With clusters (3, 3, 2, 1, 1) every second event belongs to the first set; with (5, 5) each set
    is a cluster of its own.
    """
    rows = []
    for run in range(RUNS):
        daily = daily_noise(N, autocorrelation=0.2, arch=0.08, garch=0.9, tail=5, seed=run)
        found = 50 + clustered_rows(N - 50, sizes=sizes, gap=25, margin=130, seed=run)
        one, two = (found[:5], found[5:]) if sizes == APART else (found[::2], found[1::2])
        for row in one:
            daily[row + 2 : row + 2 + HORIZON] += effect / HORIZON
        days = pd.date_range("2015-01-01", periods=N, freq="D", unit="us", name="date")
        prices = pd.Series(np.exp(daily.cumsum()), index=days, name="outcome")
        sets = [EventSet(days[part], rule="planted") for part in (one, two)]
        result = contrast(prices, *sets, horizons=(20, HORIZON), replicates=499, seed=run)
        log = np.log(prices.to_numpy())
        cars = [log[part + 1 + HORIZON] - log[part + 1] for part in (one, two)]
        rows.append(
            {
                **result.table.loc[("outcome", HORIZON)],
                "family": result.table["p_adjusted"].min(),
                "welch": stats.ttest_ind(*cars, equal_var=False).pvalue,
            }
        )
    return pd.DataFrame(rows)


@pytest.mark.parametrize("sizes", [MIXED, APART])
def test_the_joint_rotation_has_its_size(sizes):
    table = simulate(sizes)
    assert LOW < (table["p_value"] <= 0.05).mean() < HIGH
    assert LOW < (table["family"] <= 0.05).mean() < HIGH
    assert 0.4 < (table["p_value"] <= 0.5).mean() < 0.6  # sd .025


@pytest.mark.parametrize("sizes", [MIXED, APART])
def test_the_interval_covers_no_difference(sizes):
    table = simulate(sizes)
    covered = ((table["low"] <= 0) & (table["high"] >= 0)).mean()
    assert 1 - HIGH < covered < 1 - LOW  # the same band around .95


def test_a_planted_difference_is_found():
    base, table = simulate(MIXED), simulate(MIXED, effect=1.0)
    moved = table["estimate"] - base["estimate"]
    # an event of the other set 25 rows from a planted one takes part of the effect with it
    assert moved.between(0.3, 1.0).all()
    assert (moved > base["minimum_detectable_effect"]).mean() > 0.9
    # so at 80 % power or more: Binomial(400, .8) has sd .02, four below: .72
    assert (table["p_value"] <= 0.05).mean() > 0.72


def test_a_t_test_of_overlapping_windows_errs_on_either_side():
    # Sets that take turns share most of their days, which cancel; sets apart move as two blocks.
    assert (simulate(MIXED)["welch"] <= 0.05).mean() < LOW
    assert (simulate(APART)["welch"] <= 0.05).mean() > HIGH
