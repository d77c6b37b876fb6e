"""Every row of the registry on fewer worlds, and docs/validity.md held to the registry.

Bands are exact binomial, .0001 in either tail (`experiment.binomial_band`); the seeds are fixed, so
a row fails when the code it tests changes its law. At 100 worlds a size of 5 % lies in [0, .15], a
coverage of 95 % in [.85, 1].
"""

import pytest

from tests.validity.suite import detection, page
from tests.validity.suite.exemptions import EXEMPT, candidates
from tests.validity.suite.experiment import (
    Experiment,
    Row,
    binomial_band,
    repeat,
    tally,
)
from tests.validity.suite.registry import EXPERIMENTS, functions_under_test
from tests.validity.suite.run import TARGET


@pytest.mark.validity
@pytest.mark.parametrize(
    "place", range(len(EXPERIMENTS)), ids=lambda place: EXPERIMENTS[place].name
)
def test_rows_do_what_is_claimed(place):
    experiment = EXPERIMENTS[place]
    outcomes = tally(experiment, repeat(experiment, range(experiment.ci)))
    for each in outcomes:
        print(f"{each.row.kind:8s} {each.share:.3f} {each.half} {each.band} {each.row.test}")
    broken = [each for each in outcomes if not each.sound and not each.row.faint]
    assert not broken, [(each.row.test, each.share, each.half, each.band) for each in broken]


def keys():
    return [
        (experiment.family, row.kind, row.test, experiment.world)
        for experiment in EXPERIMENTS
        for row in experiment.rows
    ]


def test_the_page_lists_exactly_the_rows_of_the_registry():
    shown = [key[:4] for key in page.listed(TARGET.read_text(encoding="utf-8"))]
    assert len(set(keys())) == len(keys()), "two rows of one name"
    assert sorted(shown) == sorted(keys()), "run `make validity`"


def test_the_page_was_made_with_the_repetitions_of_the_registry():
    wanted = {
        (experiment.family, row.kind, row.test, experiment.world): experiment.repetitions
        for experiment in EXPERIMENTS
        for row in experiment.rows
    }
    for *key, n in page.listed(TARGET.read_text(encoding="utf-8")):
        most = wanted[tuple(key)]
        assert 0.5 * most <= n <= most, key  # a world may not allow a test in every repetition


def test_the_page_lists_every_detector_in_every_world():
    text = TARGET.read_text(encoding="utf-8")
    for kind in detection.KINDS:
        for name in detection.DETECTORS:
            assert f"| {kind} | {name} |" in text, "run `make validity`"


def test_every_public_test_has_rows_or_a_reason():
    missing = candidates() - functions_under_test() - EXEMPT.keys()
    assert not missing, f"add rows to tests/validity/suite or a reason to EXEMPT: {sorted(missing)}"


def test_an_exemption_is_needed():
    assert not EXEMPT.keys() & functions_under_test(), "exempt and tested"
    assert not EXEMPT.keys() - candidates(), "names no public function that owes a row"


# -- the suite's own arithmetic -------------------------------------------------------------------


def test_binomial_bands():
    # P(X > 15) = .00004 and P(X > 14) = .00015 for Binomial(100, .05)
    assert binomial_band(100, 0.05) == (0.0, 0.15)
    assert binomial_band(1000, 0.05) == (0.026, 0.077)


def of(row, values):
    experiment = Experiment(
        family="f",
        world="w",
        simulate=lambda seed: {row.test: values[seed]},
        rows=(row,),
        functions=(),
    )
    (made,) = tally(experiment, repeat(experiment, range(len(values))))
    return made


def shares(share, n=200):
    return [0.01] * round(share * n) + [0.6] * (n - round(share * n))


@pytest.mark.parametrize(
    ("row", "share", "sound"),
    [
        (Row(test="t", kind="size"), 0.05, True),
        (Row(test="t", kind="size"), 0.0, False),
        (Row(test="t", kind="size", bound="upper"), 0.0, True),
        (Row(test="t", kind="size", bound="upper"), 0.2, False),
        (Row(test="t", kind="size", limit=0.15, known="why"), 0.2, True),
        (Row(test="t", kind="size", limit=0.15, known="why"), 0.3, False),
        (Row(test="t", kind="power"), 0.1, False),
        (Row(test="t", kind="power"), 0.2, True),
        (Row(test="t", kind="power", nominal=0.8), 0.6, False),
        (Row(test="t", kind="naive"), 0.05, False),
        (Row(test="t", kind="naive"), 0.5, True),
        (Row(test="t", kind="limit"), 0.5, True),
    ],
)
def test_gates_can_fail(row, share, sound):
    assert of(row, shares(share)).sound is sound


def test_coverage_means_and_the_share_at_one_half():
    inside = of(Row(test="t", kind="coverage"), [True] * 190 + [False] * 10)
    assert (inside.share, inside.sound) == (0.95, True)
    assert not of(Row(test="t", kind="coverage"), [True] * 100 + [False] * 100).sound
    assert not of(Row(test="t", kind="naive", nominal=0.95), [True] * 190 + [False] * 10).sound
    mean = of(Row(test="t", kind="mean", nominal=0.5), [0.4, 0.6] * 50)
    assert mean.share == pytest.approx(0.5)
    assert mean.sound
    assert not of(Row(test="t", kind="mean", nominal=0.7), [0.4, 0.6] * 50).sound
    exact = of(Row(test="t", kind="size", exact=True), shares(0.05))  # none between .05 and .5
    assert exact.half == 0.05
    assert not exact.sound


def test_a_page_can_be_read_back():
    made = [
        of(Row(test="t", kind="size"), shares(0.05)),
        of(Row(test="s", kind="power"), shares(1)),
    ]
    text = page.rendered(made, [])
    assert list(page.listed(text)) == [
        ("f", "size", "t", "w", 200),
        ("f", "power", "s", "w", 200),
    ]
