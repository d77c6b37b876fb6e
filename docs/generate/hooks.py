"""What mkdocs does at a build of the site: adds the generated pages, tables and pictures."""

import logging
import re
import sys
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

_ROOT = str(Path(__file__).resolve().parents[2])
if _ROOT not in sys.path:  # mkdocs started as a program does not look where it was started
    sys.path.insert(0, _ROOT)

from docs.generate import api, claims, fields, flow, run, series  # noqa: E402

_LOG = logging.getLogger("mkdocs.hooks")  # what it warns of fails a strict build
_GENERATED = re.compile(r"<!-- generated: ([a-z-]+) -->")
_PICTURES = re.compile(r"<!-- pictures (\w+) -->")
_PAGES: dict[str, str] = {}
_PARTS: dict[str, str] = {}
_JUDGED: list[run.Judgement] = []


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Judge the catalogue, write the generated pages and put them in the nav."""
    judged = run.judgement()
    _JUDGED[:] = [judged]
    for difference in judged.differences:
        _LOG.warning("A verdict is not as locked: %s", difference)
    made = {**api.pages(), **claims.pages(judged)}
    _PAGES.clear()
    _PAGES.update(made)
    _PARTS.update(_parts(judged))
    config.nav = _nav(config.nav or [])
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the generated pages to those that lie in the folder."""
    for place, text in _PAGES.items():
        files.append(File.generated(config, place, content=text))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Put the generated parts where a page asks for them."""
    del config, files

    def part(match: re.Match[str]) -> str:
        if match[1] not in _PARTS:
            _LOG.warning("%s asks for the unknown part %r.", page.file.src_uri, match[1])
            return ""
        return _PARTS[match[1]]

    return _GENERATED.sub(part, markdown)


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Put the pictures of a claim on its page, past the Markdown that would read them."""
    del page, config, files
    return _PICTURES.sub(lambda match: "\n".join(claims.drawn(_JUDGED[0], match[1])), html)


def _parts(judged: run.Judgement) -> dict[str, str]:
    return {
        "verdicts": claims.listing(judged, folder="claims/"),
        "data-hash": f"`{judged.run.data_hash}`",
        "card-fields": fields.tables(),
        "card-expectations": fields.expectations(),
        "card-measures": fields.measures(),
        "card-features": fields.features(),
        "panel-numbers": series.numbers(judged.panel),
        "panel-series": series.series(judged.panel),
        "panel-cautions": series.cautions(judged.panel),
        "panel-repairs": series.repairs(judged.panel),
        "flow": flow.picture(),
    }


def _nav(listed: list[Any]) -> list[Any]:
    """Return the nav with the generated pages under their sections."""
    generated = {
        "Claims": claims.nav(_JUDGED[0]),
        "API": [place for place in _PAGES if place.startswith("api/")],
    }
    titles = [next(iter(item)) for item in listed]
    return [
        {title: generated.get(title, item[title])}
        for title, item in zip(titles, listed, strict=True)
    ]
