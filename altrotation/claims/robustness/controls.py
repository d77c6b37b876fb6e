"""Negative controls: the same test where the claim says nothing should be found."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.aliases import Alternative
from altrotation.claims.estimators.effects import run_study
from altrotation.claims.robustness.control_results import NegativeControls
from altrotation.claims.robustness.placebos import (
    Placebo,
    placebo_dates,
    placebo_leaders,
    placebo_prices,
    sharing,
)
from altrotation.claims.robustness.repeat import StudyInputs, study_inputs
from altrotation.claims.specs import EventsSpec, StudySpec
from altrotation.data.panel import Panel
from altrotation.errors import InputError
from altrotation.events.eventset import EventSet
from altrotation.events.results import EventStudy
from altrotation.events.study import event_study
from altrotation.inference.permutation import randomisation_test
from altrotation.inference.power import minimum_detectable_effect
from altrotation.validate import require_choice, require_count

__all__ = ["LEADERS", "OUTCOMES", "negative_controls"]

LEADERS = ("SPX", "QQQ", "RSP", "XLU")
"""Series whose breakouts no claim about small companies is made of."""

OUTCOMES = ("DXY", "XLU/SPX", "XLV/SPX")
"""Outcomes without coins."""

_SIDES: tuple[Alternative, ...] = ("greater", "less")


@guarded
def negative_controls(
    panel: Panel,
    events: EventsSpec,
    study: StudySpec,
    *,
    direction: Alternative = "greater",
    leaders: Sequence[str] = LEADERS,
    outcomes: Sequence[str] = OUTCOMES,
    offsets: Sequence[int] | None = None,
    surrogates: int = 5,
    effect: float | None = None,
    seed: int = 0,
) -> NegativeControls:
    """Repeat an event claim where it should fail: other leaders, other outcomes, other dates.

    Lipsitch, Tchetgen Tchetgen & Cohen (2010): a design that finds its effect where there can be
    none finds it for another reason. Each control is judged as the claim is, by its primary outcome
    and horizon and the p-value adjusted over the same family:

    - leaders: the same rule in other series (same outcomes), in the claimed series with its returns
      in reverse order, and with their phases randomised;
    - outcomes: the same events, outcomes without coins as they are (no benchmark), the last value
      known on each day;
    - dates: the events moved by fixed offsets and by a year; a date whose window shares a day with
      a true window goes.

    A control passes unless its adjusted p is at most .05 and its excess over the placebo mean lies
    on the claimed side. The sign of an unrelated outcome means nothing: it fails on either side.

    Parameters
    ----------
    panel : Panel
    events, study : EventsSpec, StudySpec
        The two halves of an event card.
    direction : {"greater", "less"}, default "greater"
        The claimed side of zero.
    leaders, outcomes : sequence of str
        Series of the panel; an outcome may be "A/B". One the panel lacks is reported as such, and
        the claim's own are passed over.
    offsets : sequence of int, optional
        Calendar days, by default twice and four times the horizon both ways, and a year back.
    surrogates : int, default 5
        Phase-randomised draws of the claimed series.
    effect : float, optional
        Size of effect, in log points, a passing control should have been able to show; by default
        the claim's own excess over its placebo mean.
    seed : int, default 0
        Of the surrogates, and of placebo dates and bootstrap of every control alike.

    Returns
    -------
    NegativeControls

    Raises
    ------
    InputError
        If the claim itself cannot be computed, as in `event_study`.
    InputError
        If `direction` is no side, `surrogates` < 0, or `effect` is not positive.
    InputError
        If an offset lies within the horizon: its windows would share days with the true ones.
    """
    require_choice(direction, _SIDES, "direction")
    require_count(surrogates, 0, "surrogates")
    if effect is not None and not effect > 0:
        raise InputError(f"`effect` must be positive, got {effect}; leave it out for the claim's.")
    moves = _offsets(offsets, study.horizon)
    claim = run_study(panel, events, study, seed=seed)
    if not claim.table.loc[(study.primary, study.horizon), "n_events"]:
        raise InputError(
            f"No event has a complete window of {study.horizon} days in {study.primary}; a claim "
            "without an estimate has no controls."
        )
    true = claim.events
    inputs = study_inputs(claim, panel)
    placebos = placebo_leaders(panel, events, leaders, surrogates=surrogates, seed=seed)
    placebos += placebo_dates(true, events, moves, horizon=study.horizon)
    own = panel.value(events.series)
    rows = [_row(claim, study.primary, study.horizon, "the claim", "claim", "", true)]
    rows += [_repeat(placebo, inputs, study, own, true, seed) for placebo in placebos]
    targets = [name for name in outcomes if name not in study.outcomes]
    rows += _on_other_outcomes(panel, true, study, targets, own, seed)
    ordered = sorted(rows, key=lambda row: NegativeControls.KINDS.index(row["kind"]))
    table = pd.DataFrame(ordered).set_index("control")
    return NegativeControls.judged(
        table,
        direction=direction,
        effect=effect,
        rotation_share=_share_of_dates(claim, study, direction),
        label=f"{study.primary} over {study.horizon} days; events: {true.rule}",
        run=claim.run,
    )


def _offsets(offsets: Sequence[int] | None, horizon: int) -> tuple[int, ...]:
    if offsets is None:
        moves = tuple(times * horizon for times in (-4, -2, 2, 4))
        return moves if horizon > 365 or -365 in moves else (*moves, -365)
    for offset in offsets:
        if abs(offset) < horizon:
            raise InputError(
                f"`offsets` must be at least the horizon {horizon} away from 0, got {offset}: "
                "the windows would share days with the true ones."
            )
    return tuple(offsets)


def _repeat(
    placebo: Placebo,
    inputs: StudyInputs,
    spec: StudySpec,
    own: pd.Series,
    true: EventSet,
    seed: int,
) -> dict[str, Any]:
    if placebo.events is None:
        return _not_computed(placebo.name, placebo.kind, placebo.why, placebo.invalid)
    source = own if placebo.source is None else placebo.source
    try:
        again = inputs.again(placebo.events, null=spec.null, match_on=source, seed=seed)
    except InputError as error:
        return _not_computed(placebo.name, placebo.kind, placebo.why, str(error))
    return _row(again, spec.primary, spec.horizon, placebo.name, placebo.kind, placebo.why, true)


def _on_other_outcomes(
    panel: Panel,
    true: EventSet,
    spec: StudySpec,
    names: Sequence[str],
    source: pd.Series,
    seed: int,
) -> list[dict[str, Any]]:
    prices, why, invalid = placebo_prices(panel.between(spec.start, spec.end), names)
    rows = [_not_computed(name, "outcome", why[name], reason) for name, reason in invalid.items()]
    if not len(prices.columns):
        return rows
    try:
        study = event_study(
            prices,
            true,
            horizons=spec.horizons,
            null=spec.null,
            match_on=source if spec.null == "matched" else None,
            delay=spec.delay,
            seed=seed,
        )
    except InputError as error:
        reason, left = str(error), [name for name in names if name not in invalid]
        return rows + [_not_computed(name, "outcome", why[name], reason) for name in left]
    return rows + [
        _row(study, name, spec.horizon, name, "outcome", why[name], true) for name in study.outcomes
    ]


def _row(
    study: EventStudy, outcome: str, horizon: int, name: str, kind: str, why: str, true: EventSet
) -> dict[str, Any]:
    cell = study.table.loc[[(outcome, horizon)]].iloc[0]
    if not cell["n_events"]:
        reason = f"no event has a complete window of {horizon} days"
        return _not_computed(name, kind, why, reason)
    wanted = ["estimate", "null_mean", "excess", "low", "high", "level", "p_value", "p_adjusted"]
    wanted += ["n_effective", "minimum_detectable_effect"]
    # The detectable effect is a fixed number of standard deviations of the statistic.
    spread = float(cell["minimum_detectable_effect"]) / minimum_detectable_effect(1.0, 1, 1.0)
    complete = study.events.dates[study.car(outcome, horizon).notna().to_numpy()]
    used = EventSet(complete, rule=study.events.rule)
    shared = len(used) if kind == "claim" else int(sharing(used, true, horizon).sum())
    return {
        "control": name,
        "kind": kind,
        "n_events": int(cell["n_events"]),
        "n_shared": shared,
        **{column: float(cell[column]) for column in wanted},
        "statistic": float(cell["excess"]) / spread,
        "window_spread": spread * float(np.sqrt(cell["n_effective"])),
        "why": why,
        "invalid": "",
    }


def _not_computed(name: str, kind: str, why: str, reason: str) -> dict[str, Any]:
    return {"control": name, "kind": kind, "n_events": 0, "why": why, "invalid": reason}


def _share_of_dates(claim: EventStudy, spec: StudySpec, direction: Alternative) -> float:
    """Return the one-sided p of the primary cell: the claim's own placebo dates."""
    null = claim.null_distribution(spec.primary, spec.horizon)
    observed = claim.table.loc[[(spec.primary, spec.horizon)]]["estimate"].to_numpy()
    test = randomisation_test(observed, null[:, None], alternative=direction)
    return float(test.p_value[0])
