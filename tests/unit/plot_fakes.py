"""Small stand-ins for results, with made-up numbers: enough to draw and to print."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from altrotation.data.cards import SeriesCard
from altrotation.data.panel import Panel
from altrotation.events.eventset import EventSet
from altrotation.inference.results import Evidence, Interval, RunInfo

DATES = (
    "2014-12-26",
    "2016-11-14",
    "2018-05-16",
    "2020-11-13",
    "2021-11-02",
    "2025-09-18",
)


def event_set(dates=DATES):
    return EventSet(dates, rule="first record close after 60 quiet sessions", source="RUT")


@dataclass
class FakeStudy:
    """Random-walk paths around `dates`; NaN where `gaps` says (column number: first NaN day)."""

    dates: tuple = DATES
    outcomes: tuple = ("ETH/BTC", "large/BTC", "mid/BTC", "small/BTC")
    horizons: tuple = (20, 60, 90, 120)
    delay: int = 1
    gaps: dict = field(default_factory=dict)
    seed: int = 0
    null: str = "rotation"
    alternative: str = "two-sided"
    run: RunInfo = field(default_factory=lambda: RunInfo(0, "0123456789abcdef", (("numpy", "2"),)))

    @property
    def events(self):
        return event_set(self.dates)

    def paths(self, outcome):
        rng = np.random.default_rng([self.seed, self.outcomes.index(outcome)])
        days = np.arange(-60, self.delay + max(self.horizons) + 1)
        walk = np.cumsum(rng.normal(0, 0.03, (len(days), len(self.dates))), axis=0)
        walk -= walk[days == self.delay]
        for column, first in self.gaps.items():
            walk[days >= first, column] = np.nan
        return pd.DataFrame(walk, index=days, columns=self.events.dates)

    def placebo_band(self, outcome, level):
        days = np.arange(self.delay, self.delay + max(self.horizons) + 1)
        width = 1.96 * 0.03 * np.sqrt(days - self.delay) / np.sqrt(len(self.dates))
        return pd.DataFrame({"low": -width, "high": width, "mean": 0.0}, index=days)

    @property
    def table(self):
        rows = {}
        for outcome in self.outcomes:
            paths = self.paths(outcome)
            for horizon in self.horizons:
                rows[outcome, horizon] = self._cell(paths.loc[self.delay + horizon].dropna())
        table = pd.DataFrame.from_dict(rows, orient="index")
        table.index = pd.MultiIndex.from_tuples(rows, names=["outcome", "horizon"])
        return table

    @staticmethod
    def _cell(values):
        n = len(values)
        mean = values.mean() if n else np.nan
        half = 0.2 if n else np.nan
        p = 0.31 if n else np.nan
        return {
            "n_events": n,
            "n_effective": float(n),
            "estimate": mean,
            "null_mean": 0.0 if n else np.nan,
            "excess": mean,
            "low": mean - half,
            "high": mean + half,
            "level": 0.95,
            "p_value": p,
            "p_adjusted": min(1.0, 2 * p) if n else np.nan,
            "p_attainable": 0.0003 if n else np.nan,
            "minimum_detectable_effect": 0.266 if n else np.nan,
        }

    def null_distribution(self, outcome, horizon):
        return np.random.default_rng(horizon).normal(0, 0.1, 200)

    def evidence(self, outcome, horizon):
        row = self.table.loc[(outcome, horizon)]
        label = f"{outcome}, {horizon} days"
        if not row["n_events"]:
            return Evidence.not_computed(
                label, "No event has an outcome.", unit="log points", run=self.run
            )
        return Evidence(
            label=label,
            null="as after the same events elsewhere",
            alternative="higher",
            estimate=float(row["estimate"]),
            unit="log points",
            interval=Interval(float(row["low"]), float(row["high"]), 0.95, "stationary bootstrap"),
            p_value=float(row["p_value"]),
            p_adjusted=float(row["p_adjusted"]),
            family="4 tiers x 4 horizons, max-T",
            p_attainable=float(row["p_attainable"]),
            n_events=int(row["n_events"]),
            n_effective=float(row["n_effective"]),
            minimum_detectable_effect=float(row["minimum_detectable_effect"]),
            run=self.run,
        )


def panel(start="2019-01-01", end="2021-12-31"):
    """A panel with RUT (rebased, 1,500 points at base), SPX, BTC, ETH/BTC and coverage."""
    index = pd.date_range(start, end, freq="D", unit="us", name="date")
    rng = np.random.default_rng(7)
    weekday = np.asarray(index.day_of_week) < 5

    def walk(scale, level=100.0):
        steps = rng.normal(0.0004, scale, len(index))
        steps[0] = 0.0
        return level * np.exp(np.cumsum(steps))

    frame = pd.DataFrame(
        {
            "RUT": np.where(weekday, walk(0.012), np.nan),
            "SPX": np.where(weekday, walk(0.009), np.nan),
            "BTC": walk(0.035),
            "ETH/BTC": walk(0.02, 0.03),
            "large.coverage": 97.0,
            "mid.coverage": np.where(index < "2019-07-01", 72.0, 91.0),
            "small.coverage": 85.0,
        },
        index=index,
    )
    base = {"base_date": start, "base_level": 1500.0}
    cards = [
        SeriesCard(name="RUT", kind="index", unit="index", calendar="XNYS", **base),
        SeriesCard(name="SPX", kind="index", unit="index", calendar="XNYS"),
        SeriesCard(name="BTC", kind="index", unit="index", calendar="24/7"),
        SeriesCard(name="ETH/BTC", kind="ratio", unit="BTC per ETH", calendar="24/7"),
        *(
            SeriesCard(name=f"{tier}.coverage", kind="share", unit="percent", calendar="24/7")
            for tier in ("large", "mid", "small")
        ),
    ]
    repair = {"series": "RUT", "date": "2019-06-06", "old": 1514.4, "new": 1503.5}
    repairs = pd.DataFrame([repair | {"reason": "two sources agree against it"}])
    return Panel(frame, cards, repairs=repairs)
