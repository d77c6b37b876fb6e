"""Lead and lag on one axis: correlations at every lag with what chance and clocks alone do."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from altrotation._guarded import guarded
from altrotation.aliases import FloatArray
from altrotation.leadlag.contrast import LeadLagContrast
from altrotation.leadlag.correlogram import CrossCorrelation
from altrotation.leadlag.grouped import GroupedCorrelation
from altrotation.leadlag.sensitivity import ClockSensitivity
from altrotation.plot import style
from altrotation.plot.numbers import signed
from altrotation.printing import p_text

__all__ = ["clock_sensitivity", "cross_correlation", "grouped_correlation", "lead_lag_contrast"]

_CYCLE = (style.BLUE, style.VERMILION, style.GREEN, style.PURPLE, style.ORANGE, style.SKY)


@guarded
def cross_correlation(result: CrossCorrelation, *, ax: Axes | None = None) -> Axes:
    """Draw correlations at every lag with intervals, the pointwise and the joint band.

    Grey: where a correlation lies if the two series are independent, one lag at a time; dashed: all
    lags together. Filled dots have a robust p, adjusted over all lags, of at most 1 - level.

    Parameters
    ----------
    result : CrossCorrelation
    ax : Axes, optional
        Default: the Axes of a new Figure.
    """
    drawn = style.canvas(ax, height=3.8)
    table = result.table
    lags = table.index.to_numpy()
    drawn.fill_between(
        lags,
        table["null_low"].to_numpy(),
        table["null_high"].to_numpy(),
        color=style.MUTED,
        alpha=0.18,
        linewidth=0,
    ).set_gid("pointwise")
    for side in (-1, 1):
        drawn.axhline(
            side * result.null_joint, color=style.MUTED, linewidth=0.9, linestyle=(0, (4, 3))
        ).set_gid("joint")
    _dots(
        drawn,
        lags,
        table["estimate"].to_numpy(),
        table[["low", "high"]].to_numpy(),
        table["robust_p_adjusted"].to_numpy() <= 1 - result.level,
        style.BLUE,
    )
    _axis(drawn, result.leader, result.follower, "lag in rows", "correlation")
    ahead, behind = result.sides["positive"], result.sides["negative"]
    style.title(drawn, _verdict(result.leader, result.follower, ahead, behind, result.level))
    style.caption(
        drawn,
        f"p {p_text(ahead)} that {result.leader} leads, {p_text(behind)} that {result.follower} "
        f"does. Bars: {result.level:.0%} intervals. Grey and dashed: independence, one lag and all "
        f"lags. {result.n:,} rows.",
    )
    return drawn


@guarded
def lead_lag_contrast(result: LeadLagContrast, *, ax: Axes | None = None) -> Axes:
    """Draw the Hayashi-Yoshida correlation at every lag beside the shape the clocks alone give.

    Parameters
    ----------
    result : LeadLagContrast
    ax : Axes, optional
        Default: the Axes of a new Figure.
    """
    drawn = style.canvas(ax, height=3.8)
    table = result.table
    hours = table.index.to_numpy()
    mechanical = table["mechanical"].to_numpy()
    drawn.plot(
        hours,
        mechanical,
        color=style.MUTED,
        linewidth=1.6,
        label="clocks alone, nobody leads",
        gid="mechanical",
    )
    bounds = table[["low", "high"]].to_numpy() + mechanical[:, None]
    _dots(
        drawn,
        hours,
        table["estimate"].to_numpy(),
        bounds,
        table["p_adjusted"].to_numpy() <= 1 - result.level,
        style.BLUE,
    )
    drawn.legend(loc="upper right", frameon=False, fontsize=style.points(drawn))
    _axis(drawn, result.leader, result.follower, "lag in hours", "correlation")
    step = -(-len(hours) // (5 if style.is_narrow(drawn) else 13))
    drawn.set_xticks(hours[len(hours) // 2 % step :: step])
    ahead, behind = result.sides["positive"], result.sides["negative"]
    style.title(drawn, _verdict(result.leader, result.follower, ahead, behind, result.level))
    style.caption(
        drawn,
        f"p {p_text(ahead)} that {result.leader} leads, {p_text(behind)} that {result.follower} "
        f"does: excess over the grey line, {result.level:.0%} intervals. Log lead-lag ratio "
        f"{signed(result.log_llr, 2)}, p {p_text(result.log_llr_p)}. {result.n:,} changes of "
        f"{result.leader}.",
    )
    return drawn


@guarded
def clock_sensitivity(result: ClockSensitivity, *, ax: Axes | None = None) -> Axes:
    """Draw the correlations under both samplings and the excess at the series' own instants.

    Parameters
    ----------
    result : ClockSensitivity
    ax : Axes, optional
        Default: the Axes of a new Figure.
    """
    drawn = style.canvas(ax, height=4.0)
    contrast = result.contrast.table
    parts = (
        (result.end.table, "estimate", "crypto at 24:00 UTC of the day", 1.0),
        (result.start.table, "estimate", "crypto at 00:00 UTC of the day", 1.0),
        (contrast, "excess", "own instants, excess over the clocks", 24.0),
    )
    for place, (table, column, words, unit) in enumerate(parts):
        lags = table.index.to_numpy() / unit + 0.16 * (place - 1)
        bounds = table[["low", "high"]].to_numpy()
        p = table["p_adjusted" if unit > 1 else "robust_p_adjusted"].to_numpy()
        sure = p <= 1 - result.level
        _dots(drawn, lags, table[column].to_numpy(), bounds, sure, _CYCLE[place], label=words)
    drawn.legend(loc="upper left", frameon=False, fontsize=style.points(drawn))
    leader, follower = result.end.leader, result.end.follower
    _axis(drawn, leader, follower, "lag in sessions, or days of 24 hours", "correlation")
    three = [part.sides for part in (result.end, result.start, result.contrast)]
    robust = [
        name
        for side, name in (("positive", leader), ("negative", follower))
        if all(sides[side] <= 1 - result.level for sides in three)
    ]
    style.title(
        drawn,
        f"{robust[0]} leads under all three clocks"
        if robust
        else "No lead holds under all three clocks",
    )
    words = "; ".join(f"{name}: {text}" for name, text in result.findings().items())
    style.caption(drawn, f"{words}. Filled: adjusted p at most {1 - result.level:.2f}.")
    return drawn


@guarded
def grouped_correlation(result: GroupedCorrelation, *, ax: Axes | None = None) -> Axes:
    """Draw correlations at every lag, one colour a group of days.

    Parameters
    ----------
    result : GroupedCorrelation
    ax : Axes, optional
        Default: the Axes of a new Figure.
    """
    drawn = style.canvas(ax, height=4.0)
    groups = list(dict.fromkeys(result.table.index.get_level_values("group")))
    width = 0.8 / max(len(groups), 1)
    for place, group in enumerate(groups):
        rows = result.table.index.get_level_values("group") == group
        part = result.table[rows]
        lags = part.index.get_level_values("lag").to_numpy(dtype="float64")
        _dots(
            drawn,
            lags + width * (place - (len(groups) - 1) / 2),
            part["estimate"].to_numpy(),
            part[["low", "high"]].to_numpy(),
            part["p_adjusted"].to_numpy() <= 1 - result.level,
            _CYCLE[place % len(_CYCLE)],
            label=str(group),
        )
    drawn.legend(
        loc="upper left", frameon=False, fontsize=style.points(drawn), ncols=min(3, len(groups))
    )
    _axis(drawn, result.leader, result.follower, "lag in rows", "correlation")
    leads = result.table.index.get_level_values("lag").to_numpy() != 0
    sure = int((result.table["p_adjusted"].to_numpy()[leads] <= 1 - result.level).sum())
    differ = result.p_difference <= 1 - result.level
    style.title(
        drawn,
        f"{sure} of {int(leads.sum())} leads and lags pass after adjustment; groups "
        f"{'differ' if differ else 'do not differ clearly'}",
    )
    style.caption(
        drawn,
        f"Filled: adjusted p at most {1 - result.level:.2f} over all groups and lags. Largest "
        f"difference of groups: p {p_text(result.p_difference)}. Bars: {result.level:.0%} "
        "intervals.",
    )
    return drawn


def _dots(
    ax: Axes,
    places: FloatArray,
    values: FloatArray,
    bounds: FloatArray,
    sure: np.ndarray,
    colour: str,
    *,
    label: str = "",
) -> None:
    ax.vlines(places, bounds[:, 0], bounds[:, 1], color=colour, linewidth=1.1, alpha=0.75)
    ax.scatter(
        places,
        values,
        s=20,
        facecolors=[colour if yes else style.SURFACE for yes in sure],
        edgecolors=colour,
        linewidths=1.2,
        zorder=3,
        label=label,
        gid="estimate",
    )


def _axis(ax: Axes, leader: str, follower: str, along: str, up: str) -> None:
    ax.axhline(0.0, color=style.INK, linewidth=0.8)
    ax.axvline(0.0, color=style.GRID, linewidth=0.8, zorder=0)
    ax.xaxis.set_major_locator(MaxNLocator(7 if style.is_narrow(ax) else 11, integer=True))
    ax.set_xlabel(f"← {follower} leads     {along}     {leader} leads →")
    ax.set_ylabel(up)


def _verdict(leader: str, follower: str, ahead: float, behind: float, level: float) -> str:
    sides = [name for name, p in ((leader, ahead), (follower, behind)) if p <= 1 - level]
    if len(sides) == 2:
        return f"{leader} and {follower} each move ahead of the other at some lag"
    if sides:
        return f"{sides[0]} moves ahead of {follower if sides[0] == leader else leader}"
    return f"No lead of {leader} or {follower} stands out from chance"
