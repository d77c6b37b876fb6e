"""The event study: rotation, matched placebo, step-down family, interval; and what fails."""

from functools import partial

import numpy as np
import pandas as pd
from scipy import stats

from altrotation.events.breakouts import breakouts
from altrotation.events.eventset import EventSet
from altrotation.events.study import event_study
from altrotation.synthetic.clocks import asynchronous_closes
from altrotation.synthetic.noise import daily_noise
from altrotation.synthetic.worlds import clustered_rows, event_world
from tests.validity.suite.event_worlds import (
    CLUSTERED,
    HORIZON,
    NOISES,
    SINGLE,
    N,
    autoregressive,
    drifting,
    event_rows,
    garch,
)
from tests.validity.suite.experiment import Experiment, coverage, limit, naive, power, size

FAMILY = "Event study"


def studied(seed, *, noise, sizes, effect=0.0, common=0.0, **options):
    """The table of two outcomes by two horizons, and the world behind it."""
    returns = np.column_stack([noise(20 * seed), noise(20 * seed + 1)])
    if common:
        shared = noise(20 * seed + 4)[:, None]
        returns = np.sqrt(1 - common) * returns + np.sqrt(common) * shared
    made = event_world(returns, event_rows(sizes, seed), effect=effect, horizon=HORIZON)
    prices, index = made.prices, made.prices.index
    if options.get("model") == "market":
        moves = daily_noise(N, sigma=0.04, arch=0.1, garch=0.85, seed=20 * seed + 2)
        options["benchmark"] = pd.Series(np.exp(moves.cumsum()), index=index)
        prices = prices.mul(options["benchmark"] ** 1.2, axis=0)
    if options.get("null") == "matched":
        walk = daily_noise(N, sigma=0.012, seed=20 * seed + 3).cumsum()
        options["match_on"] = pd.Series(np.exp(walk), index=index)
    return event_study(
        prices,
        EventSet(made.dates, rule="planted"),
        horizons=(20, HORIZON),
        **{"replicates": 499, "seed": seed, **options},
    ).table


def cells(table):
    """The p-values of the first outcome and of the family of four."""
    one = table["p_value"].loc["outcome 0"]
    return {
        "20 days": one[20],
        "60 days": one[60],
        "step-down max-T, any of 4": table["p_adjusted"].min(),
        "smallest of 4, unadjusted": table["p_value"].min(),
    }


def rotation(seed, *, effect=0.0, **options):
    table = studied(seed, effect=effect, **options)
    inside = {}
    for horizon in (20, HORIZON):
        row, truth = table.loc[("outcome 0", horizon)], effect * horizon / HORIZON
        inside[f"block-bootstrap interval, {horizon} days"] = row["low"] <= truth <= row["high"]
    return {f"rotation, {name}": p for name, p in cells(table).items()} | inside


def matched(seed, **options):
    found = cells(studied(seed, null="matched", draws=499, replicates=9, **options))
    return {f"matched placebo, {name}": p for name, p in found.items()}


_UNADJUSTED = "two outcomes, two horizons: at least 1 - .95**2 = .0975 expected"


def sizes_of(null):
    return (
        size(f"{null}, 20 days", exact=True),
        size(f"{null}, 60 days", exact=True),
        size(f"{null}, step-down max-T, any of 4"),
        naive(f"{null}, smallest of 4, unadjusted", why=_UNADJUSTED, faint=True),
    )


INTERVALS = (
    coverage("block-bootstrap interval, 20 days"),
    coverage("block-bootstrap interval, 60 days"),
)


def in_noise():
    functions = (event_study,)
    for name, noise in NOISES.items():
        rows = (*sizes_of("rotation"), *INTERVALS)
        given = partial(rotation, noise=noise, sizes=CLUSTERED)
        yield Experiment(
            family=FAMILY,
            world=f"{name}, clustered events",
            simulate=given,
            rows=rows,
            functions=functions,
        )
        given = partial(matched, noise=noise, sizes=CLUSTERED)
        yield Experiment(
            family=FAMILY,
            world=f"{name}, clustered events",
            simulate=given,
            rows=sizes_of("matched placebo"),
            functions=functions,
            repetitions=600,
        )
    worlds = {
        "slowly drifting mean, single events": {"noise": drifting, "sizes": SINGLE},
        "common factor in both outcomes, clustered events": {
            "noise": garch,
            "sizes": CLUSTERED,
            "common": 0.6,
        },
        "market model, GARCH, clustered events": {
            "noise": garch,
            "sizes": CLUSTERED,
            "model": "market",
        },
        "constant-mean model, GARCH, clustered events": {
            "noise": garch,
            "sizes": CLUSTERED,
            "model": "constant-mean",
        },
    }
    for name, options in worlds.items():
        yield Experiment(
            family=FAMILY,
            world=name,
            simulate=partial(rotation, **options),
            rows=(*sizes_of("rotation"), *INTERVALS),
            functions=functions,
        )


# -- samples as they come: late starts, rules that find events, co-movement ----------------------


def late(seed):
    """The second outcome has no price for the first 40 % of the sample; events fall anywhere."""
    returns = np.column_stack([garch(20 * seed), garch(20 * seed + 1)])
    rows = clustered_rows(N, sizes=(2, 1, 1, 1, 1), gap=25, margin=70, seed=seed)
    made = event_world(returns, rows, horizon=HORIZON)
    prices = made.prices.copy()
    prices.iloc[: int(0.4 * N), 1] = np.nan
    events = EventSet(made.dates, rule="planted")
    table = event_study(prices, events, horizons=(20, HORIZON), replicates=9, seed=seed).table
    second = table.loc[("outcome 1", HORIZON)]
    found = {
        "rotation, 60 days, the early outcome": table.loc[("outcome 0", HORIZON), "p_value"],
        "rotation, step-down max-T, any of 4": table["p_adjusted"].min(),
    }
    if second["n_events"]:
        found["rotation, 60 days, the late outcome"] = second["p_value"]
    return found


def by_rule(seed, *, null):
    """About 13 first 250-day highs after 60 quiet days; the outcome knows nothing of them."""
    index = pd.date_range("2013-01-01", periods=N, freq="D", unit="us")
    moves = daily_noise(N, sigma=0.012, arch=0.1, garch=0.88, tail=6, seed=20 * seed) + 0.0003
    source = pd.Series(np.exp(moves.cumsum()), index=index, name="source")
    prices = pd.Series(np.exp(drifting(20 * seed + 1).cumsum()), index=index)
    found = breakouts(source, kind="high", window=250, quiet=60)
    table = event_study(
        prices,
        found.between(index[0], index[-HORIZON - 2]),
        horizons=(HORIZON,),
        null=null,
        match_on=source if null == "matched" else None,
        draws=299,
        replicates=9,
        seed=seed,
    ).table
    return {f"{null}, 60 days": table["p_value"].iloc[0]}


def comoving(seed):
    """Breakouts of x at 21:00 UTC; y moves with x at every instant and nobody leads."""
    x, y, _ = asynchronous_closes(N, correlation=0.6, seed=seed)
    source = np.exp(0.012 * x.set_axis(x.index.normalize()))
    outcome = np.exp(0.03 * y.set_axis(y.index - pd.Timedelta(1, "D"))).rename("y")
    rise = np.log(outcome).diff(HORIZON)
    found = breakouts(source, kind="high", window=250, quiet=60)
    events = found.between(outcome.index[0], outcome.index[-HORIZON - 2])
    study = event_study(outcome, events, horizons=(20, HORIZON), replicates=499, seed=seed).table
    before = rise.reindex(list(events)).to_numpy()
    cell = study.loc[("y", HORIZON)]
    return {
        "rotation, 60 days": cell["p_value"],
        "block-bootstrap interval, 60 days": cell["low"] <= 0 <= cell["high"],
        "t test of the 60 days that end with the event": stats.ttest_1samp(before, 0).pvalue,
    }


def as_they_come():
    yield Experiment(
        family=FAMILY,
        world="GARCH, one outcome starts late",
        simulate=late,
        functions=(event_study,),
        rows=(
            size("rotation, 60 days, the early outcome", exact=True),
            size("rotation, 60 days, the late outcome", exact=True),
            size("rotation, step-down max-T, any of 4"),
        ),
    )
    for null, n in (("rotation", 1000), ("matched", 600)):
        yield Experiment(
            family=FAMILY,
            world="drifting mean, events found by the breakout rule",
            simulate=partial(by_rule, null=null),
            functions=(event_study,),
            repetitions=n,
            rows=(size(f"{null}, 60 days", exact=True),),
        )
    yield Experiment(
        family=FAMILY,
        world="asynchronous closes, breakouts of the co-moving series, no lead",
        simulate=comoving,
        functions=(event_study,),
        rows=(
            size("rotation, 60 days"),
            coverage("block-bootstrap interval, 60 days"),
            naive(
                "t test of the 60 days that end with the event",
                why="the rise that makes a breakout is not what follows it",
            ),
        ),
    )


# -- power ----------------------------------------------------------------------------------------

# AR(1) noise: long-run deviation of the mean of 7 windows of 60 days; z(.975) + z(.8) of them.
DETECTABLE = 2.8016 * 0.03 * np.sqrt((1 + 0.2) / (1 - 0.2) * HORIZON / len(SINGLE))  # .301


# Against draws of the same noise without the effect .85 are found, by the known variance .80.
LANDS = "the planted effect is in the series that the shifts land on, which widens their law"


def powerful():
    def found(null, nominal=None):
        one = {"known": LANDS, "limit": 0.70} if nominal else {}
        return (
            power(f"{null}, 60 days", nominal=nominal, **one),
            power(f"{null}, 20 days"),
            power(f"{null}, step-down max-T, any of 4"),
            limit(f"{null}, smallest of 4, unadjusted"),
        )

    alone = {"noise": autoregressive, "sizes": SINGLE, "effect": DETECTABLE}
    yield Experiment(
        family=FAMILY,
        world="AR(1), single events, effect .301 (theory: .80)",
        simulate=partial(rotation, **alone),
        functions=(event_study,),
        rows=(*found("rotation", 0.8), *INTERVALS),
    )
    yield Experiment(
        family=FAMILY,
        world="AR(1), single events, effect .301 (theory: .80)",
        simulate=partial(matched, **alone),
        functions=(event_study,),
        repetitions=600,
        rows=found("matched placebo", 0.8),
    )
    for name, noise in (("GARCH with t(5) tails", garch), ("slowly drifting mean", drifting)):
        given = {"noise": noise, "sizes": SINGLE, "effect": DETECTABLE}
        yield Experiment(
            family=FAMILY,
            world=f"{name}, single events, effect .301",
            simulate=partial(rotation, **given),
            functions=(event_study,),
            rows=(*found("rotation"), *INTERVALS),
        )


EXPERIMENTS: tuple[Experiment, ...] = (*in_noise(), *as_they_come(), *powerful())
