"""Measures and facts on a panel small enough to compute by hand."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from altrotation.claims.estimators.moves import session_moves
from altrotation.claims.facts import check_fact
from altrotation.claims.measures.levels import levels, window
from altrotation.claims.measures.registry import MEASURES, measure, place_in_history
from altrotation.claims.specs import FactSpec
from altrotation.data.calendar import labels
from altrotation.data.cards import SeriesCard
from altrotation.data.panel import Panel
from altrotation.errors import CardError, InputError
from altrotation.leadlag.crosscorr import cross_correlation
from altrotation.regimes.legs import dated_legs
from altrotation.signals.trends import above_mean

DATES = pd.date_range("2021-01-01", periods=10, unit="us")
PRICE = [100.0, 110.0, np.nan, 121.0, 60.5, 80.0, 90.0, 100.0, 110.0, 130.0]


@pytest.fixture(scope="module")
def panel():
    frame = pd.DataFrame({"X": PRICE, "S": np.arange(10.0)}, index=DATES)
    frame["S.low"] = np.where(DATES == "2021-01-03", 20.0, 1e4)
    frame["P"] = [1.0, 5.0, 3.0, 2.0, 6.0, 9.0, 8.0, 5.0, 9.0, 9.0]
    frame["late"] = frame["P"]
    cards = [
        SeriesCard(
            name="X",
            kind="index",
            unit="index",
            calendar="24/7",
            base_date="2021-01-01",
            base_level=2000.0,
        ),
        SeriesCard(name="S", kind="share", unit="percent", calendar="24/7"),
        SeriesCard(name="S.low", kind="price", unit="USD", calendar="24/7"),
        SeriesCard(name="P", kind="share", unit="percent", calendar="24/7"),
        SeriesCard(name="late", kind="share", unit="percent", calendar="24/7", release="1d"),
    ]
    return Panel(frame, cards)


SPAN = {"start": "2021-01-01", "end": "2021-01-05"}
STATE = {"name": "peak-known", "series": "S", "fall": 3.0}
CASES = [
    ({"name": "mean", "series": "X", **SPAN}, 20 * (100 + 110 + 121 + 60.5) / 4),
    ({"name": "min", "series": "X", **SPAN}, 20 * 60.5),
    ({"name": "max", "series": "X", **SPAN}, 20 * 121.0),
    ({"name": "quantile", "series": "S", "q": 0.25}, 2.25),
    ({"name": "date-of-max", "series": "X", **SPAN}, pd.Timestamp("2021-01-04")),
    ({"name": "days-at-least", "series": "S", "level": 7.0}, 3.0),
    ({"name": "value", "series": "X", "date": "2021-01-02"}, 2200.0),
    ({"name": "last-level", "series": "X"}, 2600.0),
    ({"name": "first-above", "series": "X", "level": 2200.0}, pd.Timestamp("2021-01-04")),
    (
        {"name": "first-above", "series": "S", "level": 1.0, "start": "2021-01-05"},
        pd.Timestamp("2021-01-05"),
    ),
    # P: 1 5 3 2 6 9 8 5 9 9; the high of 5 is known by a fall of 3 on day 4, that of 9 on day 8
    (STATE | {"series": "P", "start": "2021-01-01"}, pd.Timestamp("2021-01-04")),
    (STATE | {"series": "P", "start": "2021-01-05"}, pd.Timestamp("2021-01-08")),
    # late is P, known a day later
    (STATE | {"series": "late", "start": "2021-01-01"}, pd.Timestamp("2021-01-05")),
    (
        {
            "name": "days-between",
            "from": STATE | {"series": "P", "start": "2021-01-01"},
            "to": {"name": "date-of-max", "series": "S"},
        },
        6.0,
    ),
    # spells of P at 5 and more: day 2, and days 5 to 10; S is 1 and 4 on their first days
    (
        {
            "name": "share-of-starts-below",
            "season": "P",
            "at": 5.0,
            "gap": 2,
            "series": "S",
            "level": 4.0,
            "start": "2021-01-01",
            "end": "2021-01-10",
        },
        50.0,
    ),
    (  # with a gap of three days they are one
        {
            "name": "share-of-starts-below",
            "season": "P",
            "at": 5.0,
            "gap": 3,
            "series": "S",
            "level": 4.0,
            "start": "2021-01-01",
            "end": "2021-01-10",
        },
        100.0,
    ),
    (  # what was on before the window did not begin in it; X is known in its original level
        {
            "name": "share-of-starts-below",
            "season": "P",
            "at": 5.0,
            "gap": 2,
            "series": "X",
            "level": 1211.0,
            "start": "2021-01-05",
            "end": "2021-01-10",
        },
        100.0,
    ),
    (
        {"name": "log-return", "series": "X", "start": "2021-01-02", "days": 2},
        math.log(121 / 110),
    ),
    ({"name": "change", "series": "S", "start": "2021-01-02", "days": 3}, 3.0),
    (
        {
            "name": "gain",
            "from": {"name": "min", "series": "S", "start": "2021-01-03"},
            "to": {"name": "max", "series": "S"},
        },
        3.5,
    ),
    ({"name": "worst-fall", "series": "X", "start": "2021-01-01", "end": "2021-01-10"}, -0.5),
    (
        {
            "name": "worst-fall",
            "series": "X",
            "start": "2021-01-05",
            "end": "2021-01-10",
            "within": 2,
        },
        0.0,
    ),
    (
        {
            "name": "worst-fall",
            "series": "X",
            "low": "S.low",
            "start": "2021-01-01",
            "end": "2021-01-03",
        },
        20.0 / 2200 - 1,
    ),
    ({"name": "gap-to-mean", "series": "X", "window": 2, "at": "2021-01-05"}, 60.5 / 90.75 - 1),
    ({"name": "gap-to-high", "series": "X", "window": 3, "at": "2021-01-05"}, -0.5),
]


@pytest.mark.parametrize(("spec", "expected"), CASES, ids=[str(c[0]["name"]) for c in CASES])
def test_measure_equals_the_value_by_hand(panel, spec, expected):
    found = measure(panel, spec)
    if isinstance(expected, pd.Timestamp):
        assert found == expected
    else:
        assert found == pytest.approx(expected, rel=1e-12, abs=1e-15)


def test_every_measure_has_a_case():
    elsewhere = {"partial-lead-p", "strategy-gain", "spells"}
    assert {spec["name"] for spec, _ in CASES} | elsewhere == set(MEASURES)


def test_a_fall_counts_only_a_high_that_lies_within_the_days(panel):
    spec = {"name": "worst-fall", "series": "X", "start": "2021-01-01", "end": "2021-01-10"}
    # 121 on day 4 to 60.5 on day 5: within one day; from day 6 on only smaller falls are left
    assert measure(panel, {**spec, "within": 1}) == pytest.approx(-0.5)
    assert measure(panel, {**spec, "start": "2021-01-06", "within": 1}) == 0.0


def test_a_gap_reads_nothing_after_its_date(panel):
    spec = {"name": "gap-to-mean", "series": "X", "window": 3, "at": "2021-01-06"}
    early = panel.until("2021-01-06")
    assert measure(panel, spec) == measure(early, spec)


def test_place_in_history_counts_lower_windows(panel):
    spec = {"name": "change", "series": "S", "start": "2021-01-02", "days": 3}
    assert place_in_history(panel, spec) == 0.0  # every window of S changes by 3
    steep = {"name": "log-return", "series": "X", "start": "2021-01-04", "days": 1}
    assert place_in_history(panel, steep) == 0.0  # the halving is the lowest
    assert place_in_history(panel, {"name": "max", "series": "S"}) is None


BAD_PLACES = [
    ({"series": "Y", "start": "2021-01-04"}, "no series 'Y'"),
    ({"series": "X", "start": "soon"}, "must be a date"),
]


@pytest.mark.parametrize(("where", "message"), BAD_PLACES)
def test_a_bad_place_is_refused(panel, where, message):
    with pytest.raises(InputError, match=message):
        place_in_history(panel, {"name": "log-return", "days": 1, **where})


HEIGHTS, LENGTHS = (0.1, 0.3, 0.2, 0.5, 0.4), (70, 55, 40, 80, 60)


@pytest.fixture(scope="module")
def rises():
    """Five rises of a ratio on a flat floor; breadth peaks in each, in the order of their sizes."""
    logs, share = [np.linspace(0.0, -0.05, 40)], [np.zeros(40)]
    for height, length in zip(HEIGHTS, LENGTHS, strict=True):
        logs += [np.linspace(0.0, height, length), np.linspace(height, -0.05, 5)]
        logs.append(np.full(60, -0.05))
        share += [np.full(length - 1, 20.0), np.array([100 * height]), np.full(65, 5.0)]
    share = np.concatenate(share)
    share += np.random.default_rng(4).uniform(0, 0.01, len(share))  # no ties
    days = pd.date_range("2021-01-01", periods=len(share), unit="us")
    frame = pd.DataFrame({"R": np.exp(np.concatenate(logs)), "B": share}, index=days)
    cards = [
        SeriesCard(name="R", kind="index", unit="x", calendar="24/7"),
        SeriesCard(name="B", kind="share", unit="percent", calendar="24/7"),
    ]
    return Panel(frame, cards)


def spells(panel, ask, by="size", **changes):
    spec = {"name": "spells", "ask": ask, "by": by, "series": "R", "mean": 10, "breadth": "B",
            "overlap": 30, "start": str(panel.dates[0].date()),
            "end": str(panel.dates[-1].date())}  # fmt: skip
    return measure(panel, spec | changes)


def test_spells_are_ranked_by_size_or_days_against_their_highest_breadth(rises):
    assert spells(rises, "count") == 5.0
    assert spells(rises, "correlation") == pytest.approx(1.0)
    expected = stats.spearmanr(LENGTHS, HEIGHTS).statistic
    assert spells(rises, "correlation", "days") == pytest.approx(expected)


def test_the_p_of_spells_is_that_of_a_loop_over_every_other_place(rises):
    on = above_mean(rises, "R", window=10).values
    legs = dated_legs(on, measure=rises.value("R"), breadth=rises.value("B"))
    n = len(on)
    found = []
    for shift in (0, *range(30, n - 29)):
        moved = pd.Series(np.roll(rises.value("B").to_numpy(), shift), index=on.index)
        highest = [moved.loc[leg["start"] : leg["end"]].max() for _, leg in legs.iterrows()]
        found.append(stats.spearmanr(legs["depth"], highest).statistic)
    expected = np.mean(np.array(found) >= found[0] - 1e-12)
    assert spells(rises, "p") == pytest.approx(expected)
    assert 1 / len(found) <= expected < 0.2


BAD_SPELLS = [
    ({"by": "luck"}, CardError, "by must be one of size, days, got 'luck'"),
    ({"ask": "why"}, CardError, "ask must be one of correlation, p, count, got 'why'"),
    ({"end": "2021-03-01"}, InputError, "R has [0-9] spells above its mean from 2021-01-01 to"),
    ({"breadth": "gone"}, InputError, "no series 'gone'"),
    ({"overlap": 330}, InputError, "`overlap` of 330 leaves 11 places to move B to"),
]


@pytest.mark.parametrize(("changes", "error", "message"), BAD_SPELLS)
def test_spells_that_cannot_be_ranked_say_so(rises, changes, error, message):
    with pytest.raises(error, match=message):
        spells(rises, **{"ask": "p"} | changes)


def test_a_spell_without_breadth_is_refused(rises):
    holed = rises.frame.copy()
    holed.loc[:"2021-05-15", "B"] = np.nan
    with pytest.raises(InputError, match="B has no value in a spell of R; start later"):
        spells(Panel(holed, [rises.card(name) for name in rises.names]), "p")


BAD_WINDOWS = [
    (("Y",), "no series 'Y'"),
    (("X", "2022-01-01", "2022-02-01"), "X has no values from 2022-01-01 to 2022-02-01"),
    (("X", "soon"), "`start` must be a date"),
]


@pytest.mark.parametrize(("where", "message"), BAD_WINDOWS)
def test_a_window_without_values_is_refused(panel, where, message):
    with pytest.raises(InputError, match=message):
        window(panel, *where)


MAX = {"name": "max", "series": "S"}
BAD = [
    ({"name": "median", "series": "X"}, CardError, "measure 'median' is unknown"),
    ({"name": "mean"}, CardError, "the measure 'mean' lacks the field `series`"),
    ({"name": ["mean"]}, CardError, "is unknown"),
    ({"name": "mean", "series": 3}, CardError, "the measure 'mean'.series must be str, got 3"),
    ({"name": "value", "series": "X", "date": 2021}, CardError, "date must be str, got 2021"),
    (STATE | {"start": "2021-01-01"}, InputError, "No peak of S became known by a fall of 3 after"),
    (
        {"name": "days-between", "from": MAX, "to": MAX},
        CardError,
        "'days-between' needs two dates, got a number",
    ),
    (
        {
            "name": "share-of-starts-below",
            "season": "P",
            "at": 50.0,
            "gap": 2,
            "series": "S",
            "level": 4.0,
            "start": "2021-01-01",
            "end": "2021-01-10",
        },
        InputError,
        "No spell of P at 50 began",
    ),
    (
        {
            "name": "share-of-starts-below",
            "season": "P",
            "at": 9.0,
            "gap": 9,
            "series": "gone",
            "level": 4.0,
            "start": "2021-01-01",
            "end": "2021-01-10",
        },
        InputError,
        "no series 'gone'",
    ),
    ({"name": "mean", "series": "X", "window": 3}, CardError, "the unknown field 'window'"),
    ({"name": "mean", "series": "Y"}, InputError, "no series 'Y'"),
    ({"name": "mean", "series": "X", "start": "2022-01-01", "end": "2022-02-01"}, InputError, "no"),
    ({"name": "first-above", "series": "X", "level": 1e9}, InputError, "never closed above"),
    ({"name": "value", "series": "X", "date": "2021-01-03"}, InputError, "no value on 2021-01-03"),
]


@pytest.mark.parametrize(("spec", "error", "message"), BAD)
def test_a_bad_measure_says_what_is_wrong(panel, spec, error, message):
    with pytest.raises(error, match=message):
        measure(panel, spec)


FACTS = [
    ({"expect": "near", "value": 10.0, "tolerance": 0.10}, True),
    ({"expect": "near", "value": 10.0, "tolerance": 0.09}, False),
    ({"expect": "above", "value": 9.0}, False),
    ({"expect": "above", "value": 8.9}, True),
    ({"expect": "below", "than": {"name": "min", "series": "X"}}, True),
    ({"expect": "between", "low": 9.0, "high": 9.5}, True),
]


@pytest.mark.parametrize(("expectation", "holds"), FACTS)
def test_a_fact_holds_or_not(panel, expectation, holds):
    assert check_fact(panel, FactSpec(text="t", measure=MAX, **expectation)).holds is holds


def test_dates_are_facts_too(panel):
    peak = {"name": "date-of-max", "series": "S"}
    on = FactSpec(text="t", measure=peak, expect="on", value="2021-01-10")
    between = FactSpec(
        text="t", measure=peak, expect="between", low="2021-01-01", high="2021-01-09"
    )
    assert check_fact(panel, on).holds
    assert not check_fact(panel, between).holds


BAD_FACTS = [
    ({"measure": MAX, "expect": "about", "value": 9.0}, CardError, "must be one of near, above"),
    ({"measure": MAX, "expect": "near", "value": 9.0}, CardError, "tolerance"),
    ({"measure": MAX, "expect": "above"}, CardError, "value"),
    ({"measure": MAX, "expect": "between", "low": 9.0}, CardError, "high"),
    ({"measure": {"name": "max", "series": "Y"}, "expect": "above", "value": 9.0}, InputError,
     "no series 'Y'"),
    ({"measure": MAX | {"start": "2022-01-01", "end": "2022-02-01"}, "expect": "above",
      "value": 9.0}, InputError, "no"),
]  # fmt: skip


@pytest.mark.parametrize(("spec", "error", "message"), BAD_FACTS)
def test_a_bad_fact_is_refused(panel, spec, error, message):
    with pytest.raises(error, match=message):
        check_fact(panel, FactSpec(text="t", **spec))


def test_bad_levels(panel):
    with pytest.raises(InputError, match="no series 'Y'"):
        levels(panel, "Y")
    empty = panel.frame.assign(X=np.nan)
    with pytest.raises(InputError, match="X has no values in the panel"):
        levels(Panel(empty, panel.cards), "X")


def two_leaders(lead, n=900):
    """Sessions: `x` follows RUT by two sessions; SPX moves with RUT and is held fixed."""
    rng = np.random.default_rng(8)
    dates = pd.date_range("2019-01-01", periods=n, unit="us", name="date")
    sessions = labels("XNYS", dates[0], dates[-1])
    market = rng.standard_normal(len(sessions))
    rut = market + rng.standard_normal(len(sessions))
    follower = rng.standard_normal(len(sessions))
    follower[2:] += lead * rut[:-2]
    names = {"RUT": rut, "SPX": market, "x": follower}
    names["y"] = rng.standard_normal(len(sessions))
    frame = pd.DataFrame({k: np.exp(0.01 * v.cumsum()) for k, v in names.items()}, index=sessions)
    cards = [SeriesCard(name=c, kind="price", unit="USD", calendar="24/7") for c in frame]
    return Panel(frame.reindex(dates), cards)


def test_a_partial_lead_is_holm_over_cross_correlations_of_sessions():
    spec = {
        "name": "partial-lead-p", "leader": "RUT", "followers": ["x", "y"], "controls": ["SPX"],
        "lags": 3, "replicates": 199,
    }  # fmt: skip
    panel = two_leaders(0.6)
    moves = session_moves(panel, ("RUT", "x", "y", "SPX"))
    raw = [
        cross_correlation(
            moves["RUT"], moves[name], lags=3, controls=moves[["SPX"]], replicates=199
        ).sides["positive"]
        for name in ("x", "y")
    ]
    found = measure(panel, spec)
    assert found == pytest.approx(min(2 * min(raw), 1.0))  # the smallest of two after Holm
    assert found <= 0.02
    assert measure(two_leaders(0.0), spec) > 0.05
