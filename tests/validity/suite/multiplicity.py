"""Families of tests, randomisation, and what a stated power is worth."""

from functools import partial

import numpy as np
from scipy import stats

from altrotation.inference.multiple import benjamini_hochberg, holm, step_down
from altrotation.inference.permutation import randomisation_test
from altrotation.inference.power import detectable_from_null, minimum_detectable_effect
from altrotation.rng import generator
from tests.validity.suite.experiment import Experiment, naive, power, size

FAMILY = "Families, randomisation, stated power"
TESTS, DRAWS = 8, 99


def families(seed, *, correlation, effect=0.0):
    """Eight two-sided tests with exchangeable draws; `effect` moves the first of them."""
    rng = generator(51, seed)
    joint = rng.normal(size=(DRAWS + 1, TESTS)) * np.sqrt(1 - correlation)
    joint += rng.normal(size=(DRAWS + 1, 1)) * np.sqrt(correlation)
    joint[0, 0] += effect
    made = randomisation_test(joint[0], joint[1:])
    one = slice(0, 1) if effect else slice(None)
    found = {
        "randomisation test, one of them": made.p_value[0],
        "randomisation test, adjusted": made.p_adjusted[one].min(),
        "step-down maximum": step_down(np.abs(joint[0]), np.abs(joint[1:]))[one].min(),
    }
    return found if effect else found | {"smallest p, unadjusted": made.p_value.min()}


def adjusted(seed, *, correlation, effect=0.0):
    """Eight two-sided normal tests."""
    rng = generator(53, seed)
    values = rng.normal(size=TESTS) * np.sqrt(1 - correlation)
    values += rng.normal() * np.sqrt(correlation)
    values[0] += effect
    p = 2 * stats.norm.sf(np.abs(values))
    one = slice(0, 1) if effect else slice(None)
    return {"Holm": holm(p)[one].min(), "Benjamini-Hochberg": benjamini_hochberg(p)[one].min()}


def stated(seed):
    """Effects that are stated to be found four times in five, planted."""
    rng = generator(52, seed)
    known = minimum_detectable_effect(0.03, 60, 6)
    outcome = rng.normal(known, 0.03 * np.sqrt(60 / 6))
    p = 2 * stats.norm.sf(abs(outcome) / (0.03 * np.sqrt(60 / 6)))
    draws = rng.standard_t(4, size=500)  # the null of an estimate, heavy-tailed
    planted = np.array([rng.standard_t(4) + detectable_from_null(draws)])
    simulated = randomisation_test(planted, draws[:, None]).p_value[0]
    return {"minimum detectable effect": p, "detectable from the null's draws": simulated}


SIZES = (
    size("randomisation test, one of them", exact=True),
    size("randomisation test, adjusted"),
    size("step-down maximum"),
    naive("smallest p, unadjusted", why="eight chances"),
)
P_VALUES = (
    size("Holm", bound="upper", why="allows for any dependence"),
    size("Benjamini-Hochberg", bound="upper", why="allows for positive dependence"),
)


def experiments():
    worlds = {
        "eight tests, correlation 0, no effect": {"correlation": 0.0},
        "eight tests, correlation .6, no effect": {"correlation": 0.6},
        "eight tests, correlation .6, an effect of 3 sd in one": {
            "correlation": 0.6,
            "effect": 3.0,
        },
    }
    for world, given in worlds.items():
        rows, few = SIZES, P_VALUES
        if "effect" in given:
            rows, few = (tuple(power(row.test) for row in each) for each in (SIZES[:-1], P_VALUES))
        yield Experiment(
            family=FAMILY,
            world=world,
            simulate=partial(families, **given),
            rows=rows,
            functions=(randomisation_test, step_down),
            repetitions=5000,
            ci=1000,
        )
        yield Experiment(
            family=FAMILY,
            world=world,
            simulate=partial(adjusted, **given),
            rows=few,
            functions=(holm, benjamini_hochberg),
            ci=20,
        )
    yield Experiment(
        family=FAMILY,
        world="the effect stated as detectable (stated: .80)",
        simulate=stated,
        rows=(
            power("minimum detectable effect", nominal=0.8),
            power("detectable from the null's draws", nominal=0.8),
        ),
        functions=(minimum_detectable_effect, detectable_from_null),
        repetitions=5000,
        ci=1000,
    )


EXPERIMENTS = tuple(experiments())
