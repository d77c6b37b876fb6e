"""One picture of a page, drawn once for a page column and once for a telephone."""

from collections.abc import Callable
from dataclasses import dataclass

from matplotlib.axes import Axes

from altrotation.plot import style
from altrotation.report.svg import describe, to_svg

__all__ = ["Picture", "drawn_twice"]


@dataclass(frozen=True, slots=True)
class Picture:
    """Two SVG elements of one picture, its description, and a line on how to read it."""

    wide: str
    narrow: str
    alt: str
    reading: str


def drawn_twice(
    name: str,
    draw: Callable[[Axes], Axes],
    *,
    height: float,
    reading: str,
    narrow_height: float | None = None,
) -> Picture:
    """Return what `draw` makes of two empty Axes, a page column and a telephone wide.

    Parameters
    ----------
    name : str
        Unique in the page; signs other than letters, digits and hyphens are left out.
    draw : callable from Axes to Axes
    height : float
        Inches.
    reading : str
        How to read it.
    narrow_height : float, optional
        Inches on a telephone; default a third of an inch more, for titles break into more lines.

    Returns
    -------
    Picture
    """
    stem = "".join(sign for sign in name if sign.isalnum() or sign == "-")
    wide = draw(style.blank(width=style.WIDE, height=height))
    alt = describe(wide)
    first = to_svg(wide, f"p{stem}-w")
    tall = height + 0.35 if narrow_height is None else narrow_height
    narrow = draw(style.blank(width=style.NARROW, height=tall))
    return Picture(first, to_svg(narrow, f"p{stem}-n"), alt, reading)
