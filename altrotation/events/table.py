"""The table of an event study: one row an outcome and horizon, with all it takes to read it."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from altrotation.aliases import BoolArray, FloatArray, IntArray
from altrotation.events.noise import METHOD
from altrotation.events.sample import Sample
from altrotation.inference.bootstrap import basic_interval
from altrotation.inference.permutation import RandomisationTest
from altrotation.inference.power import minimum_detectable_effect, sign_flip_floor
from altrotation.variation import resolved

__all__ = ["study_table"]


def study_table(
    sample: Sample,
    used: BoolArray,
    observed: FloatArray,
    single: FloatArray,
    test: RandomisationTest,
    errors: FloatArray,
    level: float,
    *,
    lengths: IntArray,
    labels: Sequence[object],
) -> pd.DataFrame:
    """Return the table of an `EventStudy`: one row an (outcome, horizon) or (outcome, window).

    Parameters
    ----------
    sample : Sample
    used : array of shape (k, c)
        Which event enters which cell; cells run over horizons within outcomes.
    observed : array of shape (c,)
        Mean cumulative abnormal log return; NaN in cells without events.
    single : array of shape (c,)
        Variance of one placebo window.
    test : RandomisationTest
        Of the cells with events.
    errors : array of shape (replicates, c)
        Bootstrap draws of estimate minus truth.
    level : float
        Of the intervals.
    lengths : array of shape (h,)
        Rows of each horizon or window.
    labels : sequence of h values
        The second level of the index.

    Returns
    -------
    DataFrame
        Index (outcome, horizon); the columns that `EventStudy` describes. Estimates, limits and the
        detectable effect are in log points; NaN in cells without events.
    """
    live: BoolArray = np.asarray(used.any(axis=0))
    count = np.count_nonzero(used, axis=0)
    reaches = np.tile(lengths, len(sample.outcomes))
    clusters = np.array(
        [
            _clusters(sample.rows[use], int(reach))
            for use, reach in zip(used.T, reaches, strict=True)
        ]
    )
    limits = np.full((len(live), 2), np.nan)
    for cell in np.flatnonzero(live):
        held = basic_interval(float(observed[cell]), errors[:, cell], level=level, method=METHOD)
        limits[cell] = held.low, held.high
    spread, centre, raw, adjusted = (np.full(len(live), np.nan) for _ in range(4))
    spread[live], centre[live] = test.spread, test.centre
    raw[live], adjusted[live] = test.p_value, test.p_adjusted
    moves = resolved(spread, 1.0)  # log points
    with np.errstate(divide="ignore", invalid="ignore"):
        effective = np.where(moves, single / np.square(spread), 1.0)
    floor = [sign_flip_floor(int(k)) if k else np.nan for k in clusters]
    detectable = [
        minimum_detectable_effect(s, 1, 1.0) if moved else np.nan
        for s, moved in zip(spread, moves, strict=True)
    ]
    return pd.DataFrame(
        {
            "n_events": count,
            "n_dropped": len(sample.rows) - count,
            "n_clusters": clusters,
            "n_effective": np.where(live, np.clip(effective, 1.0, np.maximum(count, 1)), 0.0),
            "estimate": observed,
            "null_mean": centre,
            "excess": observed - centre,
            "low": limits[:, 0],
            "high": limits[:, 1],
            "level": level,
            "p_value": raw,
            "p_adjusted": adjusted,
            "p_attainable": np.where(live, test.p_attainable, np.nan),
            "sign_flip_floor": floor,
            "minimum_detectable_effect": detectable,
        },
        index=pd.MultiIndex.from_product(
            [sample.outcomes, labels],
            names=["outcome", "horizon"],
        ),
    )


def _clusters(rows: IntArray, horizon: int) -> int:
    """Return the number of groups of events whose windows share days."""
    return 1 + int(np.count_nonzero(np.diff(rows) >= horizon)) if len(rows) else 0
