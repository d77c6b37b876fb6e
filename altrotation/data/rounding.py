"""Rounding to significant digits: the same doubles on every machine."""

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.errors import InputError
from altrotation.validate import require_between, require_count

__all__ = ["round_significant"]


@guarded
def round_significant(frame: pd.DataFrame, *, digits: int = 8) -> pd.DataFrame:
    """Return `frame` with every value rounded to `digits` significant decimal digits.

    Rounding goes through the decimal text of each number, so that the result is the same double
    on every machine. NaN stays NaN.

    Parameters
    ----------
    frame : DataFrame of shape (n_rows, n_columns)
    digits : int, default 8
        Far more than any source is exact to, and it hides the last bits in which two machines'
        sums differ.

    Returns
    -------
    DataFrame of shape (n_rows, n_columns)
        In the units of `frame`, float64.

    Raises
    ------
    InputError
        If `frame` is no DataFrame.
    InputError
        If `digits` is no whole number, or does not lie between 1 and 17.
    """
    if not isinstance(frame, pd.DataFrame):
        raise InputError(f"`frame` must be a pandas DataFrame, got {type(frame).__name__}.")
    require_count(digits, -1, "digits")
    require_between(digits, 0, 18, "digits")
    pattern = f".{digits - 1}e"
    values = frame.to_numpy(dtype="float64")
    rounded = [float(format(value, pattern)) for value in values.ravel().tolist()]
    return pd.DataFrame(
        np.array(rounded).reshape(values.shape), index=frame.index, columns=frame.columns
    )
