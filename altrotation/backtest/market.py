"""The market of a replay: prices to trade at, marks to value at, and what leaves when."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Self, TypeAlias

import numpy as np
import pandas as pd

from altrotation.aliases import FloatArray, IntArray
from altrotation.errors import InputError
from altrotation.validate import require_number

__all__ = ["Level", "Market", "Roster", "carry_marks"]

Level: TypeAlias = Literal["baskets", "coins"]


@dataclass(frozen=True, slots=True, eq=False)
class Roster:
    """Who is in a leg from which row on; a leg that is one asset has one line and one column.

    Parameters
    ----------
    rows : int array of shape (m,)
        First row of each line, increasing.
    columns : tuple of int arrays
        The assets of each line.
    caps : tuple of float arrays
        Their capitalisations, NaN where unknown.
    listed : int array of shape (m,)
        Members of each line, those without any price series included.
    """

    rows: IntArray
    columns: tuple[IntArray, ...]
    caps: tuple[FloatArray, ...]
    listed: IntArray

    @classmethod
    def single(cls, column: int) -> Self:
        """Return the roster of a leg that is one asset, the one of `column`."""
        return cls(
            rows=np.zeros(1, dtype=np.int64),
            columns=(np.array([column], dtype=np.int64),),
            caps=(np.array([np.nan]),),
            listed=np.ones(1, dtype=np.int64),
        )

    def line(self, row: int) -> int:
        """Return the number of the line in force at `row`, -1 before the first."""
        return int(self.rows.searchsorted(row, side="right")) - 1


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Market:
    """Prices and costs on consecutive UTC days, in units of the cash account.

    Measured in units of an account that earns the Treasury-bill yield, idle cash is constant, and
    proportional costs are the same in any unit: so an engine whose cash earns nothing replays a
    strategy whose cash does, exactly. Multiply by `cash` for USD.

    Parameters
    ----------
    dates : DatetimeIndex of shape (n,)
    first : int
        The row the replay starts at; rows before it are history.
    assets, tiers : tuples of str of length k
        Names, and the tier whose costs each bears.
    price : array of shape (n, k)
        Close, NaN where nothing can be traded.
    mark : array of shape (n, k)
        What a position is valued at: the last close while it is at most `patience` days old, what
        is left of it on the day it leaves, NaN afterwards and before the first close.
    leaves : array of shape (n, k)
        1 + loss on the day a position without a close has to leave, NaN on others.
    died : bool array of shape (n, k)
        Whether it leaves because it died, and not because its vendor's data end.
    stale : bool array of shape (n, k)
        Whether the mark is no close of that day, or a close unchanged for more than three days.
    cash : array of shape (n,)
        USD in the cash account for one put in at the first row of the replay.
    fee, spread : arrays of shape (k,)
        Fractions a side.
    volume, volatility : arrays of shape (n, k) or None
        Median daily USD turnover and deviation of log returns over 30 days, as known at the
        decision; None where no asset has any.
    legs : mapping from leg to Roster
    level : "baskets" or "coins"
    patience : int
        Days a position may lack a close.
    remarks : tuple of str
        What a reader should know about the data.
    """

    dates: pd.DatetimeIndex
    first: int
    assets: tuple[str, ...]
    tiers: tuple[str, ...]
    price: FloatArray
    mark: FloatArray
    leaves: FloatArray
    died: np.ndarray
    stale: np.ndarray
    cash: FloatArray
    fee: FloatArray
    spread: FloatArray
    volume: FloatArray | None
    volatility: FloatArray | None
    legs: Mapping[str, Roster]
    level: Level
    patience: int
    remarks: tuple[str, ...] = ()

    def weights(
        self, leg: str, row: int, *, weighting: str = "equal"
    ) -> tuple[IntArray, FloatArray]:
        """Return columns and weights of a leg that can be bought at `row`; empty if none can.

        Weights sum to one over the members with a close at `row`. A leg whose members are fewer
        than half priced, or fewer than three of several, cannot be bought.

        Parameters
        ----------
        leg : str
            A key of `legs`.
        row : int
        weighting : {"equal", "cap"}, default "equal"
            Of the members; by capitalisation those without a known one are left out.

        Returns
        -------
        columns : int array of shape (m,)
        weights : array of shape (m,)
        """
        roster = self.legs[leg]
        line = roster.line(row)
        none = np.empty(0, dtype=np.int64), np.empty(0)
        if line < 0 or not len(roster.columns[line]):
            return none
        columns, caps = roster.columns[line], roster.caps[line]
        # what has to leave today can be sold, not bought
        usable = np.isfinite(self.price[row, columns]) & np.isnan(self.leaves[row, columns])
        if len(columns) > 1:
            if weighting == "cap":
                usable &= caps > 0
            enough = max(0.5 * float(roster.listed[line]), min(3, len(columns)))
            if usable.sum() < enough:
                return none
        elif not usable.all():
            return none
        held = columns[usable]
        raw = caps[usable] if weighting == "cap" and len(columns) > 1 else np.ones(len(held))
        return held, raw / raw.sum()

    def is_group(self, leg: str) -> bool:
        """Return whether a leg is a changing group of assets."""
        return len(self.legs[leg].rows) > 1 or len(self.legs[leg].columns[0]) != 1


def carry_marks(
    price: FloatArray, patience: int, *, covered: FloatArray | None = None, delisting: float = 0.0
) -> tuple[FloatArray, FloatArray, FloatArray, np.ndarray]:
    """Return prices with departures, marks, departures and whether each was a death.

    An asset without a close is valued at its last one for `patience` days. On the day after it
    has to leave: at 1 + `delisting` of that close if its vendor still published on that day (a
    death), at the close itself if the vendor's data end.

    Parameters
    ----------
    price : array of shape (n, k)
        NaN where there is no close.
    patience : int
    covered : array of shape (k,), optional
        The last row on which a vendor of each asset published anything; -inf where none is known.
        Default: no asset dies.
    delisting : float, default 0
        Simple return beyond the last close of a death.

    Returns
    -------
    price, mark, leaves : arrays of shape (n, k)
    died : bool array of shape (n, k)

    Raises
    ------
    InputError
        If `delisting` is no number in [-1, 0].
    """
    require_number(delisting, "delisting")
    if not -1.0 <= delisting <= 0.0:
        raise InputError(f"`delisting` must lie between -1 and 0, got {delisting}.")
    n, k = price.shape
    rows = np.arange(n)[:, None]
    seen = np.isfinite(price)
    last = np.maximum.accumulate(np.where(seen, rows, -1), axis=0)
    age = np.where(last >= 0, rows - last, -1)
    carried = np.take_along_axis(price, np.maximum(last, 0), axis=0)
    leaving = age == patience + 1
    ends = np.full(k, -np.inf) if covered is None else covered
    died = leaving & (rows <= ends[None, :])
    # a total loss still needs a positive price to leave at
    factor = np.maximum(np.where(died, 1.0 + delisting, 1.0), 1e-9)
    leaves = np.where(leaving, factor, np.nan)
    mark = np.where((age >= 0) & (age <= patience), carried, np.nan)
    mark = np.where(leaving, carried * factor, mark)
    return np.where(leaving, mark, price), mark, leaves, died
