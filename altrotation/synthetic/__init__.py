"""Worlds with known truth."""

from typing import TYPE_CHECKING

import altrotation.kernels  # noqa: F401  # finds where numba may keep what it compiles
from altrotation._lazy import open_doors

if TYPE_CHECKING:
    from altrotation.synthetic.clocks import asynchronous_closes as asynchronous_closes
    from altrotation.synthetic.leadlag import LeadTruth as LeadTruth
    from altrotation.synthetic.leadlag import chain as chain
    from altrotation.synthetic.leadlag import common_factor as common_factor
    from altrotation.synthetic.leadlag import heavy_tails as heavy_tails
    from altrotation.synthetic.leadlag import independent_pair as independent_pair
    from altrotation.synthetic.leadlag import planted_lead as planted_lead
    from altrotation.synthetic.leadlag import switching_lead as switching_lead
    from altrotation.synthetic.noise import daily_noise as daily_noise
    from altrotation.synthetic.noise import slow_drift as slow_drift
    from altrotation.synthetic.regimes import RegimeWorld as RegimeWorld
    from altrotation.synthetic.regimes import RotationWorld as RotationWorld
    from altrotation.synthetic.regimes import planted_states as planted_states
    from altrotation.synthetic.regimes import regime_world as regime_world
    from altrotation.synthetic.regimes import rotation_world as rotation_world
    from altrotation.synthetic.shocks import autoregression as autoregression
    from altrotation.synthetic.shocks import correlated as correlated
    from altrotation.synthetic.shocks import garch as garch
    from altrotation.synthetic.shocks import garch_scale as garch_scale
    from altrotation.synthetic.worlds import EventWorld as EventWorld
    from altrotation.synthetic.worlds import clustered_rows as clustered_rows
    from altrotation.synthetic.worlds import event_world as event_world

open_doors(
    __name__,
    {
        "clocks": "asynchronous_closes",
        "leadlag": (
            "LeadTruth chain common_factor heavy_tails independent_pair planted_lead switching_lead"
        ),
        "noise": "daily_noise slow_drift",
        "regimes": "RegimeWorld RotationWorld planted_states regime_world rotation_world",
        "shocks": "autoregression correlated garch garch_scale",
        "worlds": "EventWorld clustered_rows event_world",
    },
)
