import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from altrotation.backtest import _vectorbt
from altrotation.backtest.costs import Costs
from altrotation.backtest.loop import simulate_one
from altrotation.backtest.orders import equity_path, order_table, settle
from altrotation.backtest.plan import Plan
from altrotation.backtest.ready import always, benchmark
from altrotation.backtest.replay import replay
from altrotation.backtest.strategy import Strategy
from altrotation.signals.signal import Signal
from tests.oracle.naive_backtest import replay_in_usd
from tests.unit.backtest_worlds import toy_market, toy_panel

CAPITAL = 1e6


def random_world(seed, n, k, gaps, fee, spread):
    """A market with holes and a plan of random targets, some of them left alone."""
    rng = np.random.default_rng(seed)
    price = np.exp(rng.normal(0, 2, k) + rng.normal(0, 0.1, (n, k)).cumsum(axis=0))
    price[rng.random((n, k)) < gaps] = np.nan
    cash = np.cumprod(1 + rng.uniform(0, 2e-4, n))
    covered = np.where(rng.random(k) < 0.5, np.inf, -np.inf)
    market = toy_market(price, cash=cash, fee=fee, spread=spread, covered=covered)
    rows, targets, held = [], [], np.zeros(k, dtype=bool)
    for row in range(n):
        line = np.full(k, np.nan)
        if row == 0 or rng.random() < 0.4:
            weights = rng.dirichlet(np.ones(k + 1))[:k] * (rng.random(k) < 0.7)
            line = np.where(rng.random(k) < 0.8, weights, np.nan)
        line[np.isnan(market.price[row])] = np.nan
        line[np.isfinite(market.leaves[row])] = 0.0
        held = np.where(np.isnan(line), held, line > 0)
        if np.isfinite(line).any():
            rows.append(row)
            targets.append(line)
    slip = rng.uniform(0, 2 * spread, (len(rows), k))
    plan = Plan(
        degrees=np.ones(n),
        unknown=np.zeros(n, dtype=bool),
        rows=np.array(rows, dtype=np.int64),
        targets=np.array(targets).reshape(-1, k),
        slippage=slip,
    )
    return market, plan


WORLDS = st.builds(
    random_world,
    seed=st.integers(0, 2**32 - 1),
    n=st.integers(2, 40),
    k=st.integers(1, 5),
    gaps=st.sampled_from([0.0, 0.1, 0.4]),
    fee=st.sampled_from([0.0, 0.001, 0.05]),
    spread=st.sampled_from([0.0, 0.002, 0.1]),
)


def assert_same(found, expected, market):
    """Orders, fees and equity agree to 1e-9 of the capital."""
    a, b = (order_table(fills, market) for fills in (found, expected))
    large = [t[t["value"] > 1e-7 * CAPITAL] for t in (a, b)]
    first, second = (t.sort_values(["date", "asset"], ignore_index=True) for t in large)
    assert first[["date", "asset", "side"]].equals(second[["date", "asset", "side"]])
    for column in ("units", "price", "value", "fee", "slippage"):
        np.testing.assert_allclose(
            first[column], second[column], rtol=1e-9, atol=1e-9 * CAPITAL * 1e-3, err_msg=column
        )


@settings(max_examples=150, deadline=None)
@given(WORLDS)
def test_engines_agree(world):
    market, plan = world
    one = _vectorbt.simulate([plan], market, capital=CAPITAL)[0]
    two, equity = simulate_one(plan, market, capital=CAPITAL)
    ledger = settle(one, market, capital=CAPITAL)
    np.testing.assert_allclose(ledger.equity, equity, rtol=1e-9)
    np.testing.assert_array_equal(equity_path(one, market, capital=CAPITAL), ledger.equity)
    np.testing.assert_allclose(settle(two, market, capital=CAPITAL).equity, equity, rtol=1e-12)
    assert_same(one, two, market)
    assert (ledger.cash > -1e-9 * CAPITAL).all(), "nothing is bought on credit"
    assert (ledger.units >= 0).all()


@settings(max_examples=25, deadline=None)
@given(st.lists(WORLDS, min_size=1, max_size=1), st.integers(2, 6))
def test_many_in_one_call_equal_one_by_one(worlds, copies):
    market, plan = worlds[0]
    keep = [np.arange(0, len(plan.rows), step + 1) for step in range(copies)]
    plans = [
        Plan(
            degrees=plan.degrees,
            unknown=plan.unknown,
            rows=plan.rows[k],
            targets=plan.targets[k],
            slippage=plan.slippage[k],
        )
        for k in keep
        if not np.isfinite(market.leaves).any()
    ]
    together = _vectorbt.simulate(plans, market, capital=CAPITAL)
    for each, found in zip(plans, together, strict=True):
        alone = _vectorbt.simulate([each], market, capital=CAPITAL)[0]
        for name in ("row", "column", "size", "price", "fee"):
            np.testing.assert_array_equal(getattr(found, name), getattr(alone, name))


def test_the_unit_of_account_changes_nothing():
    """Interest on cash: an engine without it, in units of the cash account, equals one with it."""
    rng = np.random.default_rng(3)
    n, k = 60, 3
    price = 50 * np.exp(rng.normal(0, 0.05, (n, k)).cumsum(axis=0))
    yields = rng.uniform(0, 20, n)
    cash = np.concatenate([[1.0], np.cumprod(1 + yields[:-1] / 100 / 365)])
    market = toy_market(price, cash=cash)
    rows = np.arange(0, n, 7)
    targets = rng.dirichlet(np.ones(k + 1), len(rows))[:, :k]
    plan = Plan(
        degrees=np.ones(n),
        unknown=np.zeros(n, dtype=bool),
        rows=rows,
        targets=targets,
        slippage=np.full(targets.shape, 0.002),
    )
    fills = _vectorbt.simulate([plan], market, capital=CAPITAL)[0]
    found = settle(fills, market, capital=CAPITAL).equity * cash
    names = market.assets
    expected, _ = replay_in_usd(
        market.dates,
        {a: price[:, j].tolist() for j, a in enumerate(names)},
        yields,
        {int(r): dict(zip(names, t, strict=True)) for r, t in zip(rows, targets, strict=True)},
        fee=dict.fromkeys(names, 0.001),
        spread=dict.fromkeys(names, 0.002),
        capital=CAPITAL,
    )
    np.testing.assert_allclose(found, expected, rtol=1e-9)


def test_full_portfolio_of_vectorbt_has_the_same_value_and_year():
    market, plan = random_world(1, 40, 4, 0.0, 0.001, 0.002)
    whole = _vectorbt.portfolio(plan, market, capital=CAPITAL)
    fills = _vectorbt.simulate([plan], market, capital=CAPITAL)[0]
    equity = settle(fills, market, capital=CAPITAL).equity
    np.testing.assert_allclose(whole.value().to_numpy().ravel(), equity, rtol=1e-9)
    import vectorbt

    assert pd.Timedelta(vectorbt.settings["returns"]["year_freq"]) == pd.Timedelta("365 days")


def test_prices_are_never_filled_backwards():
    price = np.array([[np.nan, 10.0], [np.nan, 10.0], [5.0, 10.0], [6.0, 10.0]])
    market = toy_market(price, fee=0.0, spread=0.0)
    plan = Plan(
        degrees=np.ones(4),
        unknown=np.zeros(4, dtype=bool),
        rows=np.array([0, 2]),
        targets=np.array([[1.0, np.nan], [1.0, np.nan]]),
        slippage=np.zeros((2, 2)),
    )
    for fills in (
        _vectorbt.simulate([plan], market, capital=100.0)[0],
        simulate_one(plan, market, capital=100.0)[0],
    ):
        assert fills.row.tolist() == [2], "an order without a close is not filled"
        assert settle(fills, market, capital=100.0).equity.tolist() == [100, 100, 100, 120]


def flip(panel, seed=0):
    rng = np.random.default_rng(seed)
    values = np.repeat(rng.integers(0, 2, len(panel) // 9 + 1), 9)[: len(panel)]
    return Signal(pd.Series(values.astype(float), index=panel.dates))


OPTIONS = [
    {},
    {"rebalance": "daily"},
    {"rebalance": "weekly"},
    {"rebalance": "switch"},
    {"max_weight": 0.4},
    {"max_turnover": 0.2},
    {"stop": 0.1},
    {"target_volatility": 0.3, "volatility_window": 20},
    {"leverage": 2.0},
    {"weighting": "cap"},
    {"on": {"mid": 0.5, "ETH": 0.2}, "off": {"BTC": 0.5, "cash": 0.5}},
    {"on": {"SPX": 0.6, "mid": 0.4}, "off": {"SPX": 0.3}},
]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_engines_agree_on_every_option(options):
    panel = toy_panel()
    strategy = Strategy(**{"name": "x", "rule": flip(panel), "on": {"mid": 1.0}, **options})
    cycle = ("2020-03-01", "2021-01-20")
    one = replay(strategy, panel, cycle=cycle)
    two = replay(strategy, panel, cycle=cycle, engine="reference")
    np.testing.assert_allclose(one.equity, two.equity, rtol=1e-9)
    assert len(one.orders) == len(two.orders) > 5
    np.testing.assert_allclose(one.orders["fee"], two.orders["fee"], rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(
        one.profit.sum(axis=1), one.equity.diff().fillna(one.equity.iloc[0] - 1e6), atol=1e-5
    )
    np.testing.assert_allclose(one.weights.sum(axis=1), 1.0)
    assert one.capital == pytest.approx(1e6)


def test_buy_and_hold_is_the_price_less_one_purchase():
    panel = toy_panel()
    held = replay(benchmark("btc"), panel, cycle=("2020-02-01", "2020-12-31"))
    close = panel.close("BTC").loc["2020-02-01":"2020-12-31"]
    paid = 1.0002 * 1.001
    np.testing.assert_allclose(held.equity, 1e6 / paid * close / close.iloc[0], rtol=1e-12)
    np.testing.assert_allclose(held.equity, held.benchmark, rtol=1e-12)
    free = replay(benchmark("btc"), panel, cycle=("2020-02-01", "2020-12-31"), costs=Costs.zero())
    np.testing.assert_allclose(free.equity, 1e6 * close / close.iloc[0], rtol=1e-12)
    assert free.costs_paid == 0.0
    assert free.turnover == 0.0


def test_cash_earns_the_yield_known_the_day_before():
    panel = toy_panel()
    held = replay(benchmark("cash"), panel, cycle=("2020-02-01", "2020-02-20"))
    known = panel.known("DGS3MO").ffill()
    level, expected = 1e6, []
    for day in held.equity.index:
        if day > held.equity.index[0]:
            level *= 1 + known[day - pd.Timedelta(1, "D")] / 100 / 365
        expected.append(level)
    np.testing.assert_allclose(held.equity, expected, rtol=1e-12)
    assert held.orders.empty


def test_sixty_forty_waits_for_the_exchange_to_open():
    panel = toy_panel()
    held = replay(benchmark("60-40"), panel, cycle=("2020-02-01", "2020-06-30"))  # a Saturday
    assert held.orders["date"].min() == pd.Timestamp("2020-02-03")
    bought = held.weights.loc["2020-02-03", ["BTC", "SPX"]]
    np.testing.assert_allclose(bought, [0.6, 0.4], atol=0.001)
    custom = replay(
        always({"BTC": 0.6, "SPX": 0.4}, name="x", rebalance="monthly"),
        panel,
        cycle=("2020-02-01", "2020-06-30"),
    )
    assert custom.equity.equals(held.equity.rename("x"))
