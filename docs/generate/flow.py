"""The picture of the architecture: how data flow from files to a verdict, as one SVG."""

from dataclasses import dataclass
from html import escape

__all__ = ["picture"]

_WIDTH, _ROW, _BOX, _LEFT = 420, 74, 46, 14


@dataclass(frozen=True, slots=True)
class _Stage:
    boxes: tuple[tuple[str, str], ...]
    becomes: str  # what flows on to the next stage


_STAGES = (
    _Stage((("archive files", "or live providers"),), "validated, dated when known"),
    _Stage((("data", "Panel, cards, ledger"),), "prices, yields, breadth by UTC day"),
    _Stage(
        (("indicators", "causal series"), ("regimes", "filtered states"), ("signals", "dated")),
        "what was known on each day",
    ),
    _Stage(
        (("events", "event study"), ("leadlag", "who moves first"), ("backtest", "net of costs")),
        "Evidence: estimate, interval, p, power",
    ),
    _Stage((("claims", "cards written beforehand, fixed rules, lock"),), "Verdict"),
    _Stage((("report", "pages"), ("plot", "pictures"), ("cli", "exit codes")), ""),
)


def picture() -> str:
    """Return the picture as HTML whose colours are those of the page."""
    height = _ROW * len(_STAGES) - (_ROW - _BOX) + 2 * _LEFT
    parts = [
        f'<figure class="flow"><svg viewBox="0 0 {_WIDTH} {height}" role="img" '
        f'aria-label="{escape(_words())}">',
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" '
        'markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" class="tip"/></marker></defs>',
    ]
    for place, stage in enumerate(_STAGES):
        top = _LEFT + place * _ROW
        parts += _boxes(stage, top)
        if stage.becomes:
            parts += _arrow(top + _BOX, stage.becomes)
    return "".join([*parts, "</svg></figure>"])


def _boxes(stage: _Stage, top: int) -> list[str]:
    count = len(stage.boxes)
    gap = 10
    width = (_WIDTH - 2 * _LEFT - gap * (count - 1)) / count
    drawn = []
    for place, (name, words) in enumerate(stage.boxes):
        left = _LEFT + place * (width + gap)
        middle = left + width / 2
        drawn.append(
            f'<rect x="{left:.0f}" y="{top}" width="{width:.0f}" height="{_BOX}" rx="6"/>'
            f'<text x="{middle:.0f}" y="{top + 20}" class="name">{escape(name)}</text>'
            f'<text x="{middle:.0f}" y="{top + 36}">{escape(words)}</text>'
        )
    return drawn


def _arrow(top: int, words: str) -> list[str]:
    x, end = _LEFT + 40, top + _ROW - _BOX - 3
    return [
        f'<path d="M{x} {top + 2}V{end}" class="arrow" marker-end="url(#tip)"/>',
        f'<text x="{x + 12}" y="{top + 18}" class="becomes">{escape(words)}</text>',
    ]


def _words() -> str:
    stages = "; ".join(" and ".join(name for name, _ in stage.boxes) for stage in _STAGES)
    return f"Flow of data, from top to bottom: {stages}."
