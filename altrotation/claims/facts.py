"""Facts: a measured value held against what a card expects of it."""

from collections.abc import Callable

import pandas as pd

from altrotation.claims.measures.levels import Value
from altrotation.claims.measures.registry import check_measure, measure, place_in_history
from altrotation.claims.parsing import nearest, read_day
from altrotation.claims.results import Fact, show
from altrotation.claims.specs import FactSpec
from altrotation.data.panel import Panel
from altrotation.errors import CardError

__all__ = ["check_askable", "check_fact"]


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
        On the conditions of `check_askable`.
    CardError
        If a number is expected of a date, or a date of a number.
    InputError
        If the panel lacks a series or has no value in the window.
    """
    check_askable(spec)
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


def check_askable(spec: FactSpec) -> None:
    """Raise unless a fact states what can be measured and compared, whatever the data.

    Parameters
    ----------
    spec : FactSpec

    Raises
    ------
    CardError
        If `expect` is unknown.
    CardError
        If the fact lacks what its `expect` needs, or a day or a tolerance is none.
    CardError
        On the conditions of `check_measure`.
    """
    if spec.expect not in _EXPECTATIONS:
        raise CardError(
            f"`expect` must be one of {', '.join(_EXPECTATIONS)}, got {spec.expect!r}"
            f"{nearest(spec.expect, _EXPECTATIONS)}."
        )
    check_measure(spec.measure)
    if spec.than is not None:
        check_measure(spec.than)
    if spec.expect == "near":
        if _number(spec.value, "value") == 0.0:
            raise CardError("`value` must not be 0 here; use expect = 'between'.")
        if not _number(spec.tolerance, "tolerance") >= 0.0:
            raise CardError(f"`tolerance` must be at least 0, got {spec.tolerance}.")
    elif spec.expect == "on":
        read_day(spec.value, "value")
    elif spec.expect == "between":
        days = [isinstance(each, str) for each in (spec.low, spec.high)]
        read = read_day if any(days) else _number
        if read(spec.high, "high") < read(spec.low, "low"):  # type: ignore[operator]
            raise CardError(f"`high` {spec.high} lies below `low` {spec.low}.")
    elif spec.than is None:
        _number(spec.value, "value")


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
    day = read_day(spec.value, "value")
    return f"on {day:%Y-%m-%d}", measured == day


def _between(_: Panel, spec: FactSpec, measured: Value) -> tuple[str, bool]:
    if isinstance(measured, pd.Timestamp):
        first, last = read_day(spec.low, "low"), read_day(spec.high, "high")
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
