import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.tsa.api import AutoReg
from statsmodels.tsa.ar_model import ar_select_order
from statsmodels.tsa.stattools import ccf

from altrotation.errors import InputError
from altrotation.kernels.resample import stationary_counts, stationary_rows, unit_resamples
from altrotation.kernels.xcorr import (
    cross_correlations,
    independent_cross_correlations,
    lagged_products,
)
from altrotation.leadlag.crosscorr import cross_correlation
from altrotation.leadlag.robust import cumulative_test, robust_statistics
from altrotation.leadlag.whiten import bic_order, whitened
from altrotation.synthetic.leadlag import common_factor, independent_pair, planted_lead
from tests.oracle import naive_leadlag as naive


@pytest.fixture(scope="module")
def pair():
    frame, _ = planted_lead(600, lead=3, correlation=0.3, seed=5)
    return frame


def test_kernel_equals_loop_and_statsmodels():
    rng = np.random.default_rng(1)
    x, y = rng.standard_normal((2, 60))
    lags = np.arange(-7, 8)
    ours = cross_correlations(x, y, lags)
    assert ours == pytest.approx([naive.cross_correlation(x, y, k) for k in lags], abs=1e-13)
    # statsmodels: element k is the correlation of its first series k rows later
    assert ours[7:] == pytest.approx(ccf(y, x, adjusted=False, nlags=8), abs=1e-13)
    products = lagged_products(x - x.mean(), y - y.mean(), lags)
    assert products.sum(axis=0) / (60 * x.std() * y.std()) == pytest.approx(ours, abs=1e-13)


def test_positive_lag_means_the_first_leads(pair):
    result = cross_correlation(pair["x"], pair["y"], lags=8, replicates=199)
    assert result.peak == 3
    assert result.sides["positive"] == pytest.approx(1 / 200)
    swapped = cross_correlation(pair["y"], pair["x"], lags=8, replicates=199)
    assert swapped.peak == -3
    assert swapped.table["estimate"].to_numpy() == pytest.approx(
        result.table["estimate"].to_numpy()[::-1], abs=1e-12
    )


@pytest.mark.parametrize("mean_block", [1.0, 2.5, 12.0])
def test_resamples_follow_the_stationary_bootstrap(mean_block):
    """Both branches of the block kernel: share of continued rows and uniform places."""
    n, draws = 50, 4000
    rows = stationary_rows(n, mean_block, draws, np.random.default_rng(3))
    follows = (np.diff(rows, axis=1) - 1) % n == 0
    expected = 1 - 1 / mean_block + 1 / mean_block / n  # a jump lands on the next row 1 in n
    # n * draws = 196,000 coins: sd at most .0012
    assert follows.mean() == pytest.approx(expected, abs=0.005)
    counts = np.bincount(rows[:, 7], minlength=n)
    assert stats.chisquare(counts).pvalue > 1e-4
    tallied = stationary_counts(n, mean_block, 10, np.random.default_rng(3))
    again = stationary_rows(n, mean_block, 10, np.random.default_rng(3))
    assert (tallied == [np.bincount(row, minlength=n) for row in again]).all()


def test_unit_resamples_are_standardised_rows_of_the_sample():
    x = np.random.default_rng(0).standard_normal(40)
    out = unit_resamples(x, 5.0, 6, np.random.default_rng(9), width=64)
    rows = stationary_rows(40, 5.0, 6, np.random.default_rng(9))
    for draw in range(6):
        resample = x[rows[draw]] - x[rows[draw]].mean()
        assert out[draw, :40] == pytest.approx(resample / np.linalg.norm(resample), abs=1e-6)
    assert (out[:, 40:] == 0).all()


def test_independent_resamples_have_the_law_of_the_loop():
    frame, _ = independent_pair(120, seed=2)
    x, y = frame["x"].to_numpy(), frame["y"].to_numpy()
    lags = np.arange(-5, 6)
    ours = independent_cross_correlations(
        x, y, lags, mean_block=(6.0, 6.0), draws=2000, rng=np.random.default_rng(0)
    )
    rng = np.random.default_rng(1)
    slow = np.empty((400, lags.size))
    for draw in range(400):
        a, b = (naive.stationary_resample(v, 6.0, rng) for v in (x, y))
        slow[draw] = [_ccf(a, b, k) for k in lags]
    for column in range(0, lags.size, 5):
        assert stats.ks_2samp(ours[:, column], slow[:, column]).pvalue > 1e-3
    assert stats.ks_2samp(np.abs(ours).max(axis=1), np.abs(slow).max(axis=1)).pvalue > 1e-3


def _ccf(a, b, k):
    return cross_correlations(a, b, np.array([k]))[0]


def test_order_and_residuals_equal_statsmodels():
    frame, _ = independent_pair(400, autocorrelation=0.5, seed=11)
    x = frame["x"].to_numpy()
    chosen = ar_select_order(x, maxlag=6, ic="bic", trend="c").ar_lags
    assert bic_order(x, None, max_order=6) == (max(chosen) if chosen else 0)
    fitted = AutoReg(x, lags=2).fit()
    assert whitened(x, None, order=2, first=2) == pytest.approx(fitted.resid, abs=1e-10)


def test_robust_statistic_by_hand():
    products = np.array([[1.0, 2.0], [-3.0, 1.0], [2.0, 2.0]])
    assert robust_statistics(products) == pytest.approx([0.0, 5 / 3])


def test_cumulative_statistic_is_chi_squared_under_heteroskedasticity():
    """Binomial(400, .05): sd .0109; four sd: [.0064, .0936]."""
    rejected = 0
    for seed in range(400):
        frame, _ = common_factor(400, seed=seed)
        z = (frame - frame.mean()).to_numpy()
        products = lagged_products(z[:, 0], z[:, 1], np.arange(1, 6))
        rejected += cumulative_test(products)[1] <= 0.05
    assert 0.0064 <= rejected / 400 <= 0.0936


def test_workers_and_replicates_do_not_change_numbers(pair):
    one = cross_correlation(pair["x"], pair["y"], lags=5, replicates=300, seed=4)
    two = cross_correlation(pair["x"], pair["y"], lags=5, replicates=300, seed=4, workers=2)
    pd.testing.assert_frame_equal(one.table, two.table, check_exact=True)
    other = cross_correlation(pair["x"], pair["y"], lags=5, replicates=300, seed=5)
    assert not other.table["null_low"].equals(one.table["null_low"])


def test_controls_take_out_a_common_leader():
    """z leads both x (by 0) and y (by 1): x seems to lead y until z is held."""
    rng = np.random.default_rng(8)
    z = rng.standard_normal(801)
    index = pd.date_range("2020-01-01", periods=800, unit="us")
    x = pd.Series(0.8 * z[1:] + 0.6 * rng.standard_normal(800), index, name="x")
    y = pd.Series(0.5 * z[:-1] + rng.standard_normal(800), index, name="y")
    control = pd.DataFrame({"z": z[1:]}, index)
    plain = cross_correlation(x, y, lags=5, replicates=199)
    partial = cross_correlation(x, y, lags=5, replicates=199, controls=control)
    assert plain.peak == 1
    assert plain.sides["positive"] <= 0.01
    assert partial.sides["positive"] > 0.05
    assert abs(partial.table.loc[1, "estimate"]) < 0.1
    assert "z" in partial.label


def test_evidence_and_words(pair):
    result = cross_correlation(pair["x"], pair["y"], lags=5, replicates=199)
    found = result.evidence(3)
    assert 0.3 in found.interval
    assert found.p_attainable == 1 / 200
    assert found.family.startswith("11 lags")
    assert "uncorrelated at lag +3" in found.null
    assert "x leads y" in result._repr_html_()
    assert result.run.data_hash in result._repr_html_()
    with pytest.raises(InputError, match="between -5 and 5"):
        result.evidence(6)


def _bad_calls(pair):
    x, y = pair["x"], pair["y"]
    hole = x.copy()
    hole.iloc[50] = np.nan
    flat = x * 0
    level = x.cumsum()
    return {
        "hole": (lambda: cross_correlation(hole, y), "missing on 2013-02-20"),
        "days": (lambda: cross_correlation(x.iloc[1:], y), "share their dates"),
        "flat": (lambda: cross_correlation(flat, y), "constant"),
        "level": (lambda: cross_correlation(level, y), "looks like a level"),
        "short": (lambda: cross_correlation(x.iloc[:60], y.iloc[:60], lags=20), "at least 80"),
        "lags": (lambda: cross_correlation(x, y, lags=0), "`lags` must be at least 1"),
        "level of band": (lambda: cross_correlation(x, y, level=1.0), "`level` must lie between"),
        "block": (lambda: cross_correlation(x, y, mean_block=0.5), "`mean_block` must be"),
        "replicates": (lambda: cross_correlation(x, y, replicates=0), "`replicates` must be"),
        "workers": (lambda: cross_correlation(x, y, workers=0), "`workers` must be"),
    }


@pytest.mark.parametrize(
    "name",
    ["hole", "days", "flat", "level", "short", "lags", "level of band", "block", "replicates",
     "workers"],
)  # fmt: skip
def test_bad_calls(pair, name):
    call, words = _bad_calls(pair)[name]
    with pytest.raises(InputError, match=words):
        call()


def test_ends_are_trimmed_and_counted(pair):
    x = pair["x"].copy()
    x.iloc[:10] = np.nan
    result = cross_correlation(x, pair["y"], lags=5, replicates=99)
    assert result.n == 590 - max(result.orders)
    assert result.first >= pd.Timestamp("2013-01-11")
