"""Calendar time: mean abnormal return of days with an open window against the other days."""

from functools import partial

import numpy as np
import pandas as pd
from scipy import stats

from altrotation.events.calendar_time import calendar_time
from altrotation.events.eventset import EventSet
from altrotation.synthetic.noise import daily_noise, slow_drift
from tests.validity.suite.experiment import Experiment, coverage, limit, naive, power, size

FAMILY = "Calendar time"
N, HORIZON, ROWS = 900, 40, (100, 130, 500, 760)
DATES = pd.date_range("2018-01-01", periods=N, freq="D", unit="us")
NOISES = {
    "white noise": {},
    "AR(1) of .2": {"autocorrelation": 0.2},
    "GARCH": {"arch": 0.1, "garch": 0.85},
    "heavy tails, t(3)": {"tail": 3},
}


def opened(rows=ROWS, horizon=HORIZON):
    inside = np.zeros(N, dtype=bool)
    for row in rows:
        inside[row + 2 : row + 2 + horizon] = True
    return inside


def regressed(seed, *, effect=0.0, drift=0.0, **noise):
    returns = 0.001 + daily_noise(N, sigma=0.02, seed=2 * seed, **noise)
    if drift:
        returns += slow_drift(N, sigma=drift, half_life=30, seed=10**6 + seed)
    inside = opened()
    returns = returns + effect / HORIZON * inside
    moves = daily_noise(N, sigma=0.03, seed=2 * seed + 1).cumsum()
    prices = pd.Series(np.exp(returns.cumsum() + moves), index=DATES, name="x")
    events = EventSet(DATES[list(ROWS)], rule="fixed")
    values = {}
    for name in ("ewc", "newey-west"):
        found = calendar_time(
            prices,
            events,
            horizon=HORIZON,
            benchmark=pd.Series(np.exp(moves), index=DATES),
            covariance=name,
        ).evidence
        values[name] = found.p_value
        values[f"{name}, interval"] = found.interval.low <= effect <= found.interval.high
    daily = np.diff(np.log(prices.to_numpy()) - moves)
    two = stats.ttest_ind(daily[inside[1:]], daily[~inside[1:]])
    return values | {"t test of days, inside against outside": two.pvalue}


SIZES = (
    size("ewc"),
    coverage("ewc, interval"),
    size("newey-west"),
    coverage("newey-west, interval"),
)
INSIDE = "t test of days, inside against outside"


def experiments():
    def made(world, rows, **given):
        return Experiment(
            family=FAMILY,
            world=world,
            simulate=partial(regressed, **given),
            rows=rows,
            functions=(calendar_time,),
        )

    for world, noise in NOISES.items():
        last = (
            naive(INSIDE, why="serial correlation", faint=True)
            if "autocorrelation" in noise
            else limit(INSIDE)
        )
        yield made(world, (*SIZES, last), **noise)
    short = {"known": "six lags cut a memory with a half-life of thirty days; cosines keep it"}
    drifting = (
        size("ewc"),
        coverage("ewc, interval"),
        size("newey-west", limit=0.15, **short),
        coverage("newey-west, interval", limit=0.85, **short),
        naive(INSIDE, why="drift", faint=True),
    )
    yield made("slowly drifting mean", drifting, drift=0.003)
    # Standard error of the scaled difference: 40 * .02 * sqrt(1/150 + 1/749) = .0716; .25 is 3.49
    # of them: against t(10.2), the degrees of freedom of this design, .88 (scipy.stats.nct).
    rows = (
        power("ewc", nominal=0.88),
        coverage("ewc, interval"),
        power("newey-west"),
        coverage("newey-west, interval"),
        limit(INSIDE),
    )
    yield made("white noise, effect .25 over 40 days (ewc in theory: .88)", rows, effect=0.25)


EXPERIMENTS = tuple(experiments())
