"""What judges a backtest: timing against chance, selection, overfitting, deflation, gains."""

from functools import partial

import numpy as np
import pandas as pd
from scipy import stats

from altrotation.backtest.costs import Costs
from altrotation.backtest.overfitting import overfitting_probability
from altrotation.backtest.performance import gain_over, performance
from altrotation.backtest.placebo import random_entries, random_entry
from altrotation.backtest.replay import replay
from altrotation.backtest.rotation import hit_rate
from altrotation.backtest.strategy import Strategy
from altrotation.backtest.superior import superior_ability
from altrotation.inference.bootstrap import block_length
from altrotation.inference.sharpe import deflated_sharpe, probabilistic_sharpe, sharpe_moments
from altrotation.kernels.resample import stationary_rows
from altrotation.rng import generator
from altrotation.signals.signal import Signal
from altrotation.synthetic.noise import daily_noise
from tests.unit.backtest_worlds import days, toy_panel
from tests.validity.suite.experiment import Experiment, Row, coverage, limit, naive, power, size

FAMILY = "Backtests"
ONE, ANY = "random entry, one strategy", "random entry, any of three, adjusted"
DAYS = "t test of the days held"
CONTRADICTED = "gain over BTC, 95 % bound below the truth"
WIDER = "the wider of two laws"
AUTOMATIC = "the same by the automatic block alone"
CYCLE = ("2020-01-05", "2020-05-04")
FREE = Costs(
    fees={"crypto": 0.0, "equity": 0.0},
    spreads=dict.fromkeys(
        ("BTC", "ETH", "large", "mid", "small", "mid-band", "survivors", "equity"), 0.0
    ),
    churn=dict.fromkeys(("large", "mid", "small", "mid-band", "survivors"), 0.0),
    impact=0.0,
)


def market(seed, *, lead=False, drift=0.0):
    """A market and a signal of three spells; with a lead, mid gains 2 % a day in them."""
    rng = np.random.default_rng(seed)
    values = np.zeros(130)
    for start in (10, 50, 90):
        first = start + int(rng.integers(0, 20))
        values[first : first + 12] = 1.0
    panel = toy_panel(130, seed=seed)
    frame = panel.frame.copy()
    # decided at t, bought at t + 1: the return of t + 2 is the first earned
    gain = 0.02 * np.concatenate([[0.0, 0.0], values[:-2]]) if lead else 0.0
    frame["mid/BTC"] *= np.exp(np.cumsum((gain + drift) * np.ones(130)))
    return type(panel)(frame, panel.cards), Signal(pd.Series(values, index=days(130)))


def held(signal, tier="mid"):
    return Strategy(name=tier, rule=signal, on={tier: 1.0}, rebalance="switch")


def timing(seed, **given):
    panel, signal = market(seed, **given)
    made = replay(held(signal), panel, cycle=CYCLE, check=False)
    spell = made.log_returns[made.degrees.shift(1, fill_value=0.0) > 0]
    return {
        ONE: random_entry(held(signal), panel, cycle=CYCLE).evidence.p_value,
        DAYS: stats.ttest_1samp(spell, 0, alternative="greater").pvalue,
    }


def timing_of_three(seed, **given):
    panel, signal = market(seed, **given)
    family = [held(signal, tier) for tier in ("mid", "large", "small")]
    several = random_entries(family, panel, cycle=CYCLE)
    return {
        ANY: min(each.evidence.p_adjusted for each in several),
        "random entry, smallest of three": min(each.evidence.p_value for each in several),
    }


def replayed(seed):
    """A strategy whose mid basket is a random walk in BTC: no gain in the mean, without costs."""
    panel = toy_panel(400, seed=seed)
    rng = np.random.default_rng(seed)
    values = np.repeat(rng.permutation(np.repeat([0.0, 1.0], 20)), 10)
    strategy = held(Signal(pd.Series(values, index=days(400))))
    made = replay(strategy, panel, costs=FREE, cycle=("2020-01-03", "2021-02-03"), check=False)
    gain = gain_over(made, replicates=499)
    table = performance(made, replicates=200, level=0.95).table.loc["log gain over BTC"]
    hits = hit_rate(made, level=0.95)
    return {
        "gain over BTC": gain.p_value,
        "gain over BTC of `performance`, interval": table["low"] <= 0 <= table["high"],
        "hit rate, interval": hits["low"] <= 0.5 <= hits["high"],
    }


def spells_of(rng, n, on, off):
    """Days on and off in turn, of geometric lengths with means `on` and `off`."""
    out, day, state = np.zeros(n, dtype=bool), 0, rng.random() < on / (on + off)
    while day < n:
        length = int(rng.geometric(1 / (on if state else off)))
        out[day : day + length] = state
        day, state = day + length, not state
    return out


def drifts(rng, n, kind):
    """Mean zero, in log points a day: a slow swing, seasons of a month and a half, rare ones."""
    if kind == "slow":
        swing, out = 0.0, np.empty(n)
        for day, step in enumerate(rng.normal(0, np.sqrt(1 - 0.97**2), n)):
            swing = 0.97 * swing + step
            out[day] = 0.009 * swing
        return out
    on, off, gain = {"seasons": (45, 300, 0.012), "rare seasons": (30, 600, 0.02)}[kind]
    return gain * (spells_of(rng, n, on, off) - on / (on + off))


def contradicted(seed, *, kind, short):
    """A rule whose true gain is zero: how often does an interval lie below it altogether?

    Long spells with flickers, or short ones in seasons of their own; the basket swings slowly, in
    GARCH noise with t(4) tails, and the rule knows nothing of it.
    """
    n = 2000
    rng = generator(63, seed)
    if short:
        on = spells_of(rng, n, 60, 180) & spells_of(rng, n, 5, 8)
    else:
        on = spells_of(rng, n, 150, 250) | spells_of(rng, n, 4, 40)
    noise = daily_noise(n, sigma=0.035, tail=4, arch=0.08, garch=0.9, seed=seed)
    basket = pd.Series(np.exp(np.cumsum(noise + drifts(rng, n, kind))), index=days(n))
    panel = toy_panel(n, seed=seed, **{"mid/BTC": basket})
    plan = held(Signal(pd.Series(on.astype(float), index=days(n))))
    cycle = (days(n)[3], days(n)[-1])
    made = replay(plan, panel, costs=FREE, cycle=cycle, check=False)
    gain = gain_over(made, level=0.9, replicates=400)
    difference = (made.log_returns - np.log1p(made.benchmark_returns)).to_numpy()
    block = block_length(difference)
    rows = stationary_rows(len(difference), block, 400, generator(64, seed))
    plain = 2 * difference.mean() - np.quantile(difference[rows].mean(axis=1), 0.05)
    return {CONTRADICTED: float(gain.interval.high >= 0), AUTOMATIC: float(plain >= 0)}


def chosen(seed, *, common=0.0, best=0.0, **noise):
    """Ten strategies against a benchmark, 250 days; `best` sd a day are added to the first."""
    made = [daily_noise(250, sigma=0.02, seed=12 * seed + j, **noise) for j in range(11)]
    table = np.column_stack(made[:10]) * np.sqrt(1 - common)
    table += np.sqrt(common) * made[10][:, None]
    table[:, 0] += 0.02 * best
    frame = pd.DataFrame(table, index=days(250), columns=[f"s{j}" for j in range(10)])
    found = superior_ability(frame, pd.Series(0.0, index=days(250)), replicates=200, seed=seed)
    alone = stats.ttest_1samp(table, 0, alternative="greater").pvalue
    return {
        "superior ability, consistent": found.p_consistent,
        "superior ability, upper": found.p_upper,
        "superior ability, lower": found.p_lower,
        # the step-wise test decides at 5 %: a decision counts as a p-value of 0 or 1
        "step-wise, any found superior": 0.0 if found.superior else 1.0,
        "t test of the best of ten": alone.min(),
    }


def overfitted(seed, *, skill=0.0):
    table = generator(61, seed).normal(0, 0.02, (320, 20))
    table[:, 0] += 0.02 * skill
    return {"probability of overfitting": overfitting_probability(table, blocks=8).probability}


def ratios(seed, *, trials, skill=0.0, tails=False):
    """The best of `trials` noise strategies over 500 days, or one with a true ratio of `skill`."""
    rng = generator(62, seed)
    table = rng.standard_t(4, size=(500, trials)) if tails else rng.normal(size=(500, trials))
    table = 0.02 * (table + skill)
    sharpe = table.mean(axis=0) / table.std(axis=0, ddof=1)
    best = sharpe_moments(table[:, int(np.argmax(sharpe))])
    kind = {"n": best.n, "skew": best.skew, "kurtosis": best.kurtosis}
    found = {"probabilistic Sharpe ratio": 1 - probabilistic_sharpe(best.sharpe, **kind)}
    if trials > 1:
        variance = float(sharpe.var(ddof=1))
        found["deflated Sharpe ratio"] = 1 - deflated_sharpe(
            best.sharpe, trials=trials, trial_variance=variance, **kind
        )
    return found


RECENTRED = "poor strategies are not recentred"
CENTRE = "judged against the expected maximum, whose spread is well below one ratio's error"
CHOSEN = partial(naive, why="the best of many, read as if it were the only one")


def selection(world, *, kinds, **given):
    tests = (
        "superior ability, consistent",
        "superior ability, upper",
        "superior ability, lower",
        "step-wise, any found superior",
        "t test of the best of ten",
    )
    return Experiment(
        family=FAMILY,
        world=world,
        simulate=partial(chosen, **given),
        functions=(superior_ability,),
        rows=tuple(kind(test) for kind, test in zip(kinds, tests, strict=True)),
        repetitions=600,
    )


def timed(world, rows, simulate=timing, **given):
    return Experiment(
        family=FAMILY,
        world=world,
        simulate=partial(simulate, **given),
        rows=rows,
        repetitions=400,
        functions=(random_entry, random_entries),
        ci=100 if simulate is timing else 30,
    )


def bounded(world, **given):
    return Experiment(
        family=FAMILY,
        world=f"a rule that knows nothing: {world}",
        simulate=partial(contradicted, **given),
        rows=(
            size(CONTRADICTED, bound="upper", why=WIDER),
            limit(AUTOMATIC),
        ),
        functions=(gain_over,),
        repetitions=600,
        ci=30,
    )


def sharpes(world, rows, **given):
    return Experiment(
        family=FAMILY,
        world=world,
        simulate=partial(ratios, **given),
        rows=rows,
        functions=(probabilistic_sharpe, deflated_sharpe),
        repetitions=2000,
    )


def overfitting(world, row, **given):
    return Experiment(
        family=FAMILY,
        world=world,
        simulate=partial(overfitted, **given),
        rows=(row,),
        functions=(overfitting_probability,),
    )


BOUND = partial(limit, why="bounds the answer from below")
SIZES = (size, partial(size, bound="upper", why=RECENTRED), BOUND, size, CHOSEN)
THREE = naive("random entry, smallest of three", why="three chances", faint=True)
PROBABILISTIC, DEFLATED = "probabilistic Sharpe ratio", "deflated Sharpe ratio"
PBO = "probability of overfitting"
EXPERIMENTS = (
    timed("signal of three spells, no lead", (size(ONE), limit(DAYS))),
    timed(
        "signal of three spells, a rising basket, no lead",
        (size(ONE), naive(DAYS, why="it pays at any time, not when the signal says")),
        drift=0.01,
    ),
    timed("signal of three spells, 2 % a day in them", (power(ONE), limit(DAYS)), lead=True),
    timed("three baskets on one signal, no lead", (size(ANY), THREE), timing_of_three),
    timed(
        "three baskets on one signal, 2 % a day in one",
        (power(ANY), limit(THREE.test)),
        timing_of_three,
        lead=True,
    ),
    Experiment(
        family=FAMILY,
        world="a strategy on random walks, no costs",
        simulate=replayed,
        rows=(
            size("gain over BTC", bound="upper", why=WIDER),
            coverage("gain over BTC of `performance`, interval", bound="upper", why=WIDER),
            coverage("hit rate, interval", bound="upper", why="Clopper-Pearson is exact"),
        ),
        functions=(gain_over, performance, hit_rate),
        repetitions=600,
        ci=50,
    ),
    bounded("long spells, a slow swing", kind="slow", short=False),
    bounded("long spells, seasons", kind="seasons", short=False),
    bounded("long spells, rare seasons", kind="rare seasons", short=False),
    bounded("short spells, a slow swing", kind="slow", short=True),
    bounded("short spells, seasons", kind="seasons", short=True),
    bounded("short spells, rare seasons", kind="rare seasons", short=True),
    selection("ten strategies without skill, white noise", kinds=SIZES),
    selection("ten strategies without skill, common factor", kinds=SIZES, common=0.5),
    selection("ten strategies without skill, GARCH", kinds=SIZES, arch=0.1, garch=0.85),
    selection(
        "ten strategies, one with .25 sd a day",
        kinds=(power, power, power, power, limit),
        best=0.25,
    ),
    overfitting("twenty strategies without skill", Row(test=PBO, kind="mean", nominal=0.5)),
    sharpes("one strategy without skill", (size(PROBABILISTIC),), trials=1),
    sharpes("one strategy without skill, t(4) tails", (size(PROBABILISTIC),), trials=1, tails=True),
    sharpes(
        "the best of 100 without skill",
        (CHOSEN(PROBABILISTIC), size(DEFLATED, bound="upper", why=CENTRE)),
        trials=100,
    ),
    sharpes("one strategy, ratio .15 a day", (power(PROBABILISTIC),), trials=1, skill=0.15),
)
