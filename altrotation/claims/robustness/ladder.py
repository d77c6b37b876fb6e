"""The inference ladder: one claim, one cell, and how its p climbs as dependence is respected."""

from dataclasses import asdict, dataclass
from html import escape

import pandas as pd

from altrotation._guarded import guarded
from altrotation.claims.estimators.effects import run_study
from altrotation.claims.robustness.cell import Cell
from altrotation.claims.robustness.repeat import study_inputs
from altrotation.claims.robustness.rungs import climb
from altrotation.claims.specs import EventsSpec, StudySpec
from altrotation.data.panel import Panel
from altrotation.errors import InputError
from altrotation.inference.results import RunInfo
from altrotation.printing import Printed

__all__ = ["InferenceLadder", "inference_ladder"]

_NAIVE, _EXACT = "naive t, every day of a window", "exact rotation"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True, repr=False)
class InferenceLadder(Printed):
    """The same cell under tests that respect ever more of the dependence in the data.

    Parameters
    ----------
    label : str
        The cell.
    table : DataFrame
        One row a rung, in order: estimate (log points over the horizon), against (what it is
        compared with), p_value (two-sided), p_attainable (the smallest a test by resampling can
        return), sample and unit (what the test takes for its sample size), respects (the
        dependence it allows for), invalid (why it could not be made; empty otherwise).
    run : RunInfo
    """

    label: str
    table: pd.DataFrame
    run: RunInfo

    def summary(self) -> pd.DataFrame:
        """Return the table for reading, the sample with its unit in one column."""
        table = self.table
        shown = table[["estimate", "against", "p_value", "p_attainable"]].copy()
        shown["sample"] = [
            "" if reason else f"{size:,.3g} {unit}" if size < 1000 else f"{size:,.0f} {unit}"
            for size, unit, reason in zip(
                table["sample"], table["unit"], table["invalid"], strict=True
            )
        ]
        note = table["invalid"].where(table["invalid"] != "", table["respects"])
        return shown.assign(respects=note)

    def describe(self) -> str:
        """Return in two sentences how far the p-values lie apart."""
        p = self.table["p_value"].dropna()
        below = int((p <= 0.05).sum())
        words = f"{below} of {len(p)} tests of the same cell give p at most .05."
        if _NAIVE in p.index and _EXACT in p.index:
            words += (
                f" Counting every day of a window gives {p[_NAIVE]:.2g}; moving the same dates "
                f"through the sample gives {p[_EXACT]:.2g}."
            )
        return words

    def _line(self) -> str:
        return self.label

    def _repr_html_(self) -> str:
        table = self.summary().to_html(float_format=lambda value: f"{value:.3g}", na_rep="")
        return (
            f"<div class='inference-ladder'><p><b>{escape(self.label)}</b></p>"
            f"<p>{escape(self.describe())}</p>{table}</div>"
        )

    def __str__(self) -> str:
        return f"{self.label}\n{self.describe()}\n{self.summary().to_string()}"


@guarded
def inference_ladder(
    panel: Panel, events: EventsSpec, study: StudySpec, *, seed: int = 0
) -> InferenceLadder:
    """Test the primary cell of an event card by every method, from the naive to the exact.

    The ladder judges nothing: the verdict uses its last rung. It shows what the others would have
    said, and why: p usually climbs as dependence is respected, but nothing makes it.

    Parameters
    ----------
    panel : Panel
    events, study : EventsSpec, StudySpec
        The two halves of an event card; its primary outcome and horizon are tested.
    seed : int, default 0
        Of placebo dates and bootstrap.

    Returns
    -------
    InferenceLadder
        A rung that cannot be made says why: too few events for a t, one outcome only, no prices to
        match on.

    Raises
    ------
    InputError
        If the claim itself cannot be computed, as in `event_study`.
    """
    made = run_study(panel, events, study, seed=seed)
    if not made.table.loc[[(study.primary, study.horizon)]].iloc[0]["n_events"]:
        raise InputError(
            f"No event has a complete window of {study.horizon} days in {study.primary}; a claim "
            "without an estimate has no ladder."
        )
    cell = Cell(
        inputs=study_inputs(made, panel),
        outcome=study.primary,
        horizon=study.horizon,
        source=panel.value(events.series),
        seed=seed,
    )
    table = pd.DataFrame([asdict(rung) for rung in climb(cell)]).set_index("name")
    return InferenceLadder(
        label=f"{study.primary} over {study.horizon} days; events: {made.events.rule}",
        table=table.rename_axis("test"),
        run=made.run,
    )
