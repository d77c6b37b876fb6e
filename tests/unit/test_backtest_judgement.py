from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from altrotation.backtest import metrics
from altrotation.backtest.cycles import Cycle
from altrotation.backtest.grid import equities
from altrotation.backtest.overfitting import OverfittingProbability, overfitting_probability
from altrotation.backtest.performance import Performance, gain_over, performance
from altrotation.backtest.placebo import RandomEntry, random_entry
from altrotation.backtest.ready import benchmark
from altrotation.backtest.replay import replay
from altrotation.backtest.rotation import (
    RotationCapture,
    RotationLeg,
    hit_rate,
    rotation_capture,
    rotation_leg,
)
from altrotation.backtest.strategy import Strategy
from altrotation.backtest.superior import SuperiorAbility, superior_ability
from altrotation.backtest.walkforward import OutOfSample, choose_and_judge, cycle_groups
from altrotation.errors import InputError
from altrotation.inference.splits import leave_one_out, walk_forward
from altrotation.signals.signal import Signal
from tests.oracle.naive_backtest import drawdown, largest_rise
from tests.oracle.naive_backtest import overfitting_probability as naive_pbo
from tests.unit.backtest_worlds import days, toy_panel

PANEL = toy_panel()
CYCLE = ("2020-03-01", "2020-12-31")


def spells_of(*pairs, n=400):
    values = np.zeros(n)
    for first, last in pairs:
        values[first : last + 1] = 1.0
    return Signal(pd.Series(values, index=days(n)), name="hand-made")


TWICE = Strategy(name="twice", rule=spells_of((100, 140), (200, 260)), on={"mid": 1.0})
MADE = replay(TWICE, PANEL, cycle=CYCLE)


# -- measures ------------------------------------------------------------------------------------

PATHS = st.lists(st.floats(-0.3, 0.3), min_size=2, max_size=30)


@given(PATHS)
def test_drawdowns_against_a_double_loop(steps):
    log = np.array(steps)
    equity = np.exp(np.concatenate([[0.0], log.cumsum()]))
    deepest, _ = drawdown(equity)
    assert metrics.deepest_drawdown(log) == pytest.approx(deepest, abs=1e-12)


@given(st.lists(st.sampled_from([-0.2, -0.1, 0.1, 0.25]), min_size=2, max_size=30))
def test_longest_drawdown_against_a_double_loop(steps):
    log = np.array(steps)
    equity = np.exp(np.concatenate([[0.0], log.cumsum()])) * (1 + 1e-10 * np.arange(len(log) + 1))
    _, longest = drawdown(equity)
    assert metrics.longest_drawdown(log) == longest


def test_measures_by_hand():
    log = np.log([1.1, 0.9, 1.2, 0.8])
    assert metrics.annual_growth(log) == pytest.approx((1.1 * 0.9 * 1.2 * 0.8) ** (365 / 4) - 1)
    x = np.array([0.01, -0.02, 0.03, 0.0])
    assert metrics.sharpe(x) == pytest.approx(x.mean() / x.std(ddof=1) * np.sqrt(365))
    assert metrics.sortino(x) == pytest.approx(x.mean() / np.sqrt(0.0004 / 4) * np.sqrt(365))
    assert metrics.volatility(x) == pytest.approx(np.std(x, ddof=1) * np.sqrt(365))
    assert metrics.calmar(log) == pytest.approx(metrics.annual_growth(log) / 0.2)
    assert np.isnan(metrics.sharpe(np.zeros(5)))
    assert np.isnan(metrics.calmar(np.full(5, 0.01)))
    both = metrics.sharpe(np.vstack([x, 2 * x]))
    assert both[0] == pytest.approx(both[1])


def test_performance_brackets_its_estimates():
    found = performance(MADE, replicates=300)
    assert isinstance(found, Performance)
    table = found.summary()
    assert (table["low"] <= table["high"]).all()
    inside = (table["low"] <= table["estimate"]) & (table["estimate"] <= table["high"])
    assert inside.drop(["longest drawdown", "deepest drawdown"]).all()
    log = MADE.log_returns.to_numpy()
    assert table.loc["annual growth", "estimate"] == pytest.approx(np.expm1(log.mean() * 365))
    again = performance(MADE, replicates=300)
    pd.testing.assert_frame_equal(table, again.summary())
    assert "stationary-bootstrap" in found._repr_html_()


def test_gain_over_bitcoin_and_over_another():
    found = gain_over(MADE, replicates=500)
    log = MADE.log_returns - np.log1p(MADE.benchmark_returns)
    assert found.estimate == pytest.approx(log.mean() * 365)
    assert found.estimate in found.interval
    assert found.p_attainable == pytest.approx(1 / 501)
    same = gain_over(MADE, MADE)
    assert same.invalid == "the two never differ"
    base = replay(benchmark("mid"), PANEL, cycle=CYCLE)
    assert "over always mid" in gain_over(MADE, base, replicates=200).label


# -- the rotation leg ----------------------------------------------------------------------------


@settings(max_examples=60)
@given(
    st.lists(st.integers(1, 20), min_size=2, max_size=25).filter(
        lambda x: any(b > a for a, b in pairwise(x))
    )
)
def test_rotation_leg_against_a_double_loop(levels):
    relative = pd.Series(np.array(levels, dtype=float), index=days(len(levels)))
    leg = rotation_leg(relative, Cycle("all", relative.index[0], relative.index[-1]))
    _, _, gain = largest_rise(np.log(levels))
    assert leg.gain == pytest.approx(gain)
    assert relative[leg.end] / relative[leg.start] == pytest.approx(np.exp(gain))
    assert isinstance(leg, RotationLeg)


def leg_panel():
    """mid/BTC flat, rises from label 150 to 250, falls back."""
    frame = PANEL.frame.copy()
    path = np.concatenate([np.zeros(151), np.linspace(0.01, 1.0, 100), np.linspace(0.99, 0.5, 149)])
    frame["mid/BTC"] = 100 * np.exp(path)
    return type(PANEL)(frame, PANEL.cards)


def test_lead_and_capture():
    world = leg_panel()
    early = replace(TWICE, rule=spells_of((140, 260)))
    late = replace(TWICE, rule=spells_of((199, 260)))
    never = replace(TWICE, rule=spells_of((10, 20)))
    found = {}
    for name, strategy in (("early", early), ("late", late), ("never", never)):
        found[name] = rotation_capture(replay(strategy, world, cycle=CYCLE), world)
    leg = found["early"].leg
    assert (leg.start, leg.end) == (days(400)[150], days(400)[250])
    assert leg.gain == pytest.approx(1.0)
    assert (found["early"].lead, found["late"].lead) == (10.0, -49.0)
    assert found["early"].on == 1.0
    assert found["early"].capture == pytest.approx(1.0, abs=0.01)
    # decided at label 199, bought at 200: half of the leg is left, less the costs of the switch
    assert found["late"].capture == pytest.approx(0.5, abs=0.01)
    assert found["never"].entry is None
    assert found["never"].captured == pytest.approx(0.0, abs=1e-12)
    assert "none in it" in found["never"].summary().to_string()
    assert isinstance(found["late"], RotationCapture)


def test_hit_rate():
    found = hit_rate(MADE)
    assert found["entries"] == 2
    assert found["low"] <= found["rate"] <= found["high"]
    never = replay(replace(TWICE, rule=spells_of((10, 12))), PANEL, cycle=CYCLE)
    assert np.isnan(hit_rate(never)["rate"])


# -- random entry --------------------------------------------------------------------------------


def test_random_entry_enumerates_every_shift():
    found = random_entry(TWICE, PANEL, cycle=CYCLE)
    n = len(MADE.equity)
    assert isinstance(found, RandomEntry)
    assert len(found.draws) == n - 1
    assert found.observed == pytest.approx(np.log(MADE.equity.iloc[-1] / 1e6))
    assert found.evidence.p_value == pytest.approx(
        (1 + (found.draws >= found.observed - 1e-12).sum()) / n
    )
    assert found.evidence.n_events == 2
    assert 0 <= found.percentile <= 100
    # a draw is the replay of the strategy with its degrees moved
    shift = int(found.shifts[36])
    moved = MADE.degrees.to_numpy()
    labels = MADE.degrees.index - pd.Timedelta(1, "D")
    other = Signal(pd.Series(np.roll(moved, shift), index=labels))
    alone = replay(replace(TWICE, rule=other), PANEL, cycle=CYCLE)
    assert found.draws[36] == pytest.approx(np.log(alone.equity.iloc[-1] / 1e6), rel=1e-9)


def test_random_entry_of_a_signal_that_never_changes():
    never = random_entry(replace(TWICE, rule=spells_of()), PANEL, cycle=CYCLE, most=20)
    assert "always off" in never.evidence.invalid
    assert callable(equities)


# -- selection -----------------------------------------------------------------------------------


def noise(n=600, k=8, seed=0):
    return np.random.default_rng(seed).normal(0, 0.02, (n, k))


def frame_of(values):
    return pd.DataFrame(
        values, index=days(len(values)), columns=[f"s{j}" for j in range(values.shape[1])]
    )


def test_overfitting_probability_against_the_book():
    table = noise(96, 5)
    found = overfitting_probability(table, blocks=6)
    share, logits = naive_pbo(table, 6, lambda x: x.mean() / x.std(ddof=1))
    assert found.probability == pytest.approx(share)
    np.testing.assert_allclose(found.logits, logits, rtol=1e-9, atol=1e-12)
    assert len(found.logits) == 20
    assert isinstance(found, OverfittingProbability)
    assert "20 of 6 blocks" in found.summary().to_string()


def test_one_dominating_strategy_is_never_overfit():
    table = noise(640, 10)
    table[:, 3] += 0.05
    assert overfitting_probability(table).probability == 0.0


def test_only_ranks_of_the_score_count():
    table = noise(240, 6)

    def ratio(x):
        return x.mean(axis=0) / x.std(axis=0, ddof=1)

    plain = overfitting_probability(table, blocks=8)
    for transform in (np.arctan, np.exp, lambda x: x**3 + x):
        moved = overfitting_probability(
            table, blocks=8, score=lambda x, t=transform: t(10 * ratio(x))
        )
        assert moved.probability == plain.probability
        np.testing.assert_array_equal(moved.logits, plain.logits)


def test_superior_ability_finds_the_planted_one_and_nothing_else():
    values = noise(800, 6)
    values[:, 2] += 0.004
    found = superior_ability(frame_of(values), pd.Series(0.0, index=days(800)), replicates=500)
    assert isinstance(found, SuperiorAbility)
    assert found.superior == ("s2",)
    assert found.best == "s2"
    assert 0 < found.p_lower <= found.p_consistent <= found.p_upper < 0.05
    none = superior_ability(frame_of(noise(800, 6)), pd.Series(0.0, index=days(800)))
    assert none.p_consistent > 0.05
    assert none.superior == ()


def test_choosing_on_the_past():
    values = noise(600, 4)
    values[:, 1] += 0.01
    table = frame_of(values)
    found = choose_and_judge(table, walk_forward(600, train=200, test=100, horizon=5))
    assert isinstance(found, OutOfSample)
    assert found.summary()["chosen"].tolist() == ["s1"] * 4
    assert (found.table["test_rank"] == 1.0).all()
    assert found.table["train_days"].tolist() == [195] * 4
    pd.testing.assert_series_equal(
        found.returns, table["s1"].iloc[200:].rename("out of sample"), check_freq=False
    )
    assert abs(found.degradation) < 0.3


def test_leaving_one_cycle_out():
    table = frame_of(noise(600, 4))
    groups = cycle_groups(
        pd.DatetimeIndex(table.index),
        [("2020-02-01", "2020-06-30"), ("2020-09-01", "2021-02-28")],
    )
    found = choose_and_judge(table, leave_one_out(groups, horizon=10))
    assert len(found.table) == 2
    assert found.returns is not None
    assert len(found.returns) == sum(group is not None for group in groups)


ONE = frame_of(noise(100, 3))
HOLED = ONE.copy()
HOLED.iloc[3, 1] = np.nan
ZERO = pd.Series(0.0, index=ONE.index)
BAD = [
    (lambda: performance(replay(TWICE, PANEL, cycle=("2020-03-01", "2020-03-10"))), "days"),
    (lambda: performance(MADE, level=1.0), "level"),
    (lambda: performance(MADE, replicates=10), "replicates"),
    (
        lambda: gain_over(MADE, replay(TWICE, PANEL, cycle=("2020-03-01", "2020-11-30"))),
        "same days",
    ),
    (lambda: rotation_leg(pd.Series([2.0, 1.0], days(2)), Cycle("x", *days(2))), "never rose"),
    (lambda: rotation_leg(pd.Series([-2.0, 1.0], days(2)), Cycle("x", *days(2))), "positive"),
    (lambda: rotation_leg(pd.Series([1.0], days(1)), Cycle("x", *days(2))), "at least 2"),
    (lambda: rotation_capture(replay(benchmark("cash"), PANEL, cycle=CYCLE), PANEL), "name the"),
    (lambda: random_entry(TWICE, PANEL, cycle=CYCLE, most=5), "most"),
    (lambda: overfitting_probability(noise(), blocks=7), "even"),
    (lambda: overfitting_probability(noise(), blocks=0), "blocks"),
    (lambda: overfitting_probability(noise(k=1)), "at least two"),
    (lambda: overfitting_probability(noise(20)), "number of days"),
    (lambda: overfitting_probability(HOLED, blocks=4), "finite"),
    (lambda: superior_ability(HOLED, ZERO), "known every day"),
    (lambda: superior_ability(ONE * 0, ZERO), "never differs|ever differs"),
    (lambda: superior_ability(ONE, ZERO.iloc[1:]), "share their dates"),
    (lambda: choose_and_judge(HOLED, walk_forward(100, train=50, test=10)), "known every day"),
    (lambda: choose_and_judge(ONE, []), "at least one split"),
    (lambda: choose_and_judge(ONE, walk_forward(200, train=50, test=50)), "beyond the 100 days"),
    (
        lambda: cycle_groups(days(9), [("2020-01-01", "2020-01-05"), ("2020-01-05", "2020-01-08")]),
        "shares",
    ),
]


@pytest.mark.parametrize(("call", "words"), BAD)
def test_bad_calls(call, words):
    with pytest.raises(InputError, match=words):
        call()
