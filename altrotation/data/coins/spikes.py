"""Vendor errors that jump and come back within days, and that no other vendor saw."""

import numpy as np
import pandas as pd

from altrotation.aliases import FloatArray
from altrotation.data.coins.vendors import Vendor

__all__ = ["remove_spikes"]


def remove_spikes(
    vendors: dict[str, Vendor], ids: dict[str, dict[str, str]]
) -> tuple[dict[str, Vendor], pd.DataFrame]:
    """Take out short jumps that come back and that no other vendor confirms.

    A jump by 3 x that is undone within a day, or by 5 x within five days (nine tenths of it, in
    logs), is taken for a vendor's error unless another vendor of the coin printed the same price,
    within 20 %, on a day of it. This is a repair of raw records and looks up to five days ahead:
    every value is in the ledger, nothing is replaced.
    """
    logs: dict[str, pd.DataFrame] = {}
    for name, vendor in vendors.items():
        logs[name] = vendor.close.rename(columns=ids[name]).apply(np.log)
    cleaned, rows = dict(vendors), []
    for name, vendor in vendors.items():
        values = logs[name].to_numpy()
        bad = np.zeros(values.shape, dtype=bool)
        for start, stop, column in _excursions(values):
            coin = logs[name].columns[column]
            here = values[start:stop, column]
            others = [
                logs[other][coin].to_numpy()[start:stop]
                for other in logs
                if other != name and coin in logs[other].columns
            ]
            gaps = np.array([np.abs(other - here) for other in others])
            if gaps.size and (gaps < 0.2).any():
                continue
            witness = "another vendor disagrees" if np.isfinite(gaps).any() else "no witness"
            size = np.exp(here[np.isfinite(here)][0] - values[start - 1, column])
            bad[start:stop, column] = np.isfinite(here)
            rows += [
                {
                    "source": name,
                    "series": vendor.close.columns[column],
                    "date": vendor.close.index[row],
                    "value": vendor.close.iloc[row, column],
                    "reason": f"jump by {size:.3g} x and back within {stop - start} d, {witness}",
                }
                for row in range(start, stop)
                if np.isfinite(values[row, column])
            ]
        if bad.any():
            cleaned[name] = Vendor(name, vendor.close.mask(bad), vendor.symbols)
    ledger = pd.DataFrame(rows, columns=["source", "series", "date", "value", "reason"])
    return cleaned, ledger.drop_duplicates(["source", "series", "date"])


def _excursions(values: FloatArray) -> list[tuple[int, int, int]]:
    """Return (start, stop, column) of each short jump and return, the jump's days half-open."""
    found = []
    for length in range(1, 6):
        jump, share = (np.log(3.0), 0.25) if length == 1 else (np.log(5.0), 0.10)
        there = values[1:-length] - values[: -length - 1]
        over = values[1 + length :] - values[: -length - 1]
        hit = (np.abs(there) > jump) & (np.abs(over) < share * np.abs(there))
        for day in range(1, length):  # away on every day between, or unknown
            away = values[1 + day : len(values) - length + day] - values[: -length - 1]
            hit &= ~(away * np.sign(there) < 0.5 * np.abs(there))
        found += [(int(t) + 1, int(t) + 1 + length, int(c)) for t, c in np.argwhere(hit)]
    return found
