"""The trial ledger beside a lock: what counts as a look, and what it refuses."""

import pandas as pd
import pytest

from altrotation.claims.card import load_cards
from altrotation.claims.runner import verify
from altrotation.claims.trials import read_trials, record_trials, trials_path
from altrotation.errors import CardError
from tests.claims.worlds import EFFECT_CARD, FACT_CARD, panel_with_effect


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cards")
    (folder / "Z1.toml").write_text(EFFECT_CARD)
    (folder / "Z2.toml").write_text(FACT_CARD)
    return verify(panel_with_effect(0.30), load_cards(folder))


def test_the_ledger_lies_beside_the_lock(tmp_path):
    assert trials_path(tmp_path / "mine.toml").name == "mine.trials.toml"


def test_no_file_is_no_look(tmp_path):
    assert read_trials(tmp_path / "none.toml") == ()


def test_a_look_is_written_once(run, tmp_path):
    path = tmp_path / "lock.trials.toml"
    first = record_trials(run, path)
    assert first == run.looks() == read_trials(path)
    assert record_trials(run, path) == first


def test_every_specification_counts(run, tmp_path):
    looks = {look.claim: look for look in record_trials(run, tmp_path / "t.toml")}
    for result in run.results:
        assert looks[result.card.id].specifications == max(result.specifications, 1)
        assert run.trials_of(result.card.id) == looks[result.card.id].specifications
    assert isinstance(run.summary()["trials"], pd.Series)


def test_an_unreadable_ledger_is_refused(run, tmp_path):
    path = tmp_path / "broken.toml"
    for text in ("not a ledger", '[[trials]]\nclaim = "A1"\n', "trials = 3\n"):
        path.write_text(text)
        with pytest.raises(CardError, match="restore it"):
            read_trials(path)
        with pytest.raises(CardError, match="restore it"):
            record_trials(run, path)
        assert path.read_text() == text  # nothing is lost
