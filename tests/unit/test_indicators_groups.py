"""Breadth, failed breakouts, downside beta, group volume: oracles, gaps, causality, bad calls."""

import numpy as np
import pandas as pd
import pytest

from altrotation.errors import InputError
from altrotation.indicators.breadth import share_above_mean, share_beating
from altrotation.indicators.failed_breakouts import failed_breakout_rate
from altrotation.indicators.fragility import downside_beta, members_median
from altrotation.indicators.volume import group_volume
from tests.oracle import naive_indicators as naive

DATES = pd.date_range("2020-01-01", periods=160, freq="D", unit="us", name="date")
COINS = [f"c{i:02d}" for i in range(12)]


@pytest.fixture
def market():
    """Prices with scattered gaps, a late birth and a death; members that change by month."""
    rng = np.random.default_rng(3)
    steps = rng.normal(0, 0.05, size=(len(DATES), len(COINS) + 1))
    prices = pd.DataFrame(np.exp(steps.cumsum(axis=0)), index=DATES, columns=["BTC", *COINS])
    base = prices.pop("BTC")
    prices = prices.mask(rng.random(prices.shape) < 0.02)
    prices.iloc[:60, 0] = np.nan
    prices.iloc[110:, 1] = np.nan
    drawn = pd.DataFrame(rng.random(prices.shape) < 0.8, index=DATES, columns=COINS)
    members = drawn.groupby(DATES.to_period("M")).transform("first")
    return prices, base, members


def indicators(prices, base, members):
    """Return name -> function of a market cut at some day."""
    return {
        "share_beating": lambda n: share_beating(
            prices[:n], base[:n], members=members[:n], window=30, least=5
        ),
        "share_above_mean": lambda n: share_above_mean(
            prices[:n], members=members[:n], window=20, least=4, gaps=2
        ),
        "failed_breakout_rate": lambda n: failed_breakout_rate(
            prices[:n], members=members[:n], high=10, within=5, cohort=20, least=4
        ),
        "downside_beta": lambda n: downside_beta(prices[:n], base[:n], window=40, least=12),
        "members_median": lambda n: members_median(prices[:n], members=members[:n]),
        "group_volume": lambda n: group_volume(prices[:n], members=members[:n], least=3),
    }


def test_share_beating_equals_the_oracle(market):
    prices, base, members = market
    got = share_beating(prices, base, members=members, window=30, least=5)
    expected = naive.share_beating(prices, base, members, 30, 5)
    pd.testing.assert_series_equal(got, expected, check_names=False, check_index_type=False)
    assert got[:30].isna().all()
    assert got.notna().sum() > 100
    assert got.nunique() > 10


def test_share_beating_of_a_tie_is_not_a_win():
    flat = pd.DataFrame(1.0, index=DATES[:20], columns=COINS)
    assert (share_beating(flat, flat["c00"], window=5).iloc[5:] == 0).all()


def test_share_beating_needs_both_ends_of_the_base(market):
    prices, base, _ = market
    base = base.copy()
    base.iloc[50] = np.nan
    got = share_beating(prices, base, window=30, least=3)
    assert np.isnan(got.iloc[50])
    assert np.isnan(got.iloc[80])
    assert got.iloc[[49, 51, 79, 81]].notna().all()


@pytest.mark.parametrize("gaps", [0, 2])
def test_share_above_mean_equals_the_oracle(market, gaps):
    prices, _, members = market
    got = share_above_mean(prices, members=members, window=20, least=4, gaps=gaps)
    expected = naive.share_above_mean(prices, members, 20, 4, gaps)
    pd.testing.assert_series_equal(got, expected, check_names=False, check_index_type=False)
    assert got.notna().sum() > 50


def test_failed_breakout_rate_equals_the_oracle(market):
    prices, _, members = market
    got = failed_breakout_rate(prices, members=members, high=10, within=5, cohort=20, least=4)
    expected = naive.failed_breakout_rate(prices, members, 10, 5, 20, 4)
    pd.testing.assert_series_equal(got, expected, check_names=False, check_index_type=False)
    assert got.notna().sum() > 60
    assert 0 < got.min() < got.max()


def test_a_break_counts_only_once_its_whole_span_is_over():
    rise = [1.0] * 6 + [2.0] + [0.5] * 12  # breaks on row 6, fails on row 7
    prices = pd.DataFrame({"a": rise}, index=DATES[: len(rise)])
    rate = failed_breakout_rate(prices, high=5, within=5, cohort=3, least=1)
    assert rate[rate.notna()].index.tolist() == list(DATES[11:14])  # 6 + 5, for 3 days
    assert (rate.dropna() == 100).all()


def test_a_close_at_the_broken_level_is_no_failure_and_at_the_mean_not_above_it():
    path = [1.0] * 6 + [2.0] + [1.0] * 12
    prices = pd.DataFrame({"a": path}, index=DATES[: len(path)])
    rate = failed_breakout_rate(prices, high=5, within=5, cohort=3, least=1)
    assert (rate.dropna() == 0).all()
    assert rate.notna().sum() == 3
    flat = pd.DataFrame(1.0, index=DATES[:20], columns=COINS)
    assert (share_above_mean(flat, window=5).dropna() == 0).all()


def test_a_break_that_ends_without_a_price_is_left_out():
    path = [1.0] * 6 + [2.0] * 5 + [np.nan] * 9
    prices = pd.DataFrame({"a": path}, index=DATES[: len(path)])
    assert failed_breakout_rate(prices, high=5, within=5, cohort=9, least=1).isna().all()


def test_downside_beta_equals_regressions(market):
    prices, base, _ = market
    got = downside_beta(prices, base, window=40, least=12)
    pd.testing.assert_frame_equal(
        got, naive.downside_beta(prices, base, 40, 12), check_freq=False, rtol=1e-8
    )
    assert got.notna().sum().sum() > 800


def test_downside_beta_finds_a_planted_asymmetry():
    rng = np.random.default_rng(4)
    dates = pd.date_range("2018-01-01", periods=2000, freq="D", unit="us")
    leader = rng.normal(0, 0.03, 2000)
    follower = np.where(leader < 0, 1.8, 0.6) * leader + rng.normal(0, 0.002, 2000)
    base = pd.Series(np.exp(np.cumsum(leader)), index=dates)
    prices = pd.DataFrame({"a": np.exp(np.cumsum(follower))}, index=dates)
    beta = downside_beta(prices, base, window=365)["a"].dropna()
    # about 180 falls a window: sd of a slope = .002 / (.018 * sqrt(180)) = .008; five sd
    assert beta.between(1.8 - 0.04, 1.8 + 0.04).all()


def test_members_median_and_group_volume(market):
    prices, _, members = market
    median, volume = members_median(prices, members=members), group_volume(prices, members=members)
    for t in (0, 70, 159):
        held = [
            prices[c].iloc[t]
            for c in COINS
            if members[c].iloc[t] and prices[c].iloc[t] == prices[c].iloc[t]
        ]
        assert median.iloc[t] == pytest.approx(np.median(held))
        assert volume.iloc[t] == pytest.approx(sum(held))
    nobody = pd.DataFrame(False, index=DATES, columns=COINS)
    assert group_volume(prices, members=nobody).isna().all()
    assert members_median(prices, members=nobody).isna().all()


@pytest.mark.parametrize("name", list(indicators(None, None, None)))
def test_a_longer_history_leaves_the_past_unchanged(market, name):
    run = indicators(*market)[name]
    whole = run(len(DATES))
    for n in (45, 83, 121, 159):
        part = run(n)
        pd.testing.assert_frame_equal(
            pd.DataFrame(part), pd.DataFrame(whole)[:n], check_exact=True, check_freq=False
        )


def test_inputs_are_not_changed(market):
    prices, base, members = market
    before = prices.copy(), base.copy(), members.copy()
    for run in indicators(prices, base, members).values():
        run(len(DATES))
    pd.testing.assert_frame_equal(prices, before[0])
    pd.testing.assert_series_equal(base, before[1])
    pd.testing.assert_frame_equal(members, before[2])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda p, b, m: share_beating(p, b, window=0), "`window` must be at least 1, got 0"),
        (lambda p, b, m: share_beating(p, b, least=0), "`least` must be at least 1, got 0"),
        (lambda p, b, m: share_beating(p, b[1:]), "must share their dates"),
        (lambda p, b, m: share_beating(-p, b), "`closes` must be positive"),
        (lambda p, b, m: share_beating(p, -b), "`base` must be positive"),
        (lambda p, b, m: share_beating(p, b, members=m[1:]), "must share their dates"),
        (lambda p, b, m: share_beating(p, b, members=m[COINS[:5]]), "must share their columns"),
        (lambda p, b, m: share_beating(p, b, members=m.astype(float)), "must hold booleans"),
        (lambda p, b, m: share_above_mean(p, window=1), "`window` must be at least 2, got 1"),
        (lambda p, b, m: share_above_mean(p, gaps=-1), "`gaps` must be at least 0, got -1"),
        (lambda p, b, m: share_above_mean(p, least=0), "`least` must be at least 1"),
        (lambda p, b, m: failed_breakout_rate(p, within=0), "`within` must be at least 1, got 0"),
        (lambda p, b, m: failed_breakout_rate(p, cohort=0), "`cohort` must be at least 1, got 0"),
        (lambda p, b, m: failed_breakout_rate(-p), "`closes` must be positive"),
        (lambda p, b, m: failed_breakout_rate(p, members=m[COINS[:5]]), "must share their columns"),
        (lambda p, b, m: downside_beta(p, b, window=2), "`window` must be at least 3, got 2"),
        (lambda p, b, m: downside_beta(p, b, least=2), "`least` must be at least 3, got 2"),
        (lambda p, b, m: members_median(p, least=0), "`least` must be at least 1, got 0"),
        (lambda p, b, m: group_volume(-p), "must not be negative"),
        (lambda p, b, m: group_volume(p, least=0), "`least` must be at least 1, got 0"),
    ],
)
def test_bad_calls(market, call, message):
    with pytest.raises(InputError, match=message):
        call(*market)
