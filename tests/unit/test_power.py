import numpy as np
import pytest
from scipy import stats

from altrotation.errors import InputError
from altrotation.inference.power import (
    detectable_from_null,
    effective_sample,
    events_needed,
    minimum_detectable_effect,
    power_curve,
    power_of_mean,
    sign_flip_floor,
)


@pytest.mark.parametrize(("k", "floor"), [(1, 1.0), (2, 0.5), (5, 0.0625), (6, 0.03125)])
def test_sign_flip_floor(k, floor):
    assert sign_flip_floor(k) == floor


@pytest.mark.parametrize("k", [1, 2, 3, 5, 8])
def test_sign_flip_floor_is_reached_by_enumeration(k):
    signs = np.array(np.meshgrid(*[[-1, 1]] * k)).reshape(k, -1).T
    effects = np.arange(1.0, k + 1)
    extreme = np.abs(signs @ effects) >= effects.sum()
    assert extreme.mean() == sign_flip_floor(k)


def test_effective_sample_is_the_variance_ratio_of_a_mean():
    assert effective_sample(6, 0.5) == pytest.approx(1.714, abs=5e-4)
    for n, r in [(6, 0.5), (10, 0.0), (4, 1.0), (3, -0.3)]:
        covariance = np.full((n, n), r) + (1 - r) * np.eye(n)
        weights = np.full(n, 1 / n)
        assert effective_sample(n, r) == pytest.approx(1 / (weights @ covariance @ weights))


@pytest.mark.parametrize(("n", "percent"), [(3, 37.6), (6, 26.6)])
def test_the_published_minimum_detectable_effects(n, percent):
    # (1.960 + 0.842) x 3 % a day x sqrt(60) / sqrt(n), in log points of hundred.
    assert 100 * minimum_detectable_effect(0.03, 60, n) == pytest.approx(percent, abs=0.05)


def test_detectable_effect_events_and_power_agree():
    for power, size, n in [(0.8, 0.05, 7), (0.9, 0.01, 20), (0.6, 0.1, 2)]:
        effect = minimum_detectable_effect(0.02, 90, n, power=power, size=size)
        assert events_needed(effect * 1.0001, 0.02, 90, power=power, size=size) == n
        # The other tail adds less than a thousandth here.
        assert power_of_mean(effect, 0.02, 90, n, size=size) == pytest.approx(power, abs=1e-3)


def test_power_of_mean_against_statsmodels():
    from statsmodels.stats.power import NormalIndPower

    peer = NormalIndPower(ddof=0).power(
        effect_size=0.2 / (0.03 * np.sqrt(60)), nobs1=9, alpha=0.05, ratio=0
    )
    assert power_of_mean(0.2, 0.03, 60, 9) == pytest.approx(peer, rel=1e-12)
    assert power_of_mean(-0.2, 0.03, 60, 9) == pytest.approx(peer, rel=1e-12)
    assert power_of_mean(0.0, 0.03, 60, 9) == pytest.approx(0.05)


def test_simulated_power_agrees_with_theory_on_normal_draws():
    spread = 0.03 * np.sqrt(60 / 3)
    draws = stats.norm.ppf((np.arange(20_000) + 0.5) / 20_000) * spread
    assert detectable_from_null(draws) == pytest.approx(
        minimum_detectable_effect(0.03, 60, 3), rel=1e-3
    )
    effects = np.array([0.0, 0.1, 0.3, -0.3])
    theory = [power_of_mean(effect, 0.03, 60, 3) for effect in effects]
    np.testing.assert_allclose(power_curve(draws, effects), theory, atol=1e-3)
    # A drift common to all draws is no part of the effect.
    np.testing.assert_allclose(
        power_curve(draws + 5, effects), power_curve(draws, effects), atol=2e-4
    )
    assert detectable_from_null(draws + 5) == pytest.approx(detectable_from_null(draws))


def test_detectable_effect_reaches_its_power_on_skewed_draws():
    draws = np.random.default_rng(1).exponential(size=4001) ** 1.5
    for power in (0.5, 0.8, 0.95):
        effect = detectable_from_null(draws, power=power)
        reached = power_curve(draws, np.array([effect]))[0]
        assert reached == pytest.approx(power, abs=0.01)


BAD = [
    (lambda: sign_flip_floor(0), "`k` must be at least 1, got 0"),
    (lambda: effective_sample(0, 0.1), "`n` must be at least 1, got 0"),
    (lambda: effective_sample(5, 1.1), "got 1.1"),
    (lambda: effective_sample(5, -0.25), "got -0.25"),
    (lambda: minimum_detectable_effect(0.0, 60, 3), "`sigma_daily` must be positive, got 0.0"),
    (lambda: minimum_detectable_effect(0.03, 0, 3), "`horizon` must be at least 1, got 0"),
    (lambda: minimum_detectable_effect(0.03, 60, 0), "`n_effective` must be positive, got 0"),
    (lambda: minimum_detectable_effect(0.03, 60, 3, power=1.0), "`power` must lie between"),
    (lambda: minimum_detectable_effect(0.03, 60, 3, size=0.0), "`size` must lie between"),
    (lambda: events_needed(0.0, 0.03, 60), "`effect` must differ from 0, got 0.0"),
    (lambda: events_needed(0.1, -0.03, 60), "`sigma_daily` must be positive"),
    (lambda: events_needed(0.1, 0.03, 0), "`horizon` must be at least 1"),
    (lambda: events_needed(0.1, 0.03, 60, size=2.0), "`size` must lie between"),
    (lambda: power_of_mean(0.1, 0.03, 60, 0), "`n_effective` must be positive"),
    (lambda: power_of_mean(0.1, 0.0, 60, 1), "`sigma_daily` must be positive"),
    (lambda: power_of_mean(0.1, 0.1, 60, 1, size=1.0), "`size` must lie between"),
    (lambda: power_curve(np.zeros(19), np.zeros(1)), "at least 20 draws"),
    (lambda: power_curve(np.full(30, np.nan), np.zeros(1)), "must be finite"),
    (lambda: detectable_from_null(np.zeros(10)), "at least 20 draws"),
    (lambda: power_curve(np.zeros(30), np.zeros(1), size=1.0), "`size` must lie between"),
    (lambda: power_of_mean(0.1, 0.03, 0, 1), "`horizon` must be at least 1"),
    (lambda: events_needed(0.1, 0.03, 60, power=0.0), "`power` must lie between"),
    (lambda: detectable_from_null(np.full(30, np.nan)), "must be finite"),
    (lambda: detectable_from_null(np.zeros(30), size=0.0), "`size` must lie between"),
    (lambda: detectable_from_null(np.zeros(30), power=0.0), "`power` must lie between"),
]


@pytest.mark.parametrize(("call", "message"), BAD)
def test_bad_calls(call, message):
    with pytest.raises(InputError, match=message):
        call()
