"""TOML tables turned into frozen specifications, each field checked against its annotation."""

import datetime
import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from difflib import get_close_matches
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

import pandas as pd

from altrotation import validate
from altrotation.errors import CardError, InputError

__all__ = ["build", "check_arguments", "days_as_text", "nearest", "read_day", "typed"]

_T = TypeVar("_T")
_MOST = 2**63  # beyond it no number of a card can be computed with
_SPELLED = {"origin": "from"}  # a keyword of Python


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
        raise CardError(f"{where} must be a table, got {_shown(table)}.")
    hints = get_type_hints(cls)
    known = {item.name: item for item in fields(cls)}  # type: ignore[arg-type]
    for name in table:
        if name not in known:
            raise CardError(
                f"{where} has the unknown field {name!r}; known are {', '.join(known)}"
                f"{nearest(name, known)}."
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
    CardError
        If it is a number that is infinite, not a number, or beyond computing.
    """
    if isinstance(hint, type) and is_dataclass(hint):
        return value if isinstance(value, hint) else build(hint, value, where)
    if get_origin(hint) is Literal:
        if value not in get_args(hint):
            choices = ", ".join(map(str, get_args(hint)))
            raise CardError(f"{where} must be one of {choices}, got {_shown(value)}.")
        return value
    if get_origin(hint) is UnionType:
        kinds = get_args(hint)
    elif get_origin(hint) is tuple:
        inner = get_args(hint)[0]
        if not isinstance(value, list | tuple):
            raise CardError(f"{where} must be a list, got {_shown(value)}.")
        return tuple(
            typed(item, inner, f"{where}[{place}]") for place, item in enumerate(value, start=1)
        )
    else:
        kinds = (hint,)
    plain = tuple(get_origin(kind) or kind for kind in kinds)
    if isinstance(value, int | float) and not abs(value) < _MOST:  # nor is nan below anything
        raise CardError(f"{where} must be a finite number that can be computed with.")
    if isinstance(value, int) and not isinstance(value, bool) and float in plain:
        return float(value) if int not in plain else value
    if not isinstance(value, plain) or (isinstance(value, bool) and bool not in plain):
        names = " or ".join(kind.__name__ for kind in plain if kind is not NoneType)
        raise CardError(f"{where} must be {names}, got {_shown(value)}.")
    return value


def nearest(name: object, known: Iterable[str]) -> str:
    """Return " (the nearest are 'x', 'y')" for a name that is not known; empty if nothing is.

    Parameters
    ----------
    name : object
    known : iterable of str
    """
    plain = {each.casefold(): each for each in known}
    found = get_close_matches(str(name).casefold(), plain, n=3, cutoff=0.0)
    if not found:
        return ""
    listed = ", ".join(repr(plain[each]) for each in found)
    return f" (the nearest {'is' if len(found) == 1 else 'are'} {listed})"


def days_as_text(value: Any) -> Any:
    """Return a value out of TOML with the days that were written without quotes as text.

    Parameters
    ----------
    value : object
        A table, a list, or what stands in them.
    """
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {name: days_as_text(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [days_as_text(inner) for inner in value]
    return value


def check_arguments(function: Callable[..., object], given: Mapping[str, Any], where: str) -> None:
    """Raise CardError unless `given` are arguments of a function that a card can name.

    Parameters
    ----------
    function : callable
        Its keyword-only parameters are the fields.
    given : mapping
        Fields as a card spells them.
    where : str
        What to call them in messages.

    Raises
    ------
    CardError
        If one is unknown.
    CardError
        If one is missing.
    CardError
        If one is of the wrong type.
    """
    hints = get_type_hints(function)
    known = {
        _SPELLED.get(each.name, each.name): each
        for each in inspect.signature(function).parameters.values()
        if each.kind is each.KEYWORD_ONLY
    }
    for name, value in given.items():
        if name not in known:
            listed = ", ".join(known) or "none"
            raise CardError(
                f"{where} has the unknown field {name!r}; known are {listed}{nearest(name, known)}."
            )
        typed(value, hints[known[name].name], f"{where}.{name}")
    for name, each in known.items():
        if each.default is each.empty and name not in given:
            raise CardError(f"{where} lacks the field `{name}`.")


def read_day(value: object, where: str) -> pd.Timestamp:
    """Return a day of a card.

    Parameters
    ----------
    value : object
        Text such as "2026-06-22".
    where : str
        What to call it in messages.

    Raises
    ------
    CardError
        If it is no day.
    """
    try:
        return validate.to_day(value, where)  # type: ignore[arg-type]  # what is no date is refused
    except InputError as error:
        raise CardError(str(error)) from error


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
