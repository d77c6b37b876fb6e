"""Statistical jump models: clusters of days with a price on changing the cluster."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from jumpmodels.jump import JumpModel  # type: ignore[import-untyped]

from altrotation._guarded import guarded
from altrotation.aliases import FloatArray, IntArray
from altrotation.errors import InputError
from altrotation.inference.results import RunInfo
from altrotation.regimes.paths import FilteredRegime
from altrotation.regimes.refits import FitError, Fitted, walk_forward
from altrotation.rng import stream_seed
from altrotation.validate import daily_frame, require_at_least, require_choice, require_count
from altrotation.variation import resolved, varies

__all__ = ["jump_regimes"]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Centres:
    model: JumpModel
    mean: FloatArray
    spread: FloatArray
    order: IntArray

    @property
    def in_units(self) -> FloatArray:
        """Centres in the units of the features, in the order of the states."""
        centres: FloatArray = np.asarray(self.model.centers_)[self.order] * self.spread + self.mean
        return centres


class _WarmJumpModel(JumpModel):  # type: ignore[misc]
    """A jump model that also starts from given centres: its own starts come from k-means++."""

    warm: FloatArray | None = None

    def init_centers(self, values: FloatArray) -> list[FloatArray]:
        """Return the starting centres; called by `fit`."""
        drawn: list[FloatArray] = list(super().init_centers(values))
        return drawn if self.warm is None else [self.warm, *drawn]


@guarded
def jump_regimes(
    features: pd.DataFrame | pd.Series,
    *,
    states: tuple[str, ...] = ("low", "high"),
    rank_by: str | None = None,
    penalty: float = 50.0,
    warmup: int = 500,
    every: int = 91,
    starts: int = 3,
    least_share: float = 0.02,
    seed: int = 0,
) -> FilteredRegime:
    """Return the online states of a statistical jump model re-estimated on the past.

    Bemporad, Breschi, Piga & Boyd (2018), Nystrup, Lindstrom & Madsen (2020): centres and a path
    that minimise sum |x_t - centre(s_t)|^2 / 2 + penalty x (number of jumps), through `jumpmodels`
    (Shu, Yu & Mulvey 2024). Online, the state of row t ends the best path through rows up to and
    including t: the package's own text says "prior to that row", but row t is used, so act at
    t + 1. Features are standardised with the mean and the standard deviation of the rows of the
    estimation.

    Parameters
    ----------
    features : DataFrame of shape (n_days, n_features), or Series
        Smooth measures of the state, each known at its day: trailing means, breadth, volatility.
        Rows with a missing value are left out and have no state.
    states : tuple of str
        Names in ascending order of the centre of `rank_by`.
    rank_by : str, optional
        The feature that names the states; the first when left out.
    penalty : float, default 50
        Of one jump, in squared standard deviations: a jump must save twice this in squared
        distance. 0 is k-means.
    warmup, every : int, default 500 and 91
        Complete rows of the first estimation, and between estimations.
    starts : int, default 3
        k-means++ starts of the first estimation; later ones take the previous centres and one
        fresh start.
    least_share : float, default 0.02
        An estimation with a state that holds less of its rows is not used.
    seed : int, default 0

    Returns
    -------
    FilteredRegime
        `fits` lists the centres of every estimation.

    Raises
    ------
    InputError
        If `features` has no column.
    InputError
        If `rank_by` is no feature.
    InputError
        If there are fewer than two states.
    InputError
        If `penalty` < 0.
    InputError
        If `starts` < 1.
    InputError
        If `warmup` gives a state fewer than 20 rows.
    InputError
        If `every` < 1.
    InputError
        If fewer than `warmup` rows are complete.
    InputError
        If a feature is constant over the first `warmup` complete rows.
    """
    table = features.to_frame("feature") if isinstance(features, pd.Series) else features
    frame = daily_frame(table, "features")
    if not len(frame.columns):
        raise InputError("`features` has no column; pass at least one measure.")
    names = [str(column) for column in frame.columns]
    ranked = names[0] if rank_by is None else rank_by
    require_choice(ranked, names, "rank_by")
    require_at_least(len(states), 2, "number of states")
    require_at_least(penalty, 0.0, "penalty")
    require_count(starts, 1, "starts")
    require_count(warmup, 20 * len(states), "warmup")
    complete = frame.notna().all(axis=1).to_numpy()
    if complete.sum() < warmup:
        raise InputError(
            f"`features` must have at least `warmup` {warmup} complete rows, got {complete.sum()}; "
            "take a longer sample or lower `warmup`."
        )
    values = frame.to_numpy()[complete]
    flat = ~varies(values[:warmup], axis=0)
    if flat.any():
        raise InputError(
            f"The feature {names[int(flat.argmax())]!r} is constant over the first {warmup} "
            "complete rows; drop it or lengthen `warmup`."
        )
    column = names.index(ranked)

    def fit(rows: int, before: _Centres | None, number: int) -> Fitted[_Centres]:
        mean, spread = values[:rows].mean(axis=0), values[:rows].std(axis=0)
        model = _WarmJumpModel(
            n_components=len(states),
            jump_penalty=penalty,
            n_init=starts if before is None else 1,
            random_state=stream_seed(seed, number),
        )
        if before is not None:
            model.warm = (before.in_units - mean) / spread
        model.fit((values[:rows] - mean) / spread)
        order = _order(model, column, states, least_share)
        held = _Centres(model=model, mean=mean, spread=spread, order=order)
        shown = {
            f"{name}[{state}]": float(held.in_units[i, j])
            for i, state in enumerate(states)
            for j, name in enumerate(names)
        }
        return Fitted(parameters=held, shown={"objective": float(model.val_), **shown})

    def states_of(held: _Centres, rows: int) -> FloatArray:
        online = held.model.predict_proba_online((values[:rows] - held.mean) / held.spread)
        chosen: FloatArray = np.asarray(online, dtype=np.float64)[:, held.order]
        return chosen

    dates = pd.DatetimeIndex(frame.index[complete])
    path, fits = walk_forward(
        dates, fit, states_of, n_states=len(states), warmup=warmup, every=every
    )
    codes = np.full(len(frame), -1)
    known = ~np.isnan(path[:, 0])
    codes[np.flatnonzero(complete)[known]] = path[known].argmax(axis=1)
    reason = None if known.any() else f"every estimation failed: {fits['invalid'].iloc[-1]}"
    return FilteredRegime(
        detector="jump",
        rule=(
            f"statistical jump model of {', '.join(names)}, {len(states)} states, penalty "
            f"{penalty:g}, re-estimated every {every} rows from row {warmup}"
        ),
        states=states,
        dates=pd.DatetimeIndex(frame.index),
        codes=codes,
        fits=fits,
        invalid=reason,
        run=RunInfo.capture(seed, values),
    )


def _order(model: JumpModel, column: int, states: tuple[str, ...], least_share: float) -> IntArray:
    """Return the clusters in the order of the states; refuse a fit in which one is too rare."""
    centres = np.asarray(model.centers_)
    if np.isnan(centres).any():
        raise FitError("a state holds no row")
    order: IntArray = np.argsort(centres[:, column], kind="stable")
    if not resolved(np.diff(centres[order, column]), 1.0).all():  # in standard deviations
        raise FitError("two states have the same centre, by which they are named")
    labels = np.asarray(model.labels_)
    shares = (np.bincount(labels, minlength=len(states)) / len(labels))[order]
    rare = int(shares.argmin())
    if shares[rare] < least_share:
        raise FitError(f"the state {states[rare]!r} holds {shares[rare]:.1%} of the rows")
    return order
