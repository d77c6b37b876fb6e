"""The pictures of a tear sheet, each for a page column and for a telephone."""

from altrotation.backtest.study import ReplayStudy
from altrotation.plot.backtest import equity, holdings, underwater
from altrotation.plot.backtest_sheet import profit_sources, random_timing
from altrotation.report.picture import Picture, drawn_twice

__all__ = ["luck_picture", "path_pictures", "profit_picture"]


def path_pictures(study: ReplayStudy) -> tuple[Picture, ...]:
    """Return the equity, its falls, and what was held."""
    made = study.replay
    return (
        drawn_twice(
            "equity",
            lambda ax: equity(made, ax=ax),
            height=3.9,
            reading="Equal steps up are equal factors. Outside the shaded days it holds "
            f"{' and '.join(made.strategy.off)}.",
        ),
        drawn_twice(
            "underwater",
            lambda ax: underwater(made, ax=ax),
            height=2.9,
            reading="How far each lay below its highest close so far.",
        ),
        drawn_twice(
            "holdings",
            lambda ax: holdings(made, ax=ax),
            height=2.9,
            reading="Shares of the equity at each close.",
        ),
    )


def luck_picture(study: ReplayStudy) -> Picture | None:
    """Return the place among random timings, or None where there is no timing to judge."""
    if study.timing.evidence.invalid is not None:
        return None
    return drawn_twice(
        "timing",
        lambda ax: random_timing(study.timing, ax=ax),
        height=3.1,
        reading="If timing did not matter, the line would be anywhere among the bars.",
    )


def profit_picture(study: ReplayStudy) -> Picture:
    """Return what each holding earned and what costs took."""
    return drawn_twice(
        "profit",
        lambda ax: profit_sources(study.replay, ax=ax),
        height=2.9,
        reading="Dollars earned while holding each, before costs, interest on idle cash, costs. "
        "Dollars weigh late days, with more capital, more than early ones; entries in log growth "
        "do not.",
    )
