"""Whether one claimed order of leads holds from the first series down to the last."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.aliases import Seed
from altrotation.errors import InputError
from altrotation.inference.results import Evidence, Interval, RunInfo
from altrotation.inference.ties import tail_share
from altrotation.leadlag.network import pair_blocks, score_table
from altrotation.leadlag.results import LeadLagResult, detectable, row_of
from altrotation.leadlag.streams import sign_draws
from altrotation.printing import p_text
from altrotation.validate import daily_frame, require_between

__all__ = ["Cascade", "cascade"]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True, repr=False)
class Cascade(LeadLagResult):
    """A claimed order of leads against the data.

    Parameters
    ----------
    order : tuple of str
        From the claimed first mover to the last.
    score : Evidence
        Mean lead over all pairs in the claimed order; positive agrees. One-sided.
    links : DataFrame indexed by (leader, follower)
        The neighbours in the order: estimate, low, high, p, p_adjusted (two-sided, step-down).
    concordance : float
        Share of all pairs whose lead has the claimed sign.
    concordance_p : float
        Probability of a share as large under the null.
    """

    order: tuple[str, ...]
    score: Evidence
    links: pd.DataFrame
    concordance: float
    concordance_p: float

    def summary(self) -> pd.DataFrame:
        """Return the links."""
        return self.links.copy()

    def findings(self) -> dict[str, str]:
        """Return the order, its score and the links in words."""
        found = {
            "order": " -> ".join(self.order),
            "mean lead along it": f"{self.score.estimate:+.4f} {self.score.interval}, one-sided p "
            f"{p_text(self.score.p_value)}",
            "pairs that agree": f"{self.concordance:.0%}, p {p_text(self.concordance_p)}",
        }
        for leader, follower in self.links.index:
            row = row_of(self.links, (leader, follower))
            found[f"{leader} -> {follower}"] = (
                f"{row['estimate']:+.4f} [{row['low']:+.4f}, {row['high']:+.4f}], adjusted p "
                f"{p_text(row['p_adjusted'])}"
            )
        return found

    def evidence(self) -> Evidence:
        """Return the mean lead along the order."""
        return self.score


@guarded
def cascade(
    frame: pd.DataFrame,
    order: Sequence[str],
    *,
    window: int = 20,
    max_order: int = 10,
    level: float = 0.95,
    replicates: int = 1999,
    seed: Seed = 0,
    workers: int = 1,
) -> Cascade:
    """Test whether leads run down a claimed order, such as BTC, ETH, large, mid, small.

    The statistic is the mean Levy area over all pairs, the earlier of the order first; its null law
    comes from one set of random signs for all pairs, so their dependence is kept (`lead_matrix`).

    Parameters
    ----------
    frame : DataFrame of shape (n, m)
        Changes (log returns); columns outside `order` are left out.
    order : sequence of str
        At least three columns, from the first mover to the last.
    window, max_order, level, replicates, seed, workers
        As in `lead_matrix`.

    Returns
    -------
    Cascade

    Raises
    ------
    InputError
        If `order` has fewer than three series, or one twice.
    InputError
        If `frame` lacks a series of `order`.
    InputError
        On the conditions of `lead_matrix`.
    """
    require_between(level, 0.0, 1.0, "level")
    names = [str(name) for name in order]
    if len(names) < 3 or len(set(names)) < len(names):
        raise InputError(f"`order` must name three or more different series, got {names}.")
    table = daily_frame(frame, "frame")
    missing = [name for name in names if name not in table.columns]
    if missing:
        raise InputError(f"`frame` has no column {missing[0]!r}; it has {list(table.columns)}.")
    scores = pair_blocks(table[names], window=window, max_order=max_order)
    draws = sign_draws(scores.blocks, replicates, seed=seed, path=(1,), workers=workers)
    mean = scores.blocks.mean(axis=1, keepdims=True)
    null = draws.mean(axis=1, keepdims=True)
    total = row_of(score_table(mean, null, pd.Index(["all"]), level), "all")
    observed = float(mean.sum())
    p = float(tail_share(observed, null[:, 0]))
    error = float(np.sqrt(np.square(mean - mean.mean()).sum()))
    near = [place for place, (i, j) in enumerate(scores.pairs) if j == i + 1]
    index = pd.MultiIndex.from_tuples(
        [(names[i], names[i + 1]) for i in range(len(names) - 1)], names=["leader", "follower"]
    )
    agree = float((scores.blocks.sum(axis=0) > 0).mean())
    chance = (draws > 0).mean(axis=1)
    run = RunInfo.capture(seed, scores.frame)
    words = " -> ".join(names)
    evidence = Evidence(
        label=f"mean lead along {words}",
        null="leads along the order are zero on average",
        alternative="the earlier of the order move first",
        estimate=observed,
        unit="correlation per row",
        interval=Interval(total["low"], total["high"], level, "wild block bootstrap"),
        p_value=p,
        p_adjusted=p,
        family="one order, one-sided",
        p_attainable=1.0 / (replicates + 1),
        n_events=scores.rows,
        n_effective=float(scores.rows),
        minimum_detectable_effect=detectable(error, one_sided=True),
        run=run,
    )
    return Cascade(
        label=f"cascade {words}",
        null=evidence.null,
        alternative=evidence.alternative,
        method=f"Levy areas of prewhitened series, windows of {window} rows; {replicates} joint "
        f"draws of random signs for {len(scores.blocks)} blocks",
        n=scores.rows,
        first=scores.frame.index[scores.cut],
        last=scores.frame.index[-1],
        level=level,
        run=run,
        order=tuple(names),
        score=evidence,
        links=score_table(scores.blocks[:, near], draws[:, near], index, level),
        concordance=agree,
        concordance_p=float(tail_share(agree, chance)),
    )
