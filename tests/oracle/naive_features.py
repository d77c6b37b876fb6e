"""Features of cards again: one day at a time, from the list of what was known that day."""

import math

import numpy as np
import pandas as pd


def known_on(panel, series):
    """The value that became known on each day, by looping over what is dated."""
    values = panel.value(series).dropna()
    lag = {"0d": 0, "1d": 1}[panel.card(series).release]
    known = {}
    for day, value in values.items():
        known[day + pd.Timedelta(lag, "D")] = value
    return [known.get(day, math.nan) for day in panel.dates]


def last_known(known, row, carry):
    for back in range(carry + 1):
        if row - back >= 0 and not math.isnan(known[row - back]):
            return known[row - back]
    return math.nan


def level(panel, series, carry=7):
    known = known_on(panel, series)
    return [last_known(known, row, carry) for row in range(len(known))]


def change(panel, series, days, carry=7):
    now = level(panel, series, carry)
    return [now[i] - now[i - days] if i >= days else math.nan for i in range(len(now))]


def log_change(panel, series, over=None, days=None, sessions=None, carry=7):
    if days is not None:
        one = level(panel, series, carry)
        two = [1.0] * len(one) if over is None else level(panel, over, carry)
        return [
            math.log(one[i] / two[i]) - math.log(one[i - days] / two[i - days])
            if i >= days
            else math.nan
            for i in range(len(one))
        ]
    one = known_on(panel, series)
    two = [1.0] * len(one) if over is None else known_on(panel, over)
    rows = [i for i in range(len(one)) if not math.isnan(one[i] * two[i])]
    found = [math.nan] * len(one)
    for place, row in enumerate(rows):
        if place >= sessions:
            past = rows[place - sessions]
            found[row] = math.log(one[row] / two[row]) - math.log(one[past] / two[past])
    return [last_known(found, row, carry) for row in range(len(found))]


def above_mean(panel, series, window, carry=7):
    known = known_on(panel, series)
    found, seen = [], []
    for value in known:
        if not math.isnan(value):
            seen.append(value)
        enough = not math.isnan(value) and len(seen) >= window
        found.append(float(value > sum(seen[-window:]) / window) if enough else math.nan)
    return [last_known(found, row, carry) for row in range(len(found))]


def days_above_mean(panel, series, window):
    run, found = 0, []
    for on in above_mean(panel, series, window):
        run = run + 1 if on == 1.0 else 0
        found.append(math.nan if math.isnan(on) else float(run))
    return found


def gap_to_low(panel, series, window):
    known = known_on(panel, series)
    return [
        math.log(known[i] / min(known[i - window + 1 : i + 1]))
        if i >= window - 1 and not any(map(math.isnan, known[i - window + 1 : i + 1]))
        else math.nan
        for i in range(len(known))
    ]


def breakouts(panel, series, window, quiet):
    """Rows of the closes above the `window` closes before, after `quiet` closes without one."""
    known = known_on(panel, series)
    rows = [i for i in range(len(known)) if not math.isnan(known[i])]
    closes = [known[i] for i in rows]
    above = [
        place >= window and closes[place] > max(closes[place - window : place])
        for place in range(len(closes))
    ]
    return [
        rows[place]
        for place in range(len(closes))
        if above[place] and place >= window + quiet and not any(above[place - quiet : place])
    ]


def mean_score(parts, history):
    """Mean of z-scores over all days up to and including each."""
    scores = []
    for values in parts:
        own = []
        for i in range(len(values)):
            past = [v for v in values[: i + 1] if not math.isnan(v)]
            enough = len(past) >= history and not math.isnan(values[i])
            own.append((values[i] - np.mean(past)) / np.std(past, ddof=1) if enough else math.nan)
        scores.append(own)
    return [sum(row) / len(scores) for row in zip(*scores, strict=True)]
