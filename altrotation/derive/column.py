"""A column of the derived panel: values with their card."""

from dataclasses import dataclass

import pandas as pd

from altrotation.data.calendar import sessions
from altrotation.data.cards import SeriesCard
from altrotation.errors import DataError

__all__ = ["DERIVED", "FIGURE", "LEVEL", "LEVEL_DIGITS", "Column", "on_sessions", "rebased"]

DERIVED = "computed by altrotation from vendors' data, which are not redistributed"
LEVEL = (
    "a vendor's level rebased to 100 and kept to five significant digits: with the base level it "
    "leads back to the original within 0.005 %, which is to the last digit where the vendor prints "
    "no more than four or five; the vendor's terms apply to the original"
)
FIGURE = "a vendor's own figure, kept to five significant digits; the vendor's terms apply to it"
# What is a vendor's, level or figure, is kept to five digits; what is computed here, and series in
# the public domain, to eight: far more than any source is exact to, the same on every machine.
LEVEL_DIGITS, OWN_DIGITS = 5, 8
_DIGITS = 10  # of a base level: the sources' closes are single-precision numbers with 7


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """Values on the days they are stamped, and the card that explains them.

    Parameters
    ----------
    card : SeriesCard
        Name, kind, unit, calendar, release, source, licence and caveats.
    values : Series
        On UTC days, missing days left out.
    digits : int, default 8
        Significant digits that a panel keeps of them.
    """

    card: SeriesCard
    values: pd.Series
    digits: int

    def __init__(self, card: SeriesCard, values: pd.Series, *, digits: int = OWN_DIGITS) -> None:
        held = values.astype("float64").dropna()
        if not len(held):
            raise DataError(f"The column {card.name} came out empty; check the archive tables.")
        object.__setattr__(self, "card", card)
        object.__setattr__(self, "values", held.rename(card.name))
        object.__setattr__(self, "digits", digits)


def rebased(
    values: pd.Series,
    *,
    name: str,
    calendar: str,
    source: str,
    note: str = "",
    licence: str = LEVEL,
    sha256: str = "",
    unit: str = "points",
) -> Column:
    """Return `values` as an index that is 100 on their first day, kept to five digits.

    The card states that day and the level on it, in `unit` of the original: a level L of the
    original lies at 100 * L / base_level.

    Parameters
    ----------
    values : Series
        Positive levels on UTC days, NaN where missing; at least one value.
    name, calendar, source, note, licence, sha256 : str
        Fields of the `SeriesCard`.
    unit : str, default "points"
        Of the original.

    Returns
    -------
    Column
        Without the missing days.
    """
    held = values.dropna()
    level = float(held.iloc[0])
    card = SeriesCard(
        name=name,
        kind="index",
        unit=f"index, 100 at the base; base level in {unit}",
        calendar=calendar,
        source=source,
        licence=licence,
        sha256=sha256,
        note=note,
        base_date=f"{held.index[0]:%Y-%m-%d}",
        base_level=float(f"{level:.{_DIGITS - 1}e}"),
    )
    return Column(card, 100.0 * held / level, digits=LEVEL_DIGITS)


def on_sessions(values: pd.Series) -> pd.Series:
    """Return the values stamped on New York sessions; others are left out.

    Parameters
    ----------
    values : Series
        On UTC days, at least one.

    Returns
    -------
    Series
        A subset of the rows, as they were.
    """
    dates = pd.DatetimeIndex(values.index)
    return values[dates.isin(sessions(dates[0], dates[-1]))]
