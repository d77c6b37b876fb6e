"""Flow streaks and sums: oracles, missed publications, holidays, bad calls."""

import numpy as np
import pandas as pd
import pytest

import altrotation
from altrotation.data.calendar import sessions
from altrotation.errors import InputError
from altrotation.indicators.flows import flow_streak, rolling_flow
from altrotation.kernels.runs import signed_runs
from tests.oracle import naive_indicators_two as naive

DATES = pd.date_range("2024-07-24", periods=120, freq="D", unit="us", name="date")


@pytest.fixture
def flow():
    """Published the day after each weekday, one figure lost."""
    values = pd.Series(np.random.default_rng(1).normal(0.3, 1, len(DATES)).round(1), index=DATES)
    values[~DATES.isin(due())] = np.nan
    values.iloc[42] = 0.0
    values[due()[18:23]] = 1.0  # the lost figure lies inside a run
    return values.mask(DATES.isin(due()[20:21]))


def due():
    return DATES[DATES.day_of_week.isin([1, 2, 3, 4, 5])]


def test_signed_runs_by_hand():
    values = np.array([1.0, 2.0, -1.0, -1.0, 0.0, 0.0, 3.0, 1.0, 1.0])
    np.testing.assert_array_equal(signed_runs(values), [1, 2, -1, -2, 0, 0, 1, 2, 3])
    broken = np.array([0, 0, 0, 0, 0, 0, 0, 2, 0])
    np.testing.assert_array_equal(signed_runs(values, broken), [1, 2, -1, -2, 0, 0, 1, 1, 2])
    assert len(signed_runs(np.array([]))) == 0


def test_streak_equals_the_oracle(flow):
    got = flow_streak(flow, due=due())
    pd.testing.assert_series_equal(got, naive.flow_streak(flow, due()), check_names=False)
    without = flow_streak(flow)
    pd.testing.assert_series_equal(without, naive.flow_streak(flow, []), check_names=False)
    assert not got.equals(without)  # the lost figure breaks a run
    assert got[~DATES.isin(due())].isna().all()
    assert got.abs().max() >= 4


def test_streak_spans_the_weekend_and_a_lost_figure_ends_it():
    days = pd.DatetimeIndex(["2024-08-02", "2024-08-03", "2024-08-06", "2024-08-08"]).as_unit("us")
    flow = pd.Series([1.0, 2.0, 1.0, 1.0], index=days)
    np.testing.assert_array_equal(flow_streak(flow), [1, 2, 3, 4])
    np.testing.assert_array_equal(flow_streak(flow, due=days), [1, 2, 3, 4])
    weekly = days.union(pd.DatetimeIndex(["2024-08-07"]))
    np.testing.assert_array_equal(flow_streak(flow, due=weekly), [1, 2, 3, 1])


def test_streaks_of_the_ether_funds():
    panel = altrotation.load_reference()
    flow = panel.known("etf.eth")
    stamps = sessions("2024-07-23", "2026-08-20")
    card = panel.card("etf.eth")
    got = flow_streak(flow, due=card.known(stamps))
    raw = panel.value("etf.eth").dropna()
    # the longest run of inflows, counted on the flows as stamped
    signs = "".join("+" if v > 0 else "-" for v in raw)
    longest = max(len(part) for part in signs.split("-"))
    assert got.max() == longest
    last = raw.index[signs.index("+" * longest) + longest - 1]
    assert got.idxmax() == last + pd.Timedelta(1, "D")
    assert last == pd.Timestamp("2025-07-31")  # twenty sessions, as reported at the time
    assert got.index[got.notna()].equals(pd.DatetimeIndex(card.known(raw.index)))


def test_streak_of_the_bitcoin_funds_as_reported():
    # nineteen sessions to 7 June 2024, the record of their first year
    got = flow_streak(altrotation.load_reference().known("etf.btc"))["2024"]
    assert (got.max(), got.idxmax()) == (19, pd.Timestamp("2024-06-08"))


def test_sums_equal_the_oracle(flow):
    got = rolling_flow(flow, sessions=5)
    pd.testing.assert_series_equal(
        got, naive.rolling_flow(flow, 5), check_names=False, rtol=1e-9, atol=1e-12
    )
    scale = pd.Series(np.arange(len(DATES)) + 50.0, index=DATES)
    scale.iloc[70] = np.nan
    scaled = rolling_flow(flow, sessions=5, scale=scale)
    expected = 100 * naive.rolling_flow(flow, 5) / scale
    pd.testing.assert_series_equal(scaled, expected, check_names=False, rtol=1e-9, atol=1e-12)


def test_bad_calls(flow):
    for bad in (
        lambda: flow_streak(flow.iloc[::-1]),
        lambda: flow_streak(flow, due=due()[::-1]),
        lambda: rolling_flow(flow, sessions=0),
        lambda: rolling_flow(flow, scale=flow),
        lambda: rolling_flow(flow, scale=flow.abs()[1:] + 1),
    ):
        with pytest.raises(InputError):
            bad()
