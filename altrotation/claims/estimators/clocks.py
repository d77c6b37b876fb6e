"""Clock claims: whether two series move together, and whether one leads whatever the clock."""

from dataclasses import dataclass, replace
from functools import lru_cache
from math import ceil

import numpy as np
import pandas as pd
from scipy import stats

from altrotation._guarded import guarded
from altrotation.aliases import FloatArray
from altrotation.claims.card import ClaimCard
from altrotation.claims.estimators.finding import Finding
from altrotation.claims.estimators.moves import session_moves
from altrotation.claims.specs import ClocksSpec
from altrotation.data.panel import Panel
from altrotation.errors import CardError
from altrotation.inference.bootstrap import basic_interval, block_length
from altrotation.inference.multiple import holm
from altrotation.inference.results import Evidence, RunInfo
from altrotation.leadlag.results import detectable
from altrotation.leadlag.sensitivity import clock_sensitivity
from altrotation.leadlag.whiten import bic_order, whitened
from altrotation.printing import p_text
from altrotation.rng import generator

__all__ = ["estimate_clocks"]

_SIZE = 0.05
_MOST_LAGS = 10  # of the prewhitening filter, as `cross_correlation`


@guarded
def estimate_clocks(card: ClaimCard, panel: Panel, *, brief: bool = False) -> Finding:
    """Return by how much the same-session correlation exceeds every correlation with a lead.

    That it exceeds each of them is an intersection, so its one-sided p is the largest of theirs
    (Berger 1982); the p are adjusted over the followers by Holm. The claim is halted if a follower
    shows a lead under all three clocks (Holm over followers, .05).

    Parameters
    ----------
    card : ClaimCard
    panel : Panel
    brief : bool, default False
        Leave out what stands beside the judged cell: for variants.

    Raises
    ------
    CardError
        If the card is no clocks card.
    InputError
        If the panel lacks a series or has a hole inside the sample.
    """
    spec = card.design
    if not isinstance(spec, ClocksSpec):
        raise CardError(f"{card.id} is a {card.kind} card, not one of clocks.")
    place, spec = spec.followers.index(spec.primary), replace(spec, primary=spec.followers[0])
    found, adjusted, survive = _family(panel, spec, card.seed)  # variants share it
    leading = [name for name, p in zip(spec.followers, survive, strict=True) if p <= _SIZE]
    run = RunInfo.capture(card.seed, *(panel.value(name) for name in card.needs if name in panel))
    rows, evidence = [], []
    for name, each, p, lead in zip(spec.followers, found, adjusted, survive, strict=True):
        interval = basic_interval(each.estimate, each.noise, level=0.95, method=_METHOD)
        p_adjusted = float(max(p, each.p))
        rows.append(
            {
                "outcome": f"{name}: same session {each.same:+.3f}, largest lead "
                f"{each.lead:+.3f}, lead under all clocks p {p_text(lead)}",
                "horizon": spec.lags,
                "estimate": each.estimate,
                "low": interval.low,
                "high": interval.high,
                "p_value": each.p,
                "p_adjusted": p_adjusted,
                "n_events": each.n,
                "claimed": card.side,
            }
        )
        evidence.append(
            Evidence(
                label=f"{spec.leader} and {name}: same session less the largest lead",
                null=card.null,
                alternative=card.alternative,
                estimate=each.estimate,
                unit=card.unit,
                interval=interval,
                p_value=each.p,
                p_adjusted=p_adjusted,
                family=card.family,
                p_attainable=1.0 / (spec.replicates + 1),
                n_events=each.n,
                n_effective=float(each.n),
                minimum_detectable_effect=detectable(float(each.noise.std())),
                run=run,
            )
        )
    own = found[place]
    return Finding(
        evidence=evidence[place],
        interval90=basic_interval(own.estimate, own.noise, level=0.90, method=_METHOD),
        table=pd.DataFrame(rows),
        place=place,
        others=() if brief else (*evidence[:place], *evidence[place + 1 :]),
        halts=f"{spec.leader} leads {', '.join(leading)} under all three clocks" * bool(leading)
        or None,
    )


_METHOD = "stationary bootstrap of products of prewhitened returns"


@dataclass(frozen=True, slots=True, eq=False)
class _Excess:
    same: float
    lead: float
    estimate: float
    noise: FloatArray
    p: float
    n: int


@lru_cache(maxsize=32)
def _family(
    panel: Panel, spec: ClocksSpec, seed: int
) -> tuple[list[_Excess], FloatArray, FloatArray]:
    """Return every follower's excess, its p after Holm, and the p of a lead under all clocks."""
    found = [_excess(panel, spec, name, seed) for name in spec.followers]
    adjusted = holm(np.array([each.p for each in found]))
    leads = np.array([_leads(panel, spec, name, seed) for name in spec.followers])
    survive: FloatArray = np.max([holm(column) for column in leads.T], axis=0)
    return found, adjusted, survive


def _excess(panel: Panel, spec: ClocksSpec, follower: str, seed: int) -> _Excess:
    from arch.bootstrap import StationaryBootstrap  # slow to import

    frame = session_moves(panel.between(spec.start, spec.end), (spec.leader, follower))
    values = [frame[name].to_numpy(np.float64) for name in frame]
    orders = [bic_order(column, None, max_order=_MOST_LAGS) for column in values]
    a, b = (
        whitened(column, None, order=order, first=max(orders))
        for column, order in zip(values, orders, strict=True)
    )
    a, b = (a - a.mean()) / a.std(), (b - b.mean()) / b.std()
    n = len(a) - spec.lags
    products = np.column_stack([a[:n] * b[lag : lag + n] for lag in range(spec.lags + 1)])
    block = max(block_length(products[:, 0]), block_length(a * a), block_length(b * b))
    resample = StationaryBootstrap(ceil(block), products, seed=generator(seed, 7))
    draws = resample.apply(lambda rows: rows.mean(axis=0), spec.replicates)
    mean = products.mean(axis=0)
    leads = np.abs(mean[1:])
    estimate = float(mean[0] - leads.max())
    gap = mean[0] - leads
    error = (draws[:, :1] - np.sign(mean[1:]) * draws[:, 1:]).std(axis=0)
    p = float(stats.norm.sf(gap / error).max())
    worst = 1 + int(np.argmax(leads))
    noise = draws[:, 0] - np.sign(mean[worst]) * draws[:, worst] - estimate
    floor = 1.0 / (spec.replicates + 1)
    return _Excess(
        same=float(mean[0]),
        lead=float(mean[worst]),
        estimate=estimate,
        noise=noise,
        p=min(max(p, floor), 1.0),
        n=n,
    )


def _leads(panel: Panel, spec: ClocksSpec, follower: str, seed: int) -> tuple[float, ...]:
    """Return the p of a lead under three clocks: crypto at the end, at the start, own instants."""
    inside = panel.between(spec.start, spec.end)
    start = session_moves(inside, (spec.leader, follower)).index[0]
    crypto = inside.between(start, spec.end).value(follower)
    equity = inside.value(spec.leader).reindex(crypto.index)
    found = clock_sensitivity(equity, crypto, lags=spec.lags, replicates=spec.replicates, seed=seed)
    return tuple(float(each.sides["positive"]) for each in (found.end, found.start, found.contrast))
