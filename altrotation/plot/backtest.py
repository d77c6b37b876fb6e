"""Paths of a replay: equity beside bitcoin, drawdown, what was held."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, NullFormatter

from altrotation._guarded import guarded
from altrotation.backtest.results import Replay
from altrotation.plot import style
from altrotation.plot.numbers import signed

__all__ = ["equity", "holdings", "underwater"]

_COLOURS = {
    "BTC": style.ORANGE,
    "ETH": style.PURPLE,
    "large": style.SKY,
    "mid": style.BLUE,
    "small": style.GREEN,
    "cash": style.GRID,
}
_OTHERS = (style.VERMILION, style.MUTED, style.INK)


@guarded
def equity(replay: Replay, *, ax: Axes | None = None) -> Axes:
    """Draw the growth of one unit of capital, net of costs, beside the same put into BTC.

    Parameters
    ----------
    replay : Replay
        Days on which the strategy held its "on" side are shaded.
    ax : Axes, optional
        Default: the Axes of a new Figure.
    """
    drawn = style.canvas(ax, height=3.8)
    _shade(drawn, replay.degrees)
    paths = {
        replay.strategy.name: (replay.equity / replay.capital, style.BLUE, 1.8),
        "BTC": (replay.benchmark / replay.capital, style.ORANGE, 1.3),
    }
    for name, (path, colour, width) in paths.items():
        held = path.dropna()
        if not len(held):
            continue
        drawn.plot(held.index.to_numpy(), held.to_numpy(), color=colour, lw=width, label=name)[
            0
        ].set_gid(f"equity {name}")
    drawn.set_yscale("log")
    drawn.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g} x"))
    drawn.yaxis.set_minor_formatter(NullFormatter())
    low, high = drawn.get_ylim()
    ticks = [t * 10.0**e for e in range(-4, 8) for t in (1, 2, 5) if low <= t * 10.0**e <= high]
    drawn.set_yticks(ticks if len(ticks) <= 9 else ticks[::3])
    drawn.set_xlim(*_span(replay))
    style.date_axis(drawn)
    style.legend(drawn)
    gain = float(np.log(replay.equity.iloc[-1] / replay.benchmark.iloc[-1]))
    words = "BTC lacks a close" if _lacks(replay) else f"{signed(gain, 2)} log points over BTC"
    style.title(drawn, f"{replay.strategy.name}, {replay.cycle.name}: {words}")
    style.caption(
        drawn,
        f"Net of costs, held as {replay.level}, decided at a label and traded {replay.delay} d "
        "later. Shaded: on. Log scale.",
    )
    return drawn


@guarded
def underwater(replay: Replay, *, ax: Axes | None = None) -> Axes:
    """Draw how far the equity, and BTC, lay below their highest value so far.

    Parameters
    ----------
    replay : Replay
    ax : Axes, optional
        Default: the Axes of a new Figure.
    """
    drawn = style.canvas(ax, height=2.6)
    bitcoin = replay.benchmark / replay.benchmark.cummax() - 1.0
    for name, path, colour in (
        ("BTC", bitcoin, style.ORANGE),
        (replay.strategy.name, replay.drawdown, style.BLUE),
    ):
        if path.isna().all():
            continue
        drawn.plot(path.index.to_numpy(), 100.0 * path.to_numpy(), color=colour, lw=1.3, label=name)
    drawn.axhline(0.0, color=style.INK, lw=0.8)
    drawn.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{signed(value, 0)} %"))
    drawn.set_xlim(*_span(replay))
    style.date_axis(drawn)
    style.legend(drawn)
    deepest = 100.0 * float(replay.drawdown.min())
    other = "" if _lacks(replay) else f", of BTC {signed(100.0 * float(bitcoin.min()), 0)} %"
    style.title(drawn, f"Deepest fall {signed(deepest, 0)} %{other}")
    return drawn


@guarded
def holdings(replay: Replay, *, ax: Axes | None = None) -> Axes:
    """Draw the shares of the equity by what was held, stacked to one.

    Parameters
    ----------
    replay : Replay
    ax : Axes, optional
        Default: the Axes of a new Figure.
    """
    drawn = style.canvas(ax, height=2.6)
    weights = replay.weights.clip(lower=0.0)
    used = [name for name in weights.columns if float(weights[name].max()) > 1e-6]
    spare = iter(_OTHERS * len(used))
    colours = [_COLOURS.get(str(name).split("-")[0]) or next(spare) for name in used]
    drawn.stackplot(
        weights.index.to_numpy(),
        *(100.0 * weights[name].to_numpy() for name in used),
        colors=colours,
        labels=[str(name) for name in used],
        linewidth=0.0,
    )
    drawn.set_ylim(0.0, 100.0)
    drawn.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0f} %"))
    drawn.set_xlim(*_span(replay))
    style.date_axis(drawn)
    style.legend(drawn)
    style.title(
        drawn,
        f"On {100 * replay.exposure:.0f} % of the time, {replay.turnover:.1f} x turned a year",
    )
    return drawn


def _lacks(replay: Replay) -> bool:
    """Return whether the benchmark lacks a close on a day: nothing is then said against it."""
    return bool(replay.benchmark.isna().any())


def _shade(drawn: Axes, degrees: pd.Series) -> None:
    on = np.concatenate([[False], degrees.to_numpy() > 0, [False]])
    edges = np.flatnonzero(on[1:] != on[:-1])
    dates = degrees.index
    for first, stop in zip(edges[::2], edges[1::2], strict=True):
        last = dates[min(stop, len(dates) - 1)]
        drawn.axvspan(
            style.day_number(dates[first]),
            style.day_number(last),
            color=style.BLUE,
            alpha=0.10,
            lw=0,
        )


def _span(replay: Replay) -> tuple[float, float]:
    dates = replay.equity.index
    return style.day_number(dates[0]), style.day_number(dates[-1])
