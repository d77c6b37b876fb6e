"""Bad calls of the backtest: a row for each condition that has none beside its module."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from altrotation.backtest.build import build_market
from altrotation.backtest.coin_sources import coin_source
from altrotation.backtest.costs import Costs
from altrotation.backtest.cycles import Cycle, as_cycle
from altrotation.backtest.family import judge_family
from altrotation.backtest.grid import replay_many
from altrotation.backtest.leverage import levered_price
from altrotation.backtest.performance import gain_over
from altrotation.backtest.placebo import random_entries, random_entry
from altrotation.backtest.ready import (
    always,
    breadth,
    confirmation,
    confluence_strategy,
    dominance,
    russell_only,
    vetoed_confluence,
)
from altrotation.backtest.replay import replay, require_trade
from altrotation.backtest.rotation import hit_rate, rotation_capture, rotation_leg
from altrotation.backtest.sources import Leg, panel_source
from altrotation.backtest.strategy import Strategy
from altrotation.backtest.study import replay_study
from altrotation.backtest.superior import superior_ability
from altrotation.backtest.trials import TrialLedger
from altrotation.backtest.walkforward import cycle_groups
from altrotation.errors import DataError, InputError, LookaheadError
from altrotation.signals.signal import Signal
from altrotation.signals.trends import above_mean
from tests.unit.backtest_worlds import days, toy_panel

N = 120
PANEL = toy_panel(N)
CYCLE = ("2020-02-01", "2020-04-10")
WEEK = ("2020-02-01", "2020-02-07")
FREE = Costs.zero()


def on_off(panel):
    return above_mean(panel, "ETH", window=9)


def tomorrow(panel):
    return Signal(on_off(panel).values.shift(-1), name="tomorrow's")


PLAIN = Strategy(name="plain", rule=on_off, on={"mid": 1.0})
OTHER = replace(PLAIN, name="other", on={"large": 1.0})
CHEAT = replace(PLAIN, name="cheat", rule=tomorrow)
DOUBLE = replace(PLAIN, name="double", leverage=2.0)
MUTE = replace(PLAIN, name="mute", rule=lambda panel: panel)
PICKY = replace(PLAIN, name="picky", rule=Signal(pd.Series(np.nan, index=days(N))), unknown="raise")
MADE = replay(PLAIN, PANEL, cycle=CYCLE)
RETURNS = MADE.log_returns.to_frame("a")


def bare(*left_out):
    return PANEL.select([name for name in PANEL.names if name not in left_out])


def unfunded():
    frame = PANEL.frame.copy()
    frame.loc["2020-02-20":"2020-03-20", "funding.mean"] = np.nan
    return type(PANEL)(frame, PANEL.cards)


def unpriced():
    frame = PANEL.frame.copy()
    frame.loc["2020-02-01":"2020-04-10", "mid/BTC"] = np.nan
    return type(PANEL)(frame, PANEL.cards)


def market(strategy=PLAIN, panel=PANEL, **options):
    return build_market(
        [strategy], panel, as_cycle(CYCLE), **{"costs": FREE, "delay": 1, **options}
    )


def priced(*legs, panel=PANEL):
    return panel_source(panel, legs, days(N), costs=Costs())


def coin_by_coin(*legs):
    return coin_source(PANEL, legs, days(N), coins=None, universe=None, delay=1, costs=FREE)


def family(*strategies, **options):
    return judge_family(strategies or (PLAIN, OTHER), PANEL, **{"cycle": CYCLE, **options})


def leg(values):
    dates = days(len(values))
    return rotation_leg(pd.Series(values, dates), Cycle("x", dates[0], dates[-1]))


BAD = [
    (lambda: market(patience=0), "`patience` must be at least 1"),
    (lambda: market(panel=PANEL.frame), "`panel` must be a Panel, got DataFrame"),
    (lambda: market(costs=0.001), "`costs` must be a Costs, got float"),
    (lambda: market(panel=PANEL.on("XNYS")), "needs every UTC day, got XNYS"),
    (lambda: market(coins=object()), "`coins` and `universe` go together"),
    (lambda: market(replace(PLAIN, on={"gold": 1.0})), "Nothing to hold is called 'gold'"),
    (lambda: market(panel=unpriced()), "mid has no price during 2020-02-01..2020-04-10"),
    (
        lambda: market(replace(PLAIN, on={"mid/BTC": 1.0}), costs=Costs()),
        "Nothing says what trading mid/BTC costs",
    ),
    (lambda: market(DOUBLE, unfunded(), costs=Costs()), "Funding is unknown on 2020-02-2"),
    (lambda: market(delisting=0.1), "`delisting` must lie between -1 and 0"),
    (lambda: Costs(funding_periods=-1.0), "`funding_periods` must be at least 0"),
    (lambda: Cycle("x", "soon", "2020-02-01"), "`start of x` must be a date"),
    (lambda: as_cycle("moon"), "`cycle` must be one of '2016-2017'"),
    (lambda: as_cycle(("2020-01-01", "soon")), "`end` must be a date"),
    (lambda: as_cycle(("2020-01-02", "2020-01-01")), "must end after it starts"),
    (lambda: family(most=19), "`most` must be at least 20"),
    (lambda: family(cycle=("2020-02-01", "2020-03-02")), "days` must be at least 32, got 31"),
    (lambda: family(PLAIN, PLAIN), "Two strategies are called 'plain'"),
    (lambda: family(delay=0), "`delay` must be at least 1"),
    (lambda: replay_many([PLAIN], PANEL, cycle=CYCLE, capital=0.0), "`capital` must be at least 1"),
    (
        lambda: levered_price(PANEL.close("BTC"), unfunded(), leverage=2.0, costs=Costs()),
        "Funding is unknown on 2020-02-2",
    ),
    (lambda: gain_over(MADE, level=0.0), "`level` must lie between"),
    (lambda: gain_over(MADE, replicates=99), "`replicates` must be at least 100, got 99"),
    (lambda: random_entry(PLAIN, PANEL, cycle=WEEK), "days of the cycle` must be at least 30"),
    (lambda: random_entry(PLAIN, PANEL, cycle=CYCLE, level=1.0), "`level` must lie between"),
    (lambda: random_entry(PLAIN, PANEL, cycle=CYCLE, delay=0), "`delay` must be at least 1"),
    (lambda: random_entries([PLAIN], PANEL, cycle=CYCLE, most=19), "`most` must be at least 20"),
    (lambda: russell_only(on={"mid": 2.0}), "weights must sum to at most 1"),
    (lambda: confirmation(on={"mid": -1.0}), "the weight of mid must be at least 0"),
    (lambda: confluence_strategy(on={}), "must map legs to weights"),
    (lambda: confluence_strategy(need=5), "must lie in 1..4, got 5"),
    (lambda: confluence_strategy(hold=0), "`hold` must be at least 1"),
    (lambda: vetoed_confluence(on=3), "must be a mapping from text to finite numbers"),
    (lambda: vetoed_confluence(need=0), "must lie in 1..4, got 0"),
    (lambda: vetoed_confluence(hold=0), "`hold` must be at least 1"),
    (lambda: dominance(on={"mid": 2.0}), "weights must sum to at most 1"),
    (lambda: dominance(level=100.0), "`level` must lie between 0.0 and 100.0"),
    (lambda: breadth(on={"mid": 2.0}), "weights must sum to at most 1"),
    (lambda: always({"BTC": 2.0}, name="x"), "weights must sum to at most 1"),
    (lambda: require_trade(0, 1.0), "`delay` must be at least 1"),
    (lambda: require_trade(1, 0.5), "`capital` must be at least 1.0, got 0.5"),
    (lambda: replay(PLAIN, unpriced(), cycle=CYCLE), "mid has no price during"),
    (lambda: replay(MUTE, PANEL, cycle=CYCLE), "must return a Signal, got Panel"),
    (lambda: replay(PICKY, PANEL, cycle=CYCLE), "is unknown on 2020-01-31"),
    (lambda: replay(PLAIN, bare("ETH"), cycle=CYCLE), "no series 'ETH'"),
    (lambda: leg(["a", "b"]), "`relative` must hold numbers"),
    (lambda: rotation_capture(MADE, PANEL, relative="gold/BTC"), "no series 'gold/BTC'"),
    (lambda: rotation_capture(MADE, unpriced()), "values of `relative` in .* must be at least 2"),
    (lambda: hit_rate(MADE, level=1.0), "`level` must lie between"),
    (lambda: priced(Leg("gold")), "Nothing to hold is called 'gold'"),
    (lambda: priced(Leg("mid-band")), "no basket 'mid-band/BTC'"),
    (lambda: priced(Leg("mid/BTC")), "Nothing says what trading mid/BTC costs"),
    (lambda: priced(Leg("mid", leverage=2.0), panel=unfunded()), "Funding is unknown"),
    (lambda: coin_by_coin(Leg("mid", leverage=2.0)), "mid cannot be levered coin by coin"),
    (lambda: coin_by_coin(Leg("gold")), "Nothing to hold is called 'gold'"),
    (lambda: replace(PLAIN, target_volatility=0.0), "`target_volatility` must be above 0"),
    (lambda: replace(PLAIN, off={}), "must map legs to weights"),
    (lambda: replay_study(PLAIN, PANEL, cycle=CYCLE, most=19), "`most` must be at least 20"),
    (lambda: replay_study(PLAIN, PANEL, cycle="moon"), "`cycle` must be one of"),
    (lambda: superior_ability(RETURNS, RETURNS["a"] * 0, size=0.0), "`size` must lie between"),
    (lambda: superior_ability(RETURNS, RETURNS["a"] * 0, replicates=99), "`replicates` must be"),
    (lambda: cycle_groups(days(9), ["moon"]), "`cycle` must be one of"),
]
BAD_RULES = [
    lambda: judge_family([PLAIN, CHEAT], PANEL, cycle=CYCLE),
    lambda: replay_many([PLAIN, CHEAT], PANEL, cycle=CYCLE),
    lambda: replay_study(CHEAT, PANEL, cycle=CYCLE),
    lambda: replay(CHEAT, PANEL, cycle=CYCLE),
]


@pytest.mark.parametrize(("call", "words"), BAD)
def test_bad_calls(call, words):
    with pytest.raises(InputError, match=words):
        call()


@pytest.mark.parametrize("call", BAD_RULES)
def test_bad_rules_are_caught_however_they_are_replayed(call):
    with pytest.raises(LookaheadError, match="The rule of cheat uses the future"):
        call()


def test_bad_lines_of_a_ledger(tmp_path):
    file = tmp_path / "trials.jsonl"
    for text in ('{"study": "s"}', "{", '{"study": "s", "key": "k", "sharpe": "high"}'):
        file.write_text(text + "\n")
        with pytest.raises(DataError, match="line 1 is no trial"):
            TrialLedger("s", path=file)
