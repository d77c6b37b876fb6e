"""Placebo events and placebo outcomes of an event claim, and why each should show nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd

from altrotation.aliases import BoolArray, FloatArray
from altrotation.claims.estimators.effects import find_events
from altrotation.claims.specs import EventsSpec
from altrotation.data.panel import Panel
from altrotation.errors import InputError
from altrotation.events.eventset import EventSet
from altrotation.inference.surrogates import phase_randomised_levels, time_reversed_levels
from altrotation.rng import generator

__all__ = [
    "Placebo",
    "PlaceboKind",
    "placebo_dates",
    "placebo_leaders",
    "placebo_prices",
    "sharing",
]

PlaceboKind: TypeAlias = Literal["leader", "surrogate", "date"]

_SCALE_FREE = ("record", "high", "range")  # rules that mean the same in every series
_CHAIN = {
    "SPX": "large companies: if any index will do, the claimed leader is not special",
    "QQQ": "large technology companies: if any index will do, the claimed leader is not special",
    "RSP": "the average large company: broad strength without small companies",
    "XLU": "utilities rise when investors seek shelter: not the appetite for risk of the claim",
}
_TARGETS = {
    "DXY": "the dollar trades in too deep a market to follow, weeks later, a close all have seen",
    "XLU/SPX": "utilities against the market hold no coins and no ladder of capitalisation",
    "XLV/SPX": "health care against the market holds no coins and no ladder of capitalisation",
}
_REVERSED = "the same returns, volatility clusters included, in the opposite order"
_PHASES = "the same spectrum of returns with random phases: what timing alone can do"
_PHASE_STREAM = 11  # below the seed, away from the streams of the event study


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Placebo:
    """Events that should be followed by nothing.

    Parameters
    ----------
    name : str
    kind : {"leader", "surrogate", "date"}
    why : str
        Why it is a control.
    events : EventSet or None
        None together with a reason.
    source : Series or None
        Prices the events were found in, where those are not the claim's own.
    invalid : str
        Why there are no events; empty otherwise.
    """

    name: str
    kind: PlaceboKind
    why: str
    events: EventSet | None = None
    source: pd.Series | None = None
    invalid: str = ""


def placebo_leaders(
    panel: Panel, spec: EventsSpec, names: Sequence[str], *, surrogates: int, seed: int
) -> list[Placebo]:
    """Return the events of the same rule in other series and in surrogates of its own.

    Parameters
    ----------
    panel : Panel
    spec : EventsSpec
    names : sequence of str
        Other series; the claimed one is passed over.
    surrogates : int
        Phase-randomised draws; beside them stands one series reversed in time.
    seed : int

    Returns
    -------
    list of Placebo
    """
    found = [_leader(panel, spec, name) for name in names if name != spec.series]
    held = panel.value(spec.series).dropna()
    if len(held) < 4 or not (held > 0).all():
        reason = f"{spec.series} is not positive throughout: it has no log returns to rearrange"
        whole = Placebo(
            name=f"{spec.series} reversed", kind="surrogate", why=_REVERSED, invalid=reason
        )
        return [*found, whole]
    values = held.to_numpy()
    drawn = phase_randomised_levels(
        values, draws=max(surrogates, 1), seed=generator(seed, _PHASE_STREAM)
    )[:surrogates]
    paths: list[tuple[str, str, FloatArray]] = [
        (f"{spec.series} reversed", _REVERSED, time_reversed_levels(values))
    ]
    paths += [
        (f"{spec.series} phases {draw}", _PHASES, path) for draw, path in enumerate(drawn, start=1)
    ]
    for name, why, path in paths:
        source = pd.Series(path, index=held.index).reindex(panel.dates)
        found.append(_found(_with(panel, spec.series, source), spec, name, "surrogate", why))
    return found


def placebo_dates(
    events: EventSet, spec: EventsSpec, offsets: Sequence[int], *, horizon: int
) -> list[Placebo]:
    """Return the events at other dates; those whose window shares a day with a true one go.

    Parameters
    ----------
    events : EventSet
        The true ones.
    spec : EventsSpec
        Its first and last day bound the moved dates too.
    offsets : sequence of int
        Calendar days; none closer to 0 than `horizon`.
    horizon : int
        Days in a window.

    Returns
    -------
    list of Placebo
    """
    placebos = []
    for offset in offsets:
        moved = events.shift(offset)
        inside = (moved.dates >= pd.Timestamp(spec.start)) & (moved.dates <= pd.Timestamp(spec.end))
        kept = moved.dates[inside & ~sharing(moved, events, horizon)]
        name = "a year earlier" if offset == -365 else f"{offset:+d} days"
        why = (
            f"{len(kept)} of {len(moved)} dates: the others leave the sample or share days with a "
            "true window"
            if len(kept) < len(moved)
            else f"all {len(moved)} dates, none sharing a day with a true window"
        )
        if not len(kept):
            placebos.append(Placebo(name=name, kind="date", why=why, invalid="no date is left"))
            continue
        dates = EventSet(kept, rule=moved.rule, source=events.source, parameters=events.parameters)
        placebos.append(Placebo(name=name, kind="date", why=why, events=dates))
    return placebos


def placebo_prices(
    panel: Panel, names: Sequence[str]
) -> tuple[pd.DataFrame, dict[str, str], dict[str, str]]:
    """Return placebo outcomes: a series, or "A/B" for the ratio of two.

    Every day holds the last value known at its end, so that windows count the same days as those
    of a claim about coins; after the last value there is none.

    Parameters
    ----------
    panel : Panel
    names : sequence of str

    Returns
    -------
    prices : DataFrame of shape (n_days, n_outcomes)
        NaN before the first and after the last value.
    why : dict
        Why each is a control.
    invalid : dict
        Why those that are missing could not be made.
    """
    prices: dict[str, pd.Series] = {}
    invalid: dict[str, str] = {}
    for name in names:
        parts = [name] if name in panel else name.split("/")
        missing = [part for part in parts if part not in panel]
        if missing or len(parts) > 2:
            invalid[name] = f"the panel has no series {missing[0] if missing else name!r}"
            continue
        held = [_last_known(panel, part) for part in parts]
        values = held[0] / held[1] if len(held) == 2 else held[0]
        if not (values.dropna() > 0).all() or values.isna().all():
            invalid[name] = f"{name} is not positive throughout: it has no log return"
        else:
            prices[name] = values
    why = {
        name: _TARGETS.get(name, "chosen by the user as an outcome that should not respond")
        for name in names
    }
    return pd.DataFrame(prices, index=panel.dates), why, invalid


def sharing(events: EventSet, others: EventSet, horizon: int) -> BoolArray:
    """Return, by event, whether its window of `horizon` days shares a day with one of `others`."""
    days = (events.dates.to_numpy()[:, None] - others.dates.to_numpy()) // np.timedelta64(1, "D")
    return np.asarray((np.abs(days) < horizon).any(axis=1))


def _leader(panel: Panel, spec: EventsSpec, name: str) -> Placebo:
    why = _CHAIN.get(name, "chosen by the user as a series that should not lead")
    if name not in panel:
        reason = f"the panel has no series {name!r}"
        return Placebo(name=name, kind="leader", why=why, invalid=reason)
    if spec.kind not in _SCALE_FREE:
        reason = f"the rule {spec.kind!r} names a value of {spec.series} that {name} does not take"
        return Placebo(name=name, kind="leader", why=why, invalid=reason)
    return _found(panel, replace(spec, series=name), name, "leader", why)


def _found(panel: Panel, spec: EventsSpec, name: str, kind: PlaceboKind, why: str) -> Placebo:
    try:
        events = find_events(panel, spec)
    except InputError as error:
        return Placebo(name=name, kind=kind, why=why, invalid=str(error))
    if not len(events):
        return Placebo(name=name, kind=kind, why=why, invalid="the rule finds no event")
    source = panel.value(spec.series)
    return Placebo(name=name, kind=kind, why=why, events=events, source=source)


def _with(panel: Panel, name: str, values: pd.Series) -> Panel:
    frame = panel.frame
    frame[name] = values
    return Panel(frame, panel.cards, clock=panel.clock)


def _last_known(panel: Panel, name: str) -> pd.Series:
    known = panel.known(name)
    return known.ffill().where(known.index <= (known.last_valid_index() or known.index[0]))
