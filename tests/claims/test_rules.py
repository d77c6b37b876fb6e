"""The trading rules a card can name, and the gain of one over another."""

import numpy as np
import pytest

from altrotation.backtest.performance import gain_over
from altrotation.backtest.ready import confirmation, russell_only
from altrotation.backtest.replay import replay
from altrotation.claims.measures.registry import measure
from altrotation.claims.rules import rule_named
from altrotation.claims.specs import RULES
from altrotation.data.bundled import load_reference
from altrotation.errors import InputError


@pytest.fixture(scope="module")
def panel():
    return load_reference()


def test_both_is_on_where_each_is(panel):
    russell, ether = (made().signal(panel).values for made in (russell_only, confirmation))
    both = rule_named("both").signal(panel).values
    known = russell.notna() & ether.notna()
    assert (both[known] == (russell[known] * ether[known])).all()
    assert 0 < both[known].sum() < min(russell[known].sum(), ether[known].sum())
    # known as soon as one of them is known to be off
    assert (both[(russell == 0) | (ether == 0)] == 0).all()


@pytest.mark.parametrize("name", RULES)
def test_every_rule_holds_what_it_is_told_to(name):
    assert rule_named(name, on="large").on == {"large": 1.0}


def test_an_unknown_rule_is_refused():
    with pytest.raises(InputError, match="'russell', 'eth-btc', 'both'"):
        rule_named("martingale")


def test_the_gain_is_that_of_two_replays(panel):
    spec = {"name": "strategy-gain", "strategy": "both", "over": "russell", "cycle": "2020-2021"}
    one, other = (
        replay(rule_named(name), panel, cycle="2020-2021") for name in ("both", "russell")
    )
    days = np.log(one.equity.iloc[-1] / other.equity.iloc[-1]) / len(one.equity)
    assert measure(panel, spec) == pytest.approx(gain_over(one, other).estimate, rel=1e-12)
    assert measure(panel, spec) == pytest.approx(365 * days, rel=2e-2)


def test_rules_that_never_differ_have_no_gain(panel):
    spec = {"name": "strategy-gain", "strategy": "both", "over": "both", "cycle": "2024"}
    with pytest.raises(InputError, match="never differ"):
        measure(panel, spec)
