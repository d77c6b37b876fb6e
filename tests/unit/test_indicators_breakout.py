"""Breakout days, their course, their volume, and records: oracles, gaps, published dates."""

import numpy as np
import pandas as pd
import pytest

from altrotation import load_reference
from altrotation.errors import InputError
from altrotation.events.breakouts import breakouts, label_failures
from altrotation.indicators.breakout import breakout_course, breakout_days, confirmed_breakouts
from altrotation.indicators.records import days_since_record, distance_from_record
from altrotation.kernels import breakout as kernel
from tests.oracle import naive_indicators as naive

DATES = pd.date_range("2020-01-01", periods=300, freq="D", unit="us", name="date")
RULES = [
    {"kind": "record", "window": 252, "level": None, "buffer": 0.0},
    {"kind": "record", "window": 252, "level": None, "buffer": 0.01},
    {"kind": "high", "window": 20, "level": None, "buffer": 0.0},
    {"kind": "high", "window": 1, "level": None, "buffer": 0.02},
    {"kind": "level", "window": 252, "level": 1.05, "buffer": 0.0},
    {"kind": "level", "window": 252, "level": 1.05, "buffer": 0.03},
]


def series(values):
    return pd.Series(values, index=DATES[: len(values)], dtype=float)


@pytest.fixture
def close():
    """A walk with closed weekends, one long hole and repeated values."""
    walk = np.exp(np.random.default_rng(11).normal(0, 0.02, len(DATES)).cumsum()).round(2)
    prices = series(walk)
    prices[DATES.day_of_week >= 5] = np.nan
    prices.iloc[100:118] = np.nan
    return prices


@pytest.fixture
def volume(close):
    traded = series(np.random.default_rng(12).lognormal(0, 0.6, len(DATES)))
    traded.iloc[40:45] = np.nan
    return traded


@pytest.mark.parametrize("rule", RULES)
def test_breakout_days_equal_the_oracle_over_gaps(close, rule):
    got = breakout_days(close, **rule)
    expected = naive.breakout_days(close, **rule)
    pd.testing.assert_series_equal(got, expected, check_names=False, check_freq=False)
    assert got.isna().sum() > close.isna().sum()  # the warm-up
    assert 3 < got.sum() < got.notna().sum() - 3


@pytest.mark.parametrize("rule", RULES)
def test_breakout_days_are_those_of_the_event_rule_without_a_quiet_spell(close, rule):
    days = breakout_days(close, **rule)
    options = {key: value for key, value in rule.items() if key != "window"}
    events = breakouts(close, **options, window=rule["window"], quiet=0)
    assert days.index[days == 1].tolist() == events.dates.tolist()


@pytest.mark.parametrize("within", [1, 5, 20])
@pytest.mark.parametrize("rule", RULES)
def test_course_equals_the_oracle(close, rule, within):
    got = breakout_course(close, **rule, within=within, tolerance=0.01)
    expected = naive.breakout_course(close, **rule, within=within, tolerance=0.01)
    pd.testing.assert_frame_equal(got, expected, check_freq=False)
    assert got["began"].sum() > 1


def test_course_agrees_with_the_labels_of_events(close):
    course = breakout_course(close, kind="high", window=20, within=10)
    events = breakouts(close, kind="high", window=20, quiet=0)
    labels = label_failures(events, close, within=10).loc[course.index[course["began"] == 1]]
    failed = labels["failed"] == True  # noqa: E712 -- missing where undecided
    assert labels["known"][failed].tolist() == course.index[course["failed"] == 1].tolist()
    held = labels["failed"] == False  # noqa: E712
    assert labels["known"][held].tolist() == course.index[course["held"] == 1].tolist()
    assert failed.sum() > 1


def test_a_fake_out_a_retest_and_a_break_that_holds():
    path = [1.0, 1.0, 1.2, 0.9, 1.3, 1.21, 1.2, 1.5, 1.6]
    table = breakout_course(series(path), within=3, tolerance=0.02)
    assert np.flatnonzero(table["began"]).tolist()[1:] == [2, 4, 8]
    assert table["failed"].tolist()[1:] == [0, 0, 1, 0, 0, 0, 0, 0]
    assert table["retest"].tolist()[1:] == [0, 0, 0, 0, 1, 0, 0, 0]  # at 1.21, the first only
    assert table["held"].tolist()[1:] == [0, 0, 0, 0, 0, 0, 1, 0]
    assert table["open"].tolist()[1:] == [0, 1, 0, 1, 1, 1, 0, 1]
    np.testing.assert_array_equal(
        table["level"], [np.nan, np.nan, 1.0, 1.0, 1.2, 1.2, 1.2, 1.2, 1.5]
    )
    assert table.iloc[0].isna().all()  # nothing precedes the first close


def test_the_russell_and_3000_as_published():
    # Closes of the index: 3,004.40 on 2026-06-22, 2,975.48 the day after (METHODS, section 0).
    panel = load_reference()
    level = 100 * 3000 / panel.card("RUT").base_level
    course = breakout_course(panel.close("RUT"), kind="level", level=level, within=60)
    assert course.index[course["began"] == 1][0] == pd.Timestamp("2026-06-22")
    assert course.index[course["failed"] == 1][0] == pd.Timestamp("2026-06-23")


def test_the_967_sessions_without_a_record():
    # 967 sessions lie between the records of 2021-11-08 and 2025-09-18.
    rut = load_reference().close("RUT")
    since = days_since_record(rut, unit="closes")
    assert since["2025-09-17"] == 967
    assert since["2025-09-18"] == 0
    days = days_since_record(rut)
    assert days["2025-09-17"] == (pd.Timestamp("2025-09-17") - pd.Timestamp("2021-11-08")).days
    assert np.isnan(days["2025-09-14"])  # a Sunday
    flags = breakout_days(rut)["2021-11-08":"2025-09-18"]
    assert flags.index[flags == 1].tolist() == list(pd.to_datetime(["2021-11-08", "2025-09-18"]))
    # the record of 3,068.42 on 2026-08-14, and 2,794.13 on 2026-10-08
    fall = distance_from_record(rut)
    assert fall["2026-08-14"] == 0
    assert fall["2026-10-08"] == pytest.approx(np.log(2794.13 / 3068.42), abs=1e-5)


@pytest.mark.parametrize("rule", RULES)
def test_confirmed_breakouts_equal_the_oracle(close, volume, rule):
    got = confirmed_breakouts(close, volume, **rule, baseline=6, multiple=1.1)
    expected = naive.confirmed_breakouts(close, volume, **rule, baseline=6, multiple=1.1)
    pd.testing.assert_series_equal(got, expected, check_names=False, check_freq=False)
    assert 0 < got.sum() < breakout_days(close, **rule).sum()


def test_a_breakout_without_volume_is_unknown_not_unconfirmed():
    close, volume = series([1.0, 1.1, 1.0, 1.2, 1.1]), series([1.0, 1.0, np.nan, np.nan, 1.0])
    got = confirmed_breakouts(close, volume, baseline=1, multiple=1.0)
    np.testing.assert_array_equal(got, [np.nan, 1.0, 0.0, np.nan, 0.0])


@pytest.mark.parametrize("window", [None, 2, 20])
def test_distance_from_record_equals_the_oracle(close, window):
    got = distance_from_record(close, window=window)
    expected = naive.distance_from_record(close, window)
    pd.testing.assert_series_equal(got, expected, check_names=False, check_freq=False)
    assert (got.dropna() <= 0).all()
    assert (got == 0).sum() > 3


@pytest.mark.parametrize("unit", ["days", "closes"])
def test_days_since_record_equal_the_oracle(close, unit):
    got = days_since_record(close, unit=unit)
    expected = naive.days_since_record(close, unit)
    pd.testing.assert_series_equal(got, expected, check_names=False, check_freq=False)
    assert got.max() > 20


@pytest.mark.parametrize("window", [1, 2, 7, 60, 61])
def test_rolling_max_equals_a_loop(window):
    rng = np.random.default_rng(13)
    values = rng.normal(size=(60, 3))
    values[rng.random(values.shape) < 0.15] = np.nan
    values[:, 2] = np.nan
    for least in (None, 1, max(window - 2, 1)):
        got = kernel.rolling_max(values, window, least=least)
        need = window if least is None else least
        for t in range(60):
            for k in range(3):
                held = values[max(t - window + 1, 0) : t + 1, k]
                held = held[~np.isnan(held)]
                known = t >= window - 1 and len(held) >= need
                np.testing.assert_equal(got[t, k], held.max() if known else np.nan)


@pytest.mark.parametrize("function", [breakout_days, breakout_course, distance_from_record])
def test_nothing_but_gaps_gives_nothing(function):
    empty = series([np.nan] * 8)
    assert pd.DataFrame(function(empty)).isna().all(axis=None)
    assert len(function(empty[:0])) == 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda p, v: breakout_days(p, kind="top"), "`kind` must be one of 'record'"),
        (lambda p, v: breakout_days(p, kind="high", window=0), "`window` must be at least 1"),
        (lambda p, v: breakout_days(p, buffer=-0.1), "`buffer` must be at least 0.0, got -0.1"),
        (lambda p, v: breakout_days(p, kind="level"), "`level` is needed"),
        (lambda p, v: breakout_days(p, level=3.0), "`level` goes with kind='level'"),
        (lambda p, v: breakout_days(p, kind="level", level=0.0), "`level` must be positive"),
        (lambda p, v: breakout_days(-p), "`close` must be positive"),
        (lambda p, v: breakout_course(p, within=0), "`within` must be at least 1, got 0"),
        (lambda p, v: breakout_course(p, tolerance=-1.0), "`tolerance` must be at least 0.0"),
        (lambda p, v: confirmed_breakouts(p, v[1:]), "must share their dates"),
        (lambda p, v: confirmed_breakouts(p, -v), "`volume` must not be negative"),
        (lambda p, v: confirmed_breakouts(p, v, baseline=0), "`baseline` must be at least 1"),
        (lambda p, v: confirmed_breakouts(p, v, multiple=0.0), "`multiple` must be positive"),
        (lambda p, v: distance_from_record(p, window=1), "`window` must be at least 2, got 1"),
        (lambda p, v: distance_from_record(-p), "`close` must be positive"),
        (lambda p, v: days_since_record(p, unit="weeks"), "`unit` must be one of 'days'"),
    ],
)
def test_bad_calls(close, volume, call, message):
    with pytest.raises(InputError, match=message):
        call(close, volume)
