"""Jumps that one vendor alone shows: unknown until they have lasted."""

import numpy as np
import pandas as pd

from altrotation.aliases import BoolArray, FloatArray
from altrotation.data.coins.vendors import Vendor

__all__ = ["remove_spikes"]

# log size of a jump that is held back, and for how many days: larger errors last longer
_JUMP, _DAYS = np.log(3.0), 1
_LARGE, _DAYS_OF_LARGE = np.log(5.0), 5
_AGREES = 0.2  # log points between two vendors of one coin


def remove_spikes(
    vendors: dict[str, Vendor], ids: dict[str, dict[str, str]]
) -> tuple[dict[str, Vendor], pd.DataFrame]:
    """Take out jumps that no other vendor confirms, for as long as an error usually lasts.

    A price more than 3 x off the one of the day before is held back for that day, one more than
    5 x off for five days, unless another vendor of the coin prints the same within 20 %. The first
    price back within 3 x, or the first after those days, is taken: a move that lasts is then seen
    as one return over the days between. Whether a value is taken depends on rows up to and
    including its own, so what was removed on a day could not have been known on it. Every value
    removed is in the ledger, nothing is replaced.

    Parameters
    ----------
    vendors : dict of Vendor
        See `read_vendors`.
    ids : dict of dict
        Vendor -> series -> coin id.

    Returns
    -------
    vendors : dict of Vendor
        With NaN for what was removed.
    ledger : DataFrame
        `source`, `series`, `date`, `value`, `reason`.
    """
    logs: dict[str, pd.DataFrame] = {}
    for name, vendor in vendors.items():
        logs[name] = vendor.close.rename(columns=ids[name]).apply(np.log)
    cleaned, rows = dict(vendors), []
    for name, vendor in vendors.items():
        values = logs[name].to_numpy()
        shown, confirmed = _witnesses(name, logs)
        held, jumps = _held_back(values, confirmed)
        prices = vendor.close.to_numpy()
        for row, column in np.argwhere(held):
            witness = "another vendor disagrees" if shown[row, column] else "no witness"
            rows.append(
                {
                    "source": name,
                    "series": vendor.close.columns[column],
                    "date": vendor.close.index[row],
                    "value": prices[row, column],
                    "reason": f"jump by {np.exp(jumps[row, column]):.3g} x, {witness}",
                }
            )
        if held.any():
            cleaned[name] = Vendor(name, vendor.close.mask(held), vendor.symbols)
    ledger = pd.DataFrame(rows, columns=["source", "series", "date", "value", "reason"])
    return cleaned, ledger.drop_duplicates(["source", "series", "date"])


def _witnesses(name: str, logs: dict[str, pd.DataFrame]) -> tuple[BoolArray, BoolArray]:
    """Return where another vendor has a price of the coin, and where it is the same price."""
    own = logs[name]
    shown, confirmed = (np.zeros(own.shape, dtype=np.bool_) for _ in range(2))
    for other, prices in logs.items():
        theirs = prices.columns.get_indexer(own.columns)
        mine = np.flatnonzero(theirs >= 0)
        if other == name or not len(mine):
            continue
        gap = np.abs(prices.to_numpy()[:, theirs[mine]] - own.to_numpy()[:, mine])
        shown[:, mine] |= np.isfinite(gap)
        confirmed[:, mine] |= gap < _AGREES
    return shown, confirmed


def _held_back(values: FloatArray, confirmed: BoolArray) -> tuple[BoolArray, FloatArray]:
    """Return which log prices are held back, and how far each stands off the last one taken."""
    n, k = values.shape
    held, jumps = np.zeros((n, k), dtype=np.bool_), np.full((n, k), np.nan)
    last, taken_at = np.full(k, np.nan), np.full(k, -2)  # the last price taken, and its row
    since, span = np.full(k, -1), np.zeros(k, dtype=np.int64)  # of the jump under way, if any
    for t in range(n):
        here = np.isfinite(values[t])
        off = values[t] - last
        far = here & (np.abs(off) > _JUMP) & ~confirmed[t]  # NaN, at the first price, is not
        begins = far & (since < 0) & (taken_at == t - 1)
        since[begins] = t
        span[begins] = np.where(np.abs(off[begins]) > _LARGE, _DAYS_OF_LARGE, _DAYS)
        held[t] = far & (since >= 0) & (t - since < span)
        jumps[t] = off
        taken = here & ~held[t]
        last[taken], taken_at[taken], since[taken] = values[t, taken], t, -1
    return held, jumps
