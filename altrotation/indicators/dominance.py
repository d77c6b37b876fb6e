"""Dominance: how a market's capitalisation is split between its leaders and the rest."""

import numpy as np
import pandas as pd

from altrotation.errors import InputError
from altrotation.validate import (
    daily_frame,
    daily_series,
    positive,
    require_same_dates,
)

__all__ = ["capitalisation_without", "dominance", "without_flagged"]


def dominance(cap: pd.Series, total: pd.Series) -> pd.Series:
    """Return the capitalisation of an asset as a percentage of the whole market's.

    Parameters
    ----------
    cap, total : Series of shape (n_days,)
        Market capitalisations in one currency, taken at the same instant, on the same UTC index.

    Returns
    -------
    Series of shape (n_days,)
        Percent; NaN where either is missing. No warm-up.

    Raises
    ------
    InputError
        If the indexes differ, a capitalisation is not positive, or the part exceeds the whole.
    """
    part, whole = daily_series(cap, "cap"), daily_series(total, "total")
    require_same_dates(part, whole, "`cap` and `total`")
    share = 100.0 * positive(part, "cap") / positive(whole, "total")
    above = share.to_numpy() > 100.0
    if above.any():
        raise InputError(
            f"`cap` exceeds `total` on {share.index[int(np.argmax(above))]:%Y-%m-%d}; "
            "both must be in one currency and taken at one instant."
        )
    return share.rename("dominance")


def capitalisation_without(total: pd.Series, caps: pd.DataFrame) -> pd.Series:
    """Return the market's capitalisation without some assets: TOTAL2 lacks BTC, TOTAL3 ETH too.

    Parameters
    ----------
    total : Series of shape (n_days,)
        Capitalisation of the whole market.
    caps : DataFrame of shape (n_days, n_assets)
        Capitalisations to take away, in the same currency, on the same UTC index. An asset counts
        as zero before its first value: it did not exist.

    Returns
    -------
    Series of shape (n_days,)
        In the currency of `total`; NaN where it, or a capitalisation after its first, is missing.

    Raises
    ------
    InputError
        If the indexes differ or nothing positive is left.
    """
    whole, parts = daily_series(total, "total"), daily_frame(caps, "caps")
    require_same_dates(whole, parts, "`total` and `caps`")
    unborn = parts.ffill().isna()
    rest = positive(whole, "total") - parts.mask(unborn, 0.0).sum(axis=1, skipna=False)
    return positive(rest, "total without caps").rename("capitalisation_without")


def without_flagged(series: pd.Series, flag: pd.Series) -> pd.Series:
    """Return `series` with NaN where its source flagged the value as an error.

    Parameters
    ----------
    series : Series of shape (n_days,)
        Values of any unit.
    flag : Series of shape (n_days,)
        1 (or True) marks an error; 0 and NaN do not. On the same UTC index.

    Returns
    -------
    Series of shape (n_days,)
        In the unit of `series`. It is only as causal as the flag: a source that flags a spike
        because the next value reverts it has looked one day ahead.

    Raises
    ------
    InputError
        If the indexes differ.
    """
    values = daily_series(series, "series")
    require_same_dates(values, flag, "`series` and `flag`")
    return values.mask(flag.astype("float64") == 1.0)
