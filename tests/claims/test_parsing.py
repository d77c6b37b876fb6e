"""Tables into specifications: what fits an annotation, what does not, and what is said then."""

from dataclasses import dataclass, replace
from typing import Any, Literal

import pytest

from altrotation.claims.card import CATALOGUE, load_card
from altrotation.claims.limits import check_design, check_events, check_study
from altrotation.claims.parsing import build, typed
from altrotation.claims.tables import design, events, rivals, rows, study, variants
from altrotation.errors import CardError


@dataclass(frozen=True)
class Inner:
    n: int


@dataclass(frozen=True)
class Spec:
    name: str
    inner: Inner
    level: float | None = None
    sizes: tuple[int, ...] = ()
    side: Literal["up", "down"] = "up"


FITS = [
    (3, float, 3.0),
    (3, float | None, 3.0),
    (3, int | float, 3),
    (2.5, float, 2.5),
    ([1, 2], tuple[int, ...], (1, 2)),
    ([[1], [2]], tuple[tuple[int, ...], ...], ((1,), (2,))),
    ({"n": 1}, Inner, Inner(1)),
    (Inner(2), Inner, Inner(2)),
    ([{"n": 1}], tuple[Inner, ...], (Inner(1),)),
    ("up", Literal["up", "down"], "up"),
    ({"a": 1}, dict[str, Any], {"a": 1}),
    (True, bool, True),
]


@pytest.mark.parametrize(("value", "hint", "expected"), FITS)
def test_what_fits_is_returned(value, hint, expected):
    found = typed(value, hint, "here")
    assert found == expected
    assert type(found) is type(expected)


def test_a_table_becomes_a_specification():
    found = build(Spec, {"name": "a", "inner": {"n": 1}, "sizes": [1], "level": 2}, "here")
    assert found == Spec("a", Inner(1), 2.0, (1,))
    assert build(Spec, {"name": "a", "inner": Inner(1)}, "here").side == "up"


BAD_VALUES = [
    ("3", int, "here must be int, got '3'"),
    (True, int, "here must be int, got True"),
    (True, float | None, "here must be float, got True"),
    (1, bool, "here must be bool, got 1"),
    (2.0, int, "here must be int, got 2.0"),
    ("up", tuple[str, ...], "here must be a list, got 'up'"),
    (["a", 2], tuple[str, ...], r"here\[2\] must be str, got 2"),
    ("left", Literal["up", "down"], "here must be one of up, down, got 'left'"),
    ([1], dict[str, Any], r"here must be dict, got \[1\]"),
    (3, Inner, "here must be a table, got 3"),
]


@pytest.mark.parametrize(("value", "hint", "message"), BAD_VALUES)
def test_a_bad_value_is_refused(value, hint, message):
    with pytest.raises(CardError, match=message):
        typed(value, hint, "here")


BAD_TABLES = [
    ([], r"here must be a table, got \[\]"),
    (
        {"name": "a", "inner": {"n": 1}, "nme": 3},
        "here has the unknown field 'nme'; known are name",
    ),
    ({"name": "a"}, "here lacks the field `inner`"),
    ({"name": "a", "inner": {"n": "x"}}, "here.inner.n must be int, got 'x'"),
]


@pytest.mark.parametrize(("table", "message"), BAD_TABLES)
def test_a_bad_table_is_refused(table, message):
    with pytest.raises(CardError, match=message):
        build(Spec, table, "here")


# -- the tables of a card, one bad call a condition; the whole list is in test_cards --------------

EVENT, CONTRAST, PROJECTION = (load_card(CATALOGUE / f"{name}.toml") for name in ("A1", "A2", "C3"))
SPAN = {"start": "2020-01-01", "end": "2021-01-01"}
EVENTS = {"series": "RUT", **SPAN}
STUDY = {"outcomes": ["x"], "primary": "x", "horizon": 5, "horizons": [5], **SPAN}
CARD = {"events": EVENTS, "study": STUDY}


def test_bad_tables_of_a_card():
    with pytest.raises(CardError, match="`facts` must be a list of tables"):
        rows({"facts": {"text": "x"}}, "facts")
    with pytest.raises(CardError, match="here lacks the field `series`"):
        events(SPAN, "here")
    with pytest.raises(CardError, match=r"here\.quiet must be at least 0"):
        events(EVENTS | {"quiet": -1}, "here")
    with pytest.raises(CardError, match=r"here\.horizons must be a list"):
        study(STUDY | {"horizons": 5}, "here")
    with pytest.raises(CardError, match=r"here\.horizon 6 is not among the horizons"):
        study(STUDY | {"horizon": 6}, "here")
    with pytest.raises(CardError, match=r"a\.rivals\[1\] needs a table \[events\]"):
        rivals({"rivals": [{"name": "x"}]}, "a.")
    with pytest.raises(CardError, match=r"variants\[1\].study must be a table, got 3"):
        variants({**CARD, "variants": [{"name": "x", "role": "null", "study": 3}]}, "event")
    with pytest.raises(CardError, match="here lacks the field `order`"):
        design(SPAN, "cascade", "here")
    with pytest.raises(CardError, match=r"here\.order must name three"):
        design({"order": ["a", "b"], **SPAN}, "cascade", "here")


BAD_EVENTS = [
    ({"start": "soon"}, "`here.start` must be a date"),
    ({"kind": "below"}, "of the kind 'below' needs the field `level`"),
    ({"kind": "peak", "select": "held"}, "here.select belongs to breakouts"),
    ({"given": {"name": "luck"}}, "here.given: 'luck' is unknown"),
    ({"kind": "peak", "fall": 0.0}, "here.fall must be above 0, got 0"),
]
BAD_STUDIES = [
    ({"end": "2001-01-01"}, "here.end 2001-01-01 lies before its start"),
    ({"primary": "y"}, "here.primary 'y' is not among the outcomes"),
]
BAD_DESIGNS = [
    ({"delay": -1}, "here.delay must be at least 0, got -1"),
    ({"regressor": "y"}, "here.regressor 'y' is not among the regressors"),
    ({"response": {"name": "luck"}, "outcomes": ()}, "here.response: 'luck' is unknown"),
    ({"method": "local-projection", "together": True}, "has no place for a `response`, `together`"),
    ({"regressors": ()}, "here.regressors must not be empty"),
]


@pytest.mark.parametrize(("change", "message"), BAD_EVENTS)
def test_bad_events(change, message):
    with pytest.raises(CardError, match=message):
        check_events(replace(EVENT.events, **change), "here")


@pytest.mark.parametrize(("change", "message"), BAD_STUDIES)
def test_bad_studies(change, message):
    with pytest.raises(CardError, match=message):
        check_study(replace(EVENT.study, **change), "here")


@pytest.mark.parametrize(("change", "message"), BAD_DESIGNS)
def test_bad_designs(change, message):
    with pytest.raises(CardError, match=message):
        check_design(replace(PROJECTION.design, **change), "here")


def test_a_card_names_all_the_series_it_reads():
    needs = set(CONTRAST.needs)
    assert {"RUT", "SPX", "QQQ", "RSP", "XLU", "mid/BTC", "ETH/BTC", "BTC"} <= needs
    facts = load_card(CATALOGUE / "D2.toml").needs
    assert {"funding.mean", "top50.breadth"} <= set(facts)
    assert {"DGS3MO", "DXY", "M2"} <= set(PROJECTION.needs)
