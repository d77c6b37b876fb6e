"""The watchlist: readings by a second way, what was known when, counts, staleness, words."""

import math

import numpy as np
import pandas as pd
import pytest

import altrotation
from altrotation.data.panel import Panel
from altrotation.errors import InputError
from altrotation.watch import Watchlist, watchlist
from altrotation.watch.rotation import rotation_outcomes, separate_rows, tally
from altrotation.watch.tracks import TRACKS

DATES = ("2018-01-10", "2021-04-16", "2022-06-19", "2024-12-05", "2025-08-01", "2026-10-08")
NAMES = [
    "ETH/BTC",
    "ETH fund inflow streak",
    "mid-cap volume",
    "funding",
    "failed breakouts",
    "volume while BTC is sideways",
    "Russell 2000",
]


@pytest.fixture(scope="module")
def panel():
    return altrotation.load_reference()


@pytest.fixture(scope="module")
def lists(panel):
    return {date: watchlist(panel, date) for date in DATES}


# -- the readings --------------------------------------------------------------------------------


def by_hand(panel, date):
    """Values at a date straight from the stamped frame, in plain words."""
    frame, day = panel.frame, pd.Timestamp(date)
    past = frame.loc[:day]
    volume, btc = past["mid-band.volume"].dropna(), past["BTC"].dropna()
    flows = frame["etf.eth"].dropna()
    flows = flows[flows.index < day]  # a session's figure is out the day after
    streak = 0
    for flow in reversed(flows.tolist()):
        if streak and np.sign(flow) != np.sign(streak):
            break
        streak += int(np.sign(flow))
        if flow == 0:
            break
    spell = btc[volume.index[-14] : volume.index[-1]] if len(volume) >= 74 else btc[:0]
    calm = len(spell) == 14 and math.log(spell.max() / spell.min()) <= 0.10
    return {
        "ETH/BTC": past["ETH/BTC"].dropna().iloc[-1],
        "ETH fund inflow streak": streak if len(flows) else math.nan,
        "mid-cap volume": volume[-30:].mean() / volume[-180:].mean(),
        "funding": 100 * past["funding.mean"].dropna()[-7:].mean(),
        "failed breakouts": past["failed_breakouts.rate"].dropna().iloc[-1],
        "volume while BTC is sideways": (
            volume[-14:].mean() / volume[-74:-14].mean() if calm else math.nan
        ),
        "Russell 2000": past["RUT"].dropna().iloc[-1] * panel.card("RUT").base_level / 100,
    }


@pytest.mark.parametrize("date", DATES)
def test_values_equal_those_by_hand(panel, lists, date):
    got = {reading.name: reading.value for reading in lists[date].readings}
    assert list(got) == NAMES
    for name, value in by_hand(panel, date).items():
        assert got[name] == pytest.approx(value, rel=1e-9, nan_ok=True), name


def test_states_of_three_days_that_are_remembered(lists):
    then = {
        date: {reading.name: reading.state for reading in lists[date].readings} for date in lists
    }
    # the height of the season, a month before it ended in a washout: leverage is what stood out
    assert then["2021-04-16"]["funding"] == "crowded"
    assert then["2021-04-16"]["mid-cap volume"] == "expanding"
    assert then["2021-04-16"]["ETH fund inflow streak"] == "no data"
    # the week of the peak of 2024: eight sessions of inflow from 22 November on
    assert then["2024-12-05"]["ETH fund inflow streak"] == "inflow streak"
    assert lists["2024-12-05"]["ETH fund inflow streak"].value == 8
    assert then["2024-12-05"]["volume while BTC is sideways"] == "holds"
    # after the collapse of June 2022: nobody pays to be long, volume is gone
    assert then["2022-06-19"]["funding"] == "under par"
    # the Russell closed above 3,000 in the summer of 2026 and fell back
    assert then["2025-08-01"]["Russell 2000"] == "3,000 not reached yet"
    assert then["2026-10-08"]["Russell 2000"] == "lost 3,000"


def test_russell_around_its_level(panel):
    states = {
        day: watchlist(panel, f"2026-{day}")["Russell 2000"].state
        for day in ("06-21", "06-22", "06-23", "08-27", "08-28")
    }
    # first close above on 22 June, under it the next day; last close above on 27 August
    assert list(states.values()) == [
        "3,000 not reached yet",
        "holds 3,000",
        "lost 3,000",
        "holds 3,000",
        "lost 3,000",
    ]


def test_a_flow_counts_from_the_day_after_its_session(panel):
    before = watchlist(panel, "2024-12-05")["ETH fund inflow streak"]
    after = watchlist(panel, "2024-12-06")["ETH fund inflow streak"]
    assert panel.value("etf.eth")["2024-12-05"] > 0
    assert (before.value, after.value) == (8, 9)


# -- nothing later than the date -----------------------------------------------------------------


@pytest.mark.parametrize("date", DATES)
def test_the_panel_known_at_the_date_gives_the_same(panel, lists, date):
    again = watchlist(panel.known_at(date))
    pd.testing.assert_frame_equal(again.summary(), lists[date].summary())
    assert again.run == lists[date].run
    assert str(again) == str(lists[date])


@pytest.mark.parametrize("date", DATES[:-1])
def test_later_values_change_nothing(panel, lists, date):
    frame = panel.frame.copy()
    later = frame.index > pd.Timestamp(date)
    rng = np.random.default_rng(1)
    frame.loc[later] *= np.exp(rng.normal(0, 0.5, (int(later.sum()), frame.shape[1])))
    # the flow of the very day is published tomorrow
    frame.loc[pd.Timestamp(date), ["etf.eth", "etf.btc"]] *= -1
    changed = Panel(frame, panel.cards)
    pd.testing.assert_frame_equal(watchlist(changed, date).summary(), lists[date].summary())


@pytest.mark.parametrize("date", ["2021-04-16", "2024-12-05"])
def test_states_of_the_past_are_those_told_then(panel, date):
    """The record counts days by the state they had, not the one that hindsight gives them."""
    for _, _, make in TRACKS:
        whole, then = make(panel), make(panel.known_at(date))
        for part in ("values", "states"):
            expected = getattr(whole, part).loc[:date]
            pd.testing.assert_series_equal(getattr(then, part), expected, check_names=False)
        assert whole.names == then.names


def test_earlier_values_do(panel, lists):
    frame = panel.frame.copy()
    frame.loc["2024-11-20":"2024-12-03", "etf.eth"] *= -1
    changed = watchlist(Panel(frame, panel.cards), "2024-12-05")["ETH fund inflow streak"]
    assert changed.value != lists["2024-12-05"]["ETH fund inflow streak"].value


# -- staleness -----------------------------------------------------------------------------------


def test_old_readings_are_flagged(panel, lists):
    last = lists["2026-10-08"]
    for reading in last.readings:
        assert reading.age == (pd.Timestamp("2026-10-08") - reading.date).days
    assert {reading.name for reading in last.readings if not reading.stale} == {
        "ETH/BTC",
        "Russell 2000",
    }
    assert last["mid-cap volume"].date == pd.Timestamp("2025-07-13")  # the vendor's last day
    assert not any(reading.stale for reading in lists["2024-12-05"].readings)


def test_a_long_weekend_is_not_stale(panel):
    # Tuesday 2025-01-21 before the open: the last close was Friday's, Monday was a holiday
    frame = panel.frame.copy()
    frame.loc["2025-01-21":, "RUT"] = np.nan
    cut = Panel(frame, panel.cards)
    assert not watchlist(cut, "2025-01-21")["Russell 2000"].stale
    assert watchlist(cut, "2025-01-23")["Russell 2000"].stale


def test_a_series_that_is_missing_says_so(panel):
    slim = panel.select(["ETH/BTC", "mid/BTC", "RUT", "BTC"])
    lean = watchlist(slim, "2021-04-16")
    assert lean["funding"].state == "no data"
    assert lean["funding"].invalid == "the panel has no funding.mean"
    assert lean["ETH/BTC"].invalid is None
    assert "no data: the panel has no mid-band.volume" in str(lean)
    with pytest.raises(KeyError):
        lean["nothing"]


# -- counts --------------------------------------------------------------------------------------


def naive_tally(flags, outcomes, horizon):
    followed = occasions = 0
    last = -math.inf
    for row, (flag, outcome) in enumerate(zip(flags, outcomes, strict=True)):
        if flag and not math.isnan(outcome) and row - last >= horizon:
            occasions += 1
            followed += outcome > 0
            last = row
    return followed, occasions


def test_tally_equals_a_loop():
    rng = np.random.default_rng(2)
    for _ in range(20):
        flags = rng.random(500) < 0.3
        outcomes = np.where(rng.random(500) < 0.2, np.nan, rng.normal(size=500))
        got = tally(flags, outcomes, horizon=30)
        assert (got.followed, got.occasions) == naive_tally(flags, outcomes, 30)


def test_wilson_interval_is_the_formula():
    # Wilson (1927): (k + z^2 / 2 -+ z sqrt(k (n - k) / n + z^2 / 4)) / (n + z^2)
    outcomes = np.where(np.arange(20) < 6, 1.0, -1.0)
    got = tally(np.ones(20, dtype=bool), outcomes, horizon=1)
    z, k, n = 1.959963984540054, 6, 20
    half = z * math.sqrt(k * (n - k) / n + z * z / 4)
    assert got.interval.low == pytest.approx((k + z * z / 2 - half) / (n + z * z))
    assert got.interval.high == pytest.approx((k + z * z / 2 + half) / (n + z * z))
    assert got.share == 0.3
    assert str(got) == "6 of 20 (15-52 %)"
    none = tally(np.zeros(20, dtype=bool), outcomes, horizon=1)
    assert (none.occasions, none.interval, str(none)) == (0, None, "no occasion")
    assert math.isnan(none.share)


def test_occasions_do_not_overlap():
    rows = separate_rows(np.random.default_rng(3).random(1000) < 0.5, 60)
    assert (np.diff(rows) >= 60).all()
    assert len(rows) >= 15


def test_outcome_starts_at_the_next_label_and_is_unknown_at_the_end():
    days = pd.date_range("2020-01-01", periods=10, freq="D", unit="us")
    relative = pd.Series(np.exp(np.arange(10.0) ** 2), index=days)
    got = rotation_outcomes(relative, horizon=3)
    np.testing.assert_allclose(got.iloc[:6], [(t + 4) ** 2 - (t + 1) ** 2 for t in range(6)])
    assert got.iloc[6:].isna().all()


def test_counts_of_a_reading_equal_a_loop(panel, lists):
    reading = lists["2024-12-05"]["ETH/BTC"]
    past = panel.frame.loc[:"2024-12-05"]
    ratio, basket = past["ETH/BTC"].ffill(limit=2), np.log(past["mid/BTC"].to_numpy())
    outcomes = np.full(len(past), np.nan)
    outcomes[:-61] = basket[61:] - basket[1:-60]
    expected = naive_tally(ratio > 0.030, outcomes, 60)
    assert (reading.record.followed, reading.record.occasions) == expected
    # the record is known to the date: two months before its last occasion ends
    assert reading.record.occasions * 60 <= len(past)
    base = naive_tally(ratio.notna(), outcomes, 60)
    assert (reading.base.followed, reading.base.occasions) == base


def test_a_state_seen_on_all_days_has_the_record_of_any_day(lists):
    reading = lists["2024-12-05"]["Russell 2000"]
    assert reading.record == reading.base


# -- words ---------------------------------------------------------------------------------------


def test_summary_and_words(lists):
    got = lists["2024-12-05"]
    assert isinstance(got, Watchlist)
    table = got.summary()
    assert list(table.index) == NAMES
    assert table.loc["mid-cap volume", "low"] < table.loc["mid-cap volume", "share"]
    assert table["percentile"].between(0, 100).all()
    text, html = str(got), got._repr_html_()
    assert "Watchlist at 2024-12-05: 7 readings, 0 stale, 0 without data" in text
    assert "not a promise" in text
    assert "not a promise" in html
    assert max(map(len, text.splitlines())) <= 110
    assert "STALE (452 days old)" in str(lists["2026-10-08"])
    for name in NAMES:
        assert name in text
        assert name in html
    with pytest.raises(AttributeError):
        got.date = None


def test_bad_calls(panel):
    values = panel.value("mid/BTC")
    for bad in (
        lambda: watchlist(panel.on("XNYS")),
        lambda: watchlist(panel, "2027-01-01"),
        lambda: watchlist(panel, "soon"),
        lambda: watchlist(panel, outcome="tiny/BTC"),
        lambda: watchlist(panel, horizon=0),
        lambda: watchlist(panel, level=1.0),
        lambda: rotation_outcomes(-values),
        lambda: rotation_outcomes(values, horizon=0),
        lambda: rotation_outcomes(values, delay=-1),
        lambda: tally(np.ones(3, dtype=bool), np.ones(3), horizon=0),
        lambda: tally(np.ones(3, dtype=bool), np.ones(3), horizon=1, level=0),
    ):
        with pytest.raises(InputError):
            bad()
