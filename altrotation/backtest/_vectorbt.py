"""The one door to vectorbt: many strategies in one call, with every default made explicit."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from altrotation.aliases import FloatArray
from altrotation.backtest.market import Market
from altrotation.backtest.orders import Fills
from altrotation.backtest.plan import Plan
from altrotation.errors import InputError

__all__ = ["DUST", "portfolio", "simulate"]

# Least order in units of an asset whose price is brought to 100 at first, per unit of capital: a
# ten-billionth of the capital at that price is the rounding of a weight that is restored.
DUST = 1e-12
_SCALE = 100.0
_NOTHING = 1e-12  # vectorbt holds prices up to here for none


def simulate(plans: Sequence[Plan], market: Market, *, capital: float) -> list[Fills]:
    """Return the filled orders of every plan, from one call of vectorbt.

    Nothing happens to a portfolio between its orders, so each strategy gets a clock of its own
    that has only the rows on which it trades. All strategies then fit into one table of as many
    rows as the busiest of them has, and a thousand cost about what one costs over all days.

    Within a row of one strategy cash is shared, sells come before buys, and a buy that costs make
    too large is filled with the cash there is.

    Parameters
    ----------
    plans : sequence of Plan
    market : Market
    capital : float
        Cash at the start of each.

    Returns
    -------
    list of Fills
    """
    busiest = max((len(plan.rows) for plan in plans), default=0)
    k = market.price.shape[1]
    if busiest == 0 or k == 0:
        return [_none() for _ in plans]
    shape = (busiest, len(plans) * k)
    scale = _first_prices(market)
    size = np.full(shape, np.nan)
    price = np.full(shape, np.nan)
    mark = np.full(shape, _SCALE)
    slip = np.zeros(shape)
    for number, plan in enumerate(plans):
        used, block = len(plan.rows), slice(number * k, (number + 1) * k)
        size[:used, block] = plan.targets
        price[:used, block] = market.price[plan.rows] / scale
        mark[:used, block] = market.mark[plan.rows] / scale
        slip[:used, block] = plan.slippage
    # a mark nobody holds a position at: any number does, but NaN would spoil the group's value
    mark = np.where(np.isnan(mark), _SCALE, mark)
    held = _run(size, price, mark, slip, np.tile(market.fee, len(plans)), k, capital)
    records = held.order_records
    number, column = np.divmod(records["col"].astype(np.int64), k)
    sign = np.where(records["side"] == 0, 1.0, -1.0)
    order = np.argsort(number, kind="stable")
    bounds = np.searchsorted(number[order], np.arange(len(plans) + 1))
    fills = []
    for place, plan in enumerate(plans):
        mine = order[bounds[place] : bounds[place + 1]]
        mine = mine[np.argsort(records["idx"][mine], kind="stable")]
        own = scale[column[mine]]
        fills.append(
            Fills(
                row=plan.rows[records["idx"][mine]],
                column=column[mine],
                size=sign[mine] * records["size"][mine] / own,
                price=records["price"][mine] * own,
                fee=records["fees"][mine].copy(),
            )
        )
    return fills


def portfolio(plan: Plan, market: Market, *, capital: float) -> Any:
    """Return one strategy as a `vectorbt.Portfolio` over all its days, for vectorbt's own tools.

    Values are in units of the cash account. Closes are the marks of the market, so nothing is
    back-filled; a year has 365 days.

    Parameters
    ----------
    plan : Plan
    market : Market
    capital : float

    Returns
    -------
    vectorbt.Portfolio
        With one group.
    """
    n, k = market.price.shape
    scale = _first_prices(market)
    size, slip = np.full((n, k), np.nan), np.zeros((n, k))
    size[plan.rows], slip[plan.rows] = plan.targets, plan.slippage
    mark = np.where(np.isnan(market.mark), _SCALE, market.mark / scale)
    first = market.first
    return _run(
        size[first:],
        (market.price / scale)[first:],
        mark[first:],
        slip[first:],
        market.fee,
        k,
        capital,
        dates=market.dates[first:],
        names=market.assets,
    )


def _run(
    size: FloatArray,
    price: FloatArray,
    mark: FloatArray,
    slip: FloatArray,
    fee: FloatArray,
    k: int,
    capital: float,
    *,
    dates: pd.DatetimeIndex | None = None,
    names: Sequence[str] | None = None,
) -> Any:
    import vectorbt  # two seconds to import, and only a replay needs it

    if np.nanmin(mark) <= _NOTHING:
        raise InputError(
            f"vectorbt takes a price under {_NOTHING:g} of the first one for zero; replay "
            'with engine="reference".'
        )
    groups = size.shape[1] // k
    index = pd.RangeIndex(len(size)) if dates is None else dates
    columns = pd.MultiIndex.from_product(
        [range(groups), range(k) if names is None else list(names)], names=["strategy", "asset"]
    )
    return vectorbt.Portfolio.from_orders(
        pd.DataFrame(mark, index=index, columns=columns),
        size=size,
        size_type="targetpercent",
        direction="longonly",
        price=price,
        val_price=mark,
        fees=fee[None, :],
        fixed_fees=0.0,
        slippage=slip,
        min_size=DUST * float(capital),
        max_size=np.inf,
        size_granularity=np.nan,
        reject_prob=0.0,
        lock_cash=False,
        allow_partial=True,
        raise_reject=False,
        log=False,
        init_cash=float(capital),
        cash_sharing=True,
        group_by="strategy",
        call_seq="auto",  # sells before buys
        ffill_val_price=True,
        update_value=False,
        max_orders=int(np.isfinite(size).sum()) + 1,
        fillna_close=False,
        freq="1D",
    )


def _first_prices(market: Market) -> FloatArray:
    """Return what brings the first price of every asset to 100; 1 for one without a price."""
    seen = np.isfinite(market.price)
    first = np.take_along_axis(market.price, np.argmax(seen, axis=0)[None, :], axis=0)[0]
    return np.where(seen.any(axis=0), first / _SCALE, 1.0)


def _none() -> Fills:
    whole, real = np.empty(0, dtype=np.int64), np.empty(0)
    return Fills(row=whole, column=whole, size=real, price=real, fee=real)
