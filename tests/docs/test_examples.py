"""Every example of the docs runs and prints what the page shows; no number stands without one."""

import re
from pathlib import Path

import pytest

from altrotation.claims.card import load_card
from docs.generate.execute import DOCS, executed, fences, with_examples

PAGES = [path.relative_to(DOCS).as_posix() for path in with_examples()]
OWN = ("index.md", "why.md", "tutorial.md")
NUMBER = re.compile(r"(?<![\w.,-])-?\d+(?:,\d{3})*(?:\.\d+)?(?![\w-])")

# Numbers in prose that no example prints, each with where it comes from.
GIVEN = {
    "index.md": {
        "2000": "the name of the index", "2013": "span", "2026": "span",
    },
    "why.md": {
        "2024": "a year", "2021": "a year", "2026": "a year", "2000": "the name of the index",
        "0.05": "smallest effect of interest on the card of A1", "99": "100 less 1",
        "100": "in the code above", "20": "a clock", "21": "a clock", "24": "a clock",
        "00": "a clock",
    },
    "tutorial.md": {
        "2000": "the name of the index", "3.11": "pyproject.toml", "3.13": "pyproject.toml",
        "3,000": "a level", "100": "base of an index", "11": "tier", "50": "tier",
        "15": "exp(-0.164) - 1", "90": "level of an interval", "0.16": "rounded",
    },
}  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
def test_examples_print_what_is_shown(name, monkeypatch):
    monkeypatch.setenv("CI", "true")
    text = (DOCS / name).read_text(encoding="utf-8")
    assert executed(text) == text, f"run: python -m docs.generate.execute docs/{name}"


@pytest.mark.parametrize("name", OWN)
def test_numbers_in_prose_are_printed_by_an_example(name):
    text = (DOCS / name).read_text(encoding="utf-8")
    held = fences(text)
    code = "\n".join(each.text for each in held)
    prose = text
    for each in held:
        prose = prose.replace(each.text, "")
    prose = re.sub(r"`[^`\n]*`|\]\([^)]*\)|<!--.*?-->", "", prose)
    shown = {number.replace(",", "") for number in NUMBER.findall(code)}
    lone = [
        number
        for number in NUMBER.findall(prose)
        if number not in GIVEN[name] and not _among(number, shown)
    ]
    assert lone == []


def _among(number, shown):
    """Whether a printed number rounds to this one."""
    plain = number.replace(",", "")
    digits = len(plain.partition(".")[2])
    return plain in shown or any(f"{float(each):.{digits}f}" == plain for each in shown)


def test_example_cards_are_those_of_the_folder():
    for page in ("tutorial.md", "own_claims.md", "ci.md"):
        for fence in fences((DOCS / page).read_text(encoding="utf-8")):
            name = re.search(r'title="my_claims/(V\d\.toml)"', fence.info)
            if name:
                own = DOCS / "examples" / "my_claims" / name[1]
                assert own.read_text(encoding="utf-8") == fence.text


def test_example_cards_are_not_the_librarys():
    from altrotation import load_cards

    ours = {card.statement for card in load_cards()}
    for path in sorted((DOCS / "examples").rglob("V*.toml")):
        assert load_card(path).statement not in ours


def test_an_output_that_differs_is_noticed():
    page = "```python\nprint(6 * 7)\n```\n\n```text\n41\n```\n"
    assert executed(page) == page.replace("41", "42")
    with pytest.raises(AssertionError, match="Nothing shows"):
        executed("```python\nprint(1)\n```\n")
    assert Path.cwd().exists()
