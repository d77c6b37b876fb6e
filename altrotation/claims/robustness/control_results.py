"""The result of negative controls: one row a control, and the share that pass."""

from dataclasses import dataclass
from html import escape
from typing import ClassVar, Self

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.aliases import Alternative
from altrotation.inference.power import minimum_detectable_effect
from altrotation.inference.results import RunInfo
from altrotation.printing import Printed

__all__ = ["NegativeControls"]

_SIZE = 0.05
_PLURAL = {
    "leader": "leaders",
    "surrogate": "surrogate leaders",
    "outcome": "outcomes",
    "date": "dates",
}
_NUMBERS = (
    "n_shared",
    "estimate",
    "null_mean",
    "excess",
    "low",
    "high",
    "level",
    "p_value",
    "p_adjusted",
    "n_effective",
    "minimum_detectable_effect",
    "statistic",
    "window_spread",
)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True, repr=False)
class NegativeControls(Printed):
    """An event claim beside the same test where nothing should be found.

    Parameters
    ----------
    label : str
        The claim's cell.
    table : DataFrame
        One row a control, the claim first: kind (claim, leader, surrogate, outcome, date),
        n_events, n_shared (events whose window shares a day with a true one), estimate, null_mean,
        excess, low, high, level, p_value, p_adjusted, n_effective and minimum_detectable_effect as
        in `EventStudy`; statistic (excess in standard deviations of its placebos), window_spread
        (standard deviation of one window), passes (missing for the claim and what could not be
        computed), informative (could it have shown `effect`?), why (it is a control), invalid (why
        it could not be computed; empty otherwise). Log points.
    direction : {"greater", "less"}
    effect : float
        Size of effect, in log points, the controls are asked to have been able to show.
    rotation_share : float
        Share of the claim's own placebo dates whose mean lies as far on the claimed side or
        further, its own counted: a one-sided p.
    run : RunInfo
    """

    KINDS: ClassVar[tuple[str, ...]] = ("claim", "leader", "surrogate", "outcome", "date")

    label: str
    table: pd.DataFrame
    direction: Alternative
    effect: float
    rotation_share: float
    run: RunInfo

    @classmethod
    @guarded
    def judged(
        cls,
        table: pd.DataFrame,
        *,
        direction: Alternative,
        effect: float | None,
        rotation_share: float,
        label: str,
        run: RunInfo,
    ) -> Self:
        """Return the controls of `table`, the claim in its first row, each judged."""
        rows = table.reindex(columns=["kind", "n_events", *_NUMBERS, "why", "invalid"]).copy()
        side = 1.0 if direction == "greater" else -1.0
        claim = rows.iloc[0]
        asked = abs(float(claim["excess"])) if effect is None else float(effect)
        computed = (rows["invalid"] == "") & (rows["kind"] != "claim")
        # The sign of an unrelated outcome means nothing; all else is held to the claimed side.
        sided = (side * rows["excess"] > 0) | (rows["kind"] == "outcome")
        shown = sided & (rows["p_adjusted"] <= _SIZE)
        # The effect in standard deviations of one window, so that a calm outcome is no easier.
        scaled = asked / float(claim["window_spread"])
        reach = minimum_detectable_effect(1.0, 1, 1.0) / np.sqrt(rows["n_effective"])
        rows.insert(
            len(rows.columns) - 2, "passes", (~shown).astype("boolean").where(computed, pd.NA)
        )
        rows.insert(
            len(rows.columns) - 2,
            "informative",
            (reach <= scaled).astype("boolean").where(computed, pd.NA),
        )
        return cls(
            label=label,
            table=rows,
            direction=direction,
            effect=asked,
            rotation_share=rotation_share,
            run=run,
        )

    @property
    def computed(self) -> pd.DataFrame:
        """The rows of the controls that could be computed."""
        return self.table[self.table["passes"].notna()]

    @property
    def score(self) -> float:
        """Falsification score: the share of computed controls that pass; NaN without any."""
        passes = self.computed["passes"]
        return float(passes.mean()) if len(passes) else float("nan")

    @property
    def shows_effect(self) -> bool:
        """Whether the claim itself does what fails a control."""
        claim = self.table.iloc[0]
        side = 1.0 if self.direction == "greater" else -1.0
        return bool(side * claim["excess"] > 0 and claim["p_adjusted"] <= _SIZE)

    @property
    def rank(self) -> tuple[int, int]:
        """Place of the claim among itself and the placebo leaders, 1 the furthest; their number."""
        side = 1.0 if self.direction == "greater" else -1.0
        held = self.table[self.table["kind"].isin(("claim", "leader", "surrogate"))]
        statistics = side * held["statistic"].dropna()
        return 1 + int((statistics.iloc[1:] >= statistics.iloc[0]).sum()), len(statistics)

    def by_kind(self) -> pd.DataFrame:
        """Return one row a kind: controls computed, passed, informative, and not computed."""
        rows = self.table[self.table["kind"] != "claim"]
        grouped = rows.groupby("kind", sort=False)
        counts = pd.DataFrame(
            {
                "computed": grouped["passes"].count(),
                "passed": grouped["passes"].sum(),
                "informative": grouped["informative"].sum(),
                "not computed": grouped["passes"].apply(lambda passes: passes.isna().sum()),
            }
        )
        return counts.astype(int)

    def summary(self) -> pd.DataFrame:
        """Return the table for reading: the interval in one column, the claim in the first row."""
        shown = self.table[["kind", "n_events", "n_shared", "estimate"]].copy()
        shown["n_shared"] = shown["n_shared"].astype("Int64")
        shown["interval"] = [
            f"[{low:+.3f}, {high:+.3f}]" if np.isfinite(low) else ""
            for low, high in zip(self.table["low"], self.table["high"], strict=True)
        ]
        rest = ["excess", "statistic", "p_value", "p_adjusted", "minimum_detectable_effect"]
        shown = shown.join(self.table[rest])
        verdict = self.table["passes"].map({True: "passes", False: "fails"})
        return shown.assign(
            verdict=verdict.astype(object).where(self.table["passes"].notna(), "").astype(str),
            informative=self.table["informative"],
            note=self.table["invalid"].where(self.table["invalid"] != "", self.table["why"]),
        )

    def describe(self) -> str:
        """Return in one paragraph how many controls pass and what that is worth."""
        counts = self.by_kind()
        computed, passed = int(counts["computed"].sum()), int(counts["passed"].sum())
        if not computed:
            return "No control could be computed, so nothing could falsify the claim."
        parts = ", ".join(
            f"{_PLURAL[str(kind)]} {row['passed']} of {row['computed']}"
            for kind, row in counts.iterrows()
            if row["computed"]
        )
        place, among = self.rank
        held = self.computed
        strong = int((held["passes"] & held["informative"]).sum())
        words = [
            f"{passed} of {computed} negative controls pass ({parts}): "
            f"falsification score {self.score:.2f}.",
            f"The claim ranks {place} of {among} among the placebo leaders, and "
            f"{self.rotation_share:.1%} of its own placebo dates lie as far on the claimed side.",
            f"{strong or 'None'} of the {passed} that pass could have shown an effect of "
            f"{self.effect:.3f} at 80 % power: {'the others' if strong else 'they'} say little.",
        ]
        if not self.shows_effect:
            words.append(
                "The claim itself does not show its effect, so there is little to falsify."
            )
        if missing := int(counts["not computed"].sum()):
            words.append(f"{missing} could not be computed.")
        return " ".join(words)

    def _line(self) -> str:
        return self.label

    def _repr_html_(self) -> str:
        table = self.summary().to_html(float_format=lambda value: f"{value:.3g}", na_rep="")
        return (
            f"<div class='negative-controls'><p><b>{escape(self.label)}</b></p>"
            f"<p>{escape(self.describe())}</p>{table}</div>"
        )

    def __str__(self) -> str:
        return f"{self.label}\n{self.describe()}\n{self.summary().drop(columns='note').to_string()}"
