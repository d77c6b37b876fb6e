"""The difference between what followed two sets of events."""

from functools import partial

import numpy as np
import pandas as pd
from scipy import stats

from altrotation.claims.estimators.joint import adjusted_jointly
from altrotation.events.contrast import contrast
from altrotation.events.eventset import EventSet
from altrotation.events.study import event_study
from altrotation.synthetic.noise import daily_noise
from altrotation.synthetic.worlds import clustered_rows
from tests.validity.suite.experiment import Experiment, coverage, limit, naive, power, size

FAMILY = "Contrasts, curves, verdicts, counts"
N, HORIZON = 3_000, 60


def contrasted(seed, *, effect=0.0, spaced=False, **noise):
    """Ten events in clusters, every second one of the first set; its effect is planted alone."""
    daily = daily_noise(N, seed=seed, **noise)
    sizes = (1,) * 10 if spaced else (3, 3, 2, 1, 1)
    found = 50 + clustered_rows(N - 50, sizes=sizes, gap=25, margin=130, seed=seed)
    one, two = found[::2], found[1::2]
    for row in one:
        daily[row + 2 : row + 2 + HORIZON] += effect / HORIZON
    days = pd.date_range("2015-01-01", periods=N, freq="D", unit="us", name="date")
    prices = pd.Series(np.exp(daily.cumsum()), index=days, name="y")
    sets = [EventSet(days[part], rule="planted") for part in (one, two)]
    table = contrast(prices, *sets, horizons=(20, HORIZON), replicates=499, seed=seed).table
    log = np.log(prices.to_numpy())
    cars = [log[part + 1 + HORIZON] - log[part + 1] for part in (one, two)]
    cell = table.loc[("y", HORIZON)]
    return {
        "contrast, 60 days": cell["p_value"],
        "contrast, step-down max-T over 2 horizons": table["p_adjusted"].min(),
        "contrast, interval, 60 days": cell["low"] <= effect <= cell["high"],
        "Welch's t test of the two sets": stats.ttest_ind(*cars, equal_var=False).pvalue,
    }


CONTRAST = (
    size("contrast, 60 days", exact=True),
    size("contrast, step-down max-T over 2 horizons"),
    coverage("contrast, interval, 60 days"),
    limit("Welch's t test of the two sets"),
)


def contrasts():
    worlds = {
        "AR(1)": {"autocorrelation": 0.2},
        "GARCH with t(5) tails": {"autocorrelation": 0.2, "arch": 0.08, "garch": 0.9, "tail": 5},
    }
    for name, noise in worlds.items():
        yield Experiment(
            family=FAMILY,
            world=f"{name}, ten clustered events, every second of one set",
            simulate=partial(contrasted, **noise),
            rows=CONTRAST,
            functions=(contrast,),
        )
    rows = (*(power(row.test) for row in CONTRAST[:2]), *CONTRAST[2:])
    yield Experiment(
        family=FAMILY,
        world="AR(1), ten single events, effect .4 after every second",
        simulate=partial(contrasted, effect=0.4, spaced=True, autocorrelation=0.2),
        rows=rows,
        functions=(contrast,),
    )


# -- a family of several event studies ------------------------------------------------------------


def together(seed, *, effect=0.0):
    """Two rules, two horizons each, on one outcome: every cell adjusted for the other three."""
    daily = daily_noise(N, autocorrelation=0.2, arch=0.08, garch=0.9, tail=5, seed=seed)
    found = 50 + clustered_rows(N - 50, sizes=(3, 2, 1, 1), gap=25, margin=130, seed=seed)
    for row in found:
        daily[row + 2 : row + 2 + HORIZON] += effect / HORIZON
    days = pd.date_range("2015-01-01", periods=N, freq="D", unit="us", name="date")
    prices = pd.Series(np.exp(daily.cumsum()), index=days, name="y")
    studies = [
        event_study(
            prices, EventSet(days[rows], rule="planted"), horizons=(20, HORIZON), replicates=9
        )
        for rows in (found, found[1::2])  # the second rule finds some of the first's
    ]
    smallest = min(float(study.table["p_value"].min()) for study in studies)
    return {
        "joint adjustment over two event studies": min(
            float(part.min()) for part in adjusted_jointly(studies)
        ),
        "smallest of their 4 p-values": smallest,
    }


def joint():
    name = "GARCH with t(5) tails, two rules that share events"
    yield Experiment(
        family=FAMILY,
        world=name,
        simulate=together,
        rows=(
            size("joint adjustment over two event studies"),
            naive("smallest of their 4 p-values", why="four chances", faint=True),
        ),
        functions=(adjusted_jointly,),
    )
    yield Experiment(
        family=FAMILY,
        world=f"{name}, effect .4",
        simulate=partial(together, effect=0.4),
        rows=(
            power("joint adjustment over two event studies"),
            limit("smallest of their 4 p-values"),
        ),
        functions=(adjusted_jointly,),
    )


EXPERIMENTS = (*contrasts(), *joint())
