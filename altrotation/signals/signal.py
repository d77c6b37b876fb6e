"""The signal: a dated instruction that knows when it is known and how it was made."""

from dataclasses import dataclass
from html import escape
from typing import Self

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.data.calendar import release_dates
from altrotation.errors import InputError
from altrotation.events.eventset import EventSet
from altrotation.regimes.paths import StatePath, require_filtered
from altrotation.signals import logic
from altrotation.signals.degrees import daily_degrees, moved_to, runs
from altrotation.validate import require_choice, require_count

__all__ = ["Signal"]


@dataclass(frozen=True, slots=True, eq=False)
class Signal:
    """Degrees in [0, 1] on consecutive UTC days: 1 is on, 0 is off, NaN is unknown.

    The value at label D may be acted on once it is known, which with release "0d" is at the end of
    D. Unknown is never taken for off in silence: see the three-valued rules of `logic`. A strategy
    says what it does while its signal is unknown.

    Parameters
    ----------
    values : Series of shape (n_days,)
        Numbers in [0, 1] or booleans on every UTC day from the first to the last; NaN is unknown.
    name : str, default "signal"
    recipe : str, optional
        How it was made, in words; by default the name.
    release : str, default "0d"
        When a value becomes known after its label, as on a series card: "0d", "1d", "1b".

    Raises
    ------
    LookaheadError
        If `values` is a smoothed regime: a path drawn with the future cannot decide anything.
    InputError
        If `values` is a filtered regime: use `Signal.from_regime`.
    InputError
        If `values` is no Series of numbers or booleans, or has no row.
    InputError
        If the dates are not consecutive UTC days.
    InputError
        If a value lies outside [0, 1].
    InputError
        If `release` is unreadable.
    """

    values: pd.Series
    name: str
    recipe: str
    release: str

    def __init__(
        self,
        values: pd.Series,
        *,
        name: str = "signal",
        recipe: str | None = None,
        release: str = "0d",
    ) -> None:
        if isinstance(values, StatePath):
            require_filtered(values)
            raise InputError(
                "`values` is a regime of several states; say which are on with "
                "Signal.from_regime(regime, on=...)."
            )
        held = daily_degrees(values, name)
        release_dates(pd.DatetimeIndex(held.index[:1]), release)
        object.__setattr__(self, "values", held)
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "recipe", name if recipe is None else recipe)
        object.__setattr__(self, "release", release)

    @classmethod
    @guarded
    def from_events(
        cls,
        events: EventSet,
        dates: pd.DatetimeIndex,
        *,
        since: pd.Timestamp | None = None,
        name: str = "event",
    ) -> Self:
        """Return a pulse of one day at each event; lengthen it with `hold`.

        Parameters
        ----------
        events : EventSet
            Known within their days.
        dates : DatetimeIndex
            Every UTC day of the signal.
        since : Timestamp, optional
            First day on which an event could be told, unknown before; default the first of `dates`.
        name : str, default "event"
        """
        pulse = np.zeros(len(dates))
        rows = dates.get_indexer(events.dates)
        pulse[rows[rows >= 0]] = 1.0
        if since is not None:
            pulse[np.asarray(dates < since)] = np.nan
        recipe = f"{events.rule} of {events.source}" if events.source else events.rule
        return cls(pd.Series(pulse, index=dates), name=name, recipe=recipe)

    @classmethod
    @guarded
    def from_regime(cls, regime: StatePath, *, on: str | tuple[str, ...]) -> Self:
        """Return the signal that is on in some states of a filtered regime.

        Parameters
        ----------
        regime : FilteredRegime
            A smoothed one is refused with LookaheadError.
        on : str or tuple of str
            States in which the signal is on; unknown where the state is.

        Returns
        -------
        Signal

        Raises
        ------
        LookaheadError
            If `regime` is smoothed.
        InputError
            If `on` names no state of the regime.
        """
        filtered = require_filtered(regime)
        states = (on,) if isinstance(on, str) else tuple(on)
        for state in states:
            require_choice(state, filtered.states, "on")
        inside = sum(filtered.indicator(state) for state in states)
        name = " or ".join(states)
        return cls(
            pd.Series(inside, index=filtered.dates).asfreq("D"),
            name=name,
            recipe=f"{name} ({filtered.rule})",
        )

    # -- what it says ----------------------------------------------------------------------------

    @property
    def dates(self) -> pd.DatetimeIndex:
        """The labels."""
        return pd.DatetimeIndex(self.values.index)

    @property
    def known(self) -> pd.DatetimeIndex:
        """The UTC day at whose end each value is known, never before its label."""
        return release_dates(self.dates, self.release)

    @property
    def entries(self) -> pd.DatetimeIndex:
        """Labels on which the signal comes on: above 0 after a day known to be 0."""
        degrees = self.values.to_numpy()
        rising = (degrees[1:] > 0) & (degrees[:-1] == 0)
        return pd.DatetimeIndex(self.dates[1:][rising])

    def spells(self) -> pd.DataFrame:
        """Return the runs of days above 0: start, end, days and mean degree."""
        return runs(self.values)

    def at_known(self) -> Self:
        """Return the signal on the labels at whose end its values are known, release "0d".

        Of two values that become known on one day the later stamped is kept; a day on which
        nothing new becomes known keeps the value before it for up to seven days.
        """
        if self.release == "0d":
            return self
        return type(self)(
            moved_to(self.values, self.known),
            name=self.name,
            recipe=f"{self.recipe}, known {self.release} later",
        )

    @guarded
    def on(self, dates: pd.DatetimeIndex) -> pd.Series:
        """Return the values on `dates`, unknown (NaN) where the signal has none."""
        return self.at_known().values.reindex(dates)

    # -- algebra ---------------------------------------------------------------------------------

    def __and__(self, other: "Signal") -> "Signal":
        return _joined(self, other, need=2, word="and")

    def __or__(self, other: "Signal") -> "Signal":
        return _joined(self, other, need=1, word="or")

    def __invert__(self) -> Self:
        held = self.at_known()
        return type(self)(
            pd.Series(logic.negate(held.values.to_numpy()), index=held.dates),
            name=f"not {self.name}",
            recipe=f"not ({held.recipe})",
        )

    @guarded
    def hold(self, days: int) -> Self:
        """Return the signal kept on for `days` days from each day it is on, that day included.

        A day is unknown if an unknown value of the last `days` days could have kept it on.

        Raises
        ------
        InputError
            If `days` < 1.
        """
        require_count(days, 1, "days")
        held = self.at_known()
        return type(self)(
            pd.Series(logic.trailing_max(held.values.to_numpy(), days), index=held.dates),
            name=f"{self.name} held {days} d",
            recipe=f"({held.recipe}) held for {days} days",
        )

    @guarded
    def cooldown(self, days: int) -> Self:
        """Return the signal without spells that start within `days` days after the end of one.

        A refused spell comes on once `days` days have passed since the last day that was on, if it
        still lasts. Unknown days stay unknown and do not end a spell.

        Raises
        ------
        InputError
            If `days` < 1.
        """
        require_count(days, 1, "days")
        held = self.at_known()
        return type(self)(
            pd.Series(logic.cooled(held.values.to_numpy(), days), index=held.dates),
            name=f"{self.name} cooled {days} d",
            recipe=f"({held.recipe}) with {days} days of rest after each spell",
        )

    @guarded
    def confirm_within(self, by: "Signal", *, days: int) -> Self:
        """Return on where `by` is on and this signal is, or was in the `days` days before.

        A pulse that nothing confirms within `days` days is forgotten. The result lasts while both
        hold; lengthen it with `hold`.

        Raises
        ------
        InputError
            If `days` < 1.
        """
        require_count(days, 1, "days")
        both = self.hold(days + 1) & by
        return type(self)(
            both.values,
            name=f"{self.name} confirmed by {by.name}",
            recipe=f"({self.recipe}) confirmed within {days} days by ({by.recipe})",
        )

    # -- words -----------------------------------------------------------------------------------

    def summary(self) -> pd.DataFrame:
        """Return one column: recipe, span, shares of days on and unknown, entries, spells."""
        degrees = self.values.to_numpy()
        rows = {
            "recipe": self.recipe,
            "first": f"{self.dates[0]:%Y-%m-%d}",
            "last": f"{self.dates[-1]:%Y-%m-%d}",
            "known": "end of its label" if self.release == "0d" else f"{self.release} later",
            "on": f"{float((degrees > 0).mean()):.1%} of days",
            "unknown": f"{float(np.isnan(degrees).mean()):.1%} of days",
            "entries": str(len(self.entries)),
        }
        return pd.Series(rows, name=self.name).to_frame()

    def _repr_html_(self) -> str:
        title = f"<p><b>Signal: {escape(self.name)}</b><br>{escape(self.recipe)}</p>"
        return title + self.summary().drop(index="recipe").to_html()

    def __len__(self) -> int:
        return len(self.values)

    def __repr__(self) -> str:
        return (
            f"Signal({self.name}: {self.dates[0]:%Y-%m-%d} to {self.dates[-1]:%Y-%m-%d}, "
            f"on {float((self.values > 0).mean()):.0%}, unknown "
            f"{float(self.values.isna().mean()):.0%}, {len(self.entries)} entries)"
        )

    def __str__(self) -> str:
        return self.recipe


def _joined(first: Signal, second: Signal, *, need: int, word: str) -> Signal:
    if not isinstance(second, Signal):
        raise InputError(f"A Signal combines with a Signal, got {type(second).__name__}.")
    a, b = first.at_known(), second.at_known()
    start, end = min(a.dates[0], b.dates[0]), max(a.dates[-1], b.dates[-1])
    days = pd.date_range(start, end, freq="D", unit="us", name="date")
    table = np.column_stack([a.values.reindex(days), b.values.reindex(days)])
    return Signal(
        pd.Series(logic.at_least(table, need), index=days),
        name=f"{a.name} {word} {b.name}",
        recipe=f"({a.recipe}) {word} ({b.recipe})",
    )
