"""Event studies done wrongly: three ways to fail, beside the right one."""

import numpy as np
import pandas as pd
from arch.bootstrap import StationaryBootstrap
from scipy import stats

from altrotation.events.eventset import EventSet
from altrotation.events.placebo import matched_rows, tercile_cells
from altrotation.events.study import event_study
from altrotation.inference.bootstrap import block_length
from altrotation.inference.permutation import randomisation_test
from altrotation.kernels.events import gathered_means, window_changes
from altrotation.kernels.placements import spaced_placements
from altrotation.synthetic.noise import daily_noise
from altrotation.synthetic.worlds import clustered_rows, event_world
from tests.validity.suite.event_worlds import (
    DELAY,
    HORIZON,
    SINGLE,
    N,
    autoregressive,
    event_rows,
    garch,
)
from tests.validity.suite.experiment import Experiment, naive, size

# -- what fails -----------------------------------------------------------------------------------


def pairs_bootstrap(returns, rows, block, replicates, seed):
    """Resample (return, event flag) pairs in blocks and read the windows after the flags."""
    flag = np.zeros(N, dtype=bool)
    flag[rows] = True
    boot = StationaryBootstrap(block, np.arange(N), seed=seed)
    means = []
    for _ in range(replicates):
        order = boot.update_indices()
        level = returns[order].cumsum()
        found = np.flatnonzero(flag[order][: N - DELAY - HORIZON])
        if len(found):
            means.append((level[found + DELAY + HORIZON] - level[found + DELAY]).mean())
    return np.array(means)


def carried(seed, effect=0.5):
    made = event_world(garch(20 * seed), event_rows(SINGLE, seed), effect=effect)
    returns = np.diff(np.log(made.prices["outcome 0"].to_numpy()), prepend=np.log(100))
    level = returns.cumsum()
    estimate = (level[made.rows + DELAY + HORIZON] - level[made.rows + DELAY]).mean()
    means = pairs_bootstrap(returns, made.rows, block_length(returns), 120, seed)
    basic = estimate - np.quantile(means - estimate, [0.975, 0.025])
    percentile = np.quantile(means, [0.025, 0.975])
    return {
        "bootstrap that carries events with their blocks, basic": basic[0] <= effect <= basic[1],
        "bootstrap that carries events with their blocks, percentile": percentile[0]
        <= effect
        <= percentile[1],
    }


def one_by_one(seed):
    """Placebos of clustered events placed alone, and as `matched_rows` places them."""
    index = pd.date_range("2013-01-01", periods=N, freq="D", unit="us")
    rows = 320 + clustered_rows(N - 320, sizes=(4, 3), gap=15, margin=150, seed=seed)
    level = autoregressive(20 * seed).cumsum()
    windows = window_changes(level[:, None], DELAY, np.array([HORIZON]))[:, 0, :]
    walk = daily_noise(N, sigma=0.012, seed=20 * seed + 3).cumsum()
    cell = tercile_cells(pd.Series(np.exp(walk), index=index), index)
    whole = np.isfinite(windows[:, 0])
    used = np.ones((len(rows), 1), dtype=bool)
    pools = [np.flatnonzero(whole & (cell == cell[row])) for row in rows]
    alone = spaced_placements(
        np.concatenate(pools),
        np.cumsum([0, *(len(pool) for pool in pools)]),
        np.zeros(len(rows), dtype=np.int64),
        int(np.diff(rows).min()),
        rows,
        299,
        5,
        np.random.default_rng(seed),
    )
    together = matched_rows(
        rows,
        np.tile(whole, (len(rows), 1)),
        cell,
        dates=index[rows],
        reach=HORIZON,
        draws=299,
        seed=seed,
    )
    found = {}
    for name, placed in (("one by one", alone), ("as clusters", together)):
        null, _, _ = gathered_means(windows, np.zeros(1), placed, used)
        p = randomisation_test(np.array([windows[rows].mean()]), null).p_value[0]
        found[f"matched placebo of clustered events, {name}"] = p
    return found


def overlapping(seed, horizon=100):
    """Pure noise; 100-day returns after record highs that come weekly, a dozen in a row.

    Events j weeks apart share 1 - 7j/100 of their window, so the variance of a cluster's mean is
    1 + 2 sum((1 - j/12)(1 - 7j/100), j = 1..11) = 8.66 times what independence says: |t| > 1.96
    means |z| > .67, half the time.
    """
    rows = clustered_rows(N, sizes=(12,) * 5, gap=7, margin=101, seed=seed)
    prices = pd.Series(
        np.exp(daily_noise(N, seed=20 * seed).cumsum()),
        index=pd.date_range("2013-01-01", periods=N, freq="D", unit="us"),
    )
    table = event_study(
        prices, EventSet(prices.index[rows], rule="weekly"), horizons=(horizon,), replicates=9
    ).table
    log = np.log(prices.to_numpy())
    outcomes = log[rows + DELAY + horizon] - log[rows + DELAY]
    return {
        "rotation, 100 days": table["p_value"].iloc[0],
        "t test of overlapping windows, 100 days": stats.ttest_1samp(outcomes, 0).pvalue,
    }


def failing():
    yield Experiment(
        family="Event study",
        world="GARCH, single events, effect .5",
        simulate=carried,
        functions=(),
        repetitions=200,
        ci=40,
        rows=tuple(
            naive(
                f"bootstrap that carries events with their blocks, {kind}",
                nominal=0.95,
                why="a window outlives the block of its event: most of the effect is lost",
            )
            for kind in ("basic", "percentile")
        ),
    )
    yield Experiment(
        family="Event study",
        world="AR(1), two clusters of events",
        simulate=one_by_one,
        functions=(matched_rows,),
        repetitions=600,
        ci=150,
        rows=(
            size("matched placebo of clustered events, as clusters"),
            naive(
                "matched placebo of clustered events, one by one",
                why="placebos that spread out overlap less than the events did",
            ),
        ),
    )
    yield Experiment(
        family="Event study",
        world="white noise, a dozen weekly events in a row",
        simulate=overlapping,
        functions=(event_study,),
        rows=(
            size("rotation, 100 days", exact=True),
            naive("t test of overlapping windows, 100 days", why="theory: half the time"),
        ),
    )


EXPERIMENTS = tuple(failing())
