"""Fragility: how hard a market falls when its leader falls, how often, and for how long."""

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.aliases import FloatArray
from altrotation.errors import InputError
from altrotation.indicators.members import membership, positive_frame
from altrotation.kernels import rolling, tails
from altrotation.validate import (
    daily_frame,
    daily_series,
    positive,
    require_between,
    require_count,
    require_same_dates,
)
from altrotation.variation import above

__all__ = ["downside_beta", "members_median", "recovery_time", "tail_dependence"]


@guarded
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
    require_count(window, 3, "window")
    require_count(least, 3, "least")
    returns = _log_returns(prices.to_numpy())
    reference = _log_returns(positive(leader, "base").to_numpy())
    falls = np.where(above(0.0, reference, size=1.0), reference, np.nan)
    slopes = rolling.beta(returns, falls, window, least=least)
    slopes[:window] = np.nan  # the first row has no return, so row window - 1 is one day short
    return pd.DataFrame(slopes, index=prices.index, columns=prices.columns)


@guarded
def tail_dependence(
    closes: pd.DataFrame,
    base: pd.Series,
    *,
    window: int = 365,
    tail: float = 0.1,
    least: int = 180,
) -> pd.DataFrame:
    """Return how often each asset has one of its worst days on the worst days of `base`.

    lambda(t) = #{s : r_i(s) <= Q_i, r_b(s) <= Q_b} / #{s : r_b(s) <= Q_b} over the last `window`
    daily log returns of both, where Q is the k-th lowest return of each among the m pairs present,
    k = floor(tail * m): the empirical lower-tail dependence at a finite threshold (Joe 1997,
    Multivariate Models and Dependence Concepts, section 2.1.10). Independence gives `tail`,
    perfect co-movement 1; unlike a beta it does not change when an asset is twice as volatile.

    Parameters
    ----------
    closes : DataFrame of shape (n_days, n_assets)
        Prices in one quote currency, one row every day.
    base : Series of shape (n_days,)
        The leader's price, in the same currency, on the same dates.
    window : int, default 365
        Days looked back, up to and including t: 36 tail days in a year.
    tail : float, default 0.1
        Share of days that are the tail.
    least : int, default 180
        Days with a return of both that the window must hold; ``tail * least`` must be 1 or more.

    Returns
    -------
    DataFrame of shape (n_days, n_assets)
        Between 0 and 1; NaN for the first `window` days, below `least` days, and where equal
        returns (those of a frozen price) leave open which days are the k worst. A return needs a
        close on both days: gaps are not bridged.

    Raises
    ------
    InputError
        If dates differ, a price is not positive, `window` < 3, `tail` is outside (0, 1), or
        `least` is below 3 or above `window`, or leaves the tail without a day.

    Notes
    -----
    With k tail days the standard error is about sqrt(lambda (1 - lambda) / k): .08 for 36 days. A
    thinly traded coin, whose last price is a day old, looks less dependent than it is.
    """
    prices, leader = positive_frame(closes, "closes"), daily_series(base, "base")
    require_same_dates(prices, leader, "`closes` and `base`")
    require_count(window, 3, "window")
    require_between(tail, 0.0, 1.0, "tail")
    require_count(least, 3, "least")
    if least > window or tail * least < 1:
        raise InputError(
            f"`least` must be at most `window` = {window} and leave the tail a day, got {least} "
            f"with tail={tail}; choose at least {int(np.ceil(1 / tail))}."
        )
    returns = _log_returns(prices.to_numpy())
    reference = _log_returns(positive(leader, "base").to_numpy())
    shares = tails.joint_lower_tail(returns, reference, window, float(tail), least)
    shares[:window] = np.nan  # as for the beta: one return short on row window - 1
    return pd.DataFrame(shares, index=prices.index, columns=prices.columns)


@guarded
def recovery_time(
    closes: pd.DataFrame,
    base: pd.Series,
    *,
    dip: float = 0.1,
    window: int = 30,
    within: int = 60,
) -> pd.DataFrame:
    """Return how long each asset took to regain its level after the last decided dip of `base`.

    A dip begins on the first day `base` closes at least `dip` below its highest close of the last
    `window` days; its high is that close's day, and each high begins one dip at most. The asset has
    recovered on the first day, from the beginning on, that closes at or above its own close on the
    day of the high. The time is min(days from the beginning to the recovery, `within`), the
    restricted time of survival analysis (Irwin 1949, Journal of Hygiene 47), and is shown from the
    day begun + `within` on, whatever it was: shown as soon as they happen, quick recoveries would
    be known first and fragility would always look low.

    Parameters
    ----------
    closes : DataFrame of shape (n_days, n_assets)
        Prices in one quote currency, one row every day; `base` may be among them.
    base : Series of shape (n_days,)
        The leader's price, in the same currency, on the same dates.
    dip : float, default 0.1
        Fraction under the high that makes a dip.
    window : int, default 30
        Days of the high.
    within : int, default 60
        Days followed; the horizon of the claims.

    Returns
    -------
    DataFrame of shape (n_days, n_assets)
        Days, 0 (never below its level) to `within` (not recovered): the state left by the last
        decided dip. NaN before the first is decided; on days without a close of the asset; and for
        a dip at whose high the asset has no close, or at whose end it has none and has not
        recovered.

    Raises
    ------
    InputError
        If dates differ, a price is not positive, `dip` is outside (0, 1), `window` < 2 or
        `within` < 1.

    Notes
    -----
    It is old by construction, `within` days and more: a description of the last dip, no alarm. In a
    bear market dips follow one another and most times are `within`.
    """
    prices, leader = positive_frame(closes, "closes"), daily_series(base, "base")
    require_same_dates(prices, leader, "`closes` and `base`")
    require_between(dip, 0.0, 1.0, "dip")
    require_count(window, 2, "window")
    require_count(within, 1, "within")
    values = prices.to_numpy()
    starts, highs = tails.dips(positive(leader, "base").to_numpy(), float(dip), window)
    out = np.full(values.shape, np.nan)
    for start, high in zip(starts, highs, strict=True):
        if start + within < len(values):  # later dips overwrite from the day they are decided
            out[start + within :] = _days_to(values[high], values[start : start + within + 1])
    out[np.isnan(values)] = np.nan
    return pd.DataFrame(out, index=prices.index, columns=prices.columns)


@guarded
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
    require_count(least, 1, "least")
    shown = measured.where(membership(members, measured))
    median = shown.median(axis=1).where(shown.notna().sum(axis=1) >= least)
    return median.rename("members_median")


def _days_to(level: FloatArray, after: FloatArray) -> FloatArray:
    """Return the row of `after` that first reaches `level`, at most the last; NaN if unknown."""
    reached = ~(above(level, after) | np.isnan(level) | np.isnan(after))
    days = np.where(reached.any(axis=0), reached.argmax(axis=0), len(after) - 1).astype(np.float64)
    days[np.isnan(level) | (~reached.any(axis=0) & np.isnan(after[-1]))] = np.nan
    return days


def _log_returns(prices: np.ndarray) -> np.ndarray:
    out = np.full(prices.shape, np.nan)
    out[1:] = np.diff(np.log(prices), axis=0)
    return out
