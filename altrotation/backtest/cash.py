"""The cash account of a replay: Treasury bills."""

import numpy as np
import pandas as pd

from altrotation.aliases import FloatArray
from altrotation.data.panel import Panel

__all__ = ["CASH_YIELD", "cash_account"]

CASH_YIELD = "DGS3MO"


def cash_account(
    panel: Panel, dates: pd.DatetimeIndex, first: int
) -> tuple[FloatArray, str | None]:
    """Return what one USD put into Treasury bills at row `first` is worth, and a remark if any.

    A day t earns the yield known at label t - 1, over 365: money-market convention rounded to
    simple interest a day. Where no yield was known for ten days it earns nothing.

    Parameters
    ----------
    panel : Panel
    dates : DatetimeIndex of shape (n,)
        Consecutive UTC days.
    first : int
        Row at which the account holds one USD.

    Returns
    -------
    account : array of shape (n,)
        USD.
    remark : str or None
    """
    if CASH_YIELD not in panel.names:
        return np.ones(len(dates)), f"The panel has no {CASH_YIELD}: cash earns nothing."
    known = panel.known(CASH_YIELD).ffill(limit=10).reindex(dates)
    rate = known.to_numpy() / 100.0 / 365.0
    missing = int(np.isnan(rate[first:]).sum())
    growth = np.concatenate([[1.0], 1.0 + np.where(np.isnan(rate), 0.0, rate)[:-1]])
    level = np.cumprod(growth)
    remark = f"No Treasury yield known on {missing} days: cash earns nothing." if missing else None
    return level / level[first], remark
