"""The panel: validated daily series on one clock that know when each value became known."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, Self

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.aliases import Clock, DateLike
from altrotation.data.calendar import CLOCKS, labels
from altrotation.data.cards import SeriesCard
from altrotation.errors import DataError, InputError
from altrotation.validate import daily_frame, require_choice, to_day

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
        Values on the labels of `clock`, one column a card.
    cards : iterable of SeriesCard
        One for each column, in any order.
    clock : {"24/7", "XNYS"}, default "24/7"
        The labels of the rows: every UTC day, or New York sessions only.
    repairs : DataFrame, optional
        Ledger of values that were corrected before they came in: series, date, old, new, reason.

    Raises
    ------
    InputError
        If the labels are unsorted, doubled, or not those of the clock.
    InputError
        If cards and columns differ.
    DataError
        If a price, index or amount is not positive.
    DataError
        If a value is infinite.
    """

    _frame: pd.DataFrame
    cards: tuple[SeriesCard, ...]
    clock: Clock
    _repairs: pd.DataFrame

    def __init__(
        self,
        frame: pd.DataFrame,
        cards: Iterable[SeriesCard],
        *,
        clock: Clock = "24/7",
        repairs: pd.DataFrame | None = None,
    ) -> None:
        require_choice(clock, CLOCKS, "clock")
        values = daily_frame(frame, "frame").copy()
        held = {card.name: card for card in cards}
        _require_cards(values, held)
        _require_clock(values.index, clock)
        _require_positive(values, held)
        values.index = pd.DatetimeIndex(values.index, name="date").as_unit("us")
        object.__setattr__(self, "_frame", values)
        object.__setattr__(self, "cards", tuple(held[name] for name in values.columns))
        object.__setattr__(self, "clock", clock)
        ledger = pd.DataFrame() if repairs is None else repairs.copy()
        object.__setattr__(self, "_repairs", ledger)

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
        """Return one row a series: kind, unit, calendar, release, first and last date, values."""
        rows = []
        for card in self.cards:
            valid = self._frame[card.name].dropna()
            rows.append(
                {
                    "series": card.name,
                    "kind": card.kind,
                    "unit": card.unit,
                    "calendar": card.calendar,
                    "release": card.release,
                    "first": valid.index.min(),
                    "last": valid.index.max(),
                    "values": len(valid),
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
        return self.value(f"{name}.volume")

    @guarded
    def cap(self, name: str) -> pd.Series:
        """Return the market capitalisation of an asset, in USD."""
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
        two values that become known at one label the later stamped is kept. Not filled.
        """
        stamped = self.value(name).dropna()
        released = self.card(name).known(pd.DatetimeIndex(stamped.index))
        rows = self.dates.searchsorted(released)
        inside = rows < len(self.dates)
        known = pd.Series(stamped.to_numpy()[inside], index=self.dates[rows[inside]])
        return known[~known.index.duplicated(keep="last")].reindex(self.dates).rename(name)

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

        On "XNYS" values on days without a session are left out, so a Monday crypto return spans
        the weekend. On "24/7" equities are NaN on closed days. With ``fill="last-known"`` every
        series is moved to the labels at which its values became known and the last known value is
        carried forward; the cards then say release "0d".
        """
        require_choice(clock, CLOCKS, "clock")
        target = labels(clock, self.dates[0], self.dates[-1])
        if fill is None:
            return self._with(self._frame.reindex(target), clock=clock)
        require_choice(fill, ("last-known",), "fill")
        known = pd.DataFrame({name: self.known(name) for name in self.names})
        filled = known.ffill().reindex(self.dates.union(target)).ffill().reindex(target)
        cards = tuple(_released(card) for card in self.cards)
        return type(self)(filled, cards, clock=clock, repairs=self.repairs)

    @guarded
    def select(self, names: Iterable[str]) -> Self:
        """Return the panel with the series `names` only, in that order."""
        chosen = list(names)
        for name in chosen:
            self._require(name)
        return self._with(self._frame[chosen])

    @guarded
    def join(self, other: "Panel") -> Self:
        """Return a panel that also holds the series of `other`; labels are united, not filled."""
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

    def _with(self, frame: pd.DataFrame, *, clock: Clock | None = None) -> Self:
        cards = [card for card in self.cards if card.name in frame.columns]
        return type(self)(frame, cards, clock=clock or self.clock, repairs=self.repairs)

    def _require(self, name: str) -> None:
        if name not in self._frame.columns:
            raise InputError(
                f"The panel has no series {name!r}; it holds {', '.join(self.names[:12])}"
                f"{', ... (see .names)' if len(self.names) > 12 else ''}."
            )

    def __len__(self) -> int:
        return len(self._frame)

    def __contains__(self, name: object) -> bool:
        return name in self._frame.columns

    def __repr__(self) -> str:
        if not len(self):
            return f"Panel(no rows, {len(self.names)} series, clock {self.clock})"
        return (
            f"Panel({self.dates[0]:%Y-%m-%d} to {self.dates[-1]:%Y-%m-%d}, {len(self)} rows, "
            f"{len(self.names)} series, clock {self.clock}, data {self.data_hash})"
        )


def _released(card: SeriesCard) -> SeriesCard:
    return SeriesCard(**{**card.to_dict(), "release": "0d"})


def _require_cards(frame: pd.DataFrame, cards: dict[str, SeriesCard]) -> None:
    bare = [name for name in frame.columns if name not in cards]
    if bare:
        raise InputError(f"The column {bare[0]!r} has no card; add a SeriesCard named {bare[0]!r}.")
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
    if len(missing):
        raise InputError(
            f"The rows must be every label of the clock {clock}, {missing[0]:%Y-%m-%d} is missing; "
            "reindex to altrotation.data.calendar.labels(...), with NaN where nothing is known."
        )
    extra = index.difference(expected)
    raise InputError(
        f"{extra[0]:%Y-%m-%d} is no label of the clock {clock}; drop the row or use clock='24/7'."
    )


def _require_positive(frame: pd.DataFrame, cards: dict[str, SeriesCard]) -> None:
    for name, card in cards.items():
        if card.kind not in ("price", "index", "amount", "ratio"):
            continue
        bad = frame[name].to_numpy() <= 0
        if bad.any():
            row = int(np.argmax(bad))
            raise DataError(
                f"{name} is a {card.kind} and must be positive, got {frame[name].iloc[row]:g} on "
                f"{frame.index[row]:%Y-%m-%d}; correct the source or use NaN."
            )
