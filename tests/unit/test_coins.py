import numpy as np
import pandas as pd
import pytest

from altrotation.data.calendar import days
from altrotation.data.coins.exclusions import exclusion
from altrotation.data.coins.identity import identify_ranked, link_across_gaps
from altrotation.data.coins.matching import MatchRule, match_by_price
from altrotation.data.coins.spikes import remove_spikes
from altrotation.data.coins.splice import splice
from altrotation.data.coins.table import load_coins
from altrotation.data.coins.vendors import Vendor, perpetual_unit
from altrotation.errors import DataError, InputError

DATES = days("2018-01-01", "2019-12-31")


def walk(seed, n=730, sd=0.05):
    return np.exp(np.cumsum(np.random.default_rng(seed).normal(0, sd, n)))


def noisy(prices, seed, sd=0.003):
    return prices * np.exp(np.random.default_rng(seed).normal(0, sd, len(prices)))


# -- splicing ------------------------------------------------------------------------------------


def test_a_difference_of_level_never_becomes_a_return():
    truth = walk(0, 100)
    first, second = truth.copy(), 1.4 * truth
    first[60:], second[:50] = np.nan, np.nan
    level, vendor, factor = splice(np.stack([first, second])[:, :, None])
    np.testing.assert_allclose(level[:, 0], truth)
    assert vendor[:, 0].tolist() == [0] * 60 + [1] * 40
    np.testing.assert_allclose(factor[:, 0], [1.0, 1 / 1.4])


def test_the_first_vendor_wins_where_both_have_a_return():
    a, b = walk(1, 50), walk(2, 50)
    level, vendor, _ = splice(np.stack([a, b])[:, :, None])
    np.testing.assert_allclose(level[:, 0], a)
    assert set(vendor[:, 0]) == {0}


def test_a_gap_in_all_vendors_is_one_return_over_several_days():
    truth = walk(3, 60)
    first, second = truth.copy(), 1.4 * truth
    first[20:] = np.nan  # the first ends, the second goes on, with a hole
    second[30:35] = np.nan
    level, _, _ = splice(np.stack([first, second])[:, :, None])
    assert np.isnan(level[30:35, 0]).all()
    keep = np.isfinite(level[:, 0])
    np.testing.assert_allclose(level[keep, 0], truth[keep])


def test_vendors_that_never_meet_keep_their_own_levels():
    truth = walk(4, 40)
    first, second = truth.copy(), truth.copy()
    first[15:], second[:20] = np.nan, np.nan
    level, vendor, _ = splice(np.stack([first, second])[:, :, None])
    np.testing.assert_allclose(level[20:, 0], truth[20:])
    assert vendor[15:20, 0].tolist() == [-1] * 5


def test_one_vendor_is_itself():
    prices = np.where(np.random.default_rng(0).random((30, 4)) < 0.2, np.nan, 2.0)[None]
    level, vendor, _ = splice(prices)
    np.testing.assert_array_equal(level, prices[0])
    np.testing.assert_array_equal(vendor, np.where(np.isfinite(prices[0]), 0, -1))
    twice, _, _ = splice(np.stack([prices[0], np.full_like(prices[0], np.nan)]))
    np.testing.assert_allclose(twice, level)


@pytest.mark.parametrize("bad", [0.0, -1.0, np.inf])
def test_impossible_prices_are_refused(bad):
    with pytest.raises(InputError, match="must be positive and finite"):
        splice(np.array([[[1.0], [bad]]]))
    with pytest.raises(InputError, match="must have shape"):
        splice(np.ones((3, 3)))


# -- identity ------------------------------------------------------------------------------------


def reference():
    prices = {f"coin-{k}": walk(k) for k in range(6)}
    prices["wrapped-0"] = noisy(prices["coin-0"], 77, 0.001)
    prices["wrapped-0"][:300] = np.nan
    prices["dollar"] = noisy(np.ones(len(DATES)), 78)
    symbols = {"coin-1": "AAA", "coin-2": "BBB", "coin-3": "CCC", "dollar": "USD"}
    frame = pd.DataFrame(prices, index=DATES)
    return frame, pd.Series(symbols).reindex(frame.columns).fillna("")


def match(foreign, symbols):
    frame, known = reference()
    table = match_by_price(
        pd.DataFrame(foreign, index=DATES),
        frame,
        foreign_symbols=pd.Series(symbols),
        reference_symbols=known,
    )
    return table.set_index("foreign_id")


def test_price_finds_a_renamed_coin_and_refuses_a_reused_symbol():
    frame, _ = reference()
    table = match(
        {
            "renamed": noisy(frame["coin-1"].to_numpy(), 10),
            "AAA-2": walk(99),  # another coin that took the symbol of coin-1
            "wrong-level": 1.2 * frame["coin-2"].to_numpy(),
        },
        {"renamed": "NEW", "AAA-2": "AAA", "wrong-level": "BBB"},
    )
    assert table.loc["renamed", "id"] == "coin-1"
    assert table.loc["renamed", "distance"] < 0.01
    assert table.loc["AAA-2", "id"] is None
    assert table.loc["AAA-2", "verdict"].startswith("levels differ")
    assert table.loc["wrong-level", "id"] is None


def test_the_original_is_preferred_to_its_wrapped_copy():
    frame, _ = reference()
    table = match({"x": noisy(frame["coin-0"].to_numpy(), 11)}, {"x": "XXX"})
    assert table.loc["x", "id"] == "coin-0"


def test_a_peg_proves_nothing_without_the_name():
    table = match(
        {"a": noisy(np.ones(len(DATES)), 12), "b": noisy(np.ones(len(DATES)), 13)},
        {"a": "USD", "b": "OTHER"},
    )
    assert table.loc["a", "id"] == "dollar"
    assert table.loc["b", "id"] is None


def test_few_days_need_the_name():
    frame, _ = reference()
    short = np.full(len(DATES), np.nan)
    short[100:120] = noisy(frame["coin-3"].to_numpy(), 14)[100:120]
    table = match({"with": short, "without": short}, {"with": "CCC", "without": "ZZZ"})
    assert table.loc["with", "id"] == "coin-3"
    assert table.loc["without", "id"] is None
    assert "days, 40 needed" in table.loc["without", "verdict"]


def test_a_slug_is_a_name():
    frame, known = reference()
    short = frame[["coin-3"]].iloc[:25].reindex(DATES).rename(columns={"coin-3": "COIN3"})
    table = match_by_price(
        short, frame, foreign_symbols=pd.Series({"COIN3": ""}), reference_symbols=known
    )
    assert table["id"].tolist() == ["coin-3"]
    assert table["name_agrees"].tolist() == [True]


def test_vendor_errors_do_not_hide_an_identity():
    frame, _ = reference()
    prices = noisy(frame["coin-1"].to_numpy(), 15)
    prices[::40] *= 17.0
    assert match({"x": prices}, {"x": "AAA"}).loc["x", "id"] == "coin-1"


def test_no_two_random_coins_are_ever_one():
    # 40 x 8 pairs of independent walks over two years; none may match, whatever the symbols say
    foreign = {f"f{k}": walk(1000 + k) for k in range(40)}
    table = match(foreign, dict.fromkeys(foreign, "AAA"))
    assert table["id"].isna().all()
    assert MatchRule().distance_unnamed < table["distance"].min()


def ranked(rows):
    return pd.DataFrame(rows, columns=["date", "symbol", "name", "price"]).assign(
        date=lambda t: pd.to_datetime(t["date"])
    )


def test_a_ranked_row_is_the_coin_with_its_symbol_and_its_price():
    frame, _ = reference()
    close = frame[["coin-1", "coin-2"]].copy()
    close.loc["2019-01-01":, "coin-1"] = np.nan
    symbols = pd.Series({"coin-1": "LUNA", "coin-2": "LUNA"}, name="symbol")
    at = {k: float(frame.loc["2018-06-01", k]) for k in ("coin-1", "coin-2")}
    late = float(frame.loc["2019-06-01", "coin-2"])
    rows = ranked(
        [
            ("2018-06-01", "LUNA", "Terra", at["coin-1"] * 1.02),
            ("2018-06-01", "LUNA", "Other", at["coin-2"] * 0.98),
            ("2018-06-01", "LUNA", "Nobody", 1e6),
            ("2019-06-01", "LUNA", "Terra", late * 3.0),  # no close of coin-1, not coin-2's either
            ("2019-06-01", "XYZ", "Unknown", late),
            ("2018-01-01", "LUNA", "Terra", 1e6),  # before it was ever identified
            ("2018-07-01", "LUNA", "Terra", float(frame.loc["2018-07-01", "coin-1"])),
        ]
    )
    found = identify_ranked(rows, close, symbols)
    assert found["id"].tolist()[:2] == ["coin-1", "coin-2"]
    assert found["id"].isna().tolist() == [False, False, True, False, True, True, False]
    assert found["evidence"].iloc[3] == "price on an earlier day"
    np.testing.assert_allclose(found["gap"].iloc[:2], np.log([1.02, 0.98]))


def test_two_prices_that_cross_are_not_one_coin():
    frame, _ = reference()
    dates = pd.date_range("2018-02-01", "2019-06-01", freq="MS")
    close = frame[["coin-1"]].assign(dollar=1.0, other=1e9)
    close.loc["2018-05-01", ["dollar", "other"]] = float(frame.loc["2018-05-01", "coin-1"])
    rows = ranked([(d, "REN", "Ren", float(frame.loc[d, "coin-1"])) for d in dates])
    symbols = pd.Series({"coin-1": "REN", "other": "REN"})
    assert identify_ranked(rows, close, symbols)["id"].unique().tolist() == ["coin-1"]
    # a hint whose symbol differs must agree nearly always: here on one list of seventeen
    hinted = rows.assign(hint=np.where(rows["date"] == "2018-05-01", "dollar", None))
    found = identify_ranked(hinted, close[["dollar"]], pd.Series({"dollar": "USD"}))
    assert found["id"].isna().all()
    always = rows.assign(hint="coin-1")
    found = identify_ranked(always, close[["coin-1"]], pd.Series({"coin-1": "OLD"}))
    assert found["id"].eq("coin-1").all()


def test_a_series_that_starts_after_the_other_ended_is_linked_by_the_lists_between():
    frame, _ = reference()
    truth = frame["coin-1"]
    close = pd.DataFrame(
        {"okb": truth.loc[:"2019-01-31"], "okb@x": truth.loc["2019-05-01":]}, index=DATES
    )
    close["okc@x"] = frame["coin-2"].loc["2019-05-01":]
    symbols = pd.Series({"okb": "OKB", "okb@x": "OKB", "okc@x": "OKC"})
    dates = pd.date_range("2018-06-01", "2019-12-01", freq="MS")
    rows = ranked([(d, "OKB", "OKB", float(truth[d])) for d in dates])
    links = link_across_gaps(rows, close, symbols, loose={"okb@x", "okc@x"})
    assert links[["foreign_id", "id"]].to_numpy().tolist() == [["okb@x", "okb"]]
    cut = rows[rows["date"] < "2019-05-15"]  # one later list proves nothing
    assert link_across_gaps(cut, close, symbols, loose={"okb@x"}).empty
    jump = rows.assign(price=rows["price"] * np.where(rows["date"] >= "2019-05-01", 40.0, 1.0))
    other = close.assign(**{"okb@x": close["okb@x"] * 40.0})  # the symbol went to another coin
    assert link_across_gaps(jump, other, symbols, loose={"okb@x"}).empty


@pytest.mark.parametrize(
    ("symbol", "coin", "count"),
    [
        ("1000PEPE", "PEPE", 1e3),
        ("1000000MOG", "MOG", 1e6),
        ("1MBABYDOGE", "BABYDOGE", 1e6),
        ("1INCH", "1INCH", 1.0),
        ("BTC", "BTC", 1.0),
    ],
)
def test_the_unit_of_a_perpetual(symbol, coin, count):
    assert perpetual_unit(symbol) == (coin, count)


# -- spikes ----------------------------------------------------------------------------------------


def spiked(factor, length, witness=None):
    prices = walk(5, 200, 0.02)
    bad = prices.copy()
    bad[100 : 100 + length] *= factor
    close = pd.DataFrame({"x": bad}, index=DATES[:200])
    vendors = {"a": Vendor("a", close, pd.Series({"x": "X"}))}
    if witness is not None:
        other = bad if witness else prices
        frame = pd.DataFrame({"y": other}, index=DATES[:200])
        vendors["b"] = Vendor("b", frame, pd.Series({"y": "X"}))
    return remove_spikes(vendors, {"a": {"x": "coin"}, "b": {"y": "coin"}})


@pytest.mark.parametrize(
    ("factor", "length", "removed"),
    [
        *((4.0, 1, 1), (0.2, 1, 1), (2.5, 1, 0), (20.0, 5, 5), (0.02, 4, 4)),
        (4.0, 3, 2),  # accepted on its second day; so is the way back
        (20.0, 6, 10),  # accepted after five days; then five days until the way back is
    ],
)
def test_a_jump_nobody_else_saw_waits_in_the_ledger(factor, length, removed):
    cleaned, ledger = spiked(factor, length)
    assert len(ledger) == removed
    assert int(cleaned["a"].close["x"].isna().sum()) == removed
    if removed == length:
        assert ledger["date"].tolist() == list(DATES[100 : 100 + length])
    if removed:
        assert ledger["reason"].str.contains("no witness").all()


def test_a_witness_decides():
    assert spiked(10.0, 1, witness=True)[1].empty
    ledger = spiked(10.0, 1, witness=False)[1]
    assert ledger["source"].tolist() == ["a"]
    assert "another vendor disagrees" in ledger["reason"].iloc[0]


def test_a_crash_that_stays_is_seen_once_it_has_lasted():
    prices = walk(6, 200, 0.02)
    prices[120:] /= 50.0
    close = pd.DataFrame({"x": prices}, index=DATES[:200])
    vendors, ledger = remove_spikes(
        {"a": Vendor("a", close, pd.Series({"x": "X"}))}, {"a": {"x": "c"}}
    )
    assert ledger["date"].tolist() == list(DATES[120:125])
    pd.testing.assert_series_equal(vendors["a"].close["x"][125:], close["x"][125:])


def test_a_price_is_judged_by_the_days_up_to_its_own():
    rng = np.random.default_rng(3)
    jumps = rng.choice([1.0, 1.0, 1.0, 4.0, 0.1, 30.0], (200, 6))
    prices = np.column_stack([walk(k, 200, 0.02) for k in range(6)]) * jumps
    prices[rng.random(prices.shape) < 0.1] = np.nan
    frame = pd.DataFrame(prices, index=DATES[:200], columns=list("uvwxyz"))
    names = {"a": {c: c for c in frame}, "b": {"x": "x"}}

    def cleaned(close):
        second = close[["x"]] * np.where(np.arange(len(close)) % 3, 1.1, 1.5)[:, None]
        vendors = {"a": Vendor("a", close, pd.Series()), "b": Vendor("b", second, pd.Series())}
        return remove_spikes(vendors, names)[0]["a"].close

    whole = cleaned(frame)
    assert whole.isna().to_numpy().sum() > np.isnan(prices).sum() + 50
    for cut in range(1, 200, 7):
        violent = frame.copy()
        violent.iloc[cut:] *= rng.choice([1e-3, 1.0, 1e3], violent.iloc[cut:].shape)
        pd.testing.assert_frame_equal(cleaned(violent)[:cut], whole[:cut])
        pd.testing.assert_frame_equal(cleaned(frame[:cut]), whole[:cut])


# -- exclusions --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("coin", "name", "categories", "group"),
    [
        ("tether", "Tether", "Stablecoins", "pegged-money"),
        (None, "TerraUSD", None, "pegged-money"),
        (None, "Paxos Standard", None, "pegged-money"),
        (None, "HUSD", None, "pegged-money"),
        ("nubits", None, None, "pegged-money"),
        ("bitusd", None, None, "pegged-money"),
        ("frax", "Legacy Frax Dollar", "Stablecoins", "pegged-money"),
        ("frax-share", "Frax (prev. FXS)", "Stablecoin Protocol", None),
        (None, "PAX Gold", None, "tokenised-metal-or-fund"),
        (None, "Janus Henderson Anemoy Treasury Fund", None, "tokenised-metal-or-fund"),
        (None, "Wrapped Bitcoin", None, "wrapped-or-bridged"),
        (None, "renBTC", None, "wrapped-or-bridged"),
        (None, "Lido Staked Ether", None, "staked-or-lent"),
        ("binance-staked-sol", "Binance Staked SOL", None, "staked-or-lent"),
        ("lido-dao", "Lido DAO", "Liquid Staking Governance Tokens,Liquid Staking", None),
        ("jito-governance-token", "Jito", "Liquid Staking", None),
        ("rocket-pool", "Rocket Pool", "Liquid Staking", None),
        ("ankr", "Ankr Network", "Liquid Staking Governance Tokens", None),
        ("bitcoin-gold", "Bitcoin Gold", None, None),
        ("terra-luna", "Terra", None, None),
        ("digixdao", "DigixDAO", None, None),
        (None, "Maker", None, None),
        ("spx6900", "SPX6900", "Bridged-Tokens", None),
        ("usde", None, None, None),  # a mined coin of 2014, not the dollar of 2024
    ],
)
def test_what_a_token_is(coin, name, categories, group):
    row = {"id": coin, "name": name, "categories": categories, "date": pd.Timestamp("2022-01-01")}
    assert exclusion(pd.DataFrame([row], dtype=object)).tolist() == [group]


def test_a_migrated_coin_leaves_on_the_day():
    rows = [
        {"id": "matic-network", "name": "Polygon", "categories": None, "date": pd.Timestamp(day)}
        for day in ("2024-09-01", "2024-10-01")
    ]
    assert exclusion(pd.DataFrame(rows)).tolist() == [None, "migrated"]


# -- the whole ---------------------------------------------------------------------------------


class Tables:
    """An archive in memory."""

    def __init__(self, tables):
        self.tables = tables

    def table(self, name):
        return self.tables[name].copy()


def long(source, series, unit=None):
    parts = [
        pd.DataFrame(
            {"source": source, "coin_id": name, "symbol": symbol, "date": s.index, "value": s.array}
        )
        for (name, symbol), s in series.items()
    ]
    return pd.concat(parts, ignore_index=True).dropna(subset="value")


def small_archive():
    dates = days("2017-06-01", "2019-06-30")
    btc = pd.Series(walk(20, len(dates)) * 4000, index=dates)
    eth = pd.Series(walk(21, len(dates)) * 300, index=dates)
    dead = pd.Series(walk(22, len(dates)) * 2, index=dates)
    nano = pd.Series(walk(23, len(dates)) * 2, index=dates)
    micro = pd.Series(1e-6, index=dates)
    early = slice("2017-06-01", "2018-01-10")
    late = slice("2018-01-01", "2018-07-02")
    mid = slice("2018-07-03", None)
    zero = dead.copy()
    zero["2018-09-01"] = 0.0
    close = [
        long(
            "cmc_2013_2018jan",
            {
                ("bitcoin", None): btc[early],
                ("raiblocks", None): nano[early],
                ("deadcoin", None): dead[early],
            },
        ),
        long(
            "cmc_2018h1",
            {
                ("bitcoin", None): btc[late],
                ("nano", None): nano[late],
                ("deadcoin", None): dead[late],
            },
        ),
        long(
            "coingecko_2025",
            {
                ("bitcoin", "BTC"): btc["2017-09-01":] * 1.004,
                ("ethereum", "ETH"): eth,
                ("nano-gecko", "XNO"): nano["2018-02-01":] * 0.99,
            },
        ),
        long("coingecko_2022", {("ethereum", "ETH"): eth[mid]}),
        long("coingecko_top5_2026", {("bitcoin", "BTC"): btc[mid]}),
        long(
            "yahoo_2022feb",
            {
                ("DEAD-USD", "DEAD"): zero["2018-01-05":],
                ("KIN-USD", "KIN"): micro,
            },
        ),
        long("cryptocompare_2024jul", {("ETH", "ETH"): eth[mid]}),
        long("coinbase_2025oct", {("BTC/USD", "BTC"): btc[mid]}),
        long("coinbase_close_2026aug", {("BTCUSD", "BTC"): btc[mid]}),
        long("binance_spot_2026jun", {("BTCUSDT", "BTC"): btc[mid]}),
        long("binance_perp_2026mar", {("1000ETHUSDT", "1000ETH"): eth[mid] * 1000}),
        long("binance_perp_2026may", {("BTCUSDT", "BTC"): btc[mid]}),
    ]
    caps = [
        part.assign(
            value=part["value"] * 100,
            cap_time="open_of_date" if "cmc" in part["source"].iloc[0] else "same_instant_as_close",
        )
        for part in close
        if part["source"].iloc[0] in ("cmc_2013_2018jan", "cmc_2018h1", "coingecko_2025")
    ]
    lists = {"date": dates[:0], "rank": [], "name": [], "symbol": [], "price": []}
    ranks = {**lists, "market_cap": [], "circulating_supply": [], "volume_24h": []}
    category = {"source": "category", "coin_id": "category", "symbol": "category"}
    tables = {
        "coin_close": pd.concat(close, ignore_index=True).astype(category),
        "coin_volume": pd.concat(close, ignore_index=True).astype(category),
        "coin_market_cap": pd.concat(caps, ignore_index=True).astype(category),
        "coin_slug_renames_2018": pd.DataFrame(
            {"slug_jan2018": ["raiblocks"], "slug_jul2018": ["nano"]}
        ),
        "coin_ohlcv_2025_2026": pd.DataFrame(
            {"symbol": "BTC", "date": dates[-40:], "close": btc.iloc[-40:].array}
        ),
        "coin_close_2026": pd.DataFrame(
            {"symbol": "BTC", "date": dates[-40:], "close": btc.iloc[-40:].array}
        ),
        "coin_metadata": pd.DataFrame(
            {"id": ["bitcoin"], "name": ["Bitcoin"], "categories": ["Layer 1"]}
        ),
        "coin_top200_snapshots": pd.DataFrame({**ranks, "series": []}),
        "coin_snapshot_series_map": pd.DataFrame({**lists, "cg_id": []}),
        "coin_top300_snapshots_2026": pd.DataFrame(
            {**ranks, "cmc_rank": [], "snapshot_utc": dates[:0]}
        ).drop(columns=["rank", "date"]),
        "coin_top100_ranks_2025_2026": pd.DataFrame(lists),
    }
    return tables, {"bitcoin": btc, "ethereum": eth, "deadcoin": dead, "nano-gecko": nano}


def test_a_small_archive_from_end_to_end():
    tables, truth = small_archive()
    coins = load_coins(Tables(tables), start="2017-06-01", end="2019-06-30")
    assert set(coins.close) == {"bitcoin", "ethereum", "nano-gecko", "deadcoin"}
    for name, prices in truth.items():  # one coin, several vendors at levels of their own
        ours = np.log(coins.close[name]).diff().dropna()
        theirs = np.log(prices).diff().reindex(ours.index)
        np.testing.assert_allclose(ours, theirs, atol=1e-9)
    # the zero of 2018-09-01 and every micro price are in the ledger, and nowhere else
    assert np.isnan(coins.close.loc["2018-09-01", "deadcoin"])
    zero = coins.ledger[coins.ledger["reason"] == "not positive"]
    assert zero[["source", "id"]].to_numpy().tolist() == [["yahoo_2022feb", "deadcoin"]]
    rounded = coins.ledger["reason"].str.startswith("rounded")
    assert rounded.sum() == len(truth["bitcoin"])
    # a capitalisation taken at the open of D is that of the close of D - 1
    cap = coins.cap.loc["2017-12-01", "deadcoin"]
    assert cap == pytest.approx(100 * truth["deadcoin"]["2017-12-02"])
    matched = coins.matches.set_index(["source", "foreign_id"])["id"]
    assert matched["cmc", "nano"] == "nano-gecko"
    assert matched["yahoo_2022feb", "DEAD-USD"] == "deadcoin"
    assert matched["binance_perp_2026mar", "1000ETHUSDT"] == "ethereum"
    runs = coins.spans[coins.spans["days"] > 0].sort_values(["id", "first"])
    assert runs.groupby(["id", "source"])["days"].sum()["nano-gecko", "cmc"] > 100
    later = runs["id"].eq(runs["id"].shift(-1))
    assert (runs["last"] < runs["first"].shift(-1))[later].all()  # one vendor a day
    assert coins.volume.dtypes.unique().tolist() == [np.dtype("float32")]
    assert "CoinTable(4 coins" in repr(coins)


def test_a_missing_source_and_disagreeing_halves_are_refused():
    tables, _ = small_archive()
    close = tables["coin_close"]
    lacking = {**tables, "coin_close": close[close["source"] != "yahoo_2022feb"]}
    with pytest.raises(DataError, match="no source 'yahoo_2022feb'"):
        load_coins(Tables(lacking))
    fresh = pd.concat([close, close.tail(1).assign(source="kraken_2027")], ignore_index=True)
    with pytest.raises(DataError, match="has the source 'kraken_2027', which has no place among"):
        load_coins(Tables({**tables, "coin_close": fresh}))
    value = close["value"].where(close["source"] != "cmc_2018h1", close["value"] * 1.1)
    with pytest.raises(DataError, match="The two cmc sources differ"):
        load_coins(Tables({**tables, "coin_close": close.assign(value=value)}))
