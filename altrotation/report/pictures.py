"""Which pictures a claim gets, each drawn once for a page column and once for a telephone."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from altrotation import plot
from altrotation.claims.results import ClaimResult
from altrotation.data.panel import Panel
from altrotation.errors import InputError
from altrotation.events.breakouts import label_failures
from altrotation.events.eventset import EventSet
from altrotation.plot import style
from altrotation.plot.controls import controls as draw_controls
from altrotation.plot.effects import forest_height
from altrotation.plot.ladder import ladder as draw_ladder
from altrotation.plot.multiverse import specification_curve
from altrotation.report.picture import Picture, drawn_twice

__all__ = ["coverage_pictures", "pictures", "variant_table"]

_HEADLINE = "A1"  # the question itself gets every picture; elsewhere tables hold the rest
_MILESTONE = 3000.0  # points, claims A7 and A8
_CYCLES = (("2020-2021", "2020-01-01", "2021-12-31"), ("2024 cycle", "2023-07-01", "2025-06-30"))
_CALENDAR = {
    "all": (
        "breakout",
        "Where the events lie. Failed: a later close, within 60 sessions, lay back below the level "
        "that was broken.",
    ),
    "failed": ("failing close", "Each event is the first close back below the broken level."),
    "held": ("confirmed breakout", "Each event is the day on which the breakout had held."),
}
_STATES = {
    "above": ("crossing", "Each event is the first day above the level."),
    "below": ("crossing", "Each event is the first day below the level."),
    "peak": ("known peak", "Each event is the day on which the fall from a peak was deep enough."),
    "streak": ("streak", "Each event is the day on which the streak was long enough."),
    "range": ("break", "Each event is a day on which the place in the range passed the level."),
}
_AFTER_BREAK = (("60 days after the break", "2026-06-23", "2026-08-22"),)


@dataclass(frozen=True, slots=True)
class _Recipe:
    name: str
    draw: Callable[[Axes], Axes]
    height: float
    reading: str
    narrow_height: float | None = None


def pictures(result: ClaimResult, *, panel: Panel | None = None) -> tuple[Picture, ...]:
    """Return the pictures of one claim; those that need a series the panel lacks are left out.

    Parameters
    ----------
    result : ClaimResult
    panel : Panel, optional
        Without it only what the result itself holds is drawn.

    Returns
    -------
    tuple of Picture
    """
    drawn = []
    recipes = (
        *_study_recipes(result, panel),
        *_effect_recipes(result),
        *_company_recipes(result),
        *_panel_recipes(result, panel),
    )
    for recipe in recipes:
        try:
            drawn.append(_drawn(result.card.id, recipe))
        except InputError:  # the series is not in this panel, or nothing in it can be drawn
            continue
    return tuple(drawn)


def coverage_pictures(panel: Panel) -> tuple[Picture, ...]:
    """Return the picture of the share of each tier that has prices, if the panel holds it."""
    names = [name for name in panel.names if name.endswith(".coverage")]
    if not names:
        return ()
    recipe = _Recipe(
        "coverage",
        lambda ax: plot.coverage(panel, names=names, ax=ax),
        3.4,
        "Share of the coins ranked in a tier on that day that have a price in the data.",
    )
    return (_drawn("panel", recipe),)


def _drawn(claim: str, recipe: _Recipe) -> Picture:
    return drawn_twice(
        f"{claim}-{recipe.name}",
        recipe.draw,
        height=recipe.height,
        narrow_height=recipe.narrow_height,
        reading=recipe.reading,
    )


def _study_recipes(result: ClaimResult, panel: Panel | None) -> Iterator[_Recipe]:
    study, spec = result.study, result.card.study
    if study is None or spec is None:
        return
    wanted = result.card.events
    if panel is not None and wanted is not None and study.events.source in panel:
        events = study.events
        failed = _failed(panel, events) if wanted.select == "all" else ()
        noun, reading = _STATES.get(wanted.kind, _CALENDAR[wanted.select])
        start = pd.Timestamp(wanted.start) - pd.DateOffset(years=1)
        yield _Recipe(
            "calendar",
            lambda ax: plot.event_calendar(
                panel, events, failed=failed, start=start, noun=noun, ax=ax
            ),
            4.0,
            reading,
        )
    yield _Recipe(
        "fan",
        lambda ax: plot.event_study(study, outcome=spec.primary, horizon=spec.horizon, ax=ax),
        4.6,
        "Each thin line is one event. If the thick line stays inside the grey band, dates chosen "
        "by chance do as much.",
    )
    if result.card.id != _HEADLINE:
        return
    draws = study.null_distribution(spec.primary, spec.horizon)
    observed = study.evidence(spec.primary, spec.horizon).estimate
    yield _Recipe(
        "null",
        lambda ax: plot.null_histogram(
            draws,
            observed,
            alternative=study.alternative,
            label=f"{spec.primary}, mean over {spec.horizon} days,",
            ax=ax,
        ),
        3.5,
        "The same events moved together to every other admissible place in the sample."
        if study.null == "rotation"
        else "Other dates of like run-up and volatility, drawn at random.",
    )
    effect = result.card.side * result.card.smallest_effect
    yield _Recipe(
        "tiers",
        lambda ax: plot.forest(study.table, smallest_effect=effect, ax=ax),
        forest_height(study.table),
        "The primary events, every tier and horizon.",
        forest_height(study.table, width=style.NARROW) + 0.3,
    )


def _effect_recipes(result: ClaimResult) -> Iterator[_Recipe]:
    """Return the judged cell under every variant, and what else stands beside an effect."""
    card = result.card
    if result.table is None or not result.evidence:
        return
    effect = None if card.kind == "break" else card.side * card.smallest_effect
    variants = variant_table(result)
    if len(variants) > 1:
        yield _Recipe(
            "variants",
            lambda ax: plot.forest(variants, smallest_effect=effect, unit=card.unit, ax=ax),
            forest_height(variants),
            "The judged cell under every definition written down beforehand, and cycle by cycle.",
            forest_height(variants, width=style.NARROW),
        )


def _company_recipes(result: ClaimResult) -> Iterator[_Recipe]:
    company = result.robustness
    if company is None:
        return
    if company.curve is not None:
        curve = company.curve
        yield _Recipe(
            "curve",
            # It makes a figure of its own, with two Axes, as wide as the one offered.
            lambda ax: specification_curve(
                curve, width=style.NARROW if style.is_narrow(ax) else style.WIDE
            )[0],
            4.2,
            "One dot a specification, sorted; below, the choices that made it. The band is where "
            "such curves lie when the events are moved to other dates, all by the same shift.",
        )
    if result.card.id != _HEADLINE:
        return
    if company.controls is not None:
        controls = company.controls
        rows = controls.table.set_index("kind", append=False)
        yield _Recipe(
            "controls",
            lambda ax: draw_controls(controls, ax=ax),
            forest_height(rows),
            "The same test where nothing should be found: other leaders, other outcomes, other "
            "dates.",
            forest_height(rows, width=style.NARROW) + 0.6,
        )
    if company.ladder is not None:
        ladder = company.ladder
        yield _Recipe(
            "ladder",
            lambda ax: draw_ladder(ladder, ax=ax),
            4.6,
            "The same cell, tested in ways that respect more and more of the dependence in the "
            "data.",
        )


def variant_table(result: ClaimResult) -> pd.DataFrame:
    """Return one row a variant, its judged cell, grouped by role."""
    table = result.table
    if table is None or "judged" not in table.columns:
        return pd.DataFrame()
    chosen = pd.DataFrame(table[table["judged"].astype(bool)]).copy()
    for name in ("low", "high"):
        if name not in chosen.columns:
            chosen[name] = np.nan
    chosen.index = pd.Index(chosen["variant"])
    return chosen


def _failed(panel: Panel, events: EventSet) -> pd.DatetimeIndex:
    try:
        labels = label_failures(events, panel.close(events.source).dropna())
    except InputError:  # no breakouts of a close: nothing can fail
        return pd.DatetimeIndex([])
    chosen: pd.DatetimeIndex = events.dates[labels["failed"].fillna(False).astype(bool).to_numpy()]
    return chosen


def _panel_recipes(result: ClaimResult, panel: Panel | None) -> Iterator[_Recipe]:
    if panel is None or result.card.kind != "fact":
        return
    name = result.card.id
    if name in ("B1", "B5"):
        yield _ratio(lambda ax: plot.eth_btc(panel, ax=ax))
    elif name == "B4":
        yield _ratio(lambda ax: plot.eth_btc(panel, levels=(), windows=_CYCLES, ax=ax))
    elif name == "A7":
        yield _milestone(panel)
    elif name == "A8":
        yield _milestone(panel)
        yield _ratio(
            lambda ax: plot.eth_btc(
                panel, levels=(0.025,), windows=_AFTER_BREAK, start="2025-06-01", ax=ax
            )
        )
    elif name == "D1":
        yield _Recipe(
            "drawdowns",
            lambda ax: plot.drawdowns(panel, ax=ax),
            3.8,
            "How far each market stood below its highest close since the first of April 2021.",
        )


def _ratio(draw: Callable[[Axes], Axes]) -> _Recipe:
    return _Recipe("ratio", draw, 4.2, "The price of one ether in bitcoin.")


def _milestone(panel: Panel) -> _Recipe:
    def draw(ax: Axes) -> Axes:
        card = panel.card("RUT")
        scale = 1.0 if card.base_level is None else card.base_level / 100.0
        closes = panel.close("RUT").dropna() * scale
        above = closes.index[closes > _MILESTONE]
        events = EventSet(above[:1], rule=f"first close above {_MILESTONE:,.0f}", source="RUT")
        return plot.event_calendar(panel, events, level=_MILESTONE, start="2025-06-01", ax=ax)

    return _Recipe("milestone", draw, 3.8, "Daily closes; intraday highs are not shown.")
