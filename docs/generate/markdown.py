"""Markdown from values: tables whose cells cannot break them."""

from collections.abc import Iterable, Sequence

__all__ = ["cell", "chip", "statement", "table", "unbroken"]


def table(heads: Sequence[str], rows: Iterable[Sequence[object]], *, right: str = "") -> str:
    """Return a table; `right` holds an "r" at the place of each column that aligns right."""
    marks = ["---:" if right[place : place + 1] == "r" else "---" for place in range(len(heads))]
    lines = [f"| {' | '.join(heads)} |", f"|{'|'.join(marks)}|"]
    lines += [f"| {' | '.join(cell(value) for value in row)} |" for row in rows]
    return "\n".join(lines)


def cell(value: object) -> str:
    """Return a value as the text of one cell."""
    return " ".join(str(value).split()).replace("|", "\\|")


def chip(status: str) -> str:
    """Return a verdict as a coloured word."""
    return f'<span class="chip chip-{status}">{status}</span>'


def unbroken(text: str) -> str:
    """Return a text that stays on one line, if it is short."""
    if len(text) > 24:
        return text
    return f'<span class="unbroken">{text}</span>'


def statement(text: str) -> str:
    """Return a sentence that keeps a width at which it can be read."""
    return f'<span class="statement">{text}</span>'
