"""Online detection of change points: how long the present segment has lasted, and its mean."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.errors import InputError
from altrotation.inference.results import RunInfo
from altrotation.kernels.bocpd import run_lengths
from altrotation.printing import Printed
from altrotation.regimes.paths import FilteredRegime
from altrotation.validate import daily_series, require_at_least, require_between, require_count
from altrotation.variation import TOLERANCE, varies

__all__ = ["OnlineChanges", "bocpd"]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True, repr=False)
class OnlineChanges(Printed):
    """The run-length posterior after each row, and the state read from it.

    Parameters
    ----------
    table : DataFrame of shape (n_days, 5)
        run_length (likeliest rows in the present segment), expected_run, recent (probability that
        the segment began within the last `within` rows), level (posterior mean of the segment's
        mean), above (probability that this mean exceeds `threshold`). Row t uses rows up to and
        including t; NaN in the burn-in and where the input is missing.
    regime : FilteredRegime
        The first of its states where `above` is below one half, else the second.
    threshold : float
    within : int
    rule : str
    """

    table: pd.DataFrame
    regime: FilteredRegime
    threshold: float
    within: int
    rule: str

    @guarded
    def alarms(self, *, probability: float = 0.5) -> pd.DatetimeIndex:
        """Return the days on which `recent` rises to at least `probability`.

        An alarm is known at its day. Rows before `within` rows after the burn-in are not counted:
        there every segment is recent.

        Parameters
        ----------
        probability : float, default 0.5

        Returns
        -------
        DatetimeIndex
            In ascending order; empty if there is none.

        Raises
        ------
        InputError
            If `probability` does not lie between 0 and 1.
        """
        require_between(probability, 0.0, 1.0, "probability")
        recent = self.table["recent"].dropna().iloc[self.within :]
        high = recent >= probability - TOLERANCE
        return pd.DatetimeIndex(recent.index[high & ~high.shift(fill_value=False)])

    def _line(self) -> str:
        return f"{self.rule}; {len(self.alarms())} alarms; {self.regime!r}"

    def summary(self) -> pd.DataFrame:
        """Return the summary of the regime."""
        return self.regime.summary()


@guarded
def bocpd(
    series: pd.Series,
    *,
    expected_run: float = 180.0,
    burn_in: int = 250,
    strength: float = 1.0,
    shape: float = 5.0,
    threshold: float = 0.0,
    within: int = 30,
    states: tuple[str, str] = ("low", "high"),
) -> OnlineChanges:
    """Detect changes of mean and variance online: Adams & MacKay (2007).

    Constant hazard 1 / `expected_run` and a Normal-Gamma prior for each segment. The centre and
    the scale of the prior come from the burn-in, which has no state.

    Parameters
    ----------
    series : Series of shape (n_days,)
        Roughly normal within a segment and free of autocorrelation: returns, not levels.
    expected_run : float, default 180
        Rows of an average segment; about the length of a rotation phase.
    burn_in : int, default 250
        Complete rows that set the prior: mean, and rate = shape x variance.
    strength : float, default 1
        How many rows the prior mean is worth: means of segments have standard deviation
        sigma / sqrt(strength). Raise it where shifts are small beside the noise: 25 for shifts of
        a fifth of the daily standard deviation.
    shape : float, default 5
        Half the rows the prior variance is worth.
    threshold : float, default 0
        Divides the two states by the mean of the segment.
    within : int, default 30
        Rows that count as recent.
    states : tuple of two str
        Names of the states below and above the threshold.

    Returns
    -------
    OnlineChanges
        A missing value leaves its row without a state and the posterior as it was.

    Raises
    ------
    InputError
        If `series` is no numeric Series on UTC days.
    InputError
        If `expected_run` < 2.
    InputError
        If `burn_in` < 10.
    InputError
        If `within` < 1.
    InputError
        If `strength` or `shape` is not positive.
    InputError
        If there are not more than `burn_in` complete rows.
    InputError
        If the burn-in is constant.
    """
    values = daily_series(series, "series")
    require_at_least(expected_run, 2.0, "expected_run")
    require_count(burn_in, 10, "burn_in")
    require_count(within, 1, "within")
    for value, name in ((strength, "strength"), (shape, "shape")):
        if not value > 0:
            raise InputError(f"`{name}` must be positive, got {value}.")
    rows = np.flatnonzero(values.notna().to_numpy())
    if len(rows) <= burn_in:
        raise InputError(
            f"`series` must have more than `burn_in` {burn_in} complete rows, got {len(rows)}; "
            "take a longer series or lower `burn_in`."
        )
    y = values.to_numpy()[rows]
    variance = float(y[:burn_in].var(ddof=1))
    if not varies(y[:burn_in]):
        raise InputError(
            f"`series` is constant ({y[0]:g}) over the burn-in of {burn_in} rows, so the prior has "
            "no scale; start later or lengthen `burn_in`."
        )
    prior = (float(y[:burn_in].mean()), strength, shape, shape * variance)
    held = run_lengths(y[burn_in:], 1 / expected_run, prior, within=within, threshold=threshold)
    table = pd.DataFrame(
        np.nan,
        index=values.index,
        columns=["run_length", "expected_run", "recent", "level", "above"],
    )
    table.iloc[rows[burn_in:]] = np.column_stack(held)
    rule = (
        f"Bayesian online change points, one in {expected_run:g} rows, prior from the first "
        f"{burn_in} rows worth {strength:g} and {2 * shape:g} rows, mean against {threshold:g}"
    )
    above = table["above"].to_numpy()
    codes = np.where(np.isnan(above), -1, np.nan_to_num(above) >= 0.5 - TOLERANCE).astype(np.int64)
    probabilities = pd.DataFrame({states[0]: 1 - table["above"], states[1]: table["above"]})
    regime = FilteredRegime(
        detector="bocpd",
        rule=rule,
        states=states,
        dates=pd.DatetimeIndex(values.index),
        codes=codes,
        probabilities=probabilities,
        run=RunInfo.capture(None, values),
    )
    return OnlineChanges(table=table, regime=regime, threshold=threshold, within=within, rule=rule)
