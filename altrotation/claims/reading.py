"""What cards read, held against a panel before anything is computed."""

from collections.abc import Iterator

from altrotation.claims.card import ClaimCard
from altrotation.claims.facts import check_askable
from altrotation.claims.parsing import nearest
from altrotation.claims.robustness.axes import CurveSpec
from altrotation.claims.specs import StrategySpec
from altrotation.data.bundled import load_reference
from altrotation.data.panel import Panel
from altrotation.errors import CardError

__all__ = ["check_readable", "past_the_data"]

_TIERS = ("large", "mid", "small")


def check_readable(card: ClaimCard, panel: Panel) -> None:
    """Raise unless everything a card names exists, in the panel or in the library's own.

    A series that another panel of the library holds is no mistake of the card: the claim is then
    untestable on this one. What is found nowhere is misspelt, and no verdict.

    Parameters
    ----------
    card : ClaimCard
    panel : Panel

    Raises
    ------
    CardError
        If a series is in no panel; the message names the nearest there are.
    CardError
        If a fact cannot be asked.
    """
    for fact in card.facts:
        check_askable(fact)
    for where, name in _named(card):
        wanted = f"{name}/BTC" if name in _TIERS and name not in panel else name
        if wanted not in panel and wanted not in load_reference():
            raise CardError(
                f"{where}the series {name!r} is not in the panel{nearest(name, panel.names)}; "
                "correct the name, or add the series to the panel."
            )


def past_the_data(card: ClaimCard, panel: Panel) -> tuple[str, ...]:
    """Return a sentence for each span of a card that the panel does not cover to its end.

    Parameters
    ----------
    card : ClaimCard
    panel : Panel

    Returns
    -------
    tuple of str
    """
    if not len(panel):
        return ()
    last = f"{panel.dates[-1]:%Y-%m-%d}"
    return tuple(
        f"`{where}` is {end}, the data end on {last}: judged up to there."
        for where, end in _ends(card)
        if end > last
    )


def _named(card: ClaimCard) -> Iterator[tuple[str, str]]:
    """Yield the series a card and its variants read, with where."""
    for each in (None, *card.variants):
        read = card if each is None else card.under(each)
        where = "" if each is None else f"variant {each.name!r}: "
        for name in read.needs:
            yield where, name
        if isinstance(read.design, StrategySpec) and read.design.on != "cash":
            yield f"{where}strategy.on: ", read.design.on
    if card.curve is not None:
        own = card.curve.market if card.curve.market != CurveSpec().market else ()
        for name in (*card.curve.outcomes, *own):
            yield "curve: ", name


def _ends(card: ClaimCard) -> Iterator[tuple[str, str]]:
    for name, part in (("events", card.events), ("study", card.study), (card.kind, card.design)):
        end = getattr(part, "end", None)
        if end is not None:
            yield f"{name}.end", end
    for i, fact in enumerate(card.facts, start=1):
        for name, measure in (("measure", fact.measure), ("than", fact.than or {})):
            if "end" in measure:
                yield f"facts[{i}].{name}.end", measure["end"]
