import os
import signal
import subprocess
import sys
import textwrap
import tomllib
from decimal import ROUND_HALF_EVEN, Context, Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from altrotation.data.calendar import days
from altrotation.data.cards import SeriesCard
from altrotation.data.panel import Panel
from altrotation.data.rounding import round_significant
from altrotation.data.store import atomic_write, read_card, read_panel, write_panel
from altrotation.data.toml import dump_toml
from altrotation.errors import DataError, InputError


def panel(level=100.0, end="2024-03-31"):
    index = days("2024-01-01", end)
    step = np.arange(len(index), dtype=float)
    frame = pd.DataFrame(
        {"RUT": level * np.exp(0.001 * step), "DGS3MO": 5.0 - step / 300}, index=index
    )
    frame.iloc[5, 0] = np.nan
    cards = [
        SeriesCard(
            name="RUT",
            kind="index",
            unit="points",
            calendar="XNYS",
            note='a "quoted" \\ note,\nin two lines',
            base_date="2024-01-01",
            base_level=2000.5,
        ),
        SeriesCard(name="DGS3MO", kind="yield", unit="percent", calendar="XNYS", release="1b"),
    ]
    repairs = pd.DataFrame(
        {
            "series": ["RUT"],
            "date": pd.DatetimeIndex(["2024-01-06"]).as_unit("us"),
            "old": [99.5],
            "new": [np.nan],
            "reason": ["a reason"],
        }
    )
    return Panel(frame, cards, repairs=repairs)


def test_a_panel_comes_back_as_it_was_stored(tmp_path):
    stored = write_panel(panel(), tmp_path / "v1", name="reference", version=1, licence="CC0")
    found = read_panel(tmp_path / "v1")
    assert found.frame.equals(stored.frame)
    assert found.cards == stored.cards == panel().cards
    assert found.data_hash == stored.data_hash
    assert found.repairs.equals(panel().repairs)
    assert found.clock == "24/7"
    head = read_card(tmp_path / "v1")
    assert (head.name, head.version, head.licence) == ("reference", 1, "CC0")
    assert (head.start, head.end, head.rows, head.series) == ("2024-01-01", "2024-03-31", 91, 2)


def test_without_rounding_every_bit_is_kept(tmp_path):
    write_panel(panel(), tmp_path, digits=None)
    assert read_panel(tmp_path).data_hash == panel().data_hash


def test_the_same_panel_gives_the_same_bytes(tmp_path):
    """Twice in this process, and in another one with another hash seed."""
    for name in ("a", "b"):
        write_panel(panel(), tmp_path / name)
    script = """
        import sys
        from altrotation.data.store import read_panel, write_panel
        write_panel(read_panel(sys.argv[1]), sys.argv[2])
    """
    subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), tmp_path / "a", tmp_path / "c"],
        check=True,
        env={**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"},
    )
    for file in ("panel.parquet", "card.toml"):
        contents = {(tmp_path / name / file).read_bytes() for name in "abc"}
        assert len(contents) == 1, file


def test_the_file_carries_no_metadata_of_its_writer(tmp_path):
    write_panel(panel(), tmp_path)
    held = pq.ParquetFile(tmp_path / "panel.parquet")
    assert held.metadata.metadata is None
    assert held.metadata.num_row_groups == 1
    assert held.schema_arrow.metadata is None
    assert not list(tmp_path.glob(".*"))


@settings(derandomize=True, deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(1, 17))
def test_rounding_equals_decimal_arithmetic(value, digits):
    found = round_significant(pd.DataFrame({"x": [value, np.nan]}), digits=digits)["x"]
    exact = Context(prec=digits, rounding=ROUND_HALF_EVEN).create_decimal(Decimal(value))
    assert found[0] == float(exact)
    assert np.isnan(found[1])


def test_rounding_twice_changes_nothing_more():
    once = round_significant(panel().frame)
    assert round_significant(once).equals(once)
    assert (once / panel().frame - 1).abs().max().max() < 5e-8
    with pytest.raises(InputError, match="`digits` must lie between"):
        round_significant(once, digits=0)


# -- refusals --------------------------------------------------------------------------------------


def edit(folder: Path, old: str, new: str) -> None:
    card = folder / "card.toml"
    text = card.read_text()
    assert old in text
    card.write_text(text.replace(old, new))


def test_absent_and_broken_files(tmp_path):
    with pytest.raises(DataError, match=r"no .*card\.toml.*write_panel"):
        read_panel(tmp_path)
    write_panel(panel(), tmp_path)
    edit(tmp_path, "version = 1", "version = ")
    with pytest.raises(DataError, match=r"card\.toml cannot be read"):
        read_panel(tmp_path)
    write_panel(panel(), tmp_path)
    edit(tmp_path, "sha256", "hash")
    with pytest.raises(DataError, match="does not state 'sha256'"):
        read_panel(tmp_path)
    write_panel(panel(), tmp_path)
    (tmp_path / "panel.parquet").unlink()
    with pytest.raises(DataError, match=r"no readable file .*panel\.parquet"):
        read_panel(tmp_path)


def test_truncated_or_exchanged_values(tmp_path):
    write_panel(panel(), tmp_path)
    file = tmp_path / "panel.parquet"
    file.write_bytes(file.read_bytes()[:-20])
    with pytest.raises(DataError, match=r"panel\.parquet is not the file its card\.toml describes"):
        read_panel(tmp_path)
    write_panel(panel(level=50.0), tmp_path / "other")
    file.write_bytes((tmp_path / "other" / "panel.parquet").read_bytes())
    with pytest.raises(DataError, match="is not the file"):
        read_panel(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('release = "1b"', 'release = "0d"', r"card\.toml was edited"),
        ('name = "DGS3MO"', 'name = "DGS2"', "holds no valid panel: The column 'DGS3MO'"),
        ('kind = "yield"', 'kind = "guess"', "holds no valid panel: `kind of DGS3MO`"),
        ('kind = "yield"', 'sort = "yield"', "holds no valid panel: .*unexpected keyword"),
        ('clock = "24/7"', 'clock = "XNYS"', "holds no valid panel: .*clock XNYS"),
        ('end = "2024-03-31"', 'end = "2024-03-30"', "has 2024-03-31, the latest day possible is"),
    ],
)
def test_edited_cards_are_refused(old, new, message, tmp_path):
    write_panel(panel(), tmp_path)
    edit(tmp_path, old, new)
    with pytest.raises(DataError, match=message):
        read_panel(tmp_path)


def test_a_panel_from_the_future_is_refused(tmp_path):
    ahead = pd.Timestamp.now("UTC").tz_localize(None).normalize() + pd.Timedelta(3, "D")
    write_panel(panel(end=ahead), tmp_path)
    with pytest.raises(DataError, match=r"the latest day possible is .*clock"):
        read_panel(tmp_path)


def test_an_empty_panel_is_not_written(tmp_path):
    with pytest.raises(InputError, match="without rows"):
        write_panel(panel().until("2023-01-01"), tmp_path)


# -- interrupted writes ----------------------------------------------------------------------------


def test_an_error_in_the_middle_leaves_the_old_file(tmp_path):
    file = atomic_write(tmp_path / "kept.txt", b"old")

    def half(stream):
        stream.write(b"ne")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        atomic_write(file, half)
    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]
    atomic_write(file, b"new")
    assert file.read_bytes() == b"new"


def test_an_error_while_a_panel_is_written_leaves_the_old_pair(tmp_path, monkeypatch):
    stored = write_panel(panel(), tmp_path)

    def fails(*_, **__):
        raise OSError("disk full")

    monkeypatch.setattr("altrotation.data.store._card_text", fails)
    with pytest.raises(OSError, match="disk full"):
        write_panel(panel(level=50.0), tmp_path)
    monkeypatch.undo()
    assert read_panel(tmp_path).data_hash == stored.data_hash
    assert sorted(path.name for path in tmp_path.iterdir()) == ["card.toml", "panel.parquet"]


KILLED = """
    import os, signal, sys
    import altrotation.data.store as store
    held = store.read_panel(sys.argv[1])
    whole = store._write_values

    def half(panel, file):
        whole(panel, file)
        file.flush()
        file.truncate(file.tell() // 2)
        os.kill(os.getpid(), signal.SIGKILL)

    store._write_values = half
    store.write_panel(held.until("2024-02-01"), sys.argv[1])
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
def test_a_killed_writer_leaves_the_old_pair(tmp_path):
    stored = write_panel(panel(), tmp_path)
    ended = subprocess.run([sys.executable, "-c", textwrap.dedent(KILLED), tmp_path], check=False)
    assert ended.returncode == -signal.SIGKILL
    assert list(tmp_path.glob(".panel.parquet.*.part"))  # it was indeed in the middle
    assert read_panel(tmp_path).data_hash == stored.data_hash


def test_a_stop_between_the_two_moves_is_noticed(tmp_path, monkeypatch):
    write_panel(panel(), tmp_path)
    moves = Path.replace

    def first_only(self, target):
        if Path(target).name == "card.toml":
            raise KeyboardInterrupt
        return moves(self, target)

    monkeypatch.setattr(Path, "replace", first_only)
    with pytest.raises(KeyboardInterrupt):
        write_panel(panel(level=50.0), tmp_path)
    monkeypatch.undo()
    with pytest.raises(DataError, match="is not the file its card"):
        read_panel(tmp_path)


# -- TOML ------------------------------------------------------------------------------------------


scalars = st.text() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False) | st.booleans()
keys = st.text("abcdefXYZ019_-", min_size=1)


@settings(
    derandomize=True, deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow]
)
@given(
    facts=st.dictionaries(keys, scalars | st.dates(), max_size=4),
    items=st.lists(st.dictionaries(keys, scalars, max_size=3), max_size=3),
)
def test_what_is_dumped_is_read_back(facts, items):
    facts.pop("items", None)
    found = tomllib.loads(dump_toml(facts, {"items": items}))
    assert found.pop("items", []) == items
    assert found == facts
    assert {key: type(value) for key, value in found.items()} == {
        key: type(value) for key, value in facts.items()
    }


def test_toml_refuses_what_it_cannot_hold():
    assert np.isnan(tomllib.loads(dump_toml({"x": float("nan")}))["x"])
    with pytest.raises(InputError, match="A TOML key must be"):
        dump_toml({"a b": 1})
    with pytest.raises(InputError, match="TOML cannot hold x"):
        dump_toml({"x": None})
