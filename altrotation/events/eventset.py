"""A set of dated events together with the rule that made it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import DTypeLike

from altrotation._guarded import guarded
from altrotation.aliases import DateLike
from altrotation.errors import InputError
from altrotation.printing import counted
from altrotation.validate import daily_index, require_count, to_day

__all__ = ["EventSet"]


@guarded
@dataclass(frozen=True, slots=True, eq=False)
class EventSet:
    """Dates on which something happened, known within those days.

    Parameters
    ----------
    dates : iterable of dates
        UTC days, sorted, none twice.
    rule : str
        The rule in words, with its parameters.
    source : str
        The series the events were found in.

    Raises
    ------
    InputError
        If dates are unreadable, unsorted or doubled.
    """

    dates: pd.DatetimeIndex
    rule: str
    source: str = ""
    parameters: tuple[tuple[str, object], ...] = field(default=())

    def __init__(
        self,
        dates: Iterable[DateLike],
        *,
        rule: str,
        source: str = "",
        parameters: Iterable[tuple[str, object]] = (),
    ) -> None:
        index = pd.DatetimeIndex([to_day(date, "dates") for date in dates], name="event")
        if not (index.is_monotonic_increasing and index.is_unique):
            raise InputError("`dates` of an EventSet must be sorted without doubles; sort them.")
        object.__setattr__(self, "dates", index.as_unit("us"))
        object.__setattr__(self, "rule", rule)
        object.__setattr__(self, "source", source)
        object.__setattr__(self, "parameters", tuple(parameters))

    @guarded
    def between(self, start: DateLike, end: DateLike) -> Self:
        """Return the events from `start` to `end`, both included."""
        first, last = to_day(start, "start"), to_day(end, "end")
        chosen = self.dates[(self.dates >= first) & (self.dates <= last)]
        return self._with(chosen, f"{first:%Y-%m-%d} to {last:%Y-%m-%d}")

    @guarded
    def thin(self, min_gap: int) -> Self:
        """Keep the first event and each later one at least `min_gap` days after the last kept."""
        require_count(min_gap, 1, "min_gap")
        kept: list[pd.Timestamp] = []
        for date in self.dates:
            if not kept or (date - kept[-1]).days >= min_gap:
                kept.append(date)
        return self._with(kept, f"at least {min_gap} days apart")

    @guarded
    def shift(self, days: int) -> Self:
        """Return the events moved by `days` calendar days: placebo dates, never an instruction."""
        return self._with(self.dates + pd.Timedelta(days, "D"), f"moved by {days:+d} days")

    def on(self, index: pd.DatetimeIndex) -> Self:
        """Return the events on the labels of `index`: each at the first one not before its date.

        What is known on a Saturday can be acted on by a market that opens on Monday, never by
        Friday's. Two events that meet on one label are one event from there on.

        Parameters
        ----------
        index : DatetimeIndex of shape (n,)
            UTC days, sorted, such as the index of an outcome.

        Returns
        -------
        EventSet
            The same set if every date is a label.

        Raises
        ------
        InputError
            If `index` holds no UTC days, unsorted or doubled.
        InputError
            If an event lies after the last label.
        """
        labels = daily_index(index, "index").as_unit("us")
        places = labels.searchsorted(self.dates)
        if len(self) and places[-1] == len(labels):
            raise InputError(
                f"The event {self.dates[-1]:%Y-%m-%d} lies after the last label of `index`; leave "
                "it out with .between(...)."
            )
        moved = labels[np.unique(places)]
        changed = int((labels[places] != self.dates).sum())
        if not changed:
            return self
        return self._with(moved, f"{counted(changed, 'event')} moved to the next label")

    @guarded
    def clusters(self, horizon: int) -> np.ndarray:
        """Return a cluster number for each event; events closer than `horizon` days share one."""
        require_count(horizon, 1, "horizon")
        gaps = np.diff(self.dates.to_numpy()).astype("timedelta64[D]").astype(int)
        return np.concatenate([[0], np.cumsum(gaps >= horizon)])[: len(self)]

    def _with(self, dates: Iterable[pd.Timestamp], remark: str) -> Self:
        return type(self)(
            dates, rule=f"{self.rule}; {remark}", source=self.source, parameters=self.parameters
        )

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> np.ndarray:
        """Return the dates, as datetime64: what `np.asarray(events)` is."""
        return np.array(self.dates.to_numpy(), dtype=dtype, copy=copy is None or copy)

    def __len__(self) -> int:
        return len(self.dates)

    def __iter__(self) -> Iterator[pd.Timestamp]:
        return iter(self.dates)

    def __repr__(self) -> str:
        listed = ", ".join(f"{date:%Y-%m-%d}" for date in self.dates[:12])
        more = ", ..." if len(self) > 12 else ""
        return f"EventSet({len(self)} events: {self.rule}; {self.source}: {listed}{more})"
