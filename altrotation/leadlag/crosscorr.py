"""Cross-correlation of two prewhitened series at many leads and lags."""

import numpy as np
import pandas as pd
from scipy import stats

from altrotation._guarded import guarded
from altrotation.aliases import FloatArray, Seed
from altrotation.inference.bootstrap import block_length
from altrotation.inference.multiple import step_down
from altrotation.inference.results import RunInfo
from altrotation.inference.ties import tail_share
from altrotation.kernels.resample import stationary_counts
from altrotation.kernels.xcorr import (
    cross_correlations,
    independent_cross_correlations,
    lagged_products,
)
from altrotation.leadlag.correlogram import CrossCorrelation
from altrotation.leadlag.inputs import aligned, named, require_stationary
from altrotation.leadlag.robust import cumulative_test, robust_statistics, sign_test
from altrotation.leadlag.streams import in_chunks
from altrotation.leadlag.whiten import bic_order, whitened
from altrotation.validate import require_at_least, require_between, require_count

__all__ = ["cross_correlation"]


@guarded
def cross_correlation(
    x: pd.Series,
    y: pd.Series,
    *,
    lags: int = 20,
    controls: pd.DataFrame | None = None,
    prewhiten: bool = True,
    max_order: int = 10,
    mean_block: float | None = None,
    level: float = 0.95,
    replicates: int = 999,
    seed: Seed = 0,
    workers: int = 1,
) -> CrossCorrelation:
    """Correlate x[t] with y[t+k] for k from -lags to lags, with bands, intervals and tests.

    Each series is filtered by its own autoregression (Haugh 1976), so that its own dynamics make no
    peaks. Three kinds of inference are returned. Bands under independence: each filtered series is
    resampled with its own blocks, pointwise and for the maximum over lags. The robust test of
    Dalla, Giraitis & Phillips (2022), with random signs for the maximum over lags: its null is no
    correlation at the lag in question, and it allows correlation at lag 0 and common volatility.
    Intervals of the correlations themselves: days resampled in blocks with both series together,
    normal on Fisher's scale.

    Parameters
    ----------
    x, y : Series of shape (n,)
        Changes (log returns), on the same days of one clock. Ends where one is missing are dropped,
        a hole in between is refused.
    lags : int, default 20
        Largest lead and lag, in rows.
    controls : DataFrame of shape (n, m), optional
        Taken out of both series, at lags 0 to the order: the correlation is then partial.
    prewhiten : bool, default True
        False only for series known to be white: without it persistence looks like lead.
    max_order : int, default 10
        Largest order that BIC may choose for a filter.
    mean_block : float, optional
        Mean block length of the resamples, in rows; by default, for each series, the larger of the
        Politis-White lengths of the filtered values and of their squares.
    level : float, default .95
    replicates : int, default 999
    seed : int or Generator, default 0
    workers : int, default 1
        Threads; the numbers do not depend on it.

    Returns
    -------
    CrossCorrelation

    Raises
    ------
    InputError
        If the days of the series differ.
    InputError
        If a value is missing between the first and the last shared day.
    InputError
        If a series is constant.
    InputError
        If the series move as one, a control as one of them or as a sum of others.
    InputError
        If the past of a series and the controls determine it.
    InputError
        If a series looks like a level.
    InputError
        If there are fewer than 40 + 2 `lags` rows.
    InputError
        If `lags` < 1.
    InputError
        If `max_order` < 0, or leaves no more rows than coefficients.
    InputError
        If `mean_block` < 1.
    InputError
        If `replicates` or `workers` < 1.
    InputError
        If `level` does not lie between 0 and 1.
    """
    require_count(lags, 1, "lags")
    require_between(level, 0.0, 1.0, "level")
    frame, extra = aligned({"x": x, "y": y}, controls=controls, least=40 + 2 * lags)
    a, b, orders, cut = _filtered(frame, extra, max_order if prewhiten else None)
    blocks = _mean_blocks(a, b, mean_block)
    shifts = np.arange(-lags, lags + 1)

    def independent(count: int, rng: np.random.Generator) -> FloatArray:
        return independent_cross_correlations(a, b, shifts, mean_block=blocks, draws=count, rng=rng)

    estimate = cross_correlations(a, b, shifts)
    null = in_chunks(independent, replicates, seed=seed, path=(1,), workers=workers)
    products = lagged_products(a - a.mean(), b - b.mean(), shifts)
    robust_p, robust_adjusted, sides = sign_test(
        products, shifts, replicates, seed=seed, path=(2,), workers=workers
    )
    low, high = _interval(
        estimate, a, b, products, max(blocks), level, replicates, seed=seed, workers=workers
    )
    tails = np.quantile(null, [(1 - level) / 2, (1 + level) / 2], axis=0)
    np.abs(null, out=null)
    size = np.abs(estimate)
    table = pd.DataFrame(
        {
            "estimate": estimate,
            "low": low,
            "high": high,
            "null_low": tails[0],
            "null_high": tails[1],
            "p": tail_share(size, null),
            "p_adjusted": step_down(size, null),
            "robust_t": robust_statistics(products),
            "robust_p": robust_p,
            "robust_p_adjusted": robust_adjusted,
        },
        index=pd.Index(shifts, name="lag"),
    )
    leader, follower = named(x, "x"), named(y, "y")
    held = "" if extra is None else f", after taking out {', '.join(map(str, extra.columns))}"
    return CrossCorrelation(
        label=f"{leader} and {follower}: cross-correlation{held}",
        null=f"{leader} and {follower} are uncorrelated at the lag (robust columns); they are "
        "independent of each other (bands)",
        alternative=f"{leader} leads at a positive lag, {follower} at a negative one",
        method=f"residuals of AR({orders[0]}) and AR({orders[1]}); {replicates} resamples with "
        f"mean blocks of {blocks[0]:.1f} and {blocks[1]:.1f} rows; random signs for the robust p",
        n=len(a),
        first=frame.index[cut],
        last=frame.index[-1],
        level=level,
        run=RunInfo.capture(seed, frame, *(() if extra is None else (extra,))),
        leader=leader,
        follower=follower,
        table=table,
        null_joint=float(np.quantile(null.max(axis=1), level)),
        sides=sides,
        cumulative={
            "positive": cumulative_test(products[:, shifts > 0])[1],
            "negative": cumulative_test(products[:, shifts < 0])[1],
        },
        orders=orders,
        mean_block=blocks,
        replicates=replicates,
    )


def _filtered(
    frame: pd.DataFrame, extra: pd.DataFrame | None, max_order: int | None
) -> tuple[FloatArray, FloatArray, tuple[int, int], int]:
    x, y = frame["x"].to_numpy(), frame["y"].to_numpy()
    held = None if extra is None else extra.to_numpy()
    if max_order is None:
        orders = (0, 0)
    else:
        orders = (
            bic_order(x, held, max_order=max_order, name="x"),
            bic_order(y, held, max_order=max_order, name="y"),
        )
    require_stationary(x, "x", order=orders[0])
    require_stationary(y, "y", order=orders[1])
    cut = max(orders)
    first = whitened(x, held, order=orders[0], first=cut, name="x")
    second = whitened(y, held, order=orders[1], first=cut, name="y")
    return first, second, orders, cut


def _mean_blocks(a: FloatArray, b: FloatArray, given: float | None) -> tuple[float, float]:
    if given is not None:
        require_at_least(given, 1, "mean_block")
        return float(given), float(given)
    first, second = (max(block_length(v), block_length(v * v)) for v in (a, b))
    return first, second


def _interval(
    estimate: FloatArray,
    a: FloatArray,
    b: FloatArray,
    products: FloatArray,
    mean_block: float,
    level: float,
    replicates: int,
    *,
    seed: Seed,
    workers: int,
) -> tuple[FloatArray, FloatArray]:
    squares = np.column_stack([np.square(a - a.mean()), np.square(b - b.mean())])
    terms = np.concatenate([products, squares], axis=1).astype(np.float32)

    def paired(count: int, rng: np.random.Generator) -> FloatArray:
        counts = stationary_counts(len(terms), mean_block, count, rng)
        return np.asarray(counts @ terms, dtype=np.float64)

    sums = in_chunks(paired, replicates, seed=seed, path=(3,), workers=workers)
    scale = np.sqrt(sums[:, -2] * sums[:, -1])[:, None]
    spread = np.arctanh(np.clip(sums[:, :-2] / scale, -0.999999, 0.999999)).std(axis=0, ddof=1)
    reach = stats.norm.isf((1 - level) / 2) * spread
    centre = np.arctanh(np.clip(estimate, -0.999999, 0.999999))
    return np.tanh(centre - reach), np.tanh(centre + reach)
