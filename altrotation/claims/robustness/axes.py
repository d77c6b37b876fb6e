"""The axes of a specification curve: which choices a claim is put to."""

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, get_args

from altrotation.aliases import Clock
from altrotation.claims.robustness.spans import parse_sample
from altrotation.errors import InputError
from altrotation.events.returns import Model
from altrotation.validate import require_at_least, require_choice

__all__ = ["AT_LEVEL", "AXES", "Axis", "CurveSpec", "Weighting", "parse_definition"]

Weighting: TypeAlias = Literal["equal", "capitalisation", "band"]
Axis: TypeAlias = Literal[
    "definition",
    "quiet",
    "outcome",
    "weighting",
    "horizon",
    "model",
    "delay",
    "clock",
    "sample",
]
AXES: tuple[Axis, ...] = get_args(Axis)
AT_LEVEL = ("level", "above", "below")
"""Kinds of events that need a level."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveSpec:
    """The choices a claim is put to: one tuple an axis; the card's own choice is always added.

    Axes in `crossed` are combined fully. Each other axis is changed alone, the rest of those held
    at the card's choice: crossing all would give 24,192 curves of nearly the same numbers for a
    claim on four tiers, and the rare axes would outvote the others.

    Parameters
    ----------
    definitions : tuple of str
        "record", "high-N" (above the N preceding closes), "level-X", "above-X" or "below-X".
        Default: record, high-252 (a 52-week high) and high-100 for a claim on breakouts; only its
        own events for another.
    quiets : tuple of int, default (20, 60, 120)
        Sessions without a breakout before one counts: a month, a quarter, half a year.
    outcomes : tuple of str
        Series of the panel. Default: those of the card.
    weightings : tuple of str, default ("equal", "capitalisation", "band")
        Equal weights, by capitalisation, or the members chosen by a dollar band.
    horizons : tuple of int
        Labels of the clock. Default: those of the card.
    models : tuple of str, default all three
        Normal return, see `event_study`; "market" uses the benchmark of the card, or `market`.
    delays : tuple of int, default (1, 2)
    clocks : tuple of str, default ("24/7", "XNYS")
        Windows in days, or in New York sessions.
    samples : tuple of str
        "full", "from A", "until A", "without A" or "without A..B", where A and B are years, months
        or days. Default: full, from 2017 (when the small tier begins) and without each cycle.
    market : tuple of str, default ("BTC",)
    crossed : tuple of str
        Default: definition, quiet, outcome, weighting and horizon.
    least : int, default 3
        A specification that keeps fewer events is left out: two events cannot show anything.

    Raises
    ------
    InputError
        If a choice is unknown or unreadable.
    InputError
        If a number is too small.
    """

    definitions: tuple[str, ...] = ()
    quiets: tuple[int, ...] = (20, 60, 120)
    outcomes: tuple[str, ...] = ()
    weightings: tuple[Weighting, ...] = ("equal", "capitalisation", "band")
    horizons: tuple[int, ...] = ()
    models: tuple[Model, ...] = ("difference", "constant-mean", "market")
    delays: tuple[int, ...] = (1, 2)
    clocks: tuple[Clock, ...] = ("24/7", "XNYS")
    samples: tuple[str, ...] = (
        "full",
        "from 2017",
        "without 2016..2017",
        "without 2018",
        "without 2020..2021",
        "without 2023-10..2024",
        "without 2025..2026",
    )
    market: tuple[str, ...] = ("BTC",)
    crossed: tuple[Axis, ...] = ("definition", "quiet", "outcome", "weighting", "horizon")
    least: int = 3

    def __post_init__(self) -> None:
        for definition in self.definitions:
            parse_definition(definition)
        for values, name, choices in (
            (self.weightings, "weightings", get_args(Weighting)),
            (self.models, "models", get_args(Model)),
            (self.clocks, "clocks", get_args(Clock)),
            (self.crossed, "crossed", AXES),
        ):
            for value in values:
                require_choice(value, choices, name)
        for sample in self.samples:
            parse_sample(sample)
        for numbers, name, least in (
            (self.quiets, "quiets", 0),
            (self.horizons, "horizons", 1),
            (self.delays, "delays", 1),
            ((self.least,), "least", 1),
        ):
            for number in numbers:
                require_at_least(number, least, name)


def parse_definition(text: str) -> dict[str, Any]:
    """Return the fields of an EventsSpec that a definition sets.

    Parameters
    ----------
    text : str
        "record", "high-252", "level-3000", "above-60" or "below-55".

    Raises
    ------
    InputError
        If `text` is none of these.
    """
    kind, _, number = text.partition("-")
    try:
        if kind == "record" and not number:
            return {"kind": kind}
        if kind == "high" and int(number) > 0:
            return {"kind": kind, "window": int(number)}
        if kind in AT_LEVEL and float(number) > 0:
            return {"kind": kind, "level": float(number)}
    except ValueError:
        pass
    raise InputError(
        "`definitions` must be like 'record', 'high-252', 'level-3000' or 'below-55', "
        f"got {text!r}."
    )
