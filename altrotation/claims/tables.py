"""The tables of a card turned into specifications that can be run; each error names its field."""

from collections.abc import Mapping
from typing import Any

from altrotation.claims.limits import check_design, check_events, check_study
from altrotation.claims.parsing import build
from altrotation.claims.specs import (
    DESIGNS,
    Design,
    EventsSpec,
    Rival,
    StudySpec,
    Variant,
)
from altrotation.errors import CardError

__all__ = ["design", "events", "rivals", "rows", "study", "variants"]


def rows(table: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """Return the list of tables under `name` of a card; empty if there is none.

    Parameters
    ----------
    table : mapping
        The card.
    name : str

    Raises
    ------
    CardError
        If it is no list of tables.
    """
    found = table.get(name, [])
    if not isinstance(found, list) or not all(isinstance(row, Mapping) for row in found):
        raise CardError(f"`{name}` must be a list of tables, [[{name}]], got {found!r}.")
    return found


def events(table: object, where: str) -> EventsSpec:
    """Return which events a table of a card asks for; `where` names it in messages.

    Parameters
    ----------
    table : object
    where : str

    Raises
    ------
    CardError
        If a field is unknown, missing or of the wrong type.
    CardError
        On the conditions of `check_events`.
    """
    spec = build(EventsSpec, table, where)
    check_events(spec, where)
    return spec


def study(table: object, where: str) -> StudySpec:
    """Return the study a table of a card asks for; `where` names it in messages.

    Parameters
    ----------
    table : object
    where : str

    Raises
    ------
    CardError
        If a field is unknown, missing or of the wrong type.
    CardError
        On the conditions of `check_study`.
    """
    spec = build(StudySpec, table, where)
    check_study(spec, where)
    return spec


def rivals(table: Mapping[str, Any], where: str = "") -> tuple[Rival, ...]:
    """Return the rivals of a card; each inherits from its events what it does not name.

    Parameters
    ----------
    table : mapping
        The card, its events those of the variant in question.
    where : str, default ""
        Put before the name of a field in messages.

    Returns
    -------
    tuple of Rival

    Raises
    ------
    CardError
        If the rows are no tables, there are no events to inherit from, or a field is unusable.
    """
    found = []
    for i, row in enumerate(rows(table, "rivals"), start=1):
        name = f"{where}rivals[{i}]"
        own = events(_merged(table, row, "events", name), f"{name}.events")
        found.append(build(Rival, {**row, "events": own}, name))
    return tuple(found)


def variants(table: Mapping[str, Any], kind: str) -> tuple[Variant, ...]:
    """Return the variants of a card; each inherits from the card what it does not name.

    Parameters
    ----------
    table : mapping
        The card.
    kind : str
        Of the card.

    Returns
    -------
    tuple of Variant

    Raises
    ------
    CardError
        If the rows are no tables, a variant overrides what its kind does not have, or a field is
        unusable.
    """
    found = []
    for i, row in enumerate(rows(table, "variants"), start=1):
        where = f"variants[{i}]"
        parts = dict(row)
        if kind in DESIGNS:
            parts["design"] = design(_merged(table, row, kind, where), kind, f"{where}.{kind}")
            parts.pop(kind, None)
        else:
            merged = {**table, "events": _merged(table, row, "events", where)}
            parts["events"] = events(merged["events"], f"{where}.events")
            parts["study"] = study(_merged(table, row, "study", where), f"{where}.study")
            parts["rivals"] = rivals(merged, f"{where}.")
        found.append(build(Variant, parts, where))
    return tuple(found)


def design(table: object, kind: str, where: str) -> Design:
    """Return the specification of a card of this kind; `where` names its table in messages.

    Parameters
    ----------
    table : object
    kind : str
        A key of `DESIGNS`.
    where : str

    Raises
    ------
    CardError
        If a field is unknown, missing or of the wrong type.
    CardError
        On the conditions of `check_design`.
    """
    spec: Design = build(DESIGNS[kind], table, where)
    check_design(spec, where)
    return spec


def _merged(
    table: Mapping[str, Any], row: Mapping[str, Any], name: str, where: str
) -> dict[str, Any]:
    """Return the card's table `name` with what a row of it overrides."""
    base, own = table.get(name), row.get(name, {})
    if not isinstance(base, Mapping):
        raise CardError(f"{where} needs a table [{name}] in the card to inherit from.")
    if not isinstance(own, Mapping):
        raise CardError(f"{where}.{name} must be a table, got {own!r}.")
    return {**base, **own}
