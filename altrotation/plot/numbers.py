"""Numbers in words: signs and percentages as every picture and table shows them."""

import math

import numpy as np

__all__ = ["as_percent", "log_points", "percent_of_log", "signed"]

_MINUS = "−"


def signed(value: float, decimals: int = 3) -> str:
    """Return `value` with its sign, a true minus and no negative zero; "–" for NaN."""
    if math.isnan(value):
        return "–"
    text = f"{abs(value):.{decimals}f}"
    if not float(text):
        return text
    return f"{_MINUS if value < 0 else '+'}{text}"


def percent_of_log(value: float) -> float:
    """Return the log return `value` as a simple return in percent: 100 (exp(value) - 1)."""
    return 100.0 * float(np.expm1(value))


def as_percent(value: float) -> str:
    """Return the log return `value` in words as a simple return: 0.05 gives "+5.1 %"."""
    if math.isnan(value):
        return "–"
    simple = percent_of_log(value)
    return f"{signed(simple, 0 if abs(simple) >= 10 else 1)}\u00a0%"


def log_points(value: float) -> str:
    """Return the log return `value` in log units and, in brackets, in percent."""
    return "–" if math.isnan(value) else f"{signed(value)} ({as_percent(value)})"
