import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from altrotation.errors import InputError
from altrotation.events.breakouts import breakouts, label_failures
from altrotation.events.eventset import EventSet
from altrotation.kernels import breakout
from tests.oracle import naive_breakouts as naive

RECORDS = [
    "2013-01-02",
    "2014-12-26",
    "2016-11-14",
    "2018-05-16",
    "2020-11-13",
    "2021-11-02",
    "2025-09-18",
]
HIGHS = [
    "2014-12-26",
    "2016-08-05",
    "2018-05-16",
    "2019-11-25",
    "2020-11-10",
    "2021-11-02",
    "2023-12-19",
    "2024-07-11",
    "2024-10-16",
    "2025-09-18",
]
CORRECTED = [
    "2019-06-06",
    "2019-06-26",
    "2019-07-01",
    "2019-08-12",
    "2019-09-10",
    "2019-10-21",
    "2019-10-24",
    "2020-11-06",
    "2021-08-16",
    "2024-02-16",
]


def close(values, start="2020-01-01"):
    dates = pd.date_range(start, periods=len(values), freq="D", unit="us")
    return pd.Series(values, index=dates, dtype="float64", name="X")


def rows(events, series):
    return series.index.get_indexer(events.dates).tolist()


# Small integers make ties, the case in which > and >= differ; None is a day without a close.
closes = st.lists(
    st.one_of(st.integers(1, 8).map(float), st.just(float("nan"))), min_size=0, max_size=60
)
rules = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["record", "high", "level"]),
        "window": st.integers(1, 7),
        "buffer": st.sampled_from([0.0, 0.25]),
        "quiet": st.integers(0, 6),
    }
)


def complete(rule):
    return {**rule, "level": 4.0} if rule["kind"] == "level" else rule


@given(values=closes, rule=rules)
@settings(max_examples=400, deadline=None)
def test_breakouts_equal_the_loop(values, rule):
    series, rule = close(values), complete(rule)
    dates, kept = naive.drop_missing(series.index, values)
    expected = [dates[row] for row in naive.breakout_rows(kept, **rule)]
    assert list(breakouts(series, **rule).dates) == expected


@given(values=closes, rule=rules, within=st.integers(1, 9))
@settings(max_examples=300, deadline=None)
def test_failures_equal_the_loop(values, rule, within):
    series, rule = close(values), complete(rule)
    dates, kept = naive.drop_missing(series.index, values)
    events = breakouts(series, **rule)
    table = label_failures(events, series, within=within)
    lines = naive.levels(kept, rule["kind"], rule["window"], rule.get("level"))
    assert list(table.index) == list(events.dates)
    for date, found in table.iterrows():
        row = dates.index(date)
        failed, sessions = naive.failure(kept, row, lines[row], within)
        assert found["level"] == lines[row]
        if failed is None:
            assert found[["failed", "known", "sessions"]].isna().all()
        else:
            assert bool(found["failed"]) == failed
            assert found["sessions"] == sessions
            assert found["known"] == dates[row + sessions]


@given(values=closes, rule=rules, cut=st.integers(0, 60))
@settings(max_examples=200, deadline=None)
def test_later_closes_change_no_earlier_event(values, rule, cut):
    series, rule = close(values), complete(rule)
    prefix = series.iloc[:cut]
    whole = breakouts(series, **rule).dates
    known = whole[whole <= prefix.index[-1]] if len(prefix) else whole[:0]
    assert list(breakouts(prefix, **rule).dates) == list(known)


@given(values=closes.filter(bool), rule=rules, scale=st.sampled_from([0.5, 4.0, 1024.0]))
@settings(deadline=None)
def test_the_unit_of_the_close_does_not_matter(values, rule, scale):
    series, rule = close(values), complete(rule)
    scaled = {**rule, "level": rule["level"] * scale} if "level" in rule else rule
    assert list(breakouts(series, **rule).dates) == list(breakouts(series * scale, **scaled).dates)


@pytest.mark.parametrize("window", [1, 2, 3, 5, 8, 252])
@pytest.mark.parametrize("shape", [(300,), (300, 4), (5,), (0,)])
def test_rolling_prior_max_equals_slices(window, shape):
    values = np.random.default_rng(3).normal(size=shape)
    if values.size > 40:
        values[np.random.default_rng(4).random(shape) < 0.02] = np.nan
    found = breakout.rolling_prior_max(values, window)
    for row in range(len(values)):
        before = values[row - window : row]
        expected = before.max(axis=0) if row >= window else np.full(shape[1:], np.nan)
        np.testing.assert_array_equal(found[row], expected)


def test_quiet_filter_works_on_each_column():
    flags = np.random.default_rng(0).random((200, 3)) < 0.1
    decided = np.ones_like(flags)
    decided[:7] = False
    together = breakout.quiet_filter(flags, decided, 9)
    for column in range(3):
        apart = breakout.quiet_filter(flags[:, column], decided[:, column], 9)
        np.testing.assert_array_equal(together[:, column], apart)
    assert together.sum() > 3


def test_the_first_close_is_no_breakout():
    series = close([5, 5, 5, 5])
    assert len(breakouts(series, quiet=0)) == 0
    assert len(breakouts(series, kind="level", level=4.0, quiet=0)) == 0
    assert rows(breakouts(close([5, 6]), quiet=0), close([5, 6])) == [1]


def test_an_unobserved_quiet_spell_is_not_quiet():
    # A rise at row 3 follows two decided quiet rows only (row 0 decides nothing).
    series = close([5, 5, 5, 6])
    assert rows(breakouts(series, quiet=2), series) == [3]
    assert rows(breakouts(series, quiet=3), series) == []


def test_quiet_is_counted_from_the_last_breakout_day_not_the_last_event():
    series = close([5, 5, 5, 6, 7, 7, 8, 8, 8, 9])
    # Breakout days 3, 4, 6, 9: distances 1, 2, 3; more than two rows since only at 9.
    assert rows(breakouts(series, quiet=2), series) == [3, 9]


def test_a_tie_is_no_breakout_and_holds_the_level():
    series = close([5, 4, 4, 5, 5, 6, 5, 5])
    events = breakouts(series, quiet=2)
    assert rows(events, series) == [5]
    assert label_failures(events, series, within=2)["failed"].tolist() == [False]


def test_closed_days_count_for_nothing():
    values = [5, 5, 5, 6, 5, 5, 7]
    sparse = close([v for pair in zip(values, [np.nan] * 7, strict=True) for v in pair])
    dense = close(values)
    expected = [2 * row for row in rows(breakouts(dense, quiet=2), dense)]
    assert rows(breakouts(sparse, quiet=2), sparse) == expected == [6, 12]


def test_the_set_states_its_rule():
    events = breakouts(close([1, 1, 2]), kind="high", window=2, quiet=0, buffer=0.1)
    assert events.rule == "close above the 2 preceding closes by 10.00% after 0 quiet sessions"
    assert events.source == "X"
    assert dict(events.parameters) == {"kind": "high", "window": 2, "buffer": 0.1, "quiet": 0}


def test_failures_survive_narrowing():
    series = close([5, 5, 6, 4, 4, 4, 7, 7, 7, 7])
    events = breakouts(series, quiet=1).between("2020-01-05", "2020-02-01")
    table = label_failures(events, series, within=3)
    assert table["level"].tolist() == [6.0]
    assert table["failed"].tolist() == [False]


GOOD = close([5, 5, 6])
BAD = [
    ({"close": [1, 2]}, "pandas Series"),
    ({"close": close([1, -1])}, "must be positive, got -1"),
    ({"kind": "highest"}, "'record', 'high', 'level'"),
    ({"window": 0}, "`window` must be at least 1, got 0"),
    ({"quiet": -1}, "`quiet` must be at least 0, got -1"),
    ({"buffer": -0.1}, "`buffer` must be at least 0.0, got -0.1"),
    ({"kind": "level"}, "`level` is needed with kind='level'"),
    ({"kind": "level", "level": 0.0}, "`level` must be positive, got 0.0"),
    ({"kind": "level", "level": float("nan")}, "`level` must be a finite number, got nan"),
    ({"kind": "record", "level": 3.0}, "`level` goes with kind='level', got 3.0"),
]


@pytest.mark.parametrize(("call", "message"), BAD)
def test_bad_calls(call, message):
    arguments = {"close": GOOD, **call}
    with pytest.raises(InputError, match=message):
        breakouts(arguments.pop("close"), **arguments)


BAD_LABELS = [
    ({"within": 0}, "`within` must be at least 1, got 0"),
    ({"events": EventSet(["2020-01-03"], rule="by hand")}, "must come from `breakouts`"),
    ({"close": close([6, 5, 5])}, "2020-01-03 is no breakout day of `close`"),
    ({"close": close([5, 5])}, "2020-01-03 is no breakout day of `close`"),
    ({"close": close([np.nan] * 3)}, "2020-01-03 is no breakout day of `close`"),
    ({"close": close([5, 5, -6])}, "must be positive"),
]


@pytest.mark.parametrize(("call", "message"), BAD_LABELS)
def test_bad_calls_of_label_failures(call, message):
    arguments = {"events": breakouts(GOOD, quiet=1), "close": GOOD, **call}
    with pytest.raises(InputError, match=message):
        label_failures(arguments.pop("events"), arguments.pop("close"), **arguments)


# -- the published dates -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def russell(archive_path):
    table = pd.read_parquet(
        archive_path / "market_daily.parquet", columns=["series", "date", "close"]
    )
    table = table[table["series"] == "RUT"]
    return table.set_index("date")["close"].sort_index().rename("RUT")


@pytest.fixture(scope="module")
def corrected(archive_path, russell):
    conflicts = pd.read_csv(archive_path / "index_close_conflicts.csv", parse_dates=["date"])
    better = conflicts[conflicts["symbol"] == "RUT"].set_index("date")["close_ibkr"]
    ledger = better.loc[pd.DatetimeIndex(CORRECTED)]
    series = russell.copy()
    series.loc[ledger.index] = ledger
    assert (series != russell).sum() == 10
    return series


def listed(events, start):
    return [f"{date:%Y-%m-%d}" for date in events.between(start, "2026-12-31")]


@pytest.mark.archive
@pytest.mark.parametrize("version", ["russell", "corrected"])
def test_the_breakouts_of_the_russell(version, request):
    series = request.getfixturevalue(version)
    assert listed(breakouts(series), "2013-01-01") == RECORDS
    assert listed(breakouts(series, kind="high"), "2013-07-01") == HIGHS


@pytest.mark.archive
def test_the_first_close_above_3000(russell):
    events = breakouts(russell, kind="level", level=3000.0)
    assert listed(events, "1999-01-01") == ["2026-06-22"]
    assert russell["2026-06-22"] == 3004.40
    found = label_failures(events, russell).iloc[0]
    assert bool(found["failed"])
    assert found["known"] == pd.Timestamp("2026-06-23")
    assert russell["2026-06-23"] == 2975.48
    assert (russell.idxmax(), russell.max()) == (pd.Timestamp("2026-08-14"), 3068.42)
    assert russell["2026-10-08"] == 2794.13


@pytest.mark.archive
def test_the_record_of_2021_held_for_967_sessions(russell):
    assert russell["2021-11-08"] == pytest.approx(2442.74, abs=0.005)
    assert russell["2025-09-18"] == pytest.approx(2467.70, abs=0.005)
    between = russell.loc["2021-11-09":"2025-09-17"]
    assert len(between) == 967
    assert between.max() < russell["2021-11-08"]
