from itertools import product

import numpy as np
import pandas as pd
import pytest

from altrotation.errors import InputError
from altrotation.regimes.jump import jump_regimes
from altrotation.regimes.paths import FilteredRegime
from altrotation.testing import assert_causal
from tests.oracle.naive_regimes import jump_path_cost


def daily(values):
    days = pd.date_range("2015-01-01", periods=len(values), freq="D", unit="us")
    return pd.Series(np.asarray(values, dtype=float), index=days)


def switching(n=600, length=60, seed=0, noise=0.7):
    states = (np.arange(n) // length) % 2
    values = np.random.default_rng(seed).normal(size=n) * noise
    return daily(values + np.where(states, 1.0, -1.0)), states


def test_online_path_finds_planted_states():
    series, states = switching()
    regime = jump_regimes(series, penalty=10, warmup=250, every=100)
    assert isinstance(regime, FilteredRegime)
    assert (regime.codes[:249] == -1).all()
    # centres lie 2 / sqrt(1.49) = 1.64 sd apart: a row saves 1.34, so a penalty of 10 is overcome
    # after 7.5 rows; with 3 rows for luck, 6 switches in 351 rows cost at most 18 %
    assert (regime.codes[249:] == states[249:]).mean() > 0.82
    assert regime.fits["rows"].tolist() == [250, 350, 450, 550]
    last = regime.fits.iloc[-1]
    assert last["feature[low]"] == pytest.approx(-1, abs=0.15)
    assert last["feature[high]"] == pytest.approx(1, abs=0.15)


def test_row_t_ends_the_best_path_through_row_t_by_trying_all():
    series, _ = switching(60, length=6, noise=1.0)
    regime = jump_regimes(series, penalty=1.5, warmup=40, every=100, least_share=0.0)
    fit = regime.fits.iloc[0]
    train = series.to_numpy()[:40]
    x = (series.to_numpy() - train.mean()) / train.std()
    centres = np.array([[fit["feature[low]"]], [fit["feature[high]"]]])
    centres = (centres - train.mean()) / train.std()
    # every path of the last eleven rows, after the best beginning by the same recursion
    value = np.zeros(2)
    for t in range(60):
        distance = 0.5 * (x[t] - centres[:, 0]) ** 2
        jumped = np.array([[0, 1.5], [1.5, 0]])
        value = distance + ((value[:, None] + jumped).min(axis=0) if t else 0)
        if t >= 39:
            assert regime.codes[t] == value.argmin(), t
    features = x[:11, None]
    best = min(product((0, 1), repeat=11), key=lambda s: jump_path_cost(features, centres, 1.5, s))
    recursion = np.zeros(2)
    for t in range(11):
        distance = 0.5 * (x[t] - centres[:, 0]) ** 2
        jumped = np.array([[0, 1.5], [1.5, 0]])
        recursion = distance + ((recursion[:, None] + jumped).min(axis=0) if t else 0)
    assert recursion.min() == pytest.approx(jump_path_cost(features, centres, 1.5, best))
    assert recursion.argmin() == best[-1]


def test_states_are_ranked_by_the_chosen_feature():
    series, _ = switching()
    frame = pd.DataFrame({"return": series, "stress": -series})
    up = jump_regimes(frame, penalty=20, warmup=250, rank_by="return")
    down = jump_regimes(frame, penalty=20, warmup=250, rank_by="stress")
    known = up.codes >= 0
    np.testing.assert_array_equal(up.codes[known], 1 - down.codes[known])


def test_a_higher_penalty_jumps_less():
    series, _ = switching(noise=1.5)
    jumps = [len(jump_regimes(series, penalty=p, warmup=250).switches()) for p in (0.0, 5.0, 50.0)]
    assert jumps[0] > jumps[1] > jumps[2]


def test_units_and_missing_rows():
    series, _ = switching()
    series.iloc[[100, 400]] = np.nan
    regime = jump_regimes(series, penalty=10, warmup=250)
    scaled = jump_regimes(series * 1e-6 + 4, penalty=10, warmup=250)
    np.testing.assert_array_equal(regime.codes, scaled.codes)
    assert regime.codes[400] == -1
    assert (regime.codes[401:] >= 0).all()


def test_causal_with_refits():
    series, _ = switching(260, length=40)
    frame = pd.DataFrame({"level": series, "calm": -series.abs()})

    def path(data):
        return jump_regimes(data, penalty=5, warmup=120, every=60).indicator("high")

    assert_causal(path, frame, warmup=125, cuts=[150, 180, 181, 240, 241])


def test_a_state_that_hardly_occurs_is_refused_with_the_reason():
    values = np.random.default_rng(0).normal(size=300)
    values[[100, 101]] = 80.0
    regime = jump_regimes(daily(values), warmup=200, every=50, penalty=5)
    assert regime.invalid is not None
    assert "'high' holds 0.7% of the rows" in regime.invalid  # 2 of 300 at the last one
    assert regime.fits["invalid"].iloc[0] == "the state 'high' holds 1.0% of the rows"
    assert (regime.codes == -1).all()


SERIES, _ = switching(300)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: jump_regimes(SERIES), "at least `warmup` 500 complete rows, got 300"),
        (lambda: jump_regimes(SERIES * 0, warmup=100), "'feature' is constant over the first 100"),
        (lambda: jump_regimes(SERIES, warmup=30), "`warmup` must be at least 40"),
        (lambda: jump_regimes(SERIES, warmup=100, penalty=-1), "`penalty` must be at least 0"),
        (lambda: jump_regimes(SERIES, warmup=100, starts=0), "`starts` must be at least 1"),
        (lambda: jump_regimes(SERIES, warmup=100, states=("a",)), "number of states"),
        (lambda: jump_regimes(SERIES, warmup=100, rank_by="x"), "`rank_by` must be one of"),
        (lambda: jump_regimes(pd.DataFrame(index=SERIES.index)), "has no column"),
    ],
)
def test_bad_input_is_refused(call, message):
    with pytest.raises(InputError, match=message):
        call()
