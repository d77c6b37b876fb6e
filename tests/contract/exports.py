"""Every public name of the library: what the modules list in `__all__`, at its home."""

import dataclasses
import importlib
import inspect
import pkgutil
import re
from functools import lru_cache
from pathlib import Path

import altrotation

TESTS = Path(__file__).resolve().parents[1]


@dataclasses.dataclass(frozen=True)
class Export:
    name: str  # altrotation.events.breakouts.breakouts
    value: object

    @property
    def module(self):
        return self.name.rpartition(".")[0]

    @property
    def short(self):
        return self.name.rpartition(".")[2]

    @property
    def is_function(self):
        # A compiled kernel keeps the Python function it was made from.
        return inspect.isfunction(self.function)

    @property
    def function(self):
        return getattr(self.value, "py_func", self.value)

    @property
    def doc(self):
        return inspect.getdoc(self.function) or ""

    def section(self, title):
        """The text of a numpy section, or None."""
        found = re.search(rf"^{title}\n-+\n(.*?)(?=^\S[^\n]*\n-+\n|\Z)", self.doc, re.M | re.S)
        return found and found.group(1)


@lru_cache(maxsize=1)
def modules():
    names = [info.name for info in pkgutil.walk_packages(altrotation.__path__, "altrotation.")]
    return [importlib.import_module(name) for name in names if not name.endswith("__main__")]


@lru_cache(maxsize=1)
def exports():
    """Functions and classes, each once, at the module that defines it."""
    found = {}
    for module in modules():
        for short in getattr(module, "__all__", ()):
            value = getattr(module, short)
            function = getattr(value, "py_func", value)
            if not (inspect.isfunction(function) or inspect.isclass(value)):
                continue  # a constant or a type alias
            if getattr(function, "__module__", None) == module.__name__:
                name = f"{module.__name__}.{short}"
                found[name] = Export(name, value)
    return [found[name] for name in sorted(found)]


def files_with_tests():
    return sorted(
        path for path in TESTS.rglob("*.py") if path.parent.name not in ("oracle", "contract")
    )
