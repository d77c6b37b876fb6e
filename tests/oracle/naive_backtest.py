"""Slow, obvious second implementations for the backtest."""

import itertools
import math

import numpy as np


def replay_in_usd(dates, closes, yields, orders, *, fee, spread, capital):
    """Equity in USD by day, with cash that earns interest in USD and no change of unit.

    closes: dict asset -> list of USD closes (None where there is none; then nothing may be held).
    yields: percent a year known at each label; the day after earns it over 365.
    orders: dict row -> dict asset -> target weight.
    """
    cash, units, path, trades = capital, dict.fromkeys(closes, 0.0), [], []
    for row in range(len(dates)):
        if row:
            cash *= 1.0 + yields[row - 1] / 100.0 / 365.0
        wanted = orders.get(row, {})
        value = cash + sum(units[a] * closes[a][row] for a in closes if units[a])
        change = {a: w * value / closes[a][row] - units[a] for a, w in wanted.items()}
        for asset in sorted(change, key=lambda a: change[a] * closes[a][row]):
            size, close = change[asset], closes[asset][row]
            if abs(size * close) <= 1e-8 * capital:
                continue
            if size < 0:
                got = -size * close * (1 - spread[asset])
                cash += got * (1 - fee[asset])
            else:
                paid = close * (1 + spread[asset])
                size = min(size, cash / paid / (1 + fee[asset]))
                cash -= size * paid * (1 + fee[asset])
            units[asset] += size
            trades.append((row, asset, size))
        path.append(cash + sum(units[a] * closes[a][row] for a in closes if units[a]))
    return path, trades


def drawdown(equity):
    """Deepest fall and the longest stretch of days below an earlier high, by double loop."""
    deepest, longest = 0.0, 0
    for i, high in enumerate(equity):
        for j in range(i, len(equity)):
            deepest = min(deepest, equity[j] / high - 1)
    start = 0
    for j, now in enumerate(equity):
        if now >= max(equity[: j + 1]):
            start = j
        longest = max(longest, j - start)
    return deepest, longest


def largest_rise(path):
    """Start, end and size of the largest rise of a series, by double loop; earliest of equals."""
    best = (0, 0, -math.inf)
    for i in range(len(path)):
        for j in range(i + 1, len(path)):
            if path[j] - path[i] > best[2] + 1e-15:
                best = (i, j, path[j] - path[i])
    return best


def overfitting_probability(table, blocks, score):
    """Bailey et al. (2017) by the book, from a table of shape (days, variants)."""
    parts = np.array_split(np.arange(len(table)), blocks)
    logits = []
    for chosen in itertools.combinations(range(blocks), blocks // 2):
        train = np.concatenate([parts[i] for i in chosen])
        test = np.concatenate([parts[i] for i in range(blocks) if i not in chosen])
        best = int(np.argmax([score(table[train, j]) for j in range(table.shape[1])]))
        out = [score(table[test, j]) for j in range(table.shape[1])]
        below = sum(x < out[best] for x in out) + 0.5 * sum(x == out[best] for x in out) + 0.5
        omega = below / (len(out) + 1)
        logits.append(math.log(omega / (1 - omega)))
    return sum(x <= 0 for x in logits) / len(logits), logits


def purged_train(n, test, horizon, embargo):
    """Training rows whose outcome window t..t+horizon meets no test row, nor follows too soon."""
    keep = []
    for t in range(n):
        if t in test:
            continue
        overlaps = any(t + lag in test for lag in range(horizon + 1))
        reached = any(u <= t <= u + horizon + embargo for u in test)
        if not overlaps and not reached:
            keep.append(t)
    return keep
