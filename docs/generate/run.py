"""The one judgement of the catalogue that all generated pages share, held against the lock."""

import hashlib
import pickle
from dataclasses import dataclass
from pathlib import Path

import altrotation
from altrotation import CatalogueRun, ClaimCard, ClaimResult, Panel, load_cards, load_reference
from altrotation.claims.lock import compare, lock_path
from altrotation.claims.runner import verify
from altrotation.errors import AltrotationError, CardError

__all__ = ["Judgement", "judgement"]

_LIBRARY = Path(altrotation.__file__).parent
_KEPT = Path(__file__).resolve().parents[2] / "build" / "docs"


@dataclass(frozen=True, slots=True, eq=False)
class Judgement:
    """The run on the embedded panel, the cards that could not be judged, what the lock lacks."""

    panel: Panel
    run: CatalogueRun
    refused: tuple[tuple[ClaimCard, str], ...]
    differences: tuple[str, ...]

    def result(self, name: str) -> ClaimResult:
        """Return the result of one claim."""
        return next(each for each in self.run.results if each.card.id == name)


def judgement() -> Judgement:
    """Return the verdicts of the library's own catalogue on the embedded panel.

    A run is kept in build/docs under a digest of the library's source, cards and data, so that
    only a change of one of them costs another.
    """
    panel, cards = load_reference(), load_cards()
    place = _KEPT / f"run-{_digest(panel)}.pickle"
    if place.exists():
        run, refused = pickle.loads(place.read_bytes())
    else:
        run, refused = _judged(panel, cards)
        _KEPT.mkdir(parents=True, exist_ok=True)
        beside = place.with_suffix(".part")
        beside.write_bytes(pickle.dumps((run, refused)))
        beside.rename(place)
    found = tuple(str(each) for each in compare(run, lock_path("embedded")))
    return Judgement(panel, run, refused, found)


def _judged(
    panel: Panel, cards: tuple[ClaimCard, ...]
) -> tuple[CatalogueRun, tuple[tuple[ClaimCard, str], ...]]:
    try:
        return verify(panel, cards, level="embedded", jobs=2), ()
    except CardError:  # one card spoils the run: find which, and judge the rest
        judged, refused = [], []
        for card in cards:
            try:
                verify(panel, [card])
            except AltrotationError as error:
                refused.append((card, str(error)))
            else:
                judged.append(card)
        return verify(panel, judged, level="embedded"), tuple(refused)


def _digest(panel: Panel) -> str:
    digest = hashlib.sha256(panel.data_hash.encode())
    for path in sorted([*_LIBRARY.rglob("*.py"), *_LIBRARY.rglob("catalogue/*.toml")]):
        digest.update(path.relative_to(_LIBRARY).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:16]
