"""Fragility: how hard a market falls when its leader falls."""

import numpy as np
import pandas as pd

from altrotation.indicators.members import membership, positive_frame
from altrotation.kernels import rolling
from altrotation.validate import (
    daily_frame,
    daily_series,
    positive,
    require_at_least,
    require_same_dates,
)

__all__ = ["downside_beta", "members_median"]


def downside_beta(
    closes: pd.DataFrame, base: pd.Series, *, window: int = 90, least: int = 20
) -> pd.DataFrame:
    """Return each asset's trailing beta to `base` over the days on which `base` fell.

    beta = cov(r_i, r_b | r_b < 0) / var(r_b | r_b < 0) on daily log returns: the downside beta of
    Ang, Chen & Xing (2006, Review of Financial Studies 19, eq. 10) with zero in place of the mean
    return of the base as the cut-off.

    Parameters
    ----------
    closes : DataFrame of shape (n_days, n_assets)
        Prices in one quote currency, one row every day.
    base : Series of shape (n_days,)
        The leader's price, in the same currency, on the same dates.
    window : int, default 90
        Calendar days looked back, up to and including t.
    least : int, default 20
        Days with a fall of the base and a return of the asset that the window must hold.

    Returns
    -------
    DataFrame of shape (n_days, n_assets)
        Betas, a pure number; NaN for the first `window` days and below `least` days. A return
        needs a close on both days: gaps are not bridged.

    Raises
    ------
    InputError
        If dates differ, a price is not positive, `window` < 3 or `least` < 3.
    """
    prices, leader = positive_frame(closes, "closes"), daily_series(base, "base")
    require_same_dates(prices, leader, "`closes` and `base`")
    require_at_least(window, 3, "window")
    require_at_least(least, 3, "least")
    returns = _log_returns(prices.to_numpy())
    reference = _log_returns(positive(leader, "base").to_numpy())
    falls = np.where(reference < 0, reference, np.nan)
    slopes = rolling.beta(returns, falls, window, least=least)
    slopes[:window] = np.nan  # the first row has no return, so row window - 1 is one day short
    return pd.DataFrame(slopes, index=prices.index, columns=prices.columns)


def members_median(
    values: pd.DataFrame, *, members: pd.DataFrame | None = None, least: int = 3
) -> pd.Series:
    """Return the cross-sectional median of a measure over the members of each day.

    Parameters
    ----------
    values : DataFrame of shape (n_days, n_members)
        A measure of each member, in any unit.
    members : DataFrame of bool, shape (n_days, n_members), optional
        Who belongs at each day, known at that day; by default everybody.
    least : int, default 3
        Members with a value that a day must have, or it is NaN.

    Returns
    -------
    Series of shape (n_days,)
        In the unit of `values`.

    Raises
    ------
    InputError
        If dates or columns differ, or `least` < 1.
    """
    measured = daily_frame(values, "values")
    require_at_least(least, 1, "least")
    shown = measured.where(membership(members, measured))
    median = shown.median(axis=1).where(shown.notna().sum(axis=1) >= least)
    return median.rename("members_median")


def _log_returns(prices: np.ndarray) -> np.ndarray:
    out = np.full(prices.shape, np.nan)
    out[1:] = np.diff(np.log(prices), axis=0)
    return out
