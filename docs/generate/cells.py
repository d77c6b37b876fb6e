"""What else was computed for a claim: the variants with their numbers, the cells of a design."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from altrotation import ClaimCard, ClaimResult
from altrotation.plot.numbers import signed
from altrotation.printing import p_text
from altrotation.report.pictures import variant_table
from docs.generate.choices import differs
from docs.generate.markdown import table, unbroken

__all__ = ["beside", "variants"]

_NUMBERS = ("estimate", "interval", "p", "adjusted")
_BESIDE = ("cascade", "break", "strategy")  # kinds whose table holds more than their evidence


def beside(result: ClaimResult | None) -> Iterator[str]:
    """Yield the cells of the primary specification that stand beside the judged one."""
    if result is None or result.table is None or result.card.kind not in _BESIDE:
        return
    held = result.table
    shown = held["outcome"].isin([each.label for each in result.evidence])
    cells = held[(held["variant"] == "primary") & ~held["judged"].astype(bool) & ~shown]
    if len(cells):
        rows = [(row["outcome"], *_numbers(row)) for row in _records(cells)]
        yield from ("Beside it:", "", table(("", *_NUMBERS), rows, right="-r-rr"), "")


def variants(card: ClaimCard, result: ClaimResult | None) -> Iterator[str]:
    """Yield every variant of a card, in what it differs, and its judged cell."""
    if not card.variants:
        return
    judged = variant_table(result) if result is not None else pd.DataFrame()
    cells = {row["variant"]: row for row in _records(judged)}
    rows = [
        (each.name, each.role, differs(each, card), *_numbers(cells.get(each.name, {})))
        for each in card.variants
    ]
    heads = ("variant", "role", "differs in", *_NUMBERS)
    yield from ("### Variants", "", table(heads, rows, right="---r-rr"), "")


def _records(cells: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in cells.to_dict("records")]


def _numbers(row: Mapping[str, Any]) -> tuple[str, str, str, str]:
    estimate, low, high, p, adjusted = (
        float(row.get(name, float("nan")))
        for name in ("estimate", "low", "high", "p_value", "p_adjusted")
    )
    reason = row.get("invalid")
    if pd.isna(estimate) and isinstance(reason, str):
        return f"none: {reason}", "", "", ""
    return (
        "" if pd.isna(estimate) else signed(estimate),
        "" if pd.isna(low) else unbroken(f"{signed(low)} to {signed(high)}"),
        "" if pd.isna(p) else p_text(p),
        "" if pd.isna(adjusted) else p_text(adjusted),
    )
