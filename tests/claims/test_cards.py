"""Cards: the catalogue loads, and a bad card names the file and the field."""

import re
import tomllib

import pytest

from altrotation.claims.card import CATALOGUE, load_card, load_cards
from altrotation.errors import CardError

EVENT = (CATALOGUE / "A1.toml").read_text()
FACT = (CATALOGUE / "B1.toml").read_text()


def test_the_catalogue_loads_in_order_of_id():
    ids = [card.id for card in load_cards()]
    assert ids == sorted(ids)
    assert {"A1", "A4", "A6", "A7", "A8", "B1", "B4", "B5", "D1"} <= set(ids)


def test_file_names_are_ids():
    for path in CATALOGUE.glob("*.toml"):
        assert load_card(path).id == path.stem


def test_variants_inherit_what_they_do_not_override():
    card = next(card for card in load_cards() if card.id == "A1")
    high = next(variant for variant in card.variants if variant.name == "52-week high")
    assert (high.events.kind, high.events.quiet) == ("high", card.events.quiet)
    assert high.study == card.study


def test_every_event_card_states_hypotheses_and_an_effect_of_interest():
    for card in load_cards():
        if card.kind == "event":
            assert card.null
            assert card.alternative
            assert card.smallest_effect > 0


def test_the_digest_changes_with_any_character(tmp_path):
    (tmp_path / "a.toml").write_text(EVENT)
    (tmp_path / "b.toml").write_text(EVENT.replace("quiet = 60", "quiet = 61", 1))
    assert load_card(tmp_path / "a.toml").digest != load_card(tmp_path / "b.toml").digest


BAD_CARDS = [
    (EVENT.replace('kind = "event"', 'kind = "hunch"', 1), "kind must be one of event, fact"),
    (EVENT.replace("smallest_effect = 0.05", "smallest_effect = -1"), "`smallest_effect`"),
    (
        EVENT.replace('direction = "greater"', 'direction = "up"'),
        "direction must be one of greater, less",
    ),
    (EVENT.replace("quiet = 60", 'quiet = "sixty"', 1), "events.quiet must be int, got 'sixty'"),
    (EVENT.replace("quiet = 60", "quite = 60", 1), "unknown field 'quite'"),
    (EVENT.replace('series = "RUT"\n', "", 1), "events lacks the field `series`"),
    (EVENT.replace("horizon = 60", "horizon = 61", 1), "study.horizon 61 is not among"),
    (EVENT.replace('primary = "mid/BTC"', 'primary = "micro/BTC"', 1), "study.primary 'micro/BTC'"),
    (EVENT.replace('role = "specification"', 'role = "guess"', 1), "variants[1].role must be"),
    (EVENT.replace("[20, 60, 90, 120]", '[20, "x"]', 1), "study.horizons must be int, got 'x'"),
    (
        EVENT.replace('kind = "record"', 'kind = "peak"', 1),
        "events.kind must be one of record, high",
    ),
    (EVENT.replace("seed = 2026", ""), "lacks the field `seed`"),
    (EVENT.replace('id = "A1"', "id = A1", 1), "cannot be read as TOML"),
    (FACT.replace("primary = true", "primary = false"), "no fact is `primary = true`"),
    (FACT.split("[[facts]]")[0], "at least one [[facts]]"),
    (
        FACT.replace('text = "The mean', 'txt = "The mean', 1),
        "facts[1] has the unknown field 'txt'",
    ),
]


@pytest.mark.parametrize(("text", "message"), BAD_CARDS, ids=[row[1][:30] for row in BAD_CARDS])
def test_a_bad_card_is_refused_in_one_sentence(tmp_path, text, message):
    path = tmp_path / "X9.toml"
    path.write_text(text)
    with pytest.raises(CardError, match=re.escape(message)) as caught:
        load_card(path)
    assert str(caught.value).startswith("X9.toml")


def test_two_cards_with_one_id_are_refused(tmp_path):
    for name in ("a", "b"):
        (tmp_path / f"{name}.toml").write_text(EVENT)
    with pytest.raises(CardError, match="share the id 'A1'"):
        load_cards(tmp_path)


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(CardError, match="No claim card"):
        load_cards(tmp_path)


def test_a_folder_with_a_bad_card_is_refused(tmp_path):
    (tmp_path / "a.toml").write_text(EVENT)
    (tmp_path / "b.toml").write_text("id = ")
    with pytest.raises(CardError, match=r"b\.toml cannot be read as TOML"):
        load_cards(tmp_path)


def test_cards_hold_no_number_the_outcome_could_have_set():
    """Cards say what is expected, never what was found."""
    for path in CATALOGUE.glob("*.toml"):
        assert "measured" not in tomllib.loads(path.read_text())
