"""Relative strength: one asset measured in another."""

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.aliases import FloatArray
from altrotation.kernels import rolling
from altrotation.validate import daily_series, positive, require_count, require_same_dates

__all__ = [
    "price_ratio",
    "ratio_to_mean",
    "relative_momentum",
    "relative_strength",
]


@guarded
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


@guarded
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
        ratio is missing in the window, and where the ratio did not move in it but for rounding.

    Raises
    ------
    InputError
        If the indexes differ, `window` < 3, or a price is not positive.
    """
    a, b = _pair(asset, base)
    require_count(window, 3, "window")
    ratio = np.log(a.to_numpy()) - np.log(b.to_numpy())
    return pd.Series(
        rolling.zscore(ratio, window, size=1.0), index=a.index, name="relative_strength"
    )


@guarded
def relative_momentum(asset: pd.Series, base: pd.Series, *, window: int = 60) -> pd.Series:
    """Return the log return of `asset` less that of `base` over `window` days.

    m(t) = log(A(t) / B(t)) - log(A(t - window) / B(t - window)): Levy's (1967, Journal of Finance
    22) relative strength as a difference. IWM in units of SPY is the usual reading of small
    against large companies.

    Parameters
    ----------
    asset, base : Series of shape (n_days,)
        Closing prices in one quote currency, on the same UTC index.
    window : int, default 60
        Rows between the two ends: days on the 24/7 clock, sessions on that of New York.

    Returns
    -------
    Series of shape (n_days,)
        Natural-log units; NaN for the first `window` rows and where one of the four prices is
        missing. Gaps are not bridged: read equities on their sessions, ``panel.on("XNYS")``.

    Raises
    ------
    InputError
        If the indexes differ, a price is not positive, or `window` < 1.

    Notes
    -----
    The far end enters with full weight: a spike `window` days ago moves it today.
    """
    a, b = _pair(asset, base)
    require_count(window, 1, "window")
    ratio = _log_ratio(a, b)
    out = np.full(ratio.shape, np.nan)
    out[window:] = ratio[window:] - ratio[:-window]
    return pd.Series(out, index=a.index, name="relative_momentum")


@guarded
def ratio_to_mean(asset: pd.Series, base: pd.Series, *, window: int = 200) -> pd.Series:
    """Return the log distance of the price ratio to its own trailing mean.

    x(t) = log(R(t) / mean(R over the last `window` rows)), R = A / B: positive above the moving
    average. 200 days is the customary long mean (Brock, Lakonishok & LeBaron 1992, Journal of
    Finance 47).

    Parameters
    ----------
    asset, base : Series of shape (n_days,)
        Closing prices in one quote currency, on the same UTC index.
    window : int, default 200
        Rows in the mean, up to and including the day itself.

    Returns
    -------
    Series of shape (n_days,)
        Natural-log units; NaN for the first window - 1 rows and while a ratio is missing in the
        window: read equities on their sessions, ``panel.on("XNYS")``.

    Raises
    ------
    InputError
        If the indexes differ, a price is not positive, or `window` < 2.

    Notes
    -----
    Late by about half the window at a turn; crosses often when the ratio goes sideways.
    """
    a, b = _pair(asset, base)
    require_count(window, 2, "window")
    ratio = a.to_numpy() / b.to_numpy()
    out = np.log(ratio / rolling.mean(ratio, window))
    return pd.Series(out, index=a.index, name="ratio_to_mean")


def _log_ratio(a: pd.Series, b: pd.Series) -> FloatArray:
    return np.asarray(np.log(a.to_numpy()) - np.log(b.to_numpy()), dtype=np.float64)


def _pair(asset: pd.Series, base: pd.Series) -> tuple[pd.Series, pd.Series]:
    a, b = daily_series(asset, "asset"), daily_series(base, "base")
    require_same_dates(a, b, "`asset` and `base`")
    return positive(a, "asset"), positive(b, "base")
