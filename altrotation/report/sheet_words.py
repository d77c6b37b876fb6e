"""The words of a tear sheet: the answer in a few sentences, and what it does not claim."""

import math

from altrotation.backtest.study import ReplayStudy
from altrotation.inference.results import Evidence
from altrotation.plot.numbers import signed
from altrotation.printing import p_text

__all__ = ["CAVEATS", "answer", "question", "times"]

CAVEATS = (
    "It is no advice to buy or sell anything, and no forecast.",
    "One cycle is one event. Its days are many, but they belong to one rise and one fall: an "
    "interval from resampled days says how this cycle could have gone, not how the next one will.",
    "The rules were written by people who knew this cycle. Only years that came after them can "
    "judge them.",
    "Fees and spreads are assumptions. Prices are closes: what happened within a day is not seen.",
    "This strategy was not the only one looked at. Its p-values are those of one strategy alone; "
    "the choice among several is judged by other tools of the library.",
    "Taxes, borrowing limits and the failure of an exchange are not in it.",
)

_TIERS = {"large": "large caps", "mid": "mid caps", "small": "small caps"}


def question(study: ReplayStudy) -> str:
    """Return the question that the sheet answers."""
    made = study.replay
    held = " and ".join(_TIERS.get(leg, leg) for leg in made.strategy.on)
    return (
        f"Did holding {held} on the signal “{made.strategy.name}” beat Bitcoin in "
        f"{made.cycle.name}, net of costs?"
    )


def answer(study: ReplayStudy) -> list[str]:
    """Return the answer in a few sentences: the verdict of the interval first."""
    sentences = [_head(study.over_bitcoin), _growth(study), _timing(study), _entries(study)]
    return [sentence for sentence in sentences if sentence]


def times(growth: float) -> str:
    """Return a growth factor in words: 5.23 gives "5.23 x"; "–" for NaN."""
    if math.isnan(growth):
        return "–"
    return f"{growth:,.0f} x" if growth >= 100 else f"{growth:.2f} x"


def _head(gain: Evidence) -> str:
    if gain.invalid is not None or gain.interval is None:
        return f"It cannot be computed: {gain.invalid}."
    if gain.interval.low > 0:
        return "In this one cycle it did, by more than a resampling of its days explains."
    if gain.interval.high < 0:
        return "In this one cycle it fell behind, by more than a resampling of its days explains."
    return "This cycle cannot say."


def _growth(study: ReplayStudy) -> str:
    made, gain = study.replay, study.over_bitcoin
    own = times(float(made.equity.iloc[-1]) / made.capital)
    if bool(made.benchmark.isna().any()):
        return f"Capital grew to {own}."
    base = times(float(made.benchmark.iloc[-1]) / made.capital)
    words = f"Capital grew to {own}, in Bitcoin to {base}."
    if gain.invalid is not None or gain.interval is None:
        return words
    return (
        f"{words} That is {signed(gain.estimate, 2)} log points a year; the "
        f"{100 * gain.interval.level:.0f} % interval runs from {signed(gain.interval.low, 2)} to "
        f"{signed(gain.interval.high, 2)}, p\u00a0{p_text(gain.p_value)}. Differences under "
        f"{gain.minimum_detectable_effect:.2f} log points a year would usually be missed."
    )


def _timing(study: ReplayStudy) -> str:
    evidence = study.timing.evidence
    if evidence.invalid is not None:
        return f"Its timing cannot be judged: {evidence.invalid}."
    return (
        f"The same spells at other dates of the cycle did worse in "
        f"{study.timing.percentile:.0f} % of {len(study.timing.draws)} shifts; the one-sided p "
        f"is\u00a0{p_text(evidence.p_value)}."
    )


def _entries(study: ReplayStudy) -> str:
    count = int(study.hits["entries"])
    if not count:
        return "It never entered."
    if math.isnan(study.hits["hits"]):
        return "How many entries beat Bitcoin cannot be told: it lacks a close in one of them."
    hits = int(study.hits["hits"])
    low, high = 100 * float(study.hits["low"]), 100 * float(study.hits["high"])
    return (
        f"It was on {100 * study.replay.exposure:.0f} % of the days. Of {count} "
        f"{'entry' if count == 1 else 'entries'} {hits} beat Bitcoin: any true share from "
        f"{low:.0f} % to {high:.0f} % would do."
    )
