"""Surrogate series: what a series would look like had its history been drawn again."""

import numpy as np

from altrotation._guarded import guarded
from altrotation.aliases import FloatArray, Seed
from altrotation.errors import InputError
from altrotation.rng import generator
from altrotation.validate import require_count

__all__ = ["phase_randomised", "phase_randomised_levels", "time_reversed_levels"]


@guarded
def phase_randomised(values: FloatArray, *, draws: int = 1, seed: Seed = 0) -> FloatArray:
    """Return series with the power spectrum of `values` and random phases.

    Theiler, Eubank, Longtin, Galdrikian & Farmer (1992, section 2.4.1): the modulus of each Fourier
    coefficient is kept and its phase drawn uniformly. Mean, variance and all (circular)
    autocorrelations are those of `values` exactly; dates, volatility clusters and heavy tails are
    lost, so a surrogate is close to a Gaussian linear process.

    Parameters
    ----------
    values : array of shape (n,)
        A stationary series, such as log returns; no NaN.
    draws : int, default 1
        Draw i is the same however many are asked for, unless `seed` is a Generator.
    seed : int or Generator, default 0

    Returns
    -------
    array of shape (draws, n)
        In the unit of `values`; no NaN.

    Raises
    ------
    InputError
        If `values` is not one-dimensional, has fewer than three values or one that is not finite.
    InputError
        If `draws` < 1.
    """
    require_count(draws, 1, "draws")
    series = _finite(values)
    n = len(series)
    coefficients = np.fft.rfft(series)
    inner = slice(1, (n + 1) // 2)  # without the mean and, for even n, the Nyquist frequency
    drawn = np.empty((draws, n))
    for draw in range(draws):
        rng = seed if isinstance(seed, np.random.Generator) else generator(seed, draw)
        turned = coefficients.copy()
        phases = rng.uniform(0.0, 2.0 * np.pi, len(turned[inner]))
        turned[inner] = np.abs(coefficients[inner]) * np.exp(1j * phases)
        drawn[draw] = np.fft.irfft(turned, n)
    return drawn


@guarded
def phase_randomised_levels(levels: FloatArray, *, draws: int = 1, seed: Seed = 0) -> FloatArray:
    """Return price paths whose log returns are phase-randomised: `phase_randomised`, joined up.

    Since the mean return is kept, each path begins and ends at the levels of the original.

    Parameters
    ----------
    levels : array of shape (n,)
        Positive; no NaN.
    draws : int, default 1
    seed : int or Generator, default 0

    Returns
    -------
    array of shape (draws, n)
        In the unit of `levels`; no NaN.

    Raises
    ------
    InputError
        If `levels` is not one-dimensional, has fewer than four values or one that is not positive.
    InputError
        If `draws` < 1.
    """
    logs = _logs(levels)
    returns = phase_randomised(np.diff(logs), draws=draws, seed=seed)
    paths = np.concatenate([np.zeros((draws, 1)), np.cumsum(returns, axis=1)], axis=1)
    joined: FloatArray = np.exp(logs[0] + paths)
    return joined


@guarded
def time_reversed_levels(levels: FloatArray) -> FloatArray:
    """Return the price path whose log returns come in the opposite order.

    It begins and ends at the levels of the original and has the same returns, the same
    autocorrelations and the same volatility clusters, backwards: only the dates are wrong.

    Parameters
    ----------
    levels : array of shape (n,)
        Positive; no NaN.

    Returns
    -------
    array of shape (n,)
        In the unit of `levels`; no NaN.

    Raises
    ------
    InputError
        If `levels` is not one-dimensional, has fewer than four values or one that is not positive.
    """
    logs = _logs(levels)
    joined: FloatArray = np.exp(logs[0] + logs[-1] - logs[::-1])
    return joined


def _finite(values: FloatArray) -> FloatArray:
    series = np.asarray(values, dtype=np.float64)
    if series.ndim != 1 or len(series) < 3:
        raise InputError(
            f"`values` must be one-dimensional with at least 3 values, got shape {series.shape}."
        )
    if not np.isfinite(series).all():
        raise InputError("`values` must be finite; drop missing rows first.")
    return series


def _logs(levels: FloatArray) -> FloatArray:
    values = np.asarray(levels, dtype=np.float64)
    if values.ndim != 1 or len(values) < 4:
        raise InputError(
            f"`levels` must be one-dimensional with at least 4 values, got shape {values.shape}."
        )
    if not (np.isfinite(values) & (values > 0)).all():
        raise InputError("`levels` must be positive and finite; drop missing rows first.")
    logs: FloatArray = np.log(values)
    return logs
