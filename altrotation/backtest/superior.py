"""Superior predictive ability: the best of many against a benchmark, given that it was chosen."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.backtest.metrics import differs, first_best
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

if TYPE_CHECKING:
    from arch.bootstrap import SPA

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
        Strategies that never differ from the benchmark are left out.

    Raises
    ------
    InputError
        If the dates differ.
    InputError
        If a value is missing.
    InputError
        If no strategy ever differs from the benchmark by more than rounding.
    InputError
        If `size` does not lie between 0 and 1.
    InputError
        If `replicates` < 100.
    """
    require_count(seed, 0, "seed")
    from arch.bootstrap import SPA  # heavy, and only selection needs it

    require_between(size, 0.0, 1.0, "size")
    require_count(replicates, 100, "replicates")
    table, base = daily_frame(returns, "returns"), daily_series(benchmark, "benchmark")
    require_same_dates(table, base, "`returns` and `benchmark`")
    if bool(table.isna().any(axis=None)) or bool(base.isna().any()):
        raise InputError("`returns` and `benchmark` must be known every day; narrow the cycle.")
    gains = table.to_numpy() - base.to_numpy()[:, None]
    moving = differs(table.to_numpy(), base.to_numpy())
    if not moving.any():
        raise InputError("No strategy ever differs from the benchmark; there is nothing to test.")
    names = [str(name) for name in table.columns[moving]]
    block = max(block_length(gains[:, column]) for column in np.flatnonzero(moving))
    losses = pd.DataFrame(-table.to_numpy()[:, moving], columns=names)
    length = max(1, round(block))
    test = SPA(-base.to_numpy(), losses, block_size=length, reps=replicates, seed=seed)
    test.compute()
    p = dict(test.pvalues)
    floor = 1.0 / (replicates + 1)  # arch divides by the replicates: a p of 0 is only "below 1/B"
    return SuperiorAbility(
        p_lower=max(float(p["lower"]), floor),
        p_consistent=max(float(p["consistent"]), floor),
        p_upper=max(float(p["upper"]), floor),
        superior=tuple(names[place] for place in _stepwise(test, size)),
        best=names[int(first_best(gains[:, moving].mean(axis=0)))],
        size=size,
        mean_block=float(length),
        replicates=replicates,
        run=RunInfo.capture(seed, gains),
    )


def _stepwise(test: "SPA", size: float) -> list[int]:
    """Return the places of the models found superior by Romano & Wolf (2005), algorithm 3.1.

    The rounds of `arch.bootstrap.StepM` on the resamples of `test`. That class asks for the maximum
    of no model where all are found in more than one round (arch 8.0.0, issue 862).
    """
    left = np.ones(test.k, dtype=np.bool_)
    while left.any():
        test.subset(left)
        test.compute()
        found = test.better_models(size)
        if not len(found):
            break
        left[found] = False
    return [int(place) for place in np.flatnonzero(~left)]
