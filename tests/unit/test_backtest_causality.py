"""A replay up to a day is the same whatever comes after it: no price, order or weight leaks."""

from dataclasses import replace

import pytest

from altrotation.backtest.cycles import as_cycle
from altrotation.backtest.grid import replay_many
from altrotation.backtest.ready import benchmark
from altrotation.backtest.replay import replay
from altrotation.backtest.strategy import Strategy
from altrotation.data.panel import Panel
from altrotation.signals.trends import above_mean
from altrotation.testing import CausalityError, assert_causal
from tests.unit.backtest_worlds import toy_panel

PANEL = toy_panel(160)
FIRST = "2020-02-10"  # row 40
CUTS = (61, 92, 120)  # the first of April is row 91


def rule(panel):
    return above_mean(panel, "ETH", window=9)


PLAIN = Strategy(name="plain", rule=rule, on={"mid": 1.0})
STRATEGIES = [
    PLAIN,
    replace(PLAIN, name="daily", rebalance="daily", on={"large": 0.5, "SPX": 0.3}),
    replace(PLAIN, name="stopped", stop=0.03, rebalance="weekly"),
    replace(PLAIN, name="scaled", target_volatility=0.3, volatility_window=20),
    replace(PLAIN, name="slow", max_turnover=0.2),
    replace(PLAIN, name="levered", leverage=2.0, off={"cash": 1.0}),
    benchmark("60-40"),
]


def cycle_of(data):
    return as_cycle((FIRST, data.index[-1]))


def table(made):
    return made.weights.assign(
        equity=made.equity,
        bitcoin=made.benchmark,
        account=made.cash,
        degree=made.degrees,
        bought=made.orders.groupby("date")["value"].sum().reindex(made.equity.index),
    )


@pytest.mark.parametrize("engine", ["vectorbt", "reference"])
@pytest.mark.parametrize("strategy", STRATEGIES, ids=lambda strategy: strategy.name)
def test_one_replay(strategy, engine):
    def path(data):
        panel = Panel(data, PANEL.cards)
        return table(replay(strategy, panel, cycle=cycle_of(data), engine=engine, check=False))

    assert_causal(path, PANEL.frame, warmup=50, cuts=CUTS)


def test_many_at_once():
    def paths(data):
        panel = Panel(data, PANEL.cards)
        return replay_many(STRATEGIES, panel, cycle=cycle_of(data), check=False).equity

    assert_causal(paths, PANEL.frame, warmup=50, cuts=CUTS)


def test_a_rule_that_peeks_shows_in_the_equity():
    def peek(panel):
        known = rule(panel)
        return type(known)(known.values.shift(-1).ffill(), name="tomorrow's")

    def path(data):
        panel = Panel(data, PANEL.cards)
        cheat = replace(PLAIN, rule=peek)
        return replay(cheat, panel, cycle=cycle_of(data), delay=1, check=False).equity

    # with one day of delay the rule still acts on a value of its own day: a second day shows
    def peek_far(panel):
        known = rule(panel)
        return type(known)(known.values.shift(-3).ffill(), name="in three days")

    def far(data):
        panel = Panel(data, PANEL.cards)
        return replay(
            replace(PLAIN, rule=peek_far), panel, cycle=cycle_of(data), check=False
        ).equity

    assert_causal(path, PANEL.frame, warmup=50, cuts=CUTS)
    with pytest.raises(CausalityError):
        assert_causal(far, PANEL.frame, warmup=50)
