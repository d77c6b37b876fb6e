"""Maximum likelihood of a Markov-switching model from several starts."""

import math
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.linalg import LinAlgError

from altrotation.aliases import FloatArray, IntArray
from altrotation.regimes.markov_model import MarkovModel
from altrotation.regimes.refits import FitError
from altrotation.variation import above, varies

__all__ = ["Estimate", "estimate_markov", "filtered_result"]

_FLAT = 1e-4  # largest gradient per row, in standardised units, that counts as converged
_EM_STEPS = 10
_FAILURES = (LinAlgError, RuntimeError, ValueError, FloatingPointError)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Estimate:
    """Parameters of standardised values; `order` puts the states in the order of their names.

    `first` is the state of the first modelled row in statsmodels' numbers, None where its law is
    the stationary one.
    """

    parameters: FloatArray
    centre: float
    scale: float
    order: IntArray
    first: int | None
    loglike: float
    shares: FloatArray
    shown: dict[str, float]


def estimate_markov(
    values: FloatArray,
    model: MarkovModel,
    before: Estimate | None,
    starts: int,
    rng: np.random.Generator,
    *,
    polish: int | None = None,
) -> Estimate:
    """Return the maximum of the likelihood from the default, random and previous starts.

    Every start is improved by a few steps of expectation-maximisation and goes on to BFGS, the
    likeliest first, until `polish` of them (all when left out) have converged.

    Parameters
    ----------
    values : array of shape (n,)
        In the unit of the series, successive rows, no NaN.
    model : MarkovModel
    before : Estimate or None
        Parameters of an earlier estimation, taken as one more start.
    starts : int
        Random starts.
    rng : Generator
        Of the random starts.
    polish : int, optional

    Returns
    -------
    Estimate

    Raises
    ------
    FitError
        If the rows are constant.
    FitError
        If none converged.
    FitError
        If two states have the same mean and variance.
    FitError
        If a state holds too small a share of the rows.
    """
    centre, scale = float(values.mean()), float(values.std())
    if not varies(values):
        raise FitError("the rows are constant")
    unit = (values - centre) / scale
    free = model.start == "estimated"
    usable: list[tuple[Any, int | None]] = []
    # The maximum over a free first law is the largest of the maxima with that row in one state.
    for first in range(len(model.states)) if free else (None,):
        built = model.build(unit, first=first)
        found = 0
        for start in _starts(built, before, starts, rng):
            fit = _polish(built, start)
            if fit is not None:
                usable.append((fit, first))
                found += 1
            if polish is not None and found == polish:
                break
    if not usable:
        raise FitError("the likelihood did not converge from any start")
    highest = max(float(fit.llf) for fit, _ in usable)
    best, first = next(each for each in usable if not above(highest, float(each[0].llf)))
    shown, order = _named(best, model.build(unit), model, centre, scale)
    if _alike(shown, model, scale):
        raise FitError("the states have the same mean and variance, so there is only one")
    shares = np.asarray(best.smoothed_marginal_probabilities).mean(axis=0)[order]
    rare = int(shares.argmin())
    if shares[rare] < model.least_share:
        raise FitError(f"the state {model.states[rare]!r} holds {shares[rare]:.1%} of the rows")
    # density of the values = density of the standardised ones / scale
    loglike = float(best.llf) - (len(values) - model.order) * math.log(scale)
    return Estimate(
        parameters=np.asarray(best.params, dtype=np.float64),
        centre=centre,
        scale=scale,
        order=order,
        first=first,
        loglike=loglike,
        shares=shares,
        shown=shown,
    )


def filtered_result(
    values: FloatArray, model: MarkovModel, estimate: Estimate, *, smooth: bool = False
) -> Any:
    """Return statsmodels' filter (or smoother) of `values` with the parameters of `estimate`.

    Parameters
    ----------
    values : array of shape (n,)
        In the unit of the series, no NaN; more or other rows than the estimate was made from.
    model : MarkovModel
    estimate : Estimate
    smooth : bool, default False
        True: also the smoother of Kim (1994), which uses later rows.

    Returns
    -------
    statsmodels results
        States in statsmodels' order; `estimate.order` puts them in that of their names.
    """
    built = model.build((values - estimate.centre) / estimate.scale, first=estimate.first)
    run = built.smooth if smooth else built.filter
    return run(estimate.parameters, cov_type="none")


def _starts(
    built: Any, before: Estimate | None, count: int, rng: np.random.Generator
) -> list[FloatArray]:
    """Return start parameters after some EM steps, the likeliest first; failures are left out."""
    default = _spread_start(built)
    raw = [built.start_params, default] + ([] if before is None else [before.parameters])
    free = built.untransform_params(default)
    for _ in range(count):
        drawn = built.transform_params(free + rng.standard_normal(len(free)))
        raw.append(np.asarray(drawn, dtype=np.float64))
    improved = []
    for start in raw:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                better = built.fit(
                    start_params=start, em_iter=_EM_STEPS, maxiter=0, disp=False, return_params=True
                )
                loglike = float(built.loglike(better))
            except _FAILURES:
                continue
        if np.isfinite(loglike):
            improved.append((loglike, np.asarray(better, dtype=np.float64)))
    improved.sort(key=lambda pair: -round(pair[0], 6))  # equal but for rounding: in the order made
    return [parameters for _, parameters in improved]


def _spread_start(built: Any) -> FloatArray:
    """Return persistent states with means at spread quantiles.

    statsmodels' own start can be a saddle point at which all states are alike.
    """
    k = built.k_regimes
    start = dict(zip(built.param_names, np.asarray(built.start_params), strict=True))
    levels = np.quantile(np.asarray(built.endog), (np.arange(k) + 0.5) / k)
    for name in start:
        if name.startswith("p["):
            origin, target = name[2:-1].split("->")
            start[name] = 0.95 if origin == target else 0.05 / (k - 1)
        elif name.startswith("const["):
            start[name] = levels[int(name[6:-1])]
        elif name.startswith("sigma2"):
            start[name] = 0.5
    return np.array([start[name] for name in built.param_names], dtype=np.float64)


def _polish(built: Any, start: FloatArray) -> Any:
    """Return statsmodels' fit from `start`, or None if the likelihood did not converge."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # convergence is judged here
        try:
            fit = built.fit(start_params=start, em_iter=0, maxiter=200, disp=False, cov_type="none")
            if not np.isfinite(fit.llf) or not np.isfinite(fit.params).all():
                return None
            if fit.mle_retvals["converged"]:
                return fit
            slope = built.score(built.untransform_params(fit.params), transformed=False)
            return fit if np.abs(slope).max() <= _FLAT * built.nobs else None
        except _FAILURES:
            return None


def _alike(shown: dict[str, float], model: MarkovModel, scale: float) -> bool:
    means = [shown[f"mean[{state}]"] for state in model.states]
    variances = [shown[f"sigma2[{state}]"] for state in model.states]
    gaps = np.diff(np.sort(means)) > 1e-3 * scale
    return not bool((gaps | (np.diff(np.sort(variances)) > 1e-3 * scale**2)).all())


def _named(
    fit: Any, built: Any, model: MarkovModel, centre: float, scale: float
) -> tuple[dict[str, float], IntArray]:
    raw = dict(zip(built.param_names, np.asarray(fit.params), strict=True))
    k = len(model.states)
    means = np.array([raw[f"const[{state}]"] for state in range(k)]) * scale + centre
    if model.switching_variance:
        variances = np.array([raw[f"sigma2[{state}]"] for state in range(k)]) * scale**2
    else:
        variances = np.full(k, raw["sigma2"]) * scale**2
    order = np.argsort(means if model.moment == "mean" else variances, kind="stable")
    transition = np.asarray(fit.regime_transition)[:, :, 0].T[np.ix_(order, order)]
    shown = {f"mean[{name}]": float(means[s]) for name, s in zip(model.states, order, strict=True)}
    shown |= {
        f"sigma2[{name}]": float(variances[s]) for name, s in zip(model.states, order, strict=True)
    }
    shown |= {f"ar.L{lag}": float(raw[f"ar.L{lag}"]) for lag in range(1, model.order + 1)}
    for i, origin in enumerate(model.states):
        for j, target in enumerate(model.states):
            shown[f"p[{origin}->{target}]"] = float(transition[i, j])
    return shown, order
