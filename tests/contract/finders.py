"""Faults of an export, one finder a kind; each returns None for what it does not concern."""

import ast
import dataclasses
import inspect
import re
from functools import lru_cache

from tests.contract.cases import BAD_CALLS_THROUGH
from tests.contract.exports import files_with_tests

CHECKERS = re.compile(r"^(require_\w+|daily_\w+|positive|to_day)$")
# Arrays and tables need words on shape, unit and missing values; a number or a result with a
# docstring of its own does not.
NEED_RETURNS = re.compile(r"Series|DataFrame|Array|ndarray|Index|tuple")


def documented(export):
    """Functions with a Parameters section, and those a user calls that have options to explain."""
    if not export.is_function:
        return False
    parameters = inspect.signature(export.function).parameters.values()
    return export.section("Parameters") is not None or (
        any(p.kind is p.KEYWORD_ONLY for p in parameters)
        and export.module.startswith(("altrotation.indicators", "altrotation.inference"))
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
    names = set()
    for node in ast.walk(ast.parse(inspect.cleandoc("\n" + inspect.getsource(export.function)))):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            names |= identifiers(node.exc.func)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            names |= {"InputError"} if CHECKERS.match(node.func.id) else set()
    text = export.section("Raises") or ""
    return [f"{name} is not under Raises" for name in sorted(names) if name not in text]


def frozen(export):
    if not dataclasses.is_dataclass(export.value):
        return None
    faults = [] if export.value.__dataclass_params__.frozen else ["not frozen"]
    return faults + ([] if "__slots__" in vars(export.value) else ["no slots"])


def bad_calls(export):
    if export.section("Raises") is None:
        return None
    reached = BAD_CALLS_THROUGH.get(export.name, export.name)
    return [] if reached.rpartition(".")[2] in names_in_tests()[1] else ["no test makes it raise"]


FINDERS = {
    finder.__name__: finder
    for finder in (summary, annotations, sections, raises, frozen, bad_calls)
}


# -- what the tests name -------------------------------------------------------------------------


@lru_cache(maxsize=1)
def names_in_tests():
    """All identifiers in tests, and those in calls that must fail."""
    every, bad = set(), set()
    for path in files_with_tests():
        tree = ast.parse(path.read_text())
        every |= identifiers(tree)
        for node in ast.walk(tree):
            if fails(node):
                bad |= identifiers(node)
    return every, bad


def fails(node):
    """A `with pytest.raises`, a table of bad calls, or a test of them."""
    if isinstance(node, ast.With):
        return any("raises" in identifiers(item) for item in node.items)
    if isinstance(node, ast.Assign):
        return any(re.match("BAD|NONSENSE", word) for t in node.targets for word in identifiers(t))
    return isinstance(node, ast.FunctionDef) and "_bad_" in node.name


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
