"""How many breaks are dated where there is none."""

import numpy as np
import pytest

from altrotation.regimes.changepoints import changepoints
from tests.validity.suite.breaks import series

pytestmark = pytest.mark.validity


def test_number_of_breaks_on_white_noise_and_under_autocorrelation():
    def false(criterion, autocorrelation):
        worlds = (series(seed, autocorrelation=autocorrelation) for seed in range(100))
        return np.mean([len(changepoints(w, criterion=criterion)) > 0 for w in worlds])

    assert false("BIC", 0.0) < 0.1
    assert false("BIC", 0.5) > 0.25  # the demonstration: BIC takes persistence for breaks
    assert false("LWZ", 0.5) < false("BIC", 0.5)


def test_a_large_break_is_always_found():
    found = [len(changepoints(series(seed, shift=1.5), max_breaks=1)) for seed in range(200)]
    assert found == [1] * 200  # z = 1.5 sqrt(250 x .6 x .4) = 11.6
