"""Slow, obvious versions of the lead-lag estimators: loops over rows, nothing shared."""

import math

import numpy as np


def cross_correlation(x, y, lag):
    n = len(x)
    mx, my = sum(x) / n, sum(y) / n
    above = sum((x[t] - mx) * (y[t + lag] - my) for t in range(n) if 0 <= t + lag < n)
    return above / math.sqrt(sum((v - mx) ** 2 for v in x) * sum((v - my) ** 2 for v in y))


def stationary_resample(values, mean_block, rng):
    """Politis & Romano (1994), one row after the other."""
    n = len(values)
    place = int(rng.integers(n))
    out = []
    for _ in range(n):
        out.append(values[place])
        place = int(rng.integers(n)) if rng.random() < 1 / mean_block else (place + 1) % n
    return np.array(out)


def hayashi_yoshida(times_x, x, times_y, y, lag):
    """Sum over all pairs of intervals that meet after those of y are moved back by `lag`."""
    total = 0.0
    for i in range(1, len(x)):
        for j in range(1, len(y)):
            start, end = times_y[j - 1] - lag, times_y[j] - lag
            if max(times_x[i - 1], start) < min(times_x[i], end):
                total += (x[i] - x[i - 1]) * (y[j] - y[j - 1])
    return total


def overlap(times_x, times_y, lag):
    """Sum over the same pairs of the true time they share, without the move."""
    total = 0.0
    for i in range(1, len(times_x)):
        for j in range(1, len(times_y)):
            start, end = times_y[j - 1] - lag, times_y[j] - lag
            if max(times_x[i - 1], start) < min(times_x[i], end):
                shared = min(times_x[i], times_y[j]) - max(times_x[i - 1], times_y[j - 1])
                total += max(0.0, shared)
    return total


def transfer_entropy(x, y, bins):
    """Sum of p(y1, y0, x0) log(p(y1 | y0, x0) / p(y1 | y0)) over symbols, in nats."""
    n = len(x) - 1
    triples, pairs_yx, pairs_yy, singles = {}, {}, {}, {}
    for t in range(n):
        key = (y[t + 1], y[t], x[t])
        triples[key] = triples.get(key, 0) + 1
        pairs_yx[key[1:]] = pairs_yx.get(key[1:], 0) + 1
        pairs_yy[key[:2]] = pairs_yy.get(key[:2], 0) + 1
        singles[key[1]] = singles.get(key[1], 0) + 1
    total = 0.0
    for (new, old, other), count in triples.items():
        ratio = (count / pairs_yx[(old, other)]) / (pairs_yy[(new, old)] / singles[old])
        total += count / n * math.log(ratio)
    return total


def levy_area(dx, dy):
    """Half the sum over s < t of dx[s] dy[t] - dy[s] dx[t]: signed area swept by the path."""
    total = 0.0
    for t in range(len(dx)):
        for s in range(t):
            total += dx[s] * dy[t] - dy[s] * dx[t]
    return total / 2


def expanding_forecasts(y, design, first, delay):
    """Least squares on the rows whose outcome is known, refitted at every row."""
    out = np.full(len(y), np.nan)
    for t in range(first, len(y)):
        known = slice(0, t - delay + 1)
        out[t] = design[t] @ np.linalg.lstsq(design[known], y[known])[0]
    return out


def rolling_correlation(x, y, window):
    out = np.full(len(x), np.nan)
    for t in range(window - 1, len(x)):
        a, b = x[t - window + 1 : t + 1], y[t - window + 1 : t + 1]
        out[t] = np.corrcoef(a, b)[0, 1]
    return out
