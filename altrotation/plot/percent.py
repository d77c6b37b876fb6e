"""A log-return axis that also tells simple returns: log points left, percent right."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter
from numpy.typing import ArrayLike

from altrotation.aliases import FloatArray
from altrotation.plot import style
from altrotation.plot.numbers import signed

__all__ = ["percent_beside"]


def percent_beside(ax: Axes) -> None:
    """Format the y axis of `ax` as log returns and add the same in percent on the right."""
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: signed(value, 2)))
    right = ax.secondary_yaxis("right", functions=(_to_percent, _to_log))
    right.tick_params(colors=style.MUTED, labelcolor=style.INK, labelsize=9, width=0.8)
    right.spines["right"].set_visible(False)
    right.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{signed(value, 0)} %"))


def _to_percent(values: ArrayLike) -> FloatArray:
    percent: FloatArray = 100.0 * np.expm1(np.minimum(np.asarray(values, dtype="float64"), 50.0))
    return percent


def _to_log(values: ArrayLike) -> FloatArray:
    ratio = np.maximum(np.asarray(values, dtype="float64") / 100.0, -0.999999)
    logs: FloatArray = np.log1p(ratio)
    return logs
