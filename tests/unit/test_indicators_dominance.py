"""Peaks dated when they are known, and crossings with hysteresis."""

import numpy as np
import pandas as pd
import pytest

from altrotation import load_reference
from altrotation.errors import InputError
from altrotation.indicators.dominance import below_threshold, dated_peaks
from altrotation.signals.market import dominance_below
from tests.oracle import naive_indicators as naive

DATES = pd.date_range("2020-01-01", periods=400, freq="D", unit="us", name="date")


@pytest.fixture
def share():
    steps = np.random.default_rng(31).normal(0, 1.0, len(DATES)).cumsum()
    values = pd.Series(60 + steps.round(1), index=DATES)
    values[np.random.default_rng(32).random(len(DATES)) < 0.1] = np.nan
    values.iloc[:3] = np.nan
    return values


@pytest.mark.parametrize(("fall", "rise"), [(5.0, None), (2.0, None), (3.0, 6.0), (6.0, 3.0)])
def test_dated_peaks_equal_the_oracle(share, fall, rise):
    got = dated_peaks(share, fall=fall, rise=rise)
    expected = naive.dated_peaks(share, fall, fall if rise is None else rise)
    pd.testing.assert_frame_equal(got, expected, check_freq=False)
    assert {-1.0, 1.0} == set(got["state"].dropna())
    assert got["peak"].nunique() > 2


def test_a_peak_is_known_only_after_the_fall():
    values = pd.Series(
        [50, 60, 70, 68, 66, 64, 65, 64, 69.5, 80, 74], index=DATES[:11], dtype=float
    )
    got = dated_peaks(values, fall=5.0)
    assert np.isnan(got["peak"].iloc[:5]).all()
    assert got["peak"].iloc[5:10].tolist() == [70.0] * 5
    assert got["age"].iloc[5] == 3  # three days after the peak itself
    assert got["state"].tolist()[1:] == [1, 1, 1, 1, -1, -1, -1, 1, 1, -1]
    assert got["peak"].iloc[10] == 80
    assert got["below"].tolist() == [0, 0, 0, 2, 4, 6, 5, 6, 0, 0, 6]


def test_a_fall_of_exactly_the_points_is_a_peak():
    values = pd.Series([70.0, 66.0, 65.0], index=DATES[:3])
    assert dated_peaks(values, fall=5.0)["state"].tolist()[1:] == pytest.approx(
        [np.nan, -1.0], nan_ok=True
    )


def test_the_peaks_of_bitcoins_dominance_that_commentaries_name():
    # Dominance topped at the turn of 2021 and in November 2024; both fell for months.
    share = load_reference().value("BTC.dominance")["2015":]
    got = dated_peaks(share, fall=5.0)
    turned = got.index[(got["state"] == -1) & (got["state"].ffill().shift() == 1)]
    tops = {f"{day - pd.Timedelta(got.loc[day, 'age'], 'D'):%Y-%m-%d}": day for day in turned}
    assert tops["2021-01-02"] == pd.Timestamp("2021-01-17")
    assert any(day.startswith("2024-11") for day in tops)
    assert len(tops) > 10


def test_below_threshold_equals_the_oracle(share):
    for level, back in ((60.0, 0.0), (60.0, 1.0), (58.0, 4.0)):
        got = below_threshold(share, level=level, back=back)
        expected = naive.below_threshold(share, level, back)
        pd.testing.assert_series_equal(got, expected, check_names=False, check_freq=False)
        assert set(got.dropna()) == {0.0, 1.0}
        assert (got.isna() == share.isna())[3:].sum() > 350


def test_the_band_keeps_noise_from_switching():
    noise = np.random.default_rng(33).normal(0, 1.0, len(DATES))
    share = pd.Series(60.5 + 5 * np.sin(np.arange(len(DATES)) / 40) + noise, index=DATES)
    switches = [
        below_threshold(share, level=60.0, back=back).dropna().diff().abs().sum()
        for back in (0.0, 1.0, 3.0)
    ]
    assert switches[0] > switches[1] > switches[2] > 0


def test_a_value_on_either_line_changes_nothing():
    values = pd.Series([60.0, 61.0, 59.9, 61.0, 61.1, 60.0, 59.9], index=DATES[:7])
    got = below_threshold(values, level=60.0, back=1.0)
    np.testing.assert_array_equal(got, [np.nan, np.nan, 1, 1, 0, 0, 1])


def test_below_threshold_is_the_rule_of_the_signal():
    panel = load_reference()
    ours = below_threshold(panel.known("BTC.dominance"), level=60.0, back=1.0)
    theirs = dominance_below(panel, level=60.0, back=1.0).values.reindex(ours.index)
    both = ours.notna() & theirs.notna()
    assert both.sum() > 4_000
    assert (ours[both] == theirs[both]).all()


@pytest.mark.parametrize("function", [dated_peaks, below_threshold])
def test_nothing_gives_nothing(function):
    empty = pd.Series(np.nan, index=DATES[:5])
    assert pd.DataFrame(function(empty)).isna().all(axis=None)
    assert len(function(empty[:0])) == 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda s: dated_peaks(s, fall=0.0), "`fall` and `rise` must be positive, got 0.0"),
        (lambda s: dated_peaks(s, rise=-1.0), "`fall` and `rise` must be positive, got 5.0 and -1"),
        (lambda s: dated_peaks(s.to_numpy()), "`share` must be a pandas Series"),
        (lambda s: below_threshold(s, back=-1.0), "`back` must be at least 0.0, got -1.0"),
    ],
)
def test_bad_calls(share, call, message):
    with pytest.raises(InputError, match=message):
        call(share)
