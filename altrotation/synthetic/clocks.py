"""Two series whose closes fall on different clocks, their lead known."""

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.aliases import Seed
from altrotation.rng import generator
from altrotation.synthetic.leadlag import LeadTruth
from altrotation.synthetic.shocks import correlated
from altrotation.validate import require_between, require_count

__all__ = ["asynchronous_closes"]

_START = "2013-01-01"
_STEPS = 24  # steps a day of the fine grid: hours


@guarded
def asynchronous_closes(
    days: int, *, correlation: float = 0.5, lead: int = 0, seed: Seed = 0
) -> tuple[pd.Series, pd.Series, LeadTruth]:
    """Return log prices of x at 21:00 UTC on weekdays and of y at 24:00 UTC every day.

    Both follow correlated Brownian motions on an hourly grid. With ``lead=0`` nobody leads, yet
    daily returns of the two at different lags are correlated, because the days do not match.

    Parameters
    ----------
    days : int
        Calendar days, from a Tuesday on.
    correlation : float, default .5
        Of the hourly changes of x with those of y `lead` hours later.
    lead : int, default 0
        Hours by which x leads.
    seed : int or Generator, default 0

    Returns
    -------
    x, y : Series
        Log prices at the instants of the two closes, unit variance a day.
    truth : LeadTruth
        `lead` in hours.

    Raises
    ------
    InputError
        If `days` is below 1 or `lead` below 0.
    InputError
        If `correlation` does not lie between -1 and 1.
    """
    require_count(days, 1, "days")
    require_count(lead, 0, "lead")
    require_between(correlation, -1.0, 1.0, "correlation")
    steps = days * _STEPS
    shocks = correlated(generator(seed).standard_normal((steps + lead, 2)), correlation)
    paths = np.zeros((steps + 1, 2))
    np.cumsum(shocks[lead:, 0], out=paths[1:, 0])
    np.cumsum(shocks[:steps, 1], out=paths[1:, 1])
    paths /= np.sqrt(_STEPS)
    hours = pd.date_range(_START, periods=steps + 1, freq="h", unit="us")
    closes = (hours.hour == 21) & (hours.day_of_week < 5)
    midnights = (hours.hour == 0) & (np.arange(steps + 1) > 0)
    x = pd.Series(paths[closes, 0], index=hours[closes], name="x")
    y = pd.Series(paths[midnights, 1], index=hours[midnights], name="y")
    same = correlation if lead == 0 else 0.0
    return x, y, LeadTruth(lead=lead, correlation=correlation, contemporaneous=same)
