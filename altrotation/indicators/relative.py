"""Relative strength: one asset measured in another."""

import numpy as np
import pandas as pd

from altrotation.kernels import rolling
from altrotation.validate import daily_series, positive, require_at_least, require_same_dates

__all__ = ["price_ratio", "relative_strength"]


def price_ratio(asset: pd.Series, base: pd.Series) -> pd.Series:
    """Return the price of `asset` in units of `base`, for example ether in bitcoin.

    Parameters
    ----------
    asset, base : Series of shape (n_days,)
        Closing prices in one quote currency, on the same UTC index.

    Returns
    -------
    Series of shape (n_days,)
        Units of `base` a unit of `asset`; NaN where either is missing. No warm-up.

    Raises
    ------
    InputError
        If the indexes differ or a price is not positive.
    """
    a, b = _pair(asset, base)
    return (a / b).rename("price_ratio")


def relative_strength(asset: pd.Series, base: pd.Series, *, window: int = 90) -> pd.Series:
    """Return the z-score of the log price ratio of `asset` to `base`.

    Parameters
    ----------
    asset, base : Series of shape (n_days,)
        Closing prices in one quote currency, on the same UTC index.
    window : int, default 90
        Trailing days in the mean and the sample standard deviation (ddof=1), up to and including
        the day itself.

    Returns
    -------
    Series of shape (n_days,)
        Standard deviations above the trailing mean; NaN for the first window - 1 days, while a
        ratio is missing in the window, and where the ratio did not move in it.

    Raises
    ------
    InputError
        If the indexes differ, `window` < 3, or a price is not positive.
    """
    a, b = _pair(asset, base)
    require_at_least(window, 3, "window")
    ratio = np.log(a.to_numpy()) - np.log(b.to_numpy())
    return pd.Series(rolling.zscore(ratio, window), index=a.index, name="relative_strength")


def _pair(asset: pd.Series, base: pd.Series) -> tuple[pd.Series, pd.Series]:
    a, b = daily_series(asset, "asset"), daily_series(base, "base")
    require_same_dates(a, b, "`asset` and `base`")
    return positive(a, "asset"), positive(b, "base")
