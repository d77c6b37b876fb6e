"""The excess over other dates, with intervals that hold for few events that choose their state."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import stats

from altrotation.aliases import BoolArray, FloatArray, IntArray
from altrotation.errors import InputError
from altrotation.events.noise import weighted_outcome_noise
from altrotation.events.results import EventStudy
from altrotation.inference.bootstrap import basic_interval
from altrotation.inference.permutation import randomisation_test
from altrotation.inference.power import minimum_detectable_effect
from altrotation.inference.results import Evidence, Interval
from altrotation.rng import generator
from altrotation.validate import require_between
from altrotation.variation import resolved

__all__ = ["EventExcess", "event_excess"]

_ALIKE = (0.8, 1.25)  # volatility in the event windows over that of the sample: states alike
_TRAILING, _LEAST = 60, 20  # rows of the trailing volatility, the quarter that placebos match on
_MOST_CLUSTERS = 12  # beyond these the t interval adds nothing to the other two


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class EventExcess:
    """One cell of an event study judged: the mean outcome less that over all placements.

    Estimate, interval, p-values and detectable effect are about this one quantity; the mean outcome
    itself, drift included, is what `EventStudy.evidence` describes.

    Parameters
    ----------
    estimate : float
        Log points.
    volatility : float
        Of the days in the event windows over that of all days; NaN where nothing varies.
    scaled : bool
        Whether `volatility` leaves [.8, 1.25]: placements and bootstrap are then brought to the
        trailing volatility known at the events.
    placements : array of shape (B,)
        The excess at every placement, less its mean.
    noise : array of shape (replicates,)
        Bootstrap draws of estimate minus truth.
    clusters : array of shape (k,)
        What every group of events that share days adds to `estimate`, less its share of it.
    judged : Evidence
        With the interval at 95 %.
    """

    estimate: float
    volatility: float
    scaled: bool
    placements: FloatArray
    noise: FloatArray
    clusters: FloatArray
    judged: Evidence

    def interval(self, level: float = 0.95) -> Interval:
        """Return the widest of three intervals at `level`, at either end.

        Residual block bootstrap; the shifts of all dates, inverted; and, for 2 to 12 clusters, t
        with one degree of freedom less than clusters, which holds whatever the volatility of each
        (Ibragimov & Muller 2010, Journal of Business & Economic Statistics 28).
        """
        require_between(level, 0.0, 1.0, "level")
        draws = {"block bootstrap": self.noise, "inverted shifts": self.placements}
        found = [
            basic_interval(self.estimate, each, level=level, method=name)
            for name, each in draws.items()
        ]
        k = len(self.clusters)
        if 2 <= k <= _MOST_CLUSTERS:
            error = np.sqrt(k / (k - 1) * np.square(self.clusters).sum())
            half = float(stats.t.ppf((1 + level) / 2, k - 1) * error)
            words = f"t({k - 1}) over clusters"
            found.append(Interval(self.estimate - half, self.estimate + half, level, words))
        names = ", ".join(each.method for each in found)
        scale = ", at the volatility known at the events" if self.scaled else ""
        low, high = min(each.low for each in found), max(each.high for each in found)
        return Interval(low, high, level, f"widest of {names}{scale}")

    def evidence(self, level: float = 0.95) -> Evidence:
        """Return the judged cell as Evidence with its interval at `level`."""
        return replace(self.judged, interval=self.interval(level))


def event_excess(study: EventStudy, outcome: str, horizon: int) -> EventExcess:
    """Return the excess of one cell over all placements, with errors that hold for few events.

    Events that a rule finds in volatile times are followed by volatile windows; placements over all
    of the sample are then calmer than the events, the test rejects too often and the interval is
    too short (a claim that holds is called contradicted up to .20 of the time at .05), and the
    other way round for events in calm times. Where the volatility of the event windows over that of
    the sample leaves [.8, 1.25], the outcome of a window less the mean of all windows is divided by
    the trailing volatility at its own row and multiplied by that at the event it stands for: 60
    rows up to and including the row, the volatility of the sample where fewer than 20 are known.

    Parameters
    ----------
    study : EventStudy
    outcome : str
    horizon : int
        One of its horizons.

    Returns
    -------
    EventExcess
        The p-values are the larger of two: with placements scaled where the volatility leaves its
        range, and scaled everywhere. A volatility just inside it would still reject too often
        (.09 at .05). The adjusted one is the step-down max-T over all outcomes and horizons.

    Raises
    ------
    InputError
        If the cell was not studied or has no event.
    """
    told = study.evidence(outcome, horizon)
    if told.invalid is not None:
        raise InputError(f"{told.label}: {told.invalid}; choose another cell.")
    places = [(i, j) for i in range(len(study.outcomes)) for j in range(len(study.horizons))]
    live = [cell for cell in (_Cell(study, *place) for place in places) if cell.used.any()]
    number = [cell.place for cell in live].index(
        (study.outcomes.index(outcome), study.horizons.index(horizon))
    )
    mine = live[number]
    row = study.table.loc[[(outcome, horizon)]].iloc[0]
    estimate = float(row["excess"])
    detectable = told.minimum_detectable_effect
    placements = mine.placements(scaled=mine.scaled)
    p = adjusted = 0.0
    seen = np.array([cell.mean for cell in live])
    for everywhere in (False, True):
        null = [cell.placements(scaled=everywhere or cell.scaled) for cell in live]
        test = randomisation_test(seen, np.column_stack(null), alternative=study.alternative)
        p, adjusted = max(p, test.p_value[number]), max(adjusted, test.p_adjusted[number])
    spread = np.std(np.append(placements, mine.mean))
    if mine.scaled and resolved(spread, 1.0):  # log points
        detectable = minimum_detectable_effect(float(spread), 1, 1.0)
    centre = (placements.sum() + mine.mean) / (len(placements) + 1)
    found = EventExcess(
        estimate=estimate,
        volatility=mine.volatility,
        scaled=mine.scaled,
        placements=placements - centre,
        noise=mine.noise(),
        clusters=mine.clusters(),
        judged=replace(
            told,
            label=f"{outcome} over {horizon} {study.unit}s beyond other dates; "
            f"events: {study.events.rule}",
            estimate=estimate,
            p_value=float(p),
            p_adjusted=float(adjusted),
            minimum_detectable_effect=detectable,
        ),
    )
    return replace(found, judged=found.evidence())


class _Cell:
    """One outcome and horizon of a study, with the volatility known at every row."""

    def __init__(self, study: EventStudy, i: int, j: int) -> None:
        self.study, self.place, self.horizon = study, (i, j), study.horizons[j]
        self.used: BoolArray = np.isfinite(study.outcome_windows[:, i, j])
        self.rows: IntArray = study.rows[self.used]
        self.windows: FloatArray = study.outcome_windows[self.used, i, j]
        self.mean = float(self.windows.mean()) if self.used.any() else float("nan")
        self.daily = study.returns.daily(i)
        moves = self.daily - np.nanmean(self.daily)
        inside = np.zeros(len(moves), dtype=np.bool_)
        for row in self.rows:
            inside[row + study.delay + 1 : row + study.delay + 1 + self.horizon] = True
        whole, own = _size(moves), _size(moves[inside])
        self.volatility = own / whole if resolved(whole, 1.0) else float("nan")
        self.scaled = bool(self.volatility < _ALIKE[0] or self.volatility > _ALIKE[1])
        trailing = pd.Series(moves**2).rolling(_TRAILING, min_periods=_LEAST).mean().to_numpy()
        known = np.sqrt(np.maximum(trailing, 0.0))
        self.known: FloatArray = np.where(resolved(known, 1.0), known, whole)

    def placements(self, *, scaled: bool) -> FloatArray:
        """Return the mean outcome at every placement, `scaled` to the volatility at the events."""
        i, j = self.place
        if not scaled or np.isnan(self.volatility):
            return self.study.null_means[:, i, j]
        every = self.study.returns.windows(
            self.study.delay, np.array([self.horizon], dtype=np.int64)
        )[:, i, 0]
        centre = float(every[np.isfinite(every)].mean())
        # a shift may complete the window of an event that has none; matched dates stay by the used
        enter = self.used if self.study.null == "matched" else np.ones_like(self.used)
        rows, events = self.study.placebo_rows[:, enter], self.study.rows[enter]
        moved = ((every - centre) / self.known)[rows] * self.known[events]
        kept = np.isfinite(moved).sum(axis=1)
        # as in the study: means of few events do not count as extreme because they are few
        scale = 1.0 / np.sqrt(kept * len(self.rows))
        return np.asarray(centre + np.nansum(moved, axis=1) * scale)

    def noise(self) -> FloatArray:
        """Return bootstrap draws of mean less truth, as volatile as at the events."""
        i, j = self.place
        if not self.scaled:
            return self.study.errors[:, i, j]
        before = np.concatenate([[np.nan], self.known[:-1]])
        weights = self.known[self.rows] / len(self.rows)
        return weighted_outcome_noise(
            self.daily / before,
            self.rows,
            weights[:, None],
            np.zeros(len(self.rows), dtype=np.int64),
            np.array([self.horizon], dtype=np.int64),
            delay=self.study.delay,
            estimation=int(self.study.returns.lengths[i]),
            replicates=len(self.study.errors),
            seed=generator(self.study.run.seed or 0, 3),
        )[:, 0]

    def clusters(self) -> FloatArray:
        """Return what each group of events that share days adds to the mean beyond its share."""
        group = np.concatenate([[0], np.cumsum(np.diff(self.rows) >= self.horizon)])
        parts = np.bincount(group, weights=(self.windows - self.mean) / len(self.rows))
        return parts.astype(np.float64)


def _size(moves: FloatArray) -> float:
    known = moves[np.isfinite(moves)]
    return float(np.sqrt(np.square(known).mean())) if len(known) else float("nan")
