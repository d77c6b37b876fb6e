"""Session returns of several series over the longest recent stretch without a hole."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from altrotation.data.calendar import labels
from altrotation.data.panel import Panel
from altrotation.errors import InputError

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
        Without NaN, of at least one row.

    Raises
    ------
    InputError
        If the panel lacks a series.
    InputError
        If no two sessions in a row have all of them at the end of the stretch.
    """
    values = pd.DataFrame({name: panel.value(name) for name in names})
    frame = values.reindex(labels("XNYS", values.index[0], values.index[-1]))
    whole = frame.notna().all(axis=1).to_numpy()
    last = len(whole) - int(whole[::-1].argmax()) if whole.any() else 0
    holes = np.flatnonzero(~whole[:last])
    first = int(holes[-1]) + 1 if len(holes) else 0
    if last - first < 2:
        raise InputError(f"No two sessions in a row have {', '.join(names)}; choose another span.")
    return pd.DataFrame(np.log(frame.iloc[first:last])).diff().iloc[1:]
