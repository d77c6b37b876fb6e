"""The Markov-switching filter that may be acted on: parameters, too, come from the past."""

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.aliases import FloatArray
from altrotation.inference.results import RunInfo
from altrotation.regimes.markov_estimate import Estimate, estimate_markov, filtered_result
from altrotation.regimes.markov_model import MarkovModel
from altrotation.regimes.paths import FilteredRegime
from altrotation.regimes.refits import Fitted, walk_forward
from altrotation.regimes.sample import complete_rows
from altrotation.rng import generator
from altrotation.validate import daily_index, require_count

__all__ = ["markov_regimes"]

# Starts carried to the maximum: the first estimation has nothing to go by, the later ones start at
# the maximum before, which yields only to a start that EM has made likelier.
_FIRST, _LATER = 3, 1


@guarded
def markov_regimes(
    series: pd.Series,
    *,
    model: MarkovModel | None = None,
    warmup: int = 500,
    every: int = 91,
    starts: int = 5,
    seed: int = 0,
) -> FilteredRegime:
    """Return the filtered states of a Markov-switching model re-estimated on the past.

    At row warmup - 1 and every `every` rows after it, the parameters are estimated on all rows up
    to and including it; until the next estimation the Hamilton filter runs with them. The state of
    row t is the likeliest given rows up to and including t.

    Parameters
    ----------
    series : Series of shape (n_days,)
        Returns or changes. Missing values are left out and have no state.
    model : MarkovModel, optional
        Two states of different mean and variance when left out.
    warmup : int, default 500
        Complete rows of the first estimation: room for a few visits to each state.
    every : int, default 91
        A quarter of daily rows.
    starts : int, default 5
        Random starts of every estimation beside the default and the previous parameters; the
        likeliest after some steps of expectation-maximisation is carried to the maximum.
    seed : int, default 0
        Estimation i draws from stream i.

    Returns
    -------
    FilteredRegime
        `fits` lists every estimation; one that failed (no convergence, a state that hardly occurs)
        is marked there and the parameters before it stay. If all failed, `invalid` says so.

    Raises
    ------
    InputError
        If `series` is not on sorted, unique UTC days.
    InputError
        If `warmup` gives a state fewer than 20 rows.
    InputError
        If `starts` < 0.
    InputError
        If `every` < 1.
    InputError
        If fewer than `warmup` rows are complete.
    InputError
        If the series is constant.
    """
    chosen = model or MarkovModel()
    daily_index(series.index, "series")
    require_count(warmup, 20 * len(chosen.states), "warmup")
    require_count(starts, 0, "starts")
    values, dates = complete_rows(series, warmup)

    def fit(rows: int, before: Estimate | None, number: int) -> Fitted[Estimate]:
        polish = _FIRST if before is None else _LATER
        rng = generator(seed, number)
        estimate = estimate_markov(values[:rows], chosen, before, starts, rng, polish=polish)
        shown = {"loglike": estimate.loglike, **estimate.shown}
        return Fitted(parameters=estimate, shown=shown)

    def states_of(estimate: Estimate, rows: int) -> FloatArray:
        result = filtered_result(values[:rows], chosen, estimate)
        held = np.full((rows, len(chosen.states)), np.nan)
        held[chosen.order :] = np.asarray(result.filtered_marginal_probabilities)[:, estimate.order]
        return held

    probabilities, fits = walk_forward(
        dates, fit, states_of, n_states=len(chosen.states), warmup=warmup, every=every
    )
    table = pd.DataFrame(probabilities, index=dates, columns=list(chosen.states))
    table = table.reindex(series.index)
    known = table.notna().all(axis=1).to_numpy()
    codes = np.full(len(table), -1)
    codes[known] = table.to_numpy()[known].argmax(axis=1)
    reason = None if known.any() else f"every estimation failed: {fits['invalid'].iloc[-1]}"
    return FilteredRegime(
        detector="markov",
        rule=f"{chosen.words()}, re-estimated every {every} rows from row {warmup}",
        states=chosen.states,
        dates=pd.DatetimeIndex(series.index),
        codes=codes,
        probabilities=table,
        fits=fits,
        invalid=reason,
        run=RunInfo.capture(seed, values),
    )
