import datetime

import numpy as np
import pandas as pd
import pytest

from altrotation import errors, validate
from altrotation.errors import InputError

DAYS = pd.date_range("2024-01-01", periods=4, freq="D", unit="us")
GOOD = pd.Series([1, 2, 3, 4], index=DAYS)


def series(values=(1.0, 2.0, 3.0, 4.0), index=DAYS):
    return pd.Series(values, index=index)


def test_to_day():
    day = pd.Timestamp("2025-09-18")
    assert validate.to_day("2025-09-18") == day
    assert validate.to_day(day) == day
    assert validate.to_day(np.datetime64("2025-09-18")) == day
    assert validate.to_day(datetime.date(2025, 9, 18)) == day
    assert validate.to_day(datetime.datetime(2025, 9, 18)) == day


@pytest.mark.parametrize(
    ("date", "message"),
    [
        ("18 Septembre", "`start` must be a date such as 2025-09-18, got '18 Septembre'"),
        (None, "must be a date such as 2025-09-18, got None"),
        (pd.NaT, "must be a date"),
        (pd.Timestamp("2025-09-18", tz="UTC"), r"timezone-naive UTC day.*\.tz_localize\(None\)"),
        ("2025-09-18 16:00", "write the day alone, without a time"),
        (pd.Timestamp("2025-09-18 16:00"), r"whole UTC day.*use \.normalize\(\)"),
        ("2021", "a span of days; write its first or its last day"),
        ("2020-03", "a span of days"),
        ("01.02.2020", "write it as year-month-day"),
        ("today", "write it as year-month-day"),
        (0, "convert it with pd.Timestamp"),
        (np.datetime64("2021"), "must be a date"),
        (np.datetime64("2021-05"), "must be a date"),
        (pd.Period("2021-05"), "must be a date"),
        ("2026-66-23", "must be a date"),
    ],
)
def test_bad_days(date, message):
    with pytest.raises(InputError, match=message):
        validate.to_day(date, "start")


BAD_INDEX = [
    (pd.RangeIndex(4), "must be indexed by UTC days, got RangeIndex"),
    (DAYS.tz_localize("America/New_York"), "timezone America/New_York"),
    (pd.DatetimeIndex([*DAYS[:3], pd.NaT]), "empty date at row 3"),
    (DAYS[[0, 2, 1, 3]], "unsorted dates: 2024-01-02 follows 2024-01-03"),
    (DAYS[[0, 1, 1, 2]], "has 2024-01-02 twice"),
    (DAYS + pd.Timedelta("16h"), "whole UTC days, got 2024-01-01 16:00:00"),
]


@pytest.mark.parametrize(("index", "message"), BAD_INDEX)
def test_bad_indexes(index, message):
    with pytest.raises(InputError, match=f"`x` .*{message}"):
        validate.daily_index(index, "x")
    with pytest.raises(InputError, match=message):
        validate.daily_series(series(index=index), "x")
    with pytest.raises(InputError, match=message):
        validate.daily_frame(series(index=index).to_frame("a"), "x")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([1, 2], "must be a pandas Series, got list"),
        (series(["a", "b", "c", "d"]), "must hold numbers, got dtype"),
        (series([1, 2, None, "x"]).astype(object), "must hold numbers, got dtype object"),
        (series([1.0, np.inf, 2.0, 3.0]), "infinite on 2024-01-02; use NaN"),
    ],
)
def test_bad_series(given, message):
    with pytest.raises(InputError, match=message):
        validate.daily_series(given, "x")


def test_a_good_series_comes_back_as_float_and_untouched():
    found = validate.daily_series(GOOD, "x")
    assert found.dtype == np.float64
    assert GOOD.dtype == np.int64
    assert found.index is not None
    nullable = validate.daily_series(pd.Series([1, None, 3, 4], DAYS, dtype="Int64"), "x")
    assert np.isnan(nullable.iloc[1])
    assert validate.daily_series(series([np.nan] * 4), "x").isna().all()
    assert len(validate.daily_series(series().iloc[:0], "x")) == 0


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (GOOD, "must be a pandas DataFrame, got Series"),
        (pd.DataFrame([[1, 2]] * 4, DAYS, columns=["a", "a"]), "column 'a' twice"),
        (pd.DataFrame({"a": list("wxyz")}, DAYS), "column 'a' must hold numbers"),
        (pd.DataFrame({"a": 1.0, "b": [1, 2, -np.inf, 4]}, DAYS), "in 'b' on 2024-01-03"),
    ],
)
def test_bad_frames(frame, message):
    with pytest.raises(InputError, match=message):
        validate.daily_frame(frame, "x")


def test_positive():
    holes = series([1.0, np.nan, 2.0, 3.0])
    assert validate.positive(holes, "x") is holes
    for bad in (0.0, -2.0):
        with pytest.raises(InputError, match=f"`x` must be positive, got {bad:g} on 2024-01-03"):
            validate.positive(series([1.0, np.nan, bad, 3.0]), "x")


def test_requirements():
    validate.require_same_dates(GOOD, GOOD * 2)
    with pytest.raises(InputError, match="A and B must share their dates, got 4 and 3 rows"):
        validate.require_same_dates(GOOD, GOOD.iloc[1:], "A and B")
    validate.require_at_least(3, 3, "window")
    for bad in (2, -1.5):
        with pytest.raises(InputError, match=f"`window` must be at least 3, got {bad}"):
            validate.require_at_least(bad, 3, "window")
    validate.require_between(0.5, 0, 1, "level")
    for bad in (0, 1, 2):
        with pytest.raises(InputError, match=f"`level` must lie between 0 and 1, got {bad}"):
            validate.require_between(bad, 0, 1, "level")
    validate.require_choice("b", ("a", "b"), "kind")
    with pytest.raises(InputError, match="`kind` must be one of 'a', 'b', got 'c'"):
        validate.require_choice("c", ("a", "b"), "kind")
    with pytest.raises(InputError, match="got None"):
        validate.require_choice(None, ("a", "b"), "kind")


def test_error_codes_are_stable_and_distinct():
    codes = {name: getattr(errors, name).code for name in errors.__all__ if name.endswith("Error")}
    assert codes == {
        "AltrotationError": "ALT000",
        "InputError": "ALT100",
        "DataError": "ALT200",
        "LookaheadError": "ALT300",
        "CardError": "ALT400",
    }
    assert issubclass(errors.InputError, ValueError)
    assert issubclass(errors.AltrotationWarning, UserWarning)


@pytest.mark.parametrize(
    "value", [1.5, 5.0, "5", None, [5], True, pd.Timestamp(5), np.nan, 2**80, -1]
)
def test_only_whole_numbers_count(value):
    with pytest.raises(InputError, match=r"`window` must be (a whole number|at)"):
        validate.require_count(value, 2, "window")


@pytest.mark.parametrize("value", ["5", None, [5.0], True, pd.Timestamp(5), np.nan, np.inf, 1j])
def test_only_finite_numbers_are_numbers(value):
    for check in (
        lambda: validate.require_at_least(value, 0.0, "share"),
        lambda: validate.require_between(value, 0.0, 1.0, "share"),
    ):
        with pytest.raises(InputError, match="`share` must be a finite number"):
            check()


def test_numbers_of_any_make_are_taken():
    for number in (3, np.int8(3), np.uint64(3)):
        validate.require_count(number, 2, "window")
    for number in (0.5, np.float32(0.5), np.float64(0.5)):
        validate.require_between(number, 0.0, 1.0, "share")


@pytest.mark.parametrize("value", [None, ["a"], 3, pd.Series([1]), np.zeros(3)])
def test_a_choice_is_text(value):
    with pytest.raises(InputError, match="`kind` must be one of 'a', 'b'"):
        validate.require_choice(value, ("a", "b"), "kind")


def test_columns_that_move_as_one_are_named():
    x, y = np.random.default_rng(1).normal(size=(2, 50))
    validate.require_independent({"x": x, "y": y})
    for columns, message in (
        ({"x": x, "twin": 2 * x + 1}, "`x` and `twin` move as one"),
        ({"x": x, "y": y, "sum": 1e-9 * (x - y)}, "`sum` is a combination of `x`, `y`"),
        ({"x": x, "flat": np.full(50, 0.1) + 1e-17 * y}, "`flat` is constant"),
    ):
        with pytest.raises(InputError, match=message):
            validate.require_independent(columns)
