"""Run the examples of a page and hold, or put, what they print beside what the page shows.

Usage, from the root of the repository: ``python -m docs.generate.execute [page ...]`` writes the
outputs anew; without a page, those of every page. Fences mean:

- ``python``: run, in one namespace a page; a ``text`` fence that follows at once is its output;
- ``console``: each line ``$ altrotation ...`` is run, the lines under it are its output;
- ``sh``: each line ``altrotation ...`` is run and must succeed; nothing else may stand there;
- ``toml title="name"``: written to that file in the folder where the page's examples run.

A fence under ``<!-- not run: reason -->`` is left alone.
"""

import contextlib
import io
import os
import re
import shlex
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from altrotation.cli import main as altrotation

__all__ = ["DOCS", "Fence", "executed", "fences", "with_examples"]

DOCS = Path(__file__).resolve().parents[1]
_FENCE = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_TITLE = re.compile(r'title="([^"]+)"')
_NOT_RUN = re.compile(r"<!-- not run: [^\n]{10,} -->\n+$")
_SECONDS = re.compile(r"; \d+\.\d s$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced block of a page: its language, the rest of its first line, its text and place."""

    language: str
    info: str
    text: str
    start: int
    end: int
    run: bool = True


def fences(page: str) -> list[Fence]:
    """Return the fenced blocks of a page, in order."""
    return [
        Fence(
            m[1], m[2].strip(), m[3], m.start(3), m.end(3), not _NOT_RUN.search(page[: m.start()])
        )
        for m in _FENCE.finditer(page)
    ]


def with_examples() -> list[Path]:
    """Return the pages that hold anything to run."""
    return [
        path
        for path in sorted(DOCS.rglob("*.md"))
        if any(each.language in ("python", "console", "sh") for each in fences(path.read_text()))
    ]


def executed(page: str) -> str:
    """Return the page with the outputs its examples print now."""
    parts, place = [], 0
    for fence, output in _outputs(page):
        parts += [page[place : fence.start], output]
        place = fence.end
    return "".join([*parts, page[place:]])


def _outputs(page: str) -> Iterator[tuple[Fence, str]]:
    names: dict[str, object] = {}
    held = fences(page)
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        for fence in held:  # a command may stand above the file it reads
            _write(fence)
        for place, fence in enumerate(held):
            if not fence.run:
                continue
            if fence.language == "toml":
                _write(fence)  # as shown here, whatever a command above made of it
            elif fence.language == "console":
                yield fence, _console(fence.text)
            elif fence.language == "sh":
                _succeeds(fence.text)
            elif fence.language == "python":
                printed = _printed(fence.text, names)
                following = held[place + 1] if place + 1 < len(held) else None
                if following and following.language == "text" and _adjacent(page, fence, following):
                    yield following, printed
                elif printed:
                    raise AssertionError(f"Nothing shows what this prints: {fence.text}")


def _write(fence: Fence) -> None:
    if fence.language == "toml" and (title := _TITLE.search(fence.info)):
        Path(title[1]).parent.mkdir(parents=True, exist_ok=True)
        Path(title[1]).write_text(fence.text, encoding="utf-8")


def _adjacent(page: str, first: Fence, second: Fence) -> bool:
    return not page[first.end + len("```") : second.start].replace("```text", "").strip()


def _printed(code: str, names: dict[str, object]) -> str:
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown):
        exec(compile(code, "example", "exec"), names)
    return _tidy(shown.getvalue())


def _console(text: str) -> str:
    lines = []
    for line in text.splitlines():
        if line.startswith("$ "):
            lines += [line, *_command(line.removeprefix("$ ")).splitlines()]
    return "\n".join(lines) + "\n"


def _succeeds(text: str) -> None:
    for line in text.splitlines():
        printed = _command(f"{line.partition('  #')[0].strip()}; echo $?")
        if not printed.endswith("\n0\n"):
            raise AssertionError(f"{line!r} fails: {printed[-500:]}")


def _command(line: str) -> str:
    wanted, _, rest = line.partition(";")
    program, *arguments = shlex.split(wanted)
    if program != "altrotation" or rest.strip() not in ("", "echo $?"):
        raise AssertionError(f"Only altrotation is run on a page, got {line!r}.")
    shown, code = io.StringIO(), 0
    with contextlib.redirect_stdout(shown), contextlib.redirect_stderr(shown):
        try:
            altrotation(arguments)
        except SystemExit as left:
            code = left.code if isinstance(left.code, int) else 1
    if rest:
        return f"{_tidy(shown.getvalue())}{code}\n"
    return _tidy(shown.getvalue())


def _tidy(text: str) -> str:
    """Return printed text without trailing blanks, and without the seconds it took."""
    lines = [line.rstrip() for line in _SECONDS.sub("", text).strip("\n").splitlines()]
    return "".join(f"{line}\n" for line in lines)


def _main(names: list[str]) -> None:
    os.environ["CI"] = "true"  # no progress bar
    for path in [Path(name) for name in names] or with_examples():
        text = path.read_text(encoding="utf-8")
        path.write_text(executed(text), encoding="utf-8")
        sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    _main(sys.argv[1:])
