"""Open interest: positions built or closed, told from the price that revalues them."""

from typing import Literal, get_args

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.aliases import FloatArray
from altrotation.kernels.breakout import rolling_prior_max
from altrotation.validate import (
    daily_series,
    positive,
    require_between,
    require_choice,
    require_count,
    require_same_dates,
)
from altrotation.variation import above

__all__ = ["Unit", "open_interest_growth", "washouts"]

Unit = Literal["usd", "coins", "inverse"]


@guarded
def open_interest_growth(
    open_interest: pd.Series, price: pd.Series, *, window: int = 7, unit: Unit = "usd"
) -> pd.DataFrame:
    """Return the growth of open interest beside the price's, and of the positions behind it.

    A linear contract is sized in coins: dollars are coins times price, so log growth splits exactly
    into positions (coins) and price. An inverse, coin-margined contract is sized in dollars:
    its dollars are its positions. With the sign of the price positions tell the four textbook
    states: 1 both rise (longs build), 2 positions rise and the price does not (shorts build), 3 the
    price rises and positions do not (shorts close), 4 neither rises (longs close).

    Parameters
    ----------
    open_interest : Series of shape (n_days,)
        Of one contract or venue, at the end of the day, labelled by the day it was known. Do not
        add contracts of different margin: majors at some venues count contracts, others coins.
    price : Series of shape (n_days,)
        Closes of the coin in dollars on the same labels.
    window : int, default 7
        Days of the growth.
    unit : {"usd", "coins", "inverse"}, default "usd"
        Of `open_interest`: dollars or coins of linear contracts, dollars of inverse ones.

    Returns
    -------
    DataFrame of shape (n_days, 4)
        `dollars`, `price` and `positions` in log points over `window` days, and `state`, 1 to 4.
        NaN for the first `window` days and where either end is missing. A venue that lists, delists
        or changes its reporting shows as a build or a closure; an inverse contract taken for a
        linear one shows shorts that build in every falling market.

    Raises
    ------
    InputError
        If the dates differ, a value is not positive, `window` < 1 or the unit is unknown.
    """
    require_choice(unit, get_args(Unit), "unit")
    require_count(window, 1, "window")
    dollars, positions, closes = _levels(open_interest, price, unit)
    index = pd.DatetimeIndex(open_interest.index)
    table = pd.DataFrame(
        {
            "dollars": _growth(dollars, window),
            "price": _growth(closes, window),
            "positions": _growth(positions, window),
        },
        index=index,
    )
    opened, rose = (above(table[name], 0.0, size=1.0) for name in ("positions", "price"))
    state = np.select([opened & rose, opened, rose], [1.0, 2.0, 3.0], default=4.0)
    table["state"] = pd.Series(state, index=index).where(table.notna().all(axis=1))
    return table


@guarded
def washouts(
    open_interest: pd.Series,
    price: pd.Series,
    *,
    window: int = 3,
    fall: float = 0.15,
    price_fall: float = 0.08,
    quiet: int = 10,
    unit: Unit = "usd",
) -> pd.DataFrame:
    """Return where leverage was washed out: positions closed at speed while the price fell.

    A day is a washout when the *positions* lie at least `fall` below the highest of the
    `window` days strictly before it, and the price at least `price_fall` below its own. Positions
    are coins for linear contracts, because their dollars fall with the price though nobody closes.

    Parameters
    ----------
    open_interest, price : Series of shape (n_days,)
        As in `open_interest_growth`. Aggregates across venues are reported one to three days late:
        label them by the day they were known, or both falls will not meet.
    window : int, default 3
        Days of the highs.
    fall, price_fall : float, default 0.15 and 0.08
        Fractions. Round numbers, not fitted to any outcome.
    quiet : int, default 10
        A washout begins on its first day after so many days known to be without one.
    unit : {"usd", "coins", "inverse"}, default "usd"
        As in `open_interest_growth`.

    Returns
    -------
    DataFrame of shape (n_days, 4)
        `positions` and `price`, the falls from the highs as fractions, negative below; `washout`,
        1 or 0; `begins`, 1 on the first day of each, which is told from the past alone. NaN for the
        first `window` days and where one of the days looked at is missing; `begins` is NaN where
        the quiet days before a washout are not all known, for another `quiet` days at the start.
        Daily closes hide a washout that is bought back within the day.

    Raises
    ------
    InputError
        If the dates differ, a value is not positive, a fall is not between 0 and 1, `window` < 1,
        `quiet` < 1 or the unit is unknown.
    """
    require_choice(unit, get_args(Unit), "unit")
    require_count(window, 1, "window")
    require_count(quiet, 1, "quiet")
    require_between(fall, 0.0, 1.0, "fall")
    require_between(price_fall, 0.0, 1.0, "price_fall")
    _, positions, closes = _levels(open_interest, price, unit)
    index = pd.DatetimeIndex(open_interest.index)
    table = pd.DataFrame(
        {
            "positions": positions / rolling_prior_max(positions, window) - 1.0,
            "price": closes / rolling_prior_max(closes, window) - 1.0,
        },
        index=index,
    )
    known = table.notna().all(axis=1)
    closed = ~above(table["positions"], -fall, size=1.0)
    flag = pd.Series(closed & ~above(table["price"], -price_fall, size=1.0), index=index)
    table["washout"] = flag.astype("float64").where(known)
    recent = table["washout"].shift().rolling(quiet).sum()  # NaN unless all days before are known
    begins = (flag & known & (recent == 0)).astype("float64")
    table["begins"] = begins.where(known & recent.notna())
    return table


def _levels(
    open_interest: pd.Series, price: pd.Series, unit: Unit
) -> tuple[FloatArray, FloatArray, FloatArray]:
    held = positive(daily_series(open_interest, "open_interest"), "open_interest")
    closes = positive(daily_series(price, "price"), "price")
    require_same_dates(held, closes, "`open_interest` and `price`")
    amount, quote = held.to_numpy(), closes.to_numpy()
    if unit == "usd":
        return amount, amount / quote, quote
    if unit == "coins":
        return amount * quote, amount, quote
    return amount, amount, quote


def _growth(level: FloatArray, window: int) -> FloatArray:
    logs = np.log(level)
    out = np.full(len(logs), np.nan)
    out[window:] = logs[window:] - logs[:-window]
    return out
