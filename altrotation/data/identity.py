"""Identity of coins across vendors: proposed by price, confirmed by price, never by symbol alone.

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
from scipy.stats import rankdata

from altrotation.aliases import BoolArray, FloatArray, IntArray
from altrotation.validate import require_same_dates

__all__ = ["MatchRule", "identify_ranked", "match_by_price"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchRule:
    """What two price series must share to be called one coin.

    Parameters
    ----------
    distance : float, default 0.03
        Largest median absolute difference of log prices on common days (vendors of one liquid
        coin differ by well under one percent).
    correlation : float, default 0.8
        Least rank correlation (Spearman) of daily log returns on common days; ranks, so that a
        vendor's few bad values do not decide.
    days : int, default 10
        Least number of common days where the symbols agree.
    days_without_symbol : int, default 90
        The same where the symbols differ or are unknown.
    variability : float, default 0.10
        Least standard deviation of the log price on common days for a match without symbol: two
        pegged coins agree on every day and prove nothing.
    """

    distance: float = 0.03
    correlation: float = 0.8
    days: int = 10
    days_without_symbol: int = 90
    variability: float = 0.10


def match_by_price(
    foreign: pd.DataFrame,
    reference: pd.DataFrame,
    *,
    foreign_symbols: pd.Series,
    reference_symbols: pd.Series,
    rule: MatchRule | None = None,
    stride: int = 5,
    shortlist: int = 8,
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
    stride : int, default 5
        The search looks at every fifth day; the confirmation at all days.
    shortlist : int, default 8
        Nearest candidates that are confirmed in full, beside those with the same symbol.

    Returns
    -------
    DataFrame
        One row for each foreign series: `foreign_id`, `id` (missing if no match), `symbol_agrees`,
        `days`, `distance`, `correlation`, `variability` and `verdict` ("matched", or why not).

    Raises
    ------
    InputError
        If the two frames are not on the same dates.
    """
    rule = rule or MatchRule()
    require_same_dates(foreign, reference)
    theirs, ours = _log(foreign), _log(reference)
    symbols = reference_symbols.reindex(reference.columns).fillna("").to_numpy()
    history = np.isfinite(ours).sum(axis=0)
    rows = []
    for column, name in enumerate(foreign.columns):
        symbol = str(foreign_symbols.get(name, ""))
        same = (symbols == symbol) & (symbol != "")
        candidates = _nearest(theirs[:, column], ours, stride, shortlist)
        candidates = np.union1d(candidates, np.flatnonzero(same)).astype(np.int64)
        rows.append(
            {
                "foreign_id": name,
                **_confirm(theirs[:, column], ours, candidates, same, history, rule),
            }
        )
    table = pd.DataFrame(rows)
    position = table.pop("position").to_numpy()
    ids = np.append(reference.columns.to_numpy(dtype=object), None)[position]
    table.insert(1, "id", ids)
    return table


def identify_ranked(
    ranked: pd.DataFrame, close: pd.DataFrame, symbols: pd.Series, *, tolerance: float = 0.1
) -> pd.DataFrame:
    """Return the coin behind each row of a ranked list, by symbol or hint and price on the day.

    Parameters
    ----------
    ranked : DataFrame
        Columns `date`, `symbol`, `name`, `price` (USD), and optionally `hint` (a coin id somebody
        proposed).
    close : DataFrame of shape (n_days, n_coins)
        Daily closes by coin id.
    symbols : Series
        Every upper-case symbol known for a coin: index coin id (repeated), value symbol.
    tolerance : float, default 0.1
        Largest absolute difference between the log of the ranked price and of that day's close.

    Returns
    -------
    DataFrame
        `id` (missing where nothing agrees), `gap` (log ranked price minus log close of the chosen
        coin on the day, NaN where it has no close that day) and `evidence`: "price on the day",
        "price on other days" (same name and symbol, the same coin agreed on the nearest day on
        which both had a price) or "none". On the index of `ranked`.
    """
    by_symbol: dict[str, list[str]] = {}
    for coin, symbol in symbols.items():
        by_symbol.setdefault(str(symbol), []).append(str(coin))
    columns = {coin: k for k, coin in enumerate(close.columns)}
    values = _log(close)
    at = close.index.get_indexer(pd.DatetimeIndex(ranked["date"]))
    prices = np.log(ranked["price"].to_numpy(dtype=float))
    hints = ranked["hint"].tolist() if "hint" in ranked else [None] * len(ranked)
    chosen: list[str | None] = []
    gaps = np.full(len(ranked), np.nan)
    for k, (symbol, hint) in enumerate(zip(ranked["symbol"].astype(str), hints, strict=True)):
        candidates = set(by_symbol.get(symbol.upper(), ()))
        if isinstance(hint, str) and hint:
            candidates.add(hint)
        known = sorted(c for c in candidates if c in columns)
        best, gap = _closest(known, columns, values, at[k], prices[k])
        agrees = abs(gap) <= tolerance
        chosen.append(best if agrees else None)
        gaps[k] = gap if agrees else np.nan
    result = pd.DataFrame({"id": pd.Series(chosen, dtype=object).to_numpy(), "gap": gaps})
    result.index = ranked.index
    result["evidence"] = np.where(result["id"].notna(), "price on the day", "none")
    return _from_other_days(result, ranked, close, at)


# -- internals -----------------------------------------------------------------------------------


def _log(frame: pd.DataFrame) -> FloatArray:
    values = frame.to_numpy(dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(values > 0, np.log(values), np.nan)


def _nearest(series: FloatArray, ours: FloatArray, stride: int, size: int) -> IntArray:
    rows = np.flatnonzero(np.isfinite(series))
    if not len(rows):
        return np.empty(0, dtype=np.int64)
    step = max(1, min(stride, len(rows) // 20))
    rows = rows[::step][-400:]
    gap = np.abs(ours[rows] - series[rows, None])
    count = np.isfinite(gap).sum(axis=0)
    median = np.full(gap.shape[1], np.inf)
    enough = count >= 5
    if enough.any():
        median[enough] = np.nanmedian(gap[:, enough], axis=0)
    order = np.argsort(median, kind="stable")[:size]
    return np.asarray(order[np.isfinite(median[order])], dtype=np.int64)


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
        row = {"position": position, "symbol_agrees": agrees, **facts, "verdict": verdict}
        # Of several that match, the original is older than its wrapped and bridged copies.
        nearness = facts["distance"] if np.isfinite(facts["distance"]) else np.inf
        age = -int(history[position]) if verdict == "matched" else 0
        rank = (verdict != "matched", not agrees, age, nearness)
        found.append((rank, row))
    if not found:
        return {"position": -1, "symbol_agrees": False, "days": 0, "verdict": "no common days"}
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
    if moves.sum() >= 8:
        ranks_a, ranks_b = rankdata(ra[moves]), rankdata(rb[moves])
        if ranks_a.std() > 0 and ranks_b.std() > 0:
            correlation = float(np.corrcoef(ranks_a, ranks_b)[0, 1])
    return {
        "days": days,
        "distance": distance,
        "correlation": correlation,
        "variability": float(b[both].std()),
    }


def _verdict(facts: dict[str, float], symbol_agrees: bool, rule: MatchRule) -> str:
    need = rule.days if symbol_agrees else rule.days_without_symbol
    if facts["days"] < need:
        return f"{facts['days']} common days, {need} needed"
    if not facts["distance"] <= rule.distance:
        return f"levels differ by {facts['distance']:.3f} log points"
    pegged = facts["variability"] < rule.variability
    if pegged:
        return "matched" if symbol_agrees else "pegged or flat, symbol differs"
    if not facts["correlation"] >= rule.correlation:
        return f"returns correlate {facts['correlation']:.2f}"
    return "matched"


def _closest(
    known: list[str], columns: dict[str, int], values: FloatArray, row: int, price: float
) -> tuple[str | None, float]:
    best, least = None, np.inf
    for coin in known if row >= 0 else ():
        gap = price - values[row, columns[coin]]
        if np.isfinite(gap) and abs(gap) < abs(least):
            best, least = coin, gap
    return best, float(least)


def _from_other_days(
    result: pd.DataFrame, ranked: pd.DataFrame, close: pd.DataFrame, at: IntArray
) -> pd.DataFrame:
    """Where the price of the day is missing, take the coin of the same name on the nearest day."""
    keys = ranked["symbol"].astype(str) + "|" + ranked["name"].astype(str)
    dates = pd.DatetimeIndex(ranked["date"])
    finite = {coin: np.isfinite(close[coin].to_numpy()) for coin in result["id"].dropna().unique()}
    ids, evidence = result["id"].to_numpy(dtype=object), result["evidence"].to_numpy(dtype=object)
    for _, rows in ranked.groupby(keys, observed=True).indices.items():
        known = [k for k in rows if evidence[k] == "price on the day"]
        if not known or len(known) == len(rows):
            continue
        for k in rows:
            if evidence[k] == "price on the day":
                continue
            nearest = min(known, key=lambda j, k=k: abs(dates[j] - dates[k]))  # type: ignore[misc]
            coin = ids[nearest]
            if at[k] >= 0 and finite[coin][at[k]]:
                continue  # it has a price that day, and it disagrees
            ids[k], evidence[k] = coin, "price on other days"
    return result.assign(id=ids, evidence=evidence)
