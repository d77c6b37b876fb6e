"""The leads of all pairs of series, and the ranking of leaders they imply."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from altrotation._guarded import guarded
from altrotation.errors import InputError
from altrotation.inference.results import Evidence, Interval
from altrotation.leadlag.results import LeadLagResult, detectable, row_of

__all__ = ["LeadMatrix"]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True, repr=False)
class LeadMatrix(LeadLagResult):
    """Levy areas of all pairs of series, and the ranking of leaders they imply.

    Parameters
    ----------
    pairs : DataFrame indexed by (leader, follower)
        estimate (positive: the first of the pair moves first), low, high, p, p_adjusted (step-down
        over all pairs). Each pair appears once.
    ranking : DataFrame indexed by series, best leader first
        estimate (mean over the other series), low, high, p, p_adjusted (step-down over series).
    replicates : int
    """

    pairs: pd.DataFrame
    ranking: pd.DataFrame
    replicates: int

    @property
    def matrix(self) -> pd.DataFrame:
        """Antisymmetric scores: row leads column where positive, in the order of the ranking."""
        return self._square("estimate", -1.0, 0.0)

    @property
    def p_adjusted(self) -> pd.DataFrame:
        """Symmetric adjusted p-values of the pairs; 1 on the diagonal."""
        return self._square("p_adjusted", 1.0, 1.0)

    def _square(self, column: str, mirror: float, diagonal: float) -> pd.DataFrame:
        names = list(self.ranking.index)
        square = np.full((len(names), len(names)), diagonal)
        for (first, second), value in zip(self.pairs.index, self.pairs[column], strict=True):
            i, j = names.index(first), names.index(second)
            square[i, j], square[j, i] = value, mirror * value
        return pd.DataFrame(square, index=names, columns=names)

    def summary(self) -> pd.DataFrame:
        """Return the ranking."""
        return self.ranking.copy()

    def findings(self) -> dict[str, str]:
        """Return the ranking and the number of significant pairs in words."""
        sure = int((self.pairs["p_adjusted"] <= 1 - self.level).sum())
        return {
            "ranking": " > ".join(str(name) for name in self.ranking.index),
            "pairs with an adjusted lead": f"{sure} of {len(self.pairs)}",
        }

    @guarded
    def evidence(self, leader: str, follower: str) -> Evidence:
        """Return the lead of one series over another as Evidence, adjusted over all pairs.

        Parameters
        ----------
        leader, follower : str
            In either order of the pair; exchanging them changes the sign.

        Returns
        -------
        Evidence
            In correlation units per row.

        Raises
        ------
        InputError
            If the pair is not in the matrix.
        """
        if (leader, follower) in self.pairs.index:
            row, sign = row_of(self.pairs, (leader, follower)), 1.0
        elif (follower, leader) in self.pairs.index:
            row, sign = row_of(self.pairs, (follower, leader)), -1.0
        else:
            raise InputError(
                f"The matrix has no pair of {leader!r} and {follower!r}; it holds "
                f"{list(self.ranking.index)}."
            )
        ends = sorted((sign * row["low"], sign * row["high"]))
        spread = (ends[1] - ends[0]) / (2 * stats.norm.isf((1 - self.level) / 2))
        return Evidence(
            label=f"lead of {leader} over {follower}",
            null=self.null,
            alternative=f"{leader} moves first (positive) or {follower} does (negative)",
            estimate=sign * row["estimate"],
            unit="correlation per row",
            interval=Interval(ends[0], ends[1], self.level, "wild block bootstrap"),
            p_value=row["p"],
            p_adjusted=row["p_adjusted"],
            family=f"{len(self.pairs)} pairs, step-down maximum",
            p_attainable=1.0 / (self.replicates + 1),
            n_events=self.n,
            n_effective=float(self.n),
            minimum_detectable_effect=detectable(spread),
            run=self.run,
        )
