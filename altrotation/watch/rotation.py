"""How often a state was followed by rotation: occasions that do not overlap, counted."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.aliases import BoolArray, FloatArray, IntArray
from altrotation.inference.results import Interval
from altrotation.validate import daily_series, positive, require_between, require_count

__all__ = ["Tally", "rotation_outcomes", "separate_rows", "tally"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """`followed` of `occasions` were followed by rotation; `interval` is None without any."""

    followed: int
    occasions: int
    interval: Interval | None

    @property
    def share(self) -> float:
        """Followed over occasions, NaN without any."""
        return self.followed / self.occasions if self.occasions else float("nan")

    def __str__(self) -> str:
        if self.interval is None:
            return "no occasion"
        low, high = 100 * self.interval.low, 100 * self.interval.high
        return f"{self.followed} of {self.occasions} ({low:.0f}-{high:.0f} %)"


@guarded
def rotation_outcomes(relative: pd.Series, *, horizon: int = 60, delay: int = 1) -> pd.Series:
    """Return the log return that followed each label: a label's *future*, never a signal.

    Parameters
    ----------
    relative : Series of shape (n_days,)
        A basket in units of bitcoin.
    horizon : int, default 60
        Rows of the return.
    delay : int, default 1
        Rows between the label and the price the return starts from.

    Returns
    -------
    Series of shape (n_days,)
        ln P[t + delay + horizon] - ln P[t + delay], log points; NaN where either is missing, as for
        the last delay + horizon rows, whose outcome nobody knows yet.

    Raises
    ------
    InputError
        If a value is not positive, `horizon` < 1 or `delay` < 0.
    """
    values = positive(daily_series(relative, "relative"), "relative")
    require_count(horizon, 1, "horizon")
    require_count(delay, 0, "delay")
    logs = pd.Series(np.log(values.to_numpy()), index=values.index)
    return (logs.shift(-delay - horizon) - logs.shift(-delay)).rename("outcome")


def separate_rows(flags: BoolArray, spacing: int) -> IntArray:
    """Return the first flagged row, then the next at least `spacing` rows later, and so on."""
    rows = np.flatnonzero(flags)
    chosen: list[int] = []
    for row in rows.tolist():
        if not chosen or row - chosen[-1] >= spacing:
            chosen.append(row)
    return np.array(chosen, dtype=np.int64)


def tally(flags: BoolArray, outcomes: FloatArray, *, horizon: int, level: float = 0.95) -> Tally:
    """Count the occasions of a state that were followed by a positive outcome.

    Occasions are the first day in the state whose outcome is known, then the next one at least
    `horizon` rows later, and so on, so that no two outcomes share a day. The interval is
    Wilson's score interval (Wilson 1927), as if occasions were independent; they follow one market,
    so it is rather too narrow.

    Parameters
    ----------
    flags : bool array of shape (n,)
        Whether each day is in the state.
    outcomes : float array of shape (n,)
        NaN where unknown.
    horizon : int
        Rows an outcome spans.
    level : float, default 0.95
        Of the interval.

    Returns
    -------
    Tally

    Raises
    ------
    InputError
        If `horizon` < 1 or `level` is not between 0 and 1.
    """
    from scipy.stats import binomtest  # slow to import, and only counts need it

    require_count(horizon, 1, "horizon")
    require_between(level, 0.0, 1.0, "level")
    rows = separate_rows(flags & ~np.isnan(outcomes), horizon)
    followed = int((outcomes[rows] > 0).sum())
    if not len(rows):
        return Tally(followed=0, occasions=0, interval=None)
    band = binomtest(followed, len(rows)).proportion_ci(level, method="wilson")
    interval = Interval(float(band.low), float(band.high), level, "Wilson score")
    return Tally(followed=followed, occasions=len(rows), interval=interval)
