"""Detectors on markets with planted bitcoin and alt seasons.

Clear seasons (drift half a standard deviation of the day, spells of 300 days) must be recognised;
there are the gates. Seasons of market size (a fifth, 150 days) are hard for everybody: a
description of what the detectors are worth on real data. Without seasons nothing can be known.
"""

import numpy as np
import pandas as pd

from altrotation.indicators.breadth import share_beating
from altrotation.regimes.bocpd import bocpd
from altrotation.regimes.changepoints import changepoints
from altrotation.regimes.detection import detection
from altrotation.regimes.jump import jump_regimes
from altrotation.regimes.markov_model import MarkovModel
from altrotation.regimes.markov_online import markov_regimes
from altrotation.regimes.rules import rotation_phases
from altrotation.synthetic.regimes import rotation_world

DAYS, WARMUP, WORLDS = 2000, 500, 12
NOISE = 0.0208  # standard deviation of the mean coin: .02 in common, .04 / sqrt(50) of its own
KINDS = {
    "clear seasons": {"drift": 0.010, "length": 300.0, "least": 120},
    "seasons of market size": {"drift": 0.004, "length": 150.0, "least": 60},
    "no seasons": {"drift": 0.0, "length": 150.0, "least": 60},
}


def by_rule(world, drift):
    """Broad alt season or not; between the thresholds the last season goes on."""
    flat = pd.Series(1.0, index=world.btc.index)
    inputs = pd.DataFrame(
        {
            "breadth": share_beating(world.closes, world.btc),
            "eth_btc": flat,
            "btc": world.btc,
            "large": flat,
            "mid": flat,
            "small": flat,
        }
    )
    codes = rotation_phases(inputs).codes
    return np.select([codes == 1, (codes == 0) | (codes == 2)], [1, 0], -1)


def by_markov(world, drift):
    model = MarkovModel(switching_variance=False)
    return markov_regimes(world.relative, model=model, warmup=WARMUP, every=365, starts=1).codes


def by_jump(world, drift):
    features = pd.DataFrame(
        {f"mean{h}": world.relative.ewm(halflife=h).mean() for h in (10, 20, 40)}
    )
    return jump_regimes(features, penalty=25.0, warmup=WARMUP, every=365).codes


def by_bocpd(world, drift):
    # the prior knows the size of the shifts: means of segments have sd NOISE / sqrt(strength)
    strength = (NOISE / drift) ** 2
    return bocpd(world.relative, expected_run=150, strength=strength).regime.codes


def in_hindsight(world, drift):
    found = changepoints(world.relative, max_breaks=30, min_size=60)
    means = pd.Series(world.relative.to_numpy()).groupby(found.regime().codes).transform("mean")
    return (means.to_numpy() > 0).astype(int)


DETECTORS = {
    "rules (90-day breadth)": by_rule,
    "Markov switching": by_markov,
    "jump model": by_jump,
    "BOCPD": by_bocpd,
    "partition, in hindsight": in_hindsight,
}
FUNCTIONS = (bocpd, changepoints, jump_regimes, markov_regimes, rotation_phases, detection)


def scores(kind, seed):
    """One (score, states, codes) a detector, on the rows from `WARMUP` on; None where refused."""
    given = KINDS[kind]
    world = rotation_world(DAYS, **given, seed=seed)
    found = {}
    for name, detect in DETECTORS.items():
        codes = detect(world, given["drift"] or 0.004).copy()
        codes[:WARMUP] = -1
        if (codes < 0).all():  # every estimation was refused, and the path says so
            found[name] = None
            continue
        found[name] = detection(world.states, codes), world.states, codes
    return found


def summary(kind, worlds):
    """The rows of the detection table: one a detector, from the scores of every seed."""
    rows = {}
    for name in DETECTORS:
        every = [found[name][0] for found in worlds if found[name] is not None]
        delays = np.concatenate([score.delays for score in every])
        switches = sum(score.switches for score in every)
        rows[name] = {
            "worlds": len(every),
            "switches": switches,
            "missed": sum(score.missed for score in every) / switches,
            "median delay": np.median(delays) if len(delays) else np.nan,
            "90 % delay": np.quantile(delays, 0.9) if len(delays) else np.nan,
            "false alarms a 1,000 days": 1000
            * sum(score.false_alarms for score in every)
            / sum(score.rows for score in every),
            "adjusted Rand": np.mean([score.adjusted_rand for score in every]),
            "days right": np.mean([score.accuracy for score in every]),
        }
    return pd.DataFrame(rows).T.rename_axis("detector").assign(world=kind)
