"""Size of the known-date break test when outcomes overlap: with the overlap named, and without."""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from altrotation.regimes.known_break import known_break

pytestmark = pytest.mark.validity

N, HORIZON, RUNS = 2_400, 60, 200
DAYS = pd.date_range("2016-01-01", periods=N, unit="us", name="date")


@cache
def simulate(shift=0.0):
    """p of the joint test of three responses, overlap named and not: no response ever changes.

    With `shift` the response to the first regressor goes from 0 to `shift` at the date.
    """
    found = np.empty((RUNS, 2))
    for run in range(RUNS):
        rng = np.random.default_rng((run, 9))
        daily = rng.standard_normal(N + HORIZON)
        walks = rng.standard_normal((N + HORIZON, 3)).cumsum(axis=0)
        x = (walks[HORIZON:] - walks[:-HORIZON]) / np.sqrt(HORIZON)
        total = np.concatenate([[0.0], daily.cumsum()])
        y = total[HORIZON + 1 :][: N - 1] - total[1:N]
        y = np.append(y, 0.0) / np.sqrt(HORIZON)
        y[N // 2 :] += shift * x[N // 2 :, 0]
        outcome, regressors = pd.Series(y, index=DAYS), pd.DataFrame(x, index=DAYS)
        regressors.columns = ["a", "b", "c"]
        found[run] = [
            known_break(outcome, regressors, date=DAYS[N // 2], overlap=overlap).responses_p
            for overlap in (HORIZON, 1)
        ]
    return found


def test_with_the_overlap_named_noise_is_rejected_no_more_than_it_may():
    # Binomial(200, .05): sd .0154; four above .05 are .112. It is known to be conservative.
    assert (simulate()[:, 0] <= 0.05).mean() < 0.112


def test_without_it_noise_is_rejected_several_times_too_often():
    assert (simulate()[:, 1] <= 0.05).mean() > 0.112


def test_a_large_change_is_found():
    # a change of 1.5 standard deviations of the outcome; .163 would be four sd above no power
    assert (simulate(shift=1.5)[:, 0] <= 0.05).mean() > 0.5
