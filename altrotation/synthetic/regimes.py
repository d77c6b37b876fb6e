"""Worlds with planted regimes: the state of every day is known."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.aliases import FloatArray, IntArray, Seed
from altrotation.errors import InputError
from altrotation.rng import generator
from altrotation.validate import require_at_least, require_between, require_count, to_day

__all__ = ["RegimeWorld", "RotationWorld", "planted_states", "regime_world", "rotation_world"]

_LARGE = 100.0  # log points: a price beyond it is no number


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class RegimeWorld:
    """A series whose mean and standard deviation follow planted states.

    Parameters
    ----------
    series : Series of shape (n,)
    states : int array of shape (n,)
    means, sigmas : float array of shape (k,)
        Of the states.
    """

    series: pd.Series
    states: IntArray
    means: FloatArray
    sigmas: FloatArray


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class RotationWorld:
    """A market of coins that, by planted states, lag or lead bitcoin.

    Parameters
    ----------
    closes : DataFrame of shape (n, coins)
        Prices of the coins in dollars.
    btc : Series of shape (n,)
        Price of bitcoin in dollars.
    relative : Series of shape (n,)
        Daily log return of the mean coin relative to bitcoin; the first is 0.
    states : int array of shape (n,)
        0: bitcoin season, 1: broad alt season.
    """

    closes: pd.DataFrame
    btc: pd.Series
    relative: pd.Series
    states: IntArray


@guarded
def planted_states(n: int, k: int, *, length: float, least: int = 1, seed: Seed = 0) -> IntArray:
    """Return a path of `k` states whose spells last `least` rows plus a geometric number.

    Parameters
    ----------
    n, k : int
        Rows and states; a spell is followed by one of the other states, all equally likely.
    length : float
        Mean rows of a spell, above `least`.
    least : int, default 1
        Rows of the shortest spell (the last one may be cut).
    seed : int or Generator, default 0

    Returns
    -------
    int array of shape (n,)

    Returns
    -------
    array of int64 of shape (n,)
        States 0 .. k - 1.

    Raises
    ------
    InputError
        If `n` or `least` is below 1, or `k` below 2.
    InputError
        If `length` does not exceed `least`.
    """
    require_count(n, 1, "n")
    require_count(k, 2, "k")
    require_count(least, 1, "least")
    if not length > least:
        raise InputError(f"`length` must exceed `least` {least}, got {length}.")
    rng = generator(seed)
    states = np.empty(n, dtype=np.int64)
    row, state = 0, int(rng.integers(k))
    while row < n:
        stop = row + least - 1 + int(rng.geometric(1 / (length - least + 1)))
        states[row:stop] = state
        row, state = stop, (state + 1 + int(rng.integers(k - 1))) % k
    return states


@guarded
def regime_world(
    n: int,
    *,
    means: tuple[float, ...] = (-1.0, 1.0),
    sigmas: tuple[float, ...] = (1.0, 1.0),
    length: float = 150.0,
    least: int = 30,
    autocorrelation: float = 0.0,
    start: str = "2013-01-01",
    seed: Seed = 0,
) -> RegimeWorld:
    """Return a world in which each state has its own mean and standard deviation.

    Parameters
    ----------
    n : int
    means, sigmas : tuple of float
        One a state.
    length, least
        As in `planted_states`.
    autocorrelation : float, default 0
        Of the AR(1) noise around the mean, inside (-1, 1); its standard deviation stays 1.
    start : str
        First label; labels are UTC days without a gap.
    seed : int or Generator, default 0

    Returns
    -------
    RegimeWorld

    Raises
    ------
    InputError
        If `means` and `sigmas` differ in number.
    InputError
        If a standard deviation is not positive.
    InputError
        If `autocorrelation` leaves its range, or `start` is no day.
    """
    if len(means) != len(sigmas) or min(sigmas) <= 0:
        raise InputError(f"`sigmas` must be positive, one for each mean, got {sigmas} for {means}.")
    if not -1 < autocorrelation < 1:
        raise InputError(f"`autocorrelation` must lie inside (-1, 1), got {autocorrelation}.")
    rng = generator(seed)
    states = planted_states(n, len(means), length=length, least=least, seed=rng)
    noise = rng.standard_normal(n)
    scale = np.sqrt(1 - autocorrelation**2)
    for t in range(1, n):
        noise[t] = autocorrelation * noise[t - 1] + scale * noise[t]
    levels, spreads = np.array(means), np.array(sigmas)
    days = pd.date_range(to_day(start, "start"), periods=n, freq="D", unit="us", name="date")
    return RegimeWorld(
        series=pd.Series(levels[states] + spreads[states] * noise, index=days),
        states=states,
        means=levels,
        sigmas=spreads,
    )


@guarded
def rotation_world(
    n: int,
    *,
    coins: int = 50,
    drift: float = 0.004,
    common: float = 0.02,
    own: float = 0.04,
    length: float = 150.0,
    least: int = 60,
    start: str = "2015-01-01",
    seed: Seed = 0,
) -> RotationWorld:
    """Return a market that alternates between bitcoin seasons and broad alt seasons.

    A coin's log return relative to bitcoin is -`drift` or +`drift` a day by the state, plus a
    factor common to all coins, plus its own noise.

    Parameters
    ----------
    n : int
        Days.
    coins : int, default 50
    drift, common, own : float
        Log points a day; the defaults are of the size seen in the crypto markets of 2017-2025. A
        drift of 0 is the null world.
    length, least
        Of the spells, as in `planted_states`.
    start : str
    seed : int or Generator, default 0

    Returns
    -------
    RotationWorld

    Raises
    ------
    InputError
        If there is no coin, a standard deviation is below 0, or a move is beyond 100 log points.
    """
    require_count(coins, 1, "coins")
    require_between(drift, -_LARGE, _LARGE, "drift")
    for value, name in ((common, "common"), (own, "own")):
        require_at_least(value, 0.0, name)
        require_between(value, -_LARGE, _LARGE, name)
    rng = generator(seed)
    states = planted_states(n, 2, length=length, least=least, seed=rng)
    shift = np.where(states == 1, drift, -drift) + common * rng.standard_normal(n)
    relative = shift[:, None] + own * rng.standard_normal((n, coins))
    relative[0] = 0.0
    bitcoin = 0.03 * rng.standard_normal(n)
    days = pd.date_range(to_day(start, "start"), periods=n, freq="D", unit="us", name="date")
    names = [f"coin {number}" for number in range(coins)]
    btc = 100 * np.exp(bitcoin.cumsum())
    closes = btc[:, None] * np.exp(relative.cumsum(axis=0))
    return RotationWorld(
        closes=pd.DataFrame(closes, index=days, columns=names),
        btc=pd.Series(btc, index=days, name="btc"),
        relative=pd.Series(relative.mean(axis=1), index=days, name="relative"),
        states=states,
    )
