"""Do altcoins outperform Bitcoin after a Russell 2000 breakout? Events, evidence, verdicts.

Names are loaded when first used, so that ``import altrotation`` stays as light as pandas.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from altrotation.backtest.cycles import CYCLES
    from altrotation.backtest.replay import replay
    from altrotation.backtest.strategy import Strategy
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
    from altrotation.leadlag.asynchronous import hayashi_yoshida
    from altrotation.leadlag.crosscorr import cross_correlation
    from altrotation.leadlag.granger import granger
    from altrotation.leadlag.localproj import local_projection
    from altrotation.leadlag.network import lead_matrix
    from altrotation.regimes.rules import rotation_phases
    from altrotation.watch.listing import watchlist
    from altrotation.watch.results import Watchlist

_HOMES = {
    "CYCLES": "altrotation.backtest.cycles",
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
    "Strategy": "altrotation.backtest.strategy",
    "Verdict": "altrotation.claims.results",
    "Watchlist": "altrotation.watch.results",
    "breakouts": "altrotation.events.breakouts",
    "calendar_time": "altrotation.events.calendar_time",
    "cross_correlation": "altrotation.leadlag.crosscorr",
    "derive_panel": "altrotation.derive",
    "event_study": "altrotation.events.study",
    "granger": "altrotation.leadlag.granger",
    "hayashi_yoshida": "altrotation.leadlag.asynchronous",
    "label_failures": "altrotation.events.breakouts",
    "lead_matrix": "altrotation.leadlag.network",
    "load_card": "altrotation.claims.card",
    "load_cards": "altrotation.claims.card",
    "load_reference": "altrotation.data.bundled",
    "local_projection": "altrotation.leadlag.localproj",
    "open_archive": "altrotation.data.raw.archive",
    "replay": "altrotation.backtest.replay",
    "rotation_phases": "altrotation.regimes.rules",
    "verify": "altrotation.claims.runner",
    "watchlist": "altrotation.watch.listing",
}

__version__ = "0.1.0"

__all__ = [
    "CYCLES",
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
    "Strategy",
    "Verdict",
    "Watchlist",
    "breakouts",
    "calendar_time",
    "cross_correlation",
    "derive_panel",
    "event_study",
    "granger",
    "hayashi_yoshida",
    "label_failures",
    "lead_matrix",
    "load_card",
    "load_cards",
    "load_reference",
    "local_projection",
    "open_archive",
    "replay",
    "rotation_phases",
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
