"""Ready vetoes: crowded leverage, heavy token unlocks, breakouts that fail."""

import pandas as pd

from altrotation._guarded import guarded
from altrotation.data.panel import Panel
from altrotation.signals.signal import Signal
from altrotation.signals.trends import above_level, carried
from altrotation.validate import require_count

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
        If `window` < 1, or as `carried`.
    """
    require_count(window, 1, "window")
    mean = carried(panel, name, carry=1).rolling(window).mean()
    on = pd.Series(mean > level, dtype="float64").where(mean.notna())
    return Signal(
        on,
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
    panel: Panel, *, level: float = 83.0, name: str = "failed_breakouts.rate"
) -> Signal:
    """Return on where more than `level` percent of recent breakouts across altcoins have failed.

    Parameters
    ----------
    panel : Panel
    level : float, default 83
        Percent of a month's cohort: the upper quarter of 2016 to 2026, when the median was 73.
    name : str, default "failed_breakouts.rate"

    Returns
    -------
    Signal

    Raises
    ------
    InputError
        As `carried`.
    """
    rate = above_level(panel, name, level)
    return Signal(rate.values, name="breakouts failing", recipe=rate.recipe)
