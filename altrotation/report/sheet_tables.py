"""The tables of a tear sheet, as rows of text."""

import math

import pandas as pd

from altrotation.backtest.attribution import attribution, spells
from altrotation.backtest.study import ReplayStudy
from altrotation.plot.numbers import signed
from altrotation.report.sheet_words import times
from altrotation.report.tables import Table

__all__ = ["benchmarks", "coverage", "departures", "entries", "measures", "sources"]

_PERCENT = {"annual growth": "a year", "deepest drawdown": "of the high before"}
_DAYS = ("longest drawdown",)
_ELSEWHERE = "log gain over BTC"  # as evidence, with its p-value, in a section of its own
_MOST_ROWS = 60


def measures(study: ReplayStudy) -> Table:
    """Return the measures with their intervals."""
    rows = []
    for name, row in study.performance.table.drop(index=_ELSEWHERE).iterrows():
        shown = [_measure(str(name), float(row[end])) for end in ("estimate", "low", "high")]
        unit = _PERCENT.get(str(name), str(row["unit"]))
        rows.append((str(name), shown[0], f"{shown[1]} to {shown[2]}", unit))
    level = f"{100 * study.performance.level:.0f} % interval"
    return Table(
        caption="Measures of the whole cycle",
        heads=("measure", "estimate", level, "unit"),
        rows=tuple(rows),
        numeric=(False, True, True, False),
    )


def benchmarks(study: ReplayStudy) -> Table:
    """Return what else could have been held at all times, and the gain over it."""
    rows = []
    for name, row in study.benchmarks.iterrows():
        low, high = float(row["low"]), float(row["high"])
        rows.append(
            (
                str(name),
                times(float(row["growth"])),
                signed(float(row["log gain over it"]), 2),
                "–" if math.isnan(low) else f"{signed(low, 2)} to {signed(high, 2)}",
                _share(float(row["deepest drawdown"])),
                str(row["note"]),
            )
        )
    heads = ("always", "growth", "gain over it, a year", "90 % interval", "deepest fall", "note")
    numeric = (False, True, True, True, True, False)
    kept = len(heads) if any(row[-1] for row in rows) else len(heads) - 1
    return Table(
        caption="Held at all times instead",
        heads=heads[:kept],
        rows=tuple(tuple(row[:kept]) for row in rows),
        numeric=numeric[:kept],
    )


def entries(study: ReplayStudy) -> Table:
    """Return one row an entry: when it earned, how much, and how much BTC did."""
    table = spells(study.replay)
    entered = table[table["on"]]
    rows = tuple(
        (
            f"{row['start']:%Y-%m-%d}",
            f"{row['days']:,}",
            signed(float(row["excess"]), 3),
            signed(float(row["gain"]), 3),
            signed(float(row["bitcoin"]), 3),
            f"{row['end']:%Y-%m-%d}",
            "cycle ends" if row["cut"] else "",
        )
        for _, row in entered.head(_MOST_ROWS).iterrows()
    )
    return Table(
        caption="Entries, log growth net of costs",
        heads=("first day", "days", "over BTC", "strategy", "BTC", "last day", ""),
        rows=rows,
        numeric=(False, True, True, True, True, False, False),
        left_out=max(0, len(entered) - _MOST_ROWS),
    )


def sources(study: ReplayStudy) -> Table:
    """Return the profit in parts of the capital, summed over days on, days off and all."""
    made = study.replay
    table = attribution(made)
    whole = table.drop(index="total")
    parts = {
        "while on": whole[whole["on"].astype(bool)],
        "while off": whole[~whole["on"].astype(bool)],
    }
    sums = {name: part.drop(columns=["start", "on"]).sum() for name, part in parts.items()}
    sums["in all"] = table.loc[["total"]].drop(columns=["start", "on"]).sum()
    frame = pd.DataFrame(sums).astype("float64") / made.capital
    rows = tuple(
        (str(name), *(signed(float(value), 3) for value in row)) for name, row in frame.iterrows()
    )
    return Table(
        caption="Profit by source, in parts of the capital",
        heads=("source", *frame.columns),
        rows=rows,
        numeric=(False, True, True, True),
    )


def coverage(study: ReplayStudy) -> list[tuple[str, str]]:
    """Return what the prices rest on, as (what, value) pairs."""
    return [
        (str(name), _covered(str(name), float(value)))
        for name, value in study.replay.coverage["coverage"].items()
    ]


def departures(study: ReplayStudy) -> Table | None:
    """Return the positions that had to be left, or None if there were none."""
    gone = study.replay.departures
    if not len(gone):
        return None
    rows = tuple(
        (
            f"{row['date']:%Y-%m-%d}",
            str(row["asset"]),
            str(row["kind"]),
            _share(float(row["loss"])),
            f"{row['value']:,.0f}",
        )
        for _, row in gone.head(_MOST_ROWS).iterrows()
    )
    return Table(
        caption="Positions that had to be left",
        heads=("date", "asset", "why", "beyond the last close", "USD left"),
        rows=rows,
        numeric=(False, False, False, True, True),
        left_out=max(0, len(gone) - _MOST_ROWS),
    )


def _measure(name: str, value: float) -> str:
    if name in _PERCENT:
        return _share(value)
    return f"{value:,.0f}" if name in _DAYS else signed(value, 2).removeprefix("+")


def _share(value: float) -> str:
    return "–" if math.isnan(value) else f"{signed(100 * value, 0)} %"


def _covered(name: str, value: float) -> str:
    if math.isnan(value):
        return "–"
    if name.startswith(("value at", "members", "traded value")):
        return f"{100 * value:.1f} %"
    return f"{value:,.0f}"
