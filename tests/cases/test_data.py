"""Panels, cards and files: inputs that gave wrong numbers or unclear errors, put right."""

import contextlib
import hashlib
import io
import itertools
import tomllib

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from altrotation import EventSet, Panel, SeriesCard, load_reference
from altrotation.data import bundled
from altrotation.data.calendar import session_times
from altrotation.data.cards import cards_by_name
from altrotation.data.coins.vendors import PRECEDENCE
from altrotation.data.csv import read_csv_panel, read_text
from altrotation.data.own import own_series, require_names
from altrotation.data.raw.archive import Archive, open_archive
from altrotation.data.raw.catalogue import COIN_SOURCES
from altrotation.data.raw.checksums import file_sha256, listed_sums
from altrotation.data.raw.reading import read_table
from altrotation.data.raw.remarks import require_read, unread_remarks
from altrotation.data.raw.tables import TABLES
from altrotation.data.rounding import round_significant
from altrotation.data.store import card_digest, read_card, read_panel, write_panel
from altrotation.errors import AltrotationError, DataError, InputError
from altrotation.leadlag.crosscorr import cross_correlation

D = pd.date_range("2020-01-01", periods=900, unit="us")


def px(seed):
    steps = np.random.default_rng(seed).normal(0, 0.03, 900)
    return pd.Series(100 * np.exp(np.cumsum(steps)), index=D, name=f"p{seed}")


def panel_of(kind, *, name="x", values=1.0, calendar="24/7", release="0d"):
    card = SeriesCard(name=name, kind=kind, unit="USD", calendar=calendar, release=release)
    return Panel(pd.DataFrame({name: pd.Series(values, index=D)}), [card])


# -- flows on the clock of sessions (timely-beliefs #221, pandas #11123) ---------------------------


@pytest.mark.parametrize(
    ("kind", "name"), [("flow", "mint"), ("amount", "X.volume"), ("count", "trades")]
)
def test_what_flowed_on_closed_days_is_added_to_the_next_session(kind, name):
    panel = panel_of(kind, name=name)
    for fill in (None, "last-known"):
        daily = panel.on("XNYS", fill=fill).value(name)
        assert daily.sum() == 899.0  # all days up to the last session, 2022-06-17
        assert daily["2020-01-06"] == 3.0  # Saturday, Sunday, Monday
        assert daily["2020-01-02"] == 2.0  # New Year, and the first session


@pytest.mark.parametrize(
    ("kind", "name"), [("price", "x"), ("level", "tvl"), ("amount", "X.cap"), ("share", "x")]
)
def test_what_stands_is_read_at_the_session(kind, name):
    panel = panel_of(kind, name=name, values=np.arange(1.0, 901.0))
    found = panel.on("XNYS").value(name)
    assert found.equals(panel.value(name).reindex(found.index))


def test_rates_are_averaged_over_the_days_since_the_session_before():
    found = panel_of("rate", name="funding", values=np.arange(900.0)).on("XNYS").value("funding")
    assert found["2020-01-06"] == np.mean([3.0, 4.0, 5.0])


def test_sums_equal_a_loop_over_the_days():
    values = np.random.default_rng(3).normal(0, 1, 900)
    found = panel_of("flow", values=values).on("XNYS").value("x")
    total, gathered = 0.0, {}
    for day, value in zip(D, values, strict=True):
        total += value
        if day in found.index:
            gathered[day], total = total, 0.0
    np.testing.assert_allclose(found, pd.Series(gathered))


def test_a_missing_day_makes_its_session_missing_and_nothing_else():
    values = np.ones(900)
    values[4] = np.nan  # Sunday 2020-01-05
    found = panel_of("flow", values=values).on("XNYS").value("x")
    assert found.index[found.isna()].to_list() == [pd.Timestamp("2020-01-06")]
    monthly = panel_of("flow", values=np.where(D.day == 1, 5.0, np.nan), calendar="monthly")
    # the first of 2020-02 is a Saturday: its flow counts on Monday
    assert monthly.on("XNYS").value("x")["2020-02-03"] == 5.0


def test_flows_that_become_known_on_one_day_are_added_up():
    known = panel_of("flow", release="1b").known("x")
    # Friday's, Saturday's and Sunday's figures come on Monday
    assert known["2020-01-13"] == 3.0
    assert known["2020-01-14"] == 1.0


def test_the_reference_on_sessions_keeps_all_volume():
    panel = load_reference()
    daily, found = panel.value("mid.volume").dropna(), panel.on("XNYS").value("mid.volume").dropna()
    inside = daily[(daily.index > found.index[0]) & (daily.index <= found.index[-1])]
    assert found.iloc[1:].sum() == pytest.approx(inside.sum(), rel=0.02)  # holes at its ends
    assert (
        panel.on("XNYS")
        .close("BTC")
        .equals(panel.close("BTC").reindex(found.index.union(panel.on("XNYS").dates)))
    )
    assert panel.data_hash == load_reference().data_hash


# -- days without trades (freqtrade #7597, vega #7704) ---------------------------------------------


def test_a_day_without_trades_is_a_number_and_a_price_of_zero_is_none():
    values = np.ones(900)
    values[500] = 0.0
    for kind in ("amount", "count", "flow", "level"):
        assert panel_of(kind, values=values).value("x").iloc[500] == 0.0
    for kind in ("price", "index", "ratio"):
        with pytest.raises(DataError, match="must be positive, got 0 on 2021-05-15"):
            panel_of(kind, values=values)
    for kind in ("amount", "count", "level"):
        with pytest.raises(DataError, match="must not be negative, got -1 on 2021-05-15"):
            panel_of(kind, values=np.where(values == 0, -1.0, values))
    assert panel_of("flow", values=values - 1.0).value("x").min() == -1.0


def test_a_csv_file_may_hold_a_volume_of_zero(tmp_path):
    (tmp_path / "a.csv").write_text("date,X.volume\n2024-01-01,0\n")
    card = SeriesCard(name="X.volume", kind="amount", unit="USD", calendar="24/7")
    assert read_csv_panel(tmp_path / "a.csv", [card]).value("X.volume").iloc[0] == 0.0
    (tmp_path / "a.csv").write_text("date,X.volume\n2024-01-01,-1\n")
    with pytest.raises(DataError, match=r"line 2: X\.volume must not be negative"):
        read_csv_panel(tmp_path / "a.csv", [card])


# -- what instant a label means --------------------------------------------------------------------


def test_cards_say_what_a_label_means_and_old_cards_keep_their_hash():
    crypto = SeriesCard(name="X", kind="price", unit="USD", calendar="24/7")
    equity = SeriesCard(name="Y", kind="price", unit="USD", calendar="XNYS")
    assert (crypto.stamp, equity.stamp) == ("day-end", "session")
    assert "stamp" not in crypto.to_dict()
    assert SeriesCard(**equity.to_dict()) == equity
    days = pd.DatetimeIndex(["2024-07-03", "2024-07-04"])
    assert crypto.instants(days).to_list() == [
        pd.Timestamp("2024-07-04"),
        pd.Timestamp("2024-07-05"),
    ]
    # a half day that closes at 13:00 New York, and a holiday
    assert equity.instants(days).to_list() == [
        pd.Timestamp("2024-07-03 17:00"),
        pd.Timestamp("2024-07-05"),
    ]
    opens = SeriesCard(name="Z", kind="price", unit="USD", calendar="24/7", stamp="day-start")
    assert opens.instants(days).equals(days.as_unit("us"))
    assert SeriesCard(**opens.to_dict()).stamp == "day-start"
    assert equity.instants(session_times()[0][:3]).equals(session_times()[2][:3])


def test_closes_stamped_at_the_next_midnight_do_not_make_the_leader_lead():
    panel = load_reference().between("2014-01-01", "2025-12-31")
    btc = panel.close("BTC")
    late = btc.set_axis(btc.index + pd.Timedelta(1, "D"))
    for given in (
        Panel.from_frame(late, kinds="index", stamp="day-start"),
        Panel.from_frame(late.tz_localize("UTC"), kinds="index", stamp="instant"),
    ):
        assert given.close("BTC").dropna().equals(btc.dropna())
    both = panel.select(["RUT"]).join(Panel.from_frame(late, kinds="index", stamp="day-start"))
    sessions = both.on("XNYS")
    returns = {n: np.log(sessions.close(n).dropna()).diff().dropna() for n in ("RUT", "BTC")}
    found = cross_correlation(returns["RUT"], returns["BTC"], lags=5)
    assert found.table["estimate"].abs().idxmax() == 0


def test_a_panel_holds_values_of_the_end_of_a_day():
    for stamp in ("day-start", "instant"):
        card = SeriesCard(name="p1", kind="price", unit="USD", calendar="24/7", stamp=stamp)
        with pytest.raises(InputError, match=f'from_frame.*stamp="{stamp}"'):
            Panel(px(1).to_frame(), [card])
    with pytest.raises(InputError, match="'session' on the calendar '24/7'"):
        SeriesCard(name="p1", kind="price", unit="USD", calendar="24/7", stamp="session")
    with pytest.raises(InputError, match="`stamp of p1` must be one of"):
        SeriesCard(name="p1", kind="price", unit="USD", calendar="24/7", stamp="noon")


def test_instants_become_the_last_value_of_their_day_and_midnight_ends_one():
    times = pd.date_range("2024-01-01 01:00", periods=48, freq="h", tz="UTC")
    made = Panel.from_frame(
        pd.Series(np.arange(1.0, 49.0), index=times.tz_convert("Asia/Tokyo"), name="X"),
        kinds="price",
        stamp="instant",
    )
    assert made.close("X").to_dict() == {
        pd.Timestamp("2024-01-01"): 24.0,  # of 00:00 of the second
        pd.Timestamp("2024-01-02"): 48.0,
    }


# -- one's own frame -------------------------------------------------------------------------------


def test_own_series_and_cards_in_one_call():
    frame = pd.DataFrame({"SOL": px(1), "SOL.volume": 0.0}).drop(index=D[7])
    made = Panel.from_frame(
        frame, kinds={"SOL": "price", "SOL.volume": "amount"}, stamp="day-end", unit="USD"
    )
    assert made.dates.equals(D)
    assert np.isnan(made.close("SOL").iloc[7])
    assert made.card("SOL.volume").kind == "amount"
    assert made.assets == ("SOL",)
    joined = load_reference().join(made)
    assert joined.close("SOL").dropna().equals(made.close("SOL").dropna())
    sessions = px(2)[px(2).index.day_of_week < 5]
    assert Panel.from_frame(sessions, kinds="price", calendar="XNYS").card("p2").stamp == "session"


BAD_OWN = [
    ({}, "Say what the columns are: kinds="),
    ({"kinds": "price"}, "Say what instant a label of 'p1' means"),
    ({"kinds": "stock", "stamp": "day-end"}, "`kind of p1` must be one of"),
    ({"kinds": {"q": "price"}, "stamp": "day-end"}, "`kinds` says nothing of the column 'p1'"),
    ({"kinds": 5, "stamp": "day-end"}, "`kinds` must be text or a mapping"),
    ({"kinds": "price", "stamp": {"p1": "instant"}}, "Times and days cannot share a frame"),
    ({"kinds": "price", "stamp": "session"}, "'session' on the calendar '24/7'"),
    ({"kinds": "price", "calendar": "XNYS"}, 'value on Saturday 2020-01-04; use calendar="24/7"'),
]


@pytest.mark.parametrize(("options", "message"), BAD_OWN)
def test_bad_own_series(options, message):
    every = dict.fromkeys(("kinds", "stamp")) | {"calendar": "24/7", "unit": "", "release": "0d"}
    with pytest.raises(InputError, match=message):
        Panel.from_frame(px(1), **options)
    with pytest.raises(InputError, match=message):
        own_series(px(1), **(every | options))


def test_weekdays_only_are_no_series_of_every_day():
    weekdays = px(1)[px(1).index.day_of_week < 5]
    with pytest.raises(InputError, match='no value on a weekend; use calendar="XNYS"'):
        Panel.from_frame(weekdays, kinds="price", stamp="day-end")


def test_names_are_text_of_one_level():
    with pytest.raises(InputError, match=r"must be text, got \('Close', 'BTC-USD'\)"):
        SeriesCard(name=("Close", "BTC-USD"), kind="price", unit="USD", calendar="24/7")
    with pytest.raises(InputError, match="must be text, got 0"):
        SeriesCard(name=0, kind="price", unit="USD", calendar="24/7")
    levels = pd.DataFrame({("Close", "A"): [1.0], ("Open", "A"): [1.0]})
    with pytest.raises(InputError, match=r'frame\["Close"\]'):
        require_names(levels)
    with pytest.raises(InputError, match=r"frame\.rename\(columns=str\)"):
        require_names(pd.DataFrame({0: [1.0]}))
    with pytest.raises(InputError, match="Two cards are named 'X'"):
        cards_by_name([SeriesCard("X", kind="price", calendar="24/7")] * 2)
    for cards in ("X", 5, {"X": 1}, ["X"]):
        with pytest.raises(InputError, match="`cards` must be SeriesCards"):
            cards_by_name(cards)


# -- a panel as a table ----------------------------------------------------------------------------


def test_a_panel_is_read_by_name_and_as_an_array():
    panel = load_reference()
    assert panel["RUT"].equals(panel.close("RUT"))
    assert list(panel) == list(panel.names)
    np.testing.assert_array_equal(np.asarray(panel), panel.frame.to_numpy())
    np.testing.assert_array_equal(pd.DataFrame(panel).to_numpy(), panel.frame.to_numpy())
    taken = np.array(panel)
    taken[:] = 0.0
    assert panel.data_hash == load_reference().data_hash
    with pytest.raises(InputError, match=r"by its name, got list; use \.select"):
        panel[["RUT"]]
    with pytest.raises(InputError, match="no series 'RAT'"):
        panel["RAT"]
    with pytest.raises(InputError, match="`names` must be a sequence of text, got 'RUT'"):
        panel.select("RUT")
    with pytest.raises(InputError, match="`other` must be a Panel, got DataFrame"):
        panel.join(panel.frame)
    assert [1] not in panel


def test_spans_in_words_are_refused():
    panel = load_reference()
    for call in (panel.until, panel.known_at, lambda d: panel.between(d, "2024-01-01")):
        with pytest.raises(InputError, match="span of days"):
            call("2021")
    with pytest.raises(InputError, match="span of days"):
        EventSet(["2021-01-04"], rule="r").between("2021", "2022")


def test_jumps_are_named_in_the_description():
    x = px(1)
    moved = x.where(x.index < D[450], x * 1000)  # 1,000 old for one new
    table = Panel.from_frame(
        pd.DataFrame({"A": x, "B": moved}), kinds="price", stamp="day-end"
    ).describe()
    assert table.loc["A", "jumps"] == ""
    assert table.loc["B", "jumps"].startswith("2021-03-26 x 1,")


# -- files (MarketData.jl #79, pandas #3469) -------------------------------------------------------

CARD = [SeriesCard(name="X", kind="price", unit="USD", calendar="24/7")]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("date,X\n\n2024-01-01,1\n\n2024-01-02,a\n", 5),
        ("\n\ndate,X\n2024-01-01,1\n2024-01-02,a", 5),
        ("date,X\r\n\r\n  \r\n2024-01-01,1\r\n2024-01-02,a\r\n", 5),
        ("date,X\n2024-01-01,1\n2024-01-02,a\n", 3),
        ("date,X\n2024-01-01,1\n\n2024-01-01,2\n", 4),
        ("date,X\n2024-01-01,1\n\n2024-01-02,-2\n", 4),
        ("date,X\n2024-01-01,1\n\n02.01.2024,2\n", 4),
        ("date,X\n\n2099-01-01,1\n", 3),
    ],
)
def test_the_line_in_a_message_is_the_line_of_the_file(text, line, tmp_path):
    file = tmp_path / "a.csv"
    file.write_bytes(b"\xef\xbb\xbf" + text.encode())
    with pytest.raises(DataError, match=rf"a\.csv line {line}:"):
        read_csv_panel(file, CARD)


def test_cells_of_two_lines_keep_the_count(tmp_path):
    (tmp_path / "a.csv").write_text('date,note\n2024-01-01,"two\nlines"\n\n2024-01-02,b\n')
    assert (read_text(tmp_path / "a.csv").index + 2).to_list() == [2, 5]


PATHS = [
    lambda wrong: read_panel(wrong),
    lambda wrong: read_card(wrong),
    lambda wrong: card_digest(wrong),
    lambda wrong: write_panel(panel_of("price"), wrong),
    lambda wrong: listed_sums(wrong),
    lambda wrong: file_sha256(wrong),
    lambda wrong: read_table(wrong, TABLES["macro"]),
    lambda wrong: read_text(wrong),
    lambda wrong: read_csv_panel(wrong, CARD),
]


@pytest.mark.parametrize("call", PATHS)
@pytest.mark.parametrize("wrong", [5, None, "", "a\0b", [1]])
def test_paths_of_another_type(call, wrong):
    with pytest.raises(InputError, match="must be a path"):
        call(wrong)


BAD_WRITES = [
    (lambda f: read_panel(5), "`folder` must be a path"),
    (lambda f: card_digest(None), "`folder` must be a path"),
    (lambda f: write_panel(panel_of("price").frame, f), "`panel` must be a Panel, got DataFrame"),
    (lambda f: write_panel(panel_of("price"), f, version="1"), "`version` must be a whole number"),
    (lambda f: write_panel(panel_of("price"), f, note=5), "`note` must be text"),
    (lambda f: write_panel(panel_of("price"), f, sealed=1), "`sealed` must be True or False"),
    (lambda f: round_significant(panel_of("price")), "`frame` must be a pandas DataFrame"),
    (lambda f: round_significant(panel_of("price").frame, digits=1.5), "`digits` must be a whole"),
]


@pytest.mark.parametrize(("call", "message"), BAD_WRITES)
def test_bad_calls_of_what_writes(call, message, tmp_path):
    with pytest.raises(InputError, match=message):
        call(tmp_path)


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="cannot be written to"):
        write_panel(panel_of("price"), tmp_path / "file")


def written(folder, **options):
    ledger = pd.DataFrame(
        {"series": ["X"], "date": [D[3]], "old": [1.0], "new": [2.0], "reason": ["a reason"]}
    )
    panel = Panel(px(1).to_frame("X"), CARD, repairs=ledger)
    return write_panel(panel, folder, name="mine", licence="CC0", note="a note", **options)


def test_no_word_of_a_card_can_be_edited(tmp_path):
    stored = written(tmp_path)
    assert read_panel(tmp_path).data_hash == stored.data_hash
    card = tmp_path / "card.toml"
    text = card.read_text()
    lines = text.split("\n")
    values = ['""', '"x"', "1", "1.5", "true", "nan", "[]", "2024-01-01", "9" * 6000]
    edits = [lines[:row] + lines[row + 1 :] for row in range(len(lines))]
    for row, value in itertools.product(range(len(lines)), values):
        name, equals, _ = lines[row].partition(" = ")
        if equals:
            edits.append([*lines[:row], f"{name} = {value}", *lines[row + 1 :]])
    refused = 0
    for edit in edits:
        card.write_text("\n".join(edit))
        with contextlib.suppress(ValueError):
            if tomllib.loads("\n".join(edit)) == tomllib.loads(text):
                continue
        with pytest.raises(DataError) as caught:
            read_panel(tmp_path)
        assert "\n" not in str(caught.value)
        refused += 1
    assert refused > 200


def test_version_1_keeps_its_hash_and_its_card_is_guarded_all_the_same(tmp_path, monkeypatch):
    assert load_reference(1).data_hash == "c6dfa39c319e944c"
    source = bundled.reference_folder(1)
    folder = tmp_path / "v1"
    folder.mkdir()
    for name in ("panel.parquet", "card.toml"):
        (folder / name).write_bytes((source / name).read_bytes())
    monkeypatch.setattr(bundled, "_PLACES", (tmp_path, tmp_path))
    assert load_reference(1).data_hash == "c6dfa39c319e944c"
    text = (folder / "card.toml").read_text()
    (folder / "card.toml").write_text(text.replace("for research use", "for any use"))
    bundled._read.cache_clear()
    with pytest.raises(DataError, match="is not the card of version 1 as published"):
        load_reference(1)
    bundled._read.cache_clear()


def test_a_panel_without_a_digest_is_read(tmp_path):
    stored = written(tmp_path, sealed=False)
    assert "digest" not in (tmp_path / "card.toml").read_text()
    assert read_panel(tmp_path).data_hash == stored.data_hash
    sealed = tmp_path / "sealed"
    written(sealed)
    assert card_digest(sealed) in (sealed / "card.toml").read_text()
    with pytest.raises(DataError, match=r"no .*card\.toml"):
        card_digest(tmp_path / "nothing")


def test_damaged_values_under_a_right_hash_are_refused_in_a_sentence(tmp_path):
    written(tmp_path, sealed=False)
    file, card = tmp_path / "panel.parquet", tmp_path / "card.toml"
    good, text = file.read_bytes(), card.read_text()
    table = pq.read_table(io.BytesIO(good))
    rows = len(table)
    tables = [
        table.slice(0, 0),
        table.drop_columns(["date"]),
        table.select(["date"]),
        table.set_column(0, "date", pa.array(["x"] * rows)),
        table.set_column(0, "date", pa.array([None] * rows, pa.date32())),
        table.set_column(1, "X", pa.array(["x"] * rows)),
    ]
    contents = [b"", b"PAR1", good[:-9], good[: len(good) // 2]]
    for changed in tables:
        stream = io.BytesIO()
        pq.write_table(changed, stream)
        contents.append(stream.getvalue())
    rng = np.random.default_rng(0)
    for place in rng.integers(0, len(good), 60):
        contents.append(good[:place] + bytes([good[place] ^ 64]) + good[place + 1 :])
    for content in contents:
        file.write_bytes(content)
        digest = hashlib.sha256(content).hexdigest()
        card.write_text(text.replace(hashlib.sha256(good).hexdigest(), digest))
        with contextlib.suppress(DataError):  # a flipped bit of what nobody reads may pass
            read_panel(tmp_path)


# -- the raw archive -------------------------------------------------------------------------------


def test_lists_of_hashes_that_cannot_be_read(tmp_path):
    (tmp_path / "SHA256SUMS").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DataError, match="is not UTF-8 text; write the list again"):
        listed_sums(tmp_path)
    (tmp_path / "SHA256SUMS").unlink()
    (tmp_path / "SHA256SUMS").mkdir()
    with pytest.raises(DataError, match="cannot be read"):
        listed_sums(tmp_path)


def test_a_panel_and_an_archive_are_told_apart(tmp_path):
    written(tmp_path / "mine")
    with pytest.raises(
        DataError, match=r"the folder of a panel, not a raw archive.*--panel FOLDER"
    ):
        open_archive(tmp_path / "mine")
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "SHA256SUMS").write_text("")
    with pytest.raises(DataError, match=r"is a raw archive, not the folder of a panel.*--archive"):
        read_panel(tmp_path / "raw")


def test_raw_parquet_files_that_are_empty_or_damaged(tmp_path):
    file, table = tmp_path / "macro.parquet", TABLES["macro"]
    for content in (b"", b"PAR1PAR1"):
        file.write_bytes(content)
        with pytest.raises(DataError, match="no complete parquet file"):
            read_table(file, table)
    rows = pa.table(
        {
            "series": ["DGS2"],
            "date": pa.array([pd.Timestamp("2024-01-02")], pa.timestamp("us")),
            "value": [4.3],
            "unit": ["percent"],
            "source": ["x"],
        }
    )
    pq.write_table(rows.slice(0, 0), file)
    with pytest.raises(DataError, match="has no rows"):
        read_table(file, table)
    pq.write_table(rows.replace_schema_metadata({"pandas": "{ damaged"}), file)
    assert read_table(file, table)["value"].to_list() == [4.3]  # what pandas noted is not needed


def test_vendors_and_series_that_nothing_reads_are_named():
    coins = pd.DataFrame(
        {"source": ["coingecko_2025", "newcomer"], "date": D[:2], "value": [1.0, 2.0]}
    )
    market = pd.DataFrame({"series": ["RUT", "DJI", "DJI"], "date": D[:3]})
    tables = {"coin_close": coins, "market_daily": market}
    found = unread_remarks(tables.__getitem__, tuple(tables))
    assert found["series"].to_list() == ["newcomer", "DJI"]
    assert found["last"].to_list() == [D[1], D[2]]
    with pytest.raises(
        DataError, match="coin_close holds the vendor 'newcomer', which is not read"
    ):
        require_read(found)
    require_read(found[found["table"] == "market_daily"])
    read = {name for name in PRECEDENCE if not name.startswith(("cmc", "mexc", "close_2026"))}
    assert set(COIN_SOURCES) == read | {"cmc_2013_2018jan", "cmc_2018h1"}


@pytest.mark.archive
def test_the_end_of_the_raw_panel_is_that_of_the_data(archive_path):
    archive = open_archive(archive_path, verify=False)
    assert archive.unread.empty
    rows = archive.table("market_daily")
    last = pd.Timestamp("2026-11-20")
    more = rows[(rows["series"] == "RUT").to_numpy()].tail(1).assign(date=last)
    later = pd.concat([rows, more], ignore_index=True).sort_values(["series", "date"])
    held = dict(archive._tables) | {"market_daily": later}
    longer = Archive(archive.path, archive.corrections, archive.sha256, held, archive._ledgers)
    assert longer.panel("2026-01-02").dates[-1] == last


# -- as they were ----------------------------------------------------------------------------------


def test_values_of_every_type_of_pandas_are_read_alike():
    x = px(1)
    for kind in ("float32", "Float64", "float64[pyarrow]"):
        made = Panel.from_frame(x.astype(kind), kinds="price", stamp="day-end")
        np.testing.assert_allclose(made.close("p1"), x, rtol=1e-6)
    holed = pd.Series(pd.array([1, None, 3], dtype="Int64"), index=D[:3], name="X")
    assert Panel.from_frame(holed, kinds="price", stamp="day-end").close("X").isna().sum() == 1
    for unit in ("s", "ms", "us", "ns"):
        index = pd.DatetimeIndex(x.index).as_unit(unit)
        made = Panel.from_frame(x.set_axis(index), kinds="price", stamp="day-end")
        assert made.close("p1").equals(x.rename_axis("date"))


def test_a_missing_close_leaves_two_returns_missing():
    x = px(1)
    x.iloc[100] = np.nan
    closes = Panel.from_frame(x, kinds="price", stamp="day-end").close("p1")
    returns = np.log(closes).diff()
    assert np.flatnonzero(returns.isna()).tolist() == [0, 100, 101]


@pytest.mark.parametrize(
    "wrong", [1.5, "5", None, [1], pd.Timestamp("2020-01-01"), True, float("nan")]
)
def test_scalars_of_a_wrong_type_are_refused_in_a_sentence(wrong, tmp_path):
    panel = panel_of("price")
    calls = [
        lambda: load_reference(wrong),
        lambda: write_panel(panel, tmp_path, version=wrong),
        lambda: write_panel(panel, tmp_path, digits=wrong),
        lambda: SeriesCard(**{**CARD[0].to_dict(), "release": wrong}),
        lambda: SeriesCard(**{**CARD[0].to_dict(), "unit": wrong}),
        lambda: panel.card(wrong),
        lambda: panel.volume(wrong),
        lambda: panel.select(wrong),
    ]
    for number, call in enumerate(calls):
        if (number, wrong) in ((2, None), (4, "5")):
            continue
        with pytest.raises(AltrotationError) as caught:
            call()
        assert "\n" not in str(caught.value)
