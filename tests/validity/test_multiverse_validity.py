"""Size and power of the three joint tests of a specification curve, and two ways to fail.

Worlds: a walk whose breakouts are the events, independent of three outcomes with a common factor,
autocorrelation, volatility clusters and heavy tails. The curve has 144 specifications.
"""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from altrotation.claims.robustness.axes import CurveSpec
from altrotation.claims.robustness.multiverse import specification_curve
from altrotation.claims.specs import EventsSpec, StudySpec
from altrotation.data.calendar import sessions
from altrotation.data.cards import SeriesCard
from altrotation.data.panel import Panel
from altrotation.events.breakouts import breakouts
from altrotation.inference.curve import curve_test
from altrotation.synthetic.noise import daily_noise

pytestmark = [
    pytest.mark.validity,
    # the walks begin where they are drawn: nothing came before
    pytest.mark.filterwarnings("ignore::altrotation.errors.SampleStartWarning"),
]

DAYS = pd.date_range("2008-01-01", "2018-12-31", unit="us", name="date")
FIRST, LAST_EVENT = "2010-01-01", "2018-08-01"  # the rules have two years of past
OUTCOMES = ("mid/BTC", "ETH/BTC", "small/BTC")
EVENTS = EventsSpec(series="RUT", start=FIRST, end=LAST_EVENT, quiet=20)
STUDY = StudySpec(
    outcomes=OUTCOMES,
    primary="mid/BTC",
    horizon=60,
    horizons=(20, 60),
    start=FIRST,
    end="2018-12-31",
)
AXES = CurveSpec(
    quiets=(20, 60), weightings=("equal",), models=("difference",), samples=("full", "from 2012")
)
DRAWS, WORLDS, PLANTED = 99, 300, 60


def world(seed, effect=0.0):
    traded = sessions(DAYS[0], DAYS[-1])
    moves = daily_noise(len(traded), sigma=0.012, arch=0.08, garch=0.9, seed=10 * seed)
    rut = pd.Series(np.exp((0.0004 + moves).cumsum()), index=traded).reindex(DAYS)
    common = daily_noise(
        len(DAYS), sigma=0.02, autocorrelation=0.2, arch=0.08, garch=0.9, tail=5, seed=10 * seed + 1
    )
    own = [daily_noise(len(DAYS), sigma=0.02, tail=5, seed=10 * seed + 2 + j) for j in range(3)]
    steps = np.column_stack([common + each for each in own])
    if effect:
        dates = breakouts(rut.dropna(), quiet=20).between(FIRST, LAST_EVENT).dates
        for row in DAYS.get_indexer(dates):
            steps[row + 2 : row + 62] += effect / 60
    frame = pd.DataFrame(np.exp(steps.cumsum(axis=0)), index=DAYS, columns=list(OUTCOMES))
    frame["RUT"] = rut
    cards = [
        SeriesCard(
            name=name, kind="index", unit="index", calendar="XNYS" if name == "RUT" else "24/7"
        )
        for name in frame
    ]
    return Panel(frame, cards)


def set_by_set(curve, seed):
    """The joint p of a null in which every event set is shifted on its own: wrong."""
    rng = np.random.default_rng(seed)
    null = curve.null.copy()
    sets = curve.table.groupby(["definition", "quiet"]).indices.values()
    for places in sets:
        null[:, places] = null[rng.permutation(len(null))][:, places]
    return p_values(curve, null)


def each_alone(curve, seed):
    """The joint p of a null in which every specification is shifted on its own: worse."""
    rng = np.random.default_rng(seed)
    return p_values(curve, rng.permuted(curve.null, axis=0))


def p_values(curve, null):
    return curve_test(curve.table["estimate"].to_numpy(), null).joint["p_value"].to_numpy()


@cache
def simulate():
    joint, by_set, alone = [], [], []
    for seed in range(WORLDS):
        curve = specification_curve(world(seed), EVENTS, STUDY, AXES, draws=DRAWS)
        joint.append(curve.joint["p_value"].to_numpy())
        by_set.append(set_by_set(curve, seed))
        alone.append(each_alone(curve, seed))
    return np.array(joint), np.array(by_set), np.array(alone)


def test_size_of_the_three_joint_tests():
    joint, _, _ = simulate()
    rates = (joint <= 0.05).mean(axis=0)
    print("\nsize at 5 %: median, share significant, Stouffer:", rates.round(4))
    # Binomial(300, .05): sd .0126; four sd: [0, .100]. Below, so that a test that never rejects
    # fails: .95**300 = 2e-7 of no rejection, so at least one.
    assert (rates <= 0.100).all()
    assert (rates > 0).all()
    halves = (joint <= 0.5).mean(axis=0)
    # Binomial(300, .5): sd .0289; four sd: [.385, .615]. A share has ties at zero, which count as
    # at least as extreme: it may reject less often.
    assert (halves[[0, 2]] >= 0.385).all()
    assert (halves <= 0.615).all()


def test_event_sets_shifted_on_their_own_reject_too_often():
    _, by_set, alone = simulate()
    rates = (by_set <= 0.05).mean(axis=0)[[0, 2]], (alone <= 0.05).mean(axis=0)[[0, 2]]
    print("\nsize at 5 %, each set alone:", rates[0].round(3), "each specification:", rates[1])
    # What the joint shift is for. Above the band of a valid test, [0, .100]: it has been left.
    assert (rates[0] > 0.100).all()
    assert (rates[1] > rates[0]).all()


def test_power_at_a_planted_effect():
    """An effect of .4 over 60 days after the events of one definition of the three."""
    p = np.array(
        [
            specification_curve(world(seed, 0.4), EVENTS, STUDY, AXES, draws=DRAWS)
            .joint["p_value"]
            .to_numpy()
            for seed in range(PLANTED)
        ]
    )
    rates = (p <= 0.05).mean(axis=0)
    print("\npower at .4: median, share significant, Stouffer:", rates.round(3))
    # A coin that rejects half of the time, Binomial(60, .5): sd .0645. The tests must be no worse.
    # Size alone, Binomial(60, .05), has four sd at .163.
    assert (rates >= 0.5).all()
