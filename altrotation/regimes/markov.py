"""A Markov-switching model of a whole sample: a description, with smoothed states."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.aliases import Seed
from altrotation.inference.results import RunInfo
from altrotation.regimes.markov_estimate import estimate_markov, filtered_result
from altrotation.regimes.markov_model import MarkovModel
from altrotation.regimes.paths import SmoothedRegime
from altrotation.regimes.sample import complete_rows
from altrotation.rng import generator

__all__ = ["MarkovFit", "markov_fit"]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class MarkovFit:
    """A Markov-switching model estimated once on a whole sample: a description, not a filter.

    Parameters
    ----------
    parameters : Series
        In the unit of the series: mean[state], sigma2[state] (or sigma2), ar.L1 ..., p[i->j].
    loglike : float
    filtered : DataFrame of shape (n, n_states)
        P(state at t | rows up to and including t), but with parameters of the whole sample: it
        must not be acted on. `markov_regimes` gives the filter that may.
    regime : SmoothedRegime
        With smoothed probabilities (Kim 1994) and the likeliest state of each row.
    """

    parameters: pd.Series
    loglike: float
    filtered: pd.DataFrame
    regime: SmoothedRegime

    def __repr__(self) -> str:
        return f"MarkovFit(log likelihood {self.loglike:.2f}; {self.regime!r})"


@guarded
def markov_fit(
    series: pd.Series, *, model: MarkovModel | None = None, starts: int = 5, seed: Seed = 0
) -> MarkovFit:
    """Fit a Markov-switching model to the whole of a series by maximum likelihood.

    Hamilton (1989), through statsmodels: two default and `starts` random starts,
    improved by a few steps of expectation-maximisation, then by BFGS; the likeliest end counts.

    Parameters
    ----------
    series : Series of shape (n_days,)
        Missing values are left out; neighbouring complete rows count as successive.
    model : MarkovModel, optional
        Two states of different mean and variance when left out.
    starts : int, default 5
        Random starts beside the two default ones.
    seed : int or Generator, default 0

    Returns
    -------
    MarkovFit

    Raises
    ------
    InputError
        If the series has fewer than 20 complete rows a state.
    InputError
        If the series is constant.
    FitError
        If the likelihood did not converge from any start.
    FitError
        If two states are alike.
    FitError
        If a state holds too small a share of the rows.
    """
    chosen = model or MarkovModel()
    values, dates = complete_rows(series, 20 * len(chosen.states))
    estimate = estimate_markov(values, chosen, None, starts, generator(seed))
    result = filtered_result(values, chosen, estimate, smooth=True)
    names, days = list(chosen.states), dates[chosen.order :]
    filtered = np.asarray(result.filtered_marginal_probabilities)[:, estimate.order]
    smoothed = np.asarray(result.smoothed_marginal_probabilities)[:, estimate.order]
    regime = SmoothedRegime(
        detector="markov",
        rule=f"{chosen.words()}, parameters and probabilities from the whole sample",
        states=chosen.states,
        dates=days,
        codes=smoothed.argmax(axis=1),
        probabilities=pd.DataFrame(smoothed, index=days, columns=names),
        run=RunInfo.capture(seed, values),
    )
    return MarkovFit(
        parameters=pd.Series(estimate.shown, name="estimate"),
        loglike=estimate.loglike,
        filtered=pd.DataFrame(filtered, index=days, columns=names),
        regime=regime,
    )
