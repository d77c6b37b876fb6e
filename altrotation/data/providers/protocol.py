"""What a live source of daily series must offer, so that it can refresh a panel."""

from typing import Protocol, runtime_checkable

from altrotation.aliases import DateLike
from altrotation.data.panel import Panel

__all__ = ["Provider"]


@runtime_checkable
class Provider(Protocol):
    """A source of daily series, such as a market data service or a statistics office.

    A provider does not repair, fill or splice: it returns what the source states, with a card for
    each series, and the validating constructor of `Panel` judges it.
    """

    @property
    def name(self) -> str:
        """Name of the source as it appears in the cards."""
        ...

    @property
    def series(self) -> tuple[str, ...]:
        """Names of the series the source offers."""
        ...

    def fetch(self, series: tuple[str, ...], start: DateLike, end: DateLike) -> Panel:
        """Return `series` from `start` to `end`, both included, on the 24/7 clock.

        Raises
        ------
        InputError
            If a series is not offered; the message lists those that are.
        DataError
            If the source cannot be reached or answers with unusable values.
        """
        ...
