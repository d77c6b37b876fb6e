"""Causal indicators, one family a file."""

from typing import TYPE_CHECKING

from altrotation._lazy import open_doors

if TYPE_CHECKING:
    from altrotation.indicators.breadth import advance_decline as advance_decline
    from altrotation.indicators.breadth import equity_breadth as equity_breadth
    from altrotation.indicators.breadth import share_above_mean as share_above_mean
    from altrotation.indicators.breadth import share_at_high as share_at_high
    from altrotation.indicators.breadth import share_beating as share_beating
    from altrotation.indicators.breakout import breakout_course as breakout_course
    from altrotation.indicators.breakout import breakout_days as breakout_days
    from altrotation.indicators.breakout import confirmed_breakouts as confirmed_breakouts
    from altrotation.indicators.concentration import (
        mega_cap_concentration as mega_cap_concentration,
    )
    from altrotation.indicators.concentration import sector_participation as sector_participation
    from altrotation.indicators.dominance import below_threshold as below_threshold
    from altrotation.indicators.dominance import capitalisation_without as capitalisation_without
    from altrotation.indicators.dominance import dated_peaks as dated_peaks
    from altrotation.indicators.dominance import dominance as dominance
    from altrotation.indicators.dominance import without_flagged as without_flagged
    from altrotation.indicators.failed_breakouts import failed_breakout_rate as failed_breakout_rate
    from altrotation.indicators.flows import flow_streak as flow_streak
    from altrotation.indicators.flows import rolling_flow as rolling_flow
    from altrotation.indicators.fragility import downside_beta as downside_beta
    from altrotation.indicators.fragility import members_median as members_median
    from altrotation.indicators.fragility import recovery_time as recovery_time
    from altrotation.indicators.fragility import tail_dependence as tail_dependence
    from altrotation.indicators.leverage import cross_section as cross_section
    from altrotation.indicators.leverage import crowding_score as crowding_score
    from altrotation.indicators.leverage import daily_funding as daily_funding
    from altrotation.indicators.leverage import extreme_funding as extreme_funding
    from altrotation.indicators.leverage import scale_funding as scale_funding
    from altrotation.indicators.liquidity import calendar_growth as calendar_growth
    from altrotation.indicators.liquidity import dollar_impulse as dollar_impulse
    from altrotation.indicators.liquidity import growth as growth
    from altrotation.indicators.liquidity import net_liquidity as net_liquidity
    from altrotation.indicators.liquidity import term_spread as term_spread
    from altrotation.indicators.liquidity import yield_impulse as yield_impulse
    from altrotation.indicators.liquidity_composite import (
        liquidity_components as liquidity_components,
    )
    from altrotation.indicators.liquidity_composite import (
        liquidity_composite as liquidity_composite,
    )
    from altrotation.indicators.open_interest import open_interest_growth as open_interest_growth
    from altrotation.indicators.open_interest import washouts as washouts
    from altrotation.indicators.ranges import levels_cleared as levels_cleared
    from altrotation.indicators.ranges import trailing_range as trailing_range
    from altrotation.indicators.records import days_since_record as days_since_record
    from altrotation.indicators.records import distance_from_record as distance_from_record
    from altrotation.indicators.relative import price_ratio as price_ratio
    from altrotation.indicators.relative import ratio_to_mean as ratio_to_mean
    from altrotation.indicators.relative import relative_momentum as relative_momentum
    from altrotation.indicators.relative import relative_strength as relative_strength
    from altrotation.indicators.supply import protocol_unlocks as protocol_unlocks
    from altrotation.indicators.supply import released_share as released_share
    from altrotation.indicators.supply import unlock_index as unlock_index
    from altrotation.indicators.supply import unlock_load as unlock_load
    from altrotation.indicators.volume import group_turnover as group_turnover
    from altrotation.indicators.volume import group_volume as group_volume
    from altrotation.indicators.volume import sideways as sideways
    from altrotation.indicators.volume import volume_expansion as volume_expansion
    from altrotation.indicators.volume import volume_stability as volume_stability

open_doors(
    __name__,
    {
        "breadth": "advance_decline equity_breadth share_above_mean share_at_high share_beating",
        "breakout": "breakout_course breakout_days confirmed_breakouts",
        "concentration": "mega_cap_concentration sector_participation",
        "dominance": "below_threshold capitalisation_without dated_peaks dominance without_flagged",
        "failed_breakouts": "failed_breakout_rate",
        "flows": "flow_streak rolling_flow",
        "fragility": "downside_beta members_median recovery_time tail_dependence",
        "leverage": "cross_section crowding_score daily_funding extreme_funding scale_funding",
        "liquidity": (
            "calendar_growth dollar_impulse growth net_liquidity term_spread yield_impulse"
        ),
        "liquidity_composite": "liquidity_components liquidity_composite",
        "open_interest": "open_interest_growth washouts",
        "ranges": "levels_cleared trailing_range",
        "records": "days_since_record distance_from_record",
        "relative": "price_ratio ratio_to_mean relative_momentum relative_strength",
        "supply": "protocol_unlocks released_share unlock_index unlock_load",
        "volume": "group_turnover group_volume sideways volume_expansion volume_stability",
    },
)
