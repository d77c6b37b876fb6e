"""Dated cycles a strategy is replayed over."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

import pandas as pd

from altrotation._guarded import guarded
from altrotation.aliases import DateLike
from altrotation.errors import InputError
from altrotation.validate import require_choice, to_day

__all__ = ["CYCLES", "Cycle", "CycleLike", "as_cycle"]


@dataclass(frozen=True, slots=True)
class Cycle:
    """A stretch of UTC days, first and last included, and why it begins and ends there.

    Raises
    ------
    InputError
        If a date is unreadable.
    InputError
        If `end` is not after `start`.
    """

    name: str
    start: pd.Timestamp
    end: pd.Timestamp
    why: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "start", to_day(self.start, f"start of {self.name}"))
        object.__setattr__(self, "end", to_day(self.end, f"end of {self.name}"))
        if not self.start < self.end:
            raise InputError(
                f"The cycle {self.name} must end after it starts, got {self.start:%Y-%m-%d} to "
                f"{self.end:%Y-%m-%d}."
            )

    @property
    def days(self) -> int:
        """Number of UTC days, both ends included."""
        return (self.end - self.start).days + 1

    def __str__(self) -> str:
        return f"{self.name} ({self.start:%Y-%m-%d} to {self.end:%Y-%m-%d})"


CycleLike: TypeAlias = Cycle | str | tuple[DateLike, DateLike]

_WHOLE = "Whole calendar years: a start or an end put at a turning point would be hindsight."


def _cycle(name: str, start: str, end: str, why: str) -> Cycle:
    return Cycle(name, pd.Timestamp(start), pd.Timestamp(end), why)


CYCLES = MappingProxyType(
    {
        cycle.name: cycle
        for cycle in (
            _cycle(
                "2016-2017",
                "2016-01-01",
                "2017-12-31",
                f"{_WHOLE} The halving of July 2016 and the rise after it; small caps trade from "
                "February 2017 on.",
            ),
            _cycle(
                "2020-2021",
                "2020-01-01",
                "2021-12-31",
                f"{_WHOLE} The cycle the commentaries take their story from.",
            ),
            _cycle(
                "2024",
                "2024-01-01",
                "2024-12-31",
                f"{_WHOLE} From the spot ETFs to the end of the rise after the election.",
            ),
            _cycle(
                "2025-2026",
                "2025-01-01",
                "2026-10-06",
                "After the commentaries' examples and to the last close of bitcoin on file: out of "
                "sample. Ranks end in April 2026; after that only survivors have prices.",
            ),
            _cycle(
                "full",
                "2013-05-03",
                "2026-10-06",
                "From the first trade of the oldest tier to the last close of bitcoin on file.",
            ),
        )
    }
)
"""The registry: pass another `Cycle`, or a pair of dates, for other boundaries."""


@guarded
def as_cycle(cycle: CycleLike) -> Cycle:
    """Return a cycle from its name in the registry, a pair of dates, or itself.

    Parameters
    ----------
    cycle : Cycle, str or (start, end)

    Raises
    ------
    InputError
        If the name is unknown.
    InputError
        If `cycle` is neither a Cycle, a name nor a pair.
    InputError
        If a date is unreadable.
    InputError
        If the second date is not after the first.
    """
    if isinstance(cycle, Cycle):
        return cycle
    if isinstance(cycle, str):
        require_choice(cycle, tuple(CYCLES), "cycle")
        return CYCLES[cycle]
    if not isinstance(cycle, tuple) or len(cycle) != 2:
        raise InputError(f"`cycle` must be a name, a Cycle or (start, end), got {cycle!r}.")
    first, last = to_day(cycle[0], "start"), to_day(cycle[1], "end")
    return Cycle(f"{first:%Y-%m-%d}..{last:%Y-%m-%d}", first, last, "Dates given by the caller.")
