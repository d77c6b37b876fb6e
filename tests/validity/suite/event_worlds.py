"""Outcomes and events of the event studies: nothing, or a planted effect, follows."""

from altrotation.synthetic.noise import daily_noise, slow_drift
from altrotation.synthetic.regimes import regime_world
from altrotation.synthetic.worlds import clustered_rows

N, DELAY, HORIZON = 4_500, 1, 60
SINGLE, CLUSTERED = (1,) * 7, (3, 2, 1, 1)

# -- daily outcomes that know nothing of the events: seed -> (N,) log returns --------------------


def autoregressive(seed):
    return daily_noise(N, autocorrelation=0.2, seed=seed)


def garch(seed):
    return daily_noise(N, autocorrelation=0.2, arch=0.08, garch=0.9, tail=5, seed=seed)


def heavy(seed):
    return daily_noise(N, tail=3, seed=seed)


def drifting(seed):
    return garch(seed) + slow_drift(N, sigma=0.003, half_life=30, seed=10**6 + seed)


def switching(seed):
    """Bull and bear spells of 150 days, the bear one louder."""
    made = regime_world(N, means=(-0.003, 0.003), sigmas=(0.04, 0.02), length=150, seed=seed)
    return made.series.to_numpy()


NOISES = {
    "AR(1)": autoregressive,
    "GARCH with t(5) tails": garch,
    "heavy tails, t(3)": heavy,
    "slowly drifting mean": drifting,
    "regime-switching mean and volatility": switching,
}


def event_rows(sizes, seed, first=320):
    """Clusters of events 25 rows apart, placed uniformly, with room before and after."""
    return first + clustered_rows(N - first, sizes=sizes, gap=25, margin=130, seed=seed)
