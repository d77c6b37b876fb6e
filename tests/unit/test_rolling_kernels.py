"""Rolling kernels against loops, with gaps and at block edges."""

import numpy as np
import pytest

from altrotation.kernels import rolling
from tests.oracle import naive_indicators as naive


@pytest.fixture
def values():
    rng = np.random.default_rng(1)
    x = rng.normal(size=(203, 4))
    x[rng.random(x.shape) < 0.1] = np.nan
    x[:, 3] = np.nan
    return x


@pytest.mark.parametrize("window", [1, 2, 7, 50, 101, 202, 203, 204])
def test_total_equals_a_loop_for_windows_that_do_and_do_not_divide_the_rows(values, window):
    expected = np.column_stack([naive.total(column, window) for column in values.T])
    np.testing.assert_allclose(rolling.total(values, window), expected, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(rolling.total(values[:, 0], window), expected[:, 0], atol=1e-12)


def test_total_forgets_a_huge_value_that_left_the_window():
    values = np.r_[np.full(10, 1e17), np.full(90, 0.1)]
    np.testing.assert_allclose(rolling.total(values, 7)[20:], 0.7, rtol=1e-14)
    # the usual difference of cumulative sums does not: that is why blocks are used
    sums = np.cumsum(values)
    assert abs((sums[20:] - sums[13:-7])[0] - 0.7) > 0.1


def test_mean_and_std_respect_the_least_number_of_values(values):
    for least in (None, 15, 20):
        need = 20 if least is None else least
        mean, std = rolling.mean(values, 20, least=least), rolling.std(values, 20, least=least)
        for t in range(19, len(values)):
            for k in range(values.shape[1]):
                held = values[t - 19 : t + 1, k]
                held = held[~np.isnan(held)]
                if len(held) < need:
                    assert np.isnan(mean[t, k])
                    assert np.isnan(std[t, k])
                else:
                    assert mean[t, k] == pytest.approx(held.mean(), abs=1e-12)
                    assert std[t, k] == pytest.approx(held.std(ddof=1), abs=1e-12)
        assert np.isnan(mean[:19]).all()


def test_std_of_large_levels_keeps_its_digits():
    rng = np.random.default_rng(2)
    noise = rng.normal(size=300)
    np.testing.assert_allclose(
        rolling.std(1e9 + noise, 30)[29:], rolling.std(noise, 30)[29:], rtol=1e-6
    )


def test_zscore_is_nan_where_nothing_moves():
    flat = np.r_[np.full(30, 3.3), np.arange(30.0)]
    z = rolling.zscore(flat, 10)
    assert np.isnan(z[:30]).all()
    np.testing.assert_allclose(z[30:], naive.zscore(flat, 10)[30:], rtol=1e-12)


def test_beta_equals_a_regression_over_the_pairs_present(values):
    x, y = values[:, 0], values[:, 1:]
    slopes = rolling.beta(y, x, 40, least=25)
    seen = 0
    for t in range(39, len(x)):
        for k in range(y.shape[1]):
            a, b = x[t - 39 : t + 1], y[t - 39 : t + 1, k]
            keep = ~np.isnan(a) & ~np.isnan(b)
            if keep.sum() < 25:
                assert np.isnan(slopes[t, k])
            else:
                seen += 1
                assert slopes[t, k] == pytest.approx(np.polyfit(a[keep], b[keep], 1)[0], abs=1e-10)
    assert seen > 300
    assert np.isnan(slopes[:39]).all()


def test_beta_without_variance_of_the_regressor_is_nan():
    y = np.arange(50.0)[:, None]
    assert np.isnan(rolling.beta(y, np.ones(50), 10, least=3)).all()
