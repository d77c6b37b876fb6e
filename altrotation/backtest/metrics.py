"""Measures of a path of returns, for one path or many at once; a year has 365 days."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from altrotation._guarded import guarded
from altrotation.aliases import FloatArray
from altrotation.errors import InputError

__all__ = [
    "METRICS",
    "YEAR",
    "annual_growth",
    "calmar",
    "deepest_drawdown",
    "longest_drawdown",
    "sharpe",
    "sortino",
    "volatility",
]

YEAR = 365.0


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
    """Return the yearly Sharpe ratio of daily returns in excess of cash (Sharpe 1994).

    Parameters
    ----------
    excess : array of shape (..., n_days)
        Daily simple returns less those of cash; no NaN.

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
        Daily simple returns less those of cash; no NaN.

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
    below = level < high - 1e-12
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
        return np.where(under > 1e-15, over / np.where(under > 0, under, 1.0), np.nan)


METRICS: Mapping[str, tuple[Callable[[FloatArray], FloatArray], str, str]] = MappingProxyType(
    {
        "annual growth": (annual_growth, "log", "fraction a year"),
        "volatility": (volatility, "log", "log points, a year"),
        "Sharpe ratio": (sharpe, "excess", "a year"),
        "Sortino ratio": (sortino, "excess", "a year"),
        "Calmar ratio": (calmar, "log", "growth over depth"),
        "deepest drawdown": (deepest_drawdown, "log", "fraction"),
        "longest drawdown": (longest_drawdown, "log", "days"),
    }
)
"""Name, function, what it is a function of, unit."""
