"""Liquidity: central-bank money free to reach markets, money growth and the slope of yields."""

import numpy as np
import pandas as pd

from altrotation.validate import daily_series, positive, require_at_least, require_same_dates

__all__ = ["growth", "net_liquidity", "term_spread"]


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
    require_at_least(carry, 0, "carry")
    operations = daily_series(reverse_repo, "reverse_repo").dropna()
    outstanding = operations.reindex(held.index, method="ffill", tolerance=pd.Timedelta(carry, "D"))
    return (held - account - outstanding).rename("net_liquidity")


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
    require_at_least(periods, 1, "periods")
    return pd.Series(np.log(values.to_numpy()), index=values.index).diff(periods).rename("growth")


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
