"""The panel: validated daily series on one clock that know when each value became known."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, Self

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.aliases import Clock, DateLike
from altrotation.data.calendar import CLOCKS, labels
from altrotation.data.cards import OWN, SeriesCard, cards_by_name
from altrotation.data.jumps import suspicious_jumps
from altrotation.data.own import OneOrEach, own_series, require_names
from altrotation.errors import DataError, InputError
from altrotation.validate import daily_frame, require_choice, require_text, to_day

__all__ = ["Panel"]

Fill = Literal["last-known"]


@guarded
@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """Immutable daily series, labelled by UTC day, each with its card.

    A crypto value at label D is the price at 24:00 UTC of D; a New York close of session D is
    known within D. Nothing is filled: a missing value is NaN.

    Parameters
    ----------
    frame : DataFrame of shape (n_days, n_series)
        Values on the labels of `clock`, one column a card; pandas, Polars or Arrow.
    cards : iterable of SeriesCard
        One for each column, in any order, stamped "session" or "day-end". `Panel.from_frame` makes
        them of a frame and a few words.
    clock : {"24/7", "XNYS"}, default "24/7"
        The labels of the rows: every UTC day, or New York sessions only.
    repairs : DataFrame, optional
        Ledger of values that were corrected before they came in: series, date, old, new, reason.

    Raises
    ------
    InputError
        If the labels are unsorted, doubled, or not those of the clock.
    InputError
        If cards and columns differ, or a card is stamped at the start of its day.
    InputError
        If a value is no number, or infinite.
    DataError
        If a price, index or ratio is not positive, or an amount, count or level is negative.
    """

    _frame: pd.DataFrame
    cards: tuple[SeriesCard, ...]
    clock: Clock
    _repairs: pd.DataFrame

    def __init__(
        self,
        frame: pd.DataFrame,
        cards: Iterable[SeriesCard] = (),
        *,
        clock: Clock = "24/7",
        repairs: pd.DataFrame | None = None,
    ) -> None:
        require_choice(clock, CLOCKS, "clock")
        values = daily_frame(frame, "frame").copy()
        held = cards_by_name(cards)
        _require_cards(values, held)
        _require_clock(values.index, clock)
        _require_range(values, held)
        values.index = pd.DatetimeIndex(values.index, name="date").as_unit("us")
        object.__setattr__(self, "_frame", values)
        object.__setattr__(self, "cards", tuple(held[name] for name in values.columns))
        object.__setattr__(self, "clock", clock)
        if not isinstance(repairs, pd.DataFrame | None):
            raise InputError(f"`repairs` must be a DataFrame, got {type(repairs).__name__}.")
        ledger = pd.DataFrame() if repairs is None else repairs.copy()
        object.__setattr__(self, "_repairs", ledger)

    @classmethod
    def from_frame(
        cls,
        data: pd.DataFrame | pd.Series,
        *,
        kinds: OneOrEach | None = None,
        stamp: OneOrEach | None = None,
        calendar: OneOrEach = "24/7",
        unit: OneOrEach = "",
        release: OneOrEach = "0d",
    ) -> Self:
        """Return the panel of one's own series, on the clock "24/7" and without cards to write.

        Parameters
        ----------
        data : DataFrame of shape (n_days, n_series) or Series of shape (n_days,)
            Values on days, or on times with ``stamp="instant"``; pandas, Polars or Arrow. Days may
            be left out: they become NaN.
        kinds, stamp, calendar, unit, release : str or mapping of str to str
            As in `SeriesCard`: one for all columns, or one for each.
            `kinds` has to be said, and so has `stamp` but on the calendar "XNYS", where it is
            "session". With "day-start" the labels move to the day before, at whose end the values
            were taken; with "instant" the last value of each UTC day is that day's, and midnight
            belongs to the day that it ends. The cards then say "day-end".

        Returns
        -------
        Panel
            From the first to the last day of the data; nothing is filled.

        Raises
        ------
        InputError
            If `kinds` or `stamp` is not said, or a column is left out of a mapping.
        InputError
            If the values fall on other days than the calendar's: on no weekend although "24/7", or
            on weekends although "XNYS".
        InputError
            If `data` is no frame or series of numbers on days.
        DataError
            If a value is out of the range of its kind, as a price of zero is.

        Examples
        --------
        >>> days = pd.date_range("2024-01-01", periods=3)
        >>> sol = pd.Series([101.3, 98.4, 106.2], index=days, name="SOL")
        >>> Panel.from_frame(sol, kinds="price", stamp="day-end", unit="USD").close("SOL").iloc[-1]
        np.float64(106.2)
        """
        frame, cards = own_series(
            data, kinds=kinds, stamp=stamp, calendar=calendar, unit=unit, release=release
        )
        if len(frame):
            frame = frame.reindex(labels("24/7", frame.index[0], frame.index[-1]))
        return cls(frame, cards)

    # -- what is in it ---------------------------------------------------------------------------

    @property
    def frame(self) -> pd.DataFrame:
        """All values, one column a series; a copy that is made when written to."""
        return self._frame.copy(deep=False)

    @property
    def repairs(self) -> pd.DataFrame:
        """The ledger of values corrected before they came in; a copy."""
        return self._repairs.copy(deep=False)

    @property
    def dates(self) -> pd.DatetimeIndex:
        """The labels of the rows."""
        return pd.DatetimeIndex(self._frame.index)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all series."""
        return tuple(self._frame.columns)

    @property
    def assets(self) -> tuple[str, ...]:
        """The names of the closing prices and indexes, without their other fields."""
        return tuple(
            card.name
            for card in self.cards
            if card.kind in ("price", "index") and card.name == card.asset
        )

    @property
    def data_hash(self) -> str:
        """Sixteen hex digits that change when a label, a value or a card does."""
        digest = hashlib.sha256()
        digest.update(self.dates.as_unit("us").asi8.tobytes())
        digest.update(np.ascontiguousarray(self._frame.to_numpy()).tobytes())
        for card in self.cards:
            digest.update(repr(sorted(card.to_dict().items())).encode())
        return digest.hexdigest()[:16]

    @guarded
    def card(self, name: str) -> SeriesCard:
        """Return the card of the series `name`; raise InputError if the panel lacks it."""
        self._require(name)
        return self.cards[list(self._frame.columns).index(name)]

    def describe(self) -> pd.DataFrame:
        """Return one row a series: what its card says, first and last day, number of values.

        `jumps` names the days, with their factors, on which a price or an index moved as by a
        redenomination, a split that was not applied or a change of unit (`suspicious_jumps`).
        """
        rows = []
        for card in self.cards:
            valid = self._frame[card.name].dropna()
            rows.append(
                {
                    "series": card.name,
                    "kind": card.kind,
                    "unit": card.unit,
                    "calendar": card.calendar,
                    "stamp": card.stamp,
                    "release": card.release,
                    "first": valid.index.min(),
                    "last": valid.index.max(),
                    "values": len(valid),
                    "jumps": _jumps(valid) if card.kind in ("price", "index") else "",
                }
            )
        return pd.DataFrame(rows).set_index("series")

    # -- series ----------------------------------------------------------------------------------

    @guarded
    def close(self, name: str) -> pd.Series:
        """Return the closing price or index level of an asset, NaN where its market was closed."""
        kind = self.card(name).kind
        if kind not in ("price", "index"):
            raise InputError(f"`close` is for prices and indexes, {name} is a {kind}; use `value`.")
        return self.value(name)

    @guarded
    def volume(self, name: str) -> pd.Series:
        """Return the traded volume of an asset, in the unit of its card."""
        require_text(name, "name")
        return self.value(f"{name}.volume")

    @guarded
    def cap(self, name: str) -> pd.Series:
        """Return the market capitalisation of an asset, in USD."""
        require_text(name, "name")
        return self.value(f"{name}.cap")

    @guarded
    def value(self, name: str) -> pd.Series:
        """Return any series on the days its values are *stamped*."""
        self._require(name)
        return self._frame[name].copy()

    @guarded
    def known(self, name: str) -> pd.Series:
        """Return any series on the labels at which its values became *known*.

        A value released on a day that is no label of the clock becomes known at the next label; of
        several values that become known at one label the latest stamped is kept, flows, amounts
        and counts are added up and rates averaged (`SeriesCard.gathers`). Not filled.
        """
        card = self.card(name)
        stamped = self.value(name).dropna()
        released = card.known(pd.DatetimeIndex(stamped.index))
        rows = self.dates.searchsorted(released)
        inside = rows < len(self.dates)
        known = pd.Series(stamped.to_numpy()[inside], index=self.dates[rows[inside]])
        if not known.index.is_unique:
            known = known.groupby(level=0).agg(card.gathers)
        return known.reindex(self.dates).rename(name)

    # -- time ------------------------------------------------------------------------------------

    @guarded
    def until(self, date: DateLike) -> Self:
        """Return the panel with rows up to and including `date`: nothing *dated* later."""
        return self._with(self._frame.loc[: to_day(date)])

    @guarded
    def between(self, start: DateLike, end: DateLike) -> Self:
        """Return the rows from `start` to `end`, both included."""
        return self._with(self._frame.loc[to_day(start, "start") : to_day(end, "end")])

    @guarded
    def known_at(self, date: DateLike) -> Self:
        """Return what was known at the end of `date`: nothing *published* later.

        Rows end at `date`; a value whose release lay after `date` is NaN.
        """
        day = to_day(date)
        frame = self._frame.loc[:day].copy()
        for card in self.cards:
            if card.release != "0d":
                unknown = card.known(pd.DatetimeIndex(frame.index)) > day
                frame.loc[unknown, card.name] = np.nan
        return self._with(frame)

    @guarded
    def on(self, clock: Clock, *, fill: Fill | None = None) -> Self:
        """Return the panel on the labels of another clock.

        On "XNYS" prices, indexes, yields, shares, ratios and levels are read at the sessions, so a
        Monday crypto return spans the weekend. What flowed on the days since the session before is
        added up (flows, amounts, counts), rates of every day, such as funding, are averaged over
        them; a session is NaN where one of its days is missing from a series of the calendar
        "24/7", the first session counts from the first row, and days after the last session belong
        to none. On "24/7" equities are NaN on closed days. With ``fill="last-known"`` every series
        is moved to the labels at which its values became known and the last known value is
        carried forward; the cards then say release "0d".
        """
        require_choice(clock, CLOCKS, "clock")
        if fill is not None:
            require_choice(fill, ("last-known",), "fill")
        if not len(self):
            return self._with(self._frame, clock=clock)
        target = labels(clock, self.dates[0], self.dates[-1])
        if fill is None:
            columns = {
                card.name: self._read(card, self._frame[card.name], target) for card in self.cards
            }
            return self._with(pd.DataFrame(columns, index=target), clock=clock)
        known = {card.name: self.known(card.name) for card in self.cards}
        union = self.dates.union(target)
        filled = {
            card.name: known[card.name].reindex(union).ffill().reindex(target)
            if card.gathers == "last" or not self._gathers_on(target)
            else self._read(card, known[card.name], target).ffill()
            for card in self.cards
        }
        cards = tuple(_released(card) for card in self.cards)
        frame = pd.DataFrame(filled, index=target)
        return type(self)(frame, cards, clock=clock, repairs=self.repairs)

    @guarded
    def select(self, names: Iterable[str]) -> Self:
        """Return the panel with the series `names` only, in that order."""
        if isinstance(names, str) or not isinstance(names, Iterable):
            raise InputError(
                f'`names` must be a list of names such as ["BTC"], got {type(names).__name__}.'
            )
        chosen = list(names)
        for name in chosen:
            self._require(name)
        return self._with(self._frame[chosen])

    @guarded
    def join(self, other: "Panel") -> Self:
        """Return a panel that also holds the series of `other`; labels are united, not filled."""
        if not isinstance(other, Panel):
            raise InputError(
                f"`other` must be a Panel, got {type(other).__name__}; make one with "
                "Panel.from_frame(...)."
            )
        if self.clock != other.clock:
            raise InputError(
                f"Panels must share a clock, got {self.clock} and {other.clock}; use .on(...)."
            )
        both = sorted(set(self.names) & set(other.names))
        if both:
            raise InputError(f"Both panels hold {both[0]!r}; drop it from one with .select(...).")
        start, end = min(self.dates[0], other.dates[0]), max(self.dates[-1], other.dates[-1])
        union = labels(self.clock, start, end)
        frame = pd.concat([self._frame.reindex(union), other.frame.reindex(union)], axis=1)
        repairs = pd.concat([self.repairs, other.repairs], ignore_index=True)
        return type(self)(frame, (*self.cards, *other.cards), clock=self.clock, repairs=repairs)

    def _gathers_on(self, target: pd.DatetimeIndex) -> bool:
        """Whether several rows may come to one of the labels `target`."""
        return len(self.dates.difference(target)) > 0

    def _read(self, card: SeriesCard, values: pd.Series, target: pd.DatetimeIndex) -> pd.Series:
        """Return a column at other labels: the value of the day, or all since the label before."""
        if card.gathers == "last" or not self._gathers_on(target):
            return values.reindex(target)
        rows = target.searchsorted(self.dates)
        inside = rows < len(target)
        groups = values[inside].groupby(rows[inside])
        gathered = groups.sum(min_count=1) if card.gathers == "sum" else groups.mean()
        if card.calendar == "24/7":
            gathered = gathered.where(groups.count() == groups.size())
        return gathered.set_axis(target[gathered.index]).reindex(target)

    def _with(self, frame: pd.DataFrame, *, clock: Clock | None = None) -> Self:
        cards = [card for card in self.cards if card.name in frame.columns]
        return type(self)(frame, cards, clock=clock or self.clock, repairs=self.repairs)

    def _require(self, name: str) -> None:
        if not isinstance(name, str):
            raise InputError(
                f"A series is asked for by its name, got {type(name).__name__}; use .select(...) "
                "for several."
            )
        if name not in self._frame.columns:
            raise InputError(
                f"The panel has no series {name!r}; it holds {', '.join(self.names[:12])}"
                f"{', ... (see .names)' if len(self.names) > 12 else ''}."
            )

    def __getitem__(self, name: str) -> pd.Series:
        self._require(name)  # a list of names is told what to use
        return self.value(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __array__(self, dtype: np.dtype[Any] | None = None, copy: bool | None = None) -> np.ndarray:
        return np.array(self._frame.to_numpy(), dtype=dtype, copy=copy)

    def __len__(self) -> int:
        return len(self._frame)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name in self._frame.columns

    def __repr__(self) -> str:
        if not len(self):
            return f"Panel(no rows, {len(self.names)} series, clock {self.clock})"
        return (
            f"Panel({self.dates[0]:%Y-%m-%d} to {self.dates[-1]:%Y-%m-%d}, {len(self)} rows, "
            f"{len(self.names)} series, clock {self.clock}, data {self.data_hash})"
        )


def _jumps(closes: pd.Series) -> str:
    found = suspicious_jumps(closes)
    pairs = zip(found["date"], found["factor"], strict=True)
    said = [f"{day:%Y-%m-%d} x {factor:,.4g}" for day, factor in pairs]
    more = [f"{len(said) - 3} more"] if len(said) > 3 else []
    return ", ".join([*said[:3], *more])


def _released(card: SeriesCard) -> SeriesCard:
    return SeriesCard(**{**card.to_dict(), "release": "0d"})


def _require_cards(frame: pd.DataFrame, cards: dict[str, SeriesCard]) -> None:
    require_names(frame)
    bare = [name for name in frame.columns if name not in cards]
    if bare:
        raise InputError(
            f"The column {bare[0]!r} has no card; {OWN}, or add "
            f"SeriesCard(name={json.dumps(bare[0])}, kind=..., unit=..., calendar=...)."
        )
    idle = [name for name in cards if name not in frame.columns]
    if idle:
        raise InputError(f"The card {idle[0]!r} has no column; drop the card or add the series.")


def _require_clock(index: pd.Index, clock: Clock) -> None:
    if not len(index):
        return
    expected = labels(clock, index[0], index[-1])
    if len(expected) == len(index) and bool((expected == index).all()):
        return
    missing = expected.difference(pd.DatetimeIndex(index))
    whole = (
        'frame.asfreq("D")'
        if clock == "24/7"
        else f'frame.reindex(altrotation.data.calendar.labels("XNYS", "{index[0]:%Y-%m-%d}", '
        f'"{index[-1]:%Y-%m-%d}"))'
    )
    if len(missing):
        raise InputError(
            f"The rows must be every label of the clock {clock}, {missing[0]:%Y-%m-%d} is missing; "
            f"use {whole}, with NaN where nothing is known."
        )
    extra = index.difference(expected)
    raise InputError(
        f"{extra[0]:%Y-%m-%d} is no label of the clock {clock}; use clock='24/7', or drop the row "
        f"with {whole}."
    )


def _require_range(frame: pd.DataFrame, cards: dict[str, SeriesCard]) -> None:
    for name, card in cards.items():
        bad = card.refuses(frame[name].to_numpy())
        if bad.any():
            row = int(np.argmax(bad))
            article = "an" if card.kind[0] in "aeiou" else "a"
            raise DataError(
                f"{name} is {article} {card.kind} and must "
                f"{'be positive' if card.positive else 'not be negative'}, got "
                f"{frame[name].iloc[row]:g} on {frame.index[row]:%Y-%m-%d}; correct the source or "
                "use NaN."
            )
