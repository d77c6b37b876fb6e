"""Dates and days divided by the regime that was known beforehand."""

from collections.abc import Iterable

import pandas as pd

from altrotation._guarded import guarded
from altrotation.aliases import DateLike
from altrotation.regimes.paths import StatePath, When, require_filtered
from altrotation.validate import daily_index, require_choice

__all__ = ["days_in", "split_dates"]


@guarded
def split_dates(
    dates: Iterable[DateLike], regime: StatePath, *, when: When = "before"
) -> dict[str, pd.DatetimeIndex]:
    """Divide dates by the state that was known before (or at) them.

    Each part is what an event study by regime needs: ``EventSet(part, rule=...)``.

    Parameters
    ----------
    dates : iterable of dates
        For example an EventSet.
    regime : FilteredRegime
    when : {"before", "at"}, default "before"
        As in `FilteredRegime.known`: strictly before the date, so that the event cannot have made
        its own regime, or up to and including it.

    Returns
    -------
    dict of str to DatetimeIndex
        One entry a state, in the order of the states, empty ones included, and "unknown".

    Raises
    ------
    LookaheadError
        If `regime` is smoothed.
    InputError
        If a date is unreadable.
    InputError
        If `when` is unknown.
    """
    states = require_filtered(regime).known(dates, when=when)
    parts = {state: pd.DatetimeIndex(states.index[states == state]) for state in regime.states}
    parts["unknown"] = pd.DatetimeIndex(states.index[states.isna()])
    return parts


@guarded
def days_in(
    state: str, regime: StatePath, dates: pd.DatetimeIndex, *, when: When = "before"
) -> pd.Series:
    """Return which of `dates` lie in `state`, as known before (or at) each of them.

    The mask by which a cross-correlation or a regression is restricted to a regime: the clock of
    `dates` (sessions, weeks) need not be that of the regime.

    Parameters
    ----------
    state : str
    regime : FilteredRegime
    dates : DatetimeIndex of shape (n,)
    when : {"before", "at"}, default "before"
        A return of day t belongs to the regime known strictly before t.

    Returns
    -------
    Series of shape (n,)
        True or False; a day whose regime is unknown is in no state.

    Raises
    ------
    LookaheadError
        If `regime` is smoothed.
    InputError
        If `state` is no state of `regime`.
    InputError
        If `when` is unknown.
    InputError
        If `dates` are not sorted, unique UTC days.
    """
    require_choice(state, regime.states, "state")
    days = daily_index(dates, "dates")
    return (require_filtered(regime).known(days, when=when) == state).rename(state)
