"""Cross-correlation at one lag over time, with a band for the whole path."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from altrotation._guarded import guarded
from altrotation.aliases import FloatArray, Seed
from altrotation.errors import InputError
from altrotation.inference.bootstrap import block_length
from altrotation.inference.results import RunInfo
from altrotation.inference.ties import tail_share
from altrotation.kernels.resample import stationary_rows
from altrotation.kernels.rolling_correlation import (
    rolling_correlation,
    rolling_correlation_of_resamples,
)
from altrotation.leadlag.inputs import aligned, named, require_stationary
from altrotation.leadlag.results import LeadLagResult
from altrotation.leadlag.streams import in_chunks
from altrotation.leadlag.whiten import bic_order, whitened
from altrotation.printing import p_text
from altrotation.validate import require_at_least, require_between, require_choice, require_count

__all__ = ["NULLS", "RollingCorrelation", "rolling_cross_correlation"]

NULLS = ("independent", "constant")


@dataclass(frozen=True, slots=True, eq=False, kw_only=True, repr=False)
class RollingCorrelation(LeadLagResult):
    """Trailing correlation of one series with another some rows before, with a joint band.

    Parameters
    ----------
    leader, follower : str
    lag, window : int
        Rows by which the leader is taken earlier, and rows in a window.
    table : DataFrame, one row a day
        estimate (rows up to and including the day); low, high (pointwise interval); null_low,
        null_high (under the null the whole path stays inside with probability `level`).
    whole : float
        Correlation over the whole sample.
    p_value : float
        Of the farthest excursion of the path.
    """

    leader: str
    follower: str
    lag: int
    window: int
    table: pd.DataFrame
    whole: float
    p_value: float

    def summary(self) -> pd.DataFrame:
        """Return the table, one row a day."""
        return self.table.copy()

    def findings(self) -> dict[str, str]:
        """Return the range of the path and the test in words."""
        path = self.table["estimate"].dropna()
        outside = (path < self.table["null_low"]) | (path > self.table["null_high"])
        return {
            "range": f"{path.min():+.3f} on {path.idxmin():%Y-%m-%d} to {path.max():+.3f} on "
            f"{path.idxmax():%Y-%m-%d}; {self.whole:+.3f} over all",
            "outside the joint band": f"{outside[path.index].mean():.0%} of days",
            "p of the farthest excursion": p_text(self.p_value),
        }


@guarded
def rolling_cross_correlation(
    x: pd.Series,
    y: pd.Series,
    *,
    window: int = 250,
    lag: int = 0,
    null: str = "independent",
    max_order: int = 10,
    mean_block: float | None = None,
    level: float = 0.95,
    replicates: int = 999,
    seed: Seed = 0,
    workers: int = 1,
) -> RollingCorrelation:
    """Correlate y with x `lag` rows before over trailing windows, with a band for the path.

    Some window always looks special. The band holds for all windows at once: the path of each
    resample is computed in full and its farthest excursion recorded, on Fisher's scale.

    The filters that whiten the series use the whole sample, so the path describes history; it is
    not an indicator to act on.

    Parameters
    ----------
    x, y : Series of shape (n,)
        Changes (log returns) on the same days, without holes between the ends.
    window : int, default 250
        Rows.
    lag : int, default 0
        Positive: x leads.
    null : {"independent", "constant"}, default "independent"
        "independent": each series resampled with its own blocks. "constant": pairs of days are
        resampled together, so that the correlation is that of the whole sample throughout; an
        excursion is then evidence of change.
    max_order : int, default 10
        Largest order BIC may choose for prewhitening.
    mean_block : float, optional
        Mean block length in rows; the largest Politis-White length of the filtered values and
        their squares when left out.
    level : float, default .95
    replicates : int, default 999
    seed : int or Generator, default 0
    workers : int, default 1

    Returns
    -------
    RollingCorrelation

    Raises
    ------
    InputError
        If the days of the series differ.
    InputError
        If a value is missing between the first and the last shared day.
    InputError
        If a series is constant, or determined by its own past.
    InputError
        If the series move as one.
    InputError
        If a series looks like a level.
    InputError
        If there are fewer than two windows of rows.
    InputError
        If a series does not move within some window.
    InputError
        If `window` < 20.
    InputError
        If `null` is unknown.
    InputError
        If `max_order` < 0, or leaves no more rows than coefficients.
    InputError
        If `mean_block` < 1.
    InputError
        If `replicates` or `workers` < 1.
    InputError
        If `level` does not lie between 0 and 1.
    """
    require_count(window, 20, "window")
    require_choice(null, NULLS, "null")
    require_between(level, 0.0, 1.0, "level")
    frame, _ = aligned({"x": x, "y": y}, least=2 * window + abs(lag) + 10)
    filtered, cut = _filtered(frame, max_order)
    shift = max(0, lag), max(0, -lag)
    n = len(filtered) - abs(lag)
    a = np.ascontiguousarray(filtered[shift[1] : shift[1] + n, 0])
    b = np.ascontiguousarray(filtered[shift[0] : shift[0] + n, 1])
    path = rolling_correlation(a, b, window)[window - 1 :]
    if np.isnan(path).any():
        raise InputError("A series does not move within some window; use a longer `window`.")
    block = mean_block
    if block is None:
        block = max(block_length(v) for v in (a, b, a * a, b * b))
    require_at_least(block, 1, "mean_block")

    def draw(count: int, rng: np.random.Generator) -> FloatArray:
        first = stationary_rows(n, block, count, rng)
        second = first if null == "constant" else stationary_rows(n, block, count, rng)
        return _excursions(a, b, first, second, window, null)

    drawn = in_chunks(draw, replicates, seed=seed, path=(1,), workers=workers)[:, 0]
    whole = float(np.corrcoef(a, b)[0, 1])
    centre = np.arctanh(whole) if null == "constant" else 0.0
    reach = float(np.quantile(drawn, level))
    seen = float(np.abs(_fisher(path) - centre).max())
    # Fisher (1921): the pointwise interval of a window taken by itself.
    point = float(stats.norm.isf((1 - level) / 2) / np.sqrt(window - 3))
    dates = frame.index[cut + max(0, lag, -lag) + window - 1 :]
    leader, follower = named(x, "x"), named(y, "y")
    words = {
        "independent": f"{leader} and {follower} are independent of each other throughout",
        "constant": f"the correlation of {leader} and {follower} is the same throughout",
    }
    return RollingCorrelation(
        label=f"{leader} and {follower} {lag:+d} rows: correlation over {window} rows",
        null=words[null],
        alternative="in some window it is not",
        method=f"prewhitened; {replicates} resamples with mean blocks of {block:.1f} rows; band "
        "from the farthest excursion of each path",
        n=n,
        first=dates[0],
        last=dates[-1],
        level=level,
        run=RunInfo.capture(seed, frame),
        leader=leader,
        follower=follower,
        lag=lag,
        window=window,
        table=pd.DataFrame(
            {
                "estimate": path,
                "low": np.tanh(_fisher(path) - point),
                "high": np.tanh(_fisher(path) + point),
                "null_low": np.tanh(centre - reach),
                "null_high": np.tanh(centre + reach),
            },
            index=dates,
        ),
        whole=whole,
        p_value=float(tail_share(seen, drawn)),
    )


def _filtered(frame: pd.DataFrame, max_order: int) -> tuple[FloatArray, int]:
    columns = [frame[name].to_numpy() for name in ("x", "y")]
    orders = [
        bic_order(frame[name].to_numpy(), None, max_order=max_order, name=name)
        for name in ("x", "y")
    ]
    for values, order, name in zip(columns, orders, ("x", "y"), strict=True):
        require_stationary(values, name, order=order)
    cut = max(orders)
    kept = [
        whitened(values, None, order=order, first=cut, name=name)
        for values, order, name in zip(columns, orders, ("x", "y"), strict=True)
    ]
    return np.column_stack(kept), cut


def _excursions(
    a: FloatArray,
    b: FloatArray,
    first: np.ndarray,
    second: np.ndarray,
    window: int,
    null: str,
) -> FloatArray:
    paths = _fisher(rolling_correlation_of_resamples(a, b, first, second, window))
    if null == "constant":
        x, y = a[first], b[first]
        x = x - x.mean(axis=1, keepdims=True)
        y = y - y.mean(axis=1, keepdims=True)
        whole = (x * y).sum(axis=1) / np.sqrt(np.square(x).sum(axis=1) * np.square(y).sum(axis=1))
        paths = paths - np.arctanh(whole)[:, None]
    # A window in which a resample is at rest has no correlation, hence no excursion.
    return np.asarray(np.nan_to_num(np.abs(paths)).max(axis=1, keepdims=True))


def _fisher(correlation: FloatArray) -> FloatArray:
    z: FloatArray = np.arctanh(np.clip(correlation, -0.999999, 0.999999))
    return z
