"""Leverage: what holders of perpetual futures pay each other, on one scale."""

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.errors import InputError
from altrotation.kernels import ranks
from altrotation.validate import (
    daily_frame,
    daily_series,
    require_between,
    require_count,
)
from altrotation.variation import above

__all__ = [
    "cross_section",
    "crowding_score",
    "daily_funding",
    "extreme_funding",
    "scale_funding",
]

_COLUMNS = ("symbol", "time", "rate")


@guarded
def scale_funding(settlements: pd.DataFrame, *, hours: float = 8.0) -> pd.DataFrame:
    """Return funding settlements with each rate scaled to a period of `hours`.

    The interval of a settlement is the time since the one before it of the same contract, which
    uses the past only. A longer spacing than `hours` is a gap in the record, not an interval:
    the last interval seen is kept there. Rates scale linearly with time, as they are paid.

    Parameters
    ----------
    settlements : DataFrame of shape (n, 3)
        Columns symbol, time (UTC) and rate (a fraction per interval: 0.0001 is 0.01 %), in any
        order of rows.
    hours : float, default 8
        The longest interval in use, and the period rates are scaled to.

    Returns
    -------
    DataFrame of shape (n, 5)
        Sorted by symbol and time, with `interval` (hours) and `scaled` (fraction per `hours`).
        Both are NaN at the first settlement of a contract, whose interval nobody has seen yet.

    Raises
    ------
    InputError
        If a column is missing, `hours` is not positive, or a contract settles twice at one time.
    """
    for column in _COLUMNS:
        if column not in settlements:
            raise InputError(
                f"`settlements` must have the columns {', '.join(_COLUMNS)}, {column!r} is missing."
            )
    if not hours > 0:
        raise InputError(f"`hours` must be positive, got {hours}.")
    out = settlements[list(_COLUMNS)].sort_values(["symbol", "time"], ignore_index=True)
    twice = out.duplicated(["symbol", "time"])
    if twice.any():
        row = out[twice].iloc[0]
        raise InputError(f"`settlements` has {row['symbol']} at {row['time']} twice; keep one.")
    spacing = out.groupby("symbol", observed=True)["time"].diff().dt.total_seconds() / 3600.0
    # clocks of a venue are late by milliseconds: an interval is a whole number of minutes
    seen = (spacing * 60.0).round() / 60.0
    out["interval"] = seen.where(seen <= hours)
    out["interval"] = out.groupby("symbol", observed=True)["interval"].ffill()
    out["scaled"] = out["rate"] * (hours / out["interval"])
    return out


@guarded
def daily_funding(settlements: pd.DataFrame, *, hours: float = 8.0) -> pd.DataFrame:
    """Return the mean scaled funding rate of each contract and UTC day.

    Parameters
    ----------
    settlements : DataFrame of shape (n, 3)
        As in `scale_funding`.
    hours : float, default 8
        The period rates are scaled to.

    Returns
    -------
    DataFrame of shape (n_days, n_contracts)
        Fraction per `hours`, labelled by the UTC day in which the settlements happened, so that
        the value is known at the end of its day. The settlement at 00:00 belongs to the day it
        opens, although it pays for the hours before. NaN on days without a settlement.

    Raises
    ------
    InputError
        As `scale_funding`, or if no rate can be scaled.
    """
    scaled = scale_funding(settlements, hours=hours)
    time = pd.DatetimeIndex(scaled["time"])
    if time.tz is not None:
        time = time.tz_convert("UTC").tz_localize(None)
    scaled["date"] = time.normalize().as_unit("us")
    table = scaled.dropna(subset="scaled").pivot_table(
        index="date", columns="symbol", values="scaled", aggfunc="mean", observed=True
    )
    if table.empty:
        raise InputError(f"No rate of `settlements` can be scaled to {hours:g} hours; pass more.")
    days = pd.date_range(table.index[0], table.index[-1], freq="D", unit="us", name="date")
    table = table.reindex(days)
    table.columns = pd.Index(table.columns.astype(str), name="symbol")
    return table


@guarded
def cross_section(rates: pd.DataFrame, *, least: int = 3) -> pd.DataFrame:
    """Return the mean and the dispersion of a measure across contracts on each day.

    Parameters
    ----------
    rates : DataFrame of shape (n_days, n_contracts)
        For example the result of `daily_funding`.
    least : int, default 3
        Contracts with a value that a day must have, or it is NaN.

    Returns
    -------
    DataFrame of shape (n_days, 3)
        `mean`, `dispersion` (sample standard deviation across contracts, ddof=1), both in the unit
        of `rates`, and `count`, the contracts present.

    Raises
    ------
    InputError
        If the dates are unusable or `least` < 2.
    """
    values = daily_frame(rates, "rates")
    require_count(least, 2, "least")
    held = values.notna().sum(axis=1)
    enough = held >= least
    return pd.DataFrame(
        {
            "mean": values.mean(axis=1).where(enough),
            "dispersion": values.std(axis=1, ddof=1).where(enough),
            "count": held.astype(np.float64),
        }
    )


@guarded
def crowding_score(
    rates: pd.DataFrame, *, window: int = 365, history: int = 180, least: int = 3
) -> pd.Series:
    """Return how crowded a set of contracts is against its own past, 0 to 100.

    Each contract's rate becomes its percentile among the rates of the same contract in the last
    `window` days, the day included: 100 (r - 1/2) / m for the mid-rank r of m values. The score is
    the mean over contracts, so that one contract at an extreme moves it by its share only, whatever
    its rate.

    Parameters
    ----------
    rates : DataFrame of shape (n_days, n_contracts)
        Scaled funding, for example the result of `daily_funding`.
    window : int, default 365
        Days a rate is ranked in.
    history : int, default 180
        Rates of a contract these days must hold, or it is left out; the warm-up.
    least : int, default 3
        Contracts with a percentile that a day must have, or it is NaN.

    Returns
    -------
    Series of shape (n_days,)
        0 to 100; 50 is the middle of the past year, where longs may still pay much: a score is
        relative, the rate itself is not. Venues hold rates at a default (0.01 % per 8 h) for weeks:
        such ties share one rank.

    Raises
    ------
    InputError
        If the dates are unusable, `history` < 2, `window` < `history` or `least` < 1.
    """
    values = daily_frame(rates, "rates")
    require_count(history, 2, "history")
    require_count(window, history, "window")
    require_count(least, 1, "least")
    shares = _percentile(values, window, history)
    enough = shares.notna().sum(axis=1) >= least
    return shares.mean(axis=1).where(enough).rename("crowding_score")


@guarded
def extreme_funding(
    rate: pd.Series,
    *,
    upper: float = 95.0,
    lower: float = 5.0,
    window: int = 365,
    history: int = 180,
) -> pd.Series:
    """Return where a funding rate stands at an extreme of its own past.

    Parameters
    ----------
    rate : Series of shape (n_days,)
        For example ``panel.known("funding.mean")``.
    upper, lower : float, default 95 and 5
        Percentiles, as in `crowding_score`, at or beyond which a rate is extreme.
    window, history : int, default 365 and 180
        Days a rate is ranked in, and rates they must hold.

    Returns
    -------
    Series of shape (n_days,)
        1 longs are crowded, -1 shorts are, 0 neither; NaN without a rate or before `history` of
        them. By construction about a tenth of all days is flagged, in calm years as in wild ones.

    Raises
    ------
    InputError
        If a percentile lies outside 0 to 100, `lower` is not below `upper`, `history` < 2 or
        `window` < `history`.
    """
    values = daily_series(rate, "rate")
    require_between(upper, 0.0, 100.0, "upper")
    require_between(lower, 0.0, upper, "lower")
    require_count(history, 2, "history")
    require_count(window, history, "window")
    shares = _percentile(values.to_frame(), window, history).iloc[:, 0]
    longs, shorts = ~above(upper, shares), ~above(shares, lower)
    flag = pd.Series(longs.astype("float64") - shorts.astype("float64"), index=values.index)
    return flag.where(shares.notna()).rename("extreme_funding")


def _percentile(values: pd.DataFrame, window: int, history: int) -> pd.DataFrame:
    shares = ranks.trailing_shares(values.to_numpy(), window, history)
    return pd.DataFrame(100.0 * shares, index=values.index, columns=values.columns)
