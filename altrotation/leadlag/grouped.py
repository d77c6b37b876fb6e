"""Cross-correlations by regime or by cycle, and whether they differ."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from scipy import stats

from altrotation._guarded import guarded
from altrotation.aliases import BoolArray, DateLike, FloatArray, IntArray, Seed
from altrotation.errors import InputError
from altrotation.inference.multiple import step_down
from altrotation.inference.results import RunInfo
from altrotation.inference.ties import tail_share
from altrotation.leadlag.inputs import aligned, named
from altrotation.leadlag.levy import unit_residuals
from altrotation.leadlag.results import LeadLagResult, row_of
from altrotation.leadlag.streams import sign_draws
from altrotation.printing import counted, p_text
from altrotation.validate import daily_index, require_between, require_count, to_day
from altrotation.variation import dependence

__all__ = ["GroupedCorrelation", "cross_correlation_by"]

_LEAST = 30  # pairs of days below which a group is refused


@dataclass(frozen=True, slots=True, eq=False, kw_only=True, repr=False)
class GroupedCorrelation(LeadLagResult):
    """Cross-correlations of two series within each group of days.

    Parameters
    ----------
    leader, follower : str
    table : DataFrame indexed by (group, lag)
        n, estimate, low, high, p, p_adjusted (step-down over all groups and lags).
    differences : DataFrame indexed by (first, second, lag)
        estimate (first group less second), p, p_adjusted (step-down over all pairs and lags).
    p_difference : float
        Of the largest difference.
    """

    leader: str
    follower: str
    table: pd.DataFrame
    differences: pd.DataFrame
    p_difference: float

    def summary(self) -> pd.DataFrame:
        """Return the table by group and lag."""
        return self.table.copy()

    def findings(self) -> dict[str, str]:
        """Return each group's clearest lag in words."""
        found = {}
        for group in dict.fromkeys(self.table.index.get_level_values("group")):
            part = pd.DataFrame(self.table.xs(group, level="group"))
            lag = part.index.to_numpy()[np.argmin(part["p_adjusted"].to_numpy())]
            row = row_of(part, lag)
            found[f"{group}, clearest at lag {lag:+d}"] = (
                f"{row['estimate']:+.3f} [{row['low']:+.3f}, {row['high']:+.3f}], adjusted p "
                f"{p_text(row['p_adjusted'])}, {counted(int(row['n']), 'pair')}"
            )
        found["groups differ"] = f"p {p_text(self.p_difference)}"
        return found


@guarded
def cross_correlation_by(
    x: pd.Series,
    y: pd.Series,
    groups: pd.Series | Mapping[str, tuple[DateLike, DateLike]],
    *,
    lags: int = 5,
    max_order: int = 10,
    level: float = 0.95,
    replicates: int = 1999,
    seed: Seed = 0,
    workers: int = 1,
) -> GroupedCorrelation:
    """Correlate x[t] with y[t+k] within groups of days, and compare the groups.

    A pair of days belongs to the group of its later day, on which the follower moves. Tests are
    those of `cross_correlation`, robust to unequal variances, jointly over groups and lags by
    random signs; the difference of two groups is tested likewise.

    Parameters
    ----------
    x, y : Series of shape (n,)
        Changes (log returns) on the same days, without holes between the ends.
    groups : Series of labels, or mapping of name to (start, end)
        Labels on the days of the series, for example a filtered regime; NaN belongs nowhere. Or
        spans, both ends included, for example cycles; they may not overlap.
    lags : int, default 5
        Largest lead and lag, in rows.
    max_order : int, default 10
        Largest order BIC may choose for prewhitening; filters are fitted to the whole sample.
    level : float, default .95
    replicates : int, default 1999
    seed : int or Generator, default 0
    workers : int, default 1

    Returns
    -------
    GroupedCorrelation

    Raises
    ------
    InputError
        If the days of the series differ.
    InputError
        If a value is missing between the first and the last shared day.
    InputError
        If a series is constant, or determined by its own past.
    InputError
        If the series move as one, over all days or within a group.
    InputError
        If a series does not move within a group.
    InputError
        If a series looks like a level.
    InputError
        If there are fewer than 40 + 2 `lags` rows.
    InputError
        If `groups` is neither a Series on UTC days nor a mapping of spans.
    InputError
        If spans overlap.
    InputError
        If no day belongs to a group.
    InputError
        If a group has fewer than 30 pairs of days.
    InputError
        If `lags` < 1.
    InputError
        If `max_order` < 0, or leaves no more rows than coefficients.
    InputError
        If `replicates` or `workers` < 1.
    InputError
        If `level` does not lie between 0 and 1.
    """
    require_count(lags, 1, "lags")
    require_between(level, 0.0, 1.0, "level")
    frame, _ = aligned({"x": x, "y": y}, least=40 + 2 * lags)
    unit, cut = unit_residuals(frame, max_order=max_order)
    labels = _labels(groups, pd.DatetimeIndex(frame.index))[cut:]
    names = list(pd.unique(labels[~pd.isna(labels)]))
    if not names:
        raise InputError("`groups` holds none of the days of the series; check its dates.")
    shifts = np.arange(-lags, lags + 1)
    members = {name: labels == name for name in names}
    cells = [(name, int(lag)) for name in names for lag in shifts]
    estimate, product, influence, counts = _moments(unit, members, cells)
    scale = np.sqrt(np.square(product).sum(axis=0))
    draws = np.abs(sign_draws(product / scale, replicates, seed=seed, path=(1,), workers=workers))
    size = np.abs(product.sum(axis=0)) / scale
    error = np.sqrt(np.square(influence).sum(axis=0))
    reach = stats.norm.isf((1 - level) / 2) * error
    table = pd.DataFrame(
        {
            "n": counts,
            "estimate": estimate,
            "low": np.tanh(np.arctanh(estimate) - reach),
            "high": np.tanh(np.arctanh(estimate) + reach),
            "p": tail_share(size, draws),
            "p_adjusted": step_down(size, draws),
        },
        index=pd.MultiIndex.from_tuples(cells, names=["group", "lag"]),
    )
    differences = _differences(estimate, influence, names, shifts, replicates, seed, workers)
    leader, follower = named(x, "x"), named(y, "y")
    return GroupedCorrelation(
        label=f"{leader} and {follower}: cross-correlation by group",
        null=f"{leader} and {follower} are uncorrelated at the lag within the group",
        alternative=f"{leader} leads at a positive lag, {follower} at a negative one",
        method=f"prewhitened; robust statistics with {replicates} joint draws of random signs; "
        "jackknife intervals and differences on Fisher's scale",
        n=len(unit),
        first=frame.index[cut],
        last=frame.index[-1],
        level=level,
        run=RunInfo.capture(seed, frame),
        leader=leader,
        follower=follower,
        table=table,
        differences=differences,
        p_difference=float(differences["p_adjusted"].min()) if len(differences) else float("nan"),
    )


def _labels(
    groups: pd.Series | Mapping[str, tuple[DateLike, DateLike]], index: pd.DatetimeIndex
) -> np.ndarray:
    if isinstance(groups, pd.Series):
        daily_index(groups.index, "groups")
        return groups.reindex(index).to_numpy(dtype=object)
    if not isinstance(groups, Mapping):
        raise InputError(
            "`groups` must be a Series of labels or a mapping of name to (start, end), got "
            f"{type(groups).__name__}."
        )
    labels = np.full(len(index), None, dtype=object)
    for name, (start, end) in groups.items():
        inside = (index >= to_day(start, f"start of {name}")) & (
            index <= to_day(end, f"end of {name}")
        )
        if any(label is not None for label in labels[inside]):
            raise InputError(f"The span of {name!r} overlaps another one; make them disjoint.")
        labels[inside] = str(name)
    return labels


def _moments(
    unit: FloatArray, members: dict[str, BoolArray], cells: list[tuple[str, int]]
) -> tuple[FloatArray, FloatArray, FloatArray, IntArray]:
    n = len(unit)
    estimate, counts = np.empty(len(cells)), np.empty(len(cells), dtype=np.int64)
    product, influence = np.zeros((n, len(cells))), np.zeros((n, len(cells)))
    for column, (name, lag) in enumerate(cells):
        later = np.arange(abs(lag), n)
        later = later[members[name][later]]
        counts[column] = later.size
        if later.size < _LEAST:
            raise InputError(
                f"The group {name!r} has {later.size} pairs of days at lag {lag:+d}; at least "
                f"{_LEAST} are needed: merge groups or shorten `lags`."
            )
        a, b = unit[later - max(lag, 0), 0], unit[later - max(-lag, 0), 1]
        _require_own_movement(a, b, name, lag)
        a, b = (a - a.mean()) / a.std(), (b - b.mean()) / b.std()
        r = float((a * b).mean())
        estimate[column] = r
        product[later, column] = a * b
        influence[later, column] = _jackknifed(a, b)
    return estimate, product, influence, counts


def _require_own_movement(a: FloatArray, b: FloatArray, group: str, lag: int) -> None:
    found = dependence(np.column_stack([a, b]))
    if found is not None:
        place, parts = found
        words = "`x` and `y` move as one" if parts else f"`{'xy'[place]}` does not move"
        raise InputError(
            f"{words} at lag {lag:+d} within the group {group!r}; leave the group out, or merge it."
        )


def _jackknifed(a: FloatArray, b: FloatArray) -> FloatArray:
    # Change of Fisher's z when a pair is left out, scaled so that the squares add up to the
    # jackknife variance (Efron & Tibshirani 1993, eq. 11.5): a first-order influence would let a
    # single large pair shrink its own standard error.
    n = a.size
    shrink = n / (n - 1)
    left = (a @ b - shrink * a * b) / np.sqrt((n - shrink * a * a) * (n - shrink * b * b))
    z = np.arctanh(np.clip(left, -0.999999, 0.999999))
    change: FloatArray = (z.mean() - z) * np.sqrt((n - 1) / n)
    return change


def _differences(
    estimate: FloatArray,
    influence: FloatArray,
    names: list[str],
    shifts: IntArray,
    replicates: int,
    seed: Seed,
    workers: int,
) -> pd.DataFrame:
    width = len(shifts)
    pairs = list(combinations(range(len(names)), 2))
    index = pd.MultiIndex.from_tuples(
        [(names[i], names[j], int(lag)) for i, j in pairs for lag in shifts],
        names=["first", "second", "lag"],
    )
    if not pairs:
        return pd.DataFrame({"estimate": [], "p": [], "p_adjusted": []}, index=index)
    first = np.concatenate([np.arange(i * width, (i + 1) * width) for i, _ in pairs])
    second = np.concatenate([np.arange(j * width, (j + 1) * width) for _, j in pairs])
    terms = influence[:, first] - influence[:, second]
    scale = np.sqrt(np.square(terms).sum(axis=0))
    draws = np.abs(sign_draws(terms / scale, replicates, seed=seed, path=(2,), workers=workers))
    size = np.abs(np.arctanh(estimate[first]) - np.arctanh(estimate[second])) / scale
    return pd.DataFrame(
        {
            "estimate": estimate[first] - estimate[second],
            "p": tail_share(size, draws),
            "p_adjusted": step_down(size, draws),
        },
        index=index,
    )
