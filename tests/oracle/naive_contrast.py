"""The contrast of two event sets once more, with plain loops over every joint shift."""

import math
from statistics import fmean

from tests.oracle.naive_events import window


def contrast_counts(columns, first, second, horizons, *, delay=1, alternative="two-sided"):
    """Return differences, counts of shifts as extreme (alone, step-down) and admissible shifts.

    `columns` holds the log levels of each outcome; cells without both sets are None.
    """
    n = len(columns[0])
    cells = [(j, horizon) for j in range(len(columns)) for horizon in horizons]

    def kept(cell, rows, shift):
        j, horizon = cell
        found = [window(columns[j], (row + shift) % n, delay, horizon) for row in rows]
        return [value for value in found if value is not None]

    here = {cell: (kept(cell, first, 0), kept(cell, second, 0)) for cell in cells}
    live = [cell for cell in cells if here[cell][0] and here[cell][1]]

    def differences(shift):
        found = {}
        for cell in live:
            a, b = kept(cell, first, shift), kept(cell, second, shift)
            if not (a and b):
                return None
            k, other = (len(values) for values in here[cell])
            scale = math.sqrt((1 / k + 1 / other) / (1 / len(a) + 1 / len(b)))
            found[cell] = scale * (fmean(a) - fmean(b))
        return found

    observed = differences(0)
    draws = [found for found in (differences(shift) for shift in range(1, n)) if found is not None]
    score, seen = {}, {}
    for cell in live:
        orbit = [draw[cell] for draw in draws] + [observed[cell]]
        centre = fmean(orbit)
        spread = math.sqrt(fmean([(value - centre) ** 2 for value in orbit]))
        side = {"two-sided": abs, "greater": float, "less": lambda z: -z}[alternative]
        score[cell] = [side((draw[cell] - centre) / spread) for draw in draws]
        seen[cell] = side((observed[cell] - centre) / spread)
    counts = {cell: sum(z >= seen[cell] - 1e-9 for z in score[cell]) for cell in live}
    step, previous = {}, 0
    for cell in sorted(live, key=lambda cell: -seen[cell]):
        rest = [other for other in live if seen[other] <= seen[cell]]
        joint = sum(
            max(score[other][b] for other in rest) >= seen[cell] - 1e-9 for b in range(len(draws))
        )
        previous = max(previous, joint)
        step[cell] = previous
    return [(cell, observed.get(cell)) for cell in cells], counts, step, len(draws)
