"""The tear sheet of a replay as one HTML text: what happened, against what, resting on what."""

from altrotation._guarded import guarded
from altrotation.backtest.rotation import RotationCapture
from altrotation.backtest.study import ReplayStudy
from altrotation.inference.results import Evidence
from altrotation.plot.numbers import signed
from altrotation.printing import p_text
from altrotation.report import sheet_tables as tables
from altrotation.report import sheet_words as words
from altrotation.report.environment import environment, minus
from altrotation.report.sheet_pictures import luck_picture, path_pictures, profit_picture

__all__ = ["render_sheet"]


@guarded
def render_sheet(study: ReplayStudy) -> str:
    """Return the tear sheet of a replay as one self-contained HTML text.

    Parameters
    ----------
    study : ReplayStudy

    Returns
    -------
    str
        The same study, the same text. It loads nothing and holds no script.
    """
    made = study.replay
    template = environment({"minus": minus}).get_template("sheet.html.j2")
    return template.render(
        study=study,
        made=made,
        question=words.question(study),
        answer=words.answer(study),
        caveats=words.CAVEATS,
        paths=path_pictures(study),
        measures=tables.measures(study),
        benchmarks=tables.benchmarks(study),
        over_bitcoin=_numbers(study.over_bitcoin),
        timing=_numbers(study.timing.evidence),
        luck=luck_picture(study),
        leg=_leg(study.capture),
        entries=tables.entries(study),
        profit=profit_picture(study),
        sources=tables.sources(study),
        coverage=tables.coverage(study),
        departures=tables.departures(study),
        recipe=_recipe(study),
        versions=dict(made.run.versions),
    )


def _numbers(evidence: Evidence) -> list[tuple[str, str]]:
    if evidence.invalid is not None or evidence.interval is None:
        return [("Not computed", str(evidence.invalid))]
    held = evidence.interval
    return [
        ("Estimate", f"{signed(evidence.estimate)} {evidence.unit}"),
        (
            f"{100 * held.level:.0f} % interval",
            f"{signed(held.low)} to {signed(held.high)}, {held.method}",
        ),
        ("p", f"{p_text(evidence.p_value)} ({evidence.family})"),
        ("Smallest p attainable", p_text(evidence.p_attainable)),
        ("Would usually be missed", f"under {evidence.minimum_detectable_effect:.3f}"),
        ("Null", evidence.null),
        ("Alternative", evidence.alternative),
    ]


def _leg(capture: RotationCapture | str) -> list[tuple[str, str]] | str:
    if isinstance(capture, str):
        return capture
    column = capture.summary().iloc[:, 0]
    return [(str(name), minus(str(value))) for name, value in column.items()]


def _recipe(study: ReplayStudy) -> list[tuple[str, str]]:
    made, run = study.replay, study.performance.run
    return [
        ("Strategy", made.strategy.name),
        ("Signal", made.signal.recipe),
        ("Holds", made.strategy.describe()),
        ("Cycle", f"{made.cycle}. {made.cycle.why}"),
        ("Held as", made.level),
        ("Traded", f"at the close {made.delay} d after the label of the decision"),
        ("Capital", f"{made.capital:,.0f} USD"),
        ("Costs", made.costs.describe()),
        (
            "Signal unknown",
            f"{100 * made.unknown.mean():.1f} % of the days, taken as {made.strategy.unknown}",
        ),
        ("Turnover", f"{made.turnover:.1f} x a year, {len(made.orders)} orders"),
        ("Engine", made.engine),
        (
            "Resamples",
            f"{study.performance.replicates}, mean block {study.performance.mean_block:.1f} d",
        ),
        ("Seed", "–" if run.seed is None else str(run.seed)),
    ]
