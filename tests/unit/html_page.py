"""A parsed page, and what every page of ours must be."""

import re
from html.parser import HTMLParser

import numpy as np

VOID = {"meta", "link", "br", "img", "input", "hr"}


class Page(HTMLParser):
    """Collects tags and refuses a page whose elements do not nest."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.text = [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)

    def of(self, *names):
        return [attrs for tag, attrs in self.tags if tag in names]


def require_targets(page, text):
    """Identifiers are unique, and every inner link and reference leads to one."""
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    targets = {attrs["href"] for attrs in page.of("a", "use")}
    assert all(target.startswith("#") for target in targets)
    assert {target[1:] for target in targets} <= set(ids)
    assert set(re.findall(r"url\(#([^)]+)\)", text)) <= set(ids)


def require_alone(page, text):
    """Nothing is loaded and nothing runs."""
    loading = {"src", "srcset", "data", "action", "poster", "xlink:href"}
    for tag, attrs in page.tags:
        assert tag not in {"script", "iframe", "object", "embed", "img", "base"}
        assert not loading & set(attrs)
        assert not [name for name in attrs if name.startswith("on")]
        if tag == "link":
            assert attrs["href"] == "data:,"
    assert "@import" not in text
    assert "http:" not in text.replace("http://www.w3.org", "")
    assert "https:" not in text


def require_outline(page):
    """One first heading, no level skipped, every table head with its scope."""
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert max(np.diff(levels)) <= 1
    assert all(attrs.get("scope") for attrs in page.of("th"))
