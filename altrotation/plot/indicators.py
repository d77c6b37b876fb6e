"""An indicator under the series it was computed from, on one time axis."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullLocator

from altrotation._guarded import guarded
from altrotation.errors import InputError
from altrotation.plot import style
from altrotation.validate import daily_series, require_same_dates

__all__ = ["indicator"]


@guarded
def indicator(
    source: pd.Series,
    values: pd.Series,
    *,
    levels: Sequence[float] = (),
    unit: str = "",
    title: str = "",
    log: bool = False,
    axes: tuple[Axes, Axes] | None = None,
) -> tuple[Axes, Axes]:
    """Draw an indicator under its source; where a switch is on, both are shaded.

    An indicator of no other values than 0 and 1 is a switch. Any other is a line with its `levels`
    dashed. Days without a value of the indicator are left blank.

    Parameters
    ----------
    source : Series of shape (n_days,)
        What the indicator was computed from; its name labels the axis.
    values : Series of shape (n_days,)
        The indicator, on the same dates; its name labels the axis.
    levels : sequence of float
        Lines to read the indicator against, in its unit.
    unit : str
        Of the indicator.
    title : str
        Above the picture; by default the last value in words.
    log : bool, default False
        Whether the source is on a log scale.
    axes : (Axes, Axes), optional
        For the source and the indicator. Default: those of a new Figure.

    Returns
    -------
    tuple of two Axes
        Upper and lower panel.

    Raises
    ------
    InputError
        If dates differ, or one of the two has no value.
    """
    above, below = daily_series(source, "source"), daily_series(values, "values")
    require_same_dates(above, below, "`source` and `values`")
    for series, name in ((above, "source"), (below, "values")):
        if not bool(series.notna().any()):
            raise InputError(f"`{name}` has no value to draw; choose another span.")
    upper, lower = axes or _panels()
    for drawn in (upper, lower):
        style.canvas(drawn)
    seen = above.dropna()
    upper.plot(seen.index.to_numpy(), seen.to_numpy(), color=style.INK, linewidth=0.9)[0].set_gid(
        "source"
    )
    if log:
        upper.set_yscale("log")
        upper.yaxis.set_major_locator(MaxNLocator(nbins=4, steps=[1, 2, 2.5, 5, 10]))
        upper.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.6g}"))
        upper.yaxis.set_minor_locator(NullLocator())
    upper.set_ylabel(str(source.name or "source"))
    held = below.dropna()
    if bool(held.isin((0.0, 1.0)).all()):
        for drawn in (upper, lower):
            _shade(drawn, below)
        lower.set_yticks([])
        lower.set_ylim(0.0, 1.0)
    else:
        line = lower.plot(below.index.to_numpy(), below.to_numpy(), color=style.BLUE, linewidth=1.0)
        line[0].set_gid("indicator")
        for level in levels:
            lower.axhline(level, color=style.ORANGE, linewidth=1.1, linestyle=(0, (4, 2))).set_gid(
                "level"
            )
    lower.set_ylabel("\n".join(part for part in (str(values.name or "indicator"), unit) if part))
    lower.set_xlim(style.day_number(below.index[0]), style.day_number(below.index[-1]))
    style.date_axis(lower)
    style.title(upper, title or f"{values.name}: {held.iloc[-1]:.4g} on {held.index[-1]:%Y-%m-%d}")
    return upper, lower


def _panels() -> tuple[Axes, Axes]:
    figure = Figure(
        figsize=(style.WIDE, 4.2), dpi=100, layout="constrained", facecolor=style.SURFACE
    )
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=[3, 2])
    upper.tick_params(labelbottom=False)
    return upper, lower


def _shade(ax: Axes, switch: pd.Series) -> None:
    """Shade the days that are on; a single day is as wide as a day."""
    days = switch.index.to_numpy()
    on = (switch == 1.0).to_numpy()
    edges = np.flatnonzero(np.diff(np.concatenate([[False], on, [False]]).astype(np.int8)))
    for first, stop in zip(edges[::2], edges[1::2], strict=True):
        ax.axvspan(
            days[first],
            days[stop - 1] + np.timedelta64(1, "D"),
            color=style.VERMILION,
            alpha=0.35,
            linewidth=0.6,
        ).set_gid("on")
