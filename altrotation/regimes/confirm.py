"""A state counts only after it has lasted some days: fewer false alarms for a longer delay."""

from dataclasses import replace

import numpy as np

from altrotation._guarded import guarded
from altrotation.regimes.paths import FilteredRegime, StatePath, require_filtered
from altrotation.validate import require_count

__all__ = ["confirmed"]


@guarded
def confirmed(regime: StatePath, *, rows: int) -> FilteredRegime:
    """Return the path in which a new state is taken on after `rows` rows in a row.

    Parameters
    ----------
    regime : FilteredRegime
    rows : int
        Successive rows, the present one included, that must show the new state; 1 changes nothing.
        Until then the confirmed state goes on.

    Returns
    -------
    FilteredRegime
        Without probabilities. A row without a state stays without one, and breaks a run; the first
        state, too, must be confirmed.

    Raises
    ------
    LookaheadError
        If `regime` is smoothed.
    InputError
        If `rows` < 1.
    """
    path = require_filtered(regime)
    require_count(rows, 1, "rows")
    codes = np.full(len(path.codes), -1)
    held, run = -1, 0
    for t, code in enumerate(path.codes):
        run = run + 1 if t and code == path.codes[t - 1] else 1
        if code < 0:
            continue
        if run >= rows:
            held = int(code)
        codes[t] = held
    invalid = path.invalid
    if invalid is None and not (codes >= 0).any():
        invalid = f"no state lasts {rows} rows"
    return replace(
        path,
        rule=f"{path.rule}; a state counts after {rows} rows",
        codes=codes,
        probabilities=None,
        invalid=invalid,
    )
