"""Cross-correlations at many lags as a result: numbers, words, evidence."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.errors import InputError
from altrotation.inference.results import Evidence, Interval
from altrotation.leadlag.results import LeadLagResult, detectable, row_of
from altrotation.printing import p_text

__all__ = ["CrossCorrelation"]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True, repr=False)
class CrossCorrelation(LeadLagResult):
    """Cross-correlations of two series with intervals, bands and tests.

    Parameters
    ----------
    leader, follower : str
        Names of the two series; `leader` leads at positive lags.
    table : DataFrame, one row a lag
        estimate; low, high (interval of the correlation); null_low, null_high (pointwise band under
        independence); p, p_adjusted (independence, pointwise and step-down over all lags);
        robust_t, robust_p, robust_p_adjusted (no correlation at that lag, whatever happens to the
        variances and at other lags).
    null_joint : float
        Under independence the largest absolute correlation over all lags stays below this with
        probability `level`.
    sides : dict
        Robust p-values of the largest statistic on each side: "positive" (the leader leads),
        "negative" (the follower leads), "any".
    cumulative : dict
        p-values of the cumulative test of Dalla, Giraitis & Phillips (2022) on each side.
    orders : tuple of int
        Autoregressive orders of the two prewhitening filters.
    mean_block : tuple of float
        Mean block lengths of the resamples, in rows.
    replicates : int
    """

    leader: str
    follower: str
    table: pd.DataFrame
    null_joint: float
    sides: dict[str, float]
    cumulative: dict[str, float]
    orders: tuple[int, int]
    mean_block: tuple[float, float]
    replicates: int

    @property
    def peak(self) -> int:
        """The lag with the largest absolute robust statistic."""
        place = np.argmax(np.abs(self.table["robust_t"].to_numpy()))
        return int(self.table.index.to_numpy()[place])

    def summary(self) -> pd.DataFrame:
        """Return the table, one row a lag."""
        return self.table.copy()

    def findings(self) -> dict[str, str]:
        """Return the peak and the tests in words."""
        row = row_of(self.table, self.peak)
        found = {
            f"largest at lag {self.peak}": f"{row['estimate']:+.3f} "
            f"[{row['low']:+.3f}, {row['high']:+.3f}], adjusted p "
            f"{p_text(row['robust_p_adjusted'])}"
        }
        words = {
            "positive": f"{self.leader} leads {self.follower}",
            "negative": f"{self.follower} leads {self.leader}",
            "any": "correlated at any lag",
        }
        found |= {words[side]: f"p {p_text(p)}" for side, p in self.sides.items()}
        return found

    @guarded
    def evidence(self, lag: int | None = None) -> Evidence:
        """Return the correlation at one lag as Evidence, adjusted over all lags.

        Parameters
        ----------
        lag : int, optional
            Default: the peak. The adjustment covers having looked for it.

        Raises
        ------
        InputError
            If `lag` was not computed.
        """
        at = self.peak if lag is None else lag
        if at not in self.table.index:
            raise InputError(
                f"`lag` must lie between {self.table.index.min()} and {self.table.index.max()}, "
                f"got {at}."
            )
        row = row_of(self.table, at)
        # Under the null the robust t has variance one, so the spread of the estimate is est / t.
        spread = abs(row["estimate"] / row["robust_t"]) if row["robust_t"] else np.nan
        floor = 1.0 / (self.replicates + 1)
        return Evidence(
            label=f"correlation of {self.leader} with {self.follower} {at:+d} rows later",
            null=f"{self.leader} and {self.follower} are uncorrelated at lag {at:+d}",
            alternative="they are correlated at that lag",
            estimate=row["estimate"],
            unit="correlation",
            interval=Interval(row["low"], row["high"], self.level, "paired block bootstrap"),
            p_value=row["robust_p"],
            p_adjusted=row["robust_p_adjusted"],
            family=f"{len(self.table)} lags, step-down maximum",
            p_attainable=floor,
            n_events=self.n,
            n_effective=float(min(self.n, 1.0 / spread**2)),
            minimum_detectable_effect=detectable(spread),
            run=self.run,
        )
