"""Pairs and sets of series whose leads are known: name -> seed -> inputs of a test."""

import numpy as np
import pandas as pd

from altrotation.synthetic import leadlag as worlds
from altrotation.synthetic.clocks import asynchronous_closes
from altrotation.synthetic.noise import slow_drift
from altrotation.synthetic.regimes import regime_world

N, DAYS = 400, 600


def pair(frame):
    return frame["x"], frame["y"]


def led(lead):
    return lambda s: pair(
        worlds.planted_lead(N, lead=lead, correlation=0.25, contemporaneous=0.3, seed=s)[0]
    )


def closes(correlation, lead=0):
    return lambda s: asynchronous_closes(DAYS, correlation=correlation, lead=lead, seed=s)[:2]


def drifting(seed):
    """Independent white series, each with a slowly drifting mean of its own (a fifth of a sd)."""
    frame, _ = worlds.independent_pair(N, autocorrelation=0.0, clustering=False, seed=seed)
    for place in range(2):
        frame.iloc[:, place] += slow_drift(
            N, sigma=0.2, half_life=30, seed=10**6 + 2 * seed + place
        )
    return pair(frame)


def switching(seed):
    """Independent series, each with bull and bear spells of its own (half a sd apart)."""
    made = [
        regime_world(N, means=(-0.25, 0.25), sigmas=(1.3, 0.7), length=100, seed=2 * seed + place)
        for place in range(2)
    ]
    return tuple(each.series for each in made)


def levels(seed):
    """Independent random walks."""
    x, y = pair(worlds.independent_pair(N, clustering=False, seed=seed)[0])
    return x.cumsum(), y.cumsum()


def cointegrated(seed):
    """y follows its own error around x, and x walks by itself: y does not lead x."""
    x, noise = pair(worlds.independent_pair(N, clustering=False, seed=seed)[0])
    walk = x.cumsum()
    return walk + noise, walk


WORLDS = {
    "independent AR(1)-GARCH": lambda s: pair(worlds.independent_pair(N, seed=s)[0]),
    "heavy tails, t(3)": lambda s: pair(worlds.heavy_tails(N, seed=s)[0]),
    "common factor": lambda s: pair(worlds.common_factor(N, common_volatility=False, seed=s)[0]),
    "common factor and volatility": lambda s: pair(worlds.common_factor(N, seed=s)[0]),
    "independent, drifting means": drifting,
    "independent, regime-switching means and volatility": switching,
    "lead of 1 day, .25": led(1),
    "lead of 3 days, .25": led(3),
    "independent random walks": levels,
    "cointegrated, x follows y": cointegrated,
    "asynchronous closes, no lead": closes(0.6),
    "asynchronous closes, unrelated": closes(0.0),
    "asynchronous closes, lead of 48 hours": closes(0.3, lead=48),
    "switching lead, .4": lambda s: worlds.switching_lead(N, correlation=0.4, seed=s)[:2],
    "five series, one factor, no lead": lambda s: (worlds.chain(N, step=0, seed=s)[0],),
    "five series, chain of 1 day": lambda s: (worlds.chain(N, step=1, seed=s)[0],),
}


def early_and_late(x):
    """Labels of the two halves of the sample."""
    return pd.Series(np.where(np.arange(len(x)) < len(x) // 2, "early", "late"), x.index)
