"""Size and power of what judges a backtest, in worlds of known truth."""

import numpy as np
import pandas as pd
import pytest

from altrotation.backtest.overfitting import overfitting_probability
from altrotation.backtest.placebo import random_entry
from altrotation.backtest.strategy import Strategy
from altrotation.backtest.superior import superior_ability
from altrotation.inference.sharpe import deflated_sharpe, probabilistic_sharpe, sharpe_moments
from altrotation.signals.signal import Signal
from tests.unit.backtest_worlds import days, toy_panel

pytestmark = pytest.mark.validity


def test_overfitting_probability_of_noise_is_one_half():
    rng = np.random.default_rng(0)
    found = np.array(
        [
            overfitting_probability(rng.normal(0, 0.02, (320, 20)), blocks=8).probability
            for _ in range(200)
        ]
    )
    # the mean of 200 worlds; its standard error from their spread, four of them
    error = found.std(ddof=1) / np.sqrt(len(found))
    print(f"\nPBO of noise: {found.mean():.3f} +- {error:.3f}")
    assert abs(found.mean() - 0.5) < 4 * error
    assert error < 0.02


def test_deflation_against_choosing_the_best_of_a_hundred():
    """The naive reading of the best of 100 noise strategies is nearly always wrong."""
    rng = np.random.default_rng(1)
    naive, deflated = [], []
    for _ in range(400):
        table = rng.normal(0, 0.02, (500, 100))
        ratios = table.mean(axis=0) / table.std(axis=0, ddof=1)
        best = sharpe_moments(table[:, int(np.argmax(ratios))])
        kind = {"n": best.n, "skew": best.skew, "kurtosis": best.kurtosis}
        naive.append(probabilistic_sharpe(best.sharpe, **kind) > 0.95)
        deflated.append(
            deflated_sharpe(
                best.sharpe, trials=100, trial_variance=float(ratios.var(ddof=1)), **kind
            )
            > 0.95
        )
    print(f"\nbest of 100: naive {np.mean(naive):.3f}, deflated {np.mean(deflated):.3f}")
    # 1 - .95^100 = .994; Binomial(400, .994): sd .004
    assert np.mean(naive) > 0.97
    # the largest of 100 varies by .43 standard errors of one ratio, so it rarely lies 1.645 of them
    # above its mean: under .05. Binomial(400, .05): sd .011; four sd: .094
    assert np.mean(deflated) < 0.094


def test_superior_ability_holds_its_size():
    rng = np.random.default_rng(2)
    rejected = []
    for _ in range(200):
        values = pd.DataFrame(rng.normal(0, 0.02, (200, 10)), index=days(200))
        values.columns = [f"s{j}" for j in range(10)]
        found = superior_ability(values, pd.Series(0.0, index=days(200)), replicates=200)
        rejected.append(found.p_consistent <= 0.05)
    print(f"\nSPA size {np.mean(rejected):.3f}")
    # Binomial(200, .05): sd .0154; four sd: [0, .112]
    assert np.mean(rejected) < 0.112


def world(seed, *, lead):
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
    frame["mid/BTC"] *= np.exp(np.cumsum(gain * np.ones(130)))
    strategy = Strategy(
        name="x",
        rule=Signal(pd.Series(values, index=days(130))),
        on={"mid": 1.0},
        rebalance="switch",
    )
    return type(panel)(frame, panel.cards), strategy


def rejections(count, *, lead):
    found = []
    for seed in range(count):
        panel, strategy = world(seed, lead=lead)
        made = random_entry(strategy, panel, cycle=("2020-01-05", "2020-05-04"))
        found.append(made.evidence.p_value <= 0.05)
    return float(np.mean(found))


def test_random_entry_holds_its_size():
    size = rejections(200, lead=False)
    print(f"\nrandom entry size {size:.3f}")
    # Binomial(200, .05): sd .0154; four sd: [0, .112]
    assert size < 0.112


def test_random_entry_has_power():
    power = rejections(40, lead=True)
    print(f"\nrandom entry power {power:.3f}")
    # gain .72 against a spread of about sqrt(36) * .02 * sqrt(2) = .17 log points: near certain
    assert power > 0.8
