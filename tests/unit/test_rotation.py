"""The rotated regression against statsmodels at every shift, by counting, and in bad calls."""

import numpy as np
import pytest

from altrotation.errors import InputError
from altrotation.inference.rotation import rotated_regression
from tests.oracle.naive_rotation import rotated

N = 121  # odd: the circle of an odd length has no middle frequency


def world(seed=0, n=N, k=2):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((n, k)).cumsum(axis=0) + 100.0
    y = 0.1 * x[:, :1] + rng.standard_normal((n, 2))
    return y, x


def with_holes(seed=1, n=N):
    y, x = world(seed, n)
    rng = np.random.default_rng(seed + 100)
    y[rng.random(y.shape) < 0.1] = np.nan
    x[rng.random(x.shape) < 0.05] = np.nan
    y[-10:] = np.nan
    x[:25, 1] = np.nan  # a series that begins later
    return y, x


@pytest.mark.parametrize(("y", "x"), [world(), world(2, n=120, k=1), with_holes()])
def test_equals_least_squares_at_every_shift(y, x):
    found = rotated_regression(y, x)
    for j in range(y.shape[1]):
        coefficients, statistics, counts = rotated(y[:, j], x)
        np.testing.assert_allclose(found.coefficients[:, j], coefficients[0], rtol=1e-8)
        np.testing.assert_allclose(found.statistics[:, j], statistics[0], rtol=1e-8)
        np.testing.assert_allclose(found.null[:, :, j], statistics[1:], rtol=1e-6, atol=1e-8)
        assert found.rows[j] == counts[0]


def test_a_shift_that_keeps_too_few_rows_or_no_variation_is_left_out():
    y, x = world(4, k=1)
    x[:70] = np.nan  # 51 rows of the regressor ...
    y[:70] = np.nan  # ... meet 51 of the outcome: half of them at shifts to 25 either way
    found = rotated_regression(y, x)
    counts = np.array([rotated(y[:, 0], x)[2]]).ravel()
    np.testing.assert_array_equal(np.isfinite(found.null[:, 0, 0]), np.isfinite(counts[1:]))
    assert np.isfinite(found.null[:, 0, 0]).sum() == 50
    state = np.zeros((N, 1))
    state[100:] = 1.0
    y[:60], y[60:, 1] = np.nan, np.random.default_rng(0).standard_normal(N - 60)
    alone = rotated_regression(y[:, 1:], state)
    # a shift that leaves the state nowhere, or everywhere, on has nothing to compare
    on = np.array([state[np.isfinite(np.roll(y[:, 1], -s)), 0].mean() for s in range(N)])
    np.testing.assert_array_equal(np.isfinite(alone.null[:, 0, 0]), ((on > 0) & (on < 1))[1:])


def test_p_counts_the_shifts_at_least_as_extreme_and_the_observed_one():
    y, x = with_holes(5)
    found = rotated_regression(y, x)
    p = found.p_values()
    for i in range(2):
        for j in range(2):
            draws = np.abs(found.null[:, i, j])
            draws = draws[np.isfinite(draws)]
            larger = sum(draw >= abs(found.statistics[i, j]) for draw in draws)
            assert p[i, j] == pytest.approx((1 + larger) / (1 + len(draws)))


def test_a_state_with_a_period_ties_with_itself():
    """A regressor that repeats every 30 rows is the same at every 30th shift: p >= 4 / 120."""
    state = np.tile(np.repeat([1.0, 0.0], [10, 20]), 4)[:, None]
    y = 5.0 * state + np.random.default_rng(6).standard_normal((120, 1))
    y = np.tile(y[:30], (4, 1))
    assert rotated_regression(y, state).p_values()[0, 0] == pytest.approx(4 / 120)


def test_units_change_nothing_but_the_coefficient():
    y, x = with_holes(7)
    one, two = rotated_regression(y, x), rotated_regression(3.0 * y + 9.0, 1e6 * x - 5.0)
    np.testing.assert_allclose(two.coefficients, one.coefficients * 3e-6, rtol=1e-6)
    np.testing.assert_allclose(two.null, one.null, rtol=1e-5, atol=1e-7)


Y, X = world(8)
BAD = [
    (Y[:, 0], X, "must share rows"),
    (Y[:-1], X, "must share rows"),
    (np.where(Y > 12, np.inf, Y), X, "infinities"),
    (Y, np.where(X > 101, -np.inf, X), "infinities"),
    (Y, np.where(np.arange(N)[:, None] < 110, np.nan, X), "Only 11 rows have all 2 regressors"),
    (np.where(np.arange(N)[:, None] < 110, np.nan, Y), X, "Only 11 complete rows for 2 regress"),
    (Y, np.column_stack([X, X[:, 0] * 2 + 1]), "collinear"),
    (Y, np.column_stack([X, np.ones(N)]), "constant"),
    (np.ones_like(Y), X, "An outcome is constant"),
    (np.where(np.arange(N)[:, None] < 60, np.nan, Y), 1.0 * (np.arange(N) < 60)[:, None], "collin"),
]


@pytest.mark.parametrize(("y", "x", "message"), BAD)
def test_a_bad_call_is_refused(y, x, message):
    with pytest.raises(InputError, match=message):
        rotated_regression(y, x)
