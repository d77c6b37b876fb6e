"""The specification curve: one claim under every defensible choice, judged jointly."""

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.aliases import FloatArray, IntArray
from altrotation.claims.robustness.axes import AXES, CurveSpec
from altrotation.claims.robustness.curve import SpecificationCurve
from altrotation.claims.robustness.feasible import Feasible, feasible_specifications
from altrotation.claims.robustness.grid import reference
from altrotation.claims.specs import EventsSpec, StudySpec
from altrotation.data.panel import Panel
from altrotation.errors import InputError
from altrotation.inference.curve import CurveTest, Direction, curve_test
from altrotation.inference.results import RunInfo
from altrotation.kernels.events import admissible_shifts, gathered_means, shifted_rows
from altrotation.validate import require_count

__all__ = ["specification_curve"]


@guarded
def specification_curve(
    panel: Panel,
    events: EventsSpec,
    study: StudySpec,
    axes: CurveSpec | None = None,
    *,
    direction: Direction = "greater",
    draws: int = 999,
    size: float = 0.05,
) -> SpecificationCurve:
    """Estimate a claim under every specification and test the whole curve at once.

    Simonsohn, Simmons & Nelson (2020) with the rotation null of `event_study`: one draw shifts the
    events of every definition by one and the same number of days, modulo the days of the study,
    and computes the whole curve again. Gaps, clusters and the overlap of definitions stay.

    Parameters
    ----------
    panel : Panel
        On the 24/7 clock.
    events, study : EventsSpec, StudySpec
        The two halves of an event card: the choices to start from. `study.null` is not read.
    axes : CurveSpec, optional
        The other choices. Default: `CurveSpec()`.
    direction : {"greater", "less"}, default "greater"
        The claimed side of zero.
    draws : int, default 999
        Shifts, evenly spaced over the admissible ones: neighbouring shifts share almost all of
        their days, so that 999 of 4,500 give the p-values of all. All of them if there are fewer.
    size : float, default .05
        Of each specification's own two-sided test.

    Returns
    -------
    SpecificationCurve

    Raises
    ------
    InputError
        If the panel is not on the 24/7 clock, or no outcome has a value in the study.
    InputError
        If an event lies outside the days of the study.
    InputError
        If no specification is left.
    InputError
        If no shift leaves every specification an event.
    InputError
        If `draws` < 1, or `size` or `direction` is unusable.

    Notes
    -----
    The convention is that of `event_study`: an event whose window is incomplete is dropped, under
    a shift as in the data; a shift is admissible when every specification keeps an event; the
    distance of a mean from that of all windows is multiplied by sqrt(events kept / events
    observed). Evenly spaced shifts are a subgroup of all rotations, up to the rounding to whole
    days, so the joint p-values are exact as with all shifts; nothing is random.
    """
    require_count(draws, 1, "draws")
    made = feasible_specifications(panel, events, study, axes or CurveSpec())
    shifts = _spaced_shifts(made, draws)
    curves, count = _curves(made, np.concatenate([[0], shifts]))
    test = curve_test(curves[0], curves[1:], direction=direction, size=size)
    table = _table(made, curves[0], count, test)
    own = reference(events, study)
    dates = np.unique(np.concatenate(list(made.rows.values())))
    return SpecificationCurve(
        table=table.assign(primary=[spec == own for spec in made.specifications]),
        dropped=pd.DataFrame(
            [{**spec.choices, "reason": reason} for spec, reason in made.dropped.items()],
            columns=[*AXES, "reason"],
        ),
        test=test,
        null=curves[1:],
        shifts=shifts,
        direction=direction,
        events=made.cells.days[dates],
        sample=(made.cells.days[0], made.cells.days[-1]),
        run=RunInfo.capture(None, made.cells.values, *made.rows.values()),
    )


def _sets(made: Feasible) -> list[tuple[IntArray, IntArray]]:
    """Return event rows and places of the specifications that share them, a pair for every rule."""
    rules = [(spec.definition, spec.quiet) for spec in made.specifications]
    return [
        (rows, np.flatnonzero([mine == rule for mine in rules])) for rule, rows in made.rows.items()
    ]


def _spaced_shifts(made: Feasible, draws: int) -> IntArray:
    """Return `draws` admissible shifts, evenly spaced with the data as one more: shape (B,)."""
    complete = np.isfinite(made.cells.values)
    good = np.arange(len(complete))
    for rows, places in _sets(made):
        mine = complete[:, np.unique(made.columns[places])]
        good = np.intersect1d(good, admissible_shifts(rows, mine), assume_unique=True)
    if not len(good):
        raise InputError(
            "No circular shift leaves every specification an event; use shorter horizons, a wider "
            "study or a higher `least`."
        )
    if draws >= len(good):
        return good
    places = np.rint(np.arange(1, draws + 1) * (len(good) + 1) / (draws + 1)).astype(np.int64)
    return good[places - 1]


def _curves(made: Feasible, shifts: IntArray) -> tuple[FloatArray, IntArray]:
    """Return the estimates under every shift, the first being none, and the events observed."""
    n = len(made.cells.days)
    curves = np.empty((len(shifts), len(made.columns)))
    observed = np.empty(len(made.columns), dtype=np.int64)
    for rows, places in _sets(made):
        used, back = np.unique(made.columns[places], return_inverse=True)
        values = made.cells.values[:, used]
        centre = np.nanmean(values, axis=0)
        everyone = np.ones((len(rows), len(used)), dtype=np.bool_)
        means, kept, _ = gathered_means(values, centre, shifted_rows(rows, shifts, n), everyone)
        scaled = centre + (means - centre) * np.sqrt(kept / kept[0])
        scaled[0] = means[0]
        curves[:, places] = scaled[:, back]
        observed[places] = kept[0, back]
    return curves, observed


def _table(made: Feasible, estimate: FloatArray, count: IntArray, test: CurveTest) -> pd.DataFrame:
    single = np.nanvar(made.cells.values, axis=0)[made.columns]
    with np.errstate(divide="ignore", invalid="ignore"):
        effective = np.where(test.spread > 0, single / np.square(test.spread), 1.0)
    table = pd.DataFrame([spec.choices for spec in made.specifications], columns=list(AXES))
    return table.assign(
        n_events=count,
        n_effective=np.clip(effective, 1.0, count),
        estimate=estimate,
        null_mean=test.centre,
        excess=estimate - test.centre,
        p_value=test.p_value,
        significant=test.significant,
    )
