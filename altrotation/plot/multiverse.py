"""The specification curve drawn: sorted estimates over the choices that made them."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from altrotation._guarded import guarded
from altrotation.aliases import FloatArray
from altrotation.claims.robustness.axes import AXES, Axis
from altrotation.claims.robustness.curve import SpecificationCurve
from altrotation.plot import style
from altrotation.plot.numbers import signed
from altrotation.printing import p_text

__all__ = ["specification_curve"]

_SINGLE = 240  # up to so many specifications the dashboard has a mark for each
_BINS = 60  # beyond, places along the curve it tells apart
_SHADES = 8  # more are not told apart
_FULL = 2.5  # times its own average at which a choice is drawn in full colour
_ROW = 0.148  # inches a choice
_GAP = 0.5  # rows between two axes


@guarded
def specification_curve(
    curve: SpecificationCurve, *, width: float = style.WIDE, level: float = 0.95
) -> tuple[Axes, Axes]:
    """Draw the sorted estimates, and under them which choices stand where along the curve.

    Above: one dot a specification, coloured where its own test is significant; the band holds the
    sorted curve in `level` of the shifts, so the whole curve is judged and no single dot. Below:
    one row a choice: a mark for each of its specifications, or, for more than 240 of them, darker
    where the choice is more frequent than on average; in a row of even shade it does not matter.
    At the right, where there is room, the median estimate under the choice.

    Parameters
    ----------
    curve : SpecificationCurve
    width : float, default 7.2
        Inches; 3.6 for a telephone.
    level : float, default .95
        Of the band.

    Returns
    -------
    tuple of two Axes
        Of one new Figure, sharing the rank of the specification.

    Raises
    ------
    InputError
        If `level` does not lie between 0 and 1.
    """
    band = curve.band(level)
    table = curve.table.sort_values("estimate", kind="stable").reset_index(drop=True)
    choices = {axis: _choices(curve.table, axis) for axis in AXES}
    labels, heights = _rows(choices)
    above, below = 2.9, _ROW * (heights[-1] + 1.5)
    figure = Figure(
        figsize=(width, above + below + 1.1), dpi=100, layout="constrained", facecolor=style.SURFACE
    )
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=[above, below])
    _estimates(style.canvas(upper), table, band, curve)
    _dashboard(style.canvas(lower), table, choices, heights)
    lower.set_yticks(heights, labels, parse_math=False)
    left = 0.2 + max(len(text) for text in labels) * 0.55 * style.points(upper) / 72
    style.title(upper, _finding(curve), left=left)
    style.caption(lower, _small_print(curve, level, wide=not style.is_narrow(lower)), left=left)
    return upper, lower


def _estimates(
    ax: Axes, table: pd.DataFrame, band: pd.DataFrame, curve: SpecificationCurve
) -> None:
    ranks = np.arange(len(table))
    ax.fill_between(
        ranks, band["low"], band["high"], color=style.MUTED, alpha=0.22, linewidth=0,
        label="no effect: band",
    ).set_gid("null-band")  # fmt: skip
    ax.plot(
        ranks, band["mid"], color=style.MUTED, linewidth=1.0, linestyle=(0, (3, 2)),
        label="no effect: middle",
    )[0].set_gid("null-middle")  # fmt: skip
    ax.axhline(0.0, color=style.INK, linewidth=0.9).set_gid("zero")
    claimed = table["significant"].to_numpy()
    against = (table["p_value"] <= curve.test.size).to_numpy() & ~claimed
    size = f"{curve.test.size:g}".lstrip("0")
    dots = 3.0 if len(table) > _SINGLE else 12.0
    for gid, name, chosen, colour, area in (
        ("undecided", f"p > {size}", ~claimed & ~against, style.SKY, dots),
        ("for", f"p ≤ {size}, for", claimed, style.GREEN, dots + 6.0),
        ("against", f"p ≤ {size}, against", against, style.VERMILION, dots + 6.0),
    ):
        if chosen.any():
            ax.scatter(
                ranks[chosen], table["estimate"].to_numpy()[chosen], s=area, color=colour,
                linewidths=0, label=name, zorder=3, rasterized=len(table) > _SINGLE,
            ).set_gid(gid)  # fmt: skip
    own = np.flatnonzero(table["primary"])
    if len(own):
        ax.plot(
            own, table["estimate"].iloc[own], marker="D", markersize=6, color=style.INK,
            markerfacecolor=style.SURFACE, linestyle="none", label="the card's own", zorder=4,
        )[0].set_gid("primary")  # fmt: skip
    ax.set_xlim(-0.01 * len(table), 1.01 * len(table))
    ax.tick_params(axis="x", length=0, labelbottom=False)
    ax.yaxis.set_major_locator(MaxNLocator(6))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: signed(value, 2)))
    ax.set_ylabel("mean outcome, log points")
    style.legend(ax)


def _dashboard(
    ax: Axes, table: pd.DataFrame, choices: dict[Axis, list[object]], heights: FloatArray
) -> None:
    count = len(table)
    bins = count if count <= _SINGLE else _BINS
    place = np.arange(count) * bins // count
    size = np.bincount(place, minlength=bins)
    row = 0
    for axis, found in choices.items():
        for choice in found:
            mine = (table[axis] == choice).to_numpy()
            share = np.bincount(place[mine], minlength=bins) / size
            if bins < count:
                share = np.rint(_SHADES * np.minimum(share / mine.mean() / _FULL, 1.0)) / _SHADES
            _strip(ax, share, heights[row], count, gid=f"{axis}-{choice}")
            if not style.is_narrow(ax):
                ax.annotate(
                    signed(float(table.loc[mine, "estimate"].median()), 2),
                    xy=(1.0, heights[row]), xycoords=("axes fraction", "data"), xytext=(4, 0),
                    textcoords="offset points", va="center", fontsize=style.points(ax) - 1,
                    color=style.MUTED, annotation_clip=False,
                )  # fmt: skip
            row += 1
    ax.grid(visible=False)
    ax.tick_params(axis="y", length=0, labelsize=style.points(ax) - 0.5)
    ax.set_ylim(heights[-1] + 0.8, -0.8)
    ax.spines["left"].set_visible(False)
    ax.xaxis.set_major_locator(MaxNLocator(4 if style.is_narrow(ax) else 7, integer=True))
    ax.tick_params(axis="x", labelbottom=True)
    ax.set_xlabel("specifications, by estimate")


def _strip(ax: Axes, share: FloatArray, height: float, count: int, *, gid: str) -> None:
    """Draw one row as an image of one colour whose opacity is the share."""
    pixels = np.empty((1, len(share), 4))
    pixels[..., :3] = to_rgb(style.BLUE)
    pixels[0, :, 3] = share
    ax.imshow(
        pixels,
        extent=(-0.5, count - 0.5, height + 0.4, height - 0.4),
        aspect="auto",
        interpolation="nearest",
        zorder=2,
    ).set_gid(gid.replace(" ", "-"))


def _choices(table: pd.DataFrame, axis: Axis) -> list[object]:
    """Return the choices of an axis: numbers in order, words as they come, the card's own first."""
    found = list(table[axis].unique())
    return sorted(found) if pd.api.types.is_integer_dtype(table[axis]) else found


def _rows(choices: dict[Axis, list[object]]) -> tuple[list[str], FloatArray]:
    """Return the label and the height of every choice; the first of an axis carries its name."""
    labels: list[str] = []
    heights: list[float] = []
    for number, (axis, found) in enumerate(choices.items()):
        labels += [f"{axis}   {found[0]}", *(str(choice) for choice in found[1:])]
        heights += [len(heights) + _GAP * number + place for place in range(len(found))]
    return labels, np.array(heights)


def _finding(curve: SpecificationCurve) -> str:
    median = curve.joint.iloc[0]
    return (
        f"Median {signed(float(median['observed']), 2)} log points over {len(curve.table):,} "
        f"specifications, joint p\u00a0{p_text(float(median['p_value']))}"
    )


def _small_print(curve: SpecificationCurve, level: float, *, wide: bool) -> str:
    many = len(curve.table) > _SINGLE
    parts = [
        f"{curve.share_with_sign:.0%} of the estimates lie on the claimed side of zero.",
        f"Band: the sorted curve in {level:.0%} of {len(curve.null):,} joint shifts of all event "
        "sets.",
        "Below: darker where a choice is more frequent than on average; even shade, no influence."
        if many
        else "Below: a mark a specification.",
    ]
    if wide:
        parts.append("Right: median estimate under the choice.")
    joint = curve.joint["p_value"]
    parts.append(
        f"Joint p: median {p_text(float(joint.iloc[0]))}, share significant "
        f"{p_text(float(joint.iloc[1]))}, Stouffer's Z {p_text(float(joint.iloc[2]))}."
    )
    return " ".join(parts)
