"""The seven readings the commentaries tell traders to watch, dated and with their record."""

from altrotation.watch.listing import watchlist
from altrotation.watch.results import Reading, Watchlist

__all__ = ["Reading", "Watchlist", "watchlist"]
