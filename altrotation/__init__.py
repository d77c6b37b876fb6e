"""Do altcoins outperform Bitcoin after a Russell 2000 breakout? Events, evidence, verdicts.

Names are loaded when first used, so that ``import altrotation`` stays as light as pandas.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from altrotation.claims.card import ClaimCard, load_card, load_cards
    from altrotation.claims.results import CatalogueRun, ClaimResult, Verdict
    from altrotation.claims.runner import verify
    from altrotation.data.bundled import load_reference
    from altrotation.data.cards import SeriesCard
    from altrotation.data.panel import Panel
    from altrotation.data.raw.archive import open_archive
    from altrotation.derive import derive_panel
    from altrotation.events.breakouts import breakouts, label_failures
    from altrotation.events.calendar_time import calendar_time
    from altrotation.events.eventset import EventSet
    from altrotation.events.results import EventStudy
    from altrotation.events.study import event_study
    from altrotation.inference.results import Evidence, Interval, RunInfo
    from altrotation.watch.listing import watchlist
    from altrotation.watch.results import Watchlist

_HOMES = {
    "CatalogueRun": "altrotation.claims.results",
    "ClaimCard": "altrotation.claims.card",
    "ClaimResult": "altrotation.claims.results",
    "EventSet": "altrotation.events.eventset",
    "EventStudy": "altrotation.events.results",
    "Evidence": "altrotation.inference.results",
    "Interval": "altrotation.inference.results",
    "Panel": "altrotation.data.panel",
    "RunInfo": "altrotation.inference.results",
    "SeriesCard": "altrotation.data.cards",
    "Verdict": "altrotation.claims.results",
    "Watchlist": "altrotation.watch.results",
    "breakouts": "altrotation.events.breakouts",
    "calendar_time": "altrotation.events.calendar_time",
    "derive_panel": "altrotation.derive",
    "event_study": "altrotation.events.study",
    "label_failures": "altrotation.events.breakouts",
    "load_card": "altrotation.claims.card",
    "load_cards": "altrotation.claims.card",
    "load_reference": "altrotation.data.bundled",
    "open_archive": "altrotation.data.raw.archive",
    "verify": "altrotation.claims.runner",
    "watchlist": "altrotation.watch.listing",
}

__version__ = "0.1.0"

__all__ = [
    "CatalogueRun",
    "ClaimCard",
    "ClaimResult",
    "EventSet",
    "EventStudy",
    "Evidence",
    "Interval",
    "Panel",
    "RunInfo",
    "SeriesCard",
    "Verdict",
    "Watchlist",
    "breakouts",
    "calendar_time",
    "derive_panel",
    "event_study",
    "label_failures",
    "load_card",
    "load_cards",
    "load_reference",
    "open_archive",
    "verify",
    "watchlist",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'altrotation' has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
