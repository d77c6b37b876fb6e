"""Tail co-movement and recovery after dips: oracles, planted truths, gaps."""

import numpy as np
import pandas as pd
import pytest

from altrotation.errors import InputError
from altrotation.indicators.fragility import recovery_time, tail_dependence
from altrotation.kernels import tails
from tests.oracle import naive_indicators as naive

DATES = pd.date_range("2020-01-01", periods=220, freq="D", unit="us", name="date")
NAMES = ["a", "b", "c", "d"]


@pytest.fixture
def market():
    """A leader and followers with gaps, frozen prices, a late birth and a death."""
    rng = np.random.default_rng(51)
    leader = rng.normal(0, 0.04, len(DATES))
    follows = 0.9 * leader[:, None] + rng.normal(0, 0.03, (len(DATES), len(NAMES)))
    prices = pd.DataFrame(np.exp(follows.cumsum(axis=0)), index=DATES, columns=NAMES)
    prices = prices.mask(rng.random(prices.shape) < 0.02)
    prices.iloc[:70, 0] = np.nan
    prices.iloc[150:, 1] = np.nan
    prices.iloc[100:130, 2] = 1.0
    base = pd.Series(np.exp(leader.cumsum()), index=DATES)
    base.iloc[[33, 90]] = np.nan
    return prices, base


@pytest.mark.parametrize(("window", "tail", "least"), [(40, 0.2, 20), (60, 0.1, 58), (60, 0.1, 45)])
def test_tail_dependence_equals_the_oracle(market, window, tail, least):
    prices, base = market
    got = tail_dependence(prices, base, window=window, tail=tail, least=least)
    expected = naive.tail_dependence(prices, base, window, tail, least)
    pd.testing.assert_frame_equal(got, expected, check_freq=False)
    assert got.notna().sum().sum() > 50
    assert got.iloc[:window].isna().all(axis=None)


def test_tail_dependence_of_the_leader_itself_of_its_twin_and_of_strangers():
    rng = np.random.default_rng(52)
    n = 3_000
    dates = pd.date_range("2015-01-01", periods=n, freq="D", unit="us")
    leader = rng.standard_t(4, n) * 0.02
    paths = {"twin": 2.0 * leader, "stranger": rng.normal(0, 0.02, n), "mirror": -leader}
    prices = pd.DataFrame({k: np.exp(v.cumsum()) for k, v in paths.items()}, index=dates)
    base = pd.Series(np.exp(leader.cumsum()), index=dates)
    got = tail_dependence(prices, base, window=n - 1, tail=0.1, least=n - 1).iloc[-1]
    assert got["twin"] == 1.0  # whatever its volatility
    assert got["mirror"] == 0.0
    # hypergeometric: 299 tail days of 2,999; sd of the share sqrt(.1 * .9 / 299 * .9) = .0165
    assert got["stranger"] == pytest.approx(0.1, abs=4 * 0.0165)


@pytest.mark.parametrize(("dip", "window", "within"), [(0.1, 20, 15), (0.05, 10, 5), (0.2, 30, 30)])
def test_recovery_time_equals_the_oracle(market, dip, window, within):
    prices, base = market
    got = recovery_time(prices, base, dip=dip, window=window, within=within)
    expected = naive.recovery_time(prices, base, dip, window, within)
    pd.testing.assert_frame_equal(got, expected, check_freq=False)
    assert got.notna().sum().sum() > 50
    starts, highs = tails.dips(base.to_numpy(), dip, window)
    assert list(zip(starts, highs, strict=True)) == naive.dips(base, dip, window)
    assert len(starts) > 1


def test_a_dip_and_two_ways_back():
    base = [100.0] * 5 + [85.0] * 15
    quick = [10.0] * 5 + [8.0, 9.0, 10.0] + [7.0] * 12
    slow = [10.0] * 5 + [8.0] * 15
    calm = [10.0] * 20
    gone = [10.0] * 5 + [8.0] * 2 + [np.nan] * 13
    prices = pd.DataFrame(
        {"quick": quick, "slow": slow, "calm": calm, "gone": gone}, index=DATES[:20]
    )
    got = recovery_time(prices, pd.Series(base, index=DATES[:20]), dip=0.1, window=5, within=6)
    assert got.iloc[:11].isna().all(axis=None)  # begun on row 5, known on row 5 + 6
    assert (got.iloc[11:]["quick"] == 2).all()
    assert (got.iloc[11:]["slow"] == 6).all()
    assert (got.iloc[11:]["calm"] == 0).all()
    assert got["gone"].isna().all()


def test_one_high_begins_one_dip():
    base = np.r_[np.full(10, 100.0), [89, 91, 89, 91, 89, 95, 99, 100.5, 90]]
    starts, highs = tails.dips(base, 0.1, 10)
    assert starts.tolist() == [10, 18]
    assert highs.tolist() == [0 + 1, 17]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda p, b: tail_dependence(p, b, window=2), "`window` must be at least 3, got 2"),
        (lambda p, b: tail_dependence(p, b, tail=1.0), "`tail` must lie between 0.0 and 1.0"),
        (lambda p, b: tail_dependence(p, b, least=2), "`least` must be at least 3, got 2"),
        (lambda p, b: tail_dependence(p, b, least=5), "leave the tail a day, got 5 with tail=0.1"),
        (lambda p, b: tail_dependence(p, b, window=90), "`least` must be at most `window` = 90"),
        (lambda p, b: tail_dependence(p, b[1:]), "must share their dates"),
        (lambda p, b: tail_dependence(-p, b), "`closes` must be positive"),
        (lambda p, b: recovery_time(p, b, dip=0.0), "`dip` must lie between 0.0 and 1.0, got 0.0"),
        (lambda p, b: recovery_time(p, b, window=1), "`window` must be at least 2, got 1"),
        (lambda p, b: recovery_time(p, b, within=0), "`within` must be at least 1, got 0"),
        (lambda p, b: recovery_time(p, -b), "`base` must be positive"),
    ],
)
def test_bad_calls(market, call, message):
    with pytest.raises(InputError, match=message):
        call(*market)
