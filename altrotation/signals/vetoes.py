"""Ready vetoes: crowded leverage, heavy token unlocks, breakouts that fail."""

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.data.panel import Panel
from altrotation.kernels import rolling
from altrotation.signals.signal import Signal
from altrotation.signals.trends import above_level, carried
from altrotation.validate import require_between, require_count, require_number
from altrotation.variation import above

__all__ = ["crowded_funding", "failing_breakouts", "heavy_unlocks"]


@guarded
def crowded_funding(
    panel: Panel, *, level: float = 3e-4, window: int = 7, name: str = "funding.mean"
) -> Signal:
    """Return on where the mean funding of the last `window` days exceeds `level`.

    Parameters
    ----------
    panel : Panel
    level : float, default 0.0003
        Fraction per 8 hours. Venues charge 0.01 % when perpetuals trade at par, so a market
        without excess sits there; three times that is 33 % a year for holding a position.
    window : int, default 7
        Days in the mean, all of which must be known.
    name : str, default "funding.mean"

    Returns
    -------
    Signal
        Unknown before the record of funding begins (September 2019) and over gaps.

    Raises
    ------
    InputError
        If `window` < 1, `level` is no finite number, or as `carried`.
    """
    require_count(window, 1, "window")
    require_number(level, "level")
    rates = carried(panel, name, carry=1)
    mean = rolling.mean(rates.to_numpy(), window)
    known = rolling.count(rates.to_numpy(), window) == window
    on = np.where(known, above(mean, level), np.nan)
    return Signal(
        pd.Series(on, index=rates.index),
        name="funding crowded",
        recipe=f"mean of {name} over {window} days above {level:.4%} per 8 h",
    )


@guarded
def heavy_unlocks(panel: Panel, *, level: float = 2.0, name: str = "unlock.load") -> Signal:
    """Return on where more than `level` percent of scheduled supply unlocks in the next 30 days.

    Parameters
    ----------
    panel : Panel
    level : float, default 2
        Percent of scheduled supply, mean over the schedules known at the day.
    name : str, default "unlock.load"

    Returns
    -------
    Signal

    Raises
    ------
    InputError
        As `carried`.
    """
    load = above_level(panel, name, level)
    return Signal(load.values, name="unlocks heavy", recipe=load.recipe)


@guarded
def failing_breakouts(
    panel: Panel,
    *,
    share: float = 0.75,
    least: int = 730,
    level: float | None = None,
    name: str = "failed_breakouts.rate",
) -> Signal:
    """Return on where more of the recent breakouts across altcoins have failed than is usual.

    Usual is the quantile `share` of all values known up to and including the label, and not of the
    whole record: a quartile of 2016 to 2026 would know in 2020 what came after.

    Parameters
    ----------
    panel : Panel
    share : float, default .75
        Of the values known so far, that the latest has to exceed: the upper quarter.
    least : int, default 730
        Days with a value before anything is usual: two years.
    level : float, optional
        A fixed percentage of a month's cohort that you have from elsewhere, instead of `share`.
    name : str, default "failed_breakouts.rate"

    Returns
    -------
    Signal
        Unknown before `least` values are known, and where the last one is older than seven days.

    Raises
    ------
    InputError
        If `share` does not lie between 0 and 1.
    InputError
        If `least` < 30.
    InputError
        If `level` is no finite number.
    InputError
        As `carried`.
    """
    require_between(share, 0.0, 1.0, "share")
    require_count(least, 30, "least")
    if level is not None:
        fixed = above_level(panel, name, level)
        return Signal(fixed.values, name="breakouts failing", recipe=fixed.recipe)
    rates = carried(panel, name)
    known = panel.known(name)
    usual = known.expanding(min_periods=least).quantile(share).ffill()
    on = np.where(rates.isna() | usual.isna(), np.nan, above(rates, usual))
    return Signal(
        pd.Series(on, index=rates.index),
        name="breakouts failing",
        recipe=f"{name} above the {share:.0%} quantile of all its values known so far",
    )
