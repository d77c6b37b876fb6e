"""The tear sheet of a replay, and the pictures of its profit and of its luck."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from altrotation._guarded import guarded
from altrotation.backtest.performance import Performance
from altrotation.backtest.placebo import RandomEntry
from altrotation.backtest.results import Replay
from altrotation.plot import style
from altrotation.plot.backtest import equity, holdings, underwater
from altrotation.plot.numbers import signed
from altrotation.printing import p_text

__all__ = ["profit_sources", "random_timing", "tear_sheet"]


@guarded
def profit_sources(replay: Replay, *, ax: Axes | None = None) -> Axes:
    """Draw what each holding earned and what costs took, in parts of the capital.

    Parameters
    ----------
    replay : Replay
    ax : Axes, optional
        Default: the Axes of a new Figure.
    """
    drawn = style.canvas(ax, height=2.6)
    total = replay.profit.sum() / replay.capital
    used = total[total.abs() > 1e-9].sort_values()
    colours = [style.BLUE if value > 0 else style.VERMILION for value in used]
    drawn.barh([str(name) for name in used.index], used.to_numpy(), color=colours, height=0.6)
    drawn.axvline(0.0, color=style.INK, lw=0.8)
    reach = float(used.abs().max()) if len(used) else 1.0
    for place, value in enumerate(used):
        drawn.annotate(
            signed(float(value), 2),
            xy=(float(value), place),
            xytext=(4 if value > 0 else -4, 0),
            textcoords="offset points",
            ha="left" if value > 0 else "right",
            va="center",
            fontsize=style.points(drawn),
            color=style.INK,
        )
    low, high = (float(used.min()), float(used.max())) if len(used) else (-1.0, 1.0)
    drawn.set_xlim(min(low, 0.0) - 0.2 * reach, max(high, 0.0) + 0.2 * reach)
    drawn.grid(visible=False, axis="y")
    drawn.set_xlabel("profit over the capital at the start")
    style.title(drawn, f"Costs took {replay.costs_paid / replay.capital:.2f} of the capital")
    return drawn


@guarded
def random_timing(result: RandomEntry, *, ax: Axes | None = None) -> Axes:
    """Draw the strategy among its own timings at other dates.

    Parameters
    ----------
    result : RandomEntry
    ax : Axes, optional
        Default: the Axes of a new Figure.
    """
    drawn = style.canvas(ax, height=2.6)
    bins = min(40, max(10, int(np.sqrt(len(result.draws)))))
    drawn.hist(result.draws, bins=bins, color=style.SKY, edgecolor=style.SURFACE, lw=0.5)
    drawn.axvline(result.observed, color=style.VERMILION, lw=1.8)
    drawn.set_xlabel("log growth over the cycle, net of costs")
    drawn.set_ylabel("timings")
    evidence = result.evidence
    verdict = f"p {p_text(evidence.p_value)}" if evidence.invalid is None else str(evidence.invalid)
    style.title(drawn, f"Better than {result.percentile:.0f} % of its timings at other dates")
    style.caption(
        drawn,
        f"Line: the strategy. The same spells moved around the cycle by {len(result.draws)} "
        f"different shifts; one-sided {verdict}.",
    )
    return drawn


@guarded
def tear_sheet(
    replay: Replay,
    *,
    performance: Performance | None = None,
    timing: RandomEntry | None = None,
) -> Figure:
    """Return one page on a replay: paths, drawdown, holdings, profit, measures, luck.

    Parameters
    ----------
    replay : Replay
    performance : Performance, optional
        Adds a table of measures with their intervals.
    timing : RandomEntry, optional
        Adds the place among random timings.

    Returns
    -------
    Figure
        That pyplot never sees.
    """
    rows = 3 + (performance is not None)
    figure = Figure(
        figsize=(2 * style.WIDE, 4.0 + 3.2 * (rows - 1)),
        dpi=100,
        layout="constrained",
        facecolor=style.SURFACE,
    )
    grid = figure.add_gridspec(rows, 2, height_ratios=[1.3, *([1.0] * (rows - 1))])
    equity(replay, ax=figure.add_subplot(grid[0, :]))
    underwater(replay, ax=figure.add_subplot(grid[1, :]))
    holdings(replay, ax=figure.add_subplot(grid[2, 0 if timing is not None else slice(None)]))
    if timing is not None:
        random_timing(timing, ax=figure.add_subplot(grid[2, 1]))
    if performance is not None:
        profit_sources(replay, ax=figure.add_subplot(grid[3, 0]))
        _table(performance, figure.add_subplot(grid[3, 1]))
    return figure


def _table(performance: Performance, ax: Axes) -> None:
    ax.axis("off")
    cells = [
        [str(name), _short(row["estimate"]), f"{_short(row['low'])} to {_short(row['high'])}"]
        for name, row in performance.table.iterrows()
    ]
    drawn = ax.table(
        cellText=cells,
        colLabels=["measure", "estimate", f"{performance.level:.0%} interval"],
        loc="center",
        cellLoc="right",
        edges="horizontal",
        colWidths=[0.42, 0.22, 0.36],
    )
    drawn.auto_set_font_size(False)
    drawn.set_fontsize(style.points(ax) + 0.5)
    drawn.scale(1.0, 1.35)
    for (_, column), cell in drawn.get_celld().items():
        cell.set_edgecolor(style.GRID)
        cell.get_text().set_color(style.INK)
        if column == 0:
            cell.get_text().set_horizontalalignment("left")


def _short(value: float) -> str:
    if np.isnan(value):
        return "–"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2f}"
