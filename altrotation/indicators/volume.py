"""Volume: what a group of assets trades."""

import pandas as pd

from altrotation.errors import InputError
from altrotation.indicators.members import membership
from altrotation.validate import daily_frame, require_at_least

__all__ = ["group_volume"]


def group_volume(
    volumes: pd.DataFrame, *, members: pd.DataFrame | None = None, least: int = 1
) -> pd.Series:
    """Return the summed volume of the members of a group on each day.

    Parameters
    ----------
    volumes : DataFrame of shape (n_days, n_members)
        Traded value of each member in one currency.
    members : DataFrame of bool, shape (n_days, n_members), optional
        Who belongs at each day, known at that day; by default everybody.
    least : int, default 1
        Members with a volume that a day must have, or it is NaN.

    Returns
    -------
    Series of shape (n_days,)
        In the currency of `volumes`. A missing volume adds nothing, so the sum moves when coverage
        does: read it beside the number of members measured. No warm-up.

    Raises
    ------
    InputError
        If dates or columns differ, a volume is negative, or `least` < 1.
    """
    traded = daily_frame(volumes, "volumes")
    if bool((traded.to_numpy() < 0).any()):
        raise InputError("`volumes` must not be negative; use NaN for a missing volume.")
    require_at_least(least, 1, "least")
    shown = traded.where(membership(members, traded))
    total = shown.sum(axis=1).where(shown.notna().sum(axis=1) >= least)
    return total.rename("group_volume")
