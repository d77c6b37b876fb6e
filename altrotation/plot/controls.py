"""Negative controls beside the claim: where the same test should have found nothing."""

import pandas as pd
from matplotlib.axes import Axes

from altrotation._guarded import guarded
from altrotation.claims.robustness.control_results import NegativeControls
from altrotation.plot import style
from altrotation.plot.effects import forest

__all__ = ["controls"]

_GROUPS = {
    "claim": "claim",
    "leader": "other leaders",
    "surrogate": "surrogate leaders",
    "outcome": "other outcomes",
    "date": "other dates",
}


@guarded
def controls(result: NegativeControls, *, unit: str = "log points", ax: Axes | None = None) -> Axes:
    """Draw the claim and its negative controls: estimate, interval, what each could have shown.

    A filled point is significant after adjustment; the dashed line is the claim's estimate. A
    control whose grey bar reaches beyond that line would usually have missed such an effect.

    Parameters
    ----------
    result : NegativeControls
    unit : str, default "log points"
    ax : Axes, optional
        Default: the Axes of a new Figure, high enough for all rows.
    """
    table = result.table
    labels = [
        str(name) if invalid or kind == "claim" else f"{name} ({events})"
        for name, kind, events, invalid in zip(
            table.index, table["kind"], table["n_events"], table["invalid"], strict=True
        )
    ]
    columns = ["estimate", "null_mean", "low", "high", "minimum_detectable_effect", "p_adjusted"]
    shown = table[[*columns, "level"]].set_axis(pd.Index(labels), axis=0)
    shown["role"] = table["kind"].map(_GROUPS).to_numpy()
    shown["level"] = float(table["level"].iloc[0])
    drawn = forest(
        shown,
        unit=unit,
        finding=_finding(result),
        remark="Dotted: the claim's estimate. In brackets: events.",
        ax=ax,
    )
    drawn.axvline(
        float(table["estimate"].iloc[0]), color=style.BLUE, linewidth=0.9, linestyle=(0, (1, 2))
    ).set_gid("claim")
    return drawn


def _finding(result: NegativeControls) -> str:
    passes = result.computed["passes"]
    if not len(passes):
        return "No negative control could be computed"
    failed = [str(name) for name in passes.index[~passes.astype(bool)]]
    words = f"{int(passes.sum())} of {len(passes)} negative controls pass"
    if 0 < len(failed) <= 2:
        words += f"; {' and '.join(failed)} fail{'s' * (len(failed) == 1)}"
    return words
