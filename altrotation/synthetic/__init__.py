"""Worlds with known truth."""

import altrotation.kernels  # noqa: F401  # finds where numba may keep what it compiles
