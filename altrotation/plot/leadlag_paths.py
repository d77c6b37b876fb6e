"""Lead and lag along time or horizon: rolling correlation, responses, gains of forecasts."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.ticker import MaxNLocator

from altrotation._guarded import guarded
from altrotation.aliases import FloatArray
from altrotation.leadlag.predictive import PredictiveContent
from altrotation.leadlag.responses import LocalProjection
from altrotation.leadlag.rolling import RollingCorrelation
from altrotation.plot import style
from altrotation.plot.numbers import signed
from altrotation.printing import p_text

__all__ = ["forecast_gain", "local_projection", "rolling_correlation"]


@guarded
def rolling_correlation(result: RollingCorrelation, *, ax: Axes | None = None) -> Axes:
    """Draw the trailing correlation with the band that holds for the whole path.

    Parameters
    ----------
    result : RollingCorrelation
    ax : Axes, optional
        Default: the Axes of a new Figure.
    """
    drawn = style.canvas(ax, height=3.4)
    table = result.table
    dates = _days(table.index)
    drawn.fill_between(
        dates,
        table["null_low"].to_numpy(),
        table["null_high"].to_numpy(),
        color=style.MUTED,
        alpha=0.18,
        linewidth=0,
    ).set_gid("joint")
    drawn.fill_between(
        dates,
        table["low"].to_numpy(),
        table["high"].to_numpy(),
        color=style.BLUE,
        alpha=0.15,
        linewidth=0,
    ).set_gid("interval")
    drawn.plot(dates, table["estimate"].to_numpy(), color=style.BLUE, linewidth=1.4, gid="estimate")
    drawn.axhline(0.0, color=style.INK, linewidth=0.8)
    style.date_axis(drawn)
    drawn.set_ylabel(f"correlation, {result.window} rows")
    beyond = result.p_value <= 1 - result.level
    when = f"{result.lag} rows later" if result.lag else "on the same day"
    style.title(
        drawn,
        f"{result.leader} and {result.follower} {when}: the path "
        + ("leaves its band" if beyond else "stays within what chance does"),
    )
    style.caption(
        drawn,
        f"Null: {result.null}; its whole path stays in the grey band with probability "
        f"{result.level:.0%} (p {p_text(result.p_value)}). Blue: {result.level:.0%} interval of "
        "one window.",
    )
    return drawn


@guarded
def local_projection(result: LocalProjection, *, ax: Axes | None = None) -> Axes:
    """Draw the responses with their pointwise and their joint band.

    Parameters
    ----------
    result : LocalProjection
    ax : Axes, optional
        Default: the Axes of a new Figure.
    """
    drawn = style.canvas(ax, height=3.6)
    table = result.table
    horizons = table.index.to_numpy()
    for low, high, opacity, name in (
        ("joint_low", "joint_high", 0.14, "joint"),
        ("low", "high", 0.24, "pointwise"),
    ):
        drawn.fill_between(
            horizons,
            table[low].to_numpy(),
            table[high].to_numpy(),
            color=style.BLUE,
            alpha=opacity,
            linewidth=0,
        ).set_gid(name)
    drawn.plot(
        horizons,
        table["estimate"].to_numpy(),
        color=style.BLUE,
        linewidth=1.8,
        marker="o" if len(table) <= 30 else "",
        markersize=3.5,
        gid="estimate",
    )
    drawn.axhline(0.0, color=style.INK, linewidth=0.8)
    drawn.xaxis.set_major_locator(MaxNLocator(6 if style.is_narrow(drawn) else 10, integer=True))
    drawn.set_xlabel("horizon in rows")
    drawn.set_ylabel(f"{result.follower} per unit of {result.leader}")
    sure = int((table["p_adjusted"] <= 1 - result.level).sum())
    style.title(
        drawn,
        f"{result.follower} responds to {result.leader} at {sure} of {len(table)} horizons"
        if sure
        else f"No response of {result.follower} to {result.leader} stands out",
    )
    least = p_text(float(table["p_adjusted"].min()))
    style.caption(
        drawn,
        f"Dark: {result.level:.0%} interval of one horizon; light: of all horizons together "
        f"(smallest adjusted p {least}). {result.errors} errors, {result.n:,} rows.",
    )
    return drawn


@guarded
def forecast_gain(result: PredictiveContent, *, ax: Axes | None = None) -> Axes:
    """Draw the cumulative difference of squared forecast errors, without less with the leader.

    A rise is a time in which knowing the leader helped (Goyal & Welch 2008).

    Parameters
    ----------
    result : PredictiveContent
    ax : Axes, optional
        Default: the Axes of a new Figure.
    """
    drawn = style.canvas(ax, height=3.4)
    gain = result.path["gain"]
    drawn.plot(_days(gain.index), gain.to_numpy(), color=style.BLUE, linewidth=1.5, gid="gain")
    drawn.axhline(0.0, color=style.INK, linewidth=0.8)
    style.date_axis(drawn)
    drawn.set_ylabel("squared errors saved, sum")
    p = result.clark_west.p_value
    helps = p <= 1 - result.level
    style.title(
        drawn,
        f"{result.leader} {'improves' if helps else 'does not clearly improve'} forecasts of "
        f"{result.follower}",
    )
    style.caption(
        drawn,
        f"Out-of-sample R squared {signed(result.r_squared, 4)}; Clark-West one-sided p "
        f"{p_text(p)}; Diebold-Mariano p {p_text(result.dm_p)}. {len(gain):,} forecasts.",
    )
    return drawn


def _days(index: pd.Index) -> FloatArray:
    return np.asarray(date2num(index.to_numpy()), dtype=np.float64)  # type: ignore[no-untyped-call]
