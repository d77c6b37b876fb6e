"""Whether numbers differ by more than rounding: one decision, one tolerance, for every door.

A number computed along two ways differs in its last bits, and the bits depend on the processor.
Every question of the kind "is this constant", "are these two the same", "is this above that" is
therefore asked with a slack of `TOLERANCE` times the size of what the number was computed *from*:
the residual of a fit is judged by the size of the outcome, a difference by the size of its two
sides. Rounding of double precision is 1e-16 of that size an operation, real data vary by 1e-6 of
it or more; 1e-9 lies far from both.
"""

import numpy as np
from numpy.typing import ArrayLike

from altrotation.aliases import BoolArray, FloatArray

__all__ = ["TOLERANCE", "above", "dependence", "resolved", "size_of", "varies"]

TOLERANCE = 1e-9


def size_of(*parts: ArrayLike, axis: int | None = None) -> FloatArray:
    """Return the largest absolute value in `parts` along `axis`.

    Parameters
    ----------
    parts : arrays
        NaN are left out.
    axis : int, optional
        All of each part together by default.

    Returns
    -------
    array
        Of the shape that `axis` leaves; 0 where no number is left.
    """
    sizes = [
        np.max(np.abs(np.nan_to_num(np.asarray(part, dtype=np.float64))), axis=axis, initial=0.0)
        for part in parts
    ]
    return np.asarray(np.max(np.stack(np.broadcast_arrays(*sizes)), axis=0))


def resolved(spread: ArrayLike, size: ArrayLike) -> BoolArray:
    """Return where `spread` is more than rounding beside `size`.

    Parameters
    ----------
    spread : array
        A range, a standard deviation, the norm of a residual.
    size : array
        The size of the numbers `spread` was computed from.

    Returns
    -------
    array of bool
        False where either is NaN.
    """
    with np.errstate(invalid="ignore"):
        return np.asarray(np.asarray(spread) > TOLERANCE * np.asarray(size))


def varies(values: ArrayLike, *sources: ArrayLike, axis: int | None = None) -> BoolArray:
    """Return whether `values` vary along `axis` by more than the rounding of their `sources`.

    Parameters
    ----------
    values : array
        NaN are left out; fewer than two values do not vary.
    sources : arrays
        What `values` were computed from (the two sides of a difference, the outcome of a
        residual), of any shape that reduces along `axis` alike; `values` themselves if none.
    axis : int, optional
        All of `values` together by default.

    Returns
    -------
    bool or array of bool
        True where the range of the values exceeds 1e-9 of the largest absolute source.
    """
    numbers = np.asarray(values, dtype=np.float64)
    known = ~np.isnan(numbers)
    high = np.max(numbers, axis=axis, initial=-np.inf, where=known)
    low = np.min(numbers, axis=axis, initial=np.inf, where=known)
    spread = np.where(high >= low, high - low, 0.0)
    return resolved(spread, size_of(numbers, *sources, axis=axis))


def above(left: ArrayLike, right: ArrayLike, *, size: ArrayLike | None = None) -> BoolArray:
    """Return where `left` exceeds `right` by more than rounding.

    Parameters
    ----------
    left, right : arrays
        Of shapes that broadcast.
    size : array, optional
        The size of the numbers that both were computed from, by default the larger of the two;
        1.0 for log returns and other differences of logarithms.

    Returns
    -------
    array of bool
        False where either is NaN.
    """
    one, two = np.asarray(left, dtype=np.float64), np.asarray(right, dtype=np.float64)
    with np.errstate(invalid="ignore"):
        scale = np.maximum(np.abs(one), np.abs(two)) if size is None else np.asarray(size)
        return np.asarray(one > two + TOLERANCE * scale)


def dependence(columns: FloatArray) -> tuple[int, list[int]] | None:
    """Return the first column that the ones before it determine, and which of them take part.

    Parameters
    ----------
    columns : array of shape (n, k)
        No NaN. Each column is centred and scaled first, so that units do not matter and a
        constant belongs to every set.

    Returns
    -------
    (column, parts) or None
        The place of the first column whose residual on a constant and the columns before it is
        rounding, with the places of those that carry weight (none for a constant column); None
        when every column holds something of its own.
    """
    centred = columns - columns.mean(axis=0)
    moving = varies(columns, axis=0)
    norm = np.sqrt(np.square(centred).sum(axis=0))
    unit = centred / np.where(moving, norm, np.inf)
    rows, count = unit.shape
    if rows < count:  # as many columns of zeros as rows lack: the last ones hang on the first
        unit = np.concatenate([unit, np.zeros((count - rows, count))])
    # The diagonal of R holds the norm of each column's residual on the columns before it; the norm,
    # not the largest value: a unit column of n rows is about 1 / sqrt(n) everywhere.
    triangle = np.asarray(np.linalg.qr(unit, mode="r"))
    bound = np.flatnonzero(~(np.abs(np.diag(triangle)) > TOLERANCE))
    if not len(bound):
        return None
    place = int(bound[0])
    if not moving[place]:
        return place, []
    weights = np.linalg.solve(triangle[:place, :place], triangle[:place, place])
    return place, [int(part) for part in np.flatnonzero(np.abs(weights) > 1e-6)]
