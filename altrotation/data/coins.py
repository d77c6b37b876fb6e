"""The table of coins: one series a coin from many vendors, with the evidence and a ledger."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd

from altrotation.aliases import DateLike, FloatArray
from altrotation.data.calendar import days
from altrotation.data.identity import link_across_gaps, match_by_price
from altrotation.data.records import ranked_records
from altrotation.data.splice import splice
from altrotation.data.vendors import PRECEDENCE, Vendor, read_vendors

__all__ = ["CoinTable", "TableSource", "load_coins"]

_FIRST, _LAST = "2013-04-28", "2026-10-08"
_TAIL = pd.Timestamp("2025-07-13")  # the main vendor's last day
_GECKO = ("coingecko_2025", "coingecko_2022", "coingecko_top5_2026")
# Aggregate spot volume only: one exchange's turnover is another quantity.
_AGGREGATE = ("cmc_2013_2018jan", "cmc_2018h1", *_GECKO[:2], "yahoo_2022feb", _GECKO[2])
# One exchange, or a slice of its history: where such a series ends nothing has died.
_PARTIAL = (
    "coinbase_2025oct",
    "binance_spot_2026jun",
    "binance_perp_2026mar",
    "mexc_spot_2026apr",
    "binance_perp_2026may",
    "coinbase_close_2026aug",
    "close_2026",
)


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
        `covered_to` (last day on which a listing vendor of the coin published anything: a gap before it
        is the coin's, after it the data's; missing where only single exchanges hold the coin, or a
        vendor could not print its price) and `died` (the price ends before that day).
    symbols : Series
        Every symbol a vendor used, index coin id (repeated).
    spans : DataFrame
        Which vendor gave the returns of which coin: `id`, `source`, `series`, `first`, `last`,
        `days`, `factor` (chained level over the vendor's price when they last met).
    matches : DataFrame
        The evidence of every match between vendors, refused ones included.
    ledger : DataFrame
        Every value taken out: `source`, `series`, `id`, `date`, `value`, `reason`.
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


def load_coins(
    archive: TableSource, *, start: DateLike = _FIRST, end: DateLike = _LAST
) -> CoinTable:
    """Return the coins of the raw archive, identified, cleaned and spliced.

    Parameters
    ----------
    archive : Archive
        An opened archive: `archive.table(name)` returns a table of SOURCES.md.
    start, end : str or Timestamp
        First and last label. Identities are always established on the whole history.

    Returns
    -------
    CoinTable

    Raises
    ------
    InputError
        If a date is unreadable or `start` is after `end`.
    DataError
        If the archive lacks a source.
    """
    window = days(start, end)
    dates = days(_FIRST, _LAST)
    vendors, ledger = read_vendors(archive.table, dates)
    ids, matches = _identify(vendors, ranked_records(archive.table))
    renames = archive.table("coin_slug_renames_2018")
    old, new = renames["slug_jan2018"], renames["slug_jul2018"]
    ids["cmc"] |= {o: ids["cmc"][n] for o, n in zip(old, new, strict=True) if n in ids["cmc"]}
    vendors, spikes = _remove_spikes(vendors, ids)
    ledger = pd.concat([ledger, spikes], ignore_index=True)
    close, spans = _chain(vendors, ids, dates)
    ledger["id"] = [ids[s].get(k) for s, k in zip(ledger["source"], ledger["series"], strict=True)]
    symbols = _symbols(vendors, ids)
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


def _identify(
    vendors: dict[str, Vendor], ranked: pd.DataFrame
) -> tuple[dict[str, dict[str, str]], pd.DataFrame]:
    """Map every vendor's series to coin ids: CoinGecko's where it has the coin."""
    ids: dict[str, dict[str, str]] = {}
    reference = pd.DataFrame(index=vendors["cmc"].close.index)
    symbols = pd.Series(dtype=object)
    matches = []
    # Yahoo's early prices are cmc's own, so it lends its symbols to that family before others ask.
    first = (*_GECKO, "cmc", "yahoo_2022feb")
    for name in (*first, *(v for v in PRECEDENCE if v not in first)):
        vendor = vendors[name]
        series = vendor.close.columns
        if name in _GECKO:  # one namespace
            ids[name] = {str(s): str(s) for s in series}
        else:
            evidence = match_by_price(
                vendor.close, reference, foreign_symbols=vendor.symbols, reference_symbols=symbols
            )
            taken = evidence.dropna(subset="id").sort_values(
                ["name_agrees", "distance"], ascending=[False, True]
            )
            double = taken.loc[taken.duplicated("id"), "foreign_id"]
            twice = evidence["foreign_id"].isin(double)
            evidence.loc[twice, ["id", "verdict"]] = [None, "a nearer series took the coin"]
            matches.append(evidence.assign(source=name))
            ids[name] = _names(evidence, name, set(reference.columns))
        new = {s: i for s, i in ids[name].items() if i not in reference.columns}
        old = {s: i for s, i in ids[name].items() if i in reference.columns}
        values = reference.to_numpy(copy=True)
        places = reference.columns.get_indexer(pd.Index(list(old.values()), dtype=object))
        theirs = vendor.close[list(old)].to_numpy()
        values[:, places] = np.where(np.isnan(values[:, places]), theirs, values[:, places])
        reference = pd.concat(
            [
                pd.DataFrame(values, index=reference.index, columns=reference.columns),
                vendor.close[list(new)].rename(columns=new),
            ],
            axis=1,
        )
        fresh = vendor.symbols.rename(index=ids[name])
        blank = symbols[symbols == ""].index
        symbols = pd.concat(
            [symbols.drop(index=blank), fresh, symbols[blank]],
        )
        symbols = symbols[~symbols.index.duplicated()]
    found = pd.concat(matches, ignore_index=True)
    late = ranked[ranked["date"] >= _TAIL - pd.Timedelta(400, "D")]
    sample = late[(late["basis"] == "snapshot") | (late["date"].dt.day % 7 == 1)]
    loose = {i for name in _PARTIAL for i in ids[name].values() if "@" in i}
    links = link_across_gaps(
        sample.reset_index(drop=True), reference, _symbols(vendors, ids), loose=loose
    )
    joined = dict(zip(links["foreign_id"], links["id"], strict=True))
    for name in _PARTIAL:
        for series, coin in ids[name].items():
            if coin in joined:
                ids[name][series] = joined[coin]
    links["verdict"], links["source"] = "matched across a gap by ranked lists", "ranked lists"
    return ids, pd.concat([found, links], ignore_index=True)


def _names(evidence: pd.DataFrame, source: str, taken: set[str]) -> dict[str, str]:
    result = {}
    for foreign, matched in zip(evidence["foreign_id"], evidence["id"], strict=True):
        if isinstance(matched, str):
            result[str(foreign)] = matched
        elif source == "cmc" and foreign not in taken:
            result[str(foreign)] = str(foreign)
        else:
            result[str(foreign)] = f"{str(foreign).lower()}@{source.split('_')[0]}"
    return result


def _remove_spikes(
    vendors: dict[str, Vendor], ids: dict[str, dict[str, str]]
) -> tuple[dict[str, Vendor], pd.DataFrame]:
    """Take out short jumps that come back and that no other vendor confirms.

    A jump by 3 x that is undone within a day, or by 5 x within five days (nine tenths of it, in logs),
    is taken for a vendor's error unless another vendor of the coin printed the same price, within
    20 %, on a day of it. This is a repair of raw records and looks up to five days ahead: every value
    is in the ledger, nothing is replaced.
    """
    logs = {
        name: np.log(vendor.close.rename(columns=ids[name])) for name, vendor in vendors.items()
    }
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
        found += [(int(t) + 1, int(t) + 1 + length, int(c)) for t, c in np.argwhere(hit)]
    return found


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
            values, factor = values / anchor, factor / anchor
            level[:, [position[c] for c in part]] = values
            for k, coin in enumerate(part):
                spans.extend(_spans(coin, holders[coin], used[:, k], factor[:, k], dates))
    frame = pd.DataFrame(level, index=dates, columns=pd.Index(coins, name="id", dtype=object))
    return frame, pd.DataFrame(spans)


def _spans(
    coin: str,
    holders: list[tuple[str, str]],
    used: np.ndarray,
    factor: FloatArray,
    dates: pd.DatetimeIndex,
) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for v, (source, series) in enumerate(holders):
        at = np.flatnonzero(used == v)
        rows.append(
            {
                "id": coin,
                "source": source,
                "series": series,
                "first": dates[at[0]] if len(at) else pd.NaT,
                "last": dates[at[-1]] if len(at) else pd.NaT,
                "days": len(at),
                "factor": factor[v],
            }
        )
    return rows


def _symbols(vendors: dict[str, Vendor], ids: dict[str, dict[str, str]]) -> pd.Series:
    parts = [
        pd.DataFrame({"id": v.symbols.index.map(ids[name]), "symbol": v.symbols.to_numpy()})
        for name, v in vendors.items()
    ]
    pairs = pd.concat(parts).drop_duplicates()
    pairs = pairs[pairs["symbol"] != ""]
    return pd.Series(pairs["symbol"].to_numpy(), index=pairs["id"], name="symbol")


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
    listing = spans[~spans["source"].isin(_PARTIAL)]
    last = listing.assign(end=listing["source"].map(ends)).groupby("id")["end"].max()
    table["covered_to"] = last.reindex(table.index)
    table.loc[table.index.isin(unprintable), "covered_to"] = pd.NaT
    table["died"] = table["last"] < table["covered_to"] - pd.Timedelta(7, "D")
    return table.loc[finite.any(axis=0)]
