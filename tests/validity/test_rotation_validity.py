"""Size and power of the rotated regression with overlapping outcomes, and a t test that fails.

Outcomes are sums of the next 60 daily returns, the regressor a persistent series: the design of the
projection claims. Every gate is a binomial band of four standard deviations.
"""

from functools import cache

import numpy as np
import pytest
from scipy import stats

from altrotation.inference.multiple import step_down
from altrotation.inference.rotation import rotated_regression
from altrotation.synthetic.noise import daily_noise

pytestmark = pytest.mark.validity

N, HORIZONS, RUNS = 1_000, (20, 60), 400
# Binomial(400, .05): sd .0109, four of them [.006, .094].
LOW, HIGH = 0.05 - 4 * np.sqrt(0.05 * 0.95 / RUNS), 0.05 + 4 * np.sqrt(0.05 * 0.95 / RUNS)
WORLDS = {
    "autoregressive": {"autocorrelation": 0.3},
    "garch": {"arch": 0.08, "garch": 0.9, "tail": 5},
    "late regressor": {"arch": 0.08, "garch": 0.9, "tail": 5},
}


def ahead(daily, days):
    """The sum of the returns of rows t + 2 .. t + 1 + days: NaN at the end."""
    total = np.concatenate([[0.0], daily.cumsum()])
    out = np.full(len(daily), np.nan)
    out[: len(daily) - days - 1] = total[days + 2 :] - total[2:-days]
    return out


@cache
def simulate(world, effect=0.0, runs=RUNS, n=N):
    """Columns: p of the first regressor over 60 days, smallest family p, p of a naive t."""
    found = np.empty((runs, 3))
    for run in range(runs):
        rng = np.random.default_rng((run, 5))
        daily = daily_noise(n, seed=run, **WORLDS[world])
        walks = rng.standard_normal((n + 60, 2)).cumsum(axis=0)
        x = walks[60:] - walks[:-60]  # changes over 60 rows: as smooth as the outcome
        x /= x.std(axis=0)
        daily[1:] += effect * x[:-1, 0] * daily.std()
        if world == "late regressor":
            x[: 2 * n // 5] = np.nan
        y = np.column_stack([ahead(daily, days) for days in HORIZONS])
        fits = [rotated_regression(y, x[:, [i]]) for i in range(2)]
        observed = np.concatenate([np.abs(fit.statistics[0]) for fit in fits])
        null = np.concatenate([np.abs(fit.null[:, 0]) for fit in fits], axis=1)
        family = step_down(observed, null[np.isfinite(null).all(axis=1)])
        rows = np.isfinite(y[:, 1]) & np.isfinite(x[:, 0])
        naive = stats.linregress(x[rows, 0], y[rows, 1]).pvalue
        found[run] = fits[0].p_values()[0, 1], family.min(), naive
    return found


@pytest.mark.parametrize("world", WORLDS)
def test_the_rotation_has_its_size_in_the_cell_and_in_the_family(world):
    p = simulate(world)
    assert LOW < (p[:, 0] <= 0.05).mean() < HIGH
    assert LOW < (p[:, 1] <= 0.05).mean() < HIGH


@pytest.mark.parametrize("world", WORLDS)
def test_a_naive_t_test_of_overlapping_outcomes_rejects_noise_most_of_the_time(world):
    # Binomial(400, .5): sd .025; four of them [.40, .60]
    assert (simulate(world)[:, 2] <= 0.05).mean() > 0.60


def test_a_planted_response_is_found():
    """A daily response of .2 standard deviations in 4,000 rows, 66 windows of 60.

    Shifts by fewer rows than the regressor remembers still carry the response: they are part of the
    null, so in a short sample no p can be small (next test).
    """
    # A test without power would reject 5 of 60; sd .028, four above .05 are .163.
    p = simulate("garch", effect=0.2, runs=60, n=4_000)
    assert (p[:, 0] <= 0.05).mean() > 0.5
    assert (p[:, 1] <= 0.05).mean() > 0.5


def test_in_a_short_sample_neighbouring_shifts_hide_a_smooth_response():
    """Kept as a demonstration of what the rotation cannot do, at whatever strength."""
    p = simulate("garch", effect=0.3, runs=60)
    assert (p[:, 0] <= 0.05).mean() < 0.163
    assert np.median(p[:, 0]) < 0.25  # the statistic itself is large
