"""Replays and their judgement on inputs that once gave wrong numbers: each with the right one."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from altrotation import Panel, SeriesCard, load_reference
from altrotation.backtest.attribution import spells
from altrotation.backtest.costs import Costs
from altrotation.backtest.family import judge_family
from altrotation.backtest.grid import replay_many
from altrotation.backtest.metrics import METRICS, differs, first_best, share_beaten
from altrotation.backtest.overfitting import overfitting_probability
from altrotation.backtest.performance import gain_over, performance
from altrotation.backtest.placebo import random_entry
from altrotation.backtest.ready import (
    STRATEGIES,
    always,
    as_strategy,
    benchmark,
    ready_strategy,
    russell_only,
    shown,
)
from altrotation.backtest.replay import replay
from altrotation.backtest.rotation import hit_rate, rotation_capture
from altrotation.backtest.strategy import Strategy
from altrotation.backtest.study import replay_study
from altrotation.backtest.superior import superior_ability
from altrotation.backtest.walkforward import choose_and_judge
from altrotation.errors import InputError, LookaheadError
from altrotation.inference.sharpe import sharpe_moments
from altrotation.inference.splits import Split
from altrotation.plot.backtest import equity, underwater
from altrotation.plot.backtest_sheet import tear_sheet
from altrotation.report.sheet import render_sheet
from altrotation.signals.breakouts import russell_breakout
from altrotation.signals.signal import Signal
from altrotation.signals.trends import above_level, above_mean, falling, rising
from altrotation.signals.vetoes import crowded_funding, failing_breakouts
from tests.unit.backtest_worlds import days, toy_panel

DAYS = pd.date_range("2020-01-01", periods=900)
WHOLE = ("2020-01-11", "2022-06-18")


@pytest.fixture(scope="module")
def reference():
    return load_reference()


def walk(seed, n=900):
    steps = np.random.default_rng(seed).normal(0, 0.03, n)
    return pd.Series(100 * np.exp(steps.cumsum()), index=DAYS[:n], name=f"p{seed}")


def panel_of(frame, kind="price", calendar="24/7"):
    cards = [SeriesCard(name=c, kind=kind, unit="USD", calendar=calendar) for c in frame]
    return Panel(frame, cards)


def hold(name):
    return always({name: 1.0}, name="hold")


# -- a missing benchmark is never zero -----------------------------------------------------------


@pytest.fixture(scope="module")
def before_bitcoin(reference):
    """A replay that begins before there is a price of Bitcoin."""
    spx = Strategy(
        name="spx", on={"SPX": 1.0}, off={"cash": 1.0}, rule=lambda z: above_mean(z, "SPX")
    )
    return spx, replay(spx, reference, cycle=("2010-06-01", "2020-12-31"), check=False)


def test_the_gain_over_a_missing_benchmark_is_not_computed_anywhere(before_bitcoin):
    _, made = before_bitcoin
    measured = performance(made, replicates=100)
    assert measured.table.loc["log gain over BTC"].drop("unit").isna().all()
    assert measured.gain.invalid == gain_over(made).invalid == "BTC lacks a close in it"
    assert "not computed, BTC lacks a close in it" in str(measured)
    assert measured.table.drop(index="log gain over BTC").notna().all(axis=None)
    assert "BTC lacks a close" in repr(made)
    assert "nan" not in made.summary().to_string()
    assert spells(made)["excess"].isna().any()
    assert hit_rate(made)[["hits", "rate", "low", "high"]].isna().all()


def test_pictures_and_sheet_of_a_replay_without_a_benchmark_say_so(before_bitcoin, reference):
    strategy, made = before_bitcoin
    assert "BTC lacks a close" in equity(made).get_title(loc="left")
    assert "of BTC" not in underwater(made).get_title(loc="left")
    assert tear_sheet(made, performance=performance(made, replicates=100))
    study = replay_study(strategy, reference, cycle=("2010-06-01", "2011-06-30"), most=20)
    assert "entries that beat BTC: not computed" in study.text()
    assert study.benchmarks.loc["btc", ["growth", "log gain over it", "low", "high"]].isna().all()
    assert study.benchmarks.loc["btc", "note"] == "BTC lacks a close in it"
    assert "has no price during" in study.benchmarks.loc["mid", "note"]
    assert np.isfinite(study.benchmarks.loc["cash", "low"])
    assert "cannot be told" in render_sheet(study)


def test_a_benchmark_that_waited_in_cash_is_no_benchmark(before_bitcoin, reference):
    strategy, made = before_bitcoin
    held = replay(benchmark("btc"), reference, cycle=("2010-06-01", "2020-12-31"), check=False)
    assert held.missed == ("2010-06-08: BTC could not be bought.",)
    assert "could not be held: 2010-06-08" in gain_over(made, held).invalid
    with pytest.raises(InputError, match="BTC could not be held: 2010-06-08"):
        judge_family(
            [strategy, always({"SPX": 1.0}, name="other")],
            reference,
            cycle=("2010-06-01", "2020-12-31"),
            most=20,
        )


def test_a_hole_in_the_benchmark_is_not_a_day_without_a_return():
    panel = toy_panel(300)
    frame = panel.frame
    frame.loc["2020-05-05", "BTC"] = np.nan
    signal = Signal(pd.Series(np.repeat([0.0, 1.0, 0.0], 100), index=days(300)))
    plan = Strategy(name="s", rule=signal, on={"ETH": 1.0}, off={"cash": 1.0})
    whole = replay(plan, panel, cycle=("2020-01-11", "2020-10-20"))
    holed = replay(plan, Panel(frame, panel.cards), cycle=("2020-01-11", "2020-10-20"))
    assert gain_over(whole).invalid is None
    assert gain_over(holed).invalid == "BTC lacks a close in it"
    assert np.isnan(hit_rate(holed)["hits"])
    assert hit_rate(whole)["hits"] in (0, 1)
    with pytest.raises(InputError, match="BTC lacks a close in the leg"):
        rotation_capture(holed, panel, relative="mid/BTC")


# -- one number, one interval --------------------------------------------------------------------


@pytest.mark.parametrize("cycle", ["2024", "2025-2026"])
def test_the_gain_over_bitcoin_has_one_interval_in_one_printout(reference, cycle):
    study = replay_study(ready_strategy("russell"), reference, cycle=cycle, most=20)
    held = study.over_bitcoin.interval
    row = study.performance.table.loc["log gain over BTC"]
    assert (row["estimate"], row["low"], row["high"]) == (
        study.over_bitcoin.estimate,
        held.low,
        held.high,
    )
    against = study.benchmarks.loc["btc"]
    assert (against["low"], against["high"]) == (held.low, held.high)
    alone = gain_over(study.replay)
    assert (alone.interval.low, alone.interval.high) == (held.low, held.high)


def test_a_ratio_is_named_by_what_it_is_measured_over(reference):
    assert "Sharpe over cash" in METRICS
    assert "Sortino over cash" in METRICS
    assert not any(name.endswith("ratio") and "Calmar" not in name for name in METRICS)
    family = [ready_strategy("russell"), ready_strategy("eth-btc")]
    over = judge_family(family, reference, cycle="2024", most=20).table
    assert "Sharpe over BTC" in over
    assert (
        "Sharpe over cash"
        in judge_family(family, reference, cycle="2024", against="cash", most=20).table
    )
    assert (shown("btc"), shown("60-40")) == ("BTC", "60-40")


# -- the interval of a gain ----------------------------------------------------------------------


def test_the_interval_of_a_gain_lasts_a_season(reference):
    made = replay(ready_strategy("eth-btc"), reference, check=False)
    gain = gain_over(made, seed=2026)
    # with the automatic block of 3.2 days the upper end was .097; blocks of 20 to 120 days and t
    # over the spells give .13 to .19
    assert 0.13 < gain.interval.high < 0.19
    assert gain.interval.low < -0.30
    assert "mean block 60.0 d, or t over 24 occasions" in gain.interval.method
    assert gain.estimate == pytest.approx(-0.0816, abs=5e-5)
    vetoed = gain_over(
        replay(ready_strategy("confluence-vetoes"), reference, check=False), seed=2026
    )
    assert vetoed.interval.high > 0.10


def test_blocks_last_as_long_as_the_holding():
    panel = toy_panel(900)
    degrees = np.zeros(900)
    degrees[100:250] = degrees[400:550] = degrees[700:850] = 1.0
    plan = Strategy(name="s", rule=Signal(pd.Series(degrees, index=days(900))), on={"mid": 1.0})
    made = replay(plan, panel, cycle=("2020-01-11", "2022-06-18"), check=False)
    assert "mean block 150.0 d, or t over 3 occasions" in gain_over(made).interval.method
    short = replay(plan, panel, cycle=("2020-03-01", "2020-05-29"), check=False)  # 90 days
    assert gain_over(short).interval.method.endswith("mean block 22.5 d")  # a quarter of them


def test_the_wider_law_gives_each_end_and_the_larger_p():
    from scipy.stats import t

    panel = toy_panel(900, seed=3)
    degrees = np.zeros(900)
    for start in range(50, 850, 100):
        degrees[start : start + 10] = 1.0
    plan = Strategy(
        name="s",
        rule=Signal(pd.Series(degrees, index=days(900))),
        on={"mid": 1.0},
        rebalance="switch",
    )
    made = replay(plan, panel, cycle=("2020-01-11", "2022-06-18"), check=False)
    gain = gain_over(made, level=0.9)
    # t over the eight occasions, by hand: from each entry to the next, the head with the first
    difference = (made.log_returns - np.log1p(made.benchmark_returns)).to_numpy()
    entry = np.flatnonzero(np.diff(made.degrees.to_numpy(), prepend=0) > 0) + 1
    parts = np.split(difference, entry[1:])
    sums = np.array([part.sum() for part in parts])
    assert len(sums) == 8
    error = np.sqrt(8) * sums.std(ddof=1) * 365 / len(difference)
    reach = t.isf(0.05, 7) * error
    assert gain.interval.low <= gain.estimate - reach + 1e-12
    assert gain.interval.high >= gain.estimate + reach - 1e-12
    assert gain.p_value >= 2 * t.sf(abs(gain.estimate) / error, 7) - 1e-12
    for level in (0.5, 0.8, 0.9, 0.95):  # p and interval tell one story, but for 1 / 2,000
        outside = 0.0 not in gain_over(made, level=level).interval
        assert outside == (gain.p_value < 1 - level) or abs(gain.p_value - (1 - level)) < 0.02


# -- these two never differ ----------------------------------------------------------------------


def test_a_strategy_that_never_leaves_the_benchmark_is_nan_with_the_reason(reference):
    family = [russell_only(), always({"BTC": 1.0}, name="idle")]
    found = judge_family(family, reference, cycle="2024", most=20)
    row = found.table.loc["idle"]
    assert row[["Sharpe over BTC", "deflated", "timing p"]].isna().all()
    assert row["log gain"] == 0.0
    assert "its gain over BTC never varies" in row["note"]
    assert "always on" in row["note"]
    other = found.table.loc["Russell only"]
    assert other.drop("note").notna().all()
    assert other["note"] == ""


@pytest.mark.parametrize("noise", [0.0, 1e-17, 1e-15, 1e-13])
def test_no_rounding_makes_two_strategies_differ(noise):
    base = np.random.default_rng(1).normal(0, 0.03, 500)
    shaken = base + noise * np.random.default_rng(2).choice([-1, 1], 500)
    assert not differs(shaken, base)
    assert not differs(np.column_stack([shaken, base * (1 + noise)]), base).any()
    assert differs(base + 1e-6 * np.random.default_rng(3).normal(size=500), base)
    assert not differs(np.r_[0.01, base[1:]], base)  # the costs of the first day
    gains = np.column_stack([shaken - base, base])  # gains, of which one is rounding
    assert differs(gains, 0.0 * base).tolist() == [False, True]


# ffn #346 and statsmodels #7871: the same returns along another way
@pytest.mark.parametrize(
    "twin",
    [
        lambda btc: btc + 1e-17,
        lambda btc: btc * (1 + 1e-15),
        lambda btc: np.log1p(np.expm1(btc)),
        lambda btc: np.log(np.exp(btc.cumsum())).diff().fillna(btc.iloc[0]),
    ],
)
def test_a_strategy_that_is_the_benchmark_but_for_rounding_is_not_superior(twin):
    btc = np.log(walk(1)).diff().dropna()
    with pytest.raises(InputError, match="No strategy ever differs from the benchmark"):
        superior_ability(pd.DataFrame({"a": twin(btc), "b": btc}), btc)
    other = btc + np.random.default_rng(2).normal(0, 0.01, len(btc))
    mixed = superior_ability(pd.DataFrame({"a": twin(btc), "c": other}), btc, replicates=100)
    alone = superior_ability(pd.DataFrame({"c": other}), btc, replicates=100)
    assert (mixed.best, mixed.p_consistent) == ("c", alone.p_consistent)


def test_equal_columns_tie_wherever_they_stand():
    rng = np.random.default_rng(4)
    table = rng.normal(0, 0.02, (320, 7))
    for copies in (2, 5, 8):
        wide = np.column_stack([table, *([table[:, 0]] * copies)])
        found = overfitting_probability(wide, blocks=8)
        turned = overfitting_probability(wide[:, ::-1], blocks=8)
        np.testing.assert_array_equal(np.sort(found.logits), np.sort(turned.logits))
        shaken = overfitting_probability(wide * (1 + 1e-15), blocks=8)
        np.testing.assert_array_equal(shaken.logits, found.logits)
    assert first_best(np.array([1.0, 1.0 + 1e-15, 0.5])) == 0
    assert share_beaten(np.array([1.0, 1.0 + 1e-15, 0.5, 2.0]), np.array(1.0)) == 0.5


def test_a_gain_that_is_rounding_has_no_merit_in_any_selection():
    rng = np.random.default_rng(5)
    good, bad = rng.normal(0.004, 0.02, 320), rng.normal(-0.004, 0.02, 320)
    dust = 1e-17 * (1 + rng.random(320))  # a ratio of some fifty a year if it were taken for one
    found = overfitting_probability(np.column_stack([dust, good, bad]), blocks=8)
    still = overfitting_probability(np.column_stack([0 * dust, good, bad]), blocks=8)
    np.testing.assert_array_equal(found.logits, still.logits)
    table = pd.DataFrame({"dust": dust, "good": good}, index=days(320))
    half = Split(name="half", train=np.arange(160), test=np.arange(160, 320))
    assert choose_and_judge(table, [half]).table["chosen"].tolist() == ["good"]


# ffn #346: the Sharpe ratio of a constant does not exist
@pytest.mark.parametrize(
    "returns",
    [
        np.full(250, 0.001),
        np.zeros(250),
        np.diff(np.log(100 * 1.0001 ** np.arange(251))),
        np.expm1(np.diff(np.log(100 * 1.0001 ** np.arange(251)))),
    ],
)
def test_a_constant_return_has_no_sharpe_ratio(returns):
    with pytest.raises(InputError, match="do not vary"):
        sharpe_moments(returns)
    assert np.isnan(METRICS["Sharpe over cash"][0](returns))
    assert np.isnan(METRICS["Sortino over cash"][0](np.abs(returns)))


def test_measures_of_a_strategy_that_holds_cash_are_nan(reference):
    made = replay(benchmark("cash"), reference, cycle="2024")
    table = performance(made, replicates=100).table
    assert (
        table.loc[["Sharpe over cash", "Sortino over cash", "Calmar ratio"], "estimate"]
        .isna()
        .all()
    )
    assert table.loc["longest drawdown", "estimate"] == 0


def test_a_signal_that_changes_nothing_has_no_timing():
    panel = toy_panel(200)
    signal = Signal(pd.Series(np.tile(np.repeat([0.0, 1.0], 10), 10), index=days(200)))
    plan = Strategy(name="same", rule=signal, on={"BTC": 1.0}, rebalance="switch")
    found = random_entry(plan, panel, cycle=("2020-01-11", "2020-06-30"))
    assert "grows alike whenever the signal comes" in found.evidence.invalid
    assert found.percentile == 50.0


# arch #862: the step-wise test of arch 8.0.0 fails where all are found in more than one round
def test_a_family_that_is_superior_as_a_whole_is_found_so():
    rng, index = np.random.default_rng(6), DAYS[:400]
    table = pd.DataFrame(
        {
            "a": rng.normal(0.02, 0.01, 400),
            "b": rng.normal(0.0011, 0.01, 400),
            "c": rng.normal(0.0009, 0.01, 400),
        },
        index=index,
    )
    found = superior_ability(table, pd.Series(0.0, index=index), replicates=200, size=0.1)
    assert found.superior == ("a", "b", "c")


def test_the_stepwise_rounds_are_those_of_arch():
    from arch.bootstrap import StepM

    index, compared = DAYS[:300], 0
    for seed in range(25):
        rng = np.random.default_rng(seed)
        table = pd.DataFrame(rng.normal([0.003, 0.002, 0.0, -0.001], 0.01, (300, 4)), index=index)
        table.columns = list("abcd")
        found = superior_ability(table, pd.Series(0.0, index=index), replicates=200, seed=seed)
        theirs = StepM(
            np.zeros(300), -table, size=0.05, block_size=int(found.mean_block), reps=200, seed=seed
        )
        theirs.compute()  # never all four here, so that it ends
        assert found.superior == tuple(theirs.superior_models)
        compared += len(found.superior)
    assert 0 < compared < 100


# -- costs of a leg of your own ------------------------------------------------------------------


def test_a_coin_joined_to_the_panel_is_charged_what_is_stated_or_refused():
    panel = panel_of(pd.DataFrame({"BTC": walk(1), "SOL": walk(2)}))
    with pytest.raises(InputError, match=r"Costs\(\).with_leg\('SOL', fee=0.001, spread=0.0008\)"):
        replay(hold("SOL"), panel, cycle=WHOLE)
    # the remedy, to the letter
    stated = Costs().with_leg("SOL", fee=0.001, spread=0.0008)
    order = replay(hold("SOL"), panel, cycle=WHOLE, costs=stated).orders.iloc[0]
    assert order["fee"] / order["value"] == pytest.approx(0.001)
    assert order["slippage"] / order["value"] == pytest.approx(0.0008, rel=1e-3)
    # the other spelling: a spread by name, the fee of a coin unless stated
    spelt = Costs(spreads={**Costs().spreads, "SOL": 0.0008})
    again = replay(hold("SOL"), panel, cycle=WHOLE, costs=spelt).orders.iloc[0]
    assert again["fee"] == pytest.approx(order["fee"])
    assert "SOL 8" in spelt.describe()
    assert stated.times(2.0).spread("SOL") == pytest.approx(0.0016)
    assert stated.times(2.0).fee("SOL") == pytest.approx(0.002)
    assert "SOL 10" in stated.describe()


@pytest.mark.parametrize("kind", ["price", "index"])
def test_only_the_sessions_of_a_stock_exchange_tell_an_equity(kind):
    days_open = np.asarray(DAYS.day_of_week < 5)
    frame = pd.DataFrame({"BTC": walk(1), "FUND": walk(2).where(days_open)})
    cards = [
        SeriesCard(name="BTC", kind=kind, unit="USD", calendar="24/7"),
        SeriesCard(name="FUND", kind=kind, unit="USD", calendar="XNYS"),
    ]
    made = replay(hold("FUND"), Panel(frame, cards), cycle=WHOLE)
    first = made.orders.iloc[0]
    assert first["fee"] / first["value"] == pytest.approx(1e-4)
    with pytest.raises(InputError, match="Nothing says what trading FUND costs"):
        replay(hold("FUND"), panel_of(frame, kind), cycle=WHOLE)
    free = replay(hold("FUND"), panel_of(frame, kind), cycle=WHOLE, costs=Costs.zero())
    assert free.costs_paid == 0.0  # nothing to guess where all costs are the same


def test_costs_of_a_leg_are_checked():
    with pytest.raises(InputError, match="has no tier 'SOL', which `fees` names"):
        Costs(fees={**Costs().fees, "SOL": 0.001})
    for wrong, says in ((-0.1, "of SOL"), (1.0, "of SOL"), (np.nan, "finite"), ("cheap", "finite")):
        with pytest.raises(InputError, match=says):
            Costs().with_leg("SOL", fee=0.001, spread=wrong)
    with pytest.raises(InputError, match="has no tier 'SOL'"):
        Costs(churn={**Costs().churn, "SOL": 0.1})
    with pytest.raises(InputError, match="Nothing says what trading SOL costs"):
        Costs().tier_of("SOL", "24/7")
    assert Costs().tier_of("SPX", "XNYS") == "equity"
    assert Costs().tier_of("BTC", "24/7") == "BTC"


# -- an asset that ends, an asset that changes its unit ------------------------------------------


def luna(last=400, other=900):
    frame = pd.DataFrame(
        {
            "BTC": walk(1).where(np.arange(900) < other),
            "LUNA": np.where(np.arange(900) < last, 100.0, np.nan),
        },
        index=DAYS,
    )
    return panel_of(frame)


EQUITY_COSTS = Costs().with_leg("LUNA", fee=1e-4, spread=1e-4)


# vectorbt #83, bt #63, zipline #188
@pytest.mark.parametrize(
    ("delisting", "right"), [(0.0, 0.9996), (-0.55, 0.9998 * 0.45 * 0.9998), (-1.0, 0.0)]
)
@pytest.mark.parametrize("engine", ["vectorbt", "reference"])
def test_a_delisted_coin_of_the_panel_is_worth_what_was_stated(delisting, right, engine):
    made = replay(
        hold("LUNA"), luna(), cycle=WHOLE, delisting=delisting, costs=EQUITY_COSTS, engine=engine
    )
    assert made.equity.iloc[-1] / made.capital == pytest.approx(right, abs=5e-5)
    gone = made.departures.iloc[0]
    assert gone["kind"] == "death"
    assert gone["loss"] == pytest.approx(delisting, abs=1e-8)
    assert any("LUNA was left on 2021-02-11" in remark for remark in made.remarks)
    assert any(f"valued at {1 + delisting:.0%}" in remark for remark in made.remarks)


def test_data_that_end_for_all_and_indexes_that_end_are_left_at_their_last_close():
    ended = replay(hold("LUNA"), luna(400, 403), cycle=WHOLE, costs=EQUITY_COSTS)
    assert ended.departures["kind"].tolist() == ["data end"]
    assert ended.equity.iloc[-1] / ended.capital == pytest.approx(0.9996, abs=5e-5)
    assert any("valued at the last one" in remark for remark in ended.remarks)
    index = panel_of(luna().frame, kind="index")
    made = replay(hold("LUNA"), index, cycle=WHOLE, costs=EQUITY_COSTS)
    assert made.equity.iloc[-1] / made.capital == pytest.approx(0.9996, abs=5e-5)


def test_a_death_does_not_change_the_equity_before_it():
    whole = replay(hold("LUNA"), luna(900), cycle=WHOLE, costs=EQUITY_COSTS)
    dead = replay(hold("LUNA"), luna(400), cycle=WHOLE, costs=EQUITY_COSTS)
    np.testing.assert_array_equal(
        whole.equity.iloc[:390].to_numpy(), dead.equity.iloc[:390].to_numpy()
    )


# BittyTax #320, lunie #4679
def test_a_redenomination_is_remarked_with_day_and_factor():
    old = walk(1)
    panel = panel_of(
        pd.DataFrame({"BTC": walk(1), "X": old.where(old.index < DAYS[450], old * 1000)})
    )
    costs = Costs().with_leg("X", fee=1e-4, spread=1e-4)
    made = replay(hold("X"), panel, cycle=WHOLE, costs=costs)
    said = [remark for remark in made.remarks if "factor" in remark]
    assert len(said) == 1
    assert "X moved by a factor of" in said[0]
    assert "2021-03-26, near 1,000" in said[0]
    mended = replay(
        hold("X"), panel_of(pd.DataFrame({"BTC": old, "X": old})), cycle=WHOLE, costs=costs
    )
    assert mended.equity.iloc[-1] / mended.capital == pytest.approx(0.2255, abs=5e-5)
    assert not any("factor" in remark for remark in mended.remarks)
    later = replay(hold("X"), panel, cycle=("2021-06-01", "2022-06-18"), costs=costs)
    assert not any("factor" in remark for remark in later.remarks)  # not in this cycle


def test_the_ready_strategies_of_the_reference_raise_no_suspicion(reference):
    for name in STRATEGIES:
        made = replay(name, reference, check=False)
        assert not any("factor" in remark for remark in made.remarks)


# -- variants that are one -----------------------------------------------------------------------


def late(quiets):
    return [
        Strategy(name=f"q{q}", rule=lambda z: russell_breakout(z, quiet=q), on={"mid": 1.0})  # noqa: B023
        for q in quiets
    ]


def bound(quiets):
    return [
        Strategy(name=f"q{q}", rule=lambda z, q=q: russell_breakout(z, quiet=q), on={"mid": 1.0})
        for q in quiets
    ]


def test_variants_of_a_loop_that_are_one_strategy_are_refused(reference):
    with pytest.raises(InputError, match=r"'q20' and 'q60' are one strategy.*reads the loop's"):
        replay_many(late((20, 60, 120)), reference, cycle="2024")
    with pytest.raises(InputError, match="are one strategy"):
        judge_family(late((20, 60)), reference, cycle="2024", most=20)
    grid = replay_many(bound((20, 60, 120)), reference, cycle="2024", check=False)
    assert len(grid) == 3


def test_variants_that_differ_in_anything_are_not_refused():
    panel = toy_panel(200)
    signal = Signal(pd.Series(np.tile(np.repeat([0.0, 1.0], 10), 10), index=days(200)), name="s")
    plain = Strategy(name="a", rule=signal, on={"mid": 1.0})
    named = Signal(signal.values, name="s", recipe="the same days by another rule")
    others = [
        plain,
        replace(plain, name="b", on={"large": 1.0}),
        replace(plain, name="c", rebalance="daily"),
        replace(plain, name="d", rule=named),
        replace(plain, name="e", target_volatility=0.5),
        replace(plain, name="f", target_volatility=0.5, volatility_window=30),
    ]
    assert len(replay_many(others, panel, cycle=("2020-03-11", "2020-06-30"))) == 6
    with pytest.raises(InputError, match="'a' and 'g' are one strategy"):
        replay_many([*others, replace(plain, name="g")], panel, cycle=("2020-03-11", "2020-06-30"))


# -- names and errors ----------------------------------------------------------------------------


def test_the_name_of_a_ready_strategy_is_a_strategy(reference):
    by_name = replay("confluence", reference, cycle="2024", check=False)
    made = replay(ready_strategy("confluence"), reference, cycle="2024", check=False)
    pd.testing.assert_series_equal(by_name.equity, made.equity)
    assert len(replay_many(["russell", "eth-btc"], reference, cycle="2024", check=False)) == 2
    for wrong, says in (
        ("moon", "must be one of 'russell'"),
        (3, "got (int|3)"),
        (None, "got None"),
    ):
        with pytest.raises(InputError, match=says):
            replay(wrong, reference, cycle="2024")
        with pytest.raises(InputError, match=says):
            as_strategy(wrong)


WRONG = [1.5, "5", None, [1], np.nan, pd.Timestamp("2020-01-01"), True]


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize(
    "call",
    [
        lambda wrong: Strategy(name="s", rule=on_m2, on={"mid": 1.0}, stop=wrong or "no"),
        lambda wrong: Strategy(name="s", rule=on_m2, on={"mid": 1.0}, volatility_window=wrong),
        lambda wrong: ready_strategy("confluence") and STRATEGIES["confluence"](need=wrong),
        lambda wrong: Costs().with_leg("X", fee=wrong, spread=2.0),
        lambda wrong: replay("russell", load_reference(), cycle="2024", delay=wrong),
        lambda wrong: replay("russell", load_reference(), cycle="2024", patience=wrong),
        lambda wrong: replay("russell", load_reference(), cycle="2024", delisting=wrong),
        lambda wrong: replay("russell", wrong, cycle="2024"),
        lambda wrong: replay("russell", load_reference(), cycle="2024", costs=wrong or "none"),
        lambda wrong: judge_family(
            ["russell", "eth-btc"], load_reference(), trials=wrong or "none"
        ),
    ],
)
def test_a_scalar_of_a_wrong_type_is_one_sentence(call, wrong):
    with pytest.raises(InputError, match=r"got|must"):
        call(wrong)


def test_the_name_of_a_ready_strategy_works_at_every_door(reference):
    assert random_entry("russell", reference, cycle="2024", most=20).evidence.invalid is None
    assert replay_study("russell", reference, cycle="2024", most=20).replay.strategy.on
    assert len(judge_family(["russell", "eth-btc"], reference, cycle="2024", most=20).table) == 2


# -- what was known ------------------------------------------------------------------------------


def on_m2(read):
    def rule(panel):
        figure = read(panel, "M2").ffill()
        return Signal((figure > figure.shift(90)).astype(float).where(figure.notna()), name="m2")

    return Strategy(name="m2", rule=rule, on={"mid": 1.0})


def test_a_rule_that_reads_figures_before_they_are_published_is_refused(reference):
    with pytest.raises(LookaheadError, match=r"what was known on .*known"):
        replay(on_m2(Panel.value), reference, cycle="2024")
    # the remedy
    assert replay(on_m2(Panel.known), reference, cycle="2024").equity.notna().all()


def test_a_rule_that_declares_the_lag_of_its_signal_is_accepted(reference):
    def rule(panel):
        figure = panel.value("M2").dropna()
        up = (figure > figure.shift(3)).astype(float).where(figure.shift(3).notna())
        moved = up.set_axis(figure.index + pd.Timedelta(58, "D"))
        daily = pd.date_range(panel.dates[0], panel.dates[-1], freq="D")
        return Signal(moved.reindex(daily).ffill(limit=40), name="m2, 58 days later")

    plan = Strategy(name="declared", rule=rule, on={"mid": 1.0})
    assert replay(plan, reference, cycle="2024").equity.notna().all()


# freqtrade #12507 and #11346: the ways in which a rule reads a bar that has not ended
LEAKS = {
    "a weekly bar labelled by its start": lambda c: (
        c.resample("W-MON", label="left", closed="left").last().reindex(c.index, method="ffill")
    ),
    "the end of its own month": lambda c: c.groupby([c.index.year, c.index.month]).transform(
        "last"
    ),
    "the next day": lambda c: c.shift(-1),
    "a centred maximum": lambda c: 2 * c * (c >= c.rolling(21, center=True, min_periods=1).max()),
    "a backfill": lambda c: c.where(c.index.day == 28).bfill(),
}


@pytest.mark.parametrize("leak", LEAKS)
@pytest.mark.parametrize("cycle", ["2020-2021", "2024"])
def test_a_bar_that_has_not_ended_is_refused_with_the_day(reference, leak, cycle):
    def rule(panel):
        closes = panel.close("ETH").ffill()
        return Signal((LEAKS[leak](closes) > closes.shift(5)).astype(float), name="leak")

    with pytest.raises(LookaheadError, match=r"\d{4}-\d{2}-\d{2}"):
        replay(Strategy(name="x", rule=rule, on={"mid": 1.0}), reference, cycle=cycle)


@pytest.mark.parametrize("scale", ["quantile", "z-score"])
def test_a_scale_of_the_whole_sample_is_refused(reference, scale):
    def rule(panel):
        ratio = np.log(panel.value("ETH/BTC").ffill())
        high = ratio.quantile(0.6) if scale == "quantile" else ratio.mean() + 0.2 * ratio.std()
        return Signal((ratio > high).astype(float), name="scaled")

    with pytest.raises(LookaheadError, match=r"\d{4}-\d{2}-\d{2}"):
        replay(Strategy(name="x", rule=rule, on={"mid": 1.0}), reference, cycle="2020-2021")


@pytest.mark.parametrize("engine", ["vectorbt", "reference"])
@pytest.mark.parametrize("fall", [1e-10, 1e-6, 1e6, 1e10])
def test_what_an_asset_does_in_july_does_not_change_june(engine, fall):
    n = 300
    rng = np.random.default_rng(3)
    coin = 100 * np.exp(rng.normal(0, 0.02, n).cumsum())
    calm = panel_of(pd.DataFrame({"BTC": walk(1, n).to_numpy(), "X": coin}, index=days(n)))
    coin = np.where(np.arange(n) < 182, coin, coin * fall)
    wild = panel_of(pd.DataFrame({"BTC": walk(1, n).to_numpy(), "X": coin}, index=days(n)))
    plan = always({"X": 0.5, "BTC": 0.5}, name="both", rebalance="monthly")
    cycle, costs = ("2020-01-11", "2020-10-20"), Costs().with_leg("X", fee=0.001, spread=0.0008)
    made = [
        replay(plan, panel, cycle=cycle, costs=costs, engine=engine).equity.loc[:"2020-06-30"]
        for panel in (calm, wild)
    ]
    pd.testing.assert_series_equal(*made)


def test_engines_agree_whatever_an_asset_does_and_whatever_the_capital():
    n = 300
    coin = walk(2, n).to_numpy() * np.where(np.arange(n) < 182, 1.0, 1e-10)
    coin = np.where(np.arange(n) < 240, coin, coin * 1e10)  # and back
    panel = panel_of(pd.DataFrame({"BTC": walk(1, n).to_numpy(), "X": coin}, index=days(n)))
    plan = always({"X": 0.3, "BTC": 0.5}, name="both", rebalance="weekly")
    costs = Costs().with_leg("X", fee=0.001, spread=0.0008)
    for capital in (1.0, 1e6, 1e9):
        one, two = (
            replay(
                plan,
                panel,
                cycle=("2020-01-11", "2020-10-20"),
                costs=costs,
                engine=engine,
                capital=capital,
            )
            for engine in ("vectorbt", "reference")
        )
        np.testing.assert_allclose(one.equity, two.equity, rtol=1e-6)
        np.testing.assert_allclose(
            one.equity.diff().iloc[1:],
            one.profit.sum(axis=1).iloc[1:],
            atol=1e-6 * one.equity.max(),
        )


def test_a_degree_that_differs_in_its_last_bit_does_not_trade():
    panel = toy_panel(200)
    flat = pd.Series(0.3, index=days(200))
    bits = flat.where(np.arange(200) % 2 == 0, 0.1 + 0.2)
    assert (flat != bits).any()
    made = [
        replay(
            Strategy(name="s", rule=Signal(v), on={"mid": 1.0}, rebalance="switch"),
            panel,
            cycle=("2020-03-01", "2020-06-30"),
        )
        for v in (flat, bits)
    ]
    assert [len(each.orders) for each in made] == [2, 2]


# -- signals -------------------------------------------------------------------------------------


# pandas #67022 and #9420: the mean of equal numbers is equal up to the last bit
@pytest.mark.parametrize("price", [0.1, 1.0, 1 / 3, 1e-9, 12345.678])
def test_a_frozen_price_is_neither_above_its_mean_nor_rising(price):
    rng = np.random.default_rng(1)
    shaken = price * (1 + 1e-16 * rng.integers(-2, 3, 900))
    for values in (np.full(900, price), shaken):
        panel = panel_of(pd.DataFrame({"X": values}, index=days(900)))
        for made in (
            above_mean(panel, "X"),
            rising(panel, "X"),
            falling(panel, "X"),
            above_level(panel, "X", price),
        ):
            assert set(made.values.dropna()) == {0.0}, made.name


def test_funding_at_the_level_is_not_above_it():
    rates = np.full(300, 3e-4)
    rates[:10] = 1.0  # an error of old days must not reach the later means
    card = SeriesCard(name="funding.mean", kind="rate", unit="fraction per 8 h", calendar="24/7")
    panel = Panel(pd.DataFrame({"funding.mean": rates}, index=days(300)), [card])
    on = crowded_funding(panel).values
    assert on.iloc[6:16].eq(1.0).all()
    assert on.iloc[16:].eq(0.0).all()
    holed = panel.frame
    holed.iloc[100:104] = np.nan
    hole = crowded_funding(Panel(holed, [card])).values
    assert hole.iloc[101:110].isna().all()  # one day is carried, the window must be known


def test_what_is_usual_of_breakouts_that_fail_is_known_then(reference):
    name = "failed_breakouts.rate"
    whole = failing_breakouts(reference).values
    for cut in ("2019-12-31", "2021-06-30", "2024-03-31"):
        early = failing_breakouts(reference.known_at(cut)).values
        pd.testing.assert_series_equal(early, whole.loc[:cut], check_freq=False)
    values = reference.known(name).dropna()
    for day in values.index[[729, 1500, 3000]]:  # the slow way
        past = values.loc[:day]
        assert whole[day] == float(past.iloc[-1] > np.quantile(past, 0.75))
    assert whole.loc[: values.index[728]].isna().all()
    fixed = failing_breakouts(reference, level=83.0)
    assert fixed.recipe == "failed_breakouts.rate above 83"
    for wrong in ({"share": 1.0}, {"least": 5}, {"level": np.nan}):
        with pytest.raises(InputError):
            failing_breakouts(reference, **wrong)
    with pytest.raises(InputError, match="`level` must be a finite number"):
        above_level(reference, name, "high")
    with pytest.raises(InputError, match="`level` must be a finite number"):
        crowded_funding(reference, level=np.inf)


# -- passed before, kept -------------------------------------------------------------------------


# quantstats #438, pyfolio #179: a fall that starts on the first day
def test_the_drawdown_counts_from_the_capital():
    closes = np.r_[100, np.linspace(98, 85.5, 5), np.full(60, 90.0)]
    index = days(len(closes))
    panel = panel_of(pd.DataFrame({"BTC": closes}, index=index))
    made = replay(hold("BTC"), panel, cycle=(index[0], index[-1]), costs=Costs.zero())
    assert float(made.drawdown.min()) == pytest.approx(-0.145, abs=1e-12)
    measure = performance(made, replicates=100).table.loc["deepest drawdown", "estimate"]
    assert measure == pytest.approx(-0.145, abs=1e-12)


# Vibe-Trading #581: a return across a missing close is no return of a day, and nothing is filled
def test_returns_of_the_benchmark_are_missing_on_both_sides_of_a_hole():
    closes = walk(1, 200)
    closes.iloc[100] = np.nan
    panel = panel_of(pd.DataFrame({"BTC": closes}))
    made = replay(hold("BTC"), panel, cycle=(DAYS[0], DAYS[199]), costs=Costs.zero())
    assert np.flatnonzero(made.benchmark_returns.isna()).tolist() == [100, 101]
    assert made.equity.iloc[-1] == pytest.approx(1e6 * closes.iloc[-1] / closes.iloc[0])


# freqtrade #11593: a levered leg that lost everything
def test_a_ruined_leg_stays_ruined():
    n = 120
    closes = np.full(n, 100.0)
    closes[60:] = 60.0
    closes[90:] = 200.0
    frame = pd.DataFrame({"BTC": closes, "funding.mean": 0.0}, index=days(n))
    cards = [
        SeriesCard(name="BTC", kind="price", unit="USD", calendar="24/7"),
        SeriesCard(name="funding.mean", kind="rate", unit="fraction per 8 h", calendar="24/7"),
    ]
    plan = replace(hold("BTC"), leverage=3.0, off={"cash": 1.0}, rebalance="switch")
    made = replay(plan, Panel(frame, cards), cycle=(days(n)[0], days(n)[-1]), costs=Costs.zero())
    left = made.equity / made.capital
    assert left.iloc[60] == pytest.approx(1e-6, rel=1e-3)
    assert left.iloc[-1] == pytest.approx(1e-6, rel=1e-3)
    assert (made.equity > 0).all()
