"""Parametric event tests written out, one window at a time."""

import math

import numpy as np
from statsmodels.regression.linear_model import OLS


def window(prices, factor, row, *, model, estimation, delay, horizon):
    """Return (estimation residuals, event abnormal returns, SCAR, CAR), or None if incomplete."""
    if row - estimation - 1 < 0 or row + delay + horizon >= len(prices):
        return None
    log = np.log(prices)
    base = np.log(factor) if factor is not None else np.zeros(len(prices))
    own = [log[t] - log[t - 1] for t in range(row - estimation, row)]
    market = [base[t] - base[t - 1] for t in range(row - estimation, row)]
    days = range(row + delay + 1, row + delay + 1 + horizon)
    own_after = [log[t] - log[t - 1] for t in days]
    market_after = [base[t] - base[t - 1] for t in days]
    if not np.isfinite([*own, *market, *own_after, *market_after]).all():
        return None
    m, length = estimation, horizon
    if model == "difference":
        residual = np.subtract(own, market)
        abnormal = np.subtract(own_after, market_after)
        s2 = np.var(residual, ddof=1)
        spread = s2 * length
    elif model == "constant-mean":
        mean = np.mean(own)
        residual, abnormal = np.subtract(own, mean), np.subtract(own_after, mean)
        spread = np.var(own, ddof=1) * (length + length**2 / m)
    else:
        fit = OLS(own, np.column_stack([np.ones(m), market])).fit()
        a, b = fit.params
        residual = fit.resid
        abnormal = np.array([y - a - b * x for y, x in zip(own_after, market_after, strict=True)])
        centred = np.sum((np.array(market) - np.mean(market)) ** 2)
        away = (np.sum(market_after) - length * np.mean(market)) ** 2
        # Patell (1976), cumulated: L + L^2 / M + (sum(Rm) - L mean(Rm))^2 / sum((Rm - mean)^2).
        spread = fit.ssr / (m - 2) * (length + length**2 / m + away / centred)
    return residual, abnormal, abnormal.sum() / math.sqrt(spread), abnormal.sum()


def patell(scar, dof):
    return sum(scar) / math.sqrt(len(scar) * dof / (dof - 2))


def bmp(scar):
    n, mean = len(scar), sum(scar) / len(scar)
    variance = sum((s - mean) ** 2 for s in scar) / (n - 1)
    return mean / math.sqrt(variance / n)


def rank_statistic(pairs):
    """Corrado: `pairs` of estimation and event abnormal returns, one pair a window."""
    scores = []
    for residual, abnormal in pairs:
        days = [*residual, *abnormal]
        scores.append([sum(other <= day for other in days) / (len(days) + 1) for day in days])
    daily = [sum(column) / len(column) - 0.5 for column in zip(*scores, strict=True)]
    deviation = math.sqrt(sum(day**2 for day in daily) / len(daily))
    length = len(pairs[0][1])
    return math.sqrt(length) * (sum(daily[-length:]) / length) / deviation
