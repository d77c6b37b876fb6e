"""The seven readings the commentaries tell traders to watch, dated and with their record."""

from typing import TYPE_CHECKING

from altrotation._lazy import open_doors

if TYPE_CHECKING:
    from altrotation.watch.listing import watchlist as watchlist
    from altrotation.watch.results import Reading as Reading
    from altrotation.watch.results import Watchlist as Watchlist
    from altrotation.watch.rotation import Tally as Tally
    from altrotation.watch.rotation import rotation_outcomes as rotation_outcomes

open_doors(
    __name__,
    {
        "listing": "watchlist",
        "results": "Reading Watchlist",
        "rotation": "Tally rotation_outcomes",
    },
)
