"""The event study once more, with plain loops: slow, obvious, and independent of the library."""

import math
from itertools import pairwise

import numpy as np
import pandas as pd


def log_levels(prices, benchmark=None):
    values = np.log(prices.to_numpy(dtype=float))
    if benchmark is not None:
        values = values - np.log(benchmark.to_numpy(dtype=float)).reshape(-1, 1)
    return [[float(x) for x in column] for column in values.T]


def window(levels, row, delay, horizon):
    """The change over one window, or None where it is cut."""
    first, last = row + delay, row + delay + horizon
    if last >= len(levels):
        return None
    if math.isnan(levels[first]) or math.isnan(levels[last]):
        return None
    return levels[last] - levels[first]


def constant_mean_window(levels, row, delay, horizon, estimation):
    change = window(levels, row, delay, horizon)
    daily = past_returns(levels, row, estimation)
    if change is None or daily is None:
        return None
    return change - horizon * math.fsum(daily) / estimation


def market_window(levels, factors, row, delay, horizon, estimation):
    """One fit by least squares on the rows strictly before the event."""
    change = window(levels, row, delay, horizon)
    moved = [window(factor, row, delay, horizon) for factor in factors]
    y = past_returns(levels, row, estimation)
    xs = [past_returns(factor, row, estimation) for factor in factors]
    if change is None or y is None or any(m is None for m in moved) or any(x is None for x in xs):
        return None
    design = np.column_stack([np.ones(estimation), *xs])
    coefficients = np.linalg.lstsq(design, np.array(y), rcond=None)[0]
    expected = coefficients[0] * horizon + sum(
        slope * m for slope, m in zip(coefficients[1:], moved, strict=True)
    )
    return change - expected


def past_returns(levels, row, estimation):
    daily = []
    for place in range(row - estimation, row):
        if place - 1 < 0:
            return None
        change = levels[place] - levels[place - 1]
        if math.isnan(change):
            return None
        daily.append(change)
    return daily


def rotation(columns, rows, horizons, *, delay=1, alternative="two-sided", one_window=None):
    """Every circular shift, one after the other.

    `columns` holds the log levels of each outcome. Returns observed means, the counts of shifts at
    least as extreme (alone and step-down), and the number of admissible shifts.
    """
    measure = one_window or (lambda j, row, horizon: window(columns[j], row, delay, horizon))
    n = len(columns[0])
    cells = [(j, horizon) for j in range(len(columns)) for horizon in horizons]
    values = {
        (j, row, horizon): measure(j, row, horizon) for j, horizon in cells for row in range(n)
    }
    count = {cell: sum(values[(cell[0], e, cell[1])] is not None for e in rows) for cell in cells}
    whole = {
        (j, horizon): [
            values[(j, row, horizon)] for row in range(n) if values[(j, row, horizon)] is not None
        ]
        for j, horizon in cells
    }

    def mean_at(shift):
        """Scaled means, or None where a cell with events would lose them all."""
        means = []
        for j, horizon in cells:
            found = [values[(j, (e + shift) % n, horizon)] for e in rows]
            found = [value for value in found if value is not None]
            if not count[(j, horizon)]:
                means.append(math.nan)
                continue
            if not found:
                return None
            centre = math.fsum(whole[(j, horizon)]) / len(whole[(j, horizon)])
            mean = math.fsum(found) / len(found)
            scale = math.sqrt(len(found) / count[(j, horizon)])
            means.append(centre + (mean - centre) * scale)
        return means

    observed = mean_at(0)
    draws = [means for means in (mean_at(shift) for shift in range(1, n)) if means is not None]
    live = [c for c in range(len(cells)) if count[cells[c]]]
    score, seen = {}, {}
    for c in live:
        orbit = [means[c] for means in draws] + [observed[c]]
        centre = math.fsum(orbit) / len(orbit)
        spread = math.sqrt(math.fsum((v - centre) ** 2 for v in orbit) / len(orbit))

        def extremeness(value, centre=centre, spread=spread):
            z = (value - centre) / spread
            return {"two-sided": abs(z), "greater": z, "less": -z}[alternative]

        score[c] = [extremeness(means[c]) for means in draws]
        seen[c] = extremeness(observed[c])
    counts, step = {}, {}
    previous = 0
    for c in sorted(live, key=lambda c: -seen[c]):
        counts[c] = sum(value >= seen[c] - 1e-9 for value in score[c])
        rest = [other for other in live if seen[other] <= seen[c]]
        joint = sum(
            max(score[other][b] for other in rest) >= seen[c] - 1e-9 for b in range(len(draws))
        )
        previous = max(previous, joint)
        step[c] = previous
    return observed, counts, step, len(draws)


def tercile_cell(source, dates):
    """Cells of run-up and volatility by a loop over the prices of the source."""
    prices = [(day, math.log(price)) for day, price in source.items() if not math.isnan(price)]
    features = {}
    for place in range(60, len(prices)):
        logs = [value for _, value in prices[place - 60 : place + 1]]
        daily = [later - earlier for earlier, later in pairwise(logs)]
        features[prices[place][0]] = (logs[-1] - logs[0], float(np.std(daily, ddof=1)))
    held = [features[day] for day in dates if day in features]
    cuts = [np.quantile([f[i] for f in held], [1 / 3, 2 / 3]) for i in (0, 1)]
    cells = []
    for day in dates:
        if day not in features:
            cells.append(-1)
            continue
        third = [sum(features[day][i] > cut for cut in cuts[i]) for i in (0, 1)]
        cells.append(3 * third[0] + third[1])
    return cells


def pandas_rotation_draw(
    prices: pd.DataFrame, rows: list[int], horizons: tuple[int, ...], delay: int
):
    """One placebo draw as a notebook would write it: the peer of the benchmark."""
    means = {}
    for name in prices.columns:
        for horizon in horizons:
            outcomes = [
                np.log(prices[name].iloc[row + delay + horizon] / prices[name].iloc[row + delay])
                for row in rows
            ]
            means[(name, horizon)] = pd.Series(outcomes).mean()
    return means


def around(levels, row, first, last):
    """The returns of days first .. last in sum, day 0 being the event's; None where it is cut."""
    if row + first - 1 < 0 or row + last >= len(levels):
        return None
    if math.isnan(levels[row + first - 1]) or math.isnan(levels[row + last]):
        return None
    return levels[row + last] - levels[row + first - 1]


def abnormal_around(levels, factor, row, first, last, estimation):
    """The same less a mean (no factor) or a market line fitted before the window and the event."""
    change = around(levels, row, first, last)
    before = row + min(first, 0)
    y = past_returns(levels, before, estimation)
    if change is None or y is None:
        return None
    if factor is None:
        return change - (last - first + 1) * math.fsum(y) / estimation
    x, moved = past_returns(factor, before, estimation), around(factor, row, first, last)
    if x is None or moved is None:
        return None
    slope, intercept = np.polyfit(x, y, 1)
    return change - intercept * (last - first + 1) - slope * moved


def excess(price, rows, horizon, *, scaled, delay=1, trailing=60, least=20):
    """What the events gained beyond all shifts, and what every shift gained, by plain loops."""
    level = log_levels(price.to_frame())[0]
    n, k = len(level), len(rows)
    moves = [later - earlier for earlier, later in pairwise(level)]
    drift = math.fsum(moves) / len(moves)
    squares = [None, *((move - drift) ** 2 for move in moves)]
    whole = math.sqrt(math.fsum(squares[1:]) / (n - 1))

    def known(row):
        past = [x for x in squares[max(0, row - trailing + 1) : row + 1] if x is not None]
        return math.sqrt(math.fsum(past) / len(past)) if len(past) >= least else whole

    cars = [window(level, row, delay, horizon) for row in range(n)]
    found = [car for car in cars if car is not None]
    centre = math.fsum(found) / len(found)
    gained = []
    for shift in range(1, n):
        parts = []
        for row in rows:
            place = (row + shift) % n
            if cars[place] is not None:
                times = known(row) / known(place) if scaled else 1.0
                parts.append((cars[place] - centre) * times)
        if parts:
            gained.append(centre + math.fsum(parts) / len(parts) * math.sqrt(len(parts) / k))
    return math.fsum(cars[row] for row in rows) / k, gained
