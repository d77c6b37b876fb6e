"""Pictures as inline SVG that follows the colours of the page and carries its own description."""

import io
import re
from html import escape
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from altrotation.errors import InputError
from altrotation.plot import style

__all__ = ["describe", "to_svg"]

_GEOMETRY = re.compile(r'(?<=\s)(?:d|x|y|transform|points)="[^"]*"', re.DOTALL)
_NUMBER = re.compile(r"-?\d+\.\d+")


def to_svg(ax: Axes, name: str) -> str:
    """Return the figure of `ax` as one ``<svg>`` element, without scripts, fonts or links.

    Colours of the palette become the custom properties ``--plot-blue`` and so on, so that the page
    decides between light and dark; text stays text. Identifiers start with `name`, which must be
    unique in the page. The same picture and name give the same bytes.

    Parameters
    ----------
    ax : Axes
    name : str
        Letters, digits and hyphens, a letter first.

    Raises
    ------
    InputError
        If `name` is not made of letters, digits and hyphens.
    """
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*", name):
        raise InputError(f"`name` must be letters, digits and hyphens, got {name!r}.")
    text = _drawn(ax, name)
    text = text[text.index("<svg") :].strip()
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>", "", text, count=1, flags=re.DOTALL)
    text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    text = _GEOMETRY.sub(_shortened, text)
    text = re.sub(r'<g id="label-[^"]*"', '<g class="label"', text)
    text = re.sub(r'<g id="[^"]*"', "<g", text)  # no reader refers to a group
    text = re.sub(r'(\s)id="', rf'\1id="{name}-', text)
    text = re.sub(r'(xlink:)?href="#', rf'href="#{name}-', text)
    text = text.replace("url(#", f"url(#{name}-")
    for colour, value in style.PALETTE.items():
        text = re.sub(re.escape(value), f"var(--plot-{colour})", text, flags=re.IGNORECASE)
    text = re.sub(r"font-family: [^;\"]*(; )?", "", text)  # the page's own font
    text = re.sub(r">\s+<", "><", text)
    return _headed(text, ax)


def describe(ax: Axes) -> str:
    """Return the title and the small print of a picture: its description in words."""
    notes = [text.get_text() for text in ax.texts if text.get_gid() == "caption"]
    return ". ".join(" ".join(part.split()) for part in (ax.get_title("left"), *notes) if part)


def _drawn(ax: Axes, salt: str) -> str:
    figure = ax.get_figure(root=True)
    if not isinstance(figure, Figure):
        raise InputError("The Axes belong to no figure; draw on altrotation.plot.style.blank().")
    figure.set_facecolor("none")
    for part in (ax, *ax.child_axes):
        part.set_facecolor("none")
    buffer = io.StringIO()
    settings: Any = {"svg.fonttype": "none", "svg.hashsalt": salt, "path.simplify_threshold": 0.35}
    with matplotlib.rc_context(settings):
        # not figure.savefig, which draws everything once more to find a size that is known
        canvas: Any = FigureCanvasSVG(figure)
        canvas.print_svg(buffer, metadata={"Date": None, "Creator": None})
    return buffer.getvalue()


def _shortened(match: re.Match[str]) -> str:
    """Return a geometry attribute with one decimal (a seventh of a pixel) and short spaces."""
    text = _NUMBER.sub(lambda number: f"{float(number[0]):.1f}".removesuffix(".0"), match[0])
    text = re.sub(r"\s*([MLCQzZ])\s*", r"\1", text)
    return "" if "rotate(-0 " in text or "rotate(0 " in text else text


def _headed(text: str, ax: Axes) -> str:
    box = re.search(r'viewBox="([^"]+)"', text)
    inner = text[text.index(">") + 1 :]
    frame = box[1] if box else "0 0 518.4 300"
    label = escape(describe(ax), quote=True)
    return f'<svg viewBox="{frame}" role="img" aria-label="{label}">{inner}'
