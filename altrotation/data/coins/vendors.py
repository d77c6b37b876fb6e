"""Raw coin prices as wide frames, one a vendor, with impossible values moved to a ledger."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from altrotation.errors import DataError

__all__ = [
    "EXCHANGES",
    "GECKO",
    "PRECEDENCE",
    "TableReader",
    "Vendor",
    "perpetual_unit",
    "read_vendors",
]

TableReader = Callable[[str], pd.DataFrame]

# In SOURCES.md: first choice to 2018-07-02 and after it, dead coins and second sources, tails.
PRECEDENCE: tuple[str, ...] = (
    "cmc",
    "coingecko_2025",
    "coingecko_2022",
    "cryptocompare_2024jul",
    "yahoo_2022feb",
    "coinbase_2025oct",
    "coingecko_top5_2026",
    "binance_spot_2026jun",
    "binance_perp_2026mar",
    "mexc_spot_2026apr",
    "binance_perp_2026may",
    "coinbase_close_2026aug",
    "close_2026",
)

_CMC = ("cmc_2013_2018jan", "cmc_2018h1")  # "cmc" unites them
GECKO = ("coingecko_2025", "coingecko_2022", "coingecko_top5_2026")
# One exchange, or a slice of its history: where such a series ends nothing has died.
EXCHANGES = (
    "coinbase_2025oct",
    "binance_spot_2026jun",
    "binance_perp_2026mar",
    "mexc_spot_2026apr",
    "binance_perp_2026may",
    "coinbase_close_2026aug",
    "close_2026",
)

# Yahoo prints six decimals: under 5e-5 one step is at least 2 % of the price.
_YAHOO_LEAST = 5e-5
_PREFIX = re.compile(r"^(1000000|1000|1M)(?=[A-Z])")


@dataclass(frozen=True, slots=True, eq=False)
class Vendor:
    """One vendor's closes: `close` (n_days, n_series) in USD a coin, `symbols` and `units`."""

    name: str
    close: pd.DataFrame
    symbols: pd.Series


def perpetual_unit(symbol: str) -> tuple[str, float]:
    """Return the coin's symbol and the number of coins behind a perpetual such as 1000PEPE."""
    match = _PREFIX.match(symbol)
    if match is None:
        return symbol, 1.0
    return symbol[match.end() :], {"1000": 1e3, "1000000": 1e6, "1M": 1e6}[match.group(1)]


def read_vendors(
    table: TableReader, dates: pd.DatetimeIndex
) -> tuple[dict[str, Vendor], pd.DataFrame]:
    """Return every vendor's closes on `dates`, in order of precedence, and the ledger of removals.

    Parameters
    ----------
    table : callable
        Returns an archive table by name.
    dates : DatetimeIndex
        The 24/7 clock.

    Returns
    -------
    vendors : dict of Vendor
        "cmc" unites the two archive sources of that family, under the slugs of July 2018.
    ledger : DataFrame
        Removed values: `source`, `series`, `date`, `value`, `reason`.

    Raises
    ------
    DataError
        If the archive lacks a source.
    DataError
        If it has one that is not known.
    DataError
        If two united series differ.
    """
    long = table("coin_close")
    frames = {str(name): part for name, part in long.groupby("source", observed=True) if len(part)}
    unknown = sorted(set(frames) - {*PRECEDENCE, *_CMC})
    if unknown:
        raise DataError(
            f"The table coin_close has the source {unknown[0]!r}, which has no place among "
            f"{', '.join(PRECEDENCE)}; leave it out of the table."
        )
    removed: list[pd.DataFrame] = []
    vendors: dict[str, Vendor] = {}
    renames = table("coin_slug_renames_2018").set_index("slug_jan2018")["slug_jul2018"]
    for name in PRECEDENCE:
        if name == "cmc":
            early, late = (_wide(_need(frames, part), dates) for part in _CMC)
            close = _unite(early, late, renames)
            symbols = pd.Series("", index=close.columns)
        elif name == "mexc_spot_2026apr":
            close, symbols = _by_symbol(table("coin_ohlcv_2025_2026"), dates)
        elif name == "close_2026":
            close, symbols = _by_symbol(table("coin_close_2026"), dates)
        else:
            part = _need(frames, name)
            close = _wide(part, dates)
            pairs = part.drop_duplicates("coin_id")
            symbols = pd.Series(
                pairs["symbol"].astype(str).str.upper().to_numpy(),
                index=pairs["coin_id"].astype(str),
            ).reindex(close.columns)
        if name.startswith("binance_perp"):
            close, symbols = _per_coin(close, symbols)
        close, bad = _possible(close, name)
        removed.append(bad)
        vendors[name] = Vendor(name, close, symbols)
    return vendors, pd.concat(removed, ignore_index=True)


def _need(frames: dict[str, pd.DataFrame], name: str) -> pd.DataFrame:
    if name not in frames:
        raise DataError(f"The table coin_close has no source {name!r}; use a complete archive.")
    return frames[name]


def _wide(part: pd.DataFrame, dates: pd.DatetimeIndex, *, value: str = "value") -> pd.DataFrame:
    ids = pd.Categorical(part["coin_id"].astype(str))
    rows = dates.get_indexer(pd.DatetimeIndex(part["date"]))
    inside = rows >= 0
    values = np.full((len(dates), len(ids.categories)), np.nan)
    values[rows[inside], ids.codes[inside]] = part[value].to_numpy(dtype=float)[inside]
    return pd.DataFrame(values, index=dates, columns=pd.Index(ids.categories, dtype=object))


def _by_symbol(part: pd.DataFrame, dates: pd.DatetimeIndex) -> tuple[pd.DataFrame, pd.Series]:
    part = part[["symbol", "date", "close"]].rename(columns={"symbol": "coin_id"})
    close = _wide(part, dates, value="close")
    return close, pd.Series(close.columns.str.upper(), index=close.columns)


def _unite(early: pd.DataFrame, late: pd.DataFrame, renames: pd.Series) -> pd.DataFrame:
    early = early.rename(columns=dict(renames))
    both = early.columns.intersection(late.columns)
    worst_of = (early[both] / late[both] - 1.0).abs().max()
    worst = float(worst_of.max())
    if worst > 1e-6:
        slug = worst_of.idxmax()
        raise DataError(
            f"The two cmc sources differ in {slug!r} by {worst:.3g}; check the renames."
        )
    return late.combine_first(early).reindex(early.index)


def _per_coin(close: pd.DataFrame, symbols: pd.Series) -> tuple[pd.DataFrame, pd.Series]:
    units = [perpetual_unit(str(symbol)) for symbol in symbols]
    counts = np.array([count for _, count in units])
    return close.div(counts, axis="columns"), pd.Series(
        [symbol for symbol, _ in units], index=close.columns
    )


def _possible(close: pd.DataFrame, source: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    values = close.to_numpy()
    reasons = [(values <= 0, "not positive")]
    if source == "yahoo_2022feb":
        rounded = (values > 0) & (values < _YAHOO_LEAST)
        reasons.append((rounded, "rounded to six decimals: one step is over 2 %"))
    ledger = []
    for bad, reason in reasons:
        rows, columns = np.nonzero(bad)
        ledger.append(
            pd.DataFrame(
                {
                    "source": source,
                    "series": close.columns[columns].astype(object),
                    "date": close.index[rows],
                    "value": values[rows, columns],
                    "reason": reason,
                }
            )
        )
        close = close.mask(bad)
    return close, pd.concat(ledger, ignore_index=True)
