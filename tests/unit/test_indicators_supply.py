"""Unlocks by protocol and of a tier: the schedules known at the date, oracles, bad calls."""

import numpy as np
import pandas as pd
import pytest

from altrotation.errors import InputError
from altrotation.indicators.supply import protocol_unlocks, unlock_index, unlock_load
from altrotation.testing import assert_causal
from tests.oracle import naive_indicators_two as naive

DATES = pd.date_range("2024-01-01", periods=200, freq="D", unit="us", name="date")


@pytest.fixture
def schedules():
    day = pd.Timestamp
    rows = [
        ("a", "cliff", day("2024-01-05"), day("2024-01-05"), 1.0, 100.0),
        ("a", "linear", day("2024-01-20"), day("2024-04-29"), 1.0, 300.0),
        ("b", "step", day("2024-01-10"), day("2024-05-09"), 4.0, 80.0),
        ("b", "cliff", day("2024-03-01"), day("2024-03-01"), 1.0, 20.0),
        ("c", "linear", day("2023-12-01"), day("2024-12-01"), 1.0, 5.0),
    ]
    table = pd.DataFrame(
        rows, columns=["protocol", "type", "start", "end", "steps", "total_tokens"]
    )
    table["known"] = pd.to_datetime(
        ["2023-01-01", "2024-02-10", "2023-01-01", "2024-02-01", "2023-01-01"]
    )
    return table


@pytest.mark.parametrize("horizon", [7, 30])
def test_unlocks_equal_the_oracle(schedules, horizon):
    for table in (schedules, schedules.drop(columns="known")):
        got = protocol_unlocks(table, DATES, horizon=horizon)
        expected = naive.protocol_unlocks(table, DATES, horizon)
        pd.testing.assert_frame_equal(got, expected, check_names=False, rtol=1e-9, atol=1e-9)


def test_a_statement_counts_from_the_day_it_is_known(schedules):
    got = protocol_unlocks(schedules, DATES)
    # the cliff of a was all that was known, and was out: nothing ahead until the line is written
    assert got.loc["2024-01-10":"2024-02-09", "a"].isna().all()
    assert got.loc["2024-02-10", "a"] == pytest.approx(100 * 300 * 0.3 / 400)
    early = protocol_unlocks(schedules.drop(columns="known"), DATES)
    assert early.loc["2024-01-10", "a"] == pytest.approx(100 * 300 * 0.2 / 400)


def test_known_schedules_make_it_causal(schedules):
    def load(frame):
        last = frame.index[-1]
        written = schedules[schedules["known"] <= last]
        return protocol_unlocks(written, pd.DatetimeIndex(frame.index))["c"]

    assert_causal(load, pd.DataFrame({"x": np.ones(len(DATES))}, index=DATES))
    for cut in ("2024-02-05", "2024-03-05"):
        written = schedules[schedules["known"] <= cut]
        past = pd.date_range(DATES[0], cut, freq="D", unit="us", name="date")
        pd.testing.assert_frame_equal(
            protocol_unlocks(written, past), protocol_unlocks(schedules, DATES).loc[:cut]
        )


def test_mean_over_protocols_is_the_load_of_the_panel(schedules):
    table = schedules.drop(columns="known")
    for horizon in (7, 30):
        loads = protocol_unlocks(table, DATES, horizon=horizon)
        np.testing.assert_allclose(
            unlock_index(loads, least=2),
            unlock_load(table, DATES, horizon=horizon, least=2)["load"],
            rtol=1e-9,
        )


def test_index_of_a_tier_by_hand():
    loads = pd.DataFrame({"a": [1.0, 1.0, np.nan], "b": [4.0, 4.0, 4.0], "c": 9.0}, DATES[:3])
    members = pd.DataFrame({"a": True, "b": True, "c": [True, False, False]}, DATES[:3])
    caps = pd.DataFrame({"a": [1.0, 3.0, 3.0], "b": [1.0, 1.0, np.nan], "c": 2.0}, DATES[:3])
    plain = unlock_index(loads, members=members, least=2)
    np.testing.assert_allclose(plain, [14 / 3, 2.5, np.nan])
    weighted = unlock_index(loads, members=members, weights=caps, least=1)
    np.testing.assert_allclose(weighted, [(1 + 4 + 18) / 4, 7 / 4, np.nan])


def test_bad_calls(schedules):
    loads = protocol_unlocks(schedules, DATES)
    for bad in (
        lambda: protocol_unlocks(schedules, DATES, horizon=0),
        lambda: protocol_unlocks(schedules.drop(columns="steps"), DATES),
        lambda: protocol_unlocks(schedules.assign(known=pd.NaT), DATES),
        lambda: unlock_index(loads, least=0),
        lambda: unlock_index(loads, weights=loads * 0),
        lambda: unlock_index(loads, weights=loads.fillna(1)[["a"]] + 1),
        lambda: unlock_index(loads, members=loads > 0.5, weights=loads[1:].fillna(1) + 1),
    ):
        with pytest.raises(InputError):
            bad()
