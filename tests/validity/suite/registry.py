"""Every experiment of the suite, in the order of docs/validity.md."""

from tests.validity.suite import (
    backtest,
    breaks,
    calendar_time,
    claims,
    clocks,
    contrasts,
    event_failures,
    event_states,
    event_study,
    leadlag,
    multiplicity,
    parametric,
    regression,
    rotated,
)
from tests.validity.suite.detection import FUNCTIONS as DETECTORS
from tests.validity.suite.experiment import Experiment

_FAMILIES = (
    event_study,
    event_failures,
    event_states,
    parametric,
    calendar_time,
    contrasts,
    claims,
    leadlag,
    clocks,
    breaks,
    regression,
    rotated,
    multiplicity,
    backtest,
)
EXPERIMENTS: tuple[Experiment, ...] = tuple(
    each for family in _FAMILIES for each in family.EXPERIMENTS
)


def functions_under_test() -> set[str]:
    """The names of the public functions under test."""
    functions = {function for each in EXPERIMENTS for function in each.functions} | {*DETECTORS}
    return {function.__name__ for function in functions}
