"""How results show themselves: one line in a list, their summary when printed, p-values."""

import math

import pandas as pd

__all__ = ["Printed", "counted", "p_text"]

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
