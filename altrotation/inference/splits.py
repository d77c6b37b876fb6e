"""Splits of a history into training and test rows that share no outcome.

The outcome of row t is made of rows t .. t + horizon. A training row is *purged* if its outcome
shares a row with that of any test row, and *embargoed* if it follows the end of a test outcome by
fewer than `embargo` rows. Both take rows from the training side; every test row is tested.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from altrotation._guarded import guarded
from altrotation.aliases import BoolArray, IntArray
from altrotation.errors import InputError
from altrotation.validate import require_count

__all__ = ["Split", "combinatorial", "leave_one_out", "purged", "walk_forward"]


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Row numbers to fit on and to judge on.

    Parameters
    ----------
    train, test : int arrays
        Increasing; they share no row.
    name : str
        What is held out.
    """

    train: IntArray
    test: IntArray
    name: str = ""


@guarded
def purged(n: int, test: IntArray, *, horizon: int, embargo: int = 0) -> IntArray:
    """Return the rows that may be trained on when `test` is tested.

    Parameters
    ----------
    n : int
        Rows in all.
    test : int array
    horizon : int
        Rows after its own that the outcome of a row reaches into; 0 for a daily return.
    embargo : int, default 0
        Further rows left out after each stretch of test rows.

    Returns
    -------
    int array
        Rows t with t + horizon before every later test row, and t after every earlier test row
        plus horizon plus embargo (Lopez de Prado 2018, sections 7.4.1 and 7.4.2).

    Raises
    ------
    InputError
        If `horizon` or `embargo` is negative.
    InputError
        If a test row lies outside 0 .. n - 1.
    """
    require_count(horizon, 0, "horizon")
    require_count(embargo, 0, "embargo")
    rows = np.asarray(test, dtype=np.int64)
    if len(rows) and (rows.min() < 0 or rows.max() >= n):
        raise InputError(f"`test` must lie in 0 .. {n - 1}, got {rows.min()} to {rows.max()}.")
    held = np.zeros(n, dtype=np.bool_)
    held[rows] = True
    banned = _spread(held, before=horizon, after=horizon + embargo)
    return np.flatnonzero(~banned)


@guarded
def walk_forward(
    n: int,
    *,
    train: int,
    test: int,
    horizon: int = 0,
    embargo: int = 0,
    expanding: bool = False,
) -> list[Split]:
    """Return consecutive test stretches, each fitted on rows before it.

    Parameters
    ----------
    n : int
        Rows in all.
    train, test : int
        Rows in a training and in a test stretch; the last test stretch may be shorter.
    horizon, embargo : int, default 0
        See `purged`. Training ends `horizon` rows before the test begins. An embargo guards rows
        after a test, of which none are trained on here; it is taken as further rows of distance.
    expanding : bool, default False
        Train on everything since the first row instead of the last `train` rows.

    Returns
    -------
    list of Split
        Every row from `train` on is tested exactly once.

    Raises
    ------
    InputError
        If a count is out of range.
    InputError
        If nothing is left to train or to test on.
    """
    require_count(test, 1, "test")
    require_count(horizon, 0, "horizon")
    require_count(embargo, 0, "embargo")
    gap = horizon + embargo
    require_count(train, gap + 1, "train")
    if n <= train:
        raise InputError(f"`train` {train} leaves none of {n} rows to test on; shorten it.")
    splits = []
    for start in range(train, n, test):
        first = 0 if expanding else start - train
        splits.append(
            Split(
                np.arange(first, start - gap),
                np.arange(start, min(start + test, n)),
                f"rows {start}-{min(start + test, n) - 1}",
            )
        )
    return splits


@guarded
def leave_one_out(
    groups: Sequence[str | None], *, horizon: int = 0, embargo: int = 0
) -> list[Split]:
    """Return one split a group: tested on it, fitted on all others, before and after.

    Parameters
    ----------
    groups : sequence of str or None of length n
        The group of each row, such as its cycle; rows without one are never tested, but trained on.
    horizon, embargo : int, default 0
        See `purged`.

    Returns
    -------
    list of Split
        In the order in which the groups first occur, named by group.

    Raises
    ------
    InputError
        If fewer than two groups are named.
    InputError
        If a split has no training row.
    """
    names = list(dict.fromkeys(group for group in groups if group is not None))
    if len(names) < 2:
        raise InputError(f"`groups` must name at least two groups, got {names}.")
    splits = []
    for name in names:
        test = np.flatnonzero([group == name for group in groups])
        splits.append(
            _nonempty(
                Split(purged(len(groups), test, horizon=horizon, embargo=embargo), test, name)
            )
        )
    return splits


@guarded
def combinatorial(
    n: int, *, blocks: int = 6, held: int = 2, horizon: int = 0, embargo: int = 0
) -> list[Split]:
    """Return every way to hold out `held` of `blocks` equal stretches.

    Parameters
    ----------
    n : int
        Rows in all.
    blocks : int, default 6
        Consecutive stretches, equal but for one row.
    held : int, default 2
        Stretches tested at a time.
    horizon, embargo : int, default 0
        See `purged`.

    Returns
    -------
    list of Split
        blocks! / (held! (blocks - held)!) of them; each block is tested in
        held / blocks of them, so that they make up that many full paths (Lopez de Prado 2018,
        chapter 12).

    Raises
    ------
    InputError
        If the counts do not fit.
    InputError
        If a split has no training row.
    """
    require_count(held, 1, "held")
    require_count(blocks, held + 1, "blocks")
    require_count(n, blocks, "n")
    parts = np.array_split(np.arange(n), blocks)
    splits = []
    for chosen in combinations(range(blocks), held):
        test = np.concatenate([parts[block] for block in chosen])
        name = "blocks " + ", ".join(str(block + 1) for block in chosen)
        splits.append(
            _nonempty(Split(purged(n, test, horizon=horizon, embargo=embargo), test, name))
        )
    return splits


def _spread(held: BoolArray, *, before: int, after: int) -> BoolArray:
    """Return rows at most `before` ahead of, or `after` behind, a held row."""
    n = len(held)
    marks = np.zeros(n + 1, dtype=np.int64)
    rows = np.flatnonzero(held)
    np.add.at(marks, np.maximum(rows - before, 0), 1)
    np.add.at(marks, np.minimum(rows + after + 1, n), -1)
    reached: BoolArray = marks[:-1].cumsum() > 0
    return reached


def _nonempty(split: Split) -> Split:
    if not len(split.train):
        raise InputError(
            f"Nothing is left to train on when {split.name} is held out; shorten the horizon or "
            "the embargo."
        )
    return split
