"""The break test on rotated residuals: its statistic, its law, what it is blind and open to."""

import numpy as np
import pandas as pd
import pytest

from altrotation.kernels.slopes import split_slopes_wald
from altrotation.regimes.rotated_break import rotated_sup_wald
from tests.oracle.naive_regimes import slopes_wald


def daily(values):
    days = pd.date_range("2015-01-01", periods=len(values), freq="D", unit="us")
    return pd.DataFrame(values, index=days) if np.ndim(values) == 2 else pd.Series(values, days)


def sample(n=120, regressors=2, seed=5):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, regressors)).cumsum(axis=0) / 5
    y = 0.3 + x @ np.linspace(0.5, 1.0, regressors) + rng.normal(size=n)
    return daily(y), daily(x)


@pytest.mark.parametrize("regressors", [1, 3])
def test_the_statistic_equals_two_regressions_a_split(regressors):
    y, x = sample(regressors=regressors)
    fast = split_slopes_wald(y.to_numpy()[:, None], x.to_numpy(), 18, 102)[:, 0]
    slow = slopes_wald(y.to_numpy(), x.to_numpy(), range(18, 103))
    np.testing.assert_allclose(fast, slow, rtol=1e-8)


def test_the_p_equals_a_loop_over_the_shifts():
    y, x = sample(n=80)
    found = rotated_sup_wald(y, x, overlap=10)
    design = np.column_stack([np.ones(80), x])
    residual = y.to_numpy() - design @ np.linalg.lstsq(design, y.to_numpy())[0]
    largest = [
        slopes_wald(np.roll(residual, shift), x.to_numpy(), range(12, 69)).max()
        for shift in (0, *range(10, 71))
    ]
    beyond = sum(value >= largest[0] for value in largest[1:])
    assert found.statistic == pytest.approx(largest[0], rel=1e-8)
    assert found.p_value == pytest.approx((1 + beyond) / 62)
    assert found.p_attainable == pytest.approx(1 / 62)


def test_the_statistic_is_that_of_the_outcome_not_only_of_its_residuals():
    y, x = sample()
    found = rotated_sup_wald(y, x)
    direct = split_slopes_wald(y.to_numpy()[:, None], x.to_numpy(), 18, 102)[:, 0]
    np.testing.assert_allclose(found.path.to_numpy(), direct, rtol=1e-8)
    tilted = rotated_sup_wald(y + 7.0 * x[0] - 2.0, x)
    assert tilted.statistic == pytest.approx(found.statistic, rel=1e-8)
    assert tilted.p_value == found.p_value


def test_a_changed_slope_is_found_near_its_date_and_a_changed_mean_is_not_one():
    rng = np.random.default_rng(2)
    x, noise = daily(rng.normal(size=900)), daily(rng.normal(size=900))
    later = x.index >= x.index[540]
    sloped = rotated_sup_wald(noise + x.where(later, 0.0), x)
    assert sloped.p_value <= 0.01
    assert abs((sloped.date - x.index[539]).days) <= 20  # nine of ten such samples: 10 days
    assert rotated_sup_wald(noise + 3.0 * later, x).p_value > 0.05


def test_shifts_are_thinned_evenly_and_what_is_tested_is_named():
    y, x = sample(n=400)
    found = rotated_sup_wald(y, x, overlap=20, most=99)
    assert found.method == "15% trimming, residuals at 99 shifts"
    assert found.p_attainable == pytest.approx(0.01)
    assert found.null == "the coefficients of 0 and 1 are the same on all days"
    assert found.coefficients == 2


def test_missing_rows_are_left_out_and_counted():
    y, x = sample()
    holed = y.copy()
    holed.iloc[[3, 50]] = np.nan
    found = rotated_sup_wald(holed, x)
    assert (found.n, found.dropped) == (118, 2)
    whole = rotated_sup_wald(holed.dropna(), x.loc[holed.dropna().index])
    assert found.statistic == pytest.approx(whole.statistic, rel=1e-10)
