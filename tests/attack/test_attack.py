"""Hostile cards and files, and kills at any instant: a sentence, and every file old or new."""

import copy
import json
import os
import random
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

from altrotation.claims.card import CATALOGUE, load_cards
from altrotation.claims.lock import check_looks, compare, write_lock
from altrotation.claims.runner import verify
from altrotation.claims.trials import read_trials, record_trials, trials_path
from altrotation.data.toml import read_toml
from altrotation.errors import AltrotationError
from tests.claims.worlds import EFFECT_CARD, FACT_CARD, panel_with_effect

ROOT = Path(__file__).resolve().parents[2]

# What stands in a field that should not: of a wrong kind, too large, in the dress of another field.
HOSTILE = (
    "", "\x00", "'; import os; os._exit(9)", "<script>alert(1)</script>", "{{ 7 * 7 }}", "../../x",
    "2021", "2021-13-45", "9" * 400, -1, 0, 10**18, 1e308, -1e308, 5e-324, True, [], [[]], {},
    {"name": "level"}, [{"name": {"name": []}}], "RUT", "NaN",
)  # fmt: skip


def places(node, at=()):
    """Yield the way to every place in a card."""
    if at:
        yield at
    if isinstance(node, dict | list):
        for name, inner in node.items() if isinstance(node, dict) else enumerate(node):
            yield from places(inner, (*at, name))


def written(value):
    """Return a value as TOML has it."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(k)} = {written(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def edited(card, at, value):
    other = copy.deepcopy(card)
    inner = other
    for name in at[:-1]:
        inner = inner[name]
    inner[at[-1]] = value
    return "\n".join(f"{json.dumps(name)} = {written(part)}" for name, part in other.items())


def is_judged_or_refused(text, folder):
    """Judge a card; what it raises is one of the library's errors, in one line."""
    told = ""
    (folder / "A1.toml").write_text(text, encoding="utf-8", errors="surrogatepass")
    try:
        cards = load_cards(folder)
        made = verify(panel_with_effect(0.0), cards)
    except AltrotationError as error:
        told = str(error)
    if told:
        assert len(told.splitlines()) == 1, told
        return False
    json.dumps(made.to_dict(), allow_nan=False)
    write_lock(made, folder / "locks" / "l.toml")
    record_trials(made, folder / "locks" / "l.trials.toml")
    assert compare(made, folder / "locks" / "l.toml") == ()
    return True


def attack(card, folder, number, seed):
    draw = random.Random(seed)
    spots = list(places(card))
    for _ in range(number):
        is_judged_or_refused(edited(card, draw.choice(spots), draw.choice(HOSTILE)), folder)


def test_hostile_facts_are_judged_or_refused(tmp_path):
    attack(tomllib.loads(FACT_CARD), tmp_path, 300, seed=1)


def test_hostile_effects_are_judged_or_refused(tmp_path):
    attack(tomllib.loads(EFFECT_CARD), tmp_path, 25, seed=2)


@pytest.mark.attack
def test_hostile_cards_of_every_kind_are_judged_or_refused(tmp_path):
    for seed, path in enumerate(sorted(CATALOGUE.glob("*.toml"))):
        attack(tomllib.loads(path.read_text()), tmp_path, 40, seed=seed)


@pytest.mark.parametrize("what", ["lock", "ledger"])
def test_a_damaged_lock_or_ledger_is_a_sentence(tmp_path, what):
    """Every cut, and bytes changed at random: read as TOML of another verdict, or refused."""
    (tmp_path / "Z2.toml").write_text(FACT_CARD)
    made = verify(panel_with_effect(0.0), load_cards(tmp_path))
    lock = tmp_path / "locks" / "l.toml"
    write_lock(made, lock)
    record_trials(made, trials_path(lock))
    path = lock if what == "lock" else trials_path(lock)
    whole, draw = path.read_bytes(), random.Random(7)
    damaged = [whole[:cut] for cut in range(0, len(whole), 7)]
    for _ in range(200):
        spoiled = bytearray(whole)
        spoiled[draw.randrange(len(whole))] = draw.randrange(256)
        damaged.append(bytes(spoiled))
    told = []
    for content in damaged:
        path.write_bytes(content)
        try:
            check_looks(lock, read_trials(trials_path(lock)))
            compare(made, lock)
        except AltrotationError as error:
            told.append(str(error))
    assert len(told) > 100
    for sentence in told:
        assert "restore" in sentence
        assert len(sentence.splitlines()) == 1


def test_any_number_of_workers_gives_the_same_bytes(tmp_path):
    for name in ("Z1", "Z3"):
        (tmp_path / f"{name}.toml").write_text(EFFECT_CARD.replace("Z1", name))
    (tmp_path / "Z2.toml").write_text(FACT_CARD)
    cards, panel = load_cards(tmp_path), panel_with_effect(0.3)
    texts = {json.dumps(verify(panel, cards, jobs=jobs).to_dict()) for jobs in (1, 2, 5)}
    assert len(texts) == 1


RECORDER = """
import sys, time
from pathlib import Path
from dataclasses import replace
from altrotation.claims.card import load_cards
from altrotation.claims.lock import write_lock
from altrotation.claims.runner import verify
from altrotation.claims.trials import record_trials, trials_path
from tests.claims.worlds import panel_with_effect
folder, lock = Path(sys.argv[1]), Path(sys.argv[2])
made = verify(panel_with_effect(0.0), load_cards(folder))
print("ready", flush=True)
for number in range(100000):
    card = replace(made.results[0].card, digest=f"{time.time_ns()}")
    run = replace(made, results=(replace(made.results[0], card=card),))
    record_trials(run, trials_path(lock))
    write_lock(run, lock)
"""


def kills(tmp_path, times, seed):
    """Kill a process that records as fast as it can, at random instants."""
    (tmp_path / "cards").mkdir()
    (tmp_path / "cards" / "Z2.toml").write_text(FACT_CARD)
    lock, draw = tmp_path / "locks" / "l.toml", random.Random(seed)
    looks = 0
    for _ in range(times):
        writer = subprocess.Popen(
            [sys.executable, "-c", RECORDER, str(tmp_path / "cards"), str(lock)],
            env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE,
        )  # fmt: skip
        assert writer.stdout.readline() == b"ready\n"
        time.sleep(draw.uniform(0.05, 0.6))
        writer.kill()
        writer.wait()
        writer.stdout.close()
        found = read_trials(trials_path(lock))
        assert len(found) >= looks  # no look is ever lost
        looks = len(found)
        if lock.exists():
            read_toml(lock)
            check_looks(lock, found)  # a lock never stands without its look
    assert looks > times
    return lock


def test_a_kill_leaves_every_file_whole(tmp_path):
    kills(tmp_path, 2, seed=3)


@pytest.mark.attack
def test_kills_at_random_instants_leave_every_file_whole(tmp_path):
    lock = kills(tmp_path, 30, seed=4)
    made = verify(panel_with_effect(0.0), load_cards(tmp_path / "cards"))
    record_trials(made, trials_path(lock))
    write_lock(made, lock)
    assert list(lock.parent.glob(".*.part")) == []  # orphans are swept by the next who writes
