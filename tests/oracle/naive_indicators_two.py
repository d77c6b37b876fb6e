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


def volume_expansion(series, short, long):
    out = pd.Series(math.nan, index=series.index)
    for t in range(long - 1, len(series)):
        means = []
        for window in (short, long):
            held = [v for v in series.iloc[t - window + 1 : t + 1] if not math.isnan(v)]
            means.append(sum(held) / len(held) if len(held) >= 0.8 * window else math.nan)
        out.iloc[t] = means[0] / means[1] if not math.isnan(series.iloc[t]) else math.nan
    return out


def sideways(price, window, band):
    out = pd.Series(math.nan, index=price.index)
    for t in range(window - 1, len(price)):
        part = list(price.iloc[t - window + 1 : t + 1])
        if not any(math.isnan(v) for v in part):
            out.iloc[t] = float(math.log(max(part) / min(part)) <= band)
    return out


def volume_stability(volume, price, window, before, band):
    quiet = sideways(price, window, band)
    out = pd.Series(math.nan, index=price.index)
    for t in range(window + before - 1, len(price)):
        now = [v for v in volume.iloc[t - window + 1 : t + 1] if not math.isnan(v)]
        then = volume.iloc[t - window - before + 1 : t - window + 1]
        then = [v for v in then if not math.isnan(v)]
        full = len(now) >= 0.8 * window and len(then) >= 0.8 * before
        full = full and not math.isnan(volume.iloc[t])
        if quiet.iloc[t] == 1 and full:
            out.iloc[t] = statistics.fmean(now) / statistics.fmean(then)
    return out


def group_turnover(volumes, caps, members, least):
    out = []
    for t in range(len(volumes)):
        traded = worth = count = 0
        for coin in volumes:
            v, c = volumes[coin].iloc[t], caps[coin].iloc[t]
            if members[coin].iloc[t] and not math.isnan(v) and not math.isnan(c):
                traded, worth, count = traded + v, worth + c, count + 1
        out.append(100 * traded / worth if count >= least else math.nan)
    return pd.Series(out, index=volumes.index)


def flow_streak(flow, due):
    out, run, last = pd.Series(math.nan, index=flow.index), 0, None
    for day, value in present(flow):
        if last is not None and any(last < d < day for d in due):
            run = 0
        if value > 0:
            run = max(run, 0) + 1
        elif value < 0:
            run = min(run, 0) - 1
        else:
            run = 0
        out[day], last = run, day
    return out


def rolling_flow(flow, sessions):
    rows = present(flow)
    out = pd.Series(math.nan, index=flow.index)
    for i in range(sessions - 1, len(rows)):
        out[rows[i][0]] = sum(v for _, v in rows[i - sessions + 1 : i + 1])
    return out


def protocol_unlocks(schedules, dates, horizon):
    """Token by token: the statements known at the day, what is out now and what will be."""
    out = {}
    for name in sorted(set(schedules["protocol"])):
        rows = schedules[schedules["protocol"] == name]
        column = []
        for day in dates:
            known = rows[rows["known"] <= day] if "known" in rows else rows
            total = sum(known["total_tokens"])
            now = sum(released(row, day) for _, row in known.iterrows())
            then = sum(
                released(row, day + pd.Timedelta(horizon, "D")) for _, row in known.iterrows()
            )
            running = now > 0 and now < total * (1 - 1e-9)
            column.append(100 * (then - now) / total if running else math.nan)
        out[name] = column
    return pd.DataFrame(out, index=dates)


def released(row, day):
    if row["type"] == "cliff":
        return row["total_tokens"] if day >= row["start"] else 0.0
    span = (row["end"] - row["start"]).days
    if row["type"] == "linear":
        return row["total_tokens"] * min(max((day - row["start"]).days / span, 0), 1)
    done = 0
    for step in range(1, int(row["steps"]) + 1):
        # within the day on which the interval ends
        done += math.floor(span * step / row["steps"] + 1e-9) <= (day - row["start"]).days
    return row["total_tokens"] * done / row["steps"]


def percentile(values, window, history):
    out = pd.Series(math.nan, index=values.index)
    for t in range(len(values)):
        part = [v for v in values.iloc[max(t - window + 1, 0) : t + 1] if not math.isnan(v)]
        now = values.iloc[t]
        if len(part) >= history and not math.isnan(now):
            below, same = sum(v < now for v in part), sum(v == now for v in part)
            out.iloc[t] = 100 * (below + same / 2) / len(part)
    return out


def open_interest_growth(held, price, window):
    rows = []
    for t in range(len(held)):
        if t < window:
            rows.append((math.nan,) * 4)
            continue
        dollars = math.log(held.iloc[t] / held.iloc[t - window])
        moved = math.log(price.iloc[t] / price.iloc[t - window])
        coins = dollars - moved
        if math.isnan(coins):
            state = math.nan
        elif coins > 0:
            state = 1 if moved > 0 else 2
        else:
            state = 3 if moved > 0 else 4
        rows.append((dollars, moved, coins, state))
    return pd.DataFrame(rows, index=held.index, columns=["dollars", "price", "positions", "state"])


def washouts(coins, price, window, fall, price_fall, quiet):
    rows = []
    for t in range(len(coins)):
        falls = []
        for series in (coins, price):
            before = list(series.iloc[t - window : t]) if t >= window else [math.nan]
            missing = any(math.isnan(v) for v in before)
            falls.append(math.nan if missing else series.iloc[t] / max(before) - 1)
        known = not any(math.isnan(v) for v in falls)
        flag = float(falls[0] <= -fall and falls[1] <= -price_fall) if known else math.nan
        past = [row[2] for row in rows[-quiet:]]
        settled = len(past) == quiet and not any(math.isnan(v) for v in past)
        begins = float(flag == 1 and sum(past) == 0) if known and settled else math.nan
        rows.append((*falls, flag, begins))
    columns = ["positions", "price", "washout", "begins"]
    return pd.DataFrame(rows, index=coins.index, columns=columns)
