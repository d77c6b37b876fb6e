"""Every package is an attribute of the library, and offers its names at its top, lazily."""

import ast
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

import altrotation
from tests.contract.exports import modules

PACKAGES = {
    module.__name__: module for module in [altrotation, *modules()] if hasattr(module, "__path__")
}
OFFERING = [name for name, module in PACKAGES.items() if hasattr(module, "_HOMES")]
# Compiled loops, and the lists of columns of the raw files: modules are imported one by one.
PLUMBING = {
    "altrotation.data.raw.tables",
    "altrotation.kernels",
}


def run(code):
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)


def test_every_package_opens_its_doors():
    assert PACKAGES.keys() - PLUMBING == set(OFFERING)


@pytest.mark.parametrize("package", OFFERING)
def test_type_checkers_are_told_what_the_package_offers(package):
    module = PACKAGES[package]
    told = {}
    for node in ast.walk(ast.parse(Path(module.__file__).read_text())):
        if isinstance(node, ast.ImportFrom) and node.module not in ("typing", "altrotation._lazy"):
            told |= {alias.asname: node.module for alias in node.names}
    packages = {name for name, home in told.items() if home == "altrotation"}
    assert {name: home for name, home in told.items() if name not in packages} == module._HOMES
    assert sorted(module._HOMES) == module.__all__


@pytest.mark.parametrize("package", OFFERING)
def test_what_is_offered_is_what_its_module_defines(package):
    module = PACKAGES[package]
    for name, home in module._HOMES.items():
        assert getattr(module, name) is getattr(sys.modules[home], name)
        assert name in sys.modules[home].__all__
    assert set(module.__all__) <= set(dir(module))


def test_packages_are_attributes_after_a_bare_import():
    names = sorted(name.removeprefix("altrotation.") for name in PACKAGES if name != "altrotation")
    lines = [
        f"altrotation.{name}" for name in (*names, "testing.assert_causal", "errors.InputError")
    ]
    run("\n".join(["import altrotation", *lines]))


def test_the_bare_import_loads_nothing_heavy():
    heavy = ("numpy", "pandas", "numba", "scipy", "matplotlib", "statsmodels", "vectorbt")
    run(f"import sys, altrotation; assert not sys.modules.keys() & set({heavy})")


def test_one_door_loads_what_stands_behind_it_only():
    run(
        "import sys, altrotation; altrotation.inference.holm; "
        "assert not sys.modules.keys() & {'matplotlib', 'vectorbt', 'altrotation.events.study'}"
    )


def test_a_function_that_shares_the_name_of_its_module_is_the_function_in_any_order():
    for first in ("import altrotation.backtest.replay", "altrotation.backtest.replay", ""):
        run(
            f"import altrotation; {first}\n"
            "from altrotation.backtest.replay import require_trade\n"
            "import altrotation.backtest.replay as same\n"
            "assert altrotation.backtest.replay is same is altrotation.replay\n"
            "assert same.require_trade is require_trade"  # what else the module offers
        )
    assert pickle.loads(pickle.dumps(altrotation.backtest.replay)) is altrotation.replay


def test_a_name_that_is_no_door_says_so():
    for module, name in ((altrotation, "evnt_study"), (altrotation.signals, "after_brekout")):
        with pytest.raises(AttributeError, match=f"'{module.__name__}' has no attribute '{name}'"):
            getattr(module, name)
        assert not hasattr(module, "__wrapped__")
