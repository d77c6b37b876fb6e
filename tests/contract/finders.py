"""Faults of an export, one finder a kind; each returns None for what it does not concern."""

import ast
import dataclasses
import inspect
import re
from collections import Counter
from functools import lru_cache

from tests.contract.cases import BAD_CALLS_THROUGH
from tests.contract.exports import files_with_tests
from tests.contract.failing import errors, failing_calls

CHECKERS = re.compile(r"^(require_\w+|daily_(index|series|frame)|positive|to_day)$")
# Arrays and tables need words on shape, unit and missing values; a number or a result with a
# docstring of its own does not.
# Checks, compiled loops and plot furniture: a summary that says it all is enough.
TERSE = ("altrotation.kernels", "altrotation.plot.style", "altrotation.validate")
NEED_RETURNS = re.compile(r"Series|DataFrame|Array|ndarray|Index|tuple")


def documented(export):
    """Functions with a Parameters section, and those that need one: they have options or raise."""
    if not export.is_function:
        return False
    parameters = inspect.signature(export.function).parameters.values()
    return export.section("Parameters") is not None or (
        not export.module.startswith(TERSE)
        and (any(p.kind is p.KEYWORD_ONLY for p in parameters) or bool(raised_by(export)))
    )


def summary(export):
    first = export.doc.split("\n\n")[0]
    return [] if re.search(r"[.:]$", first) else ["the summary is missing or no sentence"]


def annotations(export):
    if not export.is_function:
        return None
    signature = inspect.signature(export.function)
    faults = [
        f"{p.name} is not annotated"
        for p in signature.parameters.values()
        if p.annotation is inspect.Parameter.empty
    ]
    if signature.return_annotation is inspect.Signature.empty:
        faults.append("the return is not annotated")
    if not export.module.startswith("altrotation.plot"):
        faults += [f"**{p.name}" for p in signature.parameters.values() if p.kind is p.VAR_KEYWORD]
    return faults


def sections(export):
    if not documented(export):
        return None
    signature = inspect.signature(export.function)
    listed = set()
    for line in (export.section("Parameters") or "").splitlines():
        if line and not line.startswith(" "):
            listed |= {part.strip(" *") for part in line.partition(":")[0].split(",")}
    taken = {p.name for p in signature.parameters.values()}
    faults = [f"{missing} is not documented" for missing in sorted(taken - listed)]
    faults += [f"{idle} is no argument" for idle in sorted(listed - taken)]
    if NEED_RETURNS.search(str(signature.return_annotation)) and not export.section("Returns"):
        faults.append("no Returns section")
    return faults


def raises(export):
    """Errors a function raises in its own body; the checks of `validate` raise InputError."""
    if not documented(export):
        return None
    text = export.section("Raises") or ""
    return [f"{name} is not under Raises" for name in raised_by(export) if name not in text]


def raised_by(export):
    names, takes = set(), bool(inspect.signature(export.function).parameters)
    for node in ast.walk(ast.parse(inspect.cleandoc("\n" + inspect.getsource(export.function)))):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            names |= identifiers(node.exc.func)
        elif takes and isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            names |= {"InputError"} if CHECKERS.match(node.func.id) else set()
    return sorted(names)


def frozen(export):
    if not dataclasses.is_dataclass(export.value):
        return None
    faults = [] if export.value.__dataclass_params__.frozen else ["not frozen"]
    return faults + ([] if "__slots__" in vars(export.value) else ["no slots"])


def bad_calls(export):
    """Each entry under Raises needs a test that gets its error from this export."""
    text = export.section("Raises")
    if text is None:
        return None
    reached = failing_calls().get(BAD_CALLS_THROUGH.get(export.name, export.name))
    if reached is None:
        return ["no test makes it raise"]
    listed = Counter(name for name in re.findall(r"^\w+$", text, re.M) if name in errors())
    return [
        f"{count} conditions of {name}, {reached[name]} bad calls"
        for name, count in sorted(listed.items())
        if reached[name] < count
    ]


FINDERS = {
    finder.__name__: finder
    for finder in (summary, annotations, sections, raises, frozen, bad_calls)
}


# -- what the tests name -------------------------------------------------------------------------


@lru_cache(maxsize=1)
def names_in_tests():
    """All identifiers and words of strings in the tests."""
    return set().union(*(identifiers(ast.parse(path.read_text())) for path in files_with_tests()))


def identifiers(tree):
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.alias):
            found.add(node.name.rpartition(".")[2])
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found |= set(re.findall(r"\w+", node.value))
    return found
