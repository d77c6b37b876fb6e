"""A known break of overlapping outcomes: the joint test of responses by hand."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from altrotation.inference.ewc import ewc_ols
from altrotation.regimes.known_break import known_break

N, SPLIT, HORIZON = 900, 500, 20


@pytest.fixture(scope="module")
def world():
    rng = np.random.default_rng(0)
    days = pd.date_range("2018-01-01", periods=N, unit="us", name="date")
    daily = rng.standard_normal(N + HORIZON)
    outcome = pd.Series([daily[t + 1 : t + 1 + HORIZON].sum() for t in range(N)], index=days)
    walks = rng.standard_normal((N + HORIZON, 2)).cumsum(axis=0)
    x = pd.DataFrame(walks[HORIZON:] - walks[:-HORIZON], index=days, columns=["a", "b"])
    return outcome, x, days[SPLIT]


@pytest.mark.parametrize("overlap", [1, HORIZON])
def test_responses_are_tested_without_the_constant(world, overlap):
    outcome, x, date = world
    found = known_break(outcome, x, date=date, overlap=overlap)
    design = np.column_stack([np.ones(N), x.to_numpy()])
    fits = []
    for part in (slice(None, SPLIT), slice(SPLIT, None)):
        n = len(outcome.iloc[part])
        nu = round(0.4 * n ** (2 / 3))
        if overlap > 1:
            nu = max(3, min(nu, n // (2 * overlap)))
        reference = "design" if overlap > 1 else "cosines"
        fits.append(
            ewc_ols(outcome.to_numpy()[part], design[part], cosines=nu, reference=reference)
        )
    change = fits[1].coefficients - fits[0].coefficients
    covariance = fits[0].covariance + fits[1].covariance
    df = min(fit.df.min() for fit in fits)
    for rows, p in ((slice(None), found.p_value), (slice(1, None), found.responses_p)):
        b, v = change[rows], covariance[rows, rows]
        k = len(b)
        wald = b @ np.linalg.inv(v) @ b
        # Hotelling: T2 (df - k + 1) / (df k) is F(k, df - k + 1)
        assert p == pytest.approx(stats.f.sf(wald * (df - k + 1) / (df * k), k, df - k + 1))
    np.testing.assert_allclose(found.table["change"], change)
    reach = stats.t.isf(0.025, df) * np.sqrt(np.diag(covariance))
    np.testing.assert_allclose(found.table["high"] - found.table["change"], reach)


def test_without_regressors_there_is_no_response(world):
    outcome, _, date = world
    assert np.isnan(known_break(outcome, date=date).responses_p)


def test_kernels_test_the_responses_too(world):
    outcome, x, date = world
    found = known_break(outcome, x, date=date, kernel="bartlett", bandwidth=40)
    assert 0 < found.responses_p <= 1
    assert found.responses_p != found.p_value
