"""Doors: a package offers its names at its top, and loads the module of each when it is used."""

import sys
from collections.abc import Mapping
from importlib import import_module
from types import ModuleType
from typing import Any

__all__ = ["open_doors"]


class _Package(ModuleType):
    """A package whose names load when first used; any other name is looked for as a module."""

    _HOMES: dict[str, str]  # from a name to the module that defines it

    def __getattr__(self, name: str) -> Any:
        if name in self._HOMES:
            value = getattr(import_module(self._HOMES[name]), name)
            setattr(self, name, value)
            return value
        full = f"{self.__name__}.{name}"
        if not name.startswith("_"):
            try:
                return import_module(full)
            except ModuleNotFoundError as error:
                if error.name != full:  # something that the module needs is not installed
                    raise
        raise AttributeError(
            f"module {self.__name__!r} has no attribute {name!r}", name=name, obj=self
        )

    def __setattr__(self, name: str, value: Any) -> None:
        # Loading the module `replay` would put it where the function `replay` stands: the function
        # stays, and has what else the module offers, so that both ways of writing it work.
        if isinstance(value, ModuleType) and name in self._HOMES:
            offered = {each: getattr(value, each) for each in value.__all__}
            value = offered[name]
            vars(value).update(offered)
        super().__setattr__(name, value)

    def __dir__(self) -> list[str]:
        return sorted({*vars(self), *self._HOMES})


def open_doors(package: str, names: Mapping[str, str]) -> None:
    """Let `package` offer `names`, each loaded when first used.

    The package repeats them as imports under TYPE_CHECKING, for type checkers and editors.

    Parameters
    ----------
    package : str
        Its `__name__`.
    names : mapping
        From a module within the package to the names it defines, separated by spaces.
    """
    module = sys.modules[package]
    homes = {name: f"{package}.{home}" for home, each in names.items() for name in each.split()}
    vars(module).update(_HOMES=homes, __all__=sorted(homes))
    module.__class__ = _Package
