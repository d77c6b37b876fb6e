"""The strategy: a signal, what to hold while it is on and off, and how to trade between them."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, TypeAlias

import numpy as np

from altrotation._guarded import guarded
from altrotation.data.panel import Panel
from altrotation.errors import InputError
from altrotation.signals.signal import Signal
from altrotation.validate import (
    require_at_least,
    require_choice,
    require_count,
    require_number,
    require_text,
)
from altrotation.variation import above

__all__ = ["Rebalance", "Rule", "Strategy", "Unknown"]

Rule: TypeAlias = Signal | Callable[[Panel], Signal]
Rebalance: TypeAlias = Literal["switch", "daily", "weekly", "monthly"]
Unknown: TypeAlias = Literal["off", "keep", "raise"]
_REBALANCE: tuple[Rebalance, ...] = ("switch", "daily", "weekly", "monthly")
_UNKNOWN: tuple[Unknown, ...] = ("off", "keep", "raise")


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Strategy:
    """What to hold when, long only.

    Parameters
    ----------
    name : str
    rule : Signal, or callable from Panel to Signal
        A callable can be checked for look-ahead by running it on shorter panels, and is.
    on, off : mapping from leg to weight
        Held at degree 1 and 0 of the signal, mixed between; `off` defaults to all BTC. Legs are
        "BTC", "ETH", a tier ("large", "mid", "small", "mid-band", "survivors"), a price or index
        of the panel such as "SPX", or "cash", which earns the Treasury-bill yield known that
        day. Weights are at least 0 and sum to at most 1; the rest is cash.
    weighting : {"equal", "cap"}, default "equal"
        Of the coins within a tier.
    rebalance : {"monthly", "weekly", "daily", "switch"}, default "monthly"
        When weights are restored besides every change of the signal: decisions labelled the first
        of a month (when ranks change) or Monday, every day, or not at all.
    unknown : {"off", "keep", "raise"}, default "off"
        While the signal is unknown: act as if off, keep the last known degree, or refuse.
    max_weight : float, default 1
        Cap on the weight of one asset at a trade; what is above goes to cash.
    max_turnover : float, default inf
        Cap on the one-way turnover of a day; the rest of a trade follows on the next days.
    stop : float, optional
        Leave when what is held while on has fallen by this fraction from its highest close since
        the entry; stay out until the signal has been off. Judged at closes, traded with the
        delay.
    target_volatility : float, optional
        Yearly; while on, the weights are scaled down to it by the trailing volatility of the
        holding, never up. The rest is cash.
    volatility_window : int, default 60
        Days in that volatility.
    leverage : float, default 1
        Above 1 the legs held while on are perpetual futures at constant leverage, which pay the
        panel's mean funding on their notional and whose collateral earns nothing.

    Raises
    ------
    InputError
        If `name` is no text.
    InputError
        If `rule` is neither a Signal nor callable.
    InputError
        If `on` or `off` is no mapping, or empty.
    InputError
        If a weight is NaN or negative.
    InputError
        If weights sum to more than 1.
    InputError
        If `weighting`, `rebalance` or `unknown` is no choice.
    InputError
        If `volatility_window` < 10.
    InputError
        If `leverage` < 1.
    InputError
        If `max_weight`, `max_turnover`, `stop` or `target_volatility` is no number above 0.
    InputError
        If `max_weight` or `stop` is above 1.
    """

    name: str
    rule: Rule
    on: Mapping[str, float]
    off: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({"BTC": 1.0}))
    weighting: Literal["equal", "cap"] = "equal"
    rebalance: Rebalance = "monthly"
    unknown: Unknown = "off"
    max_weight: float = 1.0
    max_turnover: float = math.inf
    stop: float | None = None
    target_volatility: float | None = None
    volatility_window: int = 60
    leverage: float = 1.0

    def __post_init__(self) -> None:
        require_text(self.name, "name")
        if not (isinstance(self.rule, Signal) or callable(self.rule)):
            raise InputError(
                f"`rule` must be a Signal or a callable from Panel to Signal, got "
                f"{type(self.rule).__name__}."
            )
        for side in ("on", "off"):
            object.__setattr__(self, side, _weights(getattr(self, side), f"{side} of {self.name}"))
        require_choice(self.weighting, ("equal", "cap"), "weighting")
        require_choice(self.rebalance, _REBALANCE, "rebalance")
        require_choice(self.unknown, _UNKNOWN, "unknown")
        require_count(self.volatility_window, 10, "volatility_window")
        require_at_least(self.leverage, 1.0, "leverage")
        for option in ("max_weight", "max_turnover", "stop", "target_volatility"):
            value = getattr(self, option)
            if value is None or (option == "max_turnover" and value == math.inf):
                continue
            require_number(value, option)
            if not value > 0:
                raise InputError(f"`{option}` must be above 0, got {value}.")
        for option in ("max_weight", "stop"):
            value = getattr(self, option)
            if value is not None and value > 1:
                raise InputError(f"`{option}` is a fraction of at most 1, got {value}.")

    @property
    def legs(self) -> tuple[str, ...]:
        """Everything it may hold, without cash."""
        return tuple(leg for leg in {**self.off, **self.on} if leg != "cash")

    @guarded
    def signal(self, panel: Panel) -> Signal:
        """Return the signal of its rule on `panel`.

        Parameters
        ----------
        panel : Panel

        Returns
        -------
        Signal

        Raises
        ------
        InputError
            If the rule returns anything but a Signal.
        """
        if isinstance(self.rule, Signal):
            return self.rule
        made = self.rule(panel)
        if not isinstance(made, Signal):
            raise InputError(
                f"The rule of {self.name} must return a Signal, got {type(made).__name__}."
            )
        return made

    def describe(self) -> str:
        """Return what it holds and how it trades, in one line."""
        parts = [
            f"on: {_words(self.on)}",
            f"off: {_words(self.off)}",
            f"rebalance {self.rebalance}",
        ]
        defaults = {
            "weighting": "equal",
            "unknown": "off",
            "max_weight": 1.0,
            "max_turnover": math.inf,
            "stop": None,
            "target_volatility": None,
            "leverage": 1.0,
        }
        parts += [
            f"{option.replace('_', ' ')} {getattr(self, option)}"
            for option, default in defaults.items()
            if getattr(self, option) != default
        ]
        return "; ".join(parts)

    def __repr__(self) -> str:
        return f"Strategy({self.name}: {self.describe()})"


def _weights(given: Mapping[str, float], name: str) -> Mapping[str, float]:
    if not isinstance(given, Mapping) or not given:
        raise InputError(f"`{name}` must map legs to weights, for example {{'BTC': 1.0}}.")
    for leg, weight in given.items():
        if (
            isinstance(weight, bool)
            or not isinstance(weight, int | float | np.number)
            or (not weight >= 0)
        ):
            raise InputError(f"`{name}`: the weight of {leg} must be at least 0, got {weight!r}.")
    total = math.fsum(given.values())
    if above(total, 1.0):
        raise InputError(f"`{name}`: weights must sum to at most 1, got {total:g}.")
    return MappingProxyType({leg: float(weight) for leg, weight in given.items()})


def _words(weights: Mapping[str, float]) -> str:
    return ", ".join(f"{leg} {weight:.0%}" for leg, weight in weights.items())
