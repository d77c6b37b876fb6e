"""Whether detectors agree, whether one leads another, and how much hangs on their parameters."""

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd
from scipy.stats import binom

from altrotation._guarded import guarded
from altrotation.aliases import FloatArray, IntArray
from altrotation.errors import InputError
from altrotation.regimes.paths import StatePath
from altrotation.validate import require_at_least, require_between, require_choice, require_count
from altrotation.variation import resolved

__all__ = ["adjusted_rand", "agreement", "lead", "rand_index", "sensitivity"]


@guarded
def rand_index(a: IntArray, b: IntArray) -> float:
    """Return the adjusted Rand index of two labellings of the same rows.

    Hubert & Arabie (1985): the share of pairs of rows on which they agree, less what chance would
    give, over the most there could be: 1 for the same division under any names, about 0 for
    unrelated ones.

    Parameters
    ----------
    a, b : int array of shape (n,)

    Returns
    -------
    float
        NaN if there are fewer than two rows, or both labellings have one label only.

    Raises
    ------
    InputError
        If the shapes differ.
    """
    if a.shape != b.shape or a.ndim != 1:
        raise InputError(f"The labellings must have one shape (n,), got {a.shape} and {b.shape}.")
    if len(a) < 2:
        return math.nan
    _, rows = np.unique(a, return_inverse=True)
    _, columns = np.unique(b, return_inverse=True)
    table = np.zeros((rows.max() + 1, columns.max() + 1))
    np.add.at(table, (rows, columns), 1.0)
    together = _pairs(table).sum()
    of_rows, of_columns = _pairs(table.sum(axis=1)).sum(), _pairs(table.sum(axis=0)).sum()
    # the adjustment of Hubert & Arabie (1985)
    expected = of_rows * of_columns / math.comb(len(a), 2)
    most = (of_rows + of_columns) / 2
    if not resolved(abs(most - expected), most):
        return math.nan
    return float((together - expected) / (most - expected))


@guarded
def adjusted_rand(first: StatePath, second: StatePath) -> float:
    """Return the adjusted Rand index over the days on which both states are known.

    Parameters
    ----------
    first, second : FilteredRegime or SmoothedRegime
        On any dates; those in common count.

    Returns
    -------
    float
        NaN if there are fewer than two such days, or both paths have one state only on them.
    """
    a, b, _ = _common(first, second)
    return rand_index(a, b)


@guarded
def agreement(paths: Mapping[str, StatePath]) -> pd.DataFrame:
    """Return the adjusted Rand index of every pair of detectors.

    Parameters
    ----------
    paths : mapping of str to FilteredRegime or SmoothedRegime
        At least two. Numbers and names of states may differ.

    Returns
    -------
    DataFrame of shape (n_paths, n_paths)
        1 on the diagonal; NaN for a pair without common days.

    Raises
    ------
    InputError
        If there are fewer than two paths.
    """
    require_at_least(len(paths), 2, "number of paths")
    names = list(paths)
    table = pd.DataFrame(np.eye(len(names)), index=names, columns=names)
    for i, one in enumerate(names):
        for other in names[i + 1 :]:
            value = adjusted_rand(paths[one], paths[other])
            table.loc[one, other] = table.loc[other, one] = value
    return table


@guarded
def lead(
    first: StatePath,
    second: StatePath,
    *,
    state: str,
    second_state: str | None = None,
    within: int = 120,
    level: float = 0.95,
) -> pd.DataFrame:
    """Measure by how many days one detector enters a state before another.

    Each entry of `second` is matched with the nearest entry of `first` at most `within` days away;
    an entry of `first` is used once.

    Parameters
    ----------
    first, second : FilteredRegime or SmoothedRegime
    state : str
        Of `first`.
    second_state : str, optional
        Of `second`; `state` when left out.
    within : int, default 120
        Days: the longest horizon of the outcomes.
    level : float, default .95
        Of the interval of the median, from order statistics (exact for independent matches).

    Returns
    -------
    DataFrame
        One row: matched (entries), unmatched_first, unmatched_second, median (days by which
        `first` comes before `second`), low, high (NaN where so few matches bound no median at that
        level), share_first (of the matches in which `first` comes strictly before).

    Raises
    ------
    InputError
        If `state` is no state of `first`.
    InputError
        If `second_state` is no state of `second`.
    InputError
        If `within` < 0.
    InputError
        If `level` does not lie between 0 and 1.
    """
    require_choice(state, first.states, "state")
    other = state if second_state is None else second_state
    require_choice(other, second.states, "second_state")
    require_count(within, 0, "within")
    require_between(level, 0.0, 1.0, "level")
    mine, theirs = _entries(first, state), _entries(second, other)
    gaps = np.array([(late - early).days for late in theirs for early in mine], dtype=np.int64)
    order = np.argsort(np.abs(gaps), kind="stable")
    taken_mine: set[int] = set()
    taken_theirs: set[int] = set()
    leads = []
    for pair in order:
        late, early = divmod(int(pair), len(mine))
        if abs(gaps[pair]) > within:
            break
        if early in taken_mine or late in taken_theirs:
            continue
        taken_mine.add(early)
        taken_theirs.add(late)
        leads.append(float(gaps[pair]))
    ranked = np.sort(np.array(leads))
    low, high = _median_interval(ranked, level)
    return pd.DataFrame(
        {
            "matched": [len(leads)],
            "unmatched_first": [len(mine) - len(leads)],
            "unmatched_second": [len(theirs) - len(leads)],
            "median": [float(np.median(ranked)) if len(ranked) else math.nan],
            "low": [low],
            "high": [high],
            "share_first": [float((ranked > 0).mean()) if len(ranked) else math.nan],
        },
        index=[f"{first.detector} before {second.detector}"],
    )


@guarded
def sensitivity(
    detect: Callable[[float], StatePath], values: Sequence[float], *, reference: float
) -> pd.DataFrame:
    """Return what a detector's path becomes when one parameter moves.

    Parameters
    ----------
    detect : callable
        From a value of the parameter to the path.
    values : sequence of float
    reference : float
        The value the others are compared with.

    Returns
    -------
    DataFrame
        One row a value: switches, days known, agreement (adjusted Rand with the reference), and
        invalid (the reason, or empty).
    """
    base = detect(reference)
    rows = []
    for value in values:
        path = base if value == reference else detect(value)
        rows.append(
            {
                "switches": len(path.switches()),
                "known": int((path.codes >= 0).sum()),
                "agreement": adjusted_rand(base, path),
                "invalid": path.invalid or "",
            }
        )
    return pd.DataFrame(rows, index=pd.Index(values, name="value"))


def _common(first: StatePath, second: StatePath) -> tuple[IntArray, IntArray, pd.DatetimeIndex]:
    shared = first.dates.intersection(second.dates)
    a = first.codes[first.dates.get_indexer(shared)]
    b = second.codes[second.dates.get_indexer(shared)]
    known = (a >= 0) & (b >= 0)
    return a[known], b[known], shared[known]


def _entries(path: StatePath, state: str) -> list[pd.Timestamp]:
    """Return the days on which `state` is entered from another known state."""
    code = path.states.index(state)
    known = np.flatnonzero(path.codes >= 0)
    inside = path.codes[known] == code
    entered = np.flatnonzero(inside[1:] & ~inside[:-1]) + 1
    return list(path.dates[known[entered]])


def _median_interval(ranked: FloatArray, level: float) -> tuple[float, float]:
    n = len(ranked)
    # P(x_(j) <= median <= x_(n+1-j)) = 1 - 2 P(Binomial(n, 1/2) < j); David & Nagaraja (2003) 7.1
    rank = int(binom.ppf((1 - level) / 2, n, 0.5)) if n else 0
    if rank < 1 or 2 * binom.cdf(rank - 1, n, 0.5) > 1 - level:
        return math.nan, math.nan
    return float(ranked[rank - 1]), float(ranked[n - rank])


def _pairs(counts: FloatArray) -> FloatArray:
    half: FloatArray = counts * (counts - 1) / 2
    return half
