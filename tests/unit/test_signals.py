import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from altrotation.data.cards import SeriesCard
from altrotation.data.panel import Panel
from altrotation.errors import InputError, LookaheadError
from altrotation.events.eventset import EventSet
from altrotation.inference.results import RunInfo
from altrotation.regimes.paths import FilteredRegime, SmoothedRegime
from altrotation.signals import breakouts as rules
from altrotation.signals import logic, market, trends, vetoes
from altrotation.signals.breakouts import (
    after_breakout,
    ether_breakout,
    failed_breakout,
    russell_breakout,
)
from altrotation.signals.combine import confluence, veto
from altrotation.signals.market import (
    breadth_momentum,
    dominance_below,
    dominance_falling,
    liquidity_easing,
)
from altrotation.signals.signal import Signal
from altrotation.signals.trends import above_level, above_mean, carried, falling, rising
from altrotation.signals.vetoes import crowded_funding, failing_breakouts, heavy_unlocks
from altrotation.testing import assert_causal

NAN = float("nan")
UNKNOWNS = st.lists(st.sampled_from([0.0, 1.0, NAN]), min_size=1, max_size=7)
GRADED = st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0, NAN]), min_size=1, max_size=5)


def signal(values, start="2020-01-01", **options):
    dates = pd.date_range(start, periods=len(values), freq="D", unit="us", name="date")
    return Signal(pd.Series(np.asarray(values, dtype=float), index=dates), **options)


def same(found, expected):
    np.testing.assert_array_equal(found.values.to_numpy(), np.asarray(expected, dtype=float))


def completions(values):
    """Every way the unknown values may turn out, at the ends of their range."""
    holes = [i for i, v in enumerate(values) if np.isnan(v)]
    for filling in itertools.product([0.0, 1.0], repeat=len(holes)):
        out = list(values)
        for i, v in zip(holes, filling, strict=True):
            out[i] = v
        yield out


def settled(results):
    """A value that all completions agree on, or NaN."""
    held = set(results)
    return held.pop() if len(held) == 1 else NAN


# -- logic: against every completion of the unknown ------------------------------------------------


@given(GRADED, st.data())
def test_at_least_is_known_exactly_where_every_completion_agrees(values, data):
    need = data.draw(st.integers(1, len(values)))
    expected = settled(sorted(c)[-need] for c in completions(values))
    np.testing.assert_array_equal(logic.at_least(np.array([values]), need), [expected])


@given(UNKNOWNS, st.integers(1, 5))
def test_hold_is_known_exactly_where_every_completion_agrees(values, days):
    padded = [NAN] * (days - 1) + values
    expected = [
        settled(max(c) for c in completions(padded[row : row + days])) for row in range(len(values))
    ]
    same(signal(values).hold(days), expected)


def test_truth_tables():
    a = signal([1, 1, 1, 0, 0, 0, NAN, NAN, NAN])
    b = signal([1, 0, NAN, 1, 0, NAN, 1, 0, NAN])
    same(a & b, [1, 0, NAN, 0, 0, 0, NAN, 0, NAN])
    same(a | b, [1, 1, 1, 1, 0, NAN, 1, NAN, NAN])
    same(~a, [0, 0, 0, 1, 1, 1, NAN, NAN, NAN])
    same(veto(a, by=b), [0, 1, NAN, 0, 0, 0, 0, NAN, NAN])
    same(veto(a, by=b, unknown="pass"), [0, 1, 1, 0, 0, 0, 0, NAN, NAN])
    same(veto(a, by=b, unknown="block"), [0, 1, 0, 0, 0, 0, 0, NAN, 0])


def test_confluence_counts_and_says_when_the_unknown_decides():
    a, b, c = signal([1, 1, 0, 1]), signal([0, 1, 0, NAN]), signal([NAN, NAN, NAN, 1])
    same(confluence([a, b, c], need=2), [NAN, 1, 0, 1])
    same(confluence([a, b, c]), [0, NAN, 0, NAN])
    same(confluence([a, b, c], need=1), [1, 1, NAN, 1])


def test_unites_dates_and_is_unknown_outside():
    joined = signal([1, 1], start="2020-01-01") & signal([1, 0], start="2020-01-04")
    assert list(joined.dates.day) == [1, 2, 3, 4, 5]
    same(joined, [NAN, NAN, NAN, NAN, 0])


# -- time ------------------------------------------------------------------------------------------


def test_cooldown_refuses_a_spell_too_soon_after_the_last():
    s = signal([1, 0, 1, 1, 1, 0, 0, 0, 1])
    same(s.cooldown(2), [1, 0, 0, 1, 1, 0, 0, 0, 1])
    same(s.cooldown(3), [1, 0, 0, 0, 1, 0, 0, 0, 1])
    same(s.cooldown(10), [1, 0, 0, 0, 0, 0, 0, 0, 0])
    same(signal([1, NAN, 1, 0, NAN, 1]).cooldown(5), [1, NAN, 1, 0, NAN, 0])


def test_confirm_within_forgets_what_nothing_confirms():
    pulse = signal([1, 0, 0, 0, 0, 0, 0])
    same(pulse.confirm_within(signal([0, 0, 1, 1, 0, 0, 1]), days=2), [0, 0, 1, 0, 0, 0, 0])


def test_knows_when_it_is_known():
    friday = signal([1, 1, 0], start="2024-01-05", release="1b")
    assert [f"{d:%m-%d}" for d in friday.known] == ["01-08", "01-08", "01-08"]
    assert list(friday.at_known().dates) == [pd.Timestamp("2024-01-08")]
    same(friday.at_known(), [0.0])
    moved = signal([1, 0, NAN, 1], release="2d").at_known()
    assert moved.dates[0] == pd.Timestamp("2020-01-03")
    same(moved, [1, 0, NAN, 1])
    both = signal([1, 1, 1]) & signal([1, 1, 1], release="1d")
    same(both, [NAN, 1, 1, NAN])


def test_entries_and_spells():
    s = signal([1, 0, 1, 1, NAN, 1, 0, 0.5])
    assert [d.day for d in s.entries] == [3, 8]
    assert s.spells()["days"].tolist() == [1, 2, 1, 1]
    assert s.spells()["degree"].tolist() == [1, 1, 1, 0.5]


def test_prints_its_recipe():
    a, b = signal([1, 0], name="a", recipe="rule a"), signal([1, 1], name="b", recipe="rule b")
    text = str(veto(confluence([a, b], need=1).hold(3), by=~b))
    for part in (
        "rule a",
        "rule b",
        "at least 1 of 2",
        "held for 3 days",
        "unless",
        "not (rule b)",
    ):
        assert part in text
    assert "recipe" in a.summary().index
    assert "<b>Signal: a</b>" in a._repr_html_()
    assert "on 50%" in repr(a)
    with pytest.raises(AttributeError):
        a.name = "other"


# -- from events and regimes -----------------------------------------------------------------------


def test_from_events_is_a_pulse():
    dates = pd.date_range("2020-01-01", periods=5, freq="D", unit="us")
    events = EventSet(["2020-01-03", "2021-01-01"], rule="test", source="X")
    same(Signal.from_events(events, dates), [0, 0, 1, 0, 0])
    same(Signal.from_events(events, dates, since=dates[1]), [NAN, 0, 1, 0, 0])


def regime(kind):
    dates = pd.date_range("2020-01-01", periods=4, freq="D", unit="us")
    return kind(
        detector="d",
        rule="rule",
        states=("alt", "btc", "off"),
        dates=dates,
        codes=np.array([0, 1, -1, 2]),
        run=RunInfo(0, "x"),
    )


def test_from_a_filtered_regime():
    same(Signal.from_regime(regime(FilteredRegime), on="alt"), [1, 0, NAN, 0])
    same(Signal.from_regime(regime(FilteredRegime), on=("alt", "off")), [1, 0, NAN, 1])


def test_refuses_a_smoothed_regime():
    with pytest.raises(LookaheadError, match="uses the future"):
        Signal.from_regime(regime(SmoothedRegime), on="alt")
    with pytest.raises(LookaheadError):
        Signal(regime(SmoothedRegime))
    with pytest.raises(InputError, match="from_regime"):
        Signal(regime(FilteredRegime))


GAP = pd.Series([1.0, 0.0], index=pd.DatetimeIndex(["2020-01-01", "2020-01-03"]))
ONE = signal([1.0, 0.0])
BAD = [
    (lambda: Signal(GAP), "every UTC day"),
    (lambda: signal([0.5, 1.5]), r"\[0, 1\], got 1.5"),
    (lambda: Signal([1.0]), "must be a pandas Series, got list"),
    (lambda: signal([]), "no row"),
    (lambda: signal([1.0], release="soon"), "release"),
    (lambda: ONE.hold(0), "days"),
    (lambda: ONE.cooldown(0), "days"),
    (lambda: ONE.confirm_within(ONE, days=0), "days"),
    (lambda: ONE & 1, "combines with a Signal"),
    (lambda: confluence([]), "at least one"),
    (lambda: confluence([ONE], need=2), "`need`"),
    (lambda: confluence([ONE.values]), "Signals"),
    (lambda: veto(ONE, by=[]), "at least one"),
    (lambda: veto(ONE, by=ONE, unknown="off"), "'unknown', 'pass', 'block'"),
    (lambda: Signal.from_regime(regime(FilteredRegime), on="bull"), "on"),
]


@pytest.mark.parametrize(("call", "words"), BAD)
def test_bad_calls(call, words):
    with pytest.raises(InputError, match=words):
        call()


# -- ready rules -----------------------------------------------------------------------------------

DAYS = pd.date_range("2019-01-01", periods=900, freq="D", unit="us", name="date")
WEEKDAY = np.asarray(DAYS.day_of_week < 5)


def panel():
    rng = np.random.default_rng(11)

    def walk(scale=0.02):
        return np.exp(rng.normal(0, scale, len(DAYS)).cumsum())

    frame = pd.DataFrame(
        {
            "RUT": np.where(WEEKDAY, 100 * walk(), np.nan),
            "ETH/BTC": 0.03 * walk(0.03),
            "BTC.dominance": 58
            + 8 * np.sin(np.arange(len(DAYS)) / 60)
            + rng.normal(0, 0.5, len(DAYS)),
            "DGS3MO": np.where(WEEKDAY, 2 + rng.normal(0, 0.05, len(DAYS)).cumsum(), np.nan),
            "DXY": np.where(WEEKDAY, 100 * walk(0.004), np.nan),
            "net_liquidity": np.where(DAYS.day_of_week == 2, 6e12 * walk(0.002), np.nan),
            "top50.breadth": 50 + 45 * np.sin(np.arange(len(DAYS)) / 45),
            "funding.mean": rng.normal(1.5e-4, 2e-4, len(DAYS)).cumsum() / 50,
            "unlock.load": 2 + np.sin(np.arange(len(DAYS)) / 20),
            "failed_breakouts.rate": 70 + 25 * np.sin(np.arange(len(DAYS)) / 30),
        },
        index=DAYS,
    )
    return frame, CARDS


def card(name, kind, release="0d", calendar="24/7"):
    return SeriesCard(name=name, kind=kind, unit="x", calendar=calendar, release=release)


CARDS = [
    card("RUT", "index", calendar="XNYS"),
    card("ETH/BTC", "ratio"),
    card("BTC.dominance", "share"),
    card("DGS3MO", "yield", "1b", "XNYS"),
    card("DXY", "index", calendar="XNYS"),
    card("net_liquidity", "amount", "1b", "weekly"),
    card("top50.breadth", "share"),
    card("funding.mean", "rate"),
    card("unlock.load", "share"),
    card("failed_breakouts.rate", "share"),
]
RULES = {
    "after_breakout": lambda p: after_breakout(p, "ETH/BTC", window=30, quiet=5, days=10),
    "russell_breakout": lambda p: russell_breakout(p, window=60, quiet=10, days=20),
    "russell record": lambda p: russell_breakout(p, kind="record", quiet=3, days=20),
    "ether_breakout": lambda p: ether_breakout(p, quiet=5),
    "failed_breakout": lambda p: failed_breakout(p, window=40, quiet=5, within=15, days=20),
    "above_mean": lambda p: above_mean(p, "RUT", window=50),
    "rising": lambda p: rising(p, "net_liquidity", carry=14),
    "falling": lambda p: falling(p, "DGS3MO"),
    "above_level": lambda p: above_level(p, "top50.breadth", 50.0),
    "dominance_below": lambda p: dominance_below(p),
    "dominance_falling": lambda p: dominance_falling(p),
    "liquidity_easing": lambda p: liquidity_easing(p),
    "breadth_momentum": lambda p: breadth_momentum(p),
    "crowded_funding": lambda p: crowded_funding(p, level=1e-4),
    "heavy_unlocks": lambda p: heavy_unlocks(p),
    "failing_breakouts": lambda p: failing_breakouts(p),
    "algebra": lambda p: veto(
        confluence([above_mean(p, "ETH/BTC", window=20), breadth_momentum(p)], need=1)
        .hold(5)
        .cooldown(7),
        by=heavy_unlocks(p),
    ).confirm_within(dominance_falling(p), days=10),
}


def test_every_rule_is_held_to_causality():
    """A new rule without a row in RULES fails here."""
    exported = {name for module in (rules, market, trends, vetoes) for name in module.__all__}
    assert exported - {"carried"} == {name for name in RULES if name in exported}


@pytest.mark.parametrize("name", RULES)
def test_rules_are_causal_and_switch(name):
    frame, cards = panel()

    def values(data):
        return RULES[name](Panel(data, cards)).values

    found = values(frame)
    assert set(found.dropna().unique()) == {0.0, 1.0}, "the world must excite the rule"
    assert_causal(values, frame)


def test_release_lags_are_respected():
    frame, cards = panel()
    values = above_level(Panel(frame, cards), "DGS3MO", 2.0, carry=0).values
    stamped = (frame["DGS3MO"] > 2.0).where(frame["DGS3MO"].notna())
    # Tuesday's yield is known on Wednesday, Friday's on Monday
    tuesday, wednesday = pd.Timestamp("2019-03-05"), pd.Timestamp("2019-03-06")
    assert values[wednesday] == stamped[tuesday]
    friday, monday = pd.Timestamp("2019-03-08"), pd.Timestamp("2019-03-11")
    assert np.isnan(values[friday + pd.Timedelta(1, "D")])
    assert values[monday] == stamped[friday]


def test_last_known_value_grows_old():
    frame, cards = panel()
    frame.loc["2020-03-01":"2020-03-20", "top50.breadth"] = np.nan
    known = carried(Panel(frame, cards), "top50.breadth")
    assert known["2020-03-07"] == frame.loc["2020-02-29", "top50.breadth"]
    assert np.isnan(known["2020-03-08"])


def test_hysteresis_of_dominance():
    dates = pd.date_range("2020-01-01", periods=7, freq="D", unit="us", name="date")
    frame = pd.DataFrame({"BTC.dominance": [60.5, 61.5, 60.5, 59.5, 60.5, 61.5, np.nan]}, dates)
    found = dominance_below(Panel(frame, [card("BTC.dominance", "share")])).values
    np.testing.assert_array_equal(found, [NAN, 0, 0, 1, 1, 0, 0])


def test_failure_is_known_on_the_first_close_below():
    dates = pd.date_range("2020-01-01", periods=12, freq="D", unit="us", name="date")
    frame = pd.DataFrame({"RUT": [5, 5, 5, 5, 6, 7, 4, 4, 4, 4, 4, 4.0]}, index=dates)
    p = Panel(frame, [card("RUT", "index")])
    found = failed_breakout(p, kind="record", quiet=2, within=3, days=2).values
    np.testing.assert_array_equal(found.to_numpy()[4:], [0, 0, 1, 1, 0, 0, 0, 0])


def test_bad_panels():
    frame, cards = panel()
    whole = Panel(frame, cards)
    sessions = whole.on("XNYS")
    for call, words in [
        (lambda: carried(sessions, "RUT"), "every UTC day"),
        (lambda: carried(whole, "SPX"), "no series 'SPX'"),
        (lambda: carried(whole, "RUT", carry=-1), "carry"),
        (lambda: above_mean(whole, "RUT", window=1), "window"),
        (lambda: above_mean(whole, "SPX"), "no series 'SPX'"),
        (lambda: rising(whole, "RUT", days=0), "days"),
        (lambda: rising(sessions, "RUT"), "every UTC day"),
        (lambda: falling(whole, "RUT", days=0), "days"),
        (lambda: dominance_below(whole, back=-1), "back"),
        (lambda: dominance_below(whole, name="no"), "no series 'no'"),
        (lambda: dominance_falling(whole, days=0), "days"),
        (lambda: liquidity_easing(whole, need=4), "need"),
        (lambda: liquidity_easing(whole, days=0), "days"),
        (lambda: breadth_momentum(whole, days=0), "days"),
        (lambda: above_level(whole, "SPX", 1.0), "SPX"),
        (lambda: after_breakout(whole, "RUT", days=0), "days"),
        (lambda: russell_breakout(whole, kind="loud"), "kind"),
        (lambda: ether_breakout(whole, window=0), "window"),
        (lambda: failed_breakout(whole, within=0), "within"),
        (lambda: failed_breakout(whole, days=0), "days"),
        (lambda: crowded_funding(whole, window=0), "window"),
        (lambda: heavy_unlocks(whole, name="no"), "no series"),
        (lambda: failing_breakouts(whole, name="no"), "no series"),
    ]:
        with pytest.raises(InputError, match=words):
            call()


@settings(max_examples=50)
@given(st.lists(st.sampled_from([0.0, 1.0, NAN]), min_size=3, max_size=40), st.integers(1, 6))
def test_cooldown_keeps_spells_apart(values, days):
    out = signal(values).cooldown(days).values.to_numpy()
    on = np.flatnonzero(out == 1)
    for first, second in itertools.pairwise(on):
        between = out[first + 1 : second]
        assert (np.isnan(between)).all() or second - first > days
