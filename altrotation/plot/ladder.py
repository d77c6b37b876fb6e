"""The inference ladder drawn: the p of one cell, rung by rung, on a log axis."""

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullFormatter, NullLocator

from altrotation._guarded import guarded
from altrotation.claims.robustness.ladder import InferenceLadder
from altrotation.plot import style
from altrotation.printing import p_text

__all__ = ["ladder"]

_SIZE = 0.05
_LEAST = 1e-6  # smaller p-values are drawn here, as arrows: how small is no news


@guarded
def ladder(result: InferenceLadder, *, ax: Axes | None = None) -> Axes:
    """Draw one row a test, the naive at the top, the exact at the bottom: its p on a log axis.

    A p below one in a million is an arrow there. Tests by resampling carry a tick at the smallest p
    they could have returned. What the test takes for its sample size stands at the right, where
    there is room.

    Parameters
    ----------
    result : InferenceLadder
    ax : Axes, optional
        Default: the Axes of a new Figure.
    """
    table = result.table
    drawn = style.canvas(ax, height=1.6 + 0.27 * len(table))
    narrow = style.is_narrow(drawn)
    drawn.grid(visible=False, axis="y")
    drawn.grid(visible=True, axis="x", color=style.GRID, linewidth=0.6)
    heights = np.arange(len(table), dtype=np.float64)
    p = table["p_value"].to_numpy(dtype=np.float64)
    known = np.isfinite(p)
    floors = table["p_attainable"].to_numpy(dtype=np.float64)
    places = np.maximum(p, _LEAST)
    low = min(float(np.nanmin(places, initial=_SIZE)), float(np.nanmin(floors, initial=_SIZE)))
    drawn.axvspan(1e-300, _SIZE, color=style.GRID, alpha=0.45, linewidth=0, zorder=0)
    drawn.plot(places[known], heights[known], color=style.MUTED, linewidth=0.9, zorder=2)
    for height, value, floor, reason in zip(heights, p, floors, table["invalid"], strict=True):
        if reason:
            drawn.annotate(
                "not computed", xy=(0.99, height), xycoords=("axes fraction", "data"), ha="right",
                va="center", fontsize=style.points(drawn), color=style.MUTED,
            )  # fmt: skip
            continue
        small = value <= _SIZE
        drawn.plot(
            [max(value, _LEAST)], [height], marker="o" if value >= _LEAST else "<",
            markersize=6.0, zorder=3,
            color=style.VERMILION if small else style.BLUE,
        )[0].set_gid("rung")  # fmt: skip
        if math.isfinite(floor):
            drawn.plot(
                [floor], [height], marker="|", markersize=8, markeredgewidth=1.4,
                color=style.MUTED, zorder=2.5,
            )[0].set_gid("attainable")  # fmt: skip
        right = value < 0.02
        drawn.annotate(
            p_text(float(value)), xy=(max(value, _LEAST), height), xytext=(7 if right else -7, 0),
            textcoords="offset points", ha="left" if right else "right", va="center",
            fontsize=style.points(drawn), color=style.INK, zorder=4,
            bbox={"boxstyle": "square,pad=0.1", "facecolor": style.SURFACE, "alpha": 0.75,
                  "linewidth": 0},
        )  # fmt: skip
    _axes(drawn, low, narrow=narrow)
    drawn.set_yticks(heights, [str(name) for name in table.index], parse_math=False)
    drawn.tick_params(axis="y", length=0, labelsize=style.points(drawn))
    drawn.set_ylim(len(table) - 0.4, -0.6)
    drawn.spines["left"].set_visible(False)
    if not narrow:
        _samples(drawn, result)
    drawn.set_xlabel("two-sided p, log scale")
    left = 0.2 + max(len(str(name)) for name in table.index) * 0.55 * style.points(drawn) / 72
    style.title(drawn, _finding(result), left=left)
    style.caption(drawn, _small_print(result, samples=not narrow), left=left)
    return drawn


def _axes(ax: Axes, low: float, *, narrow: bool) -> None:
    ax.set_xscale("log")
    floor = low / 2.0
    ax.set_xlim(floor, 1.3)
    exponent = math.ceil(math.log10(floor))
    step = 2 if narrow or exponent < -5 else 1
    ticks = [10.0**power for power in range(-2, exponent - 1, -step)]
    ax.xaxis.set_major_locator(FixedLocator(sorted([*ticks, _SIZE, 1.0])))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_minor_formatter(NullFormatter())
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))


def _samples(ax: Axes, result: InferenceLadder) -> None:
    for height, words in enumerate(result.summary()["sample"]):
        ax.annotate(
            str(words), xy=(1.0, height), xycoords=("axes fraction", "data"), xytext=(6, 0),
            textcoords="offset points", va="center", fontsize=style.points(ax), color=style.MUTED,
            annotation_clip=False,
        )  # fmt: skip


def _finding(result: InferenceLadder) -> str:
    p = result.table["p_value"].dropna()
    if p.empty:
        return "No test of the cell could be made"
    first, last = p.iloc[0], p.iloc[-1]
    return f"p {p_text(float(first))} at the first rung, {p_text(float(last))} at the last"


def _small_print(result: InferenceLadder, *, samples: bool) -> str:
    parts = ["Grey field: p at most .05. Tick: the smallest p a test by resampling could return."]
    if samples:
        parts.append("Right: what the test takes for its sample.")
    return " ".join([*parts, f"{result.label}."])
