"""Members at highs, advances and declines, equity breadth: oracles, gaps, sessions."""

import numpy as np
import pandas as pd
import pytest

from altrotation import load_reference
from altrotation.errors import InputError
from altrotation.indicators.breadth import (
    advance_decline,
    equity_breadth,
    share_above_mean,
    share_at_high,
)
from tests.oracle import naive_indicators as naive

DATES = pd.date_range("2020-01-01", periods=160, freq="D", unit="us", name="date")
COINS = [f"c{i:02d}" for i in range(12)]


@pytest.fixture
def market():
    """Prices with gaps, ties, a late birth and a death; members that change by month."""
    rng = np.random.default_rng(41)
    steps = rng.normal(0.002, 0.05, size=(len(DATES), len(COINS)))
    prices = pd.DataFrame(np.exp(steps.cumsum(axis=0)), index=DATES, columns=COINS).round(2)
    prices = prices.mask(rng.random(prices.shape) < 0.02)
    prices.iloc[:60, 0] = np.nan
    prices.iloc[110:, 1] = np.nan
    prices.iloc[70:75] = np.nan
    prices.iloc[:, 5] = 1.0
    drawn = pd.DataFrame(rng.random(prices.shape) < 0.8, index=DATES, columns=COINS)
    members = drawn.groupby(DATES.to_period("M")).transform("first")
    return prices, members


@pytest.mark.parametrize("gaps", [0, 3])
@pytest.mark.parametrize("window", [2, 20])
def test_share_at_high_equals_the_oracle(market, window, gaps):
    prices, members = market
    least, gaps = 4, min(gaps, window - 1)
    got = share_at_high(prices, members=members, window=window, least=least, gaps=gaps)
    expected = naive.share_at_high(prices, members, window, least, gaps)
    pd.testing.assert_series_equal(got, expected, check_names=False, check_freq=False)
    assert got.notna().sum() > 50
    assert got.nunique() > 5


def test_all_rising_are_all_at_their_high_and_all_falling_none():
    line = np.arange(1.0, 41.0)
    rising = pd.DataFrame(dict.fromkeys(COINS, line), index=DATES[:40])
    assert (share_at_high(rising, window=10).dropna() == 100).all()
    falling = pd.DataFrame(dict.fromkeys(COINS, line[::-1]), index=DATES[:40])
    assert (share_at_high(falling, window=10).dropna() == 0).all()


def test_advance_decline_equals_the_oracle(market):
    prices, members = market
    got = advance_decline(prices, members=members, least=4)
    expected = naive.advance_decline(prices, members, 4)
    pd.testing.assert_frame_equal(got, expected, check_freq=False)
    assert got.iloc[70:76].isna().all(axis=None)  # the hole, and the day after it
    assert got["line"].iloc[76] == pytest.approx(
        got["line"].iloc[69] + got["advancing"].iloc[76] - got["declining"].iloc[76]
    )
    assert (got["advancing"] + got["declining"]).min() < 100  # one never moves


def test_a_day_without_declines_has_no_ratio():
    rising = pd.DataFrame({c: np.arange(1.0, 6.0) for c in COINS}, index=DATES[:5])
    got = advance_decline(rising)
    assert got["ratio"].isna().all()
    assert got["line"].tolist()[1:] == [100.0, 200.0, 300.0, 400.0]


def test_equity_breadth_is_its_parts_on_sessions(market):
    prices, members = market
    prices = prices.copy()
    prices[DATES.day_of_week >= 5] = np.nan
    got = equity_breadth(prices, members=members, means=(10, 20), high=15, least=3)
    seen = prices.notna().any(axis=1)
    held, inside = prices[seen], members[seen]
    moved = naive.advance_decline(held, inside, 3)
    expected = pd.DataFrame(
        {
            "above10": naive.share_above_mean(held, inside, 10, 3, 0),
            "above20": naive.share_above_mean(held, inside, 20, 3, 0),
            "at_high": naive.share_at_high(held, inside, 15, 3, 0),
            "net_advances": moved["advancing"] - moved["declining"],
        }
    ).reindex(prices.index)
    pd.testing.assert_frame_equal(got, expected, check_freq=False)
    assert got["above20"].notna().sum() > 30
    # on all days every window would meet a weekend
    assert share_above_mean(prices, members=members, window=10, least=3).isna().all()


def test_equity_breadth_equals_the_sectors_of_the_panel():
    panel = load_reference()
    names = [name for name in panel.names if name.startswith("XL")]
    assert len(names) == 11
    got = equity_breadth(panel.frame[names], least=8)
    for window in (50, 200):
        expected = panel.value(f"sectors.above{window}")
        # levels of five digits, 5e-5 off at most, may stand on the other side of a mean so near
        traded = panel.frame[names].dropna(how="all")
        near = ((traded / traded.rolling(window).mean() - 1).abs() < 1e-4).any(axis=1)
        apart = (got[f"above{window}"] - expected).abs() > 1e-5
        assert near[apart[apart].index].all()
        assert apart.sum() < 5
        assert expected.notna().sum() > 5_000
    # The low of the pandemic: all eleven sectors far under their means, all down on the day before.
    assert got.loc["2020-03-23", "above50"] == 0
    assert got.loc["2020-03-16", "net_advances"] == -100


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda p, m: share_at_high(p, window=1), "`window` must be at least 2, got 1"),
        (lambda p, m: share_at_high(p, least=0), "`least` must be at least 1, got 0"),
        (lambda p, m: share_at_high(p, gaps=-1), "`gaps` must be at least 0, got -1"),
        (lambda p, m: share_at_high(-p), "`closes` must be positive"),
        (lambda p, m: share_at_high(p, members=m[COINS[:5]]), "must share their columns"),
        (lambda p, m: advance_decline(p, least=0), "`least` must be at least 1, got 0"),
        (lambda p, m: advance_decline(p, members=m[1:]), "must share their dates"),
        (lambda p, m: advance_decline(-p), "`closes` must be positive"),
        (lambda p, m: equity_breadth(p, means=(1,)), "`window` must be at least 2, got 1"),
        (lambda p, m: equity_breadth(p, high=0), "`window` must be at least 2, got 0"),
        (lambda p, m: equity_breadth(p, members=m.astype(float)), "must hold booleans"),
    ],
)
def test_bad_calls(market, call, message):
    with pytest.raises(InputError, match=message):
        call(*market)
