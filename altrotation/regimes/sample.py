"""Outcome and regressors on common days, without rows that miss a value."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from altrotation.aliases import FloatArray
from altrotation.errors import InputError
from altrotation.validate import daily_frame, daily_series, require_same_dates
from altrotation.variation import dependence, varies

__all__ = ["Sample", "collinear", "complete_rows", "regression_sample"]

CONSTANT = "constant"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Sample:
    """The rows a break test works on.

    Parameters
    ----------
    y : array of shape (n,)
    x : array of shape (n, k)
        Regressors, the constant first.
    names : tuple of str
        Names of the k regressors.
    dates : DatetimeIndex of shape (n,)
    dropped : int
        Rows left out because a value was missing.
    """

    y: FloatArray
    x: FloatArray
    names: tuple[str, ...]
    dates: pd.DatetimeIndex
    dropped: int


def regression_sample(
    outcome: pd.Series, regressors: pd.DataFrame | pd.Series | None, *, least: int
) -> Sample:
    """Return the complete rows of `outcome` and `regressors`, with a constant in front.

    Parameters
    ----------
    outcome : Series of shape (n_days,)
    regressors : DataFrame of shape (n_days, k - 1), Series, or None
        None: the constant alone, so that a break is a break of the mean.
    least : int
        Complete rows needed.

    Returns
    -------
    Sample

    Raises
    ------
    InputError
        If dates differ.
    InputError
        If fewer than `least` rows are complete.
    InputError
        If the outcome does not vary.
    InputError
        If the regressors are collinear.
    """
    y = daily_series(outcome, "outcome")
    if regressors is None:
        x = pd.DataFrame(index=y.index)
    elif isinstance(regressors, pd.Series):
        x = daily_series(regressors, "regressors").to_frame(str(regressors.name or "x"))
    else:
        x = daily_frame(regressors, "regressors")
    require_same_dates(y, x, "`outcome` and `regressors`")
    complete = (y.notna() & x.notna().all(axis=1)).to_numpy()
    kept = int(complete.sum())
    if kept < least:
        raise InputError(
            f"At least {least} complete rows are needed, got {kept} of {len(y)}; take a longer "
            "sample or a smaller trimming."
        )
    values = y.to_numpy()[complete]
    if not varies(values):
        raise InputError(
            f"`outcome` is constant ({values[0]:g}) on all {kept} complete rows: nothing can break."
        )
    design = np.column_stack([np.ones(kept), x.to_numpy()[complete]])
    names = (CONSTANT, *(str(name) for name in x.columns))
    which = collinear(design, names)
    if which:
        raise InputError(f"`regressors` are collinear, or one is constant; drop it ({which}).")
    return Sample(
        y=np.ascontiguousarray(values),
        x=np.ascontiguousarray(design),
        names=names,
        dates=pd.DatetimeIndex(y.index[complete]),
        dropped=len(y) - kept,
    )


def collinear(design: FloatArray, names: tuple[str, ...]) -> str:
    """Return the columns that determine one another, in words; empty if none do.

    Parameters
    ----------
    design : array of shape (n, k)
        The constant first.
    names : tuple of str
        Of the k columns.

    Returns
    -------
    str
    """
    found = dependence(design[:, 1:])
    if found is None:
        return ""
    column, parts = found
    return " and ".join(names[1 + place] for place in (*parts, column))


def complete_rows(series: pd.Series, least: int) -> tuple[FloatArray, pd.DatetimeIndex]:
    """Return the values that are not missing and their days.

    Parameters
    ----------
    series : Series of shape (n_days,)
        NaN is left out.
    least : int
        Rows that must remain.

    Returns
    -------
    values : array of shape (n,)
    dates : DatetimeIndex of shape (n,)

    Raises
    ------
    InputError
        If fewer than `least` rows are complete.
    InputError
        If the series is constant.
    """
    held = daily_series(series, "series").dropna()
    if len(held) < least:
        raise InputError(
            f"`series` must have at least {least} complete rows, got {len(held)}; take more."
        )
    values = np.ascontiguousarray(held.to_numpy())
    if not varies(values):
        raise InputError(f"`series` is constant ({values[0]:g}): it has no regimes.")
    return values, pd.DatetimeIndex(held.index)
