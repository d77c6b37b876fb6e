"""Indicators a second time, one day and one member at a time: slow, obvious, independent."""

import math

import numpy as np
import pandas as pd


def total(values, window):
    out = np.full(len(values), np.nan)
    for t in range(window - 1, len(values)):
        out[t] = sum(v for v in values[t - window + 1 : t + 1] if not math.isnan(v))
    return out


def zscore(values, window):
    out = np.full(len(values), np.nan)
    for t in range(window - 1, len(values)):
        part = values[t - window + 1 : t + 1]
        if not np.isnan(part).any() and np.ptp(part) > 0:
            out[t] = (part[-1] - np.mean(part)) / np.std(part, ddof=1)
    return out


def share_beating(closes, base, members, window, least):
    out = []
    for t in range(len(closes)):
        won = measured = 0
        for coin in closes.columns:
            if t < window or not members[coin].iloc[t]:
                continue
            now, then = closes[coin].iloc[t], closes[coin].iloc[t - window]
            b_now, b_then = base.iloc[t], base.iloc[t - window]
            if any(math.isnan(v) for v in (now, then, b_now, b_then)):
                continue
            measured += 1
            won += now / then > b_now / b_then
        out.append(100 * won / measured if measured >= least else math.nan)
    return pd.Series(out, index=closes.index)


def share_above_mean(closes, members, window, least, gaps):
    out = []
    for t in range(len(closes)):
        above = measured = 0
        for coin in closes.columns:
            if t < window - 1 or not members[coin].iloc[t]:
                continue
            held = [v for v in closes[coin].iloc[t - window + 1 : t + 1] if not math.isnan(v)]
            now = closes[coin].iloc[t]
            if len(held) < window - gaps or math.isnan(now):
                continue
            measured += 1
            above += now > sum(held) / len(held)
        out.append(100 * above / measured if measured >= least else math.nan)
    return pd.Series(out, index=closes.index)


def breaks(prices, high, within):
    """Return (row, outcome) of every break of one list of prices; outcome None is undecided."""
    found = []
    t = high
    while t < len(prices):
        before = prices[t - high : t]
        if any(math.isnan(v) for v in [*before, prices[t]]) or not prices[t] > max(before):
            t += 1
            continue
        level, settled, outcome = max(before), t + within, None
        for s in range(t + 1, t + within + 1):
            if s < len(prices) and prices[s] < level:
                settled, outcome = s, "failed"
                break
        if outcome is None and t + within < len(prices) and not math.isnan(prices[t + within]):
            outcome = "held"
        found.append((t, outcome))
        t = settled + 1
    return found


def failed_breakout_rate(closes, members, high, within, cohort, least):
    every = []
    for coin in closes.columns:
        for row, outcome in breaks(closes[coin].tolist(), high, within):
            if outcome is not None and members[coin].iloc[row]:
                every.append((row, outcome))
    out = []
    for t in range(len(closes)):
        group = [o for row, o in every if t - within - cohort + 1 <= row <= t - within]
        enough = len(group) >= least and t >= high + within
        out.append(100 * group.count("failed") / len(group) if enough else math.nan)
    return pd.Series(out, index=closes.index)


def downside_beta(closes, base, window, least):
    """Return the betas by a least-squares fit with an intercept in every window."""
    out = pd.DataFrame(np.nan, index=closes.index, columns=closes.columns)
    leader = np.log(base).diff()
    for coin in closes.columns:
        returns = np.log(closes[coin]).diff()
        for t in range(window, len(closes)):
            x = leader.iloc[t - window + 1 : t + 1].to_numpy()
            y = returns.iloc[t - window + 1 : t + 1].to_numpy()
            keep = (x < 0) & ~np.isnan(y)
            if keep.sum() >= least:
                out.loc[closes.index[t], coin] = np.polyfit(x[keep], y[keep], 1)[0]
    return out


def scaled_funding(rows, hours):
    """Return [(symbol, time, scaled rate)] from [(symbol, time, rate)]."""
    out = []
    for symbol in sorted({row[0] for row in rows}):
        interval, last = math.nan, None
        for _, time, rate in sorted(r for r in rows if r[0] == symbol):
            if last is not None:
                spacing = round((time - last).total_seconds() / 60) / 60
                if spacing <= hours:
                    interval = spacing
            out.append((symbol, time, rate * hours / interval))
            last = time
    return out


def unlock_load(statements, day, horizon):
    """Return (mean load, protocols) on a day, listing each release of each statement by date."""
    loads = []
    for protocol in sorted({s["protocol"] for s in statements}):
        parts = [s for s in statements if s["protocol"] == protocol]
        scheduled = sum(s["total_tokens"] for s in parts)
        now, ahead = (sum(_released(s, d) for s in parts) for d in (day, day + _days(horizon)))
        if now > 0 and ahead >= now and now < scheduled * (1 - 1e-9):
            loads.append(100 * (ahead - now) / scheduled)
    return (sum(loads) / len(loads) if loads else math.nan), len(loads)


def _released(statement, day):
    start, end, tokens = statement["start"], statement["end"], statement["total_tokens"]
    if statement["type"] == "cliff":
        return tokens if day >= start else 0.0
    if statement["type"] == "linear":
        return tokens * min(max((day - start) / (end - start), 0.0), 1.0)
    steps = int(statement["steps"])
    when = [start + (end - start) * (k / steps) for k in range(1, steps + 1)]
    return tokens * sum(w.floor("s") < day + _days(1) for w in when) / steps


def _days(number):
    return pd.Timedelta(number, "D")
