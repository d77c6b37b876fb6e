"""The embedded reference panel: facts it states, figures published elsewhere, and its rebuild."""

import importlib.util
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from altrotation.claims.card import load_cards
from altrotation.claims.lock import compare, lock_path
from altrotation.claims.runner import check_claim, verify
from altrotation.data.bundled import load_reference, reference_folder
from altrotation.data.raw.archive import open_archive
from altrotation.data.raw.checksums import file_sha256
from altrotation.data.raw.reading import read_table
from altrotation.data.store import PANEL_FILE
from altrotation.derive.build import SOURCE_TABLES
from altrotation.events.breakouts import breakouts

ROOT = Path(__file__).resolve().parents[2]
TIERS = ("large", "mid", "small")
SERIES = {
    *("RUT", "SPX", "QQQ", "RSP", "IWM", "VIX", "DXY", "RUT.low", "SPX.low"),
    *("sectors.above50", "sectors.above200"),
    *("XLB", "XLC", "XLE", "XLF", "XLI", "XLK", "XLP", "XLRE", "XLU", "XLV", "XLY"),
    *("DGS1MO", "DGS3MO", "DGS2", "DGS10", "HY_OAS.impulse", "term_spread", "net_liquidity", "M2"),
    *("BTC", "ETH", "ETH/BTC", "BTC.dominance", "BTC.dominance-clean"),
    *("TOTAL", "TOTAL2", "TOTAL3", "stablecoin.supply", "unlock.load"),
    *(f"{tier}/BTC" for tier in (*TIERS, "mid-band", "survivors")),
    *(f"{tier}-capw/BTC" for tier in TIERS),
    *(f"{tier}.coverage" for tier in (*TIERS, "mid-band")),
    *(f"{tier}.downside_beta" for tier in TIERS),
    *("mid.volume", "mid-band.volume", "failed_breakouts.rate"),
    *("top50.breadth", "top50.above50", "top50.above90", "survivors.breadth60"),
    *("funding.mean", "funding.dispersion", "funding.contracts"),
    *("etf.btc", "etf.eth", "etf.sol"),
}


@pytest.fixture(scope="module")
def panel():
    return load_reference()


def level(panel, name):
    """Return a rebased index in the units of its original, on the days it has."""
    card = panel.card(name)
    return (panel.value(name) * card.base_level / 100).dropna()


def test_it_holds_the_series_it_promises(panel):
    assert set(panel.names) == SERIES
    assert panel.clock == "24/7"
    assert panel.dates[0] == pd.Timestamp("1999-01-04")
    assert panel.dates[-1] == pd.Timestamp("2026-10-08")
    assert (reference_folder() / PANEL_FILE).stat().st_size < 3e6


def test_every_card_says_where_from_and_on_which_terms(panel):
    for card in panel.cards:
        assert card.source, card.name
        assert card.licence, card.name
        assert card.unit, card.name
        if card.kind == "index":
            assert panel.value(card.asset)[card.base_date] == 100
            assert card.base_level > 0
    releases = {name: panel.card(name).release for name in panel.names}
    assert {n for n, r in releases.items() if r == "1b"} == {
        *("DGS1MO", "DGS3MO", "DGS2", "DGS10", "HY_OAS.impulse", "term_spread", "net_liquidity")
    }
    assert releases["M2"] == "58d"
    assert panel.card("M2").revised
    assert {releases[n] for n in ("etf.btc", "etf.eth", "etf.sol")} == {"1d"}
    assert releases["BTC.dominance"] == "3d"  # flags of spikes look three days ahead
    licences = {panel.card(name).licence for name in ("RUT", "BTC", "VIX", "TOTAL")}
    assert len(licences) == 1
    assert "leads back to the original within 0.005 %" in licences.pop()


def test_the_credit_spread_of_the_vendor_is_not_in_it(panel):
    assert "HY_OAS" not in panel.names
    impulse = panel.value("HY_OAS.impulse").dropna()
    texts = [f"{value:.2e}" for value in impulse]
    np.testing.assert_array_equal(impulse, [float(text) for text in texts])  # three digits
    assert impulse["2020-03"].max() > 3  # credit tightened fast
    assert impulse["2020-05":"2020-06"].min() < -1


def test_vendors_levels_have_five_digits(panel):
    for name in ("RUT", "SPX.low", "XLU", "BTC", "TOTAL3", "BTC.dominance", "stablecoin.supply"):
        values = panel.value(name).dropna()
        np.testing.assert_array_equal(values, [float(f"{value:.4e}") for value in values])


def test_the_first_version_is_as_published():
    sums = {
        "README.md": "34c5c856f54c468a895b3a9f754e2c9abaa879bba659b9cc049eccae5c8f499d",
        "card.toml": "3a818f651286cd1fc25ff5bb36e7f7c3c22881cdc7c28f81f69504a3814a71ec",
        "panel.parquet": "42452597fcdaa0c3fa5a69e9e74b099462ce67c50ffe68eee4636c541853e631",
    }
    for file, expected in sums.items():
        assert file_sha256(reference_folder(1) / file) == expected, file
    first = load_reference(version=1)
    assert first.data_hash == "c6dfa39c319e944c"
    assert "HY_OAS" in first.names


@pytest.mark.parametrize("name", ["RUT", "SPX"])
def test_lows_stand_on_the_scale_of_the_closes(panel, name):
    both = panel.frame[[f"{name}.low", name]].dropna()
    assert len(both) > 3800
    assert (both[f"{name}.low"] <= both[name] * (1 + 1e-4)).all()
    assert (both[f"{name}.low"] / both[name]).median() > 0.99


def test_the_russell_crosses_three_thousand(panel):
    rut = level(panel, "RUT")
    assert rut[rut > 3000].index[0] == pd.Timestamp("2026-06-22")
    published = {
        "2026-06-22": 3004.40,
        "2026-06-23": 2975.48,
        "2026-08-14": 3068.42,
        "2026-10-08": 2794.13,
        "2021-11-08": 2442.74,
        "2025-09-18": 2467.70,
    }
    for day, close in published.items():
        # five digits of 100 to 1000: half a step of .01 is .021 points of 421.26
        assert rut[day] == pytest.approx(close, abs=0.0211)
    assert rut.idxmax() == pd.Timestamp("2026-08-14")


def test_record_breakouts_of_the_russell_are_the_seven_published(panel):
    events = breakouts(panel.value("RUT"), kind="record", quiet=60)
    since = [f"{day:%Y-%m-%d}" for day in events.dates if day >= pd.Timestamp("2013-01-01")]
    assert since == [
        *("2013-01-02", "2014-12-26", "2016-11-14", "2018-05-16"),
        *("2020-11-13", "2021-11-02", "2025-09-18"),
    ]


def test_year_highs_of_the_russell_are_the_ten_published(panel):
    events = breakouts(panel.value("RUT"), kind="high", window=252, quiet=60)
    since = [f"{day:%Y-%m-%d}" for day in events.dates if day >= pd.Timestamp("2013-06-30")]
    assert since == [
        *("2014-12-26", "2016-08-05", "2018-05-16", "2019-11-25", "2020-11-10"),
        *("2021-11-02", "2023-12-19", "2024-07-11", "2024-10-16", "2025-09-18"),
    ]


def test_breadth_is_near_the_published_index(panel):
    breadth = panel.value("top50.breadth")
    published = {  # a public altcoin season index, on its own list of 50 coins
        "2018-01-10": 96,
        "2018-04-10": 16,
        "2019-09-01": 12,
        "2021-04-16": 98,
        "2024-12-05": 86,
        "2025-04-15": 15,
    }
    for day, share in published.items():
        # lists of 49 coins that differ in a few names: three coins of 49 are six points
        assert breadth[day] == pytest.approx(share, abs=6.5), day


def test_ether_in_bitcoin_at_its_peaks(panel):
    ratio = panel.value("ETH/BTC")
    may = ratio["2021-05-01":"2021-05-31"]
    assert may.idxmax() == pd.Timestamp("2021-05-14")
    assert may.max() == pytest.approx(0.0818, abs=2e-4)
    assert ratio.last_valid_index() == pd.Timestamp("2026-10-06")
    both = level(panel, "ETH") / level(panel, "BTC")
    np.testing.assert_allclose(ratio.dropna(), both.dropna(), rtol=1e-4)


def test_levels_that_everybody_knows(panel):
    assert level(panel, "BTC")["2017-12-16"] == pytest.approx(19_400, rel=0.02)
    assert level(panel, "BTC")["2021-11-08"] == pytest.approx(67_500, rel=0.02)
    assert level(panel, "TOTAL")["2021-11-09"] == pytest.approx(3.0e12, rel=0.05)
    net = panel.value("net_liquidity").dropna()
    assert net["2019-08":"2019-10"].between(3.4e12, 3.9e12).all()
    assert net["2023":].between(5.2e12, 6.6e12).all()
    assert panel.value("M2").dropna()["2022-04-01"] == pytest.approx(21.7e12, rel=0.01)
    assert panel.value("DGS3MO")["2020-06-01"] == pytest.approx(0.14, abs=0.03)


def test_dominance_is_the_share_in_capitalisations(panel):
    whole, rest = level(panel, "TOTAL"), level(panel, "TOTAL2")
    share = 100 * (1 - rest / whole)
    gap = (panel.value("BTC.dominance") - share)["2015":"2022"].dropna()
    assert gap.abs().median() < 0.5
    clean = panel.value("BTC.dominance-clean")
    gap = (panel.value("BTC.dominance") - clean).dropna()
    assert len(gap) > 500
    assert gap.abs().median() < 0.1


def test_funding_lies_around_a_hundredth_of_a_percent(panel):
    mean = panel.value("funding.mean").dropna()
    assert mean["2021-02"].mean() > 4e-4  # the most crowded month
    assert 0 < mean["2022":].median() <= 1.01e-4
    # the one day under -0.2 % per 8 h: SOL settled at -2 % every two hours after its exchange fell
    assert mean[mean < -2e-3].index.strftime("%Y-%m").unique().tolist() == ["2022-11"]
    assert panel.value("funding.contracts").max() == 15


def test_shares_are_percentages_and_nothing_is_filled(panel):
    for card in panel.cards:
        values = panel.value(card.name).dropna()
        if card.kind == "share":
            assert values.between(0, 100).all(), card.name
        if card.calendar == "XNYS" and card.release == "0d":
            assert (values.index.day_of_week < 5).all(), card.name
    rut = panel.value("RUT")
    assert rut.isna().sum() == len(panel) - 6984


@pytest.mark.parametrize("tier", ["large", "mid", "small", "mid-band"])
def test_months_of_thin_coverage_are_named_on_the_cards(panel, tier):
    share = panel.value(f"{tier}.coverage").dropna()
    assert (share >= 50).all()  # under it a basket is not held at all
    # a coverage is that of the trade on the second day of a month
    months = share[share < 80].index - pd.Timedelta(1, "D")
    note = panel.card(f"{tier}/BTC").note
    if not len(months):
        assert "Coverage is at least 80 % in every month." in note
        return
    said = note.partition("Coverage is under 80 % in ")[2].rstrip(".")
    spans = [part.split(" to ") for part in said.split(", ")]
    named = [pd.period_range(span[0], span[-1], freq="M") for span in spans]
    assert set().union(*named) == set(months.to_period("M"))


def test_corrected_closes_are_listed(panel):
    repairs = panel.repairs
    assert (repairs["series"] == "RUT").sum() == 10
    assert (repairs["series"] == "SPX").sum() == 1
    for _, row in repairs.iterrows():
        assert panel.value(row["series"])[row["date"]] == row["new"] != row["old"]


# -- against the archive ---------------------------------------------------------------------------


@pytest.mark.archive
@pytest.mark.parametrize("name", ["RUT", "SPX", "QQQ", "XLU", "RSP"])
def test_events_are_those_of_the_full_history(panel, archive_path, name):
    series = name if name in ("RUT", "SPX", "QQQ") else f"{name}_TR"
    full = open_archive(archive_path).market(series)
    own = panel.value(name).dropna()
    # five significant digits: half a unit of the fifth is at most 5e-5 of the value
    np.testing.assert_allclose(level(panel, name), full[own.index], rtol=5.01e-5)
    for options in ({"kind": "record"}, {"kind": "high"}, {"kind": "high", "window": 100}):
        expected = breakouts(full, quiet=60, **options).dates
        expected = expected[expected >= pd.Timestamp("2013-01-01")]
        got = breakouts(own, quiet=60, **options).dates
        assert got[got >= pd.Timestamp("2013-01-01")].tolist() == expected.tolist()


@pytest.mark.archive
def test_changes_of_breadth_follow_a_published_index(panel, archive_path):
    table = open_archive(archive_path).table("published_altseason_breadth_2019_2026")
    other = 100 * table.set_index("date")["altseason__Alt_season_index"]
    both = pd.concat([panel.value("top50.breadth"), other], axis=1).dropna()
    assert len(both) > 2300
    # its basket is 809 coins and ours 49: the sampling error of a share of 49 is about 7 points
    assert both.corr().iloc[0, 1] > 0.95
    assert both.diff(30).corr().iloc[0, 1] > 0.93


@pytest.fixture(scope="module")
def rebuilt(archive_path, tmp_path_factory):
    """The panel derived from the raw archive by the published script, and the tables it read."""
    path = ROOT / "datasets" / "prepare" / "build.py"
    specification = importlib.util.spec_from_file_location("prepare_build", path)
    script = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(script)
    folder, read = tmp_path_factory.mktemp("rebuilt"), []

    def recorded(file, table):
        read.append(table.name)
        return read_table(file, table)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("altrotation.data.raw.archive.read_table", recorded)
        panel = script.build(open_archive(archive_path), folder)
    return folder, panel, read


@pytest.mark.archive
@pytest.mark.xdist_group("rebuilt")
def test_the_reference_is_rebuilt_byte_for_byte(rebuilt):
    """About a minute: everything from the raw archive, by the published script."""
    folder, _, read = rebuilt
    published = reference_folder()
    for file in ("panel.parquet", "card.toml", "README.md"):
        assert (folder / file).read_bytes() == (published / file).read_bytes(), file
    assert sorted(read) == list(SOURCE_TABLES)  # what README.md lists is what was read


def test_the_catalogue_is_as_locked(panel):
    assert compare(verify(panel, load_cards(), level="embedded"), lock_path("embedded")) == ()


@pytest.mark.archive
@pytest.mark.xdist_group("rebuilt")
def test_both_levels_give_the_same_verdicts(rebuilt, panel, archive_path):
    """The same panel to the last byte, so only what needs single coins can differ: D3."""
    assert rebuilt[1].data_hash == panel.data_hash
    locks = [tomllib.loads(lock_path(level).read_text()) for level in ("embedded", "archive")]
    assert locks[0]["data"] == locks[1]["data"] == panel.data_hash
    embedded, archive = (lock["claims"] for lock in locks)
    assert [name for name in embedded if embedded[name] != archive[name]] == ["D3"]
    assert embedded["D3"]["verdict"] == "untestable"
    coins = verify(rebuilt[1], [_card("D3")], level="archive", archive=archive_path)
    assert compare(coins, lock_path("archive"), partial=True) == ()


@pytest.mark.archive
def test_facts_follow_from_the_raw_tables(archive_path, panel):
    """Claims of fact once more, from raw tables and another vendor's closes."""
    archive = open_archive(archive_path, corrections=False)
    russell = archive.market("RUT")
    above = russell[russell > 3000]
    assert above.index[0] == pd.Timestamp("2026-06-22")
    closes = archive.table("coin_close")
    two = closes[(closes["source"] == "coinbase_close_2026aug") & closes["date"].ge("2020-01-01")]
    wide = two.pivot_table(index="date", columns="symbol", values="value", observed=True)
    ratio = wide["ETH"] / wide["BTC"]
    assert ratio["2021-05"].idxmax() == pd.Timestamp("2021-05-14")
    held = {fact.text: fact for fact in check_claim(_card("B1"), panel).facts}
    quarter = held["The mean of ETH/BTC in the first quarter of 2020 was near 0.020."]
    assert quarter.measured == pytest.approx(ratio["2020-01":"2020-03"].mean(), rel=2e-3)
    bitcoin = wide["BTC"]["2021-04":"2021-05"]
    worst = min(
        bitcoin.iloc[late] / bitcoin.iloc[max(0, late - 34) : late + 1].max() - 1
        for late in range(len(bitcoin))
    )
    (fall,) = [f for f in check_claim(_card("D1"), panel).facts if "within 34 days" in f.text]
    assert fall.measured == pytest.approx(worst, abs=0.01)


def _card(name):
    return next(card for card in load_cards() if card.id == name)
