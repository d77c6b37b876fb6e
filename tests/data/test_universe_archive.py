"""The point-in-time universe of the raw archive."""

import numpy as np
import pandas as pd
import pytest

pytestmark = pytest.mark.archive


@pytest.fixture(scope="module")
def market(coin_market):
    return coin_market.coins, coin_market.universe


def test_every_month_from_2013_to_april_2026_is_ranked(market):
    months = market[1].months
    assert months["ranked"][:"2026-04-01"].all()
    assert not months["ranked"]["2026-05-01":].any()
    assert (months["eligible"]["2020-01-01":"2026-04-01"] >= 150).all()


def test_bitcoin_is_first_at_every_month_start(market):
    first = market[1].ranks[market[1].ranks["rank"] == 1]
    assert (first["id"] == "bitcoin").all()


@pytest.mark.parametrize(
    ("day", "top"),
    [
        ("2014-01-01", ["bitcoin", "litecoin", "ripple", "peercoin"]),
        ("2017-06-01", ["bitcoin", "ethereum", "ripple", "nem", "ethereum-classic", "litecoin"]),
        ("2018-01-01", ["bitcoin", "ripple", "ethereum", "bitcoin-cash", "cardano", "litecoin"]),
        ("2021-05-01", ["bitcoin", "ethereum", "binancecoin", "ripple", "dogecoin", "cardano"]),
        ("2022-05-01", ["bitcoin", "ethereum", "binancecoin", "solana", "ripple", "terra-luna"]),
        ("2025-10-01", ["bitcoin", "ethereum", "ripple", "binancecoin", "solana", "dogecoin"]),
    ],
)
def test_the_largest_coins_are_those_of_the_day(market, day, top):
    ranks = market[1].ranks
    rows = ranks[(ranks["date"] == day) & (ranks["rank"] <= len(top))]
    assert rows["id"].tolist() == top


def test_no_price_that_stands_at_a_dollar_is_in_a_tier(market):
    """A second look at the exclusions, by behaviour: a peg shows in the prices before the date."""
    coins, universe = market
    log = np.log(coins.close)
    suspects = set()
    for day, rows in universe.ranks[universe.ranks["rank"] <= 150].groupby("date"):
        ids = rows["id"].dropna()
        window = log.loc[day - pd.Timedelta(90, "D") : day, ids]
        near = (window.abs() < 0.05).mean() * window.notna().mean().gt(0.8)
        suspects |= set(near[near > 0.95].index)
    assert suspects == set()


def test_no_coin_follows_another_one_to_one(market):
    """Wrapped, bridged and twice-identified coins would: daily returns correlate over 0.995."""
    coins, universe = market
    log = np.log(coins.close)
    twins = {}
    ranks = universe.ranks[(universe.ranks["rank"] <= 100) & (universe.ranks["date"] > "2013-07")]
    for day, rows in ranks.groupby("date"):  # sixty days of prices at least
        ids = rows["id"].dropna().tolist()
        window = log.loc[day - pd.Timedelta(60, "D") : day, ids].diff().iloc[1:]
        full = window.columns[window.notna().all()]
        correlation = np.corrcoef(window[full].to_numpy().T)
        for i, j in zip(*np.where(np.triu(correlation, 1) > 0.995), strict=True):
            twins.setdefault((full[i], full[j]), []).append(f"{day:%Y-%m}")
    assert twins == {}


def test_the_dead_and_the_delisted_are_members_on_their_day(market):
    universe = market[1]
    assert "terra-luna" in set(universe.tier("large").at("2022-05-10")["id"])
    assert "bitconnect" in set(universe.tier("mid").at("2018-01-10")["id"])
    assert "ftx-token" in set(universe.tier("mid").at("2022-11-05")["id"])
    assert "BIT:BitDAO" in set(universe.tier("mid").at("2022-11-05")["key"])  # and has no series
    assert "terra-luna" not in set(universe.tier("large").at("2022-06-05")["id"])


def test_dead_dollars_are_out_and_what_governs_them_is_in(market):
    universe = market[1]
    out = set(universe.excluded["name"].dropna()) | set(universe.excluded["id"].dropna())
    for name in ("TerraUSD", "Binance USD", "Paxos Standard", "HUSD", "nubits", "bitusd", "renBTC"):
        assert name in out, name
    inside = set(universe.ranks["id"].dropna())
    for coin in (
        "maker",
        "lido-dao",
        "rocket-pool",
        "frax-share",
        "terra-luna",
        "digixdao",
        "jito",
    ):
        assert coin in inside or coin == "jito", coin
    assert "Ren" not in out
    assert "FTX Token" not in out


def test_coverage_is_what_it_is(market):
    """Share of the first 50 and 150 ranks with a price: the holes of the archive, on the record."""
    months = market[1].months
    by_year = months.groupby(months.index.year)[["priced_50", "priced_150"]].mean()
    assert by_year.loc[2014:2017].min().min() > 0.98
    assert by_year.loc[2019, "priced_50"] == pytest.approx(0.95, abs=0.03)
    assert by_year.loc[2019, "priced_150"] == pytest.approx(0.72, abs=0.05)
    assert by_year.loc[2020, "priced_50"] == pytest.approx(0.87, abs=0.03)  # as SOURCES.md says
    assert by_year.loc[2021:2024, "priced_50"].min() > 0.95
    assert by_year.loc[2021:2024, "priced_150"].min() > 0.88


@pytest.mark.parametrize(
    ("day", "breadth"),
    [
        ("2018-01-10", 96),
        ("2018-04-10", 16),
        ("2019-09-01", 12),
        ("2021-04-16", 98),
        ("2024-12-05", 86),
        ("2025-04-15", 15),
    ],
)
def test_ninety_day_breadth_is_near_the_published_figures(market, day, breadth):
    coins, universe = market
    ids = universe.top(50).at(day)["id"].dropna()
    now, then = pd.Timestamp(day), pd.Timestamp(day) - pd.Timedelta(90, "D")
    gain = coins.close.loc[now] / coins.close.loc[then]
    share = 100 * (gain[ids].dropna() > gain["bitcoin"]).mean()
    assert share == pytest.approx(breadth, abs=3.5)  # one coin of fifty is two points
