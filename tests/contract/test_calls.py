"""What the packages offer refuses wrong arguments in one sentence of the library's own.

Every argument of a good call is replaced by what people pass by mistake; each such call works or
raises one of the library's errors, and what is no number never works as one.
"""

import inspect
import math
import numbers
import types
import typing

import numpy as np
import pandas as pd
import pytest

from altrotation.errors import AltrotationError
from tests.contract.calls import UNCALLED, call, good_call, offered

WRONG = (
    1.5, "5", None, [1], pd.Timestamp("2020-03-01"), True, 2**80, math.nan, math.inf, -1, 0,
    np.array([1.0, 2.0]), pd.Series([1.0, 2.0]), pd.DataFrame({"a": [1.0]}), "", {}, (), ["a"],
)  # fmt: skip
# They take a second or more a call: a wrong flag or number that is right elsewhere repeats them.
COSTLY = {
    "altrotation.backtest.family.judge_family",
    "altrotation.backtest.study.replay_study",
    "altrotation.claims.robustness.controls.negative_controls",
    "altrotation.claims.robustness.multiverse.specification_curve",
    "altrotation.data.store.write_panel",
    "altrotation.regimes.markov.markov_fit",
    "altrotation.regimes.markov_online.markov_regimes",
    "altrotation.report.sheet.render_sheet",
    "altrotation.report.write.write_sheet",
}
FUNCTIONS = [
    name
    for name, value in offered().items()
    if not inspect.isclass(value) and inspect.signature(value).parameters
]


def is_number(value):
    return isinstance(value, numbers.Real) and math.isfinite(value)


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # "5" is a fine name for a folder


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if name not in UNCALLED])
def test_good_call_works(name):
    call(offered()[name], good_call(name))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_wrong_arguments_are_one_sentence(name):
    function, faults = offered()[name], []
    parameters = inspect.signature(function).parameters
    given = {each: None for each, one in parameters.items() if one.default is one.empty}
    given |= good_call(name)
    for parameter in parameters.values():
        union = isinstance(parameter.annotation, types.UnionType)
        takes = typing.get_args(parameter.annotation) if union else [parameter.annotation]
        plain = all(one in (int, float, type(None)) for one in takes)
        for wrong in WRONG:
            fits = is_number(wrong) and wrong is not True
            if name in COSTLY and (wrong is None or fits or isinstance(wrong, bool)):
                continue
            value = (wrong,) if parameter.kind is parameter.VAR_POSITIONAL else wrong
            try:
                call(function, {**given, parameter.name: value})
            except AltrotationError as error:
                if "\n" in str(error):
                    faults.append(f"{parameter.name}={wrong!r}: more than a line: {error}")
            except Exception as error:  # whatever else: it is a fault
                faults.append(f"{parameter.name}={wrong!r}: {type(error).__name__}: {error}")
            else:
                if plain and wrong is not None and not fits and wrong is not parameter.default:
                    faults.append(f"{parameter.name}={wrong!r} works")
    assert not faults, "\n".join(faults)
