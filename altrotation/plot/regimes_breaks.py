"""When the mechanics changed: dated breaks with their intervals, and the path of a break test."""

from itertools import pairwise

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from altrotation._guarded import guarded
from altrotation.errors import InputError
from altrotation.plot import style
from altrotation.regimes.break_laws import limit_quantile
from altrotation.regimes.break_test import BreakTest
from altrotation.regimes.changepoints import ChangePoints
from altrotation.validate import daily_series, require_between

__all__ = ["break_intervals", "break_path"]


@guarded
def break_intervals(series: pd.Series, found: ChangePoints, *, ax: Axes | None = None) -> Axes:
    """Draw a series, the means of its segments, and the interval of each break date.

    Parameters
    ----------
    series : Series of shape (n_days,)
        The one the breaks were found in.
    found : ChangePoints
    ax : Axes, optional
        Default: the Axes of a new Figure.

    Raises
    ------
    InputError
        If the series lacks days of the breaks.
    """
    values = daily_series(series, "series").reindex(found.dates)
    if values.isna().any():
        missing = values.index[values.isna()][0]
        raise InputError(f"`series` lacks {missing:%Y-%m-%d}, on which the breaks were found.")
    drawn = style.canvas(ax, height=3.6)
    drawn.plot(found.dates.to_numpy(), values.to_numpy(), color=style.MUTED, linewidth=0.8)[
        0
    ].set_gid("series")
    for _, row in found.breaks.iterrows():
        drawn.axvspan(
            style.day_number(row["low"]),
            style.day_number(row["high"]),
            color=style.SKY,
            alpha=0.35,
            linewidth=0,
        ).set_gid("interval")
        drawn.axvline(style.day_number(row["date"]), color=style.VERMILION, linewidth=1.2).set_gid(
            "break"
        )
    cuts = [0, *found.breaks["row"].tolist(), len(values)]
    for first, stop in pairwise(cuts):
        mean = float(values.iloc[first:stop].mean())
        ends = [style.day_number(found.dates[first]), style.day_number(found.dates[stop - 1])]
        drawn.plot(ends, [mean, mean], color=style.BLUE, linewidth=2.0)[0].set_gid("mean")
    drawn.set_ylabel(str(series.name or "value"))
    style.date_axis(drawn)
    style.title(drawn, _finding(found))
    style.caption(drawn, f"Red: last day before the break. {found.method}.")
    return drawn


@guarded
def break_path(test: BreakTest, *, level: float = 0.05, ax: Axes | None = None) -> Axes:
    """Draw the statistic of every candidate date, with the critical value of its largest.

    Parameters
    ----------
    test : BreakTest
        Of `sup_f`, `exp_f` or `ave_f`; of `ols_cusum` the cumulated residuals.
    level : float, default .05
        Of the critical value drawn for sup-F.
    ax : Axes, optional
        Default: the Axes of a new Figure.

    Raises
    ------
    InputError
        If `level` does not lie between 0 and 1.
    """
    require_between(level, 0.0, 1.0, "level")
    drawn = style.canvas(ax, height=3.4)
    dates = test.path.index.to_numpy()
    drawn.plot(dates, test.path.to_numpy(), color=style.BLUE, linewidth=1.1)[0].set_gid("statistic")
    drawn.axvline(style.day_number(test.date), color=style.VERMILION, linewidth=1.2).set_gid("date")
    if test.name == "sup-F":
        critical = limit_quantile(1 - level, test.coefficients, test.trim, "sup")
        drawn.axhline(critical, color=style.ORANGE, linewidth=1.1, linestyle=(0, (4, 2))).set_gid(
            "critical"
        )
    elif test.name == "OLS-CUSUM":
        drawn.axhline(0.0, color=style.MUTED, linewidth=0.8)
    low, high = drawn.get_ylim()
    drawn.set_ylim(min(low, 0.0), high if np.isfinite(high) else None)
    drawn.set_ylabel("Wald statistic" if test.name != "OLS-CUSUM" else "cumulated residuals")
    style.date_axis(drawn)
    style.title(
        drawn,
        f"{test.name} {test.statistic:.2f}, p {test.p_value:.2g}: largest after "
        f"{test.date:%Y-%m-%d}",
    )
    words = f"Dashed: {level:.0%} critical value of the largest. " if test.name == "sup-F" else ""
    style.caption(drawn, f"{words}{test.method}; {test.n} rows.")
    return drawn


def _finding(found: ChangePoints) -> str:
    if not len(found):
        return f"No break of the mean by {found.criterion}"
    listed = ", ".join(f"{day:%Y-%m-%d}" for day in found.breaks["date"])
    many = "breaks" if len(found) > 1 else "break"
    return f"{len(found)} {many} of the mean by {found.criterion}: {listed}"
