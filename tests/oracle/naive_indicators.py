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


# -- breakouts, ranges, dominance, breadth and fragility, one day at a time ----------------------


def closes_only(series):
    """Return [(label, value)] of the days that have a value."""
    return [(d, v) for d, v in series.items() if not math.isnan(v)]


def breakout_day(past, now, kind, window, level, buffer):
    """Return (flag, level to beat) from the closes before a day, or None if that is unknown."""
    if not past or (kind == "high" and len(past) < window):
        return None
    if kind == "level":
        return now > level * (1 + buffer) >= past[-1], level
    beat = max(past) if kind == "record" else max(past[-window:])
    return now > beat * (1 + buffer), beat


def breakout_days(close, kind, window, level, buffer):
    out = pd.Series(np.nan, index=close.index)
    past = []
    for day, now in closes_only(close):
        found = breakout_day(past, now, kind, window, level, buffer)
        if found is not None:
            out[day] = float(found[0])
        past.append(now)
    return out


def confirmed_breakouts(close, volume, kind, window, level, buffer, baseline, multiple):
    out = breakout_days(close, kind, window, level, buffer)
    amounts = []
    for day, _ in closes_only(close):
        usual, now = amounts[-baseline:], volume[day]
        if out[day] == 1:
            if len(usual) < baseline or any(math.isnan(v) for v in [*usual, now]):
                out[day] = math.nan
            else:
                out[day] = float(now >= multiple * sum(usual) / baseline)
        amounts.append(now)
    return out


def breakout_course(close, kind, window, level, buffer, within, tolerance):
    """Find the breaks one after another, then tell the story of each."""
    days = closes_only(close)
    values = [v for _, v in days]
    table = pd.DataFrame(
        np.nan,
        index=close.index,
        columns=["began", "open", "retest", "failed", "held", "level"],
    )
    flags = ["began", "open", "retest", "failed", "held"]
    found = [
        breakout_day(values[:t], values[t], kind, window, level, buffer) for t in range(len(values))
    ]
    for (day, _), known in zip(days, found, strict=True):
        if known is not None:
            table.loc[day, flags] = 0.0
    t = 0
    while t < len(values):
        if found[t] is None or not found[t][0]:
            t += 1
            continue
        beat, tested, end = found[t][1], False, len(values)
        table.loc[days[t][0], ["began", "open", "level"]] = 1.0, 1.0, beat
        for s in range(t + 1, min(t + within + 1, len(values))):
            day, now = days[s]
            table.loc[day, "level"] = beat
            if now < beat:
                table.loc[day, "failed"] = 1.0
                end = s
                break
            if now <= beat * (1 + tolerance) and not tested:
                table.loc[day, "retest"] = 1.0
                tested = True
            if s == t + within:
                table.loc[day, "held"] = 1.0
                end = s
            else:
                table.loc[day, "open"] = 1.0
        t = end + 1
    return table


def distance_from_record(close, window):
    out = pd.Series(np.nan, index=close.index)
    seen = []
    for day, now in closes_only(close):
        seen.append(now)
        if window is None or len(seen) >= window:
            out[day] = math.log(now / max(seen if window is None else seen[-window:]))
    return out


def days_since_record(close, unit):
    out = pd.Series(np.nan, index=close.index)
    seen = closes_only(close)
    for t, (day, _) in enumerate(seen):
        best = max(v for _, v in seen[: t + 1])
        first = next(i for i, (_, v) in enumerate(seen) if v == best)
        out[day] = t - first if unit == "closes" else (day - seen[first][0]).days
    return out


def trailing_range(ratio, window):
    rows = []
    for t in range(len(ratio)):
        held, now = ratio.iloc[max(t - window, 0) : t].tolist(), ratio.iloc[t]
        if len(held) < window or any(math.isnan(v) for v in held):
            rows.append([math.nan] * 4)
            continue
        low, high = min(held), max(held)
        place = math.log(now / low) / math.log(high / low) if high > low else math.nan
        rows.append([low, high, place, math.log(now / high)])
    return pd.DataFrame(rows, index=ratio.index, columns=["low", "high", "position", "above_high"])


def share_at_high(closes, members, window, least, gaps):
    out = []
    for t in range(len(closes)):
        at = measured = 0
        for coin in closes.columns:
            if t < window - 1 or not members[coin].iloc[t]:
                continue
            held = [v for v in closes[coin].iloc[t - window + 1 : t + 1] if not math.isnan(v)]
            now = closes[coin].iloc[t]
            if len(held) < window - gaps or math.isnan(now):
                continue
            measured += 1
            at += now == max(held)
        out.append(100 * at / measured if measured >= least else math.nan)
    return pd.Series(out, index=closes.index)


def advance_decline(closes, members, least):
    rows, line = [], 0.0
    for t in range(len(closes)):
        up = down = measured = 0
        for coin in closes.columns:
            if t == 0 or not members[coin].iloc[t]:
                continue
            now, then = closes[coin].iloc[t], closes[coin].iloc[t - 1]
            if math.isnan(now) or math.isnan(then):
                continue
            measured += 1
            up += now > then
            down += now < then
        if measured < least:
            rows.append([math.nan] * 4)
            continue
        line += 100 * (up - down) / measured
        rows.append(
            [
                100 * up / measured,
                100 * down / measured,
                up / down if down else math.nan,
                line,
            ]
        )
    return pd.DataFrame(
        rows, index=closes.index, columns=["advancing", "declining", "ratio", "line"]
    )


def dated_peaks(share, fall, rise):
    """Return the table, keeping the list of values since the last turn instead of extremes."""
    table = pd.DataFrame(np.nan, index=share.index, columns=["state", "peak", "age", "below"])
    state, since, peak, after_trough = None, [], None, []
    for day, now in closes_only(share):
        since.append((day, now))
        after_trough.append((day, now))
        top = max(since, key=lambda pair: pair[1])
        bottom = min(since, key=lambda pair: pair[1])
        if state != "down" and now <= top[1] - fall:
            state, peak, since = "down", top, [(day, now)]
        elif state != "up" and now >= bottom[1] + rise:
            state, since, after_trough = "up", [(day, now)], [(day, now)]
        if state is not None:
            table.loc[day, "state"] = -1.0 if state == "down" else 1.0
        if peak is not None:
            table.loc[day, ["peak", "age"]] = peak[1], (day - peak[0]).days
        table.loc[day, "below"] = max(v for _, v in after_trough) - now
    return table


def below_threshold(share, level, back):
    out = pd.Series(np.nan, index=share.index)
    for t, (day, _) in enumerate(seen := closes_only(share)):
        outside = [v for _, v in seen[: t + 1] if v < level or v > level + back]
        if outside:
            out[day] = float(outside[-1] < level)
    return out


def tail_dependence(closes, base, window, tail, least):
    out = pd.DataFrame(np.nan, index=closes.index, columns=closes.columns)
    leader = np.log(base).diff()
    for coin in closes.columns:
        pairs = pd.DataFrame({"x": leader, "y": np.log(closes[coin]).diff()})
        for t in range(window, len(closes)):
            held = pairs.iloc[t - window + 1 : t + 1].dropna()
            if len(held) < least:
                continue
            k = int(tail * len(held) + 1e-9)
            lowest, weakest = sorted(held["x"]), sorted(held["y"])
            if lowest[k] - lowest[k - 1] < 1e-9 or weakest[k] - weakest[k - 1] < 1e-9:
                continue  # which days are the worst?
            fell, with_it = held["x"] <= lowest[k - 1], held["y"] <= weakest[k - 1]
            out.loc[closes.index[t], coin] = (fell & with_it).sum() / fell.sum()
    return out


def dips(base, depth, window):
    """Return [(row begun, row of the high)]."""
    found = []
    values = base.tolist()
    for t in range(window - 1, len(values)):
        held = {s: values[s] for s in range(t - window + 1, t + 1) if not math.isnan(values[s])}
        if t not in held:
            continue
        high = max(held, key=lambda s: (held[s], -s))
        fresh = not found or high > found[-1][0]
        if fresh and values[t] <= (1 - depth) * values[high]:
            found.append((t, high))
    return found


def recovery_time(closes, base, dip, window, within):
    out = pd.DataFrame(np.nan, index=closes.index, columns=closes.columns)
    begun = dips(base, dip, window)
    for t in range(len(closes)):
        decided = [(s, h) for s, h in begun if s + within <= t]
        if not decided:
            continue
        start, high = decided[-1]
        for coin in closes.columns:
            path = closes[coin].tolist()
            if math.isnan(path[t]) or math.isnan(path[high]):
                continue
            back = [s for s in range(start, start + within + 1) if path[s] >= path[high]]
            if back:
                out.loc[closes.index[t], coin] = back[0] - start
            elif not math.isnan(path[start + within]):
                out.loc[closes.index[t], coin] = within
    return out
