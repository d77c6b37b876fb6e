"""The words of the report: statuses, themes, and the answer, all from templates and counts."""

from collections import Counter
from collections.abc import Sequence
from itertools import groupby

import pandas as pd

from altrotation.claims.results import STATUSES, ClaimResult, Status
from altrotation.claims.study import RUSSELL, Study
from altrotation.inference.results import Evidence
from altrotation.plot.numbers import as_percent, signed
from altrotation.printing import p_text

__all__ = [
    "MEANINGS",
    "SYMBOLS",
    "amount",
    "answer",
    "at_placebo_dates",
    "by_theme",
    "effective",
    "judged_number",
    "span",
]

SYMBOLS: dict[Status, str] = {
    "supported": "✓",
    "confirmed": "✓",
    "contradicted": "✕",
    "refuted": "✕",
    "undecided": "?",
    "untestable": "–",
}

MEANINGS: dict[Status, str] = {
    "supported": "the interval lies on the claimed side of zero, the adjusted p is at most .05 "
    "and at least 70 % of the specifications agree",
    "contradicted": "an effect as large as the smallest one of interest is ruled out, or the "
    "effect goes significantly the other way",
    "undecided": "neither; the sample cannot say",
    "untestable": "the data or the design do not allow a test, for the reason given",
    "confirmed": "a statement of fact that the data bear out within its tolerance",
    "refuted": "a statement of fact that the data do not bear out",
}

_SIZE = 0.05
_FACTS: tuple[Status, ...] = ("confirmed", "refuted")
_EFFECTS: tuple[Status, ...] = tuple(status for status in STATUSES if status not in _FACTS)
_HEAD = {
    "supported": "On this sample the answer is yes, as far as the tests below go.",
    "contradicted": "On this sample no: a gain worth having is ruled out.",
    "undecided": "The sample cannot say.",
    "untestable": "With these data the question cannot be tested.",
}


def answer(results: Sequence[ClaimResult], study: Study = RUSSELL) -> list[str]:
    """Return the answer in a few sentences: the headline claim first, then the counts.

    Parameters
    ----------
    results : sequence of ClaimResult
    study : Study, default RUSSELL
        What they were asked together.
    """
    sentences: list[str] = []
    headline = next((item for item in results if item.card.id == study.headline), None)
    if headline is not None:
        sentences.append(_HEAD.get(headline.verdict.status, ""))
        if headline.evidence and headline.evidence[0].invalid is None:
            sentences.append(_evidence_sentence(headline.evidence[0], headline))
            sentences.append(_within_chance(headline))
        elif headline.verdict.status == "untestable":
            sentences.append(headline.verdict.reason)
    sentences += _counts(results)
    return [sentence for sentence in sentences if sentence]


def at_placebo_dates(result: ClaimResult) -> float | None:
    """Return the mean of the judged cell at placebo dates, or None if its test has none."""
    return judged_number(result, "null_mean")


def judged_number(result: ClaimResult, column: str) -> float | None:
    """Return a number that stands beside the judged estimate, or None if there is none.

    Parameters
    ----------
    result : ClaimResult
    column : str
        Of its table.
    """
    table = result.table
    if table is None or not {"variant", "judged", column} <= set(table.columns):
        return None
    cell = table.loc[(table["variant"] == "primary") & table["judged"].astype(bool), column]
    return None if cell.empty or pd.isna(cell.iloc[0]) else float(cell.iloc[0])


def by_theme(
    results: Sequence[ClaimResult], study: Study = RUSSELL
) -> list[tuple[str, str, list[ClaimResult]]]:
    """Return (letter, title, results) in the order of the letters.

    Parameters
    ----------
    results : sequence of ClaimResult
    study : Study, default RUSSELL
        What they were asked together.

    Returns
    -------
    list of (str, str, list of ClaimResult)
    """
    ordered = sorted(results, key=lambda item: _order(item.card.id))
    return [
        (letter, study.themes.get(letter, "Other statements"), list(held))
        for letter, held in groupby(ordered, key=lambda item: item.card.id[:1])
    ]


def amount(value: float, unit: str, *, sign: bool = True) -> str:
    """Return an effect in its unit; log points also as a simple return in percent.

    Parameters
    ----------
    value : float
    unit : str
        Such as "log points", in natural-log units.
    sign : bool, default True
        A plus stands before positive numbers.
    """
    number = signed(value) if sign else signed(value).removeprefix("+")
    if unit != "log points":
        return f"{number} {unit}"
    percent = as_percent(value) if sign else as_percent(value).removeprefix("+")
    return f"{number} ({percent})"


def span(low: float, high: float, unit: str) -> str:
    """Return an interval in its unit, named once; in log points as `amount` has it."""
    if unit == "log points":
        return f"{amount(low, unit)} to {amount(high, unit)}"
    return f"{signed(low)} to {signed(high)} {unit}"


def effective(evidence: Evidence) -> str:
    """Return the number of events and, in brackets, the effective number."""
    return f"{evidence.n_events:,} ({evidence.n_effective:,.1f} effective)"


def _order(name: str) -> tuple[str, int, str]:
    digits = "".join(c for c in name[1:] if c.isdigit())
    return name[:1], int(digits or 0), name


def _evidence_sentence(evidence: Evidence, result: ClaimResult) -> str:
    assert evidence.interval is not None
    unit, held = evidence.unit, evidence.interval
    spec = result.card.study
    what = f"{spec.primary} over {spec.horizon} days" if spec is not None else evidence.label
    events = result.card.events
    noun = "breakout" if events and events.kind in ("record", "high", "level") else "event"
    elsewhere = at_placebo_dates(result)
    beside = "" if elsewhere is None else f", against {amount(elsewhere, unit)} at placebo dates"
    words = (
        f"After {evidence.n_events} {noun}{'s' if evidence.n_events != 1 else ''} the mean of "
        f"{what} was {amount(evidence.estimate, unit)}{beside}. The {100 * held.level:.0f} % "
        f"interval runs from {amount(held.low, unit)} to {amount(held.high, unit)}; the adjusted "
        f"p is\u00a0{p_text(evidence.p_adjusted)}."
    )
    return words + (
        f" So few events would usually miss any effect under "
        f"{amount(evidence.minimum_detectable_effect, unit, sign=False)}; of interest is "
        f"{amount(result.card.smallest_effect, unit, sign=False)} or more."
    )


def _within_chance(result: ClaimResult) -> str:
    """Return what a contradiction without a significant difference does not mean, else nothing."""
    if result.verdict.status != "contradicted" or result.evidence[0].p_adjusted <= _SIZE:
        return ""
    return (
        "The verdict says that a gain of the size of interest is ruled out after these events, by "
        "an interval from few of them. It does not say that breakouts hurt: the difference from "
        "placebo dates is within chance."
    )


def _counts(results: Sequence[ClaimResult]) -> list[str]:
    counts = Counter(item.verdict.status for item in results)
    sentences = []
    for label, names in (
        ("statement about effects", _EFFECTS),
        ("statement of fact", _FACTS),
    ):
        total = sum(counts[name] for name in names)
        if total:
            parts = [f"{counts[name]} {name}" for name in names if counts[name]]
            noun = label if total == 1 else label.replace("statement", "statements", 1)
            sentences.append(f"Of {total} {noun}: {_listed(parts)}.")
    return sentences


def _listed(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
