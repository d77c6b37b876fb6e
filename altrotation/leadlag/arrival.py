"""Whether a daily series stands on its own days: a second source of the same quantity tells."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from altrotation.aliases import FloatArray
from altrotation.errors import DataError
from altrotation.inference.ewc import ewc_mean
from altrotation.inference.results import RunInfo
from altrotation.leadlag.inputs import named
from altrotation.leadlag.results import LeadLagResult
from altrotation.printing import counted, p_text
from altrotation.validate import (
    daily_series,
    require_at_least,
    require_between,
    require_count,
    require_varies,
)
from altrotation.variation import varies

__all__ = ["ArrivalTest", "arrival_test"]

_LEAST = 40  # changes on shared days
_SAME = 0.5  # two records of one quantity correlate by .9 and more, two quantities seldom by half


@dataclass(frozen=True, slots=True, eq=False, kw_only=True, repr=False)
class ArrivalTest(LeadLagResult):
    """Correlations of a series with a second source of the same quantity at neighbouring lags.

    Parameters
    ----------
    series, second : str
        Names.
    table : DataFrame, one row a lag in rows
        estimate (rank correlation of the daily changes; at lag k the second source's change comes k
        rows later) and p (one-sided, of not being below the largest one; NaN at that one).
    lag : int
        Of the largest correlation: 0 where the series stands on its own days.
    sure : bool
        Whether every other lag is below it at `level`, and it is at least .5: less is no second
        record of the same quantity.
    sentence : str
        What was found, and what to do if it is not lag 0.
    """

    series: str
    second: str
    table: pd.DataFrame
    lag: int
    sure: bool
    sentence: str

    @property
    def right(self) -> bool:
        """Whether lag 0 beats its neighbours for certain."""
        return self.sure and self.lag == 0

    def require(self) -> None:
        """Pass if the series stands on its own days.

        Raises
        ------
        DataError
            If another lag beats lag 0, or none beats the others for certain.
        """
        if not self.right:
            raise DataError(self.sentence)

    def summary(self) -> pd.DataFrame:
        """Return the table, one row a lag."""
        return self.table.copy()

    def findings(self) -> dict[str, str]:
        """Return the finding and the correlations in words."""
        cells = zip(self.table.index, self.table["estimate"], self.table["p"], strict=True)
        lags = {
            f"lag {lag:+d}": f"{estimate:+.3f}" + ("" if np.isnan(p) else f", p {p_text(p)}")
            for lag, estimate, p in cells
        }
        return {"stamp": self.sentence, **lags}


def arrival_test(
    series: pd.Series, second: pd.Series, *, lags: int = 1, level: float = 0.95
) -> ArrivalTest:
    """Test whether a daily series is labelled by its own days, against a second source.

    Daily changes of two records of one quantity move together on the day they belong to. A source
    that stamps the close of a day 00:00, which is the next day by its date, is labelled one day
    late, and everything else then seems to lead it: the largest correlation stands beside lag 0.
    Ranks, so that a bad tick of either source does not decide; each other lag is compared by the
    mean difference of the products of ranks with its cosine variance (Lazarus, Lewis, Stock &
    Watson 2018). A lag is named when all others are below it: an intersection-union test, which
    needs no adjustment (Berger 1982).

    Parameters
    ----------
    series : Series of shape (n,)
        Levels (prices) whose labels are in question.
    second : Series of shape (m,)
        Levels of the same quantity from a source whose labels are known, on any UTC days: only
        shared days without a missing value count.
    lags : int, default 1
        Neighbours on either side that are compared with lag 0.
    level : float, default .95

    Returns
    -------
    ArrivalTest
        Positive lags: the series stands on earlier days than the second source. `require` refuses
        anything but lag 0.

    Raises
    ------
    InputError
        If a series is not numeric on sorted, unique UTC days.
    InputError
        If fewer than 40 + 2 `lags` changes on shared days remain.
    InputError
        If a series does not move.
    InputError
        If `lags` < 1.
    InputError
        If `level` does not lie between 0 and 1.
    """
    require_count(lags, 1, "lags")
    require_between(level, 0.0, 1.0, "level")
    first, other = named(series, "the series"), named(second, "the second source")
    both = pd.concat(
        {"series": daily_series(series, "series"), "second": daily_series(second, "second")},
        axis=1,
        join="inner",
    ).dropna()
    require_at_least(len(both) - 1, _LEAST + 2 * lags, "the number of changes on shared days")
    moves = both.diff().iloc[1:]
    for name in moves.columns:
        require_varies(moves[name].to_numpy(), name, over="the shared days")
    a, b = (_unit_ranks(moves[name].to_numpy()) for name in moves.columns)
    shifts = np.arange(-lags, lags + 1)
    rows = slice(lags, len(a) - lags)  # the same rows of the series at every lag
    products = np.column_stack([(a * np.roll(b, -shift))[rows] for shift in shifts])
    estimate = products.mean(axis=0)
    best = int(estimate.argmax())
    p = np.array([_below(products, best, place) for place in range(len(shifts))])
    sure = bool((np.delete(p, best) <= 1 - level).all() and estimate[best] >= _SAME)
    lag = int(shifts[best])
    daily = bool((np.diff(both.index.to_numpy()) == np.timedelta64(1, "D")).all())
    return ArrivalTest(
        label=f"{first} against {other}: which day a value belongs to",
        null=f"some other lag than the largest is as close a match of {first} and {other}",
        alternative="the largest lag is the one at which they are the same quantity",
        method=f"rank correlations of changes on shared days at lags of up to "
        f"{counted(lags, 'row')}; differences with cosine variances",
        n=len(moves),
        first=moves.index[0],
        last=moves.index[-1],
        level=level,
        run=RunInfo.capture(None, both),
        series=first,
        second=other,
        table=pd.DataFrame({"estimate": estimate, "p": p}, index=pd.Index(shifts, name="lag")),
        lag=lag,
        sure=sure,
        sentence=_sentence(first, other, lag, sure, daily=daily),
    )


def _unit_ranks(moves: FloatArray) -> FloatArray:
    ranks = rankdata(moves)
    unit: FloatArray = (ranks - ranks.mean()) / ranks.std()
    return unit


def _below(products: FloatArray, best: int, place: int) -> float:
    """Return the one-sided p of the correlation at `place` being no smaller than at `best`."""
    if place == best:
        return float("nan")
    difference = products[:, best] - products[:, place]
    if not varies(difference, products):
        return 1.0
    return float(ewc_mean(difference).p_values(alternative="greater")[0])


def _sentence(first: str, other: str, lag: int, sure: bool, *, daily: bool) -> str:
    if not sure:
        return (
            f"{first} and {other} do not match at one lag clearly; compare a longer span, or "
            "another second source of the same quantity."
        )
    if not lag:
        return f"{first} stands on the days of {other}."
    unit = "day" if daily else "row"
    call = f".shift({lag}, freq='D')" if daily else f".shift({lag})"
    side, why = ("late", "a close stamped 00:00 belongs to the day before") if lag < 0 else (
        "early", "a value must not stand before the day on which it was set")  # fmt: skip
    return (
        f"{first} stands {counted(abs(lag), unit)} too {side}: its changes match those of {other} "
        f"at lag {lag:+d}, not at 0; {why}, so move it with {call} and state its stamp."
    )
