"""Concentration and participation: whether few members carry a market, or many."""

import pandas as pd

from altrotation._guarded import guarded
from altrotation.indicators.breadth import share_above_mean, share_at_high, share_beating
from altrotation.indicators.members import positive_frame
from altrotation.indicators.relative import relative_momentum
from altrotation.validate import daily_series, positive, require_count, require_same_dates

__all__ = ["mega_cap_concentration", "sector_participation"]


@guarded
def mega_cap_concentration(
    cap_weighted: pd.Series, equal_weighted: pd.Series, *, window: int = 60
) -> pd.Series:
    """Return how far a cap-weighted index ran ahead of its equal-weighted twin over `window` days.

    c(t) = the log return of the first less that of the second: positive while the largest members
    lead, negative while the move broadens. A description of
    where the gains were, as commentaries use it.

    Parameters
    ----------
    cap_weighted, equal_weighted : Series of shape (n_days,)
        The same members, such as SPX and RSP, or the two large-cap baskets of coins. A large
        against a small index, such as SPX and RUT, is the looser form.
    window : int, default 60
        Rows between the two ends.

    Returns
    -------
    Series of shape (n_days,)
        Natural-log units; NaN for the first `window` rows and where one of the four prices is
        missing: read equities on their sessions, ``panel.on("XNYS")``.

    Raises
    ------
    InputError
        If the indexes differ, a price is not positive, or `window` < 1.

    Notes
    -----
    A price index against a fund that reinvests dividends (RSP in the reference panel) is short of
    the dividend: about 1.5 % a year, -0.004 over 60 sessions. It measures the direction of
    concentration, not its level, and does not tell size from the sectors the largest are in.
    """
    cap = daily_series(cap_weighted, "cap_weighted")
    equal = daily_series(equal_weighted, "equal_weighted")
    require_same_dates(cap, equal, "`cap_weighted` and `equal_weighted`")
    lead = relative_momentum(
        positive(cap, "cap_weighted"), positive(equal, "equal_weighted"), window=window
    )
    return lead.rename("mega_cap_concentration")


@guarded
def sector_participation(
    sectors: pd.DataFrame,
    index: pd.Series,
    *,
    mean: int = 200,
    high: int = 252,
    window: int = 60,
    least: int = 8,
) -> pd.DataFrame:
    """Return the shares of sectors above their mean, at their high, and ahead of the index.

    Parameters
    ----------
    sectors : DataFrame of shape (n_days, n_sectors)
        Levels of the sectors of one market. Days on which no sector has a close are no sessions:
        they are left out of every window.
    index : Series of shape (n_days,)
        The market as a whole, on the same dates.
    mean : int, default 200
        Sessions in the mean, the day itself included.
    high : int, default 252
        Sessions in the high, the day itself included.
    window : int, default 60
        Sessions of the return compared with the index.
    least : int, default 8
        Sectors that must be measurable, or the day is NaN: two of the eleven funds of the United
        States are younger than 2016.

    Returns
    -------
    DataFrame of shape (n_days, 3)
        `above_mean`, `at_high`, `beating`, in percent of sectors. NaN on days without a session,
        for the first mean - 1, high - 1 and `window` sessions, and below `least` sectors. A sector
        with a close missing in a window is not measurable in it.

    Raises
    ------
    InputError
        If dates differ, a level is not positive, or a length is too short.

    Notes
    -----
    Eleven sectors move in steps of nine points. Sectors are not companies: one share that makes up
    a fifth of a sector can carry it.
    """
    levels, market = positive_frame(sectors, "sectors"), daily_series(index, "index")
    require_same_dates(levels, market, "`sectors` and `index`")
    require_count(window, 1, "window")
    traded = levels.notna().any(axis=1)
    held, base = levels[traded], positive(market, "index")[traded]
    shares = {
        "above_mean": share_above_mean(held, window=mean, least=least),
        "at_high": share_at_high(held, window=high, least=least),
        "beating": share_beating(held, base, window=window, least=least),
    }
    return pd.DataFrame(shares).reindex(levels.index)
