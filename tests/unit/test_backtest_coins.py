from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from altrotation.backtest.costs import Costs
from altrotation.backtest.grid import replay_many
from altrotation.backtest.market import Roster
from altrotation.backtest.placebo import random_entry
from altrotation.backtest.ready import benchmark
from altrotation.backtest.replay import replay
from altrotation.backtest.strategy import Strategy
from altrotation.data.coins.baskets import basket
from altrotation.data.coins.table import CoinTable
from altrotation.data.coins.universe import Universe
from altrotation.errors import InputError
from altrotation.signals.signal import Signal
from tests.unit.backtest_worlds import days, toy_panel

N = 200
IDS = ["bitcoin", *(f"coin{j}" for j in range(1, 12)), "ethereum"]
CYCLE = ("2020-02-01", "2020-06-30")


def table(*, dead=(), from_row=100, covered=True, volume=1e9):
    """Twelve coins and ether; `dead` have no close from a row on."""
    rng = np.random.default_rng(5)
    close = pd.DataFrame(
        np.exp(rng.normal(0, 0.04, (N, len(IDS))).cumsum(axis=0) + rng.normal(0, 3, len(IDS))),
        index=days(N),
        columns=pd.Index(IDS, name="id", dtype=object),
    )
    for coin in dead:
        close.loc[days(N)[from_row] :, coin] = np.nan
    ends = pd.Series(days(N)[-1] if covered else days(N)[from_row], index=IDS)
    coins = pd.DataFrame({"symbol": IDS, "covered_to": ends}, index=IDS)
    blank = pd.DataFrame()
    return CoinTable(
        close=close,
        volume=close * 0 + volume,
        cap=close * 1e7,
        coins=coins,
        symbols=coins["symbol"],
        spans=blank,
        matches=blank,
        ledger=blank,
    )


def universe(reverse_from="2020-04-01"):
    """Ranks 1-13; from a month on the altcoins stand in reverse order, and coin11 enters large."""
    rows = []
    for month in pd.date_range("2020-01-01", "2020-07-01", freq="MS", unit="us"):
        alts = IDS[1:-1]
        order = alts[::-1] if month >= pd.Timestamp(reverse_from) else alts
        for rank, coin in enumerate(["bitcoin", *order, "ethereum"], start=1):
            rows.append((month, rank, coin, coin, 1e9 / rank))
    ranks = pd.DataFrame(rows, columns=["date", "rank", "key", "id", "cap"])
    months = pd.DataFrame(index=pd.DatetimeIndex(ranks["date"].unique(), name="date"))
    return Universe(ranks=ranks, excluded=ranks.iloc[:0], months=months, survivors=("coin1",))


PANEL = toy_panel(N)
LARGE = benchmark("large")


def run(strategy=LARGE, *, coins=None, costs=None, **options):
    held = table() if coins is None else coins
    return replay(
        strategy, PANEL, cycle=CYCLE, coins=held, universe=universe(), costs=costs, **options
    )


def test_without_costs_it_is_the_basket():
    coins = table()
    made = run(coins=coins, costs=Costs.zero())
    same = basket(coins.close, universe().tier("large"))
    expected = (1 + same.returns.loc["2020-02-03" : CYCLE[1]]).prod()
    # the basket trades on the second of the month, the replay also on its first day
    assert made.equity.iloc[-1] / made.equity.loc["2020-02-02"] == pytest.approx(expected, rel=1e-9)


def test_holds_only_members_known_the_day_before():
    made = run()
    member = universe().tier("large")
    for date, orders in made.orders[made.orders["side"] == "buy"].groupby("date"):
        known = set(member.at(date - pd.Timedelta(1, "D"))["id"])
        assert set(orders["asset"]) <= known
    entered = made.orders.loc[made.orders["asset"] == "coin11", "date"]
    assert entered.iloc[0] == pd.Timestamp("2020-04-02"), (
        "ranked on the first, bought on the second"
    )


@pytest.mark.parametrize("dead", [(), ("coin2", "coin5"), tuple(IDS[1:-1])])
@pytest.mark.parametrize("weighting", ["equal", "cap"])
def test_engines_agree_coin_by_coin(dead, weighting):
    coins = table(dead=dead)
    strategy = replace(LARGE, weighting=weighting, max_turnover=0.5)
    a = run(strategy, coins=coins)
    b = run(strategy, coins=coins, engine="reference")
    np.testing.assert_allclose(a.equity, b.equity, rtol=1e-9)
    assert len(a.orders) == len(b.orders)
    np.testing.assert_allclose(a.orders["fee"], b.orders["fee"], rtol=1e-9)
    np.testing.assert_allclose(
        a.profit.sum(axis=1), a.equity.diff().fillna(a.equity.iloc[0] - 1e6), atol=1e-5
    )


def test_dead_coins_lose_what_they_lost():
    coins = table(dead=("coin5",))
    made = run(coins=coins, costs=Costs.zero())
    left = made.departures
    assert left["asset"].tolist() == ["coin5"]
    assert left["kind"].tolist() == ["death"]
    assert left["date"].tolist() == [days(N)[107]], "the day after seven days of patience"
    before = made.equity[days(N)[106]]
    lost = left["value"].iloc[0] / 0.45 * 0.55
    others = made.profit.loc[days(N)[107]].sum()
    assert made.coverage.loc["USD lost beyond last closes", "coverage"] == pytest.approx(lost)
    assert lost / before == pytest.approx(1 / 9 * 0.55, abs=0.04)
    assert others < 0 or made.equity[days(N)[107]] > before - lost
    spared = run(coins=table(dead=("coin5",), covered=False), costs=Costs.zero())
    assert spared.departures["kind"].tolist() == ["data end"]
    assert spared.equity.iloc[-1] > made.equity.iloc[-1]


def test_all_coins_delisted():
    made = run(coins=table(dead=tuple(IDS[1:-1])), costs=Costs.zero())
    last = days(N)[99]
    gone = days(N)[107]
    assert made.equity[gone] == pytest.approx(0.45 * made.equity[last], rel=1e-3)
    cash = made.cash / made.cash[gone]
    after = made.equity.loc[gone:] / made.equity[gone]
    np.testing.assert_allclose(after, cash.loc[gone:], rtol=1e-12)
    assert (made.weights.loc[gone:, "cash"] == 1.0).all()
    assert made.coverage.loc["positions left by death", "coverage"] == 9
    total = run(coins=table(dead=tuple(IDS[1:-1])), delisting=-1.0)
    assert total.equity.iloc[-1] < 1e-3 * 1e6


def test_impact_grows_with_the_share_of_volume():
    thin, deep = table(volume=1e6), table(volume=1e12)
    small = run(coins=thin, capital=1e4)
    large = run(coins=thin, capital=1e7)
    free = run(coins=deep, capital=1e7)
    assert large.equity.iloc[-1] / 1e7 < small.equity.iloc[-1] / 1e4 < free.equity.iloc[-1] / 1e7
    order = large.orders.iloc[0]
    spread = order["slippage"] / (order["price"] * order["units"] - order["slippage"])
    assert spread > 0.0008 + 0.001
    assert large.coverage.loc["traded value without known volume", "coverage"] == 0.0
    blind = run(coins=table(volume=np.nan))
    assert blind.coverage.loc["traded value without known volume", "coverage"] == 1.0


def test_prices_and_ranks_after_a_day_change_nothing_before_it():
    coins, cut = table(), days(N)[120]
    changed = coins.close.copy()
    changed.loc[cut:] *= np.random.default_rng(0).uniform(0.5, 2, changed.loc[cut:].shape)
    a = run(coins=coins).equity.loc[: cut - pd.Timedelta(1, "D")]
    b = run(coins=replace(coins, close=changed)).equity.loc[: cut - pd.Timedelta(1, "D")]
    pd.testing.assert_series_equal(a, b)


def test_many_and_random_entry_coin_by_coin():
    values = pd.Series(np.repeat([0.0, 1.0, 0.0, 1.0], N // 4), index=days(N))
    strategy = Strategy(name="x", rule=Signal(values), on={"large": 1.0})
    options = {"cycle": CYCLE, "coins": table(), "universe": universe()}
    grid = replay_many([strategy, LARGE], PANEL, **options)
    np.testing.assert_allclose(grid.equity["x"], run(strategy).equity, rtol=1e-12)
    found = random_entry(strategy, PANEL, most=20, **options)
    assert len(found.draws) == 20
    assert found.evidence.invalid is None


def test_says_what_it_rests_on():
    made = run()
    assert made.level == "coins"
    assert "point in time" in made.remarks[0]
    assert made.coverage.loc["members with a price, least", "coverage"] == 1.0
    assert made.weights.columns.tolist() == ["large", "cash"]
    roster = Roster(
        np.array([0, 5]), (np.array([0]), np.array([1])), (None, None), np.array([1, 1])
    )
    assert [roster.line(row) for row in (-1, 0, 4, 5)] == [-1, 0, 0, 1]


def test_bad_levered_tier():
    with pytest.raises(InputError, match="cannot be levered coin by coin"):
        run(replace(LARGE, leverage=2.0))


def test_cash_beside_coins_trades_nothing():
    made = run(benchmark("cash"))
    assert len(made.orders) == 0
    np.testing.assert_allclose(made.equity, made.cash * 1e6)
