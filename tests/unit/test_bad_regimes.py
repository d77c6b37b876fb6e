"""Bad calls of regimes and breaks: a row for each condition that has none beside its module."""

import numpy as np
import pandas as pd
import pytest

from altrotation.data.cards import SeriesCard
from altrotation.data.panel import Panel
from altrotation.errors import InputError
from altrotation.inference.results import RunInfo
from altrotation.regimes.agreement import lead
from altrotation.regimes.bocpd import bocpd
from altrotation.regimes.break_dates import argmax_quantile
from altrotation.regimes.break_test import (
    refuse_exact_fit,
    require_bandwidth,
    require_full_rank,
)
from altrotation.regimes.breaks import sup_f
from altrotation.regimes.changepoints import changepoints
from altrotation.regimes.conditional import days_in, split_dates
from altrotation.regimes.cusum import ols_cusum
from altrotation.regimes.jump import jump_regimes
from altrotation.regimes.known_break import known_break
from altrotation.regimes.legs import cycle_table, dated_legs
from altrotation.regimes.markov import markov_fit
from altrotation.regimes.markov_estimate import estimate_markov
from altrotation.regimes.markov_model import MarkovModel
from altrotation.regimes.markov_online import markov_regimes
from altrotation.regimes.paths import FilteredRegime
from altrotation.regimes.refits import FitError, walk_forward
from altrotation.regimes.rotated_break import rotated_sup_wald
from altrotation.regimes.rules import INPUTS, PhaseRules, panel_inputs
from altrotation.regimes.sample import Sample, complete_rows, regression_sample

DAYS = pd.date_range("2020-01-01", periods=60, freq="D", unit="us")
NOISE = pd.Series(np.random.default_rng(0).normal(size=60), index=DAYS)
SLOPE = pd.Series(np.random.default_rng(1).normal(size=60), index=DAYS)
ONES = pd.Series(1.0, index=DAYS)
STEP = SLOPE.where(DAYS[20] < DAYS, 1.5).rename("x")
JUMP = pd.Series(np.r_[np.zeros(20), NOISE.iloc[20:] + 50.0], index=DAYS)
PATH = FilteredRegime(
    detector="toy",
    rule="by hand",
    states=("calm", "wild"),
    dates=DAYS,
    codes=np.arange(60) % 2,
    run=RunInfo(0, "none"),
)
INPUT = pd.DataFrame({"breadth": 50.0, "eth_btc": 1.0}, index=DAYS)
FLIPS = np.tile([0.0, 1.0], 50)
GROWTH = np.exp(np.arange(100.0))


def walk(**options):
    return walk_forward(DAYS, None, None, n_states=2, **{"warmup": 9, "every": 9, **options})


def residual(size):
    exact = Sample(y=ONES.to_numpy(), x=np.ones((60, 1)), names=("c",), dates=DAYS, dropped=0)
    return refuse_exact_fit(np.full(60, size), exact)


def full_rank(values):
    x = np.column_stack([np.ones(60), values])
    return require_full_rank(
        Sample(y=NOISE.to_numpy(), x=x, names=("constant", "x"), dates=DAYS, dropped=0), 9, 51
    )


def estimate(values, **options):
    return estimate_markov(values, MarkovModel(**options), None, 0, np.random.default_rng(0))


def markov(values):
    days = pd.date_range("2020-01-01", periods=len(values), freq="D", unit="us")
    return markov_fit(pd.Series(values, index=days), starts=0)


def panel(*left_out):
    cards = [
        SeriesCard(name=name, kind="index", unit="x", calendar="24/7")
        for key, name in INPUTS.items()
        if key not in left_out
    ]
    return Panel(pd.DataFrame(1.0, index=DAYS, columns=[card.name for card in cards]), cards)


def table(**cycles):
    legs = dated_legs(ONES, measure=ONES, breadth=ONES)
    return cycle_table(PATH, legs, INPUT, cycles=cycles)


BAD = [
    (lambda: lead(PATH, PATH, state="calm", within=-1), "`within` must be at least 0"),
    (lambda: lead(PATH, PATH, state="calm", level=1.0), "`level` must lie between"),
    (lambda: bocpd(list(NOISE)), "`series` must be a pandas Series, got list"),
    (
        lambda: bocpd(NOISE, burn_in=20).alarms(probability=1.0),
        "`probability` must lie between 0.0 and 1.0",
    ),
    (lambda: argmax_quantile(0.0), "`probability` must lie between"),
    (lambda: require_bandwidth(-1, 9), "`bandwidth` must be at least 0, got -1"),
    (lambda: require_bandwidth(9, 9), "`bandwidth` must be below 9, the rows of the shortest"),
    (lambda: residual(1e-12), "fit `outcome` exactly"),
    (lambda: sup_f(NOISE, SLOPE.to_frame().assign(y=1.0)), "collinear, or one is constant"),
    (lambda: changepoints(JUMP, max_breaks=1, min_size=10), "A segment of 20 rows does not vary"),
    (lambda: changepoints(NOISE, bandwidth=-1), "`bandwidth` must lie in 0..8"),
    (lambda: split_dates(["soon"], PATH), "`dates` must be a date"),
    (lambda: split_dates(DAYS, PATH, when="after"), "`when` must be one of 'before', 'at'"),
    (lambda: days_in("mad", PATH, DAYS), "`state` must be one of 'calm', 'wild'"),
    (lambda: days_in("calm", PATH, DAYS, when="after"), "`when` must be one of"),
    (lambda: days_in("calm", PATH, DAYS[::-1]), "`dates` has unsorted dates"),
    (lambda: PATH.known(["soon"]), "`dates` must be a date"),
    (lambda: PATH.known(DAYS, max_age=0), "`max_age` must be at least 1"),
    (lambda: rotated_sup_wald(NOISE, SLOPE, trim=0.5), "`trim` must lie between"),
    (lambda: rotated_sup_wald(NOISE, SLOPE, overlap=0), "`overlap` must be at least 1, got 0"),
    (lambda: rotated_sup_wald(NOISE, SLOPE, most=18), "`most` must be at least 19, got 18"),
    (lambda: rotated_sup_wald(NOISE, SLOPE.iloc[1:]), "share their dates"),
    (lambda: rotated_sup_wald(NOISE, SLOPE, overlap=1_000), "At least 2018 complete rows"),
    (lambda: rotated_sup_wald(ONES, SLOPE), "is constant"),
    (
        lambda: rotated_sup_wald(NOISE, SLOPE.to_frame().assign(y=1.0)),
        "collinear, or one is constant",
    ),
    (lambda: rotated_sup_wald(NOISE, STEP), "collinear in the first"),
    (lambda: rotated_sup_wald(2.0 * SLOPE + 1.0, SLOPE), "fit `outcome` exactly"),
    (lambda: full_rank(STEP), "collinear in the first 9 rows"),
    (lambda: ols_cusum(NOISE, SLOPE.iloc[1:]), "share their dates"),
    (lambda: ols_cusum(ONES), "is constant"),
    (lambda: ols_cusum(NOISE, ONES), "collinear, or one is constant"),
    (lambda: ols_cusum(2.0 * SLOPE + 1.0, SLOPE), "fit `outcome` exactly"),
    (lambda: ols_cusum(NOISE, bandwidth=-1), "`bandwidth` must be at least 0"),
    (lambda: jump_regimes(NOISE, warmup=40, every=0), "`every` must be at least 1"),
    (lambda: known_break(NOISE, date="2020-02-01", level=0.0), "`level` must lie between"),
    (lambda: known_break(NOISE, date="soon"), "`date` must be a date"),
    (lambda: known_break(NOISE, SLOPE.iloc[1:], date="2020-02-01"), "share their dates"),
    (lambda: known_break(ONES, date="2020-02-01"), "is constant"),
    (
        lambda: known_break(NOISE, date="2020-02-01", kernel="uniform", bandwidth=60),
        "`bandwidth` must be below the number of observations 60",
    ),
    (lambda: dated_legs(NOISE * 0, measure=NOISE, breadth=NOISE, bridge=-1), "`bridge` must be"),
    (lambda: dated_legs(NOISE * 0, measure=NOISE, breadth=NOISE, least=0), "`least` must be"),
    (lambda: table(odd=("soon", "2020-02-01")), "`cycles` must be a date"),
    (
        lambda: cycle_table(PATH, dated_legs(ONES, measure=ONES, breadth=ONES), INPUT.iloc[1:]),
        "`phases` and `inputs` must share their dates",
    ),
    (lambda: MarkovModel(order=-1), "`order` must be at least 0"),
    (lambda: markov_regimes(NOISE[::-1]), "`series` has unsorted dates"),
    (lambda: markov_regimes(NOISE, warmup=40, starts=-1), "`starts` must be at least 0"),
    (lambda: markov_regimes(NOISE, warmup=40, every=0, starts=0), "`every` must be at least 1"),
    (lambda: markov_regimes(ONES, warmup=40), r"`series` is constant \(1\)"),
    (lambda: walk(warmup=0), "`warmup` must be at least 1"),
    (lambda: walk(every=0), "`every` must be at least 1"),
    (lambda: PhaseRules(narrow=0.0), "`narrow` must be below `broad`"),
    (lambda: panel_inputs(panel("mid")), "no series 'mid/BTC'"),
    (lambda: complete_rows(NOISE, 61), "at least 61 complete rows, got 60"),
    (lambda: complete_rows(ONES, 9), r"constant \(1\): it has no regimes"),
    (lambda: regression_sample(NOISE, SLOPE.iloc[1:], least=9), "share their dates"),
    (lambda: regression_sample(ONES, None, least=9), "is constant"),
    (lambda: regression_sample(NOISE, ONES, least=9), "collinear, or one is constant"),
]
BAD_FITS = [
    (lambda: estimate(GROWTH), "did not converge from any start"),
    (lambda: estimate(FLIPS), "the same mean and variance"),
    (
        lambda: estimate(np.r_[np.tile(NOISE, 5), 12.0, 12.0], switching_variance=False),
        r"'high' holds 0\.7% of the rows",
    ),
    (lambda: markov(GROWTH), "did not converge from any start"),
    (lambda: markov(FLIPS), "the same mean and variance"),
]


@pytest.mark.parametrize(("call", "message"), BAD)
def test_bad_calls(call, message):
    with pytest.raises(InputError, match=message):
        call()


@pytest.mark.parametrize(("call", "message"), BAD_FITS)
def test_bad_fits(call, message):
    with pytest.raises(FitError, match=message):
        call()


def test_the_edges_are_allowed():
    require_bandwidth(0, 1)
    residual(2e-9)
    assert len(complete_rows(NOISE, 60)[0]) == 60
    assert len(PATH.known(DAYS[1:], max_age=1)) == 59
