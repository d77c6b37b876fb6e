"""What chance does: the distribution of a statistic under its null, and where the observed lies."""

import math
from textwrap import fill

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from altrotation._guarded import guarded
from altrotation.aliases import Alternative, BoolArray, FloatArray
from altrotation.errors import InputError
from altrotation.inference.permutation import (
    ALTERNATIVES,
    RandomisationTest,
    randomisation_test,
)
from altrotation.plot import style
from altrotation.plot.numbers import signed
from altrotation.printing import p_text
from altrotation.validate import require_choice
from altrotation.variation import above, resolved

__all__ = ["null_histogram"]


@guarded
def null_histogram(
    draws: FloatArray,
    observed: float,
    *,
    alternative: Alternative = "two-sided",
    label: str = "mean effect",
    unit: str = "log points",
    ax: Axes | None = None,
) -> Axes:
    """Draw the null distribution of a statistic with its observed value.

    Parameters
    ----------
    draws : array of shape (n_draws,)
        The statistic under the null: every circular shift, or placebo draws. NaN is left out and
        counted in the caption.
    observed : float
        The statistic of the real events.
    alternative : {"two-sided", "greater", "less"}, default "two-sided"
        Which draws count as at least as extreme; two-sided compares distances from the mean of
        the draws and the observed value, as `randomisation_test` does.
    label, unit : str
        Name of the statistic and its unit.
    ax : Axes, optional
        Default: the Axes of a new Figure.

    Raises
    ------
    InputError
        If no draw is finite, `observed` is NaN, or `alternative` is unknown.
    """
    require_choice(alternative, ALTERNATIVES, "alternative")
    every = np.asarray(draws, dtype="float64").ravel()
    kept = every[np.isfinite(every)]
    if not len(kept):
        raise InputError("`draws` holds no finite value; nothing can be drawn.")
    if math.isnan(observed):
        raise InputError("`observed` is NaN; say why the statistic could not be computed.")
    test = randomisation_test(np.array([observed]), kept[:, None], alternative=alternative)
    p = float(test.p_value[0])
    extreme = _extreme(kept, observed, alternative, test)

    drawn = style.canvas(ax, height=3.6)
    edges = _edges(kept, observed)
    drawn.hist(
        [kept[~extreme], kept[extreme]],
        bins=edges.tolist(),
        stacked=True,
        color=[style.MUTED, style.VERMILION],
        alpha=0.55,
        label=["less extreme", "at least as extreme"],
    )
    line = drawn.axvline(observed, color=style.INK, linewidth=1.8)
    line.set_gid("observed")
    right = observed < (edges[0] + edges[-1]) / 2
    drawn.annotate(
        f"observed {signed(observed)}",
        xy=(observed, 1.0),
        xycoords=("data", "axes fraction"),
        xytext=(5 if right else -5, -4),
        textcoords="offset points",
        ha="left" if right else "right",
        va="top",
        fontsize=style.points(drawn),
        fontweight="bold",
        color=style.INK,
    )
    drawn.xaxis.set_major_locator(MaxNLocator(5 if style.is_narrow(drawn) else 8))
    drawn.xaxis.set_major_formatter(FuncFormatter(lambda value, _: signed(value, 2)))
    words = f"{label} under the null ({unit})"
    drawn.set_xlabel(fill(words, 34 if style.is_narrow(drawn) else 90), parse_math=False)
    drawn.set_ylabel("draws")
    drawn.set_ylim(0.0, 1.13 * drawn.get_ylim()[1])
    style.legend(drawn)
    style.title(
        drawn, f"Chance alone is at least as extreme in {_share(p)} of draws (p\u00a0{p_text(p)})"
    )
    lost = len(every) - len(kept)
    missing = f" {lost:,} draws could not be computed." if lost else ""
    style.caption(drawn, f"{len(kept):,} draws; {alternative}.{missing}")
    return drawn


def _extreme(
    draws: FloatArray, observed: float, alternative: str, test: RandomisationTest
) -> BoolArray:
    """Return the draws that the p-value counts: a tie but for rounding is as extreme."""
    centre, spread = float(test.centre[0]), float(test.spread[0])
    far, seen = draws - centre, observed - centre
    if alternative == "less":
        far, seen = -far, -seen
    elif alternative == "two-sided":
        far, seen = np.abs(far), abs(seen)
    return ~above(seen, far, size=spread)


def _edges(draws: FloatArray, observed: float) -> FloatArray:
    low, high = min(float(draws.min()), observed), max(float(draws.max()), observed)
    apart = bool(resolved(high - low, max(abs(low), abs(high))))
    pad = 0.04 * (high - low) if apart else max(0.01, 0.01 * abs(high))
    return np.linspace(low - pad, high + pad, int(np.clip(np.sqrt(len(draws)), 10, 48)) + 1)


def _share(p: float) -> str:
    return f"{100 * p:.0f} %" if p >= 0.1 else f"{100 * p:.1f} %"
