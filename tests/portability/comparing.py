"""Two results of one computation: the same decisions, and numbers alike up to rounding."""

import math
from collections.abc import Iterator

ROUNDING = 1e-9
SINGLE = 1e-5  # resamples in single precision
COARSE = {"cross-correlation", "cross-correlation, partial"}
_ZERO = 1e-3  # under this much of the tolerance a sum is zero: it has no relative accuracy


def differences(one, other, place="", tolerance=ROUNDING) -> Iterator[str]:
    """Yield each place at which two results differ by more than rounding, with both values."""
    if isinstance(one, dict) and isinstance(other, dict):
        for name in [*one, *(name for name in other if name not in one)]:
            at = f"{place}: {name}" if place else name
            if name not in one or name not in other:
                yield f"{at}: in one of the two only"
            else:
                wide = SINGLE if name in COARSE else tolerance
                yield from differences(one[name], other[name], at, wide)
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for row, (a, b) in enumerate(zip(one, other, strict=True)):
            yield from differences(a, b, f"{place}[{row}]", tolerance)
    elif isinstance(one, float) and isinstance(other, float):
        if not math.isclose(one, other, rel_tol=tolerance, abs_tol=_ZERO * tolerance):
            yield f"{place}: {one!r} and {other!r}"
    elif one != other or type(one) is not type(other):
        yield f"{place}: {one!r} and {other!r}"
