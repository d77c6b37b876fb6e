"""The event-study fan: every event's path, their mean with its interval, and what chance does."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from altrotation._guarded import guarded
from altrotation.aliases import FloatArray, IntArray
from altrotation.errors import InputError
from altrotation.plot import style
from altrotation.plot.inputs import StudyLike
from altrotation.plot.numbers import as_percent
from altrotation.plot.percent import percent_beside
from altrotation.printing import counted, p_text
from altrotation.validate import require_between, require_choice

__all__ = ["event_study"]

_MOST_LABELS = 12


@guarded
def event_study(
    result: StudyLike,
    *,
    outcome: str | None = None,
    horizon: int | None = None,
    level: float = 0.95,
    ax: Axes | None = None,
) -> Axes:
    """Draw the cumulative abnormal log return of one outcome around its events.

    Thin lines are single events, labelled by date; the thick line is their mean over the events
    known on that day; bars at the horizons are the intervals of the table; the grey band is where
    the mean of placebo dates lies with probability `level`, day by day. Brackets along the foot are
    the windows of the study, with estimate and interval; dotted where they open before entry, which
    nobody could have earned.

    Parameters
    ----------
    result : event study
        As returned by :func:`altrotation.events.study.event_study`.
    outcome : str, optional
        Default: the first outcome.
    horizon : int, optional
        Horizon in the title, in rows; default 60 if studied, else the longest.
    level : float, default 0.95
        Coverage of the placebo band.
    ax : Axes, optional
        Default: the Axes of a new Figure.

    Raises
    ------
    InputError
        If the outcome or the horizon was not studied, or the study has no events.
    """
    chosen = result.outcomes[0] if outcome is None else outcome
    require_choice(chosen, result.outcomes, "outcome")
    require_between(level, 0.0, 1.0, "level")
    at = _headline(result.horizons) if horizon is None else horizon
    if at not in result.horizons:
        raise InputError(f"`horizon` must be one of {tuple(result.horizons)}, got {at}.")
    paths = result.paths(chosen)
    if not paths.shape[1]:
        raise InputError("The study has no events to draw; widen its span or its rule.")
    cells = pd.DataFrame(result.table.xs(chosen, level=0))
    row = pd.Series(cells.loc[at])

    drawn = style.canvas(ax, height=4.6)
    _band(drawn, result.placebo_band(chosen, level), result.delay, level)
    _paths(drawn, paths)
    _mean(drawn, paths, cells, result.delay)
    unit = str(paths.index.name or "day")
    _lines(drawn, result.delay, unit)
    _windows(drawn, cells)
    days = paths.index.to_numpy()
    room = 0.31 if style.is_narrow(drawn) else 0.17
    drawn.set_xlim(float(days[0]), float(days[-1]) + room * float(days[-1] - days[0]))
    _ticks(drawn, result, int(days[0]))
    _date_labels(drawn, paths)
    drawn.set_ylabel("log return since entry (log points)")
    percent_beside(drawn)
    drawn.set_xlabel(f"{unit}s before the event and after entry")
    style.legend(drawn)
    style.title(drawn, _finding(chosen, at, row, unit))
    style.caption(drawn, _small_print(paths, row, at, unit))
    return drawn


def _headline(horizons: tuple[int, ...]) -> int:
    return 60 if 60 in horizons else int(horizons[-1])


def _ticks(ax: Axes, result: StudyLike, first: int) -> None:
    shown: list[int] = []
    for days in sorted(result.horizons, reverse=True):
        if not shown or shown[-1] - days >= 15:  # a label's width
            shown.append(int(days))
    before = [day for day in (-60, -30) if day >= first]
    places = [*before, 0, *(days + result.delay for days in shown)]
    ax.set_xticks(places, [f"{day}".replace("-", "−") for day in (*before, 0, *shown)])


def _band(ax: Axes, band: pd.DataFrame, delay: int, level: float) -> None:
    later = band.loc[band.index >= delay]
    area = ax.fill_between(
        later.index.to_numpy(dtype="float64"),
        later["low"].to_numpy(),
        later["high"].to_numpy(),
        color=style.MUTED,
        alpha=0.18,
        linewidth=0,
        label=f"{100 * level:.0f} % of placebo means",
    )
    area.set_gid("placebo")


def _paths(ax: Axes, paths: pd.DataFrame) -> None:
    for position in range(paths.shape[1]):
        (line,) = ax.plot(
            paths.index.to_numpy(),
            paths.iloc[:, position].to_numpy(),
            color=style.BLUE,
            linewidth=0.8,
            alpha=0.55,
        )
        line.set_gid(f"path-{_date(paths.columns[position])}")


def _mean(ax: Axes, paths: pd.DataFrame, cells: pd.DataFrame, delay: int) -> None:
    mean = paths.mean(axis=1)
    (line,) = ax.plot(
        mean.index.to_numpy(),
        mean.to_numpy(),
        color=style.VERMILION,
        linewidth=2.4,
        label="mean of the events" if paths.shape[1] > 1 else "the event",
        zorder=4,
    )
    line.set_gid("mean")
    ahead = [label for label in cells.index if not isinstance(label, str)]
    known = cells.loc[ahead].dropna(subset=["estimate", "low", "high"])
    if not len(known):
        return
    estimate = known["estimate"].to_numpy(dtype="float64")
    ends = np.abs(known[["low", "high"]].to_numpy(dtype="float64").T - estimate)
    bars = ax.errorbar(
        known.index.to_numpy(dtype="float64") + delay,
        estimate,
        yerr=ends,
        fmt="o",
        color=style.VERMILION,
        markersize=4.5,
        elinewidth=1.4,
        capsize=3.5,
        label=f"{_level(cells)}interval",
        zorder=5,
    )
    bars.lines[0].set_gid("intervals")


def _level(cells: pd.DataFrame) -> str:
    return f"{100 * float(cells['level'].iloc[0]):.0f} % " if "level" in cells.columns else ""


def _windows(ax: Axes, cells: pd.DataFrame) -> None:
    """Draw a bracket for every window, from the close it starts at to its last day."""
    foot = ax.get_xaxis_transform()
    labels = [label for label in cells.index if isinstance(label, str)]
    foot_at, top = ax.get_ylim()
    ax.set_ylim(foot_at - 0.09 * len(labels) * (top - foot_at), top)  # room below the paths
    for place, label in enumerate(labels):
        first, last = (int(day) for day in label.strip("[]").split(", "))
        estimate, low, high = cells.loc[label, ["estimate", "low", "high"]].to_numpy(np.float64)
        kind, height = str(cells.loc[label, "kind"]), 0.1 + 0.06 * place
        (line,) = ax.plot(
            [first - 1, last],
            [height, height],
            transform=foot,
            color=style.PURPLE,
            linewidth=1.6,
            linestyle="-" if kind == "outcome" else (0, (1, 1.5)),
            marker="|",
            markersize=6,
            zorder=5,
        )
        line.set_gid(f"window-{label}")
        known = f"{estimate:+.2f} [{low:+.2f}, {high:+.2f}]"
        note = ax.annotate(
            f"{'not computed' if np.isnan(estimate) else known}, {kind}".replace("-", "\u2212"),
            xy=(last, height),
            xycoords=foot,
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            fontsize=style.points(ax),
            color=style.INK,
            zorder=5,
        )
        note.set_gid(f"window-note-{label}")


def _lines(ax: Axes, delay: int, unit: str) -> None:
    ax.axhline(0.0, color=style.INK, linewidth=0.8)
    event = ax.axvline(0.0, color=style.INK, linewidth=0.9)
    event.set_gid("event")
    entry = ax.axvline(float(delay), color=style.INK, linewidth=0.9, linestyle=(0, (2, 2)))
    entry.set_gid("entry")
    note = ax.annotate(
        f"event, entry {counted(delay, unit)} later",
        xy=(float(delay), 0.0),
        xycoords=("data", "axes fraction"),
        xytext=(4, 4),
        textcoords="offset points",
        fontsize=style.points(ax),
        color=style.MUTED,
    )
    note.set_gid("note")


def _date_labels(ax: Axes, paths: pd.DataFrame) -> None:
    ends = [paths.iloc[:, i].last_valid_index() for i in range(paths.shape[1])]
    held = [i for i, day in enumerate(ends) if day is not None]
    if not held:
        return
    values = np.array([float(paths.iloc[:, i].loc[ends[i]]) for i in held])
    chosen = _labelled(values)
    heights = style.spread(values[chosen], style.label_gap(ax))
    low, high = ax.get_ylim()
    ax.set_ylim(min(low, heights.min()), max(high, heights.max()))
    last = float(paths.index[-1])
    start = last + 0.035 * (last - float(paths.index[0]))
    pattern = "%Y-%m" if style.is_narrow(ax) else "%Y-%m-%d"
    for position, height in zip(chosen, heights, strict=True):
        column = held[position]
        date = _date(paths.columns[column], pattern)
        ax.annotate(
            date,
            xy=(float(ends[column]), values[position]),
            xytext=(start, height),
            textcoords="data",
            fontsize=style.points(ax),
            color=style.BLUE,
            va="center",
            arrowprops={
                "arrowstyle": "-",
                "color": style.BLUE,
                "linewidth": 0.5,
                "alpha": 0.5,
                "shrinkA": 0,
                "shrinkB": 0,
                "relpos": (0.0, 0.5),
            },
        ).set_gid(f"label-{_date(paths.columns[column])}")


def _labelled(values: FloatArray) -> IntArray:
    """Return positions to label: all of a few, the three highest and lowest of many."""
    if len(values) <= _MOST_LABELS:
        return np.arange(len(values))
    order = np.argsort(values, kind="stable")
    return np.sort(np.concatenate([order[:3], order[-3:]]))


def _finding(outcome: str, horizon: int, row: pd.Series, unit: str) -> str:
    estimate = float(row["estimate"])
    if np.isnan(estimate):
        return f"{outcome}: no event has {horizon} {unit}s of history"
    p, elsewhere = float(row["p_adjusted"]), float(row.get("null_mean", np.nan))
    beside = "" if np.isnan(elsewhere) else f", {as_percent(elsewhere)} at placebo dates"
    judged = "" if np.isnan(p) else f"; {'beyond' if p <= 0.05 else 'within'} chance"
    p_words = "" if np.isnan(p) else f" (adjusted p\u00a0{p_text(p)})"
    return (
        f"{outcome}: {as_percent(estimate)} on average {horizon} {unit}s after entry{beside}"
        f"{judged}{p_words}"
    )


def _small_print(paths: pd.DataFrame, row: pd.Series, horizon: int, unit: str) -> str:
    count = paths.shape[1]
    parts = [f"n = {count} event{'s' if count != 1 else ''}"]
    complete = int(row["n_events"])
    if complete != count:
        parts.append(f"{complete} with {horizon} {unit}s of outcome")
    if "n_effective" in row.index and not np.isnan(float(row["n_effective"])):
        parts.append(f"{float(row['n_effective']):.1f} effective")
    parts.append(f"p at {horizon} {unit}s {p_text(float(row['p_value']))}")
    parts.append(f"smallest p attainable {p_text(float(row['p_attainable']))}")
    floor = float(row.get("sign_flip_floor", np.nan))
    if not np.isnan(floor):
        parts.append(f"a sign test of as few independent events could not go below {p_text(floor)}")
    effect = float(row["minimum_detectable_effect"])
    if not np.isnan(effect):
        parts.append(f"an effect under {effect:.2f} log points would usually be missed")
    if count > _MOST_LABELS:
        parts.append("the three highest and lowest events are labelled")
    return "; ".join(parts) + "."


def _date(label: object, pattern: str = "%Y-%m-%d") -> str:
    return pd.Timestamp(str(label)).strftime(pattern)
