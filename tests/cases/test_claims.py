"""Cards, locks, ledgers and the command line: what a user can get wrong, and what is said then."""

import json
import math
import os
import re
import signal
import stat
import subprocess
import sys
import time
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

import altrotation.data.bundled
from altrotation.claims import lock as locks
from altrotation.claims.card import load_card, load_cards
from altrotation.claims.estimators.features import FEATURES
from altrotation.claims.facts import check_askable
from altrotation.claims.lock import check_looks, check_own, compare, lock_path, write_lock
from altrotation.claims.measures.registry import check_measure
from altrotation.claims.parsing import check_arguments, read_day
from altrotation.claims.reading import check_readable, past_the_data
from altrotation.claims.results import Verdict
from altrotation.claims.runner import check_claim, verify
from altrotation.claims.study import RUSSELL, Study, load_study, study_of
from altrotation.claims.trials import Ledger, read_trials, record_trials
from altrotation.claims.workers import in_processes
from altrotation.cli import main
from altrotation.data.atomic import atomic_write, check_writable
from altrotation.data.store import write_panel
from altrotation.data.toml import dump_toml, parse_toml, read_toml, write_toml
from altrotation.errors import AltrotationError, CardError, DataError, InputError
from tests.claims.worlds import EFFECT_CARD, FACT_CARD, panel_with_effect

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with a card of facts, and a small world in place of the embedded panel."""
    monkeypatch.setattr(
        altrotation.data.bundled, "load_reference", lambda version=1: panel_with_effect(0.30)
    )
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    place = tmp_path / "cards"
    place.mkdir()
    (place / "Z2.toml").write_text(FACT_CARD)
    return place


def run(capsys, *arguments):
    """Return exit code, standard output and standard error of a call."""
    with pytest.raises(SystemExit) as caught:
        main([str(argument) for argument in arguments])
    shown = capsys.readouterr()
    return caught.value.code or 0, shown.out, shown.err


def refused(capsys, *arguments):
    """Return the one sentence of a call that is refused."""
    code, out, err = run(capsys, *arguments)
    assert code == 2, err
    assert out == ""
    assert len(err.splitlines()) == 1
    assert err.startswith("altrotation: ")
    return err


def python(code, *arguments, **options):
    """Run Python code in a process of its own, as a script without a main guard."""
    env = os.environ | {"PYTHONPATH": str(ROOT)} | options.pop("env", {})
    return subprocess.run(
        [sys.executable, *arguments, "-c", code],
        env=env, capture_output=True, text=True, timeout=120, **options,
    )  # fmt: skip


# -- outputs are looked at before anything is computed -------------------------------------------


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--report", "file"), "is a file; name a folder"),
        (("--report", "file/inside"), "is a file; name a folder"),
        (("--json", "."), "is a folder; name a file"),
        (("--json", "file/numbers.json"), "is a file; name a folder"),
        (("--lock", "cards", "--update-lock"), "is a folder; name a file"),
        (("--lock", "file/lock.toml", "--update-lock"), "is a file; name a folder"),
        (("--lock", "cards"), "Is a directory"),
        (("--lock", "none.toml"), "write one with --update-lock"),
        (("--json", "/proc/numbers.json"), "cannot be written"),
        (("--json", "x" * 300), "cannot be written"),
    ],
)
def test_an_unusable_output_is_refused_before_the_work(
    capsys, folder, tmp_path, monkeypatch, options, words
):
    def never(*_, **__):
        raise AssertionError("the claims were judged first")

    monkeypatch.setattr("altrotation.claims.runner.verify", never)
    monkeypatch.chdir(tmp_path)
    Path("file").write_text("kept")
    assert words in refused(capsys, "verify", "--claims", folder, *options)
    assert Path("file").read_text() == "kept"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cards", "file"]
    assert [path.name for path in folder.iterdir()] == ["Z2.toml"]


def test_a_tear_sheet_over_a_file_is_refused_before_the_replay(capsys, tmp_path, monkeypatch):
    monkeypatch.setattr("altrotation.backtest.study.replay_study", lambda *_, **__: 1 / 0)
    (tmp_path / "out.html").write_text("kept")
    assert "is a file" in refused(capsys, "replay", "2024", "--report", tmp_path / "out.html")


def test_a_disk_that_is_full_is_a_sentence(capsys, folder, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    path = tmp_path / "numbers.json"
    assert "No space left" in refused(capsys, "verify", "--claims", folder, "--json", path)
    assert not path.exists()
    with pytest.raises(InputError, match="No space left on device"):
        atomic_write(path, b"x")
    assert list(tmp_path.glob(".*.part")) == []


def test_standard_output_that_cannot_be_written_is_a_sentence():
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "altrotation", "claims", "list"],
            env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=full, stderr=subprocess.PIPE,
            text=True, timeout=120,
        )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr == "altrotation: No space left on device.\n"


# -- names that do not exist -----------------------------------------------------------------------

MISSPELT = [
    (FACT_CARD.replace('"RUT"', '"RUTT"'), "'RUTT' is not in the panel.*nearest are 'RUT'"),
    (FACT_CARD.replace('"RUT"', '"rut2"'), "nearest are 'RUT'"),
    (FACT_CARD.replace('"max"', '"maxx"'), "the measure 'maxx'.*nearest are 'max'"),
    (FACT_CARD.replace('series = "RUT"', 'serie = "RUT"'), "unknown field 'serie'.*'series'"),
    (FACT_CARD.replace('"above"', '"abov"'), "`expect` must be.*nearest are 'above'"),
    (FACT_CARD.replace("primary =", "primry ="), "unknown field 'primry'.*'primary'"),
    (EFFECT_CARD.replace('series = "RUT"', 'series = "GOLD"'), "'GOLD' is not in the panel"),
    (EFFECT_CARD.replace('"mid/BTC"', '"mid/BCT"'), "'mid/BCT' is not.*nearest are 'mid/BTC'"),
    (EFFECT_CARD.replace('kind = "high"', 'series = "RU"'), "variant '52-week high'.*'RU' is not"),
    (EFFECT_CARD.replace("quiet = 60", "quite = 60"), "unknown field 'quite'.*'quiet'"),
    (EFFECT_CARD + '[curve]\noutcomes = ["mid/BT"]\n', "curve: the series 'mid/BT'"),
    (
        EFFECT_CARD.replace("[study]", 'given = { name = "levl", series = "RUT" }\n[study]'),
        "events.given: 'levl' is unknown.*nearest are 'level'",
    ),
    (
        EFFECT_CARD.replace("[study]", 'given = { name = "level", series = "RTU" }\n[study]'),
        "'RTU' is not in the panel",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), MISSPELT, ids=[row[1][:30] for row in MISSPELT])
def test_what_is_misspelt_is_no_verdict(capsys, folder, text, message):
    (folder / "Z2.toml").write_text(text)
    assert re.search(message, refused(capsys, "verify", "--claims", folder))
    assert not (folder / "locks").exists()


def test_a_series_of_other_data_is_untestable_and_not_misspelt(folder):
    """The reference panel holds M2; this small one does not."""
    (folder / "Z2.toml").write_text(FACT_CARD.replace('"RUT"', '"M2"'))
    (card,) = load_cards(folder)
    check_readable(card, panel_with_effect(0.0))
    assert check_claim(card, panel_with_effect(0.0)).verdict.status == "untestable"
    unlocks = next(each for each in load_cards() if each.id == "D3")
    found = check_claim(unlocks, panel_with_effect(0.0)).verdict
    assert found.status == "untestable"
    assert "--archive" in found.reason


# -- what is written in a card -------------------------------------------------------------------


def test_days_without_quotes_are_days(tmp_path):
    text = re.sub(r'"(\d{4}-\d{2}-\d{2})"', r"\1", EFFECT_CARD)
    assert "2015-06-01" in text
    assert '"2015-06-01"' not in text
    (tmp_path / "a.toml").write_text(text)
    (tmp_path / "b.toml").write_text(EFFECT_CARD)
    bare, quoted = load_card(tmp_path / "a.toml"), load_card(tmp_path / "b.toml")
    assert replace(bare, digest="") == replace(quoted, digest="")


BAD_FIELDS = [
    ('kind = "event"\n', "", "lacks the field `kind`: event, contrast"),
    ("smallest_effect = 0.05", "smallest_effect = inf", "must be a finite number"),
    ("smallest_effect = 0.05", "smallest_effect = nan", "must be a finite number"),
    ("smallest_effect = 0.05", "smallest_effect = true", "must be float, got True"),
    ("smallest_effect = 0.05", "smallest_effect = 0", "must be a number above 0"),
    ("smallest_effect = 0.05", f"smallest_effect = 1{'0' * 400}", "must be a finite number"),
    ("quiet = 60", f"quiet = 1{'0' * 30}", "must be a finite number"),
    ("horizon = 60", "horizon = 100000000", "must be at most 1,000,000"),
    ("horizons = [20, 60]", "horizons = [60, 100000000]", "must be at most 1,000,000"),
    ("quiet = 60", f"quiet = 1{'0' * 5000}", "cannot be read as TOML"),
    ("quiet = 60", f"given = {'{ of = ' * 2000}1{'}' * 2000}", "too deep"),
    ("quiet = 60", f"{'a.' * 3000}b = 1", "too deep"),
    ('start = "2015-06-01"', 'start = "2021"', "a span of days"),
    ('start = "2015-06-01"', 'start = "2015-66-23"', "must be a date"),
    ('start = "2015-06-01"', "start = 2015-06-01T00:00:00", "must be str"),
    ('start = "2015-06-01"', 'start = "today"', "must be a date"),
    ("[events]", "[events]\n\x00", "cannot be read as TOML"),
]


@pytest.mark.parametrize(("old", "new", "message"), BAD_FIELDS)
def test_a_field_that_cannot_be_used_is_refused(capsys, folder, old, new, message):
    (folder / "Z2.toml").write_text(EFFECT_CARD.replace(old, new, 1))
    assert message in refused(capsys, "verify", "--claims", folder)
    assert message in refused(capsys, "claims", "list", "--claims", folder)


def test_a_card_that_is_no_text_is_refused(capsys, folder):
    (folder / "Z2.toml").write_bytes(b"\xff\xfe\x00")
    assert "cannot be read as TOML" in refused(capsys, "verify", "--claims", folder)
    (folder / "Z2.toml").unlink()
    (folder / "Z2.toml").mkdir()
    assert "cannot be read" in refused(capsys, "verify", "--claims", folder)


BAD_FACTS = [
    ({"expect": "on", "value": "2026-66-23"}, "`value` must be a date"),
    ({"expect": "on", "value": 3.0}, "`value` must be a date"),
    ({"expect": "between", "low": "2021", "high": "2022-01-01"}, "`low` must be a date"),
    ({"expect": "between", "low": 3.0, "high": 2.0}, "`high` 2.0 lies below"),
    ({"expect": "between", "low": 3.0}, "`high` must be a number"),
    ({"expect": "near", "value": 0.0, "tolerance": 0.1}, "`value` must not be 0"),
    ({"expect": "near", "value": 1.0, "tolerance": -0.1}, "`tolerance` must be at least 0"),
    ({"expect": "above", "value": None}, "`value` must be a number"),
    ({"measure": {"name": "max", "series": "RUT", "start": "2021"}}, "must be a date"),
    (
        {"measure": {"name": "max", "series": "RUT", "start": "2021-01-01", "end": "2020-01-01"}},
        "lies before its start",
    ),
    ({"measure": {"name": "quantile", "series": "RUT", "q": 1.5}}, "q must lie between 0 and 1"),
    ({"measure": {"name": "gap-to-mean", "series": "RUT", "window": 0, "at": "2021-01-01"}}, "1"),
    (
        {"measure": {"name": "gain", "from": {"name": "maxx"}, "to": {"name": "max"}}},
        "the measure 'maxx' is unknown",
    ),
    (
        {"measure": {"name": "gain", "from": {"name": "max", "series": "RUT"}}},
        "the measure 'gain' lacks the field `to`",
    ),
]


@pytest.mark.parametrize(("change", "message"), BAD_FACTS)
def test_a_fact_that_cannot_be_asked_is_refused(folder, change, message):
    (card,) = load_cards(folder)
    bad = replace(card, facts=(replace(card.facts[0], **change),))
    with pytest.raises(CardError, match=f"Card Z2: .*{message}"):
        verify(panel_with_effect(0.0), [bad])


def test_a_year_is_no_day_of_a_fact(capsys, folder):
    """Read as its first day, "2021" to "2021" refuted a true statement (pandas #16571)."""
    text = FACT_CARD.replace('series = "RUT"', 'series = "RUT", start = "2021", end = "2021"')
    (folder / "Z2.toml").write_text(text)
    assert "a span of days" in refused(capsys, "verify", "--claims", folder)
    assert "a span of days" in refused(capsys, "watch", "--date", "2021")
    for date in ("01.02.2020", "13.02.2020", "May 2021", "2021-01-01 10:00", ""):
        assert "`date` must be a date" in refused(capsys, "watch", "--date", date)


def test_an_end_past_the_data_is_said(capsys, folder, tmp_path):
    text = FACT_CARD.replace('series = "RUT"', 'series = "RUT", end = "2030-01-01"')
    (folder / "Z2.toml").write_text(text)
    (folder / "Z1.toml").write_text(EFFECT_CARD.replace('end = "2022-06-30"', "end = 2029-12-31"))
    page, numbers = tmp_path / "page", tmp_path / "numbers.json"
    code, out, _ = run(capsys, "verify", "--claims", folder, "--json", numbers, "--report", page)
    assert code == 0
    said = " ".join(out.split())
    assert "`facts[1].measure.end` is 2030-01-01, the data end on 2022-12-31" in said
    assert "`events.end` is 2029-12-31, the data end on 2022-12-31" in said
    claims = json.loads(numbers.read_text())["claims"]
    assert len(claims["Z2"]["remarks"]) == len(claims["Z1"]["remarks"]) == 1
    assert "2029-12-31, the data end on" in (page / "report.html").read_text()
    reference = altrotation.data.bundled.read_panel(altrotation.data.bundled.reference_folder())
    assert [card.id for card in load_cards() if past_the_data(card, reference)] == []


ODD_IDS = (
    'x"y', "a\nb", "my claim", "Ü1", "A.1", "SPX-1", "", "1", "A", "A1b", "A-1", "A 1", "1A",
    "[A1]", "A1]", "#A1", "'A1'", "A1\t", "Ａ1", "A١", "A1\n", "A" + "1" * 5000,
)  # fmt: skip


@pytest.mark.parametrize("name", ODD_IDS)
def test_an_id_is_a_letter_and_a_number(tmp_path, name):
    (tmp_path / "Z2.toml").write_text(FACT_CARD.replace('"Z2"', json.dumps(name), 1))
    with pytest.raises(CardError, match="`id` must be a letter and a number"):
        load_cards(tmp_path)


@pytest.mark.parametrize("name", ["A1", "z9", "B0", "V123"])
def test_ids_as_the_page_says_are_read_and_locked(tmp_path, name):
    (tmp_path / "Z2.toml").write_text(FACT_CARD.replace('"Z2"', json.dumps(name), 1))
    made = verify(panel_with_effect(0.0), load_cards(tmp_path))
    write_lock(made, tmp_path / "lock" / "l.toml")
    assert compare(made, tmp_path / "lock" / "l.toml") == ()


# -- data of one's own on the command line -------------------------------------------------------


def test_data_of_ones_own_are_read_from_a_folder_or_a_file(capsys, folder, tmp_path, monkeypatch):
    panel = write_panel(panel_with_effect(0.30), tmp_path / "mypanel")
    told = refused(capsys, "verify", "--claims", folder, "--archive", tmp_path / "mypanel")
    assert f"--panel {tmp_path / 'mypanel'}" in told  # the remedy, followed:
    monkeypatch.setattr(altrotation.data.bundled, "load_reference", lambda: 1 / 0)
    code, out, _ = run(capsys, "verify", "--claims", folder, "--panel", tmp_path / "mypanel")
    assert code == 0
    assert f"Data: panel, {panel.data_hash}" in out
    panel.frame.to_csv(tmp_path / "mine.csv")
    (tmp_path / "mine.toml").write_text(
        dump_toml({}, {"series_cards": [card.to_dict() for card in panel.cards]})
    )
    code, out, _ = run(capsys, "verify", "--claims", folder, "--panel", tmp_path / "mine.csv")
    assert (code, panel.data_hash in out) == (0, True)
    code, out, _ = run(capsys, "data", "describe", "--panel", tmp_path / "mine.csv")
    assert (code, "mid/BTC" in out) == (0, True)
    code, out, _ = run(capsys, "watch", "--panel", tmp_path / "mypanel")
    assert (code, "Watchlist at 2022-12-31" in out) == (0, True)


def test_data_that_are_something_else_are_named(capsys, folder, tmp_path):
    archive = tmp_path / "raw"
    archive.mkdir()
    (archive / "SHA256SUMS").write_text("")
    told = refused(capsys, "verify", "--claims", folder, "--panel", archive)
    assert f"--archive {archive}" in told
    both = ("--archive", archive, "--panel", archive)
    assert "leave one out" in refused(capsys, "verify", "--claims", folder, *both)
    assert "leave one out" in refused(capsys, "replay", "2024", *both)
    assert "There is no" in refused(capsys, "verify", "--claims", folder, "--panel", "none")
    (tmp_path / "a.csv").write_text("date,x\n2020-01-01,1\n")
    assert "a.toml" in refused(capsys, "verify", "--claims", folder, "--panel", tmp_path / "a.csv")


# -- looks ---------------------------------------------------------------------------------------


def told(path):
    return json.loads(path.read_text())["claims"]["Z2"]["trials"]


def test_every_look_counts_and_the_same_look_once(capsys, folder, tmp_path):
    numbers = tmp_path / "numbers.json"
    args = ("verify", "--claims", folder, "--json", numbers)
    counts = []
    for value in (179.0, 178.0, 177.0, 181.0):
        (folder / "Z2.toml").write_text(FACT_CARD.replace("179.0", str(value)))
        run(capsys, *args)
        run(capsys, *args)  # the same card, data and verdict
        counts.append(told(numbers))
    assert counts == [1, 2, 3, 4]
    rows = tomllib.loads((folder / "locks" / "embedded.trials.toml").read_text())["trials"]
    assert [row["verdict"] for row in rows] == ["confirmed"] * 3 + ["refuted"]
    assert all(re.fullmatch(r"\d{4}-\d{2}-\d{2}", row["day"]) for row in rows)
    assert len({row["card"] for row in rows}) == 4


def test_a_look_on_another_day_is_the_same_look(folder, tmp_path):
    made = verify(panel_with_effect(0.30), load_cards(folder))
    path = tmp_path / "l.trials.toml"
    (look,) = record_trials(made, path)
    path.write_text(path.read_text().replace(look.day, "2020-01-01"))
    assert [each.day for each in record_trials(made, path)] == ["2020-01-01"]


def test_where_the_cards_lie_read_only_the_looks_go_to_the_users_folder(capsys, folder, tmp_path):
    (folder / "locks").write_text("no folder can be made here")
    code, _, err = run(capsys, "verify", "--claims", folder)
    assert (code, err) == (0, "")
    (ledger,) = (tmp_path / "state" / "altrotation" / "looks").iterdir()
    assert ledger.name.startswith("embedded-")
    assert len(read_trials(ledger)) == 1
    numbers = tmp_path / "numbers.json"
    (folder / "Z2.toml").write_text(FACT_CARD.replace("179.0", "178.0"))
    run(capsys, "verify", "--claims", folder, "--json", numbers)
    assert told(numbers) == 2


def test_a_look_that_cannot_be_recorded_is_said(capsys, folder, tmp_path):
    (folder / "locks").write_text("no folder can be made here")
    (tmp_path / "state").write_text("nor here")
    code, out, err = run(capsys, "verify", "--claims", folder)
    assert code == 0
    assert "Z2" in out
    assert "This look is not counted: " in err
    assert len(err.splitlines()) == 1


def test_looks_at_the_catalogue_leave_checkout_and_package_alone(capsys, folder, tmp_path):
    before = {path: path.read_bytes() for path in lock_path("embedded").parent.iterdir()}
    code, _, _ = run(capsys, "verify", "--only", "D3")  # on the small world: another data hash
    assert code == 0
    assert {path: path.read_bytes() for path in lock_path("embedded").parent.iterdir()} == before
    ledger = tmp_path / "state" / "altrotation" / "looks" / "catalogue-embedded.trials.toml"
    assert [look.claim for look in read_trials(ledger)] == ["D3"]
    assert Ledger(lock_path("embedded")).read()[-1].claim == "D3"


def test_an_unreadable_ledger_is_told_before_the_work(capsys, folder, tmp_path, monkeypatch):
    (folder / "locks").mkdir()
    for text in ("not a ledger", "trials = 3\n", "[[trials]]\n", "trials = " + "[" * 9000):
        (folder / "locks" / "embedded.trials.toml").write_text(text)
        assert "trial ledger" in refused(capsys, "verify", "--claims", folder)
        assert (folder / "locks" / "embedded.trials.toml").read_text() == text


LOOKER = """
import sys
from pathlib import Path
from altrotation.claims.results import CatalogueRun, Trial
from altrotation.claims.trials import record_trials
class Run(CatalogueRun):
    def __init__(self, n): object.__setattr__(self, "n", n)
    def looks(self): return (Trial("A1", f"{sys.argv[1]}{self.n}", "d", 1, "undecided"),)
for n in range(50):
    record_trials(Run(n), Path(sys.argv[2]))
"""


def test_two_processes_that_look_at_once_lose_no_look(tmp_path):
    path, script = tmp_path / "l.trials.toml", tmp_path / "look.py"
    script.write_text(LOOKER)
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    both = [
        subprocess.Popen([sys.executable, str(script), name, str(path)], env=env) for name in "ab"
    ]
    assert [each.wait(timeout=120) for each in both] == [0, 0]
    assert len({look.card for look in read_trials(path)}) == 100
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".")] == []


# -- locks ---------------------------------------------------------------------------------------


def test_the_lock_of_ones_own_cards_lies_beside_them(capsys, folder):
    args = ("verify", "--claims", folder)
    code, out, _ = run(capsys, *args, "--update-lock")
    assert (code, "Recorded 1 verdicts" in out) == (0, True)
    lock = folder / "locks" / "embedded.toml"
    assert tomllib.loads(lock.read_text())["claims"]["Z2"]["verdict"] == "confirmed"
    assert run(capsys, *args)[0] == 0
    lock.write_text(lock.read_text().replace("confirmed", "refuted"))
    code, _, err = run(capsys, *args)
    assert (code, "Z2: recorded refuted, found confirmed" in err) == (1, True)


def test_a_locked_card_that_is_gone_is_named(capsys, folder):
    (folder / "Z3.toml").write_text(FACT_CARD.replace('"Z2"', '"Z3"'))
    args = ("verify", "--claims", folder)
    run(capsys, *args, "--update-lock")
    (folder / "Z3.toml").unlink()
    code, _, err = run(capsys, *args)
    assert code == 1
    assert "Z3: recorded confirmed, found nothing (its card is gone)" in err
    assert run(capsys, *args, "--only", "Z2")[0] == 0
    assert run(capsys, *args, "--update-lock")[0] == 0
    assert run(capsys, *args)[0] == 0


def test_a_lock_without_its_look_is_an_error(capsys, folder):
    """As after a process that was killed between the two, had it written the lock first."""
    args = ("verify", "--claims", folder)
    run(capsys, *args, "--update-lock")
    (folder / "locks" / "embedded.trials.toml").unlink()
    told = refused(capsys, *args)
    assert "records Z2 without a look" in told
    assert run(capsys, *args, "--update-lock")[0] == 0  # the remedy it prints
    assert run(capsys, *args)[0] == 0
    with pytest.raises(CardError, match="without a look"):
        check_looks(folder / "locks" / "embedded.toml", ())


def test_looks_are_written_before_the_lock(capsys, folder, monkeypatch):
    def killed(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("altrotation.claims.lock.write_lock", killed)
    code, _, err = run(capsys, "verify", "--claims", folder, "--update-lock")
    assert code == 130
    assert "The looks are in the ledger." in err
    assert len(read_trials(folder / "locks" / "embedded.trials.toml")) == 1
    assert not (folder / "locks" / "embedded.toml").exists()


def test_an_interrupt_says_that_nothing_was_written(capsys, folder, monkeypatch):
    def killed(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("altrotation.claims.runner.verify", killed)
    code, out, err = run(capsys, "verify", "--claims", folder)
    assert (code, out, err) == (130, "", "Interrupted. Nothing was written.\n")


def test_an_installed_library_is_not_rewritten(capsys, folder, tmp_path, monkeypatch):
    before = {path: path.read_bytes() for path in lock_path("embedded").parent.iterdir()}
    monkeypatch.setattr(locks, "_CHECKOUT", tmp_path / "pyproject.toml")
    told = refused(capsys, "verify", "--update-lock")
    assert "name a lock of your own with `--lock FILE`" in told
    with pytest.raises(InputError, match="belongs to the installed library"):
        check_own(lock_path("archive"))
    with pytest.raises(InputError, match="no lock for these data"):
        check_own(lock_path("panel"))
    check_own(tmp_path / "mine.toml")
    assert {path: path.read_bytes() for path in lock_path("embedded").parent.iterdir()} == before


@pytest.mark.parametrize("level", ['oil "v2"', "a\nb", "\x7f\\", "é\u2028", ""])
def test_what_is_written_can_be_read_whatever_the_data_are_called(folder, tmp_path, level):
    made = verify(panel_with_effect(0.30), load_cards(folder), level=level)
    write_lock(made, tmp_path / "l.toml")
    record_trials(made, tmp_path / "l.trials.toml")
    assert tomllib.loads((tmp_path / "l.toml").read_text())["level"] == level
    assert compare(made, tmp_path / "l.toml") == ()
    check_looks(tmp_path / "l.toml", read_trials(tmp_path / "l.trials.toml"))


def test_toml_that_cannot_be_read_back_is_not_written(folder, tmp_path):
    made = verify(panel_with_effect(0.30), load_cards(folder))
    odd = replace(made.results[0], card=replace(made.results[0].card, id="oil 2"))
    path = tmp_path / "l.toml"
    path.write_text("kept")
    with pytest.raises(InputError, match="A TOML key must be"):
        write_lock(replace(made, results=(odd,)), path)
    with pytest.raises(InputError, match="TOML cannot hold"):
        write_toml(path, {"x": "\ud800"})
    assert path.read_text() == "kept"
    with pytest.raises(DataError, match="too deep"):
        parse_toml(b"x = " + b"[" * 9000)
    with pytest.raises(DataError, match="cannot be read"):
        read_toml(tmp_path)
    path.write_text("x = 1" + "0" * 5000)
    with pytest.raises(DataError, match="cannot be read as TOML"):
        read_toml(path)


# -- reports and numbers -------------------------------------------------------------------------


def test_the_report_on_ones_own_cards_asks_their_question(capsys, folder, tmp_path):
    run(capsys, "verify", "--claims", folder, "--report", tmp_path)
    page = (tmp_path / "report.html").read_text()
    for word in ("Russell", "altcoin", "coins are", "breakouts share"):
        assert word not in page.replace("The Russell reached 180.", "")
    assert "<h1>t</h1>" in page  # one card: its title
    (folder / "study.toml").write_text(
        'question = "Does oil lead?"\nheadline = "Z2"\ncaveats = ["Oil is not gold."]\n'
        'themes = { Z = "Of oil" }\n'
    )
    code, out, _ = run(capsys, "verify", "--claims", folder, "--report", tmp_path)
    assert (code, "Of oil" in out) == (0, True)
    page = (tmp_path / "report.html").read_text()
    assert "<h1>Does oil lead?</h1>" in page
    assert "Oil is not gold." in page
    (folder / "study.toml").write_text('qestion = "x"\n')
    assert "study.toml has the unknown field" in refused(capsys, "verify", "--claims", folder)
    (folder / "study.toml").write_text("x =")
    assert "study.toml cannot be read" in refused(capsys, "verify", "--claims", folder)


def test_a_study_knows_whose_cards_it_has(folder):
    assert study_of(load_cards()) is RUSSELL is load_study()
    assert study_of(load_cards()[:2]) is RUSSELL
    own = load_cards(folder)
    assert study_of(own) == load_study(folder) == Study()
    assert Study().title([*own, *own]) == "2 statements put to data"
    assert Study(question="Why?").title(own) == "Why?"
    assert Study().theme(own[0]) == "Other statements"
    assert RUSSELL.theme(load_cards()[0]) == "Does the Russell lead?"


def test_numbers_are_valid_json(folder):
    made = verify(panel_with_effect(0.30), load_cards(folder))
    fact = replace(made.results[0].facts[0], measured=math.nan, place=math.inf)
    odd = replace(made.results[0], facts=(fact,), verdict=Verdict("refuted", "x"))
    record = replace(made, results=(odd,)).to_dict()
    text = json.dumps(record, allow_nan=False)  # raises on a NaN
    assert json.loads(text)["claims"]["Z2"]["facts"][0]["measured"] is None
    assert list(record) == ["level", "data", "versions", "claims"]


# -- files ---------------------------------------------------------------------------------------


def test_a_link_stays_a_link_and_a_mode_stays(tmp_path):
    real, link = tmp_path / "real.json", tmp_path / "link.json"
    real.write_text("old")
    real.chmod(0o640)
    link.symlink_to(real)
    atomic_write(link, b"new")
    assert link.is_symlink()
    assert real.read_text() == "new"
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    (tmp_path / "dangling").symlink_to(tmp_path / "sub" / "made.json")
    atomic_write(tmp_path / "dangling", b"x")
    assert (tmp_path / "sub" / "made.json").read_bytes() == b"x"


def test_devices_and_streams_are_written_to_and_stay(tmp_path):
    before = Path("/dev/null").stat()
    check_writable("/dev/null", "--json")
    atomic_write("/dev/null", b"x")
    after = Path("/dev/null").stat()
    assert stat.S_ISCHR(after.st_mode)
    assert (before.st_ino, before.st_mode) == (after.st_ino, after.st_mode)
    with pytest.raises(InputError, match="No space left"):
        atomic_write("/dev/full", b"x" * 100_000)
    code = (
        "from altrotation.data.atomic import atomic_write\nprint('first')\n"
        "atomic_write('/dev/stdout', b'second\\n')\nprint('third')"
    )
    out = tmp_path / "out.txt"
    with out.open("w") as file:
        subprocess.run(
            [sys.executable, "-c", code], stdout=file, check=True,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )  # fmt: skip
    assert out.read_text().split() == ["first", "second", "third"]
    assert [path.name for path in tmp_path.iterdir()] == ["out.txt"]


def test_what_a_dead_process_left_is_swept_and_a_living_one_is_left_alone(tmp_path):
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    orphan = tmp_path / f".x.json.{child.pid}.part"
    other = tmp_path / f".y.json.{child.pid}.part"
    living = tmp_path / f".x.json.{os.getppid()}.part"
    for path in (orphan, other, living):
        path.write_text("half")
    atomic_write(tmp_path / "x.json", b"whole")
    assert not orphan.exists()
    assert other.exists()
    assert living.exists()


# -- processes -----------------------------------------------------------------------------------


def test_a_script_without_a_main_guard_works(tmp_path):
    (tmp_path / "cards").mkdir()
    for name in ("Z2", "Z3"):
        (tmp_path / "cards" / f"{name}.toml").write_text(FACT_CARD.replace("Z2", name))
    script = tmp_path / "script.py"
    script.write_text(
        "from pathlib import Path\n"
        "from altrotation import load_cards, verify\n"
        "from tests.claims.worlds import panel_with_effect\n"
        "print(verify(panel_with_effect(0.3), load_cards(Path('cards')), jobs=2).results)\n"
    )
    done = subprocess.run(
        [sys.executable, str(script)], cwd=tmp_path, capture_output=True, text=True, timeout=180,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout == "(ClaimResult(Z2: confirmed), ClaimResult(Z3: confirmed))\n"


def test_a_worker_that_is_killed_is_a_sentence():
    with pytest.raises(AltrotationError, match="A worker process was ended from outside"):
        list(in_processes(os._exit, [9], 1))


def test_the_error_of_a_worker_is_the_error():
    with pytest.raises(ZeroDivisionError):
        list(in_processes(divmod_by, [0], 1))
    assert sorted(in_processes(divmod_by, [1, 2], 2)) == [(0, 1), (1, 0)]


def divmod_by(number):
    return 1 // number


SLEEPERS = """
import multiprocessing, sys, time
from altrotation.claims.workers import in_processes
for place, _ in in_processes(time.sleep, [0, 300, 300], 2):
    print(*(child.pid for child in multiprocessing.active_children()), flush=True)
"""


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_workers_end_with_their_parent(sent):
    parent = subprocess.Popen(
        [sys.executable, "-c", SLEEPERS], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        text=True, env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    workers = [int(pid) for pid in parent.stdout.readline().split()]
    assert len(workers) == 2
    parent.send_signal(sent)
    parent.wait(timeout=30)
    until = time.monotonic() + 30
    while any(lives(pid) for pid in workers) and time.monotonic() < until:
        time.sleep(0.05)
    assert not any(lives(pid) for pid in workers)
    parent.stdout.close()


def lives(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


# -- surroundings --------------------------------------------------------------------------------

NO_PLACE = """
from numba.core import caching
def nowhere(self):
    raise OSError(30, "Read-only file system")
for name in vars(caching):
    if "InTree" in name or "UserWide" in name:  # named by version with or without a dash before
        getattr(caching, name).ensure_cache_path = nowhere
"""


def test_without_a_place_for_compiled_code_a_temporary_one_is_used(tmp_path):
    """As for a user who can write neither the package nor a home folder."""
    code = NO_PLACE + (
        "import altrotation.synthetic.noise, altrotation.kernels.events, numba, os, stat\n"
        "print(numba.config.CACHE_DIR, oct(os.stat(numba.config.CACHE_DIR).st_mode & 0o777))"
    )
    done = python(code, env={"TMPDIR": str(tmp_path), "NUMBA_CACHE_DIR": ""})
    assert done.returncode == 0, done.stderr
    place, mode = done.stdout.split()
    assert Path(place).parent == tmp_path
    assert mode == "0o700"
    Path(place).chmod(0o777)  # what others can write to is not run
    done = python(code, env={"TMPDIR": str(tmp_path), "NUMBA_CACHE_DIR": ""})
    assert done.stdout.split()[0] != place
    nothing = "import tempfile\ntempfile.gettempdir = lambda: '/proc/nowhere'\n"
    done = python(nothing + code.split("print")[0], env={"NUMBA_CACHE_DIR": ""})
    assert done.returncode == 0, done.stderr


def test_a_terminal_that_lacks_a_sign_shows_another():
    for coding in ("cp1252", "ascii"):
        done = python(
            "from altrotation.cli import main; main(['claims', 'show', 'A1'])",
            env={"PYTHONIOENCODING": coding},
        )
        assert done.returncode == 0, done.stderr
        done = python(
            "import typer; from altrotation import cli\n"
            "cli._chosen = lambda *_: print('\\u2212 \\u2265 \\u2705') or ()\n"
            "cli.main(['claims', 'list'])",
            env={"PYTHONIOENCODING": coding},
        )
        assert (done.returncode, done.stdout.strip()) == (0, "? ? ?"), done.stderr


def test_a_mistake_of_the_program_is_not_a_verdict_that_differs(capsys, folder, monkeypatch):
    monkeypatch.setattr("altrotation.claims.runner.verify", lambda *_, **__: 1 / 0)
    code, _, err = run(capsys, "verify", "--claims", folder)
    assert code == 2
    assert "ZeroDivisionError" in err
    assert "please report it" in err


# -- each door on its own ------------------------------------------------------------------------


def test_the_doors_of_cards_refuse(folder, tmp_path):
    (card,) = load_cards(folder)
    fact, panel = card.facts[0], panel_with_effect(0.0)
    mean = {"name": "mean", "series": "RUT"}
    with pytest.raises(CardError, match="lacks the field"):
        check_arguments(FEATURES["level"], {}, "here")
    with pytest.raises(CardError, match="unknown field"):
        check_arguments(FEATURES["level"], {"series": "RUT", "lag": 3}, "here")
    with pytest.raises(CardError, match=r"here\.carry must be int"):
        check_arguments(FEATURES["level"], {"series": "RUT", "carry": "x"}, "here")
    with pytest.raises(CardError, match="`here` must be a date"):
        read_day("2021", "here")
    with pytest.raises(CardError, match="the measure 'mode' is unknown"):
        check_measure({"name": "mode"})
    with pytest.raises(CardError, match="unknown field"):
        check_measure({**mean, "x": 1})
    with pytest.raises(CardError, match="must be str"):
        check_measure({**mean, "series": 1})
    with pytest.raises(CardError, match="must be a date"):
        check_measure({**mean, "end": "2021"})
    with pytest.raises(CardError, match="the measure 'x' is unknown"):
        check_measure({"name": "gain", "from": {"name": "x"}, "to": mean})
    with pytest.raises(CardError, match="`expect` must be"):
        check_askable(replace(fact, expect="like"))
    with pytest.raises(CardError, match="`value` must be a number"):
        check_askable(replace(fact, value=None))
    with pytest.raises(CardError, match="the measure"):
        check_askable(replace(fact, measure={"name": "mode"}))
    with pytest.raises(CardError, match="'X' is not in the panel"):
        check_readable(
            replace(card, facts=(replace(fact, measure={**mean, "series": "X"}),)), panel
        )
    with pytest.raises(CardError, match="`expect`"):
        check_readable(replace(card, facts=(replace(fact, expect="like"),)), panel)
    with pytest.raises(CardError, match="no lock at"):
        check_looks(tmp_path / "none.toml", ())
    (folder / "study.toml").write_text("x =")
    with pytest.raises(CardError, match="cannot be read"):
        load_study(folder)


def test_the_doors_of_files_refuse(folder, tmp_path):
    made = verify(panel_with_effect(0.0), load_cards(folder))
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        record_trials(made, tmp_path / "file" / "l.trials.toml")
    with pytest.raises(InputError, match="cannot be written"):
        write_toml(tmp_path / "file" / "x.toml", {"x": 1})
    with pytest.raises(InputError, match="A TOML key must be"):
        write_toml(tmp_path / "x.toml", {"x y": 1})
    with pytest.raises(InputError, match="is a folder"):
        check_writable(tmp_path, "here")
