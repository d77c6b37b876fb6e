"""The joint tests of a curve on arrays: counting, ties, degenerate columns, bad calls."""

import numpy as np
import pytest

from altrotation.errors import InputError
from altrotation.inference.curve import curve_test
from altrotation.inference.permutation import randomisation_test
from altrotation.kernels.ranks import upper_tail_shares
from tests.oracle.naive_multiverse import joint


def orbit(seed=0, draws=39, cells=8):
    rng = np.random.default_rng(seed)
    return rng.standard_normal((draws + 1, 1)) + 0.7 * rng.standard_normal((draws + 1, cells))


@pytest.mark.parametrize("direction", ["greater", "less"])
@pytest.mark.parametrize("seed", range(5))
def test_equals_counting(direction, seed):
    curves = orbit(seed)
    curves[0] += 1.5
    test = curve_test(curves[0], curves[1:], direction=direction, size=0.1)
    statistics, own, p_joint = joint(curves.tolist(), 1 if direction == "greater" else -1, 0.1)
    np.testing.assert_allclose(test.statistics, statistics, atol=1e-12)
    np.testing.assert_allclose(test.p_value, own[0], atol=1e-15)
    np.testing.assert_allclose(test.joint["p_value"], p_joint, atol=1e-15)
    assert (test.joint["p_adjusted"] >= test.joint["p_value"]).all()
    assert (test.joint["p_attainable"] == 1 / 40).all()


def test_own_p_is_that_of_the_randomisation_test():
    curves = orbit(3, draws=500, cells=1_100)  # more than one chunk of specifications
    test = curve_test(curves[0], curves[1:])
    beside = randomisation_test(curves[0], curves[1:])
    np.testing.assert_allclose(test.p_value, beside.p_value, atol=1e-15)
    np.testing.assert_allclose(test.centre, beside.centre, atol=1e-12)
    np.testing.assert_allclose(test.spread, beside.spread, atol=1e-12)


def test_the_largest_effect_reaches_the_smallest_p():
    curves = orbit(1, draws=99)
    curves[0] = 50.0
    test = curve_test(curves[0], curves[1:])
    assert test.joint["p_value"].tolist() == [0.01, 0.01, 0.01]
    assert test.significant.all()
    opposite = curve_test(-curves[0], -curves[1:])
    assert opposite.joint["p_value"].tolist() == [0.01, 1.0, 0.01]
    assert not opposite.significant.any()


def test_a_constant_specification_says_nothing():
    curves = orbit(2)
    curves[:, 3] = 0.25
    test = curve_test(curves[0], curves[1:])
    assert test.p_value[3] == 1.0
    assert not test.significant[3]
    flat = curve_test(np.full(4, 0.1), np.full((19, 4), 0.1))
    assert flat.joint["p_value"].tolist() == [1.0, 1.0, 1.0]


def test_equal_values_share_their_place():
    scores = np.array([[3.0], [1.0], [3.0 - 1e-12], [2.0]])
    shares = upper_tail_shares(scores, np.array([1e-9]))
    assert shares[:, 0].tolist() == [0.5, 1.0, 0.5, 0.75]


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"observed": np.zeros(3)}, "shapes"),
        ({"observed": np.zeros(0), "null": np.zeros((5, 0))}, "specifications"),
        ({"null": np.zeros((0, 8))}, "draws"),
        ({"null": np.full((5, 8), np.nan)}, "finite"),
        ({"direction": "both"}, "direction"),
        ({"size": 0.0}, "size"),
    ],
)
def test_bad_calls(change, word):
    curves = orbit()
    given = {"observed": curves[0], "null": curves[1:]} | change
    with pytest.raises(InputError, match=word):
        curve_test(given.pop("observed"), given.pop("null"), **given)
