"""An event study made again: the same outcomes, model and null, after other events."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from altrotation.data.panel import Panel
from altrotation.errors import InputError
from altrotation.events.eventset import EventSet
from altrotation.events.results import EventStudy
from altrotation.events.study import Null, event_study

__all__ = ["StudyInputs", "study_inputs"]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class StudyInputs:
    """What an event study was made of, so that it can be made again with other events.

    Parameters
    ----------
    study : EventStudy
    outcomes : DataFrame of shape (n_days, m)
        Prices; with the model "difference" already relative to the benchmark, if there is one.
    benchmark : DataFrame of shape (n_days, q) or None
        Prices of the factors of the model "market".
    """

    study: EventStudy
    outcomes: pd.DataFrame
    benchmark: pd.DataFrame | None

    @property
    def dates(self) -> pd.DatetimeIndex:
        """The rows of the sample."""
        return pd.DatetimeIndex(self.outcomes.index)

    def again(
        self,
        events: EventSet,
        *,
        null: Null = "rotation",
        match_on: pd.Series | None = None,
        seed: int = 0,
    ) -> EventStudy:
        """Return the same study after other events; those outside the sample are left out.

        Parameters
        ----------
        events : EventSet
        null : {"rotation", "matched"}, default "rotation"
        match_on : Series, optional
            Prices; for the null "matched" only, and read there only.
        seed : int, default 0

        Returns
        -------
        EventStudy

        Raises
        ------
        InputError
            If no event lies in the sample or the study cannot be made, as in `event_study`.
        """
        first, last = self.dates[0], self.dates[-1]
        inside = (events.dates >= first) & (events.dates <= last)
        if not inside.any():
            raise InputError(
                f"None of the {len(events)} events ({events.rule}) lies in the sample "
                f"{first:%Y-%m-%d} to {last:%Y-%m-%d}; use a rule that finds events there."
            )
        return event_study(
            self.outcomes,
            events if inside.all() else events.between(first, last),
            horizons=self.study.horizons,
            model=self.study.model,
            benchmark=self.benchmark,
            estimation=self.study.returns.estimation or 250,
            null=null,
            match_on=match_on if null == "matched" else None,
            alternative=self.study.alternative,
            delay=self.study.delay,
            level=float(self.study.table["level"].iloc[0]),
            seed=seed,
        )


def study_inputs(study: EventStudy, panel: Panel) -> StudyInputs:
    """Return the inputs of an event study on `panel`, read back from its result.

    Parameters
    ----------
    study : EventStudy
    panel : Panel
        The one the study was made on: its labels are the rows of the study.

    Returns
    -------
    StudyInputs
        Prices up to a factor; NaN where the study had none.

    Raises
    ------
    InputError
        If the labels of the panel are not those of the study.
    """
    first, last = study.sample
    dates = panel.dates[(panel.dates >= first) & (panel.dates <= last)]
    levels, factors = study.returns.levels, study.returns.factors
    if len(dates) != len(levels):
        raise InputError(
            f"The panel has {len(dates)} labels from {first:%Y-%m-%d} to {last:%Y-%m-%d}, the "
            f"study {len(levels)}; pass the panel the study was made on."
        )
    outcomes = pd.DataFrame(np.exp(levels), index=dates, columns=list(study.outcomes))
    benchmark = pd.DataFrame(
        np.exp(factors), index=dates, columns=[f"factor {i}" for i in range(factors.shape[1])]
    )
    return StudyInputs(
        study=study, outcomes=outcomes, benchmark=benchmark if factors.shape[1] else None
    )
