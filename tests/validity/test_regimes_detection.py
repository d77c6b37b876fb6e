"""Detectors on markets with planted bitcoin and alt seasons: two tables, and gates on one.

Clear seasons (drift half a standard deviation of the day, spells of 300 days) must be recognised;
there are the gates. Seasons of market size (a fifth, 150 days) are hard for everybody: their table
is a description, kept because it shows what the detectors are worth on real data.

``python -m tests.validity.test_regimes_detection`` prints the tables of docs/methods/regimes.md.
"""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from altrotation.indicators.breadth import share_beating
from altrotation.regimes.bocpd import bocpd
from altrotation.regimes.changepoints import changepoints
from altrotation.regimes.detection import detection
from altrotation.regimes.jump import jump_regimes
from altrotation.regimes.markov_model import MarkovModel
from altrotation.regimes.markov_online import markov_regimes
from altrotation.regimes.rules import rotation_phases
from altrotation.synthetic.regimes import rotation_world

DAYS, WARMUP = 2000, 500
CLEAR = {"drift": 0.010, "length": 300.0, "least": 120}
MARKET = {"drift": 0.004, "length": 150.0, "least": 60}
NOISE = 0.0208  # standard deviation of the mean coin: .02 in common, .04 / sqrt(50) of its own


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


def scores(worlds, kind):
    """One list of scores a detector, all on the rows from `WARMUP` on."""
    found = {name: [] for name in DETECTORS}
    for seed in range(worlds):
        world = rotation_world(DAYS, **kind, seed=seed)
        for name, detect in DETECTORS.items():
            codes = detect(world, kind["drift"]).copy()
            codes[:WARMUP] = -1
            found[name].append((detection(world.states, codes), world.states, codes))
    return found


def table(found):
    rows = {}
    for name, results in found.items():
        every = [score for score, _, _ in results]
        delays = np.concatenate([score.delays for score in every])
        switches = sum(score.switches for score in every)
        rows[name] = {
            "switches": switches,
            "missed": sum(score.missed for score in every) / switches,
            "median delay": np.median(delays),
            "90 % delay": np.quantile(delays, 0.9),
            "false alarms a 1000 days": 1000
            * sum(score.false_alarms for score in every)
            / sum(score.rows for score in every),
            "adjusted Rand": np.mean([score.adjusted_rand for score in every]),
            "days right": np.mean([score.accuracy for score in every]),
        }
    return pd.DataFrame(rows).T


@pytest.fixture(scope="module")
def planted():
    return scores(6, CLEAR)


@pytest.mark.validity
@pytest.mark.parametrize("name", DETECTORS)
def test_most_planted_seasons_are_recognised(planted, name):
    right = total = 0
    for _, states, codes in planted[name]:
        known = np.maximum.accumulate(np.where(codes >= 0, np.arange(len(codes)), 0))
        path = codes[known]
        edges = np.concatenate([[WARMUP], np.flatnonzero(np.diff(states)) + 1, [len(states)]])
        edges = np.unique(edges[edges >= WARMUP])
        for start, stop in pairwise(edges):
            if (path[start:stop] < 0).any():
                continue
            total += 1
            right += (path[start:stop] == states[start]).mean() > 0.5
    assert total >= 20
    # a coin toss a season: Binomial(total, 1/2); three sd above its mean
    assert right > total / 2 + 1.5 * np.sqrt(total), (right, total)


@pytest.mark.validity
def test_hindsight_agrees_more_with_the_truth_than_any_filter(planted):
    results = table(planted)
    assert results["adjusted Rand"].idxmax() == "partition, in hindsight"


@pytest.mark.validity
def test_without_seasons_no_detector_knows_them():
    # planted states that move nothing: the index is adjusted for chance, so its mean is 0; the
    # paths of filters and the states are both persistent, with some 10 independent spells a world
    for seed in range(2):
        world = rotation_world(DAYS, drift=0.0, seed=100 + seed)
        for name in ("rules (90-day breadth)", "jump model", "BOCPD"):
            codes = DETECTORS[name](world, MARKET["drift"]).copy()
            codes[:WARMUP] = -1
            assert abs(detection(world.states, codes).adjusted_rand) < 0.3, name


if __name__ == "__main__":
    for title, kind in (("clear seasons", CLEAR), ("seasons of market size", MARKET)):
        print(title, kind)
        print(table(scores(12, kind)).round(2).to_string())
