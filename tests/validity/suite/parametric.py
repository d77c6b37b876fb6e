"""The textbook tests of event studies, where outcomes are correlated or turn more volatile."""

from functools import partial

import numpy as np
import pandas as pd

from altrotation.events.eventset import EventSet
from altrotation.events.parametric import kolari_pynnonen_factor, parametric_tests
from altrotation.rng import generator
from altrotation.synthetic.noise import daily_noise
from tests.validity.suite.experiment import Experiment, limit, naive, power, size

FAMILY = "Parametric event tests"
DATES = pd.date_range("2015-01-01", periods=800, freq="D", unit="us")
ONE, FOUR = (110,), (110, 180, 181, 300)
SEVEN = tuple(range(110, 771, 110))  # no estimation window holds an earlier event
TESTS = ("Patell", "BMP", "Kolari-Pynnonen", "Corrado rank", "sign", "generalised sign")


def normal(rng, shape):
    return rng.normal(size=shape)


def heavy(rng, shape):
    return rng.standard_t(3, size=shape) / np.sqrt(3)


def garch(rng, shape):
    made = [daily_noise(shape[0], sigma=1, arch=0.1, garch=0.85, seed=rng) for _ in range(shape[1])]
    return np.column_stack(made)


def six_tests(
    seed, *, path, assets, rows, noise=normal, common=0.0, loud=1.0, effect=0.0, unit="asset"
):
    """p-values of the six tests; windows of five days follow each of `rows`."""
    rows = np.array(rows)
    n = int(rows[-1]) + 12
    after = np.zeros(n, dtype=bool)
    for row in rows:
        after[row + 2 : row + 7] = True
    rng = generator(41, path, seed)
    own = noise(rng, (n, assets)) * np.sqrt(1 - common)
    shared = noise(rng, (n, 1)) * np.sqrt(common)
    returns = 0.01 * (own + shared) * np.where(after, loud, 1.0)[:, None]
    returns += 0.01 * effect * after[:, None]
    prices = pd.DataFrame(np.exp(returns.cumsum(axis=0)), index=DATES[:n])
    found = parametric_tests(
        prices,
        EventSet(DATES[rows], rule="fixed"),
        horizon=5,
        model="constant-mean",
        estimation=100,
        unit=unit,
    )
    return found.table["p_value"].to_dict()


def judged(**kinds):
    """One row a test; `kinds` names the tests that fail, cannot be asked, or need a bound."""
    return tuple(kinds.get(test.replace(" ", "_").replace("-", "_"), size)(test) for test in TESTS)


DISCRETE = partial(size, bound="upper", why="few attainable p-values")
COMMON = partial(naive, why="correlated assets are counted as independent")
LOUD = partial(naive, why="the variance of the estimation window is too small for the event's")
RANKS = partial(limit, why="ranks of louder days spread further")
OVERLAP = partial(limit, why="two windows overlap, and the test takes days as independent")


def experiments():
    def made(world, judged_rows, **given):
        return Experiment(
            family=FAMILY,
            world=world,
            simulate=partial(six_tests, **given),
            rows=judged_rows,
            functions=(parametric_tests, kolari_pynnonen_factor),
            repetitions=2000,
        )

    plain = judged(sign=DISCRETE)
    few = judged(sign=DISCRETE, generalised_sign=DISCRETE)
    yield made("20 independent assets, one event", plain, path=0, assets=20, rows=ONE)
    yield made(
        "20 independent assets, t(3) tails, one event",
        plain,
        path=5,
        assets=20,
        rows=ONE,
        noise=heavy,
    )
    yield made(
        "20 independent assets, GARCH, one event", plain, path=6, assets=20, rows=ONE, noise=garch
    )
    yield made(
        "20 assets, common shocks (.3), one event",
        judged(Patell=COMMON, BMP=COMMON, sign=COMMON, generalised_sign=COMMON),
        path=1,
        assets=20,
        rows=ONE,
        common=0.3,
    )
    yield made(
        "8 assets, common shocks (.5), four events of which two overlap",
        judged(
            Patell=COMMON, BMP=COMMON, sign=COMMON, generalised_sign=COMMON, Corrado_rank=OVERLAP
        ),
        path=2,
        assets=8,
        rows=FOUR,
        common=0.5,
    )
    by_event = {"assets": 4, "rows": SEVEN, "common": 0.5, "unit": "event"}
    yield made("4 assets, common shocks (.5), seven events as units", few, path=7, **by_event)
    yield made(
        "4 assets, common shocks (.5), t(3) tails, seven events as units",
        few,
        path=8,
        noise=heavy,
        **by_event,
    )
    yield made(
        "4 assets, seven events as units, windows twice as volatile",
        judged(Patell=LOUD, sign=DISCRETE, generalised_sign=DISCRETE, Corrado_rank=RANKS),
        path=3,
        loud=2.0,
        **by_event,
    )
    # Two assets with correlation .5: the mean has variance .75; five days and the error of the
    # estimated mean make 5 + 25 / 100 = 5.25 of it, so seven events give a noncentrality of
    # 5 * .6 * sqrt(7) / sqrt(5.25 * .75) = 4.0 on t(6), whose power is .911 (scipy.stats.nct).
    found = {"BMP": partial(power, nominal=0.911)}
    yield made(
        "2 assets (.5), seven events as units, .6 sd a day for five days (BMP in theory: .91)",
        tuple(found.get(test, power)(test) for test in TESTS),
        path=4,
        assets=2,
        rows=SEVEN,
        common=0.5,
        effect=0.6,
        unit="event",
    )


EXPERIMENTS = tuple(experiments())
