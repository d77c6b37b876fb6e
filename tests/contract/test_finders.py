"""The finders find: each is shown an export with its fault, and one without."""

import dataclasses

import pandas as pd
import pytest

from altrotation.errors import InputError
from tests.contract import finders
from tests.contract.exports import Export, exports


def complete(close: pd.Series, *, window: int = 3) -> pd.Series:
    """Return something.

    Parameters
    ----------
    close : Series of shape (n_days,)
    window : int, default 3

    Returns
    -------
    Series of shape (n_days,)

    Raises
    ------
    InputError
        If `window` < 1.
    """
    if window < 1:
        raise InputError("no")
    return close


def silent(close: pd.Series, *, window: int = 3) -> pd.Series:
    """Return something.

    Parameters
    ----------
    close : Series of shape (n_days,)
    """
    if window < 1:
        raise InputError("no")
    return close


def bare(close, **options):
    return close, options


def never_called_wrongly() -> None:
    """Return nothing.

    Raises
    ------
    InputError
        Always.
    """


@dataclasses.dataclass(frozen=True, slots=True)
class Good:
    """A result."""

    x: int


@dataclasses.dataclass
class Bad:
    """A result."""

    x: int


def faults(kind, value):
    return finders.FINDERS[kind](Export(f"altrotation.indicators.new.{value.__name__}", value))


@pytest.mark.parametrize("kind", ["summary", "annotations", "sections", "raises"])
def test_a_complete_function_has_no_faults(kind):
    assert faults(kind, complete) == []


def test_each_fault_is_named():
    assert faults("summary", bare) == ["the summary is missing or no sentence"]
    assert faults("annotations", bare) == [
        "close is not annotated",
        "options is not annotated",
        "the return is not annotated",
        "**options",
    ]
    assert faults("sections", silent) == ["window is not documented", "no Returns section"]
    assert faults("raises", silent) == ["InputError is not under Raises"]
    assert faults("bad_calls", never_called_wrongly) == ["no test makes it raise"]
    assert faults("frozen", Good) == []
    assert faults("frozen", Bad) == ["not frozen", "no slots"]


def test_the_walk_reaches_every_layer():
    layers = {export.name.split(".")[1] for export in exports()}
    assert layers >= {"claims", "data", "events", "indicators", "inference", "kernels", "rng"}
    assert len(exports()) > 200
