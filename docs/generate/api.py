"""The API reference: a page a package, a section a module, the names of its `__all__`."""

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from inspect import getdoc
from pathlib import Path

import altrotation

__all__ = ["Module", "layers", "modules", "pages"]

_ROOT = Path(altrotation.__file__).parent
_PROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"


@dataclass(frozen=True, slots=True)
class Module:
    """A module that offers names: its dotted name, the first line of its docstring, its names."""

    name: str
    summary: str
    names: tuple[str, ...]

    @property
    def package(self) -> str:
        """The part of the library it belongs to: "events" of "altrotation.events.study"."""
        return self.name.split(".")[1]


def modules() -> tuple[Module, ...]:
    """Return every module with a non-empty `__all__`, but the front door, by dotted name."""
    found = (_module(path) for path in sorted(_ROOT.rglob("*.py")))
    return tuple(each for each in found if each.names and not each.package.startswith("_"))


def layers() -> tuple[tuple[str, ...], ...]:
    """Return the packages of each layer, the lowest first, as the import contract has them."""
    contracts = tomllib.loads(_PROJECT.read_text())["tool"]["importlinter"]["contracts"]
    rows = next(each["layers"] for each in contracts if each["type"] == "layers")
    split = (row.replace("altrotation.", "").split(" | ") for row in reversed(rows))
    return tuple(tuple(name.strip() for name in row if name != "__main__") for row in split)


def pages() -> dict[str, str]:
    """Return the Markdown of every page of the reference by its place in the docs."""
    offered = modules()
    written = {"api/index.md": _index(offered)}
    for row in layers():
        for package in row:
            held = [module for module in offered if module.package == package]
            if held:
                written[f"api/{package}.md"] = _page(package, held)
    return written


def _module(path: Path) -> Module:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    parts = path.relative_to(_ROOT.parent).with_suffix("").parts
    name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    return Module(name, (ast.get_docstring(tree) or "").split("\n")[0], tuple(_offered(tree)))


def _offered(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            yield from ast.literal_eval(node.value)


def _index(offered: tuple[Module, ...]) -> str:
    homes: dict[str, str] = altrotation._HOMES
    names = [
        f"| [`{name}`][{homes[name]}.{name}] | {_first_line(name)} |" for name in sorted(homes)
    ]
    rows = []
    for row in reversed(layers()):
        held = [name for name in row if any(module.package == name for module in offered)]
        if held:
            rows.append(" ".join(f"[{name}]({name}.md)" for name in held))
    return "\n".join(
        [
            "# API reference",
            "",
            "Generated from the docstrings. Everything named here is exported by the `__all__` of",
            "its module, fully annotated and held to the contract suite: causal, no input changed,",
            "every condition under *Raises* tested.",
            "",
            "## From the front door",
            "",
            "`from altrotation import ...`",
            "",
            "| name | what it is |",
            "|---|---|",
            *names,
            "",
            "## Layer by layer",
            "",
            "Imports point down this list only.",
            "",
            *(f"{place}. {row}" for place, row in enumerate(rows, start=1)),
            "",
        ]
    )


def _first_line(name: str) -> str:
    return (getdoc(getattr(altrotation, name)) or "").split("\n")[0]


def _page(package: str, held: list[Module]) -> str:
    lines = [f"# {package}", "", _opening(package), ""]
    for module in held:
        inside = module.name.removeprefix(f"altrotation.{package}").lstrip(".")
        lines += [
            f"## {inside or package} {{ #{module.name.removeprefix('altrotation.')} }}",
            "",
            f"::: {module.name}",
            "    options:",
            "      show_root_heading: false",
            "      show_root_toc_entry: false",
            f"      members: {list(module.names)}",
            "",
        ]
    return "\n".join(lines)


def _opening(package: str) -> str:
    return (import_module(f"altrotation.{package}").__doc__ or "").strip()
