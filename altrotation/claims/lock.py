"""The lock: the verdicts as recorded, so that a changed one is noticed."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from altrotation._guarded import guarded
from altrotation.claims.results import CatalogueRun
from altrotation.data.atomic import atomic_write
from altrotation.errors import CardError

__all__ = ["Difference", "compare", "lock_path", "write_lock"]

_LOCKS = Path(__file__).parent / "locks"


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


@guarded
def compare(run: CatalogueRun, path: Path) -> tuple[Difference, ...]:
    """Return the verdicts of `run` that differ from the lock at `path`; empty when none does.

    Parameters
    ----------
    run : CatalogueRun
    path : Path
        A lock that `write_lock` wrote.

    Returns
    -------
    tuple of Difference
        In the order of the run, each with the reason: card, data or code.

    Raises
    ------
    CardError
        If there is no lock.
    CardError
        If the lock is unreadable.
    """
    try:
        lock = tomllib.loads(Path(path).read_text())
        recorded = {name: dict(entry) for name, entry in lock["claims"].items()}
        data = str(lock["data"])
    except FileNotFoundError as error:
        raise CardError(f"There is no lock at {path}; write one with --update-lock.") from error
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise CardError(f"The lock {path} is unreadable: {error}; restore it.") from error
    found: list[Difference] = []
    for result in run.results:
        entry = recorded.get(result.card.id)
        if entry is None:
            found.append(
                Difference(result.card.id, "nothing", result.verdict.status, "a new claim")
            )
        elif entry.get("verdict") != result.verdict.status:
            reasons = [
                word
                for word, changed in (
                    ("the card changed", entry.get("card") != result.card.digest),
                    ("the data changed", data != run.data_hash),
                )
                if changed
            ]
            why = " and ".join(reasons) or "card and data are as recorded: the code changed"
            found.append(
                Difference(
                    result.card.id,
                    str(entry.get("verdict")),
                    result.verdict.status,
                    why,
                    excused=bool(reasons),
                )
            )
    return tuple(found)


@guarded
def write_lock(run: CatalogueRun, path: Path) -> None:
    """Record the verdicts of `run` at `path`, in place of what stood there."""
    lines = [
        "# Verdicts as recorded; written by altrotation verify --update-lock.",
        f'level = "{run.level}"',
        f'data = "{run.data_hash}"',
    ]
    for result in run.results:
        lines += [
            "",
            f"[claims.{result.card.id}]",
            f'verdict = "{result.verdict.status}"',
            f'card = "{result.card.digest}"',
        ]
    atomic_write(Path(path), ("\n".join(lines) + "\n").encode())
