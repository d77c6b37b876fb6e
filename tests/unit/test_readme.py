"""README.md says what the program says: its examples run, and its numbers come from a run."""

import re

from altrotation import load_reference
from docs.generate.execute import executed, fences
from docs.generate.readme import README, filled, parts

# Numbers outside the generated parts and the examples, each with where it comes from.
GIVEN = {
    "2000": "the name of the index", "2013": "span of the data", "2026": "span of the data",
    "3.11": "pyproject.toml", "3.13": "pyproject.toml", "0": "an exit code", "1": "an exit code",
    "2": "an exit code", "2020-21": "a cycle", "2024": "a cycle", "2025-26": "a cycle",
}  # fmt: skip


def test_examples_run_and_print_what_is_shown(monkeypatch):
    monkeypatch.setenv("CI", "true")
    text = README.read_text(encoding="utf-8")
    assert executed(text) == text, "run: make readme"


def test_the_generated_parts_are_those_of_the_program(catalogue):
    text = README.read_text(encoding="utf-8")
    assert filled(text, parts(catalogue, load_reference())) == text, "run: make readme"


def test_every_generated_part_has_its_place(catalogue):
    named = re.findall(r"<!-- generated: ([a-z-]+) -->", README.read_text(encoding="utf-8"))
    assert sorted(named) == sorted(parts(catalogue, load_reference()))


def test_no_number_is_typed_by_hand():
    text = README.read_text(encoding="utf-8")
    for fence in fences(text):
        text = text.replace(fence.text, "")
    text = re.sub(r"<!-- generated.*?<!-- end -->", "", text, flags=re.DOTALL)
    text = re.sub(r"`[^`\n]*`|\]\([^)]*\)|\[[^]]*\]|<!--.*?-->", "", text)
    found = re.findall(r"(?<![\w.])\d[\d,.-]*(?<![.,-])", text)
    assert set(found) <= GIVEN.keys(), "let docs/generate/readme.py write it"


def test_an_old_number_is_replaced():
    text = "<!-- generated: a -->\n1\n<!-- end -->\n<!-- generated: b -->\n2\n<!-- end -->\n"
    assert filled(text, {"a": "3", "b": "2"}) == text.replace("1", "3")
