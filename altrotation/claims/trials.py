"""The ledger of looks: every card that was ever put to data, kept beside the lock."""

import datetime
import hashlib
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from altrotation._guarded import guarded
from altrotation.claims.results import CatalogueRun, Trial
from altrotation.data.atomic import held
from altrotation.data.toml import read_toml, write_toml
from altrotation.errors import CardError, DataError, InputError

__all__ = ["Ledger", "read_trials", "record_trials", "trials_path"]

_HEAD = "Every look at the data; added to by altrotation verify, never cut."
_SHIPPED = Path(__file__).parent / "locks"


@dataclass(frozen=True, slots=True)
class Ledger:
    """The looks of a lock, in two places: beside it, and in the state folder of the user.

    The looks of whoever runs the library's own catalogue are kept apart, so that neither an
    installed package nor a checkout changes by being used; all others lie beside the lock, and
    apart only where that place cannot be written.

    Parameters
    ----------
    lock : Path
        It need not be there.
    """

    lock: Path

    @property
    def shipped(self) -> bool:
        """Whether the lock is one of the library's own."""
        return self.lock.parent.resolve() == _SHIPPED.resolve()

    @property
    def beside(self) -> Path:
        """The ledger beside the lock."""
        return trials_path(self.lock)

    @property
    def apart(self) -> Path:
        """The ledger in the state folder: XDG_STATE_HOME, or what the system has for it."""
        name = f"catalogue-{self.lock.stem}"
        if not self.shipped:
            place = hashlib.sha256(os.fsencode(self.lock.resolve())).hexdigest()[:12]
            name = f"{self.lock.stem}-{place}"
        return _state_folder() / "looks" / f"{name}.trials.toml"

    def read(self) -> tuple[Trial, ...]:
        """Return the looks of both places, each once; raise CardError if one is unreadable."""
        apart: tuple[Trial, ...] = ()
        with suppress(OSError, InputError):  # a home that is not there, or not ours to read
            apart = read_trials(self.apart)
        return tuple(dict.fromkeys((*read_trials(self.beside), *apart)))

    def record(self, run: CatalogueRun) -> Path:
        """Add the looks of `run` that are new, and return where.

        Raises
        ------
        CardError
            If a ledger is unreadable.
        InputError
            If neither place can be written.
        """
        if set(run.looks()) <= set(self.read()):
            return self.apart if self.shipped else self.beside
        if not self.shipped:
            try:
                record_trials(run, self.beside)
                return self.beside
            except InputError:
                pass
        record_trials(run, self.apart)
        return self.apart


@guarded
def trials_path(lock: Path) -> Path:
    """Return where the ledger of a lock lies: "embedded.trials.toml" beside "embedded.toml"."""
    return Path(lock).with_suffix(".trials.toml")


@guarded
def read_trials(path: Path) -> tuple[Trial, ...]:
    """Return the looks recorded at `path`, none if there is no file.

    Parameters
    ----------
    path : Path

    Returns
    -------
    tuple of Trial
        In the order they were recorded.

    Raises
    ------
    CardError
        If the file is unreadable.
    """
    if not Path(path).exists():
        return ()
    try:
        rows = read_toml(path).get("trials", [])
        return tuple(_trial(row) for row in rows)
    except (DataError, KeyError, TypeError, ValueError, AttributeError) as error:
        reason = str(error).rstrip(".")
        raise CardError(f"The trial ledger {path} is unreadable: {reason}; restore it.") from error


@guarded
def record_trials(run: CatalogueRun, path: Path) -> tuple[Trial, ...]:
    """Add the looks of `run` that are new to the ledger at `path`, and return all of it.

    A look is new if its card, its data, its specifications or its verdict are: the same card on the
    same data, run again, is the same look. Nothing is ever taken out; of two processes that record
    at once neither loses a look.

    Parameters
    ----------
    run : CatalogueRun
    path : Path

    Returns
    -------
    tuple of Trial
        The ledger as it now stands.

    Raises
    ------
    CardError
        If the file is unreadable.
    InputError
        If it cannot be written.
    """
    if _added(known := read_trials(path), run) == known:
        return known
    try:
        with held(path):
            known = _added(read_trials(path), run)
            write_toml(path, {}, {"trials": [_row(look) for look in known]}, head=_HEAD)
    except OSError as error:
        raise InputError(
            f"The trial ledger {path} cannot be written ({error.strerror or error}); make its "
            "folder writable."
        ) from error
    return known


def _added(known: tuple[Trial, ...], run: CatalogueRun) -> tuple[Trial, ...]:
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    held_already = set(known)
    new = (look for look in dict.fromkeys(run.looks()) if look not in held_already)
    return (*known, *(replace(look, day=today) for look in new))


def _trial(row: Mapping[str, Any]) -> Trial:
    return Trial(
        claim=str(row["claim"]),
        card=str(row["card"]),
        data=str(row["data"]),
        specifications=int(row["specifications"]),
        verdict=str(row["verdict"]),
        day=str(row.get("day", "")),
    )


def _row(look: Trial) -> dict[str, str | int]:
    row: dict[str, str | int] = {
        "claim": look.claim,
        "card": look.card,
        "data": look.data,
        "specifications": look.specifications,
        "verdict": look.verdict,
    }
    return row | ({"day": look.day} if look.day else {})


def _state_folder() -> Path:
    named = os.environ.get("LOCALAPPDATA" if os.name == "nt" else "XDG_STATE_HOME", "")
    if os.path.isabs(named):  # noqa: PTH117  # the standard ignores one that is not
        return Path(named) / "altrotation"
    try:
        return Path.home() / ".local" / "state" / "altrotation"
    except RuntimeError as error:
        raise InputError("This user has no home folder; set XDG_STATE_HOME to one.") from error
