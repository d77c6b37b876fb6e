"""Breadth: the share of a market's members that take part in a move."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.aliases import BoolArray, FloatArray
from altrotation.indicators.members import membership, positive_frame
from altrotation.kernels import breakout, rolling
from altrotation.validate import daily_series, positive, require_count, require_same_dates
from altrotation.variation import above

__all__ = [
    "advance_decline",
    "equity_breadth",
    "share_above_mean",
    "share_at_high",
    "share_beating",
]


@guarded
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
    P(t) / P(t - window) > B(t) / B(t - window) by more than rounding: a wrapped copy of the base
    does not beat it. With the 50 largest coins, BTC and 90 days this is
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
    require_count(window, 1, "window")
    require_count(least, 1, "least")
    belongs = membership(members, prices)
    relative = np.log(prices.to_numpy()) - np.log(positive(reference, "base").to_numpy())[:, None]
    gain = np.full(relative.shape, np.nan)
    gain[window:] = relative[window:] - relative[:-window]
    beats = above(gain, 0.0, size=1.0)
    return _percentage(beats, belongs & ~np.isnan(gain), least, prices.index, "share_beating")


@guarded
def share_above_mean(
    closes: pd.DataFrame,
    *,
    members: pd.DataFrame | None = None,
    window: int = 50,
    least: int = 10,
    gaps: int = 0,
) -> pd.Series:
    """Return the percentage of members that close above their own trailing mean.

    A frozen price equals its mean but for rounding, and is not above it.

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
    return _against(closes, members, window, least, gaps, rolling.mean, above).rename(
        "share_above_mean"
    )


@guarded
def share_at_high(
    closes: pd.DataFrame,
    *,
    members: pd.DataFrame | None = None,
    window: int = 90,
    least: int = 10,
    gaps: int = 0,
) -> pd.Series:
    """Return the percentage of members whose close is the highest of their last `window` closes.

    Parameters
    ----------
    closes : DataFrame of shape (n_days, n_members)
        Prices, on every day (coins) or every session (equities).
    members : DataFrame of bool, shape (n_days, n_members), optional
        Who belongs at each day, known at that day; by default everybody with a high.
    window : int, default 90
        Rows in the high, up to and including t; a close equal to it is at the high.
    least : int, default 10
        Members that must be measurable, or the row is NaN.
    gaps : int, default 0
        Closes that may be missing in a member's window.

    Returns
    -------
    Series of shape (n_days,)
        Percent; NaN for the first window - 1 rows and below `least` measurable members. A member
        is measurable when it has a close at t and at most `gaps` missing in the window.

    Raises
    ------
    InputError
        If columns differ, a price is not positive, `window` < 2, `least` < 1 or `gaps` < 0.

    Notes
    -----
    Highs come in bursts: most days are near 0, so compare with its own history rather than with
    50 %. A member whose price is frozen at its high stays there.
    """
    return _against(closes, members, window, least, gaps, breakout.rolling_max, _reaches).rename(
        "share_at_high"
    )


@guarded
def advance_decline(
    closes: pd.DataFrame, *, members: pd.DataFrame | None = None, least: int = 10
) -> pd.DataFrame:
    """Return how many members rose and fell on each day, their ratio, and the running line.

    A member advances at t when P(t) > P(t - 1), declines when P(t) < P(t - 1). The line is the
    running sum of advances less declines in percent of the members measured, so that a market
    whose number of members changes can be compared with itself (the classical line sums counts).

    Parameters
    ----------
    closes : DataFrame of shape (n_days, n_members)
        Prices, on every day (coins) or every session (equities).
    members : DataFrame of bool, shape (n_days, n_members), optional
        Who belongs at each day, known at that day; by default everybody with two closes.
    least : int, default 10
        Members that must be measurable, or the day is NaN.

    Returns
    -------
    DataFrame of shape (n_days, 4)
        `advancing`, `declining`: percent of the members measured, the rest did not move; `ratio`:
        advances to declines, NaN where none declined; `line`: percentage points summed since the
        first day measured. The first row is NaN, as is one with fewer than `least` members with
        both closes; such a day adds nothing to the line.

    Raises
    ------
    InputError
        If dates or columns differ, a price is not positive, or `least` < 1.

    Notes
    -----
    The level of the line means nothing, its changes do; it drifts down where most members lose
    against the few that make the index, as coins do. The ratio is skewed and has no mean.
    """
    prices = positive_frame(closes, "closes")
    require_count(least, 1, "least")
    belongs = membership(members, prices)
    values = prices.to_numpy()
    up, down, seen = (np.zeros(len(values)) for _ in range(3))
    known = belongs[1:] & ~np.isnan(values[1:]) & ~np.isnan(values[:-1])
    up[1:] = (known & above(values[1:], values[:-1])).sum(axis=1)
    down[1:] = (known & above(values[:-1], values[1:])).sum(axis=1)
    seen[1:] = known.sum(axis=1)
    seen[seen < least] = np.nan
    net = 100.0 * (up - down) / seen
    measured = ~np.isnan(net)
    return pd.DataFrame(
        {
            "advancing": 100.0 * up / seen,
            "declining": 100.0 * down / seen,
            "ratio": up / np.where(measured & (down > 0), down, np.nan),
            "line": np.where(measured, np.cumsum(np.where(measured, net, 0.0)), np.nan),
        },
        index=prices.index,
    )


@guarded
def equity_breadth(
    closes: pd.DataFrame,
    *,
    members: pd.DataFrame | None = None,
    means: Sequence[int] = (50, 200),
    high: int = 252,
    least: int = 10,
) -> pd.DataFrame:
    """Return the breadth of a stock market on its sessions: above means, at highs, advancing.

    Parameters
    ----------
    closes : DataFrame of shape (n_days, n_members)
        Closes of shares, sectors or industries. Days on which nobody has a close are no sessions:
        they are left out of every window, so the 24/7 clock will do.
    members : DataFrame of bool, shape (n_days, n_members), optional
        Who belongs at each day, known at that day; by default everybody.
    means : sequence of int, default (50, 200)
        Sessions of the means, the two customary lengths.
    high : int, default 252
        Sessions of the high: a year.
    least : int, default 10
        Members that must be measurable, or the day is NaN.

    Returns
    -------
    DataFrame of shape (n_days, len(means) + 2)
        `above50`, ... for each mean, `at_high` and `net_advances` (advancing less declining), all
        in percent of members; NaN on days without a session, during the warm-up of each column
        (`share_above_mean`, `share_at_high`, one session) and below `least` members.

    Raises
    ------
    InputError
        If dates or columns differ, a price is not positive, or a length is too short.

    Notes
    -----
    With today's members of an index the past looks broader than it was: those that were thrown
    out are missing. Eleven sectors stand in for five hundred shares in the reference panel.
    """
    prices = positive_frame(closes, "closes")
    belongs = pd.DataFrame(membership(members, prices), index=prices.index, columns=prices.columns)
    traded = prices.notna().any(axis=1)
    held, inside = prices[traded], belongs[traded]
    shares = {
        f"above{window}": share_above_mean(held, members=inside, window=window, least=least)
        for window in means
    }
    shares["at_high"] = share_at_high(held, members=inside, window=high, least=least)
    moved = advance_decline(held, members=inside, least=least)
    shares["net_advances"] = moved["advancing"] - moved["declining"]
    return pd.DataFrame(shares).reindex(prices.index)


def _against(
    closes: pd.DataFrame,
    members: pd.DataFrame | None,
    window: int,
    least: int,
    gaps: int,
    measure: Callable[..., FloatArray],
    beats: Callable[[FloatArray, FloatArray], BoolArray],
) -> pd.Series:
    """Return the percentage of members whose close beats a measure of their own last closes."""
    prices = positive_frame(closes, "closes")
    require_count(window, 2, "window")
    require_count(least, 1, "least")
    require_count(gaps, 0, "gaps")
    belongs = membership(members, prices)
    values = prices.to_numpy()
    mark = measure(values, window, least=max(window - gaps, 1))
    known = belongs & ~np.isnan(mark) & ~np.isnan(values)
    return _percentage(beats(values, mark), known, least, prices.index, "share")


def _reaches(values: FloatArray, mark: FloatArray) -> BoolArray:
    return ~above(mark, values)


def _percentage(
    hits: BoolArray, known: BoolArray, least: int, index: pd.Index, name: str
) -> pd.Series:
    held = known.sum(axis=1).astype(np.float64)
    held[held < least] = np.nan
    return pd.Series(100.0 * (hits & known).sum(axis=1) / held, index=index, name=name)
