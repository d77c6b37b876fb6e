"""The result of a specification curve: every estimate, the joint tests, and what drives them."""

from collections import Counter
from dataclasses import dataclass
from html import escape

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.aliases import FloatArray, IntArray
from altrotation.claims.robustness.axes import AXES
from altrotation.inference.bootstrap import basic_interval
from altrotation.inference.curve import STATISTICS, CurveTest, Direction
from altrotation.inference.power import minimum_detectable_effect
from altrotation.inference.results import Evidence, RunInfo
from altrotation.printing import Printed
from altrotation.validate import require_between

__all__ = ["SpecificationCurve"]

_METHOD = "rotation test inverted for one constant added to every specification"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True, repr=False)
class SpecificationCurve(Printed):
    """One claim under many specifications, beside the same curve at shifted dates.

    Parameters
    ----------
    table : DataFrame
        One row a specification: its choice on every axis, n_events, n_effective (variance of one
        window over that of the mean under the null), estimate (mean abnormal log return over the
        window), null_mean, excess, p_value (own, two-sided), significant (at the size of the
        test, on the claimed side of null_mean), primary (the card's own choices).
    dropped : DataFrame
        The specifications of the grid that the data do not allow, each with its reason.
    test : CurveTest
    null : array of shape (B, S)
        The curve under every draw: one shift for all event sets.
    shifts : array of shape (B,)
        Days by which the events moved in each draw.
    direction : {"greater", "less"}
        The claimed side.
    events : DatetimeIndex
        Every day that is an event under some definition.
    sample : tuple of two Timestamps
        First and last day of the circle the events were shifted on.
    run : RunInfo
    """

    table: pd.DataFrame
    dropped: pd.DataFrame
    test: CurveTest
    null: FloatArray
    shifts: IntArray
    direction: Direction
    events: pd.DatetimeIndex
    sample: tuple[pd.Timestamp, pd.Timestamp]
    run: RunInfo

    @property
    def joint(self) -> pd.DataFrame:
        """The three joint tests, see `CurveTest`."""
        return self.test.joint.copy(deep=False)

    @property
    def share_with_sign(self) -> float:
        """Share of the specifications whose estimate lies on the claimed side of zero."""
        return float((self._side * self.table["estimate"] > 0).mean())

    def by_axis(self) -> pd.DataFrame:
        """Return what each choice does to the estimate.

        Returns
        -------
        DataFrame indexed by (axis, choice)
            n (specifications), median, share_with_sign, share_significant, pairs and change: the
            median change of the estimate when only this choice replaces the first one (the card's
            own, where it can be computed), over the pairs that differ in nothing else.
        """
        estimates = self.table.set_index(list(AXES))["estimate"]
        rows = {}
        for axis in AXES:
            wide = estimates.unstack(axis)[self.table[axis].unique()]  # noqa: PD010
            for choice, part in self.table.groupby(axis, sort=False):
                change = (wide[choice] - wide.iloc[:, 0]).dropna()
                rows[(axis, choice)] = {
                    "n": len(part),
                    "median": float(part["estimate"].median()),
                    "share_with_sign": float((self._side * part["estimate"] > 0).mean()),
                    "share_significant": float(part["significant"].mean()),
                    "pairs": len(change),
                    "change": float(change.median()),
                }
        table = pd.DataFrame.from_dict(rows, orient="index")
        table.index = pd.MultiIndex.from_tuples(rows, names=["axis", "choice"])
        return table

    def drivers(self) -> pd.Series:
        """Return the range of `by_axis().change` of every axis: which choice drives the answer."""
        change = self.by_axis()["change"].groupby(level="axis", sort=False)
        return (change.max() - change.min()).sort_values(ascending=False).rename("range of change")

    @guarded
    def band(self, level: float = 0.95) -> pd.DataFrame:
        """Return the sorted curve of the data beside sorted curves under the null.

        Parameters
        ----------
        level : float, default .95
            Middle share of the draws between low and high, at each rank on its own.

        Returns
        -------
        DataFrame of shape (S, 4)
            estimate, low, mid, high by rank, the smallest first.

        Raises
        ------
        InputError
            If `level` does not lie between 0 and 1.
        """
        require_between(level, 0.0, 1.0, "level")
        limits = [(1 - level) / 2, 0.5, (1 + level) / 2]
        low, mid, high = np.quantile(np.sort(self.null, axis=1), limits, axis=0)
        ordered = np.sort(self.table["estimate"].to_numpy())
        return pd.DataFrame({"estimate": ordered, "low": low, "mid": mid, "high": high})

    def evidence(self) -> Evidence:
        """Return the median effect as Evidence; the other two statistics have no effect size.

        The interval holds the medians that no constant added to every specification could explain
        away at 5 %: the observed median less the quantiles of the null's deviations.
        """
        row = self.test.joint.iloc[0]
        medians = self.test.statistics[:, 0]
        deviations = medians[1:] - medians.mean()
        level = 1 - self.test.size
        words = (
            f"median of the mean outcomes after the events over {len(self.table)} specifications"
        )
        return Evidence(
            label=f"Median effect of {len(self.table)} specifications",
            null=f"The {words} equals that after the same events shifted jointly.",
            alternative=f"The {words} differs from that after the same events shifted jointly.",
            estimate=float(row["observed"]),
            unit="log points",
            interval=basic_interval(
                float(row["observed"]), deviations, level=level, method=_METHOD
            ),
            p_value=float(row["p_value"]),
            p_adjusted=float(row["p_adjusted"]),
            family=f"{', '.join(STATISTICS)}: step-down max-T over the same shifts",
            p_attainable=float(row["p_attainable"]),
            n_events=len(self.events),
            n_effective=float(self.table["n_effective"].median()),
            minimum_detectable_effect=minimum_detectable_effect(float(medians.std()), 1, 1.0),
            run=self.run,
        )

    def summary(self) -> pd.DataFrame:
        """Return the three joint tests for reading."""
        return self.joint

    def describe(self) -> str:
        """Return in a paragraph what was computed and what was left out."""
        first, last = self.sample
        median = float(self.test.statistics[0, 0])
        ranges = [f"{axis!s} ({value:.3f})" for axis, value in self.drivers().items()]
        left = Counter(str(reason) for reason in self.dropped["reason"])
        listed = "; ".join(f"{reason} ({count:,})" for reason, count in left.items())
        return (
            f"{len(self.table):,} specifications, {len(self.events)} event days, "
            f"{first:%Y-%m-%d} to {last:%Y-%m-%d}; {len(self.null):,} joint shifts. Median effect "
            f"{median:+.3f} log points; {self.share_with_sign:.0%} on the claimed side of zero, "
            f"{self.table['significant'].mean():.0%} significant there at {self.test.size:.0%}. "
            f"Most depends on {ranges[0]}, then {ranges[1]}."
            + (f" Left out: {listed}." if listed else "")
        )

    @property
    def _side(self) -> float:
        return 1.0 if self.direction == "greater" else -1.0

    def _line(self) -> str:
        return f"{len(self.table):,} specifications, {len(self.null):,} joint shifts"

    def _repr_html_(self) -> str:
        joint = self.summary().to_html(float_format=lambda value: f"{value:.4g}")
        axes = self.by_axis().to_html(float_format=lambda value: f"{value:.3f}")
        text = escape(self.describe())
        return f"<div class='specification-curve'><p>{text}</p>{joint}{axes}</div>"

    def __str__(self) -> str:
        return f"{self.describe()}\n{self.summary().to_string(float_format='{:.4g}'.format)}"
