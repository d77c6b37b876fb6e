"""What an estimator of claims returns, whatever its method: the judged number and its company."""

from dataclasses import dataclass

import pandas as pd

from altrotation.events.results import EventStudy
from altrotation.inference.results import Evidence, Interval

__all__ = ["COLUMNS", "Finding"]

COLUMNS = ("outcome", "horizon", "estimate", "low", "high", "p_value", "p_adjusted", "claimed")


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Finding:
    """The judged evidence of a card or of one of its variants.

    Parameters
    ----------
    evidence : Evidence
        The primary cell.
    interval90 : Interval or None
        Of the same estimate, at 90 %; None where it could not be computed.
    table : DataFrame
        One row a cell of the family, with at least `COLUMNS`; `claimed` is the sign the claim gives
        the cell, 0 where it gives none.
    place : int, default 0
        The row of `table` that is judged.
    others : tuple of Evidence
        Further cells, and numbers that stand beside.
    study : EventStudy, optional
        For the picture.
    halts : str, optional
        Why the claim cannot be called supported even if the primary cell would carry it.
    """

    evidence: Evidence
    interval90: Interval | None
    table: pd.DataFrame
    place: int = 0
    others: tuple[Evidence, ...] = ()
    study: EventStudy | None = None
    halts: str | None = None
