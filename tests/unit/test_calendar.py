import datetime as dt

import numpy as np
import pandas as pd
import pytest

from altrotation.data.calendar import days, labels, release_dates, sessions
from altrotation.errors import InputError


def test_967_sessions_between_the_records_of_2021_and_2025():
    between = sessions("2021-11-08", "2025-09-18")[1:-1]
    assert len(between) == 967


def test_the_archive_trades_on_these_sessions(archive_path):
    table = pd.read_parquet(archive_path / "market_daily.parquet", columns=["series", "date"])
    traded = pd.DatetimeIndex(table.loc[table["series"] == "SPX", "date"]).sort_values()
    expected = sessions(traded[0], traded[-1])
    assert len(traded.difference(expected)) == 0
    assert len(expected.difference(traded)) <= 2


# Holidays and unscheduled closures: the storm of 2012, the days of mourning of 2018 and 2025, the
# attacks of 2001, Juneteenth since 2022, Good Friday, a Fourth of July kept on Monday.
@pytest.mark.parametrize(
    "closed",
    [
        "2012-10-29", "2012-10-30", "2018-12-05", "2025-01-09", "2001-09-11", "2001-09-14",
        "2022-06-20", "2024-06-19", "2024-03-29", "2021-07-05", "2024-12-25", "2026-06-19",
        "2024-01-06", "2024-01-07", "2007-01-02", "2004-06-11",
    ],
)  # fmt: skip
def test_closures(closed):
    assert len(sessions(closed, closed)) == 0


@pytest.mark.parametrize(
    "traded", ["2012-10-31", "2018-12-04", "2025-01-10", "2021-06-18", "2020-03-16", "2001-09-17"]
)
def test_sessions(traded):
    assert sessions(traded, traded).tolist() == [pd.Timestamp(traded)]


def test_a_year_has_about_252_sessions():
    counts = [len(sessions(f"{year}-01-01", f"{year}-12-31")) for year in range(1999, 2026)]
    assert min(counts) == 248  # 2001, four days lost
    assert max(counts) == 253
    assert np.mean(counts) == pytest.approx(251.7, abs=0.3)


def test_days_are_every_day():
    found = days("2023-12-30", "2024-03-01")
    assert len(found) == 63  # two of December, 31, 29 (a leap year), one of March
    assert found.unit == "us"
    assert found.name == "date"
    assert labels("24/7", "2023-12-30", "2024-03-01").equals(found)
    assert labels("XNYS", "2024-01-01", "2024-01-05").tolist() == [
        pd.Timestamp(2024, 1, day) for day in (2, 3, 4, 5)
    ]


# A slow second calendar of federal business days around the dates below.
FEDERAL = {"2024-01-01", "2024-01-15", "2024-07-04", "2024-11-11", "2024-11-28", "2024-12-25"}


def next_business_days(stamp, count):
    day = dt.date.fromisoformat(stamp)
    while day.weekday() >= 5 or day.isoformat() in FEDERAL:
        day -= dt.timedelta(1)  # a stamp on a closed day counts from the open day before it
    while count:
        day += dt.timedelta(1)
        count -= day.weekday() < 5 and day.isoformat() not in FEDERAL
    return pd.Timestamp(day)


@pytest.mark.parametrize("stamp", ["2024-01-12", "2024-07-03", "2024-11-08", "2024-11-27"])
@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_business_releases(stamp, count):
    found = release_dates(pd.DatetimeIndex([stamp]), f"{count}b")
    assert found.tolist() == [next_business_days(stamp, count)]


def test_a_value_stamped_on_a_weekend_is_known_on_monday():
    found = release_dates(pd.DatetimeIndex(["2024-01-05", "2024-01-06", "2024-01-07"]), "1b")
    assert found.tolist() == [pd.Timestamp("2024-01-08")] * 3


def test_calendar_releases():
    stamps = pd.DatetimeIndex(["2024-02-28", "2024-12-31"])
    assert release_dates(stamps, "0d").equals(stamps)
    assert release_dates(stamps, "2d").tolist() == [
        pd.Timestamp("2024-03-01"),
        pd.Timestamp("2025-01-02"),
    ]


BAD = [
    (lambda: sessions("2024-01-02", "2024-01-01"), "`start` 2024-01-02 is after `end` 2024-01-01"),
    (lambda: sessions("1980-01-01", "2024-01-01"), "covers 1990-01-02 to 2030-12-31"),
    (lambda: days("2024-01-01", "2031-01-01"), "covers 1990-01-02 to 2030-12-31"),
    (lambda: days("soon", "2031-01-01"), "`start` must be a date"),
    (lambda: sessions("soon", "2031-01-01"), "`start` must be a date"),
    (lambda: labels("24/7", "2024-01-01", "soon"), "`end` must be a date"),
    (lambda: labels("XNYS", "2024-01-02", "2024-01-01"), "is after `end`"),
    (lambda: labels("LSE", "2024-01-01", "2024-01-01"), "'24/7', 'XNYS', got 'LSE'"),
    (lambda: release_dates(pd.DatetimeIndex(["2024-01-01"]), "1w"), "like '0d', '1d' or '1b'"),
    (lambda: release_dates(pd.DatetimeIndex(["2024-01-01"]), "b"), "got 'b'"),
    (lambda: release_dates(pd.DatetimeIndex(["2024-01-01"]), "-1d"), "got '-1d'"),
    (lambda: release_dates(pd.DatetimeIndex(["2024-01-01"]), ""), "got ''"),
]


@pytest.mark.parametrize(("call", "message"), BAD)
def test_bad_calls(call, message):
    with pytest.raises(InputError, match=message):
        call()
