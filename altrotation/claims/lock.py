"""The lock: the verdicts as recorded, so that a changed one is noticed."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from altrotation._guarded import guarded
from altrotation.claims.results import CatalogueRun, Trial
from altrotation.data.toml import read_toml, write_toml
from altrotation.errors import CardError, DataError, InputError

__all__ = ["Difference", "check_looks", "check_own", "compare", "lock_path", "write_lock"]

_LOCKS = Path(__file__).parent / "locks"
_CHECKOUT = Path(__file__).parents[2] / "pyproject.toml"


@dataclass(frozen=True, slots=True)
class Difference:
    """A verdict that is not the recorded one, and what else changed with it.

    `excused` is true where the card or the data are not those of the lock either: the verdict is
    then a new one, to be looked at and recorded, and no failure.
    """

    claim: str
    recorded: str
    found: str
    why: str
    excused: bool = False

    def __str__(self) -> str:
        return f"{self.claim}: recorded {self.recorded}, found {self.found} ({self.why})"


@guarded
def lock_path(level: str) -> Path:
    """Return the lock the library ships for a data level ("embedded" or "archive")."""
    return _LOCKS / f"{level}.toml"


def check_own(path: Path) -> None:
    """Raise unless a lock may be rewritten: those of an installed library are not its user's.

    Parameters
    ----------
    path : Path

    Raises
    ------
    InputError
        If it is one that the library ships, and this is no checkout of it.
    InputError
        If the library ships no lock for these data.
    """
    if path.parent != _LOCKS:
        return
    if not path.exists():
        raise InputError(
            "The library has no lock for these data; name one of your own with `--lock FILE`."
        )
    if not _CHECKOUT.exists():
        raise InputError(
            f"{path} belongs to the installed library and is not rewritten; name a lock of your "
            "own with `--lock FILE`."
        )


@guarded
def compare(run: CatalogueRun, path: Path, *, partial: bool = False) -> tuple[Difference, ...]:
    """Return the verdicts of `run` that differ from the lock at `path`; empty when none does.

    Parameters
    ----------
    run : CatalogueRun
    path : Path
        A lock that `write_lock` wrote.
    partial : bool, default False
        The run is of chosen cards: that others of the lock are not in it is no difference.

    Returns
    -------
    tuple of Difference
        In the order of the run, each with the reason: card, data or code; then the recorded claims
        whose card is gone.

    Raises
    ------
    CardError
        If there is no lock.
    CardError
        If the lock is unreadable.
    """
    data, recorded = _read(path)
    found: list[Difference] = []
    for result in run.results:
        entry = recorded.get(result.card.id)
        if entry is None:
            found.append(
                Difference(result.card.id, "nothing", result.verdict.status, "a new claim")
            )
        elif entry["verdict"] != result.verdict.status:
            reasons = [
                word
                for word, changed in (
                    ("the card changed", entry["card"] != result.card.digest),
                    ("the data changed", data != run.data_hash),
                )
                if changed
            ]
            why = " and ".join(reasons) or "card and data are as recorded: the code changed"
            found.append(
                Difference(
                    result.card.id, entry["verdict"], result.verdict.status, why,
                    excused=bool(reasons),
                )
            )  # fmt: skip
    if not partial:
        judged = {result.card.id for result in run.results}
        found += [
            Difference(claim, entry["verdict"], "nothing", "its card is gone")
            for claim, entry in recorded.items()
            if claim not in judged
        ]
    return tuple(found)


@guarded
def check_looks(path: Path, trials: Iterable[Trial]) -> None:
    """Raise unless every verdict of a lock comes from a look that is in the ledger.

    Parameters
    ----------
    path : Path
        A lock that `write_lock` wrote.
    trials : iterable of Trial
        The ledger before this run.

    Raises
    ------
    CardError
        If there is no lock, or it is unreadable.
    CardError
        If a verdict has no look: an update was cut short, or the ledger is not the lock's.
    """
    data, recorded = _read(path)
    looked = {(look.claim, look.card, look.data) for look in trials}
    bare = [
        claim for claim, entry in recorded.items() if (claim, entry["card"], data) not in looked
    ]
    if bare:
        raise CardError(
            f"The lock {path} records {', '.join(bare)} without a look in its ledger; restore the "
            "ledger, or record the verdicts again with --update-lock."
        )


@guarded
def write_lock(run: CatalogueRun, path: Path) -> None:
    """Record the verdicts of `run` at `path`, in place of what stood there.

    Its looks belong into the ledger before: see `record_trials`.
    """
    write_toml(
        path,
        {"level": run.level, "data": run.data_hash},
        tables={
            "claims": {
                result.card.id: {"verdict": result.verdict.status, "card": result.card.digest}
                for result in run.results
            }
        },
        head="Verdicts as recorded; written by altrotation verify --update-lock.",
    )


def _read(path: Path) -> tuple[str, dict[str, dict[str, Any]]]:
    """Return the data of a lock and its entries by claim."""
    if not Path(path).exists():
        raise CardError(f"There is no lock at {path}; write one with --update-lock.")
    try:
        lock = read_toml(path)
        recorded = {
            str(name): {"verdict": str(entry["verdict"]), "card": str(entry["card"])}
            for name, entry in lock["claims"].items()
        }
        return str(lock["data"]), recorded
    except (DataError, KeyError, TypeError, AttributeError) as error:
        reason = str(error).rstrip(".")
        raise CardError(f"The lock {path} is unreadable: {reason}; restore it.") from error
