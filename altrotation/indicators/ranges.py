"""Levels of a ratio: fixed ones that were named, and the range it has moved in."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.errors import InputError
from altrotation.kernels import breakout
from altrotation.validate import daily_series, positive, require_count
from altrotation.variation import above

__all__ = ["levels_cleared", "trailing_range"]


@guarded
def levels_cleared(
    ratio: pd.Series, *, levels: Sequence[float] = (0.025, 0.028, 0.030)
) -> pd.Series:
    """Return how many of some fixed levels each close of a ratio stands at or above.

    With the default, for ETH/BTC: 0 below the level to hold (0.025), 1 held, 2 inside the zone
    0.028 to 0.030, 3 at or above it.

    Parameters
    ----------
    ratio : Series of shape (n_days,)
        Positive, such as ETH/BTC.
    levels : sequence of float, default (0.025, 0.028, 0.030)
        Increasing, positive, in the unit of `ratio`: those that commentaries of June 2026 named.

    Returns
    -------
    Series of shape (n_days,)
        0 .. len(levels); NaN where the ratio is missing. No warm-up.

    Raises
    ------
    InputError
        If the ratio is not positive, or `levels` are empty, not positive or not increasing.

    Notes
    -----
    A level read off one year's chart says little about another's: 0.028 to 0.030 lay in the middle
    of ETH/BTC's range in 2020 and 2026, and under every close of 2022 to 2024. `trailing_range`
    puts the years on one scale.
    """
    values = positive(daily_series(ratio, "ratio"), "ratio")
    lines = np.asarray(levels, dtype=np.float64)
    if not lines.size or not lines[0] > 0 or not bool((np.diff(lines) > 0).all()):
        raise InputError(f"`levels` must be positive and increasing, got {tuple(levels)}.")
    short = above(lines, values.to_numpy()[:, None])  # below by more than rounding
    cleared = (~short).sum(axis=1)
    return pd.Series(cleared.astype(np.float64), index=values.index, name="levels_cleared").where(
        values.notna()
    )


@guarded
def trailing_range(ratio: pd.Series, *, window: int = 365) -> pd.DataFrame:
    """Return the range of the `window` closes strictly before each, and where the close lies.

    position(t) = log(R(t) / low(t)) / log(high(t) / low(t)): 0 at the low of the range, 1 at its
    high, above 1 on a breakout and below 0 on a breakdown. So a level such as 0.030 can be
    compared over the years by what it was then: the stochastic oscillator's scale, in logs and
    without the day itself.

    Parameters
    ----------
    ratio : Series of shape (n_days,)
        Positive, such as ETH/BTC.
    window : int, default 365
        Rows of the range, all of which must be present.

    Returns
    -------
    DataFrame of shape (n_days, 4)
        `low`, `high` in the unit of `ratio`; `position`, a pure number; `above_high`, the log
        distance to the high. NaN for the first `window` rows and while a row of the range is
        missing; `position` and `above_high` also where the close is, `position` in a flat range.

    Raises
    ------
    InputError
        If the ratio is not positive, or `window` < 2.

    Notes
    -----
    The range jumps when an extreme leaves it, without any news. Read equities on their sessions.
    """
    values = positive(daily_series(ratio, "ratio"), "ratio")
    require_count(window, 2, "window")
    logs = np.log(values.to_numpy())
    high = breakout.rolling_prior_max(logs, window)
    low = -breakout.rolling_prior_max(-logs, window)
    with np.errstate(invalid="ignore", divide="ignore"):
        position = np.where(above(high, low, size=1.0), (logs - low) / (high - low), np.nan)
    return pd.DataFrame(
        {
            "low": np.exp(low),
            "high": np.exp(high),
            "position": position,
            "above_high": logs - high,
        },
        index=values.index,
    )
