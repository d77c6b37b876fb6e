"""The card of a series: what it is, in which unit, on which calendar, known when, from where."""

from dataclasses import asdict, dataclass, fields
from typing import Any

import pandas as pd

from altrotation._guarded import guarded
from altrotation.data.calendar import release_dates
from altrotation.errors import InputError
from altrotation.validate import require_choice, to_day

__all__ = ["CALENDARS", "KINDS", "SeriesCard"]

KINDS = ("price", "index", "yield", "rate", "flow", "share", "count", "amount", "ratio")
CALENDARS = ("24/7", "XNYS", "weekly", "monthly")


@guarded
@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesCard:
    """Provenance and time rule of one series.

    Parameters
    ----------
    name : str
        "RUT" for the closing value; other fields of the same asset are "RUT.low", "BTC.volume",
        "BTC.cap" and so on.
    kind : str
        One of price, index, yield, rate, flow, share, count, amount, ratio.
    unit : str
        "USD", "percent", "points", "fraction per 8 h", ...; an index rebased to 100 states its
        base in `base_date` and `base_level`.
    calendar : str
        Labels on which values occur: "24/7", "XNYS", "weekly" or "monthly".
    release : str, default "0d"
        When a value becomes known after its stamp: "0d" (within the day), "1d", "1b", "58d".
    revised : bool, default False
        Whether the publisher later revises values (the panel then holds a late vintage).
    source, licence, note : str
        Where the values come from, under which terms, and what a user should beware of.
    sha256 : str
        Hash of the file the values came from; empty when computed from several.
    base_date : str, optional
        Date on which a rebased index equals 100.
    base_level : float, optional
        Level of the original series on `base_date`, so that a level such as 3,000 can be located.

    Raises
    ------
    InputError
        If the kind, the calendar or the release rule is unknown.
    InputError
        If one base field lacks the other.
    """

    name: str
    kind: str
    unit: str
    calendar: str
    release: str = "0d"
    revised: bool = False
    source: str = ""
    licence: str = ""
    sha256: str = ""
    note: str = ""
    base_date: str | None = None
    base_level: float | None = None

    def __post_init__(self) -> None:
        if not self.name:
            raise InputError("A series card needs a `name`, got an empty one.")
        require_choice(self.kind, KINDS, f"kind of {self.name}")
        require_choice(self.calendar, CALENDARS, f"calendar of {self.name}")
        release_dates(pd.DatetimeIndex(["2020-01-01"]), self.release)
        if (self.base_date is None) != (self.base_level is None):
            raise InputError(f"{self.name}: `base_date` and `base_level` go together; give both.")
        if self.base_date is not None:
            to_day(self.base_date, f"base_date of {self.name}")

    @property
    def asset(self) -> str:
        """The part of the name before the first dot: "RUT" of "RUT.low"."""
        return self.name.partition(".")[0]

    def to_dict(self) -> dict[str, Any]:
        """Return the fields that differ from their default, ready for TOML or JSON."""
        return {
            field.name: value
            for field in fields(self)
            if (value := asdict(self)[field.name]) != field.default
        }

    @guarded
    def known(self, stamps: pd.DatetimeIndex) -> pd.DatetimeIndex:
        """Return the UTC days on which values stamped `stamps` became known."""
        return release_dates(stamps, self.release)
