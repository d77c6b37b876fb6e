"""The coins of the raw archive: identities, levels and the ledger against facts of history."""

import numpy as np
import pandas as pd
import pytest

from altrotation.data.coins.vendors import read_vendors
from altrotation.data.raw.archive import open_archive

pytestmark = pytest.mark.archive


@pytest.fixture(scope="module")
def coins(coin_market):
    return coin_market.coins


def test_the_table_has_the_shape_it_promises(coins):
    assert coins.dates[0] == pd.Timestamp("2013-04-28")
    assert coins.dates[-1] == pd.Timestamp("2026-10-06")
    for frame in (coins.close, coins.volume, coins.cap):
        assert frame.index.equals(coins.close.index)
        assert frame.columns.equals(coins.close.columns)
    values = coins.close.to_numpy()
    assert not (values <= 0).any()
    assert not np.isinf(values).any()
    assert coins.close.notna().any().all()
    assert coins.coins.index.equals(coins.close.columns)
    assert coins.coins.index.is_unique


@pytest.mark.parametrize(
    ("coin", "day", "price", "tolerance"),
    [  # closes at 24:00 UTC that the public record agrees on
        ("bitcoin", "2017-12-16", 19_500, 0.01),
        ("bitcoin", "2021-11-08", 67_550, 0.01),
        ("bitcoin", "2022-11-09", 15_880, 0.01),
        ("ethereum", "2018-01-13", 1_397, 0.02),
        ("ethereum", "2021-11-08", 4_812, 0.01),
        ("ripple", "2018-01-07", 3.38, 0.02),
        ("dogecoin", "2021-05-07", 0.681, 0.02),
        ("terra-luna", "2022-04-05", 116, 0.03),
        ("solana", "2021-11-06", 259, 0.02),
    ],
)
def test_levels_stand_where_the_public_record_has_them(coins, coin, day, price, tolerance):
    assert coins.close.loc[day, coin] == pytest.approx(price, rel=tolerance)


def test_known_renames_are_one_coin_and_known_namesakes_are_not(coins):
    matched = coins.matches.dropna(subset="id").set_index(["source", "foreign_id"])["id"]
    assert matched["binance_perp_2026mar", "AUSDT"] == "eos"
    assert matched["binance_perp_2026mar", "LUNA2USDT"] == "terra-luna-2"
    assert matched["binance_perp_2026mar", "1000LUNCUSDT"] == "terra-luna"
    assert matched["binance_perp_2026mar", "1000PEPEUSDT"] == "pepe"
    assert matched["yahoo_2022feb", "LUNA1-USD"] == "terra-luna"
    assert matched["cmc", "nano"] == "nano"
    assert matched["cmc", "golem-network-tokens"] == "golem"
    assert matched["cmc", "binance-coin"] == "binancecoin"
    ids = set(coins.close)
    assert {"bitconnect", "bitcoin-cash", "terra-luna", "terra-luna-2"} <= ids
    namesakes = coins.matches.set_index(["source", "foreign_id"])["id"]
    assert namesakes["yahoo_2022feb", "SOL1-USD"] != "solana"
    assert pd.isna(namesakes["yahoo_2022feb", "COMP-USD"])  # 14 log points from Compound
    # a series sold as ETHW that holds the price of Ether
    assert namesakes["cryptocompare_2024jul", "ETHW"] != "ethereum-pow-iou"


def test_every_match_rests_on_prices(coins):
    matched = coins.matches.dropna(subset="id")
    linked = matched["source"] == "ranked lists"
    assert matched["distance"].max() <= 0.05
    assert matched.loc[~linked, "days"].min() >= 10
    assert (
        matched.loc[~linked & ~matched["name_agrees"].fillna(False).astype(bool), "days"].min()
        >= 40
    )
    once = matched[~linked].groupby("source")["id"].apply(lambda ids: ids.is_unique)
    assert once.all()
    assert len(matched) > 1200


def test_no_return_is_made_by_a_change_of_vendor(coins):
    # Bitcoin changes vendor on 2018-07-03, 2025-07-14, 2026-06-03 and 2026-08-21
    log = np.log(coins.close["bitcoin"])
    for day in ("2018-07-03", "2025-07-14", "2026-06-03", "2026-08-21"):
        assert abs(log.diff()[day]) < 0.08
    spans = coins.spans[coins.spans["id"] == "bitcoin"]
    assert (np.log(spans["factor"].dropna()).abs() < 0.01).all()


def test_every_impossible_value_is_in_a_ledger(coins, archive_path):
    raw = open_archive(archive_path, verify=False, corrections=False)
    _, ledger = read_vendors(raw.table, coins.dates)
    removed = ledger[ledger["reason"] == "not positive"]
    assert len(removed) == (raw.table("coin_close")["value"] <= 0).sum() == 1110
    assert (removed["source"] == "yahoo_2022feb").all()
    # the archive with its own corrections has taken them out before
    assert not (coins.ledger["reason"] == "not positive").any()


def test_what_was_held_back_as_a_jump(coins):
    spikes = coins.ledger[coins.ledger["reason"].str.startswith("jump")]
    assert 0 < len(spikes) < 0.005 * coins.close.notna().to_numpy().sum()
    assert not coins.ledger.duplicated(["source", "series", "date"]).any()
    assert spikes["reason"].str.contains("no witness|disagrees").all()
    # the crashes of history that a second vendor saw are no errors
    for coin in ("terra-luna", "ftx-token", "bitcoin", "ethereum"):
        listed = spikes[(spikes["id"] == coin) & (spikes["source"] != "cryptocompare_2024jul")]
        assert listed[listed["date"] >= "2018-01-01"].empty
    # one that a single vendor saw waits until it has lasted, and is then taken
    for coin, year, first, last in (
        ("bitconnect", "2018", "2018-01-15", "2018-01-21"),
        ("mantra-dao", "2025", "2025-04-13", "2025-04-18"),
    ):
        listed = spikes[(spikes["id"] == coin) & (spikes["date"] >= year)]
        assert listed["date"].between(first, last).all()
        assert 1 <= len(listed) <= 5


def test_dead_coins_are_there_until_they_die(coins):
    luna = coins.close["terra-luna"]["2022-05-06":"2022-05-13"]
    assert luna.iloc[-1] / luna.iloc[0] < 1e-4
    ftt = coins.close["ftx-token"]["2022-11-05":"2022-11-13"]
    assert ftt.iloc[-1] / ftt.iloc[0] < 0.1
    assert coins.close["bitconnect"]["2018-01-22"] / coins.close["bitconnect"]["2018-01-14"] < 0.2
    # at least the 268 coins that the lists of January 2018 hold and those of July do not
    assert coins.coins["died"].sum() >= 268


def test_the_first_source_of_2013_to_2018_survived_to_january_2018(coins):
    """A defect of the archive worth knowing: nearly all series of the first source reach 2018."""
    spans = coins.spans[(coins.spans["source"] == "cmc") & (coins.spans["days"] > 0)]
    assert (spans.groupby("id")["last"].max() >= "2018-01-01").mean() > 0.99
    assert not any("the-dao" in coin for coin in coins.close)  # third by size in June 2016
