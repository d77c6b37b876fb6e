"""How sure a detector was of each state, day by day."""

import numpy as np
from matplotlib.axes import Axes

from altrotation._guarded import guarded
from altrotation.errors import InputError
from altrotation.plot import style
from altrotation.regimes.paths import FilteredRegime, StatePath

__all__ = ["state_probabilities"]

_COLOURS = (style.VERMILION, style.BLUE, style.GREEN, style.ORANGE, style.PURPLE, style.SKY)


@guarded
def state_probabilities(path: StatePath, *, ax: Axes | None = None) -> Axes:
    """Draw the probabilities of the states, stacked to one.

    The title says whether they were known at the time (filtered) or are hindsight (smoothed);
    ticks at the bottom mark the days on which parameters were estimated anew.

    Parameters
    ----------
    path : FilteredRegime or SmoothedRegime
        With probabilities.
    ax : Axes, optional
        Default: the Axes of a new Figure.

    Raises
    ------
    InputError
        If the path has no probabilities.
    """
    if path.probabilities is None:
        raise InputError(
            f"{path.detector} gives states without probabilities; draw it with regime_shading."
        )
    table = path.probabilities
    drawn = style.canvas(ax, height=3.2)
    shapes = drawn.stackplot(
        path.dates.to_numpy(),
        np.nan_to_num(table.to_numpy().T),
        colors=[_COLOURS[place % len(_COLOURS)] for place in range(len(path.states))],
        labels=list(path.states),
        alpha=0.75,
        linewidth=0,
    )
    for state, shape in zip(path.states, shapes, strict=True):
        shape.set_gid(f"probability-{state}".replace(" ", "-"))
    if len(path.fits):
        used = path.fits[path.fits["invalid"] == ""]["date"]
        drawn.plot(
            used.to_numpy(),
            np.zeros(len(used)),
            linestyle="none",
            marker="|",
            markersize=7,
            color=style.INK,
            clip_on=False,
            label="estimated anew",
        )[0].set_gid("refits")
    drawn.set_ylim(0.0, 1.0)
    drawn.set_xlim(style.day_number(path.dates[0]), style.day_number(path.dates[-1]))
    drawn.set_ylabel("probability")
    style.date_axis(drawn)
    kind = "filtered, known at the time" if isinstance(path, FilteredRegime) else "in hindsight"
    style.title(drawn, f"{path.detector}: probability of each state, {kind}")
    drawn.legend(
        loc="upper center",
        bbox_to_anchor=(0.5, -0.12),
        ncols=4,
        frameon=False,
        fontsize=style.points(drawn),
    )
    return drawn
