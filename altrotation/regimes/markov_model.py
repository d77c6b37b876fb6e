"""What a Markov-switching model is to look like, as statsmodels builds it."""

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
from statsmodels.tsa.regime_switching.markov_autoregression import MarkovAutoregression
from statsmodels.tsa.regime_switching.markov_regression import MarkovRegression

from altrotation._guarded import guarded
from altrotation.aliases import FloatArray
from altrotation.errors import InputError
from altrotation.validate import require_at_least, require_choice, require_count

__all__ = ["MarkovModel", "Moment", "Start"]

Moment: TypeAlias = Literal["mean", "variance"]
Start: TypeAlias = Literal["stationary", "estimated"]
_MOMENTS: tuple[Moment, ...] = ("mean", "variance")
_STARTS: tuple[Start, ...] = ("stationary", "estimated")
_NEVER = -1e6  # log likelihood of a state that is excluded; infinities would spoil the sums of logs


class _KnownFirst:
    """A Markov-switching model whose state on the first modelled row is known."""

    first: int | None = None

    def _conditional_loglikelihoods(self, params: FloatArray) -> FloatArray:
        logs: FloatArray = super()._conditional_loglikelihoods(params)  # type: ignore[misc]
        if self.first is not None:
            # statsmodels weighs the first row by the stationary law; known means weight one.
            weight = self.initial_probabilities(params)[self.first]  # type: ignore[attr-defined]
            logs[self.first, ..., 0] -= np.log(weight)
            others = [state for state in range(len(logs)) if state != self.first]
            logs[others, ..., 0] = _NEVER
        return logs


class _Regression(_KnownFirst, MarkovRegression):  # type: ignore[misc]
    pass


class _Autoregression(_KnownFirst, MarkovAutoregression):  # type: ignore[misc]
    pass


@guarded
@dataclass(frozen=True, slots=True, kw_only=True)
class MarkovModel:
    """What is to be estimated.

    Parameters
    ----------
    states : tuple of str
        Names of the states in ascending order of `moment`.
    order : int, default 0
        Autoregressive lags, the same in every state: Hamilton (1989) with deviations from the
        state's mean. 0: a switching mean without memory.
    switching_variance : bool, default True
        A variance for each state.
    moment : {"mean", "variance"}, default "mean"
        Names the states.
    least_share : float, default 0.02
        A state that holds less of the rows is refused: it is an outlier, not a regime.
    start : {"stationary", "estimated"}, default "stationary"
        The law of the state on the first modelled row. "stationary": the long-run shares that the
        transition probabilities imply, as Hamilton (1989). "estimated": free, as in depmixS4
        (Visser & Speekenbrink 2010). The likelihood is linear in that law, so that its maximum
        puts the first row into one state for certain: a likelihood that is higher by a few tenths
        and a first row that tells nothing about the states. With an autoregression the states
        before the first modelled row keep the law that leads to it.

    Raises
    ------
    InputError
        If `moment` is unknown.
    InputError
        If `order` < 0.
    InputError
        If there are fewer than two states.
    InputError
        If states of one variance are to be ordered by it.
    InputError
        If `start` is unknown.
    """

    states: tuple[str, ...] = ("low", "high")
    order: int = 0
    switching_variance: bool = True
    moment: Moment = "mean"
    least_share: float = 0.02
    start: Start = "stationary"

    def __post_init__(self) -> None:
        require_choice(self.moment, _MOMENTS, "moment")
        require_choice(self.start, _STARTS, "start")
        require_count(self.order, 0, "order")
        require_at_least(len(self.states), 2, "number of states")
        if self.moment == "variance" and not self.switching_variance:
            raise InputError(
                "States of one variance cannot be ordered by it; use moment='mean' or "
                "switching_variance=True."
            )

    @guarded
    def build(self, values: FloatArray, *, first: int | None = None) -> Any:
        """Return the statsmodels model of standardised `values`.

        Parameters
        ----------
        values : array of shape (n,)
        first : int, optional
            The state of the first modelled row, in statsmodels' numbers; the stationary law when
            left out.
        """
        built = self._built(values)
        built.first = first
        return built

    def _built(self, values: FloatArray) -> Any:
        k = len(self.states)
        if self.order:
            return _Autoregression(
                values,
                k_regimes=k,
                order=self.order,
                switching_ar=False,
                switching_variance=self.switching_variance,
            )
        return _Regression(values, k_regimes=k, switching_variance=self.switching_variance)

    def words(self) -> str:
        """Return the model in words."""
        memory = f"AR({self.order}), " if self.order else ""
        variance = "switching" if self.switching_variance else "one"
        return (
            f"Markov switching mean, {len(self.states)} states, {memory}{variance} variance, "
            f"states ordered by their {self.moment}"
            f"{'' if self.start == 'stationary' else ', the first row in its likeliest state'}"
        )
