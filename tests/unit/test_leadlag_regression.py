import warnings

import numpy as np
import pandas as pd
import pytest
from statsmodels.regression.linear_model import OLS
from statsmodels.tsa.api import VAR, LocalProjections
from statsmodels.tsa.stattools import grangercausalitytests

from altrotation.errors import InputError
from altrotation.inference.hac import KernelFallbackWarning
from altrotation.leadlag.granger import granger, toda_yamamoto
from altrotation.leadlag.localproj import local_projection
from altrotation.leadlag.projection import projected, projection_correlations
from altrotation.synthetic.leadlag import common_factor, planted_lead


@pytest.fixture(scope="module")
def pair():
    return planted_lead(500, lead=2, correlation=0.35, contemporaneous=0.3, seed=2)[0]


def test_classical_granger_equals_statsmodels(pair):
    ours = granger(pair["x"], pair["y"], lags=3, covariance="classical")
    theirs = grangercausalitytests(pair[["y", "x"]].to_numpy(), [3])[3][0]["ssr_ftest"]
    assert ours.statistic == pytest.approx(theirs[0])
    assert ours.p_value == pytest.approx(theirs[1])
    assert ours.df == (3, theirs[2])


def test_instantaneous_equals_a_var(pair):
    """The correlation of a VAR's residuals is the partial correlation of the day."""
    ours = granger(pair["x"], pair["y"], lags=2, covariance="classical")
    corr = np.corrcoef(np.asarray(VAR(pair.to_numpy()).fit(2).resid).T)[0, 1]
    assert ours.instantaneous == pytest.approx(corr, abs=2e-3)
    assert ours.instantaneous_p < 1e-6


def test_robust_granger_equals_statsmodels_hc3(pair):
    x, y = pair["x"].to_numpy(), pair["y"].to_numpy()
    design = np.column_stack([np.ones(498), y[1:-1], y[:-2], x[1:-1], x[:-2]])
    fit = OLS(y[2:], design).fit(cov_type="HC3", use_t=True)
    test = fit.wald_test(np.eye(5)[3:], use_f=True, scalar=True)
    ours = granger(pair["x"], pair["y"], lags=2)
    assert ours.statistic == pytest.approx(float(test.statistic))
    assert ours.coefficients["estimate"].to_numpy() == pytest.approx(fit.params[3:])
    assert ours.total == pytest.approx(fit.params[3:].sum())
    assert ours.evidence().interval == ours.interval


def test_granger_direction_lag_choice_and_partial(pair):
    forth, back = granger(pair["x"], pair["y"]), granger(pair["y"], pair["x"])
    assert forth.lags == int(VAR(pair.to_numpy()).select_order(10).bic) == 2
    assert forth.p_value < 1e-6
    assert back.p_value > 1e-3
    held = pd.DataFrame({"same": pair["x"] + 1e-6 * np.random.default_rng(0).standard_normal(500)})
    assert granger(pair["x"], pair["y"], controls=held, lags=2).p_value > 0.001
    assert "given same" in granger(pair["x"], pair["y"], controls=held, lags=2).label


def test_toda_yamamoto_takes_levels_and_tests_the_first_lags(pair):
    levels = pair.cumsum()
    result = toda_yamamoto(levels["x"], levels["y"], lags=3)
    assert result.p_value < 1e-6
    assert toda_yamamoto(levels["y"], levels["x"], lags=3).p_value > 1e-3
    x, y = levels["x"].to_numpy(), levels["y"].to_numpy()
    cut = [x[4 - k : 500 - k] for k in range(1, 5)] + [y[4 - k : 500 - k] for k in range(1, 5)]
    fit = OLS(y[4:], np.column_stack([*cut, np.ones(496)])).fit(cov_type="HC3", use_t=True)
    wald = fit.wald_test(np.eye(9)[:3], use_f=True, scalar=True)
    assert result.statistic == pytest.approx(float(wald.statistic))
    with pytest.raises(InputError, match="looks like a level"):
        granger(levels["x"], levels["y"])


def test_newey_west_projection_equals_statsmodels(pair):
    """statsmodels trims all horizons to the sample of the longest: compare that one."""
    horizons, lags = 5, 2
    ours = local_projection(
        pair["x"], pair["y"], horizons=horizons, lags=lags, cumulative=False,
        errors="newey-west", bandwidth=7,
    )  # fmt: skip
    today = pair[["y"]].to_numpy()
    theirs = LocalProjections(
        pair.to_numpy(), shock_idx=0, lags=lags, horizons=horizons, exog=today, nw_lags=7
    ).fit()
    row = ours.table.loc[horizons]
    assert row["estimate"] == pytest.approx(theirs.irfs[horizons, 1, 0], abs=1e-10)
    n = 500 - lags - horizons  # ours has the correction for degrees of freedom, theirs has none
    corrected = theirs.stderr[horizons, 1, 0] * np.sqrt(n / (n - 7))
    assert row["standard_error"] == pytest.approx(corrected, abs=1e-10)


def test_cumulative_outcome_delay_and_sample(pair):
    """The regression of horizon 4 after a delay of 1, written out."""
    x, y = pair["x"].to_numpy(), pair["y"].to_numpy()
    n, lags, h, delay = 500, 1, 4, 1
    rows = range(lags, n - delay - h)
    outcome = np.array([y[t + delay + 1 : t + delay + h + 1].sum() for t in rows])
    design = np.array([[x[t], 1, x[t - 1], y[t], y[t - 1]] for t in rows])
    fit = OLS(outcome, design).fit(cov_type="HAC", cov_kwds={"maxlags": 3, "kernel": "uniform"})
    ours = local_projection(
        pair["x"], pair["y"], horizons=h, lags=lags, delay=delay, errors="hansen-hodrick"
    )
    assert ours.table.loc[h, "n"] == len(outcome)
    assert ours.table.loc[h, "estimate"] == pytest.approx(fit.params[0])
    correction = np.sqrt(len(outcome) / (len(outcome) - 5))
    assert ours.table.loc[h, "standard_error"] == pytest.approx(fit.bse[0] * correction)


def test_projected_coefficient_is_the_regression():
    rng = np.random.default_rng(0)
    design = rng.standard_normal((80, 4))
    outcome = rng.standard_normal(80) * (1 + design[:, 0] ** 2)
    fit = OLS(outcome, design).fit(cov_type="HC3")
    done = projected(outcome, design)
    assert done.coefficient == pytest.approx(fit.params[0])
    assert done.standard_error == pytest.approx(fit.bse[0])
    two = projection_correlations([done.score, done.score[:-3]], 2)
    assert two == pytest.approx(np.ones((2, 2)))


@pytest.mark.parametrize("errors", ["lag-augmented", "newey-west", "hansen-hodrick", "ewc"])
def test_planted_response_is_recovered(errors):
    """y moves by .35 of x two days later: the cumulated response is 0, .35, .35, ..."""
    frame, _ = planted_lead(3000, lead=2, correlation=0.35, seed=4)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", KernelFallbackWarning)
        result = local_projection(frame["x"], frame["y"], horizons=5, errors=errors)
    for horizon, truth in zip(range(1, 6), [0, 0.35, 0.35, 0.35, 0.35], strict=True):
        row = result.table.loc[horizon]
        assert row["joint_low"] < truth < row["joint_high"]
        assert row["joint_low"] < row["low"] < row["high"] < row["joint_high"]
    assert result.table.loc[2, "p_adjusted"] < 0.001
    assert result.evidence(2).p_adjusted == pytest.approx(result.table.loc[2, "p_adjusted"])
    assert result.peak >= 2


def test_overlap_makes_a_naive_t_reject_and_the_robust_ones_not():
    """The demonstration: 20-day overlapping outcomes, iid t-test of a 20-day change of x."""
    naive, kept = 0, 0
    for seed in range(60):
        frame, _ = common_factor(500, correlation=0.0, common_volatility=False, seed=seed)
        change = frame["x"].rolling(20).sum().dropna()
        y = frame["y"].loc[change.index]
        outcome = y.rolling(20).sum().shift(-20).dropna()
        fit = OLS(outcome, np.column_stack([np.ones(len(outcome)), change.iloc[: len(outcome)]]))
        naive += fit.fit().pvalues.iloc[1] < 0.05
        ewc = local_projection(change, y, horizons=20, errors="ewc", lags=0, replicates=99)
        kept += ewc.table.loc[20, "p"] < 0.05
    assert naive > 24  # Binomial(60, .05): mean 3, sd 1.7
    assert kept <= 10  # four sd above the mean


def test_evidence_words_and_seed(pair):
    one = local_projection(pair["x"], pair["y"], horizons=4, seed=1)
    two = local_projection(pair["x"], pair["y"], horizons=4, seed=1)
    pd.testing.assert_frame_equal(one.table, two.table, check_exact=True)
    assert "beyond what is held fixed" in one._repr_html_()
    assert "4 horizons" in one.evidence().family
    with pytest.raises(InputError, match="between 1 and 4"):
        one.evidence(9)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"horizons": 0}, "`horizons` must be at least 1"),
        ({"delay": -1}, "`delay` must be at least 0"),
        ({"lags": -1}, "`lags` must be at least 0"),
        ({"errors": "white"}, "`errors` must be one of"),
        ({"level": 2}, "`level` must lie between"),
        ({"bandwidth": 3}, "`bandwidth` has no place"),
        ({"horizons": 400}, "at least"),
    ],
)
def test_bad_projection_calls(pair, change, words):
    with pytest.raises(InputError, match=words):
        local_projection(pair["x"], pair["y"], **change)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"lags": 0}, "`lags` must be at least 1"),
        ({"max_lags": 0}, "`max_lags` must be at least 1"),
        ({"covariance": "x"}, "`covariance` must be one of"),
        ({"level": 0}, "`level` must lie between"),
    ],
)
def test_bad_granger_calls(pair, change, words):
    with pytest.raises(InputError, match=words):
        granger(pair["x"], pair["y"], **change)
    with pytest.raises(InputError, match="`integration` must be at least 1"):
        toda_yamamoto(pair["x"], pair["y"], integration=0)
