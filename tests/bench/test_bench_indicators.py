"""Indicators beside pandas: on the embedded panel and on a table of 900 coins over 4,500 days.

Times are printed and stored with the benchmark, never asserted; that both give the same is.
"""

from time import perf_counter

import numpy as np
import pandas as pd
import pytest

from altrotation import load_reference
from altrotation.indicators import (
    breadth,
    breakout,
    concentration,
    dominance,
    fragility,
    ranges,
    records,
    relative,
)

DAYS, COINS = 4_500, 900


@pytest.fixture(scope="module")
def coins():
    """Walks that begin and end at random and miss one close in a hundred."""
    rng = np.random.default_rng(61)
    market = rng.standard_t(4, DAYS) * 0.025
    steps = 0.8 * market[:, None] + rng.standard_t(4, (DAYS, COINS)) * 0.03
    prices = np.exp(steps.cumsum(axis=0))
    rows = np.arange(DAYS)[:, None]
    first = rng.integers(0, 3_000, COINS)
    alive = (rows >= first) & (rows < first + rng.integers(300, 4_500, COINS))
    prices[~alive | (rng.random(prices.shape) < 0.01)] = np.nan
    dates = pd.date_range("2014-06-15", periods=DAYS, freq="D", unit="us", name="date")
    base = pd.Series(np.exp(market.cumsum()), index=dates)
    return pd.DataFrame(prices, index=dates, columns=[f"c{k}" for k in range(COINS)]), base


def pandas_share_at_high(closes, window, gaps):
    high = closes.rolling(window, min_periods=window - gaps).max()
    high.iloc[: window - 1] = np.nan
    known = high.notna() & closes.notna()
    held = known.sum(axis=1)
    return (100 * ((closes >= high) & known).sum(axis=1) / held).where(held >= 10)


def pandas_share_above_mean(closes, window, gaps):
    mean = closes.rolling(window, min_periods=window - gaps).mean()
    mean.iloc[: window - 1] = np.nan
    known = mean.notna() & closes.notna()
    held = known.sum(axis=1)
    return (100 * ((closes > mean) & known).sum(axis=1) / held).where(held >= 10)


def pandas_tail_dependence(closes, base, window, tail):
    """A coin at a time with a Python function in every window: the way it is usually written."""
    leader = np.log(base).diff()

    def one(rows):
        part = pairs.loc[rows.index].dropna()
        k = int(tail * len(part) + 1e-9)
        fell = part["x"] <= part["x"].nsmallest(k).iloc[-1]
        return (fell & (part["y"] <= part["y"].nsmallest(k).iloc[-1])).sum() / fell.sum()

    out = {}
    for coin in closes:
        pairs = pd.DataFrame({"x": leader, "y": np.log(closes[coin]).diff()})
        out[coin] = pairs["y"].rolling(window, min_periods=180).apply(one)
    return pd.DataFrame(out)


def report(benchmark, what, seconds):
    library = benchmark.stats.stats.median
    benchmark.extra_info["pandas seconds"] = seconds
    benchmark.extra_info["ratio"] = seconds / library
    print(f"\n{what}: {library:.3f} s; pandas {seconds:.3g} s; ratio {seconds / library:,.1f}")


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (breadth.share_at_high, pandas_share_at_high),
        (breadth.share_above_mean, pandas_share_above_mean),
    ],
)
def test_share_of_900_coins(benchmark, coins, ours, theirs):
    closes, _ = coins
    found = benchmark.pedantic(
        ours, args=(closes,), kwargs={"window": 90, "gaps": 2}, rounds=3, warmup_rounds=1
    )
    start = perf_counter()
    expected = theirs(closes, 90, 2)
    seconds = perf_counter() - start
    np.testing.assert_allclose(found, expected)
    report(benchmark, f"{ours.__name__}, {COINS} coins", seconds)


def test_tail_dependence_of_900_coins(benchmark, coins):
    closes, base = coins
    fragility.tail_dependence(closes.iloc[:400, :2], base[:400])  # compiles
    found = benchmark.pedantic(fragility.tail_dependence, args=(closes, base), rounds=1)
    few, until = closes.iloc[:, :1], 1_200
    start = perf_counter()
    expected = pandas_tail_dependence(few[:until], base[:until], 365, 0.1)
    scale = (DAYS - 365) / (until - 365) * COINS  # its cost is linear in windows and coins
    seconds = (perf_counter() - start) * scale
    known = found.iloc[:until, :1].notna()
    assert known.to_numpy().sum() > 0
    np.testing.assert_allclose(found.iloc[:until, :1].where(known), expected.where(known))
    report(benchmark, f"tail_dependence, {COINS} coins, pandas scaled from 1", seconds)


def embedded(panel):
    """Return every indicator of these families that the embedded panel has the data for."""
    sessions, frame = panel.on("XNYS"), panel.frame
    rut, spx, bitcoin = panel.close("RUT"), panel.close("SPX"), panel.close("BTC")
    ratio, share = panel.value("ETH/BTC"), panel.value("BTC.dominance")
    sectors = [name for name in panel.names if name.startswith("XL")]
    tiers = frame[["large/BTC", "mid/BTC", "small/BTC"]].mul(bitcoin, axis=0)
    made = [breakout.breakout_days(rut, kind=kind) for kind in ("record", "high")]
    made += [breakout.breakout_course(rut), breakout.breakout_course(ratio, kind="high")]
    made += [breakout.confirmed_breakouts(frame["mid-band/BTC"], frame["mid-band.volume"])]
    made += [records.distance_from_record(rut), records.days_since_record(rut)]
    for other in ("RSP", "RUT"):
        made += [concentration.mega_cap_concentration(sessions.close("SPX"), sessions.close(other))]
    for measure in (relative.relative_strength, relative.relative_momentum, relative.ratio_to_mean):
        made += [measure(panel.close("ETH"), bitcoin)]
        made += [measure(sessions.close("RUT"), sessions.close("SPX"))]
    made += [ranges.levels_cleared(ratio), ranges.trailing_range(ratio)]
    made += [concentration.sector_participation(frame[sectors], spx)]
    made += [breadth.equity_breadth(frame[sectors], least=8)]
    made += [breadth.advance_decline(tiers, least=3), breadth.share_at_high(tiers, least=3)]
    made += [dominance.dated_peaks(share), dominance.below_threshold(share)]
    made += [fragility.downside_beta(tiers, bitcoin), fragility.tail_dependence(tiers, bitcoin)]
    made += [fragility.recovery_time(tiers, bitcoin)]
    return made


def test_every_indicator_on_the_embedded_panel(benchmark):
    panel = load_reference()
    made = benchmark.pedantic(embedded, args=(panel,), rounds=3, warmup_rounds=1)
    assert all(bool(table.notna().any(axis=None)) for table in made)
    print(f"\n{len(made)} indicators, embedded panel: {benchmark.stats.stats.median:.3f} s")
