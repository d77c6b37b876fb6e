"""One number for liquidity: standardised components with signed weights that are written down."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.aliases import FloatArray
from altrotation.data.panel import Panel
from altrotation.errors import InputError
from altrotation.indicators.liquidity import calendar_growth, dollar_impulse, yield_impulse
from altrotation.kernels import breakout, rolling
from altrotation.validate import daily_frame, require_count
from altrotation.variation import resolved

__all__ = ["WEIGHTS", "liquidity_components", "liquidity_composite"]

WEIGHTS: Mapping[str, float] = MappingProxyType(
    {"dollar": -1.0, "yield": -1.0, "net_liquidity": 1.0, "money": 1.0, "stablecoins": 1.0}
)
"""Signs from the statement under test (a weaker dollar, lower short yields and more money are
easier); sizes equal, because equal weights on standardised predictors lose little to fitted ones
and cannot be fitted to the outcome (Dawes 1979, American Psychologist 34, 571-582)."""

# Days a value stands until the next release of its calendar, and a few more for holidays.
_STANDS = {"dollar": 5, "yield": 5, "net_liquidity": 10, "money": 45, "stablecoins": 3}


@guarded
def liquidity_components(panel: Panel) -> pd.DataFrame:
    """Return the five components of the composite on the days on which they were known.

    Parameters
    ----------
    panel : Panel
        On the clock "24/7", with DXY, DGS3MO, net_liquidity, M2 and stablecoin.supply.

    Returns
    -------
    DataFrame of shape (n_days, 5)
        dollar: `dollar_impulse` of DXY; yield: `yield_impulse` of DGS3MO (both 60 sessions, in
        standard deviations); net_liquidity and stablecoins: log growth over 91 days; money: log
        growth of M2 over 365 days. Each stands on the label its newest value was released (Treasury
        yields the next business day, net liquidity the day after its Wednesday, M2 58 days after
        its stamp) and for 5 days more (net_liquidity 10, stablecoins 3, money 45)
        unless a newer one comes; after that it is NaN. M2 is a late vintage: revisions since then
        are a look-ahead that the record cannot remove.

    Raises
    ------
    InputError
        If the panel lacks a series or is on another clock.
    """
    if panel.clock != "24/7":
        raise InputError(
            f"`panel` must be on the clock '24/7', got {panel.clock}; use .on('24/7')."
        )
    parts = {
        "dollar": dollar_impulse(panel.known("DXY")),
        "yield": yield_impulse(panel.known("DGS3MO")),
        "net_liquidity": calendar_growth(panel.known("net_liquidity"), days=91, tolerance=10),
        "money": calendar_growth(panel.known("M2"), days=365, tolerance=31),
        "stablecoins": calendar_growth(panel.known("stablecoin.supply"), days=91, tolerance=7),
    }
    return pd.DataFrame({name: part.ffill(limit=_STANDS[name]) for name, part in parts.items()})


@guarded
def liquidity_composite(
    components: pd.DataFrame,
    *,
    weights: Mapping[str, float] = WEIGHTS,
    history: int = 1095,
    warmup: int = 365,
    least: int = 3,
) -> pd.DataFrame:
    """Return the weighted mean of trailing z-scores of the components of liquidity.

    sum_i w_i z_it / sum_i |w_i| over the components present at t, where z_it = (x_it - mean) / s
    with the mean and the sample standard deviation (ddof=1) of the last `history` rows, the row
    itself included.

    Parameters
    ----------
    components : DataFrame of shape (n_days, k)
        Labelled by the day each value was known, for example `liquidity_components(panel)`.
    weights : mapping of str to float, default WEIGHTS
        One signed weight a column.
    history : int, default 1095
        Rows of the mean and of the standard deviation: three years.
    warmup : int, default 365
        Values of a component these rows must hold.
    least : int, default 3
        Components a day must have, or it is NaN.

    Returns
    -------
    DataFrame of shape (n_days, 2)
        `composite` (standard deviations, above zero is easier than in the past three years) and
        `count`, the components present. The composite steps when a component enters or ends: read
        both. Components are correlated, so its own standard deviation is not one.

    Raises
    ------
    InputError
        If a column has no weight or a weight no column, all weights are zero, or `history` < 2,
        `warmup` < 2 or `least` < 1.
    """
    values = daily_frame(components, "components")
    if set(weights) != set(values.columns):
        odd = sorted(set(weights) ^ set(values.columns))
        raise InputError(f"`weights` must name every column once, {odd[0]!r} stands alone.")
    sizes = np.array([weights[name] for name in values.columns], dtype=np.float64)
    if not np.isfinite(sizes).all() or not sizes.any():
        raise InputError(f"`weights` must be finite and not all zero, got {dict(weights)}.")
    require_count(history, 2, "history")
    require_count(warmup, 2, "warmup")
    require_count(least, 1, "least")
    scores = _scores(values.to_numpy(), history, warmup)
    present = ~np.isnan(scores)
    held = present.sum(axis=1)
    scale = (present * np.abs(sizes)).sum(axis=1)
    total = (np.where(present, scores, 0.0) * sizes).sum(axis=1)
    usable = (held >= least) & (scale > 0)
    composite = np.divide(total, scale, out=np.full(len(values), np.nan), where=usable)
    return pd.DataFrame(
        {"composite": composite, "count": held.astype(np.float64)}, index=values.index
    )


def _scores(values: FloatArray, history: int, warmup: int) -> FloatArray:
    """Return trailing z-scores; windows at the start are as long as the record before them."""
    lead = np.full((history - 1, values.shape[1]), np.nan)
    padded = np.vstack([lead, values])
    centre = rolling.mean(padded, history, least=warmup)[history - 1 :]
    spread = rolling.std(padded, history, least=warmup)[history - 1 :]
    size = breakout.rolling_max(np.abs(padded), history, least=warmup)[history - 1 :]
    scores = np.full(values.shape, np.nan)
    np.divide(values - centre, spread, out=scores, where=resolved(spread, size))
    return scores
