"""Every call that a refusal prints is executed: the second try succeeds and holds the same days."""

import re

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import altrotation
from altrotation import EventSet, Panel, SeriesCard, breakouts
from altrotation._arrow import arrow_to_pandas
from altrotation.errors import AltrotationError, InputError
from altrotation.validate import daily_frame, daily_index, daily_series

DAYS = pd.date_range("2020-01-01", periods=60, unit="us")
HOURS = pd.date_range("2020-01-01", periods=60 * 24, freq="h", unit="us")
SESSIONS = DAYS[DAYS.day_of_week < 5]
CODE = re.compile(r"(?:(?<=[\s`(])|^)[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*[.\w]*(?=[(\[])")


def calls(message):
    """The code in a message: a name, its attributes, and all brackets that follow."""
    found, at = [], 0
    while match := CODE.search(message, at):
        end = match.end()
        while end < len(message) and message[end] in "([":
            depth = 0
            while depth or message[end] in "([{":
                depth += (message[end] in "([{") - (message[end] in ")]}")
                end += 1
                if not depth:
                    break
            chain = re.match(r"(?:\.[A-Za-z_]\w*)+(?=[(\[])", message[end:])
            end += chain.end() if chain else 0
        at = end
        code = message[match.start() : end]
        if "..." not in code and ("." in code or "[" in code):
            found.append(code)
    return found


def followed(accept, name, given):
    """Follow the first call of each message until `accept` takes the argument; at most three."""
    for _ in range(3):
        try:
            return accept(given, name)
        except InputError as error:
            code = calls(str(error))[0]
        names = {"pd": pd, "altrotation": altrotation, "Panel": Panel, "days": DAYS}
        given = eval(code, names | {name: given})
    raise AssertionError("three remedies did not mend it")


def zoned(zone):
    return DAYS.tz_localize(zone)


MILLI = DAYS.as_unit("ms").asi8
LABELS = {
    "midnights of Berlin": zoned("Europe/Berlin"),
    "midnights of Tokyo": zoned("Asia/Tokyo"),
    "midnights of New York": zoned("America/New_York"),
    "midnights of UTC": zoned("UTC"),
    "midnights of UTC seen from Tokyo": zoned("UTC").tz_convert("Asia/Tokyo"),
    "midnights of UTC seen from New York": zoned("UTC").tz_convert("America/New_York"),
    "closes of New York": (DAYS + pd.Timedelta("16h")).tz_localize("America/New_York"),
    "hours of UTC seen from Tokyo": HOURS.tz_localize("UTC").tz_convert("Asia/Tokyo"),
    "hours": HOURS,
    "ends of days": DAYS + pd.Timedelta("23h59min59s"),
    "milliseconds read as nanoseconds": pd.to_datetime(MILLI),
    "seconds read as nanoseconds": pd.to_datetime(MILLI // 1000),
    "milliseconds": pd.Index(MILLI),
    "seconds": pd.Index(MILLI // 1000),
    "hours in microseconds": pd.Index(HOURS.as_unit("us").asi8),
    "nanoseconds": pd.Index(DAYS.as_unit("ns").asi8),
    "milliseconds as floats": pd.Index(MILLI.astype(float)),
    "days as whole numbers": pd.Index(DAYS.strftime("%Y%m%d").astype(int)),
    "periods": DAYS.to_period("D"),
    "periods of hours": HOURS.to_period("h"),
    "ISO text": DAYS.strftime("%Y-%m-%d"),
    "text of Germany": DAYS.strftime("%d.%m.%Y"),
    "text of America": DAYS.strftime("%m/%d/%Y"),
    "text with zone": pd.Index([f"{day:%Y-%m-%d}T00:00:00Z" for day in DAYS]),
    "text with offset": pd.Index([f"{day:%Y-%m-%d}T00:00:00+01:00" for day in DAYS]),
    "text of hours": HOURS.astype(str),
    "date objects": pd.Index(DAYS.date),
    "stamps as objects": zoned("UTC").astype(object),
    "arrow times": pd.Index(pd.array(DAYS, dtype="timestamp[us][pyarrow]")),
    "arrow days": pd.Index(pd.array(DAYS.date, dtype="date32[pyarrow]")),
    "row numbers": pd.RangeIndex(60),
    "unsorted": DAYS[::-1],
}


def days_of(name, index):
    return DAYS if len(index) in (60, len(HOURS)) else index


@pytest.mark.parametrize("name", LABELS)
@pytest.mark.parametrize("shape", ["series", "frame", "labels"])
def test_the_remedy_for_days_mends_and_keeps_the_days(name, shape):
    index = LABELS[name]
    if shape == "labels":
        if name == "row numbers":
            with pytest.raises(InputError, match="pass a pandas DatetimeIndex of days"):
                daily_index(index, "labels")
            return
        assert followed(daily_index, "labels", index).as_unit("us").equals(DAYS)
        return
    values = pd.Series(np.arange(1.0, len(index) + 1), index=index, name="X")
    accept = daily_series if shape == "series" else daily_frame
    mended = followed(accept, shape, values if shape == "series" else values.to_frame())
    assert pd.DatetimeIndex(mended.index).as_unit("us").equals(DAYS)
    last = mended["X"] if shape == "frame" else mended
    rows = np.arange(1.0, 61.0) if len(index) == 60 else np.arange(24.0, len(HOURS) + 1, 24)
    if name == "unsorted":
        rows = rows[::-1]
    assert last.to_list() == list(rows)  # each day keeps its value, of several the last


def test_midnights_that_the_clock_skips_are_labels_too():
    # Sao Paulo went to summer time at midnight: the first time of 2018-11-04 is 1:00
    days = pd.date_range("2018-11-01", periods=8, unit="us")
    index = days.tz_localize("America/Sao_Paulo", nonexistent="shift_forward")
    mended = followed(daily_series, "s", pd.Series(1.0, index=index))
    assert pd.DatetimeIndex(mended.index).equals(days)


def test_times_that_may_be_labels_or_instants_name_both_remedies():
    late = (DAYS + pd.Timedelta("22h")).tz_localize("America/New_York")
    series = pd.Series(1.0, index=late)
    with pytest.raises(InputError, match=r"label local days, .* if they are instants") as caught:
        daily_series(series, "series")
    labels, instants = calls(str(caught.value))
    scope = {"series": series, "pd": pd}
    assert daily_series(eval(labels, scope), "series").index.equals(DAYS)
    moved = daily_series(eval(instants, scope), "series").index
    assert moved.equals(DAYS + pd.Timedelta(1, "D"))


def test_weekends_stay_out_where_hours_become_days():
    hours = HOURS[HOURS.day_of_week < 5]
    mended = followed(daily_series, "s", pd.Series(1.0, index=hours))
    assert pd.DatetimeIndex(mended.index).as_unit("us").equals(SESSIONS)


def test_months_are_labelled_by_their_last_day():
    months = pd.Series([1.0, 2.0], index=pd.period_range("2020-01", periods=2, freq="M"))
    mended = followed(daily_series, "months", months)
    assert [f"{day:%Y-%m-%d}" for day in mended.index] == ["2020-01-31", "2020-02-29"]


def test_text_that_is_two_days_in_two_countries_names_both():
    index = pd.Index(["01/02/2020", "02/02/2020", "03/02/2020"])
    with pytest.raises(InputError) as caught:
        daily_series(pd.Series(1.0, index=index), "series")
    assert len(calls(str(caught.value))) == 2


TEXT = {
    "thousands": (["1,234.50", "2", "3,000"], [1234.5, 2.0, 3000.0]),
    "decimal commas": (["1.234,50", "2", "0,5"], [1234.5, 2.0, 0.5]),
    "decimal commas of three digits": (["0,125", "12,5", "3"], [0.125, 12.5, 3.0]),
    "plain": (["1.5", "2", "-3e2"], [1.5, 2.0, -300.0]),
    "a word": (["1.5", "n/a", "3"], [1.5, np.nan, 3.0]),
}


@pytest.mark.parametrize("name", TEXT)
@pytest.mark.parametrize("shape", ["series", "frame"])
def test_the_remedy_for_numbers_mends_and_keeps_the_values(name, shape):
    text, numbers = TEXT[name]
    series = pd.Series(text, index=DAYS[:3], name="X")
    given = series if shape == "series" else series.to_frame().assign(Y=1.0)
    mended = followed(daily_series if shape == "series" else daily_frame, shape, given)
    np.testing.assert_array_equal(mended if shape == "series" else mended["X"], numbers)
    assert mended.index.equals(DAYS[:3])


def test_columns_of_words_and_dates_are_left_out():
    frame = pd.DataFrame({"X": 1.0, "source": "a", "read": DAYS}, index=DAYS)
    assert list(followed(daily_frame, "frame", frame).columns) == ["X"]


def test_the_column_of_days_becomes_the_index():
    for dates in (DAYS, DAYS.strftime("%Y-%m-%d"), MILLI):
        frame = pd.DataFrame({"Date": dates, "X": 1.0})
        assert followed(daily_frame, "frame", frame).index.as_unit("us").equals(DAYS)


def test_doubles_empty_dates_and_frames_in_place_of_series():
    twice = pd.Series([1.0, 2.0, 3.0], index=DAYS[[0, 1, 1]])
    assert followed(daily_series, "s", twice).to_list() == [1.0, 3.0]
    holed = pd.Series([1.0, 2.0], index=pd.DatetimeIndex([DAYS[0], pd.NaT]))
    assert followed(daily_series, "s", holed).to_list() == [1.0]
    frame = pd.DataFrame({"X": 1.0, "Y": 2.0}, index=DAYS)
    assert followed(daily_series, "s", frame[["X"]]).equals(frame["X"])
    assert followed(daily_series, "s", frame).equals(frame["X"])
    assert followed(daily_frame, "f", frame["X"]).equals(frame[["X"]])
    doubled = pd.concat([frame["X"], frame["X"]], axis=1)
    assert followed(daily_frame, "f", doubled).shape == (60, 1)


def test_days_of_1970_that_were_rounded_are_read_again():
    index = pd.to_datetime(MILLI).normalize()
    with pytest.raises(InputError, match=r'pd\.to_datetime\(\.\.\., unit="ms"\)'):
        breakouts(pd.Series(1.0, index=index))


def test_dates_of_events_in_numbers_and_periods():
    for dates in (MILLI[:3], MILLI[:3] // 1000, DAYS[:3].to_period("D")):
        with pytest.raises(InputError, match="must be a date") as caught:
            EventSet(dates, rule="r")
        mended = eval(calls(str(caught.value))[-1], {"pd": pd, "dates": dates})
        assert EventSet(mended, rule="r").dates[0] == DAYS[0]


# -- panels ----------------------------------------------------------------------------------------


def panel_of(given, name):
    if isinstance(given, Panel):
        return given
    assert name == "frame"
    cards = [
        SeriesCard(name=str(column), kind="price", unit="USD", calendar="24/7")
        for column in getattr(given, "columns", ())
    ]
    return Panel(given, cards)


def test_the_way_to_a_panel_of_one_own_coin():
    frame = pd.DataFrame({"SOL": np.arange(1.0, 61.0)}, index=DAYS)
    assert followed(lambda f, _: f if isinstance(f, Panel) else Panel(f), "frame", frame).names
    holed = frame.drop(index=DAYS[3:5])
    mended = followed(panel_of, "frame", holed)
    assert mended.close("SOL").isna().sum() == 2
    assert mended.dates.equals(DAYS)
    levels = frame.set_axis(pd.MultiIndex.from_tuples([("Close", "SOL")]), axis=1)
    assert followed(panel_of, "frame", levels).names == ("SOL",)
    other = frame.set_axis(pd.MultiIndex.from_tuples([("SOL", "Close")]), axis=1)
    assert followed(panel_of, "frame", other).names == ("SOL",)
    assert followed(panel_of, "frame", frame.set_axis([0], axis=1)).names == ("0",)
    opens = [SeriesCard(name="SOL", kind="price", calendar="24/7", stamp="day-start")]
    shifted = followed(lambda f, _: f if isinstance(f, Panel) else Panel(f, opens), "frame", frame)
    assert shifted.dates.equals(DAYS - pd.Timedelta(1, "D"))


def test_rows_off_the_sessions_are_dropped_by_the_call_that_is_named():
    frame = pd.DataFrame({"IWM": np.arange(1.0, 61.0)}, index=DAYS)
    cards = [SeriesCard(name="IWM", kind="price", unit="USD", calendar="XNYS")]
    made = followed(lambda f, _: Panel(f, cards, clock="XNYS"), "frame", frame)
    assert set(made.dates.day_of_week) == {0, 1, 2, 3, 4}
    assert made.close("IWM").notna().all()


def test_every_refusal_of_own_data_is_one_sentence_with_a_call():
    frame = pd.DataFrame({"SOL": np.arange(1.0, 61.0)}, index=DAYS)
    for wrong in (
        {},
        {"kinds": "price"},
        {"kinds": "price", "stamp": "noon"},
        {"kinds": {}, "stamp": "day-end"},
        {"kinds": "price", "calendar": "XNYS"},
    ):
        with pytest.raises(AltrotationError) as caught:
            Panel.from_frame(frame, **wrong)
        assert "\n" not in str(caught.value)
    with pytest.raises(InputError, match=r'has no name; use data\.rename\("SOL"\)'):
        Panel.from_frame(frame["SOL"].rename(None), kinds="price", stamp="day-end")


# -- other libraries -------------------------------------------------------------------------------


class Foreign:
    """A frame that is known by the Arrow interface only, as those of Polars and DuckDB are."""

    def __init__(self, table):
        self._table = table

    def __arrow_c_stream__(self, requested_schema=None):
        return self._table.__arrow_c_stream__(requested_schema)


def foreign_frames():
    values = np.arange(1.0, 61.0)
    table = pa.table({"date": pa.array(DAYS.date), "X": values})
    yield table
    yield Foreign(table)
    yield pa.table({"time": pa.array(DAYS), "X": values.astype("int32")})
    yield pa.Table.from_pandas(pd.DataFrame({"X": values}, index=DAYS))
    yield table.to_batches()[0]


def test_frames_of_arrow_are_taken():
    plain = pd.Series(np.arange(1.0, 61.0), index=DAYS, name="X")
    for foreign in foreign_frames():
        series = daily_series(foreign, "x")
        assert series.name == "X"
        np.testing.assert_array_equal(series, plain)
        assert pd.DatetimeIndex(series.index).as_unit("us").equals(DAYS)
        assert daily_frame(foreign, "x").shape == (60, 1)
        made = Panel.from_frame(foreign, kinds="price", stamp="day-end")
        assert made.close("X").to_list() == plain.to_list()
        assert breakouts(foreign, kind="record").dates.equals(breakouts(plain, kind="record").dates)


def test_frames_of_polars_are_taken():
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame({"date": list(DAYS.date), "X": np.arange(1.0, 61.0)})
    assert daily_series(frame, "x").to_list() == list(np.arange(1.0, 61.0))
    with pytest.raises(InputError, match="without days; pass a frame of two columns"):
        daily_series(frame["X"], "x")


BOTH = pa.table({"a": pa.array(DAYS.date), "b": pa.array(DAYS), "X": np.ones(60)})
BAD_ARROW = [
    (lambda: arrow_to_pandas(pa.chunked_array([[1.0, 2.0]]), "x"), "without days; pass a frame"),
    (lambda: arrow_to_pandas(pa.table({"X": [1.0]}), "x"), "of dates or times, got none"),
    (lambda: arrow_to_pandas(BOTH, "x"), "got 'a', 'b'"),
]


@pytest.mark.parametrize(("call", "message"), BAD_ARROW)
def test_what_arrow_cannot_say_is_refused(call, message):
    with pytest.raises(InputError, match=message):
        call()
