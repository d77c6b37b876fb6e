"""The seven readings the commentaries tell traders to watch, dated and with their record."""

from altrotation.watch.results import Reading, Watchlist
from altrotation.watch.listing import watchlist

__all__ = ["Reading", "Watchlist", "watchlist"]
