"""Unlock claims: what tokens do relative to their tier after scheduled supply is released."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.aliases import FloatArray, IntArray
from altrotation.claims.card import ClaimCard
from altrotation.claims.estimators.effects import outcome_levels
from altrotation.claims.estimators.finding import Finding
from altrotation.claims.specs import UnlocksSpec
from altrotation.data.coins.table import CoinTable, load_coins
from altrotation.data.coins.universe import Universe, load_universe
from altrotation.data.panel import Panel
from altrotation.data.raw.archive import open_archive
from altrotation.errors import CardError, InputError
from altrotation.inference.bootstrap import basic_interval
from altrotation.inference.permutation import randomisation_test
from altrotation.inference.power import detectable_from_null
from altrotation.inference.results import Evidence, RunInfo
from altrotation.rng import generator

__all__ = ["estimate_unlocks", "match_protocols"]

_TIERS = ("large", "mid", "small")
_FARTHEST = 365  # days of the shifts either way
_LEAST = 0.5  # of the windows: a shift that keeps fewer is no like sample
_REPLICATES = 4999
_METHOD = "bootstrap of calendar months"


@guarded
def estimate_unlocks(
    card: ClaimCard, panel: Panel, *, brief: bool = False, archive: Path | None = None
) -> Finding:
    """Return the mean gap between a token and its tier after large cliff unlocks.

    Every unlock is moved by the same number of days, from one to 365 either way, for the null;
    an unlock without a complete window there is dropped, the statistic scaled by the root of the
    number kept, and a shift that keeps fewer than half left out. The interval resamples calendar
    months of unlocks.

    Parameters
    ----------
    card : ClaimCard
    panel : Panel
        With the tier indexes.
    brief : bool, default False
        The judged horizon alone stands in the evidence.
    archive : Path, optional
        Folder of the raw archive, for coin-level prices and the schedules.

    Raises
    ------
    CardError
        If the card is no unlocks card.
    InputError
        If there is no archive, or no unlock has a complete window.
    """
    spec = card.design
    if not isinstance(spec, UnlocksSpec):
        raise CardError(f"{card.id} is a {card.kind} card, not one of unlocks.")
    if archive is None:
        raise InputError(
            "The panel holds no single coins and no unlock schedules; judge this claim on the raw "
            "archive with --archive."
        )
    source = _source(str(archive))
    unlocks = _unlocks(source, spec)
    gaps, tokens = _gaps(source, panel)
    places = np.array([tokens[name] for name in unlocks["id"]], dtype=np.int64)
    rows = gaps.dates.get_indexer(pd.DatetimeIndex(unlocks["date"]))
    shifts = np.concatenate([[0], np.arange(-_FARTHEST, 0), np.arange(1, _FARTHEST + 1)])
    start = rows[None, :] + shifts[:, None] + spec.delay - spec.before
    cells = [_means(gaps.values, start, places, days) for days in spec.horizons]
    means, counts, windows = (np.stack(part, axis=-1) for part in zip(*cells, strict=True))
    if counts[0].min() < 2:
        raise InputError(f"Fewer than two unlocks from {spec.start} have a complete window.")
    like = (counts >= _LEAST * counts[0]).all(axis=1)  # the unshifted dates are
    means, counts = means[like], counts[like]
    centre = means.mean(axis=0)
    null = (means[1:] - centre) * np.sqrt(counts[1:] / counts[0])
    test = randomisation_test(means[0] - centre, null)
    months = pd.DatetimeIndex(unlocks["date"]).to_period("M").asi8
    run = RunInfo.capture(card.seed, means, counts)
    evidence, table, narrow = [], [], None
    for j, days in enumerate(spec.horizons):
        noise = _month_noise(windows[:, j], months, card.seed)
        interval = basic_interval(float(means[0, j]), noise, level=0.95, method=_METHOD)
        if days == spec.horizon:
            narrow = basic_interval(float(means[0, j]), noise, level=0.90, method=_METHOD)
        detectable = detectable_from_null(null[:, j])
        complete = np.isfinite(windows[:, j])
        item = Evidence(
            label=f"token less tier over {days} days, {int(counts[0, j])} unlocks of "
            f"{len(set(places[complete]))} tokens",
            null=card.null,
            alternative=card.alternative,
            estimate=float(means[0, j]),
            unit=card.unit,
            interval=interval,
            p_value=float(test.p_value[j]),
            p_adjusted=float(test.p_adjusted[j]),
            family=card.family,
            p_attainable=1.0 / (len(null) + 1),
            n_events=int(counts[0, j]),
            n_effective=float(len(set(months[complete]))),
            minimum_detectable_effect=float(detectable),
            run=run,
        )
        evidence.append(item)
        table.append(
            {
                "outcome": "token less tier",
                "horizon": days,
                "estimate": item.estimate,
                "low": interval.low,
                "high": interval.high,
                "p_value": item.p_value,
                "p_adjusted": item.p_adjusted,
                "n_events": item.n_events,
                "claimed": card.side,
            }
        )
    place = spec.horizons.index(spec.horizon)
    return Finding(
        evidence=evidence[place],
        interval90=narrow,
        table=pd.DataFrame(table),
        place=place,
        others=() if brief else (*evidence[:place], *evidence[place + 1 :]),
    )


def match_protocols(events: pd.DataFrame, coins: pd.DataFrame) -> dict[str, str]:
    """Return the coin of every protocol of an unlock table that can be told without a symbol.

    A protocol is a coin if its token id names the coin, or if its name, letters and digits only,
    is the id or the name of exactly one coin.

    Parameters
    ----------
    events : DataFrame
        `protocol` and `token_id`.
    coins : DataFrame
        Index coin id; `name`.

    Returns
    -------
    dict
        Coin id by protocol; protocols without a match are left out.
    """
    by_name: dict[str, set[str]] = {}
    for coin, name in coins["name"].items():
        for text in (str(coin), str(name) if pd.notna(name) else ""):
            if _plain(text):
                by_name.setdefault(_plain(text), set()).add(str(coin))
    found = {}
    pairs = events[["protocol", "token_id"]].astype("str").drop_duplicates()
    for protocol, token in pairs.itertuples(index=False):
        named = token.removeprefix("coingecko:")
        same = by_name.get(_plain(protocol), set())
        if token.startswith("coingecko:") and named in coins.index:
            found[protocol] = named
        elif len(same) == 1:
            found[protocol] = next(iter(same))
    return found


@dataclass(frozen=True, slots=True, eq=False)
class _Source:
    coins: CoinTable
    universe: Universe
    unlocks: pd.DataFrame


@dataclass(frozen=True, slots=True, eq=False)
class _Gaps:
    dates: pd.DatetimeIndex
    values: FloatArray


@lru_cache(maxsize=1)
def _source(folder: str) -> _Source:
    archive = open_archive(folder)
    coins = load_coins(archive)
    return _Source(coins, load_universe(archive, coins), archive.table("token_unlock_events"))


def _unlocks(source: _Source, spec: UnlocksSpec) -> pd.DataFrame:
    """Return date and coin of the cliff unlocks that qualify, in a tier at the time."""
    table = source.unlocks
    ids = match_protocols(table, source.coins.coins)
    table = table.assign(id=table["protocol"].astype("str").map(ids)).dropna(subset=["id"])
    cliffs = table[table["type"].astype("str") == "cliff"]
    sums = cliffs.groupby(["id", "date"], observed=True)["pct_of_scheduled_total"].sum()
    days = sums[(sums >= spec.share) & (sums <= spec.most)].reset_index()
    gap = days.groupby("id")["date"].diff().dt.days
    inside = days["date"].between(pd.Timestamp(spec.start), pd.Timestamp(spec.end))
    chosen = days[inside & ~(gap <= spec.gap)]
    known = _tier_of(source.universe)
    month = chosen["date"].dt.to_period("M").dt.to_timestamp()
    held = [
        (first, coin) in known and day in source.coins.dates
        for first, coin, day in zip(month, chosen["id"], chosen["date"], strict=True)
    ]
    if not any(held):
        raise InputError(f"No unlock of {spec.share:g} % from {spec.start} is of a coin in a tier.")
    return pd.DataFrame(chosen[held]).reset_index(drop=True)


def _tier_of(universe: Universe) -> Mapping[tuple[pd.Timestamp, str], str]:
    """Return the tier by month of decision and coin."""
    found = {}
    for tier in _TIERS:
        members = universe.tier(tier).members
        for decided, coin in zip(members["decided"], members["id"], strict=True):
            found[(pd.Timestamp(decided), str(coin))] = tier
    return found


def _gaps(source: _Source, panel: Panel) -> tuple[_Gaps, dict[str, int]]:
    """Return the cumulative log gap of every coin to its tier of the day, and columns by coin."""
    dates = source.coins.dates
    steps = pd.DataFrame(np.log(source.coins.close)).diff()
    tiers = pd.DataFrame(np.log(outcome_levels(panel, _TIERS).reindex(dates))).diff()
    columns = {str(name): i for i, name in enumerate(steps.columns)}
    month = dates.to_period("M").to_timestamp()
    codes = np.full(steps.shape, np.nan)
    for (decided, coin), tier in _tier_of(source.universe).items():
        if coin in columns:
            first, last = month.searchsorted(decided), month.searchsorted(decided, side="right")
            codes[first:last, columns[coin]] = _TIERS.index(tier)
    # A coin that has left the tiers is held against the last one it was in.
    kept = pd.DataFrame(codes).ffill().to_numpy()
    known = ~np.isnan(kept)
    benchmark = np.full(steps.shape, np.nan)
    rows, cols = np.nonzero(known)
    benchmark[rows, cols] = tiers.to_numpy()[rows, kept[known].astype(np.int64)]
    return _Gaps(dates, steps.to_numpy(np.float64) - benchmark), columns


def _means(
    steps: FloatArray, start: IntArray, places: IntArray, days: int
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return mean and count of complete windows by shift, and the windows of shift 0."""
    used = np.unique(places)
    column = np.searchsorted(used, places)
    values = steps[:, used]
    missing = np.cumsum(np.vstack([np.zeros(len(used)), np.isnan(values)]), axis=0)
    total = np.cumsum(np.vstack([np.zeros(len(used)), np.nan_to_num(values)]), axis=0)
    inside = (start >= 0) & (start + days < len(values))
    first = np.where(inside, start, 0) + 1
    last = first + days
    last = np.where(inside, last, first)
    gap = total[last, column] - total[first, column]
    whole = inside & (missing[last, column] == missing[first, column])
    counts = whole.sum(axis=1)
    sums = np.where(whole, gap, 0.0).sum(axis=1)
    means = sums / np.maximum(counts, 1)
    return means, counts.astype(np.float64), np.where(whole[0], gap[0], np.nan)


def _month_noise(windows: FloatArray, months: IntArray, seed: int) -> FloatArray:
    """Return draws of estimate minus truth from resampled calendar months."""
    complete = np.isfinite(windows)
    _, place = np.unique(months[complete], return_inverse=True)
    size = place.max() + 1
    sums = np.bincount(place, weights=windows[complete], minlength=size)
    counts = np.bincount(place, minlength=size).astype(np.float64)
    chosen = generator(seed, 11).integers(0, size, (_REPLICATES, size))
    drawn = sums[chosen].sum(axis=1) / counts[chosen].sum(axis=1)
    noise: FloatArray = drawn - sums.sum() / counts.sum()
    return noise


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())
