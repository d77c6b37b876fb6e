"""Pictures: free functions that take a result and return matplotlib Axes, without pyplot."""

from typing import TYPE_CHECKING

from altrotation._lazy import open_doors

if TYPE_CHECKING:
    from altrotation.plot.backtest import equity as equity
    from altrotation.plot.backtest import holdings as holdings
    from altrotation.plot.backtest import underwater as underwater
    from altrotation.plot.backtest_sheet import profit_sources as profit_sources
    from altrotation.plot.backtest_sheet import random_timing as random_timing
    from altrotation.plot.backtest_sheet import tear_sheet as tear_sheet
    from altrotation.plot.backtest_timeline import timeline as timeline
    from altrotation.plot.calendar import event_calendar as event_calendar
    from altrotation.plot.controls import controls as controls
    from altrotation.plot.effects import forest as forest
    from altrotation.plot.falls import drawdowns as drawdowns
    from altrotation.plot.fan import event_study as event_study
    from altrotation.plot.indicators import indicator as indicator
    from altrotation.plot.ladder import ladder as ladder
    from altrotation.plot.leadlag_lags import clock_sensitivity as clock_sensitivity
    from altrotation.plot.leadlag_lags import cross_correlation as cross_correlation
    from altrotation.plot.leadlag_lags import grouped_correlation as grouped_correlation
    from altrotation.plot.leadlag_lags import lead_lag_contrast as lead_lag_contrast
    from altrotation.plot.leadlag_network import lead_network as lead_network
    from altrotation.plot.leadlag_paths import forecast_gain as forecast_gain
    from altrotation.plot.leadlag_paths import local_projection as local_projection
    from altrotation.plot.leadlag_paths import rolling_correlation as rolling_correlation
    from altrotation.plot.multiverse import specification_curve as specification_curve
    from altrotation.plot.null import null_histogram as null_histogram
    from altrotation.plot.ratio import eth_btc as eth_btc
    from altrotation.plot.regimes import regime_shading as regime_shading
    from altrotation.plot.regimes import rotation_chart as rotation_chart
    from altrotation.plot.regimes_breaks import break_intervals as break_intervals
    from altrotation.plot.regimes_breaks import break_path as break_path
    from altrotation.plot.regimes_probabilities import state_probabilities as state_probabilities
    from altrotation.plot.shares import coverage as coverage

open_doors(
    __name__,
    {
        "backtest": "equity holdings underwater",
        "backtest_sheet": "profit_sources random_timing tear_sheet",
        "backtest_timeline": "timeline",
        "calendar": "event_calendar",
        "controls": "controls",
        "effects": "forest",
        "falls": "drawdowns",
        "fan": "event_study",
        "indicators": "indicator",
        "ladder": "ladder",
        "leadlag_lags": "clock_sensitivity cross_correlation grouped_correlation lead_lag_contrast",
        "leadlag_network": "lead_network",
        "leadlag_paths": "forecast_gain local_projection rolling_correlation",
        "multiverse": "specification_curve",
        "null": "null_histogram",
        "ratio": "eth_btc",
        "regimes": "regime_shading rotation_chart",
        "regimes_breaks": "break_intervals break_path",
        "regimes_probabilities": "state_probabilities",
        "shares": "coverage",
    },
)
