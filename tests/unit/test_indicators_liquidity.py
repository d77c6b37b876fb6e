"""Impulses, calendar growth and the composite of liquidity: oracles, gaps, releases, bad calls."""

import numpy as np
import pandas as pd
import pytest

import altrotation
from altrotation.errors import InputError
from altrotation.indicators.liquidity import calendar_growth, dollar_impulse, yield_impulse
from altrotation.indicators.liquidity_composite import (
    WEIGHTS,
    liquidity_components,
    liquidity_composite,
)
from tests.oracle import naive_indicators_two as naive

DATES = pd.date_range("2020-01-01", periods=400, freq="D", unit="us", name="date")


@pytest.fixture
def dollar():
    """A level on weekdays only, with a fortnight missing."""
    rng = np.random.default_rng(1)
    level = pd.Series(100 * np.exp(rng.normal(0, 0.004, len(DATES)).cumsum()), index=DATES)
    level[DATES.day_of_week >= 5] = np.nan
    level.iloc[200:214] = np.nan
    return level


def test_impulses_equal_the_oracle(dollar):
    got = dollar_impulse(dollar, window=20, history=60)
    pd.testing.assert_series_equal(
        got, naive.impulse(dollar, 20, 60, log=True), check_names=False, rtol=1e-9
    )
    yields = dollar - 100  # crosses zero
    pd.testing.assert_series_equal(
        yield_impulse(yields, window=20, history=60),
        naive.impulse(yields, 20, 60, log=False),
        check_names=False,
        rtol=1e-9,
    )
    assert got[DATES.day_of_week >= 5].isna().all()
    assert got.notna().sum() == dollar.notna().sum() - 60


def test_impulse_of_a_steady_rise_by_hand():
    # steps alternate 0.01 and 0.03: mean 0.02, sd over 4 steps 0.011547; 4 steps add to 0.08
    level = pd.Series(np.cumsum([0, 0.01, 0.03] + [0.01, 0.03] * 5), index=DATES[:13])
    got = yield_impulse(level, window=4, history=4)
    np.testing.assert_allclose(got.iloc[4:], 0.08 / (0.0115470054 * 2), rtol=1e-8)
    assert yield_impulse(level * 0, window=4, history=4).isna().all()  # pinned: no scale


def test_calendar_growth_of_monthly_figures_on_daily_labels():
    stamps = pd.date_range("2019-01-01", periods=30, freq="MS", unit="us") + pd.Timedelta(58, "D")
    level = pd.Series(np.exp(0.01 * np.arange(30)), index=stamps)
    daily = level.reindex(pd.date_range(stamps[0], stamps[-1], freq="D", unit="us"))
    got = calendar_growth(daily)
    # always the same month a year before, whatever the leap year
    np.testing.assert_allclose(got.dropna(), 0.12, rtol=1e-9)
    assert got.notna().sum() == 18
    pd.testing.assert_series_equal(
        got, naive.calendar_growth(daily, 365, 31), check_names=False, rtol=1e-9
    )


def test_calendar_growth_refuses_an_older_level(dollar):
    got = calendar_growth(dollar, days=30, tolerance=3)
    pd.testing.assert_series_equal(
        got, naive.calendar_growth(dollar, 30, 3), check_names=False, rtol=1e-9, atol=1e-12
    )
    inside_gap = DATES[240]  # thirty days before lies in the missing fortnight
    assert not np.isnan(dollar[inside_gap])
    assert np.isnan(got[inside_gap])


@pytest.fixture
def components():
    rng = np.random.default_rng(2)
    frame = pd.DataFrame(
        rng.normal(0, 1, (150, 3)).cumsum(axis=0), index=DATES[:150], columns=["a", "b", "c"]
    )
    frame.iloc[:70, 2] = np.nan
    frame.iloc[100:110, 0] = np.nan
    return frame


def test_composite_equals_the_oracle(components):
    weights = {"a": 1.0, "b": -2.0, "c": 0.5}
    got = liquidity_composite(components, weights=weights, history=60, warmup=20, least=2)
    expected = naive.composite(components, weights, 60, 20, 2)
    pd.testing.assert_series_equal(got["composite"], expected, check_names=False, rtol=1e-9)
    assert got["composite"].iloc[:19].isna().all()
    assert got["composite"].iloc[19:].notna().sum() == 131
    # two of the three while one is missing
    assert (got["count"].iloc[100:110] == 2).all()


def test_sign_of_a_weight_turns_the_composite(components):
    one = liquidity_composite(components, weights={"a": 1.0, "b": -1.0, "c": 1.0}, warmup=20)
    other = liquidity_composite(components, weights={"a": -1.0, "b": 1.0, "c": -1.0}, warmup=20)
    np.testing.assert_allclose(one["composite"], -other["composite"])


def test_components_of_the_panel_respect_releases():
    panel = altrotation.load_reference()
    parts = liquidity_components(panel)
    assert list(parts) == list(WEIGHTS)
    stamps = panel.value("M2").dropna().index
    changed = parts["money"].dropna()
    changed = changed.index[changed != changed.shift()]
    # a year of warm-up, then one change on every release, 58 days after its stamp
    assert changed.isin(stamps + pd.Timedelta(58, "D")).all()
    assert len(changed) >= 150
    # the Fed prints on Thursday what is dated Wednesday: nothing of it changes on a Wednesday
    moves = parts["net_liquidity"].diff().dropna()
    assert (moves[moves != 0].index.day_of_week == 2).sum() == 0
    # the money printed in spring 2020 and its withdrawal in 2022
    composite = liquidity_composite(parts)["composite"]
    assert composite["2020-06":"2020-12"].min() > 0.5
    assert composite["2022-04":"2022-09"].max() < -0.5
    assert parts.loc["2026-10-08"].isna()["money"]  # ended, not carried for ever


def test_components_do_not_change_when_the_panel_ends_earlier():
    panel = altrotation.load_reference()
    day = "2021-04-16"
    pd.testing.assert_frame_equal(
        liquidity_components(panel).loc[:day], liquidity_components(panel.known_at(day))
    )


def test_bad_calls(dollar, components):
    for bad in (
        lambda: dollar_impulse(dollar - 100),
        lambda: dollar_impulse(dollar, window=0),
        lambda: yield_impulse(dollar, history=1),
        lambda: calendar_growth(dollar, days=0),
        lambda: calendar_growth(dollar, tolerance=-1),
        lambda: calendar_growth(-dollar),
        lambda: liquidity_composite(components),
        lambda: liquidity_composite(components, weights={"a": 0, "b": 0, "c": 0}),
        lambda: liquidity_composite(components, weights={"a": 1, "b": np.nan, "c": 0}),
        lambda: liquidity_composite(components, weights=dict.fromkeys("abc", 1), history=1),
        lambda: liquidity_composite(components, weights=dict.fromkeys("abc", 1), warmup=1),
        lambda: liquidity_composite(components, weights=dict.fromkeys("abc", 1), least=0),
        lambda: liquidity_components(altrotation.load_reference().on("XNYS")),
    ):
        with pytest.raises(InputError):
            bad()
