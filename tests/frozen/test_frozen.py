"""The numbers of the catalogue on the embedded panel are those that were recorded.

`make freeze` records them anew; what moved, and why, belongs into docs/what_changed.md.
"""

import copy
import json

import pytest

from docs.generate.changes import FROZEN, changes, compact, rows


@pytest.fixture(scope="module")
def frozen():
    return json.loads(FROZEN.read_text(encoding="utf-8"))


def test_every_number_of_the_catalogue_is_as_recorded(catalogue, frozen):
    found = json.loads(json.dumps(compact(catalogue.to_dict())))
    assert not list(changes(frozen, found)), "record them: make freeze"


def test_a_changed_number_is_found_and_told(frozen):
    other = copy.deepcopy(frozen)
    first = other["claims"]["A1"]["evidence"][0]
    first["estimate"] += 1e-7
    other["claims"]["A1"]["verdict"] = "another"
    del other["claims"]["A7"]
    places = {place for place, _, _ in changes(frozen, other)}
    assert "claims A1 verdict" in places
    assert "claims A1 evidence 1 estimate" in places
    told = rows(frozen, other)
    assert "| A1 |" in told
    assert "| A7 |" in told
    assert "| A2 |" not in told


def test_the_last_bits_are_no_change(frozen):
    other = copy.deepcopy(frozen)
    other["claims"]["A1"]["evidence"][0]["estimate"] *= 1 + 1e-14
    assert not list(changes(frozen, other))
