"""Where the events lie: breakouts marked on the chart of the series that made them."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullFormatter, NullLocator

from altrotation._guarded import guarded
from altrotation.aliases import DateLike
from altrotation.data.panel import Panel
from altrotation.errors import InputError
from altrotation.events.eventset import EventSet
from altrotation.plot import style
from altrotation.validate import to_day

__all__ = ["event_calendar"]

_MOST_LABELS = 14


@guarded
def event_calendar(
    panel: Panel,
    events: EventSet,
    *,
    failed: Iterable[DateLike] = (),
    level: float | None = None,
    start: DateLike | None = None,
    noun: str = "breakout",
    ax: Axes | None = None,
) -> Axes:
    """Draw the events on the chart of their series, on a log scale in the series' true points.

    A series rebased to 100 is shown in points with the base level of its card. The thin stepped
    line is the record close so far; a triangle is an event, a cross one that failed later.

    Parameters
    ----------
    panel : Panel
        Holds the series named by ``events.source``.
    events : EventSet
    failed : iterable of dates, default none
        Those of the events that later closed back below their level.
    level : float, optional
        A level to mark, in points, for example 3000.
    start : date, optional
        First day shown; default: the first value.
    noun : str, default "breakout"
        What one event is called in the title and the legend.
    ax : Axes, optional
        Default: the Axes of a new Figure.

    Raises
    ------
    InputError
        If the events name no series, the panel lacks it, or `failed` holds a day that is no event.
    """
    if not events.source:
        raise InputError("The EventSet names no `source` series; give it one, such as 'RUT'.")
    close = _points(panel, events.source)
    record = close.cummax()
    if start is not None:
        close, record = close.loc[to_day(start, "start") :], record.loc[to_day(start, "start") :]
    if not len(close):
        raise InputError(f"{events.source} has no value to draw; choose an earlier `start`.")
    broken = pd.DatetimeIndex([to_day(day, "failed") for day in failed])
    strange = broken.difference(events.dates)
    if len(strange):
        raise InputError(f"`failed` holds {strange[0]:%Y-%m-%d}, which is no event; drop it.")

    drawn = style.canvas(ax, height=4.0)
    drawn.step(
        record.index.to_numpy(),
        record.to_numpy(),
        where="post",
        color=style.MUTED,
        linewidth=0.7,
        label="record close so far",
    )[0].set_gid("record")
    drawn.plot(
        close.index.to_numpy(),
        close.to_numpy(),
        color=style.BLUE,
        linewidth=0.9,
        label=f"{events.source}, daily close",
    )[0].set_gid("close")
    shown = events.dates[(events.dates >= close.index[0]) & (events.dates <= close.index[-1])]
    _mark(drawn, close, shown.difference(broken), broken.intersection(shown), noun)
    _scale(drawn, close, level)
    _date_labels(drawn, close, shown)
    if level is not None:
        drawn.axhline(level, color=style.ORANGE, linewidth=1.0, linestyle=(0, (4, 2))).set_gid(
            "level"
        )
        drawn.annotate(
            f"{level:,.0f} points",
            xy=(0.0, level),
            xycoords=("axes fraction", "data"),
            xytext=(4, 3),
            textcoords="offset points",
            fontsize=style.points(drawn),
            color=style.INK,
        )
    style.date_axis(drawn)
    drawn.set_ylabel("index points, log scale")
    drawn.legend(
        loc="lower right", frameon=False, fontsize=style.points(drawn), labelcolor=style.INK
    )
    style.title(
        drawn,
        _finding(events.source, noun, shown, len(broken.intersection(shown)), close, level),
    )
    style.caption(drawn, f"Events: {events.rule}.")
    return drawn


def _points(panel: Panel, name: str) -> pd.Series:
    card = panel.card(name)
    close = panel.close(name).dropna()
    return close if card.base_level is None else close * (card.base_level / 100.0)


def _mark(
    ax: Axes, close: pd.Series, held: pd.DatetimeIndex, failed: pd.DatetimeIndex, noun: str
) -> None:
    for dates, marker, colour, name, words in (
        (held, "^", style.GREEN, "held", f"{noun} that held"),
        (failed, "X", style.VERMILION, "failed", f"{noun} that failed"),
    ):
        if not len(dates):
            continue
        heights = close.reindex(dates, method="ffill").to_numpy()
        ax.plot(
            dates.to_numpy(),
            heights,
            linestyle="none",
            marker=marker,
            markersize=7.5,
            color=colour,
            markeredgecolor=style.SURFACE,
            markeredgewidth=0.7,
            label=words if len(failed) else noun,
            zorder=5,
        )[0].set_gid(name)


def _date_labels(ax: Axes, close: pd.Series, dates: pd.DatetimeIndex) -> None:
    """Label each event up and to the left of its mark: where a record has no price to hide."""
    if len(dates) > _MOST_LABELS:
        return
    narrow = style.is_narrow(ax)
    low, high = np.log(ax.get_ylim())
    days = max(float((close.index[-1] - close.index[0]).days), 1.0)
    width, height = (215.0, 190.0) if narrow else (460.0, 210.0)  # the axes, about, in points
    wide, tall = (36.0, 10.0) if narrow else (50.0, 10.0)  # a label
    taken: list[tuple[float, float]] = []
    for date in dates:
        price = float(close.loc[:date].iloc[-1])
        x = width * float((date - close.index[0]).days) / days
        y = height * (np.log(price) - low) / (high - low)
        right = x + 10.0 < wide  # 10 points of margin left of the first day
        left_edge, lift = x if right else x - wide, 5.0
        while any(abs(left_edge - u) < wide and abs(y + lift - v) < tall for u, v in taken):
            lift += 3.0
        taken.append((left_edge, y + lift))
        ax.annotate(
            date.strftime("%Y-%m" if narrow else "%Y-%m-%d"),
            xy=(date.to_numpy(), price),
            xytext=(-3 if right else -5, lift),
            textcoords="offset points",
            ha="left" if right else "right",
            fontsize=style.points(ax),
            color=style.INK,
        ).set_gid(f"label-{date:%Y-%m-%d}")


def _scale(ax: Axes, close: pd.Series, level: float | None) -> None:
    ax.set_yscale("log")
    low, high = float(close.min()), float(max(close.max(), level or 0.0))
    ax.set_ylim(low / 1.12, high * 1.10)
    ticks = _round_levels(low / 1.1, high * 1.1)
    ax.yaxis.set_major_locator(FixedLocator(ticks))
    ax.yaxis.set_minor_locator(NullLocator())
    ax.yaxis.set_minor_formatter(NullFormatter())
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))


def _round_levels(low: float, high: float) -> list[float]:
    powers = 10.0 ** np.arange(np.floor(np.log10(low)), np.ceil(np.log10(high)) + 1)
    for steps in ((1, 2, 5), (1, 1.5, 2, 3, 5, 7), (1, 1.25, 1.5, 1.75, 2, 2.5, 3, 4, 5, 6, 7, 8)):
        levels = [float(power * step) for power in powers for step in steps]
        inside = [value for value in levels if low <= value <= high]
        if len(inside) >= 5:
            break
    return inside


def _finding(
    source: str,
    noun: str,
    shown: pd.DatetimeIndex,
    failed: int,
    close: pd.Series,
    level: float | None,
) -> str:
    if level is not None and len(shown) == 1:
        last = f"{float(close.iloc[-1]):,.0f} on {close.index[-1]:%Y-%m-%d}"
        return f"{source} first closed above {level:,.0f} on {shown[0]:%Y-%m-%d}; it was at {last}"
    plural = "" if len(shown) == 1 else "s"
    if not len(shown):
        return f"No {source} {noun} from {close.index[0]:%Y-%m} to {close.index[-1]:%Y-%m}"
    span = f"from {shown[0]:%Y-%m} to {shown[-1]:%Y-%m}" if plural else f"on {shown[0]:%Y-%m-%d}"
    words = f"{len(shown)} {source} {noun}{plural} {span}"
    return f"{words}, {failed} of them failed" if failed else words
