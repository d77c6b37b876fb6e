"""Cards: the catalogue loads, and a bad card names the file and the field."""

import copy
import re
import tomllib

import pytest

from altrotation.claims.card import CATALOGUE, _card, load_card, load_cards
from altrotation.errors import CardError, InputError

EVENT = (CATALOGUE / "A1.toml").read_text()
FACT = (CATALOGUE / "B1.toml").read_text()
CONTRAST, PROJECTION, CLOCKS, CASCADE, BREAK, STRATEGY, UNLOCKS, RESPONSE, RANGE = (
    (CATALOGUE / f"{name}.toml").read_text()
    for name in ("A2", "C3", "A5", "B2", "D4", "F3", "D3", "B3", "B7")
)


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
    (EVENT.replace('kind = "event"', 'kind = "hunch"', 1), "kind must be one of event, contrast"),
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
    (EVENT.replace("[20, 60, 90, 120]", '[20, "x"]', 1), "study.horizons[2] must be int, got 'x'"),
    (
        EVENT.replace('kind = "record"', 'kind = "summit"', 1),
        "events.kind must be one of record, high",
    ),
    (EVENT.replace("seed = 2026", ""), "lacks the field `seed`"),
    (EVENT.replace('id = "A1"', "id = A1", 1), "cannot be read as TOML"),
    (EVENT.replace('start = "2014-01-01"', 'start = "2014-13-01"', 1), "`events.start`"),
    (EVENT.replace('end = "2026-04-21"', 'end = "2013-01-01"', 1), "events.end 2013-01-01 lies"),
    (EVENT.replace("horizons = [20,", "horizons = [0,", 1), "study.horizons must be at least 1"),
    (EVENT.replace("quiet = 60", "quiet = -1", 1), "events.quiet must be at least 0, got -1"),
    (EVENT.replace('kind = "record"', 'kind = "above"', 1), "needs the field `level`"),
    (RANGE.replace("floor = 0.16\n", "", 1), "events of the kind 'range' needs the field `floor`"),
    (RANGE.replace("floor = 0.16", 'floor = 0.1\nselect = "held"', 1), "events.select belongs to"),
    (
        RANGE.replace("floor = 0.16", 'floor = 0.1\ngiven = { name = "x" }', 1),
        "events.given: 'x' is unknown",
    ),
    (EVENT.replace("[[variants]]", "[variants]", 1).split("[[variants]]")[0], "`variants` must be"),
    (CONTRAST.replace('{ series = "SPX" }', "7"), "rivals[1].events must be a table, got 7"),
    (CONTRAST.replace('{ series = "SPX" }', "{ serie = 7 }"), "rivals[1].events has the unknown"),
    (CONTRAST.split("[[rivals]]")[0], "a contrast card needs the field `rivals`"),
    (CASCADE.replace("[[variants]]", "[[rivals]]\n[[variants]]", 1), "rivals[1] lacks the field"),
    (PROJECTION + "[[rivals]]\nname = 'x'", "rivals[1] needs a table [events]"),
    (
        PROJECTION.replace('regressor = "composite"', 'regressor = "c"', 1),
        "projection.regressor 'c'",
    ),
    (PROJECTION.replace('"liquidity-composite"', '"liquidity"'), "regressors[1].feature: 'liquid"),
    (
        PROJECTION.replace("days = 60 }\nsign", 'days = "x" }\nsign', 1),
        "projection.regressors[2].feature.days must be int, got 'x'",
    ),
    (
        PROJECTION.replace("days = 60 }\nsign", "days = -60 }\nsign", 1),
        "projection.regressors[2].feature.days must be at least 1, got -60",
    ),
    (PROJECTION.replace("sign = -1", "sign = -2", 1), "projection.regressors[2].sign must be -1"),
    (PROJECTION.replace('"composite"\nstart', '"M2, yearly log change"\nhorizns'), "'horizns'"),
    (PROJECTION.replace('direction = "greater"', 'direction = "less"'), "has the sign 1, but"),
    (
        PROJECTION.replace('name = "composite"', 'name = "composite"\nsign = 0', 1),
        "projection.regressor 'composite' is a control",
    ),
    (
        PROJECTION.replace('name = "M2, yearly log change"', 'name = "composite"'),
        "'composite' twice",
    ),
    (PROJECTION.replace("horizon = 60", "horizon = 61", 1), "projection.horizon 61 is not among"),
    (
        PROJECTION.replace('primary = "mid/BTC"', 'primary = "x"', 1),
        "projection.primary 'x' is not",
    ),
    (
        PROJECTION.replace(
            "[projection]", '[projection]\nmethod = "local-projection"\ntogether = true'
        ),
        "projection.method 'local-projection' has no place",
    ),
    (RESPONSE.replace("overlap = 90", "overlap = -1", 1), "projection.overlap must be at least 0"),
    (RESPONSE.replace("overlap = 90", "horizons = [20]\nhorizon = 20", 1), "horizons [0]"),
    (RESPONSE.replace('response = { name = "level"', 'response = { name = "lvl"', 1), "'lvl' is"),
    (RESPONSE.replace("overlap = 90", 'outcomes = ["mid"]'), "either `outcomes` or a `response`"),
    (
        RESPONSE.replace("projection = { together = false }", "projection = 3"),
        "variants[2].projection must be a table, got 3",
    ),
    (CLOCKS.replace('primary = "ETH/BTC"', 'primary = "x"', 1), "clocks.primary 'x' is not among"),
    (CLOCKS.replace("[clocks]", "[clocks]\nlags = 0"), "clocks.lags must be at least 1, got 0"),
    (CLOCKS.replace("[clocks]", "[clocks]\nreplicates = 9"), "clocks.replicates must be at least"),
    (CASCADE.replace('"ETH", "large"', '"BTC", "large"', 1), "cascade.order must name three"),
    (CASCADE.replace('"ETH", "large"', '"ETH", 7', 1), "cascade.order[3] must be str, got 7"),
    (CASCADE.split("[study]")[0], "study must be a table, got None"),
    (BREAK.replace('"2024-01-11"\n', '"2034-01-11"\n', 1), "break.date must lie between start"),
    (BREAK.replace("[break]", "[break]\ntrim = 0.5"), "break.trim must lie between 0 and 0.5"),
    (BREAK.replace("horizon = 60", "horizon = 0", 1), "break.horizon must be at least 1, got 0"),
    (BREAK.replace('outcome = "mid/BTC"\n', "", 1), "break lacks the field `outcome`"),
    (
        STRATEGY.replace('strategy = "confluence"', 'strategy = "luck"', 1),
        "strategy.strategy must be",
    ),
    (STRATEGY.replace('"eth-btc"', '"luck"', 1), "strategy.family[2] must be one of russell"),
    (
        STRATEGY.replace('family = ["russell"', 'family = ["eth-btc"]\n#', 1),
        "strategy.strategy 'confluence' is not among the family",
    ),
    (UNLOCKS.replace("horizon = 20", "horizon = 21", 1), "unlocks.horizon 21 is not among"),
    (UNLOCKS.replace("share = 1.0", "share = -1.0", 1), "unlocks.share must be at least 0"),
    (UNLOCKS.replace("[unlocks]", "[unlock]", 1), "an unlocks card needs the field `unlocks`"),
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


# What stands in a table of TOML and could be written by mistake.
NOT_MEANT = ("x", -1, True, [], {"x": 1}, [{}])


def places(node, at=()):
    """Every place in a card, a list by its first two items."""
    if at:
        yield at
    if isinstance(node, dict):
        for name, inner in node.items():
            yield from places(inner, (*at, name))
    elif isinstance(node, list):
        for number, inner in enumerate(node[:2]):
            yield from places(inner, (*at, number))


def test_whatever_is_written_into_a_card_is_read_or_refused_in_words():
    """Cards of every kind, each field left out or replaced by each value."""
    seen, read = set(), 0
    for path in sorted(CATALOGUE.glob("*.toml")):
        card = tomllib.loads(path.read_text())
        for at in places(card):
            key = (card["kind"], *(name if isinstance(name, str) else "" for name in at))
            if key in seen:
                continue
            seen.add(key)
            for value in (None, *NOT_MEANT):
                other = copy.deepcopy(card)
                inner = other
                for name in at[:-1]:
                    inner = inner[name]
                if value is None:
                    del inner[at[-1]]
                else:
                    inner[at[-1]] = value
                try:
                    _card(other, "digest")
                except (CardError, InputError):  # `load_card` puts the file before either
                    read += 1
    assert read > 1_500  # most are refused
