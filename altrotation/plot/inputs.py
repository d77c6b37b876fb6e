"""What a picture needs to know of an event study: nothing more than it draws."""

from typing import Protocol

import pandas as pd

from altrotation.events.eventset import EventSet

__all__ = ["StudyLike"]


class StudyLike(Protocol):
    """Anything with the paths, the cells and the placebo band of an event study."""

    @property
    def outcomes(self) -> tuple[str, ...]:
        """The names of the outcomes, the primary one first."""

    @property
    def horizons(self) -> tuple[int, ...]:
        """The horizons in days after entry."""

    @property
    def events(self) -> EventSet:
        """The dated events."""

    @property
    def delay(self) -> int:
        """Days from the event to entry."""

    @property
    def table(self) -> pd.DataFrame:
        """One row a cell, indexed by (outcome, horizon)."""

    def paths(self, outcome: str) -> pd.DataFrame:
        """Return cumulative abnormal log returns: rows relative days, one column an event."""

    def placebo_band(self, outcome: str, level: float) -> pd.DataFrame:
        """Return low, high and mean of the placebo means, one row a relative day."""
