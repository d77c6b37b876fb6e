"""Slow and obvious versions of the break statistics and of the regime filters."""

from itertools import combinations, pairwise

import numpy as np
import statsmodels.api as sm
from scipy import stats

__all__ = [
    "best_partition",
    "hac_wald",
    "jump_path_cost",
    "markov_filter",
    "partition_posterior",
    "slopes_wald",
    "split_f",
]


def split_f(y, x, splits):
    """The F statistic (times k) of every split, from three regressions each."""
    values = []
    k = x.shape[1]
    whole = sm.OLS(y, x).fit().ssr
    for split in splits:
        parts = sm.OLS(y[:split], x[:split]).fit().ssr + sm.OLS(y[split:], x[split:]).fit().ssr
        values.append((whole - parts) / (parts / (len(y) - 2 * k)))
    return np.array(values)


def slopes_wald(y, x, splits):
    """Wald statistic of equal slopes, split by split, robust to unequal variances."""
    values = []
    e = sm.OLS(y, sm.add_constant(x)).fit().resid
    for split in splits:
        change, covariance = 0, 0
        for sign, part in ((-1, slice(None, split)), (1, slice(split, None))):
            z = x[part] - x[part].mean(axis=0)
            bread = np.linalg.inv(z.T @ z)
            change = change + sign * sm.OLS(y[part], sm.add_constant(x[part])).fit().params[1:]
            covariance = covariance + bread @ (z.T * e[part] ** 2) @ z @ bread
        values.append(change @ np.linalg.solve(covariance, change))
    return np.array(values)


def hac_wald(y, x, split, lags):
    """Wald statistic of a split, with the long-run variance summed over pairs of days."""
    n = len(y)
    first, second = sm.OLS(y[:split], x[:split]).fit(), sm.OLS(y[split:], x[split:]).fit()
    score = x * np.concatenate([first.resid, second.resid])[:, None]
    long_run = np.zeros((x.shape[1],) * 2)
    for s in range(n):
        for t in range(max(0, s - lags), min(n, s + lags + 1)):
            long_run += (1 - abs(s - t) / (lags + 1)) * np.outer(score[s], score[t]) / n
    change = second.params - first.params
    covariance = 0
    for part, rows in ((x[:split], split), (x[split:], n - split)):
        bread = np.linalg.inv(part.T @ part)
        covariance = covariance + rows * bread @ long_run @ bread
    return change @ np.linalg.inv(covariance) @ change


def best_partition(y, breaks, size):
    """The least-squares partition by trying all of them: (rss, ends)."""
    n = len(y)
    best = (np.inf, ())
    for ends in combinations(range(1, n), breaks):
        edges = (0, *ends, n)
        if min(np.diff(edges)) < size:
            continue
        parts = [y[a:b] for a, b in pairwise(edges)]
        best = min(best, (sum(((p - p.mean()) ** 2).sum() for p in parts), ends))
    return best


def partition_posterior(y, hazard, mean, strength, shape, rate):
    """Run-length posterior after each row by summing over every partition of the rows so far.

    Segment evidence from the product of one-step Student predictive densities; a partition of t
    rows has prior probability hazard^(cuts) (1 - hazard)^(rows - 1 - cuts).
    """
    n = len(y)
    posterior = np.zeros((n, n))
    for t in range(1, n + 1):
        for cuts in range(t):
            for ends in combinations(range(1, t), cuts):
                edges = (0, *ends, t)
                weight = hazard**cuts * (1 - hazard) ** (t - 1 - cuts)
                for a, b in pairwise(edges):
                    weight *= _evidence(y[a:b], mean, strength, shape, rate)
                posterior[t - 1, t - edges[-2] - 1] += weight
        posterior[t - 1] /= posterior[t - 1].sum()
    return posterior


def _evidence(values, mean, strength, shape, rate):
    """Marginal density of one segment under the Normal-Gamma prior, row by row."""
    product = 1.0
    for place in range(len(values)):
        seen = values[:place]
        m = len(seen)
        centre = seen.mean() if m else 0.0
        now_strength = strength + m
        now_mean = (strength * mean + m * centre) / now_strength
        now_shape = shape + m / 2
        now_rate = (
            rate
            + 0.5 * ((seen - centre) ** 2).sum()
            + strength * m * (centre - mean) ** 2 / (2 * now_strength)
        )
        scale = np.sqrt(now_rate * (now_strength + 1) / (now_shape * now_strength))
        product *= stats.t(2 * now_shape, loc=now_mean, scale=scale).pdf(values[place])
    return product


def markov_filter(y, transition, means, variances, start):
    """Hamilton's filter in five lines: P(state | rows up to and including t)."""
    probability, rows = np.asarray(start), []
    for value in y:
        predicted = transition.T @ probability if rows else probability
        joint = predicted * stats.norm(means, np.sqrt(variances)).pdf(value)
        probability = joint / joint.sum()
        rows.append(probability)
    return np.array(rows)


def jump_path_cost(features, centres, penalty, path):
    """Objective of a state path of a jump model: half squared distances plus jumps."""
    distance = sum(0.5 * ((x - centres[s]) ** 2).sum() for x, s in zip(features, path, strict=True))
    return distance + penalty * sum(a != b for a, b in pairwise(path))
