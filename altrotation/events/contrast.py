"""The difference between what followed one set of events and what followed another."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.aliases import Alternative, BoolArray, FloatArray, IntArray, Seed
from altrotation.errors import InputError
from altrotation.events.contrast_results import EventContrast, contrast_table
from altrotation.events.eventset import EventSet
from altrotation.events.noise import weighted_outcome_noise
from altrotation.events.returns import AbnormalReturns, Model, abnormal_returns
from altrotation.events.sample import Estimation, Sample, study_sample
from altrotation.inference.permutation import ALTERNATIVES, randomisation_test
from altrotation.inference.results import RunInfo
from altrotation.kernels.events import admissible_shifts, gathered_means, shifted_rows
from altrotation.printing import row_word
from altrotation.rng import generator
from altrotation.validate import require_between, require_choice, require_count

__all__ = ["contrast"]


@guarded
def contrast(
    outcome: pd.Series | pd.DataFrame,
    first: EventSet,
    second: EventSet,
    *,
    horizons: Sequence[int] | int = (20, 60, 90, 120),
    model: Model = "difference",
    benchmark: pd.Series | pd.DataFrame | None = None,
    estimation: Estimation = 250,
    replicates: int = 4_999,
    alternative: Alternative = "two-sided",
    delay: int = 1,
    level: float = 0.95,
    seed: Seed = 0,
) -> EventContrast:
    """Estimate how much more followed the first events than the second.

    That one set differs from its placebos and the other does not is no evidence that the two
    differ from each other (Gelman & Stern 2006): the difference needs a test of its own. Both sets
    are shifted together through every offset of the sample, so that gaps within and between them
    stay as they are and a drift of the outcome cancels.

    Parameters
    ----------
    outcome : Series or DataFrame of shape (n_days,) or (n_days, m)
        Positive prices or ratio indexes, one column an outcome; NaN where missing.
    first, second : EventSet
        Dates known within their day. An event whose window is incomplete is dropped from that
        outcome and horizon. A date in both sets enters both means.
    horizons, model, benchmark, estimation, replicates, delay, level, seed
        As in `event_study`.
    alternative : {"two-sided", "greater", "less"}, default "two-sided"
        Of the first less the second; two-sided extremeness is the distance from the mean under the
        null.

    Returns
    -------
    EventContrast
        p-values count shifts at least as extreme: (1 + count) / (B + 1); the adjusted ones are
        step-down max-T over all outcomes and horizons under the same shifts.

    Raises
    ------
    InputError
        If an input is unusable, as in `event_study`.
    InputError
        If both sets hold the same dates.
    InputError
        If at no outcome and horizon both sets have a complete window.
    InputError
        If no joint shift leaves both sets a window everywhere.
    InputError
        If the interval has fewer than 9 returns of an outcome to resample.

    Notes
    -----
    Where shifts keep a and b events instead of the k and l observed, the difference is multiplied
    by sqrt((1/k + 1/l) / (1/a + 1/b)). n_effective is k + l times the variance that k + l windows
    without overlap would give the difference, over that of the shifts, between 2 and k + l.
    """
    require_choice(alternative, ALTERNATIVES, "alternative")
    require_count(replicates, 1, "replicates")
    require_between(level, 0.0, 1.0, "level")
    one, two = (
        study_sample(
            outcome,
            events,
            horizons=horizons,
            model=model,
            benchmark=benchmark,
            estimation=estimation,
            delay=delay,
        )
        for events in (first, second)
    )
    if first.dates.equals(second.dates):
        raise InputError(
            f"`first` and `second` hold the same {len(first)} dates; nothing can differ."
        )
    base = int(seed.integers(2**31)) if isinstance(seed, np.random.Generator) else int(seed)
    returns = abnormal_returns(
        one.levels,
        one.factors,
        model=model,
        estimation=int(one.estimation.max()),
        lengths=one.estimation,
    )
    windows = returns.windows(delay, one.horizons)
    cells = windows.reshape(len(windows), -1)
    complete = np.isfinite(cells)
    live: BoolArray = np.asarray(complete[one.rows].any(axis=0) & complete[two.rows].any(axis=0))
    if not live.any():
        raise InputError(
            "At no outcome and horizon do both sets have a complete window; use shorter "
            "`horizons` or outcomes that cover both sets."
        )
    shifts = np.intersect1d(
        admissible_shifts(one.rows, complete[:, live]),
        admissible_shifts(two.rows, complete[:, live]),
    )
    if not len(shifts):
        raise InputError(
            "No joint shift leaves both sets a complete window at every outcome and horizon; use "
            "shorter `horizons` or fewer outcomes."
        )
    means, counts, null, single = _differences(cells, one.rows, two.rows, shifts, live)
    test = randomisation_test(
        means[0, live] - means[1, live], null[:, live], alternative=alternative
    )
    errors = _errors(returns, one, two, complete, live, delay, replicates, base)
    unit, names = row_word(one.dates), [str(horizon) for horizon in one.horizons]
    whole = np.isfinite(windows)
    hashed = [outcome, *(events.dates.to_numpy().astype(np.int64) for events in (first, second))]
    return EventContrast(
        first=first,
        second=second,
        outcomes=one.outcomes,
        horizons=tuple(int(horizon) for horizon in one.horizons),
        alternative=alternative,
        table=contrast_table(one, means, counts, single, test, errors, live, level),
        null_contrasts=null.reshape(-1, *windows.shape[1:]),
        unit=unit,
        remarks=tuple(
            remark for each in (one, two) for remark in each.remarks(whole[each.rows], names, unit)
        ),
        run=RunInfo.capture(seed, *hashed, *([] if benchmark is None else [benchmark])),
    )


def _differences(
    cells: FloatArray, one: IntArray, two: IntArray, shifts: IntArray, live: BoolArray
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return means and counts of both sets (2, c), differences by shift (B, c), one window's sd."""
    centre = np.zeros(cells.shape[1])
    single = np.full(cells.shape[1], np.nan)
    for cell in np.flatnonzero(live):
        held = cells[np.isfinite(cells[:, cell]), cell]
        centre[cell], single[cell] = held.mean(), held.std()
    found = []
    for rows in (one, two):
        member = np.ones((len(rows), cells.shape[1]), dtype=np.bool_)
        placed = shifted_rows(rows, np.concatenate([[0], shifts]), len(cells))
        found.append(gathered_means(cells, centre, placed, member))
    (means_one, kept_one, _), (means_two, kept_two, _) = found
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = 1.0 / kept_one + 1.0 / kept_two
        null = (means_one - means_two)[1:] * np.sqrt(weight[0] / weight[1:])
    means, counts = np.stack([means_one[0], means_two[0]]), np.stack([kept_one[0], kept_two[0]])
    return means, counts, np.where(live, null, np.nan), single


def _errors(
    returns: AbnormalReturns,
    one: Sample,
    two: Sample,
    complete: BoolArray,
    live: BoolArray,
    delay: int,
    replicates: int,
    base: int,
) -> FloatArray:
    """Return draws of the error of every difference: shape (replicates, c), NaN where not live."""
    errors = np.full((replicates, len(live)), np.nan)
    size = len(one.horizons)
    rows = np.concatenate([one.rows, two.rows])
    sets = np.repeat([0, 1], [len(one.rows), len(two.rows)])
    used = complete[rows] & live
    for place in range(len(one.outcomes)):
        mine = place * size + np.flatnonzero(live[place * size : (place + 1) * size])
        if not len(mine):
            continue
        weights = np.zeros((len(rows), len(mine)))
        for number, sign in ((0, 1.0), (1, -1.0)):
            members = used[:, mine] & (sets == number)[:, None]
            weights += np.where(members, sign / members.sum(axis=0), 0.0)
        errors[:, mine] = weighted_outcome_noise(
            returns.daily(place),
            rows,
            weights,
            sets,
            one.horizons[mine - place * size],
            delay=delay,
            estimation=int(returns.lengths[place]),
            replicates=replicates,
            seed=generator(base, 2),
        )
    return errors
