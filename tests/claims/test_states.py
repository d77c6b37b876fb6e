"""States that begin, on series small enough to follow with a finger; and their causality."""

import numpy as np
import pandas as pd
import pytest

from altrotation.claims.estimators.effects import find_events
from altrotation.claims.estimators.states import STATES, state_events
from altrotation.claims.specs import EventsSpec
from altrotation.data.cards import SeriesCard
from altrotation.data.panel import Panel
from altrotation.errors import CardError, InputError

FIRST = "2021-01-01"


def panel_of(values, *, release="0d", **card):
    days = pd.date_range(FIRST, periods=len(values), unit="us", name="date")
    kinds = {"kind": "share", "unit": "percent", "calendar": "24/7", "release": release} | card
    frame = pd.DataFrame({"S": np.asarray(values, dtype=float)}, index=days)
    return Panel(frame, [SeriesCard(name="S", **kinds)])


def rows_of(values, *, release="0d", card=None, **options):
    """Days after the first on which the state begins."""
    spec = EventsSpec(series="S", start=FIRST, end="2030-01-01", **{"quiet": 0} | options)
    found = state_events(panel_of(values, release=release, **card or {}), spec)
    return [(day - pd.Timestamp(FIRST)).days for day in found.dates]


NAN = np.nan
CASES = {
    "above begins at the level": ({"kind": "above", "level": 5}, [4, 5, 6, 4, 7], [1, 4]),
    "below begins at the level": ({"kind": "below", "level": 5}, [6, 5, 4, 6, 3], [1, 4]),
    "on at the start begins nothing": ({"kind": "above", "level": 5}, [6, 7, 4, 6], [3]),
    "a missing value changes nothing": ({"kind": "above", "level": 5}, [4, NAN, 6, NAN, 7], [2]),
    "back keeps it on in the band": (
        {"kind": "below", "level": 60, "back": 1},
        [62, 59, 60.5, 61, 59, 61.1, 59],
        [1, 6],
    ),
    "back above": ({"kind": "above", "level": 5, "back": 2}, [1, 5, 3, 6, 2.9, 5], [1, 5]),
    "quiet counts values that were off": (
        {"kind": "above", "level": 5, "quiet": 2},
        [4, 4, 6, 4, 6, 4, 4, 6],
        [2, 7],
    ),
    "quiet needs as many values before": ({"kind": "above", "level": 5, "quiet": 2}, [4, 6, 4], []),
    "quiet passes over missing values": (
        {"kind": "above", "level": 5, "quiet": 2},
        [4, 4, 6, 4, NAN, NAN, 6],
        [2],
    ),
    "a streak is known with its last value": (
        {"kind": "streak", "level": 0, "length": 3},
        [1, 1, -1, 1, 1, 1, 1, 0, 1, 1, 1],
        [5, 10],
    ),
    "a streak is of values above, not at": (
        {"kind": "streak", "level": 0, "length": 2},
        [-1, 1, 0, 1, 1],
        [4],
    ),
    "sessions in a row may have days between": (
        {"kind": "streak", "level": 0, "length": 3},
        [-1, 1, 1, NAN, NAN, 1],
        [5],
    ),
    # high 10 on day 2, known on day 4 at 5; trough 4 on day 5, known on day 6; 12 on 7, known on 8
    "a peak is dated by the fall that showed it": (
        {"kind": "peak", "fall": 5},
        [3, 8, 10, 9, 5, 4, 9, 12, 7, 6],
        [4, 8],
    ),
    "a peak after a quiet spell": (
        {"kind": "peak", "fall": 5, "quiet": 3},
        [3, 8, 10, 9, 5, 4, 9, 12, 7, 6],
        [4],
    ),
    "the range is passed after days above the floor": (
        # place in the three days before: day 3 at (log 6 - log 4) / (log 8 - log 4), and so on
        {"kind": "range", "window": 3, "level": 0.9, "floor": -1, "within": 1},
        [4, 8, 4, 5, 5, 9, 9, 5, 9.5],
        [5, 8],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_state_begins(name):
    options, values, expected = CASES[name]
    assert rows_of(values, **options) == expected


def test_every_kind_has_a_case():
    assert {options["kind"] for options, _, _ in CASES.values()} == set(STATES)


def test_a_range_is_passed_on_the_day_of_passing_or_not_at_all():
    """A leap from the floor through the level: the days above the floor come too late for it."""
    values = [10, 20, 10, 20, 10, 10, 19, 18, 19, 18.5, 18.8, 18.4, 20]
    options = {"kind": "range", "window": 4, "level": 0.5, "floor": 0.3}
    # days 6 to 10 lie above the level, three of them have passed by day 9; day 11 is at 0.4 of it
    assert rows_of(values, within=1, **options) == [12]
    assert rows_of(values, within=3, **options) == [12]
    assert rows_of(values, within=1, **{**options, "floor": -1.0}) == [6, 12]


def test_the_level_of_a_rebased_index_is_that_of_its_original():
    card = {"kind": "index", "unit": "index", "base_date": FIRST, "base_level": 2000.0}
    values = [100.0, 120.0, 149.0, 150.0, 151.0]
    assert rows_of(values, card=card, kind="above", level=3000.0) == [3]


def test_an_event_is_dated_by_the_day_it_was_known():
    options = {"kind": "above", "level": 5}
    late = rows_of([4, 4, 6, 6, 4, 6, 6, 6], release="1d", **options)
    assert late == [3, 6]


@pytest.mark.parametrize(
    "options",
    [
        {"kind": "above", "level": 0.5, "back": 0.3, "quiet": 2},
        {"kind": "below", "level": 0.5, "quiet": 0},
        {"kind": "streak", "level": 0.4, "length": 3, "quiet": 1},
        {"kind": "peak", "fall": 0.6, "quiet": 0},
        {"kind": "range", "window": 5, "level": 0.6, "floor": 0.1, "within": 2, "quiet": 0},
    ],
)
def test_what_comes_later_moves_no_event(options):
    values = np.random.default_rng(0).uniform(0.05, 1.0, 200)
    full = rows_of(values, **options)
    assert len(full) > 5
    for cut in range(1, 200, 7):
        assert rows_of(values[:cut], **options) == [row for row in full if row < cut]
        changed = np.concatenate([values[:cut], values[cut:][::-1] + 0.5])
        assert [row for row in rows_of(changed, **options) if row < cut] == [
            row for row in full if row < cut
        ]


def test_a_condition_on_the_day_and_the_span_keep_events():
    values = [4, 6, 4, 6, 4, 6, 4]
    panel = panel_of(values, kind="price", unit="USD")
    spec = EventsSpec(
        series="S",
        kind="above",
        level=5,
        quiet=0,
        start="2021-01-03",
        end="2021-01-05",
        given={"name": "above-mean", "series": "S", "window": 2},
    )
    assert list(find_events(panel, spec).dates) == [pd.Timestamp("2021-01-04")]
    none = EventsSpec(
        series="S", kind="above", level=5, quiet=0, start=FIRST, end="2021-02-01",
        given={"name": "not", "of": {"name": "above-mean", "series": "S", "window": 2}},
    )  # fmt: skip
    assert len(find_events(panel, none)) == 0
    assert hash(spec) is not None


SPAN = {"series": "S", "start": FIRST, "end": "2022-01-01", "quiet": 0}
BAD = [
    (EventsSpec(kind="above", **SPAN), CardError, "'above' need the field `level`"),
    (EventsSpec(kind="range", level=0.5, **SPAN), CardError, "'range' need the field `floor`"),
    (EventsSpec(kind="above", level=5, **SPAN | {"series": "T"}), InputError, "no series 'T'"),
]


@pytest.mark.parametrize(("spec", "error", "message"), BAD)
def test_a_bad_state_is_refused(spec, error, message):
    with pytest.raises(error, match=message):
        state_events(panel_of([1, 2, 3]), spec)


@pytest.mark.parametrize(("spec", "error", "message"), BAD)
def test_bad_events_are_refused(spec, error, message):
    with pytest.raises(error, match=message):
        find_events(panel_of([1, 2, 3]), spec)
