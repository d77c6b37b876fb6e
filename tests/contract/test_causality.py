"""Indicators and event detectors: causal, no input mutated, index kept, warm-up as declared."""

import inspect
import re

import pandas as pd
import pytest

from altrotation.events.eventset import EventSet
from altrotation.testing import assert_causal
from tests.contract.cases import CAUSAL, CAUSAL_PACKAGES, NOT_CAUSAL
from tests.contract.exports import exports
from tests.contract.failing import held_to_causality

ROWS = [
    pytest.param(case, id=f"{name.removeprefix('altrotation.')}-{place}")
    for name, cases in CAUSAL.items()
    for place, case in enumerate(cases)
]


# What says at a day what to do on the next: signals, filtered states, and the replay of both.
ACTING = ("Signal", "FilteredRegime", "OnlineChanges", "Replay")
PASSED_ON = {"altrotation.regimes.paths.require_filtered": "returns what it is given"}


def test_what_is_acted_on_is_held_to_causality():
    """By a test of its own that calls `assert_causal`: it takes a panel, or estimates anew."""
    acting = {
        export.name
        for export in exports()
        if export.is_function
        and re.search(
            rf"\.({'|'.join(ACTING)})$",
            str(inspect.formatannotation(inspect.signature(export.function).return_annotation)),
        )
    }
    assert len(acting) > 20
    held = held_to_causality()
    assert not acting - held - PASSED_ON.keys(), "let a test call assert_causal with these"
    assert not PASSED_ON.keys() & held
    assert PASSED_ON.keys() <= acting


def test_every_export_has_a_case():
    found = {
        export.name
        for export in exports()
        if export.is_function and export.module.startswith(CAUSAL_PACKAGES)
    }
    listed = CAUSAL.keys() | NOT_CAUSAL.keys()
    assert not CAUSAL.keys() & NOT_CAUSAL.keys()
    assert not found - listed, "add a row to CAUSAL in tests/contract/cases.py"
    assert not listed - found, "these no longer exist: take them out of tests/contract/cases.py"


@pytest.mark.parametrize("case", ROWS)
def test_is_causal(case):
    assert_causal(case.fn, case.data(), warmup=case.warmup or 0, cuts=case.cuts)


@pytest.mark.parametrize("case", ROWS)
def test_leaves_its_input_alone(case):
    data = case.data()
    case.fn(data)
    pd.testing.assert_frame_equal(data, case.data())


@pytest.mark.parametrize("case", ROWS)
def test_gives_the_same_twice(case):
    first, second = case.fn(case.data()), case.fn(case.data())
    if isinstance(first, EventSet):
        assert first.dates.equals(second.dates)
    else:
        assert first.equals(second)


@pytest.mark.parametrize("case", ROWS)
def test_keeps_the_index(case):
    data = case.data()
    result = case.fn(data)
    if case.index is None:
        assert isinstance(result, EventSet)
        assert len(result)
        assert result.dates.isin(data.index).all()
    else:
        assert result.index.equals(case.index(data))


@pytest.mark.parametrize("case", [row for row in ROWS if row.values[0].warmup is not None])
def test_warms_up_as_declared(case):
    result = case.fn(case.data())
    value = result.to_frame() if isinstance(result, pd.Series) else result
    present = value.notna().all(axis=1) if case.exact else value.notna().any(axis=1)
    assert value.iloc[: case.warmup].drop(columns="count", errors="ignore").isna().all(axis=None)
    assert present.any()
    if case.exact:
        assert present.iloc[case.warmup]
