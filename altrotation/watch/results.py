"""A watchlist: readings with their date, their state and the record of that state."""

import math
from dataclasses import dataclass
from html import escape
from textwrap import wrap

import pandas as pd

from altrotation.inference.results import RunInfo
from altrotation.printing import Printed
from altrotation.watch.rotation import Tally

__all__ = ["Reading", "Watchlist"]

_CAVEAT = (
    "Rotation: {outcome} gains on BTC over {horizon} days from the next label. Counts are of "
    "occasions that do not overlap, with a {level:.0%} Wilson interval; `any day` is the same "
    "count over all days of the reading's record. A description of the past, not a promise."
)


_NOTHING = "-"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Reading:
    """One thing to watch, as it was known at the date of its watchlist.

    Parameters
    ----------
    name, claim, series : str
        What is watched, the claim that says so, and the series of the panel behind it.
    value : float
        In `unit`; NaN where the rule gives none.
    unit, threshold : str
        The threshold in words.
    state : str
        Which side of it the value is on.
    date : Timestamp or None
        The label at which the reading became known.
    age : int or None
        Days from then to the date of the watchlist.
    stale : bool
        Whether it is older than its calendar allows. State, percentile and counts then are those of
        the day it is dated, not of today.
    percentile : float
        Of the value among all of its own values up to then (mid-rank), 0 to 100.
    record : Tally
        How often the state was followed by rotation.
    base : Tally
        The same for any day on which the reading was known.
    invalid : str, optional
        Why there is no reading.
    """

    name: str
    claim: str
    series: str
    value: float
    unit: str
    threshold: str
    state: str
    date: pd.Timestamp | None
    age: int | None
    stale: bool
    percentile: float
    record: Tally
    base: Tally
    invalid: str | None = None


@dataclass(frozen=True, slots=True, eq=False, kw_only=True, repr=False)
class Watchlist(Printed):
    """All readings at one date.

    Parameters
    ----------
    date : Timestamp
        Nothing published later was used.
    readings : tuple of Reading
    outcome : str
        The series whose gain on BTC is called rotation.
    horizon : int
        Days over which.
    level : float
        Of the intervals.
    run : RunInfo
        Hash of what was known, and versions.
    """

    date: pd.Timestamp
    readings: tuple[Reading, ...]
    outcome: str
    horizon: int
    level: float
    run: RunInfo

    def __getitem__(self, name: str) -> Reading:
        for reading in self.readings:
            if reading.name == name:
                return reading
        raise KeyError(name)

    def summary(self) -> pd.DataFrame:
        """Return one row a reading, with numbers as numbers."""
        rows = []
        for reading in self.readings:
            held = reading.record.interval
            rows.append(
                {
                    "reading": reading.name,
                    "claim": reading.claim,
                    "series": reading.series,
                    "known": reading.date,
                    "age": reading.age,
                    "stale": reading.stale,
                    "value": reading.value,
                    "unit": reading.unit,
                    "threshold": reading.threshold,
                    "state": reading.state,
                    "percentile": reading.percentile,
                    "followed": reading.record.followed,
                    "occasions": reading.record.occasions,
                    "share": reading.record.share,
                    "low": held.low if held else float("nan"),
                    "high": held.high if held else float("nan"),
                    "base_share": reading.base.share,
                    "base_occasions": reading.base.occasions,
                    "note": reading.invalid or "",
                }
            )
        return pd.DataFrame(rows).set_index("reading")

    def __str__(self) -> str:
        words = [_words(reading) for reading in self.readings]
        first = ("reading", "state", "value", "known")
        widths = [max(len(row[name]) for row in words) for name in first]
        lines = [self._title(), ""]
        for row in words:
            head = (row[name].ljust(width) for name, width in zip(first, widths, strict=True))
            lines.append("  ".join(head).rstrip())
            if row["value"] != _NOTHING or row["percentile"] != _NOTHING:
                lines.append(f"    percentile {row['percentile']} of its history so far")
            if row["threshold"] != _NOTHING:
                lines.append(f"    watch: {row['threshold']}")
            if row["then rotation"] != _NOTHING:
                lines.append(
                    f"    then rotation: {row['then rotation']}; on any day: {row['any day']}"
                )
        return "\n".join([*lines, "", *wrap(self._caveat(), 96)])

    def _line(self) -> str:
        return f"{self.date:%Y-%m-%d}, {len(self.readings)} readings"

    def _repr_html_(self) -> str:
        table = self._table().to_html(index=False, border=0)
        return f"<p><b>{escape(self._title())}</b></p>{table}<p>{escape(self._caveat())}</p>"

    def _table(self) -> pd.DataFrame:
        return pd.DataFrame([_words(reading) for reading in self.readings])

    def _title(self) -> str:
        stale = sum(reading.stale for reading in self.readings)
        missing = sum(reading.invalid is not None for reading in self.readings)
        return (
            f"Watchlist at {self.date:%Y-%m-%d}: {len(self.readings)} readings, "
            f"{stale} stale, {missing} without data"
        )

    def _caveat(self) -> str:
        basket = self.outcome.removesuffix("/BTC")
        return _CAVEAT.format(outcome=f"the {basket} tier", horizon=self.horizon, level=self.level)


def _words(reading: Reading) -> dict[str, str]:
    if reading.invalid is not None or reading.date is None:
        return {
            "reading": reading.name,
            "state": f"no data: {reading.invalid}",
            **dict.fromkeys(("value", "known", "percentile", "then rotation"), _NOTHING),
            "any day": _NOTHING,
            "threshold": reading.threshold or _NOTHING,
        }
    late = f", STALE ({reading.age} days old)" if reading.stale else ""
    valued = not math.isnan(reading.value)
    return {
        "reading": reading.name,
        "state": reading.state,
        "value": f"{reading.value:.4g} {reading.unit}".strip() if valued else _NOTHING,
        "known": f"{reading.date:%Y-%m-%d}{late}",
        "percentile": f"{reading.percentile:.1f}" if valued else _NOTHING,
        "then rotation": str(reading.record),
        "any day": str(reading.base),
        "threshold": reading.threshold,
    }
