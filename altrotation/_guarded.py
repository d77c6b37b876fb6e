"""Arguments of the wrong kind are refused at the door: by what a function says that it takes."""

import functools
import inspect
import math
import numbers
import re
import types
import typing
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, overload

import numpy as np
import pandas as pd

from altrotation.errors import InputError
from altrotation.validate import shown

__all__ = ["guarded"]

_P = ParamSpec("_P")
_R = TypeVar("_R")
_C = TypeVar("_C")
_MOST = 2**31 - 1  # no count in this library comes near it
_EXACT = 2**53  # larger whole numbers are no doubles
_ARRAYS = {"float64": ("fiu", "numbers"), "int64": ("iu", "whole numbers"), "bool": ("b", "flags")}


@dataclass(frozen=True, slots=True)
class _Kind:
    """What a parameter takes: in words, as a test, and how it is handed on."""

    words: str
    fits: Callable[[Any], bool]
    handed: Callable[[Any], Any] = lambda value: value
    each: "_Kind | None" = None  # of a sequence: what it holds
    of_class: bool = False  # a wrong value is named by its class


@overload
def guarded(function: type[_C]) -> type[_C]: ...
@overload
def guarded(function: Callable[_P, _R]) -> Callable[_P, _R]: ...
def guarded(function: Callable[..., Any]) -> Callable[..., Any]:
    """Check the arguments of a public function, or of what makes a class, by its annotations.

    Whole numbers, finite numbers, flags, text, choices, dates, sequences and mappings of these,
    tables and the classes of the library: True is no number, 5.0 no whole one, NaN and infinity
    are none unless they are the default. An array of numbers may be a list or a Series, a path may
    be text. What a value must be beyond its kind (a least window, one of the columns) is checked by
    the function itself.

    Parameters
    ----------
    function : callable
        With annotations on all parameters.

    Returns
    -------
    callable
        The same function or class; it raises InputError with the name of the argument, what it must
        be and its value.
    """
    if inspect.isclass(function):
        function.__init__ = guarded(function.__init__)  # type: ignore[method-assign]
        return function
    signature = inspect.signature(function)

    @functools.cache
    def kinds() -> dict[str, _Kind]:
        hints = _hints(function)
        return {name: _kind(hints[name], name) for name in signature.parameters if name in hints}

    @functools.wraps(function)
    def checked(*args: Any, **kwargs: Any) -> Any:
        try:
            given = signature.bind(*args, **kwargs)
        except TypeError:  # an argument too few or too many: Python's own words are the clearer
            return function(*args, **kwargs)
        for name, value in given.arguments.items():
            kind, parameter = kinds().get(name), signature.parameters[name]
            if kind is None or value is parameter.default:
                continue
            if parameter.kind is parameter.VAR_POSITIONAL:
                given.arguments[name] = tuple(_handed(kind, each, name) for each in value)
            elif parameter.kind is not parameter.VAR_KEYWORD:
                given.arguments[name] = _handed(kind, value, name)
        return function(*given.args, **given.kwargs)

    return checked


def _hints(function: Callable[..., Any]) -> dict[str, Any]:
    try:
        return typing.get_type_hints(function)
    except NameError:  # a class that only type checkers import: it is not checked
        own: dict[str, Any] = function.__annotations__
        return {name: hint for name, hint in own.items() if not isinstance(hint, str)}


def _handed(kind: _Kind, value: Any, name: str) -> Any:
    if kind.fits(value):
        return kind.handed(value)
    if isinstance(value, int) and abs(value) > _MOST and kind.words == "a whole number":
        raise InputError(f"`{name}` must be at most {_MOST:,}, got {shown(value)}.")
    got = type(value).__name__ if kind.of_class else shown(value)
    raise InputError(f"`{name}` must be {kind.words}, got {got}{_remedy(kind, value)}.")


def _remedy(kind: _Kind, value: Any) -> str:
    if kind.each and kind.each.fits(value):
        return f"; write ({shown(value)},)"
    if isinstance(value, pd.DataFrame) and "Series" in kind.words:
        return '; pass one of its columns, or .squeeze("columns")'
    if isinstance(value, pd.Series) and "DataFrame" in kind.words:
        return "; use .to_frame()"
    return ""


# -- from an annotation to what it takes ---------------------------------------------------------


def _kind(hint: Any, name: str = "") -> _Kind:
    origin, parts = typing.get_origin(hint), typing.get_args(hint)
    if hint is typing.Any or hint is object or isinstance(hint, TypeVar):
        return _Kind("anything", lambda _: True)
    if origin in (typing.Union, types.UnionType):
        return _union(parts, name)
    if origin is typing.Literal:
        listed = ", ".join(repr(part) for part in parts)
        return _Kind(f"one of {listed}", lambda value: isinstance(value, str) and value in parts)
    if origin is np.ndarray:
        return _array(typing.get_args(parts[1])[0].__name__)
    if origin is tuple and parts[-1] is not Ellipsis:
        return _tuple([_kind(part) for part in parts])
    if origin in (tuple, list, Sequence):
        return _sequence(_kind(parts[0]))
    if origin is Iterable:
        return _iterable(_kind(parts[0]))
    if origin in (dict, Mapping):
        return _mapping(_kind(parts[0]), _kind(parts[1]))
    if origin is Callable:
        return _Kind("a function", callable)
    if hint is int:
        return _whole(name)
    if hint is str:
        return _Kind("text", lambda value: isinstance(value, str))
    if hint in _PLAIN:
        return _PLAIN[hint]
    return _instance(origin or hint)


def _union(parts: Sequence[Any], name: str) -> _Kind:
    arrays = [part for part in parts if typing.get_origin(part) is np.ndarray]
    rest = [part for part in parts if part not in arrays]  # a table is a table first
    if np.random.Generator in parts:
        name = "seed"
    if np.datetime64 in parts:  # `to_day` reads dates, with the remedy for each that is none
        return _Kind("a date", lambda _: True)
    if Path in parts:  # a path in text
        rest = [part for part in rest if part is not str]
    kinds = [_kind(part, name) for part in (*rest, *arrays)]
    told = [kind.words for kind, part in zip(kinds, (*rest, *arrays), strict=True)]

    def handed(value: Any) -> Any:
        return next(kind for kind in kinds if kind.fits(value)).handed(value)

    return _Kind(
        " or ".join(words for words in dict.fromkeys(told) if words != "None"),
        lambda value: any(kind.fits(value) for kind in kinds),
        handed,
        next((kind.each for kind in kinds if kind.each), None),
        all(kind.of_class for kind in kinds if kind.words != "None"),
    )


def _array(dtype: str) -> _Kind:
    letters, words = _ARRAYS.get(dtype, ("fiub", "numbers"))

    def fits(value: Any) -> bool:
        if not isinstance(value, np.ndarray | list | tuple | pd.Series | pd.Index):
            return False
        try:
            array = np.asarray(value)
        except ValueError:  # rows of different lengths
            return False
        return array.ndim > 0 and array.dtype.kind in letters

    return _Kind(f"an array of {words}", fits, lambda value: np.asarray(value, dtype=dtype))


def _tuple(kinds: Sequence[_Kind]) -> _Kind:
    def fits(value: Any) -> bool:
        return (
            isinstance(value, tuple | list)
            and len(value) == len(kinds)
            and all(kind.fits(part) for kind, part in zip(kinds, value, strict=True))
        )

    alike = {kind.words for kind in kinds}
    if len(kinds) == 2 and len(alike) == 1:
        return _Kind(f"a pair of {_several(kinds[0].words)}", fits)
    return _Kind(f"({', '.join(kind.words for kind in kinds)})", fits)


def _several(words: str) -> str:
    """Return "whole numbers" for "a whole number"."""
    if words.startswith("a pair of "):
        return words.replace("a pair", "pairs", 1)
    return re.sub(r"^an? (.*)$", r"\1s", words) if re.fullmatch(r"an? [\w ]+", words) else words


def _sequence(each: _Kind) -> _Kind:
    def fits(value: Any) -> bool:
        return (
            isinstance(value, Sequence | np.ndarray | pd.Index | pd.Series)
            and not isinstance(value, str | bytes)
            and getattr(value, "ndim", 1) == 1
            and all(each.fits(part) for part in value)
        )

    return _Kind(f"a sequence of {_several(each.words)}", fits, each=each)


def _iterable(each: _Kind) -> _Kind:
    def fits(value: Any) -> bool:
        return (
            isinstance(value, Iterable)
            and not isinstance(value, str | bytes | Mapping | pd.DataFrame)
            and getattr(value, "ndim", 1) == 1
            # what can be read only once is read by the function
            and (not isinstance(value, Collection) or all(each.fits(part) for part in value))
        )

    return _Kind(f"a sequence of {_several(each.words)}", fits, each=each)


def _mapping(key: _Kind, held: _Kind) -> _Kind:
    def fits(value: Any) -> bool:
        return isinstance(value, Mapping) and all(
            key.fits(name) and held.fits(part) for name, part in value.items()
        )

    return _Kind(f"a mapping from {_several(key.words)} to {_several(held.words)}", fits)


def _instance(cls: type) -> _Kind:
    article = "an" if cls.__name__[0] in "AEIO" else "a"
    words = f"{article} {cls.__name__}"
    if getattr(cls, "_is_protocol", False):
        needed = {*vars(cls), *cls.__annotations__}
        public = [name for name in needed if not name.startswith("_")]
        return _Kind(
            words, lambda value: all(hasattr(value, name) for name in public), of_class=True
        )
    return _Kind(words, lambda value: isinstance(value, cls), of_class=True)


def _table(cls: type) -> _Kind:
    def fits(value: Any) -> bool:
        if isinstance(value, pd.Series | pd.DataFrame):
            return isinstance(value, cls)
        return hasattr(value, "__arrow_c_stream__")  # Polars and Arrow: read by the checks of days

    return _Kind(f"a pandas {cls.__name__}", fits, of_class=True)


def _whole(name: str) -> _Kind:
    def fits(value: Any) -> bool:
        whole = isinstance(value, numbers.Integral) and not isinstance(value, bool)
        return whole and (name == "seed" or abs(int(value)) <= _MOST)

    return _Kind("a whole number", fits)


def _is_finite(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:  # beyond the largest double
        return False


def _as_double(value: Any) -> Any:
    return float(value) if isinstance(value, int) and abs(value) > _EXACT else value


def _is_path(value: Any) -> bool:
    return isinstance(value, Path) or (isinstance(value, str) and bool(value.strip()))


_PLAIN = {
    type(None): _Kind("None", lambda value: value is None),
    bool: _Kind("True or False", lambda value: isinstance(value, bool | np.bool_)),
    float: _Kind("a finite number", _is_finite, _as_double),
    Path: _Kind("a path", _is_path, Path),
    pd.Timestamp: _Kind(
        "a pandas Timestamp", lambda value: isinstance(value, pd.Timestamp) and not pd.isna(value)
    ),
    pd.Series: _table(pd.Series),
    pd.DataFrame: _table(pd.DataFrame),
}
