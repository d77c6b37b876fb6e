"""Surrogates keep what they promise, lose what they should, and are drawn one by one."""

import numpy as np
import pytest

from altrotation.errors import InputError
from altrotation.inference.surrogates import (
    phase_randomised,
    phase_randomised_levels,
    time_reversed_levels,
)
from altrotation.synthetic.noise import daily_noise

RETURNS = daily_noise(1001, sigma=0.02, autocorrelation=0.4, arch=0.3, garch=0.6, seed=3)
LEVELS = 100.0 * np.exp(np.cumsum(RETURNS))


def slow_phases(values, phases):
    """The discrete Fourier sum written out: modulus kept, phase replaced, conjugates paired."""
    n = len(values)
    t = np.arange(n)
    out = np.full(n, values.mean())
    for k in range(1, n // 2 + 1):
        c = sum(values[s] * np.exp(-2j * np.pi * k * s / n) for s in range(n))
        if 2 * k == n:
            out += (c * np.exp(2j * np.pi * k * t / n)).real / n
        else:
            out += 2 * abs(c) * np.cos(2 * np.pi * k * t / n + phases[k - 1]) / n
    return out


@pytest.mark.parametrize("n", [20, 21])
def test_surrogate_equals_the_fourier_sum_written_out(n):
    values = RETURNS[:n]
    phases = np.random.default_rng(11).uniform(0, 2 * np.pi, (n - 1) // 2)
    drawn = phase_randomised(values, seed=np.random.default_rng(11))[0]
    np.testing.assert_allclose(drawn, slow_phases(values, phases), atol=1e-14)


@pytest.mark.parametrize("n", [1000, 1001])
def test_spectrum_and_circular_autocorrelation_are_kept(n):
    values = RETURNS[:n]
    for drawn in phase_randomised(values, draws=3, seed=5):
        np.testing.assert_allclose(
            np.abs(np.fft.rfft(drawn)), np.abs(np.fft.rfft(values)), rtol=1e-9, atol=1e-12
        )
        for lag in (0, 1, 7):
            kept = (drawn - drawn.mean()) @ (np.roll(drawn, lag) - drawn.mean())
            was = (values - values.mean()) @ (np.roll(values, lag) - values.mean())
            assert kept == pytest.approx(was)


def test_volatility_clusters_and_dates_are_lost():
    def clustering(x):
        return np.corrcoef(x[1:] ** 2, x[:-1] ** 2)[0, 1]

    white = daily_noise(20_000, arch=0.3, garch=0.6, seed=1)
    drawn = phase_randomised(white, seed=2)[0]
    assert clustering(white) > 0.2
    assert abs(clustering(drawn)) < 4 / np.sqrt(20_000)  # four standard errors of no correlation
    assert abs(np.corrcoef(white, drawn)[0, 1]) < 4 / np.sqrt(20_000)


def test_levels_begin_and_end_where_the_original_does():
    paths = np.vstack([phase_randomised_levels(LEVELS, draws=4, seed=9)])
    for path in (*paths, time_reversed_levels(LEVELS)):
        assert (path > 0).all()
        assert path[[0, -1]] == pytest.approx(LEVELS[[0, -1]])
    np.testing.assert_allclose(
        np.diff(np.log(paths[2])), phase_randomised(RETURNS[1:], draws=3, seed=9)[2], atol=1e-12
    )


def test_reversal_turns_the_returns_round_and_undoes_itself():
    path = time_reversed_levels(LEVELS)
    np.testing.assert_allclose(np.diff(np.log(path)), RETURNS[1:][::-1], atol=1e-12)
    np.testing.assert_allclose(time_reversed_levels(path), LEVELS)


def test_draw_does_not_depend_on_how_many_are_drawn():
    few, many = (phase_randomised(RETURNS, draws=draws, seed=4) for draws in (2, 6))
    np.testing.assert_array_equal(few, many[:2])
    assert not np.allclose(many[0], many[1])


BAD = [
    (lambda: phase_randomised(RETURNS, draws=0), InputError, "`draws` must be at least 1"),
    (lambda: phase_randomised(RETURNS[:2]), InputError, "at least 3 values"),
    (lambda: phase_randomised(np.array([1.0, np.nan, 2.0])), InputError, "must be finite"),
    (lambda: phase_randomised_levels(LEVELS, draws=0), InputError, "`draws` must be at least 1"),
    (lambda: phase_randomised_levels(LEVELS[:3]), InputError, "at least 4 values"),
    (lambda: phase_randomised_levels(-LEVELS), InputError, "must be positive"),
    (lambda: time_reversed_levels(LEVELS[None, :]), InputError, "one-dimensional"),
    (lambda: time_reversed_levels(LEVELS - 100.0), InputError, "must be positive"),
]


@pytest.mark.parametrize(("call", "error", "message"), BAD)
def test_bad_call(call, error, message):
    with pytest.raises(error, match=message):
        call()
