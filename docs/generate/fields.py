"""The fields of a card, its measures and its features, read from the code that checks them."""

import inspect
import typing
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from types import UnionType
from typing import Any, Literal, get_args, get_origin

from griffe import Docstring, DocstringSectionKind

from altrotation.claims import specs
from altrotation.claims.card import ClaimCard
from altrotation.claims.estimators.features import FEATURES
from altrotation.claims.facts import _EXPECTATIONS
from altrotation.claims.measures.registry import MEASURES
from docs.generate.markdown import table
from docs.generate.words import FIELDS, LISTED

__all__ = ["classes", "expectations", "features", "meaning", "measures", "tables"]

_MADE = {"digest", "design"}  # computed, or written under the name of the kind


def classes() -> tuple[type, ...]:
    """Return the dataclasses of a card: the card itself, common parts, then kind by kind."""
    common = [getattr(specs, name) for name in ("EventsSpec", "StudySpec", "Variant", "FactSpec")]
    offered = [getattr(specs, name) for name in specs.__all__]
    parts = [each for each in offered if inspect.isclass(each)]
    ordered = [ClaimCard, *common, *specs.DESIGNS.values(), *parts]
    return tuple(dict.fromkeys(ordered))


def tables() -> str:
    """Return one table of fields a dataclass, under the name its table has in a card."""
    lines: list[str] = []
    for each in classes():
        hints = typing.get_type_hints(each)
        rows = [
            (f"`{item.name}`", _type(hints[item.name]) + _default(item), meaning(each, item.name))
            for item in fields(each)
            if item.name not in _MADE
        ]
        lines += [f"### {_title(each)}", "", _opening(each), ""]
        lines += [table(("field", "takes", "meaning"), rows), ""]
    return "\n".join(lines)


def meaning(cls: type, name: str) -> str:
    """Return what a field means: from the words beside this module, or from its docstring."""
    return FIELDS.get(f"{cls.__name__}.{name}") or _documented(cls).get(name, "")


def measures() -> str:
    """Return the table of measures a fact may name."""
    return _functions(MEASURES, "measure")


def features() -> str:
    """Return the table of features a regressor or a condition may name."""
    return _functions(FEATURES, "feature")


def expectations() -> str:
    """Return the table of what a fact may expect."""
    return table(
        ("expect", "holds when"), [(f"`{name}`", LISTED.get(name, "")) for name in _EXPECTATIONS]
    )


def _functions(listed: Mapping[str, Callable[..., Any]], sort: str) -> str:
    rows = []
    for name, function in listed.items():
        words = (
            inspect.getdoc(function) or LISTED.get(f"{sort} {name}") or LISTED.get(name, "")
        ).split("\n\n")[0]
        rows.append((f"`{name}`", _arguments(function), words))
    return table(("name", "arguments", "is"), rows)


def _arguments(function: Callable[..., Any]) -> str:
    held = list(inspect.signature(function).parameters.values())[1:]
    named = {"origin": "from"}
    return ", ".join(
        f"`{named.get(each.name, each.name)}`"
        if each.default is inspect.Parameter.empty
        else f"`{each.name}` (optional)"
        for each in held
    )


def _title(cls: type) -> str:
    kinds = {spec: kind for kind, spec in specs.DESIGNS.items()}
    plain = {"ClaimCard": "The card", "EventsSpec": "[events]", "StudySpec": "[study]",
             "Variant": "[[variants]]", "FactSpec": "[[facts]]", "Rival": "[[rivals]]",
             "Regressor": "A regressor"}  # fmt: skip
    title = f"[{kinds[cls]}]" if cls in kinds else plain.get(cls.__name__, cls.__name__)
    return f"`{title}`" if title.startswith("[") else title


def _opening(cls: type) -> str:
    text = (inspect.getdoc(cls) or "").split("\nParameters\n")[0]
    return text.replace("`digest` changes when anything in it does.", "read from one TOML file.")


def _documented(cls: type) -> dict[str, str]:
    found: dict[str, str] = {}
    for section in Docstring(inspect.getdoc(cls) or "").parse("numpy", warnings=False):
        if section.kind is DocstringSectionKind.parameters:
            for each in section.value:
                found |= dict.fromkeys(each.name.split(", "), each.description)
    return found


def _type(hint: Any) -> str:
    if get_origin(hint) is Literal:
        return ", ".join(f'"{each}"' for each in get_args(hint))
    if get_origin(hint) is tuple:
        return f"list of {_type(get_args(hint)[0])}"
    if get_origin(hint) in (UnionType, typing.Union):
        inner = [each for each in get_args(hint) if each is not type(None)]
        tables = [each for each in inner if is_dataclass(each)]
        return "table" if tables else " or ".join(_type(each) for each in inner)
    if get_origin(hint) is dict or is_dataclass(hint):
        return "table"
    return {"str": "text", "int": "whole number", "float": "number", "bool": "true or false"}[
        hint.__name__
    ]


def _default(item: Field[Any]) -> str:
    if item.default is MISSING:
        return ", needed"
    value = item.default
    if value in (None, (), "") or (value == 0.0 and item.name == "smallest_effect"):
        return ""
    return f", default `{value}`".lower()
