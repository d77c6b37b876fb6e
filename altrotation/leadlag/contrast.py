"""The lead-lag contrast of two series on their own clocks as a result."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from altrotation._guarded import guarded
from altrotation.errors import InputError
from altrotation.inference.results import Evidence, Interval
from altrotation.leadlag.results import LeadLagResult, detectable, row_of
from altrotation.printing import p_text
from altrotation.variation import TOLERANCE

__all__ = ["LeadLagContrast", "lag_words"]


def lag_words(hours: float) -> str:
    """Return a lag in the unit that shows it: "+24 hours", "+90 seconds", "-300 milliseconds".

    Parameters
    ----------
    hours : float

    Returns
    -------
    str
    """
    size = abs(hours) * 3600
    for unit, seconds in (("hours", 3600.0), ("seconds", 1.0), ("milliseconds", 1e-3)):
        if not size or size >= (1 - TOLERANCE) * seconds:
            return f"{hours * 3600 / seconds:+g} {unit}"
    return f"{hours * 3600e9:+g} nanoseconds"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True, repr=False)
class LeadLagContrast(LeadLagResult):
    """The Hayashi-Yoshida correlation at every lag, beside what the two clocks alone would give.

    Parameters
    ----------
    leader, follower : str
        `leader` leads at positive lags.
    table : DataFrame, one row a lag in hours
        estimate (Hayashi-Yoshida correlation at that lag); mechanical (what it would be if both
        moved together at every instant and nobody led); excess (their difference); low, high
        (interval of the excess); p, p_adjusted (step-down over all lags). At lags where the clocks
        pair the same intervals as at lag 0 the excess is 0 and its p is 1: nothing can be learnt.
    sides : dict
        p-values of the largest excess on each side: "positive" (the leader leads), "negative",
        "any".
    log_llr : float
        Log of the lead-lag ratio, squared correlations at positive over those at negative lags
        (Huth & Abergel 2014), less the log ratio of the mechanical ones: above 0 the leader leads.
    log_llr_interval : Interval
    log_llr_p : float
    replicates : int
    """

    leader: str
    follower: str
    table: pd.DataFrame
    sides: dict[str, float]
    log_llr: float
    log_llr_interval: Interval
    log_llr_p: float
    replicates: int

    @property
    def peak(self) -> float:
        """The lag, in hours, whose excess is largest beside its sampling error."""
        width = (self.table["high"] - self.table["low"]).to_numpy()
        size = np.abs(self.table["excess"].to_numpy())
        ratio = np.divide(size, width, out=np.zeros_like(size), where=width > 0)
        return float(self.table.index.to_numpy()[np.argmax(ratio)])

    def summary(self) -> pd.DataFrame:
        """Return the table, one row a lag."""
        return self.table.copy()

    def findings(self) -> dict[str, str]:
        """Return the peak and the tests in words."""
        row = row_of(self.table, self.peak)
        return {
            f"largest excess at {lag_words(self.peak)}": f"{row['excess']:+.3f} "
            f"[{row['low']:+.3f}, {row['high']:+.3f}], adjusted p {p_text(row['p_adjusted'])}",
            f"{self.leader} leads {self.follower}": f"p {p_text(self.sides['positive'])}",
            f"{self.follower} leads {self.leader}": f"p {p_text(self.sides['negative'])}",
            "log lead-lag ratio": f"{self.log_llr:+.2f} {self.log_llr_interval}, "
            f"p {p_text(self.log_llr_p)}",
        }

    @guarded
    def evidence(self, lag: float | None = None) -> Evidence:
        """Return the excess correlation at one lag as Evidence, adjusted over all.

        Parameters
        ----------
        lag : float, optional
            In hours; that of the largest excess when left out.

        Returns
        -------
        Evidence
            In correlation units.

        Raises
        ------
        InputError
            If `lag` was not computed.
        """
        at = self.peak if lag is None else float(lag)
        if at not in self.table.index:
            raise InputError(f"`lag` must be one of {list(self.table.index)}, got {at}.")
        row = row_of(self.table, at)
        spread = (row["high"] - row["low"]) / (2 * stats.norm.isf((1 - self.level) / 2))
        label = f"excess correlation of {self.leader} with {self.follower} {lag_words(at)} later"
        if spread == 0:
            reason = "At this lag the two clocks pair the same intervals as at lag 0."
            return Evidence.not_computed(label, reason, unit="correlation", run=self.run)
        return Evidence(
            label=label,
            null=self.null,
            alternative=self.alternative,
            estimate=row["excess"],
            unit="correlation",
            interval=Interval(row["low"], row["high"], self.level, "wild block bootstrap"),
            p_value=row["p"],
            p_adjusted=row["p_adjusted"],
            family=f"{len(self.table)} lags, step-down maximum",
            p_attainable=1.0 / (self.replicates + 1),
            n_events=self.n,
            n_effective=float(min(self.n, 1.0 / spread**2)),
            minimum_detectable_effect=detectable(spread),
            run=self.run,
        )
