"""How results show themselves: one line in a list, their summary when printed, p-values."""

import math

import numpy as np
import pandas as pd

__all__ = ["Printed", "counted", "p_text", "row_word"]

_WORDS = {"week": (5, 10), "month": (25, 35), "quarter": (85, 95), "year": (350, 380)}  # days
_MOST = 60  # rows of a table; the middle of a longer one is left out


class Printed:
    """A result that prints its numbers and not its fields; its class adds `_line` and `summary`."""

    __slots__ = ()

    def _line(self) -> str:
        raise NotImplementedError

    def summary(self) -> pd.DataFrame:
        """Return the numbers as a table."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._line()})"

    def __str__(self) -> str:
        table = self.summary().to_string(float_format="{:.4g}".format, max_rows=_MOST)
        return f"{self._line()}\n{table}"


def p_text(p: float) -> str:
    """Return a p-value with three decimals, four under .01, "< 0.0001" below; "–" for NaN."""
    if math.isnan(p):
        return "–"
    if p < 0.0001:
        return "< 0.0001"
    return f"{p:.4f}" if p < 0.01 else f"{p:.3f}"


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, in the plural unless it is one: "1 row", "20 rows"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def row_word(index: pd.DatetimeIndex) -> str:
    """Return what one row of `index` is by the median distance of its labels.

    "day" for less than 5 days (sessions are days), "week", "month", "quarter" or "year" around
    theirs, else "row".
    """
    if len(index) < 2:
        return "day"
    days = float(np.median(np.diff(index.to_numpy()) / np.timedelta64(1, "D")))
    if days < _WORDS["week"][0]:
        return "day"
    return next((word for word, (low, high) in _WORDS.items() if low <= days <= high), "row")
