"""Rebuild the reference data set: python datasets/prepare/build.py --archive PATH.

Writes panel.parquet, card.toml and README.md to datasets/reference/v2 (or --out): the same bytes
for the same archive. A version, once published, is never edited: a change of recipe makes v3.
"""

import argparse
from pathlib import Path

import pandas as pd

from altrotation.data.panel import Panel
from altrotation.data.raw.archive import Archive, open_archive
from altrotation.data.raw.tables import TABLES
from altrotation.data.store import CARD_FILE, PANEL_FILE, atomic_write, read_card, write_panel
from altrotation.derive.build import SOURCE_TABLES, derive_panel
from altrotation.derive.column import LEVEL_DIGITS, OWN_DIGITS

VERSION = 2
REFERENCE = Path(__file__).resolve().parents[1] / "reference" / f"v{VERSION}"
LICENCE = (
    "For research use. Ratios, shares, baskets, betas, sums and scores are computed by altrotation "
    "from vendors' data (index providers, exchanges, data sites) and cannot be led back to them. "
    "Rebased levels and figures of vendors are kept to five significant digits; their originals "
    "can be reconstructed to that precision and stay under the vendors' terms. Series of the "
    "Federal Reserve and the Treasury through FRED are in the public domain."
)
NOTE = (
    "Derived daily panel on the 24/7 UTC clock, computed from the raw archive by "
    "datasets/prepare/build.py. Nothing is filled; each series states when its values became known."
)


CHANGES = """\
- The credit spread HY_OAS, which is ICE's, is no longer a series. HY_OAS.impulse holds its change
  over 20 values in standard deviations of such a change, to three digits: the sign and size of a
  move, not the spread.
- Levels and figures of vendors have five significant digits instead of eight.
- Coins' prices are cleaned by what was known: a price more than 3 x off the day before that no
  other vendor shows is missing on its day (more than 5 x off: for five days) and taken once it has
  lasted. Version 1 looked ahead for whether it came back.
- BTC.dominance counts as known three days after its stamp: its source flags spikes with the three
  days after them.
- A basket begins at a month that is written down, not after the last hole in the ranks, and is held
  on where a trade finds no prices.
- Comparisons (above a mean, ahead of bitcoin) leave out differences that are rounding."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--archive", help="folder of the raw archive (or ALTROTATION_ARCHIVE)")
    parser.add_argument("--out", type=Path, default=REFERENCE, help="folder to write to")
    options = parser.parse_args()
    build(open_archive(options.archive), options.out)


def build(archive: Archive, out: Path) -> Panel:
    """Write the data set to a folder and return the panel as stored."""
    derived = derive_panel(archive)
    panel = write_panel(
        derived,
        out,
        name="reference",
        version=VERSION,
        licence=LICENCE,
        note=NOTE,
        digits=OWN_DIGITS,
        sealed=VERSION > 1,  # version 1 was published before cards stated a digest
    )
    atomic_write(out / "README.md", readme(archive, panel, out).encode())
    return panel


def readme(archive: Archive, panel: Panel, out: Path) -> str:
    """Return the provenance card of the data set."""
    card = read_card(out)
    parts = [
        f"# Reference data set, version {VERSION}",
        "Written by `python datasets/prepare/build.py --archive PATH`; do not edit.",
        f"{NOTE} Vendors' levels and figures are kept to {LEVEL_DIGITS} significant digits, "
        f"what is computed here to {OWN_DIGITS}.",
        _facts(panel, card.sha256),
        "## Reading it",
        "`altrotation.load_reference(version=2)` returns the panel; `panel.card(name)` returns "
        "what is known of a series: unit, calendar, release, source, caveats. An index rebased to "
        "100 lies at `100 * L / base_level` where the original lay at L: its card states "
        "`base_date` and `base_level`. Labels are UTC days; a coin's value is that at 24:00 UTC, a "
        "New York close is known within its day. `release` says when a value became known after "
        "the day it is stamped: `0d` the same day, `1b` the next business day, `58d` 58 days "
        "later.",
        "## Series",
        _series(panel),
        "## What to beware of",
        _caveats(panel),
        "## Months of thin coverage",
        "Share of a tier's members with a price at the monthly trade, in percent, where under 80:",
        _thin(panel),
        "## Corrected closes",
        "The main vendor's close was wrong; a second vendor and the fund's return say so. In units "
        "of the rebased series:",
        _table(panel.repairs.drop(columns=["reason"])),
        "## Made from",
        "Tables of the raw archive with their SHA-256. They are not part of the project.",
        _tables(archive),
        "## What can be reconstructed",
        _reconstruction(panel),
        "## What changed since version 1",
        CHANGES,
        "## Licence",
        LICENCE,
    ]
    return "\n\n".join(parts) + "\n"


def _reconstruction(panel: Panel) -> str:
    """Return one line a kind of licence, with the series it covers."""
    names: dict[str, list[str]] = {}
    for card in panel.cards:
        names.setdefault(card.licence, []).append(card.name)
    return "\n".join(f"- {', '.join(held)}: {licence}." for licence, held in names.items())


def _facts(panel: Panel, sha256: str) -> str:
    return "\n".join(
        [
            f"- rows: {len(panel):,}, {panel.dates[0]:%Y-%m-%d} to {panel.dates[-1]:%Y-%m-%d}, "
            "every UTC day (equities begin in 1999, so that a record since 2013 is measured "
            "against the one before it; macroeconomic series in 2010; coins in 2013)",
            f"- series: {len(panel.names)}",
            f"- data hash: {panel.data_hash}",
            f"- {PANEL_FILE} SHA-256: {sha256}",
            f"- cards: {CARD_FILE}",
        ]
    )


def _series(panel: Panel) -> str:
    table = panel.describe().reset_index()
    for column in ("first", "last"):
        table[column] = table[column].dt.strftime("%Y-%m-%d")
    table["base"] = [
        "" if card.base_level is None else f"{card.base_level:.10g} on {card.base_date}"
        for card in panel.cards
    ]
    table["unit"] = table["unit"].str.replace("index, 100 at the base; base level in ", "index of ")
    shown = ["series", "kind", "unit", "release", "first", "last", "values", "base"]
    return _table(table[shown])


def _caveats(panel: Panel) -> str:
    """Return one line a note, with the names of the series that share it."""
    names: dict[str, list[str]] = {}
    for card in panel.cards:
        if card.note:
            names.setdefault(card.note, []).append(card.name)
    return "\n".join(f"- {', '.join(held)}: {note}" for note, held in names.items())


def _thin(panel: Panel) -> str:
    tiers = [name for name in panel.names if name.endswith(".coverage")]
    shares = panel.frame[tiers]
    # traded on the second day of a month, held to the first of the next
    monthly = shares.groupby((shares.index - pd.Timedelta(1, "D")).strftime("%Y-%m")).min()
    thin = monthly[(monthly < 80).any(axis=1)].map(lambda share: f"{share:.0f}")
    return _table(thin.rename_axis("month").reset_index())


def _tables(archive: Archive) -> str:
    files = [TABLES[name].file for name in SOURCE_TABLES]
    return _table(pd.DataFrame({"file": files, "SHA-256": [archive.sha256[f] for f in files]}))


def _table(frame: pd.DataFrame) -> str:
    rows = [list(frame.columns), ["---"] * frame.shape[1]]
    rows += [[_cell(value) for value in row] for row in frame.itertuples(index=False)]
    return "\n".join("| " + " | ".join(str(cell) for cell in row) + " |" for row in rows)


def _cell(value: object) -> str:
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    return str(value).replace("|", "/")


if __name__ == "__main__":
    main()
