"""Size and power of the parametric tests where outcomes are correlated or turn more volatile.

Every gate: 400 worlds at 5 %. Binomial(400, .05): sd .0109; four sd: [.006, .094].
"""

import numpy as np
import pandas as pd
import pytest

from altrotation.events.eventset import EventSet
from altrotation.events.parametric import parametric_tests
from altrotation.rng import generator

pytestmark = pytest.mark.validity

WORLDS, LOW, HIGH = 400, 0.006, 0.094
DATES = pd.date_range("2015-01-01", periods=800, freq="D", unit="us")


def rejections(*, path, assets, rows, common=0.0, loud=1.0, effect=0.0, unit="asset", n=None):
    """Share of worlds in which each test rejects at 5 %; day noise has unit variance."""
    n = rows[-1] + 12 if n is None else n
    events = EventSet(DATES[rows], rule="fixed")
    after = np.zeros(n, dtype=bool)
    for row in rows:
        after[row + 2 : row + 7] = True
    p_values = []
    for i in range(WORLDS):
        rng = generator(41, path, i)
        own = rng.normal(size=(n, assets)) * np.sqrt(1 - common)
        shared = rng.normal(size=(n, 1)) * np.sqrt(common)
        returns = 0.01 * (own + shared) * np.where(after, loud, 1.0)[:, None]
        returns += 0.01 * effect * after[:, None]
        prices = pd.DataFrame(np.exp(returns.cumsum(axis=0)), index=DATES[:n])
        found = parametric_tests(
            prices, events, horizon=5, model="constant-mean", estimation=100, unit=unit
        )
        p_values.append(found.table["p_value"])
    share = (pd.concat(p_values, axis=1) <= 0.05).mean(axis=1)
    print(share.round(3).to_dict())
    return share


def test_independent_assets_keep_every_size():
    share = rejections(path=0, assets=20, rows=[110])
    for test in ("Patell", "BMP", "Kolari-Pynnonen", "Corrado rank"):
        assert LOW <= share[test] <= HIGH, test


def test_common_shocks_break_bmp_and_not_kolari_pynnonen():
    # 20 assets with correlation .3: the mean of BMP's statistic has 6.7 / .7 = 9.6 times the
    # variance it assumes, so it rejects with probability 2 sf(2.09 / 3.1) = .50.
    share = rejections(path=1, assets=20, rows=[110], common=0.3)
    assert share["Patell"] > 0.30
    assert share["BMP"] > 0.40
    assert share["sign"] > 0.20
    for test in ("Kolari-Pynnonen", "Corrado rank"):
        assert LOW <= share[test] <= HIGH, test


def test_several_common_events_do_not_inflate_the_assets():
    share = rejections(path=2, assets=8, rows=[110, 180, 181, 300], common=0.5)
    # Two windows overlap: the rank test, which takes days as independent, is not held to a size.
    assert share["BMP"] > 0.30
    assert LOW <= share["Kolari-Pynnonen"] <= HIGH


def test_louder_days_break_patell_and_not_bmp():
    # Twice the deviation in the windows: Patell rejects with probability 2 sf(1.96 / 2) = .33.
    share = rejections(
        path=3,
        assets=4,
        rows=[110, 200, 300, 400, 500, 600, 700],
        common=0.5,
        loud=2.0,
        unit="event",
    )
    assert share["Patell"] > 0.20
    for test in ("BMP", "Kolari-Pynnonen"):
        assert LOW <= share[test] <= HIGH, test


def test_a_planted_effect_is_found():
    # The mean of two assets with correlation .5 has variance .75; five days and the error of the
    # estimated mean make 5 + 25 / 100 = 5.25 of it, so seven events give a noncentrality of
    # 5 * .6 * sqrt(7) / sqrt(5.25 * .75) = 4.0 on t(6), whose power is .911 (scipy.stats.nct).
    # Binomial(400, .911): sd .0142; four sd below: .854.
    share = rejections(
        path=4,
        assets=2,
        rows=[110, 200, 300, 400, 500, 600, 700],
        common=0.5,
        effect=0.6,
        unit="event",
    )
    assert share["BMP"] > 0.854
