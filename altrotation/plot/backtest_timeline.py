"""When each strategy was on, under the rotation it should have caught."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from altrotation._guarded import guarded
from altrotation.backtest.results import Replay
from altrotation.backtest.rotation import RotationLeg
from altrotation.errors import InputError
from altrotation.plot import style
from altrotation.plot.numbers import signed
from altrotation.validate import daily_series, positive

__all__ = ["timeline"]

_ROW = 0.26  # inches


@guarded
def timeline(
    replays: Sequence[Replay],
    relative: pd.Series,
    leg: RotationLeg,
    *,
    axes: tuple[Axes, Axes] | None = None,
) -> tuple[Axes, Axes]:
    """Draw a basket against BTC above one row a strategy: the days on which it acted as "on".

    Parameters
    ----------
    replays : sequence of Replay
        Of one cycle.
    relative : Series of shape (n_days,)
        A basket in BTC, such as ``panel.close("mid/BTC")``.
    leg : RotationLeg
        Shaded in both: dated in hindsight.
    axes : (Axes, Axes), optional
        Upper and lower; default: those of a new Figure, sharing their dates.

    Returns
    -------
    tuple of two Axes

    Raises
    ------
    InputError
        If there is no replay.
    InputError
        If their days differ.
    InputError
        If `relative` is not positive.
    InputError
        If `relative` has no value during the cycle.
    """
    if not replays:
        raise InputError("`replays` must hold at least one Replay, got none.")
    days = replays[0].degrees.index
    for made in replays[1:]:
        if not made.degrees.index.equals(days):
            raise InputError("`replays` must cover the same days; replay all over one cycle.")
    values = positive(daily_series(relative, "relative"), "relative").reindex(days).dropna()
    if not len(values):
        raise InputError("`relative` has no value during the cycle; pass another series.")
    upper, lower = _panels(len(replays)) if axes is None else axes
    style.canvas(upper)
    path = np.log(values / values.iloc[0])
    upper.plot(path.index.to_numpy(), path.to_numpy(), color=style.INK, lw=1.4)[0].set_gid("path")
    upper.yaxis.set_major_formatter(FuncFormatter(lambda value, _: signed(value, 2)))
    upper.set_ylabel("log points")
    _rows(replays, lower)
    for drawn in (upper, lower):
        drawn.axvspan(
            style.day_number(leg.start), style.day_number(leg.end), color=style.GREEN, alpha=0.13,
            lw=0,
        ).set_gid("leg")  # fmt: skip
        drawn.set_xlim(style.day_number(days[0]), style.day_number(days[-1]))
        style.date_axis(drawn)
    name = str(relative.name or "the basket")
    longest = max(len(made.strategy.name) for made in replays)
    left = 0.2 + longest * 0.55 * style.points(lower) / 72
    style.title(
        upper,
        f"{name}: the rise of {signed(leg.gain, 2)} log points, who was in it",
        left=left,
    )
    style.caption(
        lower,
        f"Green: {leg.start:%Y-%m-%d} to {leg.end:%Y-%m-%d}, the largest rise of {name} in "
        f"{replays[0].cycle.name}, known only afterwards. Bars: days on which the strategy was on.",
        left=left,
    )
    return upper, lower


def _rows(replays: Sequence[Replay], drawn: Axes) -> None:
    style.canvas(drawn)
    drawn.grid(visible=False, axis="y")
    for row, made in enumerate(replays):
        on = np.concatenate([[False], made.degrees.to_numpy() > 0, [False]])
        edges = np.flatnonzero(on[1:] != on[:-1])
        dates = made.degrees.index
        bars = [
            (style.day_number(dates[first]), float(stop - first))
            for first, stop in zip(edges[::2], edges[1::2], strict=True)
        ]
        drawn.broken_barh(bars, (row - 0.34, 0.68), color=style.BLUE, lw=0).set_gid(f"on {row}")
    names = [made.strategy.name for made in replays]
    drawn.set_yticks(range(len(replays)), names, parse_math=False)
    drawn.tick_params(axis="y", length=0, labelsize=style.points(drawn))
    drawn.set_ylim(len(replays) - 0.4, -0.6)
    drawn.spines["left"].set_visible(False)


def _panels(rows: int) -> tuple[Axes, Axes]:
    below = _ROW * rows + 0.8
    figure = Figure(
        figsize=(style.WIDE, 2.7 + below), dpi=100, layout="constrained", facecolor=style.SURFACE
    )
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=[2.3, below])
    upper.tick_params(labelbottom=False)
    return upper, lower
