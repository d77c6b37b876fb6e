import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from altrotation.errors import InputError
from altrotation.inference.ewc import ewc_mean, ewc_ols
from altrotation.inference.hac import KernelFallbackWarning, hac_mean, hac_ols


def sample(n=80, seed=0, k=2):
    rng = np.random.default_rng(seed)
    noise = np.convolve(rng.normal(size=n + 3), np.ones(4), mode="valid")
    x = np.column_stack([np.ones(n), rng.normal(size=(n, k - 1))])
    return x @ np.arange(1.0, k + 1) + noise, x


def slow_sandwich(y, x, weights):
    """Sum of score products over all pairs of days, weighted by their distance."""
    bread = np.linalg.inv(x.T @ x)
    beta = bread @ x.T @ y
    score = x * (y - x @ beta)[:, None]
    meat = np.zeros((x.shape[1],) * 2)
    for s in range(len(y)):
        for t in range(len(y)):
            if abs(s - t) < len(weights):
                meat += weights[abs(s - t)] * np.outer(score[s], score[t])
    return beta, bread @ meat @ bread


@pytest.mark.parametrize(
    ("kernel", "lags"),
    [("bartlett", 0), ("bartlett", 3), ("bartlett", 10), ("uniform", 0), ("uniform", 3)],
)
def test_hac_equals_the_double_loop(kernel, lags):
    y, x = sample()
    weights = [1 - j / (lags + 1) if kernel == "bartlett" else 1.0 for j in range(lags + 1)]
    beta, covariance = slow_sandwich(y, x, weights)
    fit = hac_ols(y, x, bandwidth=lags, kernel=kernel)
    np.testing.assert_allclose(fit.coefficients, beta, rtol=1e-10)
    np.testing.assert_allclose(fit.covariance, covariance, rtol=1e-9, atol=1e-12)
    assert (fit.kernel, fit.bandwidth, fit.n) == (kernel, lags, 80)
    assert np.isinf(fit.df).all()


def test_the_uniform_kernel_falls_back_aloud():
    y = np.tile([1.0, -1.0], 20)  # lag-one autocovariance -1: the uniform sum is negative
    with pytest.warns(KernelFallbackWarning, match="1 lags on 40 observations"):
        fit = hac_mean(y, bandwidth=1, kernel="uniform")
    assert fit.kernel == "bartlett"
    np.testing.assert_array_equal(fit.covariance, hac_mean(y, bandwidth=1).covariance)
    assert fit.covariance[0, 0] > 0


@given(n=st.integers(8, 60), nu=st.integers(1, 7), seed=st.integers(0, 99))
@settings(max_examples=40, deadline=None)
def test_ewc_mean_equals_the_sum_over_cosines(n, nu, seed):
    y = np.random.default_rng(seed).normal(size=n).cumsum()
    total = 0.0
    for j in range(1, nu + 1):
        projection = sum(
            (y[t - 1] - y.mean()) * np.cos(np.pi * j * (t - 0.5) / n) for t in range(1, n + 1)
        )
        total += (np.sqrt(2 / n) * projection) ** 2
    fit = ewc_mean(y, cosines=nu)
    assert fit.coefficients[0] == pytest.approx(y.mean(), abs=1e-9)
    assert fit.covariance[0, 0] == pytest.approx(total / nu / n, rel=1e-8)
    half = stats.t.ppf(0.975, nu) * np.sqrt(total / nu / n)
    assert fit.interval().high - fit.interval().low == pytest.approx(2 * half, rel=1e-8)


def test_every_cosine_together_give_the_variance():
    # The n - 1 cosines are an orthonormal basis of what is left of the mean: the EWC variance
    # with nu = n - 1 is the usual one.
    y = np.random.default_rng(5).normal(size=41)
    assert ewc_mean(y, cosines=40).covariance[0, 0] == pytest.approx(y.var(ddof=1) / 41)


def test_ewc_rule_and_regression():
    y, x = sample(n=1000, k=3)
    fit = ewc_ols(y, x)
    assert fit.bandwidth == 40  # round(0.4 * 1000 ** (2 / 3))
    assert fit.df.tolist() == [40.0, 40.0, 40.0]
    np.testing.assert_allclose(fit.coefficients, np.linalg.lstsq(x, y)[0])
    # A regressor that is a constant times another changes its error by that constant only.
    scaled = ewc_ols(y, x * [1.0, 10.0, 1.0])
    np.testing.assert_allclose(scaled.standard_errors * [1, 10, 1], fit.standard_errors)


def block_dummy(n=300):
    x = np.zeros((n, 2))
    x[:, 0] = 1.0
    x[40:60, 1] = x[200:220, 1] = 1.0
    return x


def test_design_reference_changes_nothing_for_a_mean():
    y = np.random.default_rng(2).normal(size=50)
    plain, design = (
        ewc_ols(y, np.ones((50, 1)), reference=reference) for reference in ("cosines", "design")
    )
    np.testing.assert_allclose(design.covariance, plain.covariance)
    np.testing.assert_allclose(design.df, plain.df)


def test_design_reference_matches_the_moments_of_simulated_white_noise():
    # 4000 draws: the mean of the variance estimates, in units of the true variance, has relative
    # error sqrt(2 / df / 4000), about .01 (four of it: .04); so has their spread, about .03 (.12).
    x = block_dummy()
    truth = np.linalg.inv(x.T @ x)
    rng = np.random.default_rng(8)
    fits = [ewc_ols(y, x, reference="design") for y in rng.normal(size=(4000, 300))]
    variances = np.array([np.diag(fit.covariance) for fit in fits])
    df = fits[0].df
    assert df[1] < 10 < df[0] < fits[0].bandwidth == 18
    np.testing.assert_allclose(variances.mean(axis=0), np.diag(truth), rtol=0.04)
    spread = variances.var(axis=0) / variances.mean(axis=0) ** 2
    np.testing.assert_allclose(spread, 2 / df, rtol=0.12)


@pytest.mark.validity
def test_a_block_dummy_needs_the_design_reference():
    # 2000 worlds of white noise. Binomial(2000, .05): sd .0049; four sd: [.030, .070].
    x = block_dummy()
    rng = np.random.default_rng(9)
    p_values = {"cosines": [], "design": []}
    for y in rng.normal(size=(2000, 300)):
        for reference, listed in p_values.items():
            listed.append(ewc_ols(y, x, reference=reference).p_values()[1])
    size = {key: np.mean(np.array(listed) <= 0.05) for key, listed in p_values.items()}
    assert 0.030 <= size["design"] <= 0.070
    assert size["cosines"] > 0.070


def test_p_values_and_intervals_agree():
    y, x = sample()
    for fit in (hac_ols(y, x, bandwidth=4), ewc_ols(y, x)):
        for position, p in enumerate(fit.p_values()):
            touching = fit.interval(position, level=1 - p) if 1e-12 < p < 1 else None
            if touching:
                assert min(abs(touching.low), abs(touching.high)) == pytest.approx(0, abs=1e-6)
        greater, less = fit.p_values(alternative="greater"), fit.p_values(alternative="less")
        np.testing.assert_allclose(greater + less, 1.0)
        np.testing.assert_allclose(2 * np.minimum(greater, less), fit.p_values())
        assert fit.summary()["p"].tolist() == fit.p_values().tolist()
    assert hac_ols(y, x, bandwidth=4).method == "Newey-West, 4 lags"


@pytest.mark.validity
def test_ewc_holds_its_size_where_the_naive_t_test_fails():
    # AR(1) .5, n = 200, 1000 samples. EWC is approximate: Lazarus et al. report about .06 there.
    # Binomial(1000, .06): sd .0075; four sd: [.030, .090]. The naive test has true size about
    # 2 * sf(1.96 / sqrt(3)) = .26; four sd (.0139) below that is .20.
    rng = np.random.default_rng(11)
    ewc, naive = [], []
    for _ in range(1000):
        shocks = rng.normal(size=250)
        y = np.zeros(250)
        for t in range(1, 250):
            y[t] = 0.5 * y[t - 1] + shocks[t]
        ewc.append(ewc_mean(y[50:]).p_values()[0] <= 0.05)
        naive.append(hac_mean(y[50:], bandwidth=0).p_values()[0] <= 0.05)
    assert 0.030 <= np.mean(ewc) <= 0.090
    assert np.mean(naive) > 0.20


ONES = np.ones((4, 1))
Y = np.array([1.0, 2.0, 0.0, 1.0])
BAD = [
    (lambda: hac_ols(Y, ONES, bandwidth=1, kernel="parzen"), "'bartlett', 'uniform'"),
    (lambda: hac_ols(Y, ONES, bandwidth=-1), "`bandwidth` must be at least 0, got -1"),
    (lambda: hac_ols(Y, ONES, bandwidth=4), "below the number of observations 4, got 4"),
    (lambda: hac_ols(Y[:3], ONES, bandwidth=1), r"got \(3,\) and \(4, 1\)"),
    (lambda: hac_ols(Y, np.eye(4), bandwidth=1), "more observations than regressors"),
    (lambda: hac_ols(Y * np.nan, ONES, bandwidth=1), "must be finite"),
    (lambda: hac_ols(Y, np.ones((4, 2)), bandwidth=1), "collinear"),
    (lambda: hac_mean(np.full(9, 0.3), bandwidth=1), "fits `y` exactly"),
    (lambda: ewc_ols(Y, np.column_stack([ONES, Y])), "fits `y` exactly"),
    (lambda: hac_mean(np.ones((3, 2)), bandwidth=1), r"got \(3, 2\)"),
    (lambda: hac_mean(Y, bandwidth=9), "below the number of observations"),
    (lambda: ewc_ols(Y, ONES, cosines=4), "`cosines` must be at least"),
    (lambda: ewc_ols(Y, ONES, cosines=0), "`cosines` must be at least"),
    (lambda: ewc_ols(Y, np.ones((4, 2))), "collinear"),
    (lambda: ewc_ols(Y, ONES, reference="normal"), "'cosines', 'design'"),
    (lambda: ewc_mean(Y, cosines=7), "`cosines` must be at least"),
    (lambda: ewc_mean(Y).interval(level=1.0), "`level` must lie between"),
    (lambda: ewc_mean(Y).p_values(alternative="both"), "'two-sided', 'greater', 'less'"),
]


@pytest.mark.parametrize(("call", "message"), BAD)
def test_bad_calls(call, message):
    with pytest.raises(InputError, match=message):
        call()
