"""Liquidity, volume, leverage, flows and supply a second time: in plain loops."""

import math
import statistics

import numpy as np
import pandas as pd


def present(series):
    return [(day, value) for day, value in series.items() if not math.isnan(value)]


def impulse(series, window, history, *, log):
    rows = [(day, math.log(v) if log else v) for day, v in present(series)]
    out = pd.Series(math.nan, index=series.index)
    for i in range(max(window, history), len(rows)):
        steps = [rows[j][1] - rows[j - 1][1] for j in range(i - history + 1, i + 1)]
        spread = statistics.stdev(steps)
        if spread > 0:
            out[rows[i][0]] = (rows[i][1] - rows[i - window][1]) / (spread * math.sqrt(window))
    return out


def calendar_growth(series, days, tolerance):
    rows = present(series)
    out = pd.Series(math.nan, index=series.index)
    for day, value in rows:
        then = day - pd.Timedelta(days, "D")
        before = [(d, v) for d, v in rows if d <= then]
        if before and (then - before[-1][0]).days <= tolerance:
            out[day] = math.log(value / before[-1][1])
    return out


def composite(frame, weights, history, warmup, least):
    out = []
    for t in range(len(frame)):
        total = scale = count = 0
        for name in frame.columns:
            part = [v for v in frame[name].iloc[max(t - history + 1, 0) : t + 1] if not np.isnan(v)]
            now = frame[name].iloc[t]
            if math.isnan(now) or len(part) < warmup:
                continue
            spread = statistics.stdev(part)
            if spread == 0:
                continue
            total += weights[name] * (now - statistics.fmean(part)) / spread
            scale += abs(weights[name])
            count += 1
        out.append(total / scale if count >= least else math.nan)
    return pd.Series(out, index=frame.index)
