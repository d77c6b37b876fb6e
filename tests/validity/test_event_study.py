"""What rows of shares do not say of the event study: the effect it states, and why a way fails."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from altrotation.inference.bootstrap import block_length
from altrotation.synthetic.worlds import event_world
from tests.validity.suite.event_failures import pairs_bootstrap
from tests.validity.suite.event_study import DETECTABLE, studied
from tests.validity.suite.event_worlds import HORIZON, SINGLE, autoregressive, event_rows, garch

pytestmark = pytest.mark.validity


def test_the_stated_detectable_effect_is_that_of_theory():
    """The registry has its power; AR(1): long-run variance sigma**2 (1 + phi) / (1 - phi)."""
    stated = [
        studied(seed, noise=autoregressive, sizes=SINGLE, replicates=9).loc[
            ("outcome 0", HORIZON), "minimum_detectable_effect"
        ]
        for seed in range(100)
    ]
    assert np.mean(stated) == pytest.approx(DETECTABLE, rel=0.1)
    assert pytest.approx(0.301, abs=1e-3) == DETECTABLE


def test_events_carried_with_their_blocks_lose_their_effect():
    """Of an effect spread over days 2..61 after the event a block of mean length L keeps the share
    sum((1 - 1/L)**t, t = 2..61) / 60, which is .13 at L = 9, a length Politis & White typically
    choose here. The rest is unconditional noise.
    """
    runs, effect = 80, 0.5
    days = np.arange(2, 2 + HORIZON)
    pull, kept = [], []
    for run in range(runs):
        made = event_world(garch(20 * run), event_rows(SINGLE, run), effect=effect)
        returns = np.diff(np.log(made.prices["outcome 0"].to_numpy()), prepend=np.log(100))
        block = block_length(returns)
        kept.append(((1 - 1 / block) ** days).mean())
        pull.append(pairs_bootstrap(returns, made.rows, block, 120, run).mean())
    # the mean of 80 runs has standard error .107 / sqrt(80) = .012
    assert np.mean(pull) == pytest.approx(np.mean(kept) * effect, abs=0.05)
    assert np.mean(kept) < 0.25


def test_why_overlapping_windows_are_rejected_half_the_time():
    """Events j weeks apart in a cluster of twelve share 1 - 7j/100 of their 100-day window."""
    weeks = np.arange(1, 12)
    inflation = 1 + 2 * ((1 - weeks / 12) * (1 - 7 * weeks / 100)).sum()
    assert inflation == pytest.approx(8.66, abs=0.01)
    assert 2 * stats.norm.sf(1.96 / np.sqrt(inflation)) == pytest.approx(0.505, abs=0.01)


def test_the_family_of_four_is_adjusted_at_a_price():
    found = [
        studied(seed, noise=autoregressive, sizes=(3, 2, 1, 1), replicates=9) for seed in range(150)
    ]
    raw = pd.Series([table["p_value"].min() for table in found])
    adjusted = pd.Series([table["p_adjusted"].min() for table in found])
    # four cells, two of them independent: more than 1 - .95**2 = .0975 expected without adjustment
    assert (adjusted >= raw).all()
    assert (raw <= 0.05).mean() > (adjusted <= 0.05).mean()
