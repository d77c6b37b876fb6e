"""Type aliases shared by all layers."""

import datetime
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "Alternative",
    "BoolArray",
    "Clock",
    "DateLike",
    "FloatArray",
    "IntArray",
    "Seed",
]

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]
BoolArray: TypeAlias = NDArray[np.bool_]

Alternative: TypeAlias = Literal["two-sided", "greater", "less"]
Clock: TypeAlias = Literal["24/7", "XNYS"]
DateLike: TypeAlias = str | datetime.date | np.datetime64  # Timestamp and datetime are dates
Seed: TypeAlias = int | np.random.Generator
