"""What a raw table must look like: columns, units, ranges, keys and order."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

__all__ = ["Column", "Table"]

Kind = Literal["text", "day", "instant", "whole", "number", "flag"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a raw table.

    Parameters
    ----------
    kind : {"text", "day", "instant", "whole", "number", "flag"}
        A day is a naive midnight label meaning a UTC day, an instant a naive UTC time.
    unit : str
    low, high : float
        Range of the values; the ends belong to it, `low` does not if `open_low`.
    open_low : bool
    missing : bool
        Whether cells may be empty.
    ahead : bool
        Whether days may lie in the future, as in a schedule.
    """

    kind: Kind
    unit: str = ""
    low: float = -np.inf
    high: float = np.inf
    open_low: bool = False
    missing: bool = False
    ahead: bool = False

    @property
    def range(self) -> str:
        """The range in words."""
        low = f"{'above' if self.open_low else 'at least'} {self.low:g}" * bool(self.low > -np.inf)
        high = f"at most {self.high:g}" * bool(self.high < np.inf)
        return " and ".join(part for part in (low, high) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One raw table: its file, its columns, and the keys no two rows share.

    Parameters
    ----------
    name, file : str
    columns : mapping of str to Column
    keys : tuple of str
        Columns that together name a row; empty where rows may repeat.
    order : tuple of str
        Columns the rows are sorted by: blocks of all but the last, ascending in the last. Days in
        the first place are ascending as well. Default: the keys.
    sorted : bool, default True
        Whether the rows have an order at all.
    others : Column, optional
        What any further column must be (one a fund, for instance); without it none is accepted.
    """

    name: str
    file: str
    columns: Mapping[str, Column]
    keys: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    sorted: bool = True
    others: Column | None = field(default=None)

    @property
    def date(self) -> str | None:
        """The column that dates the rows."""
        for name, column in self.columns.items():
            if column.kind in ("day", "instant"):
                return name
        return None

    @property
    def names(self) -> tuple[str, ...]:
        """The keys that are no date: together they name a series."""
        return tuple(k for k in self.keys if self.columns[k].kind not in ("day", "instant"))
