"""Effects side by side: estimates with intervals, against zero and what would matter."""

import math
from itertools import pairwise
from textwrap import fill

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from altrotation._guarded import guarded
from altrotation.aliases import FloatArray
from altrotation.errors import InputError
from altrotation.plot import style
from altrotation.plot.numbers import signed
from altrotation.printing import p_text
from altrotation.variation import above

__all__ = ["forest"]

_NEEDED = ("estimate", "low", "high")


@guarded
def forest(
    table: pd.DataFrame,
    *,
    smallest_effect: float | None = None,
    unit: str = "log points",
    finding: str | None = None,
    remark: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw one row an effect: estimate, interval and what the design could have detected.

    The grey bar around zero is the minimum detectable effect: an effect inside it would usually
    have been missed, so an interval inside it says little.

    Parameters
    ----------
    table : DataFrame
        Columns estimate, low, high; optional minimum_detectable_effect, p_adjusted and level. The
        index labels the rows; the first level of a two-level index, or a column role, groups
        them. Whole numbers in the second level are days, or the unit in ``table.attrs["unit"]``.
    smallest_effect : float, optional
        The smallest effect of interest, marked by a dashed line.
    unit : str, default "log points"
    finding : str, optional
        The title; by default how many intervals exclude zero.
    remark : str, optional
        Words to put at the end of the caption.
    ax : Axes, optional
        Default: the Axes of a new Figure.

    Raises
    ------
    InputError
        If the table has no rows or lacks one of the three columns.
    """
    for name in _NEEDED:
        if name not in table.columns:
            raise InputError(f"`table` lacks the column {name!r}; it has {list(table.columns)}.")
    if not len(table):
        raise InputError("`table` has no rows; give at least one effect.")
    groups, words = _row_labels(table, style.NARROW if ax and style.is_narrow(ax) else style.WIDE)
    heights = _heights(groups)
    drawn = style.canvas(ax, height=forest_height(table))
    drawn.grid(visible=False, axis="y")
    drawn.grid(visible=True, axis="x", color=style.GRID, linewidth=0.6)
    colours = _colours(groups)
    for position in range(len(table)):
        _row(drawn, table.iloc[position], heights[position], colours[position])
    drawn.axvline(0.0, color=style.INK, linewidth=0.9).set_gid("zero")
    if smallest_effect is not None:
        drawn.axvline(
            smallest_effect, color=style.INK, linewidth=0.9, linestyle=(0, (3, 2))
        ).set_gid("smallest-effect")
    drawn.set_yticks(heights, words, parse_math=False)
    drawn.tick_params(axis="y", length=0, labelsize=style.points(drawn))
    drawn.set_ylim(heights.max() + 0.8, heights.min() - 0.8)
    drawn.spines["left"].set_visible(False)
    drawn.xaxis.set_major_locator(MaxNLocator(4 if style.is_narrow(drawn) else 8))
    least = 2 if "log" in unit else 1
    drawn.xaxis.set_major_formatter(
        FuncFormatter(lambda value, _: signed(value, _decimals(drawn.get_xticks(), least)))
    )
    drawn.set_xlabel(unit)
    longest = max(len(line) for label in words for line in label.splitlines())
    left = 0.2 + longest * 0.55 * style.points(drawn) / 72
    style.title(drawn, _finding(table) if finding is None else finding, left=left)
    style.caption(
        drawn, f"{_small_print(table, smallest_effect, unit)} {remark}".strip(), left=left
    )
    return drawn


def forest_height(table: pd.DataFrame, *, width: float = style.WIDE) -> float:
    """Return a figure height in inches that gives each row of `table` its room."""
    groups, words = _row_labels(table, width)
    tallest = 1 + max((label.count("\n") for label in words), default=0)
    row = 0.235 if tallest == 1 else 0.14 * tallest + 0.06
    return 1.75 + row * len(table) + 0.12 * len(set(groups))


def _decimals(ticks: FloatArray, least: int) -> int:
    """Return how many decimals tell neighbouring ticks apart, at least `least`."""
    step = float(np.diff(ticks[:2]).sum())
    shown = (d for d in range(least, 6) if math.isclose(round(step, d), step, rel_tol=1e-6))
    return next(shown, least)


def _row_labels(table: pd.DataFrame, width: float) -> tuple[list[str], list[str]]:
    """Return the group and the label of every row; long labels are wrapped."""
    if table.index.nlevels == 1:
        columns = 18 if width < style.WIDE else 40
        held = table["role"].astype(str) if "role" in table.columns else [""] * len(table)
        return list(held), [fill(str(label), columns) for label in table.index]
    groups = [str(label[0]) for label in table.index]
    words = []
    for position, label in enumerate(table.index):
        inner = str(label[1])
        if isinstance(label[1], int | np.integer):
            inner = f"{label[1]} {str(table.attrs.get('unit', 'day'))[0]}"
        first = position == 0 or groups[position - 1] != groups[position]
        words.append(f"{groups[position]}   {inner:>5}" if first else inner)
    return groups, words


def _heights(groups: list[str]) -> FloatArray:
    breaks = [0.0, *(0.6 if a != b else 0.0 for a, b in pairwise(groups))]
    heights: FloatArray = np.arange(len(groups)) + np.cumsum(breaks)
    return heights


def _colours(groups: list[str]) -> list[str]:
    cycle = (style.BLUE, style.VERMILION, style.GREEN, style.PURPLE, style.ORANGE, style.SKY)
    order = list(dict.fromkeys(groups))
    return [cycle[order.index(group) % len(cycle)] for group in groups]


def _row(ax: Axes, row: pd.Series, height: float, colour: str) -> None:
    effect = float(row.get("minimum_detectable_effect", math.nan))
    if not math.isnan(effect):
        ax.plot(
            [-effect, effect],
            [height, height],
            color=style.MUTED,
            alpha=0.22,
            linewidth=6,
            solid_capstyle="butt",
            zorder=1,
        )[0].set_gid("detectable")
    estimate = float(row["estimate"])
    if math.isnan(estimate):
        ax.annotate(
            "not computed", xy=(0.0, height), fontsize=style.points(ax), color=style.MUTED,
            xytext=(4, 0), textcoords="offset points", va="center",
        )  # fmt: skip
        return
    elsewhere = float(row.get("null_mean", math.nan))
    if not math.isnan(elsewhere):
        ax.plot(
            [elsewhere], [height], marker="|", markersize=9, markeredgewidth=1.6, color=style.INK,
            zorder=3.5,
        )[0].set_gid("null-mean")  # fmt: skip
    sure = "p_adjusted" not in row.index or float(row["p_adjusted"]) <= 0.05
    ax.plot(
        [float(row["low"]), float(row["high"])],
        [height, height],
        color=colour,
        linewidth=1.6,
        zorder=3,
    )[0].set_gid("interval")
    ax.plot(
        [estimate],
        [height],
        marker="o",
        markersize=5.5,
        color=colour,
        markerfacecolor=colour if sure else style.SURFACE,
        markeredgewidth=1.4,
        zorder=4,
    )[0].set_gid("estimate")


def _finding(table: pd.DataFrame) -> str:
    known = table.dropna(subset=list(_NEEDED))
    count = len(known)
    if not count:
        return "None of the effects could be computed"
    low, high = known["low"].to_numpy(np.float64), known["high"].to_numpy(np.float64)
    width = np.maximum(np.abs(low), np.abs(high))
    apart = int((above(low, 0.0, size=width) | above(0.0, high, size=width)).sum())
    words = (
        f"{apart} of {count} interval{'s' if count != 1 else ''} exclude{'s' * (apart == 1)} zero"
    )
    if "p_adjusted" not in known.columns or known["p_adjusted"].isna().all():
        return words
    passed = int((known["p_adjusted"] <= 0.05).sum())
    least = p_text(float(known["p_adjusted"].min()))
    if passed:
        return f"{words}; {passed} pass{'es' * (passed == 1)} after adjustment"
    return f"{words}; none passes after adjustment (smallest adjusted p\u00a0{least})"


def _small_print(table: pd.DataFrame, smallest_effect: float | None, unit: str) -> str:
    level = f"{100 * float(table['level'].iloc[0]):.0f} % " if "level" in table.columns else ""
    judged = table[table["estimate"].notna()].get("p_adjusted", pd.Series([0.0]))
    lacking = ", or none" if judged.isna().any() and judged.notna().any() else ""
    parts = [f"Line: {level}interval. Hollow: adjusted p above .05{lacking}."]
    if "null_mean" in table.columns:
        parts.append("Tick: the mean at placebo dates.")
    if "minimum_detectable_effect" in table.columns:
        parts.append("Grey: effects that this many events would usually miss.")
    if smallest_effect is not None:
        parts.append(f"Dashed: smallest effect of interest, {signed(smallest_effect, 2)} {unit}.")
    return " ".join(parts)
