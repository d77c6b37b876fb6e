"""docs/validity.md: what was measured, in tables a reader can check."""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from scipy.stats import binom

from tests.validity.suite.experiment import TAIL, Outcome, binomial_band, nominal_share

_HEADS = {
    "size": ("Size: the null is true", "rejected"),
    "coverage": ("Coverage of 95 % intervals", "covered"),
    "mean": ("Expectation", "mean"),
    "power": ("Power: an effect is planted", "rejected"),
    "naive": ("Demonstrations: ways that fail", "share"),
    "limit": ("Described, not judged", "share"),
}

_INTRO = """# Validity of the tests

Every test of the library in worlds whose truth is known (`altrotation.synthetic`): how often it
rejects at 5 % where its null is true, how often its 95 % interval holds the truth, and how often it
finds an effect that was planted. Regenerate with `make validity` (some {minutes} minutes on two
cores). `tests/validity` judges the same rows on fewer worlds in every run of the test suite, and
fails when this page does not list exactly the rows of the registry (`tests/validity/suite`).

## How to read

- *n* is the number of simulated worlds; the share is that of p-values at most .05, or of intervals
  that hold the truth.
- *band*: where the share of a correct test lies but for chance, by the exact binomial law of its
  own *n*; a correct test leaves it once in {odds:,} rows. "<=" marks tests that theory says reject
  too seldom (">=" intervals that cover too often): only that end binds, and the reason is given.
- *at .5*: the share of p-values at most .5 where p-values should be uniform, held to its own band.
- Power has a band only where theory knows the power; elsewhere it must exceed what a true null
  could reach by chance.
- Demonstrations are wrong ways in common use: they must leave the band.
- "Described": the null is false in a way the test is not meant to find, or a wrong way happens to
  do no harm there.
"""


def rendered(
    outcomes: Sequence[Outcome], seasons: Sequence[pd.DataFrame], minutes: int = 20
) -> str:
    """The page, from the outcomes of every row and the detection tables."""
    parts = [_INTRO.format(odds=round(0.5 / TAIL), minutes=minutes), _overview(outcomes)]
    families = dict.fromkeys(each.family for each in outcomes)
    for family in families:
        parts.append(f"## {family}\n")
        inside = [each for each in outcomes if each.family == family]
        for kind, (title, column) in _HEADS.items():
            rows = [each for each in inside if each.row.kind == kind]
            if rows:
                parts.append(f"### {title}\n\n{_table(rows, kind, column)}\n")
    parts.append(_seasons(seasons))
    return "\n".join(parts)


def listed(page: str) -> Iterator[tuple[str, str, str, str, int]]:
    """(family, kind, test, world, n) of every row of a page."""
    kinds = {title: kind for kind, (title, _) in _HEADS.items()}
    family = kind = ""
    for line in page.splitlines():
        if line.startswith("## "):
            family, kind = line[3:], ""
        elif line.startswith("### "):
            kind = kinds.get(line[4:], "")
        elif kind and line.startswith("| ") and not line.startswith("| test |"):
            test, world, n, *_ = (cell.strip() for cell in line.strip("|").split("|"))
            yield family, kind, test, world, int(n.replace(",", ""))


def _overview(outcomes: Sequence[Outcome]) -> str:
    judged = [each for each in outcomes if each.row.kind in ("size", "coverage")]
    two_sided = [each for each in judged if each.row.bound == "both" and not each.row.known]
    beyond = sum(not _within(each, 0.025) for each in two_sided)
    high = int(binom.isf(0.025, len(two_sided), 0.05))
    missed = [each for each in outcomes if _missed(each)]
    unexplained = [each for each in missed if not each.row.known]
    powers = [each for each in outcomes if each.row.kind == "power"]
    naive = [each for each in outcomes if each.row.kind == "naive"]
    lines = [
        "## Overview\n",
        f"{len(outcomes)} rows: {len(judged)} sizes and coverages, {len(powers)} powers, "
        f"{len(naive)} demonstrations. {len(missed)} rows miss their band,",
        f"{len(unexplained) or 'none'} of them without an explanation.",
        f"Of the {len(two_sided)} sizes and coverages judged at both ends {beyond} lie outside the",
        f"ordinary 95 % band; were all exact and unrelated, at most {high} would, 39 times in 40.",
        "",
    ]
    if missed:
        lines += ["### Rows outside their band, and why\n"]
        lines += ["| family | test | world | share | band | why |", "|---|---|---|---|---|---|"]
        lines += [
            f"| {each.family} | {each.row.test} | {each.world} | {_share(each)} | {_band(each)} | "
            f"{each.row.known or 'not explained'} |"
            for each in missed
        ]
        lines.append("")
    return "\n".join(lines)


def _missed(each: Outcome) -> bool:
    if each.row.kind == "naive":
        return not each.sound
    if each.row.kind == "power" and each.row.nominal is None:
        return not each.sound
    return each.row.kind in ("size", "coverage", "mean", "power") and each.inside is False


def _within(each: Outcome, tail: float) -> bool:
    nominal = nominal_share(each.row)
    assert nominal is not None
    low, high = binomial_band(each.n, nominal, tail)
    return low <= each.share <= high


def _table(rows: Sequence[Outcome], kind: str, column: str) -> str:
    exact = any(each.half is not None for each in rows)
    reasons = any(each.row.why or each.row.known for each in rows)
    banded = kind not in ("limit",) and any(each.band for each in rows)
    heads = ["test", "world", "n", column]
    heads += ["at .5"] * exact + ["band", "inside"] * banded + ["why"] * reasons
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    for each in rows:
        cells = [each.row.test, each.world, f"{each.n:,}", _share(each)]
        cells += [_number(each.half) if each.half is not None else ""] * exact
        cells += [_band(each), _verdict(each)] * banded
        cells += [each.row.known or each.row.why] * reasons
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _verdict(each: Outcome) -> str:
    if each.inside is None:
        return "" if each.sound else "**weak**"
    if each.row.kind == "naive":
        return "no" if each.sound else "**yes**"
    return "yes" if each.inside else "**no**"


def _band(each: Outcome) -> str:
    if each.band is None:
        return ""
    low, high = each.band
    if each.row.bound == "upper":
        return f"<= {_number(high)}" if high < 1 else f">= {_number(low)}"
    return f"{_number(low)} to {_number(high)}"


def _share(each: Outcome) -> str:
    return _number(each.share)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def _seasons(tables: Sequence[pd.DataFrame]) -> str:
    heads = [
        "world",
        "detector",
        "worlds",
        "switches",
        "missed",
        "median delay",
        "90 % delay",
        "false alarms a 1,000 days",
        "adjusted Rand",
        "days right",
    ]
    lines = [
        "## Detectors of planted seasons\n",
        "Fifty coins that lag or lead bitcoin by turns; scored on rows 500 to 2,000. Delays are in",
        "days; a false alarm is an entry into a state that is not the true one; the adjusted Rand",
        "index is 0 for a guess and 1 for the truth. Clear seasons drift by .010 a day for 300",
        "days on average, seasons of market size by .004 for 150; the noise of the mean coin is",
        ".021 a day. The partition is fitted in hindsight, for comparison. *Worlds* are those in",
        "which the detector gave a path at all.",
        "",
        "| " + " | ".join(heads) + " |",
        "|" + "---|" * len(heads),
    ]
    for table in tables:
        for name, row in table.iterrows():
            cells = [
                str(row["world"]),
                str(name),
                f"{row['worlds']:.0f}",
                f"{row['switches']:.0f}",
                f"{row['missed']:.0%}",
                _days(row["median delay"]),
                _days(row["90 % delay"]),
                f"{row['false alarms a 1,000 days']:.1f}",
                f"{row['adjusted Rand']:.2f}",
                f"{row['days right']:.0%}",
            ]
            lines.append("| " + " | ".join(cells) + " |")
    return "\n".join([*lines, ""])


def _days(value: float) -> str:
    return "" if np.isnan(value) else f"{value:.0f}"
