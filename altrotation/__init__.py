"""Do altcoins outperform Bitcoin after a Russell 2000 breakout? Events, evidence, verdicts.

Names are loaded when first used, so that ``import altrotation`` stays as light as pandas.
"""

from typing import TYPE_CHECKING

from altrotation._lazy import open_doors

if TYPE_CHECKING:
    from altrotation import backtest as backtest
    from altrotation import claims as claims
    from altrotation import data as data
    from altrotation import derive as derive
    from altrotation import errors as errors
    from altrotation import events as events
    from altrotation import indicators as indicators
    from altrotation import inference as inference
    from altrotation import leadlag as leadlag
    from altrotation import plot as plot
    from altrotation import regimes as regimes
    from altrotation import report as report
    from altrotation import signals as signals
    from altrotation import synthetic as synthetic
    from altrotation import testing as testing
    from altrotation import watch as watch
    from altrotation.backtest.cycles import CYCLES as CYCLES
    from altrotation.backtest.replay import replay as replay
    from altrotation.backtest.strategy import Strategy as Strategy
    from altrotation.claims.card import ClaimCard as ClaimCard
    from altrotation.claims.card import load_card as load_card
    from altrotation.claims.card import load_cards as load_cards
    from altrotation.claims.results import CatalogueRun as CatalogueRun
    from altrotation.claims.results import ClaimResult as ClaimResult
    from altrotation.claims.results import Verdict as Verdict
    from altrotation.claims.runner import verify as verify
    from altrotation.data.bundled import load_reference as load_reference
    from altrotation.data.cards import SeriesCard as SeriesCard
    from altrotation.data.panel import Panel as Panel
    from altrotation.data.raw.archive import open_archive as open_archive
    from altrotation.derive.build import derive_panel as derive_panel
    from altrotation.events.breakouts import breakouts as breakouts
    from altrotation.events.breakouts import label_failures as label_failures
    from altrotation.events.calendar_time import calendar_time as calendar_time
    from altrotation.events.eventset import EventSet as EventSet
    from altrotation.events.results import EventStudy as EventStudy
    from altrotation.events.study import event_study as event_study
    from altrotation.inference.results import Evidence as Evidence
    from altrotation.inference.results import Interval as Interval
    from altrotation.inference.results import RunInfo as RunInfo
    from altrotation.leadlag.asynchronous import hayashi_yoshida as hayashi_yoshida
    from altrotation.leadlag.crosscorr import cross_correlation as cross_correlation
    from altrotation.leadlag.granger import granger as granger
    from altrotation.leadlag.localproj import local_projection as local_projection
    from altrotation.leadlag.network import lead_matrix as lead_matrix
    from altrotation.regimes.rules import rotation_phases as rotation_phases
    from altrotation.watch.listing import watchlist as watchlist
    from altrotation.watch.results import Watchlist as Watchlist

__version__ = "0.1.0"

open_doors(
    __name__,
    {
        "backtest.cycles": "CYCLES",
        "backtest.replay": "replay",
        "backtest.strategy": "Strategy",
        "claims.card": "ClaimCard load_card load_cards",
        "claims.results": "CatalogueRun ClaimResult Verdict",
        "claims.runner": "verify",
        "data.bundled": "load_reference",
        "data.cards": "SeriesCard",
        "data.panel": "Panel",
        "data.raw.archive": "open_archive",
        "derive.build": "derive_panel",
        "events.breakouts": "breakouts label_failures",
        "events.calendar_time": "calendar_time",
        "events.eventset": "EventSet",
        "events.results": "EventStudy",
        "events.study": "event_study",
        "inference.results": "Evidence Interval RunInfo",
        "leadlag.asynchronous": "hayashi_yoshida",
        "leadlag.crosscorr": "cross_correlation",
        "leadlag.granger": "granger",
        "leadlag.localproj": "local_projection",
        "leadlag.network": "lead_matrix",
        "regimes.rules": "rotation_phases",
        "watch.listing": "watchlist",
        "watch.results": "Watchlist",
    },
)
