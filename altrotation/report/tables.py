"""Data frames as rows of plain text: numbers in words, and long tables cut aloud."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from altrotation.plot.numbers import signed
from altrotation.printing import p_text

__all__ = ["Table", "table_of"]

_MOST_ROWS = 400


@dataclass(frozen=True, slots=True)
class Table:
    """Caption, column heads and rows of text; `numeric` tells which columns align right."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[bool, ...]
    left_out: int = 0


def table_of(frame: pd.DataFrame, caption: str, columns: Mapping[str, str]) -> Table:
    """Return `frame` as text with the `columns` it has, in the given order, under new heads."""
    names = [name for name in columns if name in frame.columns]
    shown = frame.head(_MOST_ROWS)
    rows = tuple(
        tuple(cell(row[position], names[position]) for position in range(len(names)))
        for row in shown[names].itertuples(index=False, name=None)
    )
    return Table(
        caption=caption,
        heads=tuple(columns[name] for name in names),
        rows=rows,
        numeric=tuple(pd.api.types.is_numeric_dtype(frame[name].dtype) for name in names),
        left_out=len(frame) - len(shown),
    )


def cell(value: object, name: str) -> str:
    """Return one value as text; a p-value, a count and an effect each in their own way."""
    if value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return "–"
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, int | np.integer):
        return f"{value:,}"
    if isinstance(value, float | np.floating):
        return _number(float(value), name)
    return str(value)


def _number(value: float, name: str) -> str:
    if name.startswith("p_") or name == "sign_flip_floor":
        return p_text(value)
    if name.startswith("n_"):
        return f"{value:.1f}" if name == "n_effective" else f"{value:.0f}"
    if name in ("estimate", "null_mean", "excess", "low", "high"):
        return signed(value)
    if name == "minimum_detectable_effect":
        return f"{value:.3f}"
    return f"{value:,.1f}" if abs(value) >= 100 else f"{value:.4g}".replace("-", "−")
