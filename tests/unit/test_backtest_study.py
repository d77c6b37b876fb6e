from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from altrotation.backtest.coverage import basket_coverage
from altrotation.backtest.family import FamilyJudgement, judge_family
from altrotation.backtest.placebo import random_entries, random_entry
from altrotation.backtest.replay import replay
from altrotation.backtest.strategy import Strategy
from altrotation.backtest.study import ReplayStudy, replay_study
from altrotation.backtest.trials import TrialLedger
from altrotation.errors import InputError
from altrotation.signals.signal import Signal
from tests.unit.backtest_worlds import card, days, toy_panel

N = 300
PANEL = toy_panel(N)
CYCLE = ("2020-02-01", "2020-09-30")


def signal(period, seed):
    rng = np.random.default_rng(seed)
    values = np.repeat(rng.integers(0, 2, N // period + 1), period)[:N]
    return Signal(pd.Series(values.astype(float), index=days(N)), name=f"every {period}")


FAMILY = [
    Strategy(name=f"s{seed}", rule=signal(10 + 5 * seed, seed), on={leg: 1.0})
    for seed, leg in enumerate(("mid", "large", "small"))
]
NEVER = Strategy(name="never", rule=Signal(pd.Series(0.0, index=days(N))), on={"mid": 1.0})


def test_study_holds_together():
    ledger = TrialLedger("test")
    found = replay_study(FAMILY[0], PANEL, cycle=CYCLE, most=30, trials=ledger)
    assert isinstance(found, ReplayStudy)
    alone = replay(FAMILY[0], PANEL, cycle=CYCLE)
    assert found.replay.equity.equals(alone.equity)
    row, over, years = found.benchmarks.loc["btc"], found.over_bitcoin, len(alone.equity) / 365
    assert row["log gain over it"] * years == pytest.approx(
        np.log(alone.equity.iloc[-1] / 1e6 / row["growth"])
    )
    # one number, one interval: in the table, among the measures, as evidence
    measure = found.performance.table.loc["log gain over BTC"]
    assert row["low"] == measure["low"] == over.interval.low
    assert row["high"] == measure["high"] == over.interval.high
    assert row["log gain over it"] == measure["estimate"] == over.estimate
    text = found.text()
    for part in ("rotation leg", "timing", "60-40", "Sharpe", "beat BTC"):
        assert part in text
    assert "<table" in found._repr_html_()
    assert len(ledger) == 1
    assert found.summary().index[0] == "annual growth"


def test_study_says_what_it_cannot_do():
    bare = PANEL.select([n for n in PANEL.names if n != "small/BTC"])
    found = replay_study(replace(FAMILY[0], on={"SPX": 1.0}), bare, cycle=CYCLE, most=20)
    assert "nothing that the panel has relative to BTC" in found.capture
    assert "no basket" in found.benchmarks.loc["small", "note"]
    assert np.isnan(found.benchmarks.loc["small", "growth"])
    assert np.isnan(found.benchmarks.loc["small", "low"])


def test_family_moves_together():
    found = random_entries([*FAMILY, NEVER], PANEL, cycle=CYCLE, most=60)
    alone = random_entry(FAMILY[1], PANEL, cycle=CYCLE, most=60)
    np.testing.assert_array_equal(found[1].draws, alone.draws)
    assert found[1].evidence.p_value == alone.evidence.p_value
    assert found[1].evidence.p_adjusted >= alone.evidence.p_value
    assert "3 strategies" in found[0].evidence.family
    assert "always off" in found[3].evidence.invalid
    best = min(entry.evidence.p_value for entry in found[:3])
    assert min(entry.evidence.p_adjusted for entry in found[:3]) >= best


def test_family_is_judged():
    found = judge_family(FAMILY, PANEL, cycle=CYCLE, most=40)
    assert isinstance(found, FamilyJudgement)
    table = found.summary()
    assert table.index.tolist() == ["s0", "s1", "s2"]
    alone = replay(FAMILY[2], PANEL, cycle=CYCLE)
    assert table.loc["s2", "growth"] == pytest.approx(alone.equity.iloc[-1] / 1e6)
    assert found.trials == 3
    more = judge_family(FAMILY, PANEL, cycle=CYCLE, most=40, trials=500)
    assert (more.table["deflated"] < table["deflated"]).all()
    assert "<table" in found._repr_html_()
    with_idle = judge_family([FAMILY[0], NEVER], PANEL, cycle=CYCLE, most=20)
    assert np.isnan(with_idle.table.loc["never", "timing p"])


def test_coverage_of_a_basket_counts_the_days_it_was_held():
    frame = PANEL.frame.assign(**{"mid.coverage": np.linspace(50, 100, N)})
    panel = type(PANEL)(frame, [*PANEL.cards, card("mid.coverage", "share")])
    weights = pd.DataFrame({"mid": 0.0, "BTC": 1.0}, index=days(N))
    assert len(basket_coverage(panel, weights)) == 0
    weights.iloc[10:13, 0] = 1.0
    np.testing.assert_allclose(
        basket_coverage(panel, weights), frame["mid.coverage"].iloc[10:13] / 100
    )


BAD = [
    (lambda: judge_family(FAMILY[:1], PANEL, cycle=CYCLE), "number of strategies"),
    (lambda: judge_family(FAMILY, PANEL, cycle=CYCLE, trials=2), "at least the 3"),
    (lambda: judge_family(FAMILY, PANEL, cycle=CYCLE, against="gold"), "benchmark"),
    (lambda: random_entries([], PANEL, cycle=CYCLE), "number of strategies"),
    (lambda: replay_study(FAMILY[0], PANEL, cycle=("2020-02-01", "2020-02-10")), "days"),
]


@pytest.mark.parametrize(("call", "words"), BAD)
def test_bad_calls(call, words):
    with pytest.raises(InputError, match=words):
        call()
