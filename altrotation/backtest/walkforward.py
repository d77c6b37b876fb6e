"""Choose on the past, judge on what follows: walk-forward, leave-one-cycle-out, combinatorial."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.aliases import FloatArray
from altrotation.backtest.cycles import Cycle, CycleLike, as_cycle
from altrotation.backtest.metrics import first_best, share_beaten
from altrotation.errors import InputError
from altrotation.inference.splits import Split
from altrotation.printing import Printed
from altrotation.validate import daily_frame
from altrotation.variation import resolved, size_of

__all__ = ["OutOfSample", "choose_and_judge", "cycle_groups"]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True, repr=False)
class OutOfSample(Printed):
    """What the best strategy of each training stretch did on its test stretch.

    Parameters
    ----------
    table : DataFrame
        One row a split: `held_out`, `chosen`, `train_days`, `test_days`, `train_score`,
        `test_score` (both daily Sharpe ratios), `test_rank` (share of the strategies it did
        better than, on the test) and `median_test_score` (of all strategies).
    returns : Series or None
        Returns of the chosen on their test days, in order of date; None if a day is tested twice.
    """

    table: pd.DataFrame
    returns: pd.Series | None

    @property
    def degradation(self) -> float:
        """Mean of test score less train score, per day: what choosing promised and did not give."""
        return float((self.table["test_score"] - self.table["train_score"]).mean())

    def _line(self) -> str:
        return f"{len(self.table)} splits, scores {self.degradation:+.3f} from training to test"

    def summary(self) -> pd.DataFrame:
        """Return the table."""
        return self.table.copy()


@guarded
def choose_and_judge(returns: pd.DataFrame, splits: Sequence[Split]) -> OutOfSample:
    """Choose the strategy with the best training Sharpe ratio and judge it on the test, each split.

    Parameters
    ----------
    returns : DataFrame of shape (n_days, n_strategies)
        Daily returns, such as log gains over BTC; no NaN.
    splits : sequence of Split
        From `altrotation.inference.splits`: walk forward, leave one cycle out, combinatorial.
        Give them as horizon the days a position decided today stays open.

    Returns
    -------
    OutOfSample

    Raises
    ------
    InputError
        If a value is missing.
    InputError
        If there is no split.
    InputError
        If a split reaches beyond the days.
    """
    table = daily_frame(returns, "returns")
    if bool(table.isna().any(axis=None)):
        raise InputError("`returns` must be known every day; narrow the cycle.")
    if not splits:
        raise InputError("`splits` must hold at least one split, got none.")
    values, names = table.to_numpy(), [str(name) for name in table.columns]
    rows, tested = [], []
    for split in splits:
        if max(split.train.max(), split.test.max()) >= len(values):
            raise InputError(f"The split {split.name} reaches beyond the {len(values)} days.")
        train, test = _sharpe(values[split.train]), _sharpe(values[split.test])
        best = int(first_best(train))
        others = np.delete(test, best)
        rows.append(
            {
                "held_out": split.name,
                "chosen": names[best],
                "train_days": len(split.train),
                "test_days": len(split.test),
                "train_score": float(train[best]),
                "test_score": float(test[best]),
                "test_rank": float(share_beaten(others, test[best]))
                if len(others)
                else float("nan"),
                "median_test_score": float(np.median(test)),
            }
        )
        tested.append(pd.Series(values[split.test, best], index=table.index[split.test]))
    joined = pd.concat(tested).sort_index()
    return OutOfSample(
        table=pd.DataFrame(rows),
        returns=joined.rename("out of sample") if joined.index.is_unique else None,
    )


@guarded
def cycle_groups(dates: pd.DatetimeIndex, cycles: Iterable[CycleLike]) -> list[str | None]:
    """Return the name of the cycle each day belongs to, None between cycles.

    Parameters
    ----------
    dates : DatetimeIndex of shape (n,)
    cycles : iterable of Cycle, str or (start, end)

    Returns
    -------
    list of length n
        What `altrotation.inference.splits.leave_one_out` takes.

    Raises
    ------
    InputError
        If a cycle is unknown or unusable.
    InputError
        If two cycles share a day.
    """
    groups: list[str | None] = [None] * len(dates)
    held: list[Cycle] = [as_cycle(cycle) for cycle in cycles]
    for cycle in held:
        for row in np.flatnonzero((dates >= cycle.start) & (dates <= cycle.end)):
            if groups[row] is not None:
                raise InputError(f"{cycle} shares days with {groups[row]}; make them disjoint.")
            groups[row] = cycle.name
    return groups


def _sharpe(values: FloatArray) -> FloatArray:
    spread = values.std(axis=0, ddof=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = values.mean(axis=0) / spread
    return np.where(resolved(spread, size_of(values)), ratio, 0.0)
