"""Strategy claims: a rule replayed net of costs, against Bitcoin and against its own timing."""

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.backtest.costs import Costs
from altrotation.backtest.cycles import CYCLES
from altrotation.backtest.family import FamilyJudgement, judge_family
from altrotation.backtest.performance import gain_over
from altrotation.backtest.ready import BENCHMARKS, benchmark
from altrotation.backtest.replay import replay as run_replay
from altrotation.backtest.strategy import Strategy
from altrotation.claims.card import ClaimCard
from altrotation.claims.estimators.finding import Finding
from altrotation.claims.rules import rule_named
from altrotation.claims.specs import StrategySpec
from altrotation.data.panel import Panel
from altrotation.errors import CardError
from altrotation.inference.results import Evidence

__all__ = ["estimate_strategy"]


@guarded
def estimate_strategy(card: ClaimCard, panel: Panel, *, brief: bool = False) -> Finding:
    """Return the yearly log gain of a rule over its benchmark, with the p of its timing.

    The interval is that of `gain_over`; the p compares the rule with its own
    spells at other dates, adjusted over the family by joint shifts. Superior ability, the deflated
    Sharpe ratio and the probability of overfitting of the family stand in the table.

    Parameters
    ----------
    card : ClaimCard
    panel : Panel
    brief : bool, default False
        Leave out the p and what stands beside the judged cell: for variants.

    Raises
    ------
    CardError
        If the card is no strategy card, or names an unknown cycle or benchmark.
    InputError
        If the panel lacks a series or the cycle lies outside it.
    """
    spec = card.design
    if not isinstance(spec, StrategySpec):
        raise CardError(f"{card.id} is a {card.kind} card, not a strategy.")
    for name, known, what in (
        (spec.cycle, CYCLES, "cycle"),
        (spec.against, BENCHMARKS, "against"),
    ):
        if name not in known:
            listed = ", ".join(known)
            raise CardError(f"strategy.{what} must be one of {listed}, got {name!r}.")
    costs = Costs().times(spec.costs)
    rule = _strategy(spec, spec.strategy)
    made = run_replay(rule, panel, cycle=spec.cycle, costs=costs, delay=spec.delay, check=not brief)
    base = run_replay(
        benchmark(spec.against), panel, cycle=spec.cycle, costs=costs, delay=spec.delay,
        check=False,
    )  # fmt: skip
    gain, narrow = (gain_over(made, base, level=q, seed=card.seed) for q in (0.95, 0.90))
    table = _row(spec, gain, card.side)
    if brief:  # a p of the gain would stand in the column of the p of the timing
        table[["p_value", "p_adjusted"]] = np.nan
    if brief or gain.invalid is not None:
        return Finding(evidence=gain, interval90=narrow.interval, table=table)
    family = _family(panel, replace(spec, strategy=spec.family[0]), card.seed)
    place = spec.family.index(spec.strategy)
    timing = family.timing[place].evidence
    if timing.invalid is not None:
        return Finding(evidence=timing, interval90=None, table=table)
    evidence = replace(
        gain,
        label=f"{made.strategy.name} over {spec.against}, a year, {made.cycle}",
        null=card.null,
        alternative=card.alternative,
        p_value=timing.p_value,
        p_adjusted=timing.p_adjusted,
        p_attainable=timing.p_attainable,
        family=card.family,
        n_events=timing.n_events,
        n_effective=timing.n_effective,
    )
    return Finding(
        evidence=evidence,
        interval90=narrow.interval,
        table=pd.concat([_row(spec, evidence, card.side), _beside(family, place)]),
        others=(timing,),
    )


def _row(spec: StrategySpec, gain: Evidence, side: float) -> pd.DataFrame:
    low, high = (gain.interval.low, gain.interval.high) if gain.interval else (np.nan, np.nan)
    row = {
        "outcome": f"{spec.strategy} over {spec.against}",
        "horizon": 365,
        "estimate": gain.estimate,
        "low": low,
        "high": high,
        "p_value": gain.p_value,
        "p_adjusted": gain.p_adjusted,
        "n_events": gain.n_events,
        "claimed": side,
        "invalid": gain.invalid,
    }
    return pd.DataFrame([row])


def _beside(family: FamilyJudgement, place: int) -> pd.DataFrame:
    row = family.table.iloc[place]
    numbers = {
        "superior ability over the family, p": family.superior.p_consistent,
        "deflated Sharpe, confidence": float(row["deflated"]),
        "probability of overfitting": family.overfitting.probability,
        "share of days in altcoins": float(row["exposure"]),
    }
    return pd.DataFrame(
        [
            {"outcome": name, "horizon": 365, "estimate": value, "claimed": 0.0}
            for name, value in numbers.items()
        ]
    )


def _strategy(spec: StrategySpec, name: str) -> Strategy:
    return rule_named(name, on=spec.on, need=spec.need)


@lru_cache(maxsize=8)
def _family(panel: Panel, spec: StrategySpec, seed: int) -> FamilyJudgement:
    """Return the judged family; the cards of one family share it."""
    return judge_family(
        [_strategy(spec, name) for name in spec.family],
        panel,
        cycle=spec.cycle,
        against=spec.against,
        costs=Costs().times(spec.costs),
        delay=spec.delay,
        most=spec.most,
        seed=seed,
    )
