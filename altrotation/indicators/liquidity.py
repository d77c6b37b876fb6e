"""Liquidity: money free to reach markets, its growth, and impulses of the dollar and of yields.

Functions take series labelled by the day their values became *known* (`panel.known(name)`), and
count rows that hold a value: weekends, holidays and weeks between two releases are no rows.
"""

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.aliases import FloatArray
from altrotation.kernels import breakout, rolling
from altrotation.validate import daily_series, positive, require_count, require_same_dates
from altrotation.variation import resolved

__all__ = [
    "calendar_growth",
    "dollar_impulse",
    "growth",
    "net_liquidity",
    "term_spread",
    "yield_impulse",
]


@guarded
def net_liquidity(
    assets: pd.Series, treasury_account: pd.Series, reverse_repo: pd.Series, *, carry: int = 4
) -> pd.Series:
    """Return central-bank assets less the Treasury's account and reverse repurchases.

    Parameters
    ----------
    assets, treasury_account : Series of shape (n_weeks,)
        Federal Reserve assets (WALCL) and the Treasury General Account (WTREGEN), in one unit, on
        the same Wednesdays.
    reverse_repo : Series of shape (n_days,)
        Overnight reverse repurchases (RRPONTSYD) in the *same unit*, on days of operation. FRED
        publishes the first two in millions of dollars and this one in billions.
    carry : int, default 4
        Calendar days for which an operation is still the amount outstanding when no other follows:
        a holiday on a Wednesday, a long weekend.

    Returns
    -------
    Series of shape (n_weeks,)
        In the unit given, stamped with the Wednesday; the balance sheet behind it is published the
        next day. NaN where the last operation lies more than `carry` days back.

    Raises
    ------
    InputError
        If the weekly dates differ, or `carry` < 0.
    """
    held, account = daily_series(assets, "assets"), daily_series(treasury_account, "account")
    require_same_dates(held, account, "`assets` and `treasury_account`")
    require_count(carry, 0, "carry")
    operations = daily_series(reverse_repo, "reverse_repo").dropna()
    outstanding = operations.reindex(held.index, method="ffill", tolerance=pd.Timedelta(carry, "D"))
    return (held - account - outstanding).rename("net_liquidity")


@guarded
def growth(level: pd.Series, *, periods: int = 12) -> pd.Series:
    """Return the log growth of a positive level over `periods` of its own rows.

    Parameters
    ----------
    level : Series of shape (n,)
        For example M2 by month (12 rows a year) or stablecoin supply by day (30 rows a month).
    periods : int, default 12
        Rows looked back; the warm-up.

    Returns
    -------
    Series of shape (n,)
        Log points, stamped as `level`, so known when `level` is; NaN where either end is missing.

    Raises
    ------
    InputError
        If a level is not positive or `periods` < 1.
    """
    values = positive(daily_series(level, "level"), "level")
    require_count(periods, 1, "periods")
    return pd.Series(np.log(values.to_numpy()), index=values.index).diff(periods).rename("growth")


@guarded
def term_spread(long: pd.Series, short: pd.Series) -> pd.Series:
    """Return the yield of the long bond less that of the short one.

    Parameters
    ----------
    long, short : Series of shape (n_days,)
        Yields in percent on the same UTC index, for example DGS10 and DGS2.

    Returns
    -------
    Series of shape (n_days,)
        Percentage points; negative is an inverted curve; NaN where either is missing.

    Raises
    ------
    InputError
        If the indexes differ.
    """
    a, b = daily_series(long, "long"), daily_series(short, "short")
    require_same_dates(a, b, "`long` and `short`")
    return (a - b).rename("term_spread")


@guarded
def calendar_growth(level: pd.Series, *, days: int = 365, tolerance: int = 31) -> pd.Series:
    """Return the log growth of a positive level against the last one known `days` days before.

    Unlike `growth` it counts calendar days, so that a monthly or weekly figure may stand on daily
    labels: ln(level at t) - ln(last level at or before t - `days`).

    Parameters
    ----------
    level : Series of shape (n,)
        For example ``panel.known("M2")``: NaN between two releases.
    days : int, default 365
        Calendar days looked back; the warm-up. A year removes the seasons.
    tolerance : int, default 31
        Calendar days by which the earlier level may be older still: the spacing of a monthly
        figure. An older one is a gap in the record and gives NaN.

    Returns
    -------
    Series of shape (n,)
        Log points over `days` days; NaN on labels without a value, during the first `days` days
        and over gaps. Fails quietly when a publisher changes what it counts: a step in coverage is
        a step in growth for `days` days.

    Raises
    ------
    InputError
        If a level is not positive, `days` < 1 or `tolerance` < 0.
    """
    values = positive(daily_series(level, "level"), "level")
    require_count(days, 1, "days")
    require_count(tolerance, 0, "tolerance")
    log = pd.Series(np.log(values.to_numpy()), index=values.index).dropna()
    earlier = log.reindex(
        pd.DatetimeIndex(log.index) - pd.Timedelta(days, "D"),
        method="ffill",
        tolerance=pd.Timedelta(tolerance, "D"),
    )
    grown = pd.Series(log.to_numpy() - earlier.to_numpy(), index=log.index)
    return grown.reindex(values.index).rename("calendar_growth")


@guarded
def dollar_impulse(dollar: pd.Series, *, window: int = 60, history: int = 250) -> pd.Series:
    """Return the dollar's change over `window` sessions in standard deviations of such a change.

    ln(D_t / D_{t - window}) / (s_t sqrt(window)), where s_t is the sample standard deviation of the
    last `history` one-session log changes: the z-score of the move under a random walk without
    drift.

    Parameters
    ----------
    dollar : Series of shape (n,)
        Level of a dollar index, for example ``panel.known("DXY")``; NaN rows are no sessions.
    window : int, default 60
        Sessions of the change: a quarter.
    history : int, default 250
        Sessions of the standard deviation: a year; the warm-up.

    Returns
    -------
    Series of shape (n,)
        Standard deviations; above zero the dollar rises, which tightens. NaN on labels without a
        value, before max(`window`, `history`) + 1 values, and where it did not move or moved at
        one rate throughout, but for rounding. Where volatility has just jumped the same move counts
        for more than it will a year on.

    Raises
    ------
    InputError
        If a level is not positive, `window` < 1 or `history` < 2.
    """
    levels = positive(daily_series(dollar, "dollar"), "dollar")
    logs = pd.Series(np.log(levels.to_numpy()), index=levels.index)
    return _impulse(logs, window, history, size=1.0).rename("dollar_impulse")


@guarded
def yield_impulse(yields: pd.Series, *, window: int = 60, history: int = 250) -> pd.Series:
    """Return a yield's change over `window` sessions in standard deviations of such a change.

    As `dollar_impulse`, on differences of the yield instead of logarithms.

    Parameters
    ----------
    yields : Series of shape (n,)
        Percent, for example ``panel.known("DGS3MO")``; may be negative; NaN rows are no sessions.
    window : int, default 60
        Sessions of the change.
    history : int, default 250
        Sessions of the standard deviation; the warm-up.

    Returns
    -------
    Series of shape (n,)
        Standard deviations; above zero the yield rises. NaN as in `dollar_impulse`. While a central
        bank pins the short rate (2020-21) daily changes are near zero, and a move of a few
        hundredths of a point reads as large.

    Raises
    ------
    InputError
        If `window` < 1 or `history` < 2.
    """
    values = daily_series(yields, "yields")
    return _impulse(values, window, history).rename("yield_impulse")


def _impulse(
    values: pd.Series, window: int, history: int, *, size: float | None = None
) -> pd.Series:
    """Return the score; `size` is that of the numbers differenced, by default the trailing one."""
    require_count(window, 1, "window")
    require_count(history, 2, "history")
    present = values.dropna()
    spread = rolling.std(present.diff().to_numpy(), history)
    change = present.diff(window).to_numpy()
    sizes: float | FloatArray = (
        breakout.rolling_max(np.abs(present.to_numpy()), history + 1) if size is None else size
    )
    score = np.full(len(present), np.nan)
    np.divide(change, spread * np.sqrt(window), out=score, where=resolved(spread, sizes))
    return pd.Series(score, index=present.index).reindex(values.index)
