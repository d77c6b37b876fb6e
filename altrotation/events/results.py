"""The result of an event study: estimates with intervals, joint p-values, paths and bands."""

from dataclasses import dataclass
from html import escape
from typing import TypeAlias

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.aliases import Alternative, FloatArray, IntArray
from altrotation.errors import InputError
from altrotation.events.eventset import EventSet
from altrotation.events.returns import AbnormalReturns, Model
from altrotation.inference.bootstrap import basic_interval
from altrotation.inference.results import Evidence, Interval, RunInfo
from altrotation.printing import Printed, counted
from altrotation.validate import require_between, require_choice

__all__ = ["Cells", "EventStudy"]

DAYS_BEFORE = 60
Place: TypeAlias = int | str | tuple[int, int]
_SHOWN = {"rotation": "shifted jointly to any other place in the sample"}
_SHOWN["matched"] = "on other dates of like run-up and volatility"
_SIDES = {"two-sided": "differs from", "greater": "exceeds", "less": "falls short of"}


def window_label(first: int, last: int) -> str:
    """Return how a table names the days `first` to `last` around an event: "[-20, -1]".

    Parameters
    ----------
    first, last : int
        Days; 0 is the event's own.
    """
    return f"[{first}, {last}]"


def window_kind(first: int, last: int, delay: int) -> str:
    """Return what the days `first` to `last` around an event are to who enters `delay` days later.

    "outcome" from the day after entry on; else a description, which is never a signal:
    "anticipation" up to the day before the event, "around the event" with day 0 in it, "before
    entry" after that.

    Parameters
    ----------
    first, last : int
        Days; 0 is the event's own.
    delay : int
        Days from the event to entry.
    """
    if last < 0:
        return "anticipation"
    if first <= 0:
        return "around the event"
    return "before entry" if first <= delay else "outcome"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Cells:
    """The arrays behind the cells of one family of outcomes and windows.

    Parameters
    ----------
    placebo_rows, null_means, outcome_windows, errors : arrays
        As in `EventStudy`, with windows in place of horizons.
    """

    placebo_rows: IntArray
    null_means: FloatArray
    outcome_windows: FloatArray
    errors: FloatArray


@dataclass(frozen=True, slots=True, eq=False, kw_only=True, repr=False)
class EventStudy(Printed):
    """What followed the events, beside what followed the same events at placebo dates.

    Parameters
    ----------
    outcomes : tuple of str
    horizons : tuple of int
        Labels of the outcome's index.
    windows : tuple of (first, last)
        Days around the event, 0 being the event's own.
    events : EventSet
    model, null, alternative, delay
        As given to `event_study`.
    sample : tuple of two Timestamps
        First and last label of the common sample.
    table : DataFrame
        One row an (outcome, horizon), or (outcome, window) called "[-20, -1]": n_events, n_dropped
        (windows that begin or end outside the sample or at a missing value), n_clusters (groups of
        events closer than the horizon), n_effective, estimate (mean cumulative abnormal log
        return), null_mean, excess (estimate less null_mean), low, high, level (interval of
        `estimate`), p_value, p_adjusted (step-down max-T over the horizons, or over the windows),
        p_attainable (smallest p of this test), sign_flip_floor (smallest two-sided p of a sign test
        of as many independent clusters), minimum_detectable_effect (80 % power, 5 % two-sided);
        and, where there are windows, kind (see `window_kind`).
    rows : array of shape (k,)
        Rows of the events in the sample.
    placebo_rows : array of shape (B, k)
        Rows of the events under each admissible shift or draw.
    null_means : array of shape (B, outcomes, horizons)
        The statistic under each of them, scaled to the number of events observed (see
        `event_study`); NaN in cells without events.
    outcome_windows : array of shape (k, outcomes, horizons)
        Cumulative abnormal log return of every event; NaN where dropped.
    errors : array of shape (replicates, outcomes, horizons)
        Bootstrap draws of estimate minus truth; NaN in cells without events.
    around : Cells, optional
        The same for the windows, whose shifts and family are their own.
    returns : AbnormalReturns
    interval_method : str
    unit : str
        What one label of the outcome is: "day", "week", "month", "quarter", "year" or "row".
    remarks : tuple of str
        Which events which outcome lacks, and how far its values reach.
    run : RunInfo
    """

    outcomes: tuple[str, ...]
    horizons: tuple[int, ...]
    windows: tuple[tuple[int, int], ...]
    events: EventSet
    model: Model
    null: str
    alternative: Alternative
    delay: int
    sample: tuple[pd.Timestamp, pd.Timestamp]
    table: pd.DataFrame
    rows: IntArray
    placebo_rows: IntArray
    null_means: FloatArray
    outcome_windows: FloatArray
    errors: FloatArray
    around: Cells | None
    returns: AbnormalReturns
    interval_method: str
    unit: str
    remarks: tuple[str, ...]
    run: RunInfo

    @property
    def n_placebos(self) -> int:
        """Admissible shifts, or draws."""
        return len(self.placebo_rows)

    @guarded
    def car(self, outcome: str, horizon: Place) -> pd.Series:
        """Return the cumulative abnormal log return of every event; NaN where dropped.

        `horizon` is one of `horizons`, or a window such as (-20, -1).
        """
        cells, i, j, label = self._cell(outcome, horizon)
        return pd.Series(
            cells.outcome_windows[:, i, j], index=self.events.dates, name=f"{outcome}, {label}"
        )

    @guarded
    def null_distribution(self, outcome: str, horizon: Place) -> FloatArray:
        """Return the statistic at every admissible shift or draw: shape (B,)."""
        cells, i, j, _ = self._cell(outcome, horizon)
        return cells.null_means[:, i, j].copy()

    @guarded
    def interval(self, outcome: str, horizon: Place, level: float = 0.95) -> Interval:
        """Return the interval of the mean outcome (drift included) at another `level`.

        Raises InputError for a cell without events.
        """
        cells, i, j, label = self._cell(outcome, horizon)
        if not np.isfinite(cells.errors[0, i, j]):
            raise InputError(
                f"No event has a complete window of {self._spelt(label)} in {outcome!r}; "
                "choose a shorter one."
            )
        estimate = float(np.nanmean(cells.outcome_windows[:, i, j]))
        return basic_interval(
            estimate, cells.errors[:, i, j], level=level, method=self.interval_method
        )

    @guarded
    def paths(self, outcome: str) -> pd.DataFrame:
        """Return the abnormal log level around every event, 0 on the day of entry.

        Returns
        -------
        DataFrame of shape (60 + delay + largest horizon + 1, k)
            Relative rows -60 to delay + largest horizon, more where a window reaches further; 0 at
            `delay`; at delay + H it equals `car(outcome, H)`. NaN where the level is missing or
            outside the sample.
        """
        i = self._outcome(outcome)
        days = self._days()
        levels = [self.returns.path(i, self.rows, int(day), self.delay) for day in days]
        return pd.DataFrame(
            np.array(levels), index=pd.Index(days, name=self.unit), columns=self.events.dates
        )

    @guarded
    def placebo_band(self, outcome: str, level: float = 0.95) -> pd.DataFrame:
        """Return the mean path under the null: columns low, high, mean by relative row.

        Pointwise quantiles over the shifts or draws of the mean path, scaled like `null_means` to
        the number of events that reach the relative row.
        """
        require_between(level, 0.0, 1.0, "level")
        i = self._outcome(outcome)
        everywhere = np.arange(len(self.returns.levels))
        reach = self._reach(i)
        band = np.full((len(self._days()), 3), np.nan)
        for place, day in enumerate(self._days()):
            member = reach >= max(int(day) - self.delay, 1)
            if self.null == "rotation":
                member = np.ones_like(member)
            paths = self.returns.path(i, self.placebo_rows[:, member], int(day), self.delay)
            observed = self.returns.path(i, self.rows[member], int(day), self.delay)
            centre = self.returns.path(i, everywhere, int(day), self.delay)
            centre = centre[np.isfinite(centre)]
            count, seen = np.isfinite(paths).sum(axis=1), np.isfinite(observed).sum()
            if not (seen and len(centre) and count.any()):
                continue
            mean = np.nansum(paths[count > 0], axis=1) / count[count > 0]
            scaled = centre.mean() + (mean - centre.mean()) * np.sqrt(count[count > 0] / seen)
            low, high = np.quantile(scaled, [(1 - level) / 2, (1 + level) / 2])
            band[place] = low, high, scaled.mean()
        return pd.DataFrame(
            band, index=pd.Index(self._days(), name=self.unit), columns=["low", "high", "mean"]
        )

    @guarded
    def evidence(self, outcome: str, horizon: Place) -> Evidence:
        """Return one cell as Evidence; a window that opens before entry says that it describes."""
        cells, _, number, place = self._cell(outcome, horizon)
        cell = self.table.loc[[(outcome, place)]].iloc[0]
        spelt, kind = self._spelt(place), "outcome"
        if cells is not self:
            kind = window_kind(*self.windows[number], self.delay)
        remark = "" if kind == "outcome" else f" ({kind}: a description, no signal)"
        label = f"{outcome} over {spelt}{remark}; events: {self.events.rule}"
        if cell["n_events"] == 0:
            return Evidence.not_computed(
                label,
                f"none of the {len(self.events)} events has a complete window of {spelt}",
                unit="log points",
                run=self.run,
            )
        mean = f"mean {place}-{self.unit} outcome after the events"
        elsewhere = f"that after the same events {_SHOWN[self.null]}"
        counted_over = f"{len(self.horizons)} horizons"
        if cells is not self:
            mean = f"mean outcome over {spelt} around the events"
            elsewhere = f"that around the same events {_SHOWN[self.null]}"
            counted_over = f"{len(self.windows)} windows"
        return Evidence(
            label=label,
            null=f"The {mean} equals {elsewhere}.",
            alternative=f"The {mean} {_SIDES[self.alternative]} {elsewhere}.",
            estimate=float(cell["estimate"]),
            unit="log points",
            interval=self.interval(outcome, place, float(cell["level"])),
            p_value=float(cell["p_value"]),
            p_adjusted=float(cell["p_adjusted"]),
            family=f"{len(self.outcomes)} outcomes x {counted_over}, "
            "step-down max-T over joint placebos",
            p_attainable=float(cell["p_attainable"]),
            n_events=int(cell["n_events"]),
            n_effective=float(cell["n_effective"]),
            minimum_detectable_effect=float(cell["minimum_detectable_effect"]),
            run=self.run,
        )

    def summary(self) -> pd.DataFrame:
        """Return the table for reading: one row a cell, the interval in one column."""
        table = self.table
        shown = table[["n_events", "n_clusters", "n_effective", "estimate"]].copy()
        shown["interval"] = [
            f"[{low:+.3f}, {high:+.3f}]"
            for low, high in zip(table["low"], table["high"], strict=True)
        ]
        rest = ["null_mean", "p_value", "p_adjusted", "p_attainable", "sign_flip_floor"]
        shown = shown.join(table[[*rest, "minimum_detectable_effect"]])
        return shown.join(table[["kind"]]) if self.windows else shown

    def describe(self) -> str:
        """Return in one paragraph what was done and what it could have shown."""
        first, last = self.sample
        kind = "admissible circular shifts, all of them" if self.null == "rotation" else "draws"
        clusters = int(self.table["n_clusters"].max())
        delay, level = counted(self.delay, "row"), float(self.table["level"].iloc[0])
        return (
            f"{len(self.events)} events ({self.events.rule}), {first:%Y-%m-%d} to {last:%Y-%m-%d}; "
            f"{self.model} returns from {delay} after the event; {self.null} null: "
            f"{self.n_placebos} {kind}, so p cannot fall below {1 / (self.n_placebos + 1):.2g}; "
            f"a sign test of {clusters} independent events could not reach below "
            f"{self.table['sign_flip_floor'].min():.2g}. Interval: {level:.0%}, "
            f"{self.interval_method}.{self._around()}{''.join(f' {each}' for each in self.remarks)}"
        )

    def _around(self) -> str:
        if not self.windows:
            return ""
        told = [window_label(*window) for window in self.windows if window[0] <= self.delay]
        words = f" {self.unit.capitalize()} 0 is the event's own."
        return f"{words} A description, no signal: {', '.join(told)}." if told else words

    def _line(self) -> str:
        return f"{len(self.events)} events: {self.events.rule}"

    def _repr_html_(self) -> str:
        table = self.summary().to_html(float_format=lambda value: f"{value:.4g}")
        return f"<div class='event-study'><p>{escape(self.describe())}</p>{table}</div>"

    def __str__(self) -> str:
        return f"{self.describe()}\n{self.summary().to_string()}"

    def _days(self) -> IntArray:
        first = min([-DAYS_BEFORE, *(window[0] - 1 for window in self.windows)])
        last = max([self.delay + max(self.horizons), *(window[1] for window in self.windows)])
        return np.arange(first, last + 1, dtype=np.int64)

    def _reach(self, outcome: int) -> IntArray:
        """Return the largest complete horizon of every event; 0 where there is none."""
        complete = np.isfinite(self.outcome_windows[:, outcome, :])
        reach: IntArray = (complete * np.array(self.horizons)).max(axis=1)
        return reach

    def _outcome(self, outcome: str) -> int:
        require_choice(outcome, self.outcomes, "outcome")
        return self.outcomes.index(outcome)

    def _cell(self, outcome: str, horizon: Place) -> tuple["EventStudy | Cells", int, int, Place]:
        """Return the arrays of a cell, its place in them and its label in the table."""
        place = self._outcome(outcome)
        labels = [window_label(*window) for window in self.windows]
        wanted = window_label(*horizon) if isinstance(horizon, tuple) else horizon
        if wanted in labels and self.around is not None:
            return self.around, place, labels.index(str(wanted)), wanted
        if wanted not in self.horizons:
            listed = ", ".join([*(str(known) for known in self.horizons), *labels])
            raise InputError(f"`horizon` must be one of {listed}, got {horizon!r}.")
        return self, place, self.horizons.index(int(wanted)), int(wanted)

    def _spelt(self, label: Place) -> str:
        """Return a horizon or window in words: "60 days", "days -20 to -1", "day 0"."""
        if not isinstance(label, str):
            return f"{label} {self.unit}s"
        first, last = label.strip("[]").split(", ")
        return f"{self.unit} {first}" if first == last else f"{self.unit}s {first} to {last}"
