import numpy as np
import pandas as pd
import pytest

from altrotation.data import bundled
from altrotation.data.bundled import load_reference, reference_folder, reference_versions
from altrotation.data.calendar import days
from altrotation.data.cards import SeriesCard
from altrotation.data.panel import Panel
from altrotation.data.store import read_card, write_panel
from altrotation.errors import DataError, InputError


def small(level):
    frame = pd.DataFrame({"BTC": [level, level + 1]}, index=days("2024-01-01", "2024-01-02"))
    return Panel(frame, [SeriesCard(name="BTC", kind="index", unit="points", calendar="24/7")])


@pytest.fixture
def places(tmp_path, monkeypatch):
    """Two places: beside the package, and at the root of a checkout."""
    found = (tmp_path / "package" / "_reference", tmp_path / "datasets" / "reference")
    monkeypatch.setattr(bundled, "_PLACES", found)
    return found


def test_versions_are_found_in_either_place_and_the_installed_one_wins(places):
    installed, checkout = places
    write_panel(small(1.0), checkout / "v1")
    write_panel(small(2.0), checkout / "v2")
    (checkout / "v3").mkdir()  # no card: no version
    assert reference_versions() == (1, 2)
    assert load_reference().close("BTC").iloc[0] == 2.0
    write_panel(small(5.0), installed / "v1")
    assert reference_folder(1) == installed / "v1"
    assert load_reference(1).close("BTC").iloc[0] == 5.0
    assert load_reference(version=2).close("BTC").iloc[0] == 2.0


def test_unknown_version_lists_those_there_are(places):
    write_panel(small(1.0), places[1] / "v1")
    with pytest.raises(InputError, match="`version` must be one of 1, got 9"):
        load_reference(9)


def test_nothing_installed(places):
    with pytest.raises(DataError, match="No reference panel is installed; reinstall"):
        load_reference()


def test_a_caller_cannot_spoil_the_next_one(places):
    write_panel(small(1.0), places[1] / "v2")
    frame = load_reference().frame
    frame.iloc[0, 0] = 99.0
    assert load_reference().close("BTC").iloc[0] == 1.0
    assert load_reference().data_hash == small(1.0).data_hash


@pytest.mark.skipif(not reference_versions(), reason="the reference panel is not built yet")
def test_the_real_reference_panel():
    panel = load_reference()
    head = read_card(reference_folder())
    assert panel.data_hash == head.data_hash
    assert panel.clock == "24/7"
    assert panel.dates[0] == pd.Timestamp("1999-01-04")  # records are kept against all history
    assert len(panel.names) == head.series
    assert head.licence
    assert not np.isinf(panel.frame.to_numpy()).any()
    assert (reference_folder() / "panel.parquet").stat().st_size < 3_000_000
