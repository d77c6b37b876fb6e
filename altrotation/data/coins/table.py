"""The table of coins: one series a coin from many vendors, with the evidence and a ledger."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.aliases import DateLike, FloatArray
from altrotation.data.calendar import days
from altrotation.data.coins.records import ranked_records
from altrotation.data.coins.resolve import known_symbols, resolve_ids
from altrotation.data.coins.spikes import remove_spikes
from altrotation.data.coins.splice import splice
from altrotation.data.coins.vendors import EXCHANGES, GECKO, PRECEDENCE, Vendor, read_vendors
from altrotation.validate import to_day

__all__ = ["CoinTable", "TableSource", "load_coins"]

_FIRST = "2013-04-28"
_CLOSES = ("coin_close", "coin_close_2026", "coin_ohlcv_2025_2026")
# Aggregate spot volume only: one exchange's turnover is another quantity.
_AGGREGATE = ("cmc_2013_2018jan", "cmc_2018h1", *GECKO[:2], "yahoo_2022feb", GECKO[2])


class TableSource(Protocol):
    """Anything with `table(name)`: an archive, or a stand-in of a test."""

    def table(self, name: str) -> pd.DataFrame:
        """Return the archive table `name`."""


@dataclass(frozen=True, slots=True, eq=False)
class CoinTable:
    """Daily prices, volumes and capitalisations of coins on the 24/7 clock.

    Parameters
    ----------
    close : DataFrame of shape (n_days, n_coins)
        USD at 24:00 UTC of the label, NaN where no vendor has a price. Vendors are chained in
        returns (see `splice`), so a level may stand a few percent from any one vendor's.
    volume : DataFrame of shape (n_days, n_coins)
        Aggregate spot turnover in USD over the label's day (float32: vendors agree to no more than
        two digits); NaN where unknown, after 2025-07-13 everywhere.
    cap : DataFrame of shape (n_days, n_coins)
        Market capitalisation in USD at 24:00 UTC of the label; NaN where unknown.
    coins : DataFrame
        Index coin id; `symbol`, `name`, `first`, `last` (dates with a price), `sources`,
        `covered_to` (last day on which a listing vendor of the coin published anything: a gap
        before it is the coin's, after it the data's; missing where only single exchanges hold the
        coin, or a vendor could not print its price) and `died` (the price ends before that day).
    symbols : Series
        Every symbol a vendor used, index coin id (repeated).
    spans : DataFrame
        Which vendor gave the returns of which coin, one row a run of days: `id`, `source`,
        `series`, `first`, `last`, `days`, `factor` (chained level over the vendor's price in it); a
        vendor that gave none has one row of 0 days.
    matches : DataFrame
        The evidence of every match between vendors, refused ones included.
    ledger : DataFrame
        Every value taken out here: `source`, `series`, `id`, `date`, `value`, `reason`. What an
        archive corrects before is in its own ledger, `archive.ledger("coin_close")`.
    """

    close: pd.DataFrame
    volume: pd.DataFrame
    cap: pd.DataFrame
    coins: pd.DataFrame
    symbols: pd.Series
    spans: pd.DataFrame
    matches: pd.DataFrame
    ledger: pd.DataFrame

    @property
    def dates(self) -> pd.DatetimeIndex:
        """The labels, one a UTC day."""
        return pd.DatetimeIndex(self.close.index)

    def __repr__(self) -> str:
        return (
            f"CoinTable({len(self.coins)} coins, {self.dates[0]:%Y-%m-%d} to "
            f"{self.dates[-1]:%Y-%m-%d}, {int(self.close.notna().to_numpy().sum()):,} closes, "
            f"{len(self.ledger)} removed)"
        )


@guarded
def load_coins(
    archive: TableSource, *, start: DateLike = _FIRST, end: DateLike | None = None
) -> CoinTable:
    """Return the coins of the raw archive, identified, cleaned and spliced.

    Parameters
    ----------
    archive : Archive
        An opened archive: `archive.table(name)` returns a table of SOURCES.md.
    start, end : str or Timestamp
        First and last label, by default those of the closes. Identities are always established on
        the whole history.

    Returns
    -------
    CoinTable

    Raises
    ------
    InputError
        If a date is unreadable.
    InputError
        If `start` is after `end`.
    DataError
        If the archive lacks a source.
    """
    first = to_day(start, "start")
    window = None if end is None else days(first, end)
    dates = days(_FIRST, max(archive.table(name)["date"].max() for name in _CLOSES))
    window = days(first, dates[-1]) if window is None else window
    vendors, ledger = read_vendors(archive.table, dates)
    ids, matches = resolve_ids(vendors, ranked_records(archive.table))
    renames = archive.table("coin_slug_renames_2018")
    old, new = renames["slug_jan2018"], renames["slug_jul2018"]
    ids["cmc"] |= {o: ids["cmc"][n] for o, n in zip(old, new, strict=True) if n in ids["cmc"]}
    vendors, spikes = remove_spikes(vendors, ids)
    ledger = pd.concat([ledger, spikes], ignore_index=True)
    close, spans = _chain(vendors, ids, dates)
    close = close.loc[:, close.notna().any()]
    spans = spans[spans["id"].isin(close.columns)].reset_index(drop=True)
    ledger["id"] = [ids[s].get(k) for s, k in zip(ledger["source"], ledger["series"], strict=True)]
    symbols = known_symbols(vendors, ids)
    return CoinTable(
        close=close.reindex(window),
        volume=_volume(archive.table("coin_volume"), ids, dates, close).reindex(window),
        cap=_cap(archive.table("coin_market_cap"), ids, dates, close.columns).reindex(window),
        coins=_describe(
            close,
            spans,
            symbols,
            vendors,
            archive.table("coin_metadata"),
            set(ledger.loc[ledger["reason"].str.startswith("rounded"), "id"]),
        ),
        symbols=symbols,
        spans=spans,
        matches=matches,
        ledger=ledger,
    )


# -- internals -----------------------------------------------------------------------------------


def _chain(
    vendors: dict[str, Vendor], ids: dict[str, dict[str, str]], dates: pd.DatetimeIndex
) -> tuple[pd.DataFrame, pd.DataFrame]:
    coins = sorted({coin for mapping in ids.values() for coin in mapping.values()})
    position = {coin: k for k, coin in enumerate(coins)}
    holders: dict[str, list[tuple[str, str]]] = {}
    for name in PRECEDENCE:
        for series in vendors[name].close.columns:
            coin = ids[name][series]
            holders.setdefault(coin, []).append((name, series))
    level = np.full((len(dates), len(coins)), np.nan)
    spans: list[dict[str, object]] = []
    depth = max(len(h) for h in holders.values())
    for count in range(1, depth + 1):
        group = [coin for coin in coins if len(holders[coin]) == count]
        for start in range(0, len(group), 200):
            part = group[start : start + 200]
            stack = np.stack(
                [
                    np.column_stack(
                        [vendors[holders[c][v][0]].close[holders[c][v][1]] for c in part]
                    )
                    for v in range(count)
                ]
            )
            values, used, factor = splice(stack)
            main = np.stack([(used == v).sum(axis=0) for v in range(count)]).argmax(axis=0)
            anchor = factor[main, np.arange(len(part))]  # levels are the main vendor's
            values = values / anchor
            quoted = np.take_along_axis(stack, np.maximum(used, 0)[None], axis=0)[0]
            ratio = values / quoted
            level[:, [position[c] for c in part]] = values
            for k, coin in enumerate(part):
                spans.extend(_spans(coin, holders[coin], used[:, k], ratio[:, k], dates))
    frame = pd.DataFrame(level, index=dates, columns=pd.Index(coins, name="id", dtype=object))
    return frame, pd.DataFrame(spans)


def _spans(
    coin: str,
    holders: list[tuple[str, str]],
    used: np.ndarray,
    ratio: FloatArray,
    dates: pd.DatetimeIndex,
) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for v, (source, series) in enumerate(holders):
        vendor = {"id": coin, "source": source, "series": series}
        edges = np.flatnonzero(np.diff(np.concatenate([[False], used == v, [False]])))
        if not len(edges):
            rows.append({**vendor, "first": pd.NaT, "last": pd.NaT, "days": 0, "factor": np.nan})
        for first, stop in zip(edges[::2], edges[1::2], strict=True):
            span = {"first": dates[first], "last": dates[stop - 1], "days": stop - first}
            rows.append({**vendor, **span, "factor": ratio[stop - 1]})
    return rows


def _fill(
    table: pd.DataFrame,
    ids: dict[str, dict[str, str]],
    order: tuple[str, ...],
    dates: pd.DatetimeIndex,
    coins: pd.Index,
) -> FloatArray:
    result = np.full((len(dates), len(coins)), np.nan)
    for source in order:
        part = table[table["source"] == source]
        mapping = ids["cmc" if source.startswith("cmc") else source]
        names = part["coin_id"].cat
        codes = coins.get_indexer(
            pd.Index([mapping.get(str(s), "") for s in names.categories], dtype=object)
        )[names.codes]
        rows = dates.get_indexer(pd.DatetimeIndex(part["date"]))
        value = part["value"].to_numpy(dtype=float)
        inside = (rows >= 0) & (codes >= 0) & (value > 0)
        rows, codes, value = rows[inside], codes[inside], value[inside]
        empty = np.isnan(result[rows, codes])
        result[rows[empty], codes[empty]] = value[empty]
    return result


def _volume(
    table: pd.DataFrame,
    ids: dict[str, dict[str, str]],
    dates: pd.DatetimeIndex,
    close: pd.DataFrame,
) -> pd.DataFrame:
    values = _fill(table, ids, _AGGREGATE, dates, close.columns)
    return pd.DataFrame(values.astype("float32"), index=dates, columns=close.columns)


def _cap(
    table: pd.DataFrame, ids: dict[str, dict[str, str]], dates: pd.DatetimeIndex, coins: pd.Index
) -> pd.DataFrame:
    # The open of D is the close of D - 1: such capitalisations are relabelled one day earlier.
    stamp = pd.DatetimeIndex(table["date"])
    opens = (table["cap_time"] == "open_of_date").to_numpy()
    table = table.assign(date=stamp.where(~opens, stamp - pd.Timedelta(1, "D")))
    values = _fill(table, ids, (*_AGGREGATE[:4], _AGGREGATE[5]), dates, coins)
    return pd.DataFrame(values, index=dates, columns=coins)


def _describe(
    close: pd.DataFrame,
    spans: pd.DataFrame,
    symbols: pd.Series,
    vendors: dict[str, Vendor],
    metadata: pd.DataFrame,
    unprintable: set[str],
) -> pd.DataFrame:
    finite = close.notna().to_numpy()
    dates = close.index
    table = pd.DataFrame(index=close.columns)
    table["symbol"] = symbols[~symbols.index.duplicated()].reindex(table.index).fillna("")
    table["name"] = metadata.set_index("id")["name"].reindex(table.index)
    table["first"] = dates[finite.argmax(axis=0)]
    table["last"] = dates[len(dates) - 1 - finite[::-1].argmax(axis=0)]
    used = spans[spans["days"] > 0]
    table["sources"] = used.groupby("id")["source"].agg(";".join).reindex(table.index)
    ends = {name: v.close.index[v.close.notna().any(axis=1)].max() for name, v in vendors.items()}
    listing = spans[~spans["source"].isin(EXCHANGES)]
    last = listing.assign(end=listing["source"].map(ends)).groupby("id")["end"].max()
    table["covered_to"] = last.reindex(table.index)
    listed = pd.Series(~table.index.isin(list(unprintable)), index=table.index)
    table["covered_to"] = table["covered_to"].where(listed)
    table["died"] = table["last"] < table["covered_to"] - pd.Timedelta(7, "D")
    return table
