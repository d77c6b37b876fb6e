from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from altrotation.data.calendar import days
from altrotation.data.coins.table import CoinTable
from altrotation.data.coins.universe import Universe, load_universe
from altrotation.errors import InputError

DATES = days("2017-06-01", "2026-07-31")
N = 180
SUPPLY = 1e6
DEAD, DEATH = "coin-007", pd.Timestamp("2021-05-12")


class Tables:
    """An archive in memory."""

    def __init__(self, tables):
        self.tables = tables

    def table(self, name):
        return self.tables[name].copy()


def coin_table():
    """180 coins whose rank in 2017 is their number, with prices that wander; the last two tiny."""
    rng = np.random.default_rng(0)
    names = ["bitcoin", "ethereum", "tether", *(f"coin-{k:03d}" for k in range(3, N))]
    start = 1e5 * 0.96 ** np.arange(N)
    steps = rng.normal(0, 0.01, (len(DATES), N))
    steps[:, 0] = 0.0  # Bitcoin stays first
    steps[:, 2] = 0.0
    prices = start * np.exp(np.cumsum(steps, axis=0))
    prices[:, 0] *= 50
    close = pd.DataFrame(prices, index=DATES, columns=pd.Index(names, name="id", dtype=object))
    close["tether"] = 1e4
    close[["coin-178", "coin-179"]] = 0.5  # half a million USD in all
    close.loc[DEATH:, DEAD] = np.nan
    cap = (close * SUPPLY).loc[:"2025-07-13"].reindex(DATES)
    volume = (close * 1e3).loc[:"2025-07-13"].reindex(DATES).astype("float32")
    volume["coin-177"] = volume["coin-177"] * 0 + 5  # listed, never traded
    symbols = pd.Series({n: n.replace("-", "").upper() for n in names}, name="symbol")
    frame = pd.DataFrame({"symbol": symbols, "name": symbols.index}, index=close.columns)
    frame.loc["tether", "name"] = "Tether"
    spans = pd.DataFrame({"id": names[:8], "source": "close_2026"})
    empty = pd.DataFrame()
    return CoinTable(close, volume, cap, frame, symbols, spans, empty, empty)


def ranked(coins, day, depth):
    price = coins.close.loc[day].dropna()
    order = price.sort_values(ascending=False).index[:depth]
    return pd.DataFrame(
        {
            "date": day,
            "rank": np.arange(1, len(order) + 1),
            "symbol": coins.coins["symbol"].reindex(order).to_numpy(),
            "name": coins.coins["name"].reindex(order).to_numpy(),
            "price": price[order].to_numpy(),
            "market_cap": SUPPLY * price[order].to_numpy(),
            "circulating_supply": SUPPLY,
            "volume_24h": 1e6,
        }
    )


def archive(coins):
    months = pd.date_range("2018-08-01", "2019-12-01", freq="MS")
    lists = [
        ranked(coins, day, 120).assign(month=day, order=lambda t: t["rank"])[
            ["month", "order", "symbol"]
        ]
        for day in months
    ]
    snapshots = pd.concat(
        [ranked(coins, d, 200) for d in pd.date_range("2020-01-01", "2025-10-01", freq="MS")]
    ).assign(series="monthly")
    daily = pd.date_range("2025-08-05", "2026-05-01")
    top100 = pd.concat([ranked(coins, d, 100) for d in daily])
    top300 = pd.concat([ranked(coins, d, 300) for d in pd.date_range("2026-01-26", "2026-04-21")])
    top300 = top300.rename(columns={"rank": "cmc_rank"})
    top300["snapshot_utc"] = top300.pop("date") + pd.Timedelta(5, "h")
    return Tables(
        {
            "coin_universe_monthly": pd.concat(lists, ignore_index=True),
            "coin_top200_snapshots": snapshots,
            "coin_snapshot_series_map": snapshots[["date", "rank", "name", "symbol"]].assign(
                cg_id=None
            ),
            "coin_top100_ranks_2025_2026": top100[["rank", "name", "symbol", "price", "date"]],
            "coin_top300_snapshots_2026": top300,
            "coin_metadata": pd.DataFrame({"id": ["tether"], "categories": ["Stablecoins"]}),
        }
    )


@pytest.fixture(scope="module")
def coins():
    return coin_table()


@pytest.fixture(scope="module")
def universe(coins):
    return load_universe(archive(coins), coins)


@pytest.mark.parametrize(
    ("day", "basis"),
    [
        ("2018-03-01", "daily caps"),
        ("2019-05-01", "list and caps"),
        ("2020-02-01", "snapshot"),
        ("2025-10-01", "snapshot"),
        ("2025-12-01", "top 100 and supply"),
        ("2026-03-01", "top 300"),
    ],
)
def test_every_basis_gives_the_order_of_the_day(coins, universe, day, basis):
    rows = universe.ranks[universe.ranks["date"] == day]
    assert rows["basis"].unique().tolist() == [basis]
    price = coins.close.loc[day].dropna().sort_values(ascending=False)
    expected = [c for c in price.index if c != "tether" and price[c] > 1]
    if day < "2025-08-01":  # later the record's own volume is all that is known
        expected.remove("coin-177")
    assert rows["id"].tolist() == expected
    assert rows["rank"].tolist() == list(range(1, len(expected) + 1))
    np.testing.assert_allclose(rows["cap"], SUPPLY * price[expected], rtol=1e-5)
    assert len(expected) >= 174


def test_what_is_left_out_says_why(universe):
    out = universe.excluded[universe.excluded["date"] == "2018-03-01"].set_index("id")["excluded"]
    assert out.to_dict() == {
        "tether": "pegged-money",
        "coin-177": "not traded",
        "coin-178": "too small",
        "coin-179": "too small",
    }
    assert universe.months.loc["2018-03-01", "excluded"] == 4


def test_dead_coins_stay_until_they_die(universe):
    held = universe.ranks[universe.ranks["id"] == DEAD]["date"]
    assert held.max() == pd.Timestamp("2021-05-01")
    assert len(held) == len(universe.months[:"2021-05-01"])


def test_after_the_last_ranks_there_are_survivors_only(universe):
    months = universe.months
    assert months["ranked"][:"2026-04-01"].all()
    assert not months["ranked"]["2026-05-01":].any()
    assert len(universe.tier("mid").at("2026-04-30"))
    assert not len(universe.tier("mid").at("2026-05-01"))
    with pytest.raises(InputError, match="No ranks are known for 2026-05"):
        universe.tiers("2026-05-20")
    assert len(universe.tier("survivors").at("2026-06-15")) == 6  # eight without BTC and ETH
    assert universe.survivors[0] != "bitcoin"


def test_tiers_are_ranks_among_eligible_coins_without_ethereum(universe):
    day = "2022-03-15"
    tiers = universe.tiers(day)
    assert tiers["bitcoin"] == "BTC"
    assert tiers["ethereum"] == "ETH"
    assert "tether" not in tiers.index
    counts = tiers.value_counts()
    assert (counts["mid"], counts["small"]) == (40, 100)
    rows = universe.ranks[universe.ranks["date"] == "2022-03-01"].set_index("key")["rank"]
    for name, (first, last) in {"large": (2, 10), "mid": (11, 50), "small": (51, 150)}.items():
        members = universe.tier(name).at(day)
        assert rows[members["key"]].between(first, last).all()
        assert "ethereum" not in set(members["id"])
        assert set(members["key"]) == set(tiers.index[tiers == name])
    band = universe.tier("mid-band").at(day)
    assert band["cap"].between(5e8, 5e9).all()
    assert len(band)
    assert len(universe.top(50).at(day)) == 49
    assert len(universe.top(50, bitcoin=True).at(day)) == 50
    with pytest.raises(InputError, match="`name` must be one of 'large', 'mid'"):
        universe.tier("micro")
    with pytest.raises(InputError, match="The first membership of mid is 2017-06-01"):
        universe.tier("mid").at("2017-05-31")


def test_a_tier_that_is_mostly_empty_is_not_defined(coins):
    few = coins.cap.copy()
    few.loc[:"2017-12-31", coins.close.columns[19:]] = np.nan  # 18 eligible: 8 of mid's 40 ranks
    universe = load_universe(archive(coins), replace(coins, cap=few))
    assert not len(universe.tier("mid").at("2017-12-01"))
    assert len(universe.tier("large").at("2017-12-01")) == 8
    assert len(universe.tier("mid").at("2018-02-01")) == 40


@pytest.mark.parametrize("cut", ["2018-05-17", "2019-03-03", "2022-08-30", "2025-12-10"])
def test_ranks_do_not_depend_on_later_days(coins, universe, cut):
    later = pd.Timestamp(cut) < DATES
    rng = np.random.default_rng(1)
    noise = np.where(later[:, None], rng.uniform(0.1, 10, (len(DATES), N)), 1.0)
    changed = replace(
        coins,
        close=coins.close * noise,
        cap=coins.cap * noise,
        volume=(coins.volume * noise).astype("float32"),
    )
    other = load_universe(archive(changed), changed)
    for table in ("ranks", "excluded"):
        before, after = getattr(universe, table), getattr(other, table)
        pd.testing.assert_frame_equal(
            before[before["date"] <= cut].reset_index(drop=True),
            after[after["date"] <= cut].reset_index(drop=True),
        )
    months = ["ranked", "basis", "eligible", "excluded"]
    pd.testing.assert_frame_equal(universe.months.loc[:cut, months], other.months.loc[:cut, months])
    assert not universe.ranks.equals(other.ranks)


def test_a_capitalisation_a_week_old_still_ranks_and_an_older_one_does_not(coins):
    cap = coins.cap.copy()
    cap.loc["2018-02-24":"2018-03-05", "coin-020"] = np.nan  # six days old on 03-01
    cap.loc["2018-02-22":"2018-03-05", "coin-021"] = np.nan  # eight
    universe = load_universe(archive(coins), replace(coins, cap=cap))
    ids = set(universe.ranks[universe.ranks["date"] == "2018-03-01"]["id"])
    assert "coin-020" in ids
    assert "coin-021" not in ids


def test_a_listed_coin_without_capitalisation_is_placed_by_the_list(coins):
    cap = coins.cap.copy()
    cap.loc["2018-07-01":"2019-12-31", "coin-030"] = np.nan
    universe = load_universe(archive(coins), replace(coins, cap=cap))
    for day in ("2018-10-01", "2019-10-01"):
        rows = universe.ranks[universe.ranks["date"] == day].set_index("id")
        price = coins.close.loc[day].drop("tether").sort_values(ascending=False)
        truth = price.index.get_loc("coin-030") + 1
        assert rows.loc["coin-030", "evidence"] == "list"
        assert abs(rows.loc["coin-030", "rank"] - truth) <= 1


def test_a_coin_that_lost_its_price_counts_as_a_member_without_one(coins):
    gone = "coin-150"  # below the list, no capitalisation, no price after July 2018
    close, cap = coins.close.copy(), coins.cap.copy()
    close.loc["2018-07-04":, gone] = np.nan
    cap.loc["2018-07-04":, gone] = np.nan
    table = replace(coins, close=close, cap=cap)
    rows = load_universe(archive(coins), table).ranks
    late = rows[(rows["date"] == "2019-06-01") & (rows["id"] == gone)]
    assert late["evidence"].tolist() == ["capitalisation of July 2018 times median growth"]
    assert 110 < late["rank"].iloc[0] < 176


def test_a_decision_is_labelled_by_the_day_of_its_record(universe):
    assert isinstance(universe, Universe)
    decided = universe.tier("mid").decided
    assert (decided.day == 1).all()
    pd.testing.assert_index_equal(decided, pd.DatetimeIndex(universe.months.index), exact=False)
