"""Columns that many raw tables share."""

from altrotation.data.raw.schema import Column

__all__ = [
    "DAY",
    "FLAG",
    "FLOW_OR_NONE",
    "FRACTION_OR_NONE",
    "INSTANT",
    "PERCENT",
    "PERCENT_OR_NONE",
    "RANK",
    "TEXT",
    "TEXT_OR_NONE",
    "USD",
    "USD_OR_NONE",
    "amount",
    "day",
    "number",
    "price",
    "text",
    "whole",
]


def text(*, missing: bool = False) -> Column:
    """Return a column of text.

    Parameters
    ----------
    missing : bool, default False
        Whether cells may be empty.
    """
    return Column(kind="text", missing=missing)


def day(*, ahead: bool = False) -> Column:
    """Return a column of UTC days, of a schedule if they may lie `ahead`.

    Parameters
    ----------
    ahead : bool, default False
        Whether days may lie in the future.
    """
    return Column(kind="day", ahead=ahead)


def price(unit: str = "USD", *, missing: bool = False) -> Column:
    """Return a column of numbers above zero.

    Parameters
    ----------
    unit : str, default "USD"
    missing : bool, default False
        Whether cells may be empty.
    """
    return Column(kind="number", unit=unit, low=0.0, open_low=True, missing=missing)


def amount(unit: str, *, missing: bool = False) -> Column:
    """Return a column of numbers of at least zero.

    Parameters
    ----------
    unit : str
    missing : bool, default False
        Whether cells may be empty.
    """
    return Column(kind="number", unit=unit, low=0.0, missing=missing)


def number(
    unit: str, low: float = -float("inf"), high: float = float("inf"), *, missing: bool = False
) -> Column:
    """Return a column of numbers from `low` to `high`.

    Parameters
    ----------
    unit : str
    low, high : float
        Both ends belong to the range.
    missing : bool, default False
        Whether cells may be empty.
    """
    return Column(kind="number", unit=unit, low=low, high=high, missing=missing)


def whole(low: float = 0.0) -> Column:
    """Return a column of whole numbers of at least `low`.

    Parameters
    ----------
    low : float, default 0
    """
    return Column(kind="whole", low=low)


TEXT, TEXT_OR_NONE = text(), text(missing=True)
DAY, INSTANT = day(), Column(kind="instant")
RANK, FLAG = whole(1), Column(kind="flag")
USD, USD_OR_NONE = amount("USD"), amount("USD", missing=True)
PERCENT = number("percent", 0.0, 100.0)
PERCENT_OR_NONE = number("percent", 0.0, 100.0, missing=True)
FRACTION_OR_NONE = number("fraction", 0.0, 1.0, missing=True)
FLOW_OR_NONE = number("USD million", missing=True)
