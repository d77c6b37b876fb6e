import numpy as np
import pytest

from altrotation.errors import InputError
from altrotation.synthetic.regimes import planted_states, regime_world, rotation_world


def spells(states):
    edges = np.flatnonzero(np.diff(states)) + 1
    return np.diff(np.concatenate([[0], edges, [len(states)]]))


def test_spells_have_the_length_asked_for():
    lengths = spells(planted_states(200_000, 2, length=40, least=10, seed=1))[:-1]
    assert lengths.min() == 10
    # geometric beyond the least with mean 31, sd 30.5; some 5000 spells: four sd of the mean 1.8
    assert lengths.mean() == pytest.approx(40, abs=1.8)


def test_states_are_visited_alike():
    states = planted_states(100_000, 3, length=20, seed=2)
    entered = states[np.flatnonzero(np.diff(states)) + 1]
    shares = np.bincount(entered) / len(entered)
    # some 5000 entries: sd .0067, four sd .027
    np.testing.assert_allclose(shares, 1 / 3, atol=0.027)


def test_series_has_the_moments_of_its_states():
    world = regime_world(100_000, means=(-2.0, 1.0), sigmas=(0.5, 2.0), autocorrelation=0.3)
    for state, (mean, sigma) in enumerate(zip((-2.0, 1.0), (0.5, 2.0), strict=True)):
        values = world.series.to_numpy()[world.states == state]
        # 50,000 rows, AR(1) inflates the variance of the mean 1.86 times: four sd .0244 sigma
        assert values.mean() == pytest.approx(mean, abs=0.03 * sigma)
        assert values.std() == pytest.approx(sigma, rel=0.03)


def test_coins_gain_on_bitcoin_in_their_season_only():
    world = rotation_world(20_000, seed=3)
    gains = world.relative.to_numpy()[1:]
    up = world.states[1:] == 1
    # sd .0208 a day, 10,000 days: four sd .0009
    assert gains[up].mean() == pytest.approx(0.004, abs=0.0009)
    assert gains[~up].mean() == pytest.approx(-0.004, abs=0.0009)
    ratio = np.log(world.closes.div(world.btc, axis=0)).diff().mean(axis=1).iloc[1:]
    np.testing.assert_allclose(ratio, gains, atol=1e-9)


def test_same_seed_same_world():
    one, two = rotation_world(50, seed=4), rotation_world(50, seed=4)
    np.testing.assert_array_equal(one.closes, two.closes)
    assert not np.array_equal(one.closes, rotation_world(50, seed=5).closes)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: planted_states(10, 1, length=5), "`k` must be at least 2"),
        (lambda: planted_states(10, 2, length=5, least=5), "`length` must exceed `least` 5"),
        (lambda: planted_states(0, 2, length=5), "`n` must be at least 1"),
        (lambda: planted_states(10, 2, length=5, least=0), "`least` must be at least 1"),
        (lambda: regime_world(10, means=(0.0,)), "one for each mean"),
        (lambda: regime_world(10, sigmas=(1.0, 0.0)), "`sigmas` must be positive"),
        (lambda: regime_world(10, autocorrelation=1.0), "inside"),
        (lambda: rotation_world(10, coins=0), "`coins` must be at least 1"),
        (lambda: rotation_world(10, own=-1.0), "`own` must be at least 0"),
    ],
)
def test_bad_worlds_are_refused(call, message):
    with pytest.raises(InputError, match=message):
        call()
