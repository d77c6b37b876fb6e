"""Series on one clock whose lead and lag are known."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.aliases import FloatArray, Seed
from altrotation.rng import generator
from altrotation.synthetic.shocks import autoregression, correlated, garch, garch_scale
from altrotation.validate import require_at_least, require_between, require_count

__all__ = [
    "LeadTruth",
    "chain",
    "common_factor",
    "heavy_tails",
    "independent_pair",
    "planted_lead",
    "switching_lead",
]

_START = "2013-01-01"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadTruth:
    """What is true of a world.

    Parameters
    ----------
    lead : float
        Rows (hours for closes on two clocks) by which x leads y; 0 where nobody leads.
    correlation : float
        Correlation of x with y `lead` rows later.
    contemporaneous : float
        Correlation of x with y on the same row.
    """

    lead: float
    correlation: float
    contemporaneous: float


@guarded
def independent_pair(
    n: int, *, autocorrelation: float = 0.3, clustering: bool = True, seed: Seed = 0
) -> tuple[pd.DataFrame, LeadTruth]:
    """Return two independent AR(1) series, each with its own GARCH(1,1) variance.

    Parameters
    ----------
    n : int
        Days.
    autocorrelation : float, default .3
        AR(1) coefficient of both series.
    clustering : bool, default True
        GARCH with alpha .1 and beta .85; otherwise constant variance.
    seed : int or Generator, default 0

    Returns
    -------
    frame : DataFrame of shape (n, 2)
        Daily log returns x and y, on UTC days without a gap; no NaN.
    truth : LeadTruth

    Raises
    ------
    InputError
        If `autocorrelation` does not lie between -1 and 1.
    """
    rng = generator(seed)
    shocks = rng.standard_normal((n + 100, 2))
    if clustering:
        shocks = np.column_stack([garch(shocks[:, 0]), garch(shocks[:, 1])])
    values = autoregression(shocks, _coefficient(autocorrelation))[100:]
    return _frame(values), LeadTruth(lead=0, correlation=0.0, contemporaneous=0.0)


@guarded
def common_factor(
    n: int, *, correlation: float = 0.5, common_volatility: bool = True, seed: Seed = 0
) -> tuple[pd.DataFrame, LeadTruth]:
    """Return two series driven by one factor on the same day: much co-movement and no lead.

    Parameters
    ----------
    n : int
        Days.
    correlation : float, default .5
        Of x and y on the same day.
    common_volatility : bool, default True
        Both share one GARCH(1,1) variance, so that large days cluster in both together.
    seed : int or Generator, default 0

    Returns
    -------
    frame : DataFrame of shape (n, 2)
        Daily log returns x and y of unit variance, on UTC days without a gap; no NaN.
    truth : LeadTruth

    Raises
    ------
    InputError
        If `correlation` does not lie between -1 and 1.
    """
    rng = generator(seed)
    values = correlated(rng.standard_normal((n + 100, 2)), _coefficient(correlation))
    if common_volatility:
        values *= garch_scale(rng.standard_normal(n + 100))[:, None]
    return _frame(values[100:]), LeadTruth(lead=0, correlation=0.0, contemporaneous=correlation)


@guarded
def chain(
    n: int, *, series: int = 5, step: int = 1, correlation: float = 0.6, seed: Seed = 0
) -> tuple[pd.DataFrame, LeadTruth]:
    """Return series that follow one factor, each `step` days after the one before it.

    Parameters
    ----------
    n : int
        Days.
    series : int, default 5
        Columns s0, s1, ...
    step : int, default 1
        0: all on the same day, so that nobody leads.
    correlation : float, default .6
        Of each series with the factor; the factor's variance clusters.
    seed : int or Generator, default 0

    Returns
    -------
    frame : DataFrame of shape (n, series)
        Daily log returns s0, s1, ... of unit variance, on UTC days without a gap; no NaN.
    truth : LeadTruth
        Of neighbouring columns.

    Raises
    ------
    InputError
        If `n` is below 1, `series` below 2 or `step` below 0.
    InputError
        If `correlation` does not lie between -1 and 1.
    """
    require_count(n, 1, "n")
    require_count(series, 2, "series")
    require_count(step, 0, "step")
    rng = generator(seed)
    before = step * series + 100
    factor = garch(rng.standard_normal(n + before))
    own = rng.standard_normal((n, series)) * np.sqrt(1.0 - _coefficient(correlation) ** 2)
    late = [factor[before - step * place : before - step * place + n] for place in range(series)]
    frame = _frame(correlation * np.column_stack(late) + own)
    same = correlation**2 if step == 0 else 0.0
    truth = LeadTruth(lead=step, correlation=correlation**2, contemporaneous=same)
    return frame.set_axis([f"s{place}" for place in range(series)], axis=1), truth


@guarded
def heavy_tails(n: int, *, df: float = 3.0, seed: Seed = 0) -> tuple[pd.DataFrame, LeadTruth]:
    """Return two independent white series of Student t values with `df` degrees of freedom.

    Parameters
    ----------
    n : int
        Days.
    df : float, default 3
        At least 2.1, so that a variance exists.
    seed : int or Generator, default 0

    Returns
    -------
    frame : DataFrame of shape (n, 2)
        x and y with variance df / (df - 2), on UTC days without a gap; no NaN.
    truth : LeadTruth

    Raises
    ------
    InputError
        If `n` is below 1 or `df` below 2.1.
    """
    require_count(n, 1, "n")
    require_at_least(df, 2.1, "df")
    values = generator(seed).standard_t(df, size=(n, 2))
    return _frame(values), LeadTruth(lead=0, correlation=0.0, contemporaneous=0.0)


@guarded
def planted_lead(
    n: int,
    *,
    lead: int = 3,
    correlation: float = 0.2,
    contemporaneous: float = 0.0,
    clustering: bool = True,
    seed: Seed = 0,
) -> tuple[pd.DataFrame, LeadTruth]:
    """Return white series x and y where y repeats a part of x `lead` days later.

    Parameters
    ----------
    n : int
        Days.
    lead : int, default 3
    correlation : float, default .2
        Of x with y `lead` days later.
    contemporaneous : float, default 0
        Correlation of x and y on the same day.
    clustering : bool, default True
        Shocks of both series follow their own GARCH(1,1).
    seed : int or Generator, default 0

    Returns
    -------
    frame : DataFrame of shape (n, 2)
        Daily log returns x and y of unit variance, on UTC days without a gap; no NaN.
    truth : LeadTruth

    Raises
    ------
    InputError
        If `lead` is below 1.
    InputError
        If a correlation does not lie between -1 and 1.
    InputError
        If the squares of the two correlations sum to 1 or more.
    """
    require_count(lead, 1, "lead")
    rest = 1.0 - _coefficient(correlation) ** 2 - _coefficient(contemporaneous) ** 2
    require_between(rest, 0.0, 1.000001, "1 - correlation**2 - contemporaneous**2")
    shocks = generator(seed).standard_normal((n + 100, 2))
    if clustering:
        shocks = np.column_stack([garch(shocks[:, 0]), garch(shocks[:, 1])])
    x, own = shocks[:, 0], shocks[:, 1]
    y = correlation * np.roll(x, lead) + contemporaneous * x + np.sqrt(rest) * own
    truth = LeadTruth(lead=lead, correlation=correlation, contemporaneous=contemporaneous)
    return _frame(np.column_stack([x, y])[100:]), truth


@guarded
def switching_lead(
    n: int, *, lead: int = 1, correlation: float = 0.4, stay: float = 0.99, seed: Seed = 0
) -> tuple[pd.DataFrame, pd.Series, LeadTruth]:
    """Return x and y, where x leads in one regime and y leads in the other, and the regimes.

    Parameters
    ----------
    n : int
        Days.
    lead : int, default 1
    correlation : float, default .4
        Of the leader with the follower `lead` days later, within a regime.
    stay : float, default .99
        Probability of remaining in a regime; both are equally frequent.
    seed : int or Generator, default 0

    Returns
    -------
    frame : DataFrame of shape (n, 2)
        Daily log returns x and y of unit variance, on UTC days without a gap; no NaN.
    regimes : Series of shape (n,)
        "x leads" or "y leads": of the day on which the follower moves.
    truth : LeadTruth
        Of the regime "x leads"; over the whole sample neither leads on average.

    Raises
    ------
    InputError
        If `n` or `lead` is below 1, or `stay` does not lie between 0 and 1.
    InputError
        If `correlation` does not lie between -1 and 1.
    """
    require_count(n, 1, "n")
    require_count(lead, 1, "lead")
    require_between(stay, 0.0, 1.0, "stay")
    rng = generator(seed)
    total = n + 100
    state = np.cumsum(rng.random(total) > stay) % 2 == int(rng.integers(2))
    shocks = rng.standard_normal((total, 2))
    keep = np.sqrt(1.0 - _coefficient(correlation) ** 2)
    values = shocks.copy()
    follower = np.where(state, 1, 0)
    leader = 1 - follower
    days = np.arange(lead, total)
    # follows the leader's shock, not its value: nothing echoes
    values[days, follower[days]] = (
        correlation * shocks[days - lead, leader[days]] + keep * shocks[days, follower[days]]
    )
    frame = _frame(values[100:])
    words = np.where(state[100:], "x leads", "y leads")
    truth = LeadTruth(lead=lead, correlation=correlation, contemporaneous=0.0)
    return frame, pd.Series(words, index=frame.index, name="regime"), truth


def _frame(values: FloatArray) -> pd.DataFrame:
    index = pd.date_range(_START, periods=len(values), freq="D", unit="us", name="date")
    frame = pd.DataFrame(values, index=index)
    return frame.set_axis(["x", "y"], axis=1) if values.shape[1] == 2 else frame


def _coefficient(value: float) -> float:
    require_between(value, -1.0, 1.0, "correlation")
    return value
