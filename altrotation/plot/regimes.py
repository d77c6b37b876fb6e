"""Which state the market was in: shaded under ETH/BTC and dominance."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from altrotation._guarded import guarded
from altrotation.aliases import DateLike
from altrotation.errors import InputError
from altrotation.plot import style
from altrotation.regimes.paths import SmoothedRegime, StatePath
from altrotation.regimes.rules import PHASES
from altrotation.validate import daily_series, positive, to_day

__all__ = ["PHASE_COLOURS", "regime_shading", "rotation_chart"]

PHASE_COLOURS: dict[str, str] = dict(
    zip(
        PHASES,
        (style.VERMILION, style.GREEN, style.ORANGE, style.BLUE, style.PURPLE, style.GRID),
        strict=True,
    )
)
_CYCLE = (style.VERMILION, style.GREEN, style.BLUE, style.ORANGE, style.PURPLE, style.SKY)


@guarded
def rotation_chart(
    phases: StatePath,
    eth_btc: pd.Series,
    dominance: pd.Series,
    *,
    start: DateLike | None = None,
) -> tuple[Axes, Axes]:
    """Draw ETH/BTC above bitcoin's dominance, with the rotation phases shaded under both.

    Parameters
    ----------
    phases : FilteredRegime
        Of `rotation_phases`; any other path is drawn too.
    eth_btc : Series of shape (n_days,)
        BTC for one ETH.
    dominance : Series of shape (n_days,)
        Percent.
    start : date, optional
        First day shown; the first day of the phases when left out.

    Returns
    -------
    tuple of two Axes
        Of one new Figure, sharing their dates.

    Raises
    ------
    InputError
        If a series has no value from `start` on or ETH/BTC is not positive.
    """
    figure = Figure(
        figsize=(style.WIDE, 5.6), dpi=100, layout="constrained", facecolor=style.SURFACE
    )
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=[3, 2])
    regime_shading(phases, eth_btc, name="ETH/BTC", log=True, start=start, ax=upper)
    regime_shading(phases, dominance, name="BTC dominance, %", start=start, ax=lower)
    legend = upper.get_legend()  # below both charts is enough
    if legend is not None:
        legend.remove()
    lower.set_title("", loc="left")
    upper.tick_params(axis="x", labelbottom=False)
    return upper, lower


@guarded
def regime_shading(
    path: StatePath,
    series: pd.Series,
    *,
    name: str | None = None,
    colours: Mapping[str, str] | None = None,
    log: bool = False,
    start: DateLike | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw a series with the days of each state shaded under it.

    Parameters
    ----------
    path : FilteredRegime or SmoothedRegime
    series : Series of shape (n_days,)
    name : str, optional
        Of the y axis; the name of the series when left out.
    colours : mapping of str to colour, optional
        By state; the phases have their own.
    log : bool, default False
        A logarithmic axis.
    start : date, optional
        First day shown; the first day of the path when left out.
    ax : Axes, optional
        Default: the Axes of a new Figure.

    Raises
    ------
    InputError
        If the series has no value from `start` on, or is not positive on a logarithmic axis.
    """
    first = path.dates[0] if start is None else to_day(start, "start")
    values = daily_series(series, "series").dropna().loc[first:]
    if not len(values):
        raise InputError(f"`series` has no value from {first:%Y-%m-%d} on; choose an earlier day.")
    if log:
        positive(values, "series")
    drawn = style.canvas(ax)
    chosen = {**_colours(path.states), **(colours or {})}
    _shade(drawn, path, chosen, first)
    drawn.plot(values.index.to_numpy(), values.to_numpy(), color=style.INK, linewidth=1.0)[
        0
    ].set_gid("series")
    if log:
        drawn.set_yscale("log")
        drawn.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 3.0, 5.0)))
        drawn.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.3g}"))
        drawn.yaxis.set_minor_formatter(NullFormatter())
    drawn.set_xlim(style.day_number(values.index[0]), style.day_number(values.index[-1]))
    drawn.set_ylabel(str(series.name) if name is None else name)
    style.date_axis(drawn)
    style.title(drawn, _finding(path, first))
    drawn.legend(
        handles=[Patch(color=chosen[state], alpha=0.45, label=state) for state in path.states],
        loc="upper center",
        bbox_to_anchor=(0.5, -0.12),
        ncols=3 if style.is_narrow(drawn) else 6,
        frameon=False,
        fontsize=style.points(drawn),
    )
    return drawn


def _colours(states: tuple[str, ...]) -> dict[str, str]:
    if set(states) <= set(PHASE_COLOURS):
        return {state: PHASE_COLOURS[state] for state in states}
    return {state: _CYCLE[place % len(_CYCLE)] for place, state in enumerate(states)}


def _shade(ax: Axes, path: StatePath, colours: Mapping[str, str], first: pd.Timestamp) -> None:
    spells = path.spells()
    spells = spells[spells["end"] >= first]
    for state, part in spells.groupby("state", sort=False):
        left = np.array([style.day_number(max(day, first)) for day in part["start"]])
        right = np.array([style.day_number(day) for day in part["end"]]) + 1.0
        bars = ax.broken_barh(
            list(zip(left, right - left, strict=True)),
            (0.0, 1.0),
            transform=ax.get_xaxis_transform(),
            color=colours[str(state)],
            alpha=0.45,
            linewidth=0,
            zorder=0,
        )
        bars.set_gid(f"state-{state}".replace(" ", "-"))


def _finding(path: StatePath, first: pd.Timestamp) -> str:
    shown = path.codes[(path.dates >= first) & (path.codes >= 0)]
    if not len(shown):
        return f"{path.detector}: no day with a known state"
    counts = np.bincount(shown, minlength=len(path.states))
    most = int(counts.argmax())
    where = " (in hindsight)" if isinstance(path, SmoothedRegime) else ""
    last = path.states[shown[-1]]
    return (
        f"{path.detector}{where}: {path.states[most]} on {counts[most] / len(shown):.0%} of days, "
        f"{last} on the last one known"
    )
