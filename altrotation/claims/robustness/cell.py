"""One cell of an event study, as every rung of the inference ladder sees it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from altrotation.aliases import BoolArray, FloatArray
from altrotation.claims.robustness.repeat import StudyInputs
from altrotation.errors import InputError
from altrotation.events.results import EventStudy

__all__ = ["Cell"]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Cell:
    """The cell every rung tests.

    Parameters
    ----------
    inputs : StudyInputs
    outcome : str
    horizon : int
    source : Series
        Prices of the series the events were found in, for matched placebos.
    seed : int
    """

    inputs: StudyInputs
    outcome: str
    horizon: int
    source: pd.Series
    seed: int

    @property
    def study(self) -> EventStudy:
        """The study the cell is part of."""
        return self.inputs.study

    @property
    def prices(self) -> pd.Series:
        """The outcome alone."""
        return self.inputs.outcomes[self.outcome]

    @property
    def changes(self) -> FloatArray:
        """Abnormal log return over the horizon from every row, shape (n,); NaN where cut."""
        lengths = np.array([self.horizon], dtype=np.int64)
        windows = self.study.returns.windows(self.study.delay, lengths)
        place = self.study.outcomes.index(self.outcome)
        return np.asarray(windows[:, place, 0], dtype=np.float64)

    @property
    def open_rows(self) -> BoolArray:
        """Rows within the horizon of an event, shape (n,): the event row and those after it."""
        inside = np.zeros(len(self.prices), dtype=np.bool_)
        for row in self.study.rows:
            inside[row : row + self.horizon] = True
        return inside

    def regression(self) -> tuple[FloatArray, FloatArray]:
        """Return every row's overlapping outcome, and a constant beside the dummy of open rows."""
        kept = np.isfinite(self.changes)
        dummy = self.open_rows[kept]
        if dummy.all() or not dummy.any():
            raise InputError("every row, or none, lies within the horizon of an event")
        return self.changes[kept], np.column_stack([np.ones(len(dummy)), dummy])
