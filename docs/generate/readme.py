"""The parts of README.md that hold numbers, written from a run of the catalogue.

Usage, from the root of the repository: ``python -m docs.generate.readme`` writes them anew, and
the outputs of the examples. A part stands between ``<!-- generated: name -->`` and an end mark; its
sentences are here and nowhere else, so that no number is typed by hand.
"""

import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from textwrap import fill
from typing import Any

import pandas as pd

from altrotation import CatalogueRun, Panel, breakouts
from altrotation.printing import p_text
from docs.generate.execute import executed
from docs.generate.markdown import table
from docs.generate.run import judgement

__all__ = ["README", "filled", "parts"]

README = Path(__file__).resolve().parents[2] / "README.md"
_PART = re.compile(r"(<!-- generated: ([a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)

# What follows the verdict of a claim of fact: {0} is its first measured value, and so on.
_FACTS = {
    "A7": "the first such close came on {0} ({2:,.1f}); 23 June closed at {3:,.1f}",
    "A8": "in 60 days ETH changed by {0:+.3f} against Bitcoin, large survivors by {1:+.3f} (log), "
    "and dominance by {2:+.2f} points",
    "B1": "{0:.4f} to {1:.4f}, {2:+.0%}; tolerance 10 %",
    "B4": "{0:.4f} at most; breadth up to {1:.0f} %, at 75 % or more on {2:.0f} days",
    "B5": "median {0:.4f}, highest close {2:.4f}; the lowest of 2022-2023 was {low}",
    "D1": "{0:+.0%} within 34 days; S&P 500 {1:+.1%}, Russell {2:+.1%}",
}

# What is added to the numbers of a claim with an effect, from its record.
_MORE = {
    "A1": "{share_with_claimed_sign:.0%} of {specifications:,} specifications have its sign",
    "B3": "on the same day; spell by spell p {facts[1]:.3f} for size, {facts[3]:.3f} for duration",
    "C1": "days from the peak to broad alt season: {facts[0]:.0f} in 2020, {facts[1]:.0f} in 2024",
}

_COUNTED = ("event", "contrast", "strategy")  # kinds whose number of events is one of occasions


def parts(run: CatalogueRun, panel: Panel) -> dict[str, str]:
    """Return the text of every generated part by its name."""
    claims = run.to_dict()["claims"]
    first = claims["A1"]["evidence"][0]
    seen = first["minimum_detectable_effect"]
    return {
        "records": _records(panel, first["events"]),
        "verdicts": table(
            ("claim", "verdict"), [_row(result.card, claims) for result in run.results]
        ),
        "reading": _prose(
            '"Contradicted" means that an effect worth having is ruled out at 5 %, not that the '
            'opposite is shown. "Undecided" means that the sample cannot say: for A1 the adjusted '
            f"p is {p_text(first['p_adjusted'])}, and an effect of less than {seen:.2f} log points "
            "would usually go unseen."
        ),
        "power": _prose(
            f"- Not that Russell breakouts are useless: with {first['events']} events an effect "
            f"under about {seen:.2f} log points would usually go unseen."
        ),
        "coverage": _coverage(panel),
    }


def filled(text: str, held: Mapping[str, str]) -> str:
    """Return a text with its generated parts as they are now; an unknown name raises KeyError."""
    return _PART.sub(lambda match: f"{match[1]}{held[match[2]]}\n{match[3]}", text)


def _records(panel: Panel, studied: int) -> str:
    prices = panel.value("mid/BTC").dropna().index[0]
    found = breakouts(panel.close("RUT"), kind="record", quiet=60).dates
    recent = found[found >= pd.Timestamp("2013-01-01")]
    early = ", ".join(f"{day:%Y-%m-%d}" for day in recent[recent < prices])
    left = f"; {early} came before mid caps have prices (from {prices:%Y-%m-%d})" if early else ""
    return _prose(
        f"Since 2013 the Russell has closed at a record after 60 quiet sessions {len(recent)} "
        f"times{left}. That leaves {studied} events: every number comes with its interval, its "
        "family-adjusted p, the smallest p it could have reached, and the effect the sample could "
        "have seen at all."
    )


def _row(card: Any, claims: Mapping[str, Any]) -> tuple[str, str]:
    claim = claims[card.id]
    return f"{card.id} {card.title}", f"{claim['verdict']}: {_found(card, claim)}"


def _found(card: Any, claim: Mapping[str, Any]) -> str:
    facts = [fact["measured"] for fact in claim["facts"]]
    if not claim["evidence"] or "estimate" not in claim["evidence"][0]:
        if card.id not in _FACTS or not facts:
            return str(claim["reason"])
        expected = [fact["expected"].rpartition(" ")[2] for fact in claim["facts"]]
        return _FACTS[card.id].format(*facts, low=expected[-1])
    first = claim["evidence"][0]
    low, high = first["interval"]
    text = f"{first['estimate']:+.3f} {first['unit']} [{low:+.3f}, {high:+.3f}]"
    if pd.notna(first["p_adjusted"]):
        text += f", adjusted p {p_text(first['p_adjusted'])}"
    if card.kind in _COUNTED:
        text += f", {first['events']} {'event' if first['events'] == 1 else 'events'}"
    if pd.notna(first["minimum_detectable_effect"]):
        text += f"; detectable {first['minimum_detectable_effect']:.2f}"
    more = _MORE.get(card.id)
    return text if more is None else f"{text}; {more.format(**claim | {'facts': facts})}"


def _coverage(panel: Panel) -> str:
    found = []
    for tier in ("mid", "small"):
        yearly = panel.value(f"{tier}.coverage").dropna().resample("YE").median()
        found.append(
            f"{yearly.min():.0f} % of the {tier} caps on the median day of {yearly.idxmin():%Y}"
        )
    last = panel.value("mid/BTC").dropna().index[-1]
    return _prose(
        "- Not a clean universe everywhere: at its weakest the panel has prices for "
        f"{' and '.join(found)}, and after {last:%Y-%m-%d} for survivors only. It publishes its "
        "coverage; the report repeats it."
    )


def _prose(text: str) -> str:
    indent = "  " if text.startswith("- ") else ""
    return fill(text, 118, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False)


if __name__ == "__main__":
    os.environ["CI"] = "true"  # no progress bar
    judged = judgement()
    text = filled(README.read_text(encoding="utf-8"), parts(judged.run, judged.panel))
    README.write_text(text, encoding="utf-8")  # the parts are kept if an example fails
    README.write_text(executed(text), encoding="utf-8")
    sys.stdout.write(f"{README}\n")
