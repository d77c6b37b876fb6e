"""The result of a contrast between two sets of events: differences, intervals, p-values."""

import math
from dataclasses import dataclass
from html import escape

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.aliases import Alternative, BoolArray, FloatArray
from altrotation.errors import InputError
from altrotation.events.eventset import EventSet
from altrotation.events.noise import METHOD
from altrotation.events.sample import Sample
from altrotation.inference.bootstrap import basic_interval
from altrotation.inference.permutation import RandomisationTest
from altrotation.inference.power import minimum_detectable_effect
from altrotation.inference.results import Evidence, Interval, RunInfo
from altrotation.printing import Printed
from altrotation.validate import require_choice
from altrotation.variation import resolved

__all__ = ["EventContrast", "contrast_table"]

_SIDES = {"two-sided": "differs from", "greater": "exceeds", "less": "falls short of"}


@dataclass(frozen=True, slots=True, eq=False, kw_only=True, repr=False)
class EventContrast(Printed):
    """Mean outcome after the first events less that after the second, with its uncertainty.

    Parameters
    ----------
    first, second : EventSet
    outcomes : tuple of str
    horizons : tuple of int
        Labels of the outcome's index.
    alternative : {"two-sided", "greater", "less"}
    table : DataFrame
        One row an (outcome, horizon): n_first, n_second (events with a complete window),
        mean_first, mean_second and estimate, their difference (log points), null_mean, low, high,
        level (interval of `estimate`), p_value, p_adjusted (step-down max-T over the table),
        p_attainable (smallest p of this test), relabel_floor (smallest p of a test that exchanges
        the labels of as many independent events), n_effective, minimum_detectable_effect (80 %
        power, 5 % two-sided). NaN in cells where one of the sets has no event.
    null_contrasts : array of shape (B, outcomes, horizons)
        The difference under every admissible joint shift, scaled to the numbers of events
        observed; NaN in cells without both sets.
    unit : str
        What one label of the outcome is, as in `EventStudy`.
    remarks : tuple of str
        Which events which outcome lacks, of either set.
    run : RunInfo
    """

    first: EventSet
    second: EventSet
    outcomes: tuple[str, ...]
    horizons: tuple[int, ...]
    alternative: Alternative
    table: pd.DataFrame
    null_contrasts: FloatArray
    unit: str
    remarks: tuple[str, ...]
    run: RunInfo

    @guarded
    def null_distribution(self, outcome: str, horizon: int) -> FloatArray:
        """Return the difference at every admissible shift, in log points: shape (B,)."""
        i, j = self._cell(outcome, horizon)
        return self.null_contrasts[:, i, j].copy()

    @guarded
    def evidence(self, outcome: str, horizon: int) -> Evidence:
        """Return one cell as Evidence."""
        self._cell(outcome, horizon)
        cell = self.table.loc[[(outcome, horizon)]].iloc[0]
        label = f"{outcome} over {horizon} {self.unit}s: {self.first.rule}, less {self.second.rule}"
        if math.isnan(cell["estimate"]):
            return Evidence.not_computed(
                label,
                f"one of the sets has no complete window of {horizon} {self.unit}s",
                unit="log points",
                run=self.run,
            )
        what = (
            f"mean {horizon}-{self.unit} outcome after the first events less that after the second"
        )
        there = "the same difference with both sets shifted jointly to any other place"
        return Evidence(
            label=label,
            null=f"The {what} equals {there} in the sample.",
            alternative=f"The {what} {_SIDES[self.alternative]} {there} in the sample.",
            estimate=float(cell["estimate"]),
            unit="log points",
            interval=Interval(
                float(cell["low"]), float(cell["high"]), float(cell["level"]), METHOD
            ),
            p_value=float(cell["p_value"]),
            p_adjusted=float(cell["p_adjusted"]),
            family=f"{len(self.outcomes)} outcomes x {len(self.horizons)} horizons, "
            "step-down max-T over joint shifts",
            p_attainable=float(cell["p_attainable"]),
            n_events=int(cell["n_first"] + cell["n_second"]),
            n_effective=float(cell["n_effective"]),
            minimum_detectable_effect=float(cell["minimum_detectable_effect"]),
            run=self.run,
        )

    def _line(self) -> str:
        return f"{self.first.rule}, less {self.second.rule}"

    def summary(self) -> pd.DataFrame:
        """Return a copy of the table."""
        return self.table.copy()

    def _repr_html_(self) -> str:
        words = " ".join([f"{self.first.rule}, less {self.second.rule}", *self.remarks])
        table = self.table.to_html(float_format=lambda value: f"{value:.4g}")
        return f"<div class='contrast'><p>{escape(words)}</p>{table}</div>"

    def _cell(self, outcome: str, horizon: int) -> tuple[int, int]:
        require_choice(outcome, self.outcomes, "outcome")
        if horizon not in self.horizons:
            listed = ", ".join(str(known) for known in self.horizons)
            raise InputError(f"`horizon` must be one of {listed}, got {horizon!r}.")
        return self.outcomes.index(outcome), self.horizons.index(horizon)


def contrast_table(
    sample: Sample,
    means: FloatArray,
    counts: FloatArray,
    single: FloatArray,
    test: RandomisationTest,
    errors: FloatArray,
    live: BoolArray,
    level: float,
) -> pd.DataFrame:
    """Return the table of an `EventContrast`: one row an (outcome, horizon).

    Parameters
    ----------
    sample : Sample
    means, counts : array of shape (2, c)
        Mean outcome and number of events of either set; cells run over horizons within outcomes.
    single : array of shape (c,)
        Standard deviation of one window over the sample.
    test : RandomisationTest
        Of the cells in which both sets have events.
    errors : array of shape (replicates, c)
        Bootstrap draws of difference minus truth.
    live : array of shape (c,)
        Which cells these are.
    level : float
        Of the intervals.

    Returns
    -------
    DataFrame
        Index (outcome, horizon); the columns that `EventContrast` describes. Means, differences
        and limits are in log points; NaN in cells without both sets.
    """
    estimate = np.where(live, means[0] - means[1], np.nan)
    spread, centre, raw, adjusted, floor, effective, detectable = np.full((7, len(live)), np.nan)
    limits = np.full((len(live), 2), np.nan)
    spread[live], centre[live] = test.spread, test.centre
    raw[live], adjusted[live] = test.p_value, test.p_adjusted
    for cell in np.flatnonzero(live):
        held = basic_interval(float(estimate[cell]), errors[:, cell], level=level, method=METHOD)
        limits[cell] = held.low, held.high
        k, other = counts[:, cell]
        floor[cell] = (1 + (k == other)) / math.comb(int(k + other), int(k))
        if resolved(spread[cell], 1.0):  # log points
            independent = single[cell] ** 2 * (1 / k + 1 / other)
            effective[cell] = np.clip((k + other) * independent / spread[cell] ** 2, 2.0, k + other)
            detectable[cell] = minimum_detectable_effect(float(spread[cell]), 1, 1.0)
    return pd.DataFrame(
        {
            "n_first": counts[0].astype(np.int64),
            "n_second": counts[1].astype(np.int64),
            "mean_first": means[0],
            "mean_second": means[1],
            "estimate": estimate,
            "null_mean": centre,
            "low": limits[:, 0],
            "high": limits[:, 1],
            "level": level,
            "p_value": raw,
            "p_adjusted": adjusted,
            "p_attainable": np.where(live, test.p_attainable, np.nan),
            "relabel_floor": floor,
            "n_effective": effective,
            "minimum_detectable_effect": detectable,
        },
        index=pd.MultiIndex.from_product(
            [sample.outcomes, [int(horizon) for horizon in sample.horizons]],
            names=["outcome", "horizon"],
        ),
    )
