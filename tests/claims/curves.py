"""A small panel of walks whose clocks, gaps and tiers resemble those of the embedded one."""

import numpy as np
import pandas as pd

from altrotation.claims.specs import EventsSpec, StudySpec
from altrotation.data.calendar import sessions
from altrotation.data.cards import SeriesCard
from altrotation.data.panel import Panel

DATES = pd.date_range("2015-01-01", "2018-12-31", unit="us", name="date")


def walk_panel(seed: int = 0, *, last: str = "2018-10-31") -> Panel:
    """Return RUT on its sessions, BTC, and outcomes that begin late, end early and have a gap."""
    rng = np.random.default_rng(seed)
    n = len(DATES)
    steps = 0.03 * (rng.standard_normal((n, 5)) + 0.8 * rng.standard_normal((n, 1)))
    names = ["BTC", "ETH/BTC", "mid/BTC", "mid-capw/BTC", "small/BTC"]
    frame = pd.DataFrame(100 * np.exp(steps.cumsum(axis=0)), index=DATES, columns=names)
    frame.loc[last:, names[1:]] = np.nan
    frame.loc[:"2016-02-29", "small/BTC"] = np.nan
    frame.loc["2017-05-01":"2017-05-20", "mid-capw/BTC"] = np.nan
    traded = sessions(DATES[0], DATES[-1])
    moves = 0.0004 + 0.012 * rng.standard_normal(len(traded))
    frame["RUT"] = pd.Series(100 * np.exp(moves.cumsum()), index=traded).reindex(DATES)
    kinds = {"RUT": "XNYS"}
    cards = [
        SeriesCard(name=name, kind="index", unit="index", calendar=kinds.get(name, "24/7"))
        for name in frame
    ]
    return Panel(frame, cards)


def events_spec(**options) -> EventsSpec:
    given = {"series": "RUT", "start": "2015-06-01", "end": "2018-10-01", "quiet": 10}
    return EventsSpec(**(given | options))


def study_spec(**options) -> StudySpec:
    given = {
        "outcomes": ("mid/BTC", "ETH/BTC", "small/BTC"),
        "primary": "mid/BTC",
        "horizon": 20,
        "horizons": (20, 40),
        "start": "2015-01-01",
        "end": "2018-12-31",
    }
    return StudySpec(**(given | options))
