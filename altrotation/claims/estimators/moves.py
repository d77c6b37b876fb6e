"""Session returns of several series over the longest recent stretch without a hole."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from altrotation.data.calendar import labels
from altrotation.data.panel import Panel

__all__ = ["session_moves"]


def session_moves(panel: Panel, names: Sequence[str]) -> pd.DataFrame:
    """Return log returns from session to session since the last session on which one is missing.

    Parameters
    ----------
    panel : Panel
        Of either clock.
    names : sequence of str
        Prices, indexes or ratios. The stretch ends with the last session that has all of them.

    Returns
    -------
    DataFrame of shape (n_sessions, len(names))
        Without NaN; empty if the stretch has fewer than two sessions.

    Raises
    ------
    InputError
        If the panel lacks a series.
    """
    values = pd.DataFrame({name: panel.value(name) for name in names})
    frame = values.reindex(labels("XNYS", values.index[0], values.index[-1]))
    whole = frame.notna().all(axis=1).to_numpy()
    if not whole.any():
        return frame.iloc[:0]
    last = len(whole) - int(whole[::-1].argmax())
    holes = np.flatnonzero(~whole[:last])
    first = int(holes[-1]) + 1 if len(holes) else 0
    return pd.DataFrame(np.log(frame.iloc[first:last])).diff().iloc[1:]
