"""Fixtures for every test: where the raw archive lies, if it is there."""

import os
import tempfile
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


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:  # what loads all coins runs in one worker, which loads them once
        if "coin_market" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("coins"))
    path = _archive()
    if _is_archive(path):
        return
    absent = pytest.mark.skip(
        reason=f"no raw archive at {path}; set ALTROTATION_ARCHIVE to a folder that has one"
    )
    for item in items:
        if "archive" in item.keywords or "archive_path" in getattr(item, "fixturenames", ()):
            item.add_marker(absent)
