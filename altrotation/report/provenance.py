"""Where the numbers come from: series, repairs, coverage, and what was written beforehand."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass

import pandas as pd

from altrotation.claims.card import ClaimCard
from altrotation.claims.results import ClaimResult
from altrotation.data.panel import Panel
from altrotation.report.tables import Table, table_of

__all__ = ["beforehand", "poor_coverage", "repairs_table", "series_table", "series_used"]

_ABOVE = ("id", "title", "statement", "source", "source_date", "facts", "note", "variants")
_NAMES = {
    "smallest_effect": "smallest effect of interest",
    "study": "outcome and horizons",
    "digest": "hash of the card",
}
THRESHOLD = 80.0  # percent of a tier's members with a price


def beforehand(card: ClaimCard) -> list[tuple[str, str]]:
    """Return what the card fixed before its outcome was read, as (field, words) pairs."""
    rows = []
    for field in fields(card):
        value = getattr(card, field.name)
        if field.name in _ABOVE or value in (None, "", (), 0.0):
            continue
        if card.kind == "fact" and field.name == "direction":
            continue
        rows.append((_NAMES.get(field.name, field.name.replace("_", " ")), _words(value)))
    if card.variants:
        listed = "; ".join(f"{item.name} ({item.role})" for item in card.variants)
        rows.append((f"other specifications, {len(card.variants)}", listed))
    if card.note:
        rows.append(("note", card.note))
    return rows


def series_used(results: Sequence[ClaimResult]) -> tuple[str, ...]:
    """Return the names of the series that the cards and their variants read, each once."""
    names: list[str] = []
    for result in results:
        card = result.card
        names += card.needs
        for item in card.variants:
            names += card.under(item).needs
    return tuple(sorted(set(names)))


def series_table(panel: Panel, names: Sequence[str]) -> Table:
    """Return the cards of the series `names` that the panel holds."""
    rows = []
    for name in names:
        if name not in panel:
            rows.append({"name": name, "unit": "not in this data"})
            continue
        card, values = panel.card(name), panel.value(name).dropna()
        span = f"{values.index[0]:%Y-%m-%d} to {values.index[-1]:%Y-%m-%d}" if len(values) else "–"
        base = f"100 = {card.base_level:,.6g} on {card.base_date}" if card.base_level else ""
        rows.append(
            {
                "name": name,
                "kind": card.kind,
                "unit": card.unit,
                "base": base,
                "calendar": card.calendar,
                "release": card.release,
                "span": span,
                "source": card.source,
                "note": card.note,
            }
        )
    heads = ("name", "kind", "unit", "base", "calendar", "release", "span", "source", "note")
    frame = pd.DataFrame(rows, columns=list(heads)).fillna("").astype(object)
    kept = {head: head for head in heads if (frame[head] != "").any()}
    return table_of(frame, "Series read by the claims", kept)


def repairs_table(panel: Panel) -> Table | None:
    """Return the ledger of values corrected before they came in, or None if it is empty."""
    ledger = panel.repairs
    if not len(ledger):
        return None
    columns = {str(name): str(name).replace("_", " ") for name in ledger.columns}
    return table_of(ledger.reset_index(drop=True), "Ledger of repaired values", columns)


def poor_coverage(panel: Panel) -> Table | None:
    """Return the months in which under 80 % of a tier had prices, or None if there are none."""
    rows = []
    for name in panel.names:
        if not name.endswith(".coverage"):
            continue
        share = panel.value(name).dropna()
        months = share.groupby(pd.DatetimeIndex(share.index).to_period("M")).mean()
        low = months < THRESHOLD
        for _, run in months[low].groupby((low != low.shift()).cumsum()[low]):
            rows.append(
                {
                    "tier": name.removesuffix(".coverage"),
                    "from": str(run.index[0]),
                    "to": str(run.index[-1]),
                    "months": len(run),
                    "lowest": f"{run.min():.0f} %",
                }
            )
    if not rows:
        return None
    heads = {name: name for name in ("tier", "from", "to", "months")} | {"lowest": "lowest month"}
    return table_of(pd.DataFrame(rows), "Months with prices for under 80 % of a tier", heads)


def _words(value: object) -> str:
    if is_dataclass(value) and not isinstance(value, type):
        parts = [(f.name, getattr(value, f.name)) for f in fields(value)]
        return "; ".join(
            f"{name.replace('_', ' ')}: {_words(held)}"
            for name, held in parts
            if held not in (None, "", ())
        )
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_words(held)}" for name, held in value.items())
    if isinstance(value, tuple | list):
        apart = "; " if any(is_dataclass(item) for item in value) else ", "
        return apart.join(_words(item) for item in value)
    return str(value)
