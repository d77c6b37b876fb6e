from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from altrotation.errors import InputError
from altrotation.kernels.segments import bartlett_variance
from altrotation.regimes import break_laws
from altrotation.regimes.break_laws import limit_p_value, limit_quantile
from altrotation.regimes.breaks import ave_f, exp_f, sup_f
from altrotation.regimes.cusum import ols_cusum
from altrotation.regimes.sample import regression_sample
from tests.oracle.naive_regimes import hac_wald, split_f


def daily(values, start="2015-01-01"):
    days = pd.date_range(start, periods=len(values), freq="D", unit="us")
    return pd.Series(values, index=days)


@pytest.fixture(scope="module")
def nile():
    """Annual flow at Aswan, 1871-1970, as statsmodels ships it; day i stands for year 1870 + i."""
    return daily(sm.datasets.nile.load_pandas().data["volume"].to_numpy())


def sample(n=60, seed=3):
    rng = np.random.default_rng(seed)
    x = daily(rng.normal(size=n))
    return daily(1.0 + 0.5 * x.to_numpy() + rng.normal(size=n)), x


def test_nile_statistics_to_the_printed_digits(nile):
    largest = sup_f(nile)
    assert f"{largest.statistic:.2f}" == "75.93"
    assert f"{ave_f(nile).statistic:.3f}" == "21.215"
    assert f"{exp_f(nile).statistic:.3f}" == "33.759"
    cusum = ols_cusum(nile)
    assert f"{cusum.statistic:.4f}" == "2.9518"
    assert f"{cusum.p_value:.1e}" == "5.4e-08"
    assert list(nile.index).index(largest.date) + 1 == 28  # the year 1898
    assert list(nile.index).index(cusum.date) + 1 == 28
    assert len(largest.path) == 71  # splits after rows 15, ..., 85


def test_classical_f_equals_three_regressions_a_split():
    y, x = sample()
    test = sup_f(y, x)
    design = sm.add_constant(x.to_numpy())
    expected = split_f(y.to_numpy(), design, range(9, 52))
    np.testing.assert_allclose(test.path.to_numpy(), expected, rtol=1e-9)
    assert test.path.index[0] == y.index[8]
    assert test.statistic == pytest.approx(expected.max(), rel=1e-9)
    assert ave_f(y, x).statistic == pytest.approx(expected.mean(), rel=1e-9)
    assert exp_f(y, x).statistic == pytest.approx(np.log(np.exp(expected / 2).mean()), rel=1e-9)


@pytest.mark.parametrize("lags", [0, 3])
def test_robust_statistic_equals_the_double_loop(lags):
    y, x = sample()
    test = sup_f(y, x, bandwidth=lags)
    design = sm.add_constant(x.to_numpy())
    for place in (0, 17, 42):
        slow = hac_wald(y.to_numpy(), design, 9 + place, lags)
        assert test.path.iloc[place] == pytest.approx(slow, rel=1e-8)


def test_bartlett_variance_equals_statsmodels():
    scores = np.random.default_rng(0).normal(size=(50, 2))
    slow = sm.stats.sandwich_covariance.S_hac_simple(scores, nlags=4) / 50
    np.testing.assert_allclose(bartlett_variance(scores, 4), slow, rtol=1e-12)


# Andrews (2003), corrected table, 15 % trimming: 10 %, 5 % and 1 % critical values of sup Q.
@pytest.mark.parametrize(("k", "published"), [(1, (7.12, 8.68, 12.16)), (2, (10.00, 11.72, 15.56))])
def test_sup_law_against_the_published_table(k, published):
    for level, critical in zip((0.10, 0.05, 0.01), published, strict=True):
        p = limit_p_value(critical, k, 0.15, "sup")
        # Binomial(20000, level): four sd, and a tenth of the level for either grid.
        assert abs(p - level) < 4 * np.sqrt(level * (1 - level) / 20_000) + 0.1 * level


def test_average_law_against_simulation_and_published_values():
    # Andrews & Ploberger (1994), 15 % trimming: 5 % critical values 2.88 (k = 1), 4.61 (k = 2).
    assert limit_p_value(2.88, 1, 0.15, "ave") == pytest.approx(0.05, abs=0.002)
    assert limit_p_value(4.61, 2, 0.15, "ave") == pytest.approx(0.05, abs=0.002)
    rng = np.random.default_rng(5)
    steps, draws = 400, 4000
    share = np.arange(1, steps) / steps
    inside = (share > 0.2) & (share < 0.8)
    walk = rng.normal(size=(draws, steps)).cumsum(axis=1) / np.sqrt(steps)
    bridge = walk[:, :-1] - share * walk[:, -1:]
    means = (bridge**2 / (share * (1 - share)))[:, inside].mean(axis=1)
    for x in (0.4, 1.0, 2.5, 4.0):
        p = limit_p_value(x, 1, 0.2, "ave")
        # Binomial(4000, p): four sd
        assert abs((means > x).mean() - p) < 4 * np.sqrt(p * (1 - p) / draws) + 0.002


def test_tails_fall_without_reaching_zero():
    for functional in ("sup", "ave", "exp"):
        values = [limit_p_value(x, 1, 0.15, functional) for x in (0.1, 1, 3, 9, 20, 60, 900, 5000)]
        assert all(a >= b for a, b in pairwise(values))
        assert 0 < values[-1] <= values[0] <= 1


def test_far_tail_meets_the_simulated_law():
    # where 200 of 20000 draws lie above: relative sd .07, four sd .28
    critical = limit_quantile(0.99, 1, 0.15, "sup")
    assert break_laws._sup_tail(critical, 1, 0.15) == pytest.approx(0.01, rel=0.28)


def test_missing_rows_are_left_out_and_counted(nile):
    holed = pd.concat([nile, daily([np.nan] * 9, "2016-01-01")])
    test = sup_f(holed)
    assert (test.n, test.dropped) == (100, 9)
    assert test.statistic == pytest.approx(sup_f(nile).statistic)


def test_scale_and_level_do_not_matter(nile):
    for test in (sup_f, exp_f, ave_f, ols_cusum):
        assert test(nile * 1e-6 + 3.0).statistic == pytest.approx(test(nile).statistic, rel=1e-6)


def test_summary_says_the_null_and_the_method(nile):
    text = str(sup_f(nile, bandwidth=2))
    for words in ("the mean is the same on all days", "Newey-West variance, 2 lags", "15%"):
        assert words in text
    assert "<table" in ols_cusum(nile)._repr_html_()


Y, X = sample()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: sup_f(Y.iloc[:12]), "At least 27 complete rows are needed, got 12"),
        (lambda: sup_f(Y * 0 + 2.0), "is constant"),
        (lambda: sup_f(Y, X * 0 + 1.0), "collinear"),
        (lambda: sup_f(2 * X + 1, X), "fit `outcome` exactly"),
        (lambda: sup_f(Y, X.where(X.index < X.index[30], 1.5)), "collinear in the last"),
        (lambda: sup_f(Y, trim=0.5), "`trim` must lie between"),
        (lambda: sup_f(Y, trim=0.0), "`trim` must lie between"),
        (lambda: sup_f(Y, bandwidth=-1), "`bandwidth` must be at least 0"),
        (lambda: sup_f(Y, bandwidth=9), "`bandwidth` must be below 9"),
        (lambda: sup_f(Y, X.iloc[1:]), "share their dates"),
        (lambda: exp_f(Y, trim=0.7), "`trim` must lie between"),
        (lambda: ave_f(Y, X.iloc[1:]), "share their dates"),
        (lambda: regression_sample(Y, None, least=61), "At least 61 complete rows"),
        (lambda: ols_cusum(Y, bandwidth=60), "`bandwidth` must be below 60"),
        (lambda: ols_cusum(Y * np.nan), "At least 10 complete rows"),
    ],
)
def test_bad_input_is_refused(call, message):
    with pytest.raises(InputError, match=message):
        call()
