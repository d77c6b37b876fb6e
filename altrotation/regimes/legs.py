"""Dated legs of a rotation: when it began, peaked and ended, how deep and how broad it was."""

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.aliases import DateLike, FloatArray
from altrotation.errors import InputError
from altrotation.regimes.paths import StatePath
from altrotation.validate import daily_series, require_count, require_same_dates, to_day

__all__ = ["CYCLES", "cycle_table", "dated_legs"]

CYCLES: dict[str, tuple[str, str]] = {
    "2016-17": ("2016-01-01", "2017-12-31"),
    "2018": ("2018-01-01", "2018-12-31"),
    "2020-21": ("2020-01-01", "2021-12-31"),
    "2024": ("2023-10-01", "2024-12-31"),
    "2025-26": ("2025-01-01", "2026-12-31"),
}
"""First and last day of the cycles; that of 2024 begins with the rise before the ETFs."""

_LEG_COLUMNS = ["start", "peak", "end", "days", "depth", "breadth", "mean_breadth", "cut"]


@guarded
def dated_legs(
    inside: pd.Series,
    *,
    measure: pd.Series,
    breadth: pd.Series,
    bridge: int = 14,
    least: int = 14,
) -> pd.DataFrame:
    """Date the legs in which a condition holds: a description in hindsight, never a signal.

    Parameters
    ----------
    inside : Series of shape (n_days,)
        1 where the condition holds, 0 where not, NaN where it is not known; for example
        ``phases.indicator("broad alt")``.
    measure : Series of shape (n_days,)
        A price-like series: its highest value within the leg dates the peak, and its log gain from
        the start to the peak is the depth. For example "mid/BTC".
    breadth : Series of shape (n_days,)
        Percent.
    bridge : int, default 14
        Interruptions of at most so many rows join two legs; an unknown day is never bridged.
    least : int, default 14
        Rows of the shortest leg that is kept.

    Returns
    -------
    DataFrame
        One row a leg: start, peak, end, days (from start to end, both included), depth (log
        points), breadth (highest), mean_breadth (percent), cut (the leg touches an unknown day or
        an end of the sample, so that it may have been longer). `peak` and `depth` are missing
        where `measure` is.

    Raises
    ------
    InputError
        If dates differ.
    InputError
        If `inside` holds another number than 0 or 1.
    InputError
        If `bridge` < 0.
    InputError
        If `least` < 1.
    """
    flags = daily_series(inside, "inside")
    prices, share = daily_series(measure, "measure"), daily_series(breadth, "breadth")
    require_same_dates(flags, prices, "`inside` and `measure`")
    require_same_dates(flags, share, "`inside` and `breadth`")
    require_count(bridge, 0, "bridge")
    require_count(least, 1, "least")
    values = flags.to_numpy()
    if not np.isin(values[~np.isnan(values)], (0.0, 1.0)).all():
        raise InputError("`inside` must hold 1, 0 or NaN; compare it with a threshold first.")
    rows = []
    for first, last in _joined(values, bridge):
        if last - first + 1 < least:
            continue
        part, wide = prices.iloc[first : last + 1], share.iloc[first : last + 1]
        known = part.notna().any() and not math.isnan(part.iloc[0])
        peak = part.idxmax() if known else pd.NaT
        rows.append(
            {
                "start": flags.index[first],
                "peak": peak,
                "end": flags.index[last],
                "days": (flags.index[last] - flags.index[first]).days + 1,
                "depth": float(np.log(part.max() / part.iloc[0])) if known else math.nan,
                "breadth": float(wide.max()),
                "mean_breadth": float(wide.mean()),
                "cut": _is_cut(values, first, last),
            }
        )
    return pd.DataFrame(rows, columns=_LEG_COLUMNS)


@guarded
def cycle_table(
    phases: StatePath,
    legs: pd.DataFrame,
    inputs: pd.DataFrame,
    *,
    cycles: Mapping[str, tuple[DateLike, DateLike]] | None = None,
    broad: float = 75.0,
) -> pd.DataFrame:
    """Compare the cycles: days in each phase, legs, depth, breadth, ETH/BTC and dominance.

    Parameters
    ----------
    phases : FilteredRegime
        Of `rotation_phases`.
    legs : DataFrame
        Of `dated_legs`; a leg belongs to the cycle in which it starts.
    inputs : DataFrame
        On the dates of the phases: breadth, eth_btc and, if there is one, dominance.
    cycles : mapping of str to (first day, last day), optional
        `CYCLES` when left out.
    broad : float, default 75
        Percent that counts as broad.

    Returns
    -------
    DataFrame
        One row a cycle: days, unknown (days without a phase), one column a phase (days), legs,
        longest (days), deepest (log points), breadth (highest), broad_days, eth_btc_low,
        eth_btc_high, eth_btc_gain (log points from the lowest close to the highest one after it)
        and dominance_fall (points from the highest value to the lowest one after it). NaN where
        nothing is known.

    Raises
    ------
    InputError
        If `legs` lack a column, or dates differ.
    InputError
        If a day of a cycle is unreadable.
    InputError
        If a cycle ends before it starts.
    """
    lacking = [name for name in _LEG_COLUMNS if name not in legs]
    if lacking:
        raise InputError(f"`legs` has no column {lacking[0]!r}; make them with dated_legs(...).")
    require_same_dates(phases.labels, inputs, "`phases` and `inputs`")
    rows = {}
    for name, (start, end) in (cycles or CYCLES).items():
        first, last = to_day(start, "cycles"), to_day(end, "cycles")
        if first > last:
            raise InputError(f"The cycle {name!r} ends before it starts; swap its days.")
        held = (phases.dates >= first) & (phases.dates <= last)
        codes, part = phases.codes[held], inputs.loc[held]
        own = legs[(legs["start"] >= first) & (legs["start"] <= last)]
        breadth = part["breadth"]
        row: dict[str, float] = {"days": int(held.sum()), "unknown": int((codes < 0).sum())}
        row |= {state: int((codes == code).sum()) for code, state in enumerate(phases.states)}
        row |= {
            "legs": len(own),
            "longest": float(own["days"].max()),
            "deepest": float(own["depth"].max()),
            "breadth": float(breadth.max()),
            "broad_days": int((breadth >= broad).sum()),
            "eth_btc_low": float(part["eth_btc"].min()),
            "eth_btc_high": float(part["eth_btc"].max()),
            "eth_btc_gain": _largest_rise(np.log(part["eth_btc"].to_numpy())),
        }
        if "dominance" in part:
            row["dominance_fall"] = _largest_rise(-part["dominance"].to_numpy())
        rows[name] = row
    return pd.DataFrame(rows).T


def _joined(values: FloatArray, bridge: int) -> list[tuple[int, int]]:
    """Return first and last row of each leg, joined over short interruptions."""
    found: list[tuple[int, int]] = []
    for row in np.flatnonzero(values == 1.0):
        if found:
            gap = values[found[-1][1] + 1 : row]
            if len(gap) <= bridge and not np.isnan(gap).any():
                found[-1] = (found[-1][0], int(row))
                continue
        found.append((int(row), int(row)))
    return found


def _is_cut(values: FloatArray, first: int, last: int) -> bool:
    if first == 0 or last == len(values) - 1:
        return True
    return bool(np.isnan(values[first - 1]) or np.isnan(values[last + 1]))


def _largest_rise(values: FloatArray) -> float:
    known = values[~np.isnan(values)]
    if not len(known):
        return math.nan
    return float((known - np.minimum.accumulate(known)).max())
