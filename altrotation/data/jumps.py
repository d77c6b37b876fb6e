"""Jumps that look like a change of unit: a redenomination, a split not applied, pence for pounds.

Nobody can know from a price alone whether a token was redenominated or collapsed. But a step of
1,000, or of two for one between two quiet days, is worth a word to whoever holds the series.
"""

import numpy as np
import pandas as pd

from altrotation.aliases import FloatArray
from altrotation.validate import daily_series, positive

__all__ = ["jump_remarks", "suspicious_jumps"]

_BEYOND = 10.0  # ordinary deviations: no ordinary day, whatever the tails
_LARGEST = 10.0  # a larger step is no day's market, whatever number it is near
_QUIET = 0.005  # least ordinary move a day: a pegged price has none of its own
_AROUND = 5  # steps on either side that tell wild days
_MOST = 3  # jumps named in a remark
# splits and redenominations: up to ten for one, three for two, and what changes of unit are made of
_WHOLE = (1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0)
_UNITS = tuple(step * 10.0**power for power in range(1, 13) for step in (1.0, 1.5, 2.0, 2.5, 5.0))
_RATIOS = np.log(np.array([*_WHOLE, *_UNITS]))


def suspicious_jumps(prices: pd.Series) -> pd.DataFrame:
    """Return the steps between two closes that look like a change of unit and not like a market.

    A step is suspicious if it is more than ten times the ordinary move (the median absolute log
    return a day over .6745, of the whole series or of the ten steps around it, the larger; times
    the root of the days between the closes), and either tenfold or more, or within two ordinary
    moves of a ratio in which shares are split: 3 for 2, 2, 2.5 or 3 to 9 for 1, up or down. A crash
    among wild days is none.

    Parameters
    ----------
    prices : Series of shape (n_days,)
        Positive; NaN days are left out. The ordinary move is that of the whole series: a check of
        data, never an input of a decision.

    Returns
    -------
    DataFrame
        One row a jump: `date`, `before` (the date of the close before it), `factor` (the close over
        the one before) and `near` (the round ratio it is near, such as 1,000 or 1/2; NaN if none).

    Raises
    ------
    InputError
        If `prices` is no numeric Series on sorted, unique UTC days.
    InputError
        If a price is not positive.
    """
    closes = positive(daily_series(prices, "prices"), "prices").dropna()
    dates = pd.DatetimeIndex(closes.index)
    steps = np.diff(np.log(closes.to_numpy()))
    apart = np.sqrt(np.diff(dates.to_numpy()) / np.timedelta64(1, "D"))
    size = np.abs(steps)
    ordinary = _ordinary(size / apart) * apart
    nearest = _RATIOS[np.abs(size[:, None] - _RATIOS).argmin(axis=1)]
    near = np.abs(size - nearest) <= 2.0 * ordinary
    large = size >= np.log(_LARGEST) - 2.0 * ordinary
    rows = np.flatnonzero((size > _BEYOND * ordinary) & (near | large))
    return pd.DataFrame(
        {
            "date": dates[rows + 1],
            "before": dates[rows],
            "factor": np.exp(steps[rows]),
            "near": np.where(near, np.exp(np.sign(steps) * nearest), np.nan)[rows],
        }
    )


def jump_remarks(prices: pd.Series, name: str) -> tuple[str, ...]:
    """Return a sentence on each of the first three suspicious jumps, and one on how many follow.

    Parameters
    ----------
    prices : Series of shape (n_days,)
        As in `suspicious_jumps`.
    name : str
        Of the series.

    Returns
    -------
    tuple of str
        Empty where nothing is suspicious.

    Raises
    ------
    InputError
        On the conditions of `suspicious_jumps`.
    """
    found = suspicious_jumps(prices)
    head = found.head(_MOST)
    said = [
        f"{name} moved by a factor of {_number(factor)} on {day:%Y-%m-%d}{_near(near)}: a "
        "redenomination or a split that was not applied looks like this, and so does a collapse; "
        "check its source."
        for day, factor, near in zip(head["date"], head["factor"], head["near"], strict=True)
    ]
    if len(found) > _MOST:
        said.append(
            f"{name} has {len(found) - _MOST} more such jumps; see "
            "altrotation.data.jumps.suspicious_jumps."
        )
    return tuple(said)


def _ordinary(size: FloatArray) -> FloatArray:
    """Return the ordinary size of a step a day at each step, that step left out of its own."""
    if not len(size):
        return size
    padded = np.pad(size, _AROUND, constant_values=np.nan)
    around = np.lib.stride_tricks.sliding_window_view(padded, 2 * _AROUND + 1).copy()
    around[:, _AROUND] = np.nan
    nearby = np.zeros(len(size))
    some = ~np.isnan(around).all(axis=1)
    nearby[some] = np.nanmedian(around[some], axis=1)
    return np.asarray(np.maximum(np.maximum(nearby, np.median(size)) / 0.6745, _QUIET))


def _near(ratio: float) -> str:
    if np.isnan(ratio):
        return ""
    return f", near {ratio:,.10g}" if ratio >= 1.0 else f", near 1/{1.0 / ratio:,.10g}"


def _number(factor: float) -> str:
    return f"{factor:,.0f}" if factor >= 100.0 else f"{factor:.3g}"
