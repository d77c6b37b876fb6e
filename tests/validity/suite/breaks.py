"""Tests for breaks, and the interval of a break date."""

from functools import partial

import numpy as np
import pandas as pd

from altrotation.regimes.breaks import ave_f, exp_f, sup_f
from altrotation.regimes.changepoints import changepoints
from altrotation.regimes.cusum import ols_cusum
from altrotation.regimes.known_break import known_break
from altrotation.regimes.rotated_break import rotated_sup_wald
from altrotation.synthetic.noise import daily_noise
from tests.validity.suite.experiment import Experiment, coverage, limit, naive, power, size

FAMILY = "Breaks"
TESTS = {"sup-F": sup_f, "exp-F": exp_f, "ave-F": ave_f, "OLS-CUSUM": ols_cusum}


def series(seed, rows=250, shift=0.0, at=0.6, **noise):
    values = daily_noise(rows, sigma=1.0, seed=seed, **noise)
    values[int(at * rows) :] += shift
    return pd.Series(values, index=pd.date_range("2020-01-01", periods=rows, unit="us"))


def unknown(seed, *, bandwidth=None, regressor=False, **given):
    y = series(2 * seed, **given)
    x = series(2 * seed + 1, rows=len(y)) if regressor else None
    return {name: test(y, x, bandwidth=bandwidth).p_value for name, test in TESTS.items()}


def dated(seed, *, shift=0.0, slope=0.0, **noise):
    """A known date in 600 rows with one regressor: all coefficients, and the slope."""
    y = series(2 * seed, rows=600, shift=shift, **noise)
    x = series(2 * seed + 1, rows=600, **noise)
    y = y + slope * x.where(x.index >= x.index[360], 0.0)
    made = known_break(y, x, date=y.index[360])
    kernel = known_break(y, x, date=y.index[360], kernel="bartlett", bandwidth=5)
    row = made.table.iloc[1]
    return {
        "known date, cosines, all coefficients": made.p_value,
        "known date, cosines, slope": row["p_value"],
        "known date, cosines, change of the slope, interval": row["low"] <= slope <= row["high"],
        "known date, Newey-West with 5 lags, all coefficients": kernel.p_value,
    }


def overlapping(seed, *, change=0.0, horizon=20):
    """A known date where the outcome is the sum of the next 20 rows and the regressor persists."""
    x = series(2 * seed, rows=1_500, autocorrelation=0.98)
    daily = series(2 * seed + 1, rows=1_500) + change / horizon * x.where(
        x.index >= x.index[900], 0.0
    ).shift(1).fillna(0.0)
    ahead = daily.rolling(horizon).sum().shift(-horizon).dropna()
    inside = x.loc[ahead.index]
    right = known_break(ahead, inside, date=x.index[900], overlap=horizon)
    wrong = known_break(ahead, inside, date=x.index[900])
    rotated = rotated_sup_wald(ahead, inside, overlap=horizon, most=199)
    kernel = sup_f(ahead, inside, bandwidth=2 * horizon)
    return {
        "sup-Wald, rotated, overlap 20": rotated.p_value,
        "sup-F, overlap 20, 40 lags": kernel.p_value,
        "known date, overlap 20, responses": right.responses_p,
        "known date, overlap 20, all coefficients": right.p_value,
        "known date, overlap left out, responses": wrong.responses_p,
    }


def volatile(seed, *, change=0.0):
    """Outcome and regressor three times as volatile in the first fifth of 520 rows."""
    wide = np.where(np.arange(520) < 104, 3.0, 1.0)
    x, y = (series(2 * seed + i, rows=520) * wide for i in (0, 1))
    y = y + change * x.where(x.index >= x.index[312], 0.0)
    return {
        "sup-Wald, rotated, common volatility": rotated_sup_wald(y, x, most=199).p_value,
        "sup-F, common volatility, 4 lags": sup_f(y, x, bandwidth=4).p_value,
    }


def when(seed, *, shift):
    result = changepoints(series(seed, shift=shift), max_breaks=1, min_size=25)
    if not len(result):
        return {}
    only = result.breaks.iloc[0]
    return {"break date, interval": only["low_row"] <= 150 <= only["high_row"]}


def experiments():
    noises = {
        "white noise": {},
        "heavy tails, t(3)": {"tail": 3},
        "GARCH": {"arch": 0.1, "garch": 0.85},
    }

    def made(world, judged, simulate, functions, **given):
        return Experiment(
            family=FAMILY,
            world=world,
            simulate=partial(simulate, **given),
            rows=judged,
            functions=functions,
        )

    every = tuple(TESTS.values())
    # asymptotic laws: the path of 250 rows stays below that of the limit process
    sizes = tuple(
        size(name, bound="upper", why="the path of 250 rows misses peaks of the limit process")
        for name in TESTS
    )
    for world, noise in noises.items():
        yield made(f"{world}, n = 250", sizes, unknown, every, **noise)
    yield made("white noise and a regressor, n = 250", sizes, unknown, every, regressor=True)
    failing = tuple(naive(name, why="classical variance under correlation") for name in TESTS)
    yield made("AR(1) of .5, n = 250, classical", failing, unknown, every, autocorrelation=0.5)
    reason = "a kernel estimate is too small by the correlation it cuts and the rows it borrows"
    robust = tuple(size(name, limit=0.10, known=reason) for name in TESTS)
    yield made(
        "AR(1) of .5, n = 1,000, 20 lags",
        robust,
        unknown,
        every,
        rows=1000,
        bandwidth=20,
        autocorrelation=0.5,
    )
    found = tuple(power(name) for name in TESTS)
    yield made("white noise, n = 250, a shift of .6 sd", found, unknown, every, shift=0.6)

    joint, slope, inside, kernel = (
        "known date, cosines, all coefficients",
        "known date, cosines, slope",
        "known date, cosines, change of the slope, interval",
        "known date, Newey-West with 5 lags, all coefficients",
    )
    lags = "normal critical values and five lags"
    robust = size(kernel, limit=0.15, known=lags)
    careful = {"bound": "upper", "why": "the smaller of two degrees of freedom is taken"}
    rows = (size(joint, **careful), size(slope, **careful), coverage(inside, **careful), robust)
    for world, noise in (noises | {"AR(1) of .5": {"autocorrelation": 0.5}}).items():
        yield made(f"{world}, n = 600", rows, dated, (known_break,), **noise)
    yield made(
        "white noise, n = 600, the slope changes by .4",
        (power(joint), power(slope), coverage(inside, **careful), power(kernel)),
        dated,
        (known_break,),
        slope=0.4,
    )
    outcomes = (
        "known date, overlap 20, responses",
        "known date, overlap 20, all coefficients",
        "known date, overlap left out, responses",
        "sup-Wald, rotated, overlap 20",
        "sup-F, overlap 20, 40 lags",
    )
    world = "20-row sums on an AR(1) of .98, n = 1,500"
    yield made(
        world,
        (
            size(outcomes[0], **careful),
            size(outcomes[1], **careful),
            limit(outcomes[2]),
            size(outcomes[3]),
            limit(outcomes[4]),
        ),
        overlapping,
        (known_break, rotated_sup_wald),
    )
    yield made(
        f"{world}, the response changes by 4",
        (
            power(outcomes[0]),
            power(outcomes[1]),
            limit(outcomes[2]),
            power(outcomes[3]),
            limit(outcomes[4]),
        ),
        overlapping,
        (known_break, rotated_sup_wald),
        change=4.0,
    )
    rotated, kernel = "sup-Wald, rotated, common volatility", "sup-F, common volatility, 4 lags"
    world = "volatility common to both sides, n = 520"
    yield made(
        world,
        (size(rotated), naive(kernel, why="the law supposes a variance that does not move")),
        volatile,
        (rotated_sup_wald,),
    )
    yield made(
        f"{world}, the slope changes by .4",
        (power(rotated), limit(kernel)),
        volatile,
        (rotated_sup_wald,),
        change=0.4,
    )
    yield made(
        "white noise, n = 250, a shift of 1.5 sd",
        (coverage("break date, interval", bound="upper", why="whole rows round outwards"),),
        when,
        (changepoints,),
        shift=1.5,
    )
    yield made(
        "white noise, n = 250, a shift of .6 sd, where it is found",
        (
            coverage(
                "break date, interval",
                limit=0.85,
                known="the law is that of a shift large enough to be seen",
            ),
        ),
        when,
        (changepoints,),
        shift=0.6,
    )


EXPERIMENTS = tuple(experiments())
