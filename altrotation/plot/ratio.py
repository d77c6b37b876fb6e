"""ETH/BTC with the levels and the windows that the statements name."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from altrotation._guarded import guarded
from altrotation.aliases import DateLike
from altrotation.data.panel import Panel
from altrotation.errors import InputError
from altrotation.plot import style
from altrotation.validate import to_day

__all__ = ["STATED_LEVELS", "STATED_WINDOWS", "eth_btc"]

STATED_LEVELS: tuple[float | tuple[float, float], ...] = (0.020, 0.025, (0.028, 0.030), 0.085)
"""Levels of claims B1 and B7; a pair is a zone."""

STATED_WINDOWS: tuple[tuple[str, str, str], ...] = (
    ("Q1 2020", "2020-01-01", "2020-03-31"),
    ("May 2021", "2021-05-01", "2021-05-31"),
    ("2022-2023", "2022-01-01", "2023-12-31"),
    ("mid 2026", "2026-05-01", "2026-07-31"),
)
"""Windows of claims B1 and B5: name, first day, last day."""


@guarded
def eth_btc(
    panel: Panel,
    *,
    levels: Sequence[float | tuple[float, float]] = STATED_LEVELS,
    windows: Sequence[tuple[str, DateLike, DateLike]] = STATED_WINDOWS,
    start: DateLike = "2019-01-01",
    ax: Axes | None = None,
) -> Axes:
    """Draw the ETH/BTC ratio on a log scale with stated levels and shaded windows.

    Parameters
    ----------
    panel : Panel
        Holds the series "ETH/BTC", the price of one ether in bitcoin.
    levels : sequence, default STATED_LEVELS
        Horizontal lines; a pair is a zone.
    windows : sequence of (name, first day, last day), default STATED_WINDOWS
        Shaded; the short bar is the mean of the window.
    start : date, default "2019-01-01"
        First day shown: the year before the earliest stated window.
    ax : Axes, optional
        Default: the Axes of a new Figure.

    Raises
    ------
    InputError
        If the panel lacks the series or it has no value from `start` on.
    """
    levels = list(levels)
    ratio = panel.value("ETH/BTC").dropna().loc[to_day(start, "start") :]
    if not len(ratio):
        raise InputError(f"ETH/BTC has no value from {start} on; choose an earlier `start`.")
    drawn = style.canvas(ax, height=4.2)
    narrow = style.is_narrow(drawn)
    _windows(drawn, ratio, windows)
    _levels(drawn, levels)
    drawn.plot(ratio.index.to_numpy(), ratio.to_numpy(), color=style.BLUE, linewidth=1.0)[
        0
    ].set_gid("ratio")
    drawn.set_yscale("log")
    drawn.set_ylim(
        float(ratio.min()) / 1.12,
        max(float(ratio.max()), _highest(levels)) * (1.45 if narrow else 1.30),
    )
    drawn.set_xlim(style.day_number(ratio.index[0]), style.day_number(ratio.index[-1]))
    ticks = [t for t in (0.015, 0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.1, 0.15) if t > ratio.min()]
    drawn.yaxis.set_major_locator(FixedLocator(ticks))
    drawn.yaxis.set_minor_locator(NullLocator())
    drawn.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.3f}"))
    style.date_axis(drawn)
    drawn.grid(visible=False, axis="y")
    drawn.set_ylabel("bitcoin per ether, log scale")
    style.title(drawn, _finding(ratio))
    style.caption(
        drawn,
        "Daily close at 24:00 UTC."
        + (" Dashed: the levels the statements name." if levels else "")
        + (f" Shaded, with their means: {_means(ratio, windows)}." if windows else ""),
    )
    return drawn


def _windows(ax: Axes, ratio: pd.Series, windows: Sequence[tuple[str, DateLike, DateLike]]) -> None:
    for position, (name, first, last) in enumerate(windows):
        begin, end = to_day(first, "windows"), to_day(last, "windows")
        inside = ratio.loc[begin:end]
        if not len(inside):
            continue
        left, right = style.day_number(begin), style.day_number(end)
        ax.axvspan(left, right, color=style.SKY, alpha=0.28, linewidth=0).set_gid(
            f"window-{name.replace(' ', '-')}"
        )
        mean = float(inside.mean())
        ax.plot([left, right], [mean, mean], color=style.VERMILION, linewidth=2.0, zorder=4)[
            0
        ].set_gid("window-mean")
        lower = style.is_narrow(ax) and position % 2 == 1
        edge = right >= style.day_number(ratio.index[-1]) - 200
        ax.annotate(
            name if style.is_narrow(ax) else f"{name}\nmean {mean:.4f}",
            xy=(right if edge else (left + right) / 2, 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(0, -14 if lower else -3),
            textcoords="offset points",
            ha="right" if edge else "center",
            va="top",
            fontsize=style.points(ax),
            color=style.INK,
            linespacing=1.2,
            zorder=6,
        )


def _means(ratio: pd.Series, windows: Sequence[tuple[str, DateLike, DateLike]]) -> str:
    means = {name: ratio.loc[to_day(a, "windows") : to_day(b, "windows")] for name, a, b in windows}
    return ", ".join(f"{name} {held.mean():.4f}" for name, held in means.items() if len(held))


def _levels(ax: Axes, levels: Sequence[float | tuple[float, float]]) -> None:
    for level in levels:
        if isinstance(level, tuple):
            ax.axhspan(level[0], level[1], color=style.ORANGE, alpha=0.22, linewidth=0).set_gid(
                "zone"
            )
            height, words = float(np.sqrt(level[0] * level[1])), f"{level[0]:.3f}-{level[1]:.3f}"
        else:
            ax.axhline(level, color=style.ORANGE, linewidth=1.1, linestyle=(0, (4, 2))).set_gid(
                "level"
            )
            height, words = level, f"{level:.3f}"
        ax.annotate(
            words,
            xy=(1.0, height),
            xycoords=("axes fraction", "data"),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=style.points(ax),
            color=style.INK,
            annotation_clip=False,
        )


def _highest(levels: Sequence[float | tuple[float, float]]) -> float:
    return max((max(v) if isinstance(v, tuple) else v for v in levels), default=0.0)


def _finding(ratio: pd.Series) -> str:
    peak, last = float(ratio.max()), float(ratio.iloc[-1])
    below = 100 * (1 - last / peak)
    return (
        f"ETH/BTC at {last:.4f} on {ratio.index[-1]:%Y-%m-%d}, {below:.0f} % under its highest "
        f"close since {ratio.index[0].year}, {peak:.4f} ({ratio.idxmax():%Y-%m-%d})"
    )
