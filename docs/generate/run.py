"""The one judgement of the catalogue that all generated pages share, held against the lock."""

import hashlib
import os
import pickle
from dataclasses import dataclass
from pathlib import Path

import altrotation
from altrotation import CatalogueRun, ClaimCard, ClaimResult, Panel, load_cards, load_reference
from altrotation.claims.lock import compare, lock_path
from altrotation.claims.runner import verify

__all__ = ["Judgement", "judgement"]

_LIBRARY = Path(altrotation.__file__).parent
_KEPT = Path(__file__).resolve().parents[2] / "build" / "docs"


@dataclass(frozen=True, slots=True, eq=False)
class Judgement:
    """The run on the embedded panel, the cards that are not in it and why, what the lock lacks."""

    panel: Panel
    run: CatalogueRun
    left_out: tuple[tuple[ClaimCard, str], ...]
    differences: tuple[str, ...]

    def result(self, name: str) -> ClaimResult | None:
        """Return the result of one claim, if it was judged."""
        return next((each for each in self.run.results if each.card.id == name), None)


def judgement() -> Judgement:
    """Return the verdicts of the library's own catalogue on the embedded panel.

    A run is kept in build/docs under a digest of the library's source, cards and data, so that
    only a change of one of them costs another. While none is kept, ALTROTATION_DOCS_ONLY may name
    the claims to judge ("A1 B3"), for a build that must be quick.
    """
    panel, cards = load_reference(), load_cards()
    place = _KEPT / f"run-{_digest(panel)}.pickle"
    only = os.environ.get("ALTROTATION_DOCS_ONLY", "").split()
    if place.exists():
        run: CatalogueRun = pickle.loads(place.read_bytes())
    elif only:
        run = verify(panel, [card for card in cards if card.id in only], level="embedded")
    else:
        run = verify(panel, cards, level="embedded", jobs=2)
        _keep(run, place)
    judged = {result.card.id for result in run.results}
    left_out = tuple((card, "Not judged in this build.") for card in cards if card.id not in judged)
    found = tuple(str(each) for each in compare(run, lock_path("embedded"), partial=bool(only)))
    return Judgement(panel, run, left_out, found)


def _keep(run: CatalogueRun, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    for old in place.parent.glob("run-*.pickle"):
        old.unlink(missing_ok=True)
    beside = place.with_suffix(f".{os.getpid()}")
    beside.write_bytes(pickle.dumps(run))
    beside.rename(place)


def _digest(panel: Panel) -> str:
    digest = hashlib.sha256(panel.data_hash.encode())
    for path in sorted([*_LIBRARY.rglob("*.py"), *_LIBRARY.rglob("catalogue/*.toml")]):
        digest.update(path.relative_to(_LIBRARY).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:16]
