"""Checks shared by indicators of a group: its prices, and who belongs to it on each day."""

import numpy as np
import pandas as pd

from altrotation.aliases import BoolArray
from altrotation.errors import InputError
from altrotation.validate import daily_frame, require_same_dates

__all__ = ["membership", "positive_frame"]


def membership(members: pd.DataFrame | None, frame: pd.DataFrame) -> BoolArray:
    """Return who belongs as an array of the shape of `frame`; everybody if `members` is None.

    Parameters
    ----------
    members : DataFrame of bool of shape (n_days, n_columns), optional
    frame : DataFrame of shape (n_days, n_columns)
        Only its labels count.

    Returns
    -------
    array of bool of shape (n_days, n_columns)

    Raises
    ------
    InputError
        If `members` has other dates or columns than `frame`.
    InputError
        If `members` holds anything but booleans.
    """
    if members is None:
        return np.ones(frame.shape, dtype=np.bool_)
    require_same_dates(members, frame, "`members` and the values")
    if not members.columns.equals(frame.columns):
        raise InputError(
            f"`members` and the values must share their columns, got {members.shape[1]} and "
            f"{frame.shape[1]} that differ; use .reindex(columns=...)."
        )
    if not bool((members.dtypes == np.bool_).all()):
        raise InputError("`members` must hold booleans; use .fillna(False).astype(bool).")
    return members.to_numpy(dtype=np.bool_)


def positive_frame(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return `frame` as float64 if it lies on UTC days and every value present is positive.

    Parameters
    ----------
    frame : DataFrame of shape (n_days, n_columns)
        NaN where missing.
    name : str
        What messages call it.

    Returns
    -------
    DataFrame of shape (n_days, n_columns)

    Raises
    ------
    InputError
        If `frame` does not hold finite numbers on sorted UTC days.
    InputError
        If a value is zero or negative.
    """
    values = daily_frame(frame, name)
    bad = values.to_numpy() <= 0
    if bad.any():
        row, column = np.argwhere(bad)[0]
        raise InputError(
            f"`{name}` must be positive, got {values.iloc[row, column]:g} in "
            f"{values.columns[column]!r} on {values.index[row]:%Y-%m-%d}; "
            "use NaN for a missing price."
        )
    return values
