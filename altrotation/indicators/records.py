"""Records: how far below the highest close a series is, and for how long."""

from typing import Literal

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.kernels import breakout
from altrotation.validate import daily_series, positive, require_choice, require_count
from altrotation.variation import above

__all__ = ["days_since_record", "distance_from_record"]


@guarded
def distance_from_record(close: pd.Series, *, window: int | None = None) -> pd.Series:
    """Return the log distance of each close to the highest up to and including it.

    d(t) = log P(t) - log max(P(s), s <= t), the drawdown in logs; with a window the maximum is over
    the last `window` closes (for 252 sessions the nearness to the 52-week high of George & Hwang
    2004, Journal of Finance 59, in logs).

    Parameters
    ----------
    close : Series of shape (n_days,)
        Closing prices or index levels. Days without a close (NaN) are passed over.
    window : int, optional
        Closes in the maximum, that of the day included; by default all.

    Returns
    -------
    Series of shape (n_days,)
        Natural-log units, 0 on a record and negative below it; NaN on days without a close and,
        with a window, on the first window - 1 closes. Without one there is no warm-up.

    Raises
    ------
    InputError
        If `close` is no daily series of positive numbers, or `window` < 2.

    Notes
    -----
    A record is relative to the first close on file: on a short history it is shallow. One bad
    close too high puts everything after it below a record that never was.
    """
    prices = positive(daily_series(close, "close"), "close").dropna()
    values = prices.to_numpy()
    if window is None:
        highest = np.maximum.accumulate(values)
    else:
        require_count(window, 2, "window")
        highest = breakout.rolling_max(values, window)
    distance = pd.Series(np.log(values / highest), index=prices.index, name="distance_from_record")
    return distance.reindex(close.index)


@guarded
def days_since_record(close: pd.Series, *, unit: Literal["days", "closes"] = "days") -> pd.Series:
    """Return how long ago the highest close up to and including each day was first reached.

    Parameters
    ----------
    close : Series of shape (n_days,)
        Closing prices or index levels. Days without a close (NaN) are passed over.
    unit : {"days", "closes"}, default "days"
        Calendar days, or closes: sessions of an index. A close equal to the record does not renew
        it.

    Returns
    -------
    Series of shape (n_days,)
        0 on a record; NaN on days without a close. No warm-up.

    Raises
    ------
    InputError
        If `close` is no daily series of positive numbers, or `unit` is unknown.

    Notes
    -----
    It counts from the first close on file at most, so it is a lower bound until the record of the
    time before the data has been beaten.
    """
    require_choice(unit, ("days", "closes"), "unit")
    prices = positive(daily_series(close, "close"), "close").dropna()
    values = prices.to_numpy()
    rows = np.arange(len(values))
    fresh = np.ones(len(values), dtype=np.bool_)
    fresh[1:] = above(values[1:], np.maximum.accumulate(values)[:-1])
    last = np.maximum.accumulate(np.where(fresh, rows, 0))
    if unit == "closes":
        since = (rows - last).astype(np.float64)
    else:
        dates = prices.index.to_numpy().astype("datetime64[D]")
        since = (dates - dates[last]).astype(np.float64)
    return pd.Series(since, index=prices.index, name="days_since_record").reindex(close.index)
