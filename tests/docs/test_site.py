"""The site builds without a warning, links lead somewhere, and nothing comes from the network."""

import os
import re
import subprocess
import sys
import tomllib
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import yaml

from altrotation.claims.card import load_cards
from altrotation.claims.lock import lock_path
from docs.generate import api, fields
from docs.generate.words import FIELDS

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"

JUDGED = ("A1", "A7", "B3", "D3")  # an effect, facts, a regression, no data for it

pytestmark = pytest.mark.xdist_group("site")  # one worker, one build


class Page(HTMLParser):
    """The anchors, links and resources of a page."""

    def __init__(self, text):
        super().__init__()
        self.anchors, self.links, self.resources = set(), [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.anchors |= {given[name] for name in ("id", "name") if given.get(name)}
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        elif tag == "link" and given.get("href") and given.get("rel") != "canonical":
            self.resources.append(given["href"])
        elif given.get("src"):
            self.resources.append(given["src"])


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    quick = {"NO_MKDOCS_2_WARNING": "1", "ALTROTATION_DOCS_ONLY": " ".join(JUDGED)}
    done = subprocess.run(command, cwd=ROOT, env=os.environ | quick, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def pages(site):
    return {path: Page(path.read_text(encoding="utf-8")) for path in sorted(site.rglob("*.html"))}


def test_every_link_leads_to_a_page_and_a_heading(site, pages):
    lost = []
    for path, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc or path.name == "404.html":
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            anchor = unquote(parts.fragment)
            if not target.is_file() or (
                anchor and target in pages and anchor not in pages[target].anchors | {"__skip"}
            ):
                lost.append(f"{path.relative_to(site)}: {link}")
    assert not lost
    assert sum(len(page.links) for page in pages.values()) > 2000


def test_nothing_is_loaded_from_the_network(site, pages):
    assert not [
        (path.name, each)
        for path, page in pages.items()
        for each in page.resources
        if urlsplit(each).netloc
    ]
    for path in site.rglob("*.css"):
        named = re.findall(r"(?:@import|url\()\s*[\"']?(https?:|//)", path.read_text())
        assert not named, path


def test_every_page_is_in_the_nav():
    listed = yaml.safe_load((ROOT / "mkdocs.yml").read_text())["nav"]
    targets = [target for item in listed for target in item.values()]
    flat = [page for each in targets for page in (each if isinstance(each, list) else [each])]
    held = [path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")]
    assert sorted(set(held) - set(flat)) == []
    assert len(flat) == len(set(flat))


def test_every_claim_has_a_page_with_its_locked_verdict(site):
    lock = tomllib.loads(lock_path("embedded").read_text())["claims"]
    for card in load_cards():
        text = (site / "claims" / f"{card.id}.html").read_text(encoding="utf-8")
        (status,) = re.findall(r'<p><span class="chip chip-[\w -]+">([\w ]+)</span>', text)
        known = {lock[card.id]["verdict"]} | ({"not judged"} if card.id not in JUDGED else set())
        assert status in known, card.id
        assert card.digest in text


def test_a_claim_shows_its_numbers_and_its_pictures(site):
    text = (site / "claims" / "A1.html").read_text(encoding="utf-8")
    assert "\u22120.164" in text
    assert text.count('<figure class="plot"') >= 4
    assert "<!-- pictures" not in text


def test_every_exported_function_and_class_is_in_the_reference(pages):
    anchors = set().union(*(page.anchors for page in pages.values()))
    offered = {
        f"{module.name}.{name}"
        for module in api.modules()
        for name in module.names
        if not name.isupper()  # constants assigned in pairs have no entry of their own
    }
    assert sorted(offered - anchors) == []
    assert len(offered) > 600


def test_every_layer_has_a_page(pages):
    named = {path.stem for path in pages if path.parent.name == "api"}
    assert {name for row in api.layers() for name in row} == named - {"index"}


def test_every_field_of_a_card_is_explained_once():
    known = {f"{each.__name__}.{name}" for each in fields.classes() for name in each.__slots__}
    made = {"ClaimCard.digest", "ClaimCard.design"}
    blank = [name for name in known - made if not fields.meaning(*_named(name))]
    assert sorted(blank) == []
    assert set(FIELDS) <= known


def _named(name):
    cls, field = name.split(".")
    return next(each for each in fields.classes() if each.__name__ == cls), field
