"""Which series of which vendor is which coin: one canonical id a coin, with the evidence."""

import numpy as np
import pandas as pd

from altrotation.data.coins.identity import link_across_gaps
from altrotation.data.coins.matching import match_by_price
from altrotation.data.coins.vendors import EXCHANGES, GECKO, PRECEDENCE, Vendor

__all__ = ["known_symbols", "resolve_ids"]

_TAIL = pd.Timestamp("2025-07-13")  # the main vendor's last day


def resolve_ids(
    vendors: dict[str, Vendor], ranked: pd.DataFrame
) -> tuple[dict[str, dict[str, str]], pd.DataFrame]:
    """Map every vendor's series to coin ids, and return the evidence.

    Parameters
    ----------
    vendors : dict of Vendor
        See `read_vendors`.
    ranked : DataFrame
        See `ranked_records`.

    Returns
    -------
    ids : dict of dict
        Vendor -> series -> coin id: CoinGecko's id where it has the coin, else the July 2018 slug,
        else the vendor's own symbol with the vendor's name ("hex-usd@yahoo").
    matches : DataFrame
        One row a series of every vendor but CoinGecko (whose ids are the names): see
        `match_by_price`; and one a series linked across a gap: see `link_across_gaps`.
    """
    ids: dict[str, dict[str, str]] = {}
    reference = pd.DataFrame(index=vendors["cmc"].close.index)
    symbols = pd.Series(dtype=object)
    matches = []
    # Yahoo's early prices are cmc's own, so it lends its symbols to that family before others ask.
    first = (*GECKO, "cmc", "yahoo_2022feb")
    for name in (*first, *(v for v in PRECEDENCE if v not in first)):
        vendor = vendors[name]
        series = vendor.close.columns
        if name in GECKO:  # one namespace
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
    loose = {i for name in EXCHANGES for i in ids[name].values() if "@" in i}
    links = link_across_gaps(
        sample.reset_index(drop=True), reference, known_symbols(vendors, ids), loose=loose
    )
    joined = dict(zip(links["foreign_id"], links["id"], strict=True))
    for name in EXCHANGES:
        ids[name] = {key: joined.get(coin, coin) for key, coin in ids[name].items()}
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


def known_symbols(vendors: dict[str, Vendor], ids: dict[str, dict[str, str]]) -> pd.Series:
    """Return every symbol a vendor uses for a coin: index coin id (repeated), value symbol."""
    parts = [
        pd.DataFrame({"id": v.symbols.index.map(ids[name]), "symbol": v.symbols.to_numpy()})
        for name, v in vendors.items()
    ]
    pairs = pd.concat(parts).drop_duplicates()
    pairs = pairs[pairs["symbol"] != ""]
    return pd.Series(pairs["symbol"].to_numpy(), index=pairs["id"], name="symbol")
