"""The specification curve once more, by loops over dates: slow, obvious, independent."""

import math
from bisect import bisect_right
from statistics import NormalDist, median

import pandas as pd

from tests.oracle.naive_events import constant_mean_window, market_window, window


def circle_of(prices):
    """Every day from the first to the last on which any outcome has a value."""
    held = prices.dropna(how="all").index
    return list(pd.date_range(held[0], held[-1], freq="D"))


def log_levels(rows, price, holds):
    """The log price of every row, NaN outside the sample."""
    return [math.log(price[row]) if holds(row) else math.nan for row in rows]


def window_after(day, *, rows, levels, factor, holds, model, delay, horizon, estimation):
    """The abnormal return of one specification after one day, or None."""
    if not holds(day):
        return None
    decided = bisect_right(rows, day) - 1  # the last row up to and including the day
    if decided < 0 or not holds(rows[decided]):
        return None
    if model == "difference":
        return window(levels, decided, delay, horizon)
    if model == "constant-mean":
        return constant_mean_window(levels, decided, delay, horizon, estimation)
    return market_window(levels, [factor], decided, delay, horizon, estimation)


def curve(specs, events, circle, after, shifts):
    """Estimates under every shift: one list a shift, one number a specification.

    `events` maps a rule to its dates, `after(spec, day)` is what followed a day.
    """
    n = len(circle)
    place = {day: i for i, day in enumerate(circle)}
    seen = {}

    def followed(spec, day):
        key = (spec, day)
        if key not in seen:
            seen[key] = after(spec, day)
        return seen[key]

    curves = []
    for shift in shifts:
        estimates = []
        for spec in specs:
            dates = events[(spec.definition, spec.quiet)]
            every = [followed(spec, day) for day in circle]
            every = [value for value in every if value is not None]
            centre = math.fsum(every) / len(every)
            here = [followed(spec, circle[(place[date] + shift) % n]) for date in dates]
            here = [value for value in here if value is not None]
            there = [followed(spec, date) for date in dates]
            there = [value for value in there if value is not None]
            mean = math.fsum(here) / len(here)
            scale = math.sqrt(len(here) / len(there))
            estimates.append(centre + (mean - centre) * scale)
        curves.append(estimates)
    return curves


def own_p(curves):
    """The two-sided p of every specification in every curve, among all curves."""
    result = []
    for column in zip(*curves, strict=True):
        centre = math.fsum(column) / len(column)
        apart = [abs(value - centre) for value in column]
        slack = 1e-9 * math.sqrt(math.fsum(value**2 for value in apart) / len(apart))
        result.append(
            [sum(other >= value - slack for other in apart) / len(apart) for value in apart]
        )
    return [list(row) for row in zip(*result, strict=True)]


def joint(curves, side, size):
    """Median effect, share significant and Stouffer's Z of every curve, with the p of the first."""
    p_values = own_p(curves)
    centres = [math.fsum(column) / len(column) for column in zip(*curves, strict=True)]
    statistics = []
    for curve_, own in zip(curves, p_values, strict=True):
        share, total = 0, 0.0
        for value, centre, p in zip(curve_, centres, own, strict=True):
            share += p <= size and side * (value - centre) > 0
            total += math.copysign(NormalDist().inv_cdf(1 - p / 2), value - centre)
        statistics.append([median(curve_), share / len(curve_), total / math.sqrt(len(curve_))])
    p_joint = []
    for place, two_sided in enumerate((True, False, True)):
        column = [row[place] for row in statistics]
        centre = math.fsum(column) / len(column)
        score = [abs(value - centre) if two_sided else value - centre for value in column]
        slack = 1e-9 * math.sqrt(math.fsum((value - centre) ** 2 for value in column) / len(column))
        p_joint.append(sum(value >= score[0] - slack for value in score) / len(score))
    return statistics, p_values, p_joint
