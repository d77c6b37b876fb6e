"""The command line: exit codes, one-sentence errors, files whole or not at all."""

import json
import tomllib

import pytest

import altrotation.data.bundled
from altrotation.cli import main
from tests.claims.worlds import EFFECT_CARD, FACT_CARD, panel_with_effect


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with two cards, and a small world in place of the embedded panel."""
    monkeypatch.setattr(
        altrotation.data.bundled, "load_reference", lambda version=1: panel_with_effect(0.30)
    )
    place = tmp_path / "cards"
    place.mkdir()
    (place / "Z1.toml").write_text(EFFECT_CARD)
    (place / "Z2.toml").write_text(FACT_CARD)
    return place


def run(capsys, *arguments):
    """Return exit code, standard output and standard error of a call."""
    with pytest.raises(SystemExit) as caught:
        main([str(argument) for argument in arguments])
    shown = capsys.readouterr()
    return caught.value.code or 0, shown.out, shown.err


def test_own_cards_need_no_lock(capsys, folder):
    code, out, _ = run(capsys, "verify", "--claims", folder)
    assert code == 0
    assert "Z1" in out
    assert "supported" in out


def test_the_lock_decides_the_exit_code(capsys, folder, tmp_path, monkeypatch):
    lock = tmp_path / "lock.toml"
    args = ("verify", "--claims", folder, "--lock", lock)
    code, _, err = run(capsys, *args)
    assert code == 2
    assert "write one with --update-lock" in err
    assert run(capsys, *args, "--update-lock")[0] == 0
    assert run(capsys, *args)[0] == 0
    recorded = lock.read_text()
    lock.write_text(recorded.replace('"supported"', '"undecided"'))
    code, _, err = run(capsys, *args)
    assert code == 1
    assert "Z1: recorded undecided, found supported (card and data are as recorded" in err
    assert run(capsys, *args, "--only", "Z2")[0] == 0
    lock.write_text(recorded)
    monkeypatch.setattr(
        altrotation.data.bundled, "load_reference", lambda version=1: panel_with_effect(-0.30)
    )
    code, out, _ = run(capsys, *args)
    assert code == 0  # other data: a new verdict, to be looked at and recorded
    assert "Z1: recorded supported, found contradicted (the data changed)" in out
    assert "--update-lock" in out


def test_the_trial_ledger_only_grows(capsys, folder, tmp_path, monkeypatch):
    lock = tmp_path / "lock.toml"
    args = ("verify", "--claims", folder, "--lock", lock)
    run(capsys, *args, "--update-lock")
    ledger = tmp_path / "lock.trials.toml"
    first = tomllib.loads(ledger.read_text())["trials"]
    run(capsys, *args, "--update-lock")
    assert tomllib.loads(ledger.read_text())["trials"] == first  # the same look, again
    monkeypatch.setattr(
        altrotation.data.bundled, "load_reference", lambda version=1: panel_with_effect(-0.30)
    )
    run(capsys, *args, "--update-lock")
    after = tomllib.loads(ledger.read_text())["trials"]
    assert after[: len(first)] == first
    assert len(after) == 2 * len(first)
    numbers = tmp_path / "numbers.json"
    run(capsys, *args, "--json", numbers)
    told = json.loads(numbers.read_text())["claims"]["Z1"]["trials"]
    assert told == sum(row["specifications"] for row in after if row["claim"] == "Z1")
    ledger.write_text("not a ledger")
    code, _, err = run(capsys, *args)
    assert code == 2
    assert "trial ledger" in err
    assert "restore it" in err


def test_numbers_for_machines(capsys, folder, tmp_path):
    path = tmp_path / "numbers.json"
    assert run(capsys, "verify", "--claims", folder, "--json", path)[0] == 0
    claims = json.loads(path.read_text())["claims"]
    assert claims["Z1"]["evidence"][0]["p"] > 0
    assert claims["Z2"]["facts"][0]["measured"] == 180.0


def test_a_report_is_written(capsys, folder, tmp_path):
    code, out, _ = run(capsys, "verify", "--claims", folder, "--report", tmp_path / "report")
    assert code == 0
    (page,) = (tmp_path / "report").glob("*.html")
    assert str(page) in out
    assert "<!doctype html>" in page.read_text()[:20].lower()


def test_list_and_show(capsys, folder):
    code, out, _ = run(capsys, "claims", "list", "--claims", folder)
    assert (code, out.split()[0]) == (0, "Z1")
    code, out, _ = run(capsys, "claims", "show", "Z1", "--claims", folder)
    assert code == 0
    assert "0.05 log points" in out


BAD_CALLS = [
    (("verify", "--bogus"), "No such option"),
    (("verify", "--jobs", "0"), "--jobs"),
    (("verify", "--only", "Q7"), "There is no claim 'Q7'; the claims are A1"),
    (("verify", "--only", "A1", "--update-lock"), "leave out `--only`"),
    (("verify", "--archive", "no-such-folder"), "no-such-folder"),
    (("verify", "--claims", "no-such-folder"), "No claim card"),
    (("claims", "show"), "ID"),
    (("claims", "shout"), "No such command 'shout'"),
]


@pytest.mark.parametrize(("arguments", "message"), BAD_CALLS)
def test_a_bad_call_is_one_sentence_and_exit_code_two(capsys, folder, arguments, message):
    code, _, err = run(capsys, *arguments)
    assert code == 2
    assert message in err
    assert "Traceback" not in err


def test_debug_shows_where_an_error_came_from(folder):
    from altrotation.errors import InputError

    with pytest.raises(InputError):
        main(["--debug", "verify", "--only", "Q7"])


def test_watch_prints_dated_readings(capsys):
    code, out, _ = run(capsys, "watch", "--date", "2021-04-16")
    assert code == 0
    assert "Watchlist at 2021-04-16" in out
    assert out.count("then rotation:") >= 5
    code, _, err = run(capsys, "watch", "--date", "soon")
    assert code == 2
    assert "`date` must be a date such as" in err


def test_a_cycle_is_replayed(capsys):
    code, out, _ = run(capsys, "replay", "2024", "--strategy", "russell")
    assert code == 0
    assert "fees and slippage" in out
    code, _, err = run(capsys, "replay", "2019")
    assert code == 2
    assert "`cycle` must be one of" in err


def test_a_tear_sheet_is_written(capsys, tmp_path):
    code, out, _ = run(
        capsys, "replay", "2024", "--strategy", "russell", "--report", tmp_path / "sheets"
    )
    assert code == 0
    (page,) = (tmp_path / "sheets").glob("*.html")
    assert page.name == "replay-2024-russell-only-baskets.html"
    assert f"Tear sheet: {page}" in out
    assert "<!doctype html>" in page.read_text()[:20].lower()
    code, _, err = run(capsys, "replay", "2024", "--archive", tmp_path / "none")
    assert code == 2
    assert str(tmp_path / "none") in err
