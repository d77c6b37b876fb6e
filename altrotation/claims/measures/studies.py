"""Measures that take a study of their own: a lead with controls held, one rule over another."""

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from altrotation.backtest.cycles import CYCLES
from altrotation.backtest.performance import gain_over
from altrotation.backtest.replay import replay
from altrotation.backtest.results import Replay
from altrotation.claims.estimators.moves import session_moves
from altrotation.claims.measures.levels import Value
from altrotation.claims.rules import rule_named
from altrotation.claims.specs import Rule
from altrotation.data.panel import Panel
from altrotation.errors import CardError, InputError
from altrotation.inference.multiple import holm
from altrotation.leadlag.crosscorr import cross_correlation

__all__ = ["STUDIES"]


def _partial_lead_p(
    panel: Panel,
    *,
    leader: str,
    followers: list[str],
    controls: list[str],
    lags: int,
    replicates: int = 1999,
) -> Value:
    """Smallest p, after Holm over the followers, that the leader leads with the controls held."""
    found = []
    for follower in followers:
        moves = session_moves(panel, (leader, follower, *controls))
        result = cross_correlation(
            moves[leader], moves[follower], lags=lags, controls=moves[controls],
            replicates=replicates,
        )  # fmt: skip
        found.append(result.sides["positive"])
    return float(holm(np.array(found)).min())


def _strategy_gain(panel: Panel, *, strategy: Rule, over: Rule, cycle: str = "full") -> Value:
    """Mean yearly log gain, net of costs, of one trading rule over another."""
    if cycle not in CYCLES:
        raise CardError(f"`cycle` must be one of {', '.join(CYCLES)}, got {cycle!r}.")
    made, other = (_replayed(panel, name, cycle) for name in (strategy, over))
    gain = gain_over(made, other)
    if gain.invalid is not None:
        raise InputError(f"{gain.label}: {gain.invalid}.")
    return gain.estimate


@lru_cache(maxsize=8)
def _replayed(panel: Panel, strategy: str, cycle: str) -> Replay:
    return replay(rule_named(strategy), panel, cycle=cycle)


STUDIES: dict[str, Callable[..., Value]] = {
    "partial-lead-p": _partial_lead_p,
    "strategy-gain": _strategy_gain,
}
"""Measures from other parts of the library."""
