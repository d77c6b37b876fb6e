"""What holding a basket gave: returns, an index without holes, and what they rest on."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.errors import InputError
from altrotation.validate import daily_series, positive

__all__ = ["BasketResult"]


@dataclass(frozen=True, slots=True, eq=False)
class BasketResult:
    """A basket's daily returns and what they rest on.

    Parameters
    ----------
    name, weighting : str
        Which membership, and "equal" or "cap".
    returns : Series of shape (n_days,)
        Simple daily returns in USD; NaN before the first trade, after a decision without members,
        and on and after a day on which too little of the basket had a close.
    index : Series of shape (n_days,)
        Level, 100 at the first trade, to the first decision without members: it does not begin
        again, so that every ratio of two values is a return and no value depends on later days.
        NaN on days on which too little of the basket had a close; the level after them holds the
        whole return.
    rebalances : DataFrame
        Index the trade label; `decided`, `members`, `held` (members with a price), `coverage`
        (held / members), `cap_coverage` (the same by capitalisation), `turnover` (one-way, fraction
        of the basket), `traded` (false where too few members had a price: the trade is put off, or
        where there were none), `thin` (coverage under 80 %).
    daily : DataFrame
        `held` (positions open), `priced` (share of the month's basket with a close that day: what
        left because its vendor's data ended counts as without one until the next trade),
        `stale` (share of value whose close has not moved for more than three days).
    delistings : DataFrame
        `date`, `id`, `weight`, `kind` ("death": the vendor still published other coins; "data end":
        it did not), `loss` (simple return applied on that date).
    """

    name: str
    weighting: str
    returns: pd.Series
    index: pd.Series
    rebalances: pd.DataFrame
    daily: pd.DataFrame
    delistings: pd.DataFrame

    @property
    def log_returns(self) -> pd.Series:
        """Natural-log daily returns."""
        return pd.Series(np.log1p(self.returns), name=self.name)

    @property
    def coverage(self) -> pd.Series:
        """Daily share of members held, in percent: known at the trade, constant until the next."""
        share = 100.0 * self.rebalances["coverage"]
        return share.reindex(self.returns.index, method="ffill").rename(f"{self.name}.coverage")

    @guarded
    def relative_to(self, base: pd.Series) -> pd.Series:
        """Return the index of the ratio of the basket to `base`.

        Parameters
        ----------
        base : Series
            Prices in USD.

        Returns
        -------
        Series of shape (n_days,)
            100 at the first trade; NaN where either has no value.

        Raises
        ------
        InputError
            If `base` is not positive.
        InputError
            If `base` has no price at the first trade.
        """
        index = self.index
        prices = positive(daily_series(base, "base"), "base").reindex(index.index)
        first = index.first_valid_index()
        if first is None or not np.isfinite(prices[first]):
            raise InputError(f"`base` needs a price at the first trade of {self.name}, {first!s}.")
        ratio = index.to_numpy() / (prices / prices[first]).to_numpy()
        label = "/".join((self.name, str(base.name)))
        return pd.Series(ratio, index=index.index, name=label)

    def __repr__(self) -> str:
        days = self.returns.index
        span = f"{days[0]:%Y-%m-%d} to {days[-1]:%Y-%m-%d}"
        return f"BasketResult({self.name}, {self.weighting}, {span})"
