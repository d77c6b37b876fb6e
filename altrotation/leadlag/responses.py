"""Responses over horizons as a result: numbers, words, evidence."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.errors import InputError
from altrotation.inference.results import Evidence, Interval
from altrotation.leadlag.results import LeadLagResult, detectable, row_of
from altrotation.printing import counted, p_text

__all__ = ["LocalProjection"]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True, repr=False)
class LocalProjection(LeadLagResult):
    """Responses of one series to another at horizons 1 .. H, with pointwise and joint bands.

    Parameters
    ----------
    leader, follower : str
    table : DataFrame, one row a horizon
        estimate, standard_error; low, high (pointwise); joint_low, joint_high (all horizons
        together); p, p_adjusted (step-down over horizons); n.
    errors : str
        Which standard errors.
    df : float
        Degrees of freedom of the reference law at the last horizon.
    """

    leader: str
    follower: str
    table: pd.DataFrame
    errors: str
    df: float

    @property
    def peak(self) -> int:
        """The horizon with the largest absolute t statistic."""
        size = np.abs(self.table["estimate"].to_numpy() / self.table["standard_error"].to_numpy())
        return int(self.table.index.to_numpy()[np.argmax(size)])

    def summary(self) -> pd.DataFrame:
        """Return the table, one row a horizon."""
        return self.table.copy()

    def findings(self) -> dict[str, str]:
        """Return the clearest horizon in words."""
        row = row_of(self.table, self.peak)
        return {
            f"clearest at {counted(self.peak, 'row')}": f"{row['estimate']:+.3f} "
            f"[{row['low']:+.3f}, {row['high']:+.3f}], adjusted p {p_text(row['p_adjusted'])}"
        }

    @guarded
    def evidence(self, horizon: int | None = None) -> Evidence:
        """Return the response at one horizon as Evidence, adjusted over all horizons.

        Parameters
        ----------
        horizon : int, optional
            In rows; that of the largest t when left out.

        Returns
        -------
        Evidence
            In units of the follower per unit of the leader.

        Raises
        ------
        InputError
            If `horizon` was not computed.
        """
        at = self.peak if horizon is None else horizon
        if at not in self.table.index:
            raise InputError(f"`horizon` must lie between 1 and {len(self.table)}, got {at}.")
        row = row_of(self.table, at)
        least = float(np.finfo(np.float64).tiny)
        return Evidence(
            label=f"response of {self.follower} to {self.leader}, {at} rows",
            null=self.null,
            alternative=self.alternative,
            estimate=row["estimate"],
            unit=f"units of {self.follower} per unit of {self.leader}",
            interval=Interval(row["low"], row["high"], self.level, self.errors),
            p_value=max(row["p"], least),
            p_adjusted=max(row["p_adjusted"], row["p"], least),
            family=f"{len(self.table)} horizons, step-down maximum",
            p_attainable=least,
            n_events=int(row["n"]),
            n_effective=row["n"] / at,
            minimum_detectable_effect=detectable(row["standard_error"]),
            run=self.run,
        )
