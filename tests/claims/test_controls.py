"""Negative controls pass where the claimed leader leads, and fail where anything else does."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from altrotation.claims.estimators.effects import find_events, run_study
from altrotation.claims.robustness.controls import negative_controls
from altrotation.claims.robustness.repeat import study_inputs
from altrotation.data.cards import SeriesCard
from altrotation.data.panel import Panel
from altrotation.errors import InputError
from altrotation.events.eventset import EventSet
from altrotation.events.study import event_study
from tests.claims.control_worlds import EVENTS, LEADERS, OWN, STUDY, world
from tests.claims.worlds import BREAKS, DATES

PLAIN = {"outcomes": ("DXY", "XLV"), "seed": 3}


def verdicts(found, kind):
    rows = found.table[found.table["kind"] == kind]
    return rows["passes"].dropna().astype(bool).tolist()


# eight windows of 60 days at 1 % a day: the mean has a standard error of .077 / sqrt(8) = .027


def test_the_true_leader_is_found_and_every_control_passes():
    found = negative_controls(world(0.3), EVENTS, STUDY, **PLAIN)
    assert found.shows_effect
    assert found.score == 1.0
    assert found.rank[0] == 1
    assert verdicts(found, "leader") == [True] * 4
    assert verdicts(found, "outcome") == [True] * 2
    assert found.table.loc[list(LEADERS), "informative"].all()
    assert "falsification score 1.00" in found.describe()
    assert "little to falsify" not in found.describe()


def test_where_all_indexes_break_together_every_placebo_leader_fails():
    found = negative_controls(world(0.3, alike=True), EVENTS, STUDY, **PLAIN)
    assert found.shows_effect
    assert verdicts(found, "leader") == [False] * 4
    assert found.score <= 0.8
    assert found.rank[0] == 5  # ties count against the claim
    assert (found.table.loc[list(LEADERS), "n_shared"] == len(BREAKS)).all()


def test_where_everything_responds_every_placebo_outcome_fails():
    found = negative_controls(world(0.3, everywhere=True), EVENTS, STUDY, **PLAIN)
    assert verdicts(found, "outcome") == [False, False]
    assert verdicts(found, "leader") == [True] * 4


def test_an_unrelated_outcome_fails_on_either_side_a_leader_on_the_claimed_one():
    found = negative_controls(
        world(-0.3, alike=True, everywhere=True), EVENTS, STUDY, **PLAIN, direction="greater"
    )
    assert not found.shows_effect
    assert verdicts(found, "outcome") == [False, False]
    assert verdicts(found, "leader") == [True] * 4
    assert "does not show its effect" in found.describe()
    mirrored = negative_controls(world(-0.3, alike=True), EVENTS, STUDY, **PLAIN, direction="less")
    assert mirrored.shows_effect
    assert verdicts(mirrored, "leader") == [False] * 4


def test_on_noise_a_control_fails_no_more_often_than_it_may():
    options = {"leaders": ("SPX",), "outcomes": ("DXY",), "offsets": (240,), "surrogates": 0}
    failed = {"SPX": 0, "DXY": 0, "+240 days": 0}
    for seed in range(40):
        found = negative_controls(world(0.0, seed=100 + seed), EVENTS, STUDY, **options)
        for name in failed:
            failed[name] += not found.table.loc[name, "passes"]
    # Binomial(40, .025) on one side: mean 1, sd .99, four sd above: 4.9
    assert failed["SPX"] <= 4
    assert failed["+240 days"] <= 4
    # Binomial(40, .05) on either side: mean 2, sd 1.38, four sd above: 7.5
    assert failed["DXY"] <= 7


def test_rows_equal_direct_studies_of_the_listed_days():
    panel = world(0.3)
    found = negative_controls(panel, EVENTS, STUDY, **PLAIN)
    prices = panel.frame["mid/BTC"]
    for name in LEADERS:
        rows = [row for row in OWN[name] if DATES[row] <= pd.Timestamp(EVENTS.end)]
        cell = event_study(
            prices, EventSet(DATES[rows], rule="listed"), horizons=(20, 60), seed=3
        ).table.loc[("mid/BTC", 60)]
        for column in ("estimate", "low", "high", "p_value", "p_adjusted", "excess"):
            assert found.table.loc[name, column] == pytest.approx(cell[column], abs=1e-12)
    dollar = event_study(
        panel.frame[["DXY", "XLV"]],
        EventSet(DATES[list(BREAKS)], rule="listed"),
        horizons=(20, 60),
        seed=3,
    ).table.loc[("DXY", 60)]
    assert found.table.loc["DXY", "p_adjusted"] == dollar["p_adjusted"]


def test_surrogates_are_found_by_the_same_rule_in_the_rearranged_series():
    panel = world(0.3)
    closes = 100.0 * np.exp(0.01 * np.random.default_rng(5).standard_normal(len(DATES)).cumsum())
    frame = panel.frame.assign(RUT=closes)
    walk = Panel(frame, panel.cards)
    found = negative_controls(walk, EVENTS, STUDY, **PLAIN, surrogates=2)
    returns = np.diff(np.log(closes))[::-1]
    backwards = np.exp(np.log(closes[0]) + np.concatenate([[0.0], returns.cumsum()]))
    events = find_events(Panel(frame.assign(RUT=backwards), panel.cards), EVENTS)
    cell = event_study(frame["mid/BTC"], events, horizons=(20, 60), seed=3).table
    row = found.table.loc["RUT reversed"]
    assert row["n_events"] == cell.loc[("mid/BTC", 60), "n_events"] > 1
    assert row["estimate"] == pytest.approx(cell.loc[("mid/BTC", 60), "estimate"])
    more = negative_controls(walk, EVENTS, STUDY, **PLAIN, surrogates=4)
    pd.testing.assert_series_equal(found.table.loc["RUT phases 2"], more.table.loc["RUT phases 2"])


def test_moved_dates_leave_out_those_that_share_days_with_a_true_window():
    found = negative_controls(world(0.3), EVENTS, STUDY, **PLAIN, offsets=(-365, 70, 300))
    first, last = pd.Timestamp(EVENTS.start), pd.Timestamp(EVENTS.end)
    for offset, name in ((-365, "a year earlier"), (70, "+70 days"), (300, "+300 days")):
        kept = 0
        for row in BREAKS:
            moved = DATES[row] + pd.Timedelta(offset, "D")
            window = {moved + pd.Timedelta(day, "D") for day in range(2, 62)}
            true = {
                DATES[other] + pd.Timedelta(day, "D") for other in BREAKS for day in range(2, 62)
            }
            kept += first <= moved <= last and not window & true
        assert found.table.loc[name, "n_events"] == kept
        assert found.table.loc[name, "n_shared"] == 0


def test_statistic_share_and_information_recomputed():
    panel = world(0.1, volatility=0.02)
    found = negative_controls(panel, EVENTS, STUDY, **PLAIN)
    study = run_study(panel, EVENTS, STUDY, seed=3)
    draws = [*study.null_distribution("mid/BTC", 60), found.table.loc["the claim", "estimate"]]
    row = found.table.loc["the claim"]
    assert row["statistic"] == pytest.approx((draws[-1] - np.mean(draws)) / np.std(draws))
    at_least = sum(draw >= draws[-1] - 1e-9 for draw in draws)
    assert found.rotation_share == pytest.approx(at_least / len(draws))
    for name, cell in found.computed.iterrows():
        # detectable: 2.802 standard deviations of the mean, in windows of the control's outcome
        control = 2.8016 / np.sqrt(cell["n_effective"])
        claim = abs(row["excess"]) / (np.std(draws) * np.sqrt(row["n_effective"]))
        if abs(control - claim) > 1e-3:
            assert bool(cell["informative"]) == (control < claim), name
    asked = negative_controls(panel, EVENTS, STUDY, **PLAIN, effect=10.0)
    assert asked.computed["informative"].all()
    assert (
        not negative_controls(panel, EVENTS, STUDY, **PLAIN, effect=1e-4)
        .computed["informative"]
        .any()
    )


@pytest.mark.parametrize("direction", ["greater", "less"])
def test_share_of_own_dates_counts_one_side(direction):
    panel = world(-0.05, volatility=0.02)
    found = negative_controls(panel, EVENTS, STUDY, **PLAIN, direction=direction, surrogates=0)
    study = run_study(panel, EVENTS, STUDY, seed=3)
    observed = found.table["estimate"].iloc[0]
    side = 1.0 if direction == "greater" else -1.0
    draws = [observed, *study.null_distribution("mid/BTC", 60)]
    further = sum(side * draw >= side * observed - 1e-12 for draw in draws)
    assert found.rotation_share == pytest.approx(further / len(draws))


def test_what_cannot_be_computed_says_why_and_does_not_count():
    panel = world(0.3)
    spec = replace(EVENTS, kind="level", level=105.0)
    found = negative_controls(panel, spec, STUDY, leaders=("SPX", "GOLD"), outcomes=("DXY", "A/B"))
    reasons = found.table["invalid"]
    assert "names a value of RUT" in reasons["SPX"]
    assert "no series 'GOLD'" in reasons["GOLD"]
    assert "no series 'A'" in reasons["A/B"]
    assert found.table.loc[["SPX", "GOLD", "A/B"], "passes"].isna().all()
    assert len(found.computed) == found.by_kind()["computed"].sum()
    assert "could not be computed" in found.describe()
    none = negative_controls(
        panel.select(["RUT", "mid/BTC"]), EVENTS, STUDY, surrogates=0, offsets=(), leaders=("SPX",)
    )
    assert np.isnan(none.score) or len(none.computed) == 1  # the reversed series, if it breaks out
    assert "no series" in none.table["invalid"]["DXY"]


def test_a_rate_below_zero_has_no_surrogates():
    panel = world(0.3)
    funding = 1e-4 * np.random.default_rng(1).standard_normal(len(DATES))
    card = SeriesCard(name="funding", kind="rate", unit="fraction", calendar="24/7")
    held = Panel(panel.frame.assign(funding=funding), (*panel.cards, card))
    spec = replace(EVENTS, series="funding", kind="above", level=2.5e-4)
    found = negative_controls(held, spec, STUDY, **PLAIN)
    assert "not positive" in found.table["invalid"]["funding reversed"]


@pytest.mark.parametrize("model", ["difference", "constant-mean", "market"])
def test_a_study_made_again_is_the_same_study(model):
    panel = world(0.3)
    spec = replace(
        STUDY, model=model, benchmark=() if model == "constant-mean" else ("DXY",), horizons=(60,)
    )
    study = run_study(panel, EVENTS, spec, seed=3)
    again = study_inputs(study, panel).again(study.events, seed=3)
    pd.testing.assert_frame_equal(again.table, study.table, rtol=1e-9)


def test_matched_placebos_match_on_the_series_the_events_came_from():
    panel = world(0.3)
    rng = np.random.default_rng(2)
    frame = panel.frame
    for name in ("RUT", "SPX"):
        frame[name] = 100.0 * np.exp((0.01 * rng.standard_normal(len(DATES)) + 5e-4).cumsum())
    walk = Panel(frame, panel.cards)
    spec = replace(STUDY, null="matched", horizons=(60,))
    found = negative_controls(walk, EVENTS, spec, **PLAIN, leaders=("SPX",), surrogates=0)
    events = find_events(walk, replace(EVENTS, series="SPX"))
    direct = event_study(
        frame["mid/BTC"], events, horizons=(60,), null="matched", match_on=frame["SPX"], seed=3
    )
    assert found.table.loc["SPX", "p_value"] == direct.table["p_value"].iloc[0]


def test_the_result_reads_well():
    found = negative_controls(world(0.3), EVENTS, STUDY, **PLAIN)
    shown = found.summary()
    assert shown.index[0] == "the claim"
    assert set(shown["verdict"]) <= {"", "passes", "fails"}
    assert shown.loc["SPX", "verdict"] == "passes"
    assert "<table" in found._repr_html_()
    assert "SPX" in str(found)


BAD = [
    ({"direction": "two-sided"}, InputError, "`direction` must be one of"),
    ({"surrogates": -1}, InputError, "`surrogates` must be at least 0"),
    ({"effect": 0.0}, InputError, "`effect` must be positive"),
    ({"offsets": (90, 59)}, InputError, "at least the horizon 60 away from 0, got 59"),
]


@pytest.mark.parametrize(("options", "error", "message"), BAD)
def test_a_bad_call_is_refused(options, error, message):
    with pytest.raises(error, match=message):
        negative_controls(world(0.0), EVENTS, STUDY, **options)


def test_a_claim_without_events_and_a_foreign_panel_are_refused():
    panel = world(0.0)
    with pytest.raises(InputError, match="is empty"):
        negative_controls(panel, replace(EVENTS, end="2015-06-02"), STUDY)
    late = replace(EVENTS, start="2022-01-01", end="2022-12-30")
    with pytest.raises(InputError, match="complete window"):
        negative_controls(panel, late, replace(STUDY, end="2022-02-20", horizons=(60,)))
    study = run_study(panel, EVENTS, STUDY, seed=0)
    with pytest.raises(InputError, match="pass the panel the study was made on"):
        study_inputs(study, panel.until("2020-01-01"))
    with pytest.raises(InputError, match="None of the 1 events"):
        study_inputs(study, panel).again(EventSet(["2030-01-01"], rule="later"))
