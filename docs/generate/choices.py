"""What a card chose, field by field, and in what each variant differs."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from altrotation import ClaimCard
from altrotation.claims.specs import Variant

__all__ = ["chosen", "differs", "shown"]

_PARTS = ("events", "study", "rivals", "design")


def chosen(card: ClaimCard) -> Iterator[tuple[str, str]]:
    """Yield the name and the value of every choice of the primary specification."""
    for part in _PARTS:
        held = getattr(card, part, None)
        if isinstance(held, tuple):
            yield from (
                (f"{part}: {each.name}", _against(each.events, card.events)) for each in held
            )
        elif is_dataclass(held):
            name = card.kind if part == "design" else part
            yield from ((f"{name}.{field}", shown(value)) for field, value in _set(held))


def differs(variant: Variant, card: ClaimCard) -> str:
    """Return the choices of a variant that are not those of the primary specification."""
    parts = [
        _against(getattr(variant, part), getattr(card, part))
        for part in ("events", "study", "design")
        if getattr(variant, part, None) is not None
    ]
    return "; ".join(part for part in parts if part)


def shown(value: Any) -> str:
    """Return a value of a card as text: nested tables and lists as they would be read aloud."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {shown(inner)}" for name, inner in value.items())
    if is_dataclass(value):
        return ", ".join(f"{name} {shown(inner)}" for name, inner in _set(value))
    if isinstance(value, tuple | list):
        apart = "; " if any(is_dataclass(each) for each in value) else ", "
        return apart.join(shown(each) for each in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _set(spec: Any) -> Iterator[tuple[str, Any]]:
    """Yield the fields that were given, or are always needed."""
    for field in fields(spec):
        value = getattr(spec, field.name)
        if value != field.default and value not in (None, ()):
            yield field.name, value


def _against(other: Any, primary: Any) -> str:
    changed = [
        f"{field.name} {shown(getattr(other, field.name))}"
        for field in fields(other)
        if getattr(other, field.name) != getattr(primary, field.name, None)
    ]
    return ", ".join(changed)
