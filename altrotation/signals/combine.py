"""Several signals into one: at least k of them, and one blocked by others."""

from collections.abc import Iterable, Sequence
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.errors import InputError
from altrotation.signals import logic
from altrotation.signals.signal import Signal
from altrotation.validate import require_choice, require_count, require_number

__all__ = ["UnknownVeto", "confluence", "veto"]

UnknownVeto: TypeAlias = Literal["unknown", "pass", "block"]
_UNKNOWN: tuple[UnknownVeto, ...] = ("unknown", "pass", "block")


@guarded
def confluence(signals: Sequence[Signal], *, need: int | None = None) -> Signal:
    """Return the degree to which at least `need` of `signals` are on.

    With degrees between 0 and 1 that is the `need`-th largest; `need` = 1 is "or", `need` = all
    is "and".

    Parameters
    ----------
    signals : sequence of Signal
        Labels are united; a signal is unknown on days it does not have.
    need : int, optional
        Default: all of them.

    Returns
    -------
    Signal
        Unknown where the unknown ones decide: with need=2 of (on, off, unknown) it is unknown, of
        (on, on, unknown) it is on, of (off, off, unknown) it is off.

    Raises
    ------
    InputError
        If there is no signal, one is not a Signal, or `need` does not lie in 1 .. len(signals).
    """
    held = _signals(signals, "signals")
    least = len(held) if need is None else need
    require_number(least, "need")
    if not 1 <= least <= len(held):
        raise InputError(f"`need` must lie between 1 and {len(held)}, got {need}.")
    require_count(least, 1, "need")
    days, table = _table(held)
    names = ", ".join(signal.name for signal in held)
    parts = "; ".join(f"({signal.recipe})" for signal in held)
    return Signal(
        pd.Series(logic.at_least(table, least), index=days),
        name=f"{least} of ({names})",
        recipe=f"at least {least} of {len(held)}: {parts}",
    )


@guarded
def veto(
    signal: Signal, *, by: Signal | Sequence[Signal], unknown: UnknownVeto = "unknown"
) -> Signal:
    """Return `signal` blocked while any of `by` is on.

    Parameters
    ----------
    signal : Signal
    by : Signal or sequence of Signal
    unknown : {"unknown", "pass", "block"}, default "unknown"
        What a veto that is unknown does to a signal that is on: the result is unknown, the signal
        passes, or it is blocked. The default leaves the choice to the strategy, in the open.

    Returns
    -------
    Signal
        The lesser of `signal` and 1 - the largest veto.

    Raises
    ------
    InputError
        If an argument is no Signal or `unknown` is none of the choices.
    """
    require_choice(unknown, _UNKNOWN, "unknown")
    held = _signals([signal], "signal")[0]
    vetoes = _signals([by] if isinstance(by, Signal) else by, "by")
    days, table = _table((held, *vetoes))
    blocked = table[:, 1:]
    if unknown != "unknown":
        blocked = np.where(np.isnan(blocked), 0.0 if unknown == "pass" else 1.0, blocked)
    free = logic.negate(logic.at_least(blocked, 1))
    names = ", ".join(each.name for each in vetoes)
    parts = "; ".join(f"({each.recipe})" for each in vetoes)
    remark = {"unknown": "", "pass": " (let pass while unknown)", "block": " (or unknown)"}[unknown]
    return Signal(
        pd.Series(logic.at_least(np.column_stack([table[:, 0], free]), 2), index=days),
        name=f"{held.name} unless {names}",
        recipe=f"({held.recipe}) unless any of: {parts}{remark}",
    )


def _signals(given: Iterable[Signal], name: str) -> tuple[Signal, ...]:
    held = tuple(given)
    if not held:
        raise InputError(f"`{name}` must hold at least one Signal, got none.")
    for item in held:
        if not isinstance(item, Signal):
            raise InputError(f"`{name}` must hold Signals, got {type(item).__name__}.")
    return tuple(item.at_known() for item in held)


def _table(signals: Sequence[Signal]) -> tuple[pd.DatetimeIndex, np.ndarray]:
    start = min(signal.dates[0] for signal in signals)
    end = max(signal.dates[-1] for signal in signals)
    days = pd.date_range(start, end, freq="D", unit="us", name="date")
    return days, np.column_stack([signal.values.reindex(days) for signal in signals])
