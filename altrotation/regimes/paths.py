"""A path of states: filtered and smoothed paths are different types."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.aliases import DateLike, IntArray
from altrotation.errors import InputError, LookaheadError
from altrotation.inference.results import RunInfo
from altrotation.validate import daily_index, require_choice, require_count, to_day

__all__ = ["FilteredRegime", "SmoothedRegime", "StatePath", "When", "require_filtered"]

When: TypeAlias = Literal["before", "at"]
_WHEN: tuple[When, ...] = ("before", "at")


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class StatePath:
    """One state a day: what filtered and smoothed paths have in common. Build one of the two.

    Parameters
    ----------
    detector : str
        The method, in a word or two.
    rule : str
        The method in words, with its parameters.
    states : tuple of str
        Names of the states, in the order of their codes.
    dates : DatetimeIndex of shape (n,)
        UTC days.
    codes : int array of shape (n,)
        Position in `states`; -1 where the state is not known (warm-up, missing input).
    run : RunInfo
    probabilities : DataFrame of shape (n, n_states), optional
        One column a state; NaN where the state is not known.
    fits : DataFrame
        One row an estimation of parameters: when, on how many rows, the values, and `invalid`, the
        reason why it was not used. Empty for a method without estimated parameters.
    invalid : str, optional
        Why no row has a state.

    Raises
    ------
    InputError
        If the dates are not sorted, unique UTC days.
    InputError
        If a name is doubled, or there is none.
    InputError
        If there is not one code a date.
    InputError
        If a code names no state.
    InputError
        If no row has a state and `invalid` does not say why.
    InputError
        If the probabilities have another shape.
    """

    detector: str
    rule: str
    states: tuple[str, ...]
    dates: pd.DatetimeIndex
    codes: IntArray
    run: RunInfo
    probabilities: pd.DataFrame | None = None
    fits: pd.DataFrame = field(default_factory=pd.DataFrame)
    invalid: str | None = None

    def __post_init__(self) -> None:
        daily_index(self.dates, "dates")
        if len(set(self.states)) < len(self.states) or not self.states:
            raise InputError(f"`states` must be different names, got {self.states}.")
        codes = np.array(self.codes, dtype=np.int64)
        if codes.shape != (len(self.dates),):
            raise InputError(
                f"`codes` must have one entry a date ({len(self.dates)}), got {codes.shape}."
            )
        if len(codes) and not (codes.min() >= -1 and codes.max() < len(self.states)):
            raise InputError(
                f"`codes` must lie in -1..{len(self.states) - 1}, got {codes.min()} to "
                f"{codes.max()}."
            )
        if self.invalid is None and not (codes >= 0).any():
            raise InputError(f"{self.detector}: no row has a state; say why in `invalid`.")
        if self.probabilities is not None and self.probabilities.shape != (
            len(codes),
            len(self.states),
        ):
            raise InputError(
                f"`probabilities` must have shape {(len(codes), len(self.states))}, got "
                f"{self.probabilities.shape}."
            )
        codes.setflags(write=False)
        object.__setattr__(self, "codes", codes)

    @property
    def labels(self) -> pd.Series:
        """The state of each day by name: a Categorical Series, NaN where it is not known."""
        held = pd.Categorical.from_codes(self.codes, categories=pd.Index(self.states))
        return pd.Series(held, index=self.dates, name=self.detector)

    @guarded
    def indicator(self, state: str) -> pd.Series:
        """Return 1.0 on days in `state`, 0.0 on others, NaN where the state is not known.

        Parameters
        ----------
        state : str

        Returns
        -------
        Series of shape (n,)

        Raises
        ------
        InputError
            If `state` is no state of the path.
        """
        require_choice(state, self.states, "state")
        inside = (self.codes == self.states.index(state)).astype(np.float64)
        inside[self.codes < 0] = np.nan
        return pd.Series(inside, index=self.dates, name=state)

    def shares(self) -> pd.Series:
        """Return the share of the known days spent in each state; NaN if none is known."""
        known = self.codes[self.codes >= 0]
        counts = np.bincount(known, minlength=len(self.states)).astype(np.float64)
        shares = counts / len(known) if len(known) else np.full(len(self.states), np.nan)
        return pd.Series(shares, index=list(self.states), name="share of days")

    def spells(self) -> pd.DataFrame:
        """Return the runs of one state: state, start, end, rows and whether the sample cuts them.

        A day without a known state ends a spell; `cut` says that a spell touches such a day or an
        end of the sample, so that its length is a lower bound.
        """
        edges = np.flatnonzero(np.diff(self.codes)) + 1
        starts = np.concatenate([[0], edges]).astype(int)
        ends = np.concatenate([edges, [len(self.codes)]]).astype(int)
        rows = []
        for first, stop in zip(starts, ends, strict=True):
            if first == stop or self.codes[first] < 0:
                continue
            cut = (
                first == 0
                or stop == len(self.codes)
                or self.codes[first - 1] < 0
                or self.codes[stop] < 0
            )
            rows.append(
                {
                    "state": self.states[self.codes[first]],
                    "start": self.dates[first],
                    "end": self.dates[stop - 1],
                    "rows": int(stop - first),
                    "cut": bool(cut),
                }
            )
        return pd.DataFrame(rows, columns=["state", "start", "end", "rows", "cut"])

    def switches(self) -> pd.DatetimeIndex:
        """Return the days on which a known state differs from the last one known before."""
        known = np.flatnonzero(self.codes >= 0)
        changed = np.flatnonzero(np.diff(self.codes[known])) + 1
        return self.dates[known[changed]]

    def summary(self) -> pd.DataFrame:
        """Return one row a state: share of days, number of spells, mean length in rows."""
        spells = self.spells()
        grouped = spells.groupby("state")["rows"].agg(["count", "mean", "max"])
        frame = self.shares().to_frame().join(grouped).rename_axis("state")
        frame["count"] = frame["count"].fillna(0).astype(int)
        return frame.rename(columns={"count": "spells", "mean": "mean rows", "max": "longest"})

    def _repr_html_(self) -> str:
        kind = "" if self.invalid is None else f"<p>not computed: {escape(self.invalid)}</p>"
        title = f"<p><b>{escape(repr(self))}</b><br>{escape(self.rule)}</p>"
        return title + kind + self.summary().to_html(float_format="{:.3g}".format)

    def __len__(self) -> int:
        return len(self.codes)

    def __repr__(self) -> str:
        if self.invalid is not None:
            return f"{type(self).__name__}({self.detector}: not computed, {self.invalid})"
        known = self.dates[self.codes >= 0]
        return (
            f"{type(self).__name__}({self.detector}: {', '.join(self.states)}; "
            f"{known[0]:%Y-%m-%d} to {known[-1]:%Y-%m-%d}, {len(self.switches())} switches)"
        )


@dataclass(frozen=True, slots=True, eq=False, kw_only=True, repr=False)
class FilteredRegime(StatePath):
    """States known at their own day: row t uses rows up to and including t, parameters too.

    The only path that may condition an event study or become a signal; act on it at t + 1.
    """

    @guarded
    def known(
        self, dates: Iterable[DateLike], *, when: When = "before", max_age: int = 7
    ) -> pd.Series:
        """Return the state in force at each of `dates`.

        Parameters
        ----------
        dates : iterable of dates
            UTC days, in any order.
        when : {"before", "at"}, default "before"
            "before": the last known state strictly before the date. "at": the last known state up
            to and including it, for an event that is itself only known at the end of that day.
        max_age : int, default 7
            Days after which the last row of the path says nothing about a date.

        Returns
        -------
        Series of shape (n_dates,)
            Categorical, indexed by the dates; NaN where no state is known in the row the date
            looks at (the last row of the path before the date, or up to and including it) or that
            row is older than `max_age`. A missing state is not filled from an earlier row.

        Raises
        ------
        InputError
            If a date is unreadable.
        InputError
            If `when` is unknown.
        InputError
            If `max_age` < 1.
        """
        require_choice(when, _WHEN, "when")
        require_count(max_age, 1, "max_age")
        days = pd.DatetimeIndex([to_day(date, "dates") for date in dates], name="event")
        side: Literal["left", "right"] = "left" if when == "before" else "right"
        rows = np.asarray(self.dates.searchsorted(days, side=side)) - 1
        codes = np.full(len(days), -1)
        held = rows >= 0
        fresh = days[held] - self.dates[rows[held]] <= pd.Timedelta(max_age, "D")
        codes[held] = np.where(fresh, self.codes[rows[held]], -1)
        named = pd.Categorical.from_codes(codes, categories=pd.Index(self.states))
        return pd.Series(named, index=days, name=self.detector)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True, repr=False)
class SmoothedRegime(StatePath):
    """States in hindsight: any row may use the whole sample. A description, never a signal."""


@guarded
def require_filtered(regime: StatePath) -> FilteredRegime:
    """Return `regime` if it is filtered.

    Parameters
    ----------
    regime : FilteredRegime or SmoothedRegime

    Returns
    -------
    FilteredRegime

    Raises
    ------
    LookaheadError
        If it is anything else: a smoothed path uses the future.
    """
    if isinstance(regime, FilteredRegime):
        return regime
    raise LookaheadError(
        f"A {type(regime).__name__} cannot decide anything on its day, for it uses the future; "
        "pass the FilteredRegime of the same detector."
    )
