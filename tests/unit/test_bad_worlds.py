"""Bad calls of the worlds of known truth: one row a condition of their docstrings."""

import math

import numpy as np
import pytest

from altrotation.errors import InputError
from altrotation.synthetic.clocks import asynchronous_closes
from altrotation.synthetic.leadlag import (
    chain,
    common_factor,
    heavy_tails,
    independent_pair,
    planted_lead,
    switching_lead,
)
from altrotation.synthetic.noise import daily_noise, slow_drift
from altrotation.synthetic.worlds import clustered_rows, event_world

FLAT = np.zeros(20)


def rows(*numbers):
    return np.array(numbers, dtype=np.int64)


BAD = [
    (lambda: asynchronous_closes(9, lead=-1), "`lead` must be at least 0, got -1"),
    (lambda: asynchronous_closes(9, correlation=1.0), "`correlation` must lie between -1.0 and 1"),
    (lambda: chain(9, series=1), "`series` must be at least 2, got 1"),
    (lambda: chain(9, step=-1), "`step` must be at least 0, got -1"),
    (lambda: chain(9, correlation=-1.0), "`correlation` must lie between -1.0 and 1"),
    (lambda: common_factor(9, correlation=1.5), "`correlation` must lie between -1.0 and 1"),
    (lambda: heavy_tails(9, df=2.0), "`df` must be at least 2.1, got 2"),
    (lambda: independent_pair(9, autocorrelation=1.0), "must lie between -1.0 and 1.0, got 1"),
    (lambda: planted_lead(9, lead=0), "`lead` must be at least 1, got 0"),
    (lambda: planted_lead(9, correlation=-2.0), "`correlation` must lie between -1.0 and 1"),
    (lambda: planted_lead(9, correlation=0.8, contemporaneous=0.6), "must lie between 0.0 and 1"),
    (lambda: switching_lead(9, stay=1.0), "`stay` must lie between 0.0 and 1.0, got 1"),
    (lambda: switching_lead(9, correlation=1.0), "`correlation` must lie between -1.0 and 1"),
    (lambda: daily_noise(0), "`n` must be at least 1, got 0"),
    (lambda: daily_noise(9, sigma=-0.1), "`sigma` must be at least 0.0, got -0.1"),
    (lambda: daily_noise(9, arch=-0.1), "`arch` must be at least 0.0, got -0.1"),
    (lambda: daily_noise(9, garch=-0.1), "`garch` must be at least 0.0, got -0.1"),
    (lambda: daily_noise(9, autocorrelation=-1.0), "`autocorrelation` must lie between -1.0 and"),
    (lambda: daily_noise(9, arch=0.2, garch=0.8), "`arch` + `garch` must be below 1, got 1"),
    (lambda: daily_noise(9, tail=2.0), "`tail` must be above 2 for a variance to exist, got 2"),
    (lambda: slow_drift(9, sigma=0.1, half_life=0.0), "`half_life` must be at least 1e-06, got 0"),
    (lambda: slow_drift(0, sigma=0.1, half_life=9.0), "`n` must be at least 1, got 0"),
    (lambda: slow_drift(9, sigma=-0.1, half_life=9.0), "`sigma` must be at least 0.0, got -0.1"),
    (lambda: clustered_rows(20, sizes=(2, 1), gap=5, margin=8), "2 clusters need more than 20"),
    (lambda: event_world(FLAT, rows(3), horizon=0), "`horizon` must be at least 1, got 0"),
    (lambda: event_world(FLAT, rows(5, 5)), "`rows` must increase within 0..19"),
    (lambda: event_world(FLAT, rows(-1, 5)), "`rows` must increase within 0..19"),
    (lambda: event_world(FLAT, rows(5, 20)), "`rows` must increase within 0..19"),
]


@pytest.mark.parametrize(("call", "message"), BAD)
def test_bad_calls(call, message):
    with pytest.raises(InputError) as caught:
        call()
    assert message in str(caught.value)


def test_the_edges_of_the_ranges_are_allowed():
    assert len(daily_noise(1, sigma=0.0, tail=math.inf)) == 1
    assert len(planted_lead(9, correlation=0.6, contemporaneous=0.6)[0]) == 9
    # clusters of (2 - 1) * 5 + 8 and 8 rows leave one free row of 22
    assert len(clustered_rows(22, sizes=(2, 1), gap=5, margin=8)) == 3
    assert event_world(FLAT, rows(0, 19)).rows.tolist() == [0, 19]
