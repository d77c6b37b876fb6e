"""What rows of shares do not say of leads: where the peak lies."""

import pytest

from altrotation.leadlag.asynchronous import hayashi_yoshida
from altrotation.leadlag.crosscorr import cross_correlation
from altrotation.synthetic.clocks import asynchronous_closes
from altrotation.synthetic.leadlag import planted_lead

pytestmark = pytest.mark.validity


def test_the_planted_lag_is_recovered():
    """In forty worlds the peak lies at the planted lag in all but a few."""
    right = {"cross-correlation": 0, "contrast": 0}
    for seed in range(40):
        frame, truth = planted_lead(800, lead=4, correlation=0.25, contemporaneous=0.3, seed=seed)
        found = cross_correlation(frame["x"], frame["y"], lags=8, replicates=9).table["robust_t"]
        right["cross-correlation"] += found.drop(0).abs().idxmax() == truth.lead
        x, y, truth = asynchronous_closes(1500, correlation=0.35, lead=60, seed=seed)
        peak = hayashi_yoshida(x, y, replicates=9).peak
        right["contrast"] += peak <= truth.lead + 24 and peak >= truth.lead - 24
    assert right["cross-correlation"] >= 37
    assert right["contrast"] >= 37
