"""Ready signals from breakouts: a window after one, and the failure of one."""

import warnings

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.data.panel import Panel
from altrotation.errors import SampleStartWarning
from altrotation.events.breakouts import BreakoutKind, breakouts, label_failures
from altrotation.events.eventset import EventSet
from altrotation.signals.signal import Signal
from altrotation.signals.trends import carried
from altrotation.validate import require_count

__all__ = ["after_breakout", "ether_breakout", "failed_breakout", "russell_breakout"]


@guarded
def after_breakout(
    panel: Panel,
    name: str,
    *,
    kind: BreakoutKind = "high",
    window: int = 252,
    quiet: int = 60,
    days: int = 90,
) -> Signal:
    """Return on from a breakout of a series for `days` days, its own day included.

    Parameters
    ----------
    panel : Panel
        On the clock "24/7"; pass all of its history, for a record is measured against all of it.
    name : str
        A price, an index or a ratio.
    kind : {"record", "high"}, default "high"
        See `altrotation.events.breakouts`.
    window : int, default 252
        Closes of the trailing high, for "high" only: a year of New York sessions.
    quiet : int, default 60
        Closes without a breakout day before it.
    days : int, default 90
        Calendar days it lasts: between the 60 and 120 days of the claims.

    Returns
    -------
    Signal
        Unknown before a breakout could be told, and while no close has been known for seven days.

    Raises
    ------
    InputError
        As `breakouts` and `carried`, or if `days` < 1.
    """
    require_count(days, 1, "days")
    closes = panel.known(name)
    events = _found(closes, kind, window, quiet)
    pulse = _pulse(events, panel, name, quiet + (window if kind == "high" else 1))
    held = pulse.hold(days)
    return Signal(
        held.values,
        name=f"{name} breakout {days} d",
        recipe=f"{days} days from a {events.rule} of {name}",
    )


@guarded
def russell_breakout(
    panel: Panel,
    *,
    kind: BreakoutKind = "high",
    window: int = 252,
    quiet: int = 60,
    days: int = 90,
    leader: str = "RUT",
) -> Signal:
    """Return on for `days` days from a breakout of the Russell 2000.

    Parameters
    ----------
    panel : Panel
    kind : {"record", "high"}, default "high"
        Under "record" after 60 quiet sessions there is no event in 2024; the 52-week high has.
    window, quiet, days : int, default 252, 60 and 90
        See `after_breakout`.
    leader : str, default "RUT"
        Another index for a placebo.

    Returns
    -------
    Signal

    Raises
    ------
    InputError
        As `after_breakout`.
    """
    return after_breakout(panel, leader, kind=kind, window=window, quiet=quiet, days=days)


@guarded
def ether_breakout(
    panel: Panel, *, window: int = 90, quiet: int = 30, days: int = 60, ratio: str = "ETH/BTC"
) -> Signal:
    """Return on for `days` days from a close of ETH/BTC above its `window`-day high.

    Parameters
    ----------
    panel : Panel
    window : int, default 90
        Days of the trailing high: a level taken from the trailing range, since a fixed level such
        as 0.030 means another thing in every cycle.
    quiet : int, default 30
    days : int, default 60
    ratio : str, default "ETH/BTC"

    Returns
    -------
    Signal

    Raises
    ------
    InputError
        As `after_breakout`.
    """
    return after_breakout(panel, ratio, window=window, quiet=quiet, days=days)


@guarded
def failed_breakout(
    panel: Panel,
    *,
    kind: BreakoutKind = "high",
    window: int = 252,
    quiet: int = 60,
    within: int = 60,
    days: int = 60,
    leader: str = "RUT",
) -> Signal:
    """Return on for `days` days from the day a breakout is known to have failed: a veto.

    It has failed on the first close below the broken level within `within` sessions after it.

    Parameters
    ----------
    panel : Panel
    kind, window, quiet : "high", 252, 60
        The breakout, as in `after_breakout`.
    within : int, default 60
        Sessions in which it may fail.
    days : int, default 60
        Calendar days the veto lasts.
    leader : str, default "RUT"

    Returns
    -------
    Signal
        Unknown before a breakout could be told, and while no close has been known for seven days.

    Raises
    ------
    InputError
        As `after_breakout`, or if `within` < 1.
    """
    require_count(days, 1, "days")
    closes = panel.known(leader)
    events = _found(closes, kind, window, quiet)
    labels = label_failures(events, closes, within=within)
    failed = labels["failed"].astype("boolean").fillna(False).to_numpy(dtype=bool)
    known = pd.DatetimeIndex(pd.to_datetime(labels.loc[failed, "known"])).unique().sort_values()
    failures = EventSet(known, rule=f"failure within {within} sessions of a {events.rule}")
    pulse = _pulse(failures, panel, leader, quiet + (window if kind == "high" else 1))
    return Signal(
        pulse.hold(days).values,
        name=f"{leader} breakout failed",
        recipe=f"{days} days from a {failures.rule} of {leader}",
    )


def _found(closes: pd.Series, kind: BreakoutKind, window: int, quiet: int) -> EventSet:
    """Return the breakouts of all history, of which a replay cuts its span; the rule says since."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SampleStartWarning)
        return breakouts(closes, kind=kind, window=window, quiet=quiet)


def _pulse(events: EventSet, panel: Panel, name: str, warmup: int) -> Signal:
    """Return a pulse at each event, 0 on days that hold none, unknown where that cannot be told."""
    fresh = carried(panel, name)
    rows = np.flatnonzero(panel.known(name).notna().to_numpy())
    values = np.where(fresh.isna().to_numpy(), np.nan, 0.0)
    values[: rows[warmup] if len(rows) > warmup else len(values)] = np.nan
    values[fresh.index.get_indexer(events.dates)] = 1.0
    return Signal(pd.Series(values, index=fresh.index), name=name, recipe=events.rule)
