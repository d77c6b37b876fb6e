"""Inference on arrays: evidence, intervals, permutation, bootstrap, multiplicity, power."""

from typing import TYPE_CHECKING

from altrotation._lazy import open_doors

if TYPE_CHECKING:
    from altrotation.inference.bootstrap import basic_interval as basic_interval
    from altrotation.inference.bootstrap import block_length as block_length
    from altrotation.inference.bootstrap import stationary_functionals as stationary_functionals
    from altrotation.inference.curve import CurveTest as CurveTest
    from altrotation.inference.curve import curve_test as curve_test
    from altrotation.inference.ewc import ewc_mean as ewc_mean
    from altrotation.inference.ewc import ewc_ols as ewc_ols
    from altrotation.inference.hac import KernelFallbackWarning as KernelFallbackWarning
    from altrotation.inference.hac import RobustFit as RobustFit
    from altrotation.inference.hac import hac_mean as hac_mean
    from altrotation.inference.hac import hac_ols as hac_ols
    from altrotation.inference.multiple import benjamini_hochberg as benjamini_hochberg
    from altrotation.inference.multiple import holm as holm
    from altrotation.inference.multiple import step_down as step_down
    from altrotation.inference.permutation import RandomisationTest as RandomisationTest
    from altrotation.inference.permutation import randomisation_test as randomisation_test
    from altrotation.inference.power import detectable_from_null as detectable_from_null
    from altrotation.inference.power import effective_sample as effective_sample
    from altrotation.inference.power import events_needed as events_needed
    from altrotation.inference.power import minimum_detectable_effect as minimum_detectable_effect
    from altrotation.inference.power import power_curve as power_curve
    from altrotation.inference.power import power_of_mean as power_of_mean
    from altrotation.inference.power import sign_flip_floor as sign_flip_floor
    from altrotation.inference.results import Evidence as Evidence
    from altrotation.inference.results import Interval as Interval
    from altrotation.inference.results import RunInfo as RunInfo
    from altrotation.inference.rotation import RotatedRegression as RotatedRegression
    from altrotation.inference.rotation import rotated_regression as rotated_regression
    from altrotation.inference.sharpe import SharpeMoments as SharpeMoments
    from altrotation.inference.sharpe import deflated_sharpe as deflated_sharpe
    from altrotation.inference.sharpe import expected_maximum as expected_maximum
    from altrotation.inference.sharpe import minimum_track_record as minimum_track_record
    from altrotation.inference.sharpe import probabilistic_sharpe as probabilistic_sharpe
    from altrotation.inference.sharpe import sharpe_moments as sharpe_moments
    from altrotation.inference.sharpe import sharpe_variance as sharpe_variance
    from altrotation.inference.splits import Split as Split
    from altrotation.inference.splits import combinatorial as combinatorial
    from altrotation.inference.splits import leave_one_out as leave_one_out
    from altrotation.inference.splits import purged as purged
    from altrotation.inference.splits import walk_forward as walk_forward
    from altrotation.inference.surrogates import phase_randomised as phase_randomised
    from altrotation.inference.surrogates import phase_randomised_levels as phase_randomised_levels
    from altrotation.inference.surrogates import time_reversed_levels as time_reversed_levels

open_doors(
    __name__,
    {
        "bootstrap": "basic_interval block_length stationary_functionals",
        "curve": "CurveTest curve_test",
        "ewc": "ewc_mean ewc_ols",
        "hac": "KernelFallbackWarning RobustFit hac_mean hac_ols",
        "multiple": "benjamini_hochberg holm step_down",
        "permutation": "RandomisationTest randomisation_test",
        "power": (
            "detectable_from_null effective_sample events_needed minimum_detectable_effect "
            "power_curve power_of_mean sign_flip_floor"
        ),
        "results": "Evidence Interval RunInfo",
        "rotation": "RotatedRegression rotated_regression",
        "sharpe": (
            "SharpeMoments deflated_sharpe expected_maximum minimum_track_record "
            "probabilistic_sharpe sharpe_moments sharpe_variance"
        ),
        "splits": "Split combinatorial leave_one_out purged walk_forward",
        "surrogates": "phase_randomised phase_randomised_levels time_reversed_levels",
    },
)
