"""The runner on worlds of known truth, the lock, and worker processes."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest

from altrotation.claims.card import load_cards
from altrotation.claims.estimators.effects import find_events
from altrotation.claims.lock import compare, write_lock
from altrotation.claims.runner import check_claim, verify
from altrotation.errors import CardError, InputError
from tests.claims.worlds import BREAKS, DATES, EFFECT_CARD, FACT_CARD, panel_with_effect


@pytest.fixture
def cards(tmp_path):
    (tmp_path / "Z1.toml").write_text(EFFECT_CARD)
    (tmp_path / "Z2.toml").write_text(FACT_CARD)
    return load_cards(tmp_path)


def test_events_are_the_planted_ones(cards):
    found = find_events(panel_with_effect(0.0), cards[0].events)
    assert list(found.dates) == [DATES[row] for row in BREAKS]


def test_failures_are_dated_when_they_became_known(cards, tmp_path):
    text = EFFECT_CARD.replace("quiet = 60", 'quiet = 60\nselect = "failed"', 1)
    (tmp_path / "Z1.toml").write_text(text)
    found = find_events(panel_with_effect(0.0), load_cards(tmp_path)[0].events)
    assert list(found.dates) == [DATES[row + 1] for row in BREAKS]


# Eight events of 60 days at 1 % a day: the mean has a standard error of .077 / sqrt(8) = .027, a
# one-sided bound by t(7) 1.895 of them. Windows are a sixth of the days, so the excess over other
# dates is five sixths of the effect: -.12 ends at -.10 + .052, three errors below .05.
@pytest.mark.parametrize(
    ("effect", "status"), [(0.30, "supported"), (-0.30, "contradicted"), (-0.12, "contradicted")]
)
def test_a_planted_effect_gets_its_verdict(cards, effect, status):
    result = check_claim(cards[0], panel_with_effect(effect))
    assert result.verdict.status == status


def test_noise_that_hides_the_effect_is_undecided(cards):
    result = check_claim(cards[0], panel_with_effect(0.05, volatility=0.04))
    assert result.verdict.status == "undecided"
    assert result.evidence[0].minimum_detectable_effect > 0.05


def test_a_variant_without_events_says_so_and_does_not_count(cards):
    result = check_claim(cards[0], panel_with_effect(0.30))
    empty = result.table.set_index("variant").loc["no event at all"]
    assert "is empty" in str(empty["invalid"])
    assert result.specifications == 4  # two variants x two horizons
    assert result.share_with_sign == 1.0


def test_a_missing_series_is_untestable_with_the_reason(cards):
    panel = panel_with_effect(0.0).select(["RUT"])
    result = check_claim(cards[0], panel)
    assert result.verdict.status == "untestable"
    assert "mid/BTC" in result.verdict.reason


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"measure": {"name": "median", "series": "RUT"}}, "Card Z2: the measure 'median'"),
        ({"expect": "about"}, "Card Z2: `expect` must be one of"),
        ({"expect": "near"}, "Card Z2: .*tolerance"),
    ],
)
def test_a_bad_card_stops_the_run_and_is_named(cards, change, message):
    facts = (replace(cards[1].facts[0], **change),)
    card = replace(cards[1], facts=facts)
    with pytest.raises(CardError, match=message):
        check_claim(card, panel_with_effect(0.0))
    with pytest.raises(CardError, match=message):
        verify(panel_with_effect(0.0), [card])


def test_the_future_of_the_panel_does_not_move_the_verdict(cards):
    """Rows after the last window of the card's own sample change nothing."""
    panel = panel_with_effect(0.30)
    short = check_claim(cards[0], panel)
    later = panel.frame.copy()
    later.loc["2022-12-01":, "RUT"] = 500.0
    from altrotation.data.panel import Panel

    longer = check_claim(cards[0], Panel(later, panel.cards))
    assert short.evidence[0].estimate == longer.evidence[0].estimate
    assert short.verdict.status == longer.verdict.status


def test_a_run_does_not_depend_on_the_number_of_workers(cards):
    panel = panel_with_effect(0.30)
    one, two = verify(panel, cards), verify(panel, cards, jobs=2)
    assert json.dumps(one.to_dict()) == json.dumps(two.to_dict())


@pytest.mark.parametrize("jobs", [1, 2])
def test_results_keep_the_order_of_the_cards(jobs):
    """Strategies are judged together and first; they stay where they stand in the catalogue."""
    panel, seen = panel_with_effect(0.0), []
    wanted = [card for card in load_cards() if card.id in ("A7", "B6", "D3", "F1")]
    run = verify(panel, wanted, jobs=jobs, done=seen.append)
    assert [result.card.id for result in run.results] == ["A7", "B6", "D3", "F1"]
    assert sorted(result.card.id for result in seen) == ["A7", "B6", "D3", "F1"]


def test_jobs_below_one_are_refused(cards):
    with pytest.raises(InputError, match="`jobs` must be at least 1"):
        verify(panel_with_effect(0.0), cards, jobs=0)


def test_the_lock_names_what_changed(cards, tmp_path):
    path = tmp_path / "lock.toml"
    run = verify(panel_with_effect(0.30), cards)
    with pytest.raises(CardError, match="no lock at"):
        compare(run, path)
    write_lock(run, path)
    assert compare(run, path) == ()
    (difference,) = compare(verify(panel_with_effect(-0.30), cards), path)
    assert (difference.recorded, difference.found) == ("supported", "contradicted")
    assert difference.why == "the data changed"
    path.write_text(re.sub(r"\[claims\.Z2\][^\[]*", "", path.read_text()))
    (missing,) = compare(run, path)
    assert missing.claim == "Z2"
    path.write_text("not a lock")
    with pytest.raises(CardError, match="unreadable"):
        compare(run, path)


def test_the_summary_has_a_row_a_claim(cards):
    table = verify(panel_with_effect(0.30), cards).summary()
    assert list(table.index) == ["Z1", "Z2"]
    assert table.loc["Z2", "verdict"] == "confirmed"
    assert np.isfinite(table.loc["Z1", "estimate"])
