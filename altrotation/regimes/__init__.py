"""Which state the market is in, and when its mechanics changed."""

from typing import TYPE_CHECKING

from altrotation._lazy import open_doors

if TYPE_CHECKING:
    from altrotation.regimes.agreement import adjusted_rand as adjusted_rand
    from altrotation.regimes.agreement import agreement as agreement
    from altrotation.regimes.agreement import lead as lead
    from altrotation.regimes.agreement import rand_index as rand_index
    from altrotation.regimes.agreement import sensitivity as sensitivity
    from altrotation.regimes.bocpd import OnlineChanges as OnlineChanges
    from altrotation.regimes.bocpd import bocpd as bocpd
    from altrotation.regimes.break_dates import argmax_tail as argmax_tail
    from altrotation.regimes.break_laws import limit_p_value as limit_p_value
    from altrotation.regimes.break_laws import limit_quantile as limit_quantile
    from altrotation.regimes.break_test import BreakTest as BreakTest
    from altrotation.regimes.breaks import ave_f as ave_f
    from altrotation.regimes.breaks import exp_f as exp_f
    from altrotation.regimes.breaks import sup_f as sup_f
    from altrotation.regimes.changepoints import ChangePoints as ChangePoints
    from altrotation.regimes.changepoints import changepoints as changepoints
    from altrotation.regimes.conditional import days_in as days_in
    from altrotation.regimes.conditional import split_dates as split_dates
    from altrotation.regimes.confirm import confirmed as confirmed
    from altrotation.regimes.cusum import ols_cusum as ols_cusum
    from altrotation.regimes.detection import Detection as Detection
    from altrotation.regimes.detection import detection as detection
    from altrotation.regimes.jump import jump_regimes as jump_regimes
    from altrotation.regimes.known_break import KnownBreak as KnownBreak
    from altrotation.regimes.known_break import known_break as known_break
    from altrotation.regimes.legs import cycle_table as cycle_table
    from altrotation.regimes.legs import dated_legs as dated_legs
    from altrotation.regimes.markov import MarkovFit as MarkovFit
    from altrotation.regimes.markov import markov_fit as markov_fit
    from altrotation.regimes.markov_model import MarkovModel as MarkovModel
    from altrotation.regimes.markov_online import markov_regimes as markov_regimes
    from altrotation.regimes.paths import FilteredRegime as FilteredRegime
    from altrotation.regimes.paths import SmoothedRegime as SmoothedRegime
    from altrotation.regimes.paths import StatePath as StatePath
    from altrotation.regimes.paths import require_filtered as require_filtered
    from altrotation.regimes.refits import FitError as FitError
    from altrotation.regimes.rotated_break import rotated_sup_wald as rotated_sup_wald
    from altrotation.regimes.rules import PhaseRules as PhaseRules
    from altrotation.regimes.rules import panel_inputs as panel_inputs
    from altrotation.regimes.rules import rotation_phases as rotation_phases

open_doors(
    __name__,
    {
        "agreement": "adjusted_rand agreement lead rand_index sensitivity",
        "bocpd": "OnlineChanges bocpd",
        "break_dates": "argmax_tail",
        "break_laws": "limit_p_value limit_quantile",
        "break_test": "BreakTest",
        "breaks": "ave_f exp_f sup_f",
        "changepoints": "ChangePoints changepoints",
        "conditional": "days_in split_dates",
        "confirm": "confirmed",
        "cusum": "ols_cusum",
        "detection": "Detection detection",
        "jump": "jump_regimes",
        "known_break": "KnownBreak known_break",
        "legs": "cycle_table dated_legs",
        "markov": "MarkovFit markov_fit",
        "markov_model": "MarkovModel",
        "markov_online": "markov_regimes",
        "paths": "FilteredRegime SmoothedRegime StatePath require_filtered",
        "refits": "FitError",
        "rotated_break": "rotated_sup_wald",
        "rules": "PhaseRules panel_inputs rotation_phases",
    },
)
