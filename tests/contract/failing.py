"""Which exports the tests call in a way that must fail, and with which of the library's errors.

A word in a message is no call: an export counts where the file imports it, or the module that
holds it, and names it in something that must fail, directly or through a helper of the same file.
A call made once for every row of a table counts as often as the table has rows.
"""

import ast
import importlib
import inspect
import re
from collections import Counter, defaultdict
from functools import lru_cache

from altrotation.errors import AltrotationError
from tests.contract.exports import files_with_tests, modules


@lru_cache(maxsize=1)
def errors():
    """Names of all errors of the library, those at home in other modules included."""
    found, todo = set(), [AltrotationError] if modules() else []
    while todo:
        kind = todo.pop()
        found.add(kind.__name__)
        todo += kind.__subclasses__()
    return found


@lru_cache(maxsize=1)
def failing_calls():
    """Full name of an export -> the errors that tests expect of it, each with how often."""
    found = defaultdict(Counter)
    for path in files_with_tests():
        for name, expected in calls_of(ast.parse(path.read_text())).items():
            found[name] += expected
    return found


def calls_of(tree):
    """The same for one file of tests."""
    imported = imports(tree)
    helpers = functions_of(tree)
    blocks = blocks_of(tree)
    # a table within a function that holds tables is met twice
    rows = {id(row): row for node in ast.walk(tree) if is_table(node) for row in rows_of(node)}
    stated = {error for block, _ in blocks for error in errors_in(heads(block), imported)}
    in_rows = {error for row in rows.values() for error in errors_in([row], imported)}
    found = defaultdict(Counter)
    # A block without the name of an error runs through rows that name it, and the other way round.
    for block, times in blocks:
        expected = errors_in(heads(block), imported) or in_rows
        for name in reached(block.body, imported, helpers):
            found[name].update(dict.fromkeys(expected, times))
    for row in rows.values():
        expected = errors_in([row], imported) or stated
        for name in reached([row], imported, helpers):
            found[name].update(dict.fromkeys(expected, 1))
    return found


@lru_cache(maxsize=1)
def held_to_causality():
    """Full names of the exports that a test which calls `assert_causal` reaches."""
    found = set()
    for path in files_with_tests():
        tree = ast.parse(path.read_text())
        imported, functions = imports(tree), functions_of(tree)
        for name, node in functions.items():
            names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
            if name.startswith("test_") and "assert_causal" in names:
                found |= reached([node], imported, tables_of(tree) | functions)
    return found


# -- what must fail ------------------------------------------------------------------------------


def blocks_of(tree):
    """The blocks that must fail, each with how often it is run."""
    tables = tables_of(tree)

    def blocks(node, times):
        for child in ast.iter_child_nodes(node):
            if is_raises(child):
                yield child, times
            repeated = times
            if isinstance(child, ast.FunctionDef):
                for decorator in child.decorator_list:
                    repeated *= rows_given(decorator, tables)
            elif isinstance(child, ast.For):
                repeated *= size(child.iter, tables)
            yield from blocks(child, repeated)

    return list(blocks(tree, 1))


def functions_of(tree):
    """Name -> the function; of two that share a name the outer one, no method, is the helper."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    return {node.name: node for node in reversed(functions)}  # ast.walk goes outside in


def tables_of(tree):
    """Name -> what is assigned to it, or returned by the function of that name."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found[node.targets[0].id] = node.value
        elif isinstance(node, ast.FunctionDef) and isinstance(node.body[-1], ast.Return):
            found[node.name] = node.body[-1].value
    return found


def rows_given(decorator, tables):
    """How many rows a decorator gives to its test."""
    if not (isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Attribute)):
        return 1
    named = decorator.func.attr == "parametrize" and len(decorator.args) > 1
    return size(decorator.args[1], tables) if named else 1


def size(table, tables):
    """The number of rows of a table that is written out somewhere in the file; else 1."""
    while isinstance(table, ast.Call | ast.Attribute):  # TABLE.items(), table().keys()
        table = table.func if isinstance(table, ast.Call) else table.value
    if isinstance(table, ast.Name):
        table = tables.get(table.id)
    return max(1, len(getattr(table, "elts", getattr(table, "keys", [1]))))


def is_raises(node):
    return isinstance(node, ast.With) and any(
        isinstance(part, ast.Attribute) and part.attr == "raises"
        for head in heads(node)
        for part in ast.walk(head)
    )


def heads(node):
    return [item.context_expr for item in node.items]


def is_table(node):
    """A table of bad calls, or a function that holds one."""
    if isinstance(node, ast.Assign):
        targets = [target.id for target in node.targets if isinstance(target, ast.Name)]
        return any(re.match("BAD|NONSENSE", name) for name in targets)
    return isinstance(node, ast.FunctionDef) and "_bad_" in node.name


def rows_of(node):
    """The rows of its tables, and of the loops that run through one."""
    for table in ast.walk(node):
        if isinstance(table, ast.For) and isinstance(table.iter, ast.Tuple):
            yield from table.iter.elts
        elif isinstance(table, ast.List | ast.Set):
            yield from table.elts
        elif isinstance(table, ast.Dict):
            yield from table.values
        elif isinstance(table, ast.ListComp):
            yield table


def errors_in(nodes, imported):
    """The library's errors that `nodes` name, each with its bases."""
    values = [resolve(part, imported) for node in nodes for part in ast.walk(node)]
    return {base.__name__ for kind in values if is_error(kind) for base in kind.__mro__} & errors()


def is_error(value):
    return inspect.isclass(value) and issubclass(value, Exception)


# -- what is called ------------------------------------------------------------------------------


def reached(parts, imported, helpers):
    """Full names of the exports that `parts` name, themselves or in the helpers they name."""
    found, seen, todo = set(), set(), list(parts)
    while todo:
        for node in ast.walk(todo.pop()):
            value = resolve(node, imported)
            function = getattr(value, "py_func", value)
            if inspect.isfunction(function) or (
                inspect.isclass(function) and not is_error(function)
            ):
                found.add(f"{function.__module__}.{function.__name__}")
            elif isinstance(node, ast.Name) and node.id in helpers.keys() - seen:
                seen.add(node.id)
                todo.append(helpers[node.id])
    return found


def resolve(node, imported):
    """The object of the library behind `name` or `module.name`, or None."""
    if isinstance(node, ast.Name):
        return imported.get(node.id)
    if isinstance(node, ast.Attribute):
        holder = resolve(node.value, imported)
        return getattr(holder, node.attr, None) if inspect.ismodule(holder) else None
    return None


def imports(tree):
    """Name in the file -> object of the library."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                if top == "altrotation":
                    importlib.import_module(alias.name)
                    name = alias.name if alias.asname else top
                    found[alias.asname or top] = importlib.import_module(name)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("altrotation"):
            module = importlib.import_module(node.module)
            for alias in node.names:
                found[alias.asname or alias.name] = member(module, alias.name)
    return found


def member(module, name):
    if hasattr(module, name):
        return getattr(module, name)
    return importlib.import_module(f"{module.__name__}.{name}")
