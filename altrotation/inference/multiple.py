"""Adjusted p-values of a family of tests: Holm, Benjamini-Hochberg, step-down maximum."""

import numpy as np

from altrotation._guarded import guarded
from altrotation.aliases import FloatArray
from altrotation.errors import InputError
from altrotation.inference.ties import tie_slack

__all__ = ["benjamini_hochberg", "holm", "step_down"]


@guarded
def holm(p_values: FloatArray) -> FloatArray:
    """Return Holm's (1979) adjusted p-values: family-wise error under any dependence.

    Parameters
    ----------
    p_values : float array of shape (n_tests,)
        One for each test of the family, in (0, 1].

    Returns
    -------
    float array of shape (n_tests,)
        In the order of `p_values`; all at most `size` are rejected at that family-wise size.

    Raises
    ------
    InputError
        If `p_values` is empty or not one-dimensional.
    InputError
        If a value lies outside (0, 1].
    """
    return _adjusted(p_values, "holm")


@guarded
def benjamini_hochberg(p_values: FloatArray) -> FloatArray:
    """Return the p-values of Benjamini & Hochberg (1995): false discovery rate.

    Valid for independent or positively dependent tests.

    Parameters
    ----------
    p_values : float array of shape (n_tests,)
        One for each test of the family, in (0, 1].

    Returns
    -------
    float array of shape (n_tests,)
        In the order of `p_values`; all at most q are discoveries at false discovery rate q.

    Raises
    ------
    InputError
        If `p_values` is empty or not one-dimensional.
    InputError
        If a value lies outside (0, 1].
    """
    return _adjusted(p_values, "fdr_bh")


@guarded
def step_down(observed: FloatArray, null: FloatArray) -> FloatArray:
    """Return the step-down maximum-statistic p-values of a family, from joint null draws.

    Westfall & Young (1993), algorithm 2.8, with the p-values of Romano & Wolf (2016): the largest
    statistic is compared with the maximum over the family, the next with the maximum over those
    that remain, and so on. The draws carry the dependence between the tests, so strongly dependent
    tests cost little. A family of one gives the ordinary p-value.

    Parameters
    ----------
    observed : float array of shape (n_tests,)
        Statistics, larger meaning more extreme: take absolute values for two-sided tests. Bring the
        tests to one scale first (studentise), or the most volatile test decides alone.
    null : float array of shape (n_draws, n_tests)
        The same statistics under the null; row b comes from one draw (one rotation of the dates)
        for all tests together.

    Returns
    -------
    float array of shape (n_tests,)
        (1 + number of draws at least as large) / (n_draws + 1), never below the p-value of a larger
        statistic; in the order of `observed`. Draws within 1e-9 standard deviations of a statistic
        count as equal to it.

    Raises
    ------
    InputError
        If the shapes do not match.
    InputError
        If there is no draw.
    InputError
        If a value is not finite.
    """
    statistics = np.asarray(observed, dtype=np.float64)
    draws = np.asarray(null, dtype=np.float64)
    if statistics.ndim != 1 or not len(statistics):
        raise InputError(
            f"`observed` must hold one statistic a test, got shape {statistics.shape}."
        )
    if draws.ndim != 2 or not len(draws) or draws.shape[1] != len(statistics):
        raise InputError(f"`null` must have shape (n_draws, {len(statistics)}), got {draws.shape}.")
    if not (np.isfinite(statistics).all() and np.isfinite(draws).all()):
        raise InputError(
            "`observed` and `null` must be finite; leave out tests that could not be computed."
        )
    order = np.argsort(-statistics, kind="stable")
    # Romano & Wolf (2016): the maximum over the hypotheses not yet rejected, smallest first.
    remaining = np.maximum.accumulate(draws[:, order[::-1]], axis=1)[:, ::-1]
    exceed = (remaining >= (statistics - tie_slack(statistics, draws))[order]).sum(axis=0)
    stepwise = np.maximum.accumulate((1.0 + exceed) / (len(draws) + 1.0))
    adjusted = np.empty_like(stepwise)
    adjusted[order] = stepwise
    return adjusted


def _adjusted(p_values: FloatArray, method: str) -> FloatArray:
    from statsmodels.stats.multitest import multipletests  # slow to import

    p = np.asarray(p_values, dtype=np.float64)
    if p.ndim != 1 or not len(p):
        raise InputError(f"`p_values` must hold one p-value a test, got shape {p.shape}.")
    outside = ~((p > 0) & (p <= 1))
    if outside.any():
        raise InputError(
            f"`p_values` must lie in (0, 1], got {p[outside][0]}; leave out tests that could not "
            "be computed."
        )
    return np.asarray(multipletests(p, method=method)[1], dtype=np.float64)
