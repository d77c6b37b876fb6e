"""The finders find: each is shown an export with its fault, and one without."""

import ast
import dataclasses
from collections import Counter

import pandas as pd
import pytest

from altrotation.errors import InputError
from tests.contract import finders
from tests.contract.exports import Export, exports
from tests.contract.failing import calls_of


def complete(close: pd.Series, *, window: int = 3) -> pd.Series:
    """Return something.

    Parameters
    ----------
    close : Series of shape (n_days,)
    window : int, default 3

    Returns
    -------
    Series of shape (n_days,)

    Raises
    ------
    InputError
        If `window` < 1.
    """
    if window < 1:
        raise InputError("no")
    return close


def silent(close: pd.Series, *, window: int = 3) -> pd.Series:
    """Return something.

    Parameters
    ----------
    close : Series of shape (n_days,)
    """
    if window < 1:
        raise InputError("no")
    return close


def bare(close, **options):
    return close, options


def never_called_wrongly() -> None:
    """Return nothing.

    Raises
    ------
    InputError
        Always.
    """


def two_conditions() -> None:
    """Return nothing.

    Raises
    ------
    InputError
        If this.
    InputError
        If that.
    """


@dataclasses.dataclass(frozen=True, slots=True)
class Good:
    """A result."""

    x: int


@dataclasses.dataclass
class Bad:
    """A result."""

    x: int


def optional(*, window: int = 3) -> int:
    """Return a number, without a word on the option."""
    return window


def faults(kind, value):
    return finders.FINDERS[kind](Export(f"altrotation.indicators.new.{value.__name__}", value))


@pytest.mark.parametrize("kind", ["summary", "annotations", "sections", "raises"])
def test_a_complete_function_has_no_faults(kind):
    assert faults(kind, complete) == []


def test_each_fault_is_named(monkeypatch):
    assert faults("summary", bare) == ["the summary is missing or no sentence"]
    assert faults("annotations", bare) == [
        "close is not annotated",
        "options is not annotated",
        "the return is not annotated",
        "**options",
    ]
    assert faults("sections", silent) == ["window is not documented", "no Returns section"]
    assert faults("raises", silent) == ["InputError is not under Raises"]
    assert faults("sections", optional) == ["window is not documented"]
    assert faults("bad_calls", never_called_wrongly) == ["no test makes it raise"]
    twice = {"altrotation.indicators.new.two_conditions": Counter(InputError=1)}
    monkeypatch.setattr(finders, "failing_calls", lambda: twice)
    assert faults("bad_calls", two_conditions) == ["2 conditions of InputError, 1 bad calls"]
    assert faults("frozen", Good) == []
    assert faults("frozen", Bad) == ["not frozen", "no slots"]


def test_the_walk_reaches_every_layer():
    layers = {export.name.split(".")[1] for export in exports()}
    assert layers >= {"claims", "data", "events", "indicators", "inference", "kernels", "rng"}
    assert len(exports()) > 200


# -- bad calls -------------------------------------------------------------------------------------

IMPORTS = """
import altrotation
from altrotation import plot
from altrotation.errors import DataError, InputError
from altrotation.events.eventset import EventSet
from altrotation.data.store import read_card, read_panel
from altrotation.regimes.refits import FitError
from altrotation.testing import CausalityError, assert_causal
"""
CARD, PANEL = "altrotation.data.store.read_card", "altrotation.data.store.read_panel"
CALLS = {
    "with pytest.raises(DataError): read_card(1)": {CARD: {"DataError"}},
    "with pytest.raises(InputError, match='read_panel'): read_card(1)": {CARD: {"InputError"}},
    "with pytest.raises(InputError): plot.coverage(1)": {
        "altrotation.plot.shares.coverage": {"InputError"}
    },
    "with pytest.raises(InputError): altrotation.EventSet([])": {
        "altrotation.events.eventset.EventSet": {"InputError"}
    },
    "with pytest.raises(CausalityError): assert_causal(f, x)": {
        "altrotation.testing.assert_causal": {"CausalityError", "LookaheadError"}
    },
    # through a helper, and what the helper names beside
    "def card(): return read_card(read_panel)\nwith pytest.raises(DataError): card()": {
        CARD: {"DataError"},
        PANEL: {"DataError"},
    },
    # tables: one error for all rows, one a row, a loop
    "BAD = [lambda: read_card(1), lambda: read_panel(1)]\nwith pytest.raises(DataError): call()": {
        CARD: {"DataError"},
        PANEL: {"DataError"},
    },
    "BAD = [(lambda: read_card(1), DataError), (lambda: read_panel(1), InputError)]\n"
    "with pytest.raises(error): call()": {CARD: {"DataError"}, PANEL: {"InputError"}},
    "def test_bad_calls():\n for call in (lambda: read_card(1), lambda: read_panel(1)):\n"
    "  with pytest.raises(DataError): call()": {CARD: {"DataError"}, PANEL: {"DataError"}},
    "def f():\n with pytest.raises(FitError): read_card(1)": {CARD: {"FitError"}},
    # none of these is a bad call
    "read_card(1)": {},
    "with pytest.raises(DataError): read('read_card')": {},
    "with pytest.raises(DataError): store.read_card(1)": {},
    "with pytest.warns(DataError): read_card(1)": {},
    "GOOD = [lambda: read_card(1)]\nwith pytest.raises(DataError): read(1)": {},
    "def test_bad_calls(): read_card(1)": {},
}


@pytest.mark.parametrize("code", CALLS)
def test_bad_calls_are_those_that_must_fail(code):
    expected = {name: errors | {"AltrotationError"} for name, errors in CALLS[code].items()}
    assert calls_of(ast.parse(IMPORTS + code)) == {
        name: dict.fromkeys(errors, 1) for name, errors in expected.items()
    }


TIMES = {
    "with pytest.raises(DataError): read_card(1)\nwith pytest.raises(DataError): read_card(2)": 2,
    "BAD = [lambda: read_card(1), lambda: read_card(2)]\nwith pytest.raises(DataError): call()": 2,
    "BAD = [1, 2, 3]\n@pytest.mark.parametrize('x', BAD)\n"
    "def test(x):\n with pytest.raises(DataError): read_card(x)": 3,
    "@pytest.mark.parametrize('x', [1, 2])\n"
    "def test(x):\n with pytest.raises(DataError): read_card(x)": 2,
    "for x in (1, 2):\n with pytest.raises(DataError): read_card(x)": 2,
    "for x in {1: 2, 3: 4}:\n with pytest.raises(DataError): read_card(x)": 2,
    "ROWS = {1: 2, 3: 4}\nfor x in ROWS.items():\n with pytest.raises(DataError): read_card(x)": 2,
    "def rows(): return {1: 2, 3: 4}\n@pytest.mark.parametrize('x', rows().keys())\n"
    "def test(x):\n with pytest.raises(DataError): read_card(x)": 2,
    "for x in several:\n with pytest.raises(DataError): read_card(x)": 1,
    "@pytest.fixture(params=[1, 2])\ndef f(x):\n with pytest.raises(DataError): read_card(x)": 1,
    # a table in a function that holds tables is met twice, and counts once
    "def test_bad_calls():\n BAD = [lambda: read_card(1), lambda: read_card(2)]\n"
    " with pytest.raises(DataError): call()": 2,
}


@pytest.mark.parametrize("code", TIMES)
def test_a_bad_call_counts_as_often_as_it_is_made(code):
    assert calls_of(ast.parse(IMPORTS + code))[CARD]["DataError"] == TIMES[code]
