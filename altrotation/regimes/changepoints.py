"""Several breaks of the mean at unknown dates: optimal partition, their number, their intervals."""

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd
from ruptures import KernelCPD  # type: ignore[import-untyped]

from altrotation._guarded import guarded
from altrotation.aliases import FloatArray
from altrotation.errors import InputError
from altrotation.inference.results import RunInfo
from altrotation.kernels.segments import bartlett_variance
from altrotation.regimes.break_dates import argmax_quantile
from altrotation.regimes.paths import SmoothedRegime
from altrotation.regimes.sample import regression_sample
from altrotation.validate import require_between, require_choice, require_count
from altrotation.variation import above, resolved, varies

__all__ = ["ChangePoints", "Criterion", "changepoints"]

Criterion: TypeAlias = Literal["BIC", "LWZ"]
_CRITERIA: tuple[Criterion, ...] = ("BIC", "LWZ")


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ChangePoints:
    """The dated breaks of a mean, and the candidates they were chosen from.

    Parameters
    ----------
    candidates : DataFrame
        One row a number of breaks, from 0: rss, BIC, LWZ, and `ends`, the rows (counted from 1) of
        the last observations of the segments but the final one.
    criterion : str
        The one that chose.
    breaks : DataFrame
        One row a chosen break: row, date (last day before the break), low_row, high_row, low, high
        (interval of the date), cut (the interval reaches over the end of the sample), before,
        after (means), change.
    level : float
    dates : DatetimeIndex
        Of the complete rows.
    dropped : int
        Rows left out for a missing value.
    method : str
    run : RunInfo
    """

    candidates: pd.DataFrame
    criterion: Criterion
    breaks: pd.DataFrame
    level: float
    dates: pd.DatetimeIndex
    dropped: int
    method: str
    run: RunInfo

    def __len__(self) -> int:
        return len(self.breaks)

    def summary(self) -> pd.DataFrame:
        """Return the table of breaks."""
        return self.breaks

    def regime(self) -> SmoothedRegime:
        """Return the segments as states "segment 1", ...: smoothed, being cut in hindsight."""
        cuts = self.breaks["row"].to_numpy(dtype=np.int64)
        codes = np.searchsorted(cuts, np.arange(len(self.dates)), side="right")
        return SmoothedRegime(
            detector="change points",
            rule=self.method,
            states=tuple(f"segment {number + 1}" for number in range(len(cuts) + 1)),
            dates=self.dates,
            codes=codes.astype(np.int64),
            run=self.run,
        )

    def _repr_html_(self) -> str:
        return f"<p>{self.method}</p>{self.breaks.to_html()}{self.candidates.to_html()}"

    def __repr__(self) -> str:
        listed = ", ".join(f"{date:%Y-%m-%d}" for date in self.breaks["date"])
        return f"ChangePoints({len(self)} by {self.criterion}: {listed or 'none'})"


@guarded
def changepoints(
    series: pd.Series,
    *,
    max_breaks: int = 5,
    min_size: int | None = None,
    criterion: Criterion = "BIC",
    level: float = 0.95,
    bandwidth: int | None = None,
) -> ChangePoints:
    """Date the breaks of the mean of a series: Bai & Perron (1998, 2003).

    The partitions with 0 .. `max_breaks` breaks and the least residual sum of squares are found
    exactly by dynamic programming (ruptures `KernelCPD` with the linear kernel, whose cost is the
    squared error of `Dynp(model="l2", jump=1)`, in C); the criterion chooses their number.

    Parameters
    ----------
    series : Series of shape (n_days,)
        Missing values are left out and counted.
    max_breaks : int, default 5
        As Bai & Perron.
    min_size : int, optional
        Least rows of a segment; 15 % of the rows when left out (Bai & Perron 2003).
    criterion : {"BIC", "LWZ"}, default "BIC"
        BIC (Yao 1988), or the heavier penalty of Liu, Wu & Zidek (1997), which finds fewer false
        breaks where the errors are autocorrelated; both assume that they are not.
    level : float, default .95
        Of the intervals of the dates (Bai 1997), with variances of each segment.
    bandwidth : int, optional
        None: uncorrelated errors. A number: the intervals use long-run variances with Bartlett
        weights up to that lag.

    Returns
    -------
    ChangePoints

    Raises
    ------
    InputError
        If `criterion` is unknown.
    InputError
        If `max_breaks` < 1.
    InputError
        If `level` does not lie between 0 and 1.
    InputError
        If fewer than ten rows are complete.
    InputError
        If the series is constant.
    InputError
        If `min_size` < 2.
    InputError
        If two segments of `min_size` do not fit.
    InputError
        If `bandwidth` does not lie in 0 .. `min_size` - 1.
    InputError
        If some number of breaks fits the series exactly.
    InputError
        If a segment between two chosen breaks does not vary.
    """
    require_choice(criterion, _CRITERIA, "criterion")
    require_count(max_breaks, 1, "max_breaks")
    require_between(level, 0.0, 1.0, "level")
    sample = regression_sample(series, None, least=10)
    n = len(sample.y)
    size = max(2, math.floor(0.15 * n)) if min_size is None else min_size
    require_count(size, 2, "min_size")
    if 2 * size > n:
        raise InputError(
            f"Two segments of `min_size` {size} need {2 * size} rows, got {n}; lower `min_size`."
        )
    if bandwidth is not None and not 0 <= bandwidth < size:
        raise InputError(
            f"`bandwidth` must lie in 0..{size - 1} (`min_size` - 1), got {bandwidth}."
        )
    most = min(max_breaks, n // size - 1)
    candidates = _candidates(sample.y, most, size)
    scores = candidates[criterion].to_numpy()
    chosen = int((~above(scores, scores.min())).argmax())  # of equal ones, the fewest breaks
    ends = list(candidates["ends"].iloc[chosen])
    variance = (
        "each segment's variance" if bandwidth is None else f"long-run variances, {bandwidth} lags"
    )
    return ChangePoints(
        candidates=candidates,
        criterion=criterion,
        breaks=_dated(sample.y, ends, sample.dates, level, bandwidth),
        level=level,
        dates=sample.dates,
        dropped=sample.dropped,
        method=(
            f"least squares partition of the mean, segments of at least {size} rows, number by "
            f"{criterion} up to {most}, {level:.0%} intervals of Bai (1997) with {variance}"
        ),
        run=RunInfo.capture(None, sample.y),
    )


def _candidates(y: FloatArray, most: int, size: int) -> pd.DataFrame:
    n = len(y)
    centred = (y - y.mean())[:, None]  # the kernel sums cancel less around zero
    search = KernelCPD(kernel="linear", min_size=size).fit(centred)
    rows = []
    for m in range(most + 1):
        ends = [] if m == 0 else [int(end) for end in search.predict(n_bkps=m)[:-1]]
        rss = sum(float(((part - part.mean()) ** 2).sum()) for part in np.split(y, ends))
        if not resolved(math.sqrt(rss / n), np.abs(y).max()):
            raise InputError(
                f"{m} breaks fit the series exactly, so there is no noise to weigh them against; "
                "the breaks of a step function need no statistics."
            )
        # Two parameters a segment: its mean and its end, the last one's being the variance.
        fitted = 2 * (m + 1)
        bic = n * (math.log(2 * math.pi) + 1 + math.log(rss / n)) + fitted * math.log(n)
        # Liu, Wu & Zidek (1997) with c0 = .299, delta0 = .1, as Bai & Perron (2003).
        free = fitted - 1
        lwz = math.log(rss / (n - free)) + free / n * 0.299 * math.log(n) ** 2.1
        rows.append({"breaks": m, "rss": rss, "BIC": bic, "LWZ": lwz, "ends": tuple(ends)})
    return pd.DataFrame(rows).set_index("breaks")


def _dated(
    y: FloatArray, ends: list[int], dates: pd.DatetimeIndex, level: float, bandwidth: int | None
) -> pd.DataFrame:
    parts = np.split(y, ends)
    rows = []
    for position, end in enumerate(ends):
        before, after = parts[position], parts[position + 1]
        change = float(after.mean() - before.mean())
        spread = [_variance(part, bandwidth) for part in (before, after)]
        # Bai & Perron (1998) for a mean: change^2 / variance_before (estimate - truth)
        # converges to argmax V with equal drifts and scale sqrt(variance_after / variance_before).
        scale = math.sqrt(spread[1] / spread[0])
        unit = change**2 / spread[0]
        high = math.ceil(end - argmax_quantile((1 - level) / 2, scale=scale) / unit)
        low = math.floor(end - argmax_quantile((1 + level) / 2, scale=scale) / unit)
        kept = max(low, 1), min(high, len(y))
        rows.append(
            {
                "row": end,
                "date": dates[end - 1],
                "low_row": low,
                "high_row": high,
                "low": dates[kept[0] - 1],
                "high": dates[kept[1] - 1],
                "cut": low < 1 or high > len(y),
                "before": float(before.mean()),
                "after": float(after.mean()),
                "change": change,
            }
        )
    columns = ["row", "date", "low_row", "high_row", "low", "high", "cut", "before", "after"]
    return pd.DataFrame(rows, columns=[*columns, "change"])


def _variance(part: FloatArray, bandwidth: int | None) -> float:
    residual = part - part.mean()
    variance = float(bartlett_variance(residual[:, None], bandwidth or 0)[0, 0])
    if not (varies(part) and variance > 0):
        raise InputError(
            f"A segment of {len(part)} rows does not vary, so the date of its break has no law; "
            "raise `min_size` or lower `max_breaks`."
        )
    return variance
