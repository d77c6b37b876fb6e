"""One family out of several event studies: p-values adjusted over all of them by joint shifts."""

from collections.abc import Sequence

import numpy as np

from altrotation.aliases import FloatArray, IntArray
from altrotation.errors import InputError
from altrotation.events.results import EventStudy
from altrotation.inference.permutation import randomisation_test

__all__ = ["adjusted_jointly"]


def adjusted_jointly(studies: Sequence[EventStudy]) -> tuple[FloatArray, ...]:
    """Return step-down max-T p-values over the cells of all studies together.

    One draw shifts the events of every study by the same number of rows, so the dependence between
    the studies is kept.

    Parameters
    ----------
    studies : sequence of EventStudy
        On one sample, under the rotation null.

    Returns
    -------
    tuple of arrays of shape (outcomes, horizons)
        One a study, in its order; NaN in cells without events.

    Raises
    ------
    InputError
        If a study has another null, the samples differ, or no shift is admissible in all.
    """
    if any(study.null != "rotation" for study in studies):
        raise InputError("Only studies under the rotation null can be shifted jointly.")
    if len({(study.sample, study.returns.levels.shape[0]) for study in studies}) != 1:
        raise InputError("Studies must share one sample to be shifted jointly.")
    offsets = [_offsets(study) for study in studies]
    common = offsets[0]
    for each in offsets[1:]:
        common = np.intersect1d(common, each)
    if not len(common):
        raise InputError("No shift is admissible in all studies; widen the sample.")
    observed, null = [], []
    for study, own in zip(studies, offsets, strict=True):
        order = np.argsort(own)
        rows = order[np.searchsorted(own[order], common)]
        judged = study.table.index.get_level_values("horizon").isin(study.horizons)
        observed.append(study.table.loc[judged, "estimate"].to_numpy(np.float64))
        null.append(study.null_means[rows].reshape(len(common), -1))
    values, draws = np.concatenate(observed), np.concatenate(null, axis=1)
    live = np.isfinite(values) & np.isfinite(draws).all(axis=0)
    adjusted = np.full(len(values), np.nan)
    adjusted[live] = randomisation_test(values[live], draws[:, live]).p_adjusted
    ends = np.cumsum([len(part) for part in observed])[:-1]
    parts = np.split(adjusted, ends)
    return tuple(
        part.reshape(len(study.outcomes), len(study.horizons))
        for part, study in zip(parts, studies, strict=True)
    )


def _offsets(study: EventStudy) -> IntArray:
    size = study.returns.levels.shape[0]
    offsets: IntArray = (study.placebo_rows[:, 0] - study.rows[0]) % size
    return offsets
