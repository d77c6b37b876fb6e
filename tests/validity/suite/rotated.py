"""The regression whose null law comes from every circular shift of the outcome."""

from functools import partial

import numpy as np
from scipy import stats

from altrotation.inference.rotation import rotated_regression
from altrotation.rng import generator
from altrotation.synthetic.noise import daily_noise, slow_drift
from tests.validity.suite.experiment import Experiment, naive, power, size

FAMILY = "Regressions and means"
HORIZON = 60
NOISES = {
    "AR(1) of .3": {"autocorrelation": 0.3},
    "GARCH with t(5) tails": {"arch": 0.08, "garch": 0.9, "tail": 5},
}
ONE, TEXT = "rotated regression, 60-row sums", "t test of overlapping sums"
WHY = "windows of 60 rows overlap, and the regressor is as smooth"


def smooth(seed, *, n=1_000, effect=0.0, drift=0.0, late=False, **noise):
    """The sum of the 60 returns from row t + 2 on, regressed on a change over 60 rows."""
    daily = daily_noise(n, sigma=1.0, seed=seed, **noise)
    if drift:
        daily = daily + slow_drift(n, sigma=drift, half_life=30, seed=10**6 + seed)
    walk = generator(81, seed).standard_normal(n + HORIZON).cumsum()
    x = walk[HORIZON:] - walk[:-HORIZON]
    x /= x.std()
    daily[1:] += effect * x[:-1]
    total = np.concatenate([[0.0], daily.cumsum()])
    y = np.full(n, np.nan)
    y[: n - HORIZON - 1] = total[HORIZON + 2 :] - total[2:-HORIZON]
    if late:
        x[: 2 * n // 5] = np.nan
    whole = np.isfinite(x) & np.isfinite(y)
    return {
        ONE: float(rotated_regression(y[:, None], x[:, None]).p_values()[0, 0]),
        TEXT: stats.linregress(x[whole], y[whole]).pvalue,
    }


def experiments():
    worlds = {f"{name}, n = 1,000": noise for name, noise in NOISES.items()}
    worlds["slowly drifting mean, n = 1,000"] = {"drift": 0.3}
    worlds["GARCH with t(5) tails, a late regressor, n = 1,000"] = {
        **NOISES["GARCH with t(5) tails"],
        "late": True,
    }
    for world, given in worlds.items():
        yield Experiment(
            family=FAMILY,
            world=world,
            simulate=partial(smooth, **given),
            rows=(size(ONE), naive(TEXT, why=WHY)),
            functions=(rotated_regression,),
        )
    yield Experiment(
        family=FAMILY,
        world="GARCH with t(5) tails, a response of .2 sd a day, n = 4,000",
        simulate=partial(smooth, n=4_000, effect=0.2, **NOISES["GARCH with t(5) tails"]),
        rows=(power(ONE), power(TEXT)),
        functions=(rotated_regression,),
        repetitions=400,
    )


EXPERIMENTS = tuple(experiments())
