import math
from dataclasses import FrozenInstanceError, replace

import numpy as np
import pandas as pd
import pytest

from altrotation.backtest.attribution import attribution, spells
from altrotation.backtest.build import build_market, legs_of
from altrotation.backtest.cash import cash_account
from altrotation.backtest.causality import require_causal
from altrotation.backtest.costs import Costs, square_root_impact
from altrotation.backtest.cycles import CYCLES, Cycle, as_cycle
from altrotation.backtest.grid import Grid, replay_many
from altrotation.backtest.leverage import levered_price
from altrotation.backtest.market import carry_marks
from altrotation.backtest.ready import BENCHMARKS, STRATEGIES, always, benchmark, ready_strategy
from altrotation.backtest.replay import replay
from altrotation.backtest.results import Replay
from altrotation.backtest.schedule import acting_degrees, stopped, trading_rows, volatility_scale
from altrotation.backtest.sources import Leg
from altrotation.backtest.strategy import Strategy
from altrotation.backtest.trials import TrialLedger
from altrotation.data.coins.table import CoinTable
from altrotation.errors import DataError, InputError, LookaheadError
from altrotation.signals.signal import Signal
from altrotation.signals.trends import above_mean
from tests.unit.backtest_worlds import days, toy_panel

PANEL = toy_panel()
CYCLE = ("2020-03-01", "2020-12-31")
NAN = float("nan")


def at(*on, n=400):
    """A signal that is on at the given label numbers only."""
    values = np.zeros(n)
    values[list(on)] = 1.0
    return Signal(pd.Series(values, index=days(n)), name="hand-made")


def mean_rule(panel):
    return above_mean(panel, "ETH", window=20)


NO_COINS = object.__new__(CoinTable)  # never read
PLAIN = Strategy(name="plain", rule=mean_rule, on={"mid": 1.0})


# -- time -----------------------------------------------------------------------------------------


def test_decision_at_a_label_trades_delay_days_later():
    for delay in (1, 2, 5):
        strategy = Strategy(name="x", rule=at(100), on={"mid": 1.0}, rebalance="switch")
        made = replay(strategy, PANEL, cycle=CYCLE, delay=delay)
        bought = made.orders.loc[made.orders["asset"] == "mid", "date"]
        assert bought.tolist() == [days(400)[100 + delay], days(400)[101 + delay]]
    # the first order is decided before the cycle begins
    assert made.orders["date"].iloc[0] == pd.Timestamp(CYCLE[0])


def test_a_planted_look_ahead_is_caught():
    def tomorrow(panel):
        known = above_mean(panel, "ETH", window=20)
        return Signal(known.values.shift(-1), name="tomorrow's")

    def best_day(panel):
        gain = panel.close("mid/BTC").pct_change()
        return Signal((gain == gain.max()).astype(float), name="best day of all")

    def centred(panel):
        ratio = panel.close("mid/BTC")
        return Signal((ratio > ratio.rolling(5, center=True).mean()).astype(float))

    for rule in (tomorrow, best_day, centred):
        cheat = Strategy(name="cheat", rule=rule, on={"mid": 1.0})
        with pytest.raises(LookaheadError, match=r"uses the future|cannot be run"):
            replay(cheat, PANEL, cycle=CYCLE)
        with pytest.raises(LookaheadError):
            replay_many([cheat], PANEL, cycle=CYCLE)
        assert isinstance(replay(cheat, PANEL, cycle=CYCLE, check=False), Replay)
    replay(PLAIN, PANEL, cycle=CYCLE)  # an honest rule passes


def test_look_ahead_would_have_paid():
    """The demonstration: the bug the check prevents makes a random walk look like a fortune."""

    def oracle(panel):
        gain = panel.close("mid/BTC").pct_change().shift(-2)
        return Signal((gain > 0).astype(float), name="day after next")

    cheat = Strategy(name="cheat", rule=oracle, on={"mid": 1.0})
    rich = replay(cheat, PANEL, cycle=CYCLE, costs=Costs.zero(), check=False)
    assert rich.equity.iloc[-1] > 10 * rich.benchmark.iloc[-1]


def test_prices_after_a_day_do_not_change_equity_before_it():
    short = PANEL.until("2020-09-30")
    early = ("2020-03-01", "2020-09-30")
    a = replay(PLAIN, PANEL, cycle=early)
    b = replay(PLAIN, short, cycle=early)
    assert a.equity.equals(b.equity)
    whole = replay(PLAIN, PANEL, cycle=CYCLE).equity.loc["2020-09-30"]
    assert whole == pytest.approx(a.equity.iloc[-1], rel=1e-12)


# -- trivial worlds -------------------------------------------------------------------------------


def test_a_signal_never_on_is_bitcoin():
    made = replay(
        Strategy(name="x", rule=at(), on={"mid": 1.0}, rebalance="switch"), PANEL, cycle=CYCLE
    )
    np.testing.assert_allclose(made.equity, made.benchmark, rtol=1e-12)
    assert made.exposure == 0.0
    assert len(made.orders) == 1


def test_zero_costs_and_one_asset():
    made = replay(
        Strategy(name="x", rule=at(), on={"BTC": 1.0}), PANEL, cycle=CYCLE, costs=Costs.zero()
    )
    assert made.costs_paid == 0.0
    close = PANEL.close("BTC").loc[CYCLE[0] : CYCLE[1]]
    np.testing.assert_allclose(made.equity, 1e6 * close / close.iloc[0])


def test_unknown_signal_policies():
    values = pd.Series([1.0] * 100 + [NAN] * 100 + [0.0] * 200, index=days(400))
    for policy, share in (("off", 0.0), ("keep", 1.0)):
        made = replay(
            Strategy(name="x", rule=Signal(values), on={"mid": 1.0}, unknown=policy),
            PANEL,
            cycle=("2020-04-20", "2020-07-01"),
        )
        assert made.exposure == share
        assert made.unknown.all()
    with pytest.raises(InputError, match="unknown on 2020-04-19"):
        replay(
            Strategy(name="x", rule=Signal(values), on={"mid": 1.0}, unknown="raise"),
            PANEL,
            cycle=("2020-04-20", "2020-07-01"),
        )


def test_a_leg_without_a_price_falls_back_and_says_so():
    frame = PANEL.frame.copy()
    frame.loc["2020-06-01":"2020-08-31", "mid/BTC"] = np.nan
    holed = type(PANEL)(frame, PANEL.cards)
    on = at(*range(400))
    made = replay(Strategy(name="x", rule=on, on={"mid": 1.0}), holed, cycle=CYCLE)
    left = made.departures
    assert left["kind"].tolist() == ["data end"]
    assert left["date"].tolist() == [pd.Timestamp("2020-06-08")]  # 7 days of patience
    assert made.coverage.loc["value at stale or missing closes, most", "coverage"] == 1.0
    assert any("mid could not be bought" in remark for remark in made.remarks)
    assert made.weights.loc["2020-08-15", "BTC"] == pytest.approx(1.0)
    assert made.weights.loc["2020-10-15", "mid"] == pytest.approx(1.0)


# -- options --------------------------------------------------------------------------------------


def test_caps_on_position_and_turnover():
    on = at(*range(100, 400))
    capped = replay(
        Strategy(name="x", rule=on, on={"mid": 1.0}, max_weight=0.3), PANEL, cycle=CYCLE
    )
    traded = capped.orders.loc[capped.orders["asset"] == "mid", "date"]
    assert capped.weights.loc[traded, "mid"].max() <= 0.3 + 1e-3
    slow = replay(
        Strategy(name="x", rule=on, on={"mid": 1.0}, max_turnover=0.1, rebalance="switch"),
        PANEL,
        cycle=CYCLE,
        costs=Costs.zero(),
    )
    share = slow.orders.groupby("date")["value"].sum() / slow.equity
    assert share.dropna().max() <= 2 * 0.1 + 1e-9
    reached = slow.weights["mid"]
    assert reached.loc["2020-12-01"] > 0.99
    assert reached[days(400)[101]] == pytest.approx(0.1)


def test_stop_leaves_after_the_fall_and_stays_out():
    n = 12
    degrees = np.array([0, 1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 1.0])
    returns = np.array([0, 0, 0.1, -0.05, -0.06, 0.5, 0.5, 0, 0, 0, 0, 0])
    out = stopped(degrees, returns, fraction=0.1, delay=1, first=0)
    #  high at row 2; at row 4 it is .95 * .94 = .893 of it: out from row 5, back only at row 9
    assert out.tolist() == [0, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1]
    assert len(out) == n


def test_volatility_scale_is_known_before_and_never_levers():
    rng = np.random.default_rng(0)
    returns = rng.normal(0, 0.04, 200)
    scale = volatility_scale(returns, target=0.5, window=20, delay=1)
    row = 150
    yearly = np.std(returns[row - 20 : row], ddof=1) * math.sqrt(365)
    assert scale[row] == pytest.approx(min(1.0, 0.5 / yearly))
    assert (scale[:21] == 0).all()
    assert scale.max() <= 1.0
    changed = returns.copy()
    changed[row:] *= 3
    assert volatility_scale(changed, target=0.5, window=20, delay=1)[row] == scale[row]


def test_trading_rows():
    dates = days(70, "2020-01-10")
    degrees = np.zeros(70)
    degrees[30:] = 1.0
    found = {
        how: np.flatnonzero(trading_rows(degrees, dates, first=5, delay=2, rebalance=how)).tolist()
        for how in ("switch", "monthly", "weekly", "daily")
    }
    assert found["switch"] == [5, 30]
    assert [f"{dates[r]:%m-%d}" for r in found["monthly"]] == ["01-15", "02-03", "02-09", "03-03"]
    assert all(dates[r].day_of_week == 2 for r in found["weekly"] if r not in (5, 30))
    assert found["daily"] == list(range(5, 70))


def test_acting_degrees_are_those_of_the_label_before():
    s = Signal(pd.Series([0.0, 1.0, NAN, 0.0, 1.0], index=days(5)))
    got, holes = acting_degrees(s, days(6), first=0, delay=1, unknown="off")
    assert got.tolist() == [0, 0, 1, 0, 0, 1]
    assert holes.tolist() == [True, False, False, True, False, False]
    late = Signal(pd.Series([0.0, 1.0, 1.0], index=days(3)), release="1d")
    assert acting_degrees(late, days(6), first=0, delay=1, unknown="keep")[0].tolist() == [
        0,
        0,
        0,
        1,
        1,
        1,
    ]


def test_levered_leg_pays_funding_and_can_be_ruined():
    price = pd.Series([100, 110, 99, 40, 80.0], index=days(5))
    panel = toy_panel(5)
    frame = panel.frame.copy()
    frame["funding.mean"] = 1e-3
    panel = type(panel)(frame, panel.cards)
    level = levered_price(price, panel, leverage=2, costs=Costs())
    first = 100 * (1 + 2 * (0.1 - 0.003))
    assert level.iloc[1] == pytest.approx(first)
    assert level.iloc[2] == pytest.approx(first * (1 + 2 * (-0.1 - 0.003)))
    assert level.iloc[3] == pytest.approx(level.iloc[2] * 1e-6), "a fall of 60 % at leverage 2"
    assert level.iloc[4] == level.iloc[3]


# -- costs ----------------------------------------------------------------------------------------


def test_costs_are_charged_to_the_cent():
    made = replay(Strategy(name="x", rule=at(), on={"mid": 1.0}), PANEL, cycle=CYCLE)
    first = made.orders.iloc[0]
    assert first["price"] == pytest.approx(PANEL.close("BTC")[CYCLE[0]] * 1.0002)
    assert first["value"] == pytest.approx(1e6 / 1.001)
    assert first["fee"] == pytest.approx(0.001 * first["value"])
    assert first["slippage"] == pytest.approx(first["value"] * (1 - 1 / 1.0002))


def test_more_costs_never_help_here():
    base = replay(PLAIN, PANEL, cycle=CYCLE)
    dear = replay(PLAIN, PANEL, cycle=CYCLE, costs=Costs().times(3.0))
    free = replay(PLAIN, PANEL, cycle=CYCLE, costs=Costs.zero())
    assert dear.equity.iloc[-1] < base.equity.iloc[-1] < free.equity.iloc[-1]


def test_square_root_impact():
    found = square_root_impact(
        np.array([1e4, -4e4, 1e4, 1e9]),
        np.array([1e6, 1e6, NAN, 1e3]),
        np.array([0.05, 0.05, 0.05, 0.05]),
        coefficient=1.0,
    )
    np.testing.assert_allclose(found, [0.005, 0.01, 0.0, 0.5])


def test_inner_turnover_of_a_basket_is_charged():
    costs = Costs()
    held = always({"mid": 1.0}, name="mid")
    a = replay(held, PANEL, cycle=CYCLE, costs=costs)
    b = replay(
        held, PANEL, cycle=CYCLE, costs=replace(costs, churn=dict.fromkeys(costs.churn, 0.0))
    )
    n = len(a.equity)
    drag = 2 * 0.20 * (0.001 + 0.0025) / 30.4375
    assert a.equity.iloc[-1] / b.equity.iloc[-1] == pytest.approx((1 - drag) ** (n - 1), rel=1e-9)


# -- departures -----------------------------------------------------------------------------------


def test_marks_departures_and_deaths():
    price = np.array([[1.0, 1.0], [2.0, NAN], [NAN, NAN], [NAN, NAN], [NAN, NAN], [5.0, NAN]])
    traded, mark, leaves, died = carry_marks(
        price, 2, covered=np.array([np.inf, 2.0]), delisting=-0.5
    )
    np.testing.assert_array_equal(mark[:, 0], [1, 2, 2, 2, 1, 5])
    np.testing.assert_array_equal(mark[:, 1], [1, 1, 1, 1, NAN, NAN])
    assert died[:, 0].tolist() == [False, False, False, False, True, False]
    assert not died[:, 1].any(), "its vendor's data ended before it had to leave"
    assert leaves[4, 0] == 0.5
    assert leaves[3, 1] == 1.0
    assert traded[4, 0] == 1.0
    assert np.isnan(traded[2, 0])


# -- words and tables -----------------------------------------------------------------------------


def test_result_describes_itself():
    made = replay(PLAIN, PANEL, cycle=CYCLE)
    assert "Treasury" not in str(made.remarks)
    assert "growth" in made.summary().index
    assert "<b>Replay(plain" in made._repr_html_()
    assert made.drawdown.max() <= 0
    assert made.benchmark_returns.iloc[0] == pytest.approx(1 / 1.0002 / 1.001 - 1)
    with pytest.raises(FrozenInstanceError):
        made.delay = 3


def test_attribution_adds_up():
    made = replay(PLAIN, PANEL, cycle=CYCLE)
    table = attribution(made)
    assert table.loc["total", "total"] == pytest.approx(made.equity.iloc[-1] - 1e6, abs=1e-3)
    parts = spells(made)
    assert parts["days"].sum() == len(made.equity)
    assert parts["gain"].sum() == pytest.approx(made.log_returns.sum())
    # a spell on begins the day after its first trade and includes the day of the sale
    on = at(100, 101, 102)
    hand = replay(Strategy(name="x", rule=on, on={"mid": 1.0}), PANEL, cycle=CYCLE)
    row = spells(hand).query("on").iloc[0]
    assert (row["start"], row["end"]) == (days(400)[102], days(400)[104])


def test_many_equal_one_by_one():
    variants = [
        replace(PLAIN, name=f"{w} {how}", rule=above_mean(PANEL, "ETH", window=w), rebalance=how)
        for w in (10, 20, 50)
        for how in ("switch", "monthly", "weekly")
    ]
    variants.append(replace(PLAIN, name="capped", max_turnover=0.3))
    together = replay_many(variants, PANEL, cycle=CYCLE, chunk=4)
    assert isinstance(together, Grid)
    assert len(together) == 10
    for each in variants:
        alone = replay(each, PANEL, cycle=CYCLE)
        np.testing.assert_allclose(together.equity[each.name], alone.equity, rtol=1e-12)
        assert together.orders[each.name] == len(alone.orders)
        assert together.fees[each.name] == pytest.approx(alone.orders["fee"].sum())
    np.testing.assert_allclose(
        together.log_returns["capped"], replay(variants[-1], PANEL, cycle=CYCLE).log_returns
    )
    assert together.summary().loc["capped", "exposure"] > 0


def test_trials_are_counted_once(tmp_path):
    path = tmp_path / "trials.jsonl"
    ledger = TrialLedger("study", path=path)
    for _ in range(2):
        replay(PLAIN, PANEL, cycle=CYCLE, trials=ledger)
    replay(PLAIN, PANEL, cycle=CYCLE, delay=2, trials=ledger)
    replay(replace(PLAIN, name="another name"), PANEL, cycle=CYCLE, trials=ledger)
    assert len(ledger) == 2, "a name is no variant, a delay is"
    again = TrialLedger("study", path=path)
    assert len(again) == 2
    np.testing.assert_allclose(again.sharpes, ledger.sharpes)
    assert len(TrialLedger("other study", path=path)) == 0
    assert set(again.summary()["name"]) == {"plain"}
    path.write_text("not a trial\n")
    with pytest.raises(DataError, match="line 1"):
        TrialLedger("study", path=path)


def test_registry():
    assert list(CYCLES) == ["2016-2017", "2020-2021", "2024", "2025-2026", "full"]
    assert CYCLES["2024"].days == 366
    assert as_cycle(("2020-01-01", "2020-02-01")).name == "2020-01-01..2020-02-01"
    assert all(cycle.why for cycle in CYCLES.values())
    assert {ready_strategy(name).name for name in STRATEGIES}
    assert {benchmark(name).name for name in BENCHMARKS}
    assert Leg("mid", "cap", 2.0).key == "mid-capw x2"
    assert Leg("BTC", "cap").key == "BTC"
    assert legs_of(replace(PLAIN, off={"cash": 1.0}))[1] == {}


def test_cash_account_starts_at_one_in_the_first_row():
    level, remark = cash_account(PANEL, PANEL.dates, 10)
    assert level[10] == 1.0
    assert remark is None or "No Treasury yield" in remark
    bare = PANEL.select([n for n in PANEL.names if n != "DGS3MO"])
    assert "earns nothing" in cash_account(bare, bare.dates, 0)[1]


BAD = [
    (
        lambda: Strategy(name="x", rule=at(), on={"mid": NAN}),
        "weight of mid must be at least 0, got nan",
    ),
    (lambda: Strategy(name="x", rule=at(), on={"mid": -0.1}), "at least 0"),
    (lambda: Strategy(name="x", rule=at(), on={"mid": 0.7, "ETH": 0.4}), "sum to at most 1"),
    (lambda: Strategy(name="x", rule=at(), on={}), "must map legs"),
    (lambda: Strategy(name="x", rule=3, on={"mid": 1.0}), "`rule` must be a Signal"),
    (lambda: Strategy(name="x", rule=at(), on={"mid": 1.0}, unknown="guess"), "unknown"),
    (lambda: Strategy(name="x", rule=at(), on={"mid": 1.0}, rebalance="hourly"), "rebalance"),
    (lambda: Strategy(name="x", rule=at(), on={"mid": 1.0}, weighting="best"), "weighting"),
    (lambda: Strategy(name="x", rule=at(), on={"mid": 1.0}, stop=1.5), "stop"),
    (lambda: Strategy(name="x", rule=at(), on={"mid": 1.0}, leverage=0.5), "leverage"),
    (lambda: Strategy(name="x", rule=at(), on={"mid": 1.0}, max_turnover=0), "max_turnover"),
    (
        lambda: Strategy(name="x", rule=at(), on={"mid": 1.0}, volatility_window=3),
        "volatility_window",
    ),
    (
        lambda: PLAIN.__class__(name="x", rule=lambda p: 1, on={"mid": 1.0}).signal(PANEL),
        "return a Signal",
    ),
    (lambda: replay(PLAIN, PANEL, cycle="2020-2021"), "not inside the data"),
    (lambda: replay(PLAIN, PANEL, cycle="2019"), "'2016-2017', '2020-2021'"),
    (lambda: replay(PLAIN, PANEL, cycle=("2020-05-01", "2020-04-01")), "must end after"),
    (lambda: as_cycle(["2020-01-01"]), "must be a Cycle or text or"),
    (lambda: Cycle("x", "2020-02-01", "2020-01-01"), "must end after"),
    (lambda: replay(PLAIN, PANEL, cycle=CYCLE, delay=0), "delay"),
    (lambda: replay(PLAIN, PANEL, cycle=CYCLE, engine="zipline"), "'vectorbt', 'reference'"),
    (lambda: replay(PLAIN, PANEL, cycle=CYCLE, capital=0), "capital"),
    (lambda: replay(PLAIN, PANEL, cycle=CYCLE, patience=0), "patience"),
    (lambda: replay(PLAIN, PANEL, cycle=CYCLE, delisting=-2), "delisting"),
    (lambda: replay(PLAIN, PANEL.on("XNYS"), cycle=CYCLE), "every UTC day"),
    (
        lambda: replay(replace(PLAIN, on={"gold": 1.0}), PANEL, cycle=CYCLE),
        "Nothing to hold is called 'gold'",
    ),
    (lambda: replay(replace(PLAIN, on={"survivors": 1.0}), PANEL, cycle=CYCLE), "no basket"),
    (lambda: replay(PLAIN, PANEL, cycle=CYCLE, coins=NO_COINS), "go together"),
    (lambda: build_market([PLAIN], PANEL, as_cycle("full"), costs=Costs(), delay=1), "not inside"),
    (lambda: replay_many([], PANEL, cycle=CYCLE), "at least one Strategy"),
    (lambda: replay_many([PLAIN, PLAIN], PANEL, cycle=CYCLE), "Two strategies are called"),
    (lambda: replay_many([PLAIN], PANEL, cycle=CYCLE, chunk=0), "chunk"),
    (lambda: Costs(fees={"crypto": -0.1, "equity": 0.0}), r"\[0, 1\)"),
    (lambda: Costs(fees={"crypto": 0.1}), "lacks 'equity'"),
    (lambda: Costs(fees={"crypto": 0.1, "equity": 0.0, "gold": 0.0}), "no tier 'gold'"),
    (lambda: Costs(impact=-1.0), "impact"),
    (lambda: Costs().times(1e4), r"\[0, 1\)"),
    (lambda: ready_strategy("moon"), "strategy"),
    (lambda: benchmark("gold"), "benchmark"),
    (lambda: always({"BTC": 1.0}, name="x", rebalance="never"), "rebalance"),
    (lambda: carry_marks(np.ones((2, 2)), 1, delisting=0.5), "delisting"),
    (lambda: acting_degrees(at(0), days(800), first=0, delay=1, unknown="raise"), "unknown on"),
]


@pytest.mark.parametrize(("call", "words"), BAD, ids=[words for _, words in BAD])
def test_bad_calls(call, words):
    with pytest.raises(InputError, match=words):
        call()


def test_bad_leverage():
    bare = PANEL.select([n for n in PANEL.names if n != "funding.mean"])
    levered = replace(PLAIN, leverage=2.0)
    with pytest.raises(InputError, match=r"needs 'funding\.mean'"):
        replay(levered, bare, cycle=CYCLE)
    frame = PANEL.frame.copy()
    frame.loc["2020-06-01":"2020-07-01", "funding.mean"] = np.nan
    with pytest.raises(InputError, match="Funding is unknown on 2020-06-04"):
        replay(levered, type(PANEL)(frame, PANEL.cards), cycle=CYCLE)
    with pytest.raises(InputError, match="needs"):
        levered_price(PANEL.close("BTC"), bare, leverage=2, costs=Costs())


def test_bad_rule_by_itself():
    def tomorrow(panel):
        return Signal(mean_rule(panel).values.shift(-1), name="tomorrow's")

    cheat = replace(PLAIN, rule=tomorrow)
    with pytest.raises(LookaheadError, match="uses the future"):
        require_causal(cheat, tomorrow(PANEL), PANEL, as_cycle(CYCLE))
