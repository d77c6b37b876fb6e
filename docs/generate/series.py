"""Tables of the embedded panel: its series, what to beware of, and every corrected value."""

from itertools import groupby

from altrotation import Panel
from altrotation.data.cards import SeriesCard
from docs.generate.markdown import table, unbroken

__all__ = ["cautions", "numbers", "repairs", "series"]

_THEMES = {
    "XNYS": "New York sessions",
    "24/7": "Every day",
    "weekly": "Weekly",
    "monthly": "Monthly",
}


def numbers(panel: Panel) -> str:
    """Return the size, the span and the hash of the panel in a sentence."""
    first, last = panel.dates[0], panel.dates[-1]
    return (
        f"{len(panel.names)} series on {len(panel):,} UTC days from {first:%Y-%m-%d} to "
        f"{last:%Y-%m-%d}; data hash `{panel.data_hash}`."
    )


def series(panel: Panel) -> str:
    """Return one table a calendar: unit, when a value is known, span and number of values."""
    about = panel.describe()
    lines: list[str] = []
    for calendar, words in _THEMES.items():
        held = [name for name in about.index if about.at[name, "calendar"] == calendar]
        if not held:
            continue
        rows = [
            (f"`{name}`", unbroken(f"{about.at[name, 'first']:%Y-%m}"),
             unbroken(f"{about.at[name, 'last']:%Y-%m}"), about.at[name, "release"],
             f"{about.at[name, 'values']:,}", _unit(panel.card(name)))
            for name in held
        ]  # fmt: skip
        heads = ("series", "from", "to", "known", "values", "unit")
        lines += [f"### {words}", "", table(heads, rows, right="----r"), ""]
    return "\n".join(lines)


def cautions(panel: Panel) -> str:
    """Return what to beware of, one entry a note, with the series it is about."""
    noted = [card for card in panel.cards if card.note]
    lines = []
    for note, cards in groupby(noted, key=lambda card: card.note):
        names = ", ".join(f"`{card.name}`" for card in cards)
        lines.append(f"- {names}: {note}")
    return "\n".join(lines)


def repairs(panel: Panel) -> str:
    """Return every value that was corrected before it came in, and what says so."""
    rows = [
        (
            row.series,
            unbroken(f"{row.date:%Y-%m-%d}"),
            f"{row.old:.3f}",
            f"{row.new:.3f}",
            row.evidence,
        )
        for row in panel.repairs.itertuples()
    ]
    return table(("series", "date", "was", "is", "evidence"), rows, right="--rr")


def _unit(card: SeriesCard) -> str:
    if card.base_level is None or card.base_date is None or "base level in" not in card.unit:
        return card.unit
    original = card.unit.split("base level in ")[1]
    return f"100 = {card.base_level:,.6g} {original} on {card.base_date}"
