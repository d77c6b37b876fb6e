"""The recipe of the derived panel on small made-up tables: wiring, units, links, no look-ahead."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from altrotation.data.calendar import sessions
from altrotation.data.cards import SeriesCard
from altrotation.data.coins.table import CoinTable
from altrotation.data.coins.universe import Universe
from altrotation.data.raw.archive import open_archive
from altrotation.derive.breadth import breadth_columns
from altrotation.derive.column import Column, on_sessions, rebased
from altrotation.derive.crypto import crypto_columns, vendor_prices
from altrotation.derive.dominance import dominance_columns
from altrotation.derive.leverage import leverage_columns
from altrotation.derive.macro import macro_columns
from altrotation.derive.members import coin_ids, daily_members
from altrotation.derive.supply import supply_columns
from altrotation.derive.tiers import tier_columns
from altrotation.errors import DataError
from altrotation.indicators.supply import released_share

N_COINS = 170


class Tables:
    """An archive in memory."""

    def __init__(self, tables=None, macro=None):
        self.sha256 = {}
        self.tables, self.series = tables or {}, macro or {}

    def table(self, name):
        return self.tables[name].copy()

    def macro(self, name):
        return self.series[name].copy()

    def card(self, name):
        return SeriesCard(name=name, kind="amount", unit="raw", calendar="24/7", release="1b")


def days(start, periods):
    return pd.date_range(start, periods=periods, freq="D", unit="us", name="date")


def by_name(columns):
    names = [column.card.name for column in columns]
    assert len(set(names)) == len(names)
    return {column.card.name: column for column in columns}


# -- one column ------------------------------------------------------------------------------------


def test_a_rebased_index_leads_back_to_the_level():
    levels = pd.Series([np.nan, 421.26, 3004.4], index=days("2020-01-01", 3))
    column = rebased(levels, name="X", calendar="XNYS", source="s", unit="points")
    assert column.values.iloc[0] == 100
    assert (column.card.base_date, column.card.base_level) == ("2020-01-02", 421.26)
    assert column.values.iloc[-1] * column.card.base_level / 100 == pytest.approx(3004.4, abs=1e-9)


def test_an_empty_column_is_refused():
    card = SeriesCard(name="X", kind="rate", unit="-", calendar="24/7")
    with pytest.raises(DataError, match="The column X came out empty"):
        Column(card, pd.Series([np.nan], index=days("2020-01-01", 1)))


def test_values_on_holidays_are_left_out():
    values = pd.Series(1.0, index=days("2024-12-24", 3))
    assert on_sessions(values).index.strftime("%m-%d").tolist() == ["12-24", "12-26"]


# -- macro, dominance, leverage, supply ------------------------------------------------------------


def macro_tables():
    weekly = pd.date_range("2014-01-01", periods=30, freq="7D", unit="us")
    daily = pd.date_range("2013-12-30", periods=160, freq="B", unit="us")
    rng = np.random.default_rng(0)
    series = {name: pd.Series(rng.uniform(1, 5, 160), daily) for name in ("DGS1MO", "DGS3MO")}
    series["DGS2"] = pd.Series(1.5, daily)
    series["DGS10"] = pd.Series(2.25, daily).drop(daily[3])
    long = pd.date_range("2013-01-01", periods=400, freq="B", unit="us")
    spread = pd.Series(4.0 + rng.normal(0, 0.05, 400).cumsum(), long)
    series["HY_OAS"] = pd.concat(
        [spread, pd.Series([9.0], pd.DatetimeIndex(["2014-05-31"]))]
    ).sort_index()
    series["WALCL"] = pd.Series(4_000_000.0, weekly)
    series["WTREGEN"] = pd.Series(150_000.0, weekly)
    series["RRPONTSYD"] = pd.Series(200.0, daily)
    series["M2SL"] = pd.Series(11_000.0, pd.date_range("2014-01-01", periods=5, freq="MS"))
    return series


def test_macro_columns_bring_millions_and_billions_to_dollars():
    columns = by_name(macro_columns(Tables(macro=macro_tables()), start=pd.Timestamp("2010-01-01")))
    # 4.0 trillion - 0.15 trillion - 0.2 trillion
    assert (columns["net_liquidity"].values == 3.65e12).all()
    assert columns["net_liquidity"].card.release == "1b"
    assert (columns["M2"].values == 11e12).all()
    np.testing.assert_allclose(columns["term_spread"].values, 0.75)
    assert len(columns["term_spread"].values) == 159
    assert "HY_OAS" not in columns
    impulse = columns["HY_OAS.impulse"].values
    assert pd.Timestamp("2014-05-31") not in impulse.index  # a Saturday
    spread = macro_tables()["HY_OAS"].drop(pd.Timestamp("2014-05-31"))
    expected = (spread.diff(20) / (spread.diff().rolling(250).std() * np.sqrt(20))).dropna()
    pd.testing.assert_series_equal(impulse, expected, check_names=False, check_freq=False)


def dominance_tables():
    rng = np.random.default_rng(1)
    early, late = days("2025-05-01", 17), days("2025-05-10", 30)
    whole = pd.Series(3e12 * np.exp(rng.normal(0, 0.02, 17).cumsum()), early)
    split = pd.DataFrame(
        {"date": early, "market_cap": whole.to_numpy(), "btc_cap": 0.6 * whole.to_numpy()}
    )
    split["eth_cap"] = 0.09 * whole.to_numpy()
    growth = 2.9e12 * np.exp(rng.normal(0, 0.02, 30).cumsum())
    recent = pd.DataFrame({"date": late, "btc_dominance_pct_cmc": np.linspace(60, 62, 30)})
    for name, share in (("derived_total_cap", 1.0), ("derived_TOTAL2", 0.4)):
        recent[name] = share * growth
    recent["derived_TOTAL3"] = 0.3 * growth
    clean = pd.DataFrame(
        {
            "kind": "clean_midnight_stamped",
            "date": late[:20] + pd.Timedelta(1, "D"),
            "btc_d": np.linspace(60, 62, 30)[:20],
            "spike_flag": np.nan,
        }
    )
    long = pd.DataFrame(
        {
            "kind": "long_close_stamped",
            "date": early,
            "btc_d": 61.0,
            "spike_flag": [0.0] * 8 + [1.0] + [0.0] * 8,
        }
    )
    return {
        "total_market_cap_split_2013_2025": split,
        "dominance_total_cap_2025_2026": recent,
        "btc_dominance": pd.concat([clean, long], ignore_index=True),
    }


def test_totals_are_chained_on_the_last_common_day():
    tables = dominance_tables()
    columns = by_name(dominance_columns(Tables(tables)))
    split = tables["total_market_cap_split_2013_2025"].set_index("date")
    late = tables["dominance_total_cap_2025_2026"].set_index("date")
    link = pd.Timestamp("2025-05-17")
    own = {
        "TOTAL": split["market_cap"],
        "TOTAL2": 0.4 * split["market_cap"],
        "TOTAL3": 0.31 * split["market_cap"],
    }
    names = {"TOTAL": "derived_total_cap", "TOTAL2": "derived_TOTAL2", "TOTAL3": "derived_TOTAL3"}
    for name, column in names.items():
        values = columns[name].values
        np.testing.assert_allclose(values[:link], 100 * own[name] / own[name].iloc[0])
        after = late.loc[link:, column]
        np.testing.assert_allclose(values[link:] / values[link], after / after.iloc[0])
        assert values.index.is_unique
        assert values.index.is_monotonic_increasing


def test_dominance_moves_midnight_stamps_to_the_close_and_drops_spikes():
    columns = by_name(dominance_columns(Tables(dominance_tables())))
    clean = columns["BTC.dominance-clean"].values
    assert clean.index[0] == pd.Timestamp("2025-05-10")
    np.testing.assert_allclose(clean, np.linspace(60, 62, 30))
    long = columns["BTC.dominance"].values
    assert len(long) == 16
    assert pd.Timestamp("2025-05-09") not in long.index


def test_dominance_sources_that_disagree_are_refused():
    tables = dominance_tables()
    tables["dominance_total_cap_2025_2026"]["btc_dominance_pct_cmc"] += 0.5
    with pytest.raises(DataError, match=r"disagree by over 0\.01"):
        dominance_columns(Tables(tables))


def test_funding_of_too_few_contracts_is_missing():
    hours = pd.date_range("2022-01-01", periods=30, freq="8h", tz="UTC")
    frame = pd.concat(
        [
            pd.DataFrame({"symbol": s, "funding_time_utc": hours[:n], "funding_rate": r})
            for s, n, r in (("A", 30, 1e-4), ("B", 30, 2e-4), ("C", 12, 6e-4))
        ]
    )
    columns = by_name(leverage_columns(Tables({"funding_settlements": frame})))
    np.testing.assert_allclose(columns["funding.mean"].values, 3e-4)
    np.testing.assert_allclose(columns["funding.dispersion"].values, np.sqrt(7) * 1e-4)
    assert columns["funding.mean"].values.index[-1] == pd.Timestamp("2022-01-04")
    assert columns["funding.contracts"].values.tolist() == [3] * 4 + [2] * 6


def test_supply_begins_where_the_count_is_complete_and_skips_unreadable_schedules():
    supply = pd.DataFrame({"date": days("2020-03-30", 10), "stablecoin_supply_usd": 7e9})
    rows = [
        {
            "protocol": f"p{k}",
            "category": "insiders",
            "type": "linear",
            "start_utc": "2020-01-01",
            "end_utc": "2027-12-31",
            "steps": np.nan,
            "total_tokens": 100.0,
        }
        for k in range(25)
    ]
    broken = [
        rows[0] | {"end_utc": "1972-01-01"},
        rows[1] | {"end_utc": None},
        rows[2] | {"total_tokens": -5.0},
        rows[3] | {"category": "burned", "type": "cliff", "total_tokens": 1e9},
    ]
    tables = {
        "stablecoin_supply": supply,
        "token_unlock_schedules": pd.DataFrame([*rows, *broken]),
    }
    columns = by_name(supply_columns(Tables(tables)))
    assert columns["stablecoin.supply"].values.index[0] == pd.Timestamp("2020-04-03")
    span = (pd.Timestamp("2027-12-31") - pd.Timestamp("2020-01-01")).days
    np.testing.assert_allclose(columns["unlock.load"].values, 100 * 30 / span)


@pytest.mark.archive
def test_schedules_release_what_the_vendors_list_of_unlocks_says(archive_path):
    archive = open_archive(archive_path)
    table, events = (archive.table(f"token_unlock_{kind}") for kind in ("schedules", "events"))
    rows = table[["protocol", "type", "steps", "total_tokens"]].copy()
    rows["start"] = pd.to_datetime(table["start_utc"].astype(str))
    rows["end"] = pd.to_datetime(table["end_utc"].astype("object"))
    readable = (rows["total_tokens"] > 0) & (rows["end"] >= rows["start"])
    # the list holds cliffs and steps only: compare protocols whose statements are all of these
    other = set(rows.loc[~readable | (rows["type"] == "linear"), "protocol"])
    rows = rows[~rows["protocol"].isin(other)].reset_index(drop=True)
    dates = pd.DatetimeIndex(["2023-01-15", "2024-06-30", "2025-10-03"])
    share = released_share(rows, dates)
    for day in dates:
        past = events[events["date"] <= day]
        listed = past.groupby("protocol", observed=True)["pct_of_scheduled_total"].sum()
        gap = (share.loc[day] - listed.reindex(share.columns).astype("float64").fillna(0.0)).abs()
        assert len(gap) > 60
        assert (gap > 1e-9).sum() <= 1  # one protocol's daily step falls a day later in the list


# -- coins -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def market():
    """A made-up market of 170 coins with gaps, one dead coin a month, and ranks that change."""
    rng = np.random.default_rng(2)
    dates = days("2024-12-01", 480)
    ids = ["bitcoin", "ethereum", *(f"coin{k:03d}" for k in range(N_COINS - 2))]
    steps = 0.02 * rng.normal(size=(480, 1)) + rng.normal(0, 0.04, (480, N_COINS))
    steps[0] += np.log(np.geomspace(5e4, 0.01, N_COINS))
    close = pd.DataFrame(np.exp(steps.cumsum(axis=0)), dates, pd.Index(ids, dtype=object))
    close.iloc[:, 2:] = close.iloc[:, 2:].mask(rng.random((480, N_COINS - 2)) < 0.005)
    for k in range(10):
        close.iloc[60 + 30 * k :, 50 + k] = np.nan
    supply = np.geomspace(2e12, 2e7, N_COINS) / np.geomspace(5e4, 0.01, N_COINS)
    cap = close * supply
    months = days("2025-01-01", 449)
    months = months[months.day == 1]
    rows = []
    for month in months:
        order = cap.loc[month].dropna().sort_values(ascending=False)
        for rank, (coin, value) in enumerate(order.items(), start=1):
            rows.append({"date": month, "rank": rank, "key": coin, "id": coin, "cap": value})
    span = pd.DataFrame(
        {
            "id": ["bitcoin", "bitcoin", "ethereum"],
            "source": ["a", "b", "b"],
            "first": [dates[0], dates[200], dates[0]],
            "last": [dates[199], dates[-1], dates[-1]],
            "days": [200, 280, 480],
            "factor": [1.0, 1.25, 2.0],
        }
    )
    coins = CoinTable(
        close=close,
        volume=close * 1e6,
        cap=cap,
        coins=pd.DataFrame({"covered_to": dates[-1]}, index=close.columns),
        symbols=pd.Series(dtype=object),
        spans=span,
        matches=pd.DataFrame(),
        ledger=pd.DataFrame(),
    )
    universe = Universe(
        ranks=pd.DataFrame(rows),
        excluded=pd.DataFrame(),
        months=pd.DataFrame({"ranked": True}, index=months),
        survivors=tuple(ids[2:26]),
    )
    return coins, universe


def until(market, date):
    """Return the market as it stood at the end of `date`."""
    coins, universe = market
    coins = replace(
        coins, close=coins.close[:date], volume=coins.volume[:date], cap=coins.cap[:date]
    )
    universe = replace(
        universe,
        ranks=universe.ranks[universe.ranks["date"] <= date],
        months=universe.months[:date],
    )
    return coins, universe


def coin_columns(market):
    coins, universe = market
    return by_name(
        [
            *crypto_columns(coins),
            *tier_columns(coins, universe),
            *breadth_columns(coins, universe),
        ]
    )


def test_nothing_of_a_coin_column_depends_on_later_days(market):
    whole = coin_columns(market)
    for date in ("2026-01-20", "2026-02-17"):
        part = coin_columns(until(market, date))
        assert set(part) <= set(whole)
        for name, column in part.items():
            pd.testing.assert_series_equal(
                column.values, whole[name].values[:date], check_freq=False, check_exact=True
            )
    assert "survivors/BTC" in part


def test_members_change_on_the_day_of_the_decision(market):
    coins, universe = market
    tier = universe.tier("mid")
    ids = coin_ids(tier)
    daily = daily_members(tier, coins.dates, ids)
    assert not daily[:"2024-12-31"].any().any()
    for day in ("2025-01-01", "2025-03-31", "2025-04-01", "2026-03-25"):
        assert set(daily.columns[daily.loc[day]]) == set(tier.at(day)["id"])
    assert daily.sum(axis=1)["2025-01-01":].eq(40).all()
    assert daily.diff().iloc[1:].astype(bool).any(axis=1).sum() <= 15  # at month starts only


def test_members_without_a_price_series_are_left_out(market):
    coins, universe = market
    ranks = universe.ranks.copy()
    ranks.loc[ranks["rank"] == 5, "id"] = None
    tier = replace(universe, ranks=ranks).tier("large")
    daily = daily_members(tier, coins.dates, coin_ids(tier))
    assert daily.sum(axis=1).iloc[-1] == len(tier.at(coins.dates[-1])) - 1


def test_prices_stand_at_their_vendors_level(market):
    coins, _ = market
    bitcoin = vendor_prices(coins, "bitcoin")
    pd.testing.assert_series_equal(bitcoin[:200], coins.close["bitcoin"][:200])
    pd.testing.assert_series_equal(bitcoin[200:], coins.close["bitcoin"][200:] / 1.25)
    ratio = by_name(crypto_columns(coins))["ETH/BTC"].values
    expected = coins.close["ethereum"].iloc[-1] / 2.0 / (coins.close["bitcoin"].iloc[-1] / 1.25)
    assert ratio.iloc[-1] == pytest.approx(expected)


def test_breadth_agrees_with_a_count_by_hand(market):
    coins, universe = market
    breadth = coin_columns(market)["top50.breadth"].values
    day, before = pd.Timestamp("2025-09-20"), pd.Timestamp("2025-06-22")
    ranks = universe.ranks[universe.ranks["date"] == pd.Timestamp("2025-09-01")]
    ids = ranks.loc[ranks["rank"].between(2, 50), "id"]
    ids = [coin for coin in ids if coin != "bitcoin"]
    gain = (coins.close.loc[day] / coins.close.loc[before]).reindex(ids).dropna()
    expected = 100 * (gain > coins.close["bitcoin"][day] / coins.close["bitcoin"][before]).mean()
    assert breadth[day] == pytest.approx(expected)
    assert len(gain) > 40


def test_a_tier_is_missing_where_most_of_it_has_no_price(market):
    coins, universe = market
    ids = universe.tier("mid").at("2025-10-01")["id"]
    close = coins.close.copy()
    ended = list(ids[-25:])  # of 40
    close.loc["2025-10-10":, ended] = np.nan
    covered = coins.coins.copy()
    covered.loc[ended, "covered_to"] = pd.Timestamp("2025-10-09")
    cut = replace(coins, close=close, coins=covered)
    values = by_name(tier_columns(cut, universe))["mid/BTC"].values
    assert pd.Timestamp("2025-10-09") in values.index
    # after a week the 25 leave the basket at their last price; what is left is not the tier
    assert not len(values["2025-10-10":"2025-11-01"])


def test_sessions_are_new_yorks():
    assert len(sessions("2025-01-08", "2025-01-10")) == 2  # closed on 2025-01-09
