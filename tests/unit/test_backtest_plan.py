"""Orders written at once against orders found by following the portfolio from day to day."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from altrotation.backtest.at_once import orders_at_once
from altrotation.backtest.costs import Costs
from altrotation.backtest.day_by_day import orders_day_by_day
from altrotation.backtest.loop import simulate_one
from altrotation.backtest.orders import settle
from altrotation.backtest.plan import Plan
from altrotation.backtest.planner import make_plan
from altrotation.backtest.strategy import Strategy
from altrotation.signals.signal import Signal
from tests.unit.backtest_worlds import days, toy_market

SIDES = [
    ({"ETH": 1.0}, {"BTC": 1.0}),
    ({"ETH": 0.5, "large": 0.3}, {"BTC": 0.4, "ETH": 0.6}),
    ({"large": 1.0}, {"cash": 1.0}),
    ({"ETH": 0.2, "large": 0.8}, {"BTC": 0.3, "large": 0.3}),
]


@settings(max_examples=300, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    n=st.integers(8, 80),
    gaps=st.sampled_from([0.0, 0.02, 0.2, 0.5]),
    sides=st.sampled_from(SIDES),
    how=st.sampled_from(["switch", "weekly", "daily", "monthly"]),
    cap=st.sampled_from([1.0, 0.5]),
    graded=st.booleans(),
)
def test_at_once_equals_day_by_day(seed, n, gaps, sides, how, cap, graded):
    rng = np.random.default_rng(seed)
    price = 100 * np.exp(rng.normal(0, 0.05, (n, 3)).cumsum(axis=0))
    holes = np.zeros((n, 3), dtype=bool)
    for column in range(3):  # gaps come in stretches, longer and shorter than the patience
        row = 0
        while row < n:
            length = int(rng.integers(1, 9))
            holes[row : row + length, column] = rng.random() < gaps
            row += length
    price[holes] = np.nan
    market = toy_market(price, covered=np.full(3, np.inf))
    degrees = np.repeat(rng.integers(0, 3 if graded else 2, n), rng.integers(1, 12))[:n]
    signal = Signal(pd.Series(degrees / (2.0 if graded else 1.0), index=days(n)))
    strategy = Strategy(
        name="x", rule=signal, on=sides[0], off=sides[1], rebalance=how, max_weight=cap
    )
    options = {"delay": 1, "costs": Costs(), "capital": 1e6}
    quick = make_plan(strategy, signal, market, **options)
    slow = make_plan(replace(strategy, max_turnover=1e9), signal, market, **options)
    assert isinstance(quick, Plan)
    a, first = simulate_one(quick, market, capital=1e6)
    b, second = simulate_one(slow, market, capital=1e6)
    np.testing.assert_allclose(first, second, rtol=1e-12)
    np.testing.assert_array_equal(a.row, b.row)
    np.testing.assert_array_equal(a.column, b.column)
    assert set(quick.notes) == set(slow.notes)
    assert np.isfinite(settle(a, market, capital=1e6).equity).all()


def test_an_order_waits_then_falls_back():
    price = np.full((30, 2), 100.0)
    price[8:20, 1] = np.nan
    market = toy_market(price, patience=3, fee=0.0, spread=0.0)
    values = np.zeros(30)
    values[6:] = 1.0
    signal = Signal(pd.Series(values, index=days(30)))
    strategy = Strategy(name="x", rule=signal, on={"ETH": 1.0}, rebalance="weekly")
    plan = make_plan(strategy, signal, market, delay=1, costs=Costs.zero(), capital=1.0)
    # bought at row 7; no close from row 8; leaves at row 11; Mondays decide, Tuesdays trade
    held = {int(row): line.tolist() for row, line in zip(plan.rows, plan.targets, strict=True)}
    assert held[7] == pytest.approx([0.0, 1.0])
    assert plan.notes
    assert all("ETH could not be bought" in what for _, what in plan.notes)


def test_at_once_says_when_it_cannot():
    market = toy_market(np.full((20, 2), 100.0))
    acting, scale = np.ones(20), np.ones(20)
    flags, unknown = np.arange(20) % 5 == 0, np.zeros(20, dtype=bool)
    signal = Signal(pd.Series(1.0, index=days(20)))
    strategy = Strategy(name="x", rule=signal, on={"ETH": 1.0})
    state = (market, acting, scale, flags, unknown)
    quick = orders_at_once(strategy, *state)
    slow = orders_day_by_day(strategy, *state, costs=Costs(), capital=1.0)
    assert quick is not None
    np.testing.assert_array_equal(quick.rows, slow.rows)
    np.testing.assert_array_equal(quick.targets, slow.targets)
    assert orders_at_once(replace(strategy, max_turnover=0.1), *state) is None
