"""Monthly memberships as daily tables of true and false."""

import numpy as np
import pandas as pd

from altrotation.data.coins.universe import Membership

__all__ = ["coin_ids", "daily_members"]


def coin_ids(*memberships: Membership) -> list[str]:
    """Return the coins with a price series that ever belong to one of `memberships`, sorted.

    Parameters
    ----------
    *memberships : Membership
        Their coins without a price series have no id and are left out.

    Returns
    -------
    list of str
    """
    return sorted({str(i) for held in memberships for i in held.members["id"].dropna()})


def daily_members(
    membership: Membership, dates: pd.DatetimeIndex, coins: list[str]
) -> pd.DataFrame:
    """Return who belongs on each day, by the last decision labelled at or before it.

    Parameters
    ----------
    membership : Membership
        Monthly decisions, each from what was known on its day.
    dates : DatetimeIndex of shape (n_days,)
        Every UTC day wanted.
    coins : list of str
        Columns wanted: coins without a price series have none and are left out.

    Returns
    -------
    DataFrame of bool, shape (n_days, n_coins)
        All false before the first decision, and after one without members.
    """
    decided = membership.decided
    table = np.zeros((len(decided), len(coins)), dtype=np.bool_)
    held = membership.members.dropna(subset="id")
    rows = decided.get_indexer(pd.DatetimeIndex(held["decided"]))
    columns = pd.Index(coins, dtype=object).get_indexer(pd.Index(held["id"], dtype=object))
    inside = (rows >= 0) & (columns >= 0)
    table[rows[inside], columns[inside]] = True
    last = decided.searchsorted(dates, side="right") - 1
    daily = table[np.maximum(last, 0)] & (last >= 0)[:, None]
    return pd.DataFrame(daily, index=dates, columns=pd.Index(coins, dtype=object))
