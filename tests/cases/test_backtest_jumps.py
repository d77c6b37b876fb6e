"""Jumps that look like a change of unit, from public reports of redenominations and bad splits."""

import numpy as np
import pandas as pd
import pytest

from altrotation import load_reference
from altrotation.data.jumps import jump_remarks, suspicious_jumps
from altrotation.errors import InputError

DAYS = pd.date_range("2020-01-01", periods=900)


def walk(seed, deviation=0.03, n=900):
    steps = np.random.default_rng(seed).normal(0, deviation, n)
    return pd.Series(100 * np.exp(steps.cumsum()), index=DAYS[:n], name=f"p{seed}")


def split(prices, factor, day=DAYS[450]):
    return prices.where(prices.index < day, prices * factor)


# lunie #4679, BittyTax #320: 1,000 old for one new, and the other ratios of splits
@pytest.mark.parametrize("factor", [1e6, 1000, 100, 50, 20, 10, 7, 5, 4, 3, 2, 1 / 2, 1 / 10, 1e-3])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_change_of_unit_is_found_with_its_day_and_its_factor(factor, seed):
    found = suspicious_jumps(split(walk(seed), factor))
    assert found["date"].tolist() == [DAYS[450]]
    np.testing.assert_allclose(found["near"], factor)
    np.testing.assert_allclose(found["factor"], factor, rtol=0.1)


@pytest.mark.parametrize("factor", [1.5, 2 / 3])
def test_three_for_two_is_found_in_a_calm_series(factor):
    found = suspicious_jumps(split(walk(1, 0.01), factor))
    assert found["date"].tolist() == [DAYS[450]]
    np.testing.assert_allclose(found["near"], factor)


# yfinance tests/data/SOXS-1d-bad-level-shift.csv, 18 closes from 2026-05-11 on
def test_a_split_that_was_applied_to_the_later_days_only_is_found():
    closes = [1230, 1342.5, 1252.5, 1240.5, 1384.5, 1492.5, 1489.5, 1281, 1243.5, 1159.5]
    closes += [62.9, 65.3, 63.1, 63.3, 62.6, 51.7, 49.1, 52, 68.4]
    days = pd.bdate_range("2026-05-11", periods=20).delete(10)  # Memorial Day
    found = suspicious_jumps(pd.Series(closes, index=days))
    assert found["date"].tolist() == [pd.Timestamp("2026-05-26")]
    assert found["before"].tolist() == [pd.Timestamp("2026-05-22")]
    assert found["factor"].iloc[0] == pytest.approx(62.9 / 1159.5)


# yfinance tests/data/AET-L-1d-100x-error.csv: a price that does not move but for its unit
def test_pence_for_pounds_is_found_both_ways_in_a_frozen_price():
    closes = np.r_[np.full(4, 0.1455), np.full(9, 14.55), np.full(10, 0.1455)]
    found = suspicious_jumps(pd.Series(closes, index=pd.bdate_range("2022-05-03", periods=23)))
    np.testing.assert_allclose(found["near"], [100, 0.01])
    assert found["date"].dt.day.tolist() == [9, 20]


@pytest.mark.parametrize("deviation", [0.001, 0.01, 0.03, 0.1])
@pytest.mark.parametrize("law", ["normal", "t"])
def test_an_ordinary_market_is_hardly_suspected(deviation, law):
    rng, found = np.random.default_rng(5), 0
    for _ in range(20):
        steps = rng.standard_t(4, 900) / np.sqrt(2) if law == "t" else rng.normal(size=900)
        found += len(suspicious_jumps(pd.Series(np.exp((deviation * steps).cumsum()), index=DAYS)))
    # t(4): P(|t| > 10 x .741 / .6745) = 3.9e-4, so 7 of 18,000 days are beyond ten ordinary moves
    # at all, sd 2.6; a normal law has none
    assert found <= (7 if law == "t" else 0)


def test_the_crash_of_march_2020_is_not_suspected():
    panel = load_reference()
    for name in ("BTC", "ETH", "RUT", "SPX", "mid/BTC", "small/BTC"):
        assert not len(suspicious_jumps(panel.value(name))), name


def test_holes_weekends_and_units_change_nothing():
    prices = split(walk(1), 1000)
    holes = prices.copy()
    holes.iloc[[3, 200, 201, 449]] = np.nan
    assert suspicious_jumps(holes)["date"].tolist() == [DAYS[450]]
    for unit in (1e-12, 1e12):
        pd.testing.assert_frame_equal(
            suspicious_jumps(prices * unit)[["date", "near"]],
            suspicious_jumps(prices)[["date", "near"]],
        )


def test_short_and_constant_series_hold_no_jump():
    for closes in ([], [1.0], [1.0, 1000.0], [5.0] * 50):
        index = pd.DatetimeIndex(DAYS[: len(closes)])
        assert not len(suspicious_jumps(pd.Series(closes, index=index, dtype=float)))


def test_the_remark_names_series_day_factor_and_ratio():
    said = jump_remarks(split(walk(1), 1000), "X")
    assert len(said) == 1
    assert said[0].startswith("X moved by a factor of ")
    assert "2021-03-26, near 1,000:" in said[0]
    assert "near 1/1,000:" in jump_remarks(split(walk(1), 1e-3), "X")[0]
    many = walk(1)
    for row in (100, 200, 300, 400, 500):
        many = split(many, 100, DAYS[row])
    assert jump_remarks(many, "X")[-1].startswith("X has 2 more such jumps")
    assert jump_remarks(walk(1), "X") == ()


@pytest.mark.parametrize(
    ("prices", "says"),
    [
        (pd.Series([1.0, 0.0], index=DAYS[:2]), "must be positive, got 0"),
        (pd.Series([1.0, -1.0], index=DAYS[:2]), "must be positive, got -1"),
        ([1.0, 2.0], "must be a pandas Series"),
    ],
)
def test_bad_prices_are_refused(prices, says):
    with pytest.raises(InputError, match=says):
        suspicious_jumps(prices)
    with pytest.raises(InputError, match=says):
        jump_remarks(prices, "X")
