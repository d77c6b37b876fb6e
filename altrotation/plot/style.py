"""The one look of all pictures: palette, sizes, titles and captions."""

from textwrap import fill

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num
from matplotlib.figure import Figure
from matplotlib.text import Annotation
from scipy.optimize import isotonic_regression

from altrotation.aliases import FloatArray

__all__ = [
    "BLUE",
    "GREEN",
    "GRID",
    "INK",
    "MUTED",
    "NARROW",
    "ORANGE",
    "PALETTE",
    "PURPLE",
    "SKY",
    "SURFACE",
    "VERMILION",
    "WIDE",
    "blank",
    "canvas",
    "caption",
    "date_axis",
    "day_number",
    "is_narrow",
    "label_gap",
    "legend",
    "points",
    "spread",
    "title",
]

# Okabe & Ito (2008): distinguishable with every common form of colour blindness.
BLUE, VERMILION, GREEN = "#0072b2", "#d55e00", "#009e73"
ORANGE, SKY, PURPLE = "#e69f00", "#56b4e9", "#cc79a7"
INK, MUTED, GRID, SURFACE = "#1f2428", "#5d666f", "#d9dee3", "#fefefe"

PALETTE = {
    "blue": BLUE,
    "vermilion": VERMILION,
    "green": GREEN,
    "orange": ORANGE,
    "sky": SKY,
    "purple": PURPLE,
    "ink": INK,
    "muted": MUTED,
    "grid": GRID,
    "surface": SURFACE,
}
"""Every colour a picture uses, by name; the report maps the names to light and dark values."""

WIDE, NARROW = 7.2, 3.6
"""Figure widths in inches: a page column (720 px at 100 dpi) and a telephone."""

_TITLE, _TEXT, _SMALL = 10.5, 9.0, 8.0


def blank(*, width: float = WIDE, height: float = 4.2) -> Axes:
    """Return the Axes of a new Figure of `width` x `height` inches that pyplot never sees."""
    figure = Figure(figsize=(width, height), dpi=100, layout="constrained", facecolor=SURFACE)
    return figure.add_subplot()


def canvas(ax: Axes | None, *, height: float = 4.2) -> Axes:
    """Return `ax`, or the Axes of a new Figure, with the common look."""
    drawn = blank(height=height) if ax is None else ax
    drawn.set_facecolor(SURFACE)
    for side in ("top", "right"):
        drawn.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        drawn.spines[side].set_color(MUTED)
        drawn.spines[side].set_linewidth(0.8)
    drawn.tick_params(which="both", colors=MUTED, labelcolor=INK, labelsize=_TEXT, width=0.8)
    drawn.grid(visible=True, axis="y", color=GRID, linewidth=0.6)
    drawn.set_axisbelow(True)
    drawn.xaxis.label.set(color=INK, fontsize=_TEXT)
    drawn.yaxis.label.set(color=INK, fontsize=_TEXT)
    return drawn


def is_narrow(ax: Axes) -> bool:
    """Return whether the figure is too narrow (under 5 inches) for long labels."""
    return _width(ax) < 5.0


def points(ax: Axes) -> float:
    """Return the font size of labels inside the picture, in points."""
    return _SMALL if not is_narrow(ax) else 7.5


def date_axis(ax: Axes) -> None:
    """Label the x axis with as few dates as tell the time."""
    most = 7 if is_narrow(ax) else 9  # with 3 at least, some interval fits every span
    locator = AutoDateLocator(minticks=3, maxticks=most)  # type: ignore[no-untyped-call]
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(ConciseDateFormatter(locator, show_offset=False))  # type: ignore[no-untyped-call]


def day_number(date: pd.Timestamp) -> float:
    """Return `date` as the number matplotlib puts on a date axis."""
    return float(date2num(date.to_numpy()))  # type: ignore[no-untyped-call]


def legend(ax: Axes) -> None:
    """Put the legend in a row above the axes, under the title; two columns on a telephone."""
    names = ax.get_legend_handles_labels()[1]
    columns = min(len(names), 2 if is_narrow(ax) else 4)
    ax.legend(
        loc="lower left",
        bbox_to_anchor=(0.0, 1.0),
        ncols=columns,
        frameon=False,
        fontsize=points(ax),
        labelcolor=INK,
        handlelength=1.6,
        columnspacing=1.4,
        borderaxespad=0.2,
        borderpad=0.1,
    )


def title(ax: Axes, text: str, *, left: float = 0.8) -> None:
    """Set the finding as a title above the legend, if any; `left` inches lie left of the axes."""
    columns = int((_width(ax) - left - 0.15) * 72 / (_TITLE * 0.62))
    ax.set_title(
        fill(text, columns),
        loc="left",
        fontsize=_TITLE,
        fontweight="bold",
        color=INK,
        pad=9.0 + _legend_height(ax),
        parse_math=False,
    )


def caption(ax: Axes, text: str, *, left: float = 0.8) -> Annotation:
    """Write small print under the axis labels; `left` inches lie left of the axes."""
    columns = int((_width(ax) - left) * 72 / (_SMALL * 0.55))
    note = ax.annotate(
        "\n".join(fill(line, columns) for line in text.splitlines()),
        xy=(0.0, 0.0),
        xycoords="axes fraction",
        xytext=(0.0, -23.0 - 11.5 * bool(ax.get_xlabel()) * (1 + ax.get_xlabel().count("\n"))),
        textcoords="offset points",
        va="top",
        fontsize=_SMALL,
        color=MUTED,
        linespacing=1.35,
        parse_math=False,
    )
    note.set_gid("caption")
    return note


def label_gap(ax: Axes) -> float:
    """Return the distance in data units that keeps labels stacked along y from touching."""
    low, high = ax.get_ylim()
    _, height = _size(ax)
    return (high - low) * 1.35 * points(ax) / (0.66 * height * 72)


def spread(positions: FloatArray, gap: float) -> FloatArray:
    """Return the positions nearest to `positions` (least squares) that are `gap` apart.

    Parameters
    ----------
    positions : array of shape (n,)
        In any order, without NaN.
    gap : float
        Smallest distance between neighbours of the result.

    Returns
    -------
    array of shape (n,)
        In the order of the input.
    """
    if not len(positions):
        return positions
    order = np.argsort(positions, kind="stable")
    steps = gap * np.arange(len(positions))
    moved = np.empty(len(positions))
    moved[order] = isotonic_regression(positions[order] - steps).x + steps
    return moved


def _legend_height(ax: Axes) -> float:
    held = ax.get_legend()
    if held is None or not held.get_in_layout() or held.get_bbox_to_anchor().y0 < ax.bbox.y1 - 1:
        return 0.0
    rows = -(-len(held.get_texts()) // (2 if is_narrow(ax) else 4))
    return 1.45 * points(ax) * rows


def _size(ax: Axes) -> tuple[float, float]:
    figure = ax.get_figure(root=True)
    if figure is None:
        return WIDE, 4.2
    width, height = figure.get_size_inches()
    return float(width), float(height)


def _width(ax: Axes) -> float:
    return _size(ax)[0]
