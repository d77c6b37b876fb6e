"""The pictures of the method pages: every one named exists, is named once and has a maker."""

import importlib
import pkgutil
import re

import pytest

from altrotation import indicators
from docs.pictures import FIGURES, FOLDER, PICTURES

NAMES = (
    "indicators",
    "indicators_liquidity_leverage",
    "negative_controls",
    "inference_ladder",
    "specification_curve",
)
PAGES = [FOLDER.parent / f"{name}.md" for name in NAMES]
TEXT = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
SHOWN = re.findall(r"^!\[([^\]]*)\]\(([^)]+)\)\n\n(.*)$", TEXT, flags=re.MULTILINE)
FILES = {path.name for path in FOLDER.iterdir()}
KINDS = {"BreakoutKind", "Unit", "WEIGHTS", "membership", "positive_frame"}  # not indicators


def test_every_picture_shown_exists_and_every_file_is_shown_once():
    shown = [target for _, target, _ in SHOWN]
    assert len(shown) == TEXT.count("![")
    assert sorted(shown) == sorted(f"pictures/{name}" for name in FILES)


def test_script_draws_the_files():
    assert {f"{name}.png" for name in (*PICTURES, *FIGURES)} == FILES


@pytest.mark.parametrize(("alt", "target", "caption"), SHOWN, ids=[t for _, t, _ in SHOWN])
def test_picture_has_alt_text_and_a_caption(alt, target, caption):
    assert len(alt) > 30
    assert re.fullmatch(r"\*.{40,}\.\*", caption), f"{target}: no caption under the picture"


def test_every_indicator_is_under_a_picture_or_said_not_to_be_drawn():
    exported = {
        name
        for module in pkgutil.iter_modules(indicators.__path__)
        for name in importlib.import_module(f"altrotation.indicators.{module.name}").__all__
    }
    prose = "\n".join(line for line in TEXT.splitlines() if not line.startswith("|"))
    assert sorted(n for n in exported - KINDS if f"`{n}`" not in prose) == []


def test_links_between_the_pages_lead_to_headings():
    for target in re.findall(r"(?<!!)\[[^\]]*\]\(([^)]+)\)", TEXT):
        name, _, heading = target.partition("#")
        page = FOLDER.parent / (name or "indicators.md")
        lines = page.read_text(encoding="utf-8").splitlines()
        anchors = {_anchor(line) for line in lines if line.startswith("#")}
        assert not heading or heading in anchors, target


def test_pictures_are_small_and_carry_no_date():
    drawn = [path.read_bytes() for path in FOLDER.iterdir()]
    assert sum(map(len, drawn)) < 900_000
    for content in drawn:
        assert content.startswith(b"\x89PNG")
        assert int.from_bytes(content[16:20], "big") == 700
        assert not any(chunk in content for chunk in (b"tIME", b"tEXt", b"iTXt", b"zTXt"))


def _anchor(heading: str) -> str:
    words = re.sub(r"[^\w\- ]", "", heading.lstrip("# ").lower())
    return words.replace(" ", "-")
