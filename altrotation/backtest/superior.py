"""Superior predictive ability: the best of many against a benchmark, given that it was chosen."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.errors import InputError
from altrotation.inference.bootstrap import block_length
from altrotation.inference.results import RunInfo
from altrotation.printing import Printed, p_text
from altrotation.validate import (
    daily_frame,
    daily_series,
    require_between,
    require_count,
    require_same_dates,
)

__all__ = ["SuperiorAbility", "superior_ability"]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True, repr=False)
class SuperiorAbility(Printed):
    """The answer to: is the best of many better than a benchmark, given that it was chosen.

    Parameters
    ----------
    p_lower, p_consistent, p_upper : float
        Of Hansen's (2005) test, null: no strategy beats the benchmark. The consistent one is the
        answer; the others bound it.
    superior : tuple of str
        Strategies found better by the step-wise test of Romano & Wolf (2005), which controls the
        chance of any false finding at `size`.
    best : str
        The strategy with the largest mean gain.
    size, mean_block, replicates : float, float, int
    run : RunInfo
    """

    p_lower: float
    p_consistent: float
    p_upper: float
    superior: tuple[str, ...]
    best: str
    size: float
    mean_block: float
    replicates: int
    run: RunInfo

    def _line(self) -> str:
        return f"best of the family: {self.best}, p {p_text(self.p_consistent)}"

    def summary(self) -> pd.DataFrame:
        """Return one column."""
        rows = {
            "null": "no strategy beats the benchmark",
            "p (lower, consistent, upper)": (
                f"{self.p_lower:.4f}, {self.p_consistent:.4f}, {self.p_upper:.4f}"
            ),
            "best": self.best,
            f"superior at {self.size:.0%}": ", ".join(self.superior) or "none",
            "bootstrap": f"{self.replicates} resamples, mean block {self.mean_block:.1f} d",
        }
        return pd.Series(rows, name="superior predictive ability").to_frame()


@guarded
def superior_ability(
    returns: pd.DataFrame,
    benchmark: pd.Series,
    *,
    size: float = 0.05,
    replicates: int = 1000,
    seed: int = 0,
) -> SuperiorAbility:
    """Test whether any strategy beats a benchmark, allowing for the search among them.

    Parameters
    ----------
    returns : DataFrame of shape (n_days, n_strategies)
        Daily log returns, every strategy that was tried; no NaN.
    benchmark : Series of shape (n_days,)
        Daily log returns.
    size : float, default .05
        Of the step-wise test.
    replicates : int, default 1000
    seed : int, default 0

    Returns
    -------
    SuperiorAbility
        Losses are minus the returns; the mean block is that of the widest-blocked difference.

    Raises
    ------
    InputError
        If the dates differ.
    InputError
        If a value is missing.
    InputError
        If no strategy ever differs from the benchmark.
    InputError
        If `size` does not lie between 0 and 1.
    InputError
        If `replicates` < 100.
    """
    require_count(seed, 0, "seed")
    from arch.bootstrap import SPA, StepM  # heavy, and only selection needs it

    require_between(size, 0.0, 1.0, "size")
    require_count(replicates, 100, "replicates")
    table, base = daily_frame(returns, "returns"), daily_series(benchmark, "benchmark")
    require_same_dates(table, base, "`returns` and `benchmark`")
    if bool(table.isna().any(axis=None)) or bool(base.isna().any()):
        raise InputError("`returns` and `benchmark` must be known every day; narrow the cycle.")
    gains = table.to_numpy() - base.to_numpy()[:, None]
    moving = np.ptp(gains, axis=0) > 0
    if not moving.any():
        raise InputError("No strategy ever differs from the benchmark; there is nothing to test.")
    names = [str(name) for name in table.columns[moving]]
    block = max(block_length(gains[:, column]) for column in np.flatnonzero(moving))
    losses = pd.DataFrame(-table.to_numpy()[:, moving], columns=names)
    length = max(1, round(block))
    test = SPA(-base.to_numpy(), losses, block_size=length, reps=replicates, seed=seed)
    test.compute()
    steps = StepM(
        -base.to_numpy(), losses, size=size, block_size=length, reps=replicates, seed=seed
    )
    steps.compute()
    p = test.pvalues
    floor = 1.0 / (replicates + 1)  # arch divides by the replicates: a p of 0 is only "below 1/B"
    return SuperiorAbility(
        p_lower=max(float(p["lower"]), floor),
        p_consistent=max(float(p["consistent"]), floor),
        p_upper=max(float(p["upper"]), floor),
        superior=tuple(str(name) for name in steps.superior_models),
        best=names[int(np.argmax(gains[:, moving].mean(axis=0)))],
        size=size,
        mean_block=float(length),
        replicates=replicates,
        run=RunInfo.capture(seed, gains),
    )
