"""TOML: the part of the format that cards, locks and ledgers need, written and read in one way."""

import datetime
import json
import math
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from altrotation.data.atomic import atomic_write
from altrotation.errors import DataError, InputError

__all__ = ["dump_toml", "parse_toml", "read_toml", "write_toml"]

Scalar = str | int | float | bool | datetime.date
_Table = Mapping[str, Scalar]


def read_toml(path: str | Path) -> dict[str, Any]:
    """Return what a TOML file holds.

    Parameters
    ----------
    path : str or Path

    Raises
    ------
    DataError
        If the file is absent or cannot be read.
    DataError
        If it is no TOML, or too deep or its numbers too long to be read.
    """
    try:
        return parse_toml(Path(path).read_bytes())
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror or error}).") from error
    except DataError as error:
        raise DataError(f"{path} cannot be read as TOML: {error}") from error


def parse_toml(content: bytes) -> dict[str, Any]:
    """Return what the bytes of a TOML file hold.

    Parameters
    ----------
    content : bytes

    Raises
    ------
    DataError
        If they are no TOML, or too deep or their numbers too long to be read.
    """
    try:
        return tomllib.loads(content.decode())
    except RecursionError as error:
        raise DataError("its tables and lists lie too deep in each other.") from error
    except ValueError as error:  # no UTF-8, no TOML, a number of thousands of digits
        raise DataError(f"{error}.") from error


def write_toml(
    path: str | Path,
    facts: _Table,
    lists: Mapping[str, Iterable[_Table]] | None = None,
    tables: Mapping[str, Mapping[str, _Table]] | None = None,
    *,
    head: str = "",
) -> None:
    """Write a TOML file of `dump_toml`, whole or not at all, once it can be read back.

    Parameters
    ----------
    path : str or Path
    facts, lists, tables
        See `dump_toml`.
    head : str, default ""
        A comment for the first line.

    Raises
    ------
    InputError
        On the conditions of `dump_toml`.
    InputError
        If the file cannot be written.
    """
    text = (f"# {head}\n" if head else "") + dump_toml(facts, lists, tables)
    parse_toml(text.encode())
    atomic_write(path, text.encode())


def dump_toml(
    facts: _Table,
    lists: Mapping[str, Iterable[_Table]] | None = None,
    tables: Mapping[str, Mapping[str, _Table]] | None = None,
) -> str:
    """Return TOML text: `facts`, a ``[[name]]`` table for each item of `lists`, then `tables`.

    Parameters
    ----------
    facts : mapping
    lists : mapping, optional
        Tables without a name, in order, by the name of the list.
    tables : mapping, optional
        Tables by their name, by the name they have in common: ``[name.key]``.

    Raises
    ------
    InputError
        If a key is no bare key.
    InputError
        If a value is no text, number, truth value or day.
    """
    lines = [_pair(key, value) for key, value in facts.items()]
    for name, items in (lists or {}).items():
        for item in items:
            lines += ["", f"[[{_key(name)}]]", *(_pair(key, value) for key, value in item.items())]
    for name, held in (tables or {}).items():
        for under, item in held.items():
            lines += ["", f"[{_key(name)}.{_key(under)}]"]
            lines += [_pair(key, value) for key, value in item.items()]
    return "\n".join(lines) + "\n"


def _pair(key: str, value: Scalar) -> str:
    return f"{_key(key)} = {_value(key, value)}"


def _key(key: str) -> str:
    if not re.fullmatch("[A-Za-z0-9_-]+", key):
        raise InputError(f"A TOML key must be of letters, digits, _ and -, got {key!r}.")
    return key


def _value(key: str, value: Scalar) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and _encodes(value):
        # JSON's escapes are TOML's, but for the delete character.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        if math.isfinite(value):
            return repr(float(value))
        return "nan" if math.isnan(value) else ("inf" if value > 0 else "-inf")
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value.isoformat()
    raise InputError(f"TOML cannot hold {key} = {value!r}; give text, a number or a day.")


def _encodes(text: str) -> bool:
    """Return whether UTF-8 can hold a text: a half of a pair of surrogates it cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
