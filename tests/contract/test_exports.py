"""Every export: annotated, documented, with bad calls where it raises, results frozen."""

import inspect

import pytest

import altrotation
from tests.contract.cases import BAD_CALLS_THROUGH, PENDING
from tests.contract.exports import exports, modules
from tests.contract.failing import failing_calls
from tests.contract.finders import FINDERS, names_in_tests

EXPORTS = {export.name: export for export in exports()}


@pytest.mark.parametrize("name", EXPORTS)
def test_export(name):
    faults = [
        fault
        for kind, finder in FINDERS.items()
        if name not in PENDING.get(kind, ())
        for fault in finder(EXPORTS[name]) or ()
    ]
    assert not faults, f"{name}: {'; '.join(faults)}"


def test_pending_rows_are_still_needed():
    rows = {(kind, name) for kind in FINDERS for name in PENDING.get(kind, ())}
    idle = {
        (kind, name)
        for kind, name in rows
        if name not in EXPORTS or not FINDERS[kind](EXPORTS[name])
    }
    assert not idle, "take these out of PENDING in tests/contract/cases.py"


def test_bad_calls_made_through_another_export_have_no_row_of_their_own():
    own = BAD_CALLS_THROUGH.keys() & failing_calls().keys()
    assert not own, "take these out of BAD_CALLS_THROUGH in tests/contract/cases.py"
    assert EXPORTS.keys() >= BAD_CALLS_THROUGH.keys()


# -- modules and the front door ------------------------------------------------------------------


def test_every_module_says_what_it_is_and_what_it_exports():
    for module in modules():
        assert module.__doc__, module.__name__
        own = [
            name
            for name, value in vars(module).items()
            if not name.startswith("_")
            and (inspect.isfunction(value) or inspect.isclass(value))
            and value.__module__ == module.__name__
        ]
        if own:
            assert hasattr(module, "__all__"), f"{module.__name__} lacks __all__"


def test_names_in_all_exist_once():
    for module in modules():
        names = list(getattr(module, "__all__", ()))
        assert len(names) == len(set(names)), module.__name__
        for name in names:
            assert hasattr(module, name), f"{module.__name__}.{name}"


@pytest.mark.parametrize("short", altrotation.__all__)
def test_every_name_of_the_front_door_is_documented_and_tested(short):
    value = getattr(altrotation, short)
    assert value.__doc__ or not callable(value)  # a constant is described where it is defined
    makers = {
        export.short
        for export in EXPORTS.values()
        if export.is_function and short in str(inspect.signature(export.function).return_annotation)
    }
    assert ({short} | makers) & names_in_tests(), f"no test names {short}"
