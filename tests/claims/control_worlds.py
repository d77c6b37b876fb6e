"""Panels in which the leader is known: one that leads alone, and one among many that move alike."""

import numpy as np
import pandas as pd

from altrotation.claims.specs import EventsSpec, StudySpec
from altrotation.data.cards import SeriesCard
from altrotation.data.panel import Panel
from tests.claims.worlds import BREAKS, DATES

LEADERS = ("SPX", "QQQ", "RSP", "XLU")
OWN = {  # rows of their own breakouts; none within 60 rows of the claimed leader's
    "SPX": (450, 760, 1080, 1430, 1770, 2120, 2450),
    "QQQ": (390, 710, 1020, 1360, 1700, 2050, 2390, 2700),
    "RSP": (480, 800, 1130, 1480, 1830, 2180, 2510),
    "XLU": (410, 780, 1100, 1400, 1750, 2080, 2470),
}
EVENTS = EventsSpec(series="RUT", start="2015-06-01", end="2022-06-30")
STUDY = StudySpec(
    outcomes=("mid/BTC",),
    primary="mid/BTC",
    horizon=60,
    horizons=(20, 60),
    start="2015-01-01",
    end="2022-12-31",
)


def spikes(rows):
    """A price that closes at a record on `rows` and falls back below the level the day after."""
    close = np.full(len(DATES), 99.0)
    close[0] = 100.0
    for number, row in enumerate(rows, start=1):
        close[row] = 100.0 + 10.0 * number
    return close


def world(effect, *, alike=False, volatility=0.01, seed=7, everywhere=False):
    """`effect` follows the breaks of RUT over 60 days; `alike`: all indexes break on those days.

    `everywhere`: the dollar and the sector funds respond as well.
    """
    rng = np.random.default_rng(seed)
    response = np.zeros(len(DATES))
    for row in BREAKS:
        response[row + 2 : row + 62] += effect / 60.0
    columns = {"RUT": spikes(BREAKS)}
    columns |= {name: spikes(BREAKS if alike else OWN[name]) for name in LEADERS}
    for name in ("mid/BTC", "DXY", "XLV"):
        steps = volatility * rng.standard_normal(len(DATES))
        if name == "mid/BTC" or everywhere:
            steps += response
        columns[name] = 100.0 * np.exp(np.cumsum(steps))
    frame = pd.DataFrame(columns, index=DATES)
    return Panel(
        frame,
        [SeriesCard(name=name, kind="index", unit="index", calendar="24/7") for name in frame],
    )
