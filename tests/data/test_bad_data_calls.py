"""Bad calls of the functions that read, identify and derive: one row a condition."""

import hashlib

import numpy as np
import pandas as pd
import pytest

from altrotation.data import bundled
from altrotation.data.bundled import reference_folder
from altrotation.data.calendar import days
from altrotation.data.cards import SeriesCard
from altrotation.data.coins import vendors
from altrotation.data.coins.matching import match_by_price
from altrotation.data.coins.ranks import ranked_month_starts
from altrotation.data.coins.table import load_coins
from altrotation.data.coins.vendors import read_vendors
from altrotation.data.csv import parse_days, parse_numbers, read_text
from altrotation.data.panel import Panel
from altrotation.data.raw.archive import Archive, open_archive
from altrotation.data.raw.checksums import file_sha256, listed_sums, verify_sums
from altrotation.data.raw.reading import read_table
from altrotation.data.raw.schema import Column, Table
from altrotation.data.store import read_card, write_panel
from altrotation.derive.build import derive_panel
from altrotation.errors import DataError, InputError

SCHEMA = Table(
    name="prices",
    file="prices.csv",
    columns={
        "date": Column(kind="day"),
        "close": Column(kind="number", unit="USD", low=0.0, open_low=True),
        "note": Column(kind="text", missing=True),
    },
    keys=("date",),
)
UNREAD = object.__new__(Archive)  # what is wrong is said before anything is read
DATES = days("2018-01-01", "2018-01-05")


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "a.csv").write_text("date,close,note\n2024-01-02,1.5,x\n2024-01-03,2.5,\n")
    return tmp_path


def write(folder, text, name="prices.csv"):
    file = folder / name
    file.write_text(text)
    return file


def table(folder, *lines, head="date,close,note"):
    return read_table(write(folder, "\n".join([head, *lines, ""])), SCHEMA)


# -- files ---------------------------------------------------------------------------------------


def sums(folder, text):
    write(folder, text, "SHA256SUMS")
    return listed_sums(folder)


def cells(*values):
    return pd.Series(values, name="close", dtype="str")


BAD_FILES = [
    (lambda f: file_sha256(f / "b.csv"), "no readable file"),
    (lambda f: listed_sums(f), "has no SHA256SUMS; write it with"),
    (lambda f: sums(f, "not a hash\n"), "SHA256SUMS line 1 must be a SHA-256"),
    (lambda f: sums(f, f"{'g' * 64}  a.csv\n"), "SHA256SUMS line 1 must be a SHA-256"),
    (lambda f: sums(f, f"{'0' * 64}\n"), "SHA256SUMS line 1 must be a SHA-256"),
    (lambda f: verify_sums(f, {"b.csv": "0" * 64}), "no file .*b.csv, which SHA256SUMS lists"),
    (lambda f: verify_sums(f, {"a.csv": "0" * 64}), "a.csv differs from SHA256SUMS"),
    (lambda _: parse_days(cells("2024-01-02", "soon"), "a.csv"), "line 3: close must be a day"),
    (lambda _: parse_days(cells("2024-01-02", None), "a.csv"), "line 3: close must be a day"),
    (lambda _: parse_days(cells("2199-01-01"), "a.csv"), "2199-01-01 lies in the future"),
    (lambda _: parse_numbers(cells("1", "one"), "a.csv"), "line 3: close must be a number"),
    (lambda _: parse_numbers(cells("-inf"), "a.csv"), "line 2: close must be finite, got '-inf'"),
    (lambda _: parse_numbers(cells("nan"), "a.csv"), "line 2: close must be finite, got 'nan'"),
    (lambda f: read_text(f / "b.csv"), "There is no file"),
    (lambda f: read_text(write(f, "date,close\n")), "a header line and no rows"),
    (lambda f: read_text(write(f, "date,date\n1,2\n")), "names the column 'date' twice"),
    (lambda f: read_text(write(f, "date\n1\n2,3\n")), "is no regular table"),
    (lambda f: read_card(f), "no .*card.toml"),
    (lambda f: read_card(write(f, "a = \n", "card.toml").parent), "card.toml cannot be read"),
    (lambda f: read_card(write(f, "a = 1\n", "card.toml").parent), "does not state"),
    (lambda f: read_table(f / "b.csv", SCHEMA), "There is no file"),
    (lambda f: read_table(write(f, "PAR1", "b.parquet"), SCHEMA), "no complete parquet file"),
    (lambda f: table(f, "2024-01-02,x", head="date,note"), "has no column 'close'"),
    (
        lambda f: table(f, "2024-01-02,1,,2", head="date,close,note,bid"),
        "has a column 'bid' that table prices does not know",
    ),
    (lambda f: table(f, "2024-01-02,one,"), "line 2: close must be a number, got 'one'"),
    (lambda f: table(f, "2024-01-02,,"), "row 0: close is empty"),
    (lambda f: table(f, "2024-01-02,inf,"), "close must be finite"),
    (lambda f: table(f, "2024-01-02,0,"), r"\(2024-01-02\): close must be above 0, got 0"),
    (lambda f: table(f, "2199-01-01,1,"), "2199-01-01 lies in the future"),
    (lambda f: table(f, "2024-01-03,1,", "2024-01-02,1,"), "2024-01-02.*out of order"),
    (lambda f: table(f, "2024-01-02,1,", "2024-01-02,1,"), "2024-01-02.*stands twice"),
]


@pytest.mark.parametrize(("call", "message"), BAD_FILES)
def test_a_bad_file_is_refused_with_place_and_remedy(call, message, folder):
    with pytest.raises(DataError, match=message) as caught:
        call(folder)
    assert "\n" not in str(caught.value)


def test_the_good_file_beside_them_is_read(folder):
    read = read_table(folder / "a.csv", SCHEMA)
    assert read["close"].to_list() == [1.5, 2.5]
    assert read["note"].isna().to_list() == [False, True]
    digest = hashlib.sha256((folder / "a.csv").read_bytes()).hexdigest()
    assert file_sha256(folder / "a.csv") == digest
    assert dict(sums(folder, f"{digest}  a.csv\n")) == {"a.csv": digest}
    verify_sums(folder, {"a.csv": digest})
    assert parse_days(cells("2199-01-01"), "a.csv", ahead=True)[0] == pd.Timestamp("2199-01-01")


# -- the reference panel -------------------------------------------------------------------------


def test_bad_versions_of_the_reference_panel(tmp_path, monkeypatch):
    monkeypatch.setattr(bundled, "_PLACES", (tmp_path, tmp_path))
    with pytest.raises(DataError, match="No reference panel is installed"):
        reference_folder()
    card = SeriesCard(name="BTC", kind="index", unit="points", calendar="24/7")
    write_panel(Panel(pd.DataFrame({"BTC": 1.0}, index=DATES), [card]), tmp_path / "v1")
    with pytest.raises(InputError, match="`version` must be one of 1, got 2"):
        reference_folder(2)


# -- coins and the panel derived from them -------------------------------------------------------


def matched(foreign_dates):
    price = pd.DataFrame({"x": 1.0}, index=foreign_dates)
    names = pd.Series({"x": "X"})
    return match_by_price(
        price, price.reindex(DATES), foreign_symbols=names, reference_symbols=names
    )


BAD = [
    (lambda: matched(DATES[1:]), "must share their dates"),
    (lambda: ranked_month_starts(None, None, DATES), "first days of months, got 2018-01-02"),
    (lambda: load_coins(UNREAD, start="soon"), "`start` must be a date"),
    (lambda: load_coins(UNREAD, start="2020-01-02", end="2020-01-01"), "`start`"),
    (lambda: derive_panel(UNREAD, end="soon"), "`end` must be a date"),
    (lambda: derive_panel(UNREAD, end="1999-01-03"), "1999-01-03"),
]


@pytest.mark.parametrize(("call", "message"), BAD)
def test_bad_calls(call, message):
    with pytest.raises(InputError, match=message):
        call()


def coin_close(source, slug, value):
    """A column of closes, in the long form of the archive."""
    return pd.DataFrame(
        {"source": source, "coin_id": slug, "symbol": slug, "date": DATES, "value": value}
    )


def vendor_tables(*closes):
    tables = {
        "coin_close": pd.concat(closes),
        "coin_slug_renames_2018": pd.DataFrame({"slug_jan2018": ["old"], "slug_jul2018": ["new"]}),
    }
    return tables.__getitem__


OLD, NEW = "cmc_2013_2018jan", "cmc_2018h1"
BAD_VENDORS = [
    ((coin_close(OLD, "old", 2.0),), f"has no source '{NEW}'"),
    ((coin_close(NEW, "new", 2.0),), f"has no source '{OLD}'"),
    (
        (coin_close(OLD, "old", 2.0), coin_close(NEW, "new", 2.1)),
        "The two cmc sources differ in 'new' by 0.0476",
    ),
]


@pytest.mark.parametrize(("closes", "message"), BAD_VENDORS)
def test_bad_vendors_are_refused(closes, message):
    with pytest.raises(DataError, match=message):
        read_vendors(vendor_tables(*closes), DATES)


def test_renamed_slugs_that_agree_pass_the_union():
    assert vendors.PRECEDENCE[0] == "cmc"
    agree = (coin_close(OLD, "old", 2.0), coin_close(NEW, "new", np.full(len(DATES), 2.0)))
    with pytest.raises(DataError, match=f"has no source '{vendors.PRECEDENCE[1]}'"):
        read_vendors(vendor_tables(*agree), DATES)


def test_coins_and_panel_need_every_table():
    class Lacking(Archive):
        """An archive without this table."""

        def table(self, name):
            raise DataError(f"The archive has no {name}.")

        macro = market = card = table

    with pytest.raises(DataError, match="has no coin_close"):
        load_coins(object.__new__(Lacking))
    with pytest.raises(DataError, match="has no"):
        derive_panel(object.__new__(Lacking))


def test_a_panel_is_not_derived_from_a_table_that_breaks_its_schema(tmp_path):
    write(tmp_path, "PAR1", "market_daily.parquet")
    with pytest.raises(DataError, match="no complete parquet file"):
        derive_panel(open_archive(tmp_path, verify=False))
