"""A levered leg: a perpetual future at constant leverage that pays funding."""

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.backtest.costs import Costs
from altrotation.data.panel import Panel
from altrotation.errors import InputError

__all__ = ["FUNDING", "levered_price"]

FUNDING = "funding.mean"
_RUIN = 1e-6  # what is left of a leg that lost everything: a price must stay positive


@guarded
def levered_price(price: pd.Series, panel: Panel, *, leverage: float, costs: Costs) -> pd.Series:
    """Return the value of a leg that holds `leverage` times its collateral in a perpetual.

    Between two closes it earns ``leverage * (return - funding)``, where funding is the panel's
    mean rate per 8 hours times `costs.funding_periods` for each day between them. The notional is
    restored to the leverage at every close. A loss of the whole collateral is ruin: the leg keeps
    a millionth of its value from then on.

    Parameters
    ----------
    price : Series of shape (n_days,)
        Closes in USD, NaN where there is none.
    panel : Panel
        With the mean funding rate.
    leverage : float
        At least 1.
    costs : Costs

    Returns
    -------
    Series of shape (n_days,)
        Equal to `price` at its first close; NaN where `price` is.

    Raises
    ------
    InputError
        If the panel has no funding.
    InputError
        If no funding is known on a day it would be paid.
    """
    if FUNDING not in panel.names:
        raise InputError(f"A levered leg needs {FUNDING!r}, which the panel lacks.")
    closes = price.dropna()
    if not len(closes):
        return price
    rate = panel.value(FUNDING).reindex(price.index).ffill(limit=3).loc[closes.index[0] :]
    unknown = rate.loc[: closes.index[-1]].iloc[1:].isna()
    if unknown.any() and costs.funding_periods > 0:
        day = unknown.index[int(np.argmax(unknown.to_numpy()))]
        raise InputError(
            f"Funding is unknown on {day:%Y-%m-%d}, which a levered leg would pay; start later or "
            "use leverage=1."
        )
    paid = (rate.fillna(0.0) * costs.funding_periods).cumsum().reindex(closes.index)
    earned = closes.pct_change() - paid.diff()
    growth = (1.0 + leverage * earned).fillna(1.0).to_numpy()
    ruined = np.maximum.accumulate(growth <= _RUIN)
    level = np.cumprod(np.where(ruined, 1.0, growth)) * np.where(ruined, _RUIN, 1.0)
    return pd.Series(float(closes.iloc[0]) * level, index=closes.index).reindex(price.index)
