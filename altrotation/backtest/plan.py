"""The orders of one strategy: target weights at the rows at which it trades."""

from dataclasses import dataclass, field

from altrotation.aliases import BoolArray, FloatArray, IntArray

__all__ = ["Plan"]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Plan:
    """Orders of one strategy: at `rows`, target weights of all assets.

    Parameters
    ----------
    degrees : array of shape (n,)
        The degree acted on at each row.
    unknown : bool array of shape (n,)
        Where the signal was unknown.
    rows : int array of shape (m,)
        Rows with an order, increasing.
    targets : array of shape (m, k)
        Weight of each asset after the order, NaN where there is none.
    slippage : array of shape (m, k)
        Price concession of an order, a fraction.
    notes : tuple of (row, what)
        Orders that could not be given as wished.
    """

    degrees: FloatArray
    unknown: BoolArray
    rows: IntArray
    targets: FloatArray
    slippage: FloatArray
    notes: tuple[tuple[int, str], ...] = field(default=())
