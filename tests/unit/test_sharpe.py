import numpy as np
import pytest
from scipy import integrate, stats

from altrotation.errors import InputError
from altrotation.inference.sharpe import (
    SharpeMoments,
    deflated_sharpe,
    expected_maximum,
    minimum_track_record,
    probabilistic_sharpe,
    sharpe_moments,
    sharpe_variance,
)

# Bailey & Lopez de Prado (2012), the hedge fund example, monthly over two years.
FUND = {"n": 24, "skew": -2.448, "kurtosis": 10.164}
MONTHLY = 1.585 / np.sqrt(12)


def test_probabilistic_sharpe_to_the_printed_digits():
    assert probabilistic_sharpe(MONTHLY, **FUND) == pytest.approx(0.913234306885, abs=5e-13)
    wrong = probabilistic_sharpe(MONTHLY, **{**FUND, "kurtosis": 7.164})
    assert wrong == pytest.approx(0.91984101, abs=5e-9), "what excess kurtosis would give"


def test_expected_maximum_to_the_printed_digits():
    assert expected_maximum(100) == pytest.approx(2.5306028932, abs=5e-11)
    assert expected_maximum(1) == 0.0


@pytest.mark.parametrize(
    ("n", "low", "high"),
    [(2, -0.08, -0.07), (10, 0.02, 0.03), (100, 0.005, 0.01), (10**4, 0, 0.003)],
)
def test_expected_maximum_against_the_exact_integral(n, low, high):
    """The approximation errs by what its docstring says, upward from five trials on."""
    density = lambda x: x * n * stats.norm.pdf(x) * stats.norm.cdf(x) ** (n - 1)  # noqa: E731
    exact = integrate.quad(density, -12, 12, limit=500, points=[0, 2, 4])[0]
    assert low < expected_maximum(n) / exact - 1 < high


def test_deflated_sharpe_to_the_printed_digits():
    found = deflated_sharpe(
        2.5 / np.sqrt(250),
        n=1250,
        trials=100,
        trial_variance=0.5 / 250,
        skew=-3.0,
        kurtosis=10.0,
    )
    assert found == pytest.approx(0.90039683444939, abs=5e-14)


def test_minimum_track_record_to_the_printed_digits():
    days = 250
    n = minimum_track_record(2 / np.sqrt(days), benchmark=1 / np.sqrt(days))
    assert n / days == pytest.approx(2.7311878, abs=5e-8)
    assert probabilistic_sharpe(
        2 / np.sqrt(days), n=round(n), benchmark=1 / np.sqrt(days)
    ) == pytest.approx(0.95, abs=1e-3)
    assert minimum_track_record(0.1, benchmark=0.1) == float("inf")


def test_moments_against_scipy():
    x = np.random.default_rng(1).standard_t(5, 500) / 50 + 0.001
    found = sharpe_moments(x)
    assert found.sharpe == pytest.approx(x.mean() / x.std(ddof=1))
    assert found.skew == pytest.approx(stats.skew(x))
    assert found.kurtosis == pytest.approx(stats.kurtosis(x, fisher=False))
    assert isinstance(found, SharpeMoments)
    assert found.n == 500


def test_one_trial_deflates_nothing():
    plain = probabilistic_sharpe(0.1, n=500)
    assert deflated_sharpe(0.1, n=500, trials=1, trial_variance=0.01) == plain
    assert deflated_sharpe(0.1, n=500, trials=20, trial_variance=0.01) < plain


def test_variance_against_simulation():
    # 4,000 samples of 200: relative sd of a variance is sqrt(2/4000) = .022; four of them: .09
    rng = np.random.default_rng(2)
    x = rng.exponential(1.0, (4000, 200)) - 0.7  # skew 2, kurtosis 9, mean .3
    found = (x.mean(axis=1) / x.std(axis=1, ddof=1)).var()
    assert found == pytest.approx(sharpe_variance(0.3, n=200, skew=2, kurtosis=9), rel=0.09)


BAD = [
    lambda: sharpe_moments(np.array([0.1, 0.2])),
    lambda: sharpe_moments(np.array([0.1, np.nan, 0.2])),
    lambda: sharpe_moments(np.full(10, 0.1)),
    lambda: sharpe_variance(0.1, n=1),
    lambda: sharpe_variance(1.0, n=10, skew=5.0, kurtosis=3.0),
    lambda: probabilistic_sharpe(0.1, n=1),
    lambda: expected_maximum(0.5),
    lambda: deflated_sharpe(0.1, n=100, trials=10, trial_variance=-1.0),
    lambda: minimum_track_record(0.1, confidence=1.0),
]


@pytest.mark.parametrize("call", BAD)
def test_bad_calls(call):
    with pytest.raises(InputError):
        call()
