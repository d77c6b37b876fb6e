"""Who leads whom: leaders above followers, an arrow for each lead."""

import numpy as np
from matplotlib.axes import Axes

from altrotation._guarded import guarded
from altrotation.leadlag.matrix import LeadMatrix
from altrotation.plot import style
from altrotation.plot.numbers import signed
from altrotation.printing import p_text

__all__ = ["lead_network"]


@guarded
def lead_network(result: LeadMatrix, *, ax: Axes | None = None) -> Axes:
    """Draw the series by their mean lead, with an arrow from leader to follower for each pair.

    Height is the mean lead over the others, bars are its interval. Strong arrows have an adjusted
    p of at most 1 - level; faint ones are the signs of the other pairs.

    Parameters
    ----------
    result : LeadMatrix
    ax : Axes, optional
        Default: the Axes of a new Figure.
    """
    drawn = style.canvas(ax, height=4.4)
    ranking = result.ranking
    names = [str(name) for name in ranking.index]
    across = {name: place for place, name in enumerate(names)}
    height = dict(zip(names, ranking["estimate"].to_numpy(), strict=True))
    sure = result.pairs["p_adjusted"].to_numpy() <= 1 - result.level
    for (first, second), lead, strong in zip(
        result.pairs.index, result.pairs["estimate"].to_numpy(), sure, strict=True
    ):
        tail, head = (first, second) if lead > 0 else (second, first)
        arrow = drawn.annotate(
            "",
            xy=(across[head], height[head]),
            xytext=(across[tail], height[tail]),
            arrowprops={
                "arrowstyle": "-|>",
                "color": style.VERMILION if strong else style.MUTED,
                "alpha": 0.9 if strong else 0.22,
                "linewidth": 1.6 if strong else 0.8,
                "connectionstyle": "arc3,rad=0.18",
                "shrinkA": 7,
                "shrinkB": 7,
            },
        )
        arrow.set_gid("lead" if strong else "faint")
    places = np.arange(len(names))
    drawn.vlines(
        places,
        ranking["low"].to_numpy(),
        ranking["high"].to_numpy(),
        color=style.BLUE,
        linewidth=1.2,
        alpha=0.7,
    )
    passed = ranking["p_adjusted"].to_numpy() <= 1 - result.level
    drawn.scatter(
        places,
        ranking["estimate"].to_numpy(),
        s=46,
        facecolors=[style.BLUE if yes else style.SURFACE for yes in passed],
        edgecolors=style.BLUE,
        linewidths=1.4,
        zorder=4,
        gid="series",
    )
    drawn.axhline(0.0, color=style.INK, linewidth=0.8)
    turned = style.is_narrow(drawn) or max(map(len, names)) * len(names) > 60
    drawn.set_xticks(
        places, names, rotation=45 if turned else 0, ha="right" if turned else "center"
    )
    drawn.set_xlim(-0.6, len(names) - 0.4)
    drawn.set_ylabel("mean lead over the others")
    count = int(sure.sum())
    style.title(
        drawn,
        f"{count} of {len(sure)} pairs have a lead that passes adjustment"
        if count
        else f"None of {len(sure)} pairs has a lead that passes adjustment",
    )
    best = float(result.pairs["p_adjusted"].min())
    style.caption(
        drawn,
        f"Correlation units per row; {names[0]} highest at {signed(height[names[0]], 3)}. Filled "
        f"dots and strong arrows: adjusted p at most {1 - result.level:.2f} (smallest pair "
        f"{p_text(best)}). {result.n:,} rows.",
    )
    return drawn
