"""Crowding, extremes, open interest and washouts: oracles, gaps, the archive, bad calls."""

import numpy as np
import pandas as pd
import pytest

import altrotation
from altrotation.errors import InputError
from altrotation.indicators.leverage import crowding_score, extreme_funding
from altrotation.indicators.open_interest import open_interest_growth, washouts
from tests.oracle import naive_indicators_two as naive

DATES = pd.date_range("2021-01-01", periods=200, freq="D", unit="us", name="date")


@pytest.fixture
def rates():
    rng = np.random.default_rng(1)
    values = rng.normal(1e-4, 1e-4, (len(DATES), 4)).round(5)  # rounded: with ties
    values[rng.random(values.shape) < 0.1] = np.nan
    values[:100, 3] = np.nan  # listed later
    return pd.DataFrame(values, index=DATES, columns=list("ABCD"))


@pytest.fixture
def book():
    """Open interest in coins and a price with two washouts, a repricing and a gap."""
    rng = np.random.default_rng(2)
    coins = pd.Series(100 * np.exp(rng.normal(0, 0.01, len(DATES)).cumsum()), index=DATES)
    price = pd.Series(50 * np.exp(rng.normal(0, 0.01, len(DATES)).cumsum()), index=DATES)
    for row in (60, 150):
        coins.iloc[row:] *= 0.7
        price.iloc[row:] *= 0.85
    price.iloc[100:] *= 0.8  # repriced: nobody closes
    coins.iloc[120] = np.nan
    return coins, price


def test_crowding_equals_the_oracle(rates):
    got = crowding_score(rates, window=60, history=30, least=2)
    ranks = rates.apply(lambda column: naive.percentile(column, 60, 30))
    expected = ranks.mean(axis=1).where(ranks.notna().sum(axis=1) >= 2)
    pd.testing.assert_series_equal(got, expected, check_names=False, rtol=1e-9)
    assert got.iloc[:29].isna().all()
    assert got.iloc[40:].notna().mean() > 0.95
    assert 45 < got.mean() < 55


def test_crowding_of_a_default_rate_is_the_middle():
    flat = pd.DataFrame(1e-4, index=DATES, columns=list("ABC"))
    np.testing.assert_allclose(crowding_score(flat).dropna(), 50.0)


def test_extremes_equal_the_oracle(rates):
    rate = rates["A"]
    got = extreme_funding(rate, window=60, history=30, upper=90, lower=10)
    ranks = naive.percentile(rate, 60, 30)
    expected = (ranks >= 90) * 1.0 - (ranks <= 10)
    pd.testing.assert_series_equal(got, expected.where(ranks.notna()), check_names=False)
    assert set(got.dropna()) == {-1.0, 0.0, 1.0}
    assert got[rate.isna()].isna().all()


def test_funding_of_the_panel_was_crowded_in_april_2021_and_not_in_june_2022():
    flags = extreme_funding(altrotation.load_reference().known("funding.mean"))
    assert flags["2021-02-05":"2021-02-20"].mean() > 0.5
    assert flags["2022-06-10":"2022-06-20"].max() < 1
    assert 0.03 < flags.abs().mean() < 0.25


@pytest.mark.parametrize("unit", ["usd", "coins"])
def test_growth_equals_the_oracle(book, unit):
    coins, price = book
    held = coins * price if unit == "usd" else coins
    got = open_interest_growth(held, price, unit=unit)
    pd.testing.assert_frame_equal(
        got, naive.open_interest_growth(coins * price, price, 7), rtol=1e-8, atol=1e-12
    )
    np.testing.assert_allclose(got["dollars"], got["positions"] + got["price"], atol=1e-12)
    assert set(got["state"].dropna()) == {1.0, 2.0, 3.0, 4.0}
    assert got["positions"].iloc[[120, 127]].isna().all()


@pytest.mark.parametrize("unit", ["usd", "coins"])
def test_washouts_equal_the_oracle(book, unit):
    coins, price = book
    got = washouts(coins * price if unit == "usd" else coins, price, unit=unit)
    expected = naive.washouts(coins, price, 3, 0.15, 0.08, 10)
    pd.testing.assert_frame_equal(got, expected, rtol=1e-8, atol=1e-12)
    # both washouts and not the repricing, though dollars fell as far
    assert list(got.index[got["begins"] == 1]) == [DATES[60], DATES[150]]
    assert got["washout"].sum() == 6  # each for the three days its high is remembered
    assert got["washout"].iloc[120:124].isna().all()
    assert got["begins"].iloc[120:134].isna().all()


def test_an_inverse_contract_counts_dollars(book):
    contracts, price = book
    got = open_interest_growth(contracts, price, unit="inverse")
    pd.testing.assert_series_equal(got["dollars"], got["positions"], check_names=False)
    pd.testing.assert_frame_equal(
        washouts(contracts, price, unit="inverse"), washouts(contracts, price, unit="coins")
    )


@pytest.mark.archive
def test_washouts_on_the_archive(archive_path):
    """Dates every market report of the time names; found on open interest in coins."""
    table = altrotation.open_archive(archive_path).table("open_interest_bybit_coins")
    held = table[table["symbol"] == "BTCUSDT"].set_index("date")["open_interest_last"]
    panel = altrotation.load_reference()
    days = pd.date_range(held.index[0], held.index[-1], freq="D", unit="us", name="date")
    price = panel.close("BTC").reindex(days)
    found = washouts(held.reindex(days), price, unit="coins")
    begins = found.index[found["begins"] == 1]
    for start, end in (
        ("2021-09-07", "2021-09-08"),
        ("2021-12-04", "2021-12-05"),
        ("2022-11-08", "2022-11-09"),  # FTX
        ("2023-08-17", "2023-08-18"),
        ("2024-08-05", "2024-08-06"),
        ("2025-10-10", "2025-10-11"),
    ):
        assert ((begins >= start) & (begins <= end)).any(), start
    assert 10 <= len(begins) <= 20  # in five years


def test_bad_calls(rates, book):
    coins, price = book
    for bad in (
        lambda: crowding_score(rates, history=1),
        lambda: crowding_score(rates, window=20, history=30),
        lambda: crowding_score(rates, least=0),
        lambda: extreme_funding(rates["A"], upper=100),
        lambda: extreme_funding(rates["A"], upper=50, lower=60),
        lambda: extreme_funding(rates["A"], history=1),
        lambda: extreme_funding(rates["A"], window=10),
        lambda: open_interest_growth(coins, price, unit="contracts"),
        lambda: open_interest_growth(coins, price, window=0),
        lambda: open_interest_growth(-coins, price),
        lambda: open_interest_growth(coins, price[1:]),
        lambda: washouts(coins, price, unit="contracts"),
        lambda: washouts(coins, price, window=0),
        lambda: washouts(coins, price, quiet=0),
        lambda: washouts(coins, price, fall=1.0),
        lambda: washouts(coins, price, price_fall=0.0),
    ):
        with pytest.raises(InputError):
            bad()
