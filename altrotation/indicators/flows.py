"""Flows: how long money has kept coming, and how much of it, on a scale that can be compared."""

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.kernels import rolling
from altrotation.kernels.runs import signed_runs
from altrotation.validate import (
    daily_index,
    daily_series,
    positive,
    require_count,
    require_same_dates,
)

__all__ = ["flow_streak", "rolling_flow"]


@guarded
def flow_streak(flow: pd.Series, *, due: pd.DatetimeIndex | None = None) -> pd.Series:
    """Return how many sessions in a row a fund has had inflows, or outflows with a minus.

    Parameters
    ----------
    flow : Series of shape (n,)
        Net flow of a session, labelled by the day it was *known* (flows are published the day
        after: ``panel.known("etf.eth")``), NaN on days without a publication.
    due : DatetimeIndex, optional
        Days on which a figure should have come out, for example
        ``panel.card("etf.eth").known(sessions(start, end))``. A figure that stayed away breaks the
        run: the next one starts at one. Without it the figures present count as consecutive.

    Returns
    -------
    Series of shape (n,)
        Sessions up to and including the one made known that day; 0 after a flow of exactly zero,
        which is neither; NaN on days without a publication. The first run may have begun before
        the record. A streak of five says nothing of size: a dollar a day counts.

    Raises
    ------
    InputError
        If the dates or values are unusable.
    """
    values = daily_series(flow, "flow")
    present = values.dropna()
    broken = None
    if due is not None:
        expected = daily_index(due, "due")
        missed = expected[~expected.isin(present.index)]
        before = missed.searchsorted(present.index)  # figures missed so far
        broken = np.diff(before, prepend=0)
    runs = signed_runs(present.to_numpy(), broken).astype(np.float64)
    return pd.Series(runs, index=present.index).reindex(values.index).rename("flow_streak")


@guarded
def rolling_flow(
    flow: pd.Series, *, sessions: int = 20, scale: pd.Series | None = None
) -> pd.Series:
    """Return the net flow of the last `sessions` sessions, in percent of a scale if one is given.

    Parameters
    ----------
    flow : Series of shape (n,)
        Net flow of a session, labelled by the day it was known; NaN on days without a publication.
    sessions : int, default 20
        Figures added up, the newest included: a month.
    scale : Series of shape (n,), optional
        What the flow is measured by at the same label, in the same unit as `flow` and known at that
        label: assets under management, capitalisation or traded volume. Not carried: NaN gives NaN.

    Returns
    -------
    Series of shape (n,)
        In the unit of `flow`, or percent of `scale`; NaN on days without a publication and for the
        first sessions - 1 figures. Flows in dollars grow with the price of what is bought: compare
        years on a scale.

    Raises
    ------
    InputError
        If the dates differ, a scale is not positive, or `sessions` < 1.
    """
    values = daily_series(flow, "flow")
    require_count(sessions, 1, "sessions")
    present = values.dropna()
    total = pd.Series(rolling.total(present.to_numpy(), sessions), index=present.index)
    total = total.reindex(values.index).rename("rolling_flow")
    if scale is None:
        return total
    measure = positive(daily_series(scale, "scale"), "scale")
    require_same_dates(values, measure, "`flow` and `scale`")
    return (100.0 * total / measure).rename("rolling_flow")
