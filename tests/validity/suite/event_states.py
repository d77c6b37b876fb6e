"""Few events that choose their state: what is judged, in worlds where loud times follow the rule.

Every world has a known excess: the mean outcome after the places events can take, less that after
all places. It is taken out of the windows, so that nothing is left to be found ("supported" is
false), and seen from a smallest effect of just that size "contradicted" is false.
"""

from functools import lru_cache, partial

import numpy as np
import pandas as pd

from altrotation.data.bundled import load_reference
from altrotation.events.eventset import EventSet
from altrotation.events.excess import event_excess
from altrotation.events.study import event_study
from altrotation.rng import generator
from altrotation.synthetic.noise import daily_noise
from tests.validity.suite.event_worlds import DELAY, HORIZON, N
from tests.validity.suite.experiment import Experiment, limit, naive, power, size

FAMILY = "Events that choose their state"
TRAILING, GAP = 60, 20
COUNTS = (5, 6, 7, 16)
EFFECTS = {7: 0.6, 16: 0.3}  # log points, to be found by so many events
QUIET, LOUD, CALM_DAYS, SEASON_DAYS = 0.025, 0.05, 360, 120  # volatility of a day, mean length


# -- worlds: seed, count -> daily log returns, event rows, excess of the places they can take ------


def spaced(pool, count, seed):
    """Rows of the pool at least GAP apart, drawn until they are."""
    rng = generator(seed, 77)
    while True:
        rows = np.sort(rng.choice(pool, count, replace=False))
        if np.diff(rows).min() >= GAP:
            return rows


def third(returns, loud):
    """Rows with a whole window in the loud or the calm third by the volatility known there."""
    known = pd.Series(returns).rolling(TRAILING).std().to_numpy()
    whole = np.flatnonzero(np.isfinite(known[: len(returns) - DELAY - HORIZON]))
    low, high = np.quantile(known[whole], [1 / 3, 2 / 3])
    return whole[known[whole] > high] if loud else whole[known[whole] <= low]


@lru_cache(maxsize=1)
def real_returns():
    index = load_reference().value("mid/BTC").loc["2014-01-01":"2026-04-20"]
    return np.log(index).diff().fillna(0.0).to_numpy()


def real(seed, count, *, loud):
    returns = real_returns()
    pool, level = third(returns, loud), returns.cumsum()
    after = level[DELAY + HORIZON :] - level[DELAY:-HORIZON]
    return returns, spaced(pool, count, seed), after[pool].mean() - after.mean()


def seasons(seed, count):
    """Loud seasons of .003 a day between calm ones of -.001; the rule fires within a season."""
    rng, on, parts = generator(seed, 78), False, []
    while sum(map(len, parts)) < N:
        length = int(rng.geometric(1 / (SEASON_DAYS if on else CALM_DAYS)))
        parts.append(np.full(length, on))
        on = not on
    state = np.concatenate(parts)[:N]
    pool = np.flatnonzero(state[: N - DELAY - HORIZON])
    pool = pool[pool >= TRAILING]
    if len(pool) < 60 * count:  # no room for so many
        return seasons(seed + 10**6, count)
    moves = np.where(state, 0.003, -0.001) + np.where(state, LOUD, QUIET) * rng.normal(size=N)
    # a two-state chain: P(on at t + h | on at t) - P(on) = (1 - share) (1 - leave - enter)**h
    leave, enter = 1 / SEASON_DAYS, 1 / CALM_DAYS
    ahead = np.arange(DELAY + 1, DELAY + HORIZON + 1)
    stays = (1 - enter / (leave + enter)) * (1 - leave - enter) ** ahead
    return moves, spaced(pool, count, seed), 0.004 * stays.sum()


def trending(seed, count, *, early):
    """Volatility falls from 5 % to 2 % a day in a line; events in the first or last third."""
    moves = generator(seed, 79).normal(size=N) * np.linspace(0.05, 0.02, N)
    first, last = (TRAILING, N // 3) if early else (2 * N // 3, N - DELAY - HORIZON)
    return moves, spaced(np.arange(first, last), count, seed), 0.0


def garch(seed, count, *, loud):
    moves = daily_noise(N, arch=0.08, garch=0.9, tail=4, seed=seed)
    return moves, spaced(third(moves, loud), count, seed), 0.0


WORLDS = {
    "real mid/BTC, events in its volatile third": partial(real, loud=True),
    "real mid/BTC, events in its calm third": partial(real, loud=False),
    "loud seasons with a mean of their own, events inside": seasons,
    "volatility falls, events early": partial(trending, early=True),
    "volatility falls, events late": partial(trending, early=False),
    "GARCH with t(4) tails, events in its volatile third": partial(garch, loud=True),
    "GARCH with t(4) tails, events in its calm third": partial(garch, loud=False),
}


# -- what is judged --------------------------------------------------------------------------------


def judged(moves, rows, planted, seed):
    """The excess with `planted` log points in every window, and the study it comes from."""
    inside = (rows[:, None] + np.arange(DELAY + 1, DELAY + HORIZON + 1)).ravel()
    daily = moves.copy()
    daily[np.unique(inside)] += planted / HORIZON
    index = pd.date_range("2013-01-01", periods=len(daily), freq="D", unit="us")
    price = pd.Series(np.exp(daily.cumsum()), index=index, name="x")
    study = event_study(
        price, EventSet(index[rows], rule="r"), horizons=(HORIZON,), replicates=299, seed=seed
    )
    return event_excess(study, "x", HORIZON), study


def supported(found):
    """0 where the rule of a verdict says so: the interval above nothing, and a significant p."""
    return 0.0 if found.interval(0.95).low > 0 and found.judged.p_adjusted <= 0.05 else 1.0


def verdicts(seed, *, world):
    values = {}
    for count in COUNTS:
        moves, rows, excess = world(seed, count)
        found, study = judged(moves, rows, -excess, seed)
        held = found.interval(0.90)
        values |= {
            f"placements at the volatility of {count} events": found.judged.p_value,
            f"false supported, {count} events": supported(found),
            f"false contradicted, {count} events": 0.0 if held.high < 0 else 1.0,
            f"false contradicted, mirrored, {count} events": 0.0 if held.low > 0 else 1.0,
        }
        if count == 5:
            mean = study.interval("x", HORIZON, 0.90).high
            drift = np.nanmean(study.returns.windows(DELAY, np.array([HORIZON])))
            values["interval of the mean itself, 5 events"] = 0.0 if mean < drift else 1.0
    for count, effect in EFFECTS.items():
        moves, rows, excess = world(seed, count)
        found, _ = judged(moves, rows, effect - excess, seed)
        values[f"supported, {count} events, effect {effect:g}"] = supported(found)
    return values


_WIDE = "the widest of three intervals errs towards undecided"
_CALM = "calm windows among louder ones, or loud ones by a little"


def rows_of(name):
    for count in COUNTS:
        yield size(f"placements at the volatility of {count} events", bound="upper", why=_CALM)
        for wrong in ("supported", "contradicted", "contradicted, mirrored"):
            yield size(f"false {wrong}, {count} events", bound="upper", why=_WIDE)
    if name.startswith("loud seasons"):
        yield naive(
            "interval of the mean itself, 5 events",
            why="windows in loud seasons, errors of all days: .15 to .20",
            faint=True,
        )
    else:
        yield limit("interval of the mean itself, 5 events")
    for count, effect in EFFECTS.items():
        yield power(f"supported, {count} events, effect {effect:g}")


EXPERIMENTS = tuple(
    Experiment(
        family=FAMILY,
        world=name,
        simulate=partial(verdicts, world=world),
        rows=tuple(rows_of(name)),
        functions=(event_excess,),
        repetitions=600,
        ci=100,
    )
    for name, world in WORLDS.items()
)
