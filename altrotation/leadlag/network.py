"""Who leads whom among many series: a matrix of pairwise leads with joint inference."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from scipy import stats

from altrotation._guarded import guarded
from altrotation.aliases import FloatArray, Seed
from altrotation.inference.multiple import step_down
from altrotation.inference.results import RunInfo
from altrotation.inference.ties import tail_share
from altrotation.leadlag.inputs import aligned
from altrotation.leadlag.levy import area_terms, unit_residuals
from altrotation.leadlag.matrix import LeadMatrix
from altrotation.leadlag.streams import sign_draws
from altrotation.validate import daily_frame, require_at_least, require_between, require_count

__all__ = ["Scores", "lead_matrix", "pair_blocks", "score_table"]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Scores:
    """Block sums of the terms of all pairs.

    Parameters
    ----------
    names : list of str
    pairs : list of tuple of int
        Positions of the two series of each pair, first below second.
    blocks : array of shape (b, pairs)
        Sums over blocks of rows, divided by the number of rows: a column's sum is the score.
    frame : DataFrame
        The rows that entered.
    rows, cut : int
        Rows after prewhitening, and rows it cost.
    """

    names: list[str]
    pairs: list[tuple[int, int]]
    blocks: FloatArray
    frame: pd.DataFrame
    rows: int
    cut: int


@guarded
def lead_matrix(
    frame: pd.DataFrame,
    *,
    window: int = 20,
    max_order: int = 10,
    level: float = 0.95,
    replicates: int = 1999,
    seed: Seed = 0,
    workers: int = 1,
) -> LeadMatrix:
    """Estimate the lead of each series over each other by Levy areas, and rank the leaders.

    Bennett, Cucuringu & Reinert (2022) for the matrix and the ranking by row means. All pairs are
    resampled with the same random signs of blocks of days, so that the dependence between pairs is
    kept: same-day co-movement and shared volatility stay, the lead does not.

    A lead is signed: a series that leads with the opposite sign ranks as a follower.

    Parameters
    ----------
    frame : DataFrame of shape (n, m)
        Changes (log returns) of two or more series, without holes between the ends.
    window : int, default 20
        Rows; leads up to window - 1 rows count, the longer the less. Also the rows of a block.
    max_order : int, default 10
        Largest order BIC may choose for prewhitening each series.
    level : float, default .95
    replicates : int, default 1999
    seed : int or Generator, default 0
    workers : int, default 1

    Returns
    -------
    LeadMatrix

    Raises
    ------
    InputError
        If there are fewer than two columns.
    InputError
        If a value is missing between the first and the last shared day.
    InputError
        If a series is constant, or determined by its own past.
    InputError
        If two series move as one.
    InputError
        If a series looks like a level.
    InputError
        If there are fewer than 40 + 2 `window` rows.
    InputError
        If `window` < 2.
    InputError
        If `max_order` < 0, or leaves no more rows than coefficients.
    InputError
        If `replicates` or `workers` < 1.
    InputError
        If `level` does not lie between 0 and 1.
    """
    require_between(level, 0.0, 1.0, "level")
    scores = pair_blocks(frame, window=window, max_order=max_order)
    names = scores.names
    draws = sign_draws(scores.blocks, replicates, seed=seed, path=(1,), workers=workers)
    index = pd.MultiIndex.from_tuples(
        [(names[i], names[j]) for i, j in scores.pairs], names=["leader", "follower"]
    )
    pairs = score_table(scores.blocks, draws, index, level)
    averages = np.zeros((len(scores.pairs), len(names)))
    for row, (i, j) in enumerate(scores.pairs):
        averages[row, i], averages[row, j] = 1.0, -1.0
    averages /= len(names) - 1
    ranking = score_table(
        scores.blocks @ averages, draws @ averages, pd.Index(names, name="series"), level
    )
    return LeadMatrix(
        label=f"leads among {len(names)} series",
        null="no series of a pair moves first: correlations at lead and lag balance",
        alternative="the first of a pair moves first (positive) or the second does (negative)",
        method=f"Levy areas of prewhitened series, windows of {window} rows; {replicates} joint "
        f"draws of random signs for {len(scores.blocks)} blocks",
        n=scores.rows,
        first=scores.frame.index[scores.cut],
        last=scores.frame.index[-1],
        level=level,
        run=RunInfo.capture(seed, scores.frame),
        pairs=pairs,
        ranking=ranking.sort_values("estimate", ascending=False),
        replicates=replicates,
    )


def pair_blocks(frame: pd.DataFrame, *, window: int, max_order: int) -> Scores:
    """Return the Levy-area terms of all pairs of columns, summed over blocks of `window` rows.

    Parameters
    ----------
    frame : DataFrame of shape (n, m)
        Changes, without holes between the ends.
    window : int
        Rows; also those of a block.
    max_order : int
        Largest order BIC may choose for prewhitening each series.

    Returns
    -------
    Scores

    Raises
    ------
    InputError
        If `window` < 2.
    InputError
        If there are fewer than two columns.
    InputError
        If a value is missing between the ends, or a series is constant.
    InputError
        If two series move as one.
    InputError
        If a series looks like a level.
    InputError
        If there are fewer than 40 + 2 `window` rows.
    InputError
        If `max_order` < 0, or leaves no more rows than coefficients.
    """
    require_count(window, 2, "window")
    checked = daily_frame(frame, "frame")
    require_at_least(checked.shape[1], 2, "the number of columns of `frame`")
    kept, _ = aligned({str(name): checked[name] for name in checked.columns}, least=40 + 2 * window)
    unit, cut = unit_residuals(kept, max_order=max_order)
    pairs = list(combinations(range(unit.shape[1]), 2))
    starts = np.arange(0, len(unit), window)
    columns = [area_terms(unit[:, i], unit[:, j], window) for i, j in pairs]
    blocks = np.add.reduceat(np.column_stack(columns), starts, axis=0) / len(unit)
    return Scores(
        names=[str(name) for name in kept.columns],
        pairs=pairs,
        blocks=np.asarray(blocks, dtype=np.float64),
        frame=kept,
        rows=len(unit),
        cut=cut,
    )


def score_table(
    blocks: FloatArray, draws: FloatArray, index: pd.Index, level: float
) -> pd.DataFrame:
    """Return estimate, interval, p and adjusted p of sums of block terms.

    Parameters
    ----------
    blocks : array of shape (b, k)
    draws : array of shape (replicates, k)
        The same sums under random signs.
    index : Index of length k
    level : float
        Of the intervals, between 0 and 1.

    Returns
    -------
    DataFrame of shape (k, 5)
        estimate, low, high (t with as many degrees of freedom as blocks less one), p (share of the
        draws at least as large) and p_adjusted (step-down maximum over the rows).
    """
    estimate = blocks.sum(axis=0)
    spread = np.sqrt(np.square(blocks).sum(axis=0))
    error = np.sqrt(np.square(blocks - blocks.mean(axis=0)).sum(axis=0))
    df = len(blocks) - 1
    reach = stats.t.isf((1 - level) / 2, df) * error * np.sqrt(len(blocks) / df)
    size, null = np.abs(estimate) / spread, np.abs(draws) / spread
    return pd.DataFrame(
        {
            "estimate": estimate,
            "low": estimate - reach,
            "high": estimate + reach,
            "p": tail_share(size, null),
            "p_adjusted": step_down(size, null),
        },
        index=index,
    )
