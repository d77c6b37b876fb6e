"""Both cycles replayed coin by coin on the real archive, beside the embedded panel's baskets."""

import numpy as np
import pytest

from altrotation.backtest.costs import Costs
from altrotation.backtest.ready import benchmark, ready_strategy
from altrotation.backtest.replay import replay
from altrotation.data.bundled import load_reference

pytestmark = pytest.mark.archive
CYCLES = ("2020-2021", "2024")


@pytest.fixture(scope="module")
def world(coin_market):
    return load_reference(), coin_market.coins, coin_market.universe


@pytest.mark.parametrize("cycle", CYCLES)
@pytest.mark.parametrize("name", ["confluence", "russell"])
def test_cycle_coin_by_coin(world, cycle, name):
    panel, coins, universe = world
    strategy = ready_strategy(name)
    made = replay(strategy, panel, cycle=cycle, coins=coins, universe=universe)
    loop = replay(
        strategy,
        panel,
        cycle=cycle,
        coins=coins,
        universe=universe,
        engine="reference",
        check=False,
    )
    np.testing.assert_allclose(made.equity, loop.equity, rtol=1e-9)
    assert len(made.orders) == len(loop.orders) > 50
    np.testing.assert_allclose(
        made.orders["fee"], loop.orders["fee"], rtol=1e-9, atol=1e-9 * made.capital
    )
    change = made.equity.diff().fillna(made.equity.iloc[0] - made.capital)
    np.testing.assert_allclose(made.profit.sum(axis=1), change, atol=1e-4)
    baskets = replay(strategy, panel, cycle=cycle)
    both = np.log([made.equity.iloc[-1], baskets.equity.iloc[-1]])
    print(f"\n{made}\n{baskets}\n{made.coverage.T.to_string()}")
    # the same coins on the same days: costs, which coins bear one by one, are the difference
    assert both[0] == pytest.approx(both[1], abs=0.4)
    assert made.degrees.equals(baskets.degrees)


@pytest.mark.parametrize("cycle", CYCLES)
@pytest.mark.parametrize("tier", ["large", "mid"])
def test_without_costs_coins_are_their_basket(world, cycle, tier):
    panel, coins, universe = world
    free = Costs.zero()
    a = replay(benchmark(tier), panel, cycle=cycle, coins=coins, universe=universe, costs=free)
    b = replay(benchmark(tier), panel, cycle=cycle, costs=free)
    # one starts with equal weights on the first day, the other within the month's drift
    assert np.log(a.equity.iloc[-1] / b.equity.iloc[-1]) == pytest.approx(0.0, abs=0.03)


def test_members_are_those_known_the_day_before(world):
    panel, coins, universe = world
    made = replay(benchmark("mid"), panel, cycle="2024", coins=coins, universe=universe)
    membership = universe.tier("mid")
    bought = made.orders[made.orders["side"] == "buy"]
    for date, orders in bought.groupby("date"):
        decided = membership.decided[membership.decided < date][-1]
        known = membership.members.loc[membership.members["decided"] == decided, "id"]
        assert set(orders["asset"]) <= set(known)
    assert made.coverage.loc["members with a price, least", "coverage"] > 0.9


def test_small_coins_of_2018_leave_by_death(world):
    panel, coins, universe = world
    made = replay(
        benchmark("small"),
        panel,
        cycle=("2017-03-01", "2018-12-31"),
        coins=coins,
        universe=universe,
    )
    deaths = made.departures[made.departures["kind"] == "death"]
    assert len(deaths) >= 1
    assert (deaths["loss"] == -0.55).all()
    assert made.coverage.loc["USD lost beyond last closes", "coverage"] > 0
