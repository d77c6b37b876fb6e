"""What trading costs: fees, spreads by tier, impact by share of volume, funding of leverage."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Self

import numpy as np

from altrotation._guarded import guarded
from altrotation.aliases import FloatArray
from altrotation.errors import InputError
from altrotation.validate import require_at_least, require_number, require_text

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
_NO_SESSIONS = ("24/7", "weekly", "monthly")  # calendars that no stock exchange keeps


@guarded
@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """Costs as fractions of the value traded.

    Parameters
    ----------
    fees : mapping, default crypto 0.0010, equity 0.0001
        Commission a side of each class, and of a leg of your own by its name.
    spreads : mapping from tier to fraction
        Half-spread and slippage a side of "BTC", "ETH", "large", "mid", "small", "mid-band",
        "survivors" and "equity", and of a leg of your own by its name: the price is that much worse
        than the close. `with_leg` adds one.
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
        If a key of `churn` is unknown, or one of the others is no name.
    InputError
        If a key is missing.
    InputError
        If a leg of your own has a fee and no spread.
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
                if name == "churn" and key not in keys:
                    raise InputError(
                        f"`{name}` has no tier {key!r}; its tiers are {', '.join(keys)}."
                    )
                require_text(key, f"key of {name}")
                require_number(value, f"{name} of {key}")
                if not 0.0 <= value < 1.0:
                    raise InputError(f"`{name}` of {key} must lie in [0, 1), got {value}.")
            missing = [key for key in keys if key not in given]
            if missing:
                raise InputError(f"`{name}` lacks {missing[0]!r}; give every one of its tiers.")
            object.__setattr__(self, name, MappingProxyType(dict(given)))
        for key in self.fees:
            if key not in self.spreads and key not in _FEES:
                raise InputError(
                    f"`spreads` has no tier {key!r}, which `fees` names; write "
                    f"{_stating(key)} with its costs."
                )
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
            If `factor` is no number of at least 0.
        InputError
            If a multiplied cost leaves [0, 1).
        """
        require_at_least(factor, 0.0, "factor")
        return type(self)(
            fees={k: v * factor for k, v in self.fees.items()},
            spreads={k: v * factor for k, v in self.spreads.items()},
            impact=self.impact * factor,
            churn=dict(self.churn),
            funding_periods=self.funding_periods,
        )

    def with_leg(self, name: str, *, fee: float, spread: float) -> Self:
        """Return the costs with those of a leg of your own, such as a coin joined to the panel.

        Parameters
        ----------
        name : str
            Of the leg, as in the panel.
        fee, spread : float
            Fractions a side, such as .001 and .0008.

        Returns
        -------
        Costs

        Raises
        ------
        InputError
            If a cost lies outside [0, 1).
        """
        return replace(self, fees={**self.fees, name: fee}, spreads={**self.spreads, name: spread})

    def tier_of(self, name: str, calendar: str) -> str:
        """Return the tier whose costs a leg of the panel that is no basket bears.

        What is stated by name comes first, BTC and ETH have their own, and what trades in the
        sessions of a stock exchange is an equity. Nothing says what anything else costs.

        Parameters
        ----------
        name : str
        calendar : str
            Of its series card.

        Returns
        -------
        str
            A key of `spreads`.

        Raises
        ------
        InputError
            If nothing says what the leg costs; not where all costs are the same.
        """
        if name in self.spreads:
            return name
        alike = len({*self.fees.values()}) == len({*self.spreads.values()}) == 1
        if alike or calendar not in _NO_SESSIONS:
            return "equity"
        raise InputError(
            f"Nothing says what trading {name} costs: its calendar {calendar!r} is that of no "
            f"stock exchange. State it a side, for example costs={_stating(name)}, which is what a "
            "large coin costs here."
        )

    @guarded
    def fee(self, tier: str) -> float:
        """Return the commission a side of a tier: its own, or that of its class."""
        return self.fees.get(tier, self.fees["equity" if tier == "equity" else "crypto"])

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
        own = "".join(f", {k} {1e4 * v:g}" for k, v in self.fees.items() if k not in _FEES)
        return (
            f"fee {1e4 * self.fees['crypto']:g} bp a side (equity {1e4 * self.fees['equity']:g}"
            f"{own}); half-spread in bp: {spreads}; impact {self.impact:g} x sigma x sqrt(Q/V)"
        )


def _stating(name: str) -> str:
    return f"Costs().with_leg({name!r}, fee={_FEES['crypto']:g}, spread={_SPREADS['large']:g})"


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
