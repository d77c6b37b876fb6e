"""The page: everything a run found, arranged for reading, as one HTML text."""

from dataclasses import dataclass
from functools import partial

import pandas as pd
from jinja2 import Environment

from altrotation._guarded import guarded
from altrotation.claims.results import CatalogueRun, ClaimResult, Fact
from altrotation.claims.workers import in_processes
from altrotation.data.panel import Panel
from altrotation.inference.results import Evidence
from altrotation.plot import style
from altrotation.plot.numbers import signed
from altrotation.printing import p_text
from altrotation.report import provenance, words
from altrotation.report.environment import environment, minus
from altrotation.report.picture import Picture
from altrotation.report.pictures import coverage_pictures, pictures, variant_table
from altrotation.report.sketch import Sketch, sketches
from altrotation.report.tables import Table, table_of
from altrotation.validate import require_count

__all__ = ["render_report"]

_CELLS = {
    "variant": "specification",
    "role": "role",
    "outcome": "outcome",
    "horizon": "days",
    "n_events": "events",
    "n_effective": "effective",
    "estimate": "estimate",
    "null_mean": "at placebo dates",
    "low": "low",
    "high": "high",
    "p_value": "p",
    "p_adjusted": "adjusted p",
    "p_attainable": "smallest p",
    "sign_flip_floor": "by signs",
    "relabel_floor": "by labels",
    "minimum_detectable_effect": "detectable",
    "invalid": "not computed because",
}


# Smallest p of a plain test: the column that holds it, the test, a word for the table.
_FLOORS = (
    ("sign_flip_floor", "a sign test", "signs"),
    ("relabel_floor", "a test that exchanges the labels", "labels"),
)


@dataclass(frozen=True, slots=True)
class _Card:
    """One claim as the template shows it."""

    result: ClaimResult
    numbers: list[tuple[str, str]]
    sketch: Sketch | None
    pictures: tuple[Picture, ...]
    cells: Table | None
    variants: Table | None
    every_cell: Table | None
    beforehand: list[tuple[str, str]]

    @property
    def anchor(self) -> str:
        return f"claim-{self.result.card.id}"

    @property
    def evidence(self) -> Evidence | None:
        """The primary evidence, if it could be computed."""
        first = self.result.evidence[0] if self.result.evidence else None
        return first if first is not None and first.invalid is None else None

    @property
    def floor(self) -> str | None:
        """The smallest p of a plain test of as many independent events, in words."""
        found = _floor(self.result)
        return None if found is None else f"{found[0]} by {found[2]}"

    @property
    def agreement(self) -> str:
        """The share of specifications with the claimed sign, and of how many."""
        share = self.result.share_with_sign
        if share is None:
            return "–"
        return f"{100 * share:.0f} % of {self.result.specifications:,}"

    @property
    def controls(self) -> str | None:
        """How many negative controls passed, in percent."""
        held = self.result.robustness
        if held is None or held.controls is None:
            return None
        return f"{100 * held.controls.score:.0f} % of controls passed"

    @property
    def primary_facts(self) -> str:
        facts = [fact for fact in self.result.facts if fact.primary]
        if not facts:
            return "–"
        held = sum(fact.holds for fact in facts)
        return f"{held} of {len(facts)} part{'s hold' if len(facts) > 1 else ' holds'}"


@guarded
def render_report(run: CatalogueRun, *, panel: Panel | None = None, jobs: int = 1) -> str:
    """Return the report of a run as one self-contained HTML text; the same run, the same text.

    Parameters
    ----------
    run : CatalogueRun
    panel : Panel, optional
        The data of the run: adds the pictures of prices and the provenance of the series.
    jobs : int, default 1
        Processes that draw.

    Raises
    ------
    InputError
        If `jobs` < 1.
    """
    require_count(jobs, 1, "jobs")
    drawn = sketches(run.results)
    shown = _all_pictures(run, panel, jobs)
    themes = [
        (letter, name, [_card(item, drawn, shown[item.card.id]) for item in held])
        for letter, name, held in words.by_theme(run.results, run.study)
    ]
    used = provenance.series_used(run.results)
    template = _environment().get_template("report.html.j2")
    return template.render(
        run=run,
        trials={result.card.id: f"{run.trials_of(result.card.id):,}" for result in run.results},
        versions=dict(run.versions),
        question=run.study.title([result.card for result in run.results]),
        answer=words.answer(run.results, run.study),
        caveats=run.study.caveats,
        meanings=words.MEANINGS,
        symbols=words.SYMBOLS,
        present=[s for s in words.MEANINGS if any(r.verdict.status == s for r in run.results)],
        themes=themes,
        palette=style.PALETTE,
        panel=panel,
        series=None if panel is None else provenance.series_table(panel, used),
        repairs=None if panel is None else provenance.repairs_table(panel),
        coverage=() if panel is None else coverage_pictures(panel),
        poor=None if panel is None else provenance.poor_coverage(panel),
    )


def _all_pictures(
    run: CatalogueRun, panel: Panel | None, jobs: int
) -> dict[str, tuple[Picture, ...]]:
    draw = partial(pictures, panel=panel)
    names = [result.card.id for result in run.results]
    if jobs == 1:
        return dict(zip(names, map(draw, run.results), strict=True))
    drawn = dict(in_processes(draw, run.results, jobs))
    return {name: drawn[place] for place, name in enumerate(names)}


def _environment() -> Environment:
    return environment(
        {
            "p": p_text,
            "amount": words.amount,
            "effective": words.effective,
            "measured": _measured,
            "place": _place,
            "minus": minus,
            "signed": signed,
            "interval": _interval,
        }
    )


def _card(result: ClaimResult, drawn: dict[str, Sketch], shown: tuple[Picture, ...]) -> _Card:
    study, table = result.study, result.table
    variants = variant_table(result)
    return _Card(
        result=result,
        numbers=_numbers(result),
        sketch=drawn.get(result.card.id),
        pictures=shown,
        cells=None
        if study is None
        else table_of(study.table.reset_index(), "Every tier and horizon, primary events", _CELLS),
        variants=table_of(variants, "The primary cell under every specification", _CELLS)
        if len(variants) > 1
        else None,
        every_cell=None
        if table is None
        else table_of(table, "Every specification, tier and horizon", _CELLS),
        beforehand=provenance.beforehand(result.card),
    )


def _numbers(result: ClaimResult) -> list[tuple[str, str]]:
    if not result.evidence:
        return []
    first = result.evidence[0]
    if first.invalid is not None or first.interval is None:
        return [("Not computed", str(first.invalid))]
    held = first.interval
    missed = words.amount(first.minimum_detectable_effect, first.unit, sign=False)

    rows = [
        ("Measured", first.label),
        ("Estimate", words.amount(first.estimate, first.unit)),
        *_beside(result, first),
        (
            f"{100 * held.level:.0f} % interval",
            f"{words.span(held.low, held.high, first.unit)}, {held.method}",
        ),
        ("p", f"{p_text(first.p_value)}; adjusted {p_text(first.p_adjusted)} ({first.family})"),
        ("Smallest p attainable", _attainable(result, first)),
        ("Events", words.effective(first)),
        ("Would usually be missed", f"effects under {missed}"),
        ("Null", first.null),
        ("Alternative", first.alternative),
    ]
    if result.share_with_sign is not None:
        share = f"{100 * result.share_with_sign:.0f} % of {result.specifications:,} specifications"
        rows.append(("Claimed sign", f"{share} have it"))
    return rows + _company(result)


def _company(result: ClaimResult) -> list[tuple[str, str]]:
    held = result.robustness
    if held is None:
        return []
    rows = [("Not computed", reason) for reason in held.missing]
    if held.curve is not None:
        rows.append(("Specification curve", minus(held.curve.describe())))
    if held.controls is not None:
        rows.append(("Negative controls", minus(held.controls.describe())))
    if held.ladder is not None:
        rows.append(("Inference ladder", held.ladder.describe()))
    return rows


def _beside(result: ClaimResult, evidence: Evidence) -> list[tuple[str, str]]:
    elsewhere = words.at_placebo_dates(result)
    if elsewhere is None:
        return []
    return [("At placebo dates", words.amount(elsewhere, evidence.unit))]


def _floor(result: ClaimResult) -> tuple[str, str, str] | None:
    """Return the smallest p of a plain test of as many independent events, and its names."""
    for column, test, word in _FLOORS:
        value = words.judged_number(result, column)
        if value is not None:
            return p_text(value), test, word
    return None


def _attainable(result: ClaimResult, evidence: Evidence) -> str:
    text, floor = p_text(evidence.p_attainable), _floor(result)
    if floor is None:
        return text
    value, test, _ = floor
    return f"{text} by this null; {value} by {test} of as many independent events"


def _interval(evidence: Evidence) -> str:
    held = evidence.interval
    return "" if held is None else f"[{signed(held.low)}, {signed(held.high)}]"


def _measured(fact: Fact) -> str:
    value = fact.measured
    return fact.shown if isinstance(value, pd.Timestamp) else minus(fact.shown)


def _place(fact: Fact) -> str:
    return "–" if fact.place is None else f"{100 * fact.place:.0f} %"
