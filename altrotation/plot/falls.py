"""Drawdowns side by side: how far each market fell from its highest close within a window."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from altrotation._guarded import guarded
from altrotation.aliases import DateLike
from altrotation.data.panel import Panel
from altrotation.errors import InputError
from altrotation.plot import style
from altrotation.plot.numbers import signed
from altrotation.validate import to_day

__all__ = ["drawdowns"]


@guarded
def drawdowns(
    panel: Panel,
    *,
    assets: Sequence[str] = ("BTC", "RUT", "SPX"),
    start: DateLike = "2021-04-01",
    end: DateLike = "2021-05-31",
    ax: Axes | None = None,
) -> Axes:
    """Draw the fall of each asset from its highest close since `start`.

    Parameters
    ----------
    panel : Panel
        Holds a closing price or index of each asset.
    assets : sequence of str, default BTC, RUT, SPX
    start, end : date, default 2021-04-01 and 2021-05-31
        The window of claim D1.
    ax : Axes, optional
        Default: the Axes of a new Figure.

    Raises
    ------
    InputError
        If `assets` is empty, or the panel lacks an asset or one has no close in the window.
    """
    if not len(assets):
        raise InputError("`assets` is empty; name at least one.")
    first, last = to_day(start, "start"), to_day(end, "end")
    falls: dict[str, pd.Series] = {}
    for name in assets:
        close = panel.close(name).dropna().loc[first:last]
        if not len(close):
            raise InputError(f"{name} has no close from {first:%Y-%m-%d} to {last:%Y-%m-%d}.")
        falls[name] = 100.0 * (close / close.cummax() - 1.0)
    drawn = style.canvas(ax, height=3.8)
    drawn.axhline(0.0, color=style.INK, linewidth=0.8)
    colours = (style.VERMILION, style.BLUE, style.GREEN, style.PURPLE, style.ORANGE, style.SKY)
    ends = np.array([float(fall.iloc[-1]) for fall in falls.values()])
    lowest = min(float(fall.min()) for fall in falls.values())
    drawn.set_ylim(min(1.12 * lowest, -1.0), max(-0.04 * lowest, 0.5))
    heights = style.spread(ends, style.label_gap(drawn))
    for position, (name, fall) in enumerate(falls.items()):
        colour = colours[position % len(colours)]
        drawn.plot(fall.index.to_numpy(), fall.to_numpy(), color=colour, linewidth=1.6)[0].set_gid(
            name
        )
        trough = pd.Timestamp(fall.index[int(np.argmin(fall.to_numpy()))])
        drawn.plot([trough.to_numpy()], [float(fall.min())], marker="v", markersize=6, color=colour)
        drawn.annotate(
            name,
            xy=(1.0, heights[position]),
            xycoords=("axes fraction", "data"),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=9,
            fontweight="bold",
            color=colour,
            annotation_clip=False,
        )
    drawn.set_xlim(first.to_numpy(), last.to_numpy())  # type: ignore[arg-type]
    style.date_axis(drawn)
    drawn.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{signed(value, 0)} %"))
    drawn.set_ylabel("below the highest close since the start")
    drawn.set_xlabel(f"{first:%Y-%m-%d} to {last:%Y-%m-%d}")
    style.title(drawn, _finding(falls))
    troughs = ", ".join(f"{name} {fall.idxmin():%Y-%m-%d}" for name, fall in falls.items())
    style.caption(drawn, f"Closes only; a triangle marks the lowest: {troughs}.")
    return drawn


def _finding(falls: dict[str, pd.Series]) -> str:
    parts = [f"{name} was {-float(fall.min()):.0f} %" for name, fall in falls.items()]
    return f"At worst {', '.join(parts)} below the highest close"
