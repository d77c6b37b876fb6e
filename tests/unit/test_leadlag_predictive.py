import numpy as np
import pandas as pd
import pytest
from statsmodels.tsa.stattools import diebold_mariano_test

from altrotation.errors import InputError
from altrotation.kernels.expanding import expanding_forecasts
from altrotation.leadlag.predictive import clark_west, predictive_content
from altrotation.synthetic.leadlag import independent_pair, planted_lead
from tests.oracle import naive_leadlag as naive


def test_forecasts_equal_a_refit_at_every_row():
    rng = np.random.default_rng(0)
    design = np.column_stack([np.ones(120), rng.standard_normal((120, 3)) * [1, 1e-4, 1e3]])
    outcome = rng.standard_normal(120)
    ours = expanding_forecasts(outcome, design, first=30, known_after=5)
    slow = naive.expanding_forecasts(outcome, design, 30, 5)
    assert ours == pytest.approx(slow, nan_ok=True, abs=1e-9)


def test_no_forecast_uses_an_outcome_not_yet_known():
    """Changing y from row r on changes no forecast whose outcome window began before r."""
    frame, _ = planted_lead(400, lead=1, correlation=0.3, seed=0)
    changed = frame.copy()
    changed.iloc[300:] = np.random.default_rng(1).standard_normal((100, 2)) * 3
    one, two = (
        predictive_content(f["x"], f["y"], horizon=5, delay=1, own_lags=1) for f in (frame, changed)
    )
    before = one.path.index < frame.index[300]
    for column in ("benchmark", "forecast"):
        assert one.path.loc[before, column].to_numpy() == pytest.approx(
            two.path.loc[before, column].to_numpy(), abs=1e-10
        )
    assert (one.path["outcome"] != two.path["outcome"]).sum() >= 100


def test_outcome_dates_and_gain():
    frame, _ = planted_lead(400, lead=1, correlation=0.3, seed=0)
    result = predictive_content(frame["x"], frame["y"], horizon=3, delay=1, own_lags=2)
    date = result.path.index[7]
    row = frame.index.get_loc(date)
    assert result.path.loc[date, "outcome"] == pytest.approx(
        frame["y"].iloc[row + 2 : row + 5].sum()
    )
    assert result.path.index[0] == frame.index[120]
    path = result.path
    errors = [(path["outcome"] - path[name]) ** 2 for name in ("benchmark", "forecast")]
    assert path["gain"].to_numpy() == pytest.approx((errors[0] - errors[1]).cumsum().to_numpy())
    assert result.r_squared == pytest.approx(1 - errors[1].sum() / errors[0].sum())
    dm = diebold_mariano_test(
        path["outcome"], path["benchmark"], path["forecast"], horizon=3, harvey_adj=True
    )
    assert result.dm_statistic == pytest.approx(dm.statistic)


def test_clark_west_by_hand():
    gain = clark_west(np.array([1.0]), np.array([0.0]), np.array([2.0]))
    assert gain == pytest.approx([1 - (1 - 4)])


def test_planted_lead_is_predictive_and_recovers_its_share():
    frame, truth = planted_lead(3000, lead=1, correlation=0.3, seed=2)
    found = predictive_content(frame["x"], frame["y"])
    assert found.r_squared == pytest.approx(truth.correlation**2, abs=0.03)
    assert found.evidence().p_value < 1e-6
    assert found.dm_p < 0.05
    back = predictive_content(frame["y"], frame["x"])
    assert back.r_squared < 0.01


def test_clark_west_repairs_the_penalty_of_estimation():
    """Under the null the larger model has larger errors; the adjusted gain centres on zero."""
    raw, adjusted = [], []
    for seed in range(60):
        frame, _ = independent_pair(300, autocorrelation=0.0, clustering=False, seed=seed)
        result = predictive_content(frame["x"], frame["y"], lags=4, own_lags=1)
        raw.append(result.r_squared)
        adjusted.append(result.clark_west.estimate)
    assert np.mean(raw) < -0.01
    assert abs(np.mean(adjusted)) < 4 * np.std(adjusted) / np.sqrt(60)


def test_partial_version_and_words():
    frame, _ = planted_lead(600, lead=1, correlation=0.4, seed=2)
    same = pd.DataFrame({"copy": frame["x"] + 0.01 * np.sin(np.arange(600))})
    held = predictive_content(frame["x"], frame["y"], controls=same)
    assert held.clark_west.p_value > 0.001
    assert "given copy" in held._repr_html_()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"horizon": 0}, "`horizon` must be"),
        ({"delay": -1}, "`delay` must be"),
        ({"lags": 0}, "`lags` must be"),
        ({"own_lags": -1}, "`own_lags` must be"),
        ({"first_share": 1.0}, "`first_share` must lie"),
        ({"level": 0}, "`level` must lie"),
        ({"first_share": 0.02}, "first window of 6 rows is too short"),
        ({"horizon": 60}, "at least 340"),
    ],
)
def test_bad_calls(change, words):
    frame, _ = independent_pair(300, seed=0)
    with pytest.raises(InputError, match=words):
        predictive_content(frame["x"], frame["y"], **({"own_lags": 1} | change))
