"""How results show themselves at a prompt: one line in a list, their summary when printed."""

import pandas as pd

__all__ = ["Printed"]

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
