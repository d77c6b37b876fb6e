"""Lead and lag: who moves first, with inference that holds.

A positive lag always means that the first series leads the second.
"""

from typing import TYPE_CHECKING

from altrotation._lazy import open_doors

if TYPE_CHECKING:
    from altrotation.leadlag.asynchronous import hayashi_yoshida as hayashi_yoshida
    from altrotation.leadlag.cascade import Cascade as Cascade
    from altrotation.leadlag.cascade import cascade as cascade
    from altrotation.leadlag.clocks import close_instants as close_instants
    from altrotation.leadlag.contrast import LeadLagContrast as LeadLagContrast
    from altrotation.leadlag.correlogram import CrossCorrelation as CrossCorrelation
    from altrotation.leadlag.crosscorr import cross_correlation as cross_correlation
    from altrotation.leadlag.entropy import TransferEntropy as TransferEntropy
    from altrotation.leadlag.entropy import transfer_entropy as transfer_entropy
    from altrotation.leadlag.granger import GrangerTest as GrangerTest
    from altrotation.leadlag.granger import granger as granger
    from altrotation.leadlag.granger import toda_yamamoto as toda_yamamoto
    from altrotation.leadlag.grouped import GroupedCorrelation as GroupedCorrelation
    from altrotation.leadlag.grouped import cross_correlation_by as cross_correlation_by
    from altrotation.leadlag.levy import levy_area as levy_area
    from altrotation.leadlag.localproj import local_projection as local_projection
    from altrotation.leadlag.matrix import LeadMatrix as LeadMatrix
    from altrotation.leadlag.network import lead_matrix as lead_matrix
    from altrotation.leadlag.predictive import PredictiveContent as PredictiveContent
    from altrotation.leadlag.predictive import clark_west as clark_west
    from altrotation.leadlag.predictive import predictive_content as predictive_content
    from altrotation.leadlag.responses import LocalProjection as LocalProjection
    from altrotation.leadlag.rolling import RollingCorrelation as RollingCorrelation
    from altrotation.leadlag.rolling import rolling_cross_correlation as rolling_cross_correlation
    from altrotation.leadlag.sensitivity import ClockSensitivity as ClockSensitivity
    from altrotation.leadlag.sensitivity import clock_sensitivity as clock_sensitivity

open_doors(
    __name__,
    {
        "asynchronous": "hayashi_yoshida",
        "cascade": "Cascade cascade",
        "clocks": "close_instants",
        "contrast": "LeadLagContrast",
        "correlogram": "CrossCorrelation",
        "crosscorr": "cross_correlation",
        "entropy": "TransferEntropy transfer_entropy",
        "granger": "GrangerTest granger toda_yamamoto",
        "grouped": "GroupedCorrelation cross_correlation_by",
        "levy": "levy_area",
        "localproj": "local_projection",
        "matrix": "LeadMatrix",
        "network": "lead_matrix",
        "predictive": "PredictiveContent clark_west predictive_content",
        "responses": "LocalProjection",
        "rolling": "RollingCorrelation rolling_cross_correlation",
        "sensitivity": "ClockSensitivity clock_sensitivity",
    },
)
