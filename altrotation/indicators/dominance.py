"""Dominance: how a market's capitalisation is split between its leaders and the rest."""

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.errors import InputError
from altrotation.kernels import states
from altrotation.validate import (
    daily_frame,
    daily_series,
    positive,
    require_at_least,
    require_same_dates,
)
from altrotation.variation import above

__all__ = [
    "below_threshold",
    "capitalisation_without",
    "dated_peaks",
    "dominance",
    "without_flagged",
]


@guarded
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
    beyond = above(share.to_numpy(), 100.0)
    if beyond.any():
        raise InputError(
            f"`cap` exceeds `total` on {share.index[int(np.argmax(beyond))]:%Y-%m-%d}; "
            "both must be in one currency and taken at one instant."
        )
    return share.rename("dominance")


@guarded
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


@guarded
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


@guarded
def dated_peaks(share: pd.Series, *, fall: float = 5.0, rise: float | None = None) -> pd.DataFrame:
    """Return the last peak of a share that was known at each day, and the state since.

    A peak becomes known on the first day at least `fall` points below the highest value since the
    last trough; a trough on the first day at least `rise` points above the lowest since the last
    peak. This is the filter rule of Alexander (1961, Industrial Management Review 2) in points
    instead of percent; nothing is dated before it is known, so the peak itself lies days or months
    before the day the state changes.

    Parameters
    ----------
    share : Series of shape (n_days,)
        Such as bitcoin's dominance in percent. Missing days are passed over.
    fall : float, default 5
        Points below the running high that make it a peak, in the unit of `share`: well above the
        two points by which vendors' dominance differs.
    rise : float, optional
        Points above the running low that make it a trough; by default `fall`.

    Returns
    -------
    DataFrame of shape (n_days, 4)
        `state`: -1 after a peak, 1 after a trough, NaN before the first of either; `peak`: value of
        the last known peak and `age`: calendar days since it, NaN before the first; `below`: points
        under the highest value since the last known trough (since the first day before there is
        one). All NaN where `share` is missing. No fixed warm-up.

    Raises
    ------
    InputError
        If `share` is no daily series, or `fall` or `rise` is not positive.

    Notes
    -----
    The dates depend on `fall`: vary it. Spikes of a bad source make peaks; so do links between
    vendors. The delay from a peak to its dating is part of any rule that acts on it.
    """
    values = daily_series(share, "share")
    back = fall if rise is None else rise
    if not (fall > 0 and back > 0):
        raise InputError(f"`fall` and `rise` must be positive, got {fall} and {back}.")
    series = values.to_numpy()
    state, peaks, _, below = states.turning_points(series, float(fall), float(back))
    known = (peaks >= 0) & ~np.isnan(series)
    dates = values.index.to_numpy().astype("datetime64[D]")
    age = (dates - dates[peaks]).astype(np.float64) if len(dates) else np.zeros(0)
    return pd.DataFrame(
        {
            "state": state,
            "peak": np.where(known, series[peaks], np.nan) if len(dates) else age,
            "age": np.where(known, age, np.nan),
            "below": below,
        },
        index=values.index,
    )


@guarded
def below_threshold(share: pd.Series, *, level: float = 60.0, back: float = 1.0) -> pd.Series:
    """Return 1 from a value under `level` until one above `level` + `back`, then 0: a crossing.

    The two lines (a Schmitt trigger) keep noise about one line from switching the state every day.

    Parameters
    ----------
    share : Series of shape (n_days,)
        Such as bitcoin's dominance in percent. A missing day leaves the state as it was.
    level : float, default 60
        In the unit of `share`: the upper end of the band, 55 to 60 %, that commentaries name.
    back : float, default 1
        Height of the band in which the state stays what it was: half of what vendors differ by.

    Returns
    -------
    Series of shape (n_days,)
        1 or 0; NaN where `share` is missing and until a value first lay outside the band.

    Raises
    ------
    InputError
        If `share` is no daily series, or `back` < 0.

    Notes
    -----
    A level fits one vendor's definition: another counts other coins and stands two points away.
    Stablecoins in the total lower dominance without any rotation.
    """
    values = daily_series(share, "share")
    require_at_least(back, 0.0, "back")
    state = states.below_with_hysteresis(values.to_numpy(), float(level), float(level + back))
    return pd.Series(state, index=values.index, name="below_threshold")
