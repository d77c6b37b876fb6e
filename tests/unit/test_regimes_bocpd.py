import numpy as np
import pandas as pd
import pytest

from altrotation.errors import InputError
from altrotation.kernels.bocpd import run_lengths
from altrotation.regimes.bocpd import bocpd
from altrotation.regimes.paths import FilteredRegime
from altrotation.testing import assert_causal
from tests.oracle.naive_regimes import partition_posterior


def daily(values):
    days = pd.date_range("2015-01-01", periods=len(values), freq="D", unit="us")
    return pd.Series(np.asarray(values, dtype=float), index=days)


def shifted(n=600, at=400, size=2.0, seed=0):
    values = np.random.default_rng(seed).normal(size=n)
    values[at:] += size
    return daily(values)


@pytest.mark.parametrize("seed", range(3))
def test_posterior_equals_the_sum_over_all_partitions(seed):
    y = np.random.default_rng(seed).normal(size=9) * 2 + np.r_[np.zeros(5), np.full(4, 3.0)]
    prior = (0.2, 0.5, 1.5, 2.0)
    posterior = partition_posterior(y, 0.2, *prior)  # column r: the segment has r + 1 rows
    for within in (1, 3):
        held = run_lengths(y, 0.2, prior, within=within, threshold=1.0)
        np.testing.assert_allclose(held.recent, posterior[:, :within].sum(axis=1), rtol=1e-9)
    np.testing.assert_allclose(held.expected, posterior @ np.arange(1, 10), rtol=1e-9)
    np.testing.assert_array_equal(held.mode, posterior.argmax(axis=1) + 1)


def test_level_and_probability_of_one_long_segment():
    y = np.random.default_rng(1).normal(0.4, 1.0, size=200)
    held = run_lengths(y, 1e-12, (0.0, 2.0, 3.0, 3.0), within=5, threshold=0.3)
    assert held.level[-1] == pytest.approx(y.sum() / 202, rel=1e-9)  # Normal-Gamma shrinkage
    # by simulation of the posterior: precision from Gamma, mean from Normal
    rate = 3 + 0.5 * ((y - y.mean()) ** 2).sum() + 2 * 200 * y.mean() ** 2 / (2 * 202)
    rng = np.random.default_rng(2)
    precision = rng.gamma(3 + 100, 1 / rate, size=40_000)
    means = rng.normal(y.sum() / 202, 1 / np.sqrt(202 * precision))
    # Binomial(40000, p): sd at most .0025, four sd .01
    assert held.above[-1] == pytest.approx((means > 0.3).mean(), abs=0.01)


def test_a_planted_shift_is_found_soon_and_dated_well():
    result = bocpd(shifted(), threshold=1.0)
    after = result.table.iloc[401:]
    assert after["recent"].iloc[:15].max() > 0.9
    assert abs(result.table["run_length"].iloc[-1] - 200) <= 3
    assert result.table["level"].iloc[-1] == pytest.approx(2.0, abs=0.3)
    assert isinstance(result.regime, FilteredRegime)
    assert result.regime.labels.iloc[[390, 450]].tolist() == ["low", "high"]
    alarms = result.alarms()
    assert 0 <= (alarms[0] - shifted().index[400]).days <= 15


def test_burn_in_and_missing_rows_have_no_state():
    series = shifted()
    series.iloc[[300, 301, 450]] = np.nan
    result = bocpd(series)
    assert result.table.iloc[:250].isna().all(axis=None)
    assert result.table.iloc[[300, 301, 450]].isna().all(axis=None)
    assert (result.regime.codes[:250] == -1).all()
    without = bocpd(series.dropna())
    pd.testing.assert_frame_equal(result.table.dropna(), without.table.dropna(), check_freq=False)


def test_units_do_not_matter():
    series = shifted(300, 270)
    small = bocpd(series * 1e-4, threshold=1e-4).table
    large = bocpd(series, threshold=1.0).table
    np.testing.assert_allclose(small["above"], large["above"], rtol=1e-8)


def test_causal():
    series = shifted(330, 290)

    def everything(data):
        result = bocpd(data, burn_in=100)
        return result.table.assign(code=result.regime.indicator("high"))

    assert_causal(everything, series, warmup=150)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"burn_in": 600}, "more than `burn_in` 600 complete rows, got 600"),
        ({"burn_in": 5}, "`burn_in` must be at least 10"),
        ({"expected_run": 1}, "`expected_run` must be at least 2"),
        ({"strength": 0}, "`strength` must be positive"),
        ({"shape": -1}, "`shape` must be positive"),
        ({"within": 0}, "`within` must be at least 1"),
    ],
)
def test_bad_input_is_refused(changes, message):
    with pytest.raises(InputError, match=message):
        bocpd(shifted(), **changes)


def test_a_constant_burn_in_is_refused():
    series = shifted()
    series.iloc[:250] = 1.5
    with pytest.raises(InputError, match=r"constant \(1.5\) over the burn-in of 250 rows"):
        bocpd(series)
