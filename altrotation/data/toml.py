"""TOML for flat tables: the part of the format that cards and locks need, read back by tomllib."""

import datetime
import json
import math
import re
from collections.abc import Iterable, Mapping

from altrotation.errors import InputError

__all__ = ["dump_toml"]

Scalar = str | int | float | bool | datetime.date


def dump_toml(
    facts: Mapping[str, Scalar], lists: Mapping[str, Iterable[Mapping[str, Scalar]]] | None = None
) -> str:
    """Return TOML text: first `facts`, then one ``[[name]]`` table for each item of `lists`.

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
    if isinstance(value, str):
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
