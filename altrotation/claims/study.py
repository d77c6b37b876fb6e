"""What a folder of cards asks together: its question, its themes, and what it does not claim."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from altrotation.claims.card import CATALOGUE, STUDY_FILE, THEMES, ClaimCard
from altrotation.claims.parsing import build
from altrotation.data.toml import read_toml
from altrotation.errors import CardError, DataError

__all__ = ["RUSSELL", "Study", "load_study", "study_of"]

_CAVEATS = (
    "It is no advice to buy or sell anything, and no forecast.",
    "It does not show causes: what comes first and what follows can both come from a third thing, "
    "and no test here separates the two by itself.",
    "Undecided does not mean that there is no effect. It means that this many events could not "
    "have told: the smallest effect they would usually reveal is printed beside each estimate.",
    "Events that share a market cycle are fewer independent observations than they look, which is "
    "why effective numbers of events are given.",
    "A p-value describes this sample under this null. Every other definition on a card is in its "
    "tables; the hash of the card changes when one is added.",
    "Costs, slippage, borrow and taxes are not in these outcomes unless a strategy is replayed: "
    "they are differences of prices, not returns an investor earned.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """The cards of a folder as one study; in the folder, the file study.toml.

    Parameters
    ----------
    question : str, default ""
        Title of the report; without it the number of statements.
    headline : str, default ""
        Id of the card whose verdict answers the question.
    themes : table, default none
        Titles by the first letter of the ids.
    caveats : list of str
        What the report does not claim; by default what no event study can.
    """

    question: str = ""
    headline: str = ""
    themes: dict[str, str] = field(default_factory=dict, hash=False)
    caveats: tuple[str, ...] = _CAVEATS

    def theme(self, card: ClaimCard) -> str:
        """Return the title of the theme of a card."""
        return self.themes.get(card.theme, "Other statements")

    def title(self, cards: Sequence[ClaimCard]) -> str:
        """Return the question, or what stands in for one."""
        if self.question:
            return self.question
        return cards[0].title if len(cards) == 1 else f"{len(cards)} statements put to data"


RUSSELL = Study(
    question="When the Russell 2000 breaks out, do altcoins outperform Bitcoin in the months "
    "after?",
    headline="A1",
    themes=THEMES,
    caveats=(
        "It is no advice to buy or sell anything, and no forecast.",
        "It does not show causes: a Russell breakout and an altcoin rally can both follow from "
        "easy money, and no test here separates the two by itself.",
        "Undecided does not mean that there is no effect. It means that this many events could not "
        "have told: the smallest effect they would usually reveal is printed beside each estimate.",
        "Few breakouts share few market cycles. They are fewer independent observations than they "
        "look, which is why effective numbers of events are given.",
        "A p-value describes this sample under this null. Every other definition on a card is in "
        "its tables; the hash of the card changes when one is added.",
        "After April 2026 the coins are thirty large survivors without ranks or volume. Results "
        "that use them say so and lean towards winners.",
        "Costs, slippage, borrow and taxes are not in these outcomes: they are differences of "
        "prices, not returns an investor earned.",
    ),
)
"""The study of the library's own catalogue."""


def load_study(folder: Path | None = None) -> Study:
    """Return the study of a folder of cards: its study.toml, or none in particular.

    Parameters
    ----------
    folder : Path, optional
        By default that of the library's own cards.

    Raises
    ------
    CardError
        If study.toml is no TOML, or has a field that is unknown or of the wrong type.
    """
    if folder is None:
        return RUSSELL
    path = Path(folder) / STUDY_FILE
    if not path.exists():
        return Study()
    try:
        return build(Study, read_toml(path), STUDY_FILE)
    except DataError as error:
        raise CardError(str(error)) from error


def study_of(cards: Sequence[ClaimCard]) -> Study:
    """Return the study of cards of which nothing else is known.

    Parameters
    ----------
    cards : sequence of ClaimCard
        The library's own, whole or in part, are the Russell's; any other are one's own.
    """
    own = {hashlib.sha256(path.read_bytes()).hexdigest()[:16] for path in CATALOGUE.glob("*.toml")}
    return RUSSELL if cards and all(card.digest in own for card in cards) else Study()
