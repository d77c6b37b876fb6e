"""The probability of backtest overfitting: what choosing the best in sample is worth after it."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from typing import TypeAlias

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.aliases import FloatArray
from altrotation.backtest.metrics import first_best, share_beaten
from altrotation.errors import InputError
from altrotation.printing import Printed
from altrotation.validate import require_at_least, require_count
from altrotation.variation import above, resolved, size_of

__all__ = ["OverfittingProbability", "Score", "overfitting_probability"]

Score: TypeAlias = Callable[[FloatArray], FloatArray]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True, repr=False)
class OverfittingProbability(Printed):
    """How often the best in sample falls into the worse half out of sample.

    Parameters
    ----------
    probability : float
        Share of the splits in which it does: about one half if choosing is worthless.
    logits : array of shape (n_splits,)
        Log odds of the relative rank out of sample of the best in sample; 0 is the median.
    loss : float
        Share of the splits in which the best in sample has a negative score out of sample.
    blocks : int
    n_strategies : int
    """

    probability: float
    logits: FloatArray
    loss: float
    blocks: int
    n_strategies: int

    def _line(self) -> str:
        return f"{self.probability:.2f}, {self.n_strategies} strategies, {self.blocks} blocks"

    def summary(self) -> pd.DataFrame:
        """Return one column."""
        rows = {
            "probability of overfitting": f"{self.probability:.3f}",
            "median log odds of the rank": f"{float(np.median(self.logits)):+.2f}",
            "chosen one loses out of sample": f"{self.loss:.3f}",
            "splits": f"{len(self.logits)} of {self.blocks} blocks",
            "strategies": str(self.n_strategies),
        }
        return pd.Series(rows, name="combinatorially symmetric cross-validation").to_frame()


@guarded
def overfitting_probability(
    returns: FloatArray | pd.DataFrame, *, blocks: int = 16, score: Score | None = None
) -> OverfittingProbability:
    """Return the probability of backtest overfitting by symmetric cross-validation.

    The days are cut into `blocks` stretches; each half of them in turn is the sample in which the
    best strategy is chosen, and the other half ranks it (Bailey, Borwein, Lopez de Prado & Zhu
    2017, section 2.2). Only ranks of scores are used, so any increasing function of a score gives
    the same answer.

    Parameters
    ----------
    returns : array or DataFrame of shape (n_days, n_strategies)
        Daily returns of every strategy that was tried; no NaN.
    blocks : int, default 16
        Even; 16 make 12,870 splits.
    score : callable, optional
        From returns of shape (m, n_strategies) to scores of shape (n_strategies,). Default: the
        Sharpe ratio, computed for all splits at once from sums over blocks.

    Returns
    -------
    OverfittingProbability

    Raises
    ------
    InputError
        If `blocks` < 2.
    InputError
        If `blocks` is odd.
    InputError
        If there are fewer than two strategies.
    InputError
        If there are fewer than two days a block.
    InputError
        If a value is missing or infinite.
    """
    table = np.asarray(returns, dtype=np.float64)
    require_count(blocks, 2, "blocks")
    if blocks % 2:
        raise InputError(f"`blocks` must be even, got {blocks}: halves are compared.")
    if table.ndim != 2 or table.shape[1] < 2:
        raise InputError(f"`returns` must have at least two strategies, got shape {table.shape}.")
    require_at_least(len(table), 2 * blocks, "number of days")
    if not np.isfinite(table).all():
        raise InputError("`returns` must be finite; narrow the cycle to days known to all.")
    chosen = np.array(list(combinations(range(blocks), blocks // 2)))
    inside = np.zeros((len(chosen), blocks))
    np.put_along_axis(inside, chosen, 1.0, axis=1)
    parts = np.array_split(np.arange(len(table)), blocks)
    if score is None:
        train, test = _sharpes(table, parts, inside), _sharpes(table, parts, 1.0 - inside)
    else:
        train, test = (
            _scores(table, parts, inside, score),
            _scores(table, parts, 1.0 - inside, score),
        )
    best = first_best(train)
    own = test[np.arange(len(best)), best]
    ranks = 0.5 + np.round(2.0 * table.shape[1] * share_beaten(test, own)) / 2.0
    omega = ranks / (table.shape[1] + 1)
    logits = np.log(omega / (1.0 - omega))
    return OverfittingProbability(
        probability=float((2.0 * ranks <= table.shape[1] + 1).mean()),
        logits=logits,
        loss=float(above(0.0, own).mean()),
        blocks=blocks,
        n_strategies=table.shape[1],
    )


def _sharpes(table: FloatArray, parts: list[np.ndarray], inside: FloatArray) -> FloatArray:
    counts = inside @ np.array([float(len(part)) for part in parts])
    centred = table - table.mean(axis=0)  # so that squares lose no digits
    sums = _picked(inside, np.array([centred[part].sum(axis=0) for part in parts]))
    squares = _picked(inside, np.array([(centred[part] ** 2).sum(axis=0) for part in parts]))
    mean = sums / counts[:, None]
    variance = (squares - counts[:, None] * mean**2) / (counts[:, None] - 1.0)
    spread = np.sqrt(np.maximum(variance, 0.0))
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = (mean + table.mean(axis=0)) / spread
    # a strategy that never moves has no merit
    return np.where(resolved(spread, size_of(table)), ratio, 0.0)


def _picked(inside: FloatArray, blocks: FloatArray) -> FloatArray:
    """Return ``inside @ blocks``, added block by block so that equal columns give equal sums."""
    total = np.zeros((len(inside), blocks.shape[1]))
    for weight, block in zip(inside.T, blocks, strict=True):
        total += weight[:, None] * block
    return total


def _scores(
    table: FloatArray, parts: list[np.ndarray], inside: FloatArray, score: Score
) -> FloatArray:
    return np.array(
        [
            score(table[np.concatenate([parts[block] for block in np.flatnonzero(line)])])
            for line in inside
        ]
    )
