"""Coins across vendors: proposed by price, confirmed by price, never by symbol alone.

A symbol is reused (LUNA, SOL1-USD), a slug is renamed (raiblocks, nano), a name changes
(Fantom, Sonic). Two daily price series of one coin, however, agree to a percent or two on
hundreds of days and two different coins do not. So a match is searched among *all* reference
series by the median distance of log prices, and accepted only with the agreement of levels and
of daily returns; the symbol decides between equals (a coin and its wrapped copies) and relaxes
nothing but the number of days that are needed.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import rankdata

from altrotation._guarded import guarded
from altrotation.aliases import BoolArray, FloatArray, IntArray
from altrotation.validate import require_same_dates

__all__ = ["MatchRule", "log_prices", "match_by_price"]


@guarded
@dataclass(frozen=True, slots=True, kw_only=True)
class MatchRule:
    """What two price series must share to be called one coin.

    Parameters
    ----------
    distance, distance_unnamed : float, default 0.03 and 0.02
        Largest median absolute difference of log prices on common days, where the names (symbol or
        slug) agree and where they do not; vendors of one liquid coin differ by under one percent.
    days, days_unnamed : int, default 10 and 40
        Least number of common days.
    correlation, correlation_unnamed : float, default 0.70 and 0.85
        Least rank correlation (Spearman) of daily log returns: ranks, so that a vendor's few bad
        values do not decide.
    conclusive : int, default 250
        Common days from which agreement of names and levels needs no correlation.
    variability : float, default 0.10
        Least standard deviation of the log price on common days for a match without name: two
        pegged coins agree on every day and prove nothing.
    """

    distance: float = 0.03
    distance_unnamed: float = 0.02
    days: int = 10
    days_unnamed: int = 40
    correlation: float = 0.70
    correlation_unnamed: float = 0.85
    conclusive: int = 250
    variability: float = 0.10


@guarded
def match_by_price(
    foreign: pd.DataFrame,
    reference: pd.DataFrame,
    *,
    foreign_symbols: pd.Series,
    reference_symbols: pd.Series,
    rule: MatchRule | None = None,
    stride: int = 7,
    shortlist: int = 5,
) -> pd.DataFrame:
    """Return, for each series of `foreign`, the series of `reference` that is the same coin.

    Parameters
    ----------
    foreign, reference : DataFrame of shape (n_days, n_series)
        Daily closes in USD on the same UTC index, one column a series; NaN where missing.
    foreign_symbols, reference_symbols : Series
        Upper-case symbols by column, empty where unknown.
    rule : MatchRule, optional
        Thresholds; the default rule if left out.
    stride : int, default 7
        The search looks at every seventh day; the confirmation at all days.
    shortlist : int, default 5
        Nearest candidates that are confirmed in full, beside those with the same name.

    Returns
    -------
    DataFrame
        One row for each foreign series: `foreign_id`, `id` (missing if no match), `name_agrees`
        (symbol or slug), `days`, `distance`, `correlation`, `variability` and `verdict`
        ("matched", or why not).

    Raises
    ------
    InputError
        If the two frames are not on the same dates.
    """
    rule = rule or MatchRule()
    require_same_dates(foreign, reference)
    theirs, ours = log_prices(foreign), log_prices(reference)
    symbols = reference_symbols.astype(object).reindex(reference.columns).fillna("").to_numpy()
    slugs = np.array([_plain(coin) for coin in reference.columns], dtype=object)
    history = np.isfinite(ours).sum(axis=0)
    search = ours.astype(np.float32)
    rows = []
    for column, name in enumerate(foreign.columns):
        symbol = str(foreign_symbols.get(name, ""))
        same = ((symbols == symbol) & (symbol != "")) | (slugs == _plain(name))
        candidates = _nearest(theirs[:, column], search, stride, shortlist)
        candidates = np.union1d(candidates, np.flatnonzero(same)).astype(np.int64)
        rows.append(
            {
                "foreign_id": name,
                **_confirm(theirs[:, column], ours, candidates, same, history, rule),
            }
        )
    table = pd.DataFrame(rows)
    position = table.pop("position").to_numpy()
    names = [*reference.columns, None]
    ids = pd.Series([names[k] for k in position], dtype=object)
    table.insert(1, "id", ids)
    return table


def log_prices(frame: pd.DataFrame) -> FloatArray:
    """Return natural logs of prices; NaN where there is none, or none above zero."""
    values = frame.to_numpy(dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(values > 0, np.log(values), np.nan)


def _plain(name: object) -> str:
    return str(name).lower().replace("-", "").replace("_", "")


def _nearest(series: FloatArray, ours: NDArray[np.float32], stride: int, size: int) -> IntArray:
    """Return the `size` columns nearest to `series` by mean distance, each day's cut at a half."""
    rows = np.flatnonzero(np.isfinite(series))
    if not len(rows):
        return np.empty(0, dtype=np.int64)
    rows = rows[:: max(1, min(stride, len(rows) // 20))]
    gap = np.minimum(np.abs(ours[rows] - series[rows, None].astype(np.float32)), 0.5)
    count = np.isfinite(gap).sum(axis=0)
    mean = np.nansum(gap, axis=0) / np.maximum(count, 1)
    mean[count < 4] = np.inf
    order = np.argsort(mean, kind="stable")[:size]
    return np.asarray(order[np.isfinite(mean[order])], dtype=np.int64)


def _confirm(
    series: FloatArray,
    ours: FloatArray,
    candidates: IntArray,
    same: BoolArray,
    history: IntArray,
    rule: MatchRule,
) -> dict[str, object]:
    found: list[tuple[tuple[object, ...], dict[str, object]]] = []
    for position in candidates:
        facts = _evidence(series, ours[:, position])
        agrees = bool(same[position])
        verdict = _verdict(facts, agrees, rule)
        row = {"position": position, "name_agrees": agrees, **facts, "verdict": verdict}
        # Of several that match, the original is older than its wrapped and bridged copies.
        nearness = facts["distance"] if np.isfinite(facts["distance"]) else np.inf
        age = -int(history[position]) if verdict == "matched" else 0
        rank = (verdict != "matched", not agrees, age, nearness)
        found.append((rank, row))
    if not found:
        return {"position": -1, "name_agrees": False, "days": 0, "verdict": "no common days"}
    best = min(found, key=lambda item: item[0])[1]
    return best if best["verdict"] == "matched" else {**best, "position": -1}


def _evidence(a: FloatArray, b: FloatArray) -> dict[str, float]:
    both = np.isfinite(a) & np.isfinite(b)
    days = int(both.sum())
    if days < 3:
        return {
            "days": days,
            "distance": np.nan,
            "correlation": np.nan,
            "variability": np.nan,
        }
    distance = float(np.median(np.abs(a[both] - b[both])))
    ra, rb = np.diff(a), np.diff(b)
    moves = np.isfinite(ra) & np.isfinite(rb)
    correlation = np.nan
    if moves.sum() >= 8 and distance < 0.1:  # further apart it decides nothing
        ranks_a, ranks_b = rankdata(ra[moves]), rankdata(rb[moves])
        if ranks_a.std() > 0 and ranks_b.std() > 0:
            correlation = float(np.corrcoef(ranks_a, ranks_b)[0, 1])
    return {
        "days": days,
        "distance": distance,
        "correlation": correlation,
        "variability": float(b[both].std()),
    }


def _verdict(facts: dict[str, float], named: bool, rule: MatchRule) -> str:
    need = rule.days if named else rule.days_unnamed
    if facts["days"] < need:
        return f"{facts['days']} common days, {need} needed"
    if not facts["distance"] <= (rule.distance if named else rule.distance_unnamed):
        return f"levels differ by {facts['distance']:.3f} log points"
    if facts["variability"] < rule.variability:
        return "matched" if named else "pegged or flat, names differ"
    least = rule.correlation if named else rule.correlation_unnamed
    if not facts["correlation"] >= least and not (named and facts["days"] >= rule.conclusive):
        return f"returns correlate {facts['correlation']:.2f}"
    return "matched"
