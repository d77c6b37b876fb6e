"""Parameters estimated again and again, each time from the past only."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
import pandas as pd

from altrotation.aliases import FloatArray
from altrotation.errors import AltrotationError
from altrotation.validate import require_count

__all__ = ["FitError", "Fitted", "walk_forward"]

Parameters = TypeVar("Parameters")


class FitError(AltrotationError):
    """An estimation that must not be used: the message says why."""

    code = "ALT150"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Fitted(Generic[Parameters]):
    """Parameters with what the ledger shows of them: named numbers."""

    parameters: Parameters
    shown: dict[str, float]


def walk_forward(
    dates: pd.DatetimeIndex,
    fit: Callable[[int, Parameters | None, int], Fitted[Parameters]],
    states_of: Callable[[Parameters, int], FloatArray],
    *,
    n_states: int,
    warmup: int,
    every: int,
) -> tuple[FloatArray, pd.DataFrame]:
    """Return state probabilities from parameters that are estimated on past rows only.

    At rows warmup - 1, warmup - 1 + every, ... the parameters are estimated from all rows up to
    and including that row, and hold from it until the row before the next estimation. An estimation
    that raises FitError is noted and the parameters before it stay in force.

    Parameters
    ----------
    dates : DatetimeIndex of shape (n,)
        Days of the complete rows.
    fit : callable
        From the number of rows, the parameters in force (or None) and the number of the estimation
        to `Fitted`; raises FitError.
    states_of : callable
        From parameters and a number of rows to probabilities of shape (rows, n_states), filtered.
    n_states : int
    warmup : int
        Rows of the first estimation.
    every : int
        Rows between estimations.

    Returns
    -------
    probabilities : array of shape (n, n_states)
        NaN before the first estimation that succeeded.
    fits : DataFrame
        One row an estimation: date, rows, the numbers shown, invalid (the reason, or empty).

    Raises
    ------
    InputError
        If `warmup` < 1.
    InputError
        If `every` < 1.
    """
    require_count(warmup, 1, "warmup")
    require_count(every, 1, "every")
    n = len(dates)
    probabilities = np.full((n, n_states), np.nan)
    current: Parameters | None = None
    ledger = []
    for number, row in enumerate(range(warmup - 1, n, every)):
        entry: dict[str, object] = {"date": dates[row], "rows": row + 1}
        try:
            fitted = fit(row + 1, current, number)
        except FitError as error:
            entry["invalid"] = str(error)
        else:
            current = fitted.parameters
            entry.update(fitted.shown)
            entry["invalid"] = ""
        ledger.append(entry)
        if current is not None:
            stop = min(row + every, n)
            probabilities[row:stop] = states_of(current, stop)[row:stop]
    return probabilities, pd.DataFrame(ledger)
