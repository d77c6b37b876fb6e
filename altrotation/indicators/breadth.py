"""Breadth: the share of a market's members that take part in a move."""

import numpy as np
import pandas as pd

from altrotation.aliases import BoolArray
from altrotation.indicators.members import membership, positive_frame
from altrotation.kernels import rolling
from altrotation.validate import daily_series, positive, require_at_least, require_same_dates

__all__ = ["share_above_mean", "share_beating"]


def share_beating(
    closes: pd.DataFrame,
    base: pd.Series,
    *,
    members: pd.DataFrame | None = None,
    window: int = 90,
    least: int = 10,
) -> pd.Series:
    """Return the percentage of members whose return over `window` days exceeds that of `base`.

    A member counts at day t when it has a close on t and on t - window; it beats the base when
    P(t) / P(t - window) > B(t) / B(t - window). With the 50 largest coins, BTC and 90 days this is
    the common public definition of an altcoin season index, where 75 marks an alt season.

    Parameters
    ----------
    closes : DataFrame of shape (n_days, n_members)
        Prices in one quote currency, one row every day.
    base : Series of shape (n_days,)
        The asset to beat, in the same currency, on the same dates.
    members : DataFrame of bool, shape (n_days, n_members), optional
        Who belongs at each day, known at that day; by default everybody with a price. Membership
        at t only is asked for, so a member that rose into the group counts with its rise: the
        index describes the group of today, it is not the return of a portfolio.
    window : int, default 90
        Days of the return; the warm-up.
    least : int, default 10
        Members that must be measurable, or the day is NaN.

    Returns
    -------
    Series of shape (n_days,)
        Percent; NaN for the first `window` days, where `base` is missing at either end, and where
        fewer than `least` members have both closes. A missing close is not filled.

    Raises
    ------
    InputError
        If dates or columns differ, a price is not positive, or `window` or `least` is below 1.
    """
    prices, reference = positive_frame(closes, "closes"), daily_series(base, "base")
    require_same_dates(prices, reference, "`closes` and `base`")
    require_at_least(window, 1, "window")
    require_at_least(least, 1, "least")
    belongs = membership(members, prices)
    relative = np.log(prices.to_numpy()) - np.log(positive(reference, "base").to_numpy())[:, None]
    gain = np.full(relative.shape, np.nan)
    gain[window:] = relative[window:] - relative[:-window]
    return _percentage(gain > 0, belongs & ~np.isnan(gain), least, prices.index, "share_beating")


def share_above_mean(
    closes: pd.DataFrame,
    *,
    members: pd.DataFrame | None = None,
    window: int = 50,
    least: int = 10,
    gaps: int = 0,
) -> pd.Series:
    """Return the percentage of members that close above their own trailing mean.

    Parameters
    ----------
    closes : DataFrame of shape (n_days, n_members)
        Prices, on every day (coins) or every session (equities).
    members : DataFrame of bool, shape (n_days, n_members), optional
        Who belongs at each day, known at that day; by default everybody with a mean.
    window : int, default 50
        Rows in the mean, up to and including t.
    least : int, default 10
        Members that must be measurable, or the row is NaN.
    gaps : int, default 0
        Closes that may be missing in a member's window; the mean is over those present.

    Returns
    -------
    Series of shape (n_days,)
        Percent; NaN for the first window - 1 rows and below `least` measurable members. A member
        is measurable when it has a close at t and at most `gaps` missing in the window.

    Raises
    ------
    InputError
        If columns differ, a price is not positive, `window` < 2, `least` < 1 or `gaps` < 0.
    """
    prices = positive_frame(closes, "closes")
    require_at_least(window, 2, "window")
    require_at_least(least, 1, "least")
    require_at_least(gaps, 0, "gaps")
    belongs = membership(members, prices)
    values = prices.to_numpy()
    centre = rolling.mean(values, window, least=max(window - gaps, 1))
    known = belongs & ~np.isnan(centre) & ~np.isnan(values)
    return _percentage(values > centre, known, least, prices.index, "share_above_mean")


def _percentage(
    hits: BoolArray, known: BoolArray, least: int, index: pd.Index, name: str
) -> pd.Series:
    held = known.sum(axis=1).astype(np.float64)
    held[held < least] = np.nan
    return pd.Series(100.0 * (hits & known).sum(axis=1) / held, index=index, name=name)
