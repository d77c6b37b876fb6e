"""What trading costs: fees, spreads by tier, impact by share of volume, funding of leverage."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Self

import numpy as np

from altrotation._guarded import guarded
from altrotation.aliases import FloatArray
from altrotation.errors import InputError
from altrotation.validate import require_at_least

__all__ = ["Costs", "square_root_impact"]

# Taker fee of a large exchange's base level; brokers ask about a basis point for index funds.
_FEES = {"crypto": 10e-4, "equity": 1e-4}
# Half of the quoted spread plus the slippage of a small market order. Assumptions, in the order of
# what studies of exchange order books report by size of coin; a parameter, and an axis to vary.
_SPREADS = {
    "BTC": 2e-4,
    "ETH": 3e-4,
    "large": 8e-4,
    "mid-band": 20e-4,
    "survivors": 8e-4,
    "mid": 25e-4,
    "small": 60e-4,
    "equity": 1e-4,
}
# One-way monthly turnover inside the tier baskets of the panel, whose index bears no costs:
# means since 2016 of the archive's monthly baskets.
_CHURN = {"large": 0.17, "mid": 0.20, "small": 0.23, "mid-band": 0.23, "survivors": 0.08}


@guarded
@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """Costs as fractions of the value traded.

    Parameters
    ----------
    fees : mapping, default crypto 0.0010, equity 0.0001
        Commission a side.
    spreads : mapping from tier to fraction
        Half-spread and slippage a side of "BTC", "ETH", "large", "mid", "small", "mid-band",
        "survivors" and "equity": the price is that much worse than the close.
    impact : float, default 1.0
        Coefficient Y of the square-root law: an order of Q USD in a market that trades V USD a
        day with daily volatility s moves the price by Y s sqrt(Q / V). Only where the volume of a
        coin is known; a replay reports how much was traded without it.
    churn : mapping from tier to fraction
        One-way turnover a month inside a tier's basket, charged daily where the tier is held as
        one index whose own rebalancing bears no costs. Coins held one by one pay as they trade.
    funding_periods : float, default 3
        Funding payments a day, each of the panel's mean rate per 8 hours, on the notional of a
        levered leg.

    Raises
    ------
    InputError
        If a fee, a spread or a turnover is unknown, negative or at least 1.
    InputError
        If a key is unknown.
    InputError
        If a key is missing.
    InputError
        If `impact` or `funding_periods` is negative or not a number.
    """

    fees: Mapping[str, float] = field(default_factory=lambda: MappingProxyType(dict(_FEES)))
    spreads: Mapping[str, float] = field(default_factory=lambda: MappingProxyType(dict(_SPREADS)))
    impact: float = 1.0
    churn: Mapping[str, float] = field(default_factory=lambda: MappingProxyType(dict(_CHURN)))
    funding_periods: float = 3.0

    def __post_init__(self) -> None:
        known = {"fees": _FEES, "spreads": _SPREADS, "churn": _CHURN}
        for name, keys in known.items():
            given: Mapping[str, float] = getattr(self, name)
            for key, value in given.items():
                if key not in keys:
                    raise InputError(
                        f"`{name}` has no tier {key!r}; its tiers are {', '.join(keys)}."
                    )
                if not 0.0 <= value < 1.0:
                    raise InputError(f"`{name}` of {key} must lie in [0, 1), got {value}.")
            missing = [key for key in keys if key not in given]
            if missing:
                raise InputError(f"`{name}` lacks {missing[0]!r}; give every one of its tiers.")
            object.__setattr__(self, name, MappingProxyType(dict(given)))
        require_at_least(self.impact, 0.0, "impact")
        require_at_least(self.funding_periods, 0.0, "funding_periods")

    @classmethod
    def zero(cls) -> Self:
        """Return costs of nothing at all."""
        return cls(
            fees=dict.fromkeys(_FEES, 0.0),
            spreads=dict.fromkeys(_SPREADS, 0.0),
            impact=0.0,
            churn=dict.fromkeys(_CHURN, 0.0),
            funding_periods=0.0,
        )

    @guarded
    def times(self, factor: float) -> Self:
        """Return all costs of trading multiplied by `factor`; funding stays as it is.

        Parameters
        ----------
        factor : float

        Returns
        -------
        Costs

        Raises
        ------
        InputError
            If a multiplied cost leaves [0, 1).
        """
        return type(self)(
            fees={k: v * factor for k, v in self.fees.items()},
            spreads={k: v * factor for k, v in self.spreads.items()},
            impact=self.impact * factor,
            churn=dict(self.churn),
            funding_periods=self.funding_periods,
        )

    @guarded
    def fee(self, tier: str) -> float:
        """Return the commission a side of a tier."""
        return self.fees["equity" if tier == "equity" else "crypto"]

    @guarded
    def spread(self, tier: str) -> float:
        """Return the half-spread of a tier."""
        return self.spreads[tier]

    @guarded
    def daily_churn(self, tier: str) -> float:
        """Return what a day of rebalancing inside a tier's basket costs, as a fraction."""
        # one-way turnover sells and buys: two sides, spread over the days of a mean month
        return 2.0 * self.churn.get(tier, 0.0) * (self.fee(tier) + self.spread(tier)) / 30.4375

    def describe(self) -> str:
        """Return the costs in one line."""
        spreads = ", ".join(f"{k} {1e4 * v:g}" for k, v in self.spreads.items())
        return (
            f"fee {1e4 * self.fees['crypto']:g} bp a side (equity {1e4 * self.fees['equity']:g}); "
            f"half-spread in bp: {spreads}; impact {self.impact:g} x sigma x sqrt(Q/V)"
        )


def square_root_impact(
    order: FloatArray, volume: FloatArray, volatility: FloatArray, *, coefficient: float
) -> FloatArray:
    """Return the price concession of orders by the square-root law, a fraction of the price.

    Parameters
    ----------
    order : array of shape (k,)
        USD to be traded, of either sign.
    volume : array of shape (k,)
        USD traded a day; NaN or zero where unknown.
    volatility : array of shape (k,)
        Standard deviation of daily log returns; NaN where unknown.
    coefficient : float
        Y, about one across markets (Toth et al. 2011, Physical Review X 1, 021006).

    Returns
    -------
    array of shape (k,)
        At most 0.5; zero where volume or volatility is unknown.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.abs(order) / volume
        concession = coefficient * volatility * np.sqrt(share)  # Toth et al. (2011) eq. 1
    known = np.isfinite(concession)
    return np.where(known, np.minimum(concession, 0.5), 0.0)
