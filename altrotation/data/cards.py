"""The card of a series: what it is, in which unit, on which calendar, known when, from where."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.aliases import BoolArray, FloatArray
from altrotation.data.calendar import release_dates, session_times
from altrotation.errors import InputError
from altrotation.validate import require_choice, require_flag, require_number, require_text, to_day

__all__ = ["CALENDARS", "KINDS", "STAMPS", "SeriesCard", "cards_by_name"]

KINDS = ("price", "index", "yield", "rate", "flow", "share", "count", "amount", "ratio", "level")
CALENDARS = ("24/7", "XNYS", "weekly", "monthly")
STAMPS = ("session", "day-end", "day-start", "instant")
_POSITIVE = ("price", "index", "ratio")
_NOT_NEGATIVE = ("amount", "count", "level")
_LEVELS = ("cap", "supply", "contracts")  # fields of an asset that stand and do not add up
OWN = 'use Panel.from_frame(frame, kinds="price", stamp="day-end")'
_ALWAYS = ("kind", "unit", "calendar")


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
        One of price, index, yield, rate, flow, share, count, amount, ratio, level. Flows, amounts
        and counts are of a period, such as a day's volume, and add up; what stands, such as a
        capitalisation or an open interest, is a level (as are the fields "cap", "supply" and
        "contracts", whatever their kind).
    unit : str
        "USD", "percent", "points", "fraction per 8 h", ...; an index rebased to 100 states its
        base in `base_date` and `base_level`.
    calendar : str
        Labels on which values occur: "24/7", "XNYS", "weekly" or "monthly".
    release : str, default "0d"
        When a value becomes known after its stamp: "0d" (within the day), "1d", "1b", "58d".
    revised : bool, default False
        Whether the publisher later revises values (the panel then holds a late vintage).
    stamp : str, optional
        What instant a label means: "session", the close of the session of that day; "day-end",
        24:00 UTC of the day; "day-start", 00:00 UTC of the day, which is the end of the day
        before; "instant", the time itself. By default "session" on the calendar "XNYS" and
        "day-end" on the others: the two that a panel holds.
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
        If the name is no text.
    InputError
        If the kind, the calendar, the stamp or the release rule is unknown.
    InputError
        If a field is of another type.
    InputError
        If one base field lacks the other.
    """

    name: str = field(kw_only=False)
    kind: str = ""
    unit: str = ""
    calendar: str = ""
    release: str = "0d"
    revised: bool = False
    source: str = ""
    licence: str = ""
    sha256: str = ""
    note: str = ""
    base_date: str | None = None
    base_level: float | None = None
    stamp: str = ""

    def __post_init__(self) -> None:
        name: object = self.name
        if not isinstance(name, str):
            got = repr(name) if isinstance(name, tuple) else type(name).__name__
            raise InputError(
                f"The `name` of a series card must be text, got {got}; name the column so, "
                "for example with .rename(columns=str), or take one level of two-level columns, "
                'such as frame["Close"].'
            )
        if not self.name:
            raise InputError("A series card needs a `name`, got an empty one.")
        require_choice(self.kind, KINDS, f"kind of {self.name}")
        require_choice(self.calendar, CALENDARS, f"calendar of {self.name}")
        for part in ("unit", "source", "licence", "sha256", "note"):
            if getattr(self, part) != "":
                require_text(getattr(self, part), f"{part} of {self.name}")
        require_flag(self.revised, f"revised of {self.name}")
        if self.stamp == "":
            object.__setattr__(self, "stamp", _usual_stamp(self.calendar))
        require_choice(self.stamp, STAMPS, f"stamp of {self.name}")
        if self.stamp == "session" and self.calendar != "XNYS":
            raise InputError(
                f"`stamp of {self.name}` is 'session' on the calendar {self.calendar!r}; use "
                "calendar='XNYS', or stamp='day-end'."
            )
        release_dates(pd.DatetimeIndex(["2020-01-01"]), self.release)
        if (self.base_date is None) != (self.base_level is None):
            raise InputError(f"{self.name}: `base_date` and `base_level` go together; give both.")
        if self.base_date is not None:
            to_day(self.base_date, f"base_date of {self.name}")
            require_number(self.base_level, f"base_level of {self.name}")

    @property
    def asset(self) -> str:
        """The part of the name before the first dot: "RUT" of "RUT.low"."""
        return self.name.partition(".")[0]

    @property
    def positive(self) -> bool:
        """Whether every value is above zero: prices, indexes and ratios."""
        return self.kind in _POSITIVE

    @property
    def gathers(self) -> Literal["sum", "mean", "last"]:
        """What stands for several days at one label: their sum, their mean or the last of them.

        Flows, amounts and counts are added up, rates such as funding averaged; prices, indexes,
        yields, shares, ratios and levels are read on the day itself.
        """
        if self.kind == "flow":
            return "sum"
        if self.calendar != "24/7":
            return "last"
        if self.kind in ("amount", "count") and self.name.rpartition(".")[2] not in _LEVELS:
            return "sum"
        return "mean" if self.kind == "rate" else "last"

    def refuses(self, values: FloatArray) -> BoolArray:
        """Return where `values` are out of the range of the kind; NaN never is.

        Prices, indexes and ratios are above zero; amounts, counts and levels are zero or above,
        since a day without trades has a volume of zero.
        """
        if self.positive:
            return np.asarray(values <= 0)
        return np.asarray((values < 0) & (self.kind in _NOT_NEGATIVE))

    def instants(self, labels: pd.DatetimeIndex) -> pd.DatetimeIndex:
        """Return the naive UTC instants at which the values labelled `labels` were taken.

        Of a "session" that is its close; of a label without a session, 24:00 UTC of the day.
        """
        if self.stamp in ("day-start", "instant"):
            return labels.as_unit("us")
        ends = pd.DatetimeIndex(labels + pd.Timedelta(1, "D")).as_unit("us")
        if self.stamp == "day-end":
            return ends
        sessions, _, closes = session_times()
        rows = sessions.get_indexer(labels)
        return ends.where(rows < 0, closes[rows])

    def to_dict(self) -> dict[str, Any]:
        """Return the fields that differ from their default, ready for TOML or JSON."""
        usual = {part.name: part.default for part in fields(self)}
        usual["stamp"] = _usual_stamp(self.calendar)
        return {
            name: value
            for name, value in asdict(self).items()
            if name in _ALWAYS or value != usual[name]
        }

    @guarded
    def known(self, stamps: pd.DatetimeIndex) -> pd.DatetimeIndex:
        """Return the UTC days on which values stamped `stamps` became known."""
        return release_dates(stamps, self.release)


def cards_by_name(cards: Iterable[SeriesCard]) -> dict[str, SeriesCard]:
    """Return the cards of the series of a panel by name.

    Parameters
    ----------
    cards : iterable of SeriesCard

    Returns
    -------
    dict of str to SeriesCard
        In the order of `cards`.

    Raises
    ------
    InputError
        If they are no cards, or two share a name.
    InputError
        If one is stamped otherwise than at the end of its day or session.
    """
    listed: Iterable[object] = [cards] if isinstance(cards, SeriesCard) else cards
    if isinstance(listed, Mapping | str) or not isinstance(listed, Iterable):
        raise InputError(f"`cards` must be SeriesCards, got {type(cards).__name__}; {OWN}.")
    held: dict[str, SeriesCard] = {}
    for card in listed:
        if not isinstance(card, SeriesCard):
            kind = type(card).__name__
            raise InputError(f"`cards` must be SeriesCards, got {kind} among them; {OWN}.")
        if card.name in held:
            raise InputError(f"Two cards are named {card.name!r}; keep one.")
        if card.stamp not in ("session", "day-end"):
            raise InputError(
                f"{card.name} is stamped {card.stamp!r} and a panel holds values of the end of a "
                f'day; use Panel.from_frame(frame, kinds="{card.kind}", stamp="{card.stamp}").'
            )
        held[card.name] = card
    return held


def _usual_stamp(calendar: str) -> str:
    return "session" if calendar == "XNYS" else "day-end"
