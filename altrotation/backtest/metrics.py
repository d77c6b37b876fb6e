"""Measures of a path of returns, for one path or many at once; a year has 365 days.

Returns are differences of numbers near one, so that what is below 1e-9 a day is rounding.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from altrotation._guarded import guarded
from altrotation.aliases import BoolArray, FloatArray, IntArray
from altrotation.errors import InputError
from altrotation.variation import above, resolved, size_of

__all__ = [
    "METRICS",
    "YEAR",
    "annual_growth",
    "calmar",
    "deepest_drawdown",
    "differs",
    "first_best",
    "longest_drawdown",
    "share_beaten",
    "sharpe",
    "sortino",
    "volatility",
]

YEAR = 365.0


def differs(mine: FloatArray, theirs: FloatArray) -> BoolArray:
    """Return whether paths of returns differ from another by more than the rounding of any.

    The one answer to "do these two ever differ" of gains, families and superior ability. The first
    day is left out: it holds the costs of coming in.

    Parameters
    ----------
    mine : array of shape (n_days,) or (n_days, k)
        Daily returns; no NaN.
    theirs : array of shape (n_days,)
        Daily returns of what they are held against.

    Returns
    -------
    bool or array of bool of shape (k,)
    """
    base = theirs if mine.ndim == 1 else theirs[:, None]
    spread = np.ptp((mine - base)[1:], axis=0)  # beside the size of all: cash alone is rounding
    return resolved(spread, size_of(mine[1:], base[1:]))


def first_best(scores: FloatArray) -> IntArray:
    """Return the place of the largest score, the first of those that are the same but for rounding.

    Parameters
    ----------
    scores : array of shape (..., k)
        No NaN.

    Returns
    -------
    int array of shape (...)
    """
    highest = scores.max(axis=-1, keepdims=True)
    return np.asarray(np.argmax(~above(highest, scores), axis=-1))


def share_beaten(scores: FloatArray, own: FloatArray) -> FloatArray:
    """Return the share of `scores` that `own` is above; those that are the same count half.

    Parameters
    ----------
    scores : array of shape (..., k)
        No NaN.
    own : array of shape (...)

    Returns
    -------
    array of shape (...)
    """
    mine = np.asarray(own)[..., None]
    beaten, beating = above(mine, scores).mean(axis=-1), above(scores, mine).mean(axis=-1)
    return np.asarray(0.5 * (1.0 + beaten - beating))


@guarded
def annual_growth(log_returns: FloatArray) -> FloatArray:
    """Return the compound annual growth rate.

    Parameters
    ----------
    log_returns : array of shape (..., n_days)
        Daily natural-log returns; no NaN.

    Returns
    -------
    array of shape (...)
        A fraction a year.
    """
    _require_days(log_returns)
    return np.asarray(np.expm1(log_returns.mean(axis=-1) * YEAR), dtype=np.float64)


@guarded
def volatility(log_returns: FloatArray) -> FloatArray:
    """Return the yearly standard deviation (ddof=1) of daily log returns.

    Parameters
    ----------
    log_returns : array of shape (..., n_days)
        Daily natural-log returns; no NaN.

    Returns
    -------
    array of shape (...)
        Log points, a year of 365 days.
    """
    _require_days(log_returns)
    return np.asarray(log_returns.std(axis=-1, ddof=1) * np.sqrt(YEAR), dtype=np.float64)


@guarded
def sharpe(excess: FloatArray) -> FloatArray:
    """Return the yearly Sharpe ratio of daily returns in excess of a benchmark (Sharpe 1994).

    Parameters
    ----------
    excess : array of shape (..., n_days)
        Daily simple returns less those of the benchmark, such as cash; no NaN.

    Returns
    -------
    array of shape (...)
        Per square root of a year; NaN without variation.
    """
    _require_days(excess)
    spread = excess.std(axis=-1, ddof=1)
    return np.asarray(_ratio(excess.mean(axis=-1), spread) * np.sqrt(YEAR), dtype=np.float64)


@guarded
def sortino(excess: FloatArray) -> FloatArray:
    """Return the yearly Sortino ratio: mean excess over the root mean square of its losses.

    Target zero, divisor n (Sortino & Price 1994).

    Parameters
    ----------
    excess : array of shape (..., n_days)
        Daily simple returns less those of the benchmark, such as cash; no NaN.

    Returns
    -------
    array of shape (...)
        Per square root of a year; NaN without a loss.
    """
    _require_days(excess)
    losses = np.sqrt(np.mean(np.minimum(excess, 0.0) ** 2, axis=-1))  # target zero, divisor n
    return np.asarray(_ratio(excess.mean(axis=-1), losses) * np.sqrt(YEAR), dtype=np.float64)


@guarded
def deepest_drawdown(log_returns: FloatArray) -> FloatArray:
    """Return the deepest fall from an earlier high, the start included.

    Parameters
    ----------
    log_returns : array of shape (..., n_days)
        Daily natural-log returns; no NaN.

    Returns
    -------
    array of shape (...)
        A fraction, negative or zero.
    """
    _require_days(log_returns)
    level = log_returns.cumsum(axis=-1)
    high = np.maximum(np.maximum.accumulate(level, axis=-1), 0.0)
    return np.asarray(np.expm1((level - high).min(axis=-1)), dtype=np.float64)


@guarded
def longest_drawdown(log_returns: FloatArray) -> FloatArray:
    """Return the most days in a row that the level lay below an earlier high.

    Parameters
    ----------
    log_returns : array of shape (..., n_days)
        Daily natural-log returns; no NaN.

    Returns
    -------
    array of shape (...)
        Days; one still under way counts.
    """
    _require_days(log_returns)
    level = log_returns.cumsum(axis=-1)
    high = np.maximum(np.maximum.accumulate(level, axis=-1), 0.0)
    below = above(high, level, size=1.0)
    rows = np.arange(1, level.shape[-1] + 1)
    last = np.maximum.accumulate(np.where(below, 0, rows), axis=-1)
    return np.asarray((rows - last).max(axis=-1).astype(np.float64), dtype=np.float64)


@guarded
def calmar(log_returns: FloatArray) -> FloatArray:
    """Return annual growth over the depth of the deepest drawdown (Young 1991).

    Parameters
    ----------
    log_returns : array of shape (..., n_days)
        Daily natural-log returns; no NaN.

    Returns
    -------
    array of shape (...)
        Per year; NaN without a drawdown.
    """
    _require_days(log_returns)
    return np.asarray(
        _ratio(annual_growth(log_returns), -deepest_drawdown(log_returns)), dtype=np.float64
    )


def _require_days(values: FloatArray) -> None:
    if values.ndim == 0 or len(values) < 2:
        raise InputError(f"At least 2 days are needed, got shape {values.shape}; pass more.")


def _ratio(over: FloatArray, under: FloatArray) -> FloatArray:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(resolved(under, 1.0), over / under, np.nan)


METRICS: Mapping[str, tuple[Callable[[FloatArray], FloatArray], str, str]] = MappingProxyType(
    {
        "annual growth": (annual_growth, "log", "fraction a year"),
        "volatility": (volatility, "log", "log points, a year"),
        "Sharpe over cash": (sharpe, "excess", "a year"),
        "Sortino over cash": (sortino, "excess", "a year"),
        "Calmar ratio": (calmar, "log", "growth over depth"),
        "deepest drawdown": (deepest_drawdown, "log", "fraction"),
        "longest drawdown": (longest_drawdown, "log", "days"),
    }
)
"""Name, function, what it is a function of, unit. A ratio is named by what it is measured over."""
