"""How good a detector is where the truth is known: delay, false alarms, misses."""

from dataclasses import dataclass

import numpy as np

from altrotation._guarded import guarded
from altrotation.aliases import IntArray
from altrotation.errors import InputError
from altrotation.regimes.agreement import rand_index

__all__ = ["Detection", "detection"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """The score of one path against planted states.

    Parameters
    ----------
    switches : int
        Planted switches that could be detected.
    missed : int
        Those after which the path never took the new state before the next planted switch.
    delays : tuple of int
        Rows from each other switch to the first row in the new state; 0 is the row itself.
    false_alarms : int
        Entries into a state that is not the true one on that row.
    rows : int
        Rows that count.
    adjusted_rand : float
    accuracy : float
        Share of the rows in the true state.
    """

    switches: int
    missed: int
    delays: tuple[int, ...]
    false_alarms: int
    rows: int
    adjusted_rand: float
    accuracy: float

    @property
    def median_delay(self) -> float:
        """Median rows to detection; NaN if every switch was missed."""
        return float(np.median(self.delays)) if self.delays else float("nan")

    @property
    def false_alarm_rate(self) -> float:
        """False alarms in 1,000 rows."""
        return 1000.0 * self.false_alarms / self.rows


@guarded
def detection(truth: IntArray, codes: IntArray) -> Detection:
    """Score a path against planted states.

    Parameters
    ----------
    truth : int array of shape (n,)
        Planted states, none below 0.
    codes : int array of shape (n,)
        The path in the same codes; -1 where it knows none. Rows before its first known state do
        not count; a later unknown row keeps the state before it.

    Returns
    -------
    Detection

    Raises
    ------
    InputError
        If shapes differ.
    InputError
        If a planted state is below 0.
    InputError
        If the path knows no state.
    """
    if truth.shape != codes.shape or truth.ndim != 1:
        raise InputError(
            f"`truth` and `codes` must have one shape, got {truth.shape}, {codes.shape}."
        )
    if len(truth) and truth.min() < 0:
        raise InputError("`truth` must know the state of every row; it holds a negative code.")
    known = np.flatnonzero(codes >= 0)
    if not len(known):
        raise InputError("`codes` knows no state, so there is nothing to score.")
    first = int(known[0])
    held = np.maximum.accumulate(np.where(codes >= 0, np.arange(len(codes)), first))
    path, real = codes[held][first:], truth[first:]
    switches = np.flatnonzero(np.diff(real)) + 1
    ends = np.append(switches, len(real))[1:]
    delays, missed = [], 0
    for start, end in zip(switches, ends, strict=True):
        found = np.flatnonzero(path[start:end] == real[start])
        if len(found):
            delays.append(int(found[0]))
        else:
            missed += 1
    entries = np.flatnonzero(np.diff(path)) + 1
    return Detection(
        switches=len(switches),
        missed=missed,
        delays=tuple(delays),
        false_alarms=int((path[entries] != real[entries]).sum()),
        rows=len(real),
        adjusted_rand=rand_index(real, path),
        accuracy=float((path == real).mean()),
    )
