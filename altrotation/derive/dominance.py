"""Dominance columns: bitcoin's share of the market, and the market without its leaders."""

from dataclasses import replace

import numpy as np
import pandas as pd

from altrotation.data.cards import SeriesCard
from altrotation.data.raw.archive import Archive
from altrotation.derive.column import FIGURE, LEVEL_DIGITS, Column, rebased
from altrotation.errors import DataError
from altrotation.indicators.dominance import capitalisation_without, without_flagged

__all__ = ["dominance_columns"]

_SPLIT, _LATE = "total_market_cap_split_2013_2025", "dominance_total_cap_2025_2026"
_LINKED = (
    "Of every listed coin, stablecoins included. To {link} from one vendor's capitalisations; "
    "after it chained by the growth of another's (price times supply over dominance), whose level "
    "is {gap:.1f} % {side} at the link: growth is comparable across the link, small differences "
    "of level are not."
)


def dominance_columns(archive: Archive) -> list[Column]:
    """Return bitcoin's dominance by two stamps, and TOTAL, TOTAL2, TOTAL3 as indexes.

    Parameters
    ----------
    archive : Archive

    Returns
    -------
    list of Column
        Dominance in percent, the indexes in points.
    """
    return [_long_dominance(archive), _clean_dominance(archive), *_totals(archive)]


def _long_dominance(archive: Archive) -> Column:
    frame = _dominance_kind(archive, "long_close_stamped")
    card = _share(
        archive,
        "BTC.dominance",
        "btc_dominance",
        "Close-stamped: the value of D is taken at the close of D. Values over two points off the "
        "median of the seven days around them were flagged as spikes and are missing (184, most in "
        "2013 and 2014). Three of those days come later, so a value counts as known three days "
        "after its stamp. Before 2015 the rest is still noisy. Compare changes: vendors' levels "
        "differ by about 2 points, and this one stands about 2.5 points above the share in "
        "capitalisations from 2024 on but not before 2023. Ends on 2026-07-24.",
    )
    card = replace(card, release="3d")
    return Column(card, without_flagged(frame["btc_d"], frame["spike_flag"]), digits=LEVEL_DIGITS)


def _clean_dominance(archive: Archive) -> Column:
    clean = _dominance_kind(archive, "clean_midnight_stamped")["btc_d"]
    clean.index = pd.DatetimeIndex(clean.index) - pd.Timedelta(1, "D")
    late = archive.table(_LATE).set_index("date")["btc_dominance_pct_cmc"].astype("float64")
    both = pd.DatetimeIndex(clean.index).intersection(pd.DatetimeIndex(late.index))
    if not np.allclose(clean[both], late[both], atol=0.01):
        raise DataError(f"btc_dominance and {_LATE} disagree by over 0.01; restore the files.")
    card = _share(
        archive,
        "BTC.dominance-clean",
        "btc_dominance; dominance_total_cap_2025_2026",
        "Taken at 00:00 UTC and relabelled to the day that ends there, so that D is the close of "
        "D. Same vendor family as BTC.dominance, without its noise, from 2024-12.",
    )
    return Column(card, clean.combine_first(late), digits=LEVEL_DIGITS)


def _dominance_kind(archive: Archive, kind: str) -> pd.DataFrame:
    table = archive.table("btc_dominance")
    chosen = table[(table["kind"] == kind).to_numpy()].set_index("date")
    return chosen[["btc_d", "spike_flag"]].astype("float64")


def _share(archive: Archive, name: str, source: str, note: str) -> SeriesCard:
    return SeriesCard(
        name=name,
        kind="share",
        unit="percent",
        calendar="24/7",
        source=source,
        licence=FIGURE,
        sha256=archive.sha256.get("btc_dominance.parquet", ""),
        note=note,
    )


def _totals(archive: Archive) -> list[Column]:
    split = archive.table(_SPLIT).set_index("date")
    late = archive.table(_LATE).set_index("date")
    whole = split["market_cap"].astype("float64")
    caps = pd.DataFrame({"BTC": split["btc_cap"], "ETH": split["eth_cap"]}).astype("float64")
    early = {
        "TOTAL": whole,
        "TOTAL2": capitalisation_without(whole, caps[["BTC"]]),
        "TOTAL3": capitalisation_without(whole, caps),
    }
    growth = {
        "TOTAL": late["derived_total_cap"],
        "TOTAL2": late["derived_TOTAL2"],
        "TOTAL3": late["derived_TOTAL3"],
    }
    return [_linked(name, early[name], growth[name].astype("float64")) for name in early]


def _linked(name: str, early: pd.Series, late: pd.Series) -> Column:
    """Chain the growth of `late` to `early` on the last day both have."""
    link = early.dropna().index.intersection(late.dropna().index)[-1]
    ratio = float(early[link] / late[link])
    values = pd.concat([early[:link], late[late.index > link] * ratio])
    note = _LINKED.format(
        link=f"{link:%Y-%m-%d}",
        gap=100 * abs(1 / ratio - 1),
        side="lower" if ratio > 1 else "higher",
    )
    without = {"TOTAL2": "Without bitcoin. ", "TOTAL3": "Without bitcoin and ether. "}
    return rebased(
        values,
        name=name,
        calendar="24/7",
        source=f"{_SPLIT}; {_LATE}",
        note=without.get(name, "") + note,
        unit="USD",
    )
