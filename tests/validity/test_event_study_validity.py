"""Size, power and coverage of the event study in worlds of known truth, and two ways to fail.

Every gate is a binomial band of four standard deviations around the nominal rate.
"""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from arch.bootstrap import StationaryBootstrap

from altrotation.events.breakouts import breakouts
from altrotation.events.eventset import EventSet
from altrotation.events.placebo import matched_rows, tercile_cells
from altrotation.events.study import event_study
from altrotation.inference.bootstrap import block_length
from altrotation.inference.permutation import randomisation_test
from altrotation.kernels.events import (
    admissible_shifts,
    gathered_means,
    shifted_rows,
    window_changes,
)
from altrotation.kernels.placements import spaced_placements
from altrotation.synthetic.noise import daily_noise, slow_drift
from altrotation.synthetic.worlds import clustered_rows, event_world

pytestmark = pytest.mark.validity

N, DELAY, HORIZON = 4_500, 1, 60
SINGLE, CLUSTERED = (1,) * 7, (3, 2, 1, 1)
RUNS = 400


def autoregressive(seed):
    return daily_noise(N, autocorrelation=0.2, seed=seed)


def garch(seed):
    return daily_noise(N, autocorrelation=0.2, arch=0.08, garch=0.9, tail=5, seed=seed)


def drifting(seed):
    return garch(seed) + slow_drift(N, sigma=0.003, half_life=30, seed=10**6 + seed)


WORLDS = {
    "AR, clustered events": (autoregressive, CLUSTERED),
    "GARCH with t tails, clustered events": (garch, CLUSTERED),
    "slowly drifting mean, single events": (drifting, SINGLE),
}


def event_rows(sizes, seed, first=320):
    """Clusters of events 25 rows apart, placed uniformly, with room before and after."""
    return first + clustered_rows(N - first, sizes=sizes, gap=25, margin=130, seed=seed)


def band(rate, runs):
    four = 4 * np.sqrt(rate * (1 - rate) / runs)
    return rate - four, rate + four


@cache
def simulate(noise, sizes, effect=0.0, runs=RUNS, **options):
    """One table a world: two outcomes (independent given the events) by two horizons."""
    tables = []
    for run in range(runs):
        returns = np.column_stack([noise(20 * run), noise(20 * run + 1)])
        made = event_world(returns, event_rows(sizes, run), effect=effect, horizon=HORIZON)
        given = dict(options)
        if given.get("model") == "market":
            moves = daily_noise(N, sigma=0.04, arch=0.1, garch=0.85, seed=20 * run + 2)
            index = made.prices.index
            given["benchmark"] = pd.Series(np.exp(moves.cumsum()), index=index)
            prices = made.prices.mul(given["benchmark"] ** 1.2, axis=0)
        else:
            prices = made.prices
        if given.get("null") == "matched":
            walk = daily_noise(N, sigma=0.012, seed=20 * run + 3).cumsum()
            given["match_on"] = pd.Series(np.exp(walk), index=made.prices.index)
        events = EventSet(made.dates, rule="planted")
        study = event_study(
            prices, events, horizons=(20, HORIZON), replicates=499, seed=run, **given
        )
        tables.append(study.table)
    return pd.concat(tables, keys=range(runs), names=["run"])


def shares(table, column, level):
    return (table[column] <= level).groupby(["outcome", "horizon"]).mean()


# --- size ---


@pytest.mark.parametrize("world", WORLDS)
def test_rotation_has_its_size(world):
    table = simulate(*WORLDS[world])
    # Binomial(400, .05): sd .0109, four sd [.006, .094]; Binomial(400, .5): sd .025, [.4, .6]
    for level in (0.05, 0.5):
        low, high = band(level, RUNS)
        assert shares(table, "p_value", level).between(low, high).all()


@pytest.mark.parametrize("world", WORLDS)
def test_step_down_max_t_has_its_familywise_size(world):
    table = simulate(*WORLDS[world])
    any_rejection = (table["p_adjusted"] <= 0.05).groupby("run").any().mean()
    low, high = band(0.05, RUNS)  # [.006, .094]
    assert low < any_rejection < high
    # four cells, two of them independent, without adjustment: more than 1 - .95^2 = .0975 expected
    unadjusted = (table["p_value"] <= 0.05).groupby("run").any().mean()
    assert unadjusted > any_rejection


@pytest.mark.parametrize("world", ["AR, clustered events", "GARCH with t tails, clustered events"])
def test_matched_placebo_has_its_size(world):
    runs = 300
    table = simulate(*WORLDS[world], runs=runs, null="matched", draws=499)
    # Binomial(300, .05): sd .0126, four sd [0, .1003]; Binomial(300, .5): sd .029, [.385, .615]
    for level in (0.05, 0.5):
        low, high = band(level, runs)
        assert shares(table, "p_value", level).between(low, high).all()


def test_rotation_has_its_size_in_the_market_model():
    runs = 300
    table = simulate(garch, CLUSTERED, runs=runs, model="market")
    for level in (0.05, 0.5):
        low, high = band(level, runs)
        assert shares(table, "p_value", level).between(low, high).all()


def test_rotation_has_its_size_when_one_outcome_starts_late():
    """The second outcome has no price for the first 40 % of the sample; events fall anywhere."""
    runs = 400
    rejected, family = [], []
    for run in range(runs):
        returns = np.column_stack([garch(20 * run), garch(20 * run + 1)])
        rows = clustered_rows(N, sizes=(2, 1, 1, 1, 1), gap=25, margin=70, seed=run)
        made = event_world(returns, rows, effect=0.0, horizon=HORIZON)
        prices = made.prices.copy()
        prices.iloc[: int(0.4 * N), 1] = np.nan
        events = EventSet(made.dates, rule="planted")
        table = event_study(prices, events, horizons=(20, HORIZON), replicates=9, seed=run).table
        held = table[table["n_events"] > 0]
        rejected.append((held["p_value"] <= 0.05).reindex(table.index))
        family.append((held["p_adjusted"] <= 0.05).any())
    share = pd.concat(rejected, axis=1).astype(float).mean(axis=1)
    low, high = band(0.05, runs)  # Binomial(400, .05): sd .0109, four sd [.006, .094]
    assert share.between(low, high).all()
    assert low < np.mean(family) < high


@pytest.mark.parametrize("null", ["rotation", "matched"])
def test_size_holds_for_events_found_by_the_breakout_rule(null):
    """About 13 first 250-day highs after 60 quiet days a world; outcomes know nothing of them.

    The rule needs a past and so finds no event at the start of the sample: the observed position
    is not quite as likely as any other. In 2,000 worlds the rotation test rejects 6.0 % at 5 %.
    """
    runs = 200
    index = pd.date_range("2013-01-01", periods=N, freq="D", unit="us")
    rejected = []
    for run in range(runs):
        moves = daily_noise(N, sigma=0.012, arch=0.1, garch=0.88, tail=6, seed=20 * run) + 0.0003
        source = pd.Series(np.exp(moves.cumsum()), index=index, name="source")
        prices = pd.Series(np.exp(drifting(20 * run + 1).cumsum()), index=index)
        found = breakouts(source, kind="high", window=250, quiet=60)
        study = event_study(
            prices,
            found.between(index[0], index[-HORIZON - 2]),
            horizons=(HORIZON,),
            null=null,
            match_on=source if null == "matched" else None,
            draws=299,
            replicates=9,
            seed=run,
        )
        rejected.append(study.table["p_value"].iloc[0] <= 0.05)
    low, high = band(0.05, runs)  # Binomial(200, .05): sd .0154, four sd [0, .112]
    assert low < np.mean(rejected) < high


# --- power ---


def test_power_at_the_detectable_effect_is_eighty_percent():
    """AR(1) noise: sd of the mean of 7 windows of 60, long-run variance sigma^2 (1+phi)/(1-phi)."""
    runs = 300
    deviation = 0.03 * np.sqrt((1 + 0.2) / (1 - 0.2) * HORIZON / len(SINGLE))
    effect = 2.8016 * deviation  # .301
    table = simulate(autoregressive, SINGLE, effect=effect, runs=runs)
    power = shares(table, "p_value", 0.05).xs(HORIZON, level="horizon")
    low, high = band(0.8, runs)  # Binomial(300, .8): sd .023, four sd [.708, .892]
    assert power.between(low, high).all()
    stated = table["minimum_detectable_effect"].xs(HORIZON, level="horizon").mean()
    assert stated == pytest.approx(effect, rel=0.1)


def test_matched_placebo_sees_the_planted_effect():
    runs = 100
    table = simulate(autoregressive, SINGLE, effect=0.301, runs=runs, null="matched", draws=499)
    power = shares(table, "p_value", 0.05).xs(HORIZON, level="horizon")
    low, high = band(0.8, runs)  # Binomial(100, .8): sd .04, four sd [.64, .96]
    assert power.between(low, high).all()


# --- coverage ---


def coverage(table, effect):
    truth = effect * table.index.get_level_values("horizon") / HORIZON
    return ((table["low"] <= truth) & (truth <= table["high"])).groupby("horizon").mean()


@pytest.mark.parametrize("world", WORLDS)
def test_interval_covers_zero_as_often_as_it_says(world):
    # 800 intervals a horizon, two a run: Binomial(800, .95): sd .0077, four sd [.919, .981]
    assert coverage(simulate(*WORLDS[world]), 0.0).between(*band(0.95, 2 * RUNS)).all()


def test_interval_covers_a_planted_effect_as_often_as_it_says():
    table = simulate(garch, SINGLE, effect=0.2)
    assert coverage(table, 0.2).between(*band(0.95, 2 * RUNS)).all()  # [.919, .981]


def test_interval_counts_the_estimation_error_of_the_market_model():
    runs = 300
    table = simulate(garch, CLUSTERED, runs=runs, model="market")
    assert coverage(table, 0.0).between(*band(0.95, 2 * runs)).all()  # [.914, .986]


# --- demonstrations: what fails, and how ---


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


def test_demonstration_carrying_events_along_with_the_blocks_fails():
    """Why the interval does not resample pairs.

    A window of 60 days outlives the block of its event: of an effect spread over days 2..61 after
    the event a block of mean length L keeps the share sum((1 - 1/L)^t, t = 2..61) / 60, which is
    .13 at L = 9, a length Politis & White typically choose here. The rest is unconditional noise.
    """
    runs, effect = 80, 0.5
    days = np.arange(DELAY + 1, DELAY + 1 + HORIZON)
    covered, pull, kept = [], [], []
    for run in range(runs):
        made = event_world(garch(20 * run), event_rows(SINGLE, run), effect=effect)
        returns = np.diff(np.log(made.prices["outcome 0"].to_numpy()), prepend=np.log(100))
        block = block_length(returns)
        kept.append(((1 - 1 / block) ** days).mean())
        level = returns.cumsum()
        estimate = (level[made.rows + DELAY + HORIZON] - level[made.rows + DELAY]).mean()
        means = pairs_bootstrap(returns, made.rows, block, 120, run)
        error = means - estimate
        low, high = estimate - np.quantile(error, [0.975, 0.025])
        percentile = np.quantile(means, [0.025, 0.975])
        covered.append((low <= effect <= high, percentile[0] <= effect <= percentile[1]))
        pull.append(means.mean())
    # the mean of 80 runs has standard error .107 / sqrt(80) = .012
    assert np.mean(pull) == pytest.approx(np.mean(kept) * effect, abs=0.05)
    assert np.mean(kept) < 0.25
    # Binomial(80, .95): sd .024; four below .95 is .852
    assert np.mean(covered, axis=0).max() < 0.852


def test_demonstration_placing_clustered_events_one_by_one_fails():
    """Why clusters move as blocks: placebos that spread out overlap less than the events did."""
    runs, draws = 150, 299
    index = pd.date_range("2013-01-01", periods=N, freq="D", unit="us")
    alone, blocks = [], []
    for run in range(runs):
        rows = 320 + clustered_rows(N - 320, sizes=(4, 3), gap=15, margin=150, seed=run)
        level = autoregressive(20 * run).cumsum()
        windows = window_changes(level[:, None], DELAY, np.array([HORIZON]))[:, 0, :]
        walk = daily_noise(N, sigma=0.012, seed=20 * run + 3).cumsum()
        cells = tercile_cells(pd.Series(np.exp(walk), index=index), index)
        whole = np.isfinite(windows[:, 0])
        used = np.ones((len(rows), 1), dtype=bool)
        pools = [np.flatnonzero(whole & (cells == cells[row])) for row in rows]
        single = spaced_placements(
            np.concatenate(pools),
            np.cumsum([0, *(len(pool) for pool in pools)]),
            np.zeros(len(rows), dtype=np.int64),
            int(np.diff(rows).min()),
            rows,
            draws,
            5,
            np.random.default_rng(run),
        )
        together = matched_rows(
            rows,
            np.tile(whole, (len(rows), 1)),
            cells,
            dates=index[rows],
            reach=HORIZON,
            draws=draws,
            seed=run,
        )
        for kept, placed in ((alone, single), (blocks, together)):
            null, _, _ = gathered_means(windows, np.zeros(1), placed, used)
            observed = np.array([windows[rows].mean()])
            kept.append(randomisation_test(observed, null).p_value[0] <= 0.05)
    # Binomial(150, .05): sd .0178, four sd [0, .121]
    assert np.mean(alone) > 0.121
    assert np.mean(blocks) < 0.121


def test_demonstration_naive_t_test_on_overlapping_returns_rejects_half_the_time():
    """Pure noise; 100-day returns after record highs that come weekly, a dozen in a row.

    Events j weeks apart in a cluster share 1 - 7j/100 of their window, so the variance of a
    cluster's mean is (1 + 2 sum((1 - j/12)(1 - 7j/100), j = 1..11)) = 8.66 times what
    independence says: |t| > 1.96 means |z| > .67, half the time. The rotation test keeps its size.
    """
    runs, horizon = 200, 100
    weeks = np.arange(1, 12)
    inflation = 1 + 2 * ((1 - weeks / 12) * (1 - 7 * weeks / horizon)).sum()
    assert inflation == pytest.approx(8.66, abs=0.01)
    naive, rotation = [], []
    for run in range(runs):
        rows = clustered_rows(N, sizes=(12,) * 5, gap=7, margin=101, seed=run)
        level = daily_noise(N, seed=20 * run).cumsum()
        windows = window_changes(level[:, None], DELAY, np.array([horizon]))[:, 0, :]
        outcomes = windows[rows, 0]
        naive.append(abs(outcomes.mean()) > 1.96 * outcomes.std(ddof=1) / np.sqrt(len(rows)))
        moved = shifted_rows(rows, admissible_shifts(rows, np.isfinite(windows)), N)
        every = np.ones((len(rows), 1), dtype=bool)
        null, kept, _ = gathered_means(windows, np.zeros(1), moved, every)
        null = np.sqrt(kept / len(rows)) * null
        rotation.append(randomisation_test(np.array([outcomes.mean()]), null).p_value[0] <= 0.05)
    # Binomial(200, .5): sd .035; the sample variance is too small as well: at least .36, below .75
    assert 0.36 < np.mean(naive) < 0.75
    assert np.mean(rotation) < band(0.05, runs)[1]  # .112
