"""Did the signal come before the rotation, and how much of it was caught? A look in hindsight."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.backtest.attribution import spells
from altrotation.backtest.cycles import Cycle
from altrotation.backtest.metrics import first_best
from altrotation.backtest.results import Replay
from altrotation.data.panel import Panel
from altrotation.errors import InputError
from altrotation.printing import Printed
from altrotation.validate import daily_series, positive, require_at_least, require_between
from altrotation.variation import above, resolved

__all__ = ["RotationCapture", "RotationLeg", "hit_rate", "rotation_capture", "rotation_leg"]


@dataclass(frozen=True, slots=True)
class RotationLeg:
    """The largest rise of a basket against BTC within a cycle, dated in hindsight.

    Parameters
    ----------
    start, end : Timestamp
        Closes of the low before and the high after.
    gain : float
        Log points.
    """

    start: pd.Timestamp
    end: pd.Timestamp
    gain: float


@dataclass(frozen=True, slots=True, repr=False)
class RotationCapture(Printed):
    """What a strategy did about a rotation leg.

    Parameters
    ----------
    leg : RotationLeg
    entry : Timestamp or None
        Label of the first signal that was still on in the leg; None if none was.
    lead : float
        Days from that signal to the start of the leg: negative means it came late; NaN without
        one.
    on : float
        Share of the leg's days on which the strategy was on.
    captured : float
        Log gain of the strategy over BTC during the leg, net.
    capture : float
        Share of the leg's gain: captured / gain.
    """

    leg: RotationLeg
    entry: pd.Timestamp | None
    lead: float
    on: float
    captured: float
    capture: float

    def _line(self) -> str:
        return f"{self.captured:+.3f} log points over Bitcoin, {self.capture:.0%} of the leg"

    def summary(self) -> pd.DataFrame:
        """Return one column."""
        rows = {
            "leg": f"{self.leg.start:%Y-%m-%d} to {self.leg.end:%Y-%m-%d}",
            "gain of the leg": f"{self.leg.gain:+.3f} log points",
            "signal": "none in it" if self.entry is None else f"{self.entry:%Y-%m-%d}",
            "lead": "none" if self.entry is None else f"{self.lead:+.0f} days",
            "days on in it": f"{self.on:.0%}",
            "captured over BTC": f"{self.captured:+.3f} log points",
            "share captured": f"{self.capture:.0%}",
        }
        return pd.Series(rows, name="rotation leg (hindsight)").to_frame()


@guarded
def rotation_leg(relative: pd.Series, cycle: Cycle) -> RotationLeg:
    """Return the largest rise of `relative` within a cycle.

    Parameters
    ----------
    relative : Series of shape (n_days,)
        A basket in BTC, such as ``panel.close("mid/BTC")``; NaN days are left out.
    cycle : Cycle

    Returns
    -------
    RotationLeg
        Of equal rises the earliest, from the last of equal lows. Dated with knowledge of the
        whole cycle: a yardstick to judge by, never an instruction.

    Raises
    ------
    InputError
        If `relative` is no numeric Series on sorted, unique UTC days.
    InputError
        If a value of `relative` is not positive.
    InputError
        If `relative` has fewer than two values in the cycle.
    InputError
        If `relative` never rose in the cycle.
    """
    values = positive(daily_series(relative, "relative"), "relative")
    inside = values.loc[cycle.start : cycle.end].dropna()
    require_at_least(len(inside), 2, f"values of `relative` in {cycle.name}")
    path = np.log(inside.to_numpy())
    rise = path - np.minimum.accumulate(path)
    end = int(first_best(rise))
    if not resolved(rise[end], 1.0):
        raise InputError(f"`relative` never rose in {cycle}: there is no leg to catch.")
    start = end - int(first_best(-path[end::-1]))  # the last of equal lows
    days = pd.DatetimeIndex(inside.index)
    return RotationLeg(days[start], days[end], float(rise[end]))


@guarded
def rotation_capture(
    replay: Replay, panel: Panel, *, relative: str | None = None
) -> RotationCapture:
    """Return the lead of the signal before the cycle's rotation leg, and how much was captured.

    Parameters
    ----------
    replay : Replay
    panel : Panel
    relative : str, optional
        The series that dates the leg; default the first tier held while on, relative to BTC.

    Returns
    -------
    RotationCapture

    Raises
    ------
    InputError
        If the strategy holds nothing that has a series relative to BTC and `relative` is not given.
    InputError
        If the panel lacks `relative`.
    InputError
        If the benchmark lacks a close in the leg.
    InputError
        On the conditions of `rotation_leg`.
    """
    name = relative or next(
        (f"{leg}/BTC" for leg in replay.strategy.on if f"{leg}/BTC" in panel.names), None
    )
    if name is None:
        raise InputError(
            f"{replay.strategy.name} holds nothing that the panel has relative to BTC; name the "
            "series with relative='mid/BTC'."
        )
    leg = rotation_leg(panel.value(name), replay.cycle)
    during = slice(leg.start + pd.Timedelta(1, "D"), leg.end)
    gain = (replay.log_returns - np.log1p(replay.benchmark_returns)).loc[during]
    if bool(gain.isna().any()):
        raise InputError(
            f"BTC lacks a close in the leg {leg.start:%Y-%m-%d} to {leg.end:%Y-%m-%d}: what was "
            "captured of it cannot be told."
        )
    captured = float(gain.sum())
    held = replay.signal.at_known().spells()
    caught = held[(held["end"] >= leg.start) & (held["start"] < leg.end)]
    entry = pd.Timestamp(caught["start"].iloc[0]) if len(caught) else None
    earning = replay.degrees.shift(1).loc[during]
    return RotationCapture(
        leg=leg,
        entry=entry,
        lead=float("nan") if entry is None else float((leg.start - entry).days),
        on=float((earning > 0).mean()),
        captured=captured,
        capture=captured / leg.gain,
    )


@guarded
def hit_rate(replay: Replay, *, level: float = 0.9) -> pd.Series:
    """Return the share of entries that beat BTC, net, with its exact binomial interval.

    Parameters
    ----------
    replay : Replay
    level : float, default .9

    Returns
    -------
    Series
        `entries`, `hits`, `rate`, `low`, `high` (Clopper & Pearson 1934); NaN without an entry, and
        all but `entries` where BTC lacks a close in one: a missing benchmark is not beaten.

    Raises
    ------
    InputError
        If `level` does not lie between 0 and 1.
    """
    require_between(level, 0.0, 1.0, "level")
    from scipy.stats import binomtest

    table = spells(replay)
    entered = table[table["on"]]
    hits, n = int(above(entered["excess"], 0.0, size=1.0).sum()), len(entered)
    nan = float("nan")
    if bool(entered["excess"].isna().any()):
        return pd.Series({"entries": n, "hits": nan, "rate": nan, "low": nan, "high": nan})
    if not n:
        return pd.Series({"entries": 0, "hits": 0, "rate": nan, "low": nan, "high": nan})
    low, high = binomtest(hits, n).proportion_ci(confidence_level=level, method="exact")
    return pd.Series({"entries": n, "hits": hits, "rate": hits / n, "low": low, "high": high})
