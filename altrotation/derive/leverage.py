"""Leverage columns: funding of perpetual futures, on one scale, across contracts."""

from altrotation.data.cards import SeriesCard
from altrotation.data.raw.archive import Archive
from altrotation.derive.column import DERIVED, Column
from altrotation.indicators.leverage import cross_section, daily_funding

__all__ = ["leverage_columns"]

_LEAST = 3
_TABLE = "funding_settlements"
_NOTE = (
    "{what} over the perpetuals of one exchange that settled on the UTC day, each the mean of its "
    "settlements scaled to 8 h by the spacing seen so far; at least three. From {first} to 15 "
    "contracts in 2023 and 2024, five (BTC, DOGE, ETH, SOL, XRP) after 2026-03-20: read it with "
    "funding.contracts."
)


def leverage_columns(archive: Archive) -> list[Column]:
    """Return the mean and dispersion of funding across perpetuals, and how many there are.

    Parameters
    ----------
    archive : Archive

    Returns
    -------
    list of Column
        Mean and dispersion as a fraction per 8 hours, NaN on days with too few contracts; the
        number of contracts, NaN where there is none.
    """
    table = archive.table(_TABLE)
    settlements = table[["symbol", "funding_time_utc", "funding_rate"]].set_axis(
        ["symbol", "time", "rate"], axis=1
    )
    daily = daily_funding(settlements)
    across = cross_section(daily, least=_LEAST)
    across["count"] = across["count"].where(across["count"] > 0)

    def card(name: str, kind: str, unit: str, note: str) -> SeriesCard:
        return SeriesCard(
            name=name,
            kind=kind,
            unit=unit,
            calendar="24/7",
            source=_TABLE,
            licence=DERIVED,
            sha256=archive.sha256.get(f"{_TABLE}.parquet", ""),
            note=note,
        )

    def note(what: str) -> str:
        return _NOTE.format(what=what, first="three in January 2020")

    unit = "fraction per 8 h"
    return [
        Column(card("funding.mean", "rate", unit, note("Mean")), across["mean"]),
        Column(
            card("funding.dispersion", "rate", unit, note("Sample standard deviation")),
            across["dispersion"],
        ),
        Column(
            card("funding.contracts", "count", "contracts", "Perpetuals behind funding.mean."),
            across["count"],
        ),
    ]
