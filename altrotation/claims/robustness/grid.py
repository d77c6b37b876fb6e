"""The grid of a specification curve: how the choices on its axes are combined."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from altrotation._guarded import guarded
from altrotation.aliases import Clock
from altrotation.claims.robustness.axes import (
    AT_LEVEL,
    AXES,
    Axis,
    CurveSpec,
    Weighting,
    parse_definition,
)
from altrotation.claims.specs import EventsSpec, StudySpec
from altrotation.events.returns import Model
from altrotation.validate import require_choice

__all__ = [
    "Specification",
    "axis_choices",
    "events_of",
    "reference",
    "series_name",
    "specifications",
]

_BREAKOUTS = ("record", "high", "level")
_DEFINITIONS = ("record", "high-252", "high-100")
_SUFFIX: dict[Weighting, str] = {"equal": "", "capitalisation": "-capw", "band": "-band"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Specification:
    """One choice an axis."""

    definition: str
    quiet: int
    outcome: str
    weighting: Weighting
    horizon: int
    model: Model
    delay: int
    clock: Clock
    sample: str

    @property
    def series(self) -> str:
        """The series of the panel that holds the outcome."""
        return series_name(self.outcome, self.weighting)

    @property
    def choices(self) -> dict[Axis, Any]:
        """The choice on every axis, in the order of `AXES`."""
        return {axis: getattr(self, axis) for axis in AXES}


def reference(events: EventsSpec, study: StudySpec) -> Specification:
    """Return the specification that the card itself judges.

    Parameters
    ----------
    events, study : EventsSpec, StudySpec
        The two halves of an event card.
    """
    outcome, weighting = _without_suffix(study.primary)
    return Specification(
        definition=_definition(events),
        quiet=events.quiet,
        outcome=outcome,
        weighting=weighting,
        horizon=study.horizon,
        model=study.model,
        delay=study.delay,
        clock="24/7",
        sample="full",
    )


def axis_choices(
    events: EventsSpec, study: StudySpec, axes: CurveSpec
) -> dict[Axis, tuple[Any, ...]]:
    """Return the choices on every axis, that of the card first.

    Parameters
    ----------
    events, study : EventsSpec, StudySpec
    axes : CurveSpec

    Returns
    -------
    dict
        Axis to choices, none twice, in the order of `AXES`.
    """
    own = reference(events, study).choices
    usual = _DEFINITIONS if events.kind in _BREAKOUTS else ()
    listed: dict[Axis, tuple[Any, ...]] = {
        "definition": axes.definitions or usual,
        "quiet": axes.quiets,
        "outcome": axes.outcomes or tuple(_without_suffix(name)[0] for name in study.outcomes),
        "weighting": axes.weightings,
        "horizon": axes.horizons or study.horizons,
        "model": axes.models,
        "delay": axes.delays,
        "clock": axes.clocks,
        "sample": axes.samples,
    }
    return {axis: tuple(dict.fromkeys((own[axis], *listed[axis]))) for axis in AXES}


@guarded
def specifications(
    events: EventsSpec, study: StudySpec, axes: CurveSpec
) -> tuple[Specification, ...]:
    """Return every combination of the grid, whether the data allow for it or not.

    Parameters
    ----------
    events, study : EventsSpec, StudySpec
    axes : CurveSpec

    Returns
    -------
    tuple of Specification
        The crossed axes with the others at the card's choice, then with each other choice.
    """
    choices = axis_choices(events, study, axes)
    return tuple(_combinations(choices, axes.crossed))


def events_of(spec: Specification, events: EventsSpec) -> EventsSpec:
    """Return the rule of the card with the definition and the quiet spell of `spec`.

    Parameters
    ----------
    spec : Specification
    events : EventsSpec
    """
    if spec.definition == _definition(events):
        return replace(events, quiet=spec.quiet)
    return replace(events, quiet=spec.quiet, **parse_definition(spec.definition))


def series_name(outcome: str, weighting: Weighting) -> str:
    """Return the name of an outcome under a weighting: "mid/BTC" by band is "mid-band/BTC".

    Parameters
    ----------
    outcome : str
    weighting : {"equal", "capitalisation", "band"}

    Raises
    ------
    InputError
        If `weighting` is unknown.
    """
    require_choice(weighting, tuple(_SUFFIX), "weighting")
    tier, slash, base = outcome.partition("/")
    return f"{tier}{_SUFFIX[weighting]}{slash}{base}"


def _combinations(
    choices: dict[Axis, tuple[Any, ...]], crossed: tuple[Axis, ...]
) -> Iterator[Specification]:
    free = [axis for axis in AXES if axis in crossed]
    alone = [axis for axis in AXES if axis not in crossed]
    settings: list[dict[Axis, Any]] = [{axis: choices[axis][0] for axis in alone}]
    settings += [{**settings[0], axis: choice} for axis in alone for choice in choices[axis][1:]]
    for setting in settings:
        for picked in product(*(choices[axis] for axis in free)):
            yield Specification(**setting, **dict(zip(free, picked, strict=True)))


def _definition(events: EventsSpec) -> str:
    if events.kind == "high":
        return f"high-{events.window}"
    if events.kind in AT_LEVEL and events.level is not None:
        return f"{events.kind}-{events.level:g}"
    return events.kind


def _without_suffix(name: str) -> tuple[str, Weighting]:
    tier, slash, base = name.partition("/")
    for weighting, suffix in _SUFFIX.items():
        if suffix and tier.endswith(suffix):
            return f"{tier.removesuffix(suffix)}{slash}{base}", weighting
    return name, "equal"
