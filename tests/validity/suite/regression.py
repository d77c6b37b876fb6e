"""Regressions with standard errors for serial correlation, and means of dependent series."""

from functools import partial

import numpy as np
from scipy import stats

from altrotation.inference.bootstrap import basic_interval, block_length, stationary_functionals
from altrotation.inference.ewc import ewc_mean, ewc_ols
from altrotation.inference.hac import hac_mean, hac_ols
from altrotation.synthetic.noise import daily_noise, slow_drift
from tests.validity.suite.experiment import Experiment, coverage, limit, naive, power, size

FAMILY = "Regressions and means"
N = 400
LAGS = int(4 * (N / 100) ** (2 / 9))  # 5: Newey & West (1994)
LONG = 20
NOISES = {
    "white noise": {},
    "AR(1) of .5": {"autocorrelation": 0.5},
    "GARCH": {"arch": 0.1, "garch": 0.85},
    "heavy tails, t(3)": {"tail": 3},
}


def drawn(seed, drift=0.0, **noise):
    made = daily_noise(N, sigma=1.0, seed=seed, **noise)
    return made + slow_drift(N, sigma=drift, half_life=30, seed=10**6 + seed) if drift else made


def estimated(seed, *, effect=0.0, **noise):
    y, x = drawn(2 * seed, **noise), drawn(2 * seed + 1, **noise)
    mean, slope = y + effect, y + effect * x
    design = np.column_stack([np.ones(N), x])
    dummy = np.column_stack([np.ones(N), np.zeros(N)])
    dummy[60:90, 1] = dummy[250:280, 1] = 1.0
    values = mean - mean.mean()
    draws = stationary_functionals(
        values,
        np.array([N]),
        np.array([[1 / N]]),
        mean_block=block_length(values),
        replicates=499,
        seed=seed,
    )[:, 0]
    interval = basic_interval(mean.mean(), draws, level=0.95, method="stationary bootstrap")
    fits = {
        f"mean, Newey-West, {LAGS} lags": (hac_mean(mean, bandwidth=LAGS), 0),
        f"mean, Newey-West, {LONG} lags": (hac_mean(mean, bandwidth=LONG), 0),
        "mean, cosines": (ewc_mean(mean), 0),
        f"slope, Newey-West, {LAGS} lags": (hac_ols(slope, design, bandwidth=LAGS), 1),
        "slope, cosines": (ewc_ols(slope, design), 1),
        "dummy of two stretches, cosines, design": (ewc_ols(y, dummy, reference="design"), 1),
        "dummy of two stretches, cosines, plain": (ewc_ols(y, dummy), 1),
    }
    found = {name: fit.p_values()[place] for name, (fit, place) in fits.items()}
    cosine = fits["mean, cosines"][0].interval(0)
    return found | {
        "mean, cosines, interval": cosine.low <= effect <= cosine.high,
        "mean, stationary bootstrap, interval": interval.low <= effect <= interval.high,
        "mean, t test": stats.ttest_1samp(mean, 0).pvalue,
    }


TESTS = {
    f"mean, Newey-West, {LAGS} lags": size,
    f"mean, Newey-West, {LONG} lags": size,
    "mean, cosines": size,
    f"slope, Newey-West, {LAGS} lags": size,
    "slope, cosines": size,
    "dummy of two stretches, cosines, design": size,
    "dummy of two stretches, cosines, plain": partial(
        naive, why="a dummy of few stretches leaves few degrees of freedom", faint=True
    ),
    "mean, cosines, interval": coverage,
    "mean, stationary bootstrap, interval": coverage,
    "mean, t test": limit,
}
KERNEL = "a kernel estimate is too small by the correlation it cuts and the rows it borrows"


def known(highest, reason):
    return partial(size, limit=highest, known=reason)


def short(lowest, reason):
    return partial(coverage, limit=lowest, known=reason)


def made(world, kinds, **given):
    return Experiment(
        family=FAMILY,
        world=world,
        simulate=partial(estimated, **given),
        repetitions=2000,
        rows=tuple({**TESTS, **kinds}[test](test) for test in TESTS),
        functions=(hac_mean, hac_ols, ewc_mean, ewc_ols, basic_interval, stationary_functionals),
    )


SERIAL = partial(naive, why="serial correlation: three times the variance")
MEMORY = "a memory with a half-life of thirty days leaves 400 rows a handful of observations"
NORMAL = "normal critical values; with 20 lags of 400 rows the variance itself is uncertain"
KIND = {
    **{world: {f"mean, Newey-West, {LONG} lags": known(0.10, NORMAL)} for world in NOISES},
    "AR(1) of .5": {
        f"mean, Newey-West, {LAGS} lags": known(0.10, KERNEL),
        f"mean, Newey-West, {LONG} lags": known(0.10, KERNEL),
        f"slope, Newey-West, {LAGS} lags": known(0.10, KERNEL),
        "mean, stationary bootstrap, interval": short(0.90, KERNEL.replace("kernel", "block")),
        "mean, t test": SERIAL,
    },
}
DRIFTING = {
    f"mean, Newey-West, {LAGS} lags": known(0.50, MEMORY),
    f"mean, Newey-West, {LONG} lags": known(0.50, MEMORY),
    "mean, cosines": known(0.50, MEMORY),
    "mean, cosines, interval": short(0.50, MEMORY),
    "mean, stationary bootstrap, interval": short(0.50, MEMORY),
    "mean, t test": SERIAL,
}
FOUND = {
    **{test: power for test in TESTS if "dummy" not in test and "interval" not in test},
    "mean, stationary bootstrap, interval": short(0.90, KERNEL.replace("kernel", "block")),
    "mean, t test": limit,
}
EXPERIMENTS = (
    *(made(world, KIND.get(world, {}), **noise) for world, noise in NOISES.items()),
    made("slowly drifting mean", DRIFTING, drift=0.3),
    made("AR(1) of .5, effect .3", FOUND, effect=0.3, autocorrelation=0.5),
)
