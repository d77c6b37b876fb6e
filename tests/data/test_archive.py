import hashlib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from altrotation.data.calendar import sessions
from altrotation.data.raw import catalogue
from altrotation.data.raw.archive import Archive, open_archive
from altrotation.data.raw.quality import quality_report
from altrotation.data.raw.tables import TABLES
from altrotation.errors import DataError, InputError


def market_rows(**changes):
    """Four valid rows of market_daily; `changes` replaces columns."""
    frame = pd.DataFrame(
        {
            "series": ["RUT", "RUT", "SPX", "SPX"],
            "date": pd.to_datetime(["2024-01-02", "2024-01-03"] * 2),
            "open": [2000.0, np.nan, 4700.0, 4710.0],
            "high": [2010.0, np.nan, 4720.0, 4715.0],
            "low": [1990.0, np.nan, 4690.0, 4680.0],
            "close": [2005.0, 1995.0, 4710.0, 4700.0],
            "volume": [1e9, np.nan, 2e9, 2e9],
            "dividend": [np.nan] * 4,
            "source": ["vendor"] * 4,
        }
    )
    return frame.assign(**changes)


def write_archive(folder: Path, *, list_hashes: bool = True, **tables: pd.DataFrame) -> Path:
    lines = []
    for name, frame in tables.items():
        file = folder / TABLES[name].file
        frame.to_parquet(file) if file.suffix == ".parquet" else frame.to_csv(file, index=False)
        lines.append(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n")
    if list_hashes:
        (folder / "SHA256SUMS").write_text("".join(lines))
    return folder


@pytest.fixture
def small(tmp_path) -> Path:
    return write_archive(tmp_path, market_daily=market_rows())


@pytest.fixture(scope="module")
def archive(archive_path) -> Archive:
    return open_archive(archive_path)


@pytest.fixture(scope="module")
def uncorrected(archive_path) -> Archive:
    return open_archive(archive_path, corrections=False)


# -- opening -------------------------------------------------------------------------------------


def test_path_comes_from_the_argument_or_the_environment(small, monkeypatch):
    assert open_archive(small).tables == ("market_daily",)
    monkeypatch.setenv("ALTROTATION_ARCHIVE", str(small))
    assert open_archive().path == small.resolve()


def test_without_a_path_both_ways_are_named(monkeypatch):
    monkeypatch.delenv("ALTROTATION_ARCHIVE", raising=False)
    with pytest.raises(InputError, match=r"`path`.*ALTROTATION_ARCHIVE"):
        open_archive()


def test_absent_folder_is_refused(tmp_path):
    with pytest.raises(DataError, match="no archive folder"):
        open_archive(tmp_path / "nowhere")


def test_another_hash_is_refused_and_the_file_named(small):
    file = small / "market_daily.parquet"
    file.write_bytes(file.read_bytes() + b"x")
    with pytest.raises(DataError, match=r"market_daily\.parquet differs from SHA256SUMS.*restore"):
        open_archive(small)
    assert open_archive(small, verify=False).sha256 == {}


def test_one_flipped_bit_is_found(small):
    file = small / "market_daily.parquet"
    open_archive(small)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.unlink()
    file.write_bytes(content)
    with pytest.raises(DataError, match="differs from SHA256SUMS"):
        open_archive(small)


def test_absent_listed_file_is_refused(small):
    (small / "market_daily.parquet").unlink()
    with pytest.raises(DataError, match=r"no file .*market_daily\.parquet.*lists"):
        open_archive(small)


def test_unlisted_table_is_refused(small):
    (small / "defi_tvl.csv").write_text("date,defi_tvl_usd\n2024-01-01,1.0\n")
    with pytest.raises(DataError, match=r"defi_tvl\.csv is not listed"):
        open_archive(small)


def test_absent_and_broken_list_are_refused(small):
    (small / "SHA256SUMS").write_text("not a hash\n")
    with pytest.raises(DataError, match="SHA256SUMS line 1"):
        open_archive(small)
    (small / "SHA256SUMS").unlink()
    with pytest.raises(DataError, match=r"has no SHA256SUMS; .*verify=False"):
        open_archive(small)


# -- tables --------------------------------------------------------------------------------------


def test_unknown_and_absent_table(small):
    opened = open_archive(small)
    with pytest.raises(InputError, match=r"must be one of 'market_daily'.*got 'prices'"):
        opened.table("prices")
    with pytest.raises(DataError, match=r"has no macro\.parquet"):
        opened.table("macro")


def test_unknown_series_and_field(small):
    opened = open_archive(small, corrections=False)
    with pytest.raises(InputError, match=r"`series` must be one of 'RUT'.*got 'FTSE'"):
        opened.market("FTSE")
    with pytest.raises(InputError, match="`field` must be one of"):
        opened.market("RUT", "median")
    with pytest.raises(DataError, match="holds no series 'VIX'"):
        opened.market("VIX")
    with pytest.raises(InputError, match="`name` must be one of"):
        opened.card("FTSE")


def test_a_returned_table_may_be_changed(small):
    opened = open_archive(small, corrections=False)
    first = opened.table("market_daily")
    first.loc[0, "close"] = -1.0
    del first["source"]
    assert opened.table("market_daily").equals(market_rows().astype({"source": "str"}))
    series = opened.market("RUT")
    series.iloc[0] = -1.0
    assert opened.market("RUT").to_list() == [2005.0, 1995.0]


def test_an_archive_cannot_be_reassigned(small):
    with pytest.raises(AttributeError):
        open_archive(small).path = Path()


def days(*texts):
    return pd.DatetimeIndex([pd.Timestamp(text) for text in texts])


FAR = pd.Timestamp("2199-01-01")
BROKEN = {
    "negative price": (
        market_rows(close=[2005.0, -1.0, 4710.0, 4700.0]),
        r"row 1 \(RUT 2024-01-03\): close must be above 0, got -1",
    ),
    "price of zero": (market_rows(low=[0.0] * 4), "low must be above 0"),
    "negative volume": (market_rows(volume=[-1.0] * 4), "volume must be at least 0"),
    "empty close": (market_rows(close=[1.0, np.nan, 1.0, 1.0]), "row 1: close is empty"),
    "infinite": (market_rows(close=[1.0, np.inf, 1.0, 1.0]), "row 1: close is infinite"),
    "text for numbers": (
        market_rows(close=["1", "2", "three", "4"]),
        "line 4: close must be a number, got 'three'",
    ),
    "numbers for text": (
        market_rows(source=[1, 2, 3, 4]),
        "source must hold text, got dtype int64",
    ),
    "missing column": (market_rows().drop(columns="close"), "has no column 'close'"),
    "unknown column": (market_rows(bid=1.0), "column 'bid' that table market_daily does not know"),
    "future": (
        market_rows(date=[*days("2024-01-02", "2024-01-03", "2024-01-02"), FAR]),
        r"row 3: date 2199-01-01 lies in the future",
    ),
    "unsorted": (
        market_rows(date=days("2024-01-03", "2024-01-02", "2024-01-02", "2024-01-03")),
        r"row 1 \(RUT 2024-01-02\): is out of order; sort the rows by series, date",
    ),
    "doubled": (
        market_rows(date=days("2024-01-02", "2024-01-02", "2024-01-02", "2024-01-03")),
        r"row 1 \(RUT 2024-01-02\): stands twice",
    ),
    "series in two blocks": (
        market_rows(
            series=["RUT", "SPX", "RUT", "SPX"], date=days(*["2024-01-02"] * 2, *["2024-01-03"] * 2)
        ),
        r"row 2 \(RUT 2024-01-03\): its series began further up",
    ),
    "time of day": (
        market_rows(date=days("2024-01-02 20:00", "2024-01-03", "2024-01-04", "2024-01-05")),
        "date must be a whole UTC day, got 2024-01-02 20:00",
    ),
    "time zone": (
        market_rows(
            date=days("2024-01-02", "2024-01-03", "2024-01-02", "2024-01-03").tz_localize("UTC")
        ),
        "must hold naive UTC days",
    ),
    "dates as numbers": (
        market_rows(date=[1, 2, 1, 2]),
        "must hold naive UTC days, got dtype int64",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_table_is_refused_with_place_and_remedy(name, tmp_path):
    frame, message = BROKEN[name]
    opened = open_archive(write_archive(tmp_path, market_daily=frame))
    with pytest.raises(DataError, match=r"market_daily\.parquet.*" + message) as caught:
        opened.table("market_daily")
    assert "\n" not in str(caught.value)
    assert ";" in str(caught.value)  # what was wrong; the remedy


def test_truncated_parquet_is_refused(small):
    file = small / "market_daily.parquet"
    file.write_bytes(file.read_bytes()[:-40])
    with pytest.raises(DataError, match=r"market_daily\.parquet is no complete parquet file"):
        open_archive(small, verify=False).table("market_daily")


# -- the real archive ----------------------------------------------------------------------------


@pytest.mark.archive
def test_every_file_of_the_archive_has_a_schema_and_passes_it(archive):
    files = {TABLES[name].file for name in archive.tables}
    assert files == set(archive.sha256)
    report = quality_report(archive)
    assert set(report.index) == set(TABLES)
    assert report.loc["market_daily", "rows"] == 160_222
    assert report.loc["coin_close", "rows"] == 3_079_976
    assert report.loc["market_daily", "conflicts"] == 19
    assert report.loc["coin_close", "zero"] == 0
    assert list(archive.describe().index) == list(archive.tables)


@pytest.mark.archive
def test_dtypes_are_the_declared_ones(archive):
    for name in archive.tables:
        frame = archive.table(name)
        for column, declared in TABLES[name].columns.items():
            dtype = str(frame[column].dtype)
            if declared.kind in ("day", "instant"):
                assert dtype == "datetime64[us]", (name, column)
            elif declared.kind == "number":
                assert dtype == "float64", (name, column)


@pytest.mark.archive
def test_known_closes_of_rut(archive):
    rut = archive.market("RUT")
    assert round(rut["2025-09-18"], 2) == 2467.70
    assert round(rut["2021-11-08"], 2) == 2442.74
    assert round(rut["2026-06-22"], 2) == 3004.40
    between = rut["2021-11-09":"2025-09-17"]
    assert len(between) == 967
    assert between.max() < 2442.74
    assert rut.index.equals(sessions("1999-01-04", "2026-10-08"))
    assert archive.market("RUT", "low")[:"2011-03-16"].isna().all()


@pytest.mark.archive
def test_csv_numbers_are_read_exactly(archive, archive_path):
    frame = archive.table("dominance_total_cap_2025_2026")
    lines = (archive_path / "dominance_total_cap_2025_2026.csv").read_text().splitlines()
    place = lines[0].split(",").index("derived_TOTAL3")
    assert [float(line.split(",")[place]) for line in lines[1:]] == frame[
        "derived_TOTAL3"
    ].to_list()


@pytest.mark.archive
def test_panel_is_the_tables_reshaped(archive):
    panel = archive.panel("2013-01-01")
    long = archive.table("market_daily")
    long = long[long["date"] >= "2013-01-01"]
    for name in catalogue.MARKET:
        rows = long[long["series"] == name]
        found = panel.close(name).dropna()
        assert found.to_dict() == dict(zip(rows["date"], rows["close"], strict=True)), name
    assert (
        panel.value("RUT.low").notna().sum() == long[long["series"] == "RUT"]["low"].notna().sum()
    )
    assert len(panel.repairs) == 14
    assert panel.card("RUT").sha256 == archive.sha256["market_daily.parquet"]


@pytest.mark.archive
def test_units_of_the_cards_are_those_of_the_table(archive):
    units = archive.table("macro").groupby("series", observed=True)["unit"].first()
    for name, card in catalogue.MACRO.items():
        stated = str(units[name])
        if stated in ("percent", "USD million", "USD billion", "percent of members"):
            assert card.unit == stated, name


@pytest.mark.archive
def test_known_at_hides_what_was_published_later(archive):
    panel = archive.panel("2024-01-01", "2024-12-31")
    wednesday = panel.known_at("2024-10-16")
    assert np.isnan(wednesday.value("WALCL")["2024-10-16"])
    assert wednesday.value("WALCL")["2024-10-09"] > 0
    assert np.isnan(wednesday.value("DGS3MO")["2024-10-16"])
    assert wednesday.close("RUT")["2024-10-16"] > 0
    assert wednesday.value("M2SL").dropna().index[-1] == pd.Timestamp("2024-08-01")


# -- release rules, against the calendars of the publishers ----------------------------------------


def known(name, stamp):
    card = {**catalogue.MACRO, **catalogue.FLOWS}[name]
    return card.known(pd.DatetimeIndex([stamp]))[0]


@pytest.mark.parametrize(
    ("name", "stamp", "day"),
    [
        ("WALCL", "2024-10-09", "2024-10-10"),  # Wednesday -> Thursday
        ("WALCL", "2025-11-26", "2025-11-28"),  # the Thursday is Thanksgiving
        ("WALCL", "2024-12-25", "2024-12-26"),  # the Wednesday is a holiday itself
        ("NFCI", "2024-10-11", "2024-10-17"),  # Columbus Day on the Monday: Thursday
        ("NFCI", "2024-10-18", "2024-10-23"),  # Friday -> Wednesday
        ("DGS3MO", "2024-10-11", "2024-10-15"),  # Friday -> Tuesday after Columbus Day
        ("HY_OAS", "2024-10-10", "2024-10-11"),
        ("RRPONTSYD", "2024-10-10", "2024-10-10"),
        ("etf.btc", "2024-10-11", "2024-10-12"),
    ],
)
def test_release_dates(name, stamp, day):
    assert known(name, stamp) == pd.Timestamp(day)


def test_money_stock_is_never_known_before_the_fourth_tuesday():
    for stamp in pd.date_range("2012-01-01", "2026-12-01", freq="MS"):
        following = stamp + pd.offsets.MonthBegin()
        tuesdays = pd.date_range(following, periods=28, freq="D")
        fourth = tuesdays[tuesdays.day_of_week == 1][3]
        assert fourth <= known("M2SL", stamp) <= fourth + pd.Timedelta(9, "D")


def test_dollar_index_is_never_known_before_its_monday():
    holidays = pd.tseries.holiday.USFederalHolidayCalendar().holidays("2013-01-01", "2027-01-31")
    for stamp in pd.bdate_range("2013-01-02", "2026-12-31"):
        monday = stamp + pd.Timedelta(7 - stamp.day_of_week, "D")
        published = monday if monday not in holidays else monday + pd.Timedelta(1, "D")
        assert known("DTWEXBGS", stamp) >= published, stamp
