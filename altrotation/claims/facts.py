"""Facts: a measured value held against what a card expects of it."""

from collections.abc import Callable

import pandas as pd

from altrotation.claims.measures.levels import Value
from altrotation.claims.measures.registry import measure, place_in_history
from altrotation.claims.results import Fact, show
from altrotation.claims.specs import FactSpec
from altrotation.data.panel import Panel
from altrotation.errors import CardError

__all__ = ["check_fact"]


def check_fact(panel: Panel, spec: FactSpec) -> Fact:
    """Return the fact with its measured value and whether it holds.

    "near" allows a relative `tolerance`; "above" and "below" are strict, against `value` or the
    measure `than`; "on" is the exact day; "between" includes `low` and `high`.

    Parameters
    ----------
    panel : Panel
    spec : FactSpec
        A fact of a card.

    Raises
    ------
    CardError
        If `expect` is unknown.
    CardError
        If the fact lacks what its `expect` needs.
    InputError
        If the panel lacks a series or has no value in the window.
    """
    if spec.expect not in _EXPECTATIONS:
        raise CardError(f"`expect` must be one of {', '.join(_EXPECTATIONS)}, got {spec.expect!r}.")
    measured = measure(panel, spec.measure)
    expected, holds = _EXPECTATIONS[spec.expect](panel, spec, measured)
    return Fact(
        text=spec.text,
        primary=spec.primary,
        measured=measured,
        expected=expected,
        holds=holds,
        place=place_in_history(panel, spec.measure),
    )


def _near(_: Panel, spec: FactSpec, measured: Value) -> tuple[str, bool]:
    target, tolerance = _number(spec.value, "value"), _number(spec.tolerance, "tolerance")
    holds = abs(_number(measured, "measured") / target - 1.0) <= tolerance
    return f"within {tolerance:.0%} of {target:g}", holds


def _above(panel: Panel, spec: FactSpec, measured: Value) -> tuple[str, bool]:
    bound = _bound(panel, spec)
    return f"above {show(bound)}", _number(measured, "measured") > bound


def _below(panel: Panel, spec: FactSpec, measured: Value) -> tuple[str, bool]:
    bound = _bound(panel, spec)
    return f"below {show(bound)}", _number(measured, "measured") < bound


def _on(_: Panel, spec: FactSpec, measured: Value) -> tuple[str, bool]:
    day = _day(spec.value, "value")
    return f"on {day:%Y-%m-%d}", measured == day


def _between(_: Panel, spec: FactSpec, measured: Value) -> tuple[str, bool]:
    if isinstance(measured, pd.Timestamp):
        first, last = _day(spec.low, "low"), _day(spec.high, "high")
        return f"from {first:%Y-%m-%d} to {last:%Y-%m-%d}", first <= measured <= last
    low, high = _number(spec.low, "low"), _number(spec.high, "high")
    return f"from {low:g} to {high:g}", low <= measured <= high


_EXPECTATIONS: dict[str, Callable[[Panel, FactSpec, Value], tuple[str, bool]]] = {
    "near": _near,
    "above": _above,
    "below": _below,
    "on": _on,
    "between": _between,
}


def _bound(panel: Panel, spec: FactSpec) -> float:
    if spec.than is not None:
        return _number(measure(panel, spec.than), "than")
    return _number(spec.value, "value")


def _number(value: object, name: str) -> float:
    if not isinstance(value, float | int):
        raise CardError(f"`{name}` must be a number here, got {value!r}.")
    return float(value)


def _day(value: object, name: str) -> pd.Timestamp:
    if not isinstance(value, str):
        raise CardError(f"`{name}` must be a date such as '2026-06-22', got {value!r}.")
    return pd.Timestamp(value)
