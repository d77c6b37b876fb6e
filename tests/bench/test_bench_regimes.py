"""Four filters over 5,000 days with quarterly estimations: under 60 seconds on two cores."""

import numpy as np
import pandas as pd

from altrotation.indicators.breadth import share_beating
from altrotation.regimes.bocpd import bocpd
from altrotation.regimes.jump import jump_regimes
from altrotation.regimes.markov_online import markov_regimes
from altrotation.regimes.rules import rotation_phases
from altrotation.synthetic.regimes import rotation_world


def test_four_detectors_on_5000_days(benchmark):
    world = rotation_world(5_000, seed=0)
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
    features = pd.DataFrame(
        {f"mean{h}": world.relative.ewm(halflife=h).mean() for h in (10, 20, 40)}
    )

    def all_four():
        return (
            rotation_phases(inputs),
            markov_regimes(world.relative, warmup=500, every=91, starts=2),
            jump_regimes(features, warmup=500, every=91),
            bocpd(world.relative, strength=28.0).regime,
        )

    paths = benchmark.pedantic(all_four, rounds=1, iterations=1)
    assert all(np.isin(path.codes[-1], range(len(path.states))) for path in paths)
    assert [len(path.fits) for path in paths] == [0, 50, 50, 0]
