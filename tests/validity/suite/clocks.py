"""Leads between series that are not observed at the same instants."""

import numpy as np
import pandas as pd

from altrotation.leadlag.asynchronous import hayashi_yoshida
from altrotation.leadlag.crosscorr import cross_correlation
from altrotation.leadlag.sensitivity import clock_sensitivity
from altrotation.synthetic.clocks import asynchronous_closes
from tests.validity.suite.experiment import Experiment, coverage, limit, naive, power, size
from tests.validity.suite.leadlag_worlds import WORLDS

FAMILY = "Leads without a common clock"
DRAWS = 99
X, Y, RATIO = (
    "Hayashi-Yoshida contrast, x leads",
    "Hayashi-Yoshida contrast, y leads",
    "log lead-lag ratio",
)
SAMPLED = "same-label cross-correlation, y at the {} of x's day, {} leads"


def tested(x, y):
    r = hayashi_yoshida(x, y, lags=range(-72, 73, 24), replicates=DRAWS)
    found = {X: r.sides["positive"], Y: r.sides["negative"], RATIO: r.log_llr_p}
    sessions = x.set_axis(x.index.normalize())
    end = y.set_axis(y.index - pd.Timedelta(1, "D"))  # label of the day that ends
    for name, sampled in (("end", end), ("start", y)):
        common = sessions.index.intersection(sampled.index)
        moves = [s.loc[common].diff().iloc[1:] for s in (sessions, sampled)]
        sides = cross_correlation(*moves, lags=3, prewhiten=False, replicates=DRAWS).sides
        found[SAMPLED.format(name, "x")] = sides["positive"]
        found[SAMPLED.format(name, "y")] = sides["negative"]
    return found


def in_world(world, rows):
    return Experiment(
        family=FAMILY,
        world=world,
        simulate=lambda seed: tested(*WORLDS[world](seed)),
        rows=rows,
        functions=(hayashi_yoshida,),
    )


def samplings(**fails):
    """Rows of the four same-label tests; those named in `fails` must reject without a lead."""
    return tuple(
        naive(test, why=fails[f"{side}_{who}"], faint=True)
        if f"{side}_{who}" in fails
        else limit(test)
        for side in ("end", "start")
        for who in ("x", "y")
        for test in (SAMPLED.format(side, who),)
    )


def covered(seed):
    x, y, _ = asynchronous_closes(500, correlation=0.5, seed=seed)
    row = hayashi_yoshida(x, y, lags=(-24, 0, 24), replicates=9).table.loc[24.0]
    return {"excess correlation at 24 hours, interval": row["low"] <= 0 <= row["high"]}


def three_clocks(seed, lead):
    x, y, _ = asynchronous_closes(900, correlation=0.35, lead=lead, seed=seed)
    index = pd.date_range(x.index[0].normalize(), y.index[-1] - pd.Timedelta(1, "D"), unit="us")
    equity = pd.Series(np.exp(x.to_numpy() / 100), x.index.normalize(), name="stock")
    crypto = pd.Series(np.exp(y.to_numpy() / 100), y.index - pd.Timedelta(1, "D"), name="coin")
    r = clock_sensitivity(
        equity.reindex(index), crypto.reindex(index), closes=x.index, lags=3, replicates=DRAWS
    )
    parts = {"own instants": r.contrast, "end of day": r.end, "start of day": r.start}
    return {
        f"clock sensitivity, {name}, {who} leads": part.sides[side]
        for name, part in parts.items()
        for who, side in (("stock", "positive"), ("coin", "negative"))
    }


def clock_rows(led):
    own = "clock sensitivity, own instants, {} leads"
    end, start = (
        "clock sensitivity, end of day, {} leads",
        "clock sensitivity, start of day, {} leads",
    )
    return (
        (power if led else size)(own.format("stock")),
        size(own.format("coin")),
        limit(end.format("stock")),
        limit(end.format("coin")),
        limit(start.format("stock"))
        if led
        else naive(start.format("stock"), why="y's day begins 21 hours before x's close"),
        limit(start.format("coin")),
    )


LATE, EARLY = "y moves 3 hours after x's close", "y's day begins 21 hours before x's close"
EXPERIMENTS = (
    in_world(
        "asynchronous closes, no lead",
        (size(X), size(Y), size(RATIO), *samplings(end_y=LATE, start_x=EARLY)),
    ),
    in_world("asynchronous closes, unrelated", (size(X), size(Y), size(RATIO), *samplings())),
    in_world(
        "asynchronous closes, lead of 48 hours", (power(X), size(Y), power(RATIO), *samplings())
    ),
    Experiment(
        family=FAMILY,
        world="asynchronous closes, n = 500, no lead",
        simulate=covered,
        rows=(coverage("excess correlation at 24 hours, interval"),),
        functions=(hayashi_yoshida,),
    ),
    *(
        Experiment(
            family=FAMILY,
            world=f"stock and coin, {words}",
            simulate=lambda seed, lead=lead: three_clocks(seed, lead),
            rows=clock_rows(lead > 0),
            functions=(clock_sensitivity,),
            repetitions=600,
            ci=60,
        )
        for lead, words in ((0, "co-moving, no lead"), (48, "lead of 48 hours"))
    ),
)
