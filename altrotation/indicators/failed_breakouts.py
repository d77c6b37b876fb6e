"""Breakouts of many members: how many of them are given back."""

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.aliases import FloatArray
from altrotation.indicators.members import membership, positive_frame
from altrotation.validate import require_count
from altrotation.variation import above

__all__ = ["failed_breakout_rate"]

_FAILED, _HELD = 1.0, 0.0


@guarded
def failed_breakout_rate(
    closes: pd.DataFrame,
    *,
    members: pd.DataFrame | None = None,
    high: int = 20,
    within: int = 10,
    cohort: int = 30,
    least: int = 20,
) -> pd.Series:
    """Return the percentage of breaks of a `high`-day high that failed within `within` days.

    A break is a close above every close of the `high` days before it, by a member that has no
    earlier break still open. Its level is the highest of those closes. It fails on the first of
    the next `within` days that closes below the level, and holds otherwise.

    The rate at day t is over the cohort of breaks begun on days t - within - cohort + 1 to
    t - within: exactly those whose outcome is known at t whatever it was. Counting breaks by the
    day they are settled would be known as early, but failures settle sooner than successes, so a
    rush of breaks would first show as a wave of failures.

    Parameters
    ----------
    closes : DataFrame of shape (n_days, n_members)
        Prices on every day.
    members : DataFrame of bool, shape (n_days, n_members), optional
        Who belongs at each day, known at that day: a break counts if its member belongs on the day
        it begins. By default everybody.
    high : int, default 20
        Days of the high that is broken, strictly before the break.
    within : int, default 10
        Days in which a break may fail.
    cohort : int, default 30
        Days of breaks in the rate.
    least : int, default 20
        Breaks the cohort must hold, or the day is NaN.

    Returns
    -------
    Series of shape (n_days,)
        Percent of the cohort; NaN for the first high + within days and below `least` breaks.
        A break is looked for only where all `high` + 1 closes are present. A missing close while a
        break is open decides nothing; a break that has not failed when the last day of its span
        has no close is left out of the cohort.

    Raises
    ------
    InputError
        If columns differ.
    InputError
        If a price is not positive.
    InputError
        If `high`, `within`, `cohort` or `least` < 1.
    """
    prices = positive_frame(closes, "closes")
    for value, name in ((high, "high"), (within, "within"), (cohort, "cohort"), (least, "least")):
        require_count(value, 1, name)
    belongs = membership(members, prices)
    outcome = _outcomes(prices.to_numpy(), high, within)
    outcome[~belongs] = np.nan
    failed = (outcome == _FAILED).sum(axis=1).astype(np.float64)
    settled = (~np.isnan(outcome)).sum(axis=1).astype(np.float64)
    rate = _trailing(failed, within, cohort) / _at_least(_trailing(settled, within, cohort), least)
    rate[: high + within] = np.nan
    return pd.Series(100.0 * rate, index=prices.index, name="failed_breakout_rate")


def _outcomes(prices: FloatArray, high: int, within: int) -> FloatArray:
    """Return, at the row a break begins, 1 if it failed and 0 if it held; NaN elsewhere."""
    n, k = prices.shape
    outcome = np.full((n, k), np.nan)
    began = np.full(k, -1)  # row at which the open break of each member began
    level = np.full(k, np.nan)
    for t in range(high, n):
        now = prices[t]
        fails = (began >= 0) & above(level, now)
        outcome[began[fails], np.flatnonzero(fails)] = _FAILED
        began[fails] = -1
        ends = (began >= 0) & (t - began == within)
        holds = ends & ~np.isnan(now)
        outcome[began[holds], np.flatnonzero(holds)] = _HELD
        began[ends] = -1
        before = prices[t - high : t].max(axis=0)  # NaN where a close is missing
        breaks = (began < 0) & ~fails & ~ends & above(now, before)
        began[breaks] = t
        level[breaks] = before[breaks]
    return outcome


def _trailing(counts: FloatArray, lag: int, window: int) -> FloatArray:
    """Return the sum of `counts` over rows t - lag - window + 1 .. t - lag, from the first row."""
    sums = np.concatenate([[0.0], np.cumsum(counts)])
    last = np.maximum(np.arange(len(counts)) - lag + 1, 0)
    return np.asarray(sums[last] - sums[np.maximum(last - window, 0)], dtype=np.float64)


def _at_least(counts: FloatArray, least: int) -> FloatArray:
    return np.where(counts >= least, counts, np.nan)
