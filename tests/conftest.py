"""Fixtures for every test: where the raw archive lies, and the one run of the whole catalogue.

`ALTROTATION_TEST_ORDER`, a whole number, shuffles the modules and the tests within each.
"""

import os
import random
import tempfile
from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Examples are the same in every run, and a busy machine fails none of them.
settings.register_profile(
    "fixed", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("fixed")

# Looks at the library's own cards go here, not to whoever runs the tests.
_STATE = tempfile.TemporaryDirectory()
os.environ["XDG_STATE_HOME"] = _STATE.name

_ROOT = Path(__file__).resolve().parents[1]


def _archive() -> Path:
    """Return where the archive should be: ALTROTATION_ARCHIVE, or ../shared/archive."""
    named = os.environ.get("ALTROTATION_ARCHIVE", "")
    return Path(named) if named else _ROOT.parent / "shared" / "archive"


def _is_archive(path: Path) -> bool:
    return (path / "market_daily.parquet").is_file()


@pytest.fixture(scope="session")
def archive_path() -> Path:
    """The folder of the raw archive; the test is skipped where there is none."""
    path = _archive()
    if not _is_archive(path):
        pytest.skip(f"no raw archive at {path}; set ALTROTATION_ARCHIVE to a folder that has one")
    return path


@pytest.fixture(scope="session")
def catalogue():
    """The whole catalogue judged on the embedded panel: a minute, once for all who ask."""
    from altrotation import load_cards, load_reference, verify

    return verify(load_reference(), load_cards(), level="embedded")


# What costs a minute to make is made in one worker, for all its tests.
_COSTLY = {"coin_market": "coins", "catalogue": "catalogue"}


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    _shuffle(items, os.environ.get("ALTROTATION_TEST_ORDER", ""))
    for item in items:
        for fixture in _COSTLY.keys() & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.xdist_group(_COSTLY[fixture]))
    path = _archive()
    if _is_archive(path):
        return
    absent = pytest.mark.skip(
        reason=f"no raw archive at {path}; set ALTROTATION_ARCHIVE to a folder that has one"
    )
    for item in items:
        if "archive" in item.keywords or "archive_path" in getattr(item, "fixturenames", ()):
            item.add_marker(absent)


def _shuffle(items: list[pytest.Item], seed: str) -> None:
    """Put modules in another order, and the tests within each; fixtures of a module stay one."""
    if not seed:
        return
    order = random.Random(int(seed))
    modules = [list(held) for _, held in groupby(items, key=lambda item: item.path)]
    order.shuffle(modules)
    for held in modules:
        order.shuffle(held)
    items[:] = [item for held in modules for item in held]
