"""A test for changed responses at a date not given that holds under overlap: rotated residuals."""

import math

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.aliases import FloatArray
from altrotation.inference.ties import tail_share
from altrotation.kernels.slopes import split_slopes_wald
from altrotation.regimes.break_test import (
    BreakTest,
    break_test,
    refuse_exact_fit,
    require_full_rank,
)
from altrotation.regimes.sample import regression_sample
from altrotation.validate import require_between, require_count

__all__ = ["rotated_sup_wald"]

_AT_ONCE = 16  # shifts whose statistics are in memory together


@guarded
def rotated_sup_wald(
    outcome: pd.Series,
    regressors: pd.DataFrame | pd.Series,
    *,
    trim: float = 0.15,
    overlap: int = 1,
    most: int = 499,
) -> BreakTest:
    """Test whether responses changed at an unknown date, where outcomes overlap or errors persist.

    The statistic is the largest Wald statistic of different slopes over all splits, the intercept
    free on either side, robust to a variance that moves with the regressors (White 1980). Its law
    comes from the sample: the residuals of one fit to all rows are shifted against the regressors,
    round the circle, and the statistic is computed again (residuals in place of outcomes as in
    Freedman & Lane 1983; it does not depend on slopes that all rows share). Both sides keep their
    own dependence, which `sup_f` must estimate and, under overlap, underestimates.

    Parameters
    ----------
    outcome : Series of shape (n_days,)
        Such as a return over the next days.
    regressors : DataFrame or Series of shape (n_days, k)
        A constant is added; its change is allowed for, not tested.
    trim : float, default 0.15
        Share of the sample without candidate dates at either end (Andrews 1993).
    overlap : int, default 1
        Rows that neighbouring outcomes share; smaller shifts, either way, are left out.
    most : int, default 499
        Shifts, evenly spaced if there are more.

    Returns
    -------
    BreakTest
        Rows with a missing value are left out and counted; those that remain are taken as one
        after another. Approximate, for residuals stand for errors; both sides must be stationary
        and the seam of the circle harmless (sizes of .045 to .07 at 5 %, docs/methods/regimes.md).

    Raises
    ------
    InputError
        If `trim` does not lie between 0 and 0.5.
    InputError
        If `overlap` < 1.
    InputError
        If `most` < 19.
    InputError
        If dates differ.
    InputError
        If too few rows are complete for the trimming or for the shifts.
    InputError
        If the outcome is constant.
    InputError
        If the regressors are collinear, in the whole sample or in the rows before the first or
        after the last candidate.
    InputError
        If the regressors fit the outcome exactly.
    """
    require_between(trim, 0.0, 0.5, "trim")
    require_count(overlap, 1, "overlap")
    require_count(most, 19, "most")
    width = 1 if isinstance(regressors, pd.Series) else regressors.shape[1]
    least = max(math.ceil((width + 3) / trim), 2 * overlap + 18)
    sample = regression_sample(outcome, regressors, least=least)
    n = len(sample.y)
    first, last = math.floor(trim * n), math.floor((1 - trim) * n)
    residual = sample.y - sample.x @ np.linalg.lstsq(sample.x, sample.y)[0]
    refuse_exact_fit(residual, sample)
    require_full_rank(sample, first, last)
    slopes = sample.x[:, 1:]
    path = split_slopes_wald(residual[:, None], slopes, first, last)[:, 0]
    shifts = _spaced(overlap, n - overlap, most)
    null = _largest_at(residual, slopes, shifts, first, last)
    largest = float(path.max())
    return break_test(
        "sup-Wald, rotated",
        sample,
        largest,
        float(tail_share(largest, null)),
        1 / (len(shifts) + 1),
        pd.Series(path, index=sample.dates[first - 1 : last], name="Wald"),
        trim,
        f"{trim:.0%} trimming, residuals at {len(shifts)} shifts",
        tested=sample.names[1:],
    )


def _spaced(first: int, last: int, most: int) -> list[int]:
    """Return at most `most` shifts from `first` to `last`, evenly spaced."""
    count = min(most, last - first + 1)
    return [round(shift) for shift in np.linspace(first, last, count)]


def _largest_at(
    residual: FloatArray, slopes: FloatArray, shifts: list[int], first: int, last: int
) -> FloatArray:
    """Return the largest statistic with the residuals shifted by each of `shifts`."""
    largest = []
    for begin in range(0, len(shifts), _AT_ONCE):
        moved = np.column_stack([np.roll(residual, s) for s in shifts[begin : begin + _AT_ONCE]])
        largest.append(split_slopes_wald(moved, slopes, first, last).max(axis=0))
    return np.concatenate(largest)
