"""The verdict rules, row by row, and the arithmetic they print."""

import numpy as np
import pandas as pd
import pytest

from altrotation.claims.card import CATALOGUE, load_card
from altrotation.claims.results import Fact
from altrotation.claims.verdict import judge_break, judge_effect, judge_facts
from altrotation.inference.results import Evidence, Interval, RunInfo

RUN = RunInfo(0, "0" * 16)
CARD = load_card(CATALOGUE / "A1.toml")  # greater, smallest effect of interest .05
LESS = load_card(CATALOGUE / "A6.toml")


def evidence(estimate, low, high, adjusted, *, n_effective=4.0, detectable=0.40):
    return Evidence(
        label="x",
        null="n",
        alternative="a",
        estimate=estimate,
        unit="log points",
        interval=Interval(low, high, 0.95, "m"),
        p_value=min(adjusted, 0.5),
        p_adjusted=adjusted,
        family="f",
        p_attainable=0.001,
        n_events=6,
        n_effective=n_effective,
        minimum_detectable_effect=detectable,
        run=RUN,
    )


# estimate, 95 % interval, adjusted p, 90 % interval, share with sign -> verdict
ROWS = [
    (0.30, 0.10, 0.50, 0.010, (0.12, 0.48), 0.90, "supported"),
    (0.30, 0.10, 0.50, 0.050, (0.12, 0.48), 0.70, "supported"),
    (0.30, 0.10, 0.50, 0.051, (0.12, 0.48), 0.90, "undecided"),
    (0.30, 0.10, 0.50, 0.010, (0.12, 0.48), 0.69, "undecided"),
    (0.30, -0.01, 0.61, 0.010, (0.02, 0.58), 0.90, "undecided"),
    (-0.30, -0.50, -0.10, 0.010, (-0.48, -0.12), 0.10, "contradicted"),
    (-0.10, -0.25, 0.05, 0.300, (-0.24, 0.04), 0.40, "contradicted"),  # 90 % below .05
    (-0.10, -0.25, 0.05, 0.300, (-0.24, 0.05), 0.40, "undecided"),
]


@pytest.mark.parametrize(("estimate", "low", "high", "p", "inner", "share", "status"), ROWS)
def test_rule(estimate, low, high, p, inner, share, status):
    verdict = judge_effect(
        CARD, evidence(estimate, low, high, p), Interval(*inner, 0.9, "m"), share
    )
    assert verdict.status == status


@pytest.mark.parametrize(("estimate", "low", "high", "p", "inner", "share", "status"), ROWS)
def test_the_rules_are_symmetric_in_the_direction(estimate, low, high, p, inner, share, status):
    mirrored = evidence(-estimate, -high, -low, p)
    interval = Interval(-inner[1], -inner[0], 0.9, "m")
    assert judge_effect(LESS, mirrored, interval, share).status == status


def test_undecided_prints_what_would_decide():
    verdict = judge_effect(CARD, evidence(0.1, -0.3, 0.5, 0.6), Interval(-0.2, 0.4, 0.9, "m"), 1.0)
    # 4 effective events detect .40; .05 needs (.40 / .05)^2 = 64 times as many: 256, 252 more
    assert "detects 0.40 at 80 % power" in verdict.reason
    assert "252 more independent events" in verdict.reason


def test_no_estimate_is_untestable_with_the_reason():
    nothing = Evidence.not_computed("x", "no event is complete", unit="log points", run=RUN)
    verdict = judge_effect(CARD, nothing, None, 0.0)
    assert (verdict.status, verdict.reason) == ("untestable", "no event is complete")


def fact(holds, primary=True):
    return Fact(text="It is so.", primary=primary, measured=1.0, expected="above 2", holds=holds)


def test_facts_are_confirmed_only_if_every_primary_one_holds():
    assert judge_facts([fact(True), fact(False, primary=False)]).status == "confirmed"
    refuted = judge_facts([fact(True), fact(False)])
    assert refuted.status == "refuted"
    assert "It is so. Measured 1, expected above 2." in refuted.reason


def test_what_halts_a_claim_keeps_it_from_being_supported_and_from_nothing_else():
    for estimate, low, high, p, inner, share, status in ROWS:
        halted = judge_effect(
            CARD, evidence(estimate, low, high, p), Interval(*inner, 0.9, "m"), share, halts="x"
        )
        assert halted.status == ("undecided" if status == "supported" else status)
        assert halted.reason.endswith("; but x.") == (status == "supported")


def changes(*rows):
    return pd.DataFrame(rows, columns=["estimate", "low", "high"])


# half-widths at 90 % are .839 of those at 95 %: .03 + .839 * .02 = .047, .03 + .839 * .03 = .055
BREAKS = [
    (0.05, changes((0.9, 0.1, 1.7)), None, "supported"),
    (0.051, changes((0.9, 0.1, 1.7)), None, "undecided"),
    (0.2, changes((-0.03, -0.05, -0.01), (0.0, -0.01, 0.01)), None, "contradicted"),
    (0.2, changes((-0.03, -0.06, 0.0), (0.0, -0.01, 0.01)), None, "undecided"),
    (0.2, changes((0.0, -0.02, 0.02), (np.nan, np.nan, np.nan)), None, "contradicted"),
    (0.01, changes((0.9, 0.1, 1.7)), "a fact fails", "undecided"),
]


@pytest.mark.parametrize(("p", "table", "halts", "status"), BREAKS)
def test_the_rule_for_breaks(p, table, halts, status):
    joint = evidence(0.9, 0.1, 1.7, p)
    verdict = judge_break(CARD, joint, table, halts=halts)
    assert verdict.status == status
    assert (halts or "joint p") in verdict.reason


def test_a_break_without_an_estimate_is_untestable():
    nothing = Evidence.not_computed("x", "too short", unit="log points", run=RUN)
    assert judge_break(CARD, nothing, changes()).status == "untestable"
