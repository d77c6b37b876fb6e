"""Replays of strategies over dated cycles, net of costs, judged with selection-aware statistics."""

from typing import TYPE_CHECKING

from altrotation._lazy import open_doors

if TYPE_CHECKING:
    from altrotation.backtest.attribution import attribution as attribution
    from altrotation.backtest.attribution import spells as spells
    from altrotation.backtest.costs import Costs as Costs
    from altrotation.backtest.cycles import CYCLES as CYCLES
    from altrotation.backtest.cycles import Cycle as Cycle
    from altrotation.backtest.cycles import as_cycle as as_cycle
    from altrotation.backtest.family import FamilyJudgement as FamilyJudgement
    from altrotation.backtest.family import judge_family as judge_family
    from altrotation.backtest.grid import Grid as Grid
    from altrotation.backtest.grid import replay_many as replay_many
    from altrotation.backtest.leverage import levered_price as levered_price
    from altrotation.backtest.metrics import annual_growth as annual_growth
    from altrotation.backtest.metrics import calmar as calmar
    from altrotation.backtest.metrics import deepest_drawdown as deepest_drawdown
    from altrotation.backtest.metrics import longest_drawdown as longest_drawdown
    from altrotation.backtest.metrics import sharpe as sharpe
    from altrotation.backtest.metrics import sortino as sortino
    from altrotation.backtest.metrics import volatility as volatility
    from altrotation.backtest.overfitting import OverfittingProbability as OverfittingProbability
    from altrotation.backtest.overfitting import overfitting_probability as overfitting_probability
    from altrotation.backtest.performance import Performance as Performance
    from altrotation.backtest.performance import gain_over as gain_over
    from altrotation.backtest.performance import performance as performance
    from altrotation.backtest.placebo import RandomEntry as RandomEntry
    from altrotation.backtest.placebo import random_entries as random_entries
    from altrotation.backtest.placebo import random_entry as random_entry
    from altrotation.backtest.ready import always as always
    from altrotation.backtest.ready import benchmark as benchmark
    from altrotation.backtest.ready import breadth as breadth
    from altrotation.backtest.ready import confirmation as confirmation
    from altrotation.backtest.ready import confluence_strategy as confluence_strategy
    from altrotation.backtest.ready import dominance as dominance
    from altrotation.backtest.ready import ready_strategy as ready_strategy
    from altrotation.backtest.ready import russell_only as russell_only
    from altrotation.backtest.ready import vetoed_confluence as vetoed_confluence
    from altrotation.backtest.replay import replay as replay
    from altrotation.backtest.results import Replay as Replay
    from altrotation.backtest.rotation import RotationCapture as RotationCapture
    from altrotation.backtest.rotation import RotationLeg as RotationLeg
    from altrotation.backtest.rotation import hit_rate as hit_rate
    from altrotation.backtest.rotation import rotation_capture as rotation_capture
    from altrotation.backtest.rotation import rotation_leg as rotation_leg
    from altrotation.backtest.strategy import Strategy as Strategy
    from altrotation.backtest.study import ReplayStudy as ReplayStudy
    from altrotation.backtest.study import replay_study as replay_study
    from altrotation.backtest.superior import SuperiorAbility as SuperiorAbility
    from altrotation.backtest.superior import superior_ability as superior_ability
    from altrotation.backtest.trials import TrialLedger as TrialLedger
    from altrotation.backtest.walkforward import OutOfSample as OutOfSample
    from altrotation.backtest.walkforward import choose_and_judge as choose_and_judge
    from altrotation.backtest.walkforward import cycle_groups as cycle_groups

open_doors(
    __name__,
    {
        "attribution": "attribution spells",
        "costs": "Costs",
        "cycles": "CYCLES Cycle as_cycle",
        "family": "FamilyJudgement judge_family",
        "grid": "Grid replay_many",
        "leverage": "levered_price",
        "metrics": (
            "annual_growth calmar deepest_drawdown longest_drawdown sharpe sortino volatility"
        ),
        "overfitting": "OverfittingProbability overfitting_probability",
        "performance": "Performance gain_over performance",
        "placebo": "RandomEntry random_entries random_entry",
        "ready": (
            "always benchmark breadth confirmation confluence_strategy dominance "
            "ready_strategy russell_only vetoed_confluence"
        ),
        "replay": "replay",
        "results": "Replay",
        "rotation": "RotationCapture RotationLeg hit_rate rotation_capture rotation_leg",
        "strategy": "Strategy",
        "study": "ReplayStudy replay_study",
        "superior": "SuperiorAbility superior_ability",
        "trials": "TrialLedger",
        "walkforward": "OutOfSample choose_and_judge cycle_groups",
    },
)
