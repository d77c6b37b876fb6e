"""Coverage: which share of a tier has prices, and when it is too little."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from altrotation._guarded import guarded
from altrotation.data.panel import Panel
from altrotation.errors import InputError
from altrotation.plot import style
from altrotation.validate import require_between

__all__ = ["coverage"]

_TIERS = ("large.coverage", "mid.coverage", "small.coverage")


@guarded
def coverage(
    panel: Panel,
    *,
    names: Sequence[str] = _TIERS,
    threshold: float = 80.0,
    ax: Axes | None = None,
) -> Axes:
    """Draw the share of each tier's members that have a price, in percent.

    Parameters
    ----------
    panel : Panel
        Holds the coverage series.
    names : sequence of str
        Default: the large, mid and small tier.
    threshold : float, default 80
        Percent under which a tier counts as poorly covered.
    ax : Axes, optional
        Default: the Axes of a new Figure.

    Raises
    ------
    InputError
        If the panel lacks a series.
    InputError
        If all series are empty.
    InputError
        If the threshold does not lie between 0 and 100.
    """
    require_between(threshold, 0.0, 100.0, "threshold")
    shares = {name: panel.value(name).dropna() for name in names}
    if not any(len(share) for share in shares.values()):
        raise InputError(f"None of {', '.join(names)} has a value; nothing can be drawn.")
    drawn = style.canvas(ax, height=3.4)
    drawn.axhspan(0.0, threshold, color=style.MUTED, alpha=0.10, linewidth=0).set_gid("too-little")
    drawn.axhline(threshold, color=style.INK, linewidth=0.9, linestyle=(0, (3, 2)))
    colours = (style.BLUE, style.VERMILION, style.GREEN, style.PURPLE, style.ORANGE, style.SKY)
    looks = ("-", (0, (5, 1.5)), (0, (1.5, 1)), "-.", ":", "-")
    for position, (name, share) in enumerate(shares.items()):
        drawn.plot(
            share.index.to_numpy(),
            share.to_numpy(),
            color=colours[position % len(colours)],
            linestyle=looks[position % len(looks)],
            linewidth=1.4,
            label=name.partition(".")[0],
        )[0].set_gid(name)
    drawn.set_ylim(0.0, 104.0)
    drawn.set_ylabel("members with a price (%)")
    style.date_axis(drawn)
    drawn.legend(loc="lower left", frameon=False, ncols=3, fontsize=style.points(drawn),
                 labelcolor=style.INK)  # fmt: skip
    style.title(drawn, _finding(shares, threshold))
    style.caption(drawn, f"Grey: under {threshold:g} %. Baskets there rest on fewer coins.")
    return drawn


def _finding(shares: dict[str, pd.Series], threshold: float) -> str:
    low: list[str] = []
    for name, share in shares.items():
        months = share.groupby(pd.DatetimeIndex(share.index).to_period("M")).mean()
        count = int(np.sum(months.to_numpy() < threshold))
        if count:
            low.append(f"{name.partition('.')[0]} in {count} of {len(months)} months")
    if not low:
        return f"Every tier has prices for at least {threshold:g} % of its members in every month"
    return f"Prices for under {threshold:g} % of members: {', '.join(low)}"
