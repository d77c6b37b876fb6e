"""What a Markov-switching model is to look like, as statsmodels builds it."""

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from statsmodels.tsa.regime_switching.markov_autoregression import MarkovAutoregression
from statsmodels.tsa.regime_switching.markov_regression import MarkovRegression

from altrotation._guarded import guarded
from altrotation.aliases import FloatArray
from altrotation.errors import InputError
from altrotation.validate import require_at_least, require_choice, require_count

__all__ = ["MarkovModel", "Moment"]

Moment: TypeAlias = Literal["mean", "variance"]
_MOMENTS: tuple[Moment, ...] = ("mean", "variance")


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
    """

    states: tuple[str, ...] = ("low", "high")
    order: int = 0
    switching_variance: bool = True
    moment: Moment = "mean"
    least_share: float = 0.02

    def __post_init__(self) -> None:
        require_choice(self.moment, _MOMENTS, "moment")
        require_count(self.order, 0, "order")
        require_at_least(len(self.states), 2, "number of states")
        if self.moment == "variance" and not self.switching_variance:
            raise InputError(
                "States of one variance cannot be ordered by it; use moment='mean' or "
                "switching_variance=True."
            )

    @guarded
    def build(self, values: FloatArray) -> Any:
        """Return the statsmodels model of standardised `values`."""
        k = len(self.states)
        if self.order:
            return MarkovAutoregression(
                values,
                k_regimes=k,
                order=self.order,
                switching_ar=False,
                switching_variance=self.switching_variance,
            )
        return MarkovRegression(values, k_regimes=k, switching_variance=self.switching_variance)

    def words(self) -> str:
        """Return the model in words."""
        memory = f"AR({self.order}), " if self.order else ""
        variance = "switching" if self.switching_variance else "one"
        return (
            f"Markov switching mean, {len(self.states)} states, {memory}{variance} variance, "
            f"states ordered by their {self.moment}"
        )
