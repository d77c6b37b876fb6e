"""The example of the README runs as printed, and prints what it shows."""

import contextlib
import io
import re
from pathlib import Path

from altrotation.claims.card import load_cards

README = (Path(__file__).resolve().parents[2] / "README.md").read_text()


def block(marker):
    return re.search(rf"<!-- {marker} -->\n```(?:python)?\n(.*?)```", README, re.DOTALL).group(1)


def lines(text):
    return [line.rstrip() for line in text.strip().splitlines()]


def test_the_example_prints_what_is_shown():
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown):
        exec(compile(block("example"), "README.md", "exec"), {})
    assert lines(shown.getvalue()) == lines(block("output"))


def test_the_table_of_verdicts_is_the_lock():
    import tomllib

    from altrotation.claims.lock import lock_path

    lock = tomllib.loads(lock_path("embedded").read_text())["claims"]
    rows = dict(re.findall(r"^\| ([A-F]\d) .*? \| (\w+)", README, re.MULTILINE))
    assert rows == {name: entry["verdict"] for name, entry in lock.items()}
    assert list(rows) == [card.id for card in load_cards()]
