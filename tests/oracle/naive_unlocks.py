"""Unlock windows again: one unlock, one day, one sum at a time."""

import math

import numpy as np
import pandas as pd


def qualifying(table, ids, tiers, dates, share, most, gap, start, end):
    """Date and coin of the unlocks that count, in order of coin and date."""
    by_day = {}
    for row in table.itertuples():
        if row.type == "cliff" and row.protocol in ids:
            key = (ids[row.protocol], row.date)
            by_day[key] = by_day.get(key, 0.0) + row.pct_of_scheduled_total
    large = sorted(key for key, percent in by_day.items() if share <= percent <= most)
    found = []
    for coin, day in large:
        near = any(coin == other and 0 < (day - before).days <= gap for other, before in large)
        month = day.replace(day=1)
        if not near and (month, coin) in tiers and start <= day <= end and day in dates:
            found.append((coin, day))
    return found


def window(close, tier_level, tiers, coin, day, shift, delay, before, days):
    """Log return of the token less its tier of the day (the last it was in), or NaN."""
    dates = list(close.index)
    first = dates.index(day) + shift + delay - before
    if first < 0 or first + days >= len(dates):
        return math.nan
    total = 0.0
    for row in range(first + 1, first + days + 1):
        months = [m for m, c in tiers if c == coin and m <= dates[row]]
        if not months:
            return math.nan
        level = tier_level[tiers[(max(months), coin)]]
        own = math.log(close[coin].iloc[row] / close[coin].iloc[row - 1])
        total += own - math.log(level.iloc[row] / level.iloc[row - 1])
    return total


def mean_of(windows):
    complete = [value for value in windows if not math.isnan(value)]
    return (sum(complete) / len(complete) if complete else 0.0), len(complete)


def months_of(days):
    return np.array([pd.Period(day, "M").ordinal for day in days])
