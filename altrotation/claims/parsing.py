"""TOML tables turned into frozen specifications, each field checked against its annotation."""

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from altrotation.errors import CardError

__all__ = ["build", "typed"]

_T = TypeVar("_T")


def build(cls: type[_T], table: object, where: str) -> _T:
    """Return `cls` made from a TOML table.

    Parameters
    ----------
    cls : type
        A dataclass whose annotations say what fits.
    table : object
    where : str
        What to call the table in messages.

    Raises
    ------
    CardError
        If `table` is no table.
    CardError
        If a field is unknown.
    CardError
        If a field is missing.
    CardError
        If a field is of the wrong type.
    """
    if not isinstance(table, Mapping):
        raise CardError(f"{where} must be a table, got {table!r}.")
    hints = get_type_hints(cls)
    known = {item.name: item for item in fields(cls)}  # type: ignore[arg-type]
    for name in table:
        if name not in known:
            raise CardError(
                f"{where} has the unknown field {name!r}; known are {', '.join(known)}."
            )
    values: dict[str, Any] = {}
    for name, item in known.items():
        if name in table:
            values[name] = typed(table[name], hints[name], f"{where}.{name}")
        elif item.default is MISSING and item.default_factory is MISSING:
            raise CardError(f"{where} lacks the field `{name}`.")
    return cls(**values)


def typed(value: Any, hint: Any, where: str) -> Any:
    """Return `value` if it fits the annotation `hint`; integers widen to floats.

    Parameters
    ----------
    value : object
    hint : annotation
        A type, a union of types, a Literal, a tuple of one kind, or a dataclass, which a table
        becomes.
    where : str
        What to call the value in messages.

    Raises
    ------
    CardError
        If it does not fit.
    """
    if isinstance(hint, type) and is_dataclass(hint):
        return value if isinstance(value, hint) else build(hint, value, where)
    if get_origin(hint) is Literal:
        if value not in get_args(hint):
            choices = ", ".join(map(str, get_args(hint)))
            raise CardError(f"{where} must be one of {choices}, got {value!r}.")
        return value
    if get_origin(hint) is UnionType:
        kinds = get_args(hint)
    elif get_origin(hint) is tuple:
        inner = get_args(hint)[0]
        if not isinstance(value, list | tuple):
            raise CardError(f"{where} must be a list, got {value!r}.")
        return tuple(
            typed(item, inner, f"{where}[{place}]") for place, item in enumerate(value, start=1)
        )
    else:
        kinds = (hint,)
    plain = tuple(get_origin(kind) or kind for kind in kinds)
    if isinstance(value, int) and not isinstance(value, bool) and float in plain:
        return float(value) if int not in plain else value
    if not isinstance(value, plain) or (isinstance(value, bool) and bool not in plain):
        names = " or ".join(kind.__name__ for kind in plain if kind is not NoneType)
        raise CardError(f"{where} must be {names}, got {value!r}.")
    return value
