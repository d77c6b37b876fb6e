import numpy as np
import pytest

from altrotation.variation import TOLERANCE, above, dependence, resolved, size_of, varies

RNG = np.random.default_rng(0)
NOISE = RNG.normal(size=400)


@pytest.mark.parametrize("scale", [1e-12, 1.0, 1e12])
def test_rounding_is_no_variation_at_any_scale(scale):
    steady = np.diff(np.log(scale * 1.0001 ** np.arange(400)))
    assert np.ptp(steady) > 0  # the trap: an exact test sees variation
    assert not varies(steady)
    assert varies(scale * NOISE)


def test_a_difference_is_judged_by_its_sides():
    prices = 100 * np.exp(np.cumsum(0.03 * NOISE))
    one, two = np.diff(np.log(prices)), np.log1p(np.diff(prices) / prices[:-1])
    assert varies(one - two)  # by its own size, rounding varies
    assert not varies(one - two, one, two)
    assert varies(one - 1.001 * one, one)


def test_missing_and_empty():
    assert not varies(np.array([]))
    assert not varies(np.full(5, np.nan))
    assert not varies(np.array([np.nan, 3.0]))
    table = np.column_stack([NOISE, np.full(400, 0.1), np.where(NOISE > 0, NOISE, np.nan)])
    assert varies(table, axis=0).tolist() == [True, False, True]
    assert size_of(table, 2 * NOISE[:, None], axis=0).shape == (3,)
    assert not resolved(np.nan, 1.0)
    assert not resolved(0.0, 0.0)


def test_above_needs_more_than_the_last_bit():
    mean = np.full(200, 0.1).mean()
    assert np.abs(0.1 - mean) > 0 or mean == 0.1
    assert not above(0.1, np.nextafter(0.1, 0))
    assert above(0.1, 0.0999)
    assert not above(np.nan, 0.0)
    assert not above(1e-15, 0.0, size=1.0)  # a difference of logarithms
    assert above(-1.0, -1.001)
    assert not above(0.0, 0.0)


def test_dependence_does_not_know_units():
    x, y, z = RNG.normal(size=(3, 60))
    assert dependence(np.column_stack([x, y, z])) is None
    assert dependence(np.column_stack([1e9 * x, y, 1e-9 * x])) == (2, [0])
    assert dependence(np.column_stack([x, 1e9 * y, x + y, z])) == (2, [0, 1])
    assert dependence(np.column_stack([x, np.ones(60)])) == (1, [])
    assert dependence(np.column_stack([x, x + 1e-6 * y])) is None
    assert TOLERANCE == 1e-9
