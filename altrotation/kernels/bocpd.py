"""Run-length posterior of a Gaussian series whose mean and variance may change at any row."""

from typing import NamedTuple

import numpy as np
from scipy.special import gammaln, stdtr

from altrotation.aliases import FloatArray

__all__ = ["RunLengths", "run_lengths"]

_NEGLIGIBLE = 1e-12  # posterior mass below which a run adds nothing to a probability


class RunLengths(NamedTuple):
    """What is believed after each row, all of shape (n,).

    `mode`: the likeliest number of rows in the segment that holds row t, row t included;
    `expected`: its mean; `recent`: probability that the segment began within the last `within`
    rows; `level`: posterior mean of the segment's mean; `above`: probability that this mean exceeds
    a threshold.
    """

    mode: FloatArray
    expected: FloatArray
    recent: FloatArray
    level: FloatArray
    above: FloatArray


def run_lengths(
    y: FloatArray,
    hazard: float,
    prior: tuple[float, float, float, float],
    *,
    within: int,
    threshold: float,
) -> RunLengths:
    """Return the filtered run-length posterior of Adams & MacKay (2007), without truncation.

    A new segment begins before any row with probability `hazard`; within a segment rows are normal
    with precision ~ Gamma(shape, rate) and mean ~ Normal(mean, 1 / (strength precision)), so a row
    is predicted by Student's t (Murphy 2007). Time and the mass of old runs grow with n^2 and n.

    Parameters
    ----------
    y : array of shape (n,)
        No NaN.
    hazard : float
        Inside (0, 1).
    prior : tuple of float
        mean, strength, shape, rate.
    within : int
    threshold : float
    """
    n = y.size
    mean0, strength0, shape0, rate0 = prior
    runs = np.arange(n + 1, dtype=np.float64)  # rows already seen in a segment
    strength, shape = strength0 + runs, shape0 + runs / 2
    # log density of Student's t at z: constant - (shape + 1/2) log(1 + z^2 / (2 shape))
    constant = gammaln(shape + 0.5) - gammaln(shape) - 0.5 * np.log(2 * np.pi * shape)
    mean, rate = np.full(n + 1, mean0), np.full(n + 1, rate0)
    weight = np.zeros(n + 1)
    weight[0] = 1.0
    held = RunLengths(*(np.empty(n) for _ in range(5)))
    for t in range(n):
        seen = slice(0, t + 1)
        spread = np.sqrt(rate[seen] * (strength[seen] + 1) / (shape[seen] * strength[seen]))
        z = (y[t] - mean[seen]) / spread
        log_density = (
            constant[seen]
            - np.log(spread)
            - (shape[seen] + 0.5) * np.log1p(z * z / (2 * shape[seen]))
        )
        if t:
            # weight[r] is the mass of runs of r rows before this row; run 0 is a new segment
            weight[1 : t + 1] *= 1.0 - hazard
            weight[0] = hazard
        weight[seen] *= np.exp(log_density - log_density.max())
        weight[seen] /= weight[seen].sum()
        _absorb(mean, rate, strength, y[t], t, mean0, rate0)
        # a run of r rows before the row is one of r + 1 rows after it
        weight[1 : t + 2] = weight[seen].copy()
        weight[0] = 0.0
        _describe(held, t, weight, mean, strength, shape, rate, within, threshold)
    return held


def _absorb(
    mean: FloatArray,
    rate: FloatArray,
    strength: FloatArray,
    value: float,
    t: int,
    mean0: float,
    rate0: float,
) -> None:
    # Murphy (2007) eqs. 86-89 for one more row; entry r + 1 from entry r, entry 0 is the prior
    seen, gap = slice(0, t + 1), value - mean[: t + 1]
    rate[1 : t + 2] = rate[seen] + strength[seen] * gap**2 / (2 * (strength[seen] + 1))
    mean[1 : t + 2] = mean[seen] + gap / (strength[seen] + 1)
    mean[0], rate[0] = mean0, rate0


def _describe(
    held: RunLengths,
    t: int,
    weight: FloatArray,
    mean: FloatArray,
    strength: FloatArray,
    shape: FloatArray,
    rate: FloatArray,
    within: int,
    threshold: float,
) -> None:
    runs = np.flatnonzero(weight[: t + 2] > _NEGLIGIBLE)
    mass = weight[runs]
    held.mode[t] = runs[int(mass.argmax())]
    held.expected[t] = mass @ runs
    held.recent[t] = min(1.0, mass[runs <= within].sum())
    held.level[t] = mass @ mean[runs]
    scale = np.sqrt(rate[runs] / (shape[runs] * strength[runs]))
    held.above[t] = min(1.0, mass @ stdtr(2 * shape[runs], (mean[runs] - threshold) / scale))
