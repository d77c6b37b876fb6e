"""Every rung is the test it says it is; the naive one rejects noise, the exact keeps its size."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

from altrotation.claims.estimators.effects import run_study
from altrotation.claims.robustness.cell import Cell
from altrotation.claims.robustness.ladder import inference_ladder
from altrotation.claims.robustness.repeat import StudyInputs
from altrotation.claims.robustness.rungs import RUNGS
from altrotation.data.cards import SeriesCard
from altrotation.data.panel import Panel
from altrotation.errors import InputError
from altrotation.events.calendar_time import calendar_time
from altrotation.events.eventset import EventSet
from altrotation.events.parametric import parametric_tests
from altrotation.events.study import event_study
from altrotation.synthetic.noise import daily_noise
from altrotation.synthetic.worlds import clustered_rows, event_world
from tests.claims.control_worlds import EVENTS, STUDY, spikes
from tests.claims.worlds import BREAKS, DATES

ROWS = [row for row in BREAKS if DATES[row] <= pd.Timestamp(EVENTS.end)]
TWO = replace(STUDY, outcomes=("mid/BTC", "small/BTC"))
HORIZON, DELAY = 60, 1


def panel(effect=0.0, *, rut=None, seed=7):
    steps = daily_noise(2 * len(DATES), sigma=0.02, autocorrelation=0.1, seed=seed)
    steps = steps.reshape(2, -1) + 0.5 * daily_noise(len(DATES), sigma=0.02, seed=seed + 1)
    for row in BREAKS:
        steps[:, row + 2 : row + 62] += effect / 60.0
    frame = pd.DataFrame(
        {
            "RUT": spikes(BREAKS) if rut is None else rut,
            "mid/BTC": 100.0 * np.exp(steps[0].cumsum()),
            "small/BTC": 100.0 * np.exp(steps[1].cumsum()),
        },
        index=DATES,
    )
    cards = [SeriesCard(name=name, kind="index", unit="index", calendar="24/7") for name in frame]
    return Panel(frame, cards)


WORLD = panel(0.15)
LADDER = inference_ladder(WORLD, EVENTS, TWO, seed=4)
PRICES = WORLD.frame["mid/BTC"]
LISTED = EventSet(DATES[ROWS], rule="listed")


def regression():
    """Outcome of every row and whether a breakout lies fewer than 60 rows back, by loops."""
    log = np.log(PRICES.to_numpy())
    y, dummy = [], []
    for row in range(len(log) - DELAY - HORIZON):
        y.append(log[row + DELAY + HORIZON] - log[row + DELAY])
        dummy.append(float(any(0 <= row - event < HORIZON for event in ROWS)))
    return np.array(y), np.array(dummy)


def test_the_rungs_stand_in_order():
    assert list(LADDER.table.index) == list(RUNGS)
    assert LADDER.table.index[0] == "naive t, every day of a window"
    assert list(LADDER.table.index[-2:]) == ["exact rotation", "exact rotation, adjusted"]
    made = LADDER.table[LADDER.table.index != "matched placebo dates"]
    assert (made["invalid"] == "").all()
    assert LADDER.table["p_value"].dropna().between(0, 1, inclusive="right").all()


def test_naive_t_over_days_is_least_squares_on_the_dummy():
    y, dummy = regression()
    fit = sm.OLS(y, sm.add_constant(dummy)).fit()
    row = LADDER.table.loc["naive t, every day of a window"]
    assert row["estimate"] == pytest.approx(fit.params[1])
    assert row["p_value"] == pytest.approx(fit.pvalues[1])
    assert row["sample"] == dummy.sum() == 60 * len(ROWS)


def test_newey_west_has_a_lag_for_every_day_of_overlap():
    y, dummy = regression()
    fit = sm.OLS(y, sm.add_constant(dummy)).fit(
        cov_type="HAC", cov_kwds={"maxlags": 59, "use_correction": False}
    )
    row = LADDER.table.loc["Newey-West"]
    assert row["estimate"] == pytest.approx(fit.params[1])
    assert row["p_value"] == pytest.approx(fit.pvalues[1])


def test_cosines_follow_the_written_out_sum():
    y, dummy = regression()
    x = np.column_stack([np.ones(len(y)), dummy])
    beta = np.linalg.lstsq(x, y, rcond=None)[0]
    scores = x * (y - x @ beta)[:, None]
    n, nu = len(y), min(round(0.4 * len(y) ** (2 / 3)), len(y) // 60)
    day = np.arange(n) + 0.5
    total = np.zeros((2, 2))
    for j in range(1, nu + 1):
        part = np.sqrt(2 / n) * (np.cos(np.pi * j * day / n)[:, None] * scores).sum(axis=0)
        total += np.outer(part, part) / nu
    bread = np.linalg.inv(x.T @ x)
    plain = np.sqrt((n * bread @ total @ bread)[1, 1])
    row = LADDER.table.loc["EWC"]
    assert row["estimate"] == pytest.approx(beta[1])
    assert 2 <= row["sample"] < nu  # a dummy of few windows leaves fewer degrees of freedom
    # rescaled to be unbiased, the error is above the plain one, and p with it
    assert row["p_value"] > 2 * stats.t(nu).sf(abs(beta[1]) / plain)


def test_tests_across_events_are_those_of_the_library():
    car = [np.log(PRICES.iloc[row + 61] / PRICES.iloc[row + 1]) for row in ROWS]
    t = np.mean(car) / (np.std(car, ddof=1) / np.sqrt(len(car)))
    row = LADDER.table.loc["naive t, one outcome an event"]
    assert row["estimate"] == pytest.approx(np.mean(car))
    assert row["p_value"] == pytest.approx(2 * stats.t(len(car) - 1).sf(abs(t)))
    by_event = parametric_tests(PRICES, LISTED, horizon=60, unit="event").table["p_value"]
    for name in ("Patell", "BMP", "Corrado rank"):
        assert LADDER.table.loc[name, "p_value"] == pytest.approx(by_event[name])
    both = parametric_tests(WORLD.frame[["mid/BTC", "small/BTC"]], LISTED, horizon=60)
    row = LADDER.table.loc["Kolari-Pynnonen"]
    assert row["p_value"] == pytest.approx(both.table.loc["Kolari-Pynnonen", "p_value"])
    assert row["sample"] == pytest.approx(2 / (1 + both.correlation))
    assert row["estimate"] == pytest.approx(both.car.mean().mean())


def test_calendar_time_is_that_of_the_library():
    direct = calendar_time(PRICES, LISTED, horizon=60).evidence
    row = LADDER.table.loc["calendar-time portfolio"]
    assert row["estimate"] == pytest.approx(direct.estimate)
    assert row["p_value"] == pytest.approx(direct.p_value)
    assert row["sample"] == pytest.approx(direct.n_effective)


def test_bootstrap_p_is_where_the_interval_reaches_zero():
    study = run_study(WORLD, EVENTS, TWO, seed=4)
    p = LADDER.table.loc["stationary block bootstrap", "p_value"]
    assert 0.0 not in study.interval("mid/BTC", 60, 1 - p - 0.002)
    assert 0.0 in study.interval("mid/BTC", 60, 1 - p + 0.002)


def test_rotation_rungs_are_the_study_itself():
    cell = event_study(
        WORLD.frame[["mid/BTC", "small/BTC"]], LISTED, horizons=(20, 60), seed=4
    ).table.loc[("mid/BTC", 60)]
    exact, adjusted = (LADDER.table.loc[name] for name in list(RUNGS)[-2:])
    assert exact["p_value"] == cell["p_value"] <= adjusted["p_value"] == cell["p_adjusted"]
    assert exact["estimate"] == pytest.approx(cell["excess"])
    assert exact["p_attainable"] == cell["p_attainable"]


def test_matched_rung_equals_the_direct_call_whichever_null_the_card_has():
    rng = np.random.default_rng(2)
    walk = 100.0 * np.exp((0.01 * rng.standard_normal(len(DATES)) + 5e-4).cumsum())
    world = panel(rut=walk)
    found = inference_ladder(world, EVENTS, TWO, seed=4)
    swapped = inference_ladder(world, EVENTS, replace(TWO, null="matched"), seed=4)
    study = run_study(world, EVENTS, replace(TWO, null="matched"), seed=4)
    direct = study.table.loc[("mid/BTC", 60), "p_value"]
    assert found.table.loc["matched placebo dates", "p_value"] == direct
    pd.testing.assert_frame_equal(found.table, swapped.table)


@pytest.mark.parametrize("model", ["constant-mean", "market"])
def test_other_models_climb_too(model):
    benchmark = ("small/BTC",) if model == "market" else ()
    spec = replace(STUDY, model=model, benchmark=benchmark)
    found = inference_ladder(WORLD, EVENTS, spec, seed=4)
    made = found.table[found.table["invalid"] == ""]
    assert set(RUNGS) - set(made.index) == {"Kolari-Pynnonen", "matched placebo dates"}
    assert "one outcome" in found.table.loc["Kolari-Pynnonen", "invalid"]
    study = run_study(WORLD, EVENTS, spec, seed=4)
    car = study.car("mid/BTC", 60)
    assert made.loc["naive t, one outcome an event", "estimate"] == pytest.approx(car.mean())


def test_one_event_leaves_the_rungs_that_can_stand():
    one = replace(EVENTS, end=str(DATES[BREAKS[1]].date()), start=str(DATES[BREAKS[1]].date()))
    found = inference_ladder(WORLD, one, TWO)
    assert "two events" in found.table.loc["naive t, one outcome an event", "invalid"]
    assert np.isfinite(found.table.loc["exact rotation", "p_value"])


def test_the_ladder_reads_well():
    shown = LADDER.summary()
    assert shown.loc["naive t, every day of a window", "sample"] == "480 days"
    assert "of 12 tests" in LADDER.describe()
    assert "<table" in LADDER._repr_html_()
    assert "exact rotation" in str(LADDER)


@pytest.mark.validity
def test_naive_t_rejects_noise_while_the_rotation_keeps_its_size():

    runs, rejected = 400, dict.fromkeys(RUNGS, 0)
    tried = ("naive t, every day of a window", "exact rotation")
    for seed in range(runs):
        rows = clustered_rows(1500, sizes=(1,) * 5, gap=1, margin=62, seed=seed)
        world = event_world(daily_noise(1500, seed=10_000 + seed), rows)
        study = event_study(
            world.prices, EventSet(world.dates, rule="placed"), horizons=(60,), replicates=1
        )
        cell = Cell(
            inputs=StudyInputs(study=study, outcomes=world.prices, benchmark=None),
            outcome="outcome 0",
            horizon=60,
            source=world.prices["outcome 0"],
            seed=seed,
        )
        for name in tried:
            rejected[name] += RUNGS[name][1](cell)["p_value"] <= 0.05
    naive, exact = (rejected[name] / runs for name in tried)
    # Binomial(400, .05): sd .011; four sd: [.006, .094]
    assert 0.006 <= exact <= 0.094
    # The mean of 60 overlapping outcomes has 2/3 of the variance of one, so that of 5 x 60 has 40
    # times what 300 independent ones have: |t| > 1.96 with P(|z| > 1.96 / sqrt(40)) = .757.
    # Binomial(400, .757): sd .0215; four sd: [.671, .843]
    assert 0.671 <= naive <= 0.843


def test_a_claim_without_a_window_has_no_ladder():
    with pytest.raises(InputError, match="is empty"):
        inference_ladder(WORLD, replace(EVENTS, start="2022-03-01"), TWO)
    cut = replace(STUDY, end=str(DATES[BREAKS[-1] + 30].date()))
    with pytest.raises(InputError, match="complete window"):
        inference_ladder(WORLD, replace(EVENTS, start="2022-01-01"), cut)
