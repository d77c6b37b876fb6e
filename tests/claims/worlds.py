"""Small panels of known truth for the claim runner."""

import numpy as np
import pandas as pd

from altrotation.data.cards import SeriesCard
from altrotation.data.panel import Panel

DATES = pd.date_range("2015-01-01", "2022-12-31", unit="us", name="date")
BREAKS = (300, 620, 900, 1260, 1610, 1930, 2300, 2600)


def panel_with_effect(effect: float, *, volatility: float = 0.01, seed: int = 7) -> Panel:
    """Return a panel whose RUT breaks to a record on eight days; `effect` follows over 60 days."""
    rng = np.random.default_rng(seed)
    rut = np.full(len(DATES), 99.0)
    rut[0] = 100.0
    for number, row in enumerate(BREAKS, start=1):
        rut[row] = 100.0 + 10.0 * number  # one record close, then back below the level
    steps = volatility * rng.standard_normal(len(DATES))
    for row in BREAKS:
        steps[row + 2 : row + 62] += effect / 60.0
    frame = pd.DataFrame({"RUT": rut, "mid/BTC": 100.0 * np.exp(np.cumsum(steps))}, index=DATES)
    cards = [SeriesCard(name=name, kind="index", unit="index", calendar="24/7") for name in frame]
    return Panel(frame, cards)


EFFECT_CARD = """
id = "Z1"
title = "t"
statement = "s"
source = "a test"
source_date = "2026-01-01"
kind = "event"
null = "n"
alternative = "a"
estimand = "e"
unit = "log points"
direction = "greater"
smallest_effect = 0.05
family = "1 tier x 2 horizons"
seed = 5
[events]
series = "RUT"
kind = "record"
quiet = 60
start = "2015-06-01"
end = "2022-06-30"
[study]
outcomes = ["mid/BTC"]
primary = "mid/BTC"
horizon = 60
horizons = [20, 60]
start = "2015-01-01"
end = "2022-12-31"
[[variants]]
name = "52-week high"
role = "specification"
events = { kind = "high", window = 252 }
[[variants]]
name = "no event at all"
role = "cycle"
events = { start = "2022-05-01", end = "2022-05-02" }
"""
FACT_CARD = """
id = "Z2"
title = "t"
statement = "s"
source = "a test"
source_date = "2026-01-01"
kind = "fact"
seed = 5
[[facts]]
text = "The Russell reached 180."
primary = true
expect = "above"
value = 179.0
measure = { name = "max", series = "RUT" }
"""
