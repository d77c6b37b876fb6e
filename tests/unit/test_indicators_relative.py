"""Momentum, means, ranges, levels and concentration: oracles, gaps, the embedded panel."""

import numpy as np
import pandas as pd
import pytest

from altrotation import load_reference
from altrotation.errors import InputError
from altrotation.indicators.breadth import share_above_mean, share_at_high, share_beating
from altrotation.indicators.concentration import mega_cap_concentration, sector_participation
from altrotation.indicators.ranges import levels_cleared, trailing_range
from altrotation.indicators.relative import ratio_to_mean, relative_momentum
from tests.oracle import naive_indicators as naive

DATES = pd.date_range("2020-01-01", periods=260, freq="D", unit="us", name="date")
SECTORS = [
    *("XLB", "XLC", "XLE", "XLF", "XLI", "XLK"),
    *("XLP", "XLRE", "XLU", "XLV", "XLY"),
]


@pytest.fixture
def pair():
    walk = np.random.default_rng(21).normal(0, 0.03, (2, len(DATES))).cumsum(axis=1)
    a, b = (pd.Series(np.exp(path), index=DATES) for path in walk)
    a.iloc[80] = np.nan
    b.iloc[150] = np.nan
    return a, b


@pytest.fixture(scope="module")
def panel():
    return load_reference()


def same_where_known(got, expected):
    np.testing.assert_allclose(got, expected, rtol=1e-10, atol=1e-12)


def test_momentum_is_the_difference_of_two_log_returns(pair):
    a, b = pair
    got = relative_momentum(a, b, window=30)
    for t in range(len(DATES)):
        ends = (t, t - 30)
        if t < 30 or any(np.isnan(x.iloc[e]) for x in pair for e in ends):
            assert np.isnan(got.iloc[t])
        else:
            won = np.log(a.iloc[t] / a.iloc[t - 30]) - np.log(b.iloc[t] / b.iloc[t - 30])
            assert got.iloc[t] == pytest.approx(won)
    assert got.isna().sum() == 30 + 4  # each gap at both ends of a window
    same_where_known(got, -relative_momentum(b, a, window=30))


def test_ratio_to_mean_equals_a_loop(pair):
    a, b = pair
    got = ratio_to_mean(a, b, window=25)
    ratio = (a / b).tolist()
    for t in range(len(DATES)):
        held = ratio[max(t - 24, 0) : t + 1]
        expected = np.log(held[-1] / (sum(held) / 25)) if len(held) == 25 else np.nan
        np.testing.assert_allclose(got.iloc[t], expected, rtol=1e-10, atol=1e-13)
    assert got.isna().sum() == 24 + 2 * 25


@pytest.mark.parametrize("window", [2, 30, 100])
def test_trailing_range_equals_the_oracle(pair, window):
    ratio = pair[0] / pair[1]
    got = trailing_range(ratio, window=window)
    same_where_known(got, naive.trailing_range(ratio, window))
    assert (got["position"] > 1).any() or window == 100  # a walk that goes down
    assert (got["position"] < 0).any()
    assert ((got["position"] > 1) == (got["above_high"] > 0)).all()


def test_a_flat_range_has_no_position():
    flat = pd.Series(np.r_[np.ones(10), 1.5], index=DATES[:11])
    last = trailing_range(flat, window=5).iloc[-1]
    assert np.isnan(last["position"])
    assert last["above_high"] == pytest.approx(np.log(1.5))


def test_levels_cleared_counts_levels_at_or_below(pair):
    values = [0.0249, 0.025, 0.0279, 0.028, 0.0299, 0.03, 0.04, np.nan]
    got = levels_cleared(pd.Series(values, index=DATES[:8]))
    np.testing.assert_array_equal(got, [0, 1, 1, 2, 2, 3, 3, np.nan])


def test_ether_and_its_levels_on_the_embedded_panel(panel):
    ratio = panel.value("ETH/BTC")
    cleared = levels_cleared(ratio)
    # .0818 on 2021-05-14, the published top of that spring, stands above the year before it
    assert ratio["2021-05-14"] == pytest.approx(0.0818, abs=2e-4)  # vendors differ
    assert cleared["2021-05-14"] == 3
    assert trailing_range(ratio).loc["2021-05-14", "position"] > 1
    low = ratio["2025"].idxmin()
    assert cleared[low] == 0
    assert trailing_range(ratio).loc[low, "position"] < 0


def test_concentration_is_signed_by_who_leads(pair):
    a, b = pair
    got = mega_cap_concentration(a, b, window=20)
    same_where_known(got, relative_momentum(a, b, window=20))
    assert got.name == "mega_cap_concentration"


def test_concentration_of_the_year_of_the_seven(panel):
    # The first half of 2023 was led by seven companies: the S&P 500 gained 15.9 % from January to
    # June, its equal-weighted twin about 7 % with dividends.
    sessions = panel.on("XNYS")
    lead = mega_cap_concentration(sessions.close("SPX"), sessions.close("RSP"), window=124)
    assert lead["2023-06-30"] == pytest.approx(np.log(1.159 / 1.07), abs=0.01)
    lead60 = mega_cap_concentration(sessions.close("SPX"), sessions.close("RSP"))
    assert lead60["2023-05-31"] > lead60.quantile(0.98)


def test_sector_participation_is_its_parts_on_sessions(panel):
    frame, index = panel.frame[SECTORS], panel.close("SPX")
    got = sector_participation(frame, index)
    open_days = frame.notna().any(axis=1)
    held, base = frame[open_days], index[open_days]
    parts = {
        "above_mean": share_above_mean(held, window=200, least=8),
        "at_high": share_at_high(held, window=252, least=8),
        "beating": share_beating(held, base, window=60, least=8),
    }
    expected = pd.DataFrame(parts).reindex(frame.index)
    pd.testing.assert_frame_equal(got, expected)
    assert got[~open_days].isna().all(axis=None)
    assert got["beating"].notna().sum() > 5_000


def test_sector_participation_equals_the_series_of_the_panel(panel):
    frame, index = panel.frame[SECTORS], panel.close("SPX")
    for mean in (50, 200):
        got = sector_participation(frame, index, mean=mean)["above_mean"]
        expected = panel.value(f"sectors.above{mean}")
        # levels of five digits, 5e-5 off at most, may stand on the other side of a mean so near
        traded = frame.dropna(how="all")
        near = ((traded / traded.rolling(mean).mean() - 1).abs() < 1e-4).any(axis=1)
        apart = (got - expected).abs() > 1e-5
        assert near[apart[apart].index].all()
        assert apart.sum() < 5
        assert got.notna().sum() > 5_000


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda a, b: relative_momentum(a, b, window=0), "`window` must be at least 1, got 0"),
        (lambda a, b: relative_momentum(a, b[1:]), "must share their dates"),
        (lambda a, b: relative_momentum(a, -b), "`base` must be positive"),
        (lambda a, b: ratio_to_mean(a, b, window=1), "`window` must be at least 2, got 1"),
        (lambda a, b: ratio_to_mean(-a, b), "`asset` must be positive"),
        (lambda a, b: trailing_range(a, window=1), "`window` must be at least 2, got 1"),
        (lambda a, b: trailing_range(-a), "`ratio` must be positive"),
        (lambda a, b: levels_cleared(a, levels=()), "`levels` must be positive and increasing"),
        (lambda a, b: levels_cleared(a, levels=(2.0, 1.0)), "`levels` must be positive and incr"),
        (lambda a, b: levels_cleared(a, levels=(0.0, 1.0)), "`levels` must be positive and incr"),
        (lambda a, b: mega_cap_concentration(a, b[1:]), "`cap_weighted` and `equal_weighted` must"),
        (lambda a, b: mega_cap_concentration(a, -b), "`equal_weighted` must be positive"),
        (lambda a, b: mega_cap_concentration(a, b, window=0), "`window` must be at least 1"),
        (lambda a, b: sector_participation(a.to_frame(), b[1:]), "must share their dates"),
        (lambda a, b: sector_participation(a.to_frame(), b, window=0), "`window` must be at least"),
        (lambda a, b: sector_participation(a.to_frame(), b, high=1), "`window` must be at least 2"),
    ],
)
def test_bad_calls(pair, call, message):
    with pytest.raises(InputError, match=message):
        call(*pair)
